"""The trained network as a model package, and what is to be said of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from domain.errors import BadInputError
from domain.finding import FindingKind
from inference.packages.manifest import Manifest
from inference.packages.package import ModelPackage, open_package
from inference.preparing.prepare import PreparingSpec
from inference.systems.contour import CHANCE
from training.recipes.contours.measuring import RULE, ContourFigures
from training.recipes.contours.settings import GROWTH, PIXEL_MM, ContourRecipe
from training.run_folder import RunFolder

IDENTITY, VERSION, MODEL = "contour-unetpp-small", "1.0", "model.onnx"
MOST_BYTES = 12_000_000

INTENDED_USE = (
    "Research use only, not a medical device. Draws the outline of a mass in a box, or under a "
    "click, for a reader to correct. Trained and measured on synthetic images; how it does on real "
    "mammograms is not known."
)


def write_package(recipe: ContourRecipe, target: Path, model: Path) -> ModelPackage:
    """Put model and manifest into a folder, not measured yet. Raises BadInputError."""
    network = model.read_bytes()
    if len(network) > MOST_BYTES:
        raise BadInputError(
            f"the model has {len(network)} bytes, and a package at most {MOST_BYTES}",
            where=str(model),
            remedy="Train a narrower network",
        )
    target.mkdir(parents=True, exist_ok=True)
    (target / MODEL).write_bytes(network)
    write_manifest(target, manifest(recipe, hashlib.sha256(network).hexdigest()))
    return open_package(target)


def write_manifest(target: Path, told: Mapping[str, Any]) -> None:
    """Check a manifest and write it."""
    checked = Manifest.model_validate(told).model_dump(mode="json")
    text = json.dumps(checked, indent=1)
    (target / "manifest.json").write_text(text + "\n", encoding="utf-8")


def with_evaluation(
    target: Path, found: Mapping[str, ContourFigures], data: str, images: int
) -> None:
    """Add what was measured to the manifest of a package."""
    told = json.loads((target / "manifest.json").read_text(encoding="utf-8"))
    numbers: dict[str, float] = {}
    for way, one in found.items():
        name = f"ROI Dice from {way}"
        numbers |= {
            name: round(one.overlap.value, 4),
            f"{name}, low": round(one.overlap.low, 4),
            f"{name}, high": round(one.overlap.high, 4),
            f"{name}, median": round(one.median, 4),
            f"share with a contour, {way}": round(one.found, 4),
        }
    told["evaluation"] = {
        "data": data,
        "images": images,
        "hit_rule": RULE,
        "figures": numbers,
        "notes": "Intervals are 95 %, from a bootstrap over patients. Jittered boxes: each edge "
        "moved by -12 to +24 % of the side. One click: in the middle half of the box.",
    }
    write_manifest(target, told)


def manifest(recipe: ContourRecipe, digest: str) -> dict[str, Any]:
    """Everything that the manifest says before it is measured. digest: SHA-256 of the model."""
    preparing = asdict(PreparingSpec(pixel_mm=PIXEL_MM, margin_mm=0.0))
    return {
        "id": IDENTITY,
        "version": VERSION,
        "title": "Contours of masses, trained on phantoms",
        "system": "contour-unet",
        "stage": "contour",
        "inputs": {"name": "image", "multiple": 32, "preparing": preparing},
        "outputs": {CHANCE: "float32 (1, 1, 256, 256): 0 to 1 that a pixel is the lesion's"},
        "training": _training(recipe),
        "intended_use": INTENDED_USE,
        "kinds": [FindingKind.MASS.value],
        "files": {MODEL: digest},
        "settings": {"growth": GROWTH, "smoothing": recipe.chosen.fold / 2},
    }


def _training(recipe: ContourRecipe) -> dict[str, Any]:
    folder = RunFolder(recipe.run)
    config, best = folder.config(), folder.best_words()
    return {
        "data": f"masses of {config['train']}; chosen on {config['valid']}"[:300],
        "licence": "Fourview's own (Apache-2.0); no patient's image was used",
        "images": 4 * recipe.train_studies,
        "recipe": f"training.recipes.contours, profile {recipe.profile}, step {best['step']}, "
        f"at revision {config['revision']}",
        "finished": f"{datetime.now(UTC):%Y-%m-%d}",
    }

"""The trained network as a model package: one ONNX file and what is to be said of it."""

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
from phantom.recipe import GENERATOR_VERSION
from training.metrics.froc import Measured, Recall
from training.metrics.report import HIT_RULE, Comparison
from training.recipes.phantom_mass.measuring import MODEL
from training.recipes.phantom_mass.settings import SPEC, SUPPRESSION, MassRecipe
from training.run_folder import RunFolder

IDENTITY, VERSION = "phantom-mass-detector", "1.0"
MOST_BYTES = 12_000_000

INTENDED_USE = (
    "Research use only, not a medical device. Trained and measured on synthetic images alone; how "
    "it does on real mammograms is not known. It shows that model packages work, and marks "
    "what looks like a mass, an asymmetry or a distortion on a phantom."
)


def write_package(recipe: MassRecipe, found: Comparison, target: Path) -> Path:
    """Write manifest and model into a folder; BadInputError where the model is too large."""
    model = (recipe.run_folder / MODEL).read_bytes()
    if len(model) > MOST_BYTES:
        raise BadInputError(
            f"the model has {len(model)} bytes, and a package at most {MOST_BYTES}",
            where=str(recipe.run_folder / MODEL),
            remedy="Train a narrower network",
        )
    told = manifest(recipe, found, hashlib.sha256(model).hexdigest())
    checked = Manifest.model_validate(told).model_dump(mode="json")
    target.mkdir(parents=True, exist_ok=True)
    (target / MODEL).write_bytes(model)
    text = json.dumps(checked, indent=1)
    (target / "manifest.json").write_text(text + "\n", encoding="utf-8")
    return target


def manifest(recipe: MassRecipe, found: Comparison, digest: str) -> dict[str, Any]:
    """Everything that the manifest says. digest: SHA-256 of the model."""
    images = f"{found.images} phantom images of {found.patients} synthetic patients"
    return {
        "id": IDENTITY,
        "version": VERSION,
        "title": "Masses, trained on phantoms",
        "system": "rpn",
        "stage": "detect",
        "inputs": {"name": "image", "multiple": 32, "preparing": asdict(SPEC)},
        "outputs": {
            "boxes": "float32 (1, k, 4): left top right bottom in input pixels",
            "scores": "float32 (1, k): 0 to 1, of each box",
        },
        "operating_points": [_point(one, images) for one in found.points],
        "default_threshold": found.points[1].threshold,
        "training": _training(recipe),
        "evaluation": _evaluation(found, images),
        "intended_use": INTENDED_USE,
        "kinds": [FindingKind.MASS.value],
        "files": {MODEL: digest},
        "settings": {
            "box-overlap": SUPPRESSION.iou,
            "most-marks": SUPPRESSION.most,
            "lowest-score": SUPPRESSION.least_score,
        },
    }


def _point(one: Measured, images: str) -> dict[str, Any]:
    return {
        "threshold": one.threshold,
        "sensitivity": one.recall.value,
        "false_positives_per_image": one.false_rate,
        "low": one.recall.low,
        "high": one.recall.high,
        "measured_on": f"{images}; threshold chosen on others",
    }


def _training(recipe: MassRecipe) -> dict[str, Any]:
    config = RunFolder(recipe.run_folder).config()
    studies = int(_last_row(recipe.run_folder)["studies"])
    return {
        "data": f"{studies} synthetic four-view studies, seeds from {recipe.train.first_seed}, "
        f"generator version {GENERATOR_VERSION}, 1024x832, six units in turn",
        "licence": "Fourview's own (Apache-2.0); no patient's image was used",
        "images": 4 * studies,
        "recipe": f"training.recipes.phantom_mass at revision {config['revision']}",
        "finished": f"{datetime.now(UTC):%Y-%m-%d}",
    }


def _last_row(run: Path) -> Mapping[str, float]:
    head, *rows = (run / "curve.csv").read_text(encoding="utf-8").splitlines()
    return dict(zip(head.split(","), map(float, rows[-1].split(",")), strict=True))


def _evaluation(found: Comparison, images: str) -> dict[str, Any]:
    lesions = found.recalls[1.0].lesions
    return {
        "data": f"{images}, {lesions} soft lesions, on seeds that nothing was chosen by",
        "images": found.images,
        "hit_rule": HIT_RULE,
        "figures": _figures("recall", found.recalls)
        | _figures("recall of masses", found.masses)
        | _figures("gain over the floor", found.gains)
        | {"false marks per image without lesions, at 1 per image": found.normal_false},
        "baseline": _figures("recall", found.floor),
        "notes": "Intervals are 95 %, from a bootstrap over patients; gains are paired. Baseline: "
        f"blob filter ({found.variant}), the best of its variants on these very images.",
    }


def _figures(name: str, recalls: Mapping[float, Recall]) -> dict[str, float]:
    told: dict[str, float] = {}
    for rate, one in recalls.items():
        at = f"{name} at {rate:g} false marks per image"
        told |= {at: one.value, f"{at}, low": one.low, f"{at}, high": one.high}
    return {key: round(value, 4) for key, value in told.items()}

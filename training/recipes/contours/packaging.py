"""The trained network as a model package."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from domain.finding import FindingKind
from inference.preparing.prepare import PreparingSpec
from inference.systems.contour import CHANCE
from training.export import export_onnx
from training.networks.unetpp import MeanChance
from training.packaging import training_statement, write_package
from training.recipes.contours.settings import GROWTH, PIXEL_MM, Profile, make_network
from training.recipes.recipe import Tell
from training.run_folder import RunFolder

IDENTITY, VERSION, MODEL = "contour-unetpp", "1.0", "model.onnx"
LEVEL = 0.45
"""Chance from which a pixel is the lesion's: chosen on validation masses, by Dice and by how well
circularity and solidity follow the true outlines'; see ``docs/contours.md``."""
LEAST_SCORE = 0.57
"""Mean chance inside, below which there is no contour: 99 of 100 validation masses lie above."""
SMOOTHING = 0.25
"""Of a folded pixel: more of it rounds what makes an outline irregular."""
CESM = "CDD-CESM (DOI 10.7937/29kw-ae92), under TCIA's data usage policy, with attribution"
OWN = "phantoms: Fourview's own (Apache-2.0), nobody's images"
_SIZES = ((256, 256), (128, 192))

INTENDED_USE = (
    "Research use only, not a medical device. Draws the outline of a mass in a box, or under a "
    "click, for a reader to correct. What it was trained and measured on is stated here; how it "
    "does on images of other makes is not known."
)


def package(run: Path, target: Path, tell: Tell) -> Path:
    """Export the best weights of a run and write the package; not measured yet."""
    folder = RunFolder(run)
    config, best = folder.config(), folder.best_words()
    profile = Profile(**config["profile"])
    network = make_network(profile)
    network.load_state_dict(folder.load_best())
    exported = export_onnx(MeanChance(network), run / MODEL, (CHANCE,), _SIZES, tolerance=1e-3)
    tell(f"{exported.path}: opset {exported.opset}, differs from torch by {exported.parity}")
    told = manifest(config, str(best["step"]), profile)
    written = write_package(target, told, [exported.path])
    tell(f"written: {written}; measure it with fourview evaluate {written} --data ... --state")
    return written


def manifest(config: Mapping[str, Any], step: str, profile: Profile) -> dict[str, Any]:
    """Everything that the manifest says before it was measured. step: of the best weights."""
    size = "small" if profile.fold > 1 else "full"
    named = " ".join(str(one[0]) for one in config["data"]["train"])
    began = f"Began with the weights of another run, {config['start']}." if config["start"] else ""
    preparing = asdict(PreparingSpec(pixel_mm=PIXEL_MM, margin_mm=0.0))
    return {
        "id": f"{IDENTITY}-{size}",
        "version": VERSION,
        "title": f"U-Net++: contours of masses ({size} profile)",
        "system": "contour-unet",
        "stage": "contour",
        "inputs": {"name": "image", "multiple": 32, "preparing": preparing},
        "outputs": {CHANCE: "float32 (1, 1, 256, 256): 0 to 1 that a pixel is the lesion's"},
        "training": training_statement(
            config,
            f"{OWN}; {CESM}" if "CESM" in named else OWN,
            f"fourview train contours, step {step},",
            began,
        ),
        "intended_use": INTENDED_USE,
        "kinds": [FindingKind.MASS.value],
        "settings": {
            "growth": GROWTH,
            "level": LEVEL,
            "least-score": LEAST_SCORE,
            "smoothing": profile.fold * SMOOTHING,
        },
    }

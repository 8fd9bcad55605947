"""The trained U-Net as a model package."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from domain.finding import FindingKind
from inference.systems.calcify_unet import PROBABILITY, CalcifyRule
from training.eight_bits import to_eight_bits
from training.export import export_onnx
from training.networks.unet import ExportedUNet, UNet
from training.packaging import training_statement
from training.recipes.deeplima_calc.calibration import calibration_of
from training.recipes.deeplima_calc.settings import PROFILES, CalcSettings
from training.recipes.recipe import Tell
from training.recipes.shipping import licence_of, notes_of, ship
from training.run_folder import RunFolder

MODEL, VERSION = "model.onnx", "1.3"

EIGHT_BITS = (
    "Its convolutions of 3x3 pixels count in 8 bits (but for the first), in ranges taken from {} "
    "patches of its training images."
)

INTENDED_USE = (
    "Research use only, not a medical device. Marks calcifications and groups of them on screening "
    "views, pixel by pixel. Trained and measured on synthetic images: how it does on real "
    "mammograms is not known. It learnt to pass over calcifications of arteries, and marks some "
    "of them all the same; the faintest amorphous ones it misses."
)


def package(run: Path, target: Path, tell: Tell, settings: CalcSettings | None = None) -> Path:
    """Export the best weights of a run and write the package; not measured yet.

    settings: of the run, where they are not those of its profile.
    """
    folder = RunFolder(run)
    config = folder.config()
    settings = settings or PROFILES[config["profile"]]
    network = UNet(settings.size)
    network.load_state_dict(folder.load_best())
    side = settings.rule.grid.side
    exported = export_onnx(
        ExportedUNet(network),
        run / MODEL,
        (PROBABILITY,),
        ((side, side),),
        tolerance=1e-3,
        counts=(2, 1, 5),
        lean=True,
    )
    notes, patches = notes_of(folder), calibration_of(run)
    if patches is not None:
        to_eight_bits(exported.path, patches)
        notes = f"{notes} {EIGHT_BITS.format(len(patches))}".strip()
    return ship(exported, target, manifest(config, settings, notes), tell)


def manifest(config: dict[str, Any], settings: CalcSettings, notes: str = "") -> dict[str, Any]:
    """Everything that the manifest says before it was measured. notes: on the training."""
    profile = config["profile"]
    return {
        "id": f"deeplima-calc-{profile}",
        "version": VERSION,
        "title": f"DeepLIMa: calcifications ({profile} profile)",
        "system": "calcify-unet",
        "stage": "calcify",
        "inputs": {
            "name": "image",
            "multiple": settings.size.multiple,
            "preparing": asdict(settings.spec),
        },
        "outputs": {
            PROBABILITY: "float32 (n, 1, side, side): 0 to 1, that a pixel is calcification"
        },
        "training": training_statement(
            config, licence_of(config), "fourview train deeplima-calc", notes
        ),
        "intended_use": INTENDED_USE,
        "kinds": [FindingKind.CALCIFICATION_GROUP.value, FindingKind.CALCIFICATION.value],
        "settings": told_rule(settings.rule),
    }


def told_rule(rule: CalcifyRule) -> dict[str, float]:
    """How it reads, as a manifest's settings have it."""
    return {
        "tile-side": rule.grid.side,
        "tile-margin": rule.grid.margin,
        "most-tiles": rule.most_tiles,
        "more-tiles": rule.more_tiles,
        "blob-mm": rule.blob_mm,
        "pixel-level": rule.dots.level,
        "group-mm": rule.dots.group_mm,
        "group-least": rule.dots.group_least,
        "group-spread": rule.dots.spread,
        "doubt": rule.dots.doubt,
        "sharp-mm2": rule.dots.sharp_mm2,
        "lowest-score": rule.least_score,
        "most-marks": rule.most_marks,
    }

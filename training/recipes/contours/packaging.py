"""The trained network as a model package."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from domain.finding import FindingKind
from inference.preparing.prepare import PreparingSpec
from inference.systems.contour import CHANCE
from inference.systems.contour_region import REGION_SIDE
from training.export import export_onnx
from training.networks.unetpp import MeanChance
from training.packaging import training_statement
from training.recipes.contours.settings import GROWTH, PIXEL_MM, Profile, make_network
from training.recipes.recipe import Tell
from training.recipes.shipping import licence_of, notes_of, ship
from training.run_folder import RunFolder

VERSION, MODEL = "1.0", "model.onnx"
NAMES = {"unet": "U-Net", "cascade": "Cascaded U-Net", "unetpp": "U-Net++", "v19unetpp": "U-Net++"}
IDENTITIES = {
    "unet": "contour-unet",
    "cascade": "contour-cascade",
    "unetpp": "contour-unetpp",
    "v19unetpp": "contour-unetpp",
}
SIZES = {1: "full", 2: "fine", 4: "small"}
"""How a profile is called by what it folds."""
LEVEL = 0.45
"""Chance from which a pixel is the lesion's: chosen on validation masses, by Dice and by how well
circularity and solidity follow the true outlines'; see ``docs/contours.md``."""
LEVELS = {2: 0.4}
"""The same of networks that fold otherwise than the small one."""
LEAST_SCORE = 0.57
"""Mean chance inside, below which there is no contour: 99 of 100 validation masses lie above."""
SMOOTHING = 0.25
"""Of a folded pixel: more of it rounds what makes an outline irregular."""
AT_ONCE = 6
"""As many sizes of region are tried around a click."""

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
    exported = export_onnx(
        MeanChance(network),
        run / MODEL,
        (CHANCE,),
        ((REGION_SIDE, REGION_SIDE),),
        tolerance=1e-3,
        counts=(2, 1, AT_ONCE),
        half=True,
    )
    told = manifest(config, str(best["step"]), profile, notes_of(folder))
    return ship(exported, target, told, tell)


def identity(profile: Profile) -> str:
    """A package's id, such as ``contour-unet-fine``."""
    return f"{IDENTITIES[profile.network]}-{SIZES[profile.fold]}"


def manifest(
    config: Mapping[str, Any], step: str, profile: Profile, notes: str = ""
) -> dict[str, Any]:
    """Everything that the manifest says before it was measured.

    step: of the best weights. notes: on the training.
    """
    preparing = asdict(PreparingSpec(pixel_mm=PIXEL_MM, margin_mm=0.0))
    return {
        "id": identity(profile),
        "version": VERSION,
        "title": f"{NAMES[profile.network]}: contours of masses ({SIZES[profile.fold]} profile)",
        "system": "contour-unet",
        "stage": "contour",
        "inputs": {"name": "image", "multiple": 32, "preparing": preparing},
        "outputs": {CHANCE: "float32 (n, 1, 256, 256): 0 to 1 that a pixel is the lesion's"},
        "training": training_statement(
            config,
            licence_of(config),
            f"fourview train contours, step {step},",
            notes,
        ),
        "intended_use": INTENDED_USE,
        "kinds": [FindingKind.MASS.value],
        "settings": {
            "growth": GROWTH,
            "level": LEVELS.get(profile.fold, LEVEL),
            "least-score": LEAST_SCORE,
            "smoothing": profile.fold * SMOOTHING,
            "at-once": AT_ONCE,
        },
    }

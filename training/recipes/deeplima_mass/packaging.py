"""The trained detector as a model package."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from domain.finding import FindingKind
from training.export import export_onnx
from training.networks.faster_rcnn import ExportedFasterRcnn, FasterRcnn
from training.packaging import training_statement
from training.recipes.deeplima_mass.settings import PROFILES, SUPPRESSION, MassSettings
from training.recipes.recipe import Tell
from training.recipes.shipping import licence_of, notes_of, ship
from training.run_folder import RunFolder

MODEL, VERSION = "model.onnx", "1.2"

INTENDED_USE = (
    "Research use only, not a medical device. Marks masses, asymmetries and distortions on "
    "screening views. What it was trained and measured on is stated here; on images of other makes "
    "and people it may do worse, and nothing was measured on a screening population."
)


def package(run: Path, target: Path, tell: Tell, settings: MassSettings | None = None) -> Path:
    """Export the best weights of a run and write the package; not measured yet.

    settings: that the run was trained with, where not its profile's.
    """
    folder = RunFolder(run)
    config = folder.config()
    settings = settings or PROFILES[config["profile"]]
    network = FasterRcnn(settings.size)
    network.load_state_dict(folder.load_best())
    exported = export_onnx(ExportedFasterRcnn(network), run / MODEL, ("boxes", "scores"), half=True)
    return ship(exported, target, manifest(config, settings, notes_of(folder)), tell)


def manifest(config: dict[str, Any], settings: MassSettings, notes: str = "") -> dict[str, Any]:
    """Everything that the manifest says before it was measured. notes: on the training."""
    profile = config["profile"]
    return {
        "id": f"deeplima-mass-{profile}",
        "version": VERSION,
        "title": f"DeepLIMa: masses ({profile} profile)",
        "system": "faster-rcnn",
        "stage": "detect",
        "inputs": {"name": "image", "multiple": 32, "preparing": asdict(settings.spec)},
        "outputs": {
            "boxes": "float32 (1, k, 4): left top right bottom in input pixels",
            "scores": "float32 (1, k): 0 to 1, of each box",
        },
        "training": training_statement(
            config, licence_of(config), "fourview train deeplima-mass", notes
        ),
        "intended_use": INTENDED_USE,
        "kinds": [FindingKind.MASS.value],
        "settings": {
            "box-overlap": SUPPRESSION.iou,
            "most-marks": SUPPRESSION.most,
            "lowest-score": SUPPRESSION.least_score,
        },
    }

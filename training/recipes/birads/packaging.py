"""The trained networks as a model package, and what is to be said of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from domain.errors import BadInputError
from inference.packages.manifest import Manifest
from inference.packages.package import MANIFEST, open_package
from inference.systems.classify_calibration import Calibration
from inference.systems.classify_crops import ASSUMED_HEIGHT_MM, FINEST_MM, PLANES
from inference.systems.classify_outputs import (
    AXES,
    BIRADS,
    COMPOSITION,
    COMPOSITION_FILE,
    JUDGE_FILE,
    MALIGNANCY,
)
from training.data.finding_crops import JUDGED
from training.data.sample import DataSet
from training.recipes.birads.settings import BiradsRecipe
from training.run_folder import RunFolder

IDENTITY, VERSION = "birads-small", "1.0"
MOST_BYTES = 12_000_000
LEAST_SURE = 0.5

INTENDED_USE = (
    "Research use only, not a medical device. Trained, calibrated and measured on synthetic images "
    "alone; what its probabilities mean for real mammograms is not known. It proposes a "
    "probability of malignancy, a BI-RADS category and descriptors of findings{composition}; the "
    "reader confirms or changes them."
)
HIT_RULE = (
    "True boxes and kinds are given, outlines from jittered boxes by the contour package, specks "
    "as a detector might give them; a lesion's probability is the mean over its views"
)


def write_package(
    recipe: BiradsRecipe,
    target: Path,
    calibration: Calibration,
    prevalence: float,
    evaluation: Mapping[str, Any] | None,
) -> Path:
    """Write manifest and networks of a run into a folder.

    prevalence: share of malignant findings that it is calibrated on. Raises BadInputError where
    the networks are too large.
    """
    names = [JUDGE_FILE]
    if (recipe.run_folder / COMPOSITION_FILE).exists():
        names.append(COMPOSITION_FILE)
    contents = {name: (recipe.run_folder / name).read_bytes() for name in names}
    size = sum(map(len, contents.values()))
    if size > MOST_BYTES:
        raise BadInputError(
            f"the networks have {size} bytes, and a package at most {MOST_BYTES}",
            where=str(recipe.run_folder),
            remedy="Train a narrower network",
        )
    digests = {name: hashlib.sha256(one).hexdigest() for name, one in contents.items()}
    told = manifest(recipe, digests, calibration, prevalence, evaluation)
    checked = Manifest.model_validate(told).model_dump(mode="json")
    target.mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        (target / name).write_bytes(content)
    text = json.dumps(checked, indent=1)
    (target / MANIFEST).write_text(text + "\n", encoding="utf-8")
    return target


def manifest(
    recipe: BiradsRecipe,
    digests: Mapping[str, str],
    calibration: Calibration,
    prevalence: float,
    evaluation: Mapping[str, Any] | None,
) -> dict[str, Any]:
    """Everything that the manifest says. digests: SHA-256 by file."""
    composes = COMPOSITION_FILE in digests
    preparing = {"pixel_mm": FINEST_MM[False], "assumed_height_mm": ASSUMED_HEIGHT_MM}
    return {
        "id": IDENTITY,
        "version": VERSION,
        "title": f"Malignancy, BI-RADS{' and composition' * composes}, trained on phantoms",
        "system": "classify-densenet",
        "stage": "classify",
        "inputs": {"name": "planes", "channels": PLANES, "multiple": 32, "preparing": preparing},
        "outputs": _outputs(recipe, composes=composes),
        "training": _training(recipe, prevalence, composes=composes),
        "evaluation": evaluation,
        "intended_use": INTENDED_USE.format(composition=", and a composition" * composes),
        "kinds": sorted(kind.value for kind in JUDGED),
        "files": dict(digests),
        "settings": {
            "side": recipe.side,
            "least-sure": LEAST_SURE,
            "prevalence": round(prevalence, 4),
            **{name: round(value, 6) for name, value in calibration.settings().items()},
        },
    }


def _outputs(recipe: BiradsRecipe, *, composes: bool) -> dict[str, str]:
    told = {MALIGNANCY: "float32 (n): log-odds of malignancy before calibration"}
    if recipe.birads:
        told[BIRADS] = "float32 (n): place on the normalised BI-RADS scale, 0 to 1"
        told |= {
            name: f"float32 (n, k): probabilities of terms, {axis.value}"
            for name, axis in AXES.items()
        }
    if composes:
        told[COMPOSITION] = f"{COMPOSITION_FILE}, float32 (1, 4): probabilities of a to d"
    return told


def _training(recipe: BiradsRecipe, prevalence: float, *, composes: bool) -> dict[str, Any]:
    config = RunFolder(recipe.run_folder).config()
    studies = _there(recipe.train)
    step = RunFolder(recipe.run_folder).best_words().get("step", "?")
    return {
        "data": f"Phantoms: {studies} synthetic four-view studies, seeds from "
        f"{', '.join(str(one.first_seed) for one in recipe.train)}",
        "licence": "Fourview's own (Apache-2.0); no patient's image was used",
        "images": sum(len(one.infos()) for one in recipe.train),
        "recipe": f"training.recipes.birads, step {step}, at revision {config['revision']}",
        "finished": f"{datetime.now(UTC):%Y-%m-%d}",
        "notes": f"Calibrated on synthetic findings of which {prevalence:.0%} were malignant: in "
        "screening far fewer are, so that its probabilities are too high there. The findings that "
        "it is calibrated on also chose its weights. Outlines came from the contour package "
        f"{_contours(recipe)}; of calcifications there were few findings."
        + " The composition was learnt from phantoms too."
        * composes,
    }


def _contours(recipe: BiradsRecipe) -> str:
    told = open_package(recipe.contours).manifest
    return f"{told.id} {told.version}"


def _there(sets: Sequence[DataSet]) -> int:
    """Studies of which at least one image is there."""
    return len({info.patient for one in sets for info in one.infos()})


def evaluation_of(
    data: Sequence[DataSet],
    figures: Mapping[str, float],
    baseline: Mapping[str, float],
    composition: Mapping[str, float],
) -> dict[str, Any]:
    """For a manifest. baseline: of the same network without the BI-RADS heads, may be empty."""
    return {
        "data": f"{_there(data)} synthetic studies, on seeds that nothing was chosen by",
        "images": sum(len(one.infos()) for one in data),
        "hit_rule": HIT_RULE,
        "figures": {**figures, **composition},
        "baseline": dict(baseline),
        "notes": "Intervals are 95 %, from a bootstrap over patients. The ceiling is the AUC of "
        "the probability that the outcome was drawn with. Baseline: trained on outcomes alone.",
    }

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
from training.data.phantoms import PhantomSet
from training.data.sample import CALCIFIED, DataSet
from training.recipes.birads.settings import BiradsRecipe
from training.recipes.shipping import licence_of
from training.run_folder import RunFolder

IDENTITY, VERSION = "birads-small", "1.1"
MOST_BYTES = 12_000_000
LEAST_SURE = 0.5
OWN_ALONE = "Fourview's own (Apache-2.0); no patient's image was used"
EVALUATION_NOTES = "evaluation-notes.txt"
_ENOUGH = 0.05
"""Share of calcifications among the findings, below which there are few."""

INTENDED_USE = (
    "Research use only, not a medical device. {learnt} It proposes a probability of malignancy, a "
    "BI-RADS category and descriptors of findings{composition}; the reader confirms or changes "
    "them."
)
SYNTHETIC = (
    "Trained, calibrated and measured on synthetic images alone; what its probabilities mean for "
    "real mammograms is not known."
)
OTHERS = "What its probabilities mean on images of other makes and people is not known."
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
    *,
    training: Mapping[str, Any] | None = None,
) -> Path:
    """Write manifest and networks of a run into a folder.

    prevalence: share of malignant findings that it is calibrated on. training: what is said of it,
    where the sets that it learnt from are not at hand. Raises BadInputError where the networks are
    too large.
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
    composes = COMPOSITION_FILE in digests
    told["training"] = training or training_told(recipe, prevalence, composes=composes)
    synthetic = told["training"]["licence"] == OWN_ALONE
    told["title"] += ", trained on phantoms" * synthetic
    told["intended_use"] = INTENDED_USE.format(
        learnt=SYNTHETIC if synthetic else OTHERS, composition=", and a composition" * composes
    )
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
    """What the manifest says but for what follows from the training. digests: SHA-256 by file."""
    composes = COMPOSITION_FILE in digests
    preparing = {"pixel_mm": FINEST_MM[False], "assumed_height_mm": ASSUMED_HEIGHT_MM}
    return {
        "id": IDENTITY,
        "version": VERSION,
        "title": f"Malignancy, BI-RADS{' and composition' * composes}",
        "system": "classify-densenet",
        "stage": "classify",
        "inputs": {"name": "planes", "channels": PLANES, "multiple": 32, "preparing": preparing},
        "outputs": _outputs(recipe, composes=composes),
        "evaluation": evaluation,
        "intended_use": INTENDED_USE,
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


def training_told(recipe: BiradsRecipe, prevalence: float, *, composes: bool) -> dict[str, Any]:
    """What the manifest says of a run's training. composes: it tells compositions too."""
    folder = RunFolder(recipe.run_folder)
    step = folder.best_words().get("step", "?")
    notes = (
        f"Calibrated on synthetic findings of which {prevalence:.0%} were malignant: in "
        "screening far fewer are, so that its probabilities are too high there."
        if _synthetic((*recipe.train, *recipe.valid))
        else f"Calibrated on findings of which {prevalence:.0%} were malignant.",
        _chosen_by(folder, recipe),
        f"Outlines came from the contour package {_contours(recipe)}{_few(recipe.train)}.",
        _composed(folder) if composes else "",
        folder.notes(),
    )
    return {
        "data": _named(recipe.train)[:300],
        "licence": _licence(recipe.train),
        "images": sum(len(one.infos()) for one in recipe.train),
        "recipe": f"fourview train birads, step {step}, at revision {folder.config()['revision']}",
        "finished": f"{datetime.now(UTC):%Y-%m-%d}",
        "notes": " ".join(part for part in notes if part),
    }


def _chosen_by(folder: RunFolder, recipe: BiradsRecipe) -> str:
    chosen = folder.config()["data"]["valid"]
    if chosen == [one.name for one in recipe.valid]:
        return "The findings that it is calibrated on also chose its weights."
    return f"Its weights were chosen by others than it is calibrated on: {'; '.join(chosen)}."


def _composed(folder: RunFolder) -> str:
    """From which images the composition was learnt, where its run tells."""
    told = RunFolder(folder.path / "composition").config().get("data")
    return f"The composition was learnt from {'; '.join(told)}." if told else ""


def _named(sets: Sequence[DataSet]) -> str:
    phantoms = [one for one in sets if isinstance(one, PhantomSet)]
    if len(phantoms) == len(sets):
        seeds = ", ".join(str(one.first_seed) for one in phantoms)
        return f"Phantoms: {_there(sets)} synthetic four-view studies, seeds from {seeds}"
    return "; ".join(f"{len(one.infos())} images of {one.name}" for one in sets)


def _synthetic(sets: Sequence[DataSet]) -> bool:
    """Whether all images are phantoms."""
    return all(isinstance(one, PhantomSet) or "synthetic" in one.name for one in sets)


def _licence(sets: Sequence[DataSet]) -> str:
    if _synthetic(sets):
        return OWN_ALONE
    return licence_of({"data": {"train": [[one.name] for one in sets]}})


def _few(sets: Sequence[DataSet]) -> str:
    """Says so where hardly any finding was a calcification."""
    found = [one for data in sets for info in data.infos() for one in info.findings]
    few = sum(one.kind in CALCIFIED for one in found) < _ENOUGH * len(found)
    return "; of calcifications there were few findings" * few


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
    notes: str = "",
) -> dict[str, Any]:
    """For a manifest. baseline: of the same network without the BI-RADS heads, may be empty.

    notes: what else is to be said.
    """
    usual = (
        "Intervals are 95 %, from a bootstrap over patients. The ceiling is the AUC of the "
        "probability that the outcome was drawn with. Baseline: trained on outcomes alone."
    )
    return {
        "data": f"{_there(data)} synthetic studies, on seeds that nothing was chosen by",
        "images": sum(len(one.infos()) for one in data),
        "hit_rule": HIT_RULE,
        "figures": {**figures, **composition},
        "baseline": dict(baseline),
        "notes": f"{usual} {notes}".strip(),
    }


def measured_notes(recipe: BiradsRecipe, baseline: BiradsRecipe | None) -> str:
    """What limits the figures: kinds that no test image shows, a run that was stopped early, and
    what the run's ``evaluation-notes.txt`` says.
    """
    shown = {one.kind for data in recipe.test for info in data.infos() for one in info.findings}
    parts = ["" if shown & CALCIFIED else "No calcification was in the test images."]
    for name, one in (("The", recipe), ("The baseline's", baseline)):
        if one is not None:
            parts.append(_stopped(f"{name} run", one))
    own = recipe.run_folder / EVALUATION_NOTES
    parts.append(" ".join(own.read_text(encoding="utf-8").split()) if own.exists() else "")
    return " ".join(part for part in parts if part)


def _stopped(name: str, recipe: BiradsRecipe) -> str:
    """A sentence where a run is not at its schedule's end."""
    folder = RunFolder(recipe.run_folder)
    kept, steps = folder.load_state(), folder.config()["schedule"]["steps"]
    if kept is None or kept["step"] >= steps:
        return ""
    return (
        f"{name} was stopped at step {kept['step']} of {steps}; its best weights are of step "
        f"{folder.best_words().get('step', '?')}."
    )

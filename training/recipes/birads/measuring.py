"""A package's own answers on findings whose truth is known, by the system that the reader runs."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from domain.finding import FindingKind
from domain.lexicon import Assessment
from inference.backends.choice import Choice, Provider
from inference.backends.pool import SessionPool
from inference.packages.package import ModelPackage
from inference.systems.classify import DenseNetClassifier
from inference.systems.classify_crops import CALCIFIED
from inference.systems.classify_outputs import AXES
from inference.systems.system import Judged, RawMark, SeenView
from training.data.finding_crops import COARSEST_MM, JUDGED, lesion_of, masks_of
from training.data.outlines import OutlineStore
from training.data.sample import DataSet, Sample, TrueFinding
from training.metrics.calibration import expected_calibration_error
from training.metrics.roc import auc, auc_interval
from training.recipes.birads.scale import SCALE

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Answer:
    """One finding on one image. lesion: the same for both views of one."""

    judged: Judged
    truth: TrueFinding
    patient: str
    lesion: str


def answers(
    package: ModelPackage, sets: Iterable[DataSet], outlines: OutlineStore, threads: int = 1
) -> list[Answer]:
    """What the package says of each finding, given its true box and kind and the outline that a
    reader would have.
    """
    system = DenseNetClassifier(package)
    run = SessionPool(Choice(Provider.CPU, "to measure", threads)).runner()
    told: list[Answer] = []
    for data in sets:
        for info in data.infos():
            if not any(one.malignant is not None for one in info.of(JUDGED)):
                continue
            sample = data.open(info)
            marked = list(_marked(sample, outlines))
            view = SeenView(sample.pixels, sample.grey, sample.spacing)
            said = system.classify(view, [mark for _, mark in marked], run)
            for (one, _), judged in zip(marked, said, strict=True):
                if judged is not None:
                    told.append(Answer(judged, one, info.patient, lesion_of(info, one)))
    return told


def _marked(sample: Sample, outlines: OutlineStore) -> Iterator[tuple[TrueFinding, RawMark]]:
    drawn = outlines.of(sample)
    coarse = (sample.spacing.row_mm or 0.0) > COARSEST_MM
    for place, one in enumerate(sample.info.findings):
        if one.kind in JUDGED and one.malignant is not None:
            if coarse and one.kind in CALCIFIED:
                continue
            mask = masks_of(one, drawn.get(place, ()), outlines.draws)[1]
            yield one, RawMark(one.box, 1.0, one.kind, mask=mask)


def figures_of(told: Sequence[Answer]) -> dict[str, float]:
    """By name: AUC beside its ceiling, calibration, categories, descriptors.

    A lesion's probability is the mean over its views. Figures without findings are left out.
    """
    soft = [one for one in told if one.truth.kind not in CALCIFIED]
    dots = [one for one in told if one.truth.kind in CALCIFIED]
    masses = [one for one in told if one.truth.kind is FindingKind.MASS]
    figures: dict[str, float] = {}
    for name, some in (("", told), ("soft ", soft), ("mass ", masses), ("calcified ", dots)):
        figures |= _parting(name, some)
    figures["findings"] = len(told)
    figures["malignant share"] = _share(told, lambda one: bool(one.truth.malignant))
    figures["calibration error"] = expected_calibration_error(
        [one.judged.malignancy for one in told], [bool(one.truth.malignant) for one in told]
    )
    figures |= _categories(told) | _descriptors(told)
    return {name: round(value, 4) for name, value in figures.items() if math.isfinite(value)}


def lesions_of(told: Sequence[Answer]) -> list[list[Answer]]:
    """Views of each lesion together."""
    groups: dict[str, list[Answer]] = {}
    for one in told:
        groups.setdefault(one.lesion, []).append(one)
    return list(groups.values())


def _parting(name: str, told: Sequence[Answer]) -> dict[str, float]:
    """AUC of lesions, its interval over patients, and that of the generating probability."""
    groups = lesions_of(told)
    outcome = [bool(one[0].truth.malignant) for one in groups]
    if len(set(outcome)) < 2:
        return {}
    chance = [float(np.mean([one.judged.malignancy for one in some])) for some in groups]
    ceiling = [float(one[0].truth.probability or 0.0) for one in groups]
    found = auc_interval([one[0].patient for one in groups], chance, outcome)
    each = auc([one.judged.malignancy for one in told], [bool(one.truth.malignant) for one in told])
    return {
        f"{name}auc": found.value,
        f"{name}auc, low": found.low,
        f"{name}auc, high": found.high,
        f"{name}auc, each view alone": each,
        f"{name}auc, ceiling": auc(ceiling, outcome),
        f"{name}lesions": len(groups),
    }


def _categories(told: Sequence[Answer]) -> dict[str, float]:
    """Agreement of categories, of findings that have one of 2 to 5."""
    ladder = [one for one in SCALE if one not in (Assessment.NEGATIVE, Assessment.PROVEN)]
    pairs = [
        (ladder.index(one.judged.assessment), ladder.index(one.truth.assessment))
        for one in told
        if one.judged.assessment in ladder and one.truth.assessment in ladder
    ]
    if not pairs:
        return {}
    apart = np.array([abs(said - true) for said, true in pairs])
    return {
        "category right": float((apart == 0).mean()),
        "category at most one off": float((apart <= 1).mean()),
    }


def _descriptors(told: Sequence[Answer]) -> dict[str, float]:
    """How often a descriptor is told, and how often it is then right."""
    figures: dict[str, float] = {}
    for name, axis in AXES.items():
        pairs: list[tuple[str, str]] = []
        asked = 0
        for one in told:
            true = dict(one.truth.descriptors.terms).get(axis)
            said = dict(one.judged.descriptors.terms).get(axis)
            asked += true is not None
            if true is not None and said is not None:
                pairs.append((said, true))
        if pairs:
            figures[f"{name} told"] = len(pairs) / asked
            figures[f"{name} right where told"] = float(np.mean([a == b for a, b in pairs]))
    return figures


def _share(told: Sequence[Answer], holds: Callable[[Answer], bool]) -> float:
    return float(np.mean([holds(one) for one in told])) if told else math.nan


def table(columns: Mapping[str, Mapping[str, float]]) -> str:
    """Figures of several packages beside each other, as text."""
    names = list(dict.fromkeys(name for told in columns.values() for name in told))
    lines = [f"{'':34}" + "".join(f"{title:>14}" for title in columns)]
    for name in names:
        cells = [
            f"{told[name]:14.4g}" if name in told else f"{'-':>14}" for told in columns.values()
        ]
        lines.append(f"{name:34}" + "".join(cells))
    return "\n".join(lines)

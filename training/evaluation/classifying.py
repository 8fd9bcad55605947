"""How well a package judges findings: AUC beside its ceiling, calibration, categories, density."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from domain.lexicon import Assessment
from inference.packages.package import ModelPackage
from inference.systems.known import make_classifier
from inference.systems.system import Judged, RawMark, Runner
from training.data.sample import DataSet, SampleInfo
from training.evaluation.reading import Step, seen
from training.metrics.bootstrap import NO_INTERVAL, Interval, mean_interval
from training.metrics.calibration import Bin, brier, calibration_interval, reliability
from training.metrics.roc import auc_gain, auc_interval, sensitivity_at

SPECIFICITIES = (0.8, 0.9)
ORDER = tuple(
    one for one in Assessment if one.likelihood is not None and one is not Assessment.SUSPICIOUS
)
"""Categories of findings by rising suspicion; a plain 4 has no place among its parts."""


@dataclass(frozen=True)
class JudgedFinding:
    """One finding that is known to be malignant or not, and what the package says of it.

    ceiling: the probability that its outcome was drawn from, where that is known.
    """

    patient: str
    kind: str
    malignant: bool
    said: float
    ceiling: float | None
    assessment: Assessment | None
    told: Assessment | None


@dataclass(frozen=True)
class JudgedImage:
    """One image's findings; composition: what is true and what is said, where both are known."""

    patient: str
    findings: tuple[JudgedFinding, ...]
    unjudged: int
    composition: tuple[str, str] | None


@dataclass(frozen=True)
class Classifying:
    """What was measured of a classifier, with intervals over patients.

    short: AUC of the ceiling less its own, paired. kinds: AUC by kind of finding. categories:
    share of findings whose category is the true one; near: or a neighbour of it.
    """

    findings: int
    patients: int
    malignant: int
    unjudged: int
    auc: Interval
    ceiling: Interval
    short: Interval
    kinds: Mapping[str, Interval]
    calibration: Interval
    brier: float
    sensitivities: Mapping[float, float]
    categories: Interval
    near: Interval
    composition: Interval
    bins: tuple[Bin, ...]
    judged: tuple[JudgedFinding, ...] = field(repr=False)


def judge_images(
    package: ModelPackage,
    run: Runner,
    data: DataSet,
    infos: Sequence[SampleInfo],
    step: Step = lambda: None,
) -> Iterator[JudgedImage]:
    """Findings of known outcome, from their true boxes and masks. step: called after each image."""
    system = make_classifier(package)
    for info in infos:
        known = [one for one in info.findings if one.malignant is not None]
        if known or info.composition:
            view = seen(data.open(info))
            marks = [RawMark(one.box, 1.0, one.kind, mask=one.mask) for one in known]
            answers: Sequence[Judged | None] = system.classify(view, marks, run) if marks else ()
            density: Mapping[str, float] = system.composition(view, run)
            findings = tuple(
                JudgedFinding(
                    info.patient,
                    one.kind.value,
                    bool(one.malignant),
                    answer.malignancy,
                    one.probability,
                    one.assessment,
                    answer.assessment,
                )
                for one, answer in zip(known, answers, strict=True)
                if answer is not None
            )
            said = max(density, key=lambda name: density[name], default="")
            both = (info.composition, said) if info.composition and said else None
            yield JudgedImage(info.patient, findings, len(known) - len(findings), both)
        step()


def summary(images: Sequence[JudgedImage]) -> Classifying:
    """All figures; NaN where there are no cases of both classes."""
    found = [one for image in images for one in image.findings]
    patients = [one.patient for one in found]
    said, true = [one.said for one in found], [one.malignant for one in found]
    densities = [(image.patient, image.composition) for image in images if image.composition]
    both = any(true) and not all(true)
    ceiling, short = _ceiling(found)
    return Classifying(
        findings=len(found),
        patients=len(set(patients)),
        malignant=sum(true),
        unjudged=sum(image.unjudged for image in images),
        auc=auc_interval(patients, said, true),
        ceiling=ceiling,
        short=short,
        kinds={kind: _kind_auc(found, kind) for kind in sorted({one.kind for one in found})},
        calibration=calibration_interval(patients, said, true),
        brier=brier(said, true),
        sensitivities={
            at: sensitivity_at(said, true, at) if both else math.nan for at in SPECIFICITIES
        },
        categories=_agreement(found, 0),
        near=_agreement(found, 1),
        composition=mean_interval(
            [who for who, _ in densities], [float(one[0] == one[1]) for _, one in densities]
        ),
        bins=reliability(said, true),
        judged=tuple(found),
    )


def _kind_auc(found: Sequence[JudgedFinding], kind: str) -> Interval:
    own = [one for one in found if one.kind == kind]
    return auc_interval(
        [one.patient for one in own], [one.said for one in own], [one.malignant for one in own]
    )


def _ceiling(found: Sequence[JudgedFinding]) -> tuple[Interval, Interval]:
    """AUC of the generating probability, and how far the package stays below it."""
    known = [(one, one.ceiling) for one in found if one.ceiling is not None]
    if not known or len(known) < len(found):
        return NO_INTERVAL, NO_INTERVAL
    patients = [one.patient for one, _ in known]
    true = [one.malignant for one, _ in known]
    best, said = [top for _, top in known], [one.said for one, _ in known]
    return auc_interval(patients, best, true), auc_gain(patients, best, said, true)


def _agreement(found: Sequence[JudgedFinding], apart: int) -> Interval:
    pairs = [
        (one.patient, float(abs(ORDER.index(one.assessment) - ORDER.index(one.told)) <= apart))
        for one in found
        if one.assessment in ORDER and one.told in ORDER
    ]
    return mean_interval([who for who, _ in pairs], [hit for _, hit in pairs])

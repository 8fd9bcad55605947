"""How well a package outlines: Dice from true boxes and from a detector's."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from domain.finding import FindingKind
from domain.geometry import Box
from domain.mask import RleMask
from inference.packages.manifest import EvaluationStatement
from inference.packages.package import ModelPackage
from inference.systems.known import make_contourer
from inference.systems.system import Outlined, RawMark, Runner, SeenView
from training.baselines.shown import pixel_mm
from training.data.sample import DataSet, Sample, SampleInfo, TrueFinding
from training.evaluation.reading import Marker, Step, seen
from training.evaluation.truths import LEAST_MM
from training.metrics.bootstrap import Interval, mean_interval
from training.metrics.froc import Mark, match
from training.metrics.hits import IOU_02, Truth
from training.metrics.overlap import dice, union

Outline = Callable[[SeenView, Box], Outlined | None]

WORDS = (
    f"masses with a mask, at least {LEAST_MM:g} mm wide; a region without a contour has a Dice of 0"
)


@dataclass(frozen=True)
class OutlinedImage:
    """Dice of one image's masses. true: from their own boxes. detected: from the surest of the
    detector's boxes that hits each (IoU >= 0.2), of those that one hits. whole: of the union of all
    contours from the detector's shown marks with the union of all masses, in the full image;
    ``None`` without a detector. silent: masses for which no contour was given.
    """

    patient: str
    sizes_mm: tuple[float, ...]
    true: tuple[float, ...]
    detected: tuple[float, ...] = ()
    whole: float | None = None
    silent: int = 0


@dataclass(frozen=True)
class Contouring:
    """Means over masses, or over images with a mass for ``whole``, with intervals."""

    images: int
    patients: int
    masses: int
    silent: int
    true: Interval
    detected: Interval
    detected_masses: int
    whole: Interval
    outlined: tuple[OutlinedImage, ...] = field(repr=False)


def outliner(package: ModelPackage, run: Runner) -> Outline:
    """What outlines the lesion in a box of a view, as in the reader."""
    system = make_contourer(package)
    return lambda view, box: system.contour(view, box, run)


def outline_images(
    outline: Outline,
    data: DataSet,
    infos: Sequence[SampleInfo],
    detect: tuple[Marker, float] | None = None,
    step: Step = lambda: None,
) -> Iterator[OutlinedImage]:
    """All images that show a mass with a mask. detect: a detector and the score from which its
    marks count. step: called after each image.
    """
    for info in infos:
        masked = [one for one in info.findings if _has_mask(one)]
        if masked:
            found = _outlined(outline, data.open(info), masked, detect)
            if found is not None:
                yield found
        step()


def summary(images: Sequence[OutlinedImage]) -> Contouring:
    """Means with intervals over patients."""
    true = [(image.patient, value) for image in images for value in image.true]
    detected = [(image.patient, value) for image in images for value in image.detected]
    whole = [(image.patient, image.whole) for image in images if image.whole is not None]
    return Contouring(
        images=len(images),
        patients=len({image.patient for image in images}),
        masses=len(true),
        silent=sum(image.silent for image in images),
        true=_mean(true),
        detected=_mean(detected),
        detected_masses=len(detected),
        whole=_mean(whole),
        outlined=tuple(images),
    )


def statement(found: Contouring, data: str, notes: str) -> EvaluationStatement:
    """The evaluation of a package that outlines. data: what it was measured on, in words."""
    means = {
        "Dice from true boxes": found.true,
        "Dice from the detector's boxes": found.detected,
        "Dice of full images": found.whole,
    }
    figures = {
        name: round(value, 4)
        for what, one in means.items()
        for name, value in (
            (what, one.value),
            (f"{what}, low", one.low),
            (f"{what}, high", one.high),
        )
        if math.isfinite(value)
    }
    figures["share without a contour"] = round(found.silent / max(1, found.masses), 4)
    told = "Intervals are 95 %, from a bootstrap over patients."
    return EvaluationStatement(
        data=f"{data}: {found.images} images of {found.patients} patients, {found.masses} masses"[
            :300
        ],
        images=found.images,
        hit_rule=WORDS,
        figures=figures,
        notes=" ".join(part for part in (told, notes) if part),
    )


def _mean(pairs: Sequence[tuple[str, float]]) -> Interval:
    return mean_interval([who for who, _ in pairs], [value for _, value in pairs])


def _has_mask(finding: TrueFinding) -> bool:
    mask = finding.mask
    return finding.kind is FindingKind.MASS and mask is not None and not mask.empty


def _outlined(
    outline: Outline,
    sample: Sample,
    masked: Sequence[TrueFinding],
    detect: tuple[Marker, float] | None,
) -> OutlinedImage | None:
    mm = pixel_mm(sample.spacing, sample.size)
    wide = [one for one in masked if min(one.box.width, one.box.height) * mm >= LEAST_MM]
    if not wide:
        return None
    view = seen(sample)
    answers = [outline(view, one.box) for one in wide]
    true = [_dice(answer, one) for answer, one in zip(answers, wide, strict=True)]
    sizes = tuple(max(one.box.width, one.box.height) * mm for one in wide)
    silent = sum(answer is None for answer in answers)
    patient = sample.info.patient
    if detect is None:
        return OutlinedImage(patient, sizes, tuple(true), silent=silent)
    detected, whole = _by_detector(outline, view, wide, detect)
    return OutlinedImage(patient, sizes, tuple(true), detected, whole, silent)


def _by_detector(
    outline: Outline,
    view: SeenView,
    wide: Sequence[TrueFinding],
    detect: tuple[Marker, float],
) -> tuple[tuple[float, ...], float]:
    find, least = detect
    shown: list[RawMark] = [mark for mark in find(view) if mark.score >= least]
    answers = [outline(view, mark.box) for mark in shown]
    marks = [Mark(mark.score, mark.box) for mark in shown]
    matched = match(IOU_02.hit, marks, [Truth(one.box) for one in wide])
    detected = tuple(
        _dice(answers[at], one)
        for one, at in zip(wide, matched.best, strict=True)
        if at is not None
    )
    drawn = [answer.mask for answer in answers if answer is not None]
    truth = union(_masks(wide))
    return detected, dice(union(drawn), truth) if drawn else 0.0


def _masks(findings: Sequence[TrueFinding]) -> list[RleMask]:
    return [one.mask for one in findings if one.mask is not None]


def _dice(answer: Outlined | None, finding: TrueFinding) -> float:
    if answer is None or finding.mask is None:
        return 0.0
    return dice(answer.mask, finding.mask)

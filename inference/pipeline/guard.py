"""Which views a package may read: refused, read with doubts, or read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from domain.laterality import Laterality
from domain.study import ImageKind, PresentationIntent
from domain.view_position import ViewModifier
from imaging.anatomy.breast import BreastRegion
from inference.packages.manifest import InputDomain
from inference.pipeline.inputs import ViewInput
from inference.pipeline.results import ViewStatus

_SURE_OF_BREAST = 0.4
"""Confidence of the breast's outline below which a reader is told."""

_NEVER = {
    ImageKind.TOMOSYNTHESIS: "a tomosynthesis stack",
    ImageKind.CONTRAST: "a contrast-enhanced image",
    ImageKind.STEREOTACTIC: "a stereotactic frame of a biopsy",
    ImageKind.SPECIMEN: "a specimen taken out of the breast",
    ImageKind.MOSAIC: "one part of a mosaic",
    ImageKind.OTHER: "no mammogram of a breast",
    ImageKind.FILM: "a film scan",
}
"""Kinds that are refused unless a package names them."""

_DOUBTED = {
    ImageKind.FFDM: "a full-field digital image",
    ImageKind.SYNTHETIC: "a synthetic 2D image",
    ImageKind.PICTURE: "a picture file whose origin nothing tells",
}
"""Kinds that are read with doubts where a package does not name them."""

_ENLARGED = {
    ViewModifier.MAGNIFICATION: "a magnification view",
    ViewModifier.SPOT: "a spot view",
    ViewModifier.TANGENTIAL: "a tangential view",
    ViewModifier.CLEAVAGE: "a cleavage view",
}


@dataclass(frozen=True)
class Verdict:
    """status: READ, FLAGGED or REFUSED. reasons: sentences for a reader; empty for READ."""

    status: ViewStatus
    reasons: tuple[str, ...] = ()

    @property
    def refused(self) -> bool:
        """Whether no network may see the view."""
        return self.status is ViewStatus.REFUSED


def judge(view: ViewInput, domain: InputDomain) -> Verdict:
    """Judge a view by its header, before its pixels are opened."""
    refusals = tuple(_refusals(view, domain))
    if refusals:
        return Verdict(ViewStatus.REFUSED, refusals)
    return _flagged(tuple(_doubts(view, domain)))


def judge_pixels(verdict: Verdict, region: BreastRegion) -> Verdict:
    """The verdict after a look at the pixels."""
    if region.box is None:
        return Verdict(ViewStatus.REFUSED, ("No breast could be made out in the picture",))
    if region.confidence < _SURE_OF_BREAST:
        doubt = "Where the breast ends could hardly be made out"
        return _flagged((*verdict.reasons, doubt))
    return verdict


def join(verdicts: Sequence[Verdict]) -> Verdict:
    """Of several packages: refused only where all refuse; all reasons are told once."""
    reasons = tuple(dict.fromkeys(reason for one in verdicts for reason in one.reasons))
    if all(one.refused for one in verdicts):
        return Verdict(ViewStatus.REFUSED, reasons)
    return _flagged(reasons)


def _flagged(reasons: tuple[str, ...]) -> Verdict:
    return Verdict(ViewStatus.FLAGGED if reasons else ViewStatus.READ, reasons)


def _refusals(view: ViewInput, domain: InputDomain) -> Iterator[str]:
    if view.intent is PresentationIntent.FOR_PROCESSING and view.intent not in domain.intents:
        yield "For Processing: raw detector values, which the network never saw"
    if view.kind in _NEVER and view.kind not in domain.kinds:
        yield f"Is {_NEVER[view.kind]}, which the network was not made for"
    for modifier in sorted(view.modifiers & _ENLARGED.keys(), key=lambda one: one.value):
        yield f"Is {_ENLARGED[modifier]}; the network was made for whole breasts"
    if view.laterality is Laterality.BOTH:
        yield "Shows both breasts; the network was made for one"


def _doubts(view: ViewInput, domain: InputDomain) -> Iterator[str]:
    if view.kind in _DOUBTED and domain.kinds and view.kind not in domain.kinds:
        yield f"Is {_DOUBTED[view.kind]}; the network was not measured on such"
    if view.intent is PresentationIntent.UNSTATED and view.kind is not ImageKind.PICTURE:
        yield "Nothing says that the image is For Presentation"
    if not _known(view.vendor, domain.vendors):
        named = f"of {view.vendor}" if view.vendor else "of an unknown make"
        yield f"Comes from a unit {named}; the network was not measured on such"
    if view.implant and ViewModifier.IMPLANT_DISPLACED not in view.modifiers:
        yield "Shows an implant, which may be marked or may hide a lesion"
    if view.partial:
        yield "Shows a part of the breast only"
    if view.spacing.row_mm is None:
        yield "The pixel spacing is unknown, so that sizes are guessed"
    if view.laterality is None or view.position is None:
        yield "Nothing says which view of which breast it is"


def _known(vendor: str, vendors: Sequence[str]) -> bool:
    """An empty list names none: then only a header that says nothing is doubted."""
    name = vendor.strip().casefold()
    if not vendors:
        return bool(name)
    return bool(name) and any(name.startswith(one.strip().casefold()) for one in vendors)

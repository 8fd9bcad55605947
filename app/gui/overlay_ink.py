"""Draws findings, measurements and followed places as overlays of a pane."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from uuid import UUID

from annotations.shapes.groups import group_of_mask
from annotations.shapes.outlines import outline_of
from app.presenters.following import NOTHING_FOLLOWED, Followed
from app.presenters.measuring import Measured
from domain.finding import Finding, FindingKind, FindingStatus, Geometry, ModelProvenance
from domain.geometry import Box, ImagePoint
from domain.mask import RleMask
from viewing.linking.arc import DistanceArc
from viewing.linking.breast_frame import Nipple, NippleSource
from viewing.measuring.angle import Angle
from viewing.measuring.ellipse import EllipseStatistics
from viewing.measuring.lengths import NippleDistance, Ruler
from viewing.state.resolve import PaneView
from viewing.tools.tool import Preview
from widgets.pane import overlays
from widgets.pane.extents import around
from widgets.pane.overlays import Ink, Overlay, Stroke

_NO_NUMBERS: Mapping[UUID, int] = MappingProxyType({})
_NO_SCORES: Mapping[UUID, float] = MappingProxyType({})
_MIRRORED = Stroke(Ink.QUIET)
_ARC = Stroke(Ink.PLAIN)
_BAND = Stroke(Ink.QUIET, dashed=True)
_DRAWN = Stroke(Ink.READER)
_AID = Stroke(Ink.QUIET, dashed=True)
_SMALL = 64.0
"""Screen pixels that handles reach over, below which they are small."""

_SCORES = "scores"
_APART = "  "
_SWITCHED = (FindingStatus.PROPOSED, FindingStatus.REJECTED)
_NONE_OFF: frozenset[str] = frozenset()
_NIPPLE = {
    NippleSource.ESTIMATED: Stroke(Ink.PLAIN),
    NippleSource.DRAGGED: Stroke(Ink.READER),
}


@dataclass(frozen=True)
class Told:
    """How a finding of a comparison is drawn, whoever marked it. low: its label hangs below.

    faint: it was decided against.
    """

    ink: Ink
    label: str
    dashed: bool = False
    low: bool = False
    faint: bool = False


_NOTHING_TOLD: Mapping[UUID, Told] = MappingProxyType({})


def overlays_of(
    view: PaneView,
    measured: Iterable[Measured],
    followed: Followed = NOTHING_FOLLOWED,
    *,
    selected: frozenset[UUID] = frozenset(),
    hidden: frozenset[UUID] = frozenset(),
    numbers: Mapping[UUID, int] = _NO_NUMBERS,
    filled: bool = False,
    layers: frozenset[str] = frozenset(),
    scores: Mapping[UUID, float] = _NO_SCORES,
    hovered: frozenset[UUID] = frozenset(),
    told: Mapping[UUID, Told] = _NOTHING_TOLD,
) -> tuple[Overlay, ...]:
    """Everything that is drawn over a pane's image, but for what a tool shows.

    hidden: findings that a tool's preview stands for. numbers: what findings are called on the
    screen. filled: masks at 25 %, while a key is held. layers: what of a model's marks is switched
    off: "boxes" (with single positions), "contours", "masks", "scores"; marks that a reader has
    accepted stay. scores: 0 to 1, written in per cent behind the number. hovered: findings that
    the pointer is over, here or in the list; they are lit, and so is what corresponds to them or
    to a selected one. told: findings that are drawn otherwise than by their provenance. What did
    not change since the last call for this image gives the same objects, which are not drawn anew.
    """
    if view.ref is None:
        return ()
    shown = _NO_SCORES if _SCORES in layers else scores
    here = {one.id: round(100 * shown[one.id]) for one in view.findings if one.id in shown}
    off = layers - {_SCORES}
    marks = _Marks(selected, hidden, numbers, filled, off, here, hovered, told)
    drawn = list(_SEEN.of(view.ref.uid).all_overlays(view.findings, marks))
    drawn += [_measurement(one) for one in measured if one.ref == view.ref]
    if followed.place is not None:
        drawn += _place(followed.place)
    if followed.nipple is not None:
        drawn.append(_nipple(followed.nipple))
    return tuple(drawn)


@dataclass(frozen=True)
class _Look:
    """How a finding is drawn, beside what it is. label: its number and score, may be empty."""

    selected: bool
    lit: bool
    label: str
    filled: bool
    off: frozenset[str]
    told: Told | None = None


@dataclass(frozen=True)
class _Marks:
    """What is wanted of all findings, as ``overlays_of`` says. scores: in per cent."""

    selected: frozenset[UUID]
    hidden: frozenset[UUID]
    numbers: Mapping[UUID, int]
    filled: bool
    off: frozenset[str]
    scores: Mapping[UUID, int]
    hovered: frozenset[UUID]
    told: Mapping[UUID, Told]

    def look(self, finding: Finding) -> _Look:
        """Of one finding."""
        one, other = finding.id, finding.counterpart_id
        selected = one in self.selected
        lit = not selected and (
            one in self.hovered or other in self.selected or other in self.hovered
        )
        parts = (self.numbers.get(one), self.scores.get(one))
        label = _APART.join(str(part) for part in parts if part is not None)
        told = self.told.get(one)
        label = told.label if told is not None else label
        return _Look(selected, lit, label, self.filled, self.off, told)


class _SeenOnImage:
    """Overlays of the findings on one image, by finding and look."""

    def __init__(self, uid: str) -> None:
        self._uid = uid
        self._known: dict[int, tuple[Finding, _Look, tuple[Overlay, ...]]] = {}
        self._last: tuple[tuple[Finding, ...], _Marks, tuple[Overlay, ...]] | None = None

    def all_overlays(self, findings: tuple[Finding, ...], marks: _Marks) -> tuple[Overlay, ...]:
        """Of all but the hidden ones; the same tuple for the same question."""
        if self._last is not None and self._last[:2] == (findings, marks):
            return self._last[2]
        self._keep_only(findings)
        drawn = [
            one
            for finding in findings
            if finding.id not in marks.hidden
            for one in self._overlays(finding, marks.look(finding))
        ]
        self._last = (findings, marks, tuple(drawn))
        return self._last[2]

    def _keep_only(self, findings: tuple[Finding, ...]) -> None:
        """Let go of others; not while they are few, as a stack's slices take turns."""
        if len(self._known) > 2 * len(findings) + _KEPT_BESIDE:
            wanted = {id(finding) for finding in findings}
            self._known = {key: one for key, one in self._known.items() if key in wanted}

    def _overlays(self, finding: Finding, look: _Look) -> tuple[Overlay, ...]:
        """The same objects for the same finding object and look."""
        known = self._known.get(id(finding))
        if known is None or known[0] is not finding or known[1] != look:
            known = (finding, look, tuple(_finding(finding, self._uid, look)))
            self._known[id(finding)] = known
        return known[2]


class _Seen:
    """Overlays of the images shown last."""

    def __init__(self) -> None:
        self._images: dict[str, _SeenOnImage] = {}

    def of(self, uid: str) -> _SeenOnImage:
        """Those on one image."""
        image = self._images.pop(uid, None) or _SeenOnImage(uid)
        self._images[uid] = image
        if len(self._images) > _KEPT_IMAGES:
            del self._images[next(iter(self._images))]
        return image


_KEPT_IMAGES = 16
_KEPT_BESIDE = 8
_SEEN = _Seen()


def _finding(finding: Finding, uid: str, look: _Look) -> Iterator[Overlay]:
    ink = Ink.MODEL if isinstance(finding.provenance, ModelProvenance) else Ink.READER
    rejected = finding.rejection is not None
    dashed = finding.kind.is_region
    if look.told is not None:
        ink, dashed, rejected = look.told.ink, look.told.dashed, look.told.faint
    stroke = Stroke(ink, look.selected, rejected, dashed=dashed, lit=look.lit)
    proposed = ink is Ink.MODEL and finding.status in _SWITCHED
    off = look.off if proposed else _NONE_OFF
    for mark in finding.geometries:
        if mark.sop_instance_uid != uid:
            continue
        outlines = _dashed(mark, stroke) if look.told is not None and dashed else ()
        yield from outlines[1:]
        shape = outlines[0] if outlines else _shape(mark, stroke, off, filled=look.filled)
        if shape is None:
            continue
        yield shape
        if finding.kind is FindingKind.CALCIFICATION_GROUP and isinstance(shape, overlays.Patch):
            yield from _hull(mark, stroke)
        if look.label:
            linked = finding.counterpart_id is not None
            left, top, right, bottom = around(shape)
            low = look.told is not None and look.told.low
            box = Box(left, bottom if low else top, right, bottom)
            yield overlays.Label(box, look.label, stroke, linked)


def _dashed(mark: Geometry, stroke: Stroke) -> tuple[Overlay, ...]:
    """The largest first; a mask's edge is solid. Dots have no room for dashes."""
    outlines = outline_of(mark.mask) if mark.mask is not None else ()
    if len(outlines) > _FEW_PARTS:
        return ()
    return tuple(overlays.Line(points, stroke, closed=True) for points in outlines)


_FEW_PARTS = 3


def _hull(mark: Geometry, stroke: Stroke) -> Iterator[Overlay]:
    """Around all dots of a group: how far it extends."""
    around_all = group_of_mask(mark.mask).hull if mark.mask is not None else ()
    if len(around_all) > 2:
        line = replace(stroke, selected=False, dashed=True)
        yield overlays.Line(around_all, line, closed=True)


def _shape(mark: Geometry, stroke: Stroke, off: frozenset[str], *, filled: bool) -> Overlay | None:
    """The most exact one that there is and that is not switched off."""
    if mark.mask is not None and not mark.mask.empty and "masks" not in off:
        return _patch(mark.mask, stroke, filled=filled)
    if mark.contour is not None and "contours" not in off:
        return overlays.Line(mark.contour.points, stroke, closed=True)
    if "boxes" in off:
        return None
    if mark.box is not None:
        return overlays.Rectangle(mark.box, stroke)
    return overlays.Cross(mark.point, stroke) if mark.point is not None else None


def live_overlays(preview: Preview, scale: float = 1.0) -> tuple[Overlay, ...]:
    """What a tool shows before its gesture is finished, as a pane's ``live``.

    scale: screen pixels of a stored pixel, so that handles do not hide a small shape.
    """
    drawn: list[Overlay] = []
    if preview.painted is not None:
        part = preview.painted
        drawn.append(overlays.Patch(part.pixels, part.left, part.top, _DRAWN, filled=True))
    drawn += [patch for mask in preview.masks if (patch := _patch(mask, _DRAWN, filled=True))]
    drawn += [
        overlays.Line(line.points, _AID if line.quiet else _DRAWN, closed=line.closed)
        for line in preview.lines
    ]
    drawn += [overlays.Rectangle(box, _DRAWN) for box in preview.boxes]
    drawn += [overlays.Cross(dot, _DRAWN) for dot in preview.dots]
    small = len(preview.handles) > 1 and _spread(preview.handles) * scale < _SMALL
    drawn += [overlays.Handle(at, _DRAWN, small) for at in preview.handles]
    if preview.ring is not None:
        drawn.append(overlays.Disc(preview.ring.at, preview.ring.radius))
    if preview.note and preview.note_at is not None:
        drawn.append(overlays.Note(preview.note_at, preview.note, _DRAWN))
    return tuple(drawn)


def _spread(points: tuple[ImagePoint, ...]) -> float:
    xs, ys = [point.x for point in points], [point.y for point in points]
    return max(max(xs) - min(xs), max(ys) - min(ys))


def _patch(mask: RleMask, stroke: Stroke, *, filled: bool) -> overlays.Patch | None:
    box = mask.box
    if box is None:
        return None
    left, top = round(box.left + 0.5), round(box.top + 0.5)
    pixels = mask.window(left, top, round(box.width), round(box.height))
    return overlays.Patch(pixels, left, top, stroke, filled)


def _measurement(measured: Measured) -> Overlay:
    what = measured.what
    if isinstance(what, Ruler):
        return overlays.Ruler(what.start, what.end, what.text())
    if isinstance(what, NippleDistance):
        return overlays.Ruler(what.ruler.start, what.ruler.end, what.text())
    if isinstance(what, Angle):
        return overlays.Angle(what.first, what.vertex, what.second, what.text())
    return _ellipse(what)


def _ellipse(what: EllipseStatistics) -> Overlay:
    return overlays.Ellipse(what.ellipse.box, what.text())


def _place(place: ImagePoint | DistanceArc) -> list[Overlay]:
    if isinstance(place, ImagePoint):
        return [overlays.Cross(place, _MIRRORED)]
    rims = [overlays.Line(points, _BAND) for points in (*place.inner, *place.outer)]
    return [*rims, *(overlays.Line(points, _ARC) for points in place.arc)]


def _nipple(nipple: Nipple) -> Overlay:
    return overlays.Ring(nipple.at, _NIPPLE[nipple.source])

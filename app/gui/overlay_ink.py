"""Draws findings, measurements and followed places as overlays of a pane."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from app.presenters.following import NOTHING_FOLLOWED, Followed
from app.presenters.measuring import Measured
from domain.finding import Finding, ModelProvenance
from domain.geometry import ImagePoint
from viewing.linking.arc import DistanceArc
from viewing.linking.breast_frame import Nipple, NippleSource
from viewing.measuring.angle import Angle
from viewing.measuring.ellipse import EllipseStatistics
from viewing.measuring.lengths import NippleDistance, Ruler
from viewing.state.resolve import PaneView
from widgets.pane import overlays
from widgets.pane.overlays import Ink, Overlay, Stroke

_MIRRORED = Stroke(Ink.QUIET)
_ARC = Stroke(Ink.PLAIN)
_BAND = Stroke(Ink.QUIET, dashed=True)
_NIPPLE = {
    NippleSource.ESTIMATED: Stroke(Ink.PLAIN),
    NippleSource.DRAGGED: Stroke(Ink.READER),
}


def overlays_of(
    view: PaneView, measured: Iterable[Measured], followed: Followed = NOTHING_FOLLOWED
) -> tuple[Overlay, ...]:
    """Everything that is drawn over a pane's image."""
    if view.ref is None:
        return ()
    drawn = [one for finding in view.findings for one in _finding(finding, view)]
    drawn += [_measurement(one) for one in measured if one.ref == view.ref]
    if followed.place is not None:
        drawn += _place(followed.place)
    if followed.nipple is not None:
        drawn.append(_nipple(followed.nipple))
    return tuple(drawn)


def _finding(finding: Finding, view: PaneView) -> Iterator[Overlay]:
    ink = Ink.MODEL if isinstance(finding.provenance, ModelProvenance) else Ink.READER
    stroke = Stroke(ink, rejected=finding.rejection is not None)
    for mark in finding.geometries:
        if view.ref is None or mark.sop_instance_uid != view.ref.uid:
            continue
        if mark.contour is not None:
            yield overlays.Line(mark.contour.points, stroke, closed=True)
        elif mark.box is not None:
            yield overlays.Rectangle(mark.box, stroke)
        elif mark.point is not None:
            yield overlays.Cross(mark.point, stroke)


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

"""What the images of the case tell a report: places and sizes of findings, views, priors."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from annotations.document.document import Document
from annotations.report.parts import Known
from annotations.report.words import patients_findings
from app.presenters.shown import Shown
from domain.finding import Finding, Location
from domain.study import ImageRef, View
from viewing.linking.breast_frame import BreastFrame
from viewing.placing import Marked, location_of, size_text

FrameOf = Callable[[ImageRef], BreastFrame | None]
"""The breast's frame on an image; ``None`` where none was made out, or none yet."""


def known_of(
    document: Document,
    shown: Shown,
    views: Mapping[str, View],
    frame_of: FrameOf,
    written: datetime | None = None,
    *,
    read_by: Sequence[str] = (),
    unseen: Collection[UUID] = (),
) -> Known:
    """For ``report_text`` and ``report_of``. views: by ``ImageRef.uid``, with those of priors."""
    findings = patients_findings(document)
    priors = shown.exams.priors if shown.exams is not None else ()
    return Known(
        places=places_of(findings, views, frame_of),
        sizes={one.id: sizes_of(one, views) for one in findings},
        views=views,
        priors=tuple(study.studied for study in priors if study.studied is not None),
        written=written,
        read_by=read_by,
        unseen=unseen,
    )


def places_of(
    findings: tuple[Finding, ...], views: Mapping[str, View], frame_of: FrameOf
) -> dict[UUID, Location]:
    """Where each finding lies; of linked ones both views tell."""
    marked = {one.id: _marked(one, views, frame_of) for one in findings}
    places = {}
    for one in findings:
        own = marked[one.id]
        other = marked.get(one.counterpart_id) if one.counterpart_id else None
        place = location_of(own.mark, own.view, own.frame, other) if own is not None else None
        if place is not None:
            places[one.id] = place
    return places


def sizes_of(finding: Finding, views: Mapping[str, View]) -> str:
    """Such as "14 mm"; of a finding with several marks the first that has a size."""
    for mark in finding.geometries:
        view = views.get(mark.sop_instance_uid)
        said = size_text(mark, view.spacing) if view is not None else ""
        if said:
            return said
    return ""


def _marked(finding: Finding, views: Mapping[str, View], frame_of: FrameOf) -> Marked | None:
    mark = finding.geometries[0]
    view = views.get(mark.sop_instance_uid)
    return Marked(mark, view, frame_of(view.ref)) if view is not None else None

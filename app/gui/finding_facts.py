"""What list, forms and actions say of the findings of a reading."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import lru_cache
from types import MappingProxyType
from uuid import UUID

from annotations.document.document import Document
from annotations.intents.offering import offer_of, open_offer
from annotations.intents.revising import unsaid
from annotations.keeping.progress import Keeping
from annotations.report.consistency import Inconsistency, inconsistencies
from annotations.report.words import title_of
from annotations.shapes.groups import group_of_mask
from app.gui.finding_order import corresponding, in_order, score_of_mark
from app.gui.offered_facts import NO_BASIS, Basis, said_of
from app.presenters.annotating.annotating import AnnotatingPresenter
from app.presenters.shown import Shown
from domain.finding import Finding, FindingKind, FindingStatus, Geometry, ModelProvenance
from domain.laterality import Laterality
from domain.mask import RleMask
from domain.study import View
from viewing.placing import size_text
from widgets.action_row import Condition
from widgets.finding_form.state import (
    NO_DESCRIPTORS,
    FindingFormState,
    LinkedFinding,
    SliceRange,
)
from widgets.finding_list import FindingRow, Whose
from widgets.remark import Remark

Views = Mapping[str, View]
"""All views of a case and its priors by the uid that marks know them by."""

NO_SCORES: Mapping[UUID, float] = MappingProxyType({})


def views_of(shown: Shown) -> Views:
    """Of the exam that is read and of its priors."""
    if shown.exams is None:
        return {}
    studies = (shown.exams.current, *shown.exams.priors)
    return {view.ref.uid: view for study in reversed(studies) for view in study.views}


def conditions(annotating: AnnotatingPresenter) -> frozenset[Condition]:
    """Which actions on findings make sense now."""
    met = set()
    if annotating.findings:
        met.add(Condition.FINDINGS)
    if annotating.leading is not None:
        met.add(Condition.FINDING)
    reading = annotating.reading
    if reading is not None and not reading.read_only:
        if reading.history.undo_title or annotating.hand.unfinished:
            met.add(Condition.CAN_UNDO)
        if reading.history.redo_title:
            met.add(Condition.CAN_REDO)
    return frozenset(met)


def keeping_text(annotating: AnnotatingPresenter) -> str:
    """Whether what is on the screen is on the disk; empty where nothing was said yet."""
    reading = annotating.reading
    if reading is None or (
        not reading.history.document.findings and not reading.history.undo_title
    ):
        return ""
    return {
        Keeping.KEPT: "Kept",
        Keeping.KEEPING: "Keeping",
        Keeping.FAILED: f"Not kept: {reading.problem}",
    }[reading.keeping]


def rows_of(
    annotating: AnnotatingPresenter,
    views: Views,
    scores: Mapping[UUID, float] = NO_SCORES,
    hovered: Collection[UUID] = (),
) -> tuple[FindingRow, ...]:
    """The list: the reader's own in the order of the numbers, then a model's by score, falling.

    scores: 0 to 1. hovered: findings that the pointer is over; what corresponds to them, or to
    selected ones, is lit.
    """
    numbers = annotating.numbers
    lit = corresponding(annotating.findings, {*annotating.selected[:1], *hovered}) | {*hovered}
    doubts = _inconsistencies(annotating, views)
    doubtful = {one.finding for one in doubts if one.serious}
    return tuple(
        FindingRow(
            id=str(finding.id),
            title=title_of(finding),
            detail=_detail(finding, views),
            score=score_of(finding, scores),
            whose=whose(finding),
            rejected=finding.status is FindingStatus.REJECTED,
            number=numbers[finding.id],
            linked=numbers.get(finding.counterpart_id, 0) if finding.counterpart_id else 0,
            doubtful=finding.id in doubtful,
            lit=finding.id in lit,
        )
        for finding in in_order(annotating.findings, scores)
    )


def _detail(finding: Finding, views: Views) -> str:
    """Where it is; of a model's mark too whether the reader took it over."""
    taken = finding.status is FindingStatus.ACCEPTED and whose(finding) is Whose.AI
    return ", ".join(filter(None, (where_of(finding, views), "accepted" if taken else "")))


def where_of(finding: Finding, views: Views) -> str:
    """View and size in words, such as ``RMLO, 14 mm``."""
    said = []
    for mark in finding.geometries:
        view = views.get(mark.sop_instance_uid)
        if view is not None:
            said += [view.name, _count(finding, mark), size_text(mark, view.spacing)]
    return ", ".join(dict.fromkeys(one for one in said if one))


def _count(finding: Finding, mark: Geometry) -> str:
    """How many dots a group has; empty for other findings."""
    if finding.kind is not FindingKind.CALCIFICATION_GROUP or mark.mask is None:
        return ""
    count = dots_in(mark.mask)
    return "1 dot" if count == 1 else f"{count} dots"


@lru_cache(maxsize=256)
def dots_in(mask: RleMask) -> int:
    """How many dots a mask has; remembered, as the list asks at each change."""
    return group_of_mask(mask).count


def score_of(finding: Finding, scores: Mapping[UUID, float] = NO_SCORES) -> str:
    """The assessment, else a model's score of 100 as over the image, else nothing."""
    if finding.assessment is not None:
        return finding.assessment.value
    score = score_of_mark(finding, scores)
    if score is not None:
        return f"{100 * score:.0f}"
    if finding.malignancy is not None and isinstance(finding.provenance, ModelProvenance):
        return f"{100 * finding.malignancy:.0f} %"
    return ""


def whose(finding: Finding) -> Whose:
    """Who marked it."""
    return Whose.AI if isinstance(finding.provenance, ModelProvenance) else Whose.READER


def said_by(finding: Finding) -> str:
    """Who, in words; a model with its version and threshold."""
    source = finding.provenance
    if isinstance(source, ModelProvenance):
        return f"{source.package_id} {source.version}, threshold {source.threshold:.2f}"
    return f"{source.reader}, after the model" if finding.parent_id else source.reader


def form_of(
    annotating: AnnotatingPresenter, views: Views, *, linking: bool, basis: Basis = NO_BASIS
) -> FindingFormState | None:
    """The form of the leading finding; ``None`` where none is selected.

    What a model says of it is offered, not answered. basis: what that rests on.
    """
    if annotating.leading is None:
        return None
    finding = unsaid(annotating.leading)
    offer = offer_of(annotating.document, finding)
    left = open_offer(annotating.document, finding)
    view = views.get(finding.geometries[0].sop_instance_uid)
    can_link, can_mirror = _partners(view, views)
    return FindingFormState(
        id=finding.id,
        kind=finding.kind,
        number=annotating.numbers.get(finding.id, 0),
        whose=whose(finding),
        where=where_of(finding, views),
        said_by=said_by(finding),
        status=finding.status,
        rejection=finding.rejection,
        descriptors=finding.descriptors,
        assessment=finding.assessment,
        malignancy=finding.malignancy,
        pathology=finding.pathology,
        note=finding.note,
        slices=_slices(finding, view),
        linked=_linked(finding, annotating, views),
        can_link=can_link,
        linking=linking,
        can_mirror=can_mirror,
        remarks=remarks_of(annotating, views, finding.id),
        read_only=annotating.reading.read_only if annotating.reading is not None else "",
        offered=left.descriptors if left is not None else NO_DESCRIPTORS,
        offered_assessment=left.assessment if left is not None else None,
        model_says=said_of(offer) if offer is not None else "",
        basis=basis.short if offer is not None else "",
        basis_more=basis.long if offer is not None else "",
    )


def _partners(view: View | None, views: Views) -> tuple[bool, bool]:
    """Whether there is another view of the same breast, and the same view of the other one."""
    if view is None:
        return False, False
    others = [one for one in views.values() if one.ref != view.ref]
    sides = [(one.laterality is view.laterality, one.position is view.position) for one in others]
    return (True, False) in sides, (False, True) in sides


def remarks_of(
    annotating: AnnotatingPresenter, views: Views, about: UUID | None
) -> tuple[Remark, ...]:
    """What doesn't fit together; about: one finding, ``None`` for everything, with its numbers."""
    numbers = annotating.numbers if about is None else {}
    return tuple(
        Remark(_numbered(one, numbers), one.finding, one.serious)
        for one in _inconsistencies(annotating, views)
        if about is None or one.concerns(about)
    )


def _numbered(remark: Inconsistency, numbers: Mapping[UUID, int]) -> str:
    number = numbers.get(remark.finding) if remark.finding is not None else None
    return f"{number}  {remark.text}" if number is not None else remark.text


def unseen_of(annotating: AnnotatingPresenter) -> frozenset[UUID]:
    """Findings that are not shown, such as a model's below the reader's threshold."""
    live = annotating.document.live
    return frozenset(one.id for one in live if not annotating.shows(one))


def _inconsistencies(annotating: AnnotatingPresenter, views: Views) -> tuple[Inconsistency, ...]:
    """Asked by list, form and report for the same document: worked out once."""
    document, unseen = annotating.document, unseen_of(annotating)
    sides = {uid: view.laterality for uid, view in views.items() if view.laterality is not None}
    asked = (document, sides, unseen)
    if _LAST and _LAST[0][0][0] is document and _LAST[0][0][1:] == asked[1:]:
        return _LAST[0][1]
    found = inconsistencies(document, sides=sides, unseen=unseen)
    _LAST[:] = [(asked, found)]
    return found


_Asked = tuple[Document, Mapping[str, Laterality], frozenset[UUID]]
_LAST: list[tuple[_Asked, tuple[Inconsistency, ...]]] = []


def _slices(finding: Finding, view: View | None) -> SliceRange | None:
    mark = finding.geometries[0]
    if view is None or view.frames < 2:
        return None
    return SliceRange(mark.frame, mark.last_frame, view.frames)


def _linked(
    finding: Finding, annotating: AnnotatingPresenter, views: Views
) -> LinkedFinding | None:
    other = (
        annotating.document.by_id.get(finding.counterpart_id) if finding.counterpart_id else None
    )
    if other is None:
        return None
    number = annotating.numbers.get(other.id, 0)
    return LinkedFinding(other.id, f"{number}, {title_of(other)}, {where_of(other, views)}")

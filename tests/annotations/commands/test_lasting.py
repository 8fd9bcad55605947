from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.commands.applying import apply
from annotations.commands.command import (
    AddFindings,
    AddProposals,
    Initiator,
    ReplaceFindings,
    SetFirstRead,
    StampImages,
    Together,
)
from annotations.commands.history import History
from annotations.document.document import Document, ImageStamp
from annotations.document.first_read import FirstRead
from annotations.document.opinion import NO_OPINION
from domain.finding import (
    Contour,
    Finding,
    FindingKind,
    FindingStatus,
    Geometry,
    ModelProvenance,
    ReaderProvenance,
)
from domain.geometry import Box, ImagePoint, ImageSize
from domain.lexicon import Assessment

MARK = Geometry("1.2", box=Box(0, 0, 5, 5))
RECORDED = FirstRead(NO_OPINION, (), datetime(2026, 1, 2, tzinfo=UTC))


def own(number: int) -> Finding:
    return Finding(UUID(int=number), FindingKind.MASS, (MARK,), ReaderProvenance("reader"))


def proposed(number: int) -> Finding:
    source = ModelProvenance("package", "1", 0.5, "default")
    return Finding(UUID(int=1000 + number), FindingKind.MASS, (MARK,), source)


def test_undo_passes_by_what_a_model_found() -> None:
    history = History(Document("s"))
    history.do(AddFindings((own(1),)))
    history.do(AddProposals((proposed(1),)), Initiator.MODEL)
    history.undo()
    assert history.document.findings == (proposed(1),)
    assert history.undo() is None


def test_a_model_s_marks_leave_what_can_be_done_again() -> None:
    history = History(Document("s"))
    history.do(AddFindings((own(1),)))
    history.undo()
    history.do(AddProposals((proposed(1),)), Initiator.MODEL)
    history.redo()
    assert set(history.document.findings) == {own(1), proposed(1)}


def test_the_first_opinion_is_not_undone() -> None:
    history = History(Document("s"))
    history.do(AddFindings((own(1),)))
    history.do(SetFirstRead(RECORDED))
    history.undo()
    assert history.document.first_read == RECORDED


def test_marks_that_are_there_already_keep_what_the_reader_did_to_them() -> None:
    history = History(Document("s"))
    history.do(AddProposals((proposed(1),)), Initiator.MODEL)
    noted = Finding(**{**vars(proposed(1)), "note": "seen"})
    history.do(ReplaceFindings((noted,)))
    history.do(AddProposals((proposed(1), proposed(2))), Initiator.MODEL)
    assert history.document.findings == (noted, proposed(2))


@given(st.lists(st.booleans(), max_size=12))
def test_undoing_all_of_the_reader_s_steps_leaves_the_model_s_alone(whose: list[bool]) -> None:
    history = History(Document("s"))
    for number, model in enumerate(whose):
        if model:
            history.do(AddProposals((proposed(number),)), Initiator.MODEL)
        else:
            history.do(AddFindings((own(number),)))
    whole = set(history.document.findings)
    while history.undo():
        pass
    models = tuple(proposed(number) for number, model in enumerate(whose) if model)
    assert history.document.findings == models
    while history.redo():
        pass
    assert set(history.document.findings) == whole


def test_what_comes_together_with_a_model_s_marks_stays_with_them() -> None:
    history = History(Document("s"))
    stamp = ImageStamp("1.2", ImageSize(5, 5), "digest")
    both = Together((StampImages((stamp,)), AddProposals((proposed(1),))), "marks")
    history.do(both, Initiator.MODEL)
    assert history.undo() is None
    assert history.document.stamps == (stamp,)


def more_of(
    finding: Finding, malignancy: float | None = None, assessment: Assessment | None = None
) -> Finding:
    outline = Contour(tuple(ImagePoint(x, y) for x, y in ((1, 1), (4, 1), (4, 4))))
    mark = replace(finding.geometries[0], contour=outline)
    return replace(finding, geometries=(mark,), malignancy=malignancy, assessment=assessment)


def test_an_open_proposal_gets_what_a_later_reading_says_more_and_undo_passes_it_by() -> None:
    history = History(Document("s"))
    history.do(AddProposals((proposed(1),)), Initiator.MODEL)
    history.do(AddFindings((own(1),)))
    history.do(AddProposals((more_of(proposed(1), malignancy=0.3), proposed(2))), Initiator.MODEL)
    whole = more_of(proposed(1), malignancy=0.3)
    assert list(history.document.findings) == [whole, own(1), proposed(2)]
    history.undo()
    assert list(history.document.findings) == [whole, proposed(2)]


def test_taking_back_what_was_completed_gives_the_document_before() -> None:
    document = Document("s", findings=(proposed(1), own(1)))
    applied = apply(document, AddProposals((more_of(proposed(1)), proposed(2))))
    assert applied.ids == {proposed(1).id, proposed(2).id}
    assert apply(applied.document, applied.inverse).document == document


@pytest.mark.parametrize(
    "there",
    [
        replace(proposed(1), status=FindingStatus.ACCEPTED),
        replace(proposed(1), kind=FindingKind.ASYMMETRY),
        replace(proposed(1), provenance=ModelProvenance("package", "2", 0.5, "default")),
        replace(proposed(1), provenance=ReaderProvenance("reader")),
        replace(proposed(1), geometries=(Geometry("1.2", box=Box(0, 0, 5, 6)),)),
        more_of(proposed(1)),
    ],
    ids=["judged", "of another kind", "of another version", "a reader's", "elsewhere", "whole"],
)
def test_another_mark_under_the_same_id_stays_as_it_is(there: Finding) -> None:
    document = Document("s", findings=(there,))
    assert apply(document, AddProposals((more_of(proposed(1)),))).document == document


def test_what_was_said_of_a_proposal_is_not_changed() -> None:
    there = more_of(proposed(1), malignancy=0.3, assessment=Assessment.BENIGN)
    now = more_of(proposed(1), malignancy=0.9, assessment=Assessment.SUSPICIOUS)
    document = Document("s", findings=(there,))
    assert apply(document, AddProposals((now,))).document == document

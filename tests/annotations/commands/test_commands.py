"""What commands do to a document, and that each can be taken back exactly."""

from __future__ import annotations

import time
import tracemalloc
from dataclasses import replace
from uuid import UUID, uuid4

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.commands.applying import apply
from annotations.commands.command import (
    AddFindings,
    ChangeKind,
    Initiator,
    PaintMask,
    RemoveFindings,
    ReplaceFindings,
    RestoreRows,
    RestoreStamps,
    SetOpinion,
    StampImages,
    Together,
)
from annotations.commands.history import History
from annotations.document.document import Document, ImageStamp
from annotations.document.opinion import Opinion
from annotations.errors import CommandError
from domain.finding import Finding, FindingKind, Geometry, ReaderProvenance
from domain.geometry import ImagePoint, ImageSize
from domain.mask import RleMask
from tests.annotations.documents import SIZE, STUDY, commands, findings, geometries, opinions

EMPTY = Document(STUDY)


def finding(number: int, mask: RleMask | None = None) -> Finding:
    mark = Geometry("1.2.1", mask=mask, point=ImagePoint(3, 4))
    return Finding(UUID(int=number), FindingKind.MASS, (mark,), ReaderProvenance("ann"))


def document(*numbers: int) -> Document:
    return replace(EMPTY, findings=tuple(finding(number) for number in numbers))


def numbers(of: Document) -> list[int]:
    return [one.id.int for one in of.findings]


def patch(rows: slice, columns: slice) -> RleMask:
    pixels = np.zeros(SIZE.shape, np.uint8)
    pixels[rows, columns] = 1
    return RleMask.of(pixels, SIZE)


@given(st.data())
def test_what_a_command_did_is_taken_back_exactly(data: st.DataObject) -> None:
    before = EMPTY
    for _ in range(data.draw(st.integers(1, 8))):
        command = data.draw(commands(before))
        applied = apply(before, command)
        back = apply(applied.document, applied.inverse)
        assert back.document == before
        assert apply(back.document, back.inverse).document == applied.document
        before = applied.document


@given(st.data())
def test_undo_and_redo_go_through_all_that_was(data: st.DataObject) -> None:
    history = History(EMPTY)
    past = [history.document]
    for _ in range(data.draw(st.integers(1, 10))):
        history.do(data.draw(commands(history.document)))
        past.append(history.document)
    for state in past[-2::-1]:
        assert history.undo() is not None
        assert history.document == state
    assert history.undo() is None
    for state in past[1:]:
        assert history.redo() is not None
        assert history.document == state
    assert history.redo() is None


@given(st.data())
def test_wandering_through_history_is_like_wandering_through_a_list(data: st.DataObject) -> None:
    history = History(EMPTY)
    past, at = [EMPTY], 0
    for step in data.draw(st.lists(st.sampled_from("duurd"), max_size=20)):
        if step == "d":
            history.do(data.draw(commands(history.document)))
            past, at = [*past[: at + 1], history.document], at + 1
        elif step == "u":
            history.undo()
            at = max(0, at - 1)
        else:
            history.redo()
            at = min(len(past) - 1, at + 1)
        assert history.document == past[at]


@given(st.data())
def test_a_change_names_the_findings_that_differ(data: st.DataObject) -> None:
    before = data.draw(st.lists(findings(), max_size=3, unique_by=lambda one: one.id))
    start = replace(EMPTY, findings=tuple(before))
    applied = apply(start, data.draw(commands(start)))
    every = set(start.by_id) | set(applied.document.by_id)
    differ = {one for one in every if start.by_id.get(one) != applied.document.by_id.get(one)}
    assert differ <= applied.ids
    assert (start.opinion == applied.document.opinion) or ChangeKind.OPINION in applied.kinds
    assert not differ or ChangeKind.FINDINGS in applied.kinds


def test_findings_are_added_at_the_end_or_where_asked() -> None:
    start = document(1, 2)
    assert numbers(apply(start, AddFindings((finding(3),))).document) == [1, 2, 3]
    two = AddFindings((finding(3), finding(4)), places=(0, 2))
    assert numbers(apply(start, two).document) == [3, 1, 4, 2]


def test_removed_findings_come_back_to_their_places() -> None:
    removed = apply(document(1, 2, 3, 4), RemoveFindings((UUID(int=3), UUID(int=1))))
    assert numbers(removed.document) == [2, 4]
    assert numbers(apply(removed.document, removed.inverse).document) == [1, 2, 3, 4]


def test_a_replaced_finding_keeps_its_place() -> None:
    other = replace(finding(1), note="seen again")
    changed = apply(document(1, 2), ReplaceFindings((other,))).document
    assert changed.findings[0].note == "seen again"
    assert numbers(changed) == [1, 2]


def test_a_stroke_adds_and_an_eraser_takes_away() -> None:
    start = replace(EMPTY, findings=(finding(1, patch(slice(2, 5), slice(2, 6))),))
    where = UUID(int=1)
    painted = apply(start, PaintMask(where, 0, patch(slice(4, 8), slice(4, 9)))).document
    expected = patch(slice(2, 5), slice(2, 6)).pixels() | patch(slice(4, 8), slice(4, 9)).pixels()
    mask = painted.findings[0].geometries[0].mask
    assert mask is not None
    assert np.array_equal(mask.pixels(), expected)
    every = PaintMask(where, 0, patch(slice(None), slice(None)), erase=True)
    mask = apply(painted, every).document.findings[0].geometries[0].mask
    assert mask is not None
    assert mask.empty


def test_painting_a_finding_without_a_mask_is_taken_back_to_none() -> None:
    start = document(1)
    stroke = PaintMask(UUID(int=1), 0, patch(slice(0, 2), slice(0, 2)))
    painted = apply(start, stroke)
    assert painted.document.findings[0].geometries[0].mask == stroke.patch
    assert apply(painted.document, painted.inverse).document == start


def test_a_stamp_takes_the_place_of_the_image_s_older_one() -> None:
    old, new = ImageStamp("a", SIZE, "old"), ImageStamp("a", SIZE, "new")
    other = ImageStamp("b", SIZE, "b")
    start = replace(EMPTY, stamps=(old, other))
    stamped = apply(start, StampImages((new,)))
    assert stamped.document.stamps == (new, other)
    assert apply(stamped.document, stamped.inverse).document == start


@pytest.mark.parametrize(
    "command",
    [
        AddFindings((finding(1),)),
        AddFindings((finding(7), finding(7))),
        AddFindings((finding(7),), places=(5,)),
        AddFindings((finding(7),), places=(-1,)),
        AddFindings((finding(7), finding(8)), places=(0,)),
        RemoveFindings((UUID(int=9),)),
        ReplaceFindings((finding(9),)),
        PaintMask(UUID(int=9), 0, patch(slice(0, 2), slice(0, 2))),
        PaintMask(UUID(int=1), 1, patch(slice(0, 2), slice(0, 2))),
        PaintMask(UUID(int=1), -1, patch(slice(0, 2), slice(0, 2))),
        PaintMask(UUID(int=2), 0, RleMask(ImageSize(5, 5), 0, ((0, 2),))),
        RestoreRows(UUID(int=1), 0, 0, ((1, 2),)),
        RestoreRows(UUID(int=2), 0, SIZE.rows, ((1, 2),)),
        RestoreRows(UUID(int=2), 0, 0, ((1, 99),)),
        Together((RemoveFindings((UUID(int=1),)), RemoveFindings((UUID(int=1),))), "twice"),
    ],
    ids=lambda command: type(command).__name__,
)
def test_what_does_not_fit_is_refused_and_changes_nothing(command: AddFindings) -> None:
    masked = finding(2, patch(slice(2, 5), slice(2, 6)))
    history = History(replace(EMPTY, findings=(finding(1), masked)))
    before = history.document
    with pytest.raises(CommandError):
        history.do(command)
    assert history.document is before
    assert history.undo_title == ""


def test_a_new_command_ends_what_could_be_done_again() -> None:
    history = History(EMPTY)
    history.do(AddFindings((finding(1),), title="box"))
    history.do(SetOpinion(Opinion(note="clear"), "note"))
    history.undo()
    assert (history.undo_title, history.redo_title) == ("box", "note")
    history.do(AddFindings((finding(2),), title="point"))
    assert (history.undo_title, history.redo_title) == ("point", "")


def test_changes_say_what_brought_them_about() -> None:
    history = History(EMPTY)
    assert history.do(AddFindings((finding(1),)), Initiator.MODEL).initiator is Initiator.MODEL
    undone, redone = history.undo(), history.redo()
    assert undone is not None
    assert redone is not None
    assert (undone.initiator, redone.initiator) == (Initiator.UNDO, Initiator.REDO)
    assert undone.ids == redone.ids == {UUID(int=1)}


def test_restoring_stamps_puts_back_all_of_them() -> None:
    stamp = ImageStamp("a", SIZE, "x")
    done = apply(replace(EMPTY, stamps=(stamp,)), RestoreStamps(()))
    assert done.document.stamps == ()
    assert apply(done.document, done.inverse).document.stamps == (stamp,)


def test_undoing_a_stroke_on_a_large_mask_is_quick_and_small() -> None:
    size = ImageSize(4096, 3328)
    noise = np.random.default_rng(1).random(size.shape) > 0.95
    mark = Geometry("1", mask=RleMask.of(noise, size))
    one = Finding(uuid4(), FindingKind.MASS, (mark,), ReaderProvenance("ann"))
    history = History(Document(STUDY, (one,)))
    stroke = RleMask.of(np.ones((60, 60), np.uint8), size, 1000, 2000)
    tracemalloc.start()
    for _ in range(20):
        history.do(PaintMask(one.id, 0, stroke))
    held = tracemalloc.get_traced_memory()[0] / 20
    tracemalloc.stop()
    times = []
    for _ in range(20):
        start = time.perf_counter()
        history.undo()
        times.append(time.perf_counter() - start)
    assert history.document.findings[0] == one
    assert min(times) < 0.02
    assert held < 600_000  # the rows of the stroke, not the mask's 700,000 runs


@given(geometries(), opinions)
def test_documents_of_equal_parts_are_equal(geometry: Geometry, opinion: Opinion) -> None:
    one = Finding(UUID(int=5), FindingKind.OTHER, (geometry,), ReaderProvenance("ann"))
    assert Document(STUDY, (one,), opinion) == Document(STUDY, (replace(one),), replace(opinion))

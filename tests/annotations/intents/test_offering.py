"""A model's words are offered; only the reader's own act makes them the reader's."""

from __future__ import annotations

from dataclasses import replace

import pytest

from annotations.commands.applying import apply
from annotations.commands.command import Command
from annotations.document.document import Document
from annotations.errors import CommandError
from annotations.intents.drawing import duplicate, reshape
from annotations.intents.judging import accept, reject, restore
from annotations.intents.linking import unlink
from annotations.intents.offering import offer_of, open_offer, take
from annotations.intents.revising import new_finding
from annotations.intents.saying import assess, describe, set_kind
from domain.finding import (
    Descriptors,
    Finding,
    FindingKind,
    FindingStatus,
    Geometry,
    ModelProvenance,
    RejectionReason,
)
from domain.geometry import Box, ImageSize
from domain.lexicon import Assessment, DescriptorAxis, Edition

READER = "reader"
SHAPE = (DescriptorAxis.MASS_SHAPE, "irregular")
MARGIN = (DescriptorAxis.MASS_MARGIN, "spiculated")
WORDS = Descriptors(Edition.FIFTH, (SHAPE, MARGIN))
NOTHING = Descriptors()


def judged(uid: str = "rcc", **said: object) -> Finding:
    geometry = Geometry(uid, box=Box(10, 10, 30, 30))
    drawn = new_finding(FindingKind.MASS, geometry, READER, status=FindingStatus.PROPOSED)
    return replace(
        drawn,
        provenance=ModelProvenance("four-eyes", "1.0", 0.4, "default"),
        malignancy=0.7,
        descriptors=WORDS,
        assessment=Assessment.HIGH_SUSPICION,
        **said,
    )


def after(before: Document, command: Command) -> Document:
    applied = apply(before, command)
    assert apply(applied.document, applied.inverse).document == before
    return applied.document


def document(*findings: Finding) -> Document:
    return Document("1.2.3", findings)


def only(reading: Document) -> Finding:
    (finding,) = reading.live
    return finding


def test_accepting_takes_the_mark_and_none_of_the_words() -> None:
    theirs = judged()
    mine = only(after(document(theirs), accept(document(theirs), theirs.id, READER)))
    assert (mine.descriptors, mine.assessment) == (NOTHING, None)
    assert mine.status is FindingStatus.ACCEPTED
    assert mine.malignancy == 0.7


def test_the_models_own_finding_keeps_what_it_said() -> None:
    theirs = judged()
    before = document(theirs)
    for command in (
        accept(before, theirs.id, READER),
        take(before, theirs.id, READER),
        reject(before, theirs.id, RejectionReason.VESSEL, READER),
    ):
        kept = after(before, command).by_id[theirs.id]
        assert (kept.descriptors, kept.assessment) == (WORDS, Assessment.HIGH_SUSPICION)


def test_restoring_brings_the_offer_back() -> None:
    theirs = judged()
    gone = after(
        document(theirs), reject(document(theirs), theirs.id, RejectionReason.NODE, READER)
    )
    back = after(gone, restore(gone, theirs.id, READER))
    assert only(back) == theirs


def test_moving_a_models_box_takes_none_of_its_words() -> None:
    theirs = judged()
    moved = (Geometry("rcc", box=Box(40, 10, 60, 30)),)
    mine = only(after(document(theirs), reshape(document(theirs), theirs.id, moved, READER)))
    assert (mine.descriptors, mine.assessment) == (NOTHING, None)


def test_saying_the_same_as_the_model_is_the_readers_word() -> None:
    theirs = judged()
    same = assess(document(theirs), theirs.id, Assessment.HIGH_SUSPICION, READER)
    mine = only(after(document(theirs), same))
    assert (mine.assessment, mine.descriptors) == (Assessment.HIGH_SUSPICION, NOTHING)
    words = describe(document(theirs), theirs.id, WORDS.terms, READER)
    mine = only(after(document(theirs), words))
    assert (mine.assessment, mine.descriptors) == (None, WORDS)


def test_a_copy_takes_none_of_the_words() -> None:
    theirs = judged()
    sizes = {"rcc": ImageSize(100, 90)}
    reading = after(document(theirs), duplicate(document(theirs), theirs.id, (5, 5), sizes, READER))
    copy = next(one for one in reading.live if one.id != theirs.id)
    assert (copy.descriptors, copy.assessment) == (NOTHING, None)


def test_taking_makes_the_words_the_readers_in_one_step() -> None:
    theirs = judged()
    command = take(document(theirs), theirs.id, READER)
    mine = only(after(document(theirs), command))
    assert (mine.descriptors, mine.assessment) == (WORDS, Assessment.HIGH_SUSPICION)
    assert (mine.parent_id, mine.status) == (theirs.id, FindingStatus.EDITED)
    assert command.title == "take the model's words on mass"


def test_what_the_reader_said_stays_when_the_rest_is_taken() -> None:
    theirs = judged()
    oval = ((DescriptorAxis.MASS_SHAPE, "oval"),)
    said = after(document(theirs), describe(document(theirs), theirs.id, oval, READER))
    offer = open_offer(said, only(said))
    assert offer is not None
    assert offer.descriptors.terms == (MARGIN,)
    taken = only(after(said, take(said, only(said).id, READER)))
    assert set(taken.descriptors.terms) == {*oval, MARGIN}
    assert taken.assessment is Assessment.HIGH_SUSPICION


def test_once_taken_nothing_is_offered_any_more() -> None:
    theirs = judged()
    taken = after(document(theirs), take(document(theirs), theirs.id, READER))
    assert open_offer(taken, only(taken)) is None
    assert offer_of(taken, only(taken)) is not None
    with pytest.raises(CommandError, match="no model offers"):
        take(taken, only(taken).id, READER)


def test_a_readers_own_finding_is_offered_nothing() -> None:
    mine = new_finding(FindingKind.MASS, Geometry("rcc", box=Box(1, 1, 5, 5)), READER)
    assert offer_of(document(mine), mine) is None


def test_linked_findings_take_the_same_words() -> None:
    first, other = judged("rcc"), judged("rmlo")
    first = replace(first, counterpart_id=other.id)
    other = replace(
        other, counterpart_id=first.id, descriptors=NOTHING, assessment=None, malignancy=None
    )
    before = document(first, other)
    pair = after(before, take(before, other.id, READER)).live
    assert len(pair) == 2
    assert {one.assessment for one in pair} == {Assessment.HIGH_SUSPICION}
    assert {one.descriptors for one in pair} == {WORDS}


def test_parting_two_proposals_leaves_both_as_the_model_said() -> None:
    first, other = judged("rcc"), judged("rmlo")
    before = document(
        replace(first, counterpart_id=other.id), replace(other, counterpart_id=first.id)
    )
    assert after(before, unlink(before, first.id, READER)).live == (first, other)


def test_words_of_another_kind_are_not_offered() -> None:
    theirs = judged()
    kind = FindingKind.ASYMMETRY
    changed = after(document(theirs), set_kind(document(theirs), theirs.id, kind, READER))
    offer = offer_of(changed, only(changed))
    assert offer is not None
    assert offer.descriptors.terms == ()
    assert offer.assessment is Assessment.HIGH_SUSPICION

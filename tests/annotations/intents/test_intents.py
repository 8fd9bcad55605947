"""What a reader wants becomes one command that does it whole, and that undo takes back whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotations.commands.applying import apply
from annotations.commands.command import Command
from annotations.document.document import Document
from annotations.errors import CommandError
from annotations.intents.drawing import duplicate, group, remove, reshape, set_frames
from annotations.intents.judging import accept, reject, restore
from annotations.intents.linking import link, unlink
from annotations.intents.revising import added_ids, heir_of, new_finding
from annotations.intents.saying import (
    AXES,
    annotate,
    assess,
    describe,
    set_kind,
    set_pathology,
)
from domain.finding import (
    Contour,
    Descriptors,
    Finding,
    FindingKind,
    FindingStatus,
    Geometry,
    ModelProvenance,
    Pathology,
    PathologyOutcome,
    ReaderProvenance,
    RejectionReason,
)
from domain.geometry import Box, ImagePoint, ImageSize
from domain.laterality import Laterality
from domain.lexicon import LEXICONS, Assessment, DescriptorAxis, Edition
from domain.mask import RleMask
from domain.view_position import HangFamily

READER = "reader"
SIZE = ImageSize(100, 90)
SIZES = dict.fromkeys(("rcc", "rmlo", "lcc"), SIZE)
WHERE = {
    "rcc": (Laterality.RIGHT, HangFamily.CC),
    "rmlo": (Laterality.RIGHT, HangFamily.MLO),
    "lcc": (Laterality.LEFT, HangFamily.CC),
}
MODEL = ModelProvenance("four-eyes", "1.0", 0.4, "default")
IRREGULAR = ((DescriptorAxis.MASS_SHAPE, "irregular"), (DescriptorAxis.MASS_MARGIN, "spiculated"))
PROVED = Pathology(PathologyOutcome.MALIGNANT, "invasive ductal carcinoma", date(2020, 2, 3))


def box(uid: str = "rcc", left: float = 10) -> Geometry:
    return Geometry(uid, box=Box(left, 10, left + 20, 30))


def own(uid: str = "rcc", kind: FindingKind = FindingKind.MASS, **said) -> Finding:
    return replace(new_finding(kind, box(uid), READER), **said)


def models(uid: str = "rcc", kind: FindingKind = FindingKind.MASS, **said) -> Finding:
    drawn = new_finding(kind, box(uid), READER, status=FindingStatus.PROPOSED)
    return replace(drawn, provenance=MODEL, malignancy=0.7, **said)


def document(*findings: Finding) -> Document:
    return Document("1.2.3", findings)


def pair(first: Finding, other: Finding) -> Document:
    return document(
        replace(first, counterpart_id=other.id), replace(other, counterpart_id=first.id)
    )


def done(before: Document, command: Command) -> Document:
    """Carry out, and see that undo and redo are exact."""
    applied = apply(before, command)
    assert apply(applied.document, applied.inverse).document == before
    assert apply(before, command).document == applied.document
    check(applied.document)
    return applied.document


def check(after: Document) -> None:
    """Links of findings that stand go both ways, to findings that stand."""
    standing = {finding.id: finding for finding in after.live}
    for finding in after.live:
        if finding.counterpart_id is not None:
            assert finding.counterpart_id in standing
            assert standing[finding.counterpart_id].counterpart_id == finding.id


def test_what_a_reader_draws_is_accepted_and_theirs() -> None:
    drawn = new_finding(FindingKind.MASS, box(), READER)
    assert drawn.status is FindingStatus.ACCEPTED
    assert drawn.provenance == ReaderProvenance(READER)
    assert drawn.id != new_finding(FindingKind.MASS, box(), READER).id


def test_reshaping_an_own_finding_replaces_it() -> None:
    mine = own(assessment=Assessment.BENIGN)
    command = reshape(document(mine), mine.id, (box(left=40),), READER, what="move")
    after = done(document(mine), command)
    assert command.title == "move mass"
    assert heir_of(command, mine.id) == mine.id
    (changed,) = after.findings
    assert changed.geometries == (box(left=40),)
    assert changed.assessment is Assessment.BENIGN
    assert changed.status is FindingStatus.ACCEPTED


def test_reshaping_a_models_finding_makes_a_child_and_leaves_the_models() -> None:
    theirs = models(note="as found")
    command = reshape(document(theirs), theirs.id, (box(left=40),), READER)
    after = done(document(theirs), command)
    assert after.findings[0] == theirs
    (child,) = after.live
    assert child.id == heir_of(command, theirs.id) == added_ids(command)[0]
    assert child.parent_id == theirs.id
    assert child.provenance == ReaderProvenance(READER)
    assert child.status is FindingStatus.EDITED
    assert child.malignancy is None
    assert child.note == "as found"


def test_another_readers_finding_is_not_overwritten_either() -> None:
    hers = new_finding(FindingKind.MASS, box(), "another")
    after = done(document(hers), reshape(document(hers), hers.id, (box(left=3),), READER))
    assert after.findings[0] == hers
    assert len(after.findings) == 2


def test_the_link_of_a_models_finding_moves_to_its_child() -> None:
    theirs, mine = models(), own("rmlo")
    before = pair(theirs, mine)
    command = reshape(before, theirs.id, (box(left=40),), READER)
    after = done(before, command)
    heir = heir_of(command, theirs.id)
    assert after.by_id[mine.id].counterpart_id == heir
    assert after.by_id[heir].counterpart_id == mine.id
    assert after.by_id[theirs.id].counterpart_id is None


def test_a_finding_that_was_replaced_can_not_be_changed() -> None:
    theirs = models()
    before = document(theirs)
    after = done(before, reshape(before, theirs.id, (box(left=40),), READER))
    with pytest.raises(CommandError, match="later one"):
        assess(after, theirs.id, Assessment.BENIGN, READER)


def test_a_finding_needs_a_shape() -> None:
    mine = own()
    with pytest.raises(CommandError, match="shape"):
        reshape(document(mine), mine.id, (), READER)


def test_an_accepted_proposal_is_the_reader_s_with_the_model_s_as_its_parent() -> None:
    theirs = models()
    after = done(document(theirs), accept(document(theirs), theirs.id, READER))
    (mine,) = after.live
    assert after.findings == (theirs, mine)
    assert mine == replace(
        theirs,
        id=mine.id,
        parent_id=theirs.id,
        provenance=ReaderProvenance(READER),
        status=FindingStatus.ACCEPTED,
    )
    with pytest.raises(CommandError, match="already"):
        accept(after, mine.id, READER)


def test_accepted_proposals_are_listed_where_they_were() -> None:
    first, second, third = models(), models("rmlo"), own("lcc")
    after = document(first, second, third)
    for theirs in (second, first):
        after = done(after, accept(after, theirs.id, READER))
    assert [one.parent_id for one in after.live] == [first.id, second.id, None]


def test_the_link_of_an_accepted_proposal_moves_along() -> None:
    theirs, mine = models(), own("rmlo")
    before = pair(theirs, mine)
    after = done(before, accept(before, theirs.id, READER))
    (child,) = [one for one in after.live if one.parent_id == theirs.id]
    assert child.counterpart_id == mine.id
    assert after.by_id[mine.id].counterpart_id == child.id
    assert after.by_id[theirs.id].counterpart_id is None


def test_a_rejected_finding_has_a_reason_and_comes_back() -> None:
    theirs, mine = models(), own("rmlo")
    before = pair(theirs, mine)
    command = reject(before, theirs.id, RejectionReason.VESSEL, READER)
    assert command.title == "reject mass (vessel)"
    after = done(before, command)
    assert after.by_id[theirs.id].rejection is RejectionReason.VESSEL
    assert after.by_id[mine.id].counterpart_id is None
    back = done(after, restore(after, theirs.id, READER))
    assert back.by_id[theirs.id].status is FindingStatus.PROPOSED
    assert back.by_id[theirs.id].rejection is None
    with pytest.raises(CommandError, match="not rejected"):
        restore(back, theirs.id, READER)


@pytest.mark.parametrize(
    ("parent", "status"), [(None, FindingStatus.ACCEPTED), (UUID(int=7), FindingStatus.EDITED)]
)
def test_an_own_finding_comes_back_as_it_stood(parent, status) -> None:
    mine = own(parent_id=parent)
    before = document(mine)
    gone = done(before, reject(before, mine.id, RejectionReason.OTHER, READER))
    assert done(gone, restore(gone, mine.id, READER)).findings[0].status is status
    assert done(gone, accept(gone, mine.id, READER)).findings[0].status is status


def test_what_is_said_of_one_is_said_of_its_counterpart() -> None:
    before = pair(own(), own("rmlo"))
    one = before.findings[0].id
    after = done(before, assess(before, one, Assessment.MODERATE_SUSPICION, READER))
    after = done(after, describe(after, one, IRREGULAR, READER))
    after = done(after, set_pathology(after, one, PROVED, READER))
    for finding in after.findings:
        assert finding.assessment is Assessment.MODERATE_SUSPICION
        assert finding.descriptors == Descriptors(Edition.FIFTH, IRREGULAR)
        assert finding.pathology == PROVED


def test_a_note_belongs_to_one_of_them() -> None:
    before = pair(own(), own("rmlo"))
    after = done(before, annotate(before, before.findings[0].id, "seen before", READER))
    assert [finding.note for finding in after.findings] == ["seen before", ""]


def test_assessing_a_linked_pair_of_a_model_makes_a_linked_pair_of_the_reader() -> None:
    before = pair(models(), models("rmlo"))
    command = assess(before, before.findings[0].id, Assessment.BENIGN, READER)
    after = done(before, command)
    first, other = after.live
    assert added_ids(command) == (first.id, other.id)
    assert first.counterpart_id == other.id
    assert {one.assessment for one in after.live} == {Assessment.BENIGN}
    assert {after.by_id[one.id].assessment for one in before.findings} == {None}


@pytest.mark.parametrize(
    ("make", "title"),
    [
        (lambda d, i: assess(d, i, Assessment.MODERATE_SUSPICION, READER), "assess mass 4B"),
        (lambda d, i: assess(d, i, None, READER), "assess mass not assessed"),
        (lambda d, i: describe(d, i, IRREGULAR, READER), "describe mass"),
        (lambda d, i: set_kind(d, i, FindingKind.OTHER, READER), "change mass to other"),
        (lambda d, i: set_pathology(d, i, PROVED, READER), "pathology of mass malignant"),
        (lambda d, i: annotate(d, i, "x", READER), "note on mass"),
        (lambda d, i: remove(d, i, READER), "remove mass"),
        (lambda d, i: duplicate(d, i, (5, 5), SIZES, READER), "duplicate mass"),
        (lambda d, i: set_frames(d, i, 2, 5, READER), "slices 3 to 6 of mass"),
    ],
)
def test_a_command_says_in_words_what_undo_would_take_back(make, title) -> None:
    mine = own()
    assert make(document(mine), mine.id).title == title


def test_a_word_that_the_edition_does_not_have_is_refused() -> None:
    mine = own()
    terms = ((DescriptorAxis.MASS_SHAPE, "lobular"),)
    with pytest.raises(CommandError, match="edition 5"):
        describe(document(mine), mine.id, terms, READER)
    older = describe(document(mine), mine.id, terms, READER, edition=Edition.FOURTH)
    after = done(document(mine), older)
    assert after.findings[0].descriptors == Descriptors(Edition.FOURTH, terms)


def test_words_that_do_not_fit_another_kind_are_dropped() -> None:
    feature = (DescriptorAxis.ASSOCIATED_FEATURE, "skin-thickening")
    mine = own(descriptors=Descriptors(terms=(*IRREGULAR, feature)))
    after = done(document(mine), set_kind(document(mine), mine.id, FindingKind.ASYMMETRY, READER))
    assert after.findings[0].descriptors.terms == (feature,)


def test_a_finding_made_a_region_keeps_nothing_that_is_said_of_a_patient() -> None:
    before = pair(own(assessment=Assessment.BENIGN, pathology=PROVED), own("rmlo"))
    kind = FindingKind.UNCERTAIN_REGION
    after = done(before, set_kind(before, before.findings[0].id, kind, READER))
    for finding in after.findings:
        assert finding.kind is kind
        assert (finding.assessment, finding.pathology, finding.counterpart_id) == (None,) * 3
    for say in (
        lambda one: assess(after, one, Assessment.BENIGN, READER),
        lambda one: describe(after, one, (), READER),
        lambda one: set_pathology(after, one, PROVED, READER),
    ):
        with pytest.raises(CommandError, match="no finding of the patient"):
            say(after.findings[0].id)


def test_every_kind_has_axes_that_both_editions_know() -> None:
    assert set(AXES) == set(FindingKind)
    for axes in AXES.values():
        for lexicon in LEXICONS.values():
            assert set(axes) <= set(lexicon.terms)


def test_linked_findings_share_what_the_first_says_and_the_other_adds() -> None:
    first = own(assessment=Assessment.HIGH_SUSPICION)
    other = own("rmlo", assessment=Assessment.BENIGN, descriptors=Descriptors(terms=IRREGULAR))
    before = document(first, other)
    after = done(before, link(before, first.id, other.id, WHERE, READER))
    one, two = after.findings
    assert (one.counterpart_id, two.counterpart_id) == (other.id, first.id)
    assert one.assessment is two.assessment is Assessment.HIGH_SUSPICION
    assert one.descriptors == two.descriptors == Descriptors(terms=IRREGULAR)


def test_whoever_was_linked_before_is_let_go() -> None:
    third, fourth = own("rmlo"), own()
    linked = (*pair(own(), third).findings, *pair(fourth, own("rmlo")).findings)
    before = document(*linked)
    after = done(before, link(before, linked[0].id, linked[3].id, WHERE, READER))
    assert after.findings[0].counterpart_id == linked[3].id
    assert after.by_id[third.id].counterpart_id is None
    assert after.by_id[fourth.id].counterpart_id is None


def test_linking_proposals_that_say_nothing_leaves_them_proposals() -> None:
    before = document(models(), models("rmlo"))
    one, two = (finding.id for finding in before.findings)
    command = link(before, one, two, WHERE, READER)
    after = done(before, command)
    assert added_ids(command) == ()
    assert after.by_id[one].counterpart_id == two
    parted = done(after, unlink(after, two, READER))
    assert parted == before
    with pytest.raises(CommandError, match="not linked"):
        unlink(parted, two, READER)


@pytest.mark.parametrize(
    ("first", "other", "reason"),
    [
        (own(), own(), "views of one kind"),
        (own("lcc"), own("rmlo"), "two breasts"),
        (own("elsewhere"), own("rmlo"), "not known"),
        (own(kind=FindingKind.IGNORED_REGION), own("rmlo"), "regions"),
        (
            own(status=FindingStatus.REJECTED, rejection=RejectionReason.NODE),
            own("rmlo"),
            "rejected",
        ),
    ],
)
def test_a_link_that_makes_no_sense_is_refused(first, other, reason) -> None:
    before = document(first, other)
    for pair_ in ((first.id, other.id), (other.id, first.id)):
        with pytest.raises(CommandError, match=reason):
            link(before, *pair_, WHERE, READER)


def test_a_finding_is_not_linked_with_itself_or_twice() -> None:
    before = pair(own(), own("rmlo"))
    one, two = (finding.id for finding in before.findings)
    with pytest.raises(CommandError, match="itself"):
        link(before, one, one, WHERE, READER)
    with pytest.raises(CommandError, match="already"):
        link(before, two, one, WHERE, READER)


def test_removing_a_finding_frees_its_counterpart_and_brings_a_models_back() -> None:
    theirs, mine = models(), own("rmlo")
    before = pair(theirs, mine)
    command = reshape(before, theirs.id, (box(left=40),), READER)
    edited = done(before, command)
    after = done(edited, remove(edited, heir_of(command, theirs.id), READER))
    assert [finding.id for finding in after.live] == [theirs.id, mine.id]
    assert {finding.counterpart_id for finding in after.live} == {None}


def test_a_models_finding_is_rejected_not_removed() -> None:
    theirs = models()
    with pytest.raises(CommandError, match="Reject it"):
        remove(document(theirs), theirs.id, READER)


def test_a_copy_is_the_readers_own_and_proves_nothing() -> None:
    theirs = models(assessment=Assessment.BENIGN, pathology=PROVED)
    before = document(theirs)
    command = duplicate(before, theirs.id, (200, -5), SIZES, READER)
    after = done(before, command)
    copy = after.by_id[added_ids(command)[0]]
    assert copy.geometries[0].box == Box(69.5, 5, 89.5, 25)
    assert (copy.assessment, copy.pathology, copy.malignancy) == (None, None, None)
    assert (copy.parent_id, copy.status) == (None, FindingStatus.ACCEPTED)
    with pytest.raises(CommandError, match="size"):
        duplicate(before, theirs.id, (1, 1), {}, READER)


def dot(row: int, column: int, **said) -> Finding:
    mask = RleMask.of(np.ones((1, 3)), SIZE, column, row)
    drawn = new_finding(FindingKind.CALCIFICATION, Geometry("rcc", mask=mask), READER)
    return replace(drawn, **said)


def test_dots_become_one_group_that_holds_their_pixels() -> None:
    point = replace(dot(0, 0), geometries=(Geometry("rcc", 2, 3, point=ImagePoint(50.2, 60.4)),))
    outline = Contour(tuple(ImagePoint(x, y) for x, y in ((9.5, 79.5), (12.5, 79.5), (11, 82))))
    drawn = replace(dot(0, 0), geometries=(Geometry("rcc", contour=outline),))
    first = dot(10, 10, note="seen")
    before = document(own(), first, dot(20, 30), point, drawn)
    ids = [finding.id for finding in before.findings[1:]]
    command = group(before, ids, SIZES, READER)
    after = done(before, command)
    assert command.title == "group 4 calcifications"
    assert len(after.findings) == 2
    whole = after.by_id[first.id]
    assert whole.kind is FindingKind.CALCIFICATION_GROUP
    assert whole.note == "seen"
    (mark,) = whole.geometries
    assert (mark.frame, mark.last_frame) == (0, 3)
    mask = mark.mask
    assert mask.contains(10, 11)
    assert mask.contains(20, 32)
    assert mask.contains(60, 50)
    assert mask.contains(80, 11)


def test_a_models_dot_becomes_the_parent_of_the_group() -> None:
    theirs = dot(30, 30, provenance=MODEL, status=FindingStatus.PROPOSED)
    mine = dot(40, 40, note="mine")
    before = document(mine, theirs)
    after = done(before, group(before, (mine.id, theirs.id), SIZES, READER))
    assert theirs in after.findings
    (whole,) = after.live
    assert (whole.parent_id, whole.note) == (theirs.id, "mine")


def test_counterparts_of_dots_that_go_into_a_group_are_let_go() -> None:
    partners = [own(uid, FindingKind.CALCIFICATION) for uid in ("rmlo", "rmlo")]
    dots = [dot(1, 1), dot(9, 9)]
    linked = [replace(a, counterpart_id=b.id) for a, b in zip(dots, partners, strict=True)]
    linked += [replace(b, counterpart_id=a.id) for a, b in zip(dots, partners, strict=True)]
    before = document(*linked)
    after = done(before, group(before, (dots[0].id, dots[1].id), SIZES, READER))
    assert after.by_id[dots[0].id].counterpart_id == partners[0].id
    assert after.by_id[partners[1].id].counterpart_id is None


def test_a_group_keeps_the_link_of_the_models_dot_that_it_replaces() -> None:
    theirs = dot(30, 30, provenance=MODEL, status=FindingStatus.PROPOSED)
    mine, partner = dot(40, 40), own("rmlo", FindingKind.CALCIFICATION)
    before = document(mine, *pair(theirs, partner).findings)
    after = done(before, group(before, (mine.id, theirs.id), SIZES, READER))
    (whole,) = [one for one in after.live if one.kind is FindingKind.CALCIFICATION_GROUP]
    assert whole.counterpart_id == partner.id
    assert after.by_id[partner.id].counterpart_id == whole.id


def test_what_can_not_be_grouped_is_said() -> None:
    mass, elsewhere = own(), own("rmlo", kind=FindingKind.CALCIFICATION)
    one, two = dot(1, 1), dot(2, 2)
    theirs = [dot(3, row, provenance=MODEL, status=FindingStatus.PROPOSED) for row in (3, 9)]
    before = document(mass, elsewhere, one, two, *theirs)
    for ids, reason in (
        ((one.id,), "two findings"),
        ((one.id, mass.id), "only calcifications"),
        ((one.id, elsewhere.id), "several images"),
        ([finding.id for finding in theirs], "several of the"),
    ):
        with pytest.raises(CommandError, match=reason):
            group(before, ids, SIZES, READER)
    with pytest.raises(CommandError, match="100x90"):
        group(before, (one.id, two.id), {"rcc": ImageSize(90, 100)}, READER)


def test_a_slice_range_is_given_and_checked() -> None:
    mine = own()
    after = done(document(mine), set_frames(document(mine), mine.id, 3, 9, READER))
    assert (after.findings[0].geometries[0].frame, after.findings[0].geometries[0].last_frame) == (
        3,
        9,
    )
    with pytest.raises(CommandError, match="before it starts"):
        set_frames(after, mine.id, 9, 3, READER)


_SOMETHING = (
    lambda d, a, b: reshape(d, a, (box(d.by_id[a].geometries[0].sop_instance_uid, 5),), READER),
    lambda d, a, b: accept(d, a, READER),
    lambda d, a, b: reject(d, a, RejectionReason.SKIN_FOLD, READER),
    lambda d, a, b: restore(d, a, READER),
    lambda d, a, b: assess(d, a, Assessment.HIGH_SUSPICION, READER),
    lambda d, a, b: describe(d, a, IRREGULAR, READER),
    lambda d, a, b: set_kind(d, a, FindingKind.CALCIFICATION, READER),
    lambda d, a, b: set_kind(d, a, FindingKind.IGNORED_REGION, READER),
    lambda d, a, b: set_pathology(d, a, PROVED, READER),
    lambda d, a, b: annotate(d, a, "x", READER),
    lambda d, a, b: link(d, a, b, WHERE, READER),
    lambda d, a, b: unlink(d, a, READER),
    lambda d, a, b: remove(d, a, READER),
    lambda d, a, b: duplicate(d, a, (3, 3), SIZES, READER),
    lambda d, a, b: group(d, (a, b), SIZES, READER),
    lambda d, a, b: set_frames(d, a, 1, 4, READER),
)


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(st.sampled_from(_SOMETHING), st.integers(0, 50), st.integers(0, 50)),
        min_size=5,
        max_size=30,
    )
)
def test_whatever_a_reader_does_links_stay_whole_and_models_findings_stay(steps) -> None:
    now = document(models(), models("rmlo"), own(), own("rmlo"), models("lcc"), dot(5, 5))
    made = {finding.id: finding for finding in now.findings if finding.provenance == MODEL}
    for want, one, two in steps:
        if not now.live:
            return
        ids = [finding.id for finding in now.live]
        try:
            command = want(now, ids[one % len(ids)], ids[two % len(ids)])
        except CommandError:
            continue
        now = done(now, command)
        for id_, finding in made.items():
            kept = now.by_id[id_]
            assert kept == replace(
                finding,
                status=kept.status,
                rejection=kept.rejection,
                counterpart_id=kept.counterpart_id,
            )

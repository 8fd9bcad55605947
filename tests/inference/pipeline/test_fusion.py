from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from domain.finding import FindingKind
from domain.geometry import Box
from inference.pipeline.fusion import box_iou, fuse, suppress
from inference.systems.system import RawMark

MASS, GROUP = FindingKind.MASS, FindingKind.CALCIFICATION_GROUP


def mark(left: float, score: float, kind: FindingKind = MASS, side: float = 20.0) -> RawMark:
    return RawMark(Box(left, 0, left + side, side), score, kind)


marks = st.lists(
    st.builds(
        mark,
        st.floats(0, 200),
        st.floats(0.01, 1),
        st.sampled_from([MASS, GROUP]),
        st.floats(5, 40),
    ),
    max_size=12,
)


def test_of_doubles_the_surest_stays_as_it_is() -> None:
    assert suppress([mark(0, 0.5), mark(2, 0.9), mark(100, 0.3)]) == (mark(2, 0.9), mark(100, 0.3))


def test_kinds_do_not_suppress_each_other() -> None:
    assert len(suppress([mark(0, 0.5), mark(0, 0.9, GROUP)])) == 2


@given(marks)
def test_no_two_marks_of_a_kind_overlap_after_suppression(found: list[RawMark]) -> None:
    kept = suppress(found)
    assert set(kept) <= set(found)
    assert [one.score for one in kept] == sorted((one.score for one in kept), reverse=True)
    for at, one in enumerate(kept):
        for other in kept[at + 1 :]:
            assert one.kind is not other.kind or box_iou(one.box, other.box) <= 0.5 + 1e-9


def test_what_two_looks_found_is_one_mark_between_them_as_sure_as_their_mean() -> None:
    (found,) = fuse([[mark(0, 0.9)], [mark(4, 0.3)]])
    assert found.mark.box.left == (0 * 0.9 + 4 * 0.3) / 1.2
    assert abs(found.mark.score - 0.6) < 1e-9
    assert found.source == 0


def test_what_one_of_two_looks_found_alone_is_half_as_sure() -> None:
    (found,) = fuse([[], [mark(0, 0.8)]])
    assert found.mark.score == 0.4
    assert found.source == 1


def test_two_marks_of_one_look_never_become_one() -> None:
    found = fuse([[mark(0, 0.9), mark(12, 0.8)], [mark(6, 0.7)]], iou=0.3)
    assert len(found) == 2


@given(marks, st.randoms(use_true_random=False))
def test_the_order_in_which_marks_come_does_not_matter(
    found: list[RawMark], shuffler: random.Random
) -> None:
    mixed = list(found)
    shuffler.shuffle(mixed)
    assert fuse([found]) == fuse([mixed])


@given(marks, marks)
def test_fused_scores_and_boxes_stay_within_those_fused(
    one: list[RawMark], other: list[RawMark]
) -> None:
    for fused in fuse([one, other]):
        assert 0 <= fused.mark.score <= max(each.score for each in (*one, *other))
        assert fused.mark.box.left >= min(each.box.left for each in (*one, *other)) - 1e-9


def test_a_mark_of_score_zero_breaks_nothing() -> None:
    assert len(fuse([[mark(0, 0.0)], [mark(0, 0.0)]])) == 1

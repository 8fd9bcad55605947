from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inference.pipeline.correspondence import FITTED, PAIRED, match, probability
from inference.pipeline.results import NO_LIKENESS, Likeness

places = st.builds(
    Likeness, st.floats(-20, 120), st.floats(-90, 90), st.floats(2, 40), st.floats(-1, 6)
)


def at(behind: float, size: float = 10.0, contrast: float | None = 2.0) -> Likeness:
    return Likeness(behind, 0.0, size, contrast)


def test_the_same_thing_is_more_probable_than_another_place_or_size() -> None:
    same = probability(at(40), at(41))
    farther, smaller = probability(at(40), at(110)), probability(at(40), at(41, size=3))
    assert same is not None
    assert farther is not None
    assert smaller is not None
    assert same > PAIRED > farther
    assert smaller < same


def test_an_angle_around_the_nipple_says_nothing() -> None:
    across = Likeness(0.0, 40.0, 10.0, 2.0)
    assert probability(at(40), across) == probability(at(40), at(40))


@given(places, places)
def test_a_probability_is_one_and_the_same_both_ways(one: Likeness, other: Likeness) -> None:
    chance = probability(one, other)
    assert chance is not None
    assert 0 < chance < 1
    assert chance == pytest.approx(probability(other, one))


def test_where_millimetres_or_the_nipple_are_unknown_nothing_is_said() -> None:
    assert probability(NO_LIKENESS, at(40)) is None
    assert probability(Likeness(None, None, 10.0, 1.0), at(40)) is None
    assert match([NO_LIKENESS], [at(40)]) == ()


def test_an_unknown_contrast_leaves_the_rest_to_tell() -> None:
    assert probability(at(40, contrast=None), at(40)) is not None


def test_each_mark_is_paired_once_with_the_most_probable_first() -> None:
    found = match([at(40), at(42)], [at(40.5)])
    assert [(one.one, one.other) for one in found] == [(0, 0)]


@given(st.lists(places, max_size=5), st.lists(places, max_size=5))
def test_no_mark_is_in_two_pairs_and_no_pair_is_improbable(
    ones: list[Likeness], others: list[Likeness]
) -> None:
    found = match(ones, others)
    assert len({pair.one for pair in found}) == len(found) == len({pair.other for pair in found})
    assert all(pair.probability >= PAIRED for pair in found)


def test_unlikeness_never_makes_a_pair_more_probable() -> None:
    assert FITTED.distance < 0
    assert FITTED.size < 0
    assert FITTED.contrast <= 0

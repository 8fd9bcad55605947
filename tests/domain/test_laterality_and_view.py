"""Enumerated values are read exactly: a part of a word names nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.laterality import Laterality
from domain.view_position import HangFamily, ViewModifier, ViewPosition


@pytest.mark.parametrize("side", Laterality)
def test_each_side_reads_back(side: Laterality) -> None:
    assert Laterality.parse(side.value) is side
    assert Laterality.parse(f" {side.value.lower()} ") is side


@given(st.text())
def test_nothing_but_the_letters_is_a_side(text: str) -> None:
    expected = text.strip().upper() in {"R", "L", "B"}
    assert (Laterality.parse(text) is not None) == expected


@pytest.mark.parametrize("text", ["unpaired", "U", "RIGHT", "LR", "", "R\\L"])
def test_words_with_the_letters_in_them_name_no_side(text: str) -> None:
    assert Laterality.parse(text) is None


def test_the_other_breast_of_the_other_breast_is_the_breast() -> None:
    assert Laterality.RIGHT.opposite is Laterality.LEFT
    assert all(side.opposite.opposite is side for side in Laterality)


@pytest.mark.parametrize("view", ViewPosition)
def test_each_view_reads_back(view: ViewPosition) -> None:
    assert ViewPosition.parse(view.value) is view
    assert ViewPosition.parse(f"{view.value.lower()} ") is view


@given(st.text(alphabet="MLCOXSI", max_size=5))
def test_nothing_but_an_abbreviation_is_a_view(text: str) -> None:
    assert (ViewPosition.parse(text) is not None) == (text in {view.value for view in ViewPosition})


@pytest.mark.parametrize("text", ["ACCESSION", "RMLO", "MLO CC", "LAT", ""])
def test_words_with_a_view_in_them_name_none(text: str) -> None:
    assert ViewPosition.parse(text) is None


def test_views_from_above_or_below_hang_like_a_cc_and_the_others_like_an_mlo() -> None:
    like_cc = {view.value for view in ViewPosition if view.family is HangFamily.CC}
    assert like_cc == {"CC", "XCC", "XCCL", "XCCM", "FB"}
    assert ViewPosition.ML.family is ViewPosition.SIO.family is HangFamily.MLO


def test_abbreviations_of_modifiers_are_their_own() -> None:
    assert len({modifier.value for modifier in ViewModifier}) == len(ViewModifier)

"""Views in words: exact words count, parts of words never do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.laterality import Laterality
from domain.view_position import ViewModifier, ViewPosition
from imaging.header.view_words import ViewWords, read_word, read_words

R, L, B = Laterality.RIGHT, Laterality.LEFT, Laterality.BOTH
CC, MLO, ML, LM = ViewPosition.CC, ViewPosition.MLO, ViewPosition.ML, ViewPosition.LM


@pytest.mark.parametrize(
    ("said", "side", "view"),
    [
        ("RMLO", R, MLO),
        ("R MLO", R, MLO),
        ("L-CC", L, CC),
        ("l_cc", L, CC),
        ("MLO", None, MLO),
        ("LM", None, LM),
        ("LML", L, ML),
        ("RLM", R, LM),
        ("LMLO", L, MLO),
        ("LMO", None, ViewPosition.LMO),
        ("Left breast CC", L, CC),
        ("R MLO Tomosynthesis ReconstructionCT Image", R, MLO),
        ("P102_R_DM_CC", R, CC),
        ("R CC C-View", R, CC),
        ("Bilateral CC", B, CC),
        ("unpaired", None, None),
        ("ACCESSION", None, None),
        ("MAMMOSCREENING 1E LEZING", None, None),
        ("100 ML", None, None),
        ("100ML", None, None),
        ("CC2", None, None),
        ("MLO2D", None, None),
        ("lat", None, None),
        ("at rest", None, None),
        ("", None, None),
    ],
)
def test_text_is_read_by_whole_words(
    said: str, side: Laterality | None, view: ViewPosition | None
) -> None:
    words = read_words(said)
    assert (words.laterality, words.position) == (side, view)


def test_a_text_about_two_sides_or_views_names_none() -> None:
    assert read_words("R and L MLO") == ViewWords(None, MLO)
    assert read_words("RX MAMMO CC 2D + MLO TOMO HD") == ViewWords()
    assert read_words("RCC RCC") == ViewWords(R, CC)


@pytest.mark.parametrize(
    ("said", "modifier"),
    [
        ("RCCID", ViewModifier.IMPLANT_DISPLACED),
        ("R CC ID", ViewModifier.IMPLANT_DISPLACED),
        ("LCCRL", ViewModifier.ROLLED_LATERAL),
        ("LMCC", ViewModifier.MAGNIFICATION),
        ("10CM MAG", ViewModifier.MAGNIFICATION),
        ("SPOT CONTACT", ViewModifier.SPOT),
    ],
)
def test_modifiers_are_read_glued_or_as_words(said: str, modifier: ViewModifier) -> None:
    assert read_words(said).modifiers == {modifier}


def test_letters_that_only_look_like_a_modifier_are_none() -> None:
    assert read_words("ID 12 CC").modifiers == frozenset()
    assert read_words("Magnificent").modifiers == frozenset()


def test_values_of_the_attribute_may_replace_a_view() -> None:
    assert read_word("AT") == ViewWords(None, MLO, frozenset({ViewModifier.AXILLARY_TAIL}))
    assert read_word("CV") == ViewWords(None, CC, frozenset({ViewModifier.CLEAVAGE}))
    assert read_word("TAN") == ViewWords(None, None, frozenset({ViewModifier.TANGENTIAL}))
    assert read_word("LAT") is None
    assert read_word("AP") is None


@pytest.mark.parametrize("view", ViewPosition)
@pytest.mark.parametrize("side", [R, L])
def test_each_view_reads_back_from_its_short_name(side: Laterality, view: ViewPosition) -> None:
    assert read_word(view.value) == ViewWords(None, view)
    assert read_word(side.value + view.value) == ViewWords(side, view)


@given(st.text(alphabet="ABCLMOR0", min_size=1), st.text(alphabet="abclmorx9", min_size=1))
def test_letters_glued_to_a_word_hide_it(before: str, after: str) -> None:
    said = f"{before}X0X{after}"
    assert read_words(said) == ViewWords()

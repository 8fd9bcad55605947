from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from widgets.fuzzy import fuzzy_score

TITLES = ("Same size", "True size", "Side panel", "Settings", "Next slice", "Invert")


def best(query: str) -> str:
    scores = {title: fuzzy_score(query, title) for title in TITLES}
    return max((title for title in TITLES if scores[title] is not None), key=lambda t: scores[t])


def test_first_letters_of_words_find_a_title() -> None:
    assert best("ns") == "Next slice"


def test_a_start_beats_a_middle() -> None:
    assert best("si") in {"Same size", "True size", "Side panel"}
    assert fuzzy_score("si", "Settings") is None


def test_a_forgotten_letter_still_finds() -> None:
    assert best("invrt") == "Invert"


def test_words_may_come_in_any_order() -> None:
    assert best("size true") == "True size"


def test_letters_that_are_not_there_find_nothing() -> None:
    assert all(fuzzy_score("xq", title) is None for title in TITLES)


def test_nothing_typed_fits_all_alike() -> None:
    assert {fuzzy_score("  ", title) for title in TITLES} == {0.0}


@given(st.text(alphabet="abcde ", min_size=1).filter(str.strip))
def test_every_title_is_found_by_itself(title: str) -> None:
    assert fuzzy_score(title, title) is not None

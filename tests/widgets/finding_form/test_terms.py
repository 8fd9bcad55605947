"""What an answer makes of the terms there are."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from domain.finding import Descriptors, FindingKind
from domain.lexicon import LEXICONS, DescriptorAxis, Edition
from widgets.finding_form.terms import axes_of, chosen_of, with_term

ANSWERS = [
    (axis, term.code) for axis, terms in LEXICONS[Edition.FIFTH].terms.items() for term in terms
]
SHAPE = DescriptorAxis.MASS_SHAPE


@given(st.lists(st.tuples(st.sampled_from(ANSWERS), st.booleans()), max_size=8))
def test_terms_never_repeat_and_come_in_the_lexicons_order(picks) -> None:
    descriptors = Descriptors()
    for (axis, code), adding in picks:
        descriptors = with_term(descriptors, axis, code, adding=adding)
    assert list(descriptors.terms) == [one for one in ANSWERS if one in descriptors.terms]


@given(st.sampled_from(ANSWERS), st.lists(st.sampled_from(ANSWERS), unique=True, max_size=6))
def test_the_same_answer_again_takes_back_that_alone(answer, others) -> None:
    before = Descriptors(terms=tuple(one for one in ANSWERS if one in others and one != answer))
    once = with_term(before, *answer, adding=True)
    assert answer in once.terms
    assert with_term(once, *answer, adding=True) == before


def test_another_answer_takes_the_place_of_the_first_unless_it_is_added() -> None:
    oval = with_term(Descriptors(), SHAPE, "oval", adding=False)
    assert chosen_of(with_term(oval, SHAPE, "round", adding=False), SHAPE) == ("round",)
    assert chosen_of(with_term(oval, SHAPE, "round", adding=True), SHAPE) == ("oval", "round")


def test_words_that_the_edition_does_not_know_are_kept() -> None:
    strange = (DescriptorAxis.MASS_MARGIN, "of-another-edition")
    after = with_term(Descriptors(terms=(strange,)), SHAPE, "oval", adding=False)
    assert after.terms == ((SHAPE, "oval"), strange)


def test_regions_are_asked_nothing_and_all_else_something() -> None:
    for kind in FindingKind:
        assert bool(axes_of(kind)) is not kind.is_region

"""The words of two editions of BI-RADS."""

from __future__ import annotations

import pytest

from domain.lexicon import LEXICONS, Assessment, DescriptorAxis, Edition

CASES = [(edition, axis) for edition in Edition for axis in DescriptorAxis]


def test_there_is_a_lexicon_for_each_edition() -> None:
    assert set(LEXICONS) == set(Edition)
    assert all(LEXICONS[edition].edition is edition for edition in Edition)


@pytest.mark.parametrize(("edition", "axis"), CASES)
def test_each_axis_has_terms_with_codes_of_their_own(
    edition: Edition, axis: DescriptorAxis
) -> None:
    terms = LEXICONS[edition].terms[axis]
    assert terms
    assert len({term.code for term in terms}) == len(terms)
    assert all(LEXICONS[edition].term(axis, term.code) is term for term in terms)


def test_a_term_of_one_edition_is_unknown_to_the_other() -> None:
    assert LEXICONS[Edition.FOURTH].term(DescriptorAxis.MASS_SHAPE, "lobular")
    with pytest.raises(ValueError, match="edition 5 has no mass shape 'lobular'"):
        LEXICONS[Edition.FIFTH].term(DescriptorAxis.MASS_SHAPE, "lobular")


def test_the_suspicious_morphologies_are_the_four_of_the_atlas() -> None:
    morphologies = LEXICONS[Edition.FIFTH].terms[DescriptorAxis.CALCIFICATION_MORPHOLOGY]
    assert [term.code for term in morphologies if term.suspicious] == [
        "amorphous",
        "coarse-heterogeneous",
        "fine-pleomorphic",
        "fine-linear",
    ]


def test_likelihoods_rise_with_the_category_without_a_gap() -> None:
    lettered = ["2", "3", "4A", "4B", "4C", "5"]
    bounds = [Assessment(value).likelihood for value in lettered]
    flat = [edge for pair in bounds if pair for edge in pair]
    assert flat == sorted(flat)
    assert flat[1:-1:2] == flat[2::2]


def test_incomplete_and_proven_say_nothing_of_likelihood() -> None:
    assert Assessment.INCOMPLETE.likelihood is None
    assert Assessment.PROVEN.likelihood is None

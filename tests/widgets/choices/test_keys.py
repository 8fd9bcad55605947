"""Each answer has a key of its own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.lexicon import DescriptorAxis, Edition
from widgets.choices.birads import assessment_choices, composition_choices, term_choices
from widgets.choices.keys import keys_of

AXES = [axis for axis in DescriptorAxis if axis is not DescriptorAxis.COMPOSITION]
LABELS = st.lists(st.text("abcdeghi -", max_size=12), max_size=12)


@given(LABELS, st.text("abcde", max_size=3))
def test_keys_differ_lie_in_their_labels_and_leave_taken_ones_alone(labels, taken) -> None:
    keys = keys_of(labels, taken)
    given = [key for key in keys if key]
    assert len(keys) == len(labels)
    assert len(set(given)) == len(given)
    assert all(key in label for key, label in zip(keys, labels, strict=True))
    assert not set(given) & set(taken)


def test_first_letters_go_before_others() -> None:
    assert keys_of(["oval", "round", "irregular"]) == ("o", "r", "i")
    assert keys_of(["skin retraction", "skin thickening", "trabecular"]) == ("s", "k", "t")


@pytest.mark.parametrize("edition", Edition)
@pytest.mark.parametrize("axis", AXES)
def test_every_term_of_the_lexicon_has_a_key_that_is_no_assessments(edition, axis) -> None:
    keys = [choice.key for choice in term_choices(edition, axis)]
    assert all(keys)
    assert len(set(keys)) == len(keys)
    assert not set(keys) & {choice.key for choice in assessment_choices()}


def test_assessments_go_by_digits_and_the_letters_of_4() -> None:
    assert [choice.key for choice in assessment_choices()] == list("01234abc56")
    assert [choice.key for choice in composition_choices(Edition.FIFTH)] == list("abcd")


def test_suspicious_morphologies_begin_a_row() -> None:
    choices = term_choices(Edition.FIFTH, DescriptorAxis.CALCIFICATION_MORPHOLOGY)
    assert [choice.value for choice in choices if choice.breaks] == ["amorphous"]

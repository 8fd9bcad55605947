"""What the forms are told of a model's words, and of what they rest on."""

from __future__ import annotations

from types import SimpleNamespace
from unittest.mock import create_autospec

from annotations.intents.offering import Offer
from app.gui.offered_facts import NO_BASIS, basis_of, composition_of, said_of
from app.presenters.second_reading.presenter import SecondReading
from app.presenters.second_reading.standing import CaseStanding
from domain.finding import Descriptors
from domain.lexicon import Assessment
from inference.packages.manifest import Stage


def a_package(stage: Stage) -> SimpleNamespace:
    training = SimpleNamespace(data="phantoms", notes="39 % were malignant.")
    told = SimpleNamespace(stage=stage, training=training, intended_use="Research only.")
    return SimpleNamespace(manifest=told, name="birads-small 1.0")


def second_reading(*, revealed: bool, **composition: float) -> SecondReading:
    presenter = create_autospec(SecondReading, instance=True)
    presenter.revealed = revealed
    presenter.standing = CaseStanding("1.2", composition=composition)
    return presenter


def test_category_and_score_stand_together() -> None:
    words = Descriptors()
    assert said_of(Offer(words, Assessment.HIGH_SUSPICION, 0.613)) == "4C, 61 %"
    assert said_of(Offer(words, Assessment.HIGH_SUSPICION, None)) == "4C"


def test_the_basis_is_the_classifiers() -> None:
    reader = SimpleNamespace(packages=(a_package(Stage.DETECT), a_package(Stage.CLASSIFY)))
    told = basis_of(reader)
    assert told.short == "39 % were malignant."
    assert told.long.splitlines() == ["birads-small 1.0", "phantoms", "Research only."]
    detecting = SimpleNamespace(packages=(a_package(Stage.DETECT),))
    assert basis_of(detecting) == basis_of(None) == NO_BASIS


def test_a_composition_is_offered_once_the_marks_may_be_shown() -> None:
    chances = {"a": 0.1, "b": 0.2, "c": 0.6, "d": 0.1}
    assert composition_of(second_reading(revealed=True, **chances)) == ("c", "(60 %)")
    assert composition_of(second_reading(revealed=False, **chances)) == ("", "")
    assert composition_of(second_reading(revealed=True)) == ("", "")

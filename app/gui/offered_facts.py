"""What a model offers the forms, in words, and what that rests on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from annotations.intents.offering import Offer
from app.presenters.second_reading.presenter import SecondReading

if TYPE_CHECKING:  # the first paint needs no models of files
    from inference.pipeline.reader import ReaderPackages


@dataclass(frozen=True)
class Basis:
    """What a classifier's word rests on. short: prevalence and training; long: all of it."""

    short: str = ""
    long: str = ""


NO_BASIS = Basis()


def basis_of(reader: ReaderPackages | None) -> Basis:
    """Of the package that classifies, from its manifest; nothing where there is none."""
    for package in reader.packages if reader is not None else ():
        told = package.manifest
        if told.stage.value == "classify" and told.training is not None:
            short = told.training.notes or f"Trained on {told.training.data}"
            parts = (package.name, told.training.data, told.intended_use)
            return Basis(short, "\n".join(parts))
    return NO_BASIS


def said_of(offer: Offer) -> str:
    """Category and score, such as "4B, 34 %"."""
    category = "" if offer.assessment is None else offer.assessment.value
    score = "" if offer.malignancy is None else f"{100 * offer.malignancy:.0f} %"
    return ", ".join(filter(None, (category, score)))


def composition_of(second_reading: SecondReading) -> tuple[str, str]:
    """The letter that a model would choose, and its probability in words; empty for none.

    Nothing is told before the model's marks may be shown.
    """
    chances = second_reading.standing.composition
    if not chances or not second_reading.revealed:
        return "", ""
    letter = max(chances, key=lambda one: chances[one])
    return letter, f"({100 * chances[letter]:.0f} %)"

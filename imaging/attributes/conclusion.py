"""What was concluded from a header, with the reasons for it and the doubts about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from domain.study import Flag, Reason
from imaging.attributes.tags import label_of

Value = TypeVar("Value")


@dataclass(frozen=True)
class Concluded(Generic[Value]):
    """A value, which tags it comes from, and what a reader must be told about it."""

    value: Value
    reasons: tuple[Reason, ...] = ()
    flags: tuple[Flag, ...] = ()


def because(conclusion: str, keyword: str, value: str) -> Reason:
    """A reason that names the attribute by its keyword."""
    return Reason(conclusion, label_of(keyword), value)


def doubt(message: str, keyword: str) -> Flag:
    """A flag that names the attribute by its keyword."""
    return Flag(message, label_of(keyword))

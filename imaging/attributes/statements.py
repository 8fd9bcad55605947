"""Settles what several attributes of one header say about the same thing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import eq
from typing import Generic

from domain.study import Flag
from imaging.attributes.conclusion import Concluded, Value, because
from imaging.attributes.tags import label_of


@dataclass(frozen=True)
class Statement(Generic[Value]):
    """One attribute's word: the value read, the attribute's keyword, and the text it holds."""

    value: Value
    keyword: str
    raw: str


def settle(
    statements: Sequence[Statement[Value]],
    describe: Callable[[Value], str],
    agree: Callable[[Value, Value], bool] = eq,
) -> Concluded[Value | None]:
    """Believe the first statement; flag each later one that disagrees with it.

    statements: the most trustworthy first. describe: the conclusion in words.
    """
    if not statements:
        return Concluded(None)
    first = statements[0]
    flags = tuple(
        _contradiction(first, other)
        for other in statements[1:]
        if not agree(first.value, other.value)
    )
    return Concluded(
        first.value, (because(describe(first.value), first.keyword, first.raw),), flags
    )


def _contradiction(first: Statement[Value], other: Statement[Value]) -> Flag:
    return Flag(
        f"{label_of(first.keyword)} says {first.raw}, "
        f"but {label_of(other.keyword)} says {other.raw}; the former is believed",
        label_of(other.keyword),
    )

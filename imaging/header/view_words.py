"""Reads laterality, view and modifiers from text by exact words, never by parts of words.

"RMLO", "R MLO", "L-CC", "LCCID" and "MLO" are understood; "unpaired" names no side and
"ACCESSION" no view. Text that names two sides or two views names none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from domain.laterality import Laterality
from domain.view_position import ViewModifier, ViewPosition


@dataclass(frozen=True)
class ViewWords:
    """What a text says of a view; ``None`` or empty where it says nothing or contradicts itself."""

    laterality: Laterality | None = None
    position: ViewPosition | None = None
    modifiers: frozenset[ViewModifier] = frozenset()


_SIDES = {
    "R": Laterality.RIGHT,
    "RT": Laterality.RIGHT,
    "RIGHT": Laterality.RIGHT,
    "L": Laterality.LEFT,
    "LT": Laterality.LEFT,
    "LEFT": Laterality.LEFT,
    "BILATERAL": Laterality.BOTH,
}
# Which letters stand before and after a view, and which replace one: CID 4015, last column.
_PREFIXES = {"": None, "M": ViewModifier.MAGNIFICATION, "S": ViewModifier.SPOT}
_SUFFIXES = {
    "": None,
    "ID": ViewModifier.IMPLANT_DISPLACED,
    "RL": ViewModifier.ROLLED_LATERAL,
    "RM": ViewModifier.ROLLED_MEDIAL,
    "RI": ViewModifier.ROLLED_INFERIOR,
    "RS": ViewModifier.ROLLED_SUPERIOR,
    "NP": ViewModifier.NIPPLE_IN_PROFILE,
    "AC": ViewModifier.ANTERIOR_COMPRESSION,
    "IMF": ViewModifier.INFRAMAMMARY_FOLD,
}
_REPLACING = {
    "CV": ViewWords(None, ViewPosition.CC, frozenset({ViewModifier.CLEAVAGE})),
    "AT": ViewWords(None, ViewPosition.MLO, frozenset({ViewModifier.AXILLARY_TAIL})),
    "TAN": ViewWords(None, None, frozenset({ViewModifier.TANGENTIAL})),
}
# Running text has "at", "lat", "max", "iso" and "ax" of its own; only the attribute may say them.
_NEVER_IN_TEXT = frozenset({ViewPosition.AX, ViewPosition.FB, ViewPosition.ISO})
_MODIFIER_WORDS = {
    "MAG": ViewModifier.MAGNIFICATION,
    "MAGNIFICATION": ViewModifier.MAGNIFICATION,
    "SPOT": ViewModifier.SPOT,
    "TANGENTIAL": ViewModifier.TANGENTIAL,
    "CLEAVAGE": ViewModifier.CLEAVAGE,
}
Value = TypeVar("Value")

_BREAK = re.compile(r"[^A-Z0-9]+")


def _glued() -> Iterator[tuple[str, ViewWords]]:
    for side_letter, side in (("", None), ("R", Laterality.RIGHT), ("L", Laterality.LEFT)):
        for prefix, before in _PREFIXES.items():
            for suffix, after in _SUFFIXES.items():
                modifiers = frozenset(m for m in (before, after) if m is not None)
                for view in ViewPosition:
                    word = side_letter + prefix + view.value + suffix
                    yield word, ViewWords(side, view, modifiers)
        for word, meaning in _REPLACING.items():
            if side and word == "AT":
                continue  # LAT means lateral to everybody
            yield side_letter + word, ViewWords(side, meaning.position, meaning.modifiers)


def _vocabulary() -> dict[str, ViewWords]:
    words: dict[str, ViewWords] = {}
    for word, meaning in _glued():
        words.setdefault(word, meaning)  # the plainest reading comes first: LM is a view
    return words


_VOCABULARY = _vocabulary()
_IN_TEXT = {
    word: meaning
    for word, meaning in _VOCABULARY.items()
    if meaning.position not in _NEVER_IN_TEXT and not word.endswith(("AT", "CV"))
}


def read_word(word: str) -> ViewWords | None:
    """The value of an attribute such as ``LMLO``, ``CCID`` or ``AT``; ``None`` for any other."""
    return _VOCABULARY.get(word.strip().upper())


def read_words(text: str) -> ViewWords:
    """All words of a text together; letters count only where no digit touches them.

    A number before "ML" makes it millilitres, not a view.
    """
    found: list[ViewWords] = []
    previous = ""
    for word in _BREAK.split(text.upper()):
        meaning = _meaning(word, previous)
        if meaning is not None:
            found.append(meaning)
        previous = word
    return ViewWords(
        _only(item.laterality for item in found),
        _only(item.position for item in found),
        frozenset().union(*(item.modifiers for item in found)),
    )


def _meaning(word: str, previous: str) -> ViewWords | None:
    if word == "ML" and previous.isdigit():
        return None
    if word in _SIDES:
        return ViewWords(laterality=_SIDES[word])
    if word in _MODIFIER_WORDS:
        return ViewWords(modifiers=frozenset({_MODIFIER_WORDS[word]}))
    after = _SUFFIXES.get(word)
    if after is not None and previous in _IN_TEXT:
        return ViewWords(modifiers=frozenset({after}))
    return _IN_TEXT.get(word)


def _only(values: Iterable[Value | None]) -> Value | None:
    stated = {value for value in values if value is not None}
    return stated.pop() if len(stated) == 1 else None

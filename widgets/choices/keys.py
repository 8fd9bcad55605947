"""Which key chooses which answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence


def keys_of(labels: Sequence[str], taken: str = "") -> tuple[str, ...]:
    """A letter of each label, all different, lower case; empty where none is left.

    First letters go first, in order, then the first letters of later words, then any. taken:
    letters that mean something else.
    """
    found: dict[int, str] = {}
    for letters in (_first, _of_words, _all):
        for place, label in enumerate(labels):
            free = (
                letter
                for letter in letters(label.lower())
                if letter not in taken and letter not in found.values()
            )
            if place not in found and (letter := next(free, "")):
                found[place] = letter
    return tuple(found.get(place, "") for place in range(len(labels)))


def _first(label: str) -> Iterator[str]:
    yield from _all(label[:1])


def _of_words(label: str) -> Iterator[str]:
    for word in label.replace("-", " ").split():
        yield from _all(word[:1])


def _all(label: str) -> Iterator[str]:
    return (letter for letter in label if "a" <= letter <= "z")

"""Finding a title by a few of its letters."""

from __future__ import annotations

LONG_WORD = 4


def fuzzy_score(query: str, text: str) -> float | None:
    """How well a text fits what was typed; higher is better, ``None`` where it doesn't.

    Each typed word must occur, case apart, or its letters in their order, each at the start of a
    word or after the one before; longer words may leap elsewhere once. Short texts come first.
    """
    wanted, within = query.casefold().split(), text.casefold()
    if not wanted:
        return 0.0
    total = 0.0
    for word in wanted:
        score = _word_score(word, within)
        if score is None:
            return None
        total += score
    return total - len(text) / 100


def _word_score(word: str, text: str) -> float | None:
    found = text.find(word)
    if found >= 0:
        return 3.0 * len(word) + (4.0 if _starts_word(text, found) else 0.0)
    score, place, before, leaps = 0.0, -1, -2, 0
    for letter in word:
        place = _next(text, letter, place + 1)
        if place < 0:
            return None
        starts, follows = _starts_word(text, place), place == before + 1
        leaps += not (starts or follows)
        score += 1.5 * starts + 1.0 * follows
        before = place
    return score if leaps <= (len(word) >= LONG_WORD) else None


def _next(text: str, letter: str, start: int) -> int:
    """The next start of a word with this letter, else its next occurrence at all; -1 for none."""
    place = text.find(letter, start)
    while place >= 0 and place != start and not _starts_word(text, place):
        place = text.find(letter, place + 1)
    return place if place >= 0 else text.find(letter, start)


def _starts_word(text: str, place: int) -> bool:
    return place == 0 or not text[place - 1].isalnum()

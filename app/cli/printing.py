"""Text for a terminal: what comes from files can't steer it."""

from __future__ import annotations

import unicodedata

from rich.markup import escape


def plain(text: str) -> str:
    """The text on one line, control characters (escape sequences, line ends) replaced by ``?``."""
    return "".join("?" if unicodedata.category(letter) in _STEERING else letter for letter in text)


_STEERING = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def safe(text: str) -> str:
    """The same, with rich's markup taken literally."""
    return escape(plain(text))

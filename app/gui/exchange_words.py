"""Messages that were written for the command line, as the window says them."""

from __future__ import annotations

import re

_OPTION = re.compile(r"( with --[a-z-]+| \(--[a-z-]+\)|; choose one \(--[a-z-]+\))")


def said_here(words: str) -> str:
    """The same without options of the command line."""
    return _OPTION.sub("", words)

"""Finds the label guideline: the project's own, else the one that comes with the program."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from domain.errors import BadInputError

_MOST_BYTES = 1_000_000
_REMEDY = "Choose another file in Settings, Reading, Label guideline"


@dataclass(frozen=True)
class LabelGuideline:
    """title: its first heading, else the file's name. markdown: without that heading."""

    title: str
    markdown: str


def find_guideline(path: str = "") -> LabelGuideline:
    """path: of a Markdown file in UTF-8; empty for the one that comes with the program.

    Raises BadInputError where the file can't be read, is no text, or is larger than 1 MB.
    """
    if not path.strip():
        file = resources.files("resources.guidelines") / "default.md"
        return _parted(file.read_text(encoding="utf-8"), "Label guideline")
    own = Path(path.strip()).expanduser()
    try:
        with own.open("rb") as stream:
            content = stream.read(_MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "no file has such a name"
        raise BadInputError(
            f"the label guideline can't be read ({reason})", where=str(own), remedy=_REMEDY
        ) from error
    if len(content) > _MOST_BYTES:
        raise BadInputError(
            "the label guideline is larger than 1 MB", where=str(own), remedy=_REMEDY
        )
    try:
        return _parted(content.decode("utf-8-sig"), own.stem)
    except UnicodeDecodeError as error:
        raise BadInputError(
            "the label guideline is no text in UTF-8", where=str(own), remedy=_REMEDY
        ) from error


def _parted(text: str, name: str) -> LabelGuideline:
    first, _, rest = text.lstrip().partition("\n")
    if first.startswith("# "):
        return LabelGuideline(first[2:].strip() or name, rest.lstrip("\n"))
    return LabelGuideline(name, text)

"""Tells side and view from a picture's file name, by exact words: P255_L_DM_MLO.jpg."""

from __future__ import annotations

import re
from dataclasses import dataclass

from domain.laterality import Laterality
from domain.view_position import ViewModifier, ViewPosition
from imaging.header.view_words import ViewWords, read_words

_BREAK = re.compile(r"[^A-Za-z0-9]+")
_NOTHING = ViewWords()
# Outlines that data sets ship under the names of the pictures they belong to.
_NO_PICTURE = frozenset(
    {"annotation", "annotations", "label", "labels", "mask", "masks", "roi", "segmentation"}
)


@dataclass(frozen=True)
class PictureName:
    """What a file name says. laterality and position are ``None`` where it says nothing or two
    things. rest: the other words, which name patient and exam. ambiguous: it says two things.
    """

    laterality: Laterality | None
    position: ViewPosition | None
    modifiers: frozenset[ViewModifier]
    rest: str
    ambiguous: bool

    @property
    def complete(self) -> bool:
        """Whether side and view are both known: only then is a picture taken for a mammogram."""
        return self.laterality is not None and self.position is not None


def read_name(file_name: str) -> PictureName:
    """Read a file name without its folder."""
    stem = file_name.rpartition(".")[0] or file_name
    words = [word for word in _BREAK.split(stem) if word]
    said = [read_words(word) for word in words]
    whole = read_words(" ".join(words))
    sides = {one.laterality for one in said} - {None}
    views = {one.position for one in said} - {None}
    rest = [word for word, one in zip(words, said, strict=True) if one == _NOTHING]
    return PictureName(
        whole.laterality,
        whole.position,
        whole.modifiers,
        " ".join(rest),
        ambiguous=len(sides) > 1 or len(views) > 1,
    )


def shows_outlines(folder: str, file_name: str) -> bool:
    """Whether folder or file name says that the picture is a mask or label, no mammogram."""
    nearest = re.split(r"[/\\]", folder.rstrip("/\\"))[-1]
    words = {nearest.lower(), *(word.lower() for word in _BREAK.split(file_name))}
    return not _NO_PICTURE.isdisjoint(words)

"""What is selected after a step was taken back or done again."""

from __future__ import annotations

from uuid import UUID

from annotations.commands.command import Change
from annotations.document.document import Document


def turned_back(change: Change, document: Document) -> tuple[UUID, ...]:
    """The one finding that came back or is another now, so that the reader sees what changed.

    Empty where none is there, such as where a drawn one was taken back, or where several are.
    """
    there = {one.id for one in document.live}
    ids = tuple(one for one in change.ids if one in there)
    return ids if len(ids) == 1 else ()

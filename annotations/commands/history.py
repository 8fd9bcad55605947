"""Undo and redo without end, one step a gesture."""

from __future__ import annotations

from dataclasses import dataclass

from annotations.commands.applying import Applied, apply
from annotations.commands.command import Change, Command, Initiator, stays
from annotations.document.document import Document


@dataclass(frozen=True)
class Step:
    """A command that was carried out, and what takes it back."""

    command: Command
    inverse: Command


class History:
    """A document with the way that led to it."""

    def __init__(self, document: Document) -> None:
        """document: where the history begins."""
        self._document = document
        self._done: list[Step] = []
        self._undone: list[Step] = []

    @property
    def document(self) -> Document:
        """As it is now."""
        return self._document

    @property
    def undo_title(self) -> str:
        """What undo would take back; empty where there is nothing."""
        return self._done[-1].command.title if self._done else ""

    @property
    def redo_title(self) -> str:
        """What redo would do again; empty where there is nothing."""
        return self._undone[-1].command.title if self._undone else ""

    @property
    def done(self) -> tuple[Step, ...]:
        """Steps that undo would take back, the last one last."""
        return tuple(self._done)

    @property
    def undone(self) -> tuple[Step, ...]:
        """Steps that redo would do again, the next one last."""
        return tuple(self._undone)

    @property
    def next_undo(self) -> Step | None:
        """What undo would take back."""
        return self._done[-1] if self._done else None

    @property
    def next_redo(self) -> Step | None:
        """What redo would do again."""
        return self._undone[-1] if self._undone else None

    def do(self, command: Command, initiator: Initiator = Initiator.READER) -> Change:
        """Carry out a command; what was undone can't be redone afterwards.

        A command that ``stays`` is no step: undo and redo go on as if it had always been there.
        Raises CommandError where it does not fit; then nothing has changed.
        """
        applied = apply(self._document, command)
        if not stays(command):
            self._done.append(Step(command, applied.inverse))
            self._undone.clear()
        return self._take(applied, initiator)

    def undo(self) -> Change | None:
        """Take the last step back; ``None`` where there is none."""
        if not self._done:
            return None
        applied = apply(self._document, self._done[-1].inverse)
        self._undone.append(self._done.pop())
        return self._take(applied, Initiator.UNDO)

    def redo(self) -> Change | None:
        """Do again what was undone last; ``None`` where there is nothing."""
        if not self._undone:
            return None
        applied = apply(self._document, self._undone[-1].command)
        self._done.append(self._undone.pop())
        return self._take(applied, Initiator.REDO)

    def _take(self, applied: Applied, initiator: Initiator) -> Change:
        self._document = applied.document
        return Change(applied.ids, applied.kinds, initiator)

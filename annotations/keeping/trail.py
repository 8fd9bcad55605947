"""Which steps the journal on disk knows, so that "undo" in it always means what it meant here."""

from __future__ import annotations

from collections.abc import Sequence

from annotations.commands.history import Step
from annotations.keeping.journal import Deed


class Trail:
    """The history as one would have it who read the journal from its last checkpoint on.

    A step from before the checkpoint can still be undone here, but nobody who reads the journal
    would know it: its inverse is written down as a change of its own.
    """

    def __init__(self, done: Sequence[Step] = (), undone: Sequence[Step] = ()) -> None:
        """done, undone: steps of a journal that was read."""
        self._done = list(done)
        self._undone = list(undone)

    def begin_anew(self) -> None:
        """A document is being saved: the entries from now on must stand on it alone."""
        self._done.clear()
        self._undone.clear()

    def did(self, step: Step) -> None:
        """A command was carried out and is written as it is."""
        self._done.append(step)
        self._undone.clear()

    def to_undo(self, step: Step) -> Deed:
        """What to write where a step is undone."""
        return "undo" if self._done and self._done[-1] is step else step.inverse

    def to_redo(self, step: Step) -> Deed:
        """What to write where a step is done again."""
        return "redo" if self._undone and self._undone[-1] is step else step.command

    def wrote(self, step: Step, deed: Deed) -> None:
        """What was asked for was written."""
        if deed == "undo":
            self._undone.append(self._done.pop())
        elif deed == "redo":
            self._done.append(self._undone.pop())
        elif deed is step.command:
            self.did(step)
        else:
            self.did(Step(step.inverse, step.command))

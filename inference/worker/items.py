"""What the worker's process asks of an analysis, and what it gets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from inference.worker.hand import Hand
from inference.worker.messages import Json


@dataclass(frozen=True)
class MarkedView:
    """What an analysis found on a view. view: its uid."""

    view: str
    result: Json


@dataclass(frozen=True)
class WholeStudy:
    """An analysis is through."""

    result: Json


class Analysis(Protocol):
    """What the worker does with a study; made and used on its process's main thread."""

    def warm(self, what: Json) -> None:
        """Build ahead what the packages named there need. Raises FourviewError."""

    def expect(self, view: Json, what: Json, hand: Hand) -> None:
        """Begin with the first view of the study that is read next. what: its packages.

        Raises FourviewError; CancelledError where the hand was stopped.
        """

    def read(self, study: Json, hand: Hand) -> Iterator[MarkedView | WholeStudy]:
        """Read a study, view by view; the whole comes last. Raises FourviewError."""
        ...

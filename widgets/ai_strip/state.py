"""What the strip of the AI reading shows, as frozen data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

LAYERS = ("boxes", "contours", "masks", "scores")
"""What of a model's marks is switched on its own."""


@dataclass(frozen=True)
class ViewChip:
    """One view. state: in words, such as "done" or "not applicable". why: of that, may be empty.

    done, awaited, lost: parts of its reading that are there, that are still to come, and that could
    not be made, in words such as "contours".
    """

    name: str
    state: str
    why: str = ""
    done: tuple[str, ...] = ()
    awaited: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()

    @property
    def said(self) -> str:
        """All of it, a line each."""
        parts = (("", self.done), ("to come: ", self.awaited), ("missing: ", self.lost))
        told = "; ".join(f"{word}{', '.join(names)}" for word, names in parts if names)
        return "\n".join(filter(None, (f"{self.name}: {self.state}", told, self.why)))


@dataclass(frozen=True)
class AiStripState:
    """How far the AI reading of the case is.

    status: in words, such as "AI: running, 2 of 4 views". failed: the status is an error. busy:
    share of the work done, 0 to 1, ``None`` where nothing runs. locked: marks wait until the
    reader has recorded an opinion; nothing of what was found is shown then. can_run: it can be
    asked for. can_judge: proposals can be accepted; not in a reading that is read only.
    threshold: score from which marks are shown, between ``least`` and ``most``, 0 to 1.
    expectation: what to expect at the threshold, and where that was measured; measured_on: the
    same with every word about it, for the tip. shown, hidden: proposals from the threshold on, and
    below it. layers: those of ``LAYERS`` that are on.
    package: what reads, with what it may be used for; empty while none is open. lacking: it is
    known that no package is installed. keys: of "run", "cancel", "reveal", "accept_all",
    "reject_all" and of each layer, as they are shown.
    """

    status: str = ""
    failed: bool = False
    busy: float | None = None
    locked: bool = False
    can_run: bool = False
    can_judge: bool = True
    threshold: float = 0.5
    least: float = 0.0
    most: float = 1.0
    expectation: str = ""
    measured_on: str = ""
    shown: int = 0
    hidden: int = 0
    views: tuple[ViewChip, ...] = ()
    layers: frozenset[str] = frozenset(LAYERS)
    package: str = ""
    lacking: bool = False
    keys: Mapping[str, str] = field(default_factory=dict)

    @property
    def says_something(self) -> bool:
        """Whether there is a reason to take room: a package, or why there is none."""
        return self.lacking or bool(self.status and (self.package or self.failed))

    @property
    def adjustable(self) -> bool:
        """Whether there are marks, or may soon be, that the reader may see."""
        marks = self.shown + self.hidden > 0
        return bool(self.package) and not self.locked and (not self.can_run or marks)

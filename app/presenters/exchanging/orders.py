"""What is asked of an export or import, and what came of it; light enough for the first paint."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from domain.study import Study

if TYPE_CHECKING:  # reading and writing formats loads libraries that the window starts without
    from annotations.exchange.format import Loss
    from annotations.exchange.neutral import Exchange, ExchangeReading
    from archive.upkeep.taking_in import Fate

Tell = Callable[[str, int, int | None], None]
"""Hears of a stage, what is done of it, and of how much (``None``: unknown); may raise
CancelledError."""


def tell_nobody(_stage: str, _done: int, _of: int | None) -> None:
    """For who does not listen."""


@dataclass(frozen=True)
class ExportOrder:
    """What is to be written where.

    target: a new or empty folder. key_folder: where the key for anonymising lies, ``None`` to
    write names as they are. studies: UIDs, ``None`` for all. reader: of one; empty for all.
    submitted: last submitted revisions alone. by: who asks. viewer: to whom readings may be closed
    while others read blind; empty for nobody.
    """

    form: str
    target: Path
    key_folder: Path | None = None
    with_images: bool = False
    studies: frozenset[str] | None = None
    reader: str = ""
    submitted: bool = False
    by: str = ""
    viewer: str = ""


@dataclass(frozen=True)
class Exported:
    """What was written, and what the format could not carry. studies: whose readings left, by
    their own UIDs, also where they left under others.
    """

    target: Path
    readings: int
    findings: int
    images: int
    losses: tuple[Loss, ...] = ()
    studies: tuple[str, ...] = ()

    @property
    def detail(self) -> dict[str, Any]:
        """For the audit, which names no patient."""
        counts = {"readings": self.readings, "findings": self.findings}
        return {**counts, "studies": list(self.studies)}


@dataclass(frozen=True)
class ImportOrder:
    """What is to be read. form: empty to find out. images: a folder of the images, ``None`` for
    those that are open alone. reader: whose the readings are to be; empty for whom the file names,
    else ``own``.
    """

    path: Path
    form: str = ""
    images: Path | None = None
    reader: str = ""
    own: str = "reader"


@dataclass(frozen=True)
class Coming:
    """A file or folder that was looked through; nothing is kept yet.

    form: the format it is in. fates: what would become of each reading; empty where nobody knows
    yet. problems: why it can't be taken, each in a sentence.
    """

    form: str
    exchange: Exchange
    fates: tuple[Fate, ...] = ()
    problems: tuple[str, ...] = ()
    studies: tuple[Study, ...] = field(default=(), repr=False)

    @property
    def readings(self) -> tuple[ExchangeReading, ...]:
        """What is in it."""
        return self.exchange.readings

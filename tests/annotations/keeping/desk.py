"""A window's thread for readings without a window: calls are brought to it and carried out."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from annotations.commands.command import AddFindings, SetOpinion
from annotations.document.opinion import Opinion
from annotations.keeping.folders import ReadingPlace, reading_place
from annotations.keeping.kept_reading import KeptReading
from domain.finding import Finding, FindingKind, Geometry, ReaderProvenance
from domain.geometry import ImagePoint
from domain.mask import RleMask

STUDY, READER = "1.2.826.0.1", "Ann"


class Desk:
    """Opens readings in a folder and carries out what their threads post."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.calls: queue.Queue[Callable[[], None]] = queue.Queue()

    @property
    def place(self) -> ReadingPlace:
        return reading_place(self.folder, STUDY, READER)

    def open(self) -> KeptReading:
        return KeptReading.open(self.folder, STUDY, READER, post=self.calls.put)

    def until(self, done: Callable[[], bool], seconds: float = 10) -> None:
        """Carry calls out until something is so."""
        end = time.monotonic() + seconds
        while not done():
            left = end - time.monotonic()
            assert left > 0, "it did not come about"
            try:
                self.calls.get(timeout=min(left, 0.05))()
            except queue.Empty:
                continue


def crash(reading: KeptReading) -> None:
    """Leave the files as a killed process would: nothing is saved on the way out."""
    writer, lock = reading._writer, reading._lock
    assert writer is not None
    assert lock is not None
    writer.stop()
    thread = writer._thread
    if thread is not None:
        thread.join()
    lock.release()


def adding(number: int, mask: RleMask | None = None) -> AddFindings:
    mark = Geometry("1.2.1", mask=mask, point=ImagePoint(number, 4.25))
    provenance = ReaderProvenance(READER)
    return AddFindings((Finding(UUID(int=number), FindingKind.MASS, (mark,), provenance),))


def noting(text: str) -> SetOpinion:
    return SetOpinion(Opinion(note=text))

"""What is done with the files of a reading in jobs, beside opening it first."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from annotations.document.document import Document
from annotations.keeping.begun_from import BegunFrom, write_begun
from annotations.keeping.folders import ReadingPlace
from app.jobs.job import Job, Post

if TYPE_CHECKING:  # the first paint needs no files of readings
    from annotations.keeping.kept_reading import KeptReading
    from app.presenters.archiving.settling import WorkingCopy
    from app.presenters.archiving.standing import Stretch


def close_reading(reading: KeptReading, folder: Path, stretch: Stretch | None, _job: Job) -> None:
    """Let go of a reading, and put down how long it was open. Raises KeepingError."""
    keep_stretch(folder, stretch)
    reading.close()


def keep_stretch(folder: Path, stretch: Stretch | None) -> None:
    """Put a time down until the archive has it; one that the disk refuses is not worth a word."""
    from annotations.keeping.time_kept import keep_time  # noqa: PLC0415 - see above

    if stretch is not None:
        keep_time(folder, stretch.kept)


def note_correction(place: ReadingPlace, why: str, _job: Job) -> BegunFrom:
    """Remember that, and why, a submitted reading is corrected, where no archive can be asked."""
    from app.presenters.archiving import deeds  # noqa: PLC0415 - see above

    return deeds.note_correction(place, why)


def reopened(
    reading: KeptReading,
    copy: WorkingCopy,
    other: tuple[Document, BegunFrom],
    folder: Path,
    post: Post,
    _job: Job,
) -> KeptReading:
    """The reading opened again on another document, unless its files say something else by now.

    Raises KeepingError where it could not be closed.
    """
    from annotations.keeping.kept_reading import KeptReading  # noqa: PLC0415 - see above

    document, begun = other
    reading.close()
    fresh = KeptReading.open(
        folder,
        copy.study_uid,
        copy.reader,
        post=post,
        begin=lambda found: document if found == copy.document else None,
    )
    if fresh.document == document:
        write_begun(copy.place, begun)
    return fresh

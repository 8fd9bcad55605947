"""Keeps what was imported as readings: all of it, or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from annotations.document.document import Document
from annotations.errors import KeepingError
from annotations.exchange.checking import problems, settled
from annotations.exchange.format import ExchangeError, ExchangeFormat
from annotations.exchange.neutral import Exchange, ExchangeReading
from annotations.keeping.folders import reading_place
from annotations.keeping.reading_file import save_document


@dataclass(frozen=True)
class TakenIn:
    """What an import made. files: the readings' document files, in order."""

    readings: tuple[ExchangeReading, ...]
    files: tuple[Path, ...]


@dataclass(frozen=True)
class LookedThrough:
    """What was read but not kept. problems: why it can't be; empty where it can."""

    exchange: Exchange
    problems: tuple[ExchangeError, ...] = ()


def read_checked(
    form: ExchangeFormat, path: Path, known: Exchange, reader: str, *, rename: bool = False
) -> Exchange:
    """Read and check everything; readings without a reader's name get ``reader``.

    known: scanned images; where there are any, marks may lie on no others. rename: give all to
    ``reader``. Raises ExchangeError that names the file and the thing at fault.
    """
    looked = look_through(form, path, known, reader, rename=rename)
    for problem in looked.problems:
        raise problem
    return looked.exchange


def look_through(
    form: ExchangeFormat,
    path: Path,
    known: Exchange,
    reader: str,
    *,
    rename: bool = False,
    strict: bool = True,
) -> LookedThrough:
    """As ``read_checked``, with all that is wrong with what could be read.

    strict: marks may lie on known images alone, where there are any; else the file is believed
    about images that are not known. Raises ExchangeError where nothing can be read of it.
    """
    where = str(path)
    found = settled(form.read(path, known), where)
    allowed = known if known.images else None
    if not strict:
        allowed = Exchange(images=(*found.images, *known.images))
    faults = tuple(problems(found, where, allowed))
    named = [
        ExchangeReading(reader if rename or not one.reader else one.reader, one.document)
        for one in found.readings
    ]
    try:
        joined = _joined(named, where)
    except ExchangeError as error:
        joined, faults = tuple(named), (*faults, error)
    return LookedThrough(Exchange(found.studies, found.images, joined), faults)


def take_in(exchange: Exchange, folder: Path) -> TakenIn:
    """Keep each reading as a document file under a folder of readings.

    Raises ExchangeError where a reader already has a reading of a study, KeepingError where the
    disk refuses; then nothing is kept.
    """
    places = [
        reading_place(folder, one.document.study_uid, one.reader) for one in exchange.readings
    ]
    for reading, place in zip(exchange.readings, places, strict=True):
        if place.document.exists() or place.journal.exists():
            raise ExchangeError(
                f"the reader {reading.reader} already has a reading of one of these studies",
                where=str(place.folder),
                remedy="Give another name with --reader; nothing was imported",
            )
    written: list[Path] = []
    try:
        for reading, place in zip(exchange.readings, places, strict=True):
            save_document(place.document, reading.document, reader=reading.reader, sequence=0)
            written.append(place.document)
    except (KeepingError, OSError):
        for file in written:
            file.unlink(missing_ok=True)
        raise
    return TakenIn(exchange.readings, tuple(written))


def _joined(readings: Sequence[ExchangeReading], where: str) -> tuple[ExchangeReading, ...]:
    """One reading a study and reader."""
    joined: dict[tuple[str, str], Document] = {}
    for one in readings:
        who = (one.document.study_uid, one.reader)
        before = joined.get(who)
        if before is None:
            joined[who] = one.document
            continue
        both = (*before.findings, *one.document.findings)
        if len({finding.id for finding in both}) < len(both):
            raise ExchangeError(
                f"two files hold one finding of the reader {one.reader}", where=where
            )
        joined[who] = Document(who[0], both, before.opinion, before.stamps, before.first_read)
    return tuple(ExchangeReading(who[1], document) for who, document in joined.items())

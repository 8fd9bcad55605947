"""Finds the mammographic studies in a folder, DICOMDIR, zip or single file, by headers alone."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from domain.study import FileProblem, Flag, ImageRef, Study
from imaging.picture.picture_sidecars import Opener
from imaging.scanning.dicomdir import is_dicomdir, list_dicomdir
from imaging.scanning.header_index import HeaderIndex, IndexSession
from imaging.scanning.known_verdicts import Reader, judge_sources
from imaging.scanning.picture_studies import group_pictures
from imaging.scanning.rare_collection import rare_collection
from imaging.scanning.scan_pool import Records, read_records
from imaging.scanning.sources import Listing, Source, list_archive, list_file, list_folder
from imaging.scanning.studies import Judged, group_studies
from imaging.scanning.verdict import Foreign
from imaging.scanning.zip_records import read_members
from imaging.source.opening import open_ref
from imaging.source.plain_file import open_plain
from imaging.source.zip_source import Archive

_ZIP_MAGICS = (b"PK\x03\x04", b"PK\x05\x06")


@dataclass(frozen=True)
class ScanProgress:
    """How far a scan is.

    done: files looked into. total: how many there are; ``None`` while they are being listed,
    when done counts those found.
    """

    done: int
    total: int | None


@dataclass(frozen=True)
class ScanResult:
    """What a scan found.

    studies: in a settled order, each with those faulty files that belong to it. problems: the
    other faulty files. foreign: how many files are no mammograms. flags: what else to tell.
    """

    studies: tuple[Study, ...]
    problems: tuple[FileProblem, ...]
    foreign: int
    flags: tuple[Flag, ...] = ()


def scan(
    path: Path,
    *,
    progress: Callable[[ScanProgress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    index: HeaderIndex | None = None,
    workers: int | None = None,
) -> ScanResult:
    """Find all mammograms under a path without reading any pixels.

    path: a folder with all below it, a DICOMDIR, a zip, or one DICOM or picture file. progress
    and cancelled are called on this thread, several times a second. index: remembers headers
    between scans. workers: processes to read with, by default as many as pay off.

    One bad file never costs the others: it is listed with the reason. Raises UnreadableFileError
    where the path itself can't be read, ArchiveError or HeaderError where the zip or DICOMDIR is
    damaged, CancelledError where ``cancelled`` said so; the index then keeps what had been read.
    """
    run = _Run(progress or _ignore, cancelled or _never, index, workers)
    target = os.path.abspath(path)  # noqa: PTH100 - resolve() would follow the user's links
    if Path(target).is_dir():
        return run.folder(target)
    with open_plain(target) as stream:
        magic = stream.peek(4)[:4]
        table_of_contents = is_dicomdir(stream)
    if magic in _ZIP_MAGICS:
        return run.archive(target)
    return run.dicomdir(target) if table_of_contents else run.file(target)


def _ignore(_: ScanProgress) -> None:
    return None


def _never() -> bool:
    return False


class _Run:
    """One scan: what the caller gave for it, and the way from a listing to studies."""

    def __init__(
        self,
        progress: Callable[[ScanProgress], None],
        cancelled: Callable[[], bool],
        index: HeaderIndex | None,
        workers: int | None,
    ) -> None:
        self._progress = progress
        self._cancelled = cancelled
        self._index = index
        self._workers = workers

    def folder(self, target: str) -> ScanResult:
        def found(count: int) -> None:
            self._progress(ScanProgress(count, None))

        return self._listed(list_folder(target, self._cancelled, found), self._read, open_ref)

    def dicomdir(self, target: str) -> ScanResult:
        return self._listed(list_dicomdir(target), self._read, open_ref)

    def archive(self, target: str) -> ScanResult:
        with Archive(target) as archive:

            def read(sources: Sequence[Source]) -> Iterator[Records]:
                return read_members(archive, sources, self._cancelled)

            def opener(ref: ImageRef) -> BinaryIO:
                return archive.head(ref.member or "")

            return self._listed(list_archive(archive), read, opener)

    def file(self, target: str) -> ScanResult:
        return self._listed(list_file(target), self._read, open_ref, asked_for=True)

    def _read(self, sources: Sequence[Source]) -> Iterator[Records]:
        return read_records(sources, self._cancelled, self._workers)

    def _listed(
        self, listing: Listing, read: Reader, opener: Opener, *, asked_for: bool = False
    ) -> ScanResult:
        with rare_collection():
            files, foreign = self._judged(listing, read)
            studies, problems = group_studies(files, self._cancelled)
        pictures = group_pictures(
            [source.ref for source in listing.pictures],
            [source.ref for source in listing.sidecars],
            self._cancelled,
            opener=opener,
            asked_for=asked_for,
        )
        others = len(listing.sidecars) + listing.foreign + listing.nested + pictures.left_out
        # Of one file the user wants to know why it is no mammogram; of thousands nobody does.
        named = foreign if asked_for else []
        return ScanResult(
            tuple(map(_with_printable_problems, studies + pictures.studies)),
            _printable((*listing.problems, *problems, *pictures.problems, *named)),
            others + len(foreign),
            tuple(_flags(listing.nested, pictures.left_out)),
        )

    def _judged(self, listing: Listing, read: Reader) -> tuple[list[Judged], list[FileProblem]]:
        """Images, whole or faulty, and the foreign files with what they are."""
        files: list[Judged] = []
        foreign: list[FileProblem] = []
        with self._session() as session:
            for batch in judge_sources(listing.sources, listing.folders, read, session):
                for source, verdict in batch:
                    if isinstance(verdict, Foreign):
                        foreign.append(FileProblem(source.ref.where, verdict.reason))
                    else:
                        files.append(Judged(source.ref, source.folder, verdict))
                done = len(files) + len(foreign)
                self._progress(ScanProgress(done, len(listing.sources)))
        return files, foreign

    def _session(self) -> AbstractContextManager[IndexSession | None]:
        return self._index.opened() if self._index else nullcontext()


def _flags(nested: int, left_out: int) -> Iterator[Flag]:
    if nested:
        yield Flag(f"{nested} zip files were not opened: give each by itself")
    if left_out:
        yield Flag(
            f"{left_out} pictures were left out: masks, or neither a sidecar nor their name says"
            " both side and view"
        )


def _with_printable_problems(study: Study) -> Study:
    if not study.problems:
        return study
    return replace(study, problems=_printable(study.problems))


def _printable(problems: Sequence[FileProblem]) -> tuple[FileProblem, ...]:
    """Names of files need not be valid Unicode, but what is shown must be."""
    return tuple(
        FileProblem(os.fsencode(one.where).decode(errors="replace"), one.reason) for one in problems
    )

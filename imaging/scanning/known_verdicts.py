"""Judges many files: those the index knows by its records, the others by reading them."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence

from imaging.scanning.header_index import IndexSession
from imaging.scanning.scan_pool import Records
from imaging.scanning.sources import Source
from imaging.scanning.verdict import Faulty, Verdict
from imaging.scanning.verdict_record import decode

Reader = Callable[[Sequence[Source]], Iterator[Records]]
Judgement = tuple[Source, Verdict]
_KEEP_SECONDS = 2.0


def judge_sources(
    sources: Sequence[Source],
    whole_folders: Iterable[str],
    read: Reader,
    session: IndexSession | None,
) -> Iterator[list[Judgement]]:
    """Verdicts, some at a time and in any order.

    whole_folders: those whose files are all among the sources. read: gives records of the files
    that the index does not know. They are kept while the scan goes on, so that one that is
    stopped has not been in vain.
    """
    unknown = list(sources)
    if session is not None:
        unknown = []
        whole = frozenset(whole_folders)
        for folder, group in _by_folder(sources).items():
            known = session.known(folder, group)
            judged, broken = _decoded(known.items())
            unknown += [source for source in group if source not in known] + broken
            if folder in whole:
                session.keep_only(folder, group)
            yield judged
    keeper = _Keeper(session)
    try:
        for records in read(unknown):
            judged, _ = _decoded(records)
            keeper.add(records, judged)
            yield judged
    finally:
        keeper.flush()


def _by_folder(sources: Iterable[Source]) -> dict[str, list[Source]]:
    groups: dict[str, list[Source]] = defaultdict(list)
    for source in sources:
        groups[source.folder].append(source)
    return groups


def _decoded(
    records: Iterable[tuple[Source, bytes]],
) -> tuple[list[Judgement], list[Source]]:
    """Verdicts, and the sources whose record is none."""
    judged: list[Judgement] = []
    broken: list[Source] = []
    for source, record in records:
        try:
            judged.append((source, decode(record, source.ref)))
        except ValueError:
            broken.append(source)
    return judged, broken


class _Keeper:
    """Hands records to the index, many at once."""

    def __init__(self, session: IndexSession | None) -> None:
        self._session = session
        self._records: Records = []
        self._kept_at = time.monotonic()

    def add(self, records: Records, judged: Iterable[Judgement]) -> None:
        if self._session is None:
            return
        passing = {source for source, verdict in judged if not _lasts(verdict)}
        self._records += [item for item in records if item[0] not in passing]
        if time.monotonic() - self._kept_at > _KEEP_SECONDS:
            self.flush()

    def flush(self) -> None:
        if self._session is not None and self._records:
            self._session.keep(self._records)
        self._records = []
        self._kept_at = time.monotonic()


def _lasts(verdict: Verdict) -> bool:
    return not isinstance(verdict, Faulty) or verdict.lasting

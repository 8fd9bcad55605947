"""Moves readings and AI results that were kept as files into the archive; the files stay."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from annotations.document.document import Document
from annotations.errors import AnnotationError
from annotations.keeping.folders import ReadingPlace, reading_place
from annotations.keeping.left_behind import owner_of
from annotations.keeping.opening import open_reading
from archive.archive import Archive
from archive.audit import Deed
from archive.revisions.content import packed
from archive.revisions.revision import NewRevision
from archive.revisions.store import RevisionQuery, uids

_RESULT = b"fourview-result 1"
_ALL = 1_000_000


@dataclass(frozen=True)
class MovedIn:
    """What became of the files. readings, results: how many are new in the archive. known: how
    many it held already. problems: files that could not be read, and why; they are untouched.
    """

    readings: int = 0
    results: int = 0
    known: int = 0
    problems: tuple[str, ...] = ()


def move_readings_in(
    archive: Archive, folder: Path, by: str, skip: Callable[[ReadingPlace], bool] | None = None
) -> MovedIn:
    """Keep every reading of a folder as a revision. Doing so again adds only what changed.

    folder: see ``annotations.keeping.folders.readings_folder``. A reading's journal counts; one
    that is open in a window is taken as far as it is on the disk. skip: readings that somebody
    else sees to. Raises KeptError where the archive can't be written.
    """
    new = known = 0
    problems: list[str] = []
    for place in _places(folder):
        if skip is not None and skip(place):
            continue
        try:
            added = _move_in(archive, folder, place, problems)
        except (AnnotationError, OSError, ValueError) as error:
            problems.append(f"{place.document}: {_why(error)}")
            continue
        new, known = new + added, known + (not added)
    if new:
        archive.audit.add(by, Deed.MOVED_IN, readings=new)
    return MovedIn(readings=new, known=known, problems=tuple(problems))


def move_results_in(archive: Archive, folder: Path, by: str) -> MovedIn:
    """Keep every AI result of a folder; damaged ones are told, and are computed anew anyway."""
    new = known = 0
    problems: list[str] = []
    for path in sorted(folder.glob("*.json")):
        try:
            key, result = _result(path.read_bytes())
        except (OSError, ValueError) as error:
            problems.append(f"{path}: {_why(error)}")
            continue
        if archive.results.get(key) == result:
            known += 1
        else:
            archive.results.put(key, result)
            new += 1
    if new:
        archive.audit.add(by, Deed.MOVED_IN, results=new)
    return MovedIn(results=new, known=known, problems=tuple(problems))


def _places(folder: Path) -> Iterator[ReadingPlace]:
    for study in sorted(one for one in folder.glob("*") if one.is_dir()):
        names = {one.stem for ending in ("*.json", "*.journal") for one in study.glob(ending)}
        yield from (ReadingPlace(study, name) for name in sorted(names))


def _move_in(archive: Archive, folder: Path, place: ReadingPlace, problems: list[str]) -> bool:
    study_uid, reader = owner_of(place)
    if reading_place(folder, study_uid, reader) != place:
        raise ValueError("the reading lies where one of another study or reader belongs")
    document = _document(place, study_uid, reader, problems)
    digest = packed(document).digest
    query = RevisionQuery(reader=reader, study_uid=study_uid, most=_ALL)
    known = archive.revisions.listed(query)
    if any(one.digest == digest for one in known):
        return False
    newest = known[:1]
    submitted = any(one.state.read_only for one in newest)
    why = "changed in the folder of readings" if submitted else ""
    archive.revisions.save(NewRevision(document, reader, uids(newest), why=why))
    return True


def _document(place: ReadingPlace, study_uid: str, reader: str, problems: list[str]) -> Document:
    opened = open_reading(place, study_uid, reader)
    if opened.lock is not None:
        opened.lock.release()
    if opened.file is not None:
        opened.file.release()
    elif not opened.busy:
        raise ValueError(opened.read_only)
    if opened.lost:
        problems.append(f"{place.journal}: {opened.lost}")
    return opened.history.document


def _result(data: bytes) -> tuple[str, dict[str, object]]:
    head, _, body = data.partition(b"\n")
    begin, _, rest = head.decode("ascii").partition("1 ")
    key, _, digest = rest.partition(" ")
    if f"{begin}1".encode() != _RESULT or hashlib.sha256(body).hexdigest() != digest:
        raise ValueError("the result is damaged")
    result = json.loads(body)
    if not isinstance(result, dict):
        raise ValueError("the result is damaged")  # noqa: TRY004 - told as the file's fault
    return key, result


def _why(error: Exception) -> str:
    return getattr(error, "what", "") or str(error) or type(error).__name__

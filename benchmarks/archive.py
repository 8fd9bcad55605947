"""The archive: saving a revision, a worklist query at every keystroke, listing revisions."""

from __future__ import annotations

import math
import random
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from statistics import median
from uuid import uuid4

import numpy as np
from sqlalchemy import insert

from annotations.document.document import Document
from archive.archive import Archive
from archive.database.columns import now
from archive.database.tables import Content, RevisionRow
from archive.places import file_url
from archive.revisions.content import packed
from archive.revisions.revision import NewRevision
from archive.revisions.store import RevisionQuery
from archive.worklist.query import SortBy, WorklistQuery
from archive.worklist.study import IndexedStudy
from benchmarks.row import Row
from domain.finding import Finding, FindingKind, FindingStatus, Geometry, ReaderProvenance
from domain.geometry import ImageSize
from domain.mask import RleMask

_SIZES = (100, 1_000, 10_000, 100_000)
_NAMES = ("Berger", "Huber", "Meier", "Novak", "Rossi", "Smith", "Tanaka", "Weber", "Zhou")
_KEYSTROKES = tuple("meier^1"[:end] for end in range(1, 8))
_SORTS = (SortBy.PRIORITY, SortBy.PATIENT, SortBy.DATE, SortBy.STATE)
_ROUNDS = 40


def rows() -> Iterator[Row]:
    """Saving, then the worklist at each size, its growth, and the list of revisions."""
    with tempfile.TemporaryDirectory() as folder:
        yield _saving(Path(folder))
        yield from _worklist(Path(folder))


def _saving(folder: Path) -> Row:
    """Median time beyond a bare commit; both in turn, on the same disk."""
    ours, bare = [], []
    bare_file = sqlite3.connect(folder / "bare.sqlite", isolation_level=None)
    with closing(bare_file) as plain, Archive.open(file_url(folder / "saving.sqlite")) as archive:
        plain.execute("PRAGMA journal_mode = WAL")
        plain.execute("PRAGMA synchronous = FULL")
        plain.execute("CREATE TABLE kept (data BLOB)")
        parents: tuple[str, ...] = ()
        for number in range(_ROUNDS + 1):
            said = _reading(number)
            start = time.perf_counter()
            parents = (archive.revisions.save(NewRevision(said, "anna", parents)).uid,)
            ours.append(time.perf_counter() - start)
            data = packed(said).data
            start = time.perf_counter()
            plain.execute("INSERT INTO kept VALUES (?)", (data,))
            bare.append(time.perf_counter() - start)
    beyond = 1000 * (median(ours[1:]) - median(bare[1:]))
    name = "save a revision of ten findings with masks, beyond a bare SQLite commit of its bytes"
    return Row(name, beyond, 30.0, "allowed", "ms", 1.0)


def _worklist(folder: Path) -> Iterator[Row]:
    slowest = []
    for size in _SIZES:
        with Archive.open(file_url(folder / f"{size}.sqlite")) as archive:
            archive.sources.index(studies_listed(size), "anna")
            taken = [
                _query_s(archive, WorklistQuery(text=text, sort=sort))
                for text in ("", *_KEYSTROKES)
                for sort in _SORTS
            ]
            slowest.append(max(taken))
            yield Row(
                f"worklist of {size} studies, slowest of {len(taken)} keystrokes and sortings",
                *(1000 * max(taken), 50.0, "allowed", "ms", 1.0),
            )
            if size == _SIZES[-1]:
                yield _listing(archive, size)
    growth = math.log(slowest[-1] / slowest[0]) / math.log(_SIZES[-1] / _SIZES[0])
    yield Row("worklist query, growth with studies", growth, 1.0, "in proportion", "exponent", 1.0)


def _query_s(archive: Archive, query: WorklistQuery) -> float:
    taken = []
    for _ in range(5):
        start = time.perf_counter()
        archive.worklist(query)
        taken.append(time.perf_counter() - start)
    return median(taken)


def _listing(archive: Archive, size: int) -> Row:
    content = packed(Document("1.2.0"))
    at = now()
    made = {"reader": "anna", "made_by": "anna", "made": at, "state": "draft", "why": ""}
    revisions = [
        {
            **made,
            "uid": str(uuid4()),
            "study_id": number + 1,
            "on_screen": [["deeplima", "1.0", 0.5]],
            "findings": 3,
            "digest": content.digest,
        }
        for number in range(size)
    ]
    with archive.database.writing() as connection:
        connection.execute(insert(Content), [{"digest": content.digest, "data": content.data}])
        connection.execute(insert(RevisionRow), revisions)
    taken = []
    after = ""
    for _ in range(7):
        start = time.perf_counter()
        page = archive.revisions.listed(RevisionQuery(reader="anna", after=after))
        taken.append(time.perf_counter() - start)
        after = page[-1].uid
    name = f"list 1,000 of {size} revisions"
    return Row(name, 1000 * median(taken), 50.0, "allowed", "ms", 1.0)


def studies_listed(count: int) -> Iterator[IndexedStudy]:
    """So many made-up lines of a worklist."""
    chance = random.Random(1)
    views = ("RCC", "LCC", "RMLO", "LMLO")
    for number in range(count):
        yield IndexedStudy(
            uid=f"1.2.{number}",
            location=f"/data/{number}",
            patient=f"{chance.choice(_NAMES)}^{chance.randrange(10**6)}",
            studied=date(2015, 1, 1) + timedelta(days=chance.randrange(4000)),
            views=views[: chance.randrange(2, 5)],
            priority=chance.randrange(3),
        )


def _reading(number: int) -> Document:
    rows, columns = np.mgrid[:120, :120]
    disc = ((rows - 60) ** 2 + (columns - 60) ** 2 < 3000 - number).astype(np.uint8)
    size = ImageSize(4096, 3328)
    findings = tuple(
        Finding(
            uuid4(),
            FindingKind.MASS,
            (Geometry("1.2.3", mask=RleMask.of(disc, size, 100 * index, 200)),),
            ReaderProvenance("anna"),
            FindingStatus.ACCEPTED,
        )
        for index in range(10)
    )
    return Document("1.2.saving", findings)

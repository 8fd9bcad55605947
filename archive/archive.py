"""The archive: everything that is kept, behind one door."""

from __future__ import annotations

import time
from types import TracebackType

from archive.audit import Audit
from archive.database.database import WAIT_S, Database
from archive.database.migrating import bring_up_to_date
from archive.datasets import Datasets
from archive.errors import UnusableArchiveError
from archive.places import archive_url
from archive.results import Results
from archive.revisions.double import DoubleReading
from archive.revisions.store import Revisions
from archive.worklist.casebook import Casebook
from archive.worklist.claims import Claims
from archive.worklist.indexing import Sources
from archive.worklist.listing import worklist_count, worklist_page
from archive.worklist.query import Page, WorklistQuery

_BUSY = "another program is writing"
_AGAIN_S = 0.05


class Archive:
    """An open archive; every room of it may be used from any thread.

    notice: what a reader must be told once, such as that it lies on a network share; empty for
    nothing.
    """

    def __init__(self, database: Database) -> None:
        """Use ``open``."""
        self.database = database
        self.sources = Sources(database)
        self.revisions = Revisions(database)
        self.claims = Claims(database)
        self.double = DoubleReading(database)
        self.casebook = Casebook(database)
        self.results = Results(database)
        self.datasets = Datasets(database)
        self.audit = Audit(database)
        self.notice = _notice(database)

    @classmethod
    def open(cls, url: str = "", *, wait_s: float = WAIT_S) -> Archive:
        """Open the archive, make it where there is none, bring an older one up to this version.

        url: any address of SQLAlchemy's; see ``archive_url`` for none. wait_s: seconds that a
        writer waits for another process. Raises UnusableArchiveError, DamagedArchiveError,
        NewerArchiveError or MigrationError, and the archive is as it was.
        """
        until = time.monotonic() + wait_s
        while True:
            try:
                return cls(_opened(url or archive_url(), wait_s))
            except UnusableArchiveError as error:
                # SQLite does not wait for one who just makes the archive, or changes its journal.
                if _BUSY not in str(error) or time.monotonic() >= until:
                    raise
                time.sleep(_AGAIN_S)

    def worklist(self, query: WorklistQuery) -> Page:
        """One page of the studies that match. Raises KeptError."""
        return worklist_page(self.database, query)

    def worklist_count(self, query: WorklistQuery) -> int:
        """How many studies match, on all pages. Raises KeptError."""
        return worklist_count(self.database, query)

    def close(self) -> None:
        """Let go of all connections."""
        self.database.close()

    def __enter__(self) -> Archive:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.close()


def _opened(url: str, wait_s: float) -> Database:
    database = Database(url, wait_s=wait_s)
    try:
        bring_up_to_date(database)
    except BaseException:
        database.close()
        raise
    return database


def _notice(database: Database) -> str:
    if not database.share:
        return ""
    return (
        f"The archive lies on a network share ({database.share}). SQLite can lose what several "
        "computers write there at once: keep it on a local disk, or use PostgreSQL"
    )

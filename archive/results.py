"""AI readings' results under their hash. They can be computed again, so they may be replaced."""

from __future__ import annotations

import hashlib
import json
import re
import zlib
from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, func, insert, select

from archive.database.columns import now
from archive.database.database import Database
from archive.database.tables import ResultRow
from archive.errors import DamagedArchiveError

_KEY = re.compile(r"[0-9a-f]{64}")


class Results:
    """The same ``get``, ``put`` and ``drop`` as ``inference.results.store.ResultStore``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, key: str) -> dict[str, Any] | None:
        """The result; ``None`` where there is none. Raises DamagedArchiveError, KeptError."""
        wanted = select(ResultRow.digest, ResultRow.data).where(ResultRow.key == key)
        with self._database.reading() as connection:
            found = connection.execute(wanted).first()
        return None if found is None else result_of(found[0], found[1])

    def put(self, key: str, result: Mapping[str, Any]) -> bool:
        """Keep a result; what is kept under the key is replaced. True when it is on the disk.

        Raises ValueError for a key or a result that can't be, KeptError.
        """
        if not _KEY.fullmatch(key):
            raise ValueError("no key of a result")
        plain = json.dumps(result, allow_nan=False).encode()
        digest = hashlib.sha256(plain).hexdigest()
        row = {"key": key, "digest": digest, "data": zlib.compress(plain, 1), "kept": now()}
        with self._database.writing() as connection:
            connection.execute(delete(ResultRow).where(ResultRow.key == key))
            connection.execute(insert(ResultRow), [row])
        return True

    def drop(self, key: str) -> None:
        """Forget a result."""
        with self._database.writing() as connection:
            connection.execute(delete(ResultRow).where(ResultRow.key == key))

    def count(self) -> int:
        """How many results are kept."""
        with self._database.reading() as connection:
            return connection.scalar(select(func.count()).select_from(ResultRow)) or 0


def result_of(digest: str, data: bytes) -> dict[str, Any]:
    """A result from its row. Raises DamagedArchiveError."""
    try:
        plain = zlib.decompress(data)
    except zlib.error as error:
        raise _damaged() from error
    if hashlib.sha256(plain).hexdigest() != digest:
        raise _damaged()
    result: dict[str, Any] = json.loads(plain)
    return result


def _damaged() -> DamagedArchiveError:
    return DamagedArchiveError(
        "a kept AI result is damaged", remedy="It is computed anew when it is needed"
    )

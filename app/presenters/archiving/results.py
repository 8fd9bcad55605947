"""AI results, on this computer's disk and in the archive."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from domain.errors import FourviewError
from inference.results.store import ResultStore

if TYPE_CHECKING:
    from archive.archive import Archive


class ArchivedResults(ResultStore):
    """As ``ResultStore``; what the archive refuses costs nothing, it can be computed again."""

    def __init__(self, folder: Path, budget: int, archive: Callable[[], Archive | None]) -> None:
        """archive: as it is now, from any thread."""
        super().__init__(folder, budget)
        self._archive = archive

    def get(self, key: str) -> dict[str, Any] | None:
        """The result from the disk, else from the archive."""
        found, archive = super().get(key), self._archive()
        if found is None and archive is not None:
            with suppress(FourviewError):
                return archive.results.get(key)
        return found

    def put(self, key: str, result: Mapping[str, Any], hint: str = "") -> bool:
        """Keep a result in both places; True where it is on the disk."""
        kept, archive = super().put(key, result, hint), self._archive()
        if archive is not None:
            with suppress(FourviewError):
                archive.results.put(key, result)
        return kept

    def drop(self, key: str) -> None:
        """Forget a result in both places."""
        super().drop(key)
        archive = self._archive()
        if archive is not None:
            with suppress(FourviewError):
                archive.results.drop(key)

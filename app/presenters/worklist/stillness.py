"""Whether what lies in a source is still being copied: its files at two moments."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from domain.errors import UnreadableFileError
from domain.study import Study

Snapshot = Mapping[str, int]
"""A number a folder (or zip) that changes whenever a file in it does."""


def snapshot(location: str, cancelled: Callable[[], bool]) -> Snapshot:
    """Names, lengths and times of all files of a source. Raises UnreadableFileError."""
    place = Path(location)
    try:
        status = place.stat()
    except OSError as error:
        raise UnreadableFileError(
            "can't be reached", where=location, remedy="Connect its drive, or remove the source"
        ) from error
    if not place.is_dir():
        return {location: hash((status.st_size, status.st_mtime_ns))}
    from imaging.scanning.sources import list_folder  # noqa: PLC0415 - after the first paint

    listing = list_folder(location, cancelled, lambda _count: None)
    stamps: dict[str, list[object]] = {folder: [] for folder in listing.folders}
    for source in (*listing.sources, *listing.pictures, *listing.sidecars):
        stamps.setdefault(source.folder, []).append((source.name, source.stamp))
    return {folder: hash(tuple(found)) for folder, found in stamps.items()}


def moving(before: Snapshot, after: Snapshot) -> frozenset[str]:
    """The folders in which something has changed meanwhile."""
    return frozenset(
        folder for folder in before.keys() | after.keys() if before.get(folder) != after.get(folder)
    )


def lies_in(study: Study, folders: frozenset[str]) -> bool:
    """Whether any of a study's files lies in one of them."""
    return any(
        view.ref.path in folders or str(Path(view.ref.path).parent) in folders
        for view in study.views
    )

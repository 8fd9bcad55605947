"""Scans paths in jobs; what reads headers is loaded when the first path is scanned."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from imaging.scanning.scan import ScanProgress, ScanResult


def scan_anew(
    path: Path, *, progress: Callable[[ScanProgress], None], cancelled: Callable[[], bool]
) -> ScanResult:
    """As ``imaging.scanning.scan.scan``, without an index of headers."""
    from imaging.scanning.scan import scan  # noqa: PLC0415 - after the first paint

    return scan(path, progress=progress, cancelled=cancelled)


def scan_indexed(
    path: Path, *, progress: Callable[[ScanProgress], None], cancelled: Callable[[], bool]
) -> ScanResult:
    """As ``imaging.scanning.scan.scan``, with the index in the user's cache folder."""
    from imaging.scanning.header_index import HeaderIndex  # noqa: PLC0415 - after the first paint
    from imaging.scanning.scan import scan  # noqa: PLC0415

    return scan(path, progress=progress, cancelled=cancelled, index=HeaderIndex())

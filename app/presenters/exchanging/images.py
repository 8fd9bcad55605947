"""Finds the images that readings are of: those that are open, else where the archive saw them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import partial
from pathlib import Path

from app.presenters.exchanging.orders import Tell
from domain.errors import CancelledError, FourviewError
from domain.study import Study
from imaging.scanning.header_index import HeaderIndex
from imaging.scanning.scan import ScanProgress, scan

STAGE = "Looking for images"


def found_studies(
    wanted: Collection[str], opened: Sequence[Study], places: Mapping[str, str], tell: Tell
) -> tuple[Study, ...]:
    """Studies by their UIDs; one that is nowhere is left out.

    places: under which path each study lies. Raises CancelledError where ``tell`` does.
    """
    found = {one.uid: one for one in opened if one.uid in wanted and one.views}
    seen: set[str] = set()
    missing = [uid for uid in wanted if uid not in found and uid in places]
    for number, uid in enumerate(missing):
        tell(STAGE, number, len(missing))
        if uid in found or places[uid] in seen:
            continue
        seen.add(places[uid])
        for one in scanned(Path(places[uid]), partial(_go_on, tell, number, len(missing))):
            if one.uid in wanted:
                found.setdefault(one.uid, one)
    return tuple(found.values())


def scanned(path: Path, tell: Tell) -> tuple[Study, ...]:
    """What lies under a path; nothing where it can't be read. Raises CancelledError."""

    def progress(now: ScanProgress) -> None:
        tell(STAGE, now.done, now.total)

    try:
        result = scan(path, progress=progress, index=HeaderIndex())
    except CancelledError:
        raise
    except FourviewError:
        return ()
    return tuple(one for one in result.studies if one.views)


def _go_on(tell: Tell, done: int, of: int, stage: str, _scanned: int, _files: int | None) -> None:
    tell(stage, done, of)

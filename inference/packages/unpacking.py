"""Zipped packages: unpacked by content into a folder of ours, or refused as a whole."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from pathlib import Path, PurePosixPath

from domain.errors import BadInputError
from imaging.source.zip_source import Archive, Member
from inference.errors import PackageError

_AGAIN = "Get the package again from where it came from"
_MOST_MEMBERS = 1000


def unpack(path: Path, room: Path, most_bytes: int, *, anew: bool = False) -> Path:
    """The folder that holds a zipped package, unpacked there unless it is already.

    The folder's name comes from the archive's content. Raises PackageError where the archive is
    damaged, holds a name that climbs out or a link, unpacks to more than ``most_bytes``, or there
    is no room for it. anew: also where it is unpacked already.
    """
    try:
        target = room / _digest(path)[:32]
        if anew:
            shutil.rmtree(target, ignore_errors=True)
        if not target.is_dir():
            _unpack(path, room, target, most_bytes)
    except OSError as error:
        raise PackageError(
            f"can't be unpacked into {room} ({error.strerror})",
            where=str(path),
            remedy="Make room there, or unpack it yourself and name the folder",
        ) from error
    return target


def _unpack(path: Path, room: Path, target: Path, most_bytes: int) -> None:
    room.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(prefix=".partial-", dir=room))
    try:
        try:
            with Archive(str(path)) as archive:
                for name, member in _wanted(archive, path, most_bytes).items():
                    with archive.whole(member.name) as source, (partial / name).open("xb") as copy:
                        shutil.copyfileobj(source, copy, 1 << 20)
        except PackageError:
            raise
        except BadInputError as error:
            raise PackageError(error.what, where=error.where, remedy=_AGAIN) from error
        if not target.is_dir():
            partial.rename(target)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _wanted(archive: Archive, path: Path, most_bytes: int) -> dict[str, Member]:
    """Members by their name in the package: those beside the manifest."""
    members = archive.members()
    if members.problems:
        first = members.problems[0]
        raise PackageError(first.reason, where=first.where, remedy=_AGAIN)
    if len(members.usable) > _MOST_MEMBERS:
        raise PackageError("holds far too many files", where=str(path), remedy=_AGAIN)
    if sum(member.size for member in members.usable) > most_bytes:
        raise PackageError(
            f"unpacks to more than {most_bytes >> 30} GiB", where=str(path), remedy=_AGAIN
        )
    places = {PurePosixPath(member.name): member for member in members.usable}
    manifests = [place for place in places if place.name == "manifest.json"]
    if len(manifests) != 1:
        raise PackageError(
            f"holds {len(manifests)} files manifest.json instead of one",
            where=str(path),
            remedy=_AGAIN,
        )
    home = manifests[0].parent
    return {place.name: one for place, one in places.items() if place.parent == home}


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()

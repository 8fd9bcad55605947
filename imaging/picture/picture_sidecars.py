"""Finds the sidecars that describe pictures: NAME.json before fourview.json before fourview.csv."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import BinaryIO

from domain.errors import FourviewError, SidecarError
from domain.study import ImageRef
from imaging.picture.sidecar import SHARED_NAMES, SidecarEntry, parse_shared, parse_single
from imaging.source.opening import open_ref

Opener = Callable[[ImageRef], BinaryIO]
_MOST_BYTES = 32 << 20


@dataclass
class FolderSidecars:
    """What the sidecars of one folder say, by the pictures' names, and what is wrong with them."""

    entries: dict[str, SidecarEntry] = field(default_factory=dict)
    errors: list[FourviewError] = field(default_factory=list)


def read_sidecars(
    pictures: Iterable[str], sidecars: Mapping[str, ImageRef], opener: Opener = open_ref
) -> FolderSidecars:
    """Read those of a folder's sidecars that describe its pictures. Never raises.

    pictures: their names. sidecars: all CSV and JSON files of the folder by name. opener: how
    to open a reference, as ``open_ref`` does.
    """
    found = FolderSidecars()
    for name in reversed(SHARED_NAMES):
        if name in sidecars:
            _take_shared(sidecars[name], opener, found)
    for picture in pictures:
        own = f"{picture.rpartition('.')[0]}.json"
        if own in sidecars and own not in SHARED_NAMES:
            _take_single(sidecars[own], opener, picture, found)
    return found


def _take_shared(ref: ImageRef, opener: Opener, found: FolderSidecars) -> None:
    try:
        sidecar = parse_shared(_content(ref, opener), ref.where)
    except FourviewError as error:
        found.errors.append(error)
        return
    found.entries.update(sidecar.entries)
    found.errors.extend(sidecar.errors)


def _take_single(ref: ImageRef, opener: Opener, picture: str, found: FolderSidecars) -> None:
    try:
        entry = parse_single(_content(ref, opener), ref.where)
    except FourviewError as error:
        found.errors.append(error)
        return
    if entry is not None:
        found.entries[picture] = entry


def entry_beside(ref: ImageRef) -> SidecarEntry | None:
    """What the sidecars in a picture's folder say about it; errors in them count as silence."""
    folder, picture = split_ref(ref)
    own = f"{picture.rpartition('.')[0]}.json"
    near = {name: _sibling(ref, folder + name) for name in (own, *SHARED_NAMES)}
    return read_sidecars([picture], near).entries.get(picture)


def split_ref(ref: ImageRef) -> tuple[str, str]:
    """Folder, with the slash at its end, and name of a file or zip member."""
    if ref.member is None:
        whole, cut = ref.path, ref.path.rfind(os.sep) + 1
    else:
        whole, cut = ref.member, ref.member.rfind("/") + 1
    return whole[:cut], whole[cut:]


def _sibling(ref: ImageRef, name: str) -> ImageRef:
    return ImageRef(name) if ref.member is None else replace(ref, member=name)


def _content(ref: ImageRef, opener: Opener) -> bytes:
    with opener(ref) as stream:
        content = stream.read(_MOST_BYTES + 1)
    if len(content) > _MOST_BYTES:
        raise SidecarError("is too long for a sidecar", where=ref.where)
    return content

"""Writing so that it stays written: whole or not at all, synced, for the owner's eyes alone."""

from __future__ import annotations

import errno
import os
import shutil
from contextlib import suppress
from pathlib import Path

_CREATE = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0)
_REASONS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EFBIG: "the file grew beyond what the disk allows",
    errno.ENOENT: "the folder is gone",
    errno.ENOTDIR: "a file lies where the folder should be",
    errno.EROFS: "the folder can only be read",
    errno.EACCES: "the folder can't be written to",
    errno.EPERM: "the folder can't be written to",
    errno.EIO: "the disk reports a fault",
}

FileId = tuple[int, int]
"""What tells a file from another that takes its name: device and number on it."""


def reason(error: OSError) -> str:
    """Why the operating system refused, in words that name no file."""
    return _REASONS.get(error.errno or 0) or (error.strerror or type(error).__name__).lower()


def file_id(path: Path) -> FileId | None:
    """Of the file at a path; ``None`` where there is none. Raises OSError."""
    try:
        found = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    return found.st_dev, found.st_ino


def make_folder(folder: Path) -> None:
    """Make a folder for its owner alone, and those above it, so that a crash leaves them there."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    sync_folder(folder.parent)


def unkept_in(folder: Path) -> str:
    """Why nothing can be kept in a folder, which is made where it is missing; empty for nothing."""
    probe = folder / ".probe"
    try:
        make_folder(folder)
        replace_file(probe, b"")
        probe.unlink()
    except OSError as error:
        return reason(error)
    return ""


def sync_folder(folder: Path) -> None:
    """Make names in a folder survive a crash; nothing to do where folders can't be opened."""
    if os.name == "nt":
        return
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def sync_file(path: Path) -> None:
    """Make what is in a file survive a crash. Raises OSError."""
    opened = os.open(path, os.O_RDWR)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def write_all(opened: int, data: bytes) -> None:
    """Write to an open file until nothing is left. Raises OSError."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(opened, rest) :]


def replace_file(path: Path, data: bytes) -> None:
    """Put a file in place as a whole: whatever fails, the one before stays. Raises OSError."""
    fresh = path.with_name(f"{path.name}.new")
    try:
        opened = os.open(fresh, _CREATE, 0o600)
        try:
            write_all(opened, data)
            os.fsync(opened)
        finally:
            os.close(opened)
        fresh.replace(path)
    except BaseException:
        with suppress(OSError):
            fresh.unlink()
        raise
    sync_folder(path.parent)


def keep_aside(path: Path, aside: Path) -> None:
    """Give a file a second name that outlives whatever takes the first. Raises OSError."""
    if aside.exists():
        return
    try:
        os.link(path, aside)
    except OSError:  # such as a disk without hard links
        fresh = aside.with_name(f"{aside.name}.new")
        shutil.copyfile(path, fresh)
        fresh.chmod(0o600)
        fresh.replace(aside)
    sync_folder(aside.parent)

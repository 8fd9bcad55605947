"""Opens plain files, and nothing that could keep the program waiting."""

from __future__ import annotations

import io
import os
import stat

from domain.errors import UnreadableFileError

# Without it, opening a named pipe waits for somebody to write to it.
_DONT_WAIT = getattr(os, "O_NONBLOCK", 0)


def open_plain(path: str) -> io.BufferedReader:
    """Open a file for reading from the start; the caller closes it.

    Raises UnreadableFileError where the system refuses, or where the path names a folder, a
    pipe or a device.
    """
    try:
        stream = open(path, "rb", opener=_open_at_once)  # noqa: SIM115 - the caller closes
        if stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
            return stream
    except (OSError, ValueError) as error:
        raise refused(path, error) from error
    stream.close()
    raise refused(path, "it is no plain file")


def _open_at_once(path: str, flags: int) -> int:
    return os.open(path, flags | _DONT_WAIT)


def refused(path: str, why: OSError | ValueError | str) -> UnreadableFileError:
    """The error for a path that can't be read. why: what the system said, or our own words."""
    said = why if isinstance(why, str) else getattr(why, "strerror", None) or str(why)
    return UnreadableFileError(
        f"can't be read ({said})",
        where=path,
        remedy="Check that it exists and that you may read it",
    )

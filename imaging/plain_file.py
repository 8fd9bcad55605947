"""Opens plain files, and nothing that could keep the program waiting."""

from __future__ import annotations

import io
import os
import stat

from domain.errors import UnreadableFileError

# Without O_NONBLOCK, opening a named pipe waits for somebody to write to it.
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def open_plain(path: str) -> io.BufferedReader:
    """Open a file for reading from the start; the caller closes it.

    Raises UnreadableFileError where the system refuses, or where the path names a folder, a
    pipe or a device.
    """
    try:
        number = os.open(path, _FLAGS)
    except (OSError, ValueError) as error:
        raise refused(path, error) from error
    try:
        if stat.S_ISREG(os.fstat(number).st_mode):
            return os.fdopen(number, "rb")
    except OSError as error:
        os.close(number)
        raise refused(path, error) from error
    os.close(number)
    raise refused(path, "it is no plain file")


def refused(path: str, why: OSError | ValueError | str) -> UnreadableFileError:
    """The error for a path that can't be read. why: what the system said, or our own words."""
    said = why if isinstance(why, str) else getattr(why, "strerror", None) or str(why)
    return UnreadableFileError(
        f"can't be read ({said})",
        where=path,
        remedy="Check that it exists and that you may read it",
    )

"""Turns an image reference into a readable, seekable stream of bytes."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from domain.errors import UnreadableFileError
from domain.study import ImageRef


def open_ref(ref: ImageRef) -> BinaryIO:
    """Open the image's bytes for reading from the start; the caller closes the stream.

    Raises UnreadableFileError where the system refuses.
    """
    try:
        return Path(ref.path).open("rb")
    except OSError as error:
        raise UnreadableFileError(
            f"can't be read ({error.strerror})",
            where=ref.where,
            remedy="Check that the file exists and that you may read it",
        ) from error

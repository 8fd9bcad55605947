"""Writes a small file so that the old one stays until the new one is whole."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

from domain.errors import BadInputError


def replace_file(path: Path, content: bytes) -> None:
    """Write beside the target, flush to the disk, take its place in one step.

    Raises BadInputError where it can't be written; what was there stays.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            Path(name).replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(name).unlink()
            raise
    except OSError as error:
        raise BadInputError(
            f"can't be written ({error.strerror})",
            where=str(path),
            remedy="Check that the folder exists and that you may write there",
        ) from error

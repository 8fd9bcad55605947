"""Writes files so that the old one stays until the new one is whole."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

from domain.errors import BadInputError


def replace_file(path: Path, content: bytes) -> None:
    """Write beside the target, then take its place in one step.

    Raises BadInputError where the folder is missing or can't be written, or the target is a
    folder or device; what was there stays.
    """
    if path.exists() and not path.is_file():
        raise BadInputError(
            "is no plain file and can't be replaced", where=str(path), remedy="Name a file"
        )
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
            Path(name).chmod(0o644)
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

"""Puts a finished study into a folder without harming what is not ours."""

from __future__ import annotations

import contextlib
import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from domain.errors import BadInputError, UnreadableFileError
from phantom.studies.headers import UID_ROOT
from phantom.truth.findings import READER
from phantom.truth.record import GENERATOR

TRUTH, FINDINGS = "truth.json", "findings.json"
_META_BYTES = 2048  # preamble and file meta information of what we write are shorter


@contextmanager
def placed(folder: Path, names: Sequence[str]) -> Iterator[Path]:
    """A scratch folder to write the named files into; they move over when the block is done.

    names: relative, with slashes; TRUTH last, so that it vouches for the rest. Files of an older
    synthetic study in the folder that have no successor go. Where the block raises, all stays as
    it was.

    Raises BadInputError where a name is taken by a file that no synthetic study has written, or
    where the folder can't be written.
    """
    try:
        made = _make(folder)
    except OSError as error:
        raise _refused(folder, error) from error
    try:
        for name in names:
            _check(folder / name)
        with tempfile.TemporaryDirectory(prefix=".fourview-", dir=folder) as scratch:
            for name in names:
                (Path(scratch) / name).parent.mkdir(exist_ok=True)
            yield Path(scratch)
            stale = _written_before(folder) - set(names)
            for name in names:
                (folder / name).parent.mkdir(exist_ok=True)
                (Path(scratch) / name).replace(folder / name)
            for name in stale:
                _drop(folder, name)
    except OSError as error:
        raise _refused(folder, error) from error
    finally:
        for one in made:  # only those that stayed empty go
            with contextlib.suppress(OSError):
                one.rmdir()


def is_ours(path: Path) -> bool:
    """Whether a synthetic study has written the file (DICOM, TRUTH or FINDINGS)."""
    try:
        if path.suffix == ".json":
            return _our_record(json.loads(path.read_bytes()))
        with path.open("rb") as stream:
            head = stream.read(_META_BYTES)
    except (OSError, ValueError, RecursionError):
        return False
    return head[128:132] == b"DICM" and f"{UID_ROOT}.".encode() in head


def _our_record(record: object) -> bool:
    if isinstance(record, dict):
        return record.get("generator") == GENERATOR
    if not isinstance(record, list):
        return False
    who = [entry.get("provenance") if isinstance(entry, dict) else None for entry in record]
    return all(one == {"reader": READER} for one in who)


def _make(folder: Path) -> list[Path]:
    """Make the folder; returns what had to be made, the innermost first."""
    made = [one for one in (folder, *folder.parents) if not one.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    return made


def _check(path: Path) -> None:
    if path.parent.exists() and not path.parent.is_dir():
        raise BadInputError("is no folder", where=str(path.parent), remedy="Give an empty folder")
    if (path.exists() or path.is_symlink()) and not is_ours(path):
        raise BadInputError(
            "is not from a synthetic study and is left alone",
            where=str(path),
            remedy="Give an empty folder",
        )


def _written_before(folder: Path) -> set[str]:
    """Images that an older record in the folder names, as far as they still are ours."""
    path = folder / TRUTH
    if not is_ours(path):
        return set()
    images = json.loads(path.read_bytes()).get("images", [])
    names = {str(image.get("file", "")) for image in images if isinstance(image, dict)}
    inside = {name for name in names if _is_inside(name)}
    return {name for name in inside if is_ours(folder / name)}


def _is_inside(name: str) -> bool:
    parts = Path(name).parts
    return 1 <= len(parts) <= 2 and ".." not in parts and name.endswith(".dcm") and name[0] != "/"


def _drop(folder: Path, name: str) -> None:
    (folder / name).unlink(missing_ok=True)
    if "/" in name:
        with contextlib.suppress(OSError):
            (folder / name).parent.rmdir()


def _refused(folder: Path, error: OSError) -> UnreadableFileError:
    return UnreadableFileError(
        f"can't be written ({error.strerror or error})",
        where=str(folder),
        remedy="Check that it is a folder, has room, and that you may write there",
    )

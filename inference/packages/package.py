"""Model packages on disk, opened only where they are as their manifest says."""

from __future__ import annotations

import hashlib
import json
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from inference.errors import PackageError
from inference.packages.manifest import Manifest
from inference.packages.onnx_file import refusal
from inference.packages.unpacking import unpack

MANIFEST = "manifest.json"
MOST_MANIFEST_BYTES = 1 << 20
MOST_FILE_BYTES = 1 << 30
MOST_BYTES = 2 << 30
"""Of all files of a package."""

_AGAIN = "Get the package again from where it came from"


@dataclass(frozen=True)
class ModelPackage:
    """One package on disk. folder: absolute, holds its files. digest: SHA-256 of the manifest's
    bytes, which hold the digests of all files; results are kept under it.
    """

    folder: Path
    manifest: Manifest
    digest: str

    @property
    def name(self) -> str:
        """Identity and version as messages name it."""
        return f"{self.manifest.id} {self.manifest.version}"

    def network(self, name: str = "") -> Path:
        """Path of an ONNX file; with no name the first. KeyError where there is none."""
        names = self.manifest.networks
        if not name and names:
            return self.folder / names[0]
        if name not in names:
            raise KeyError(name)
        return self.folder / name

    def read(self, name: str = "") -> bytes:
        """The bytes of an ONNX file, checked again; with no name the first.

        Raises PackageError where the file has changed since the package was opened.
        """
        path = self.network(name)
        content = _content(path)
        _check_digest(path, content, self.manifest.files[path.name])
        return content


def open_package(path: Path, unpacked: Path | None = None) -> ModelPackage:
    """Open a folder or a .zip and check all that can be checked without running it.

    Checked are the schema, each file's SHA-256, size and name, and what each ONNX file asks for.
    unpacked: folder that a .zip is unpacked into, by default one in the cache. Raises PackageError,
    which names the file and the reason.
    """
    path = path.absolute()
    if path.is_dir():
        return _open_folder(path)
    if not path.is_file():
        raise PackageError(
            "is no model package", where=str(path), remedy="Name a folder or a .zip file"
        )
    room = unpacked or _room()
    try:
        return _open_folder(unpack(path, room, MOST_BYTES))
    except PackageError:
        # What lies unpacked from earlier may have been damaged since.
        return _open_folder(unpack(path, room, MOST_BYTES, anew=True))


def _room() -> Path:
    """Where zipped packages are unpacked."""
    # It brings pydicom along, which a worker that reads folders can do without.
    from imaging.scanning.header_index import cache_folder  # noqa: PLC0415

    return cache_folder() / "packages"


def _open_folder(path: Path) -> ModelPackage:
    manifest, digest = _read_manifest(path / MANIFEST)
    package = ModelPackage(path, manifest, digest)
    sizes = [_plain_size(path / name) for name in manifest.files]
    if sum(sizes) > MOST_BYTES:
        raise PackageError(f"is larger than {MOST_BYTES >> 30} GiB", where=str(path))
    for name, expected in manifest.files.items():
        _check_file(path / name, expected)
    return package


def _read_manifest(path: Path) -> tuple[Manifest, str]:
    if _plain_size(path) > MOST_MANIFEST_BYTES:
        raise PackageError("is far too long for a manifest", where=str(path), remedy=_AGAIN)
    content = _content(path)
    try:
        told = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise PackageError(
            f"is no JSON ({str(error)[:200]})", where=str(path), remedy=_AGAIN
        ) from error
    if not isinstance(told, dict):
        raise PackageError("is no manifest", where=str(path), remedy=_AGAIN)
    _check_format(path, told)
    try:
        manifest = Manifest.model_validate_json(content)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the manifest"
        raise PackageError(
            f"{place[:100]}: {first['msg'][:300]}", where=str(path), remedy=_AGAIN
        ) from error
    return manifest, hashlib.sha256(content).hexdigest()


def _check_format(path: Path, told: dict[str, object]) -> None:
    version = told.get("version_of_format", 1)
    if told.get("format") != "fourview-model":
        raise PackageError("is no manifest of a model package", where=str(path), remedy=_AGAIN)
    if version != 1:
        raise PackageError(
            f"is of format {str(version)[:20]}, and only 1 is known",
            where=str(path),
            remedy="Install a newer Fourview",
        )


def _check_file(path: Path, expected: str) -> None:
    content = _content(path)
    _check_digest(path, content, expected)
    if path.suffix == ".onnx" and (why := refusal(content)):
        raise PackageError(why, where=str(path), remedy="Use another package")


def _check_digest(path: Path, content: bytes, expected: str) -> None:
    if hashlib.sha256(content).hexdigest() != expected:
        raise PackageError(
            "has changed since the package was made (its SHA-256 is not the manifest's)",
            where=str(path),
            remedy=_AGAIN,
        )


def _plain_size(path: Path) -> int:
    """Bytes of a file; PackageError where it is missing, a link, a device or too large."""
    try:
        state = path.lstat()
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error
    if not stat.S_ISREG(state.st_mode):
        raise PackageError("is no plain file", where=str(path), remedy=_AGAIN)
    if state.st_size > MOST_FILE_BYTES:
        raise PackageError(f"is larger than {MOST_FILE_BYTES >> 30} GiB", where=str(path))
    return state.st_size


def _content(path: Path) -> bytes:
    """A file's bytes without following a link."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    try:
        with os.fdopen(os.open(path, flags), "rb") as stream:
            return stream.read(MOST_FILE_BYTES + 1)
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: Exception) -> PackageError:
    why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return PackageError(f"can't be read ({why})", where=str(path), remedy=_AGAIN)

"""Which packages there are, built in and the user's own, and which of them read."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path

import platformdirs
from filelock import FileLock, Timeout

from domain.errors import BadInputError, FourviewError
from inference.errors import PackageError
from inference.packages.activation import (
    Activation,
    Named,
    read_activation,
    write_activation,
)
from inference.packages.manifest import Stage
from inference.packages.package import MANIFEST, ModelPackage, open_package

_ENVIRONMENT = "FOURVIEW_DATA"
_ACTIVE = "active.toml"
_LOCK_SECONDS = 10
_LIST = "See fourview models list"


def builtin_folder() -> Path:
    """Packages that come with Fourview. It need not exist."""
    return Path(str(resources.files("resources"))) / "models"


def own_folder() -> Path:
    """The user's packages; ``FOURVIEW_DATA`` puts the data folder elsewhere. Need not exist."""
    chosen = os.environ.get(_ENVIRONMENT)
    base = Path(chosen) if chosen else platformdirs.user_data_path("fourview")
    return base / "models"


@dataclass(frozen=True)
class Entry:
    """One folder or .zip that should be a package. package is ``None`` exactly where it can't be
    used, and why then says it. active: whether it reads at its stage.
    """

    path: Path
    builtin: bool
    package: ModelPackage | None
    why: str = ""
    active: bool = False


class Registry:
    """Packages of two folders. Looks at the disk each time it is asked; keeps nothing in memory."""

    def __init__(
        self,
        builtin: Path | None = None,
        own: Path | None = None,
        try_out: Callable[[ModelPackage], None] | None = None,
    ) -> None:
        """builtin, own: by default the usual folders. try_out: raises PackageError where a package
        that is added can't be run; ``inference.systems.verify`` has one.
        """
        self.builtin = builtin if builtin is not None else builtin_folder()
        self.own = own if own is not None else own_folder()
        self._try_out = try_out

    def packages(self) -> tuple[Entry, ...]:
        """All there are, by folder and name; broken ones with the reason, which is all they do."""
        entries: list[Entry] = []
        taken: dict[Named, str] = {}
        for folder, builtin in ((self.builtin, True), (self.own, False)):
            for path in _candidates(folder):
                entry = self._opened(path, builtin)
                if entry.package and (why := _double(entry.package, taken)):
                    entry = replace(entry, package=None, why=why)
                entries.append(entry)
        return _with_active(entries, self._activation_or_none())

    def find(self, identity: str, version: str = "") -> ModelPackage:
        """A usable package; with no version the newest. BadInputError where there is none."""
        return _find(self.packages(), identity, version)

    def active(self, stage: Stage) -> ModelPackage | None:
        """What reads at a stage: what was activated, else the newest built-in one, else ``None``.

        Raises PackageError where what was activated is gone or broken: no other takes its place
        unsaid.
        """
        return _active(self.packages(), read_activation(self.own / _ACTIVE), stage)

    def reading(self) -> tuple[ModelPackage, ...]:
        """The packages of a whole reading: the active reader package's members, else what is
        active at each stage. Where nobody chose the reader package, a package that was chosen for
        a stage reads there in its place. Raises PackageError where one is gone or broken.
        """
        return _reading(self.packages(), read_activation(self.own / _ACTIVE))

    def members(self, reader: ModelPackage) -> tuple[ModelPackage, ...]:
        """The packages that a reader package names. PackageError where one is missing."""
        return _members(self.packages(), reader)

    def add(self, path: Path) -> ModelPackage:
        """Check a folder or .zip, run it once, and copy it to the user's folder, whole or not at
        all. It is not activated. Raises PackageError, and BadInputError where nothing can be kept.
        """
        package = open_package(path)
        if self._try_out:
            self._try_out(package)
        with self._locked():
            for entry in self.packages():
                if entry.package and named(entry.package) == named(package):
                    if entry.package.digest == package.digest:
                        return entry.package
                    raise PackageError(
                        f"another package is called {package.name} already",
                        where=str(path),
                        remedy="Give one of them another version",
                    )
            return self._copy(package)

    def activate(self, identity: str, version: str = "") -> ModelPackage:
        """Have a package read at its stage from now on; with no version the newest.

        Raises BadInputError where there is none, or the choice can't be kept.
        """
        with self._locked():
            entries = self.packages()
            package = _find(entries, identity, version)
            stage = package.manifest.stage
            if stage is Stage.READER:
                _members(entries, package)
            now = _default(entries, stage)
            if now is not None and named(now) == named(package):
                now = None  # chosen is more than being there: it stands beside a reader package
            # A damaged file is written anew: choosing is the way out of it.
            chosen = self._activation_or_none() or Activation({})
            changed = chosen.activated(stage, named(package), named(now) if now else None)
            write_activation(self.own / _ACTIVE, changed)
            return package

    def rollback(self, stage: Stage) -> ModelPackage:
        """Have what read before at a stage read again. Raises BadInputError where there is none."""
        with self._locked():
            path = self.own / _ACTIVE
            changed = read_activation(path).rolled_back(stage)
            before = changed.current(stage)
            if before is None:  # rolled_back has just put one there
                raise BadInputError("nothing was active before", where=str(path))
            package = _find(self.packages(), before.id, before.version)
            write_activation(path, changed)
            return package

    def _opened(self, path: Path, builtin: bool) -> Entry:
        try:
            return Entry(path, builtin, open_package(path, self.own / ".unpacked"))
        except FourviewError as error:
            return Entry(path, builtin, None, str(error))

    def _activation_or_none(self) -> Activation | None:
        try:
            return read_activation(self.own / _ACTIVE)
        except BadInputError:
            return None

    def _copy(self, package: ModelPackage) -> ModelPackage:
        target = self.own / f"{package.manifest.id}-{package.manifest.version}"
        partial = None
        try:
            partial = Path(tempfile.mkdtemp(prefix=".partial-", dir=self.own))
            for name in (MANIFEST, *package.manifest.files):
                _copy_file(package.folder / name, partial / name)
            copied = open_package(partial)
            if copied.digest != package.digest:
                raise PackageError("changed while it was copied", where=str(package.folder))
            if target.exists():  # what is there is broken, or it would have been found
                target.rename(Path(tempfile.mkdtemp(prefix=".broken-", dir=self.own)) / "package")
            partial.rename(target)
        except OSError as error:
            raise BadInputError(
                f"can't be copied to {self.own} ({error.strerror})",
                where=str(package.folder),
                remedy=f"Make room there, or set {_ENVIRONMENT} to a folder of yours",
            ) from error
        finally:
            if partial is not None:
                shutil.rmtree(partial, ignore_errors=True)
        return replace(copied, folder=target)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """One change at a time, of all processes."""
        try:
            self.own.mkdir(parents=True, exist_ok=True)
            with FileLock(self.own / ".lock", timeout=_LOCK_SECONDS):
                yield
        except Timeout as error:
            raise BadInputError(
                "is being changed by another Fourview", where=str(self.own), remedy="Try again"
            ) from error
        except PermissionError as error:
            raise BadInputError(
                f"can't be written ({error.strerror})",
                where=str(self.own),
                remedy=f"Make it writable, or set {_ENVIRONMENT} to a folder of yours",
            ) from error


def named(package: ModelPackage) -> Named:
    """A package's identity and version."""
    return Named(id=package.manifest.id, version=package.manifest.version)


def version_order(version: str) -> tuple[int, ...]:
    """What versions are sorted by: 1.10 comes after 1.9."""
    return tuple(int(part) for part in version.split("."))


def _candidates(folder: Path) -> list[Path]:
    """Folders and .zip files that should be packages."""
    with contextlib.suppress(OSError):
        inside = sorted(path for path in folder.iterdir() if not path.name.startswith((".", "_")))
        return [path for path in inside if path.is_dir() or path.suffix.lower() == ".zip"]
    return []


def _double(package: ModelPackage, taken: dict[Named, str]) -> str:
    """Why a package that is called like one met before can't be used; notes it otherwise."""
    name = named(package)
    if name not in taken:
        taken[name] = package.digest
        return ""
    if taken[name] == package.digest:
        return f"is a copy of {name}, which is there already"
    return f"another package is called {name} already. Give one of them another version"


def _with_active(entries: list[Entry], activation: Activation | None) -> tuple[Entry, ...]:
    """Mark what reads: nothing where the file of choices is damaged."""
    if activation is None:
        return tuple(entries)
    names: set[Named] = set()
    stages = [Stage.READER]
    try:
        names |= {named(one) for one in _reading(tuple(entries), activation)}
    except PackageError:  # one is gone: the others are marked all the same
        stages = list(Stage)
    for stage in stages:
        with contextlib.suppress(PackageError):
            active = _active(tuple(entries), activation, stage)
            names |= {named(active)} if active is not None else set()
    return tuple(
        replace(entry, active=entry.package is not None and named(entry.package) in names)
        for entry in entries
    )


def _reading(entries: tuple[Entry, ...], activation: Activation) -> tuple[ModelPackage, ...]:
    """As ``Registry.reading``."""
    reader = _active(entries, activation, Stage.READER)
    stages = [stage for stage in Stage if stage is not Stage.READER]
    if reader is None:
        found = [_active(entries, activation, stage) for stage in stages]
        return tuple(one for one in found if one is not None)
    members = _members(entries, reader)
    if activation.current(Stage.READER) is not None:
        return members
    chosen = [stage for stage in stages if activation.current(stage) is not None]
    instead = [_active(entries, activation, stage) for stage in chosen]
    kept = [one for one in members if one.manifest.stage not in chosen]
    return (*(one for one in instead if one is not None), *kept)


def _active(
    entries: tuple[Entry, ...], activation: Activation, stage: Stage
) -> ModelPackage | None:
    """As ``Registry.active``."""
    chosen = activation.current(stage)
    if chosen is None:
        return _default(entries, stage)
    for entry in entries:
        package = entry.package
        if package and named(package) == chosen and package.manifest.stage is stage:
            return package
    raise PackageError(
        f"the active package for the stage {stage.value}, {chosen}, is gone or broken",
        remedy=f"Add it again, or take the one before: fourview models rollback {stage.value}",
    )


def _members(entries: tuple[Entry, ...], reader: ModelPackage) -> tuple[ModelPackage, ...]:
    """As ``Registry.members``."""
    try:
        return tuple(_find(entries, one.id, one.version) for one in reader.manifest.members)
    except BadInputError as error:
        raise PackageError(
            f"{reader.name} reads with a package that is not there: {error.what}",
            where=str(reader.folder),
            remedy="Add that package",
        ) from error


def _default(entries: list[Entry] | tuple[Entry, ...], stage: Stage) -> ModelPackage | None:
    """The newest built-in package of a stage."""
    packages = [one.package for one in entries if one.builtin and one.package]
    of_stage = [one for one in packages if one.manifest.stage is stage]
    return max(of_stage, key=lambda one: version_order(one.manifest.version), default=None)


def _find(entries: tuple[Entry, ...], identity: str, version: str) -> ModelPackage:
    wanted = f"{identity} {version}".strip()
    usable = [one.package for one in entries if one.package]
    found = [
        one
        for one in usable
        if one.manifest.id == identity and version in ("", one.manifest.version)
    ]
    if not found:
        for entry in entries:
            if entry.package is None and entry.path.name in (identity, f"{identity}-{version}"):
                raise PackageError(f"{wanted} can't be used: {entry.why}")
        raise BadInputError(f"no model package is called {wanted}", remedy=_LIST)
    return max(found, key=lambda one: version_order(one.manifest.version))


def _copy_file(source: Path, target: Path) -> None:
    with source.open("rb") as stream, target.open("xb") as copy:
        shutil.copyfileobj(stream, copy, 1 << 20)
        copy.flush()
        os.fsync(copy.fileno())

"""Opens a package and has its networks run once, before anybody relies on it."""

from __future__ import annotations

from pathlib import Path

from inference.backends.choice import Choice, Provider
from inference.backends.pool import SessionPool
from inference.backends.threads import usable_threads
from inference.errors import NetworkError, PackageError
from inference.packages.manifest import Stage
from inference.packages.package import ModelPackage, open_package
from inference.systems.known import make_system


def verify_package(path: Path, *, dry_run: bool = True) -> ModelPackage:
    """Open a package and check all there is to check.

    dry_run: also run its networks, which shows shapes and dtypes. Raises PackageError, which names
    the file and the reason.
    """
    package = open_package(path)
    if dry_run:
        try_out(package)
    return package


def try_out(package: ModelPackage) -> None:
    """Run a package's networks on black, on the CPU. Raises PackageError where they can't be used.

    A reader package has none of its own: nothing is done.
    """
    if package.manifest.stage is Stage.READER:
        return
    pool = SessionPool(Choice(Provider.CPU, "to try a package", usable_threads()))
    try:
        make_system(package).try_out(pool.runner())
    except NetworkError as error:
        raise PackageError(
            error.what, where=error.where, remedy="Use another package"
        ) from error

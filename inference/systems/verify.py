"""Opens a package and has its networks run once, before anybody relies on it."""

from __future__ import annotations

import threading
from pathlib import Path

from domain.errors import CancelledError
from inference.backends.choice import Choice, Provider
from inference.backends.pool import SessionPool
from inference.backends.stop import StopFlag
from inference.backends.threads import usable_threads
from inference.errors import NetworkError, PackageError
from inference.packages.manifest import Stage
from inference.packages.package import ModelPackage, open_package
from inference.systems.known import make_system

MOST_SECONDS = 60.0
"""That a package may take on a small black image."""


def verify_package(path: Path, *, dry_run: bool = True) -> ModelPackage:
    """Open a package and check all there is to check.

    dry_run: also run its networks, which shows shapes and dtypes. Raises PackageError, which names
    the file and the reason.
    """
    package = open_package(path)
    if dry_run:
        try_out(package)
    return package


def try_out(package: ModelPackage, seconds: float = MOST_SECONDS) -> None:
    """Run a package's networks on black, on the CPU. Raises PackageError where they can't be used.

    seconds: that they may take. A reader package has none of its own: nothing is done.
    """
    if package.manifest.stage is Stage.READER:
        return
    pool = SessionPool(Choice(Provider.CPU, "to try a package", usable_threads()))
    stop = StopFlag()
    timer = threading.Timer(seconds, stop.stop)
    timer.daemon = True
    timer.start()
    try:
        make_system(package).try_out(pool.runner(stop))
    except NetworkError as error:
        raise PackageError(error.what, where=error.where, remedy="Use another package") from error
    except CancelledError as error:
        raise PackageError(
            f"its networks did not end within {seconds:g} s on a small black image",
            where=str(package.folder),
            remedy="Use another package",
        ) from error
    finally:
        timer.cancel()

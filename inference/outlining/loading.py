"""Opens the package that draws contours and loads its network, in the outlining process."""

from __future__ import annotations

from pathlib import Path

from inference.backends.choice import choose_provider
from inference.backends.pool import PoolRunner, SessionPool
from inference.errors import PackageError
from inference.packages.package import open_package
from inference.systems.known import make_contourer
from inference.systems.system import ContourSystem


def load(folder: Path, digest: str) -> tuple[ContourSystem, PoolRunner]:
    """System and runner, ready to run. Raises FourviewError.

    On the CPU, wherever the worker runs: regions are small, and a preview must not wait for a GPU
    that reads a study.
    """
    package = open_package(folder)
    if package.digest != digest:
        raise PackageError(
            "is another package than the one that was chosen",
            where=str(folder),
            remedy="Choose the package again",
        )
    runner = SessionPool(choose_provider("cpu")).runner()
    system = make_contourer(package)
    system.try_out(runner)
    return system, runner

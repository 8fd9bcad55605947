"""Systems by the names that manifests use."""

from __future__ import annotations

from collections.abc import Mapping

from inference.errors import PackageError
from inference.packages.package import ModelPackage
from inference.systems.rpn import RpnSystem
from inference.systems.system import DetectSystem

SYSTEMS: Mapping[str, type[DetectSystem]] = {"rpn": RpnSystem}


def make_system(package: ModelPackage) -> DetectSystem:
    """The system that a package names, ready for its networks.

    Raises PackageError where this Fourview does not know it, or the package lacks what it needs.
    """
    name = package.manifest.system
    if name not in SYSTEMS:
        raise PackageError(
            f"needs the system {name!r}, and only {', '.join(sorted(SYSTEMS))} are known",
            where=str(package.folder),
            remedy="Install a newer Fourview",
        )
    return SYSTEMS[name](package)

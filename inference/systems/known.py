"""Systems by stage and by the names that manifests use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from inference.errors import PackageError
from inference.packages.manifest import Stage
from inference.packages.package import ModelPackage
from inference.systems.calcify_unet import CalcifyUnetSystem
from inference.systems.classify import DenseNetClassifier
from inference.systems.contour import ContourUnetSystem
from inference.systems.rpn import RpnSystem
from inference.systems.system import (
    CalcifySystem,
    ClassifySystem,
    ContourSystem,
    DetectSystem,
)

DETECTORS: dict[str, type[DetectSystem]] = {"rpn": RpnSystem, "faster-rcnn": RpnSystem}
CALCIFIERS: dict[str, type[CalcifySystem]] = {"calcify-unet": CalcifyUnetSystem}
CONTOURERS: dict[str, type[ContourSystem]] = {"contour-unet": ContourUnetSystem}
CLASSIFIERS: dict[str, type[ClassifySystem]] = {"classify-densenet": DenseNetClassifier}

AnySystem = DetectSystem | CalcifySystem | ContourSystem | ClassifySystem
_Made = TypeVar("_Made", DetectSystem, CalcifySystem, ContourSystem, ClassifySystem)


def make_system(package: ModelPackage) -> AnySystem:
    """The system that a package names, ready for its networks.

    Raises PackageError where this Fourview does not know it at the package's stage, or the package
    lacks what it needs; a reader package has no system.
    """
    match package.manifest.stage:
        case Stage.DETECT:
            return make_detector(package)
        case Stage.CALCIFY:
            return make_calcifier(package)
        case Stage.CONTOUR:
            return make_contourer(package)
        case Stage.CLASSIFY:
            return make_classifier(package)
    raise PackageError("reads with other packages, not with a system", where=str(package.folder))


def make_detector(package: ModelPackage) -> DetectSystem:
    """As ``make_system``, of the stage ``detect``."""
    return _made(package, DETECTORS)


def make_calcifier(package: ModelPackage) -> CalcifySystem:
    """As ``make_system``, of the stage ``calcify``."""
    return _made(package, CALCIFIERS)


def make_contourer(package: ModelPackage) -> ContourSystem:
    """As ``make_system``, of the stage ``contour``."""
    return _made(package, CONTOURERS)


def make_classifier(package: ModelPackage) -> ClassifySystem:
    """As ``make_system``, of the stage ``classify``."""
    return _made(package, CLASSIFIERS)


def _made(package: ModelPackage, known: Mapping[str, type[_Made]]) -> _Made:
    name, stage = package.manifest.system, package.manifest.stage.value
    if name not in known:
        there = ", ".join(sorted(known)) or "none"
        raise PackageError(
            f"needs the system {name!r} at the stage {stage}, where these are known: {there}",
            where=str(package.folder),
            remedy="Install a newer Fourview",
        )
    return known[name](package)

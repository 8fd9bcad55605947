"""The packages of one whole reading, and at which thresholds they speak."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from domain.errors import BadInputError
from inference.packages.manifest import Stage
from inference.packages.package import ModelPackage
from inference.pipeline.results import PackageUse

FINDING = (Stage.DETECT, Stage.CALCIFY)
"""Stages that look for findings; the others say more of what was found."""


@dataclass(frozen=True, eq=False)
class ReaderPackages:
    """packages: opened and verified, one or several a stage. thresholds: by package id, where not
    the manifest's own. Raises BadInputError where none finds anything.
    """

    packages: tuple[ModelPackage, ...]
    thresholds: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.finders:
            raise BadInputError(
                "no model package that finds lesions was chosen",
                remedy="Choose one of fourview models list",
            )

    def stage(self, stage: Stage) -> tuple[ModelPackage, ...]:
        """The packages of a stage."""
        return tuple(one for one in self.packages if one.manifest.stage is stage)

    @property
    def finders(self) -> tuple[ModelPackage, ...]:
        """The packages that look for findings: those that detect, then those that calcify."""
        return tuple(one for stage in FINDING for one in self.stage(stage))

    @property
    def lead(self) -> ModelPackage:
        """The package whose scores the slider of the operating point counts in."""
        return self.finders[0]

    def threshold(self, package: ModelPackage) -> float:
        """The score from which a package's marks are shown."""
        own = package.manifest.default_threshold
        return float(self.thresholds.get(package.manifest.id, own))

    @cached_property
    def uses(self) -> tuple[PackageUse, ...]:
        """What a result says of its packages."""
        return tuple(
            PackageUse(
                one.manifest.id,
                one.manifest.version,
                one.digest,
                self.threshold(one),
                one.manifest.stage,
            )
            for one in self.packages
        )

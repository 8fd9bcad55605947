"""The packages of one whole reading, and at which thresholds they speak."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from domain.errors import BadInputError
from inference.packages.manifest import Stage
from inference.packages.package import ModelPackage
from inference.pipeline.results import PackageUse


@dataclass(frozen=True, eq=False)
class ReaderPackages:
    """packages: opened and verified, one or several a stage. thresholds: by package id, where not
    the manifest's own. Raises BadInputError where none detects anything.
    """

    packages: tuple[ModelPackage, ...]
    thresholds: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.stage(Stage.DETECT):
            raise BadInputError(
                "no model package that finds lesions was chosen",
                remedy="Choose one of fourview models list",
            )

    def stage(self, stage: Stage) -> tuple[ModelPackage, ...]:
        """The packages of a stage."""
        return tuple(one for one in self.packages if one.manifest.stage is stage)

    def threshold(self, package: ModelPackage) -> float:
        """The score from which a package's marks are shown."""
        own = package.manifest.default_threshold
        return float(self.thresholds.get(package.manifest.id, own))

    @cached_property
    def uses(self) -> tuple[PackageUse, ...]:
        """What a result says of its packages."""
        return tuple(
            PackageUse(one.manifest.id, one.manifest.version, one.digest, self.threshold(one))
            for one in self.packages
        )


def unused_stages(packages: Sequence[ModelPackage]) -> tuple[str, ...]:
    """Stages that the pipeline does not run yet, by their names: the reader is told."""
    return tuple(
        dict.fromkeys(
            one.manifest.stage.value for one in packages if one.manifest.stage is not Stage.DETECT
        )
    )

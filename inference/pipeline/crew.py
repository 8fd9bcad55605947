"""The systems of one reading, and which of them may see a view."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TypeVar, cast

from domain.errors import FourviewError
from inference.packages.manifest import Stage
from inference.packages.package import ModelPackage
from inference.pipeline.guard import Verdict, join, judge
from inference.pipeline.inputs import ViewInput
from inference.pipeline.reader import FINDING, ReaderPackages
from inference.systems.known import make_calcifier
from inference.systems.system import SeenView

LATER = (Stage.CALCIFY, Stage.CONTOUR, Stage.CLASSIFY)
"""What follows the boxes, in this order."""

_NOT_DONE = {
    Stage.CALCIFY: "Calcifications were not looked for",
    Stage.CONTOUR: "Contours were not drawn",
    Stage.CLASSIFY: "Findings were not judged",
}

_Made = TypeVar("_Made")


@dataclass(frozen=True, eq=False)
class Crew:
    """packages: of the reading. Each system is made once, when it is first needed."""

    packages: ReaderPackages
    _systems: dict[str, object] = field(default_factory=dict)

    def later(self, stages: Sequence[Stage] = LATER) -> tuple[Stage, ...]:
        """Those of some stages that this reading has packages for."""
        return tuple(one for one in stages if self.packages.stage(one))

    def verdict(self, view: ViewInput) -> Verdict:
        """By its header: of the packages that detect, or where there are none, that calcify."""
        stage = next(one for one in FINDING if self.packages.stage(one))
        return join([judge(view, one.manifest.domain) for one in self.packages.stage(stage)])

    def able(self, view: ViewInput, stage: Stage) -> tuple[ModelPackage, ...]:
        """The packages of a stage that may see a view."""
        there = self.packages.stage(stage)
        return tuple(one for one in there if not judge(view, one.manifest.domain).refused)

    def refusal(self, view: ViewInput, stage: Stage) -> str:
        """Why no package of a later stage may see a view."""
        verdict = join([judge(view, one.manifest.domain) for one in self.packages.stage(stage)])
        return not_done(stage, "; ".join(verdict.reasons))

    def look_ahead(self, view: ViewInput, image: SeenView, check: Callable[[], None]) -> None:
        """Do what systems that find calcifications can do on a view before its turn comes.

        For another thread. What fails is left: it fails again, and is told of, when it is needed.
        check: may wait, or raise CancelledError.
        """
        with suppress(FourviewError, MemoryError):
            check()
            for package in self.able(view, Stage.CALCIFY):
                look = getattr(self.system(package, make_calcifier), "look_ahead", None)
                if look is not None:
                    look(image)

    def system(self, package: ModelPackage, make: Callable[[ModelPackage], _Made]) -> _Made:
        """A package's system. Raises PackageError where it can't be made."""
        if package.digest not in self._systems:
            self._systems[package.digest] = make(package)
        return cast(_Made, self._systems[package.digest])


def not_done(stage: Stage, why: str) -> str:
    """The sentence for a reader that a later stage was not done."""
    return f"{_NOT_DONE[stage]}: {why}"

"""What the worker truly does with a study: open its packages and run the pipeline."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from inference.backends.choice import choose_provider
from inference.backends.pool import PoolRunner, SessionPool
from inference.errors import PackageError
from inference.packages.package import ModelPackage, open_package
from inference.pipeline.inputs import StudyInput, ViewInput
from inference.pipeline.looking import Looked, look_early, look_key
from inference.pipeline.reader import ReaderPackages
from inference.pipeline.results import Progress, ViewResult
from inference.pipeline.study import analyse_study
from inference.systems.system import Tensors
from inference.worker.hand import Hand
from inference.worker.hearing import progress_json
from inference.worker.items import MarkedView, WholeStudy
from inference.worker.messages import Json, MessageError

MOST_PACKAGES = 16
"""Opened and held at a time; they hold no weights."""


class StudyAnalysis:
    """Packages and sessions are held from study to study. For one thread."""

    def __init__(self, wish: str) -> None:
        """wish: the provider, one of ``inference.backends.choice.WISHES``. Nothing is loaded."""
        self._wish = wish
        self._pool: SessionPool | None = None
        self._packages: dict[tuple[str, str], ModelPackage] = {}
        self._looked: Looked = {}

    def warm(self, what: Json) -> None:
        """Load every network of the packages and run it once. Raises FourviewError."""
        pool = self._sessions()
        for package in self._opened(what):
            for name in package.manifest.networks:
                pool.session(package, name).warm()

    def expect(self, view: Json, what: Json, hand: Hand) -> None:
        """As ``Analysis.expect``; kept until the next study."""
        self._looked = {}
        given = ViewInput.from_json(dict(view))
        reader, runner = self._reading(what, hand)
        self._looked = {look_key(given): look_early(given, reader, runner, hand.check)}

    def read(self, study: Json, hand: Hand) -> Iterator[MarkedView | WholeStudy]:
        """Read a study. Raises FourviewError; CancelledError where the hand was stopped."""
        given = StudyInput.from_json(study["study"])
        looked, self._looked = self._looked, {}
        hand.breathe()
        reader, runner = self._reading(study, hand)

        def report(progress: Progress) -> None:
            hand.report(progress_json(progress))

        for result in analyse_study(given, reader, runner, report, check=hand.check, looked=looked):
            if isinstance(result, ViewResult):
                yield MarkedView(result.uid, result.to_json())
            else:
                yield WholeStudy(result.to_json())

    def _reading(self, what: Json, hand: Hand) -> tuple[ReaderPackages, _Runner]:
        reader = ReaderPackages(self._opened(what), _thresholds(what))
        return reader, _Runner(self._sessions().runner(hand.stop), hand)

    def _sessions(self) -> SessionPool:
        if self._pool is None:
            self._pool = SessionPool(choose_provider(self._wish))
        return self._pool

    def _opened(self, told: Json) -> tuple[ModelPackage, ...]:
        return tuple(self._package(*_named(one)) for one in told["packages"])

    def _package(self, folder: str, digest: str) -> ModelPackage:
        """The package that the window means; what lies there may be another by now."""
        key = (folder, digest)
        if key not in self._packages:
            package = open_package(Path(folder))
            if package.digest != digest:
                raise PackageError(
                    "is another package than the one that was chosen",
                    where=folder,
                    remedy="Choose the package again",
                )
            while len(self._packages) >= MOST_PACKAGES:
                self._packages.pop(next(iter(self._packages)))
            self._packages[key] = package
        return self._packages[key]


@dataclass(frozen=True)
class _Runner:
    """Waits before each network while the reader's hand moves."""

    inner: PoolRunner
    hand: Hand

    def run(
        self, package: ModelPackage, feeds: Tensors, network: str = "", *, each: bool = False
    ) -> Tensors:
        """As ``Runner.run``."""
        self.hand.breathe()
        return self.inner.run(package, feeds, network, each=each)


def _named(told: Any) -> tuple[str, str]:
    try:
        return str(told["folder"]), str(told["digest"])
    except (KeyError, TypeError) as error:
        raise MessageError("the worker was told of no package") from error


def _thresholds(told: Json) -> dict[str, float]:
    return {str(name): float(value) for name, value in told["thresholds"].items()}

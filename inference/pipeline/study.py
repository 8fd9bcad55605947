"""A study in, findings out. Pure of processes: the worker and the command line both call it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from types import MappingProxyType

from domain.errors import CancelledError, FourviewError
from imaging.raster import StoredPixels
from inference.packages.manifest import Stage as PackageStage
from inference.packages.package import ModelPackage
from inference.pipeline.ahead import Ahead
from inference.pipeline.combining import combine, compared
from inference.pipeline.findings import proposals
from inference.pipeline.fusion import fuse
from inference.pipeline.guard import Verdict, join, judge, judge_pixels
from inference.pipeline.inputs import StudyInput, ViewInput
from inference.pipeline.landmarks import Landmarks, find_landmarks
from inference.pipeline.reader import ReaderPackages
from inference.pipeline.results import Progress, Stage, StudyResult, ViewResult, ViewStatus
from inference.systems.known import make_system
from inference.systems.system import Runner, SeenView

Report = Callable[[Progress], None]
Check = Callable[[], None]
Known = Mapping[str, ViewResult]
"""Results of views that were read before, by ``ViewInput.digest``."""

_NOTHING_KNOWN: Known = MappingProxyType({})
_Look = tuple[StoredPixels, Landmarks]


def analyse_study(
    inputs: StudyInput,
    packages: ReaderPackages,
    run: Runner,
    report: Report = lambda _: None,
    known: Known = _NOTHING_KNOWN,
    *,
    check: Check = lambda: None,
) -> Iterator[ViewResult | StudyResult]:
    """Read a study: each view's result as it is ready, the study's result last.

    Work is done as results are asked for: nothing is begun between two views, and no network runs
    on a view before it is asked for; only where its breast lies is found meanwhile. A view that is
    refused or fails says so in its result, and the rest goes on. known: results of the same
    packages that need not be computed again. check: called between the steps that run no network,
    from another thread too; may wait, or raise CancelledError. Raises CancelledError where ``run``
    was stopped or ``check`` said so; what was yielded before stands, and no StudyResult follows.
    """
    priors = compared(inputs)
    reading = _Reading(packages, run, report, known, check, (*inputs.views, *priors))
    views: list[ViewResult] = []
    try:
        for view in inputs.views:
            views.append(reading.read(view))
            yield views[-1]
        older = [reading.read(view) for view in priors]
    finally:
        reading.ahead.end()
    report(Progress("", Stage.COMPARING, 1.0))
    yield combine(inputs, packages, views, older)
    report(Progress("", Stage.DONE, 1.0))


@dataclass
class _Reading:
    """One study under way. views: to be read, in this order; done: how many of them are."""

    packages: ReaderPackages
    run: Runner
    report: Report
    known: Known
    check: Check
    views: tuple[ViewInput, ...]
    done: int = field(default=0)
    ahead: Ahead[_Look] = field(default_factory=Ahead)

    def read(self, view: ViewInput) -> ViewResult:
        self._tell(view, Stage.OPENING, 0.0)
        kept = self.known.get(view.digest)
        result = kept or self._read(view)
        self.done += 1
        self._tell(view, Stage.DONE, 0.0)
        return result

    def _read(self, view: ViewInput) -> ViewResult:
        verdict, able = self._judged(view)
        if verdict.refused:
            return _unread(view, verdict.status, verdict.reasons)
        looks = ReaderPackages(able, self.packages.thresholds)
        try:
            return self._detected(view, looks, verdict)
        except CancelledError:
            raise
        except FourviewError as error:
            return _unread(view, ViewStatus.FAILED, (str(error),))
        except MemoryError:
            return _unread(view, ViewStatus.FAILED, ("There was not enough memory for this view",))

    def _judged(self, view: ViewInput) -> tuple[Verdict, tuple[ModelPackage, ...]]:
        """By its header; and the packages that may read it."""
        detectors = self.packages.stage(PackageStage.DETECT)
        verdicts = [judge(view, one.manifest.domain) for one in detectors]
        pairs = zip(detectors, verdicts, strict=True)
        return join(verdicts), tuple(one for one, said in pairs if not said.refused)

    def _look_ahead(self) -> None:
        """Find where the breast of the next view lies while networks run on this one.

        Not beside the first view: a reader waits for its marks, and both would share the cores.
        """
        place = self.done + 1
        if self.done == 0 or place >= len(self.views):
            return
        view = self.views[place]
        if view.digest not in self.known and not self._judged(view)[0].refused:
            self.ahead.begin(place, partial(_look_at, view, self.check))

    def _detected(self, view: ViewInput, looks: ReaderPackages, verdict: Verdict) -> ViewResult:
        pixels, seen = self.ahead.take(self.done) or _look_at(view, self.check)
        verdict = judge_pixels(verdict, seen.region)
        if verdict.refused:
            return _unread(view, verdict.status, verdict.reasons)
        self._look_ahead()
        image = SeenView(pixels, view.grey, view.spacing, seen.region)
        marks = []
        for number, package in enumerate(looks.packages):
            self._tell(view, Stage.DETECTING, (number + 0.2) / (len(looks.packages) + 0.2))
            marks.append(make_system(package).detect(image, self.run))
        found = proposals(view, fuse(marks), looks.packages, looks, seen)
        return ViewResult(
            view.uid, view.digest, view.name, verdict.status, verdict.reasons, found, seen.nipple
        )

    def _tell(self, view: ViewInput, stage: Stage, share: float) -> None:
        whole = (self.done + share) / max(1, len(self.views))
        self.report(Progress(view.uid, stage, min(1.0, whole)))


def _look_at(view: ViewInput, check: Check) -> _Look:
    """Raises UnreadableFileError, and whatever ``check`` raises."""
    check()
    pixels = view.pixels.open()
    return pixels, find_landmarks(view, pixels, check)


def _unread(view: ViewInput, status: ViewStatus, reasons: tuple[str, ...]) -> ViewResult:
    return ViewResult(view.uid, view.digest, view.name, status, reasons)

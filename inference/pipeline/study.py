"""A study in, findings out. Pure of processes: the worker and the command line both call it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from types import MappingProxyType

from domain.errors import CancelledError, FourviewError
from inference.packages.manifest import Stage as PackageStage
from inference.pipeline.ahead import Ahead
from inference.pipeline.combining import combine, compared
from inference.pipeline.crew import LATER, Crew
from inference.pipeline.describing import Describing, OpenedView
from inference.pipeline.findings import proposals
from inference.pipeline.fusion import fuse
from inference.pipeline.guard import Verdict, judge_pixels
from inference.pipeline.inputs import StudyInput, ViewInput
from inference.pipeline.looking import Check, Look, Looked, look_at, look_key
from inference.pipeline.reader import ReaderPackages
from inference.pipeline.results import Progress, Stage, StudyResult, ViewResult, ViewStatus
from inference.systems.known import make_detector
from inference.systems.system import Runner

Report = Callable[[Progress], None]
Known = Mapping[str, ViewResult]
"""Results of views that were read before, by ``ViewInput.digest``; those that are complete."""

_NOTHING_KNOWN: Known = MappingProxyType({})
_NOT_LOOKED: Looked = MappingProxyType({})
_COMPARED = (PackageStage.CALCIFY,)
"""What is done with a prior's views after detection: their findings are only compared."""


def analyse_study(
    inputs: StudyInput,
    packages: ReaderPackages,
    run: Runner,
    report: Report = lambda _: None,
    known: Known = _NOTHING_KNOWN,
    *,
    check: Check = lambda: None,
    looked: Looked = _NOT_LOOKED,
) -> Iterator[ViewResult | StudyResult]:
    """Read a study: each view's result as it is ready, the study's result last.

    The boxes of all views come first; then, view by view, a second result in the place of the
    first, with calcifications, contours and judgements, where there are packages for those. Work
    is done as results are asked for: no network runs between two results, nor on a view before it
    is asked for; what needs none, such as finding the breast, is done ahead on a thread. A view
    that is refused or fails says so in its result, and the rest goes on. known: results of the same
    packages that need not be computed again. check: called between the steps that run no network,
    from another thread too; may wait, or raise CancelledError. looked: what ``look_at`` or
    ``look_early`` gave before for some views, by ``look_key``. Raises CancelledError where
    ``run`` was stopped or ``check`` said so; what was yielded before stands, and no StudyResult
    follows.
    """
    priors = compared(inputs)
    crew = Crew(packages)
    work = [(view, crew.later(LATER)) for view in inputs.views]
    work += [(view, crew.later(_COMPARED)) for view in priors]
    count = len(inputs.views)
    reading = _Reading(crew, run, report, known, check, looked, work, count - 1)
    try:
        for place in range(count):
            yield reading.boxes(place)
        for place in range(count):
            if not reading.results[place].complete:
                yield reading.rest(place)
        for place in range(count, len(work)):
            reading.boxes(place)
            reading.rest(place)
    finally:
        reading.ahead.end()
        reading.ready.end()
    report(Progress("", Stage.COMPARING, 1.0))
    results = [reading.results[place] for place in range(len(work))]
    yield combine(inputs, packages, results[:count], results[count:])
    report(Progress("", Stage.DONE, 1.0))


@dataclass
class _Reading:
    """One study under way. work: views to be read, in this order, with the stages that follow
    detection; last: the place of the last that is no prior's. results: of those that were begun, by
    place; opened: of those that are not complete; ahead, ready: what is done for the next one.
    done: parts of the work that are done, where a view has one for its boxes, one for the rest.
    """

    crew: Crew
    run: Runner
    report: Report
    known: Known
    check: Check
    looked: Looked
    work: Sequence[tuple[ViewInput, tuple[PackageStage, ...]]]
    last: int
    results: dict[int, ViewResult] = field(default_factory=dict)
    opened: dict[int, OpenedView] = field(default_factory=dict)
    done: int = field(default=0)
    ahead: Ahead[Look] = field(default_factory=Ahead)
    ready: Ahead[None] = field(default_factory=Ahead)

    def boxes(self, place: int) -> ViewResult:
        """Detect on a view; its only result where nothing follows, or it is known already."""
        view, later = self.work[place]
        self._tell(view, Stage.OPENING, 0.0)
        kept = self.known.get(view.digest)
        result = kept if kept is not None and kept.complete else self._detected(place)
        self.results[place] = result
        self.done += 1 + (1 if later and result.complete else 0)
        if result.complete:
            self._tell(view, Stage.DONE, 0.0)
        return result

    def rest(self, place: int) -> ViewResult:
        """Carry out what is awaited of a view."""
        view, first = self.work[place][0], self.results[place]
        if first.complete:
            return first
        self.ready.take(place)
        next_ready = partial(self._make_ready, place + 1)
        about = Describing(self.opened.pop(place), self.crew, self.run, first.proposals, next_ready)
        result = about.whole(first, partial(self._tell, view))
        self.results[place] = result
        self.done += 1
        self._tell(view, Stage.DONE, 0.0)
        return result

    def _detected(self, place: int) -> ViewResult:
        view = self.work[place][0]
        verdict = self.crew.verdict(view)
        if verdict.refused:
            return _unread(view, verdict.status, verdict.reasons)
        try:
            return self._found(place, verdict)
        except CancelledError:
            raise
        except FourviewError as error:
            return _unread(view, ViewStatus.FAILED, (str(error),))
        except MemoryError:
            return _unread(view, ViewStatus.FAILED, ("There was not enough memory for this view",))

    def _look_ahead(self, place: int) -> None:
        """Find where the breast of a view lies while networks run on the one before.

        Not beside the first view: a reader waits for its marks, and both would share the cores.
        """
        if place < 2 or place >= len(self.work):
            return
        view = self.work[place][0]
        if view.digest not in self.known and not self.crew.verdict(view).refused:
            self.ahead.begin(place, partial(look_at, view, self.check))

    def _make_ready(self, place: int) -> None:
        """Have the next view's pictures for networks made while this one is finished."""
        opened = self.opened.get(place)
        if opened is not None:
            look = partial(self.crew.look_ahead, opened.view, opened.image, self.check)
            self.ready.begin(place, look)

    def _found(self, place: int, verdict: Verdict) -> ViewResult:
        view, later = self.work[place]
        look = self._looked_at(view) or self.ahead.take(place) or look_at(view, self.check)
        image, seen = look.image, look.seen
        verdict = judge_pixels(verdict, seen.region)
        if verdict.refused:
            return _unread(view, verdict.status, verdict.reasons)
        self._look_ahead(place + 1)
        if 0 < place == self.last:
            self._make_ready(0)
        packages = self.crew.able(view, PackageStage.DETECT)
        marks = []
        for number, package in enumerate(packages):
            self._tell(view, Stage.DETECTING, (number + 0.2) / (len(packages) + 0.2))
            early = look.marks.get(package.digest)
            system = self.crew.system(package, make_detector)
            marks.append(system.detect(image, self.run) if early is None else early)
        found = proposals(view, fuse(marks), packages, self.crew.packages, seen)
        if later:
            self.opened[place] = OpenedView(view, image, seen)
        result = ViewResult(view.uid, view.digest, view.name, verdict.status, verdict.reasons)
        done = (PackageStage.DETECT,) if packages else ()
        return replace(result, proposals=found, nipple=seen.nipple, done=done, awaited=later)

    def _looked_at(self, view: ViewInput) -> Look | None:
        return self.looked.get(look_key(view)) if self.looked else None

    def _tell(self, view: ViewInput, stage: Stage, share: float) -> None:
        parts = sum(2 if later else 1 for _, later in self.work)
        whole = (self.done + share) / max(1, parts)
        self.report(Progress(view.uid, stage, min(1.0, whole)))


def _unread(view: ViewInput, status: ViewStatus, reasons: tuple[str, ...]) -> ViewResult:
    return ViewResult(view.uid, view.digest, view.name, status, reasons)

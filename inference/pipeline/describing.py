"""What follows the boxes of a view: calcifications, contours, judgements."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from domain.errors import CancelledError, FourviewError
from domain.finding import Contour, FindingKind
from domain.geometry import Box
from inference.packages.manifest import Stage as PackageStage
from inference.pipeline.crew import Crew, not_done
from inference.pipeline.findings import proposals
from inference.pipeline.fusion import fuse
from inference.pipeline.inputs import ViewInput
from inference.pipeline.landmarks import Landmarks
from inference.pipeline.results import Proposal, Stage, ViewResult, ViewStatus
from inference.systems.known import make_calcifier, make_classifier, make_contourer
from inference.systems.system import (
    CalcifySystem,
    ClassifySystem,
    ContourSystem,
    Judged,
    RawMark,
    Runner,
    SeenView,
)

MARGIN = 0.8
"""Share of the threshold from which a mark gets a contour and a judgement: a reader who moves the
slider a little finds them there."""

MOST_OUTLINED, MOST_JUDGED = 8, 24
"""Marks of one view, the surest first: a view that is full of marks must not hold up the rest."""

_OUTLINED = (FindingKind.MASS,)
"""Kinds that get a contour where the package names none."""

_STEPS = {
    PackageStage.CALCIFY: Stage.CALCIFYING,
    PackageStage.CONTOUR: Stage.OUTLINING,
    PackageStage.CLASSIFY: Stage.JUDGING,
}

Tell = Callable[[Stage, float], None]
"""Told which step begins, and the share of the view's later work that is done before it."""


@dataclass(frozen=True, eq=False)
class OpenedView:
    """A view whose boxes were found, as the later stages take it up again."""

    view: ViewInput
    image: SeenView
    seen: Landmarks = field(repr=False)


@dataclass(eq=False)
class Describing:
    """One view under way. found: its proposals so far; a failed step leaves them as they were.

    meanwhile: called once the long networks have run.
    """

    opened: OpenedView
    crew: Crew
    run: Runner
    found: tuple[Proposal, ...]
    meanwhile: Callable[[], None] = lambda: None
    composition: dict[str, float] = field(default_factory=dict)

    def whole(self, first: ViewResult, tell: Tell) -> ViewResult:
        """The result with what the awaited stages add; CancelledError where ``run`` was stopped.

        A stage that fails is told of in the reasons and listed as lost; the others go on.
        """
        done, reasons = list(first.done), list(first.reasons)
        lost: list[PackageStage] = []
        for number, stage in enumerate(first.awaited):
            tell(_STEPS[stage], number / len(first.awaited))
            why = self._why_not(stage)
            if number == 0:
                self.meanwhile()
            (lost if why else done).append(stage)
            reasons += [why] if why else []
        finders = {PackageStage.DETECT, PackageStage.CALCIFY}
        status = ViewStatus.FLAGGED if reasons else first.status
        return replace(
            first,
            status=status if finders & set(done) else ViewStatus.FAILED,
            reasons=tuple(reasons),
            proposals=self.found,
            done=tuple(done),
            awaited=(),
            lost=tuple(lost),
            composition=self.composition,
        )

    def _why_not(self, stage: PackageStage) -> str:
        """Carry a stage out; why it could not be done, empty where it was."""
        if not self.crew.able(self.opened.view, stage):
            return self.crew.refusal(self.opened.view, stage)
        steps = {
            PackageStage.CALCIFY: self._calcify,
            PackageStage.CONTOUR: self._outline,
            PackageStage.CLASSIFY: self._judge,
        }
        try:
            steps[stage]()
        except CancelledError:
            raise
        except FourviewError as error:
            return not_done(stage, str(error))
        except MemoryError:
            return not_done(stage, "there was not enough memory")
        return ""

    def _calcify(self) -> None:
        opened, packages = self.opened, self.crew.able(self.opened.view, PackageStage.CALCIFY)
        marks = []
        for package in packages:
            system: CalcifySystem = self.crew.system(package, make_calcifier)
            marks.append(system.calcify(opened.image, self.run))
        self.found += proposals(opened.view, fuse(marks), packages, self.crew.packages, opened.seen)

    def _outline(self) -> None:
        package = self.crew.able(self.opened.view, PackageStage.CONTOUR)[0]
        system: ContourSystem = self.crew.system(package, make_contourer)
        kinds = package.manifest.kinds or _OUTLINED
        outlines: dict[int, Contour] = {}
        for place, box in self._wanted(kinds, MOST_OUTLINED):
            outlined = system.contour(self.opened.image, box, self.run)
            if outlined is not None:
                outlines[place] = outlined.contour
        self.found = tuple(
            _outlined(one, outlines[place]) if place in outlines else one
            for place, one in enumerate(self.found)
        )

    def _judge(self) -> None:
        package = self.crew.able(self.opened.view, PackageStage.CLASSIFY)[0]
        system: ClassifySystem = self.crew.system(package, make_classifier)
        places = [place for place, _ in self._wanted(package.manifest.kinds, MOST_JUDGED)]
        marks = tuple(_mark(self.found[place]) for place in places)
        said = system.classify(self.opened.image, marks, self.run) if marks else ()
        composition = dict(system.composition(self.opened.image, self.run))
        by_place = dict(zip(places, said, strict=True))
        self.found = tuple(
            _judged(one, by_place.get(place)) for place, one in enumerate(self.found)
        )
        self.composition = composition

    def _wanted(self, kinds: Sequence[FindingKind], most: int) -> Iterator[tuple[int, Box]]:
        """Places among ``found``, with their boxes, of marks near or above their threshold.

        kinds: empty for all. The first are those that stand highest above it.
        """
        near = [
            (place, box)
            for place, one in enumerate(self.found)
            if one.reaches(MARGIN)
            and (not kinds or one.finding.kind in kinds)
            and (box := one.finding.geometries[0].box) is not None
        ]
        near.sort(key=lambda pair: -self.found[pair[0]].share)
        yield from near[:most]


def _mark(one: Proposal) -> RawMark:
    place = one.finding.geometries[0]
    if place.box is None:  # none is wanted without
        raise TypeError("a proposal has a box")
    return RawMark(place.box, one.score, one.finding.kind, place.contour, place.mask)


def _outlined(one: Proposal, contour: Contour) -> Proposal:
    """With a contour beside its box; its inside is no mask, as a reader edits the contour alone."""
    place = replace(one.finding.geometries[0], contour=contour)
    return replace(one, finding=replace(one.finding, geometries=(place,)))


def _judged(one: Proposal, said: Judged | None) -> Proposal:
    if said is None:
        return one
    finding = replace(
        one.finding,
        malignancy=said.malignancy,
        assessment=said.assessment,
        descriptors=said.descriptors,
    )
    return replace(one, finding=finding)

"""From a path to a picture of the hung study: scan, choose, open, plan, compose, write."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import cv2

from app.cli.scanning import scan_with_progress
from app.exams import Exams, choose_exams
from app.protocols import find_protocol
from app.writing import replace_file
from domain.errors import BadInputError, FourviewError
from domain.finding import Finding
from domain.geometry import ImageSize
from domain.study import FileProblem, Flag, ImageRef
from imaging.grey.polarity import polarity_doubts
from imaging.loader import LoadedImage, load_study
from imaging.scanning.scan import ScanResult
from imaging.slots import assign_slots
from viewing.hanging.choosing import Chosen, usable_steps
from viewing.hanging.compose import AirMask, Ornaments, compose
from viewing.hanging.evidence import PixelEvidence
from viewing.hanging.labels import lost_files
from viewing.hanging.plan import HangingPlan, PaneRequest, first_frame, plan_hanging
from viewing.hanging.protocol import Protocol
from viewing.pane_images import evidence_and_air, pane_image

DEFAULT_SCREEN = ImageSize(rows=1600, columns=2560)


@dataclass(frozen=True)
class RenderRequest:
    """What to render. step: id of a step, ``None`` for the first that has something to show."""

    path: Path
    out: Path
    protocol: str = "screening"
    step: str | None = None
    study: str | None = None
    screen: ImageSize = DEFAULT_SCREEN
    screen_mm: float | None = None
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class RenderReport:
    """What was drawn, and what a reader must not take for absent.

    failures: images that could not be opened. problems: faulty files found while scanning.
    unplaced: how many of the exam's images this step doesn't show. flags: of study and scan.
    """

    chosen: Chosen
    plan: HangingPlan
    failures: Mapping[ImageRef, FourviewError] = field(default_factory=dict)
    problems: tuple[FileProblem, ...] = ()
    unplaced: int = 0
    flags: tuple[Flag, ...] = ()


def render_study(request: RenderRequest) -> RenderReport:
    """Draw one step of the hung study and write it as PNG.

    Raises BadInputError where nothing could be opened, or a protocol, step or study is unknown;
    an existing picture is replaced only by a whole new one.
    """
    protocol = find_protocol(request.protocol)
    found = scan_with_progress(request.path)
    _protect_inputs(request.out, found)
    exams = choose_exams(found.studies, request.study, str(request.path))
    chosen = _choose(protocol, exams, request)
    opened, failures = _open(chosen, str(request.path))
    measured = {ref: _measured(chosen, ref, image) for ref, image in opened.items()}
    evidence = {ref: seen for ref, (seen, _) in measured.items()}
    plan = _plan(chosen, request, opened, evidence)
    panes = {ref: pane_image(image, measured[ref][1]) for ref, image in opened.items()}
    problems = (*exams.current.problems, *found.problems)
    ornaments = Ornaments(
        request.findings,
        failures={ref: str(error) for ref, error in failures.items()},
        where_missing=lost_files(len(problems)),
    )
    picture = compose(plan, panes, ornaments)
    _, encoded = cv2.imencode(".png", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))
    replace_file(request.out, encoded.tobytes())
    unplaced = len(exams.current.views) - sum(
        pane.view in exams.current.views for pane in _requests(chosen)
    )
    flags = (*exams.current.flags, *found.flags)
    return RenderReport(chosen, plan, failures, problems, unplaced, flags)


def _protect_inputs(out: Path, found: ScanResult) -> None:
    """A picture never takes the place of a mammogram."""
    if out.suffix.lower() != ".png":
        raise BadInputError("is no .png file", where=str(out), remedy="Name the picture X.png")
    inputs = {view.ref.path for study in found.studies for view in study.views}
    if out.exists() and any(out.samefile(path) for path in inputs if Path(path).exists()):
        raise BadInputError(
            "is one of the images to be shown and is left alone",
            where=str(out),
            remedy="Give another file to --out",
        )


def _requests(chosen: Chosen) -> list[PaneRequest]:
    return [request for row in chosen.rows for request in row]


def _measured(chosen: Chosen, ref: ImageRef, image: LoadedImage) -> tuple[PixelEvidence, AirMask]:
    views = (request.view for request in _requests(chosen) if request.view)
    position = next(view.position for view in views if view.ref == ref)
    return evidence_and_air(image, position.family if position else None)


def _choose(protocol: Protocol, exams: Exams, request: RenderRequest) -> Chosen:
    studies = (exams.current, *exams.priors)
    slots = [assign_slots(study.views) for study in studies]
    days = [study.studied for study in studies]
    usable = usable_steps(protocol, slots, request.screen, days=days)
    if request.step is None:
        if not usable:
            raise BadInputError(
                f"no step of {protocol.id} has anything to show", where=str(request.path)
            )
        return usable[0]
    matching = [one for one in usable if one.step.id == request.step]
    if not matching:
        known = ", ".join(one.step.id for one in usable)
        raise BadInputError(
            f"{protocol.id} has no step {request.step} that this study could fill",
            where=str(request.path),
            remedy=f"There are: {known}",
        )
    return matching[0]


def _open(
    chosen: Chosen, where: str
) -> tuple[dict[ImageRef, LoadedImage], dict[ImageRef, FourviewError]]:
    views = {request.view.ref: request.view for request in _requests(chosen) if request.view}
    frames = {ref: first_frame(view) for ref, view in views.items()}
    opened: dict[ImageRef, LoadedImage] = {}
    failures: dict[ImageRef, FourviewError] = {}
    for ref, outcome in load_study(list(views), frames=frames):
        if isinstance(outcome, LoadedImage):
            opened[ref] = outcome
        else:
            failures[ref] = outcome
    if not opened:
        first = next(iter(failures.values()))
        raise BadInputError(f"no image could be opened: {first}", where=where)
    return opened, failures


def _plan(
    chosen: Chosen,
    request: RenderRequest,
    opened: Mapping[ImageRef, LoadedImage],
    evidence: Mapping[ImageRef, PixelEvidence],
) -> HangingPlan:
    """The plan, with what opening an image showed to be odd added to its view's flags."""
    rows = [[_flagged(pane, opened) for pane in row] for row in chosen.rows]
    return plan_hanging(rows, request.screen, chosen.step.size, evidence, request.screen_mm)


def _flagged(pane: PaneRequest, opened: Mapping[ImageRef, LoadedImage]) -> PaneRequest:
    if pane.view is None or pane.view.ref not in opened:
        return pane
    image = opened[pane.view.ref]
    doubts = polarity_doubts(image.grey, image.pyramid.levels[-1])
    flags = dict.fromkeys((*pane.view.flags, *image.flags, *doubts))
    return replace(pane, view=replace(pane.view, flags=tuple(flags)))

"""From a path to a picture of the hung study: scan, choose, open, plan, compose, write."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import cv2

from app.cli.exams import Exams, choose_exams
from app.cli.pane_images import evidence_and_air, pane_image
from app.cli.scanning import scan_with_progress
from app.protocols import find_protocol
from app.writing import replace_file
from domain.errors import BadInputError, FourviewError
from domain.finding import Finding
from domain.geometry import ImageSize
from domain.study import ImageRef
from imaging.loader import LoadedImage, load_study
from imaging.slots import assign_slots
from viewing.hanging.choosing import Chosen, usable_steps
from viewing.hanging.compose import Ornaments, compose
from viewing.hanging.evidence import PixelEvidence
from viewing.hanging.plan import HangingPlan, plan_hanging
from viewing.hanging.protocol import Protocol

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
    """What was drawn, and what could not be opened (by file, with the reason)."""

    chosen: Chosen
    plan: HangingPlan
    failures: Mapping[ImageRef, FourviewError] = field(default_factory=dict)


def render_study(request: RenderRequest) -> RenderReport:
    """Draw one step of the hung study and write it as PNG.

    Raises BadInputError where nothing could be opened, or a protocol, step or study is unknown;
    an existing picture is replaced only by a whole new one.
    """
    protocol = find_protocol(request.protocol)
    found = scan_with_progress(request.path)
    exams = choose_exams(found.studies, request.study, str(request.path))
    chosen = _choose(protocol, exams, request)
    opened, failures = _open(chosen, str(request.path))
    measured = {ref: evidence_and_air(image) for ref, image in opened.items()}
    evidence = {ref: seen for ref, (seen, _) in measured.items()}
    plan = _plan(chosen, request, evidence)
    panes = {ref: pane_image(image, measured[ref][1]) for ref, image in opened.items()}
    reasons = {ref: str(error) for ref, error in failures.items()}
    picture = compose(plan, panes, Ornaments(request.findings, failures=reasons))
    _, encoded = cv2.imencode(".png", cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))
    replace_file(request.out, encoded.tobytes())
    return RenderReport(chosen, plan, failures)


def _choose(protocol: Protocol, exams: Exams, request: RenderRequest) -> Chosen:
    slots = [assign_slots(study.views) for study in (exams.current, *exams.priors)]
    usable = usable_steps(protocol, slots, request.screen)
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
    wanted = [request.view.ref for row in chosen.rows for request in row if request.view]
    opened: dict[ImageRef, LoadedImage] = {}
    failures: dict[ImageRef, FourviewError] = {}
    for ref, outcome in load_study(list(dict.fromkeys(wanted))):
        if isinstance(outcome, LoadedImage):
            opened[ref] = outcome
        else:
            failures[ref] = outcome
    if not opened:
        first = next(iter(failures.values()))
        raise BadInputError(f"no image could be opened: {first}", where=where)
    return opened, failures


def _plan(
    chosen: Chosen, request: RenderRequest, evidence: Mapping[ImageRef, PixelEvidence]
) -> HangingPlan:
    return plan_hanging(chosen.rows, request.screen, chosen.step.size, evidence, request.screen_mm)

"""``fourview render``: the hung study as a picture, by the code that paints the window."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from app.cli.findings_file import read_findings
from app.cli.printing import safe
from app.cli.rendering import RenderReport, RenderRequest, render_study
from domain.errors import BadInputError
from domain.geometry import ImageSize
from viewing.hanging.plan import PanePlan

MOST_SIDE = 16_384


def render(  # noqa: PLR0917 - typer reads options from parameters
    path: Annotated[Path, typer.Argument(help="A folder, DICOMDIR, zip or single file.")],
    out: Annotated[Path, typer.Option("--out", help="The PNG to write.")],
    protocol: Annotated[
        str, typer.Option("--protocol", help="A shipped protocol's name, or a .toml file.")
    ] = "screening",
    step: Annotated[
        str | None, typer.Option("--step", help="A step's id; else the first with an image.")
    ] = None,
    size: Annotated[str, typer.Option("--size", help="Width x height in pixels.")] = "2560x1600",
    study: Annotated[
        str | None, typer.Option("--study", help="Study Instance UID, where there are several.")
    ] = None,
    screen_mm: Annotated[
        float | None, typer.Option("--screen-mm", min=0.01, max=10, help="mm of a screen pixel.")
    ] = None,
    findings: Annotated[
        Path | None, typer.Option("--findings", help="A JSON list of findings to draw.")
    ] = None,
) -> None:
    """Hang a study and write it as a picture. Says what hangs where, and what is odd."""
    marks = read_findings(findings) if findings else ()
    screen = parse_size(size)
    request = RenderRequest(path, out, protocol, step, study, screen, screen_mm, marks)
    report = render_study(request)
    _print(report, out)


def parse_size(text: str) -> ImageSize:
    """Read ``2560x1600``, width first. Raises BadInputError for anything else."""
    match = re.fullmatch(r"(\d{1,6})\s*x\s*(\d{1,6})", text.strip().lower())
    width, height = (int(part) for part in match.groups()) if match else (0, 0)
    if not (64 <= width <= MOST_SIDE and 64 <= height <= MOST_SIDE):
        raise BadInputError(
            f"--size {text} is no picture size",
            remedy=f"Give width x height, 64 to {MOST_SIDE} each, such as 2560x1600",
        )
    return ImageSize(rows=height, columns=width)


def _print(report: RenderReport, out: Path) -> None:
    console = Console(highlight=False, soft_wrap=True)
    plan = report.plan
    console.print(
        f"{safe(str(out))}: {safe(report.chosen.step.title)}, "
        f"{plan.screen.columns}x{plan.screen.rows}"
    )
    for flag in report.flags:
        console.print(f"  [yellow]note: {safe(str(flag))}[/]")
    for pane in plan.panes:
        _print_pane(console, pane)
    for error in report.failures.values():
        console.print(f"  [red]{safe(str(error))}[/]")
    for problem in report.problems:
        console.print(f"  [red]{safe(problem.where)}: {safe(problem.reason)}[/]")
    if report.unplaced:
        console.print(f"  images of this study that this step does not show: {report.unplaced}")


def _print_pane(console: Console, pane: PanePlan) -> None:
    if pane.view is None:
        if pane.title:
            console.print(f"  {safe(pane.title)}: none")
        return
    name = Path(pane.view.ref.member or pane.view.ref.path).name
    console.print(f"  {safe(pane.title)}: {safe(name)}")
    for flag in pane.flags:
        console.print(f"      [yellow]note: {safe(str(flag))}[/]")

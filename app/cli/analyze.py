"""``fourview analyze``: the AI's reading of studies, without a window."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict
from enum import Enum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from annotations.exchange.formats import FORMATS
from app.cli.analysis_formats import check_formats
from app.cli.analysis_readers import InProcess, InWorker, StudyReader
from app.cli.analyzing import (
    AnalyzedStudy,
    StudyOutcome,
    analyze_studies,
    check_out,
    choose_packages,
)
from app.cli.findings_json import NOTICE
from app.cli.printing import safe
from app.cli.scanning import scan_with_progress
from app.writing import replace_file
from domain.study import FileProblem
from imaging.scanning.header_index import cache_folder
from inference.pipeline.results import Progress as Step
from inference.pipeline.results import Stage
from inference.results.store import ResultStore

SUMMARY = "analysis.json"
FAILED = 1


class Device(Enum):
    """What networks run on; auto takes the GPU where one truly works."""

    AUTO = "auto"
    CPU = "cpu"
    CUDA = "cuda"
    OPENVINO = "openvino"
    OPENVINO_BF16 = "openvino-bf16"


def analyze(  # noqa: PLR0917 - typer reads options from parameters
    path: Annotated[Path, typer.Argument(help="A folder, DICOMDIR, zip or single file.")],
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Made if missing.")],
    package: Annotated[
        str | None, typer.Option("--package", help="ID, ID@VERSION or folder; else the active.")
    ] = None,
    device: Annotated[Device, typer.Option("--device", help="What networks run on.")] = Device.AUTO,
    threshold: Annotated[
        float | None,
        typer.Option(
            "--threshold", min=0, max=1, help="Of the first package; others move along. Else own."
        ),
    ] = None,
    in_process: Annotated[
        bool, typer.Option("--in-process", help="Without a worker process, to look for faults.")
    ] = False,
    also: Annotated[
        list[str] | None,
        typer.Option("--format", metavar="FORMAT", help=f"Also as: {', '.join(FORMATS)}."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> int:
    """Read all studies with the AI: findings.json and pictures with the marks, a folder a study.

    What an earlier run finished is not read again. Research use only, not a medical device.
    """
    forms = tuple(dict.fromkeys(also or ()))
    check_formats(forms)
    packages = choose_packages(package, threshold)
    found = scan_with_progress(path)
    check_out(path, out)
    done: list[AnalyzedStudy] = []
    studies = [study for study in found.studies if study.views]
    problems = (*found.problems, *(one for study in found.studies for one in study.problems))
    console = Console(stderr=True, highlight=False)
    with (
        closing(_reader(console, device, in_process=in_process)) as reader,
        _bar(console, len(studies), done) as report,
    ):
        for one in analyze_studies(studies, packages, reader, out, report, also=forms):
            done.append(one)
            _keep_summary(out, done, problems)
    if as_json:
        typer.echo(json.dumps(_summary(done, problems), indent=1))
    else:
        _print(out, done, problems)
    lost = any(one.outcome in (StudyOutcome.FAILED, StudyOutcome.PARTLY) for one in done)
    return FAILED if lost else 0


def _reader(console: Console, device: Device, *, in_process: bool) -> StudyReader:
    cache = cache_folder()
    store = ResultStore(cache / "results")
    if in_process:
        return InProcess(cache / "pixels", device.value, store)
    return InWorker(
        cache / "pixels", device.value, store, lambda said: console.print(f"note: {safe(said)}")
    )


@contextmanager
def _bar(
    console: Console, total: int, done: Sequence[AnalyzedStudy]
) -> Iterator[Callable[[str, Step], None]]:
    """A progress bar over all studies, on a terminal alone."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
    )
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task("Starting", total=max(1, total))

        def report(_study: str, step: Step) -> None:
            what = f"Study {len(done) + 1} of {total}: {step.stage.value}"
            share = 1.0 if step.stage is Stage.DONE and not step.view else step.share
            bar.update(task, description=what, completed=len(done) + share)

        yield report


def _keep_summary(
    out: Path, done: Sequence[AnalyzedStudy], problems: Sequence[FileProblem]
) -> None:
    told = json.dumps(_summary(done, problems), indent=1) + "\n"
    replace_file(out / SUMMARY, told.encode())


def _summary(done: Sequence[AnalyzedStudy], problems: Sequence[FileProblem]) -> dict[str, object]:
    rows = [asdict(one) | {"outcome": one.outcome.value} for one in done]
    return {"notice": NOTICE, "studies": rows, "problems": [asdict(one) for one in problems]}


def _print(out: Path, done: Sequence[AnalyzedStudy], problems: Sequence[FileProblem]) -> None:
    console = Console(highlight=False, soft_wrap=True)
    for one in done:
        what = f"{safe(one.study)}: {one.outcome.value}"
        if one.folder:
            score = "nothing could be read" if one.case_score is None else f"{one.case_score:.2f}"
            what += f", findings: {one.findings}, highest score: {score}, {safe(one.folder)}"
        console.print(what)
        if one.reason:
            console.print(f"  [yellow]{safe(one.reason)}[/]")
    for problem in problems:
        console.print(f"  [red]{safe(problem.where)}: {safe(problem.reason)}[/]")
    console.print(f"{safe(str(out))}: {NOTICE}")

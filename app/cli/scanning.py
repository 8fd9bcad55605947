"""Scanning for the command line: progress on a terminal, and an error where nothing opened."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from domain.errors import BadInputError
from imaging.scanning.header_index import HeaderIndex
from imaging.scanning.scan import ScanProgress, ScanResult, scan


def scan_with_progress(path: Path) -> ScanResult:
    """Scan a path. Raises BadInputError where not one image could be opened, with the reason."""
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("Reading headers", total=None)

        def show(progress: ScanProgress) -> None:
            bar.update(task, total=progress.total, completed=progress.done)

        result = scan(path, progress=show, index=HeaderIndex())
    if any(study.views for study in result.studies):
        return result
    raise BadInputError(_why_nothing(result), where=str(path), remedy=_remedy(result))


def _why_nothing(result: ScanResult) -> str:
    problems = (*result.problems, *(one for study in result.studies for one in study.problems))
    if len(problems) == 1:
        return f"no mammogram could be opened: {problems[0].reason}"
    if problems:
        return f"no mammogram could be opened, {len(problems)} files are faulty, first: " + (
            problems[0].reason
        )
    return f"holds no mammogram ({result.foreign} other files)"


def _remedy(result: ScanResult) -> str:
    if result.foreign and not result.problems:
        return "Give a folder, DICOMDIR, zip or file with mammograms"
    return ""

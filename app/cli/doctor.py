"""``fourview doctor``: what this installation can do."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from app.cli.doctor_checks import Check, Health, all_checks
from app.cli.doctor_models import model_checks
from app.cli.printing import safe
from app.cli.self_test import run_self_test

_MARKS = {Health.OK: "[green]ok[/]", Health.LACKING: "[yellow]--[/]", Health.BROKEN: "[red]!![/]"}


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    self_test: Annotated[
        bool, typer.Option("--self-test", help="Also write, scan, open and hang a demo study.")
    ] = False,
) -> int:
    """Tell what this installation can do: codecs, providers, store, display."""
    checks = [*all_checks(), *model_checks()]
    if self_test:
        with tempfile.TemporaryDirectory(prefix="fourview-") as folder:
            checks.append(run_self_test(Path(folder)))
    broken = any(check.health is Health.BROKEN for check in checks)
    if as_json:
        rows = [{**asdict(check), "health": check.health.value} for check in checks]
        typer.echo(json.dumps({"usable": not broken, "checks": rows}, indent=1))
    else:
        _print(checks)
    return 1 if broken else 0


def _print(checks: Sequence[Check]) -> None:
    console = Console(highlight=False, soft_wrap=True)
    area = ""
    for check in checks:
        if check.area != area:
            area = check.area
            console.print(f"[bold]{area}[/]")
        line = f"  {_MARKS[check.health]}  {safe(check.name)}: {safe(check.detail)}"
        console.print(line + (f"; cure: {safe(check.cure)}" if check.cure else ""))

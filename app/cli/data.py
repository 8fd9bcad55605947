"""``fourview data``: what downloaded data sets hold, and what is odd about them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from app.cli.printing import safe

if TYPE_CHECKING:
    from training.data.checking import Report

data = typer.Typer(help="Data sets for training and evaluation.", no_args_is_help=True)

_SHOWN = 5
"""Oddities of one sort that are printed; JSON has all."""


@data.callback()
def _only_subcommands() -> None:
    """Keeps ``check`` a command of its own while it is the only one."""


@data.command()
def check(
    path: Annotated[Path, typer.Argument(help="A data set's folder.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Tell which data set a folder holds, how much, and what is missing or odd in it."""
    from training.data.checking import check_folder  # noqa: PLC0415 - slow to import

    report = check_folder(path)
    if as_json:
        typer.echo(json.dumps(report.to_json(), indent=1, ensure_ascii=False))
    else:
        _print(Console(highlight=False, soft_wrap=True), report)


def _print(console: Console, report: Report) -> None:
    console.print(f"[bold]{safe(report.layout)}[/]  {safe(report.title)}")
    console.print(
        f"  {report.patients} patients, {report.images} images, "
        f"{report.empty} of them without findings"
    )
    for kind, count in report.findings.items():
        console.print(f"  {count} {safe(kind)}")
    console.print(f"  {report.masks} findings have a mask")
    if report.rejected:
        console.print(f"  {report.rejected} rejected marks, as hard negatives")
    told = ", ".join(f"{count} {name}" for name, count in report.splits.items())
    console.print(f"  images by the makers' split: {safe(told)}")
    if not report.oddities:
        console.print("[green]nothing is missing or odd[/]")
    for what, found in report.by_sort.items():
        console.print(f"[yellow]{len(found)} x {safe(what)}[/]")
        for one in found[:_SHOWN]:
            detail = f": {one.detail}" if one.detail else ""
            console.print(f"    {safe(one.where)}{safe(detail)}")
        if len(found) > _SHOWN:
            console.print(f"    and {len(found) - _SHOWN} more; --json lists all")

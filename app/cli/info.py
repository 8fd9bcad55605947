"""``fourview info``: the studies found, and what is wrong with them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from app.cli.info_record import scan_record
from app.cli.printing import safe
from app.cli.scanning import scan_with_progress
from domain.study import PresentationIntent


def info(
    path: Annotated[Path, typer.Argument(help="A folder, DICOMDIR, zip or single file.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    patient: Annotated[
        bool, typer.Option("--patient", help="Also print name and identifier of the patient.")
    ] = False,
) -> None:
    """Tell which studies are there: views, laterality, spacing and its source, codec, faults."""
    record = scan_record(scan_with_progress(path), with_patient=patient)
    if as_json:
        typer.echo(json.dumps(record, indent=1, ensure_ascii=False))
    else:
        _print(record)


def _print(record: dict[str, Any]) -> None:
    console = Console(highlight=False, soft_wrap=True)
    for study in record["studies"]:
        _print_study(console, study)
    if record["problems"]:
        console.print("[bold]Could not be opened[/]")
        _print_problems(console, record["problems"])
    for flag in record["flags"]:
        console.print(f"[yellow]note: {safe(flag)}[/]")
    if record["foreign_files"]:
        console.print(f"other files passed over: {record['foreign_files']}")


def _print_study(console: Console, study: dict[str, Any]) -> None:
    title = " ".join(part for part in (study["date"], study["description"]) if part)
    console.print(f"[bold]Study {safe(title or 'without date')}[/]  {safe(study['uid'])}")
    if who := study.get("patient"):
        parts = (who["name"], who["id"], who["birth_date"])
        console.print("  patient: " + safe(", ".join(part for part in parts if part)))
    for flag in study["flags"]:
        console.print(f"  [yellow]note: {safe(flag)}[/]")
    for view in study["views"]:
        _print_view(console, view)
    _print_problems(console, study["problems"])


def _print_view(console: Console, view: dict[str, Any]) -> None:
    facts = [
        view["kind"],
        view["intent"].lower() if view["intent"] != PresentationIntent.UNSTATED.value else "",
        f"{view['rows']}x{view['columns']}",
        f"{view['bits_stored']} bit",
        f"{view['frames']} frames" if view["frames"] > 1 else "",
        view["transfer_syntax"],
    ]
    name = Path(view["file"]).name
    listed = ", ".join(fact for fact in facts if fact)
    console.print(f"  [bold]{safe(view['view'])}[/]  {safe(name)}: {safe(listed)}")
    slot = f"fills {view['slot']}" if view["slot"] and view["rank"] == 0 else "fills no slot"
    made_by = (view["vendor"], view["model"])
    lines = [
        f"{slot}: {view['slot_reason']}",
        f"spacing: {_spacing(view)}",
        f"taken with: {' '.join(part for part in made_by if part)}" if any(made_by) else "",
        f"windows: {', '.join(view['windows']) or 'none'}",
        *(f"because: {reason}" for reason in view["reasons"]),
    ]
    for line in filter(None, lines):
        console.print(f"      {safe(line)}")
    for flag in view["flags"]:
        console.print(f"      [yellow]note: {safe(flag)}[/]")


def _spacing(view: dict[str, Any]) -> str:
    if view["spacing_mm"] is None:
        return "unknown, so no millimetres"
    row, column = view["spacing_mm"]
    size = f"{row:.4g} mm" if row == column else f"{row:.4g} x {column:.4g} mm"
    return f"{size}, from {view['spacing_source']}"


def _print_problems(console: Console, problems: list[dict[str, str]]) -> None:
    for problem in problems:
        console.print(f"  {safe(problem['file'])}: [red]{safe(problem['reason'])}[/]")

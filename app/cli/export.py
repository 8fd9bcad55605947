"""``fourview export``: findings for other programs, and what their formats can't carry."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from annotations.document.document import Document
from annotations.exchange.anonymous.anonymising import Anonymiser
from annotations.exchange.anonymous.pseudonyms import Pseudonyms, own_key
from annotations.exchange.format import Loss
from annotations.exchange.formats import FORMATS
from annotations.exchange.gathering import gathered, kept_readings, with_classes
from annotations.exchange.neutral import Exchange, ExchangeReading
from annotations.exchange.pictures import shown_pictures
from annotations.keeping.folders import readings_folder
from app.cli.findings_file import findings_of
from app.cli.findings_json import read_findings_file
from app.cli.printing import safe
from app.cli.scanning import scan_with_progress
from app.writing import replace_file
from domain.errors import BadInputError

LOSSES = "losses.json"


def export(  # noqa: PLR0917 - typer reads options from parameters
    source: Annotated[
        Path | None,
        typer.Argument(help="A folder of readings, or a findings.json; else your own readings."),
    ] = None,
    form: Annotated[
        str, typer.Option("--format", metavar="FORMAT", help=", ".join(FORMATS))
    ] = "json",
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="A new or empty folder.")
    ] = None,
    images: Annotated[
        Path | None, typer.Option("--images", help="Where the studies' images lie.")
    ] = None,
    with_images: Annotated[
        bool, typer.Option("--with-images", help="Write the images too, as PNG.")
    ] = False,
    anonymize: Annotated[
        bool, typer.Option("--anonymize", help="Under other names, without free text.")
    ] = False,
) -> int:
    """Write findings in another format, and list what it can't carry (losses.json)."""
    chosen = FORMATS.get(form)
    if chosen is None:
        raise BadInputError(
            f"no format is called {form!r}", remedy=f"There are: {', '.join(FORMATS)}"
        )
    if out is None:
        raise BadInputError("--out is missing", remedy="Name a folder that is new or empty")
    if images is None and (chosen.needs_study or with_images):
        raise BadInputError(
            f"{form} needs the studies' images", remedy="Give their folder with --images"
        )
    studies = scan_with_progress(images).studies if images is not None else ()
    exchange = gathered(_readings(source or readings_folder()), studies)
    if chosen.needs_study:
        exchange = with_classes(exchange)
    losses: tuple[Loss, ...] = ()
    if anonymize:
        names = Pseudonyms(own_key(readings_folder().parent))
        exchange, losses = Anonymiser(names).anonymised(exchange)
    folder = _empty(out)
    pictures = shown_pictures(clean=anonymize) if with_images else None
    losses += chosen.write(exchange, folder, pictures)
    told = [{"what": one.aspect.value, "count": one.count, "why": one.why} for one in losses]
    replace_file(folder / LOSSES, (json.dumps(told, indent=1) + "\n").encode())
    _print(out, exchange, losses)
    return 0


def _readings(source: Path) -> tuple[ExchangeReading, ...]:
    if source.is_dir():
        return kept_readings(source)
    file = read_findings_file(source)
    return (ExchangeReading("", Document(file.study, findings_of(file))),)


def _empty(out: Path) -> Path:
    try:
        out.mkdir(parents=True, exist_ok=True, mode=0o700)
        there = next(out.iterdir(), None)
    except OSError as error:
        raise BadInputError(f"can't be used ({error.strerror})", where=str(out)) from error
    if there is not None:
        raise BadInputError("is not empty", where=str(out), remedy="Give --out a new folder")
    return out


def _print(out: Path, exchange: Exchange, losses: tuple[Loss, ...]) -> None:
    console = Console(highlight=False, soft_wrap=True)
    findings = sum(len(one.document.findings) for one in exchange.readings)
    console.print(
        f"{safe(str(out))}: {len(exchange.readings)} readings, {findings} findings, "
        f"{len(exchange.images)} images"
    )
    for loss in losses:
        console.print(f"  [yellow]not carried: {safe(str(loss))}[/]")
    if not losses:
        console.print("  nothing was lost")

"""``fourview export``: findings for other programs, and what their formats can't carry."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from annotations.document.document import Document
from annotations.exchange.format import ExchangeFormat
from annotations.exchange.formats import FORMATS
from annotations.exchange.gathering import kept_readings
from annotations.exchange.neutral import ExchangeReading
from annotations.keeping.begun_from import is_behind
from annotations.keeping.folders import readings_folder
from annotations.keeping.left_behind import readings_in
from app.cli.archive import OWN, account, archive_begun, note_down, open_archive, warn
from app.cli.findings_file import findings_of
from app.cli.findings_json import read_findings_file
from app.cli.printing import safe
from app.cli.scanning import scan_with_progress
from app.presenters.exchanging.orders import Exported, ExportOrder
from domain.errors import BadInputError
from domain.study import Study


def export(  # noqa: PLR0917 - typer reads options from parameters
    source: Annotated[
        Path | None,
        typer.Argument(help="A folder of readings, or a findings.json; else the archive."),
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
    archive: Annotated[
        str | None,
        typer.Option("--archive", metavar="URL", help="Out of this archive; else the usual one."),
    ] = None,
    readings: Annotated[
        Path | None,
        typer.Option("--readings", metavar="DIR", help="Out of this folder of readings."),
    ] = None,
    submitted: Annotated[
        bool, typer.Option("--submitted", help="Of an archive: submitted readings alone.")
    ] = False,
) -> int:
    """Write findings in another format, and list what it can't carry (losses.json)."""
    from app.presenters.exchanging.exporting import format_named  # noqa: PLC0415 - no database yet

    chosen = format_named(form)
    if out is None:
        raise BadInputError("--out is missing", remedy="Name a folder that is new or empty")
    if sum(one is not None for one in (source, archive, readings)) > 1:
        raise BadInputError("there are two sources", remedy="Name one: path, archive or readings")
    source = source or readings
    if source is None and archive is None:
        archive = OWN if archive_begun() else None
    if archive is None:
        _check_images(chosen, images, with_images=with_images)
        if submitted:
            raise BadInputError("--submitted is for archives", remedy="Give --archive too")
    studies = scan_with_progress(images).studies if images is not None else ()
    key = readings_folder().parent if anonymize else None
    order = ExportOrder(form, out, key, with_images, submitted=submitted, by=account())
    if archive is None:
        done = _from_files(source, order, studies)
    else:
        done = _from_archive(archive, order, studies)
    _print(done)
    return 0


def _from_archive(url: str, order: ExportOrder, studies: tuple[Study, ...]) -> Exported:
    """All that is kept, also where readers read blind: whoever can type this can open the file."""
    from app.presenters.exchanging.exporting import export_archived  # noqa: PLC0415 - see above

    if url == OWN:
        _tell_behind()
    with open_archive(url) as opened:
        return export_archived(opened, order, studies)


def _tell_behind() -> None:
    """Of readings on this computer that the archive may lack, which an export would then lack."""
    count = sum(map(is_behind, readings_in(readings_folder())))
    if count:
        told = "1 reading on this computer" if count == 1 else f"{count} readings on this computer"
        warn(
            f"{told} may say more than the archive does; open the window once to add it, or "
            "export the files with --readings"
        )


def _from_files(source: Path | None, order: ExportOrder, studies: tuple[Study, ...]) -> Exported:
    from app.presenters.exchanging.exporting import note_export, written  # noqa: PLC0415

    folder = source or readings_folder()
    done = written(_readings(folder), studies, order)
    if folder.resolve() == readings_folder().resolve():
        note_down(lambda opened: note_export(opened, order, done))
    return done


def _readings(source: Path) -> tuple[ExchangeReading, ...]:
    if source.is_dir():
        return kept_readings(source)
    file = read_findings_file(source)
    return (ExchangeReading("", Document(file.study, findings_of(file))),)


def _check_images(chosen: ExchangeFormat, images: Path | None, *, with_images: bool) -> None:
    if images is None and (chosen.needs_study or with_images):
        raise BadInputError(
            f"{chosen.name} needs the studies' images", remedy="Give their folder with --images"
        )


def _print(done: Exported) -> None:
    console = Console(highlight=False, soft_wrap=True)
    console.print(
        f"{safe(str(done.target))}: {done.readings} readings, {done.findings} findings, "
        f"{done.images} images"
    )
    for loss in done.losses:
        console.print(f"  [yellow]not carried: {safe(str(loss))}[/]")
    if not done.losses:
        console.print("  nothing was lost")

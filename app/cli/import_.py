"""``fourview import``: findings of other programs as readings, all of them or none."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from annotations.exchange.formats import FORMATS
from annotations.exchange.neutral import Exchange
from annotations.exchange.recognising import recognised, to_read
from annotations.exchange.taking_in import read_checked, take_in
from annotations.keeping.folders import readings_folder
from app.cli.archive import OWN, account, archive_begun, note_down, open_archive
from app.cli.printing import safe
from app.cli.scanning import scan_with_progress
from app.presenters.exchanging.orders import ImportOrder
from domain.errors import BadInputError
from domain.study import Study


def import_(  # noqa: PLR0917 - typer reads options from parameters
    path: Annotated[Path, typer.Argument(help="What another program, or export, wrote.")],
    form: Annotated[
        str,
        typer.Option("--format", metavar="FORMAT", help=f"Else it is found; {', '.join(FORMATS)}"),
    ] = "",
    images: Annotated[
        Path | None, typer.Option("--images", help="Where the studies' images lie.")
    ] = None,
    into: Annotated[
        Path | None,
        typer.Option("--readings", "--into", metavar="DIR", help="Into this folder of readings."),
    ] = None,
    reader: Annotated[
        str | None, typer.Option("--reader", help="Whose readings these are to be.")
    ] = None,
    archive: Annotated[
        str | None,
        typer.Option("--archive", metavar="URL", help="Into this archive; else the usual one."),
    ] = None,
) -> int:
    """Check everything first, then keep it as readings; findings of others come as proposals."""
    from app.presenters.exchanging.exporting import format_named  # noqa: PLC0415 - no database yet

    if form:
        format_named(form)
    if not path.exists():
        raise BadInputError("is not there", where=str(path))
    if into is not None and archive is not None:
        raise BadInputError("there are two goals", remedy="Leave out --readings or --archive")
    if into is None and archive is None and archive_begun():
        archive = OWN
    name = form or recognised(path)
    if archive is not None:
        _into_archive(archive, ImportOrder(path, name, images, reader or "", account()))
        return 0
    studies = scan_with_progress(images).studies if images is not None else ()
    _into_files(path, name, studies, into, reader)
    return 0


def _into_files(
    path: Path, form: str, studies: tuple[Study, ...], into: Path | None, reader: str | None
) -> None:
    from app.presenters.exchanging.importing import (  # noqa: PLC0415 - see above
        known_images,
        note_import,
    )

    chosen, name = FORMATS[form], reader or account()
    known = known_images(studies) if studies else Exchange()
    found = read_checked(chosen, to_read(path, form), known, name, rename=reader is not None)
    goal = into or readings_folder()
    made = take_in(found, goal)
    console = Console(highlight=False, soft_wrap=True)
    for one, file in zip(made.readings, made.files, strict=True):
        count = len(one.document.findings)
        console.print(f"{safe(str(file))}: {count} findings, reader {safe(one.reader)}")
    if not made.readings:
        console.print("there was nothing to import")
    elif goal.resolve() == readings_folder().resolve():
        note_down(lambda opened: note_import(opened, account(), form, made.readings))


def _into_archive(url: str, order: ImportOrder) -> None:
    from app.presenters.exchanging.importing import looked_at, taken  # noqa: PLC0415 - see above

    console = Console(highlight=False, soft_wrap=True)
    with open_archive(url) as opened:
        coming = looked_at(order, opened)
        if coming.problems:
            raise BadInputError(coming.problems[0], where=str(order.path))
        arrived = taken(opened, coming, account())
    for one, fate in zip(coming.readings, arrived.fates, strict=True):
        count = len(one.document.findings)
        console.print(
            f"{safe(one.document.study_uid)}: {count} findings, reader {safe(one.reader)}: "
            f"{fate.value}"
        )
    if not coming.readings:
        console.print("there was nothing to import")

"""``fourview import``: findings of other programs as readings, all of them or none."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from annotations.exchange.formats import FORMATS
from annotations.exchange.neutral import Exchange, study_of
from annotations.exchange.taking_in import read_checked, take_in
from annotations.keeping.folders import readings_folder
from app.cli.printing import safe
from app.cli.scanning import scan_with_progress
from domain.errors import BadInputError


def import_(
    path: Annotated[Path, typer.Argument(help="What another program, or export, wrote.")],
    form: Annotated[
        str, typer.Option("--format", metavar="FORMAT", help=", ".join(FORMATS))
    ] = "json",
    images: Annotated[
        Path | None, typer.Option("--images", help="Where the studies' images lie.")
    ] = None,
    into: Annotated[
        Path | None, typer.Option("--into", metavar="DIR", help="Else your own readings.")
    ] = None,
    reader: Annotated[
        str | None, typer.Option("--reader", help="Whose readings these are to be.")
    ] = None,
) -> int:
    """Check everything first, then keep it as readings; findings of others come as proposals."""
    chosen = FORMATS.get(form)
    if chosen is None:
        raise BadInputError(
            f"no format is called {form!r}", remedy=f"There are: {', '.join(FORMATS)}"
        )
    if not path.exists():
        raise BadInputError("is not there", where=str(path))
    known = _known(images)
    name = reader or _account()
    found = read_checked(chosen, path, known, name, rename=reader is not None)
    made = take_in(found, into or readings_folder())
    console = Console(highlight=False, soft_wrap=True)
    for one, file in zip(made.readings, made.files, strict=True):
        count = len(one.document.findings)
        console.print(f"{safe(str(file))}: {count} findings, reader {safe(one.reader)}")
    if not made.readings:
        console.print("there was nothing to import")
    return 0


def _known(images: Path | None) -> Exchange:
    if images is None:
        return Exchange()
    pairs = [study_of(one) for one in scan_with_progress(images).studies]
    return Exchange(
        tuple(study for study, _ in pairs), tuple(one for _, many in pairs for one in many)
    )


def _account() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # an account without a name
        return "reader"

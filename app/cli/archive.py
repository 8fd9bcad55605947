"""``fourview archive``: backup, restore, check, list and audit of what is kept."""

from __future__ import annotations

import getpass
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from app.cli.printing import safe
from domain.errors import FourviewError

if TYPE_CHECKING:  # other commands start without a database
    from archive.archive import Archive
    from archive.database.database import Database

archive = typer.Typer(
    help="What is kept: back up, restore, check, list, move in, audit.", no_args_is_help=True
)

OWN = "own"
"""Stands for the usual archive where none is another choice."""

_FEW = 3
"""Entries of a list that a line of the audit names one by one."""

_Address = Annotated[
    str,
    typer.Option("--archive", metavar="URL", help="sqlite:///FILE or postgresql://SERVER/NAME."),
]
_AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
_Most = Annotated[int, typer.Option("--most", min=1, help="Lines at most.")]


@archive.command()
def backup(
    file: Annotated[Path, typer.Argument(help="A new file; any database is kept in one.")],
    url: _Address = "",
) -> None:
    """Write all that is kept to one file; windows may stay open."""
    from archive.upkeep.backup import back_up  # noqa: PLC0415 - see above

    with open_archive(url) as opened:
        back_up(opened.database, file, account())
    _console().print(f"backed up to {safe(str(file))}")


@archive.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A file that backup wrote.")],
    url: _Address = "",
) -> None:
    """Put a backup in the archive's place; what was there is kept in a file beside it."""
    from archive.upkeep.backup import restore as put_back  # noqa: PLC0415 - see above

    database = _database(url)
    try:
        aside = put_back(database, file, account())
    finally:
        database.close()
    _console().print(f"restored; what was there before is in {safe(str(aside))}")


@archive.command()
def check(
    url: _Address = "",
    repair: Annotated[
        bool, typer.Option("--repair", help="Write the worklist's index anew where it is wrong.")
    ] = False,
    as_json: _AsJson = False,
) -> None:
    """Look through everything that is kept; exit code 1 where something is wrong."""
    from archive.upkeep.checking import check as look_through  # noqa: PLC0415 - see above
    from archive.upkeep.checking import repair_index  # noqa: PLC0415

    with open_archive(url) as opened:
        repaired = repair_index(opened.database) if repair else 0
        problems = look_through(opened.database)
    if as_json:
        typer.echo(json.dumps({"problems": problems, "repaired": repaired}, indent=1))
    else:
        for problem in problems:
            _console().print(f"[red]{safe(problem)}[/]")
        if not problems:
            _console().print("[green]the archive is whole[/]")
    if problems:
        raise typer.Exit(1)


@archive.command("list")
def list_revisions(
    url: _Address = "",
    reader: Annotated[str, typer.Option("--reader", help="Of one reader.")] = "",
    study: Annotated[str, typer.Option("--study", help="Of one Study Instance UID.")] = "",
    most: _Most = 50,
    as_json: _AsJson = False,
) -> None:
    """List revisions of readings, the newest first. Names no patient."""
    from archive.revisions.store import RevisionQuery  # noqa: PLC0415 - see above

    with open_archive(url) as opened:
        found = opened.revisions.listed(RevisionQuery(reader, study, most=most))
    if as_json:
        typer.echo(json.dumps([_plain(asdict(one)) for one in found], indent=1))
        return
    for one in found:
        _console().print(
            f"{one.made:%Y-%m-%d %H:%M:%S}  {safe(one.uid)}  {safe(one.study_uid)}  "
            f"{safe(one.reader)}  {one.state.value}  {one.findings} findings"
        )


@archive.command()
def audit(
    url: _Address = "",
    who: Annotated[str, typer.Option("--who", help="Of one person.")] = "",
    study: Annotated[str, typer.Option("--study", help="About one Study Instance UID.")] = "",
    most: _Most = 50,
    as_json: _AsJson = False,
) -> None:
    """Who opened, changed and exported what, the newest first."""
    from archive.audit import AuditQuery  # noqa: PLC0415 - see above

    with open_archive(url) as opened:
        found = opened.audit.entries(AuditQuery(study_uid=study, who=who, most=most))
    if as_json:
        typer.echo(json.dumps([_plain(asdict(one)) for one in found], indent=1))
        return
    for one in found:
        about = f"  {safe(one.study_uid)}" if one.study_uid else ""
        detail = f"  {safe(json.dumps(_short(one.detail)))}" if one.detail else ""
        _console().print(
            f"{one.at:%Y-%m-%d %H:%M:%S}  {safe(one.who)}  {one.did.value}{about}{detail}"
        )


@archive.command("move-in")
def move_in(
    readings: Annotated[
        Path | None, typer.Option("--readings", help="Folder of readings; the user's own if none.")
    ] = None,
    results: Annotated[
        Path | None, typer.Option("--results", help="Folder of AI results; none if not given.")
    ] = None,
    url: _Address = "",
) -> None:
    """Keep readings and AI results that earlier versions kept as files; the files stay."""
    from annotations.keeping.folders import readings_folder  # noqa: PLC0415 - see above
    from archive.upkeep.moving_in import move_readings_in, move_results_in  # noqa: PLC0415

    with open_archive(url) as opened:
        moved = [move_readings_in(opened, readings or readings_folder(), account())]
        if results is not None:
            moved.append(move_results_in(opened, results, account()))
    console = _console()
    for one in moved:
        for problem in one.problems:
            console.print(f"[yellow]{safe(problem)}[/]")
    console.print(
        f"{sum(one.readings for one in moved)} readings and "
        f"{sum(one.results for one in moved)} AI results moved in, "
        f"{sum(one.known for one in moved)} were there already"
    )
    if any(one.problems for one in moved):
        raise typer.Exit(1)


def open_archive(url: str) -> Archive:
    """The archive at an address, the usual one where it is empty or ``own``. Raises KeptError."""
    from archive.archive import Archive  # noqa: PLC0415 - see above

    opened = Archive.open(usual_archive() if url in ("", OWN) else url)
    if opened.notice:
        warn(opened.notice)
    return opened


def usual_archive() -> str:
    """The address of the archive that the window keeps readings in."""
    from app.settings.store import SettingsStore  # noqa: PLC0415 - see above
    from archive.places import archive_url  # noqa: PLC0415

    return SettingsStore().load().settings.archive.address or archive_url()


def archive_begun() -> bool:
    """Whether there is a usual archive: a file that the window made, or one that was named."""
    from app.settings.store import SettingsStore  # noqa: PLC0415 - see above
    from archive.places import URL_VARIABLE, archive_file  # noqa: PLC0415

    named = SettingsStore().load().settings.archive.address or os.environ.get(URL_VARIABLE)
    return bool(named) or archive_file().exists()


def note_down(deed: Callable[[Archive], object]) -> None:
    """Note a deed in the usual archive, if there is one; where it can't be used, that is told and
    no more.
    """
    if not archive_begun():
        return
    try:
        with open_archive("") as opened:
            deed(opened)
    except FourviewError as error:
        warn(f"not noted in the archive's audit: {error}")


def warn(words: str) -> None:
    """Say something beside the output."""
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    console.print(f"[yellow]{safe(words)}[/]")


def _database(url: str) -> Database:
    """Without looking into it: a damaged one can be restored."""
    from archive.database.database import Database  # noqa: PLC0415 - see above

    return Database(usual_archive() if url in ("", OWN) else url)


def account() -> str:
    """The name of who types."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # an account without a name
        return "unknown"


def _short(detail: Mapping[str, Any]) -> dict[str, Any]:
    """Long lists as how many there are; ``--json`` has them whole."""
    return {
        key: len(value) if isinstance(value, list) and len(value) > _FEW else value
        for key, value in detail.items()
    }


def _plain(record: dict[str, Any]) -> dict[str, Any]:
    """With enums and moments as JSON knows them."""
    return {
        key: getattr(value, "value", None) or getattr(value, "isoformat", lambda v=value: v)()
        for key, value in record.items()
    }


def _console() -> Console:
    return Console(highlight=False, soft_wrap=True)

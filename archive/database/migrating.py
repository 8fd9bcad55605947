"""Brings a database to this version: all steps in one transaction, so never by half."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import SQLAlchemyError

import archive.migrations
from archive.database.database import Database
from archive.errors import (
    DamagedArchiveError,
    KeptError,
    MigrationError,
    NewerArchiveError,
    UnusableArchiveError,
)

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "0001"
"""The newest step; a test holds it against the files."""

STEPS = Path(archive.migrations.__file__).parent
_LOCK = 4041_1895  # one number for all who migrate, in PostgreSQL's room of advisory locks


def bring_up_to_date(database: Database, steps: Path = STEPS, head: str = HEAD) -> bool:
    """Make the tables, or change them to this version's; whether anything was done.

    steps: the folder of Alembic's environment. Raises NewerArchiveError, MigrationError with the
    database as it was, and UnusableArchiveError where it can't be read or written.
    """
    with database.reading() as connection:
        found = version_of(connection, database.where)
    if found == head:
        return False
    return _migrate(database, steps, head)


def version_of(connection: Connection, where: str) -> str:
    """The last step that was taken; empty in a new database.

    Raises DamagedArchiveError where there are tables, but none of ours.
    """
    names = inspect(connection).get_table_names()
    if "alembic_version" not in names:
        if names:
            raise DamagedArchiveError(
                "this is a database of another program's", where=where, remedy="Name another"
            )
        return ""
    return str(connection.scalar(text("SELECT version_num FROM alembic_version")) or "")


def _migrate(database: Database, steps: Path, head: str) -> bool:
    from alembic.util import CommandError  # noqa: PLC0415 - most openings find nothing to do

    try:
        with database.writing() as connection:
            if not database.is_sqlite:
                connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
            found = version_of(connection, database.where)
            if found == head:  # another process was quicker
                return False
            _refuse_newer(found, steps, database.where)
            _keep_copy(database, found)
            _upgrade(connection, steps)
    except UnusableArchiveError as error:
        if isinstance(error.__cause__, SQLAlchemyError) and "refused" in error.what:
            raise _failed(database.where) from error
        raise
    except KeptError:
        raise
    except (CommandError, Exception) as error:
        raise _failed(database.where) from error
    return True


def _upgrade(connection: Connection, steps: Path) -> None:
    from alembic import command  # noqa: PLC0415

    command.upgrade(_config(steps, connection), "head")


def _config(steps: Path, connection: Connection | None = None) -> Config:
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(steps).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def known_steps(steps: Path = STEPS) -> tuple[str, ...]:
    """All steps of a folder, the newest first."""
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    scripts = ScriptDirectory.from_config(_config(steps))
    return tuple(script.revision for script in scripts.walk_revisions())


def _refuse_newer(found: str, steps: Path, where: str) -> None:
    if found and found not in known_steps(steps):
        raise NewerArchiveError(
            f"a newer Fourview made this archive (step {found}, here {HEAD} is the newest)",
            where=where,
            remedy="Open it with that Fourview; it was left as it is",
        )


def _keep_copy(database: Database, found: str) -> None:
    """Of an SQLite file, beside it, before it is changed; servers have their own backups."""
    if database.file is None or not found:
        return
    from archive.database.copying import copy_file  # noqa: PLC0415 - seldom

    copy_file(database.file, database.file.with_name(f"{database.file.name}.step-{found}"))


def _failed(where: str) -> MigrationError:
    return MigrationError(
        "the archive could not be brought to this version of Fourview; it is as it was before",
        where=where,
        remedy="Go on with the Fourview that made it, and tell who looks after it",
    )

"""Carries all rows from one database into another, whatever kind each is."""

from __future__ import annotations

from sqlalchemy import Connection, Table, func, insert, select, text

from archive.database.tables import Base

_AT_ONCE = 500


def carry_rows(source: Connection, target: Connection) -> None:
    """Copy every table into an empty one. Both databases are of this version."""
    for table in Base.metadata.sorted_tables:
        rows = source.execution_options(yield_per=_AT_ONCE).execute(select(table))
        for some in rows.mappings().partitions(_AT_ONCE):
            target.execute(insert(table), [dict(row) for row in some])
        _count_on(target, table)


def empty_tables(connection: Connection) -> None:
    """Take every row out of a PostgreSQL database; the triggers don't hold against this."""
    names = ", ".join(table.name for table in Base.metadata.sorted_tables)
    connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY"))


def _count_on(connection: Connection, table: Table) -> None:
    """PostgreSQL hands out numbers from a sequence that doesn't see inserted ones."""
    if connection.dialect.name != "postgresql" or "id" not in table.columns:
        return
    newest = connection.scalar(select(func.max(table.columns["id"])))
    if newest:
        name = func.pg_get_serial_sequence(table.name, "id")
        connection.execute(select(func.setval(name, newest)))

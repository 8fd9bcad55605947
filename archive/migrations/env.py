"""Alembic runs this: on a connection whose transaction is already begun, and ended elsewhere."""

from __future__ import annotations

from alembic import context

from archive.database.tables import Base

_connection = context.config.attributes["connection"]
context.configure(connection=_connection, target_metadata=Base.metadata)
context.run_migrations()

"""A copy of a SQLite database while it is in use. PostgreSQL has its own tools, which are better."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from monitor.errors import StoreError, StoreUnavailableError, UsageError
from store.database import Database


def back_up(database: Database, target: Path) -> None:
    """Copy one moment of the database to `target`, checked; what was there is replaced only by a whole copy."""
    if not database.is_sqlite:
        raise UsageError(f"{database.where}: back up PostgreSQL with pg_dump")
    part = target.with_name(target.name + ".part")
    try:
        part.unlink(missing_ok=True)
        with database.reading() as connection, closing(sqlite3.connect(part)) as copy:
            source = connection.connection.driver_connection
            assert isinstance(source, sqlite3.Connection)
            source.backup(copy)
            found = copy.execute("PRAGMA quick_check").fetchone()[0]
            if found != "ok":
                raise StoreError(f"{database.where}: the copy is damaged, so the database may be, too ({found})")
        part.replace(target)
    except (OSError, sqlite3.Error) as error:
        raise StoreUnavailableError(f"{target}: the backup cannot be written ({error})") from error

"""One database and its transactions: SQLite set up to be durable, PostgreSQL as it comes. Knows no table.

Every write is one transaction that is on disk when `writing` ends. Reads see one moment of the database.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from monitor.errors import StoreUnavailableError, UsageError
from store.faults import translated

#: How long a write waits for another process; writers of one process queue on a lock instead.
BUSY_TIMEOUT_S = 30
CONNECT_TIMEOUT_S = 10
_MODE_RETRY_S = 0.01
#: Threads that may use the database at once; `asyncio.to_thread` starts at most 32.
POOL_SIZE = 32

_WRITES = "widerhall_writes"


class Database:
    """An engine, and the two ways to use it. Safe to use from many threads."""

    def __init__(self, url: URL) -> None:
        self.is_sqlite = url.drivername.startswith("sqlite")
        #: For messages: without the password.
        self.where = (url.database or "") if self.is_sqlite else url.render_as_string(hide_password=True)
        self.engine = _sqlite_engine(url) if self.is_sqlite else _postgres_engine(url)
        reading: dict[str, Any] = (
            {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        )
        self._reader = self.engine.execution_options(**reading)
        self._writer = self.engine.execution_options(**{_WRITES: True})
        # SQLite has one writer, and waits for it in sleeps that let late comers pass. With 16 threads: 500 writes a
        # second and none over 0.2 s through this lock, 220 and up to 1.8 s without.
        self._one_writer = threading.Lock() if self.is_sqlite else None

    def close(self) -> None:
        self.engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A read transaction: one consistent moment."""
        with translated(self.where), self._reader.begin() as connection:
            if self.is_sqlite:
                connection.exec_driver_sql("BEGIN")
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A write transaction: all of it is durable afterwards, or none of it happened."""
        with translated(self.where):
            if self._one_writer is None:
                with self._writer.begin() as connection:
                    yield connection
            else:
                with self._one_writer, self._writer.begin() as connection:
                    # A transaction that begins by reading and then writes cannot wait for another writer: it fails.
                    connection.exec_driver_sql("BEGIN IMMEDIATE")
                    yield connection


def parse_url(text: str) -> URL:
    """The database a setting names; UsageError for anything but the two that are supported."""
    expected = "expected sqlite:///PATH or postgresql://USER@HOST/DATABASE"
    try:
        url = make_url(text)
    except ArgumentError as error:
        raise UsageError(f"not a database URL; {expected}") from error
    if url.drivername in ("postgresql", "postgres", "postgresql+psycopg"):
        return url.set(drivername="postgresql+psycopg")
    if url.drivername == "sqlite" and url.database and url.database != ":memory:":
        return url.set(database=str(Path(url.database).expanduser().absolute()))
    raise UsageError(f"{url.render_as_string(hide_password=True)} is not supported; {expected}")


def make_folder(url: URL) -> None:
    """Make the folder of a SQLite file."""
    folder = Path(url.database or "").parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreUnavailableError(f"{folder}: the folder cannot be made ({error.strerror})") from error


def _postgres_engine(url: URL) -> Engine:
    return create_engine(
        url,
        pool_size=POOL_SIZE,
        max_overflow=0,
        pool_pre_ping=True,  # a restarted server is noticed before a statement is lost on it
        connect_args={"connect_timeout": CONNECT_TIMEOUT_S, "application_name": "widerhall"},
    )


def _set_wal(cursor: sqlite3.Cursor) -> None:
    """Let readers and the writer not wait for each other.

    Changing the mode of a new file is the one statement that SQLite does not wait with: where another connection
    just reads or changes it too, it fails at once (sqlite.org/wal.html, «sometimes queries return SQLITE_BUSY»).
    """
    until = time.monotonic() + BUSY_TIMEOUT_S
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
        time.sleep(_MODE_RETRY_S)


def _sqlite_engine(url: URL) -> Engine:
    engine = create_engine(
        url,
        pool_size=POOL_SIZE,
        max_overflow=0,
        pool_use_lifo=True,  # what another connection writes empties a connection's cache: few are kept in use
        connect_args={"timeout": BUSY_TIMEOUT_S},
    )

    @event.listens_for(engine, "connect")
    def set_up(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver begins nothing by itself: reading and writing do
        cursor = connection.cursor()
        _set_wal(cursor)
        cursor.execute("PRAGMA synchronous = FULL")  # acknowledged is on disk, also when the power fails
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.close()

    return engine

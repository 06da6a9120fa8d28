"""Turn what the two databases complain about into the store's own errors, in words that say what to do."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from monitor.errors import StoreError, StoreUnavailableError, WiderhallError

_SQLITE_UNAVAILABLE = {
    sqlite3.SQLITE_BUSY: "another process keeps the database locked; end it, or wait",
    sqlite3.SQLITE_LOCKED: "another process keeps the database locked; end it, or wait",
    sqlite3.SQLITE_FULL: "the disk is full; free some space",
    sqlite3.SQLITE_READONLY: "the database is read-only; check the permissions of the file, its folder and the disk",
    sqlite3.SQLITE_CANTOPEN: "the database file cannot be opened; check that its folder exists and is writable",
    sqlite3.SQLITE_IOERR: "the disk fails to read or write; check the disk",
    sqlite3.SQLITE_PERM: "access to the database file is denied; check its permissions",
    sqlite3.SQLITE_AUTH: "access to the database file is denied; check its permissions",
}
_SQLITE_UNUSABLE = {
    sqlite3.SQLITE_CORRUPT: "the database file is damaged; restore a backup",
    sqlite3.SQLITE_NOTADB: "the file is not a SQLite database; check the path, or restore a backup",
}
#: First two characters of an SQLSTATE: https://www.postgresql.org/docs/current/errcodes-appendix.html
_POSTGRES_UNAVAILABLE = {
    "08": "the connection failed; check that the server runs, and the URL",
    "40": "another transaction got in the way; try again",
    "53": "the server is out of disk, memory or connections",
    "55": "another session keeps what is needed locked; try again",
    "57": "the server is shutting down or starting; try again",
    "58": "the server's disk fails to read or write",
}


@contextmanager
def translated(where: str) -> Iterator[None]:
    """Raise the store's errors for the database's, naming the database as `where`; a bug of ours stays itself."""
    try:
        yield
    except PoolTimeoutError as error:
        raise StoreUnavailableError(f"{where}: too many threads use the database at once; try again") from error
    except DBAPIError as error:
        raised = _store_error(where, error)
        if raised is None:
            raise
        raise raised from error


def _store_error(where: str, error: DBAPIError) -> WiderhallError | None:
    if isinstance(error.orig, sqlite3.Error):
        return _of_sqlite(where, error.orig)
    if isinstance(error.orig, psycopg.Error):
        return _of_postgres(where, error.orig)
    return None


def _of_sqlite(where: str, error: sqlite3.Error) -> WiderhallError | None:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the rest tells variants of the same thing apart
    if code in _SQLITE_UNAVAILABLE:
        return StoreUnavailableError(f"{where}: {_SQLITE_UNAVAILABLE[code]} ({error})")
    if code in _SQLITE_UNUSABLE:
        return StoreError(f"{where}: {_SQLITE_UNUSABLE[code]} ({error})")
    return None


def _of_postgres(where: str, error: psycopg.Error) -> WiderhallError | None:
    said = str(error).strip().partition("\n")[0]
    if error.sqlstate is None:
        # libpq's own complaints about the connection carry no state; a misuse of the driver is no OperationalError.
        if isinstance(error, psycopg.OperationalError):
            return StoreUnavailableError(f"{where}: {_POSTGRES_UNAVAILABLE['08']} ({said})")
        return None
    if error.sqlstate == "25006":
        return StoreUnavailableError(f"{where}: the server is read-only (a standby?) ({said})")
    if error.sqlstate[:2] == "XX":
        return StoreError(f"{where}: the server reports damaged data; restore a backup ({said})")
    words = _POSTGRES_UNAVAILABLE.get(error.sqlstate[:2])
    return None if words is None else StoreUnavailableError(f"{where}: {words} ({said})")

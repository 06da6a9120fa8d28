"""Copies that can be trusted, and the way back. A backup is one SQLite file with our tables, whatever it was made of.

Nothing counts as written before it was opened and counted, and nothing that was there is lost: a copy takes the place
of an older one only when it is whole, and what a restore replaces is kept aside.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import URL

from monitor.errors import SchemaError, StoreError, StoreUnavailableError, UsageError, WiderhallError
from store.database import Database, make_folder, parse_url
from store.move import copy_all, counts, holds_rows
from store.opening import open_as_it_is, open_database
from store.schema import NEWEST

#: What SQLite keeps beside a database that is in use.
_BESIDE = ("-wal", "-shm")


@dataclass(frozen=True, kw_only=True)
class Restored:
    """What a restore did."""

    tables: Mapping[str, int]
    #: Where what was there before is now; None if there was nothing.
    kept: Path | None


def back_up(database: Database, target: Path) -> Mapping[str, int]:
    """Copy one moment of the database to `target` while it is in use; rows by table, as the copy holds them."""
    if database.is_sqlite and target.absolute() == Path(database.where):
        raise UsageError(f"{target}: this is the database itself; name another file")
    part = target.with_name(target.name + ".part")
    try:
        make_folder(_file(target))
        _remove(part)
        there = _copy_file(database, part) if database.is_sqlite else _copy_rows(database, part)
        found = _verified(part)
        if found != there:
            raise StoreError(f"{database.where}: the copy holds other rows than the database; the backup was not kept")
        part.replace(target)
    except (OSError, sqlite3.Error) as error:
        raise StoreUnavailableError(f"{target}: the backup cannot be written ({error})") from error
    finally:
        with suppress(OSError):
            _remove(part)
    return found


def restore(url: str, backup: Path, *, is_replacing: bool, kept: Path) -> Restored:
    """Make the database what a backup holds, with the newest schema; what was there goes to `kept`."""
    parsed = parse_url(url)
    if parsed.drivername != "sqlite":
        return _restore_rows(url, backup, is_replacing=is_replacing, kept=kept)
    make_folder(parsed)
    target = Path(parsed.database or "")
    if target.exists() and not is_replacing and not _is_without_rows(url):
        raise UsageError(f"{target}: this database holds data; --replace takes the backup in its place, and keeps it")
    part = target.with_name(target.name + ".restore")
    try:
        tables = _unpacked(backup, part)
        was_there = _set_aside(target, kept)
        part.replace(target)
    finally:
        _remove(part)
    return Restored(tables=tables, kept=kept if was_there else None)


def _restore_rows(url: str, backup: Path, *, is_replacing: bool, kept: Path) -> Restored:
    part = kept.with_name(kept.name + ".restore")
    target = open_database(url, create=True)
    try:
        with target.reading() as connection:
            was_there = holds_rows(connection)
        if was_there and not is_replacing:
            raise UsageError(f"{target.where}: this database holds data; --replace restores over it, and keeps a copy")
        make_folder(_file(part))
        tables = _unpacked(backup, part)
        if was_there:
            back_up(target, kept)
        with closing(open_database(_url(part), create=False)) as source:
            copy_all(source, target, is_replacing=True)
    finally:
        target.close()
        _remove(part)
    return Restored(tables=tables, kept=kept if was_there else None)


def _copy_file(database: Database, part: Path) -> Mapping[str, int]:
    with database.reading() as connection, closing(sqlite3.connect(part)) as copy:
        there = counts(connection)  # from here on this connection sees one moment
        source = connection.connection.driver_connection
        assert isinstance(source, sqlite3.Connection)
        source.backup(copy)
    return there


def _copy_rows(database: Database, part: Path) -> Mapping[str, int]:
    with closing(open_database(_url(part), create=True)) as copy:
        return {name: its.rows for name, its in copy_all(database, copy).items()}


def _unpacked(backup: Path, part: Path) -> Mapping[str, int]:
    """A copy of a backup, sound and of the newest schema; the backup itself is only read. Rows by table."""
    if not backup.is_file():
        raise UsageError(f"{backup}: there is no such backup")
    is_whole = not Path(f"{backup}-wal").exists()
    reading = f"{backup.absolute().as_uri()}?mode=ro{'&immutable=1' if is_whole else ''}"
    try:
        _remove(part)
        with closing(sqlite3.connect(reading, uri=True)) as source, closing(sqlite3.connect(part)) as copy:
            source.backup(copy)
    except (OSError, sqlite3.Error) as error:
        raise StoreError(f"{backup}: the backup cannot be read ({error})") from error
    try:
        before = _verified(part)
        open_database(_url(part), create=True).close()
        after = _verified(part)
    except StoreError as error:
        raise type(error)(str(error).replace(str(part), str(backup))) from error
    if {name: after[name] for name in before} != before:
        raise StoreError(f"{backup}: it holds other rows after the upgrade to schema {NEWEST}; nothing was restored")
    return after


def _verified(path: Path) -> Mapping[str, int]:
    """Rows by table of a copy that opens and is sound."""
    database, _version = open_as_it_is(_url(path))
    with closing(database), database.reading() as connection:
        found = connection.exec_driver_sql("PRAGMA quick_check").scalar_one()
        if found != "ok":
            raise StoreError(f"{path}: the copy is damaged, so what it was made of may be, too ({found})")
        return counts(connection)


def _is_without_rows(url: str) -> bool:
    """Whether a database may be replaced without a word; one that cannot be opened may not."""
    try:
        with closing(open_as_it_is(url)[0]) as database, database.reading() as connection:
            return not any(counts(connection).values())
    except SchemaError:
        return Path(parse_url(url).database or "").stat().st_size == 0
    except WiderhallError:
        return False


def _set_aside(target: Path, kept: Path) -> bool:
    """Rename a database with all that belongs to it; whether there was one."""
    if not target.exists():
        return False
    with suppress(sqlite3.Error), closing(sqlite3.connect(target)) as connection:
        connection.execute(
            "PRAGMA wal_checkpoint(TRUNCATE)"
        )  # the file alone is whole then; a damaged one stays as it is
    for ending in ("", *_BESIDE):
        if Path(f"{target}{ending}").exists():
            shutil.move(f"{target}{ending}", f"{kept}{ending}")
    return True


def _remove(path: Path) -> None:
    for ending in ("", *_BESIDE):
        Path(f"{path}{ending}").unlink(missing_ok=True)


def _file(path: Path) -> URL:
    return URL.create("sqlite", database=str(path.absolute()))


def _url(path: Path) -> str:
    return _file(path).render_as_string()

"""What goes wrong with databases and disks, and what the store says then."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text

from monitor.errors import StoreError, StoreUnavailableError
from monitor.model import EntryState
from store import SqlStore, open_store
from tests.postgres_server import PostgresServer
from tests.store_material import NOW, a_page, a_poll, an_article, an_entry, with_entries, with_feeds


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


@pytest.fixture
def sqlite_store(path: Path) -> Iterator[SqlStore]:
    opened = open_store(f"sqlite:///{path}")
    yield opened
    opened.close()


def each_connection(store: SqlStore, pragma: str) -> None:
    """Run a pragma on every connection before it is used."""

    @event.listens_for(store.database.engine, "checkout")
    def run(connection: Any, _record: Any, _proxy: Any) -> None:
        connection.execute(f"PRAGMA {pragma}")


def test_sqlite_is_set_up_to_be_durable(sqlite_store: SqlStore) -> None:
    with sqlite_store.database.reading() as connection:
        found = {
            name: connection.scalar(text(f"PRAGMA {name}")) for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_a_full_disk(sqlite_store: SqlStore) -> None:
    (entry_id,) = with_entries(sqlite_store, "e1")
    each_connection(sqlite_store, "max_page_count = 1")
    with pytest.raises(StoreUnavailableError, match="the disk is full; free some space"):
        sqlite_store.record_article(an_article("long " * 100_000, entry_id=entry_id), now=NOW)
    each_connection(sqlite_store, "max_page_count = 1000000")
    assert sqlite_store.entry(entry_id).state is EntryState.PENDING
    assert sqlite_store.record_article(an_article(entry_id=entry_id), now=NOW)


def test_a_read_only_database(sqlite_store: SqlStore) -> None:
    (entry_id,) = with_entries(sqlite_store, "e1")
    each_connection(sqlite_store, "query_only = on")
    with pytest.raises(StoreUnavailableError, match="the database is read-only; check the permissions"):
        sqlite_store.store_page(a_page(entry_id))
    assert sqlite_store.entry(entry_id).state is EntryState.PENDING


def test_a_database_that_another_process_keeps_locked(sqlite_store: SqlStore, path: Path) -> None:
    (entry_id,) = with_entries(sqlite_store, "e1")
    each_connection(sqlite_store, "busy_timeout = 1")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailableError, match="another process keeps the database locked"):
            sqlite_store.store_page(a_page(entry_id))
        assert sqlite_store.entry(entry_id).state is EntryState.PENDING  # readers don't wait
    sqlite_store.store_page(a_page(entry_id))


def test_a_damaged_file(path: Path, sqlite_store: SqlStore) -> None:
    with_feeds(sqlite_store).apply_poll(a_poll(*(an_entry(f"e{number}") for number in range(500))))
    sqlite_store.close()  # writes the log back into the file
    content = bytearray(path.read_bytes())
    content[4096 : len(content) // 2] = b"\xff" * (len(content) // 2 - 4096)
    path.write_bytes(content)
    damaged = None
    with pytest.raises(StoreError, match="the database file is damaged; restore a backup"):
        damaged = open_store(f"sqlite:///{path}")
        damaged.due_entries(EntryState.PENDING, now=NOW, limit=1000)
    if damaged is not None:
        damaged.close()


def test_a_file_that_is_no_database(path: Path) -> None:
    path.write_text("Dear diary, " * 100)
    with pytest.raises(StoreError, match="not a SQLite database; check the path"):
        open_store(f"sqlite:///{path}")
    assert path.read_text().startswith("Dear diary")


@pytest.mark.parametrize("make", [Path.mkdir, lambda path: (path.parent / "store.db").mkdir()])
def test_a_folder_in_the_place_of_the_file(path: Path, make: Callable[[Path], None]) -> None:
    make(path)
    with pytest.raises(StoreUnavailableError, match="the database file cannot be opened"):
        open_store(f"sqlite:///{path}")


def test_a_file_in_the_place_of_the_folder(path: Path) -> None:
    path.write_text("")
    with pytest.raises(StoreUnavailableError, match="the folder cannot be made"):
        open_store(f"sqlite:///{path / 'widerhall.db'}")


# --- PostgreSQL -----------------------------------------------------------------------------------------------


@pytest.fixture
def postgres_store(postgres: PostgresServer) -> Iterator[SqlStore]:
    opened = open_store(postgres.new_url())
    yield opened
    opened.close()


END_OTHERS = "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname = '{}'"


def test_a_server_that_restarts_between_two_transactions_is_not_noticed(
    postgres: PostgresServer, postgres_store: SqlStore
) -> None:
    (entry_id,) = with_entries(postgres_store, "e1")
    postgres.run(END_OTHERS.format(postgres_store.database.engine.url.database))
    postgres_store.store_page(a_page(entry_id))
    assert postgres_store.entry(entry_id).state is EntryState.FETCHED


def test_a_server_that_stops_within_a_transaction(postgres: PostgresServer, postgres_store: SqlStore) -> None:
    with (
        pytest.raises(StoreUnavailableError, match=r"try again|check that the server runs"),
        postgres_store.database.writing() as connection,
    ):
        connection.execute(text("select 1"))
        postgres.run(END_OTHERS.format(postgres_store.database.engine.url.database))
        connection.execute(text("select 1"))
    assert postgres_store.feeds() == []


def test_a_standby_that_cannot_be_written(postgres: PostgresServer, postgres_store: SqlStore) -> None:
    database = postgres_store.database.engine.url.database
    postgres.run(f"alter database {database} set default_transaction_read_only = on")
    postgres_store.database.engine.dispose()
    with pytest.raises(StoreUnavailableError, match="the server is read-only"):
        with_feeds(postgres_store)


def test_a_database_that_does_not_exist(postgres: PostgresServer, postgres_store: SqlStore) -> None:
    url = postgres_store.database.engine.url.set(database="none")
    with pytest.raises(StoreUnavailableError, match=r'check .* the URL .*database "none" does not exist'):
        open_store(url.render_as_string(hide_password=False))

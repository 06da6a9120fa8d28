"""Opening a database: made, brought up to date, or refused with what to do; never left half-way."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, event, inspect, text

import store as store_package
from monitor.errors import SchemaError, StoreUnavailableError, UsageError
from store import open_store
from store.database import Database, parse_url
from store.schema import NEWEST, VERSION_TABLE, metadata
from tests.postgres_server import PostgresServer


def is_ours(name: str | None, *_: object) -> bool:
    """The search index is made of tables that each database names in its way; months are made as they come."""
    return not re.match(r"article_search|\w+_(rest|\d\d)$", name or "")


def tables(url: str) -> set[str]:
    engine = create_engine(parse_url(url))
    try:
        return {name for name in inspect(engine).get_table_names() if is_ours(name)}
    finally:
        engine.dispose()


def execute(url: str, statement: str) -> None:
    engine = create_engine(parse_url(url))
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


def test_an_empty_database_is_made(empty_url: str) -> None:
    open_store(empty_url).close()
    assert tables(empty_url) == {*metadata.tables, VERSION_TABLE}


def test_opening_again_changes_nothing(empty_url: str) -> None:
    open_store(empty_url).close()
    opened = open_store(empty_url, create=False)
    assert opened.feeds() == []
    opened.close()


def test_the_migrations_make_what_the_code_expects(empty_url: str) -> None:
    opened = open_store(empty_url)
    with opened.database.engine.connect() as connection:
        options = {"version_table": VERSION_TABLE, "compare_type": True, "include_name": is_ours}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []
    opened.close()


def test_the_newest_migration_is_the_one_the_code_expects() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(store_package.__file__).parent / "migrations"))
    revisions = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()]
    assert revisions[0] == NEWEST
    assert sorted(revisions) == [f"{number:04}" for number in range(1, len(revisions) + 1)]


def test_a_newer_schema_is_refused(empty_url: str) -> None:
    opened = open_store(empty_url)
    opened.check_schema()
    execute(empty_url, f"update {VERSION_TABLE} set version_num = '9999'")
    with pytest.raises(SchemaError, match=r"newer Widerhall \(schema 9999.*install that version, or restore a backup"):
        open_store(empty_url)
    with pytest.raises(SchemaError, match="newer Widerhall"):
        opened.check_schema()
    opened.close()


def test_an_older_schema_is_not_upgraded_unasked(empty_url: str) -> None:
    open_store(empty_url).close()
    execute(empty_url, f"update {VERSION_TABLE} set version_num = '0000'")
    with pytest.raises(SchemaError, match="has the older schema 0000; `widerhall db upgrade` brings it up to date"):
        open_store(empty_url, create=False)


def test_an_empty_database_is_not_filled_unasked(postgres: PostgresServer) -> None:
    with pytest.raises(SchemaError, match="holds no Widerhall tables; `widerhall db upgrade` brings it up to date"):
        open_store(postgres.new_url(), create=False)


def test_a_missing_file_is_not_made_unasked(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailableError, match="there is no database yet"):
        open_store(f"sqlite:///{tmp_path / 'none.db'}", create=False)
    assert list(tmp_path.iterdir()) == []


def test_the_folder_of_a_file_is_made(tmp_path: Path) -> None:
    open_store(f"sqlite:///{tmp_path / 'a' / 'b' / 'widerhall.db'}").close()
    assert (tmp_path / "a" / "b" / "widerhall.db").exists()


def test_a_foreign_file_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("create table songs (id integer)")
    with pytest.raises(SchemaError, match=r"not a Widerhall database \(it holds songs\)"):
        open_store(f"sqlite:///{path}")
    assert tables(f"sqlite:///{path}") == {"songs"}


def test_a_shared_postgres_database_is_used_unless_names_collide(postgres: PostgresServer) -> None:
    shared, colliding = postgres.new_url(), postgres.new_url()
    execute(shared, "create table songs (id integer)")
    open_store(shared).close()
    execute(colliding, "create table articles (id integer)")
    with pytest.raises(SchemaError, match=r"not a Widerhall database \(it holds articles\)"):
        open_store(colliding)


@contextmanager
def failing_at(statement: str) -> Iterator[None]:
    """Every database fails when it is about to run a statement that begins so."""

    def fail(_connection: Any, _cursor: Any, sql: str, *_rest: Any) -> None:
        if sql.lower().lstrip().startswith(statement):
            raise RuntimeError("pulled the plug")

    event.listen(Engine, "before_cursor_execute", fail)
    try:
        yield
    finally:
        event.remove(Engine, "before_cursor_execute", fail)


@pytest.mark.parametrize(
    "statement", ["create table articles", "create table verdicts", "insert into widerhall_schema"]
)
def test_an_interrupted_migration_leaves_nothing(empty_url: str, statement: str) -> None:
    with failing_at(statement), pytest.raises(RuntimeError):
        open_store(empty_url)
    assert tables(empty_url) == set()
    open_store(empty_url).close()


def test_two_that_open_an_empty_database_at_once_both_can(empty_url: str) -> None:
    with ThreadPoolExecutor(2) as pool:
        for opened in pool.map(open_store, [empty_url] * 2):
            assert opened.feeds() == []
            opened.close()


def test_connections_to_a_new_file_wait_while_it_gets_its_journal(tmp_path: Path) -> None:
    def connect(url: str) -> None:
        database = Database(parse_url(url))
        with database.reading() as connection:
            connection.exec_driver_sql("select 1")
        database.close()

    with ThreadPoolExecutor(4) as pool:
        for number in range(60):  # one round in forty met «database is locked» when the mode was set without waiting
            list(pool.map(connect, [f"sqlite:///{tmp_path / f'{number}.db'}"] * 4))


@pytest.mark.parametrize(
    "url", ["mysql://host/name", "widerhall.db", "sqlite://", "sqlite:///:memory:", "", "sqlite+aiosqlite:///x"]
)
def test_other_databases_are_not_supported(url: str) -> None:
    with pytest.raises(UsageError, match="expected sqlite:///PATH or postgresql://"):
        open_store(url)


def test_a_password_is_in_no_message() -> None:
    with pytest.raises(StoreUnavailableError) as raised:
        open_store("postgresql://me:secret@127.0.0.1:1/none")
    assert "secret" not in str(raised.value)
    assert "the connection failed; check that the server runs, and the URL" in str(raised.value)


@pytest.mark.parametrize("first", range(1, int(NEWEST)))
def test_an_empty_database_of_every_earlier_schema_is_upgraded(empty_url: str, first: int) -> None:
    migrate(empty_url, f"{first:04}")
    execute(empty_url, "insert into documents (kind, name, stored_at, body) values ('k', 'n', '2016-08-11 12:00', '')")
    opened = open_store(empty_url)
    assert opened.documents("k") == ["n"]
    assert opened.deliveries() == []
    assert tables(empty_url) >= {*metadata.tables, VERSION_TABLE}
    opened.close()


def migrate(url: str, revision: str) -> None:
    """Make an empty database of an earlier schema."""
    config = Config()
    config.set_main_option("script_location", str(Path(store_package.__file__).parent / "migrations"))
    engine = create_engine(parse_url(url))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    engine.dispose()

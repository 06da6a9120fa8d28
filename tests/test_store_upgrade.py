"""A full database of every earlier schema is upgraded on both databases: nothing is lost, and all of it is found."""

from __future__ import annotations

import gzip
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Boolean, Connection, MetaData, Table, create_engine, text

from store import Vault, move, open_store
from store.database import parse_url
from store.schema import NEWEST, VERSION_TABLE
from tests.postgres_server import PostgresServer
from tests.test_store_schema import failing_at, migrate

SAMPLES = sorted((Path(__file__).parent / "samples").glob("*.db.gz"))
_INDEXING = (
    "insert into article_search select a.id, to_tsvector('simple', v.title), to_tsvector('simple', t.text)"
    " from articles a join article_versions v on v.article_id = a.id and v.version = a.version"
    " join article_texts t on t.article_id = a.id and t.version = a.version"
)


def test_there_is_a_sample_of_every_schema() -> None:
    assert [path.name for path in SAMPLES] == [f"{number:04}.db.gz" for number in range(1, int(NEWEST) + 1)]


@pytest.mark.postgres
@pytest.mark.parametrize("sample", SAMPLES[:-1], ids=lambda path: str(path.name[:4]))
def test_both_databases_hold_the_same_afterwards(sample: Path, tmp_path: Path, postgres: PostgresServer) -> None:
    path, url, version = tmp_path / "sample.db", postgres.new_url(), sample.name[:4]
    path.write_bytes(gzip.decompress(sample.read_bytes()))
    migrate(url, version)
    copied = fill(url, path)
    sums = []
    for vault in (Vault(url=f"sqlite:///{path}"), Vault(url=url)):
        assert vault.upgrade() == (version, NEWEST)
        assert vault.check().problems == ()
        with closing(open_store(vault.url)) as store, store.database.reading() as connection:
            sums.append(move.sums(connection))
    assert sums[0] == sums[1]
    assert {name: sums[0][name].rows for name in copied} == copied


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("backend", "statement"),
    [("sqlite", "alter table explanations drop"), ("postgres", "create table article_search_rest")],
)
def test_an_interrupted_upgrade_leaves_everything_as_it_was(
    backend: str, statement: str, tmp_path: Path, postgres: PostgresServer
) -> None:
    path, before = tmp_path / "sample.db", SAMPLES[-2]
    path.write_bytes(gzip.decompress(before.read_bytes()))
    vault = Vault(url=f"sqlite:///{path}" if backend == "sqlite" else postgres.new_url())
    if backend == "postgres":
        migrate(vault.url, before.name[:4])
        fill(vault.url, path)
    found = vault.check()
    with failing_at(statement), pytest.raises(RuntimeError, match="pulled the plug"):
        vault.upgrade()
    assert replace(vault.check(), bytes=found.bytes) == found
    assert vault.upgrade() == (before.name[:4], NEWEST)


def fill(url: str, sample: Path) -> dict[str, int]:
    """Copy a sample, row by row as it is, into an empty PostgreSQL database of its schema; rows by table."""
    engine, tables, copied = create_engine(parse_url(url)), MetaData(), {}
    with closing(sqlite3.connect(sample)) as source, engine.begin() as target:
        target.execute(text("set time zone 'UTC'"))
        tables.reflect(target)
        for table in tables.sorted_tables:
            if table.name not in (VERSION_TABLE, "article_search"):
                copied[table.name] = _copy(source, target, table)
        if "article_search" in tables.tables:
            target.execute(text(_INDEXING))
    engine.dispose()
    return copied


def _copy(source: sqlite3.Connection, target: Connection, table: Table) -> int:
    names = ", ".join(column.name for column in table.c)
    kinds = [bool if isinstance(column.type, Boolean) else (lambda value: value) for column in table.c]
    rows = [
        [kind(value) for kind, value in zip(kinds, row, strict=True)]
        for row in source.execute(f"select {names} from {table.name}")
    ]
    places = ", ".join(["%s"] * len(kinds))
    target.connection.cursor().executemany(f"insert into {table.name} ({names}) values ({places})", rows)
    return len(rows)

"""What the parts of the store share: the database, and the writes that both dialects say alike.

Statements are made once and given their values when they run.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import TypeVar

from sqlalchemy import Connection, Delete, Insert, Table, Update, bindparam, delete, insert, update
from sqlalchemy.dialects import postgresql, sqlite

from store.database import Database
from store.prepared import run, run_many
from store.rows import Values

Item = TypeVar("Item")

#: Values bound in one `in (…)`; far below what either database takes, few enough to be planned fast.
IN_SIZE = 500


class Base:
    """A part of the store."""

    def __init__(self, database: Database) -> None:
        self.database = database


def insert_row(connection: Connection, table: Table, values: Values) -> None:
    run(connection, _inserting(table), values)


def insert_rows(connection: Connection, table: Table, rows: Sequence[Values]) -> None:
    """Write rows of the same columns."""
    run_many(connection, _inserting(table), rows)


@cache
def _inserting(table: Table) -> Insert:
    return insert(table)


def upsert(connection: Connection, table: Table, key: Values, values: Values) -> None:
    """Write a row, in the place of the one with its key if there is one."""
    run(connection, _upserting(connection.dialect.name, table, tuple(key), tuple(values)), key | values)


@cache
def _upserting(dialect: str, table: Table, key: tuple[str, ...], values: tuple[str, ...]) -> Insert:
    inserting = _insert(dialect, table)
    return inserting.on_conflict_do_update(index_elements=key, set_={name: inserting.excluded[name] for name in values})


@cache
def inserting_unknown(dialect: str, table: Table) -> Insert:
    """An insert that passes over what is there already."""
    return _insert(dialect, table).on_conflict_do_nothing()


def _insert(dialect: str, table: Table) -> sqlite.Insert | postgresql.Insert:
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)


def replace_row(connection: Connection, table: Table, key: Values, values: Values) -> None:
    """Write a row in the place of those with this key: no database has to hold the key unique."""
    run(connection, _deleting(table, tuple(key)), {f"its_{name}": value for name, value in key.items()})
    insert_row(connection, table, key | values)


@cache
def _deleting(table: Table, key: tuple[str, ...]) -> Delete:
    return delete(table).where(*(table.c[name] == bindparam(f"its_{name}") for name in key))


def update_row(connection: Connection, table: Table, key: Values, values: Values) -> bool:
    """Change the row with this key; whether there is one."""
    named = {f"its_{name}": value for name, value in key.items()}
    return run(connection, _updating(table, tuple(key)), named | values).rowcount > 0


@cache
def _updating(table: Table, key: tuple[str, ...]) -> Update:
    return update(table).where(*(table.c[name] == bindparam(f"its_{name}") for name in key))


def in_chunks(items: Sequence[Item], size: int = IN_SIZE) -> Iterator[Sequence[Item]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]

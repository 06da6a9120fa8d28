"""What the parts of the store share: the database, and a few ways of saying things to both dialects."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

from store.database import Database

Item = TypeVar("Item")

#: Values bound in one `in (…)`; far below what either database takes, few enough to be planned fast.
IN_SIZE = 500


class Base:
    """A part of the store."""

    def __init__(self, database: Database) -> None:
        self.database = database


def insert_into(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An insert that knows `on conflict`, which both dialects say alike."""
    return sqlite.insert(table) if connection.dialect.name == "sqlite" else postgresql.insert(table)


def in_chunks(items: Sequence[Item], size: int = IN_SIZE) -> Iterator[Sequence[Item]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]

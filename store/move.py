"""Everything from one database into another, equal row by row. All of it arrives, or nothing does.

What is copied is summed up on the way out and again on the way in: a difference undoes the copy. Two things are not
copied but made anew: the search index, which each database builds in its way, and the numbers that PostgreSQL goes on
counting from.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Row,
    Select,
    Table,
    Text,
    bindparam,
    insert,
    inspect,
    select,
    text,
    type_coerce,
)

from monitor.errors import StoreError, UsageError
from store.articles import IS_ITS_TEXT
from store.columns import Json
from store.database import Database
from store.partitions import hold_months, make_months, month_of
from store.schema import BODIES, article_texts, article_versions, articles, metadata
from store.scores import IS_CURRENT
from store.search import index_article

#: Rows read and written at once: 1,000 articles of 4 kB are 4 MB.
BATCH = 1_000


@dataclass(frozen=True, kw_only=True)
class Sum:
    """What a table holds: equal sums, equal rows, in whatever order a database gives them."""

    rows: int
    digest: str


def copy_all(source: Database, target: Database, *, is_replacing: bool = False) -> Mapping[str, Sum]:
    """Copy one moment of `source` in one transaction of `target`, which must be empty, or is emptied."""
    with source.reading() as reading, target.writing() as writing:
        if not source.is_sqlite:
            hold_months(reading)
        if is_replacing:
            _empty(writing)
        elif holds_rows(writing):
            raise UsageError(f"{target.where}: this database holds data already; name an empty one")
        copied = {table.name: _copy(reading, writing, table) for table in metadata.sorted_tables}
        index_all(writing)
        if not target.is_sqlite:
            _go_on_counting(writing)
        for name, found in sums(writing).items():
            if found != copied[name]:
                raise StoreError(f"{target.where}: {name} did not arrive as it was; nothing was copied")
    return copied


def sums(connection: Connection) -> Mapping[str, Sum]:
    """What every table holds; each row is read for it."""
    return {
        table.name: _sum(row for rows in _rows(connection, table) for row in rows) for table in metadata.tables.values()
    }


def counts(connection: Connection) -> Mapping[str, int]:
    """Rows in each table that is there: an earlier schema has fewer."""
    there = set(inspect(connection).get_table_names())
    return {
        name: connection.execute(text(f"select count(*) from {name}")).scalar_one()
        for name in metadata.tables
        if name in there
    }


def holds_rows(connection: Connection) -> bool:
    """Whether there is anything to lose."""
    return any(connection.execute(select(table).limit(1)).first() is not None for table in metadata.tables.values())


def index_all(connection: Connection) -> None:
    """Fill an empty search index."""
    current = (
        select(articles.c.id, article_versions.c.title, article_versions.c.version_at, article_texts.c.text)
        .join_from(articles, article_versions, IS_CURRENT)
        .join(article_texts, IS_ITS_TEXT)
        .order_by(articles.c.id)
        .limit(BATCH)
    )
    last = 0
    while rows := connection.execute(current.where(articles.c.id > last)).all():
        _make_months(connection, "article_search", (row.version_at for row in rows))
        for row in rows:
            index_article(connection, row.id, row.title, row.text, version_at=row.version_at)
        last = rows[-1].id


def _copy(reading: Connection, writing: Connection, table: Table) -> Sum:
    adding = insert(table).values({column.name: bindparam(column.name, type_=_type(column)) for column in table.c})

    at = BODIES.get(table.name)

    def passing() -> Iterator[Row[Any]]:
        for rows in _rows(reading, table):
            if at is not None:
                _make_months(writing, table.name, (row._mapping[at] for row in rows))
            writing.execute(adding, [dict(row._mapping) for row in rows])
            yield from rows

    return _sum(passing())


def _make_months(writing: Connection, body: str, moments: Iterable[datetime]) -> None:
    if writing.dialect.name == "postgresql":
        make_months(writing, map(month_of, moments), [body])


def _rows(connection: Connection, table: Table) -> Iterator[Sequence[Row[Any]]]:
    """All rows, many at a time; JSON stays the text that it is."""
    query: Select[Any] = select(*(type_coerce(column, _type(column)).label(column.name) for column in table.c))
    return connection.execute(query, execution_options={"yield_per": BATCH}).partitions()


def _type(column: Column[Any]) -> Any:
    return Text() if isinstance(column.type, Json) else column.type


def _sum(rows: Iterable[Row[Any]]) -> Sum:
    count = total = 0
    for row in rows:
        count += 1
        total += int.from_bytes(hashlib.blake2b(repr(tuple(row)).encode(), digest_size=16).digest())
    return Sum(rows=count, digest=f"{total % 2**128:032x}")


def _empty(connection: Connection) -> None:
    """Of PostgreSQL: a SQLite database is replaced as a file."""
    connection.execute(text(f"truncate article_search, {', '.join(metadata.tables)}"))


def _go_on_counting(connection: Connection) -> None:
    """The next row that PostgreSQL numbers comes behind those that brought their number along."""
    for table in metadata.tables.values():
        numbered = table.autoincrement_column
        if numbered is not None:
            connection.execute(
                text(
                    f"select setval(pg_get_serial_sequence('{table.name}', '{numbered.name}'),"
                    f" coalesce(max({numbered.name}), 1), max({numbered.name}) is not null) from {table.name}"
                )
            )

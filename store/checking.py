"""Whether a database is sound: what it says of itself, and what must hold between its tables. Mends nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, text

from store.database import Database
from store.move import counts, sums
from store.schema import BODIES, NEWEST

#: Complaints of SQLite that are passed on; a damaged file has thousands.
COMPLAINTS = 20

#: What should find nothing, and what it means if it does.
_MUST_BE_NONE = {
    "articles without their current version": (
        "select count(*) from articles a where not exists"
        " (select 1 from article_versions v where v.article_id = a.id and v.version = a.version)"
    ),
    "scores that count for another article than their own": (
        "select count(*) from latest_assessments l join assessments s on s.id = l.assessment_id"
        " where s.article_id <> l.article_id or s.watch <> l.watch"
    ),
    "matches of articles that were never scored": (
        "select count(*) from matches m where not exists"
        " (select 1 from latest_assessments l where l.article_id = m.article_id and l.watch = m.watch)"
    ),
}
#: A join names the time of both: where it differs, the body would not be found.
_IDENTITIES = {
    "entry_texts": "entries i on i.id = b.entry_id",
    "pages": "entries i on i.id = b.entry_id",
    "article_texts": "article_versions i on i.article_id = b.article_id and i.version = b.version",
    "findings": "article_versions i on i.article_id = b.article_id and i.version = b.version",
    "article_hits": "article_versions i on i.article_id = b.article_id and i.version = b.version",
    "explanations": "assessments i on i.id = b.assessment_id",
}
_MUST_BE_NONE |= {
    f"rows of {body} with another time than what they belong to": (
        f"select count(*) from {body} b join {identity} where i.{BODIES[body]} <> b.{BODIES[body]}"
    )
    for body, identity in _IDENTITIES.items()
}
_CURRENT_TEXTS = "select count(*) from article_texts t join articles a on a.id = t.article_id and a.version = t.version"
_INDEXED = {
    "sqlite": "select count(*) from article_search_docsize",
    "postgresql": "select count(*) from article_search",
}


@dataclass(frozen=True, kw_only=True)
class Soundness:
    """What a check found."""

    schema_version: str
    bytes: int
    #: Rows by table.
    tables: dict[str, int]
    #: Empty: it is sound.
    problems: tuple[str, ...]


def check(database: Database, version: str, *, is_quick: bool = False) -> Soundness:
    """Look a database through; quick: without reading every row. One of an earlier schema is only counted."""
    with database.reading() as connection:
        problems = [*_by_itself(connection, is_quick=is_quick)]
        if version == NEWEST and not is_quick:
            problems += _between_tables(connection)
            tables = {name: its.rows for name, its in sums(connection).items()}
        else:
            tables = dict(counts(connection))
        size = _size(connection, database)
    return Soundness(schema_version=version, bytes=size, tables=tables, problems=tuple(problems))


def _by_itself(connection: Connection, *, is_quick: bool) -> Iterator[str]:
    """PostgreSQL checks what it reads, and its foreign keys always; SQLite is asked."""
    if connection.dialect.name != "sqlite":
        return
    kind = "quick_check" if is_quick else "integrity_check"
    for (said,) in connection.exec_driver_sql(f"PRAGMA {kind}({COMPLAINTS})"):
        if said != "ok":
            yield f"the file is damaged: {said}"
    if not is_quick:
        for row in connection.exec_driver_sql("PRAGMA foreign_key_check").fetchmany(COMPLAINTS):
            yield f"row {row[1]} of {row[0]} refers to a row of {row[2]} that is not there"


def _between_tables(connection: Connection) -> Iterator[str]:
    for what, query in _MUST_BE_NONE.items():
        if found := connection.execute(text(query)).scalar_one():
            yield f"{found} {what}"
    texts = connection.execute(text(_CURRENT_TEXTS)).scalar_one()
    indexed = connection.execute(text(_INDEXED[connection.dialect.name])).scalar_one()
    if texts != indexed:
        yield f"the search index knows {indexed} articles, {texts} are stored"


def _size(connection: Connection, database: Database) -> int:
    if not database.is_sqlite:
        return int(connection.execute(text("select pg_database_size(current_database())")).scalar_one())
    return sum(path.stat().st_size for path in map(Path, (database.where, f"{database.where}-wal")) if path.exists())

"""Full-text search over the current version of every article: FTS5 on SQLite, text search on PostgreSQL.

Both index the same words: letters without case and accents, whatever the language, so that one query means the same
on both. Signs are no words: «su-24» is the phrase «su 24».
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    bindparam,
    column,
    delete,
    func,
    literal_column,
    not_,
    or_,
    select,
    table,
)
from sqlalchemy import text as sql

from monitor.model import SearchQuery, SearchTerm
from store.prepared import run

#: Letters of a text that are indexed; PostgreSQL takes no more than a megabyte of words.
INDEXED_LETTERS = 300_000
#: Longer ones are no words: hashes, encoded pictures.
_LONGEST_WORD = 100

_ACCENTS = re.compile("[\u0300-\u036f\u0483-\u0487\u0640\u064b-\u065f\u0670\u00ad\u200b-\u200f]+")
_LETTERS = (("_", " "), ("ı", "i"), ("ß", "ss"), ("ø", "o"), ("ł", "l"), ("đ", "d"), ("æ", "ae"), ("œ", "oe"))
_WORD = re.compile(r"\w+")

_fts = table("article_search", column("rowid"), column("title"), column("body"))
_vectors = table("article_search", column("article_id"), column("title"), column("document"))


def words_of(text: str) -> list[str]:
    """The words of a text as they are indexed."""
    plain = text[:INDEXED_LETTERS].lower()
    if not plain.isascii():
        plain = _ACCENTS.sub("", unicodedata.normalize("NFKD", plain))
    for letter, written in _LETTERS:
        plain = plain.replace(letter, written)
    words = _WORD.findall(plain)
    return words if len(max(words, key=len, default="")) <= _LONGEST_WORD else [*filter(_is_word, words)]


def _is_word(found: str) -> bool:
    return len(found) <= _LONGEST_WORD


def index_article(connection: Connection, article_id: int, title: str, text: str, *, version_at: datetime) -> None:
    """Make an article findable."""
    values = {"id": article_id, "title": " ".join(words_of(title)), "body": " ".join(words_of(text)), "at": version_at}
    run(connection, _INDEXING[connection.dialect.name], values)


def forget_article(connection: Connection, article_id: int, title: str, text: str) -> None:
    """Take out an article that was indexed with this title and text."""
    values = {"id": article_id, "title": " ".join(words_of(title)), "body": " ".join(words_of(text))}
    run(connection, _FORGETTING[connection.dialect.name], values)


def forget_by_id(connection: Connection, article_ids: Sequence[int]) -> None:
    """Take out many articles at once from the index of PostgreSQL, which need not be told what it had made of them."""
    connection.execute(delete(_vectors).where(_vectors.c.article_id.in_(article_ids)))


_INDEXING = {
    "sqlite": sql("insert into article_search (rowid, title, body) values (:id, :title, :body)"),
    "postgresql": sql(
        "insert into article_search (article_id, version_at, title, document) values"
        " (:id, :at, to_tsvector('simple', :title), to_tsvector('simple', :title || ' ' || :body))"
    ),
}
#: The index keeps no text, so SQLite must be told what it had made of it.
_FORGETTING = {
    "sqlite": sql(
        "insert into article_search (article_search, rowid, title, body) values ('delete', :id, :title, :body)"
    ),
    "postgresql": sql("delete from article_search where article_id = cast(:id as bigint)"),
}


def is_found(article_id: ColumnElement[int], query: SearchQuery, dialect: str) -> ColumnElement[bool]:
    """Whether an article holds what is looked for; a query without any word finds everything."""
    terms = [term for term in map(_indexed, query.terms) if term.words]
    wanted = [term for term in terms if not term.is_excluded]
    unwanted = [term for term in terms if term.is_excluded]
    holds = _in_sqlite if dialect == "sqlite" else _in_postgresql
    conditions = [holds(article_id, wanted)] if wanted else []
    conditions += [not_(holds(article_id, [term])) for term in unwanted]
    return and_(True, *conditions)


def found_with(connection: Connection, terms: Iterable[SearchTerm]) -> set[int]:
    """The articles that hold any of the terms."""
    wanted = [term for term in map(_indexed, terms) if term.words]
    if not wanted:
        return set()
    if connection.dialect.name == "sqlite":
        matching: ColumnElement[str] = bindparam(None, " OR ".join(map(_phrase, wanted)))
        query = select(_fts.c.rowid).where(literal_column("article_search").op("MATCH")(matching))
    else:
        holds = [_vectors.c.document.op("@@")(_tsquery(term)) for term in wanted]
        query = select(_vectors.c.article_id).where(or_(*holds))
    return set(connection.scalars(query))


def _indexed(term: SearchTerm) -> SearchTerm:
    words = [word for given in term.words for word in words_of(given)]
    return SearchTerm(
        words=tuple(words), is_prefix=term.is_prefix, in_title=term.in_title, is_excluded=term.is_excluded
    )


def _in_sqlite(article_id: ColumnElement[int], terms: list[SearchTerm]) -> ColumnElement[bool]:
    matching = " AND ".join(f"{{title}} : {_phrase(term)}" if term.in_title else _phrase(term) for term in terms)
    found = select(_fts.c.rowid).where(literal_column("article_search").op("MATCH")(bindparam(None, matching)))
    return article_id.in_(found)


def _phrase(term: SearchTerm) -> str:
    """For FTS5; words hold neither quotes nor anything else that it would obey."""
    return f'"{" ".join(term.words)}"{" *" if term.is_prefix else ""}'


def _in_postgresql(article_id: ColumnElement[int], terms: list[SearchTerm]) -> ColumnElement[bool]:
    holds = [_vectors.c["title" if term.in_title else "document"].op("@@")(_tsquery(term)) for term in terms]
    return article_id.in_(select(_vectors.c.article_id).where(*holds))


def _tsquery(term: SearchTerm) -> ColumnElement[Any]:
    lexemes = [f"'{word}'" for word in term.words]
    if term.is_prefix:
        lexemes[-1] += ":*"
    return func.to_tsquery("simple", " <-> ".join(lexemes))

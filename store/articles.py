"""Articles: identity, versions and texts, and who figures in them. Decides nothing about scores (see scores.py)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, and_, bindparam, delete, func, select
from sqlalchemy.sql.dml import ReturningInsert

from monitor.errors import NotFoundError
from monitor.model import ActorFindings, ActorRole, Article, EntryState, NewArticle, ScoreCard, SearchTerm, TextHits
from store.base import Base, in_chunks, insert_row, insert_rows, inserting_unknown, replace_row, update_row
from store.prepared import run
from store.queue import update_entry
from store.rows import (
    Values,
    article_of,
    finding_values,
    findings_of,
    hit_values,
    hits_of,
    role_of,
    role_values,
    url_hash,
    version_values,
)
from store.schema import (
    article_hits,
    article_texts,
    article_versions,
    articles,
    entries,
    findings,
    latest_assessments,
    roles,
)
from store.scores import IS_CURRENT, append_scores, first_scores
from store.search import forget_article, found_with, index_article

#: Articles read in one transaction when all are streamed: 200 of 4 kB are 1 MB.
_STREAM_SIZE = 200

#: The columns of an Article, with the names `rows.article_of` reads.
ARTICLE = (
    articles.c.id.label("article_id"),
    articles.c.url,
    articles.c.feed_id,
    articles.c.is_backlog,
    articles.c.first_seen_at,
    article_versions.c.version,
    article_versions.c.version_at,
    article_versions.c.title,
    article_versions.c.language,
    article_versions.c.is_language_sure,
    article_versions.c.published,
    article_versions.c.authors,
    article_versions.c.method,
    article_versions.c.quality,
    article_versions.c.reasons,
    article_versions.c.content_hash,
    func.coalesce(article_texts.c.text, "").label("text"),
    article_texts.c.article_id.is_(None).label("is_pruned"),
)


def _is_of_version(bodies: Table) -> ColumnElement[bool]:
    """What belongs to a version; its time is named, so that one month's partition is read."""
    return and_(*(bodies.c[name] == article_versions.c[name] for name in ("article_id", "version", "version_at")))


#: An article that was pruned has none: join it from the outside.
IS_ITS_TEXT = _is_of_version(article_texts)
ARE_ITS_FINDINGS = _is_of_version(findings)
_ARE_ITS_HITS = _is_of_version(article_hits)


class Articles(Base):
    """The part of the store about articles."""

    def record_article(self, article: NewArticle, *, now: datetime) -> int:
        with self.database.writing() as connection:
            article_id = _add_article(connection, article, now)
            if article_id is not None:
                first_scores(connection, article_id, article, now=now)
            else:
                article_id = _record_text(connection, article, now)
                append_scores(
                    connection,
                    article_id,
                    article.scores,
                    now=now,
                    is_reread=article.is_reread,
                    is_backlog=article.is_reread,
                )
            if article.entry_id is not None:
                _finish_entry(connection, article.entry_id, article, article_id, now)
        return article_id

    def record_scores(
        self, article_id: int, cards: Sequence[ScoreCard], *, now: datetime, is_backlog: bool = False
    ) -> None:
        with self.database.writing() as connection:
            current_version(connection, article_id, locks=True)
            append_scores(connection, article_id, cards, now=now, is_backlog=is_backlog)

    def record_findings(self, article_id: int, found: ActorFindings) -> None:
        with self.database.writing() as connection:
            version = current_version(connection, article_id, locks=True)
            _replace_findings(connection, _key_of(connection, article_id, version), found)

    def article(self, article_id: int) -> Article:
        with self.database.reading() as connection:
            row = connection.execute(_current().where(articles.c.id == article_id)).one_or_none()
        if row is None:
            raise NotFoundError(f"no article a-{article_id}")
        return article_of(row)

    def article_by_url(self, url: str) -> Article | None:
        with self.database.reading() as connection:
            row = connection.execute(_current().where(articles.c.url_hash == url_hash(url))).one_or_none()
        return None if row is None else article_of(row)

    def article_versions(self, article_id: int) -> Sequence[Article]:
        query = _all_versions().where(articles.c.id == article_id).order_by(article_versions.c.version)
        with self.database.reading() as connection:
            found = [article_of(row) for row in connection.execute(query)]
        if not found:
            raise NotFoundError(f"no article a-{article_id}")
        return found

    def articles(self, *, after_id: int = 0, limit: int | None = None) -> Iterator[Article]:
        while limit is None or limit > 0:
            size = _STREAM_SIZE if limit is None else min(limit, _STREAM_SIZE)
            query = _WITH_TEXT.where(articles.c.id > after_id).order_by(articles.c.id).limit(size)
            with self.database.reading() as connection:
                batch = [article_of(row) for row in connection.execute(query)]
            yield from batch
            if len(batch) < size:
                return
            after_id = batch[-1].id
            limit = None if limit is None else limit - size

    def articles_by_id(self, article_ids: Collection[int]) -> Mapping[int, Article]:
        found: dict[int, Article] = {}
        with self.database.reading() as connection:
            for some in in_chunks(list(article_ids)):
                rows = connection.execute(_current().where(articles.c.id.in_(some)))
                found |= {row.article_id: article_of(row) for row in rows}
        return found

    def article_feeds(self, article_id: int) -> Sequence[str]:
        first_seen = func.min(entries.c.id)
        query = select(entries.c.feed_id).where(entries.c.article_id == article_id)
        with self.database.reading() as connection:
            brought_by = connection.scalar(select(articles.c.feed_id).where(articles.c.id == article_id))
            if brought_by is None:
                raise NotFoundError(f"no article a-{article_id}")
            found = connection.scalars(query.group_by(entries.c.feed_id).order_by(first_seen)).all()
        return [*filter(None, dict.fromkeys([brought_by, *found]))]

    def hits(self, article_ids: Collection[int], *, lists: str, naming: Collection[str] = ()) -> Mapping[int, TextHits]:
        found: dict[int, TextHits] = {}
        with self.database.reading() as connection:
            for some in in_chunks(list(article_ids)):
                query = select(article_hits).join(article_versions, _ARE_ITS_HITS).join(articles, IS_CURRENT)
                wanted = query.where(articles.c.id.in_(some), article_hits.c.lists == lists)
                found |= {row.article_id: hits_of(row, naming) for row in connection.execute(wanted)}
        return found

    def holding(self, terms: Iterable[SearchTerm]) -> Collection[int]:
        with self.database.reading() as connection:
            return found_with(connection, terms)

    def pruned(self, article_ids: Collection[int]) -> Collection[int]:
        gone = set(article_ids)
        with self.database.reading() as connection:
            for some in in_chunks(list(article_ids)):
                there = select(article_texts.c.article_id).where(article_texts.c.article_id.in_(some))
                gone.difference_update(connection.scalars(there))
        return gone

    def findings(self, article_id: int) -> ActorFindings:
        with self.database.reading() as connection:
            current_version(connection, article_id)
            stored = select(findings).join(article_versions, ARE_ITS_FINDINGS).join(articles, IS_CURRENT)
            row = connection.execute(stored.where(articles.c.id == article_id)).one_or_none()
            shown = current_roles(connection, [article_id]).get(article_id, ())
        return ActorFindings(roles=tuple(shown)) if row is None else findings_of(row, shown)


#: Locked, so that on PostgreSQL workers with one URL take turns; `no key`: rows that refer to it can still be written.
_LOCKED = (
    select(articles.c.id, articles.c.version)
    .where(articles.c.url_hash == bindparam("identity"))
    .with_for_update(key_share=True)
)
#: A query of its own: within the one above it would be read before the lock was won.
_VERSION = (
    select(article_versions.c.content_hash, article_versions.c.version_at, article_texts.c.article_id.label("has_text"))
    .outerjoin(article_texts, IS_ITS_TEXT)
    .where(article_versions.c.article_id == bindparam("article_id"), article_versions.c.version == bindparam("version"))
)


def _add_article(connection: Connection, article: NewArticle, now: datetime) -> int | None:
    """Make the article with its first text; its id, or None when its address is known."""
    new = {
        "url": article.url,
        "url_hash": url_hash(article.url),
        "feed_id": article.feed_id,
        "is_backlog": article.is_backlog,
        "first_seen_at": now,
        "version": 1,
    }
    article_id: int | None = run(connection, _adding(connection.dialect.name), new).scalar()
    if article_id is not None:
        _add_version(connection, {"article_id": article_id, "version": 1, "version_at": now}, article)
    return article_id


@cache
def _adding(dialect: str) -> ReturningInsert[Any]:
    return inserting_unknown(dialect, articles).returning(articles.c.id)


def _record_text(connection: Connection, article: NewArticle, now: datetime) -> int:
    """Make this text the current version of the article with its address; its id."""
    article_id: int
    article_id, version = connection.execute(_LOCKED, {"identity": url_hash(article.url)}).one()
    current = connection.execute(_VERSION, {"article_id": article_id, "version": version}).one()
    if current.content_hash == article.content_hash:
        key = {"article_id": article_id, "version": version, "version_at": current.version_at}
        update_row(connection, article_versions, key, version_values(article))
        if current.has_text is None:  # pruned, and brought again
            _add_text(connection, key, article)
        _replace_findings(connection, key, article.findings)
        _replace_hits(connection, key, article)
    else:
        _forget_text(connection, article_id)
        _add_version(connection, {"article_id": article_id, "version": version + 1, "version_at": now}, article)
        update_row(connection, articles, {"id": article_id}, {"version": version + 1})
        update_row(connection, latest_assessments, {"article_id": article_id}, {"language": article.language})
    return article_id


def _key_of(connection: Connection, article_id: int, version: int) -> Values:
    """What a version's bodies are stored under: with its time, so that one month's partition is touched."""
    found = connection.execute(_VERSION, {"article_id": article_id, "version": version}).one()
    return {"article_id": article_id, "version": version, "version_at": found.version_at}


def _forget_text(connection: Connection, article_id: int) -> None:
    """Take what was its current text out of the search index, which knows one text of an article."""
    query = select(article_versions.c.title, article_texts.c.text).join_from(
        article_versions, article_texts, IS_ITS_TEXT
    )
    current = query.join(articles, and_(articles.c.id == article_versions.c.article_id, IS_CURRENT))
    row = connection.execute(current.where(articles.c.id == article_id)).one_or_none()
    if row is not None:  # not pruned
        forget_article(connection, article_id, row.title, row.text)


def _add_version(connection: Connection, key: Values, article: NewArticle) -> None:
    insert_row(connection, article_versions, key | version_values(article))
    _add_text(connection, key, article)
    insert_row(connection, findings, key | finding_values(article.findings))
    if article.hits is not None:
        insert_row(connection, article_hits, key | hit_values(article.hits))
    _add_roles(connection, key, article.findings)


def _add_text(connection: Connection, key: Values, article: NewArticle) -> None:
    insert_row(connection, article_texts, key | {"text": article.text})
    index_article(connection, key["article_id"], article.title, article.text, version_at=key["version_at"])


def _replace_findings(connection: Connection, key: Values, found: ActorFindings) -> None:
    """Newer actor lists find more in an unchanged text: the last analysis counts."""
    replace_row(connection, findings, key, finding_values(found))
    its = and_(roles.c.article_id == key["article_id"], roles.c.version == key["version"])
    connection.execute(delete(roles).where(its))
    _add_roles(connection, key, found)


def _replace_hits(connection: Connection, key: Values, article: NewArticle) -> None:
    if article.hits is not None:
        replace_row(connection, article_hits, key, hit_values(article.hits))


def _add_roles(connection: Connection, key: Values, found: ActorFindings) -> None:
    its = {"article_id": key["article_id"], "version": key["version"]}
    rows = [its | {"position": position} | role_values(role) for position, role in enumerate(found.roles)]
    insert_rows(connection, roles, rows)


def _finish_entry(connection: Connection, entry_id: int, article: NewArticle, article_id: int, now: datetime) -> None:
    """Set the entry `assessed`, unless its feed restated it while the page was being read: then it is due again."""
    done = {"state": EntryState.ASSESSED, "reason": "", "next_attempt_at": None, "finished_at": now}
    its = {"article_id": article_id}
    as_read = {"fingerprint": article.entry_fingerprint} if article.entry_fingerprint else {}
    if not update_row(connection, entries, {"id": entry_id} | as_read, done | its):
        update_entry(connection, entry_id, **its)


def _all_versions() -> Select[tuple[Any, ...]]:
    return (
        select(*ARTICLE)
        .join_from(articles, article_versions, article_versions.c.article_id == articles.c.id)
        .outerjoin(article_texts, IS_ITS_TEXT)
    )


def _current() -> Select[tuple[Any, ...]]:
    return _all_versions().where(article_versions.c.version == articles.c.version)


#: Those that can be read: not pruned.
_WITH_TEXT = _current().where(article_texts.c.article_id.is_not(None))


def current_version(connection: Connection, article_id: int, *, locks: bool = False) -> int:
    """The current version's number; with `locks` it stays the current one until the transaction ends."""
    query = select(articles.c.version).where(articles.c.id == article_id)
    version: int | None = connection.scalar(query.with_for_update(key_share=True) if locks else query)
    if version is None:
        raise NotFoundError(f"no article a-{article_id}")
    return version


def current_roles(connection: Connection, article_ids: Collection[int]) -> Mapping[int, tuple[ActorRole, ...]]:
    """The actors of the current version of many articles, in a few queries."""
    found: dict[int, list[ActorRole]] = {}
    for some in in_chunks(list(article_ids)):
        query = (
            select(roles)
            .join(articles, and_(articles.c.id == roles.c.article_id, articles.c.version == roles.c.version))
            .where(roles.c.article_id.in_(some))
            .order_by(roles.c.article_id, roles.c.position)
        )
        for row in connection.execute(query):
            found.setdefault(row.article_id, []).append(role_of(row))
    return {article_id: tuple(them) for article_id, them in found.items()}

"""Let go of what articles that nobody wanted were made of. What they were stays, so that none comes back as new.

An article that never matched and was never judged loses its text, and all that only explains it: where names and words
stood, what the feed said of it, its raw page, its words in the search index. Its address, titles, scores and actors
stay, and so do the entries that brought it. PostgreSQL drops whole months of all that, and rows only at the edge.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, func, select

from monitor.model import EntryState
from store.articles import IS_ITS_TEXT
from store.base import Base
from store.partitions import drop_month, past_months
from store.schema import (
    article_hits,
    article_texts,
    article_versions,
    articles,
    assessments,
    entries,
    entry_texts,
    explanations,
    findings,
    matches,
    pages,
    verdicts,
)
from store.scores import IS_CURRENT
from store.search import forget_article, forget_by_id

#: Articles pruned in one transaction: a poll waits no longer than for that.
BATCH = 200

#: Of entries that are still to be read.
_UNDER_WAY = (EntryState.PENDING, EntryState.FETCHED)

#: What a month that is dropped leaves: what somebody wanted, and what is still to be read.
_UNREAD = "select id from entries where state in ('pending', 'fetched')"
_WANTED = (
    "select article_id from matches union select article_id from verdicts"
    f" union select article_id from entries where id in ({_UNREAD}) and article_id is not null"
)
_OF_ARTICLES = f"article_id in ({_WANTED})"
_OF_ENTRIES = f"entry_id in (select id from entries where {_OF_ARTICLES} union {_UNREAD})"
_KEPT = {
    "article_texts": _OF_ARTICLES,
    "article_search": _OF_ARTICLES,
    "article_hits": _OF_ARTICLES,
    "findings": _OF_ARTICLES,
    "explanations": f"assessment_id in (select id from assessments where {_OF_ARTICLES})",
    "entry_texts": _OF_ENTRIES,
    "pages": _OF_ENTRIES,
}


class Pruning(Base):
    """The part of the store that forgets."""

    def prune_pages(self, *, before: datetime) -> int:
        dropped = self._drop_months(before, {"pages": f"entry_id in ({_UNREAD})"})["pages"]
        with self.database.writing() as connection:
            return dropped + connection.execute(delete(pages).where(_is_old_page(before))).rowcount

    def prune_articles(self, *, before: datetime, limit: int = BATCH) -> int:
        if dropped := self._drop_months(before, _KEPT)["article_texts"]:
            return dropped
        prunable = select(articles.c.id).where(_is_prunable(before)).order_by(articles.c.id).limit(limit)
        with self.database.writing() as connection:
            locked = prunable.with_for_update(key_share=True, skip_locked=True)
            article_ids = connection.scalars(locked).all()
            if article_ids:
                _forget_words(connection, article_ids)
                _drop_bodies(connection, article_ids)
        return len(article_ids)

    def _drop_months(self, before: datetime, kept: Mapping[str, str]) -> Counter[str]:
        """Drop months that are older as a whole, each in a transaction; rows dropped of each body."""
        dropped: Counter[str] = Counter()
        if self.database.is_sqlite:
            return dropped
        with self.database.reading() as connection:
            months = past_months(connection, before, kept)
        for month in months:
            with self.database.writing() as connection:
                dropped.update(drop_month(connection, month, kept))
        return dropped

    def count_prunable(self, *, pages_before: datetime, articles_before: datetime) -> tuple[int, int]:
        with self.database.reading() as connection:
            return (
                connection.execute(
                    select(func.count()).select_from(pages).where(_is_old_page(pages_before))
                ).scalar_one(),
                connection.execute(
                    select(func.count()).select_from(articles).where(_is_prunable(articles_before))
                ).scalar_one(),
            )


def _is_old_page(before: datetime) -> ColumnElement[bool]:
    waiting = select(entries.c.id).where(entries.c.state == EntryState.FETCHED)
    return and_(pages.c.fetched_at < before, pages.c.entry_id.not_in(waiting))


def _is_prunable(before: datetime) -> ColumnElement[bool]:
    """At a million articles a batch took 2.3 s while entries were looked up by article, and every pruned one again."""
    read_again = select(entries.c.article_id).where(entries.c.state.in_(_UNDER_WAY), entries.c.article_id.is_not(None))
    first_left = (
        select(article_texts.c.article_id)
        .where(_is_wanted_by_nobody(article_texts.c.article_id))
        .order_by(article_texts.c.article_id)
        .limit(1)
    )
    return and_(
        articles.c.first_seen_at < before,
        articles.c.id >= first_left.scalar_subquery(),
        exists().where(article_texts.c.article_id == articles.c.id),
        _is_wanted_by_nobody(articles.c.id),
        articles.c.id.not_in(read_again),
    )


def _is_wanted_by_nobody(article_id: ColumnElement[int]) -> ColumnElement[bool]:
    return and_(article_id.not_in(select(matches.c.article_id)), article_id.not_in(select(verdicts.c.article_id)))


def _forget_words(connection: Connection, article_ids: Sequence[int]) -> None:
    if connection.dialect.name == "postgresql":
        forget_by_id(connection, article_ids)
        return
    indexed = (
        select(articles.c.id, article_versions.c.title, article_texts.c.text)
        .join(article_versions, IS_CURRENT)
        .join(article_texts, IS_ITS_TEXT)
        .where(articles.c.id.in_(article_ids))
    )
    for row in connection.execute(indexed).all():
        forget_article(connection, row.id, row.title, row.text)


def _drop_bodies(connection: Connection, article_ids: Sequence[int]) -> None:
    its_entries = select(entries.c.id).where(entries.c.article_id.in_(article_ids))
    its_assessments = select(assessments.c.id).where(assessments.c.article_id.in_(article_ids))
    for table in (article_texts, article_hits, findings):
        connection.execute(delete(table).where(table.c.article_id.in_(article_ids)))
    for table in (entry_texts, pages):
        connection.execute(delete(table).where(table.c.entry_id.in_(its_entries)))
    connection.execute(delete(explanations).where(explanations.c.assessment_id.in_(its_assessments)))

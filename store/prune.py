"""Let go of what articles that nobody wanted were made of. What they were stays, so that none comes back as new.

An article that never matched and was never judged loses its text, and all that only explains it: where names and words
stood, what the feed said of it, its raw page, its words in the search index. Its address, titles, scores and actors
stay, and so do the entries that brought it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, bindparam, delete, exists, func, select, update

from monitor.model import EntryState
from store.base import Base
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
from store.search import forget_article

#: Articles pruned in one transaction: a poll waits no longer than for that.
BATCH = 200

#: Of entries that are still to be read.
_UNDER_WAY = (EntryState.PENDING, EntryState.FETCHED)
_UNEXPLAINED = update(explanations).where(explanations.c.assessment_id == bindparam("its_id"))


class Pruning(Base):
    """The part of the store that forgets."""

    def prune_pages(self, *, before: datetime) -> int:
        with self.database.writing() as connection:
            return connection.execute(delete(pages).where(_is_old_page(before))).rowcount

    def prune_articles(self, *, before: datetime, limit: int = BATCH) -> int:
        prunable = select(articles.c.id).where(_is_prunable(before)).order_by(articles.c.id).limit(limit)
        with self.database.writing() as connection:
            locked = prunable.with_for_update(key_share=True, skip_locked=True)
            article_ids = connection.scalars(locked).all()
            if article_ids:
                _forget_words(connection, article_ids)
                _drop_bodies(connection, article_ids)
                _drop_explanations(connection, article_ids)
        return len(article_ids)

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
    indexed = (
        select(articles.c.id, article_versions.c.title, article_texts.c.text)
        .join(
            article_versions,
            and_(article_versions.c.article_id == articles.c.id, article_versions.c.version == articles.c.version),
        )
        .join(
            article_texts,
            and_(article_texts.c.article_id == articles.c.id, article_texts.c.version == articles.c.version),
        )
        .where(articles.c.id.in_(article_ids))
    )
    for row in connection.execute(indexed).all():
        forget_article(connection, row.id, row.title, row.text)


def _drop_bodies(connection: Connection, article_ids: Sequence[int]) -> None:
    its_entries = select(entries.c.id).where(entries.c.article_id.in_(article_ids))
    for table in (article_texts, article_hits):
        connection.execute(delete(table).where(table.c.article_id.in_(article_ids)))
    connection.execute(delete(pages).where(pages.c.entry_id.in_(its_entries)))
    connection.execute(
        update(entry_texts).where(entry_texts.c.entry_id.in_(its_entries)).values(summary="", content="")
    )
    nothing: dict[str, Any] = {"mentions": [], "quotes": [], "relations": []}
    connection.execute(update(findings).where(findings.c.article_id.in_(article_ids)).values(nothing))


def _drop_explanations(connection: Connection, article_ids: Sequence[int]) -> None:
    """What a rule did stays, for what-if questions; where it found it in the text goes."""
    explained = (
        select(explanations.c.assessment_id, explanations.c.rules)
        .join(assessments, assessments.c.id == explanations.c.assessment_id)
        .where(assessments.c.article_id.in_(article_ids))
    )
    rows = [
        {
            "its_id": row.assessment_id,
            "contributions": [],
            "passage": None,
            "rules": [{**rule, "spans": []} for rule in row.rules],
        }
        for row in connection.execute(explained)
    ]
    if rows:
        connection.execute(_UNEXPLAINED, rows)

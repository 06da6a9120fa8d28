"""Lists of articles with all that stands beside them, in a few queries whatever their length."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Select, and_, func, or_, select

from monitor.model import ArticleFilter, ArticleReport, Match, Outcome, Verdict, VerdictKind
from store.articles import ARTICLE, IS_ITS_TEXT, current_roles
from store.base import Base
from store.rows import AnyRow, article_of, assessment_of
from store.schema import (
    article_texts,
    article_versions,
    articles,
    assessments,
    explanations,
    latest_assessments,
    matches,
    roles,
    verdicts,
)
from store.scores import ASSESSMENT, IS_CURRENT, IS_ITS_EXPLANATION
from store.search import is_found

_latest = latest_assessments.c


class Listing(Base):
    """The part of the store that lists."""

    def reports(self, wanted: ArticleFilter) -> Sequence[ArticleReport]:
        with self.database.reading() as connection:
            rows = connection.execute(_reports(wanted, connection.dialect.name)).all()
            roles = current_roles(connection, [row.article_id for row in rows])
        return [
            ArticleReport(
                article=article_of(row),
                assessment=assessment_of(row),
                match=_match_of(row),
                verdict=_verdict_of(row),
                roles=roles.get(row.article_id, ()),
            )
            for row in rows
        ]

    def count_reports(self, wanted: ArticleFilter) -> int:
        with self.database.reading() as connection:
            chosen = _chosen(wanted, connection.dialect.name).order_by(None).subquery("chosen")
            return connection.scalar(select(func.count()).select_from(chosen)) or 0


def _reports(wanted: ArticleFilter, dialect: str) -> Select[tuple[Any, ...]]:
    """All columns of the reports: the big ones are read for what `_chosen` chose, and nothing else."""
    chosen = _chosen(wanted, dialect).subquery("chosen")
    given = verdicts.alias("given")
    its_last_verdict = (
        select(func.max(given.c.id))
        .where(given.c.watch == wanted.watch, given.c.article_id == chosen.c.article_id)
        .scalar_subquery()
    )
    is_its_match = and_(matches.c.watch == wanted.watch, matches.c.article_id == chosen.c.article_id)
    return (
        select(*ARTICLE, *(column for column in ASSESSMENT if column.name != "article_id"), *_MATCH, *_VERDICT)
        .select_from(chosen)
        .join(latest_assessments, and_(_latest.article_id == chosen.c.article_id, _latest.watch == wanted.watch))
        .join(assessments, assessments.c.id == _latest.assessment_id)
        .outerjoin(explanations, IS_ITS_EXPLANATION)
        .join(articles, articles.c.id == chosen.c.article_id)
        .join(article_versions, IS_CURRENT)
        .outerjoin(article_texts, IS_ITS_TEXT)
        .outerjoin(matches, is_its_match)
        .outerjoin(verdicts, verdicts.c.id == its_last_verdict)
        .order_by(chosen.c.rank.desc(), chosen.c.article_id.desc())
    )


def _chosen(wanted: ArticleFilter, dialect: str) -> Select[tuple[Any, ...]]:
    """Which articles, best first: filtered and sorted in one index, before any text is read."""
    rank = _latest.assessed_at if wanted.is_newest_first else _latest.score
    return (
        select(_latest.article_id, rank.label("rank"))
        .where(_latest.watch == wanted.watch, *_is_listed(wanted), *_is_wanted(wanted, dialect))
        .order_by(rank.desc(), _latest.article_id.desc())
        .limit(wanted.limit)
    )


def _is_wanted(wanted: ArticleFilter, dialect: str) -> Iterator[ColumnElement[bool]]:
    """What every article listed must be, whatever it is listed as."""
    if wanted.min_score is not None:
        yield _latest.score >= wanted.min_score
    if wanted.max_score is not None:
        yield _latest.score < wanted.max_score
    if wanted.language:
        yield _latest.language == wanted.language
    if feeds := wanted.feed_ids | ({wanted.feed_id} - {""}):
        yield _latest.feed_id.in_(sorted(feeds))
    if wanted.articles:
        yield _latest.article_id.in_(sorted(wanted.articles))
    if wanted.is_backlog is not None:
        yield _latest.is_backlog == wanted.is_backlog
    if wanted.published_since is not None or wanted.published_until is not None:
        yield _latest.article_id.in_(published(wanted.published_since, wanted.published_until))
    if wanted.actor:
        its = and_(roles.c.article_id == articles.c.id, roles.c.version == articles.c.version)
        acting = select(roles.c.article_id).join(articles, its).where(roles.c.actor == wanted.actor)
        yield _latest.article_id.in_(acting)
    if wanted.verdicts:
        yield _last_verdict(wanted.watch).in_(sorted(wanted.verdicts))
    if wanted.search is not None:
        yield is_found(_latest.article_id, wanted.search, dialect)
    if wanted.after is not None:
        yield _comes_behind(wanted.watch, wanted.after, is_newest_first=wanted.is_newest_first)


def published(since: datetime | None, until: datetime | None) -> Select[tuple[int]]:
    """The articles whose current version says that they were published in [since, until)."""
    query = select(articles.c.id).join(article_versions, IS_CURRENT)
    if since is not None:
        query = query.where(article_versions.c.published >= since)
    if until is not None:
        query = query.where(article_versions.c.published < until)
    return query


def _last_verdict(watch: str) -> ColumnElement[str]:
    """The last verdict on the article, "none" if there is none."""
    given = verdicts.alias("last_given")
    its = select(given.c.kind).where(given.c.watch == watch, given.c.article_id == _latest.article_id)
    return func.coalesce(its.order_by(given.c.id.desc()).limit(1).scalar_subquery(), "none")


def _comes_behind(watch: str, article_id: int, *, is_newest_first: bool) -> ColumnElement[bool]:
    before = latest_assessments.alias("before")
    rank, its_rank = (_latest.assessed_at, before.c.assessed_at) if is_newest_first else (_latest.score, before.c.score)
    of_that = select(its_rank).where(before.c.watch == watch, before.c.article_id == article_id).scalar_subquery()
    return or_(rank < of_that, and_(rank == of_that, _latest.article_id < article_id))


def _is_listed(wanted: ArticleFilter) -> Iterator[ColumnElement[bool]]:
    """Outcome and time together: what counts as time depends on what an article is listed as."""
    outcomes = wanted.outcomes or frozenset(Outcome)
    with_withdrawn = wanted.with_withdrawn or wanted.withdrawn_since is not None
    if Outcome.BELOW not in outcomes:
        # Few articles are anything else, and quickest found by outcome. SQLite does so when asked for something that
        # its index of everything lacks: 4 ms at 100,000 articles instead of 20.
        yield _latest.assessment_id > 0
    if outcomes != frozenset(Outcome) and not with_withdrawn:
        yield _latest.outcome.in_(sorted(outcomes))
    is_any = outcomes == frozenset(Outcome) and wanted.withdrawn_since is None
    if wanted.since is None and wanted.until is None and (is_any or not with_withdrawn):
        return
    ways: list[ColumnElement[bool]] = []
    if others := sorted(outcomes - {Outcome.MATCH}):
        ways.append(and_(_latest.outcome.in_(others), *_is_within(wanted, _latest.assessed_at)))
    if Outcome.MATCH in outcomes:
        became_one = _latest.article_id.in_(select(matches.c.article_id).where(*_became_match(wanted)))
        ways.append(became_one if with_withdrawn else and_(_latest.outcome == Outcome.MATCH, became_one))
    yield or_(*ways)


def _became_match(wanted: ArticleFilter) -> Iterator[ColumnElement[bool]]:
    """The matches that are meant, found by their own index."""
    yield matches.c.watch == wanted.watch
    yield from _is_within(wanted, matches.c.matched_at)
    if wanted.articles:
        yield matches.c.article_id.in_(sorted(wanted.articles))
    if wanted.withdrawn_since is not None:
        yield matches.c.withdrawn_at >= wanted.withdrawn_since


def _is_within(wanted: ArticleFilter, at: Column[datetime]) -> Iterator[ColumnElement[bool]]:
    if wanted.since is not None:
        yield at >= wanted.since
    if wanted.until is not None:
        yield at < wanted.until


_MATCH = (
    matches.c.id.label("match_id"),
    matches.c.matched_at,
    matches.c.withdrawn_at,
    matches.c.withdrawn_reason,
    matches.c.is_backlog.label("match_is_backlog"),
)
_VERDICT = (
    verdicts.c.id.label("verdict_id"),
    verdicts.c.version.label("verdict_version"),
    verdicts.c.kind,
    verdicts.c.reason,
    verdicts.c.note,
    verdicts.c.author,
    verdicts.c.given_at,
)


def _match_of(row: AnyRow) -> Match | None:
    if row.match_id is None:
        return None
    return Match(
        id=row.match_id,
        watch=row.watch,
        article_id=row.article_id,
        matched_at=row.matched_at,
        withdrawn_at=row.withdrawn_at,
        withdrawn_reason=row.withdrawn_reason,
        is_backlog=row.match_is_backlog,
    )


def _verdict_of(row: AnyRow) -> Verdict | None:
    if row.verdict_id is None:
        return None
    return Verdict(
        id=row.verdict_id,
        watch=row.watch,
        article_id=row.article_id,
        version=row.verdict_version,
        kind=VerdictKind(row.kind),
        reason=row.reason,
        note=row.note,
        author=row.author,
        given_at=row.given_at,
    )

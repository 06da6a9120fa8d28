"""Assessments: appended, never changed, and what follows from them for matches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, insert, select

from monitor.errors import NotFoundError
from monitor.model import Assessment, Judged, Match, NewArticle, ScoreCard
from store.base import Base, insert_row, update_row, upsert
from store.consequences import (
    Consequence,
    MakeMatch,
    MatchState,
    ReinstateMatch,
    WithdrawMatch,
    consequence,
)
from store.prepared import run
from store.rows import AnyRow, assessment_of, assessment_values, explanation_values, judged_of, match_of
from store.schema import article_versions, articles, assessments, explanations, latest_assessments, matches

IS_CURRENT = and_(article_versions.c.article_id == articles.c.id, article_versions.c.version == articles.c.version)

#: The columns of an Assessment, with the names `rows.assessment_of` reads.
ASSESSMENT = (
    assessments.c.id.label("assessment_id"),
    assessments.c.article_id,
    assessments.c.version.label("assessed_version"),
    assessments.c.watch,
    assessments.c.assessed_at,
    assessments.c.score,
    assessments.c.outcome,
    assessments.c.outcome_reason,
    assessments.c.match_threshold,
    assessments.c.review_threshold,
    assessments.c.parts,
    assessments.c.versions,
    assessments.c.rules,
    explanations.c.contributions,
    explanations.c.facets,
    explanations.c.passage,
)
#: An assessment of an article that was pruned has none: join it from the outside.
IS_ITS_EXPLANATION = and_(
    explanations.c.assessment_id == assessments.c.id, explanations.c.assessed_at == assessments.c.assessed_at
)


@dataclass(frozen=True, kw_only=True)
class _Scored:
    """What an assessment is of, and what lists filter it by."""

    id: int
    version: int
    feed_id: str
    is_backlog: bool
    language: str


class Scores(Base):
    """The part of the store about assessments and matches."""

    def assessments(self, article_id: int, watch: str) -> Sequence[Assessment]:
        query = (
            select(*ASSESSMENT)
            .outerjoin_from(assessments, explanations, IS_ITS_EXPLANATION)
            .where(assessments.c.article_id == article_id, assessments.c.watch == watch)
            .order_by(assessments.c.id)
        )
        with self.database.reading() as connection:
            return [assessment_of(row) for row in connection.execute(query)]

    def judged(self, watch: str, *, after: int = 0) -> Iterator[Judged]:
        while True:
            with self.database.reading() as connection:
                rows = connection.execute(_JUDGED, {"watch": watch, "after": after, "batch": _JUDGED_BATCH}).all()
            yield from (judged_of(row) for row in rows if row.article_id is not None)
            if len(rows) < _JUDGED_BATCH:
                return
            after = rows[-1].assessment_id

    def match(self, match_id: int) -> Match:
        with self.database.reading() as connection:
            row = connection.execute(select(matches).where(matches.c.id == match_id)).one_or_none()
        if row is None:
            raise NotFoundError(f"no match m-{match_id}")
        return match_of(row)


#: Assessments read in one transaction.
_JUDGED_BATCH = 2_000
_IS_LATEST = and_(
    latest_assessments.c.article_id == assessments.c.article_id,
    latest_assessments.c.watch == assessments.c.watch,
    latest_assessments.c.assessment_id == assessments.c.id,
)
#: By the assessments' own key, so that «nothing new» is said at once: by that of the latest ones, which an inner join
#: would let SQLite take, it needs 100 ms at 100,000 articles. Those that no longer count have no `article_id`.
_JUDGED = (
    select(
        latest_assessments.c.article_id,
        assessments.c.id.label("assessment_id"),
        latest_assessments.c.language,
        latest_assessments.c.feed_id,
        latest_assessments.c.is_backlog,
        latest_assessments.c.score,
        latest_assessments.c.outcome,
        article_versions.c.is_language_sure,
        article_versions.c.quality,
        article_versions.c.published,
        articles.c.first_seen_at,
        assessments.c.parts,
        assessments.c.rules,
    )
    .outerjoin_from(assessments, latest_assessments, _IS_LATEST)
    .join(articles, articles.c.id == assessments.c.article_id)
    .join(article_versions, IS_CURRENT)
    .where(assessments.c.watch == bindparam("watch"), assessments.c.id > bindparam("after"))
    .order_by(assessments.c.id)
    .limit(bindparam("batch"))
)

#: A `_Scored`: the article as it stands.
_ARTICLE = (
    select(articles.c.id, articles.c.version, articles.c.feed_id, articles.c.is_backlog, article_versions.c.language)
    .join_from(articles, article_versions, IS_CURRENT)
    .where(articles.c.id == bindparam("article_id"))
)
_ADDING = insert(assessments).returning(assessments.c.id)

#: An article's assessments that count, each beside its match.
_LAST = (
    select(
        assessments.c.watch,
        assessments.c.version,
        assessments.c.score,
        assessments.c.outcome,
        assessments.c.outcome_reason,
        assessments.c.versions,
        matches.c.id.label("match_id"),
        matches.c.withdrawn_at,
        matches.c.is_backlog.label("match_is_backlog"),
    )
    .join_from(latest_assessments, assessments, assessments.c.id == latest_assessments.c.assessment_id)
    .outerjoin(
        matches,
        and_(matches.c.watch == latest_assessments.c.watch, matches.c.article_id == latest_assessments.c.article_id),
    )
    .where(latest_assessments.c.article_id == bindparam("article_id"))
)


def append_scores(
    connection: Connection,
    article_id: int,
    cards: Sequence[ScoreCard],
    *,
    now: datetime,
    is_backlog: bool = False,
    is_reread: bool = False,
) -> None:
    """Append what is new in `cards` for an article's current version, with its consequences."""
    article = _Scored(**connection.execute(_ARTICLE, {"article_id": article_id}).one()._mapping)
    last = {row.watch: row for row in connection.execute(_LAST, {"article_id": article_id})}
    for card in cards:
        before = last.get(card.watch)
        if before is not None and _is_repetition(before, card, article.version):
            continue
        is_old = article.is_backlog or (
            before.match_is_backlog if before is not None and before.match_id is not None else is_backlog
        )
        _append(connection, card, article, now, is_backlog=is_old)
        is_edit = before is not None and before.version != article.version and not is_reread
        state = MatchState.NONE if before is None else _match_state(before)
        follows = consequence(state, card, is_edit=is_edit)
        _follow(connection, follows, card.watch, article.id, now, is_backlog=is_old)


def first_scores(connection: Connection, article_id: int, article: NewArticle, *, now: datetime) -> None:
    """Write the scores of an article that was made just now, with their consequences."""
    its = _Scored(
        id=article_id,
        version=1,
        feed_id=article.feed_id,
        is_backlog=article.is_backlog or article.is_reread,
        language=article.language,
    )
    for card in article.scores:
        _append(connection, card, its, now, is_backlog=its.is_backlog)
        follows = consequence(MatchState.NONE, card, is_edit=False)
        _follow(connection, follows, card.watch, its.id, now, is_backlog=its.is_backlog)


def _is_repetition(before: AnyRow, card: ScoreCard, version: int) -> bool:
    """An assessment that says what the last one said is not stored again: that makes a repeated step harmless."""
    return (before.version, before.versions, before.score, before.outcome, before.outcome_reason) == (
        version,
        dict(card.versions),
        card.score,
        card.outcome,
        card.outcome_reason,
    )


def _match_state(before: AnyRow) -> MatchState:
    if before.match_id is None:
        return MatchState.NONE
    return MatchState.STANDING if before.withdrawn_at is None else MatchState.WITHDRAWN


def _append(connection: Connection, card: ScoreCard, article: _Scored, now: datetime, *, is_backlog: bool) -> None:
    values = assessment_values(card, article_id=article.id, version=article.version, now=now)
    assessment_id = run(connection, _ADDING, values).scalar_one()
    explanation = {"assessment_id": assessment_id, "assessed_at": now}
    insert_row(connection, explanations, explanation | explanation_values(card))
    newest = {
        "assessment_id": assessment_id,
        "assessed_at": now,
        "score": card.score,
        "outcome": card.outcome,
        "language": article.language,
        "feed_id": article.feed_id,
        "is_backlog": is_backlog,
    }
    upsert(connection, latest_assessments, {"article_id": article.id, "watch": card.watch}, newest)


def _follow(
    connection: Connection, follows: Consequence, watch: str, article_id: int, now: datetime, *, is_backlog: bool
) -> None:
    key = {"watch": watch, "article_id": article_id}
    match follows:
        case MakeMatch():
            made = {"matched_at": now, "withdrawn_reason": "", "is_backlog": is_backlog}
            insert_row(connection, matches, key | made)
        case WithdrawMatch(reason=reason):
            update_row(connection, matches, key, {"withdrawn_at": now, "withdrawn_reason": reason})
        case ReinstateMatch():
            update_row(connection, matches, key, {"withdrawn_at": None, "withdrawn_reason": ""})

"""Articles with their actors, thousands at a time: for trends and portraits. Reads no text and no explanation."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, case, func, null, nulls_first, select

from monitor.model import Acting, ActingFilter, ActorFindings, ActorRole, Outcome, Quote, Relation
from store.articles import ARE_ITS_FINDINGS, current_roles
from store.base import Base, in_chunks
from store.schema import article_versions, articles, findings, latest_assessments, roles
from store.scores import IS_CURRENT

#: When an article counts: a source that states no date brings news when it is first seen, an archive without dates says
#: nothing of when.
_at = case(
    (
        article_versions.c.published.is_(None) & articles.c.is_backlog,
        null(),
    ),
    else_=func.coalesce(article_versions.c.published, articles.c.first_seen_at, type_=articles.c.first_seen_at.type),
)
#: So that what an undated archive holds is never «new».
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class ActingActors(Base):
    """The part of the store about who figures where."""

    def acting(self, wanted: ActingFilter, *, with_relations: bool = False) -> Sequence[Acting]:
        with self.database.reading() as connection:
            its_roles = _roles(connection, wanted)
            its_relations = _relations(connection, wanted) if with_relations else {}
            query = _of(
                wanted,
                articles.c.id,
                _at.label("at"),
                article_versions.c.language,
                articles.c.feed_id,
                articles.c.url,
                article_versions.c.title,
            )
            rows = connection.execute(query.order_by(nulls_first(_at), articles.c.id)).all()
        is_narrow = bool(wanted.actor or wanted.only_unconfirmed)
        return [
            Acting(
                article_id=article_id,
                at=at,
                language=language,
                feed_id=feed_id,
                url=url,
                title=title,
                roles=tuple(its_roles.get(article_id, ())),
                relations=its_relations.get(article_id, ()),
            )
            for article_id, at, language, feed_id, url, title in rows
            if not is_narrow or article_id in its_roles
        ]

    def quoted(self, article_ids: Collection[int]) -> Mapping[int, ActorFindings]:
        with self.database.reading() as connection:
            shown = current_roles(connection, article_ids)
            quotes: dict[int, tuple[Quote, ...]] = {}
            for some in in_chunks(list(article_ids)):
                query = (
                    select(articles.c.id, findings.c.quotes)
                    .join(article_versions, IS_CURRENT)
                    .join(findings, ARE_ITS_FINDINGS)
                )
                for article_id, items in connection.execute(query.where(articles.c.id.in_(some))):
                    quotes[article_id] = tuple(Quote(**item) for item in items)
        return {
            article_id: ActorFindings(quotes=quotes[article_id], roles=shown.get(article_id, ()))
            for article_id in quotes
        }

    def first_acting(self, wanted: ActingFilter) -> Mapping[str, datetime]:
        query = (
            _of(
                wanted,
                roles.c.actor,
                func.min(func.coalesce(_at, _LONG_AGO, type_=articles.c.first_seen_at.type)).label("first_at"),
            )
            .join(roles, _ARE_ITS_ROLES)
            .where(*_are_wanted(wanted))
        )
        with self.database.reading() as connection:
            return {row.actor: row.first_at for row in connection.execute(query.group_by(roles.c.actor))}


_ARE_ITS_ROLES = and_(roles.c.article_id == articles.c.id, roles.c.version == articles.c.version)


def _of(wanted: ActingFilter, *columns: ColumnElement[Any]) -> Select[tuple[Any, ...]]:
    """Something of the articles that are asked for."""
    query = (
        select(*columns)
        .select_from(latest_assessments)
        .join(articles, articles.c.id == latest_assessments.c.article_id)
        .join(article_versions, IS_CURRENT)
        .where(latest_assessments.c.watch == wanted.watch)
    )
    if wanted.only_matches:
        query = query.where(latest_assessments.c.outcome == Outcome.MATCH)
    if wanted.actor:  # by its own index: an actor's articles are few among all, and the matches fewer
        its = roles.alias("its").c
        of_actor = select(its.article_id).where(its.actor == wanted.actor)
        acts = of_actor.where(its.article_id == articles.c.id).exists()
        query = query.where(acts if wanted.only_matches else articles.c.id.in_(of_actor))
    if wanted.since is not None:
        query = query.where(_at >= wanted.since)
    if wanted.until is not None:
        query = query.where(_at < wanted.until)
    return query


def _are_wanted(wanted: ActingFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.actor:
        conditions.append(roles.c.actor == wanted.actor)
    if wanted.only_unconfirmed:
        conditions.append(roles.c.actor.startswith("?"))
    return conditions


def _roles(connection: Connection, wanted: ActingFilter) -> dict[int, list[ActorRole]]:
    columns = (roles.c.article_id, roles.c.actor, roles.c.role, roles.c.mention_count, roles.c.name, roles.c.type)
    query = _of(wanted, *columns).join(roles, _ARE_ITS_ROLES).where(*_are_wanted(wanted))
    found: dict[int, list[ActorRole]] = {}
    for article_id, actor, role, count, name, kind in connection.execute(
        query.order_by(roles.c.article_id, roles.c.position)
    ):
        found.setdefault(article_id, []).append(ActorRole(actor=actor, role=role, count=count, name=name, type=kind))
    return found


def _concerns(item: Mapping[str, str], actor: str) -> bool:
    return not actor or actor in (item["subject"], item["object"])


def _relations(connection: Connection, wanted: ActingFilter) -> dict[int, tuple[Relation, ...]]:
    query = _of(wanted, findings.c.article_id, findings.c.relations).join(findings, ARE_ITS_FINDINGS)
    return {
        article_id: tuple(Relation(**item) for item in items if _concerns(item, wanted.actor))
        for article_id, items in connection.execute(query)
        if items
    }

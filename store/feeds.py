"""Feeds and their polls. Decides nothing about when to poll: plans come in, rows go out."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, func, or_, select

from monitor.errors import NotFoundError
from monitor.model import FeedRow, FeedState, Poll, PollCount, PollPlan
from store.base import Base, in_chunks, inserting_unknown, update_row, upsert
from store.columns import UtcDateTime
from store.intake import store_entries
from store.rows import Values, feed_of, poll_count_of, poll_of, poll_values, url_hash
from store.schema import articles, entries, feeds, polls

#: What is a person's business, not a poll's.
_CONFIGURED = (feeds.c.id, feeds.c.configured_url, feeds.c.configured_at, feeds.c.is_configured, feeds.c.state)

#: What a feed begins with, and returns to when its configured URL changes.
_FRESH: Values = {
    "etag": "",
    "last_modified": "",
    "body_hash": "",
    "next_due_at": None,
    "failures": 0,
    "last_error": "",
    "moved_to": "",
    "moved_count": 0,
    "unchanged_count": 0,
    "interval_s": 0.0,
    "ttl_s": 0.0,
    "entry_count": 0,
    "arrivals": (),
}


class Feeds(Base):
    """The part of the store about feeds."""

    def sync_feeds(self, feeds_by_id: Mapping[str, str], *, now: datetime) -> None:
        with self.database.writing() as connection:
            known = {row.id: row for row in connection.execute(select(*_CONFIGURED))}
            for gone in known.keys() - feeds_by_id.keys():
                update_row(connection, feeds, {"id": gone}, {"is_configured": False})
            for feed_id, url in feeds_by_id.items():
                before = known.get(feed_id)
                if before is None or before.configured_url != url:
                    _start_feed(
                        connection, feed_id, url, now, is_paused=before is not None and before.state == FeedState.PAUSED
                    )
                elif not before.is_configured:
                    update_row(connection, feeds, {"id": feed_id}, {"is_configured": True})

    def feeds(self) -> Sequence[FeedRow]:
        with self.database.reading() as connection:
            rows = connection.execute(select(feeds).where(feeds.c.is_configured).order_by(feeds.c.id))
            return [feed_of(row) for row in rows]

    def feeds_due(self, *, now: datetime, implausible_from: datetime) -> Sequence[FeedRow]:
        due = or_(feeds.c.next_due_at.is_(None), feeds.c.next_due_at <= now, feeds.c.next_due_at > implausible_from)
        with self.database.reading() as connection:
            rows = connection.execute(select(feeds).where(feeds.c.is_configured, due).order_by(feeds.c.id))
            return [feed_of(row) for row in rows]

    def feeds_by_id(self, feed_ids: Collection[str]) -> Sequence[FeedRow]:
        found: list[FeedRow] = []
        with self.database.reading() as connection:
            for some in in_chunks(sorted(feed_ids)):
                wanted = select(feeds).where(feeds.c.is_configured, feeds.c.id.in_(some)).order_by(feeds.c.id)
                found += [feed_of(row) for row in connection.execute(wanted)]
        return found

    def set_feed_state(self, feed_id: str, state: FeedState, *, now: datetime) -> None:
        due: Values = {"next_due_at": now, "failures": 0} if state is FeedState.ACTIVE else {}
        with self.database.writing() as connection:
            if not update_row(connection, feeds, {"id": feed_id}, {"state": state} | due):
                raise NotFoundError(f"no feed {feed_id}")

    def poll_soon(self, feed_id: str, *, now: datetime) -> None:
        with self.database.writing() as connection:
            if not update_row(connection, feeds, {"id": feed_id}, {"next_due_at": now}):
                raise NotFoundError(f"no feed {feed_id}")
            update_row(connection, feeds, {"id": feed_id, "state": FeedState.RETIRED}, {"state": FeedState.ACTIVE})

    def known_entries(self, feed_id: str, keys: Collection[str]) -> Mapping[str, str]:
        found: dict[str, str] = {}
        with self.database.reading() as connection:
            for some in in_chunks(list(keys)):
                query = select(entries.c.key, entries.c.fingerprint).where(
                    entries.c.feed_id == feed_id, entries.c.key.in_(some)
                )
                found.update({row.key: row.fingerprint for row in connection.execute(query)})
        return found

    def known_urls(self, urls: Collection[str]) -> Collection[str]:
        by_hash = {url_hash(url): url for url in urls}
        found: set[str] = set()
        with self.database.reading() as connection:
            for some in in_chunks(list(by_hash)):
                for table in (entries, articles):
                    query = select(table.c.url_hash).where(table.c.url_hash.in_(some))
                    found.update(by_hash[known] for known in connection.scalars(query))
        return found

    def apply_poll(self, plan: PollPlan) -> Mapping[str, int]:
        with self.database.writing() as connection:
            _update_feed(connection, plan)
            added, restated = store_entries(connection, plan)
            poll = poll_values(plan, new_count=len(added))
            connection.execute(inserting_unknown(connection.dialect.name, polls), poll)
        return {**restated, **added}

    def polls(self, *, since: datetime, until: datetime, feed_id: str = "") -> Sequence[Poll]:
        query = select(polls).where(polls.c.polled_at >= since, polls.c.polled_at < until)
        if feed_id:
            query = query.where(polls.c.feed_id == feed_id)
        with self.database.reading() as connection:
            rows = connection.execute(query.order_by(polls.c.polled_at, polls.c.feed_id))
            return [poll_of(row) for row in rows]

    def count_polls(self, *, since: datetime, until: datetime) -> Sequence[PollCount]:
        with self.database.reading() as connection:
            is_postgresql = connection.dialect.name == "postgresql"
            day = func.date(func.timezone("UTC", polls.c.polled_at) if is_postgresql else polls.c.polled_at)
            alike = (polls.c.feed_id, day.label("day"), polls.c.outcome, polls.c.kind, polls.c.status)
            query = (
                select(
                    *alike,
                    func.count().label("polls"),
                    func.sum(polls.c.new_count).label("new"),
                    func.max(polls.c.polled_at, type_=UtcDateTime).label("last_at"),
                )
                .where(polls.c.polled_at >= since, polls.c.polled_at < until)
                .group_by(polls.c.feed_id, day, polls.c.outcome, polls.c.kind, polls.c.status)
                .order_by(polls.c.feed_id, day, func.max(polls.c.polled_at))
            )
            return [poll_count_of(row) for row in connection.execute(query)]


def _start_feed(connection: Connection, feed_id: str, url: str, now: datetime, *, is_paused: bool) -> None:
    """A feed begins, or begins anew at another URL: only a pause, and when it was seen first and last, outlast that."""
    configured = {"url": url, "configured_url": url, "configured_at": now, "is_configured": True}
    state = FeedState.PAUSED if is_paused else FeedState.ACTIVE
    upsert(connection, feeds, {"id": feed_id}, configured | {"state": state} | _FRESH)


def _update_feed(connection: Connection, plan: PollPlan) -> None:
    """Write what a poll learnt, unless a person said otherwise while it ran: by pausing, or by another URL."""
    this = feeds.c.id == plan.feed.id
    before = connection.execute(select(*_CONFIGURED).where(this).with_for_update()).one_or_none()
    if before is None:
        raise NotFoundError(f"no feed {plan.feed.id}")
    if before.configured_at > plan.polled_at:
        return
    state = before.state if before.state == FeedState.PAUSED else plan.feed.state
    update_row(connection, feeds, {"id": plan.feed.id}, vars(plan.feed) | {"state": state})

"""Feeds and their polls. Decides nothing about when to poll: plans come in, rows go out."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, case, insert, select, update

from monitor.errors import NotFoundError
from monitor.model import FeedRow, FeedState, Poll, PollPlan
from store.base import Base, in_chunks, insert_into
from store.intake import store_entries
from store.rows import feed_of, poll_of, poll_values, url_hash
from store.schema import articles, entries, feeds, polls

#: What a feed begins with, and returns to when its configured URL changes.
_FRESH = {
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
            known = {row.id: row for row in connection.execute(select(feeds.c.id, feeds.c.configured_url))}
            connection.execute(update(feeds).values(is_configured=feeds.c.id.in_(feeds_by_id)))
            for feed_id, url in feeds_by_id.items():
                if feed_id not in known:
                    _add_feed(connection, feed_id, url, now)
                elif known[feed_id].configured_url != url:
                    _repoint_feed(connection, feed_id, url, now)

    def feeds(self) -> Sequence[FeedRow]:
        with self.database.reading() as connection:
            rows = connection.execute(select(feeds).where(feeds.c.is_configured).order_by(feeds.c.id))
            return [feed_of(row) for row in rows]

    def set_feed_state(self, feed_id: str, state: FeedState, *, now: datetime) -> None:
        due = {"next_due_at": now, "failures": 0} if state is FeedState.ACTIVE else {}
        with self.database.writing() as connection:
            changed = connection.execute(update(feeds).where(feeds.c.id == feed_id).values(state=state, **due))
            if not changed.rowcount:
                raise NotFoundError(f"no feed {feed_id}")

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

    def apply_poll(self, plan: PollPlan) -> None:
        with self.database.writing() as connection:
            _update_feed(connection, plan)
            added = store_entries(connection, plan)
            polled = insert_into(connection, polls).values(**poll_values(plan, new_count=added))
            connection.execute(polled.on_conflict_do_nothing())

    def polls(self, *, since: datetime, until: datetime, feed_id: str = "") -> Sequence[Poll]:
        query = select(polls).where(polls.c.polled_at >= since, polls.c.polled_at < until)
        if feed_id:
            query = query.where(polls.c.feed_id == feed_id)
        with self.database.reading() as connection:
            rows = connection.execute(query.order_by(polls.c.polled_at, polls.c.feed_id))
            return [poll_of(row) for row in rows]


def _add_feed(connection: Connection, feed_id: str, url: str, now: datetime) -> None:
    connection.execute(
        insert(feeds).values(
            id=feed_id,
            url=url,
            configured_url=url,
            configured_at=now,
            is_configured=True,
            state=FeedState.ACTIVE,
            **_FRESH,
        )
    )


def _repoint_feed(connection: Connection, feed_id: str, url: str, now: datetime) -> None:
    """A new URL is a new start; only a pause, and when the feed was first seen, outlast it."""
    state = case((feeds.c.state == FeedState.PAUSED, FeedState.PAUSED), else_=FeedState.ACTIVE)
    connection.execute(
        update(feeds)
        .where(feeds.c.id == feed_id)
        .values(url=url, configured_url=url, configured_at=now, state=state, **_FRESH)
    )


def _update_feed(connection: Connection, plan: PollPlan) -> None:
    """Write what a poll learnt, unless a person said otherwise while it ran: by pausing, or by another URL."""
    this = feeds.c.id == plan.feed.id
    before = connection.execute(
        select(feeds.c.state, feeds.c.configured_at).where(this).with_for_update()
    ).one_or_none()
    if before is None:
        raise NotFoundError(f"no feed {plan.feed.id}")
    if before.configured_at > plan.polled_at:
        return
    state = before.state if before.state == FeedState.PAUSED else plan.feed.state
    connection.execute(update(feeds).where(this).values(**(vars(plan.feed) | {"state": state})))

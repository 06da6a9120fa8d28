"""The durable queue: entries on their way from a feed to an article, and the pages fetched for them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, bindparam, func, or_, select, update

from monitor.errors import NotFoundError
from monitor.model import Entry, EntryState, Page
from store.base import Base, in_chunks, replace_row, update_row
from store.rows import entry_of, page_of, page_values
from store.schema import article_versions, articles, entries, entry_texts, matches, pages

_ENTRY = select(
    entries,
    *(func.coalesce(entry_texts.c[name], "").label(name) for name in ("title", "summary", "content")),
    entry_texts.c.authors,
).outerjoin(
    entry_texts, and_(entry_texts.c.entry_id == entries.c.id, entry_texts.c.first_seen_at == entries.c.first_seen_at)
)
_IS_ITS_PAGE = and_(pages.c.entry_id == entries.c.id, pages.c.fetched_at == entries.c.fetched_at)
_PAGE = select(pages).join(entries, _IS_ITS_PAGE).where(entries.c.id == bindparam("its_entry"))


class Queue(Base):
    """The part of the store about entries and pages."""

    def due_entries(self, state: EntryState, *, now: datetime, limit: int) -> Sequence[Entry]:
        place = func.row_number().over(partition_by=entries.c.feed_id, order_by=entries.c.id).label("place")
        queued = (
            select(entries.c.id, entries.c.is_backlog, place).where(entries.c.state == state, _is_due(now)).subquery()
        )
        due = select(queued.c.id).order_by(queued.c.is_backlog, queued.c.place, queued.c.id).limit(limit)
        with self.database.reading() as connection:
            rows = connection.execute(_ENTRY.where(entries.c.id.in_(due)).order_by(entries.c.id))
            return [entry_of(row) for row in rows]

    def longest_due(self, *, now: datetime) -> Mapping[EntryState, datetime | None]:
        since = {
            EntryState.PENDING: func.coalesce(entries.c.next_attempt_at, entries.c.first_seen_at),
            EntryState.FETCHED: func.coalesce(entries.c.next_attempt_at, entries.c.fetched_at),
        }
        with self.database.reading() as connection:
            return {
                state: connection.scalar(select(func.min(when)).where(entries.c.state == state, _is_due(now)))
                for state, when in since.items()
            }

    def entry(self, entry_id: int) -> Entry:
        with self.database.reading() as connection:
            row = connection.execute(_ENTRY.where(entries.c.id == entry_id)).one_or_none()
        if row is None:
            raise NotFoundError(f"no entry {entry_id}")
        return entry_of(row)

    def entries_by_id(self, entry_ids: Collection[int]) -> Sequence[Entry]:
        found: list[Entry] = []
        with self.database.reading() as connection:
            for some in in_chunks(sorted(entry_ids)):
                rows = connection.execute(_ENTRY.where(entries.c.id.in_(some)).order_by(entries.c.id))
                found += [entry_of(row) for row in rows]
        return found

    def first_entries(self, article_ids: Collection[int]) -> Mapping[int, int]:
        found: dict[int, int] = {}
        first = select(entries.c.article_id, func.min(entries.c.id).label("id")).group_by(entries.c.article_id)
        with self.database.reading() as connection:
            for some in in_chunks(sorted(article_ids)):
                rows = connection.execute(first.where(entries.c.article_id.in_(some)))
                found |= {row.article_id: row.id for row in rows}
        return found

    def hold_entries(self, entry_ids: Collection[int], state: EntryState, *, until: datetime, now: datetime) -> None:
        with self.database.writing() as connection:
            for some in in_chunks(sorted(entry_ids)):
                waiting = update(entries).where(entries.c.id.in_(some), entries.c.state == state, _is_due(now))
                connection.execute(waiting.values(next_attempt_at=until))

    def release_entries(self, entry_ids: Collection[int], state: EntryState, *, now: datetime) -> None:
        with self.database.writing() as connection:
            for some in in_chunks(sorted(entry_ids)):
                held = update(entries).where(entries.c.id.in_(some), entries.c.state == state)
                connection.execute(held.values(next_attempt_at=now))

    def store_page(self, page: Page) -> None:
        values = page_values(page)
        with self.database.writing() as connection:
            update_entry(
                connection,
                page.entry_id,
                state=EntryState.FETCHED,
                fetched_at=page.fetched_at,
                attempts=0,
                reason="",
                next_attempt_at=None,
            )
            # Once the entry is locked, and whatever the page's time: two workers may have asked for it at once.
            replace_row(connection, pages, {"entry_id": page.entry_id}, values)

    def page(self, entry_id: int) -> Page:
        with self.database.reading() as connection:
            row = connection.execute(_PAGE, {"its_entry": entry_id}).one_or_none()
        if row is None:
            raise NotFoundError(f"no page is stored for entry {entry_id}")
        return page_of(row)

    def kept_pages(
        self, *, since: datetime | None = None, feed_id: str = "", article_id: int | None = None, method: str = ""
    ) -> Sequence[int]:
        kept = (
            select(entries.c.id, entries.c.article_id)
            .join(pages, _IS_ITS_PAGE)
            .where(entries.c.state.in_((EntryState.ASSESSED, EntryState.UNEXTRACTABLE)))
            .order_by(pages.c.fetched_at, entries.c.id)
        )
        if since is not None:
            kept = kept.where(pages.c.fetched_at >= since)
        if feed_id:
            kept = kept.where(entries.c.feed_id == feed_id)
        if article_id is not None:
            kept = kept.where(entries.c.article_id == article_id)
        if method:
            current = and_(
                article_versions.c.article_id == articles.c.id, article_versions.c.version == articles.c.version
            )
            made_so = select(articles.c.id).join(article_versions, current).where(article_versions.c.method == method)
            kept = kept.where(entries.c.article_id.in_(made_so))
        with self.database.reading() as connection:
            last = {row.article_id or -row.id: row.id for row in connection.execute(kept)}
        return sorted(last.values())

    def look_again(self, *, after: timedelta, within: timedelta, now: datetime) -> int:
        standing = select(matches.c.article_id).where(matches.c.withdrawn_at.is_(None))
        candidates = select(entries.c.id, entries.c.first_seen_at, entries.c.fetched_at).where(
            entries.c.state == EntryState.ASSESSED,
            entries.c.first_seen_at > now - within,
            entries.c.fetched_at < now - after,
            entries.c.article_id.in_(standing),
        )
        with self.database.writing() as connection:
            seen_once = [row.id for row in connection.execute(candidates) if row.fetched_at < row.first_seen_at + after]
            for entry_id in seen_once:
                update_entry(connection, entry_id, state=EntryState.PENDING, attempts=0, next_attempt_at=None)
        return len(seen_once)

    def postpone_entry(self, entry_id: int, *, until: datetime, reason: str, is_attempt: bool = True) -> None:
        attempts = entries.c.attempts + int(is_attempt)
        postponing = (
            update(entries)
            .where(entries.c.id == entry_id)
            .values(attempts=attempts, next_attempt_at=until, reason=reason)
        )
        with self.database.writing() as connection:
            if not connection.execute(postponing).rowcount:
                raise NotFoundError(f"no entry {entry_id}")

    def finish_entry(self, entry_id: int, state: EntryState, *, reason: str, now: datetime) -> None:
        if state not in (EntryState.UNEXTRACTABLE, EntryState.GIVEN_UP):
            raise ValueError(f"an entry cannot end as {state}")
        with self.database.writing() as connection:
            update_entry(connection, entry_id, state=state, reason=reason, finished_at=now, next_attempt_at=None)

    def link_entry(self, entry_id: int, article_id: int, *, now: datetime) -> None:
        with self.database.writing() as connection:
            if connection.scalar(select(articles.c.id).where(articles.c.id == article_id)) is None:
                raise NotFoundError(f"no article a-{article_id}")
            update_entry(
                connection,
                entry_id,
                state=EntryState.ASSESSED,
                article_id=article_id,
                reason="",
                next_attempt_at=None,
                finished_at=now,
            )


def _is_due(now: datetime) -> ColumnElement[bool]:
    return or_(entries.c.next_attempt_at.is_(None), entries.c.next_attempt_at <= now)


def update_entry(connection: Connection, entry_id: int, **values: Any) -> None:
    """Change one entry's row, which must exist."""
    if not update_row(connection, entries, {"id": entry_id}, values):
        raise NotFoundError(f"no entry {entry_id}")

"""What the store remembers of collecting: feeds, the queue of entries, pages."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from monitor.model import (
    Entry,
    EntryState,
    FeedRow,
    FeedState,
    Page,
    Poll,
    PollCount,
    PollPlan,
)


class FeedStore(Protocol):
    """Feeds and their polls."""

    def sync_feeds(self, feeds: Mapping[str, str], *, now: datetime) -> None:
        """Make the rows follow the configuration (id -> URL): new ones start, absent ones stay but are not polled."""
        ...

    def feeds(self) -> Sequence[FeedRow]:
        """The rows of all configured feeds, by id."""
        ...

    def feeds_by_id(self, feed_ids: Collection[str]) -> Sequence[FeedRow]:
        """Some of the configured feeds, in id order."""
        ...

    def feeds_due(self, *, now: datetime, implausible_from: datetime) -> Sequence[FeedRow]:
        """Configured feeds that are due now or, by a clock that was wrong, only when nobody would wait for it."""
        ...

    def set_feed_state(self, feed_id: str, state: FeedState, *, now: datetime) -> None: ...

    def poll_soon(self, feed_id: str, *, now: datetime) -> None:
        """Make a feed due; one that retired is asked once more."""
        ...

    def known_entries(self, feed_id: str, keys: Collection[str]) -> Mapping[str, str]:
        """Which of `keys` the feed has brought before: key -> fingerprint."""
        ...

    def known_urls(self, urls: Collection[str]) -> Collection[str]:
        """Which canonical URLs are known as entry or article of any feed."""
        ...

    def apply_poll(self, plan: PollPlan) -> Mapping[str, int]:
        """Write a poll, its feed row and its entries, all or nothing; a repeated plan adds no entry twice.

        Changed entries go back to `pending` with their new statement, keeping id and article. Returns the ids of the
        entries that were added or changed, by key.
        """
        ...

    def polls(self, *, since: datetime, until: datetime, feed_id: str = "") -> Sequence[Poll]: ...

    def count_polls(self, *, since: datetime, until: datetime) -> Sequence[PollCount]:
        """The polls in [since, until) counted by feed, day (UTC) and how they ended."""
        ...


class QueueStore(Protocol):
    """Entries on their way to becoming articles, and the pages fetched for them."""

    def due_entries(self, state: EntryState, *, now: datetime, limit: int) -> Sequence[Entry]:
        """Entries in `state` whose next attempt is due, oldest first.

        Beyond the limit all feeds get their share, and what is new goes before backlog.
        """
        ...

    def longest_due(self, *, now: datetime) -> Mapping[EntryState, datetime | None]:
        """For each state in which entries wait: since when the longest waiting of the due ones has been due."""
        ...

    def entry(self, entry_id: int) -> Entry: ...

    def entries_by_id(self, entry_ids: Collection[int]) -> Sequence[Entry]:
        """Entries by id, in id order; those that are not there are left out."""
        ...

    def first_entries(self, article_ids: Collection[int]) -> Mapping[int, int]:
        """Article -> the first entry that brought it; what was imported came without one."""
        ...

    def store_page(self, page: Page) -> None:
        """Keep a page and set its entry `fetched`."""
        ...

    def page(self, entry_id: int) -> Page:
        """The last page stored for an entry; NotFoundError when it was pruned."""
        ...

    def kept_pages(
        self, *, since: datetime | None = None, feed_id: str = "", article_id: int | None = None, method: str = ""
    ) -> Sequence[int]:
        """Ids of entries that are through and whose raw page is kept: one for each article, the page fetched last.

        `since` is when the page was fetched, `method` how the article's current text was won.
        """
        ...

    def look_again(self, *, after: timedelta, within: timedelta, now: datetime) -> int:
        """Queue the pages of standing matches once more, `after` their first look; return how many.

        Publishers correct and withdraw without a word in the feed. Entries first seen more than `within` ago are left.
        """
        ...

    def hold_entries(self, entry_ids: Collection[int], state: EntryState, *, until: datetime, now: datetime) -> None:
        """Make entries that were handed to a worker not due before `until`, those that are still in `state` and due."""
        ...

    def release_entries(self, entry_ids: Collection[int], state: EntryState, *, now: datetime) -> None:
        """Make held entries due again, those that are still in `state`."""
        ...

    def postpone_entry(self, entry_id: int, *, until: datetime, reason: str, is_attempt: bool = True) -> None:
        """Count an attempt, if it was one, and try again later; the entry keeps its state."""
        ...

    def finish_entry(self, entry_id: int, state: EntryState, *, reason: str, now: datetime) -> None:
        """End an entry as `unextractable` or `given_up`; it stays readable with its reason."""
        ...

    def link_entry(self, entry_id: int, article_id: int, *, now: datetime) -> None:
        """End an entry as `assessed` whose article another feed brought first."""
        ...

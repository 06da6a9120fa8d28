"""What flows from a feed to an extracted text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from monitor.model.states import EntryState, FeedState, PollOutcome, TextQuality


@dataclass(frozen=True, kw_only=True)
class FeedSpec:
    """One feed as the configuration names it."""

    #: Slug, unique in the configuration; identity in the store.
    id: str
    url: str
    title: str
    #: ISO 639-1 of what the feed is written in.
    language: str
    #: ISO 3166-1 alpha-2, lower case; empty for international.
    country: str = ""
    publisher: str = ""
    #: agency, public, private or state.
    kind: str = "private"
    is_paused: bool = False
    #: Bounds for the adaptive interval; None: the daemon's own.
    min_interval: timedelta | None = None
    max_interval: timedelta | None = None
    #: Sent with every request to this feed; values may cite ${ENV} and are resolved by settings.
    headers: Mapping[str, str] = field(default_factory=dict)
    #: "" or "user:password"; resolved from the environment by settings.
    basic_auth: str = field(default="", repr=False)
    user_agent: str = ""
    #: Where it stands in lists of feeds (OPML): «News/Turkey».
    folders: tuple[str, ...] = ()
    #: What the list it was imported from says of it beyond what is known here.
    opml: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class FeedRow:
    """What the store remembers of a feed between polls."""

    id: str
    #: Where it is polled now: the configured URL, or where a permanent redirect has led.
    url: str
    state: FeedState = FeedState.ACTIVE
    etag: str = ""
    last_modified: str = ""
    #: Hash of the last body parsed; an equal body is `unchanged` whatever the headers say.
    body_hash: str = ""
    first_polled_at: datetime | None = None  # None: never polled
    last_polled_at: datetime | None = None
    last_success_at: datetime | None = None
    #: When it last brought an entry that was new.
    last_new_at: datetime | None = None
    next_due_at: datetime | None = None  # None: due at once
    #: Failed or blocked polls since the last success.
    failures: int = 0
    #: The last failure, in words a person understands; empty after a success.
    last_error: str = ""
    #: Where a permanent redirect pointed, and how often in a row; it is adopted once it held.
    moved_to: str = ""
    moved_count: int = 0
    #: Polls answered «unchanged» since the last full request.
    unchanged_count: int = 0
    #: The interval the last plan settled on, in seconds.
    interval_s: float = 0.0
    #: Lower bound for the interval that the last document stated, in seconds.
    ttl_s: float = 0.0
    #: Entries in the last document.
    entry_count: int = 0
    #: New entries by hour of the week (168 numbers, UTC, Monday 0:00 first), older weeks fading; empty: not known yet.
    arrivals: tuple[float, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Request:
    """What to ask a server for."""

    url: str
    #: Conditional headers; empty asks for the whole.
    etag: str = ""
    last_modified: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    basic_auth: str = field(default="", repr=False)
    user_agent: str = ""
    #: Whether robots.txt must allow it.
    obeys_robots: bool = True
    max_bytes: int = 10_000_000
    #: A longer body is cut there instead of being refused.
    beginning_suffices: bool = False
    deadline_s: float = 30.0


@dataclass(frozen=True, kw_only=True)
class Fetched:
    """A response with a body (2xx), complete and within all bounds."""

    #: The URL that was asked.
    url: str
    #: Where redirects led.
    final_url: str
    status: int
    content_type: str
    #: From the Content-Type header, lower case; empty when absent.
    charset: str
    body: bytes = field(repr=False)
    fetched_at: datetime
    etag: str = ""
    last_modified: str = ""
    #: Target of an unbroken chain of permanent redirects from `url`, else empty.
    moved_to: str = ""
    #: Lower bound for the next request (Cache-Control max-age, Expires), in seconds; 0 when not stated.
    max_age_s: float = 0.0
    #: A `Link: rel="self"`-independent note of what was odd («mislabelled gzip»), for humans.
    notes: tuple[str, ...] = ()
    #: What the server says the time is; None where it says nothing.
    server_time: datetime | None = field(default=None, compare=False)


@dataclass(frozen=True, kw_only=True)
class NotModified:
    """The server says that nothing changed (304)."""

    url: str
    fetched_at: datetime
    max_age_s: float = 0.0
    #: As in Fetched.
    moved_to: str = ""


@dataclass(frozen=True, kw_only=True)
class ParsedEntry:
    """One item of a feed as its publisher states it, cleaned; texts are plain, never markup."""

    guid: str
    #: Absolute, http or https only; empty when there is none.
    url: str
    title: str
    summary: str
    #: Full content where the feed carries it, as plain text.
    content: str = ""
    published: datetime | None = None
    updated: datetime | None = None
    authors: tuple[str, ...] = ()
    language: str = ""


@dataclass(frozen=True, kw_only=True)
class ParsedFeed:
    """A whole feed document."""

    title: str
    #: rss, atom, rdf, json, sitemap or sitemap_index.
    format: str
    language: str
    entries: tuple[ParsedEntry, ...]
    #: Lower bound for the interval that the feed states (<ttl>, sy:updatePeriod), in seconds; 0 when none.
    ttl_s: float = 0.0
    #: What was wrong and lived through, for humans.
    problems: tuple[str, ...] = ()
    #: The sitemaps that a sitemap index names, most promising first.
    children: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class NewEntry:
    """An entry that a poll found and the store does not know."""

    feed_id: str
    #: Stable identity within the feed, hashed: the canonical URL where it is the entry's own, else guid, else title.
    key: str
    #: Canonical URL: tracking parameters stripped; identity of the article across feeds.
    url: str
    #: The URL to fetch.
    fetch_url: str
    title: str
    summary: str
    content: str = ""
    published: datetime | None = None
    updated: datetime | None = None
    authors: tuple[str, ...] = ()
    #: Hash of what the feed states of it; a change asks for a new look at the page.
    fingerprint: str
    #: Older than the feed's first poll: assessed and reviewable, not in the daily digest.
    is_backlog: bool = False


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One entry as stored."""

    id: int
    feed_id: str
    key: str
    url: str
    fetch_url: str
    title: str
    summary: str
    content: str
    published: datetime | None
    updated: datetime | None
    authors: tuple[str, ...]
    fingerprint: str
    is_backlog: bool
    state: EntryState
    #: Why it is unextractable or given up; empty otherwise.
    reason: str
    attempts: int
    first_seen_at: datetime
    next_attempt_at: datetime | None  # None: at once
    article_id: int | None  # None until assessed


@dataclass(frozen=True, kw_only=True)
class Page:
    """What HTTP returned for an entry, kept until (and for a while after) extraction."""

    entry_id: int
    final_url: str
    content_type: str
    charset: str
    body: bytes = field(repr=False)
    fetched_at: datetime


@dataclass(frozen=True, kw_only=True)
class PollPlan:
    """All that one poll changes, written in one transaction."""

    feed: FeedRow
    outcome: PollOutcome
    polled_at: datetime
    new: tuple[NewEntry, ...] = ()
    #: Known entries whose stated content changed: to be fetched again.
    changed: tuple[NewEntry, ...] = ()
    #: FailureKind or BlockKind, empty on success.
    kind: str = ""
    #: In words a person understands.
    message: str = ""
    #: Entries in the document.
    entry_count: int = 0
    #: Entries that fell out of the feed's window between two polls: a lower bound, 0 if none is known.
    missed_count: int = 0
    status: int | None = None
    elapsed_ms: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Extraction:
    """What extraction made of a page (or of an entry alone)."""

    title: str
    text: str
    #: As the page states it (html lang, og:locale), ISO 639-1; empty when it doesn't.
    language_hint: str = ""
    published: datetime | None = None
    updated: datetime | None = None
    authors: tuple[str, ...] = ()
    #: Canonical URL as the page states it, checked to be of the same site; else the final URL.
    url: str = ""
    #: Which way the text was won: trafilatura, resiliparse, feed …
    method: str
    quality: TextQuality
    #: Short stable words that say why the quality is what it is («paywall_marker», «short_text» …).
    reasons: tuple[str, ...] = ()

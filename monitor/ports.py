"""The protocols between the flow and the world: Store, Fetcher, Extractor, Clock. No implementation lives here."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from monitor.model import (
    Account,
    Acting,
    ActingFilter,
    ActorFindings,
    Article,
    ArticleFilter,
    ArticleReport,
    Assessment,
    AuditEntry,
    Counts,
    Delivery,
    DeliveryKind,
    DeliveryState,
    Digest,
    Entry,
    EntryState,
    Extraction,
    FeedRow,
    FeedState,
    Fetched,
    Judged,
    KeptRobots,
    Match,
    NewArticle,
    NewDelivery,
    NewEntry,
    NotModified,
    Page,
    Poll,
    PollCount,
    PollPlan,
    Request,
    ScoreCard,
    TextHits,
    TurnTaken,
    Verdict,
    VerdictKind,
)


class Clock(Protocol):
    """The only source of «now»."""

    def __call__(self) -> datetime:
        """The current time, aware UTC."""
        ...


class Fetcher(Protocol):
    """Asks servers; a good citizen within all bounds. Safe to use from many tasks at once."""

    async def fetch(self, request: Request) -> Fetched | NotModified:
        """Return the response; raise FetchError when there is none, RefusedError when it is not for us."""
        ...


class Extractor(Protocol):
    """Makes an article of a page, in a process that can be killed."""

    async def extract(self, page: Page, entry: Entry) -> Extraction:
        """Return title, text and what is known beside them; raise ExtractError when the page holds none."""
        ...

    async def first(self, page: Page, entry: Entry) -> Extraction | None:
        """A cheap first text, marked as such; None where only the full extraction can tell what the page is."""
        ...


class Meter(Protocol):
    """Is told what the steps do, and counts it. Safe to use from many threads."""

    def polled(self, plan: PollPlan) -> None: ...

    def fetched(self, size: int) -> None:
        """A page of so many bytes came."""
        ...

    def not_fetched(self, outcome: str) -> None:
        """A page did not come: `failed` for now, or `given_up`."""
        ...

    def extracted(self, seconds: float) -> None:
        """A page was made a text, or found to be none."""
        ...

    def assessed(self, cards: Sequence[ScoreCard], seconds: float) -> None:
        """A text was read, scored and stored."""
        ...


class Manners(Protocol):
    """What processes that ask the same hosts tell each other, so that a host sees one guest. Raises as Store does."""

    def take_turn(self, site: str, *, host: str, hold_s: float) -> TurnTaken:
        """Take the turn at a site if nobody has it and its spacing is over, for `hold_s` at most."""
        ...

    def end_turn(self, site: str, *, held_until: datetime, spacing_s: float) -> None:
        """Give a turn back: the next one begins `spacing_s` from now."""
        ...

    def let_rest(self, host: str, *, until: datetime) -> None:
        """Remember for all that a host wants no requests before `until`."""
        ...

    def robots(self, origin: str) -> KeptRobots | None:
        """What is known of an origin's robots.txt, stale or not."""
        ...

    def keep_robots(self, origin: str, kept: KeptRobots) -> None:
        """Tell all; without a body the last one stays known."""
        ...


class Store(Protocol):
    """All that is remembered. Each writing method is one transaction; each returns only after it is durable.

    Raises StoreUnavailableError when the database cannot be reached or written, NotFoundError for unknown ids.
    """

    def close(self) -> None: ...

    # feeds and polls
    def sync_feeds(self, feeds: Mapping[str, str], *, now: datetime) -> None:
        """Make the rows follow the configuration (id -> URL): new ones start, absent ones stay but are not polled."""
        ...

    def feeds(self) -> Sequence[FeedRow]:
        """The rows of all configured feeds, by id."""
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

    def set_feed_state(self, feed_id: str, state: FeedState, *, now: datetime) -> None: ...

    def poll_soon(self, feed_id: str, *, now: datetime) -> None:
        """Make a feed due; one that retired is asked once more."""
        ...

    def polls(self, *, since: datetime, until: datetime, feed_id: str = "") -> Sequence[Poll]: ...

    def count_polls(self, *, since: datetime, until: datetime) -> Sequence[PollCount]:
        """The polls in [since, until) counted by feed, day (UTC) and how they ended."""
        ...

    # the queue
    def due_entries(self, state: EntryState, *, now: datetime, limit: int) -> Sequence[Entry]:
        """Entries in `state` whose next attempt is due, oldest first.

        Beyond the limit all feeds get their share, and what is new goes before backlog.
        """
        ...

    def entry(self, entry_id: int) -> Entry: ...

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

    def prune_pages(self, *, before: datetime) -> int:
        """Drop raw pages fetched before a moment whose entries are through; return how many."""
        ...

    def prune_articles(self, *, before: datetime, limit: int = ...) -> int:
        """Let go of texts first seen before a moment that never matched nor were judged; how many, 0 at the end."""
        ...

    def count_prunable(self, *, pages_before: datetime, articles_before: datetime) -> tuple[int, int]:
        """How many pages and articles could be let go."""
        ...

    def look_again(self, *, after: timedelta, within: timedelta, now: datetime) -> int:
        """Queue the pages of standing matches once more, `after` their first look; return how many.

        Publishers correct and withdraw without a word in the feed. Entries first seen more than `within` ago are left.
        """
        ...

    def feeds_due(self, *, now: datetime, implausible_from: datetime) -> Sequence[FeedRow]:
        """Configured feeds that are due now or, by a clock that was wrong, only when nobody would wait for it."""
        ...

    def feeds_by_id(self, feed_ids: Collection[str]) -> Sequence[FeedRow]:
        """Some of the configured feeds, in id order."""
        ...

    def entries_by_id(self, entry_ids: Collection[int]) -> Sequence[Entry]:
        """Entries by id, in id order; those that are not there are left out."""
        ...

    def first_entries(self, article_ids: Collection[int]) -> Mapping[int, int]:
        """Article -> the first entry that brought it; what was imported came without one."""
        ...

    def longest_due(self, *, now: datetime) -> Mapping[EntryState, datetime | None]:
        """For each state in which entries wait: since when the longest waiting of the due ones has been due."""
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

    # articles
    def record_article(self, article: NewArticle, *, now: datetime) -> int:
        """Store a text, its scores, findings and what follows for matches, and set its entry `assessed`; its id.

        Known by URL, then: an equal content hash is no new version (new assessments are still appended if any of
        their versions differ); another hash is a new version. A first `match` outcome makes a match; a later one
        below withdraws it; a later `match` again reinstates it under the same id. Idempotent.
        """
        ...

    def record_scores(
        self, article_id: int, cards: Sequence[ScoreCard], *, now: datetime, is_backlog: bool = False
    ) -> None:
        """Append assessments of the current version (a rescore), with the same consequences for matches.

        With `is_backlog`, matches that this makes are backlog: reviewable, in no daily digest.
        """
        ...

    def article(self, article_id: int) -> Article: ...

    def article_by_url(self, url: str) -> Article | None: ...

    def article_versions(self, article_id: int) -> Sequence[Article]:
        """All versions, first to last."""
        ...

    def articles(self, *, after_id: int = 0, limit: int | None = None) -> Iterator[Article]:
        """All articles in id order, streaming."""
        ...

    def articles_by_id(self, article_ids: Collection[int]) -> Mapping[int, Article]:
        """The current versions of some articles; those that are not there are left out."""
        ...

    def article_feeds(self, article_id: int) -> Sequence[str]:
        """Ids of all feeds that carried it, first to last."""
        ...

    def hits(self, article_ids: Collection[int], *, lists: str) -> Mapping[int, TextHits]:
        """What the current versions of articles name, where it was kept and found by the lists of this version."""
        ...

    def findings(self, article_id: int) -> ActorFindings:
        """Actors of the current version."""
        ...

    def record_findings(self, article_id: int, found: ActorFindings) -> None:
        """Replace the actors of the current version: its text was read again with newer lists."""
        ...

    def acting(self, wanted: ActingFilter, *, with_relations: bool = False) -> Sequence[Acting]:
        """Articles with their actors, by time; without texts, so that it serves for thousands of them."""
        ...

    def first_acting(self, wanted: ActingFilter) -> Mapping[str, datetime]:
        """Each actor of these articles with the time of the first one; undated archives are older than all else."""
        ...

    def assessments(self, article_id: int, watch: str) -> Sequence[Assessment]:
        """All assessments, first to last; the last one counts."""
        ...

    def judged(self, watch: str, *, after: int = 0) -> Iterator[Judged]:
        """The assessments that count for a watch and are newer than `after` (an assessment's id), oldest first."""
        ...

    def match(self, match_id: int) -> Match: ...

    def reports(self, wanted: ArticleFilter) -> Sequence[ArticleReport]:
        """Articles with their latest assessment, match and latest verdict, best score first."""
        ...

    def count_reports(self, wanted: ArticleFilter) -> int:
        """How many `reports` would return; its limit counts."""
        ...

    # verdicts
    def give_verdict(
        self,
        article_id: int,
        watch: str,
        kind: VerdictKind,
        *,
        reason: str,
        note: str,
        author: str,
        now: datetime,
        seen: int | None = None,
    ) -> Verdict:
        """Append a verdict on the current version; the last one counts.

        `seen` is the last one that the author has seen, 0 for none: VerdictConflictError where there is a later one.
        """
        ...

    def verdicts(self, watch: str, *, article_id: int | None = None) -> Sequence[Verdict]:
        """Verdicts of a watch, first to last."""
        ...

    # digests
    def save_digest(self, digest: Digest) -> bool:
        """Store a digest; False (and nothing written) when that watch, day and revision exists."""
        ...

    def digest(self, watch: str, day: date, *, revision: int | None = None) -> Digest | None:
        """A stored digest, the latest revision by default."""
        ...

    def digests(self, watch: str) -> Sequence[Digest]:
        """All stored digests, newest day first, latest revision each."""
        ...

    def digest_revisions(self, watch: str, *, since: datetime) -> Sequence[tuple[date, int, datetime]]:
        """Day, revision and time of each digest stored from `since` on, in order, without their content."""
        ...

    # deliveries
    def add_deliveries(self, new: Sequence[NewDelivery], *, now: datetime) -> int:
        """Queue what has a key not known yet, all of it or nothing; how many."""
        ...

    def deliveries(
        self,
        *,
        watch: str = "",
        kind: DeliveryKind | None = None,
        state: DeliveryState | None = None,
        since: datetime | None = None,
        limit: int | None = None,
    ) -> Sequence[Delivery]:
        """Deliveries queued from `since` on, newest first; empty filters do not filter."""
        ...

    def due_deliveries(self, *, now: datetime, with_waiting: bool = False) -> Sequence[Delivery]:
        """What is to be sent now and nobody is sending, oldest first; with those that wait for another attempt."""
        ...

    def claim_delivery(self, delivery_id: int, *, now: datetime, until: datetime) -> bool:
        """Take a delivery for sending; False if another process has it. The claim ends at `until`, or when recorded."""
        ...

    def delivery_sent(self, delivery_id: int, *, now: datetime) -> None:
        """The receiver has it."""
        ...

    def delivery_failed(self, delivery_id: int, error: str, *, next_at: datetime | None) -> None:
        """It was tried in vain; tried again at `next_at`, given up without one."""
        ...

    def retry_delivery(self, delivery_id: int, *, now: datetime) -> Delivery:
        """Queue what failed or was given up as if it were new, under its old key; NotFoundError if it was sent."""
        ...

    def count_deliveries(self) -> Mapping[DeliveryState, int]:
        """How many there are in each state."""
        ...

    # small named documents: seed profiles and texts, background counts, run state
    def put_document(self, kind: str, name: str, body: bytes, *, now: datetime) -> None: ...

    def drop_document(self, kind: str, name: str) -> None:
        """Forget a document; nothing happens where there is none."""
        ...

    def document(self, kind: str, name: str) -> bytes | None: ...

    def documents(self, kind: str) -> Sequence[str]:
        """Names, sorted."""
        ...

    def document_bodies(self, kind: str) -> Mapping[str, bytes]:
        """All documents of a kind, by name."""
        ...

    # people
    def put_account(self, account: Account) -> None:
        """Make an account, or put it in the place of the one of that name."""
        ...

    def accounts(self) -> Sequence[Account]:
        """By name."""
        ...

    def drop_account(self, name: str) -> None:
        """Remove an account and end its sessions; what it did stays recorded. Raises NotFoundError."""
        ...

    def open_session(self, token_hash: str, account: str, *, label: str, now: datetime, until: datetime) -> None:
        """Somebody is logged in; sessions that are over are cleared away."""
        ...

    def session_account(self, token_hash: str, *, now: datetime) -> Account | None:
        """Whose session it is, if it still is one."""
        ...

    def end_session(self, token_hash: str) -> None: ...

    def end_sessions(self, account: str) -> int:
        """Log an account out everywhere; how many sessions that were."""
        ...

    def record(self, author: str, action: str, subject: str, detail: Mapping[str, str], *, now: datetime) -> None:
        """Put a change on record."""
        ...

    def audit(
        self, *, author: str = "", since: datetime | None = None, limit: int | None = None
    ) -> Sequence[AuditEntry]:
        """What was changed by whom, the latest first."""
        ...

    def tend(self) -> None:
        """Put the database in order for questions to come; now and then."""
        ...

    # numbers
    def counts(self, watch: str) -> Counts: ...

    def count_pages(self, *, since: datetime, until: datetime) -> Mapping[str, tuple[int, int]]:
        """Of the pages fetched in [since, until) and dealt with: feed id -> (held an article, did not)."""
        ...

    def count_published(self, watch: str, *, since: datetime, until: datetime) -> Mapping[str, int]:
        """The outcomes that count, of articles published in [since, until)."""
        ...

    def count_day(self, watch: str, *, since: datetime, until: datetime) -> Mapping[str, Any]:
        """For a digest's manifest: entries seen, pages fetched, articles and each outcome in [since, until)."""
        ...


__all__ = ["Clock", "Extractor", "Fetcher", "Manners", "NewEntry", "Store"]

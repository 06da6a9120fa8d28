"""Decide which feeds are due, what a poll found means, and when to come back. Touches nothing; `now` is an argument.

    due    = due_feeds(store.feeds(), now=clock())
    result = Polled(...) | NotModified | an error          # the shell asks and parses
    found  = new_entries(result, feed_id=row.id)
    plan   = plan_poll(row, result, found=found, known=store.known_entries(...), ...)
    store.apply_poll(plan)

No feed is ever dropped: what fails comes back by itself, later and later but within a day; what is gone (410) retires
visibly.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from http import HTTPStatus

from monitor.collect import rhythm
from monitor.collect.identity import entries_of
from monitor.errors import FeedParseError, FetchError, HostRestsError, RefusedError, UnreachableError
from monitor.model import (
    BlockKind,
    Entry,
    FailureKind,
    FeedRow,
    FeedSpec,
    FeedState,
    Fetched,
    NewEntry,
    NotModified,
    ParsedFeed,
    PollBounds,
    PollOutcome,
    PollPlan,
    Request,
)

#: How much longer each further failure makes the wait: a wrong address or a closed door hardly mends itself
#: within the hour, a broken connection often does, and a server that names its time is taken at its word.
HARD, SOFT, TEMPORARY = 2.0, 1.5, 1.25
#: No name or no connection is mostly our own network: asking again costs no server anything, and a machine that wakes
#: up should not wait a day for its feeds. A server that was reached and broke off is a soft failure as any other.
UNREACHABLE_WAIT = timedelta(minutes=2)
UNREACHABLE_LONGEST = timedelta(minutes=30)
#: Up to this share of an interval is added, so that feeds do not march in step.
JITTER_SHARE = 0.1
#: After so many failures where a permanent redirect led, the configured address is asked again.
RETURN_AFTER = 3
#: A due time so far ahead was written by a clock that was wrong.
IMPLAUSIBLY_FAR = timedelta(days=8)

#: Waits between attempts at a page, by how the last one failed; after the last hard one the page is given up.
_PAGE_WAITS = {
    HARD: (timedelta(minutes=15), timedelta(hours=3)),  # some sites announce a page before they serve it
    SOFT: tuple(timedelta(minutes=minutes) for minutes in (5, 30, 120, 480, 1440)),  # then once a day
}
_CHALLENGE_WAITS = (timedelta(hours=1), timedelta(hours=6))


@dataclass(frozen=True, kw_only=True)
class Polled:
    """A poll that brought a body: the response and what it says; None when the body is that of last time."""

    fetched: Fetched
    feed: ParsedFeed | None


PollError = FetchError | RefusedError | FeedParseError
PollResult = Polled | NotModified | PollError


# --- before a poll ---------------------------------------------------------------------------------------------------


def due_feeds(rows: Sequence[FeedRow], *, now: datetime) -> list[FeedRow]:
    """The feeds to be polled now, longest overdue first."""
    due = [row for row in rows if row.state in (FeedState.ACTIVE, FeedState.BACKING_OFF) and _is_due(row, now)]
    return sorted(
        due, key=lambda row: (row.next_due_at or row.last_polled_at or datetime.min.replace(tzinfo=now.tzinfo), row.id)
    )


def _is_due(row: FeedRow, now: datetime) -> bool:
    return row.next_due_at is None or row.next_due_at <= now or row.next_due_at > now + IMPLAUSIBLY_FAR


def poll_request(row: FeedRow, spec: FeedSpec, *, bounds: PollBounds) -> Request:
    """What to ask the feed's server: conditionally, but now and then for the whole."""
    is_well = row.last_success_at is not None and not row.failures  # the condition itself may be what fails
    is_conditional = is_well and row.unchanged_count < bounds.full_request_every
    return Request(
        url=row.url,
        etag=row.etag if is_conditional else "",
        last_modified=row.last_modified if is_conditional else "",
        headers=spec.headers,
        basic_auth=spec.basic_auth,
        user_agent=spec.user_agent,
        obeys_robots=bounds.obeys_robots,
        max_bytes=bounds.max_feed_bytes,
        deadline_s=bounds.feed_deadline_s,
    )


def is_same_body(row: FeedRow, fetched: Fetched) -> bool:
    """Whether a response repeats the body that was parsed last: then parsing it again can be spared."""
    return bool(row.body_hash) and row.body_hash == body_hash(fetched.body)


def body_hash(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def new_entries(result: Polled, *, feed_id: str) -> tuple[NewEntry, ...]:
    """The entries of a document, with their keys; which of them are new only the store knows."""
    return entries_of(result.feed.entries, feed_id=feed_id) if result.feed else ()


# --- after a poll ----------------------------------------------------------------------------------------------------


def plan_poll(
    row: FeedRow,
    result: PollResult,
    *,
    found: Sequence[NewEntry] = (),
    known: Mapping[str, str],
    bounds: PollBounds,
    spec: FeedSpec | None = None,
    now: datetime,
    jitter: float,
) -> PollPlan:
    """All that follows from one poll. `known` holds the fingerprints of those keys the feed brought before;
    `jitter` is between 0 and 1."""
    bounds = _bounds_of(spec, bounds)
    if isinstance(result, Polled):
        return _plan_document(row, result, found, known, bounds, now, jitter)
    if isinstance(result, NotModified):
        return _plan_not_modified(row, result, bounds, now, jitter)
    return _plan_failure(_returning(row, result, spec), result, bounds, now, jitter)


def _returning(row: FeedRow, error: PollError, spec: FeedSpec | None) -> FeedRow:
    """Where a redirect was adopted and leads to nothing now, the configured address is the one to ask again."""
    if spec is None or row.url == spec.url:
        return row
    is_gone = isinstance(error, FetchError) and error.status == HTTPStatus.GONE
    if row.failures + 1 < RETURN_AFTER and not is_gone:
        return row
    return replace(row, url=spec.url, etag="", last_modified="", body_hash="")


def _bounds_of(spec: FeedSpec | None, bounds: PollBounds) -> PollBounds:
    if spec is None:
        return bounds
    shortest = spec.min_interval or bounds.min_interval
    longest = spec.max_interval or bounds.max_interval
    return replace(bounds, min_interval=min(shortest, longest), max_interval=max(shortest, longest))


def _plan_document(
    row: FeedRow,
    result: Polled,
    found: Sequence[NewEntry],
    known: Mapping[str, str],
    bounds: PollBounds,
    now: datetime,
    jitter: float,
) -> PollPlan:
    response, feed = result.fetched, result.feed
    is_first = row.first_polled_at is None
    new = tuple(_with_backlog(entry, row, bounds, now) for entry in found if entry.key not in known)
    changed = tuple(entry for entry in found if known.get(entry.key, entry.fingerprint) != entry.fingerprint)
    after = replace(
        _after_success(row, response.moved_to, bounds, now),
        etag=response.etag,
        last_modified=response.last_modified,
        body_hash=body_hash(response.body),
        last_new_at=now if new else row.last_new_at,
        unchanged_count=0,
        ttl_s=max(feed.ttl_s if feed else row.ttl_s, response.max_age_s),
        entry_count=len(found) if feed else row.entry_count,
        arrivals=_arrivals(row, new, now),
    )
    outcome = PollOutcome.UNCHANGED
    if feed is not None:
        outcome = PollOutcome.NEW if new or changed else PollOutcome.UNCHANGED if found else PollOutcome.EMPTY
    # A whole page of entries never seen before: between the last poll and this one some may have come and gone.
    is_missing_some = not is_first and row.entry_count > 0 and len(new) == len(found) > 1
    return PollPlan(
        feed=_with_next_due(after, bounds, now, jitter, new=0 if is_first else len(new), last=row.last_success_at),
        outcome=outcome,
        polled_at=now,
        new=new,
        changed=changed,
        message="; ".join((*response.notes, *(feed.problems if feed else ()))),
        entry_count=after.entry_count,
        missed_count=1 if is_missing_some else 0,
        status=response.status,
    )


def _plan_not_modified(row: FeedRow, result: NotModified, bounds: PollBounds, now: datetime, jitter: float) -> PollPlan:
    after = replace(
        _after_success(row, result.moved_to, bounds, now),
        unchanged_count=row.unchanged_count + 1,
        ttl_s=max(row.ttl_s, result.max_age_s),
    )
    return PollPlan(
        feed=_with_next_due(after, bounds, now, jitter),
        outcome=PollOutcome.UNCHANGED,
        polled_at=now,
        entry_count=row.entry_count,
        status=HTTPStatus.NOT_MODIFIED,
    )


def _with_backlog(entry: NewEntry, row: FeedRow, bounds: PollBounds, now: datetime) -> NewEntry:
    """Backlog is what was there before the feed was: older than its first poll, but for a window before that."""
    begins = (row.first_polled_at or now) - bounds.first_poll_window
    is_old = entry.published < begins if entry.published else row.first_polled_at is None
    return replace(entry, is_backlog=is_old)


def _after_success(row: FeedRow, moved_to: str, bounds: PollBounds, now: datetime) -> FeedRow:
    """The row after an answer, with a permanent redirect counted, and adopted once it held."""
    moved_count = 0 if not moved_to else row.moved_count + 1 if moved_to == row.moved_to else 1
    is_adopted = moved_count >= bounds.adopt_redirect_after
    return replace(
        row,
        url=moved_to if is_adopted else row.url,
        moved_to="" if is_adopted else moved_to,
        moved_count=0 if is_adopted else moved_count,
        state=FeedState.ACTIVE,
        first_polled_at=row.first_polled_at or now,
        last_polled_at=now,
        last_success_at=now,
        failures=0,
        last_error="",
    )


def _arrivals(row: FeedRow, new: Sequence[NewEntry], now: datetime) -> rhythm.Arrivals:
    if not new:
        return row.arrivals
    if not row.arrivals:
        return rhythm.first_arrivals([entry.published for entry in new], now=now)
    last = row.last_success_at or now
    dates = [entry.published if entry.published and last < entry.published <= now else now for entry in new]
    return rhythm.with_new(row.arrivals, dates, since=now - (row.last_new_at or last))


def _with_next_due(
    row: FeedRow, bounds: PollBounds, now: datetime, jitter: float, *, new: int = 0, last: datetime | None = None
) -> FeedRow:
    """When to come back: as soon as something is to be expected, within the operator's bounds and the publisher's."""
    longest = bounds.max_interval
    interval = rhythm.expected_wait(
        row.arrivals,
        since=now - (row.last_new_at or now),
        watched=now - (row.first_polled_at or now),
        now=now,
        longest=longest,
    )
    if last is not None:
        crowded = rhythm.crowded_interval(new, row.entry_count, elapsed=now - last)
        interval = interval if crowded is None else min(interval, crowded)
    stated = timedelta(seconds=min(row.ttl_s, longest.total_seconds()))
    interval = min(max(interval, bounds.min_interval, stated), longest)
    due = now + interval * (1 + JITTER_SHARE * jitter)
    return replace(row, interval_s=interval.total_seconds(), next_due_at=due)


def _plan_failure(
    row: FeedRow,
    error: PollError,
    bounds: PollBounds,
    now: datetime,
    jitter: float,
) -> PollPlan:
    failures = row.failures + (not isinstance(error, HostRestsError))
    status = None if isinstance(error, FeedParseError) else error.status
    message = _failure_message(error)
    weight = _weight(error)
    shortest = bounds.min_interval if weight < HARD else max(bounds.min_interval, timedelta(seconds=row.interval_s))
    longest = bounds.max_backoff
    if isinstance(error, UnreachableError):
        shortest, longest = UNREACHABLE_WAIT, min(longest, UNREACHABLE_LONGEST)
    wait_s = min(shortest.total_seconds() * weight ** min(failures, 100), longest.total_seconds())
    due = now + timedelta(seconds=wait_s * (1 + JITTER_SHARE * jitter))
    if isinstance(error, FetchError) and error.retry_at is not None:
        due = max(due, error.retry_at)
    is_gone = isinstance(error, FetchError) and status == HTTPStatus.GONE and error.url == row.url
    after = replace(
        row,
        state=FeedState.RETIRED if is_gone else FeedState.BACKING_OFF,
        last_polled_at=now,
        next_due_at=due,
        failures=failures,
        last_error=message,
    )
    return PollPlan(
        feed=after,
        outcome=PollOutcome.BLOCKED if isinstance(error, RefusedError) else PollOutcome.FAILED,
        polled_at=now,
        kind=FailureKind.PARSE if isinstance(error, FeedParseError) else error.kind,
        message=message,
        status=status,
    )


def _failure_message(error: PollError) -> str:
    if isinstance(error, FeedParseError):
        offers = f"; the page offers {', '.join(error.discovered[:3])}" if error.discovered else ""
        return f"{error}{offers}"
    if error.status == HTTPStatus.GONE:
        return "gone for good, says the server (410): the feed is retired"
    return error.message


def _weight(error: PollError) -> float:
    if not isinstance(error, FetchError):
        return HARD
    if error.retry_at is not None or error.status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
        return TEMPORARY
    is_client_error = error.status is not None and 400 <= error.status < 500
    return HARD if is_client_error or error.kind is FailureKind.TOO_LARGE else SOFT


# --- pages -----------------------------------------------------------------------------------------------------------


def page_request(entry: Entry, spec: FeedSpec | None, *, bounds: PollBounds) -> Request:
    """What to ask for an entry's page; headers and passwords are the feed's alone."""
    return Request(
        url=entry.fetch_url,
        user_agent=spec.user_agent if spec else "",
        max_bytes=bounds.max_page_bytes,
        deadline_s=bounds.page_deadline_s,
    )


def unasked_304(answer: NotModified) -> FetchError:
    """A page that says «not modified» although nothing was known of it."""
    return FetchError(answer.url, FailureKind.STATUS, "says «not modified» to a request for the whole", status=304)


def next_attempt(
    attempts: int, error: FetchError | RefusedError, *, bounds: PollBounds, now: datetime
) -> datetime | None:
    """When to ask for a page again after `attempts` attempts; None: never, give it up."""
    waits = _page_waits(error)
    if attempts >= bounds.page_attempts or (attempts > len(waits) and waits is not _PAGE_WAITS[SOFT]):
        return None
    due = now + waits[min(attempts, len(waits)) - 1]
    retry_at = error.retry_at if isinstance(error, FetchError) else None
    return max(due, retry_at) if retry_at else due


def is_closed_door(error: FetchError | RefusedError) -> bool:
    """Whether somebody else would be let in: a challenge, a password, a payment. Asking again seldom opens it."""
    if isinstance(error, RefusedError):
        return True
    return error.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.PAYMENT_REQUIRED, HTTPStatus.FORBIDDEN)


def _page_waits(error: FetchError | RefusedError) -> Sequence[timedelta]:
    """Waits between attempts at a page; none for what never will be."""
    if isinstance(error, RefusedError):
        return _CHALLENGE_WAITS if error.kind is BlockKind.CHALLENGE else ()
    if error.status == HTTPStatus.GONE or error.kind is FailureKind.TOO_LARGE:
        return ()
    return _PAGE_WAITS[HARD if _weight(error) == HARD else SOFT]

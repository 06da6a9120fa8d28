"""When feeds are due and what follows from a poll: pure decisions, as tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.collect import rhythm
from monitor.collect.polling import (
    RETURN_AFTER,
    Polled,
    PollResult,
    body_hash,
    due_feeds,
    is_same_body,
    new_entries,
    next_attempt,
    page_request,
    plan_poll,
    poll_request,
)
from monitor.errors import FeedParseError, FetchError, HostRestsError, RefusedError, UnreachableError
from monitor.model import (
    BlockKind,
    FailureKind,
    FeedRow,
    FeedSpec,
    FeedState,
    Fetched,
    NotModified,
    ParsedEntry,
    ParsedFeed,
    PollBounds,
    PollOutcome,
    PollPlan,
    Request,
)

NOW = datetime(2016, 8, 11, 12, 0, tzinfo=UTC)  # a Thursday
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
BOUNDS = PollBounds()
URL = "https://a.example/feed.xml"
SPEC = FeedSpec(id="a", url=URL, title="A", language="de")
NEW_ROW = FeedRow(id="a", url=URL)
#: A feed that has been polled for a month and brings an entry an hour, day and night.
ROW = FeedRow(
    id="a",
    url=URL,
    etag='"1"',
    last_modified="Thu, 11 Aug 2016 10:00:00 GMT",
    body_hash=body_hash(b"before"),
    first_polled_at=NOW - 30 * DAY,
    last_polled_at=NOW - HOUR,
    last_success_at=NOW - HOUR,
    last_new_at=NOW - HOUR,
    next_due_at=NOW,
    interval_s=3600.0,
    entry_count=20,
    arrivals=(3.5,) * 168,
)


def item(number: int, *, published: datetime | None = NOW - 10 * MINUTE, **changes: Any) -> ParsedEntry:
    stated = ParsedEntry(
        guid="", url=f"https://a.example/{number}", title=f"Title {number}", summary="", published=published
    )
    return replace(stated, **changes)


def polled(items: Sequence[ParsedEntry] = (), *, ttl_s: float = 0.0, **response: Any) -> Polled:
    fetched = {"url": URL, "final_url": URL, "status": 200, "content_type": "text/xml", "charset": "", "body": b"now"}
    feed = ParsedFeed(title="A", format="rss", language="de", entries=tuple(items), ttl_s=ttl_s)
    return Polled(fetched=Fetched(**{**fetched, "fetched_at": NOW, **response}), feed=feed)


def plan(
    result: PollResult,
    row: FeedRow = ROW,
    *,
    known: Mapping[str, str] | None = None,
    bounds: PollBounds = BOUNDS,
    spec: FeedSpec = SPEC,
    now: datetime = NOW,
    jitter: float = 0.0,
) -> PollPlan:
    found = new_entries(result, feed_id=row.id) if isinstance(result, Polled) else ()
    return plan_poll(row, result, found=found, known=known or {}, bounds=bounds, spec=spec, now=now, jitter=jitter)


def known_of(*items: ParsedEntry) -> dict[str, str]:
    return {entry.key: entry.fingerprint for entry in new_entries(polled(items), feed_id="a")}


def not_modified(**fields: Any) -> NotModified:
    return NotModified(url=URL, fetched_at=NOW, **fields)


def failure(kind: FailureKind = FailureKind.CONNECT, **fields: Any) -> FetchError:
    return FetchError(URL, kind, "it did not work", **fields)


def unreachable(kind: FailureKind = FailureKind.DNS) -> FetchError:
    return UnreachableError(URL, kind, "nobody was there")


# --- due -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "is_due"),
    [
        (NEW_ROW, True),
        (replace(ROW, next_due_at=NOW), True),
        (replace(ROW, next_due_at=NOW - DAY), True),
        (replace(ROW, next_due_at=NOW + MINUTE), False),
        (replace(ROW, next_due_at=NOW + DAY), False),
        (replace(ROW, next_due_at=NOW + 400 * DAY), True),  # written by a clock that was wrong
        (replace(ROW, state=FeedState.BACKING_OFF), True),
        (replace(ROW, state=FeedState.PAUSED), False),
        (replace(ROW, state=FeedState.RETIRED), False),
    ],
)
def test_which_feeds_are_due(row: FeedRow, is_due: bool) -> None:
    assert due_feeds([row], now=NOW) == ([row] if is_due else [])


def test_the_longest_overdue_comes_first() -> None:
    rows = [replace(ROW, id=str(hours), next_due_at=NOW - hours * HOUR) for hours in (1, 3, 2)]
    assert [row.id for row in due_feeds([*rows, NEW_ROW], now=NOW)] == ["a", "3", "2", "1"]


# --- the request -----------------------------------------------------------------------------------------------------


def test_a_feed_is_asked_conditionally_and_with_what_its_publisher_wants() -> None:
    spec = replace(SPEC, headers={"X-Key": "k"}, basic_auth="me:pass", user_agent="Special/1")
    assert poll_request(ROW, spec, bounds=BOUNDS) == Request(
        url=URL,
        etag=ROW.etag,
        last_modified=ROW.last_modified,
        headers={"X-Key": "k"},
        basic_auth="me:pass",
        user_agent="Special/1",
        obeys_robots=True,
    )


@pytest.mark.parametrize("row", [NEW_ROW, replace(ROW, unchanged_count=8), replace(ROW, last_success_at=None)])
def test_now_and_then_the_whole_is_asked_for(row: FeedRow) -> None:
    request = poll_request(row, SPEC, bounds=BOUNDS)
    assert (request.etag, request.last_modified) == ("", "")


def test_robots_are_obeyed_for_feeds_as_configured_and_for_pages_always() -> None:
    assert not poll_request(ROW, SPEC, bounds=replace(BOUNDS, obeys_robots=False)).obeys_robots
    assert poll_request(ROW, SPEC, bounds=BOUNDS).obeys_robots


def test_the_same_body_need_not_be_parsed_again() -> None:
    same = polled(body=b"before").fetched
    assert is_same_body(ROW, same)
    assert not is_same_body(ROW, polled(body=b"now").fetched)
    assert not is_same_body(NEW_ROW, polled(body=b"").fetched)


# --- a document ------------------------------------------------------------------------------------------------------


def test_what_is_new_what_changed_and_what_is_known() -> None:
    seen, edited = item(1), item(2)
    result = polled([seen, replace(edited, title="Title 2, corrected"), item(3)], etag='"2"', last_modified="today")
    planned = plan(result, known=known_of(seen, edited))
    assert [entry.title for entry in planned.new] == ["Title 3"]
    assert [entry.title for entry in planned.changed] == ["Title 2, corrected"]
    assert (planned.outcome, planned.entry_count, planned.missed_count, planned.kind) == (PollOutcome.NEW, 3, 0, "")
    after = planned.feed
    assert (after.etag, after.last_modified, after.body_hash) == ('"2"', "today", body_hash(b"now"))
    assert (after.last_polled_at, after.last_success_at, after.last_new_at) == (NOW, NOW, NOW)
    assert after.first_polled_at == ROW.first_polled_at


@pytest.mark.parametrize(
    ("result", "outcome", "status"),
    [
        (not_modified(), PollOutcome.UNCHANGED, 304),
        (replace(polled(), feed=None), PollOutcome.UNCHANGED, 200),
        (polled([item(1)]), PollOutcome.UNCHANGED, 200),
        (polled([]), PollOutcome.EMPTY, 200),
    ],
)
def test_nothing_new_has_several_names(result: PollResult, outcome: PollOutcome, status: int) -> None:
    planned = plan(result, known=known_of(item(1)))
    assert (planned.outcome, planned.status, planned.new, planned.changed) == (outcome, status, (), ())
    assert planned.feed.last_success_at == NOW
    assert planned.feed.last_new_at == ROW.last_new_at


def test_success_forgets_failures() -> None:
    failed = replace(ROW, state=FeedState.BACKING_OFF, failures=7, last_error="it did not work")
    for result in (polled([item(1)]), not_modified()):
        after = plan(result, failed).feed
        assert (after.state, after.failures, after.last_error) == (FeedState.ACTIVE, 0, "")


def test_unchanged_polls_are_counted_until_a_whole_response() -> None:
    row = ROW
    for count in range(1, 9):
        row = plan(not_modified(), row).feed
        assert row.unchanged_count == count
    assert not poll_request(row, SPEC, bounds=BOUNDS).etag
    assert plan(replace(polled(), feed=None), row).feed.unchanged_count == 0


def test_a_page_of_nothing_but_unseen_items_means_that_some_were_missed() -> None:
    items = [item(number) for number in range(5)]
    assert plan(polled(items)).missed_count == 1
    assert plan(polled(items), known=known_of(items[4])).missed_count == 0
    assert plan(polled(items), NEW_ROW).missed_count == 0
    assert plan(polled(items[:1]), known={}).missed_count == 0


def test_oddities_are_told() -> None:
    result = polled([item(1)], notes=("labelled gzip, but it is not",))
    assert result.feed
    odd = replace(result, feed=replace(result.feed, problems=("not well-formed",)))
    assert plan(odd).message == "labelled gzip, but it is not; not well-formed"


# --- backlog ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "published", "is_backlog"),
    [
        (NEW_ROW, NOW - HOUR, False),
        (NEW_ROW, NOW - 47 * HOUR, False),
        (NEW_ROW, NOW - 49 * HOUR, True),
        (NEW_ROW, None, True),
        (ROW, NOW - HOUR, False),
        (ROW, NOW - 20 * DAY, False),  # older, but after the first poll: it was late or missed
        (ROW, NOW - 60 * DAY, True),
        (ROW, None, False),
    ],
)
def test_what_is_backlog(row: FeedRow, published: datetime | None, is_backlog: bool) -> None:
    [entry] = plan(polled([item(1, published=published)]), row).new
    assert entry.is_backlog is is_backlog


def test_the_window_before_the_first_poll_is_a_setting() -> None:
    strict = replace(BOUNDS, first_poll_window=timedelta(0))
    [entry] = plan(polled([item(1, published=NOW - MINUTE)]), NEW_ROW, bounds=strict).new
    assert entry.is_backlog


# --- moving ----------------------------------------------------------------------------------------------------------

THERE = "https://b.example/feed.xml"


def test_a_permanent_redirect_is_adopted_after_it_held() -> None:
    row = ROW
    for result in (polled([item(1)], moved_to=THERE), not_modified(moved_to=THERE)):
        row = plan(result, row).feed
        assert row.url == URL
    row = plan(polled([item(2)], moved_to=THERE), row).feed
    assert (row.url, row.moved_to, row.moved_count) == (THERE, "", 0)


@pytest.mark.parametrize("interruption", [polled(), polled(moved_to="https://c.example/"), not_modified()])
def test_a_redirect_that_does_not_hold_is_not_adopted(interruption: PollResult) -> None:
    row = plan(interruption, replace(ROW, moved_to=THERE, moved_count=2)).feed
    assert (row.url, row.moved_count <= 1) == (URL, True)


def test_a_redirect_to_something_that_is_no_feed_does_not_count() -> None:
    row = plan(FeedParseError("a web page", looks_like="html"), replace(ROW, moved_to=THERE, moved_count=2)).feed
    assert (row.url, row.moved_count) == (URL, 2)


# --- intervals -------------------------------------------------------------------------------------------------------


def interval_of(planned: PollPlan) -> timedelta:
    return timedelta(seconds=planned.feed.interval_s)


def a_feed(per_day: float) -> FeedRow:
    """A feed watched long enough that its counts stand still (four weeks' worth)."""
    return replace(ROW, first_polled_at=NOW - 400 * DAY, arrivals=(per_day / 24 * 4,) * 168)


@pytest.mark.parametrize(
    ("per_day", "expected"),
    [(24, HOUR), (48, 30 * MINUTE), (500, 10 * MINUTE), (8, 3 * HOUR), (1, 6 * HOUR), (0, 6 * HOUR)],
)
def test_the_interval_follows_the_rate(per_day: float, expected: timedelta) -> None:
    assert abs(interval_of(plan(not_modified(), a_feed(per_day))) - expected) < 0.05 * expected


def test_the_interval_follows_the_hour_of_the_week() -> None:
    by_day = tuple(8.0 if 8 <= hour % 24 < 20 and hour < 120 else 0.0 for hour in range(168))
    row = replace(ROW, first_polled_at=NOW - 400 * DAY, arrivals=by_day)
    at_noon = interval_of(plan(not_modified(), row, now=NOW))
    at_night = interval_of(plan(not_modified(), row, now=NOW + 10 * HOUR))
    assert at_noon < HOUR < 3 * HOUR < at_night


def test_the_operators_bounds_hold_and_a_feed_may_have_its_own() -> None:
    own = replace(SPEC, min_interval=2 * HOUR, max_interval=3 * HOUR)
    assert interval_of(plan(not_modified(), a_feed(500), spec=own)) == 2 * HOUR
    assert interval_of(plan(not_modified(), a_feed(0), spec=own)) == 3 * HOUR


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        (polled([item(1)], ttl_s=2 * 3600.0), 2 * HOUR),
        (polled([item(1)], max_age_s=3 * 3600.0), 3 * HOUR),
        (polled([item(1)], max_age_s=3 * 3600.0, ttl_s=2 * 3600.0), 3 * HOUR),
        (polled([item(1)], ttl_s=30 * 86_400.0), 6 * HOUR),
        (not_modified(max_age_s=2 * 3600.0), 2 * HOUR),
    ],
)
def test_what_the_publisher_states_is_a_lower_bound(result: PollResult, expected: timedelta) -> None:
    planned = plan(result, a_feed(500), known=known_of(item(1)))
    assert interval_of(planned) == expected
    assert interval_of(plan(not_modified(), planned.feed)) == expected, "and is remembered"


def test_a_crowded_page_is_polled_sooner() -> None:
    items = [item(number) for number in range(20)]
    row = a_feed(4)
    calm, crowded = plan(polled(items), row, known=known_of(*items)), plan(polled(items), row)
    assert interval_of(crowded) == 30 * MINUTE
    assert interval_of(calm) > HOUR


def test_jitter_only_lengthens() -> None:
    due = [plan(not_modified(), jitter=jitter).feed.next_due_at for jitter in (0.0, 0.5, 1.0)]
    assert due == sorted(due)
    interval = interval_of(plan(not_modified()))
    assert due[0] == NOW + interval
    assert due[2] == NOW + interval * 1.1


def test_a_feeds_rhythm_is_guessed_from_its_first_document_and_learnt_from_the_rest() -> None:
    first = plan(polled([item(number, published=NOW - number * HOUR) for number in range(1, 25)]), NEW_ROW)
    assert 0.8 * HOUR < interval_of(first) < 1.2 * HOUR
    row = first.feed
    for hour in range(1, 24 * 14):  # then it falls silent
        row = plan(not_modified(), row, now=NOW + hour * HOUR).feed
    assert timedelta(seconds=row.interval_s) > 2 * HOUR


def test_arrivals_are_counted_where_they_are_dated() -> None:
    row = plan(polled([item(1, published=NOW - 30 * MINUTE), item(2, published=None)])).feed
    grown = [hour for hour in range(168) if row.arrivals[hour] > ROW.arrivals[hour]]
    assert grown == [3 * 24 + 11, 3 * 24 + 12]


@given(
    st.lists(st.floats(0, 1e6), min_size=168, max_size=168),
    st.integers(0, 1_000_000),
    st.integers(0, 10_000),
)
def test_the_expected_wait_is_always_a_wait(arrivals: list[float], minutes: int, days: int) -> None:
    now = NOW + minutes * MINUTE
    span = days * DAY
    wait = rhythm.expected_wait(tuple(arrivals), since=span, watched=span, now=now, longest=6 * HOUR)
    assert timedelta(0) <= wait <= 6 * HOUR


# --- failures --------------------------------------------------------------------------------------------------------

SOFT = [failure(), failure(FailureKind.TIMEOUT), unreachable(), failure(FailureKind.TLS)]
HARD = [
    failure(FailureKind.STATUS, status=404),
    failure(FailureKind.STATUS, status=403),
    failure(FailureKind.TOO_LARGE),
    FeedParseError("a web page", looks_like="html"),
    RefusedError(URL, BlockKind.ROBOTS, "not allowed"),
]


@pytest.mark.parametrize("error", SOFT + HARD)
def test_a_failure_is_written_down(error: FetchError | RefusedError | FeedParseError) -> None:
    planned = plan(error)
    after = planned.feed
    assert planned.outcome == (PollOutcome.BLOCKED if isinstance(error, RefusedError) else PollOutcome.FAILED)
    assert planned.kind == ("parse" if isinstance(error, FeedParseError) else error.kind)
    assert planned.message == after.last_error != ""
    assert (after.state, after.failures) == (FeedState.BACKING_OFF, 1)
    assert (after.last_polled_at, after.last_success_at) == (NOW, ROW.last_success_at)
    assert (after.etag, after.body_hash, after.arrivals) == (ROW.etag, ROW.body_hash, ROW.arrivals)


def waits(error: FetchError | RefusedError | FeedParseError, failures: Sequence[int]) -> list[timedelta]:
    due = (plan(error, replace(ROW, failures=count)).feed.next_due_at for count in failures)
    return [next_due - NOW for next_due in due if next_due]


def test_soft_failures_are_forgiven_sooner_than_hard_ones() -> None:
    assert waits(failure(FailureKind.TIMEOUT), [0, 1, 2, 3]) == [
        minutes * MINUTE for minutes in (15, 22.5, 33.75, 50.625)
    ]
    assert waits(HARD[0], [0, 1, 2]) == [2 * HOUR, 4 * HOUR, 8 * HOUR]
    assert waits(failure(FailureKind.STATUS, status=503), [0, 1]) == [12.5 * MINUTE, 15.625 * MINUTE]


@pytest.mark.parametrize("error", SOFT + HARD)
def test_every_feed_comes_back_by_itself(error: FetchError | RefusedError | FeedParseError) -> None:
    assert waits(error, [1000]) == [30 * MINUTE if isinstance(error, UnreachableError) else DAY]


def test_a_network_that_was_away_is_noticed_within_minutes() -> None:
    """Where nobody was reached, nobody is bothered by asking again soon."""
    assert waits(unreachable(), [0, 1, 2]) == [minutes * MINUTE for minutes in (3, 4.5, 6.75)]
    assert waits(unreachable(FailureKind.CONNECT), [0]) == [3 * MINUTE]


def test_a_server_that_was_reached_and_broke_off_is_not_asked_every_few_minutes() -> None:
    assert waits(failure(FailureKind.CONNECT), [0, 1]) == [15 * MINUTE, 22.5 * MINUTE]


def test_retry_after_is_obeyed() -> None:
    until = NOW + 20 * HOUR
    assert plan(failure(FailureKind.STATUS, status=429, retry_at=until)).feed.next_due_at == until
    soon = failure(FailureKind.STATUS, status=503, retry_at=NOW + timedelta(seconds=1))
    assert plan(soon).feed.next_due_at == NOW + 12.5 * MINUTE


def test_a_feed_whose_host_rests_was_not_asked_and_did_not_fail() -> None:
    until = NOW + 2 * HOUR
    resting = HostRestsError(URL, FailureKind.STATUS, "asked to be left alone", status=429, retry_at=until)
    after = plan(resting, replace(ROW, failures=1)).feed
    assert (after.failures, after.next_due_at) == (1, until)


def test_an_adopted_address_that_fails_is_left_for_the_configured_one() -> None:
    moved = replace(ROW, url="https://new.example/feed", failures=RETURN_AFTER - 2)
    once_more = plan(failure(FailureKind.STATUS, status=404), moved, spec=SPEC).feed
    assert once_more.url == "https://new.example/feed"
    back = plan(failure(FailureKind.STATUS, status=404), once_more, spec=SPEC).feed
    assert (back.url, back.etag, back.body_hash, back.state) == (SPEC.url, "", "", FeedState.BACKING_OFF)


def test_an_adopted_address_that_is_gone_does_not_retire_the_feed() -> None:
    gone = FetchError("https://new.example/feed", FailureKind.STATUS, "gone", status=410)
    after = plan(gone, replace(ROW, url="https://new.example/feed"), spec=SPEC).feed
    assert (after.url, after.state) == (SPEC.url, FeedState.BACKING_OFF)


def test_gone_is_gone_visibly() -> None:
    planned = plan(failure(FailureKind.STATUS, status=410))
    assert planned.feed.state is FeedState.RETIRED
    assert "410" in planned.message
    assert planned.outcome is PollOutcome.FAILED


def test_a_page_instead_of_a_feed_says_where_the_feeds_are() -> None:
    error = FeedParseError("a web page, not a feed", looks_like="html", discovered=("https://a.example/rss",))
    assert plan(error).message == "a web page, not a feed; the page offers https://a.example/rss"


def test_a_feed_that_never_succeeded_has_no_first_poll() -> None:
    failed = plan(failure(), NEW_ROW).feed
    assert failed.first_polled_at is None
    [entry] = plan(polled([item(1, published=NOW - 60 * DAY)]), failed).new
    assert entry.is_backlog


# --- pages -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "attempts_in_all"),
    [
        (failure(), 6),
        (failure(FailureKind.TIMEOUT), 6),
        (failure(FailureKind.PARSE), 6),
        (failure(FailureKind.STATUS, status=503), 6),
        (failure(FailureKind.STATUS, status=500), 6),
        (failure(FailureKind.STATUS, status=404), 3),
        (failure(FailureKind.STATUS, status=403), 3),
        (failure(FailureKind.STATUS, status=410), 1),
        (failure(FailureKind.TOO_LARGE), 1),
        (RefusedError(URL, BlockKind.CHALLENGE, "a wall"), 3),
        (RefusedError(URL, BlockKind.ROBOTS, "no"), 1),
        (RefusedError(URL, BlockKind.LEGAL, "no"), 1),
        (RefusedError(URL, BlockKind.REFUSED_ADDRESS, "no"), 1),
    ],
)
def test_when_a_page_is_given_up(error: FetchError | RefusedError, attempts_in_all: int) -> None:
    attempts, now = 1, NOW
    while again := next_attempt(attempts, error, bounds=BOUNDS, now=now):
        assert again > now
        attempts, now = attempts + 1, again
    assert attempts == attempts_in_all


def test_a_page_waits_as_long_as_its_server_wants() -> None:
    error = failure(FailureKind.STATUS, status=429, retry_at=NOW + 3 * HOUR)
    assert next_attempt(1, error, bounds=BOUNDS, now=NOW) == NOW + 3 * HOUR


def test_an_operator_may_be_more_patient() -> None:
    patient = replace(BOUNDS, page_attempts=50)
    assert next_attempt(49, failure(), bounds=patient, now=NOW) == NOW + DAY
    assert next_attempt(50, failure(), bounds=patient, now=NOW) is None


def test_a_page_is_asked_for_without_the_feeds_secrets() -> None:
    [found] = new_entries(polled([item(1)]), feed_id="a")
    secretive = replace(SPEC, headers={"X-Key": "k"}, basic_auth="me:pass", user_agent="Special/1")
    request = page_request(found, secretive, bounds=BOUNDS)  # type: ignore[arg-type]
    assert request == Request(url="https://a.example/1", user_agent="Special/1", max_bytes=5_000_000)

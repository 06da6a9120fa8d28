"""How feeds do, from their polls: silence against their own rhythm, drops, failures, and the events these make."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.collect.health import FeedHealth, Trouble, feed_health
from monitor.collect.health_log import KIND, NAME, Spell, brought_up_to_date, events_in, read, written
from monitor.feed_health import keep_health
from monitor.model import EntryState, FeedSpec, Poll, PollOutcome, PollPlan
from store import SqlStore
from tests import store_material as made

NOW = datetime(2016, 8, 11, 12, 0, tzinfo=UTC)  # a Thursday
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FAILED = (PollOutcome.FAILED, PollOutcome.BLOCKED)


def poll(at: datetime, new: int = 0, outcome: PollOutcome | None = None, *, missed: int = 0) -> Poll:
    return Poll(
        feed_id="a",
        polled_at=at,
        outcome=outcome or (PollOutcome.NEW if new else PollOutcome.UNCHANGED),
        kind="connect" if outcome in FAILED else "",
        message="it did not work" if outcome in FAILED else "",
        entry_count=30,
        new_count=new,
        missed_count=missed,
        status=200,
        elapsed_ms=5.0,
    )


def hourly(days: float, new: Callable[[datetime], int], *, until: datetime = NOW) -> list[Poll]:
    """A poll an hour, with as many new entries as `new` says."""
    hours = [until - hour * HOUR for hour in range(int(days * 24), -1, -1)]
    return [poll(at, new(at)) for at in hours]


def by_office_hours(at: datetime) -> int:
    return 2 if 6 <= at.hour < 20 and at.weekday() < 5 else 0


def troubles(polls: list[Poll], *, now: datetime = NOW, **pages: int) -> dict[Trouble, str]:
    return feed_health("a", polls, now=now, **pages).troubles


def test_a_feed_that_is_well() -> None:
    assert feed_health("a", hourly(20, by_office_hours), now=NOW, extracted=40, unextractable=10) == FeedHealth(
        feed_id="a",
        polls=481,
        last_success_at=NOW,
        success_rate=1.0,
        items_per_day=pytest.approx(20.0, abs=1.5),
        rhythm=HOUR,
        quiet_since=NOW,
        extraction_rate=0.8,
        missed=0,
        troubles={},
    )


def test_a_feed_never_polled() -> None:
    health = feed_health("a", [], now=NOW)
    assert (health.polls, health.last_success_at, health.success_rate, health.troubles) == (0, None, 0.0, {})


@pytest.mark.parametrize("hours", range(0, 24 * 7, 5))
def test_nights_and_weekends_are_no_silence(hours: int) -> None:
    then = NOW + hours * HOUR
    assert troubles(hourly(20, by_office_hours, until=then), now=then) == {}


def test_silence_is_measured_by_the_feeds_own_rhythm() -> None:
    def since(days: float, of: Callable[[datetime], int]) -> dict[Trouble, str]:
        return troubles(hourly(27, lambda at: of(at) if at < NOW - days * DAY else 0))

    assert since(2, lambda at: 1)[Trouble.SILENT] == "nothing new for 2 days, 49 times its rhythm"
    assert Trouble.SILENT not in since(2, lambda at: int(at.hour == 6))
    assert Trouble.SILENT in since(8, lambda at: int(at.hour == 6))
    assert Trouble.SILENT not in since(0.2, lambda at: 1)


def test_a_new_feed_may_be_quiet_over_its_first_weekend() -> None:
    monday = datetime(2016, 8, 15, 6, 0, tzinfo=UTC)
    assert troubles(hourly(4, by_office_hours, until=monday), now=monday) == {}


def test_a_feed_that_fails_is_failing_not_silent() -> None:
    polls = hourly(20, lambda at: 1, until=NOW - DAY)
    polls += [poll(NOW - hours * HOUR, outcome=PollOutcome.FAILED) for hours in (20, 12, 4)]
    assert troubles(polls) == {Trouble.FAILING: "no answer for 20 hours: it did not work"}


@pytest.mark.parametrize("hours", [(2, 1), (3, 2, 1)])
def test_a_hiccup_is_not_failing(hours: tuple[int, ...]) -> None:
    polls = hourly(20, lambda at: 1, until=NOW - 4 * HOUR)
    assert troubles(polls + [poll(NOW - each * HOUR, outcome=PollOutcome.BLOCKED) for each in hours]) == {}


def test_a_sudden_drop() -> None:
    polls = hourly(20, lambda at: 4 if at < NOW - 2 * DAY else int(at.hour % 3 == 0))
    assert troubles(polls) == {Trouble.DROPPING: "8 entries a day, where 96 are usual"}


def test_a_drop_to_nothing_is_silence() -> None:
    polls = hourly(20, lambda at: 4 if at < NOW - 2 * DAY else int(at < NOW - 1.5 * DAY))
    assert [*troubles(polls)] == [Trouble.SILENT]


def test_a_small_feed_does_not_drop() -> None:
    assert troubles(hourly(20, lambda at: int(at.hour == 8 and at < NOW - 3 * DAY))) == {}


def test_extraction_that_fails() -> None:
    polls = hourly(20, by_office_hours)
    assert Trouble.EXTRACTION_FAILING in troubles(polls, extracted=3, unextractable=9)
    assert troubles(polls, extracted=3, unextractable=5) == {}, "too few to tell"


def test_missed_entries() -> None:
    polls = [*hourly(20, by_office_hours), poll(NOW, 30, missed=1)]
    assert list(troubles(polls)) == [Trouble.MISSING]


def test_only_the_window_before_counts() -> None:
    old = [poll(NOW - 40 * DAY, outcome=PollOutcome.FAILED, missed=1)]
    later = [poll(NOW + hours * HOUR, outcome=PollOutcome.FAILED) for hours in (1, 10, 20)]
    polls = hourly(20, by_office_hours)
    assert feed_health("a", old + polls + later, now=NOW) == feed_health("a", polls, now=NOW)


def test_pages_are_counted_by_what_they_held(store: SqlStore) -> None:
    ids = made.with_entries(store, "e1", "e2", "e3", "e4")
    for entry_id in ids:
        store.store_page(made.a_page(entry_id))
    store.record_article(made.an_article("One", url="https://dw.example/1", entry_id=ids[0]), now=made.NOW)
    from_feed = made.an_article("Two", url="https://dw.example/2", entry_id=ids[1], method="feed")
    store.record_article(from_feed, now=made.NOW)
    store.finish_entry(ids[2], EntryState.UNEXTRACTABLE, reason="not_html", now=made.NOW)
    counted = store.count_pages(since=made.NOW - DAY, until=made.NOW + DAY)
    assert counted == {"dw": (1, 2)}, "one is not dealt with yet"
    assert store.count_pages(since=made.NOW + DAY, until=made.NOW + 2 * DAY) == {}


# --- what was wrong, from when until when ----------------------------------------------------------------------------


def judged(*troubles: Trouble, feed_id: str = "a") -> FeedHealth:
    return replace(feed_health(feed_id, [], now=NOW), troubles=dict.fromkeys(troubles, "why"))


def spell(trouble: Trouble, began: timedelta, ended: timedelta | None = None) -> Spell:
    ended_at = None if ended is None else NOW + ended
    return Spell(feed_id="a", trouble=trouble, message="why", began_at=NOW + began, ended_at=ended_at)


def test_a_trouble_lasts_from_when_it_was_seen_until_it_was_not() -> None:
    first = brought_up_to_date((), [judged(Trouble.SILENT)], now=NOW)
    assert first == (spell(Trouble.SILENT, timedelta()),)
    assert brought_up_to_date(first, [judged(Trouble.SILENT)], now=NOW + HOUR) == first
    over = brought_up_to_date(first, [judged()], now=NOW + HOUR)
    assert over == (spell(Trouble.SILENT, timedelta(), HOUR),)
    again = brought_up_to_date(over, [judged(Trouble.SILENT)], now=NOW + 2 * HOUR)
    assert again == (*over, spell(Trouble.SILENT, 2 * HOUR))


def test_a_feed_that_is_not_judged_any_more_has_no_troubles() -> None:
    assert brought_up_to_date([spell(Trouble.FAILING, -DAY)], [], now=NOW) == (
        spell(Trouble.FAILING, -DAY, timedelta()),
    )


def test_what_ended_long_ago_is_forgotten() -> None:
    assert brought_up_to_date([spell(Trouble.SILENT, -99 * DAY, -98 * DAY)], [], now=NOW) == ()


def test_a_days_events_are_what_began_or_ended_in_it() -> None:
    spells = [
        spell(Trouble.SILENT, -2 * DAY),
        spell(Trouble.FAILING, -2 * DAY, -HOUR),
        spell(Trouble.DROPPING, -HOUR),
        spell(Trouble.MISSING, -3 * HOUR, -HOUR),
    ]
    told = [(event.trouble, event.has_begun) for event in events_in(spells, since=NOW - DAY, until=NOW)]
    assert told == [(Trouble.FAILING, False), (Trouble.DROPPING, True)]


def test_a_feed_that_dropped_and_fell_silent_did_not_get_well_between() -> None:
    spells = [spell(Trouble.DROPPING, -2 * DAY, -HOUR), spell(Trouble.SILENT, -HOUR)]
    told = [(event.trouble, event.has_begun) for event in events_in(spells, since=NOW - DAY, until=NOW)]
    assert told == [(Trouble.SILENT, True)]


def test_the_document_reads_as_it_was_written() -> None:
    spells = (spell(Trouble.SILENT, -DAY), spell(Trouble.FAILING, -DAY, -HOUR))
    assert read(written(spells)) == spells
    assert read(None) == ()


def test_the_feeds_of_a_store_are_judged_and_what_changed_is_kept(store: SqlStore) -> None:
    specs = [FeedSpec(id="a", url="https://a.example/feed", title="A", language="de")]
    store.sync_feeds({"a": specs[0].url}, now=NOW - 9 * DAY)
    for days in range(9):
        row = replace(store.feeds()[0], first_polled_at=NOW - 9 * DAY)
        at = NOW - (9 - days) * DAY + HOUR
        store.apply_poll(PollPlan(feed=row, outcome=PollOutcome.UNCHANGED, polled_at=at))
    keep_health(store, specs, now=NOW)
    keep_health(store, specs, now=NOW + HOUR)
    [kept] = read(store.document(KIND, NAME))
    assert (kept.trouble, kept.began_at, kept.ended_at) == (Trouble.SILENT, NOW, None)
    keep_health(store, [replace(specs[0], is_paused=True)], now=NOW + 2 * HOUR)
    assert read(store.document(KIND, NAME))[0].ended_at == NOW + 2 * HOUR

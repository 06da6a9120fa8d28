"""Since when a watch is told of: a new one not of the days before it, whatever the clock said."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from monitor.report.beginnings import first_days
from store import SqlStore
from tests import digest_material as made
from tests.store_material import with_feeds

NOW = datetime(2016, 8, 12, 5, 0, tzinfo=UTC)
DAY = timedelta(days=1)
FIRST, SECOND = made.WATCH, replace(made.WATCH, id="second")


def test_a_watch_that_is_added_begins_on_its_day(store: SqlStore) -> None:
    with_feeds(store)
    assert first_days(store, [FIRST], now=NOW) == {FIRST.id: date(2016, 8, 12)}
    later = first_days(store, [FIRST, SECOND], now=NOW + 3 * DAY)
    assert later == {FIRST.id: date(2016, 8, 12), "second": date(2016, 8, 15)}
    assert first_days(store, [FIRST, SECOND], now=NOW + 5 * DAY) == later


def test_a_watch_that_comes_back_is_not_told_of_the_days_between(store: SqlStore) -> None:
    first_days(store, [FIRST, SECOND], now=NOW)
    first_days(store, [FIRST], now=NOW + DAY)
    assert first_days(store, [FIRST, SECOND], now=NOW + 9 * DAY)["second"] == date(2016, 8, 21)


def test_a_clock_that_was_ahead_keeps_no_digest_back(store: SqlStore) -> None:
    first_days(store, [FIRST], now=NOW + 3650 * DAY)
    assert first_days(store, [FIRST], now=NOW) == {FIRST.id: date(2016, 8, 12)}

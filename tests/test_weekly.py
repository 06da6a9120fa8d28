"""Weekly digests: which weeks are due, stored once each, and delivered in a series of their own."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from monitor.errors import ConfigError
from monitor.model import DigestSettings
from monitor.report.outbound import digest_subject
from monitor.report.render import render_digest
from monitor.report.weekly import due_weeks, weekly_of, with_weekly, write_due_weeks
from monitor.settings import init_config, load_config
from store import SqlStore
from tests import digest_material as made
from tests.delivery_material import Clock, a_courier, channels
from tests.store_material import with_feeds

WATCH = replace(made.WATCH, digest=DigestSettings(zone="Europe/Berlin", at="07:00", weekly="monday"))
#: Monday, seven in the morning in Berlin.
MONDAY = datetime(2016, 8, 15, 5, 0, tzinfo=UTC)
LONG_AGO = date(2016, 1, 1)


def test_a_week_is_due_on_its_morning() -> None:
    assert due_weeks(WATCH, [], LONG_AGO, MONDAY) == [date(2016, 8, 14)]
    assert due_weeks(WATCH, [], LONG_AGO, MONDAY - timedelta(minutes=1)) == [date(2016, 8, 7)]


def test_who_asks_for_weeks_late_gets_the_latest_only_and_who_slept_gets_each() -> None:
    assert due_weeks(WATCH, [date(2016, 7, 24)], LONG_AGO, MONDAY) == [
        date(2016, 7, 31), date(2016, 8, 7), date(2016, 8, 14),
    ]  # fmt: skip
    assert due_weeks(WATCH, [date(2016, 8, 14)], LONG_AGO, MONDAY) == []


def test_a_week_that_ended_before_the_first_day_is_not_told() -> None:
    assert due_weeks(WATCH, [], date(2016, 8, 15), MONDAY) == []


@pytest.mark.parametrize(
    ("now", "day", "hours"),
    [
        (datetime(2016, 3, 28, 5, 0, tzinfo=UTC), date(2016, 3, 27), 167),
        (datetime(2016, 10, 31, 6, 0, tzinfo=UTC), date(2016, 10, 30), 169),
        (datetime(2016, 3, 7, 6, 0, tzinfo=UTC), date(2016, 3, 6), 168),
    ],
)
def test_weeks_are_as_long_as_the_clocks_say(store: SqlStore, now: datetime, day: date, hours: int) -> None:
    assert due_weeks(WATCH, [], LONG_AGO, now - timedelta(seconds=1)) != [day]
    (week,) = write_due_weeks(store, WATCH, (), first_day=LONG_AGO, now=now)
    assert (week.day, week.content["hours"], week.content["first_day"]) == (
        day,
        hours,
        (day - timedelta(days=6)).isoformat(),
    )


def test_a_week_is_stored_once_and_apart_from_the_days(store: SqlStore) -> None:
    with_feeds(store)
    (week,) = write_due_weeks(store, WATCH, (), first_day=LONG_AGO, now=MONDAY)
    assert write_due_weeks(store, WATCH, (), first_day=LONG_AGO, now=MONDAY + timedelta(hours=5)) == []
    assert (store.digests(WATCH.id), store.digests(f"{WATCH.id}/weekly")) == ([], [week])
    assert "8–14 Aug 2016" in digest_subject(week)
    assert "8–14 Aug 2016" in render_digest(week, "mail")


def test_a_weekly_series_is_delivered_beside_the_daily_one_and_raises_no_alerts() -> None:
    days, weeks = with_weekly([WATCH])
    assert (days, weeks.id, weeks.delivery.alerts.to) == (WATCH, f"{WATCH.id}/weekly", ())
    assert with_weekly([made.WATCH]) == [made.WATCH]
    assert weekly_of(made.WATCH) is None


def test_a_week_goes_to_whoever_gets_the_days_once(store: SqlStore, tmp_path: Path) -> None:
    clock = Clock(MONDAY)
    courier = a_courier(store, channels(folder=tmp_path), clock, watch=WATCH)
    courier.meet_receivers()
    (week,) = write_due_weeks(store, WATCH, (), first_day=LONG_AGO, now=MONDAY)
    assert (courier.queue(), courier.queue()) == (1, 0)
    assert [result.error for result in courier.send()] == [""]
    folder = tmp_path / WATCH.id / "weekly"
    assert sorted(path.name for path in folder.glob("*.*m*")) == [f"{week.day}.html", "digests.atom", "index.html"]
    assert "8–14 Aug 2016" in (folder / "index.html").read_text(encoding="utf-8")


def test_the_weekday_is_read_from_the_watch_and_a_wrong_one_named_with_its_line(tmp_path: Path) -> None:
    init_config(tmp_path)
    file = next((tmp_path / "watches").glob("*.yaml"))
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("digest:\n", "digest:\n  weekly: monday\n", 1), encoding="utf-8")
    assert load_config(tmp_path, {}).watches[0].digest.weekly == "monday"
    broken = text.replace("digest:\n", "digest:\n  weekly: moonday\n", 1)
    file.write_text(broken, encoding="utf-8")
    line = broken.splitlines().index("  weekly: moonday") + 1
    with pytest.raises(ConfigError, match=rf"{file.name}:{line}"):
        load_config(tmp_path, {})

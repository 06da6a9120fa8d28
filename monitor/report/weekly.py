"""Weekly digests beside the daily ones: which weeks are due, and how they are told, kept and delivered.

A week is the digest of seven days under a name of its own («watch/weekly»), so that it is stored once, delivered once
and threaded by itself like the digest of a further watch. Decides no more than that.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from monitor.model import AlertSettings, Digest, FeedSpec, Watch
from monitor.ports import Store
from monitor.report.digest import due_at, today_in
from monitor.report.gather import gather_digest, stored_days
from monitor.report.glossary import NO_GLOSSARY, Glossary

DAYS = 7
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SUFFIX = "/weekly"


def weekly_of(watch: Watch) -> Watch | None:
    """The watch as its weekly digests know it: same title, no alerts; None where none are asked for."""
    if not watch.digest.weekly:
        return None
    return replace(watch, id=f"{watch.id}{SUFFIX}", delivery=replace(watch.delivery, alerts=AlertSettings()))


def with_weekly(watches: Sequence[Watch]) -> list[Watch]:
    """All that digests are delivered of: watches, each followed by its weekly digests."""
    return [one for watch in watches for one in (watch, weekly_of(watch)) if one]


def is_weekly(watch: Watch) -> bool:
    """Whether this is a watch as its weekly digests know it."""
    return watch.id.endswith(SUFFIX)


def due_weeks(watch: Watch, stored_days: Collection[date], first_day: date, now: datetime) -> list[date]:
    """The last days of the weeks that should be told by `now` and are not, oldest first.

    A machine that slept catches up; where no week was told before, only the latest is.
    """
    ends_on = (WEEKDAYS.index(watch.digest.weekly) - 1) % DAYS
    day = today_in(watch.digest.zone, now)
    while day.weekday() != ends_on or due_at(watch, day) > now:
        day -= timedelta(days=1)
    due: list[date] = []
    while day >= first_day and day not in stored_days and (not due or stored_days):
        due.append(day)
        day -= timedelta(days=DAYS)
    return due[::-1]


def write_due_weeks(
    store: Store,
    watch: Watch,
    feeds: Sequence[FeedSpec],
    *,
    first_day: date,
    now: datetime,
    glossary: Glossary = NO_GLOSSARY,
) -> list[Digest]:
    """Compose and store every weekly digest that is due and missing; none where the watch asks for none."""
    weekly = weekly_of(watch)
    if weekly is None:
        return []
    due = due_weeks(watch, stored_days(store, weekly), first_day, now)
    told = (gather_digest(store, watch, day, feeds=feeds, now=now, days=DAYS, glossary=glossary) for day in due)
    weeks = (replace(digest, watch=weekly.id) for digest in told)
    return [digest for digest in weeks if store.save_digest(digest)]

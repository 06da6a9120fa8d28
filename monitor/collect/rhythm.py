"""How often a feed brings something, by the hour of the week, and what interval follows. Pure.

Kept as 168 fading counts in the feed's row, so that a restart forgets nothing and a feed that changes its habits is
learnt anew within weeks.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime, timedelta

HOURS = 168
WEEK = timedelta(weeks=1)
#: After this a week's counts weigh 1/e.
FADE_WEEKS = 4.0
#: A poll should find this many new entries on average: more would be late, less would be a nuisance.
NEW_PER_POLL = 1.0
#: From this share of unseen entries on, entries may have fallen out unseen: come back sooner.
CROWDED_SHARE = 0.5
#: What is assumed of a feed without dates until it has been watched: an entry an hour.
UNKNOWN_PER_WEEK = 168.0

Arrivals = tuple[float, ...]


def first_arrivals(published: Sequence[datetime | None], *, now: datetime) -> Arrivals:
    """A guess from the dates in a feed's first document, spread evenly: as if one week had been watched."""
    dates = [date for date in published if date is not None and now - WEEK < date <= now]
    if dates:
        span = max(now - min(dates), timedelta(hours=1))
        per_week = len(dates) * (WEEK / span)
    else:
        per_week = 0.0 if any(published) else UNKNOWN_PER_WEEK
    return (per_week / HOURS,) * HOURS


def with_new(arrivals: Arrivals, dates: Sequence[datetime], *, since: timedelta) -> Arrivals:
    """Let old counts fade for the time `since` they were last added to, and add the dates of what is new."""
    fade = _fade(since)
    counts = [count * fade for count in arrivals]
    for date in dates:
        counts[_hour_of_week(date)] += 1.0
    return tuple(round(count, 4) for count in counts)


def expected_wait(
    arrivals: Arrivals, *, since: timedelta, watched: timedelta, now: datetime, longest: timedelta
) -> timedelta:
    """How long until NEW_PER_POLL entries are to be expected, at most `longest`.

    `since` the counts were last added to they have faded; `watched` is how long the feed has been polled.
    """
    arrivals = arrivals or (UNKNOWN_PER_WEEK / HOURS,) * HOURS
    # The guess from the first document counts as a week; of older weeks what has not faded.
    weeks = FADE_WEEKS * (1 - _fade(watched + WEEK))
    per_count = _fade(since) / weeks
    mean = sum(arrivals) / HOURS * per_count
    expected, at = 0.0, now
    while at < now + longest:
        hour = _hour_of_week(at)
        near = (arrivals[hour - 1] + arrivals[hour] + arrivals[(hour + 1) % HOURS]) / 3 * per_count
        per_hour = (near * weeks + mean) / (weeks + 1)  # a week's worth of trust in the mean
        missing = NEW_PER_POLL - expected
        if per_hour > missing:
            at += timedelta(hours=missing / per_hour)
            break
        expected += per_hour
        at += timedelta(hours=1)
    return min(at - now, longest)


def crowded_interval(new: int, entries: int, *, elapsed: timedelta) -> timedelta | None:
    """The interval at which half a page would have been new, when more than that was; None otherwise."""
    if not entries or new / entries <= CROWDED_SHARE:
        return None
    return elapsed * (CROWDED_SHARE * entries / new)


def _fade(span: timedelta) -> float:
    return math.exp(-max(span / WEEK, 0.0) / FADE_WEEKS)


def _hour_of_week(at: datetime) -> int:
    return at.weekday() * 24 + at.hour

"""How well a feed does, judged by its polls alone: silent, dropping, failing, missing entries. Pure.

Judging by stored polls and not by what is known now, a look back at any day says what that day would have said. What
begins or ends being wrong with a feed is an event, for the digest and the log.
"""

from __future__ import annotations

import itertools
import statistics
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from monitor.model import Poll, PollOutcome

#: Health looks back so far: a month has four weekends to learn from.
WINDOW = timedelta(days=28)
#: A feed is silent when it has been quiet for so many times its usual gap ...
SILENT_GAPS = 6
#: ... and for so many times the longest quiet it was heard again after: nights and weekends are such.
SILENT_LONGEST = 2
#: A feed whose rhythm is not known is silent when it has brought nothing for so long.
SILENT_WITHOUT_RHYTHM = timedelta(days=7)
#: Before a feed has been watched over a weekend nothing shorter is called silence.
SILENT_AT_LEAST_WHEN_NEW = timedelta(days=3)
SILENT_AT_LEAST = timedelta(hours=6)
#: A drop is two days with less than a quarter of what such days usually bring, if that is anything to speak of.
DROP_SHARE, DROP_DAYS, DROP_USUAL = 0.25, 2, 8.0
#: So many failed polls in a row, over at least this time, are more than a hiccup.
FAILING_POLLS, FAILING_FOR = 3, timedelta(hours=6)
#: Fewer pages than this say nothing of extraction.
EXTRACTED_SHARE, EXTRACTED_OF = 0.5, 10

ANSWERS = frozenset({PollOutcome.NEW, PollOutcome.UNCHANGED, PollOutcome.EMPTY})


class Trouble(StrEnum):
    """What can be wrong with a feed, worst first."""

    FAILING = "failing"
    SILENT = "silent"
    DROPPING = "dropping"
    EXTRACTION_FAILING = "extraction_failing"
    MISSING = "missing"


@dataclass(frozen=True, kw_only=True)
class FeedHealth:
    """How one feed did over the window."""

    feed_id: str
    polls: int
    #: When it last answered with a feed; None: never in the window.
    last_success_at: datetime | None
    #: Of its polls; 0 when there were none.
    success_rate: float
    items_per_day: float
    #: The usual gap between polls that brought something; None: not enough of them.
    rhythm: timedelta | None
    #: Since when it has brought nothing, though it answers; None: it never brought anything.
    quiet_since: datetime | None
    #: Of the pages fetched for it, the share that held an article; None: none was fetched.
    extraction_rate: float | None
    missed: int
    #: In words for a person, worst first.
    troubles: dict[Trouble, str]


@dataclass(frozen=True, kw_only=True)
class HealthEvent:
    """Something began or ended being wrong with a feed."""

    feed_id: str
    trouble: Trouble
    #: False: it is over.
    has_begun: bool
    message: str = ""


def feed_health(
    feed_id: str, polls: Sequence[Poll], *, now: datetime, extracted: int = 0, unextractable: int = 0
) -> FeedHealth:
    """Judge one feed at `now` by its polls of the window before (later and older ones do not count)."""
    own = sorted(
        (poll for poll in polls if poll.feed_id == feed_id and now - WINDOW <= poll.polled_at <= now),
        key=lambda poll: poll.polled_at,
    )
    answered = [poll for poll in own if poll.outcome in ANSWERS]
    brought = [poll.polled_at for poll in own if poll.new_count]
    gaps = [later - earlier for earlier, later in itertools.pairwise(brought)]
    watched = now - own[0].polled_at if own else timedelta()
    pages = extracted + unextractable
    silent = _silent(answered, brought, gaps, watched, now)
    troubles = {
        Trouble.FAILING: _failing(own, now),
        Trouble.SILENT: silent,
        Trouble.DROPPING: "" if silent else _dropping(answered, watched, now),  # it dropped to nothing: one word
        Trouble.EXTRACTION_FAILING: _extraction_failing(extracted, pages),
        Trouble.MISSING: _missing(own),
    }
    return FeedHealth(
        feed_id=feed_id,
        polls=len(own),
        last_success_at=answered[-1].polled_at if answered else None,
        success_rate=len(answered) / len(own) if own else 0.0,
        items_per_day=sum(poll.new_count for poll in own[1:]) / max(watched / timedelta(days=1), 1.0),
        rhythm=_median(gaps) if len(gaps) >= SILENT_GAPS else None,
        quiet_since=brought[-1] if brought else None,
        extraction_rate=extracted / pages if pages else None,
        missed=sum(poll.missed_count for poll in own),
        troubles={trouble: message for trouble, message in troubles.items() if message},
    )


def _failing(polls: Sequence[Poll], now: datetime) -> str:
    failed: list[Poll] = []
    for poll in reversed(polls):
        if poll.outcome in ANSWERS:
            break
        failed.append(poll)
    if len(failed) < FAILING_POLLS or now - failed[-1].polled_at < FAILING_FOR:
        return ""
    return f"no answer for {spelled(now - failed[-1].polled_at)}: {failed[0].message}"


def _silent(
    answered: Sequence[Poll],
    brought: Sequence[datetime],
    gaps: Sequence[timedelta],
    watched: timedelta,
    now: datetime,
) -> str:
    if not answered:
        return ""
    if len(gaps) < SILENT_GAPS:
        quiet = answered[-1].polled_at - (brought[-1] if brought else now - watched)
        return f"nothing new for {spelled(quiet)}" if quiet >= SILENT_WITHOUT_RHYTHM else ""
    quiet = answered[-1].polled_at - brought[-1]  # only while it answers is it quiet
    usual = _median(gaps)
    at_least = SILENT_AT_LEAST if watched - quiet > timedelta(days=8) else SILENT_AT_LEAST_WHEN_NEW
    if quiet < max(SILENT_GAPS * usual, SILENT_LONGEST * max(gaps), at_least):
        return ""
    return f"nothing new for {spelled(now - brought[-1])}, {quiet / usual:.0f} times its rhythm"


def _dropping(answered: Sequence[Poll], watched: timedelta, now: datetime) -> str:
    """Compare each of the last days with the same day of the weeks before: on Sundays less happens."""
    by_day: defaultdict[int, int] = defaultdict(int)  # days ago -> entries, where it answered at all
    for poll in answered:
        by_day[(now - poll.polled_at) // timedelta(days=1)] += poll.new_count
    recent, usual = 0.0, 0.0
    for day in range(DROP_DAYS):
        before = [by_day[earlier] for earlier in range(day + 7, watched // timedelta(days=1), 7) if earlier in by_day]
        if day not in by_day or not before:
            return ""
        recent += by_day[day] / DROP_DAYS
        usual += statistics.median(before) / DROP_DAYS
    if usual < DROP_USUAL or not 0 < recent < DROP_SHARE * usual:
        return ""
    return f"{recent:.0f} entries a day, where {usual:.0f} are usual"


def _extraction_failing(extracted: int, pages: int) -> str:
    if pages < EXTRACTED_OF or extracted / pages >= EXTRACTED_SHARE:
        return ""
    return f"only {extracted} of {pages} pages held an article that could be read"


def _missing(polls: Sequence[Poll]) -> str:
    missing = sum(poll.missed_count > 0 for poll in polls)
    return f"in {missing} polls everything was unseen: entries were missed, poll it more often" if missing else ""


def _median(spans: Sequence[timedelta]) -> timedelta:
    return timedelta(seconds=statistics.median(span.total_seconds() for span in spans))


def spelled(span: timedelta) -> str:
    """«3 days», «5 hours»."""
    hours = round(span / timedelta(hours=1))
    return f"{hours} hours" if hours < 48 else f"{round(hours / 24)} days"

"""How each source is, for the page and for programs: state, trouble, the last fourteen days; the worst first. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.collect.health import ANSWERS, Trouble
from monitor.collect.health_log import Spell
from monitor.model import FeedRow, FeedSpec, FeedState, PollCount
from monitor.report.health_strip import PollDay

#: So many days are looked back on, today included.
DAYS = 14
_WORST_FIRST = list(Trouble)


@dataclass(frozen=True, kw_only=True)
class SourceLine:
    """One source."""

    spec: FeedSpec
    #: None: the daemon has not met it yet.
    row: FeedRow | None
    #: active, backing_off, paused, retired; or new: never asked.
    state: str
    #: What is wrong for longer, the worst first, and since when.
    troubles: tuple[tuple[Trouble, datetime], ...]
    #: How the last poll failed (FailureKind or BlockKind), empty if it did not; and the HTTP status.
    failure: str
    status: int | None
    #: Oldest first; the last one is today.
    days: tuple[PollDay, ...]
    #: New entries a day, the day of the first poll left out: that brings what was there before. None: not known yet.
    per_day: float | None

    @property
    def is_in_trouble(self) -> bool:
        return bool(self.troubles or self.failure or self.state == "retired") and self.state != "paused"

    @property
    def rank(self) -> int:
        """What needs a look first; then what is well, then what is paused."""
        if self.state == "paused":
            return 99
        worst = min((_WORST_FIRST.index(trouble) for trouble, _ in self.troubles), default=None)
        if worst is not None:
            return worst
        return 10 if self.state == "retired" else 11 if self.failure else 20


def source_lines(
    specs: Iterable[FeedSpec],
    rows: Sequence[FeedRow],
    counts: Sequence[PollCount],
    spells: Sequence[Spell],
    *,
    now: datetime,
) -> list[SourceLine]:
    """All sources, the worst first; `counts` are of the last days."""
    row_of = {row.id: row for row in rows}
    of_feed: defaultdict[str, list[PollCount]] = defaultdict(list)
    for count in counts:
        of_feed[count.feed_id].append(count)
    lasting = [spell for spell in spells if spell.lasts_at(now)]
    lines = [
        _line(spec, row_of.get(spec.id), of_feed[spec.id], [s for s in lasting if s.feed_id == spec.id], now)
        for spec in specs
    ]
    return sorted(lines, key=lambda line: (line.rank, line.spec.title.casefold()))


def _line(
    spec: FeedSpec, row: FeedRow | None, counts: Sequence[PollCount], spells: Sequence[Spell], now: datetime
) -> SourceLine:
    last = max(counts, key=lambda count: count.last_at, default=None)
    has_failed = last is not None and last.outcome not in ANSWERS
    # Where the daemon has judged since and found it well again, that is the spell's end: failures are not told twice.
    troubles = sorted(((s.trouble, s.began_at) for s in spells), key=lambda each: _WORST_FIRST.index(each[0]))
    days = _days(counts, now)
    first = row.first_polled_at.date() if row and row.first_polled_at else None
    whole = [day for day in days if first and day.day > first]
    return SourceLine(
        spec=spec,
        row=row,
        state=_state(spec, row),
        troubles=tuple(troubles),
        failure=(last.kind or last.outcome.value) if last and has_failed else "",
        status=last.status if last and has_failed else None,
        days=days,
        per_day=sum(day.new for day in whole) / len(whole) if whole else None,
    )


def _state(spec: FeedSpec, row: FeedRow | None) -> str:
    """As configured: a pause and its end are the daemon's a few seconds later."""
    if spec.is_paused:
        return FeedState.PAUSED.value
    if row is None or row.last_polled_at is None:
        return "new"
    return FeedState.ACTIVE.value if row.state is FeedState.PAUSED else row.state.value


def _days(counts: Sequence[PollCount], now: datetime) -> tuple[PollDay, ...]:
    today = now.date()
    days = [today - timedelta(days=back) for back in range(DAYS - 1, -1, -1)]
    return tuple(
        PollDay(
            day=day,
            polls=sum(count.polls for count in counts if count.day == day),
            failed=sum(count.polls for count in counts if count.day == day and count.outcome not in ANSWERS),
            new=sum(count.new for count in counts if count.day == day),
        )
        for day in days
    )

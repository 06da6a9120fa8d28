"""Tell how the sources fared on one day: which answered, which failed and why, what began and ended being wrong.

Counts the polls of that day; what is silence or a drop, `collect.health` decides. Touches nothing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from monitor.collect.health import ANSWERS, Trouble
from monitor.collect.health_log import Spell, events_in
from monitor.model import FeedRow, FeedSpec, FeedState, Poll
from monitor.report.plain import one_line, shorten


def describe_sources(
    feeds: Sequence[FeedSpec],
    rows: Sequence[FeedRow],
    polls: Sequence[Poll],
    spells: Sequence[Spell] = (),
    *,
    since: datetime,
    until: datetime,
) -> dict[str, Any]:
    """Return the digest's `sources`: totals by status, polls by outcome, what changed, each feed that needs a look."""
    title_of = {spec.id: _title(spec) for spec in feeds}
    silent = {spell.feed_id for spell in spells if spell.trouble is Trouble.SILENT and spell.lasts_at(until)}
    row_of = {row.id: row for row in rows}
    polls_of: defaultdict[str, list[Poll]] = defaultdict(list)
    for poll in sorted(polls, key=lambda poll: poll.polled_at):
        polls_of[poll.feed_id].append(poll)
    described = [_describe(spec, row_of.get(spec.id), polls_of[spec.id], is_silent=spec.id in silent) for spec in feeds]
    by_status = Counter(feed["status"] for feed in described)
    return {
        "total": len(described),
        "answered": sum(feed["answered"] > 0 for feed in described),
        "by_status": dict(sorted(by_status.items())),
        "polls": dict(sorted(Counter(poll.outcome.value for spec in feeds for poll in polls_of[spec.id]).items())),
        "missed": sum(feed["missed"] for feed in described),
        "events": [
            {
                "feed": event.feed_id,
                "title": title_of[event.feed_id],
                "trouble": event.trouble.value,
                "has_begun": event.has_begun,
                "message": event.message,
            }
            for event in events_in(spells, since=since, until=until)
            if event.feed_id in title_of
        ],
        "troubled": [feed for feed in described if feed["status"] != "answered" or feed["missed"]],
    }


def _title(spec: FeedSpec) -> str:
    return one_line(spec.title or spec.id)


def _describe(spec: FeedSpec, row: FeedRow | None, polls: Sequence[Poll], *, is_silent: bool) -> dict[str, Any]:
    answered = sum(poll.outcome in ANSWERS for poll in polls)
    status = _status(row, polls, answered, is_silent=is_silent)
    last_bad = next((poll for poll in reversed(polls) if poll.outcome not in ANSWERS), None)
    shows_reason = last_bad is not None and status in ("failed", "blocked", "unsteady")
    last_new_at = row.last_new_at if row and status == "silent" else None
    return {
        "feed": spec.id,
        "title": _title(spec),
        "language": spec.language,
        "country": spec.country,
        "status": status,
        "polls": len(polls),
        "answered": answered,
        "new": sum(poll.new_count for poll in polls),
        "missed": sum(poll.missed_count for poll in polls),
        "kind": last_bad.kind if last_bad and shows_reason else "",
        "message": shorten(one_line(last_bad.message)) if last_bad and shows_reason else "",
        "last_new_at": last_new_at.isoformat() if last_new_at else None,
    }


def _status(row: FeedRow | None, polls: Sequence[Poll], answered: int, *, is_silent: bool) -> str:
    """One word for a feed's day: answered, silent, unsteady, failed, blocked, paused, retired or not_polled."""
    if not polls:
        at_rest = row and row.state in (FeedState.PAUSED, FeedState.RETIRED)
        return row.state.value if row and at_rest else "not_polled"
    if not answered:
        return polls[-1].outcome.value
    if polls[-1].outcome not in ANSWERS:
        return "unsteady"
    return "silent" if is_silent else "answered"


def counted(numbers: Mapping[str, Any], name: str) -> int:
    """A count of the store by name; what it doesn't count is nought."""
    return int(numbers.get(name, 0) or 0)

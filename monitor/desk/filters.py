"""What the inbox shows, as it stands in the address: `?outcome=match&language=tr&q=su-24`. Pure, and forgiving.

An address is typed, bookmarked and sent to colleagues: what it says wrongly is passed over, never an error.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlencode

from monitor.analyse.searching import parse_search
from monitor.model import ArticleFilter, FeedSpec, Outcome
from monitor.report.digest import digest_window, today_in

PAGE = 30
#: What waits for a decision: nobody judged it, or somebody was not sure.
OPEN = frozenset({"none", "unsure"})
#: What the inbox shows unless asked otherwise.
INBOX = (Outcome.MATCH, Outcome.NEAR_MISS, Outcome.HELD_BY_RULE, Outcome.SUGGESTION)


@dataclass(frozen=True, kw_only=True)
class View:
    """One list, as its address says it."""

    q: str = ""
    outcome: str = ""
    #: open, judged, relevant, irrelevant, unsure, all.
    state: str = "open"
    language: str = ""
    feed: str = ""
    country: str = ""
    kind: str = ""
    #: An id, or a name as people write it.
    actor: str = ""
    score_from: str = ""
    score_to: str = ""
    #: When it was found: today, yesterday, a date, or so many days back.
    day: str = ""
    #: best or newest.
    order: str = "newest"
    after: str = ""

    @property
    def address(self) -> str:
        """The query of its address; what is as usual is left out."""
        said = {name: value for name, value in vars(self).items() if value != getattr(USUAL, name)}
        return f"?{urlencode(said)}" if said else "?"

    @property
    def narrowed(self) -> list[str]:
        """By what the list is narrower than usual."""
        return [name for name, value in vars(self).items() if name not in _NO_FILTERS and value != getattr(USUAL, name)]

    def but(self, **changes: str) -> str:
        """The address of the same list with something else, from its first page."""
        return replace(self, **{"after": "", **changes}).address

    def without(self, name: str) -> str:
        """The address of the same list, not narrowed by this."""
        return self.but(**{name: getattr(USUAL, name)})


USUAL = View()
_NO_FILTERS = ("state", "order", "after")


def read_view(query: Mapping[str, str]) -> View:
    """The view an address asks for."""
    known = {name: query[name].strip()[:200] for name in View.__dataclass_fields__ if name in query}
    # A form has a field of its own for a date; older addresses name days back.
    day = next((query[name] for name in ("on", "day", "days") if query.get(name)), "")
    return View(**{**known, "day": day.strip()[:20]})


def to_filter(view: View, watch: str, feeds: Sequence[FeedSpec], *, now: datetime, zone: str = "UTC") -> ArticleFilter:
    """What the store is asked for; days are those of `zone`."""
    asked = {outcome.value: outcome for outcome in Outcome}.get(view.outcome)
    outcomes = frozenset({asked}) if asked else frozenset(Outcome) if view.q or view.actor else frozenset(INBOX)
    chosen = [
        feed.id
        for feed in feeds
        if view.feed in ("", feed.id) and view.country in ("", feed.country) and view.kind in ("", feed.kind)
    ]
    is_by_feed = bool(view.feed or view.country or view.kind)
    after = view.after.removeprefix("a-")
    since, until = _window(view.day, now, zone)
    return ArticleFilter(
        watch=watch,
        outcomes=outcomes,
        verdicts=_verdicts(view.state),
        language=view.language,
        feed_ids=frozenset(chosen or ["none of them"]) if is_by_feed else frozenset(),
        actor=view.actor,
        min_score=_points(view.score_from),
        max_score=_points(view.score_to),
        search=parse_search(view.q),
        since=since,
        until=until,
        is_newest_first=view.order == "newest",
        after=int(after) if after.isdecimal() and len(after) < 19 else None,
    )


def _verdicts(state: str) -> frozenset[str]:
    if state in ("relevant", "irrelevant", "unsure"):
        return frozenset({state})
    return {"open": OPEN, "judged": frozenset({"relevant", "irrelevant"})}.get(state, frozenset())


def _points(said: str) -> float | None:
    try:
        points = float(said.replace(",", "."))
    except ValueError:
        return None
    return points if -1000 <= points <= 1000 else None


def _window(day: str, now: datetime, zone: str) -> tuple[datetime | None, datetime | None]:
    """From when until when it was found: one day, or some days back."""
    if day.isdecimal() and len(day) < 5 and int(day):
        return now.astimezone(UTC) - timedelta(days=int(day)), None
    today = today_in(zone, now)
    named = {"today": today, "yesterday": today - timedelta(days=1)}
    try:
        return digest_window(named.get(day) or date.fromisoformat(day), zone)
    except (ValueError, OverflowError):  # no day, or one whose morrow no calendar has
        return None, None

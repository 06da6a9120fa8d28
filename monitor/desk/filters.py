"""What the inbox shows, as it stands in the address: `?outcome=match&language=tr&q=su-24`. Pure, and forgiving.

An address is typed, bookmarked and sent to colleagues: what it says wrongly is passed over, never an error.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from monitor.analyse.searching import parse_search
from monitor.model import ArticleFilter, FeedSpec, Outcome

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
    actor: str = ""
    #: Days back.
    days: str = ""
    #: best or newest.
    order: str = "newest"
    after: str = ""

    @property
    def address(self) -> str:
        """The query of its address; what is as usual is left out."""
        usual = View()
        said = {name: value for name, value in vars(self).items() if value != getattr(usual, name)}
        return f"?{urlencode(said)}" if said else "?"

    def but(self, **changes: str) -> str:
        """The address of the same list with something else, from its first page."""
        return replace(self, **{"after": "", **changes}).address


def read_view(query: Mapping[str, str]) -> View:
    """The view an address asks for."""
    known = {name: query[name].strip()[:200] for name in View.__dataclass_fields__ if name in query}
    return View(**known)


def to_filter(view: View, watch: str, feeds: Sequence[FeedSpec], *, now: datetime) -> ArticleFilter:
    """What the store is asked for: one article more than a page, to know whether there is another page."""
    asked = {outcome.value: outcome for outcome in Outcome}.get(view.outcome)
    outcomes = frozenset({asked}) if asked else frozenset(Outcome) if view.q or view.actor else frozenset(INBOX)
    chosen = [
        feed.id
        for feed in feeds
        if view.feed in ("", feed.id) and view.country in ("", feed.country) and view.kind in ("", feed.kind)
    ]
    is_by_feed = bool(view.feed or view.country or view.kind)
    after = view.after.removeprefix("a-")
    return ArticleFilter(
        watch=watch,
        outcomes=outcomes,
        verdicts=_verdicts(view.state),
        language=view.language,
        feed_ids=frozenset(chosen or ["none of them"]) if is_by_feed else frozenset(),
        actor=view.actor,
        search=parse_search(view.q),
        since=_since(view.days, now),
        is_newest_first=view.order == "newest",
        after=int(after) if after.isdecimal() and len(after) < 19 else None,
        limit=PAGE + 1,
    )


def _verdicts(state: str) -> frozenset[str]:
    if state in ("relevant", "irrelevant", "unsure"):
        return frozenset({state})
    return {"open": OPEN, "judged": frozenset({"relevant", "irrelevant"})}.get(state, frozenset())


def _since(days: str, now: datetime) -> datetime | None:
    if not days.isdecimal() or not 0 < int(days) < 10_000:
        return None
    return now.astimezone(UTC) - timedelta(days=int(days))

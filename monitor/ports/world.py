"""The protocols between the flow and the world outside: the clock, servers, extraction, other processes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from monitor.model import (
    Entry,
    Extraction,
    Fetched,
    KeptRobots,
    NotModified,
    Page,
    PollPlan,
    Request,
    ScoreCard,
    TurnTaken,
)


class Clock(Protocol):
    """The only source of «now»."""

    def __call__(self) -> datetime:
        """The current time, aware UTC."""
        ...


class Fetcher(Protocol):
    """Asks servers; a good citizen within all bounds. Safe to use from many tasks at once."""

    async def fetch(self, request: Request) -> Fetched | NotModified:
        """Return the response; raise FetchError when there is none, RefusedError when it is not for us."""
        ...


class Extractor(Protocol):
    """Makes an article of a page, in a process that can be killed."""

    async def extract(self, page: Page, entry: Entry) -> Extraction:
        """Return title, text and what is known beside them; raise ExtractError when the page holds none."""
        ...

    async def first(self, page: Page, entry: Entry) -> Extraction | None:
        """A cheap first text, marked as such; None where only the full extraction can tell what the page is."""
        ...


class Meter(Protocol):
    """Is told what the steps do, and counts it. Safe to use from many threads."""

    def polled(self, plan: PollPlan) -> None: ...

    def fetched(self, size: int) -> None:
        """A page of so many bytes came."""
        ...

    def not_fetched(self, outcome: str) -> None:
        """A page did not come: `failed` for now, or `given_up`."""
        ...

    def extracted(self, seconds: float) -> None:
        """A page was made a text, or found to be none."""
        ...

    def assessed(self, cards: Sequence[ScoreCard], seconds: float) -> None:
        """A text was read, scored and stored."""
        ...


class Manners(Protocol):
    """What processes that ask the same hosts tell each other, so that a host sees one guest. Raises as Store does."""

    def take_turn(self, site: str, *, host: str, hold_s: float) -> TurnTaken:
        """Take the turn at a site if nobody has it and its spacing is over, for `hold_s` at most."""
        ...

    def end_turn(self, site: str, *, held_until: datetime, spacing_s: float) -> None:
        """Give a turn back: the next one begins `spacing_s` from now."""
        ...

    def let_rest(self, host: str, *, until: datetime) -> None:
        """Remember for all that a host wants no requests before `until`."""
        ...

    def robots(self, origin: str) -> KeptRobots | None:
        """What is known of an origin's robots.txt, stale or not."""
        ...

    def keep_robots(self, origin: str, kept: KeptRobots) -> None:
        """Tell all; without a body the last one stays known."""
        ...

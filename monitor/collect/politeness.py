"""Whose turn it is: how many requests run at one site, how far apart they start, and which hosts asked for a rest.

Counts a site's spacing from the end of one answer to the next request, so that a server never sees two requests
closer together than that, however long the first one travelled. Refuses nobody: everyone's turn comes. Where other
processes ask the same sites, a turn is taken from them, too (`SharedTurns`).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime

from monitor.ports import Manners

#: A turn is held for so long beyond the deadline of its request: for what comes before and after it.
HOLD_MARGIN_S = 5.0
#: Whoever has a turn may give it back long before he must: it is looked at again after so long.
LOOK_AGAIN_S = 1.0

#: Sites remembered before idle ones are forgotten.
SITES_KEPT = 10_000


@dataclass
class _Site:
    places: asyncio.Semaphore
    #: When the last request began or its answer ended, on the clock of `Turns`; None: never.
    last: float | None = None
    #: The spacing it asked for itself.
    asked_s: float = 0.0
    #: Waiting for or having a turn.
    present: int = 0


@dataclass
class Turns:
    """Hands out turns at sites."""

    per_site: int = 1
    spacing_s: float = 1.0
    #: Sites with a spacing of their own.
    overrides: Mapping[str, float] = field(default_factory=dict)
    #: Where others ask the same sites.
    shared: SharedTurns | None = None
    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    _sites: dict[str, _Site] = field(default_factory=dict)
    _rests: dict[str, datetime] = field(default_factory=dict)

    @asynccontextmanager
    async def turn(
        self, site_name: str, *, host: str = "", asked_s: float | None = None, deadline_s: float = 0.0
    ) -> AsyncIterator[None]:
        """Wait for a turn at a site; `asked_s` is the spacing that it asks for, None where nobody looked."""
        site = self._site(site_name)
        site.present += 1
        try:
            async with site.places:
                site.asked_s = site.asked_s if asked_s is None else asked_s
                now = self.now()
                start = max(now, self._free_at(site_name, site))
                site.last = start
                if start > now:
                    await self.sleep(start - now)
                try:
                    async with self._among_others(site_name, site, host, deadline_s):
                        yield
                finally:
                    site.last = max(site.last, self.now())
        finally:
            site.present -= 1

    @asynccontextmanager
    async def _among_others(self, name: str, site: _Site, host: str, deadline_s: float) -> AsyncIterator[None]:
        if self.shared is None:
            yield
            return
        async with self.shared.turn(
            name, host=host, hold_s=deadline_s + HOLD_MARGIN_S, spacing_s=self._spacing_s(name, site)
        ) as rests_until:
            if rests_until is not None:
                self._rests[host] = rests_until
            yield

    def _free_at(self, name: str, site: _Site) -> float:
        """From when on the site may be asked again."""
        return self.now() if site.last is None else site.last + self._spacing_s(name, site)

    def _spacing_s(self, name: str, site: _Site) -> float:
        return max(self.overrides.get(name, self.spacing_s), site.asked_s)

    def let_rest(self, host: str, until: datetime) -> None:
        """Remember that a host wants no requests before `until` (Retry-After)."""
        while len(self._rests) >= SITES_KEPT:
            del self._rests[min(self._rests, key=lambda resting: self._rests[resting])]
        self._rests[host] = until

    def rests_until(self, host: str, *, now: datetime) -> datetime | None:
        """Until when a host wants no requests; None when it may be asked."""
        until = self._rests.get(host)
        if until is not None and until <= now:
            del self._rests[host]
            return None
        return until

    def _site(self, name: str) -> _Site:
        if name not in self._sites:
            if len(self._sites) >= SITES_KEPT:
                now = self.now()
                self._sites = {n: s for n, s in self._sites.items() if s.present or self._free_at(n, s) > now}
            self._sites[name] = _Site(asyncio.Semaphore(self.per_site))
        return self._sites[name]


@dataclass(frozen=True)
class SharedTurns:
    """Turns that other processes want, too."""

    manners: Manners
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    @asynccontextmanager
    async def turn(
        self, name: str, *, hold_s: float, spacing_s: float = 0.0, host: str = ""
    ) -> AsyncIterator[datetime | None]:
        """Wait for the turn and have it within the `with`; if the host wants a rest, its end instead of the turn."""
        taken = await asyncio.to_thread(self.manners.take_turn, name, host=host, hold_s=hold_s)
        while taken.held_until is None and taken.rests_until is None:
            await self.sleep(min(taken.wait_s, LOOK_AGAIN_S))
            taken = await asyncio.to_thread(self.manners.take_turn, name, host=host, hold_s=hold_s)
        try:
            yield taken.rests_until
        finally:
            if taken.held_until is not None:
                ending = asyncio.to_thread(
                    self.manners.end_turn, name, held_until=taken.held_until, spacing_s=spacing_s
                )
                await asyncio.shield(ending)

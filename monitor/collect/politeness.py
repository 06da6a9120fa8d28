"""Whose turn it is: how many requests run at one site, how far apart they start, and which hosts asked for a rest.

Counts a site's spacing from the end of one answer to the next request, so that a server never sees two requests
closer together than that, however long the first one travelled. Refuses nobody: everyone's turn comes.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime

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
    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    _sites: dict[str, _Site] = field(default_factory=dict)
    _rests: dict[str, datetime] = field(default_factory=dict)

    @asynccontextmanager
    async def turn(self, site_name: str, *, asked_s: float | None = None) -> AsyncIterator[None]:
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
                    yield
                finally:
                    site.last = max(site.last, self.now())
        finally:
            site.present -= 1

    def _free_at(self, name: str, site: _Site) -> float:
        """From when on the site may be asked again."""
        spacing_s = max(self.overrides.get(name, self.spacing_s), site.asked_s)
        return self.now() if site.last is None else site.last + spacing_s

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

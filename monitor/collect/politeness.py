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
    next_start: float = 0.0
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
    async def turn(self, site_name: str, *, at_least_s: float = 0.0) -> AsyncIterator[None]:
        """Wait for a turn at a site; `at_least_s` is a longer spacing that the site itself asked for."""
        spacing_s = max(self.overrides.get(site_name, self.spacing_s), at_least_s)
        site = self._site(site_name)
        site.present += 1
        try:
            async with site.places:
                start = max(self.now(), site.next_start)
                site.next_start = start + spacing_s
                if (wait_s := start - self.now()) > 0:
                    await self.sleep(wait_s)
                try:
                    yield
                finally:
                    site.next_start = max(site.next_start, self.now() + spacing_s)
        finally:
            site.present -= 1

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
                self._sites = {n: s for n, s in self._sites.items() if s.present or s.next_start > now}
            self._sites[name] = _Site(asyncio.Semaphore(self.per_site))
        return self._sites[name]

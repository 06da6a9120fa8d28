"""What a site's robots.txt allows (RFC 9309), asked for once and remembered. The only module that knows protego.

Choosing the group that speaks to us happens here, by whole product token as the RFC has it; protego, which also takes
a part of a name for the name, gets that group alone and matches paths. Refuses to guess: a robots.txt that cannot be
reached means wait, not yes.
"""

from __future__ import annotations

import asyncio
import re
import zlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from protego import Protego

from monitor.collect.addresses import host_of
from monitor.collect.politeness import SharedTurns
from monitor.model import FailureKind, KeptRobots
from monitor.ports import Clock

#: RFC 9309, 2.5: at least 500 KiB must be read.
MAX_BYTES = 512 * 1024
#: RFC 9309, 2.3.1.2: at least five redirects are followed; more are «unavailable».
MAX_REDIRECTS = 5
ORIGINS_KEPT = 5_000
#: Where others want the same robots.txt, one asks; the others wait for so long at most, then one of them does.
ASKING_S = 60.0

_LINE = re.compile(
    r"^\s*(?P<field>user[- ]?agent|allow|diss?all?[oa]w|crawl[- ]delay|request[- ]rate)\s*[:\s]\s*(?P<value>.*?)\s*$",
    re.IGNORECASE,
)
_TOKEN = re.compile(r"\*(?=\s|$)|[a-z_-]+", re.IGNORECASE)


@dataclass(frozen=True)
class Rules:
    """What one robots.txt says to one robot."""

    _parsed: Protego | None = None

    @classmethod
    def parse(cls, body: bytes, *, token: str) -> Rules:
        """Read a robots.txt as the robot named `token`; whatever it holds, something comes of it."""
        lines = _lines_for(_text(body[:MAX_BYTES]), token.lower())
        return cls(Protego.parse("\n".join(["User-agent: *", *lines])) if lines else None)

    def allows(self, url: str) -> bool:
        """Whether we may ask for this URL; robots.txt itself always may be."""
        return self._parsed is None or bool(self._parsed.can_fetch(url, "*"))

    @property
    def crawl_delay_s(self) -> float:
        """The spacing it asks for; 0 when it doesn't."""
        if self._parsed is None:
            return 0.0
        rate = self._parsed.request_rate("*")
        return max(self._parsed.crawl_delay("*") or 0.0, rate.seconds / rate.requests if rate else 0.0)


def _text(body: bytes) -> str:
    """UTF-8, as the RFC has it, or UTF-16, as some editors save it (without a mark, too: its rules are ASCII).

    Some servers hand out the packed file that they keep, and do not say so.
    """
    if body.startswith(b"\x1f\x8b"):
        with suppress(zlib.error):
            body = zlib.decompressobj(16 + zlib.MAX_WBITS).decompress(body, MAX_BYTES)
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        return body.decode("utf-16", "replace")
    return body.decode("utf-8-sig", "replace").replace("\0", "")


def _lines_for(text: str, token: str) -> list[str]:
    """The rules of all groups that name the token, else of all that name `*`."""
    rules: dict[str, list[str]] = {}
    agents: list[str] = []
    is_naming = False
    for line in re.split(r"\r\n|\r|\n", text):
        match = _LINE.match(line.partition("#")[0])
        if match is None:
            continue
        if match["field"].lower().startswith("user"):
            agents = agents if is_naming else []
            is_naming = True
            name = _TOKEN.match(match["value"])
            if name is not None:
                agents.append(name[0].lower())
                rules.setdefault(name[0].lower(), [])
        else:
            is_naming = False
            for agent in dict.fromkeys(agents):
                rules[agent].append(f"{match['field']}: {match['value']}")
    return rules.get(token, rules.get("*", []))


@dataclass(frozen=True, kw_only=True)
class RobotsFile:
    """How asking for a robots.txt ended: a body, or none because there is none (4xx)."""

    body: bytes = b""


class RobotsUnreachableError(Exception):
    """The robots.txt cannot be had just now (5xx, no connection)."""

    def __init__(self, kind: FailureKind, message: str, *, until: datetime) -> None:
        self.kind = kind
        #: When it will be asked for again.
        self.until = until
        super().__init__(message)

    def again(self) -> RobotsUnreachableError:
        """A copy to raise: an error raised twice keeps the traces of both."""
        return RobotsUnreachableError(self.kind, str(self), until=self.until)


#: Asks for a robots.txt; raises RobotsUnreachableError, which is remembered; other errors are not.
AskRobots = Callable[[str], Awaitable[RobotsFile]]


@dataclass
class _Known:
    lock: asyncio.Lock
    rules: Rules | None = None
    #: When to ask again.
    stale_at: datetime | None = None
    unreachable: RobotsUnreachableError | None = None


class Robots:
    """The robots.txt of every origin we asked, each asked for once at a time."""

    def __init__(
        self, ask: AskRobots, clock: Clock, *, token: str, ttl: timedelta, shared: SharedTurns | None = None
    ) -> None:
        self._ask = ask
        self._clock = clock
        self._token = token
        self._ttl = ttl
        #: Where other processes want the same files: what one of them learnt, all know.
        self._shared = shared
        self._origins: OrderedDict[str, _Known] = OrderedDict()

    async def rules_for(self, url: str) -> Rules:
        """The rules of a URL's origin; raises RobotsUnreachableError when there are none to go by."""
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{host_of(url)}"
        known = self._known(origin)
        async with known.lock:
            now = self._clock()
            if known.stale_at is None or known.stale_at <= now:
                await self._renew(known, origin)
        if known.rules is not None:
            return known.rules
        assert known.unreachable is not None
        raise known.unreachable.again()

    async def _renew(self, known: _Known, origin: str) -> None:
        """Learn anew what it says. While it is unreachable what it said last holds on (RFC 9309, 2.4)."""
        if self._shared is None:
            self._take(known, await self._asked(origin))
            return
        manners = self._shared.manners
        async with self._shared.turn(f"robots {origin}", hold_s=ASKING_S):
            kept = await asyncio.to_thread(manners.robots, origin)
            if kept is None or kept.stale_at <= self._clock():
                await asyncio.to_thread(manners.keep_robots, origin, await self._asked(origin))
                kept = await asyncio.to_thread(manners.robots, origin)
        assert kept is not None
        self._take(known, kept)

    async def _asked(self, origin: str) -> KeptRobots:
        try:
            answer = await self._ask(f"{origin}/robots.txt")
        except RobotsUnreachableError as error:
            return KeptRobots(stale_at=error.until, body=None, failure=error.kind, message=str(error))
        return KeptRobots(stale_at=self._clock() + self._ttl, body=answer.body)

    def _take(self, known: _Known, kept: KeptRobots) -> None:
        known.stale_at = kept.stale_at
        if kept.body is not None:
            known.rules = Rules.parse(kept.body, token=self._token)
        if kept.failure:
            known.unreachable = RobotsUnreachableError(FailureKind(kept.failure), kept.message, until=kept.stale_at)

    def _known(self, origin: str) -> _Known:
        known = self._origins.get(origin)
        if known is None:
            known = self._origins[origin] = _Known(asyncio.Lock())
            while len(self._origins) > ORIGINS_KEPT:
                self._origins.popitem(last=False)
        else:
            self._origins.move_to_end(origin)
        return known

"""How Widerhall behaves towards servers: bounds, politeness, addresses; the values that settings fill in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta


@dataclass(frozen=True, kw_only=True)
class FetchSettings:
    """What the fetcher may do, and how gently."""

    #: An address or page where a webmaster finds us; part of the User-Agent.
    contact: str = ""
    #: The whole User-Agent; empty: «Widerhall/VERSION (+contact)».
    user_agent: str = ""
    #: Requests under way at once, over all hosts.
    #: 50 beat 500 when it was measured: more connections only share the same core.
    connections: int = 50
    #: Requests under way at once to one site (registrable domain).
    per_site: int = 1
    #: From one answer of a site to the next request to it.
    spacing_s: float = 1.0
    #: Sites with a spacing of their own: registrable domain -> seconds.
    spacing_overrides: Mapping[str, float] = field(default_factory=dict)
    #: A longer Crawl-delay in a robots.txt is honoured up to here.
    max_crawl_delay_s: float = 60.0
    connect_timeout_s: float = 10.0
    #: RFC 9309 asks for five at least.
    max_redirects: int = 10
    max_header_bytes: int = 64_000
    #: A longer Retry-After is cut to this.
    max_retry_after: timedelta = timedelta(days=1)
    #: Networks that may be reached although they are not public («127.0.0.0/8»).
    allowed_networks: tuple[str, ...] = ()
    #: Ports besides 80 and 443. Empty: also every port of the allowed networks.
    allowed_ports: tuple[int, ...] = ()
    #: «http://proxy:3128»: a trusted egress proxy, which then enforces the address rules for names.
    proxy: str = field(default="", repr=False)
    #: A file of certificates to trust instead of the system's, for a server with one of its own.
    ca_file: str = ""
    #: A robots.txt is asked for again after this.
    robots_ttl: timedelta = timedelta(hours=24)
    #: An unreachable robots.txt is tried again after this.
    robots_retry: timedelta = timedelta(minutes=10)


@dataclass(frozen=True, kw_only=True)
class PollBounds:
    """Between which limits the polling of a feed adapts, and what it and a page may cost."""

    min_interval: timedelta = timedelta(minutes=10)
    max_interval: timedelta = timedelta(hours=6)
    #: The longest wait for a feed that fails; it always comes back by itself.
    max_backoff: timedelta = timedelta(days=1)
    #: What a feed published so shortly before its first poll is news, not backlog.
    first_poll_window: timedelta = timedelta(hours=48)
    #: After so many «unchanged» in a row the whole is asked for: some servers say 304 for ever.
    full_request_every: int = 8
    #: Whether feeds, too, are only asked for where robots.txt allows; pages always are.
    obeys_robots: bool = True
    #: A permanent redirect is adopted after it held for so many polls in a row.
    adopt_redirect_after: int = 3
    #: For a whole answer.
    feed_deadline_s: float = 30.0
    max_feed_bytes: int = 10_000_000
    page_deadline_s: float = 30.0
    max_page_bytes: int = 5_000_000
    #: After so many failures a page is given up.
    page_attempts: int = 6


@dataclass(frozen=True, kw_only=True)
class TurnTaken:
    """What came of asking for a turn that other processes want, too: it is ours, or not yet."""

    #: It is ours until then, or until it is ended; None: it is not ours.
    held_until: datetime | None = None
    #: When it is not: how long others have it at most.
    wait_s: float = 0.0
    #: The host wants no requests before; nothing was taken.
    rests_until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class KeptRobots:
    """What is known of an origin's robots.txt."""

    #: From then on it is asked for again.
    stale_at: datetime
    #: What it said last; None if it never could be had.
    body: bytes | None
    #: A FailureKind, if it could not be had the last time; else empty.
    failure: str = ""
    message: str = ""

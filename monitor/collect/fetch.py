"""Ask a server as a guest would: allowed by its robots.txt, in turn, within bounds, following redirects with care.

Refuses addresses that are not public, robots' closed doors and challenges (RefusedError); says in words what went
wrong with everything else (FetchError). Keeps connections, robots.txt files and turns, no bodies.
"""

from __future__ import annotations

import asyncio
import base64
import re
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from types import TracebackType
from typing import Self
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from monitor import __version__
from monitor.collect import answers
from monitor.collect.addresses import host_of, site_of
from monitor.collect.answers import Cookies
from monitor.collect.bodies import OFFERED
from monitor.collect.politeness import SharedTurns, Turns
from monitor.collect.robots import MAX_BYTES as ROBOTS_BYTES
from monitor.collect.robots import MAX_REDIRECTS as ROBOTS_REDIRECTS
from monitor.collect.robots import Robots, RobotsFile, RobotsUnreachableError, Rules
from monitor.collect.wire import Answer, Wire
from monitor.errors import FetchError, HostRestsError, RefusedError, UnreachableError
from monitor.model import BlockKind, FailureKind, Fetched, FetchSettings, NotModified, Request
from monitor.ports import Clock, Manners

#: Our name in a robots.txt.
ROBOTS_TOKEN = "Widerhall"
ACCEPT = "text/html, application/xhtml+xml, application/rss+xml, application/atom+xml, application/xml;q=0.9, */*;q=0.8"
REDIRECTS = frozenset({301, 302, 303, 307, 308})
PERMANENT = frozenset({301, 308})
ROBOTS_DEADLINE_S = 20.0
#: Up to 63 letters, figures, hyphens, underscores; of other scripts also the marks on letters, no letters to Python.
_LABEL = r"[^\s\x00-,./:-@\[-^`{-\x7f\u3002\uff0e\uff61]{1,63}"
#: Labels with dots between, as many scripts write them; or an IPv6 address.
_HOST = re.compile(rf"{_LABEL}(?:[.\u3002\uff0e\uff61]{_LABEL})*\.?|[^/?#@\\\s]*:[^/?#@\\\s]*")
#: Longer ETags than this are nobody's, and would be refused when sent back.
VALIDATOR_CHARS = 1_000


@dataclass(frozen=True, kw_only=True)
class _Arrival:
    """An answer that is no redirect, and how it was reached."""

    answer: Answer
    moved_to: str


class _LostInRedirectsError(FetchError):
    """Redirects lead in a circle, or too far."""

    def __init__(self, url: str, status: int, message: str) -> None:
        super().__init__(url, FailureKind.STATUS, message, status=status)


class HttpFetcher:
    """The Fetcher for the real web. Use as `async with`; safe to use from many tasks at once."""

    def __init__(self, settings: FetchSettings, clock: Clock, manners: Manners | None = None) -> None:
        self._settings = settings
        self._clock = clock
        self._manners = manners
        shared = SharedTurns(manners) if manners else None
        self._wire = Wire(settings)
        self._user_agent = settings.user_agent or user_agent(settings.contact)
        self._turns = Turns(
            per_site=settings.per_site,
            spacing_s=settings.spacing_s,
            overrides=settings.spacing_overrides,
            shared=shared,
        )
        self._robots = Robots(self._ask_robots, clock, token=ROBOTS_TOKEN, ttl=settings.robots_ttl, shared=shared)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        await self._wire.aclose()

    async def fetch(self, request: Request) -> Fetched | NotModified:
        """Return the response; raise FetchError when there is none, RefusedError when it is not for us."""
        arrival = await self._follow(request, max_redirects=self._settings.max_redirects)
        answer, now = arrival.answer, self._clock()
        if answers.looks_like_challenge(answer.status, answer.headers, answer.body):
            message = "the site wants a browser or a human (challenge page)"
            raise RefusedError(request.url, BlockKind.CHALLENGE, message, status=answer.status)
        if answer.status == HTTPStatus.NOT_MODIFIED and (request.etag or request.last_modified):
            max_age_s = answers.max_age_s(answer.headers, now=now)
            return NotModified(url=request.url, fetched_at=now, max_age_s=max_age_s, moved_to=arrival.moved_to)
        if not 200 <= answer.status < 300 or answer.status == HTTPStatus.PARTIAL_CONTENT:
            raise self._failure(request.url, answer)
        return _fetched(request.url, arrival, now)

    # --- one request after another ------------------------------------------------------------------------------

    async def _follow(self, request: Request, *, max_redirects: int) -> _Arrival:
        """Follow redirects by hand: each hop passes the same checks as the first."""
        url = _checked(request.url)
        moved_to, is_permanent = "", True
        cookies = Cookies()
        seen = {(url, "")}
        left_s = request.deadline_s
        for _ in range(max_redirects + 1):
            answer = await self._ask(url, request, left_s, cookies.header(site_of(url)))
            location = answer.headers.get("location", "")
            if answer.status not in REDIRECTS or not location:
                return _Arrival(answer=answer, moved_to=moved_to)
            left_s -= answer.elapsed_s
            cookies.take(site_of(url), answer.headers.get("set-cookie", ""))
            url = _redirect_target(request.url, url, location)
            is_permanent = is_permanent and answer.status in PERMANENT
            moved_to = url if is_permanent else moved_to
            if (state := (url, cookies.header(site_of(url)))) in seen:
                raise _LostInRedirectsError(request.url, answer.status, f"redirects in a circle, back to {url}")
            if left_s <= 0:
                message = f"no complete answer within {request.deadline_s:g} s"
                raise FetchError(request.url, FailureKind.TIMEOUT, message)
            seen.add(state)
        raise _LostInRedirectsError(request.url, answer.status, f"more than {max_redirects} redirects")

    async def _ask(self, url: str, request: Request, deadline_s: float, cookie: str) -> Answer:
        """One request in its turn, if the host and its robots.txt allow."""
        host = host_of(url)
        self._check_rest(url, host)
        delay_s = None
        if request.obeys_robots:
            rules = await self._rules(url)
            if not rules.allows(url):
                raise RefusedError(url, BlockKind.ROBOTS, f"the robots.txt of {host} does not allow it")
            delay_s = min(rules.crawl_delay_s, self._settings.max_crawl_delay_s)
        async with self._turns.turn(site_of(url), host=host, asked_s=delay_s, deadline_s=deadline_s):
            self._check_rest(url, host)
            answer = await self._wire.get(
                url,
                self._headers(url, request, cookie),
                max_bytes=request.max_bytes,
                deadline_s=deadline_s,
                beginning_suffices=request.beginning_suffices,
            )
        if answer.status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
            until = self._retry_at(answer)
            if until is not None:
                self._turns.let_rest(host, until)
                if self._manners is not None:
                    await asyncio.to_thread(self._manners.let_rest, host, until=until)
        return answer

    def _check_rest(self, url: str, host: str) -> None:
        until = self._turns.rests_until(host, now=self._clock())
        if until is not None:
            message = f"{host} asked to be left alone until {until:%Y-%m-%d %H:%M:%S} UTC"
            raise HostRestsError(url, FailureKind.STATUS, message, status=HTTPStatus.TOO_MANY_REQUESTS, retry_at=until)

    def _headers(self, url: str, request: Request, cookie: str) -> list[tuple[str, str]]:
        headers = {"User-Agent": request.user_agent or self._user_agent, "Accept": ACCEPT, "Accept-Encoding": OFFERED}
        if request.etag:
            headers["If-None-Match"] = request.etag
        if request.last_modified:
            headers["If-Modified-Since"] = request.last_modified
        if cookie:
            headers["Cookie"] = cookie
        if _origin(url) == _origin(request.url):  # what is meant for one host is not told to another
            headers |= request.headers
            if credentials := request.basic_auth or _userinfo(request.url):
                headers["Authorization"] = "Basic " + base64.b64encode(credentials.encode()).decode("ascii")
        return [*headers.items()]

    def _retry_at(self, answer: Answer) -> datetime | None:
        return answers.retry_at(answer.headers, now=self._clock(), longest=self._settings.max_retry_after)

    def _failure(self, url: str, answer: Answer) -> FetchError | RefusedError:
        """What an answer without a usable body means."""
        if answer.status == HTTPStatus.UNAVAILABLE_FOR_LEGAL_REASONS:
            return RefusedError(url, BlockKind.LEGAL, "not available for legal reasons (451)", status=answer.status)
        retry_at = self._retry_at(answer) if answer.status in (429, 503) else None
        return FetchError(
            url, FailureKind.STATUS, _status_message(answer.status), status=answer.status, retry_at=retry_at
        )

    # --- robots.txt -----------------------------------------------------------------------------------------------

    async def _rules(self, url: str) -> Rules:
        try:
            return await self._robots.rules_for(url)
        except RobotsUnreachableError as error:
            is_network = error.kind in (FailureKind.DNS, FailureKind.CONNECT)
            failure = UnreachableError if is_network else FetchError
            raise failure(url, error.kind, str(error), retry_at=error.until) from error
        except RefusedError as error:
            raise RefusedError(url, error.kind, error.message, status=error.status) from error

    async def _ask_robots(self, url: str) -> RobotsFile:
        """RFC 9309, 2.3.1: 2xx counts, 4xx means no rules, everything else means wait."""
        request = Request(
            url=url,
            obeys_robots=False,
            max_bytes=ROBOTS_BYTES,
            beginning_suffices=True,
            deadline_s=ROBOTS_DEADLINE_S,
        )
        until = self._clock() + self._settings.robots_retry
        try:
            answer = (await self._follow(request, max_redirects=ROBOTS_REDIRECTS)).answer
        except _LostInRedirectsError:
            return RobotsFile()
        except RefusedError as error:
            if error.url == url:
                raise  # the host itself is refused, not only where its robots.txt points
            raise _no_robots(FailureKind.CONNECT, error.message, until) from error
        except FetchError as error:
            raise _no_robots(error.kind, error.message, max(until, error.retry_at or until)) from error
        if 200 <= answer.status < 300:
            return RobotsFile(body=answer.body)
        if 400 <= answer.status < 500 and answer.status != HTTPStatus.TOO_MANY_REQUESTS:
            return RobotsFile()
        until = max(until, self._retry_at(answer) or until)
        raise _no_robots(FailureKind.STATUS, _status_message(answer.status), until)


# --- pure ------------------------------------------------------------------------------------------------------------


def user_agent(contact: str) -> str:
    """An honest name with a version and a way to reach whoever runs us."""
    return f"Widerhall/{__version__} (+{contact})" if contact else f"Widerhall/{__version__}"


def _no_robots(kind: FailureKind, message: str, until: datetime) -> RobotsUnreachableError:
    return RobotsUnreachableError(kind, f"its robots.txt cannot be had: {message}", until=until)


def _fetched(url: str, arrival: _Arrival, now: datetime) -> Fetched:
    answer = arrival.answer
    content_type, charset = answers.content_type_of(answer.headers)
    return Fetched(
        url=url,
        final_url=answer.url,
        status=answer.status,
        content_type=content_type,
        charset=charset,
        body=answer.body,
        fetched_at=now,
        etag=_validator(answer, "etag"),
        last_modified=_validator(answer, "last-modified"),
        moved_to=arrival.moved_to,
        server_time=answers.http_date(answer.headers.get("date", "")),
        max_age_s=answers.max_age_s(answer.headers, now=now),
        notes=answer.notes,
    )


def _validator(answer: Answer, name: str) -> str:
    """What may be sent back in a conditional request; nothing where a server would stumble over its own word."""
    value = answer.headers.get(name, "")
    return value if len(value) <= VALIDATOR_CHARS and value.isascii() and value.isprintable() else ""


def _checked(url: str) -> str:
    """A URL as it is asked for; RefusedError for what nothing can be asked of."""
    try:
        return _as_asked(url)
    except ValueError as error:
        raise RefusedError(url, BlockKind.REFUSED_ADDRESS, f"not a usable address ({error})") from error


def _as_asked(url: str) -> str:
    """A URL without fragment and dot segments: robots.txt must judge the path that the server gets to see.

    ValueError for what names no host that there could be: it would be looked up for days.
    """
    parts = urlsplit(urldefrag(url).url)
    if parts.scheme in ("http", "https") and not _HOST.fullmatch(parts.hostname or ""):
        raise ValueError("no name that a host could have")
    if parts.port == 0:
        raise ValueError("port 0")
    if "/." not in parts.path:
        return parts.geturl()
    root = f"{parts.scheme}://{parts.netloc}/"
    return parts._replace(path=urlsplit(urljoin(root, f".{parts.path}")).path).geturl()


def _redirect_target(asked: str, here: str, location: str) -> str:
    try:
        target = _as_asked(urljoin(here, location.strip()))
    except ValueError as error:
        raise FetchError(asked, FailureKind.STATUS, f"redirects to «{location[:200]}», not an address") from error
    scheme = urlsplit(target).scheme
    if scheme not in ("http", "https"):
        message = f"redirects to {scheme}:, only http and https are followed"
        raise RefusedError(target, BlockKind.REFUSED_ADDRESS, message)
    return target


def _status_message(status: int) -> str:
    if status == HTTPStatus.NOT_MODIFIED:
        return "says «not modified» to a request for the whole"
    try:
        return f"the server answered {status} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"the server answered {status}"


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc.rpartition("@")[2].lower()


def _userinfo(url: str) -> str:
    return unquote(urlsplit(url).netloc.rpartition("@")[0])

"""Pages of a site's own archive, by its sitemaps: from a robots.txt, an index or a sitemap to the pages of some days.

One request after the other, through the Fetcher with its bounds and manners. What was answered once is not asked for
again. Refuses what a sitemap says of other sites, and to go on asking a site that does not answer.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter, deque
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from monitor.collect.addresses import site_of
from monitor.collect.bodies import BodyTooLargeError, CodingError, gunzip
from monitor.collect.extract.decode import decode
from monitor.collect.identity import canonical_url
from monitor.collect.polling import unasked_304
from monitor.collect.sitemaps import Listed, is_index, named_days, named_in_robots, read_listing
from monitor.collect.walk import fetch_article
from monitor.errors import FetchError, RefusedError, UnavailableError, UsageError
from monitor.exchange.pages import Keep, Snapshot, Taken, take_page
from monitor.exchange.rows import GZIP_MAGIC, BadLine
from monitor.model import BlockKind, Fetched, NotModified, Request
from monitor.pipeline import Pipeline
from monitor.ports import Clock, Store

#: What was answered, by sitemap: a document of this kind in the store.
ANSWERED = "import"
#: Pages between two notes of what was answered; a mark for each, of so many bytes.
NOTED_EVERY = 16
MARK_BYTES = 8
#: What the protocol allows a sitemap (sitemaps.org).
MAX_SITEMAP_BYTES = 52_428_800
SITEMAP_DEADLINE_S = 120.0
DAY = timedelta(days=1)
#: So long a site is waited for that asks for a pause, and so often.
LONGEST_PAUSE = timedelta(hours=1)
PAUSES = 3
#: After so many pages or sitemaps in a row that could not be had the site is left alone.
MAX_FAILURES = 20
#: From robots.txt to an index, to one by year, to one by month, to a sitemap; a chain that goes on has no end.
MAX_DEPTH = 5


@dataclass(frozen=True, kw_only=True)
class Span:
    """The days asked for, as [since, until); None where they are open."""

    since: datetime | None = None
    until: datetime | None = None

    @property
    def is_all(self) -> bool:
        return self.since is None and self.until is None

    def touches(self, first: datetime, after: datetime) -> bool:
        """Whether it has a moment in common with [first, after)."""
        return (self.until is None or first < self.until) and (self.since is None or after > self.since)

    def holds(self, moment: datetime) -> bool:
        return self.touches(moment, moment + timedelta.resolution)

    def may_lie_in(self, sitemap: Listed) -> bool:
        """Whether a sitemap may hold pages of these days, by when it changed and by the days that its address names."""
        if self.since and sitemap.changed and sitemap.changed < self.since:
            return False
        named = named_days(sitemap.url)
        return named is None or self.touches(named[0] - DAY, named[1] + DAY)  # whose days, in which zone, is not said

    def includes(self, page: Listed) -> bool | None:
        """Whether a page is of these days: its news date decides, then the day in its address, then when it last
        changed. None where nothing says."""
        if page.published:
            return self.holds(page.published)
        named = named_days(page.url)
        if named and (named[1] - named[0] == DAY or not page.changed):
            return self.touches(*named)
        return self.holds(page.changed) if page.changed else None


@dataclass(frozen=True, kw_only=True)
class Sitemap:
    """One sitemap that was read."""

    url: str
    #: Of the days asked for.
    pages: tuple[Listed, ...] = ()
    #: Pages passed over, as nothing says of which day they are.
    undated: int = 0


@dataclass(kw_only=True)
class SiteImport:
    """Goes through one site's sitemaps and takes the pages of some days."""

    pipeline: Pipeline
    #: A robots.txt, an index, a sitemap or a site: an address, or a file.
    start: str
    span: Span
    keep: Keep
    #: Whether pages are asked for that were answered before, or are known.
    again: bool = False
    #: In a row: of pages, and of sitemaps.
    failures: Counter[str] = field(default_factory=Counter)

    async def run(self) -> AsyncIterator[Sitemap | Taken | BadLine]:
        """Say of each sitemap what it names, then of each of its pages what came of it.

        UnavailableError where the site does not answer any more; the same call goes on from there.
        """
        async for each in self.sitemaps():
            yield each
            if isinstance(each, Sitemap):
                async for taken in self._pages(each):
                    yield taken

    # --- sitemaps -------------------------------------------------------------------------------------------------

    async def sitemaps(self) -> AsyncIterator[Sitemap | BadLine]:
        """The sitemaps that are reached from the start and may hold pages of these days."""
        start = _beginning(self.start)
        waiting, seen = deque([(start, 0)]), {start}
        while waiting and not self.pipeline.stopping.is_set():
            url, depth = waiting.popleft()
            try:
                text = await self._read(url)
            except (FetchError, RefusedError, CodingError, BodyTooLargeError) as error:
                yield BadLine(line=0, message=f"{url}: {getattr(error, 'message', error)}")
                if isinstance(error, FetchError | RefusedError):
                    self._count_failure("sitemaps", error)
                continue
            self.failures["sitemaps"] = 0
            if is_index(text) or "<urlset" not in text[:20_000]:
                children = self._children(text, url)
                if not children and not is_index(text):
                    yield BadLine(line=0, message=f"{url}: it is no sitemap and names none")
                elif depth == MAX_DEPTH:
                    yield BadLine(
                        line=0, message=f"{url}: indexes within indexes, deeper than {MAX_DEPTH}, are left out"
                    )
                    continue
                waiting.extend((child, depth + 1) for child in children if child not in seen)
                seen.update(children)
            else:
                yield await asyncio.to_thread(self._sitemap, text, url)

    async def _read(self, url: str) -> str:
        """The text of a sitemap or robots.txt."""
        if not is_address(url):
            body, charset = _file(url), ""
        else:
            is_robots = urlsplit(url).path == "/robots.txt"
            request = Request(
                url=url, max_bytes=MAX_SITEMAP_BYTES, deadline_s=SITEMAP_DEADLINE_S, obeys_robots=not is_robots
            )
            answer = await self._patiently(request, self.pipeline.fetcher.fetch)
            body, charset = answer.body, answer.charset
        if body.startswith(GZIP_MAGIC):
            body = gunzip(body, max_bytes=MAX_SITEMAP_BYTES)
        return decode(body, charset)

    def _children(self, text: str, url: str) -> list[str]:
        if not is_index(text):
            return [] if text.lstrip().startswith("<") else named_in_robots(text, url=url)
        listed = read_listing(text, url=url, now=self.pipeline.clock())
        return [each.url for each in listed if self._is_of_site(each.url, url) and self.span.may_lie_in(each)]

    def _sitemap(self, text: str, url: str) -> Sitemap:
        listed = read_listing(text, url=url, now=self.pipeline.clock())
        own = [each for each in listed if self._is_of_site(each.url, url)]
        if self.span.is_all:
            return Sitemap(url=url, pages=tuple(own))
        said = [(each, self.span.includes(each)) for each in own]
        return Sitemap(
            url=url,
            pages=tuple(each for each, is_included in said if is_included),
            undated=sum(is_included is None for _, is_included in said),
        )

    def _is_of_site(self, url: str, sitemap: str) -> bool:
        """A sitemap speaks for its own site, and for the one whose robots.txt named it; a file of one's own for all."""
        return not is_address(self.start) or site_of(url) in (site_of(sitemap), site_of(self.start))

    # --- pages ----------------------------------------------------------------------------------------------------

    async def _pages(self, sitemap: Sitemap) -> AsyncIterator[Taken]:
        """What came of each page; which were answered is noted as it goes."""
        pipeline = self.pipeline
        answered = Answered(store=pipeline.store, clock=pipeline.clock, name=_noted_as(sitemap.url, self.keep))
        if not self.again:
            await asyncio.to_thread(answered.recall)
        try:
            for page in sitemap.pages:
                if pipeline.stopping.is_set():
                    break
                if page.url in answered or await self._is_known(page):
                    yield Taken(url=page.url, reason="known")
                    continue
                snapshot = await self._ask(page)
                if isinstance(snapshot, Snapshot):
                    yield await take_page(pipeline, snapshot, keep=self.keep)
                    await asyncio.to_thread(answered.add, page.url)
                else:
                    yield snapshot
        finally:
            answered.note()

    async def _is_known(self, page: Listed) -> bool:
        """Whether its article is here already, brought by a feed for instance."""
        if self.again:
            return False
        url = canonical_url(page.url)
        return bool(url) and await asyncio.to_thread(self.pipeline.store.article_by_url, url) is not None

    async def _ask(self, page: Listed) -> Snapshot | Taken:
        """The page, or why it could not be had."""
        bounds = self.pipeline.bounds
        request = Request(url=page.url, max_bytes=bounds.max_page_bytes, deadline_s=bounds.page_deadline_s)
        try:
            answer = await self._patiently(request, partial(fetch_article, self.pipeline.fetcher))
        except (FetchError, RefusedError) as error:
            self._count_failure("pages", error)
            status = f"_{error.status}" if error.status else ""
            return Taken(url=page.url, reason=f"{error.kind.value}{status}")
        self.failures["pages"] = 0
        return Snapshot(
            url=answer.final_url,
            content_type=answer.content_type,
            charset=answer.charset,
            body=answer.body,
            fetched_at=answer.fetched_at,
            title=page.title,
            published=page.published,
        )

    def _count_failure(self, of: str, error: FetchError | RefusedError) -> None:
        """What is gone or not for us is no failure of the site; many others in a row are."""
        if error.kind is BlockKind.ROBOTS or error.status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
            return
        self.failures[of] += 1
        if self.failures[of] >= MAX_FAILURES:
            message = f"{self.failures[of]} {of} in a row could not be had, the last one: {error}"
            raise UnavailableError(f"{message}. What was done is kept; the same command goes on from there") from error

    async def _patiently(self, request: Request, ask: Callable[[Request], Awaitable[Fetched | NotModified]]) -> Fetched:
        """Ask, and where the site asks for a pause, pause; raises as the Fetcher does."""
        for pauses_left in reversed(range(PAUSES + 1)):
            try:
                answer = await ask(request)
                if isinstance(answer, NotModified):
                    raise unasked_304(answer)
                return answer
            except FetchError as error:
                pause = error.retry_at - self.pipeline.clock() if error.retry_at else None
                if pause is None or pause > LONGEST_PAUSE or not pauses_left:
                    raise
                await asyncio.sleep(max(0.0, pause.total_seconds()))
        raise AssertionError("the last time it is raised")


@dataclass(kw_only=True)
class Answered:
    """Which pages of a sitemap were answered, kept in the store as marks of their addresses."""

    store: Store
    clock: Clock
    name: str
    marks: set[bytes] = field(default_factory=set)

    def __contains__(self, url: str) -> bool:
        return _mark(url) in self.marks

    def recall(self) -> None:
        noted = self.store.document(ANSWERED, self.name) or b""
        self.marks = {noted[at : at + MARK_BYTES] for at in range(0, len(noted), MARK_BYTES)}

    def add(self, url: str) -> None:
        self.marks.add(_mark(url))
        if len(self.marks) % NOTED_EVERY == 0:
            self.note()

    def note(self) -> None:
        if self.marks:
            self.store.put_document(ANSWERED, self.name, b"".join(sorted(self.marks)), now=self.clock())


# --- pure -----------------------------------------------------------------------------------------------------------


def is_address(start: str) -> bool:
    return start.startswith(("http://", "https://"))


def is_site(start: str) -> bool:
    """Whether what is to be imported is a site, told by its name: an address, a robots.txt, a sitemap."""
    return is_address(start) or Path(start).name == "robots.txt" or start.lower().endswith((".xml", ".xml.gz"))


def _beginning(start: str) -> str:
    """Where to begin: of a site without a path, its robots.txt."""
    if is_address(start) and urlsplit(start).path in ("", "/") and not urlsplit(start).query:
        return urljoin(start, "/robots.txt")
    return start


def _file(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror or error}") from error


def _noted_as(url: str, keep: Keep) -> str:
    return hashlib.sha256(f"{keep}:{url}".encode()).hexdigest()[:24]


def _mark(url: str) -> bytes:
    return hashlib.sha256(url.encode("utf-8", "surrogatepass")).digest()[:MARK_BYTES]

"""Find the feeds of a site, given any address of it: what the page advertises, the usual places, its sitemaps."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urljoin

from monitor.collect.check import ReadFeed, entries_per_day
from monitor.errors import FeedParseError, FetchError, RefusedError
from monitor.model import Fetched, NotModified, ParsedEntry, ParsedFeed, Request
from monitor.ports import Clock, Fetcher

#: Where feeds lie on sites that do not advertise them.
USUAL_PLACES = ("/feed", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml", "/feed.json", "/feeds")
#: A page may advertise a feed for every tag; the first are the general ones.
MAX_CANDIDATES = 8
PREVIEWED_ENTRIES = 5

_SITEMAP_LINE = re.compile(r"^\s*sitemap\s*:\s*(\S+)", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class FeedPreview:
    """A feed that was found, and enough of it to decide."""

    url: str
    title: str
    format: str
    #: As the feed states it; may be empty.
    language: str
    items: int
    #: By their dates; 0 when unknown.
    per_day: float
    #: Newest first.
    newest: tuple[ParsedEntry, ...]


@dataclass(frozen=True, kw_only=True)
class Finder:
    """Asks a site for its feeds."""

    fetcher: Fetcher
    read: ReadFeed
    clock: Clock
    #: Whether feeds are asked for only where robots.txt allows, as when they are polled.
    obeys_robots: bool = True

    async def find(self, url: str) -> tuple[FeedPreview, ...]:
        """The feeds at or around an address; none found is an empty answer, an address that cannot be had an error."""
        url = url if "://" in url else f"https://{url}"
        answer = await self.fetcher.fetch(Request(url=url, obeys_robots=self.obeys_robots))
        if isinstance(answer, NotModified):
            return ()
        try:
            return (preview(answer.final_url, await self.read(answer), now=self.clock()),)
        except FeedParseError as error:
            advertised = error.discovered
        here = answer.final_url
        guesses = [urljoin(here, place) for place in USUAL_PLACES]
        return (
            await self._previews(advertised)
            or await self._previews(guesses)
            or await self._previews(await self._sitemaps(here))
        )

    async def _previews(self, urls: Sequence[str]) -> tuple[FeedPreview, ...]:
        found = await asyncio.gather(*(self._preview(url) for url in urls[:MAX_CANDIDATES]))
        by_url = {each.url: each for each in found if each is not None}
        return tuple(by_url.values())

    async def _preview(self, url: str) -> FeedPreview | None:
        try:
            answer = await self.fetcher.fetch(Request(url=url, obeys_robots=self.obeys_robots))
            if isinstance(answer, NotModified):
                return None
            return preview(answer.final_url, await self.read(answer), now=self.clock())
        except (FetchError, RefusedError, FeedParseError):
            return None

    async def _sitemaps(self, url: str) -> Sequence[str]:
        """What the site's robots.txt names, news first."""
        try:
            answer = await self.fetcher.fetch(Request(url=urljoin(url, "/robots.txt"), max_bytes=500_000))
        except (FetchError, RefusedError):
            return ()
        text = answer.body.decode("utf-8", "replace") if isinstance(answer, Fetched) else ""
        return sorted(_SITEMAP_LINE.findall(text), key=lambda address: "news" not in address.lower())


def preview(url: str, feed: ParsedFeed, *, now: datetime) -> FeedPreview:
    """What to show of a feed before it is added."""
    dated = sorted((entry for entry in feed.entries if entry.published), key=_published, reverse=True)
    return FeedPreview(
        url=url,
        title=feed.title,
        format=feed.format,
        language=feed.language,
        items=len(feed.entries),
        per_day=entries_per_day(feed.entries, now=now),
        newest=tuple((dated or feed.entries)[:PREVIEWED_ENTRIES]),
    )


def _published(entry: ParsedEntry) -> datetime:
    assert entry.published is not None
    return entry.published

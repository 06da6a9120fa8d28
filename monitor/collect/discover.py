"""Find the feeds of a site, given any address of it: what the page advertises, the usual places, its sitemaps."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urljoin, urlsplit

from monitor.collect.check import ReadFeed, entries_per_day
from monitor.collect.extract.decode import decode
from monitor.collect.html_links import page_offers
from monitor.collect.polling import is_closed_door
from monitor.collect.sitemaps import named_in_robots
from monitor.collect.walk import past_refreshes
from monitor.errors import FeedParseError, FetchError, RefusedError
from monitor.model import BlockKind, Fetched, NotModified, ParsedEntry, ParsedFeed, Request
from monitor.ports import Clock, Fetcher

#: Where feeds lie on sites that do not advertise them.
USUAL_PLACES = (
    "/feed", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml", "/feed/", "/rss/", "/index.rss",
    "/rss/index.xml", "/feed.rss", "/news/rss", "/feed.json", "/feeds", "/index.rdf", "/feeds/posts/default",
    "/?feed=rss2", "/?format=feed&type=rss",
)  # fmt: skip
#: Where news sitemaps lie that no robots.txt names.
USUAL_SITEMAPS = ("/news-sitemap.xml", "/sitemap-news.xml", "/sitemap_news.xml", "/sitemap.xml", "/sitemap_index.xml")
#: A page may advertise a feed for every tag; the first are the general ones.
MAX_CANDIDATES = 8
#: A page that links to so many feeds is a list of them, for readers to choose from; so many are looked at.
LIST_FROM, MAX_LISTED = 3, 16
#: Pages about feeds that are looked through where nothing is advertised.
MAX_LISTS = 2
PREVIEWED_ENTRIES = 5


@dataclass(frozen=True, kw_only=True)
class FeedPreview:
    """A feed that was found, and enough of it to decide."""

    url: str
    title: str
    format: str
    #: As the feed states it, else the page that led to it; may be empty.
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
        try:
            answer = await (self._page(url) if "://" in url else self._page_of_host(url))
        except (FetchError, RefusedError) as error:  # many walls let feeds through
            is_wall = is_closed_door(error) and error.kind is not BlockKind.REFUSED_ADDRESS
            found = await self._unnamed(url if "://" in url else f"https://{url}") if is_wall else ()
            if not found:
                raise
            return found
        if answer is None:
            return ()
        try:
            return (preview(answer.final_url, await self.read(answer), now=self.clock()),)
        except FeedParseError:
            here = answer.final_url
            offers = page_offers(decode(answer.body, answer.charset), here)
        is_list = len(offers.linked) >= LIST_FROM
        found = (
            await self._all_of(
                [*offers.advertised, *offers.linked][:MAX_LISTED] if is_list else offers.advertised[:MAX_CANDIDATES]
            )
            or await self._all_of(offers.linked[:MAX_CANDIDATES])
            or await self._listed(offers.linked)
            or await self._unnamed(here)
        )
        return tuple(replace(each, language=each.language or offers.language) for each in found)

    async def _unnamed(self, here: str) -> tuple[FeedPreview, ...]:
        """What lies in the usual places, though nothing leads there."""
        places = [urljoin(here, place) for place in _places(here)]
        return await self._first_of(places) or await self._first_of(await self._sitemaps(here))

    async def _page_of_host(self, address: str) -> Fetched | None:
        """The page at an address without a scheme; where nobody speaks https there by http, else at its other name."""
        first: FetchError | None = None
        for url in (f"https://{address}", f"http://{address}", f"https://{_other_name(address)}"):
            try:
                return await self._page(url)
            except FetchError as error:
                first = first or error
                if error.status is not None:
                    break
        assert first is not None
        raise first

    async def _page(self, url: str) -> Fetched | None:
        """The page at an address, or where it sends its readers at once."""
        answer = await past_refreshes(self.fetcher, Request(url=url, obeys_robots=self.obeys_robots))
        return None if isinstance(answer, NotModified) else answer

    async def _all_of(self, urls: Sequence[str]) -> tuple[FeedPreview, ...]:
        """The feeds among addresses; one for those that bring the same in different formats, or under two names."""
        found = await asyncio.gather(*(self._preview(url) for url in urls))
        feeds: dict[tuple[str, ...], FeedPreview] = {}
        for each in found:
            if each is not None:
                feeds.setdefault(tuple(entry.url for entry in each.newest) or (each.url,), each)
        return tuple(each for each in feeds.values() if each.items) or tuple(feeds.values())

    async def _listed(self, urls: Sequence[str]) -> tuple[FeedPreview, ...]:
        """The feeds that are linked to from pages about feeds, such as a site's footer leads to."""
        for url in urls[:MAX_LISTS]:
            try:
                answer = await self._page(url)
            except (FetchError, RefusedError):
                continue
            offers = page_offers(decode(answer.body, answer.charset), answer.final_url) if answer else None
            if offers and (found := await self._all_of([*offers.linked, *offers.advertised][:MAX_LISTED])):
                return found
        return ()

    async def _first_of(self, urls: Sequence[str]) -> tuple[FeedPreview, ...]:
        """The first address that holds a feed with something in it, as nobody said that any does."""
        for url in urls:
            found = await self._preview(url)
            if found is not None and found.items:
                return (found,)
        return ()

    async def _preview(self, url: str) -> FeedPreview | None:
        try:
            answer = await self.fetcher.fetch(Request(url=url, obeys_robots=self.obeys_robots))
            if isinstance(answer, NotModified):
                return None
            return preview(answer.final_url, await self.read(answer), now=self.clock())
        except (FetchError, RefusedError, FeedParseError):
            return None

    async def _sitemaps(self, url: str) -> Sequence[str]:
        """What the site's robots.txt names, news first; then the usual places."""
        usual = [urljoin(url, place) for place in USUAL_SITEMAPS]
        try:
            answer = await self.fetcher.fetch(
                Request(url=urljoin(url, "/robots.txt"), max_bytes=500_000, beginning_suffices=True)
            )
        except (FetchError, RefusedError):
            return usual
        text = answer.body.decode("utf-8-sig", "replace") if isinstance(answer, Fetched) else ""
        named = sorted(named_in_robots(text, url=url), key=lambda address: "news" not in address.lower())
        return [*dict.fromkeys([*named[:MAX_CANDIDATES], *usual])]


def _other_name(address: str) -> str:
    """`www.site.example` for `site.example`, and the other way round: some sites answer to one of them alone."""
    return address.removeprefix("www.") if address.startswith("www.") else f"www.{address}"


def _places(url: str) -> Sequence[str]:
    """Where to look around a page: a blog in a folder has its feed there."""
    folder = urlsplit(url).path.rpartition("/")[0]
    return (f"{folder}/feed", *USUAL_PLACES) if folder else USUAL_PLACES


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

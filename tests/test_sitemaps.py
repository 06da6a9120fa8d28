"""Sitemaps as a source of news: news sitemaps, plain ones, indexes."""

from __future__ import annotations

import asyncio
import gzip
from datetime import UTC, datetime

import pytest

from monitor.collect.feeds import parse_feed
from monitor.collect.reading import FeedReader
from monitor.collect.sandbox import Sandbox, SandboxLimits
from monitor.collect.sitemaps import named_in_robots
from monitor.errors import FeedParseError, FetchError
from monitor.model import FailureKind, Fetched, NotModified, ParsedEntry, ParsedFeed, Request

NOW = datetime(2016, 8, 12, 12, 0, tzinfo=UTC)
URL = "https://a.example/sitemaps/news.xml"


def parse(body: str | bytes, url: str = URL) -> ParsedFeed:
    return parse_feed(body.encode() if isinstance(body, str) else body, url, "application/xml", "", NOW)


def urlset(*blocks: str) -> str:
    listed = "".join(f"<url>{block}</url>" for block in blocks)
    return (
        '<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        f'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">{listed}</urlset>'
    )


def index(*blocks: str) -> str:
    return f"<sitemapindex>{''.join(f'<sitemap>{block}</sitemap>' for block in blocks)}</sitemapindex>"


NEWS = """<loc>https://www.a.example/1?a=1&amp;b=2</loc><news:news><news:publication><news:name>A</news:name>
<news:language>de</news:language></news:publication><news:publication_date>2016-08-11T12:15:00+02:00
</news:publication_date><news:title><![CDATA[Truppen & Töne]]></news:title></news:news>
<image:image><image:loc>https://a.example/x.jpg</image:loc><image:title>No</image:title></image:image>"""


def test_a_news_sitemap_is_a_feed() -> None:
    assert parse(urlset(NEWS)) == ParsedFeed(
        title="a.example",
        format="sitemap",
        language="de",
        entries=(
            ParsedEntry(
                guid="",
                url="https://www.a.example/1?a=1&b=2",
                title="Truppen & Töne",
                summary="",
                published=datetime(2016, 8, 11, 10, 15, tzinfo=UTC),
                language="de",
            ),
        ),
    )


def test_of_a_plain_sitemap_only_what_is_recent_is_read_newest_first() -> None:
    feed = parse(
        urlset(
            "<loc>https://a.example/old</loc><lastmod>2015-01-01</lastmod>",
            "<loc>https://a.example/undated</loc>",
            "<loc>https://a.example/yesterday</loc><lastmod>2016-08-11</lastmod>",
            "<loc>https://a.example/today</loc><lastmod>2016-08-12T08:00:00Z</lastmod>",
        )
    )
    assert [entry.url for entry in feed.entries] == ["https://a.example/today", "https://a.example/yesterday"]


def test_an_archive_is_not_news_and_says_so() -> None:
    feed = parse(urlset("<loc>https://a.example/old</loc><lastmod>2015-01-01</lastmod>"))
    assert (feed.entries, feed.problems) == ((), ("1 pages, none of the last 3 days",))


@pytest.mark.parametrize(
    "address", ["https://b.example/1", "javascript:alert(1)", "ftp://a.example/1", "http://127.0.0.1/", ""]
)
def test_a_sitemap_speaks_for_its_own_site_only(address: str) -> None:
    assert parse(urlset(f"<loc>{address}</loc><lastmod>2016-08-12</lastmod>")).entries == ()


def test_a_robots_txt_names_sitemaps_of_the_web_only() -> None:
    text = "Sitemap: https://a.example/s.xml\rsitemap:/news.xml\nSitemap: file:///etc/hosts\nSitemap: x:notes.xml\n"
    expected = ["https://a.example/s.xml", "https://a.example/news.xml"]
    assert named_in_robots(text, url="https://a.example/robots.txt") == expected


def test_of_an_index_the_promising_sitemaps_are_taken() -> None:
    feed = parse(
        index(
            "<loc>https://a.example/sitemap-images.xml</loc><lastmod>2016-08-12</lastmod>",
            "<loc>https://a.example/sitemap-2015.xml</loc><lastmod>2015-12-31</lastmod>",
            "<loc>https://a.example/sitemap-2016.xml.gz</loc><lastmod>2016-08-12</lastmod>",
            "<loc>https://a.example/news-sitemap.xml</loc>",
            "<loc>https://b.example/news-sitemap.xml</loc>",
        )
    )
    assert feed.format == "sitemap_index"
    assert feed.children == (
        "https://a.example/news-sitemap.xml",
        "https://a.example/sitemap-2016.xml.gz",
        "https://a.example/sitemap-2015.xml",
    )


# --- following an index ----------------------------------------------------------------------------------------------


class Serving:
    def __init__(self, bodies: dict[str, bytes]) -> None:
        self.bodies = bodies

    async def fetch(self, request: Request) -> Fetched | NotModified:
        if request.url not in self.bodies:
            raise FetchError(request.url, FailureKind.STATUS, "the server answered 404 Not Found", status=404)
        return response(self.bodies[request.url], request.url)


def response(body: bytes, url: str) -> Fetched:
    return Fetched(url=url, final_url=url, status=200, content_type="", charset="", body=body, fetched_at=NOW)


def read(body: str, bodies: dict[str, bytes]) -> ParsedFeed:
    async def main() -> ParsedFeed:
        async with Sandbox(SandboxLimits(workers=1)) as sandbox:
            return await FeedReader(fetcher=Serving(bodies), sandbox=sandbox, clock=lambda: NOW)(
                response(body.encode(), URL)
            )

    return asyncio.run(main())


ONE, TWO = "https://a.example/one.xml", "https://a.example/two.xml.gz"


def test_an_index_is_followed_one_level_deep() -> None:
    feed = read(
        index(f"<loc>{ONE}</loc>", f"<loc>{TWO}</loc>", "<loc>https://a.example/gone.xml</loc>"),
        {
            ONE: urlset("<loc>https://a.example/1</loc><lastmod>2016-08-12</lastmod>").encode(),
            TWO: gzip.compress(urlset("<loc>https://a.example/2</loc><lastmod>2016-08-12</lastmod>").encode()),
        },
    )
    assert feed.format == "sitemap"
    assert sorted(entry.url for entry in feed.entries) == ["https://a.example/1", "https://a.example/2"]


def test_an_index_of_nothing_but_indexes_is_no_source() -> None:
    nested = index(f"<loc>{ONE}</loc>")
    with pytest.raises(FeedParseError, match="none of its sitemaps"):
        read(nested, {ONE: nested.encode()})

"""Feeds as they are met: every format, every way to get one wrong, and all the captured ones."""

from __future__ import annotations

import asyncio
import codecs
import gzip
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.collect.feed_dates import parse_date
from monitor.collect.feed_texts import http_url, plain_text
from monitor.collect.feeds import MAX_ENTRIES, parse_feed
from monitor.collect.identity import entries_of
from monitor.collect.reading import FeedReader
from monitor.collect.sandbox import Sandbox, SandboxLimits
from monitor.errors import FeedParseError
from monitor.model import Fetched, NotModified, ParsedEntry, ParsedFeed, Request

NOW = datetime(2016, 8, 12, 12, 0, tzinfo=UTC)
URL = "https://a.example/feeds/all.xml"
PUBLISHED = datetime(2016, 8, 11, 10, 15, tzinfo=UTC)


def parse(body: bytes | str, *, content_type: str = "application/xml", charset: str = "", url: str = URL) -> ParsedFeed:
    return parse_feed(body.encode() if isinstance(body, str) else body, url, content_type, charset, NOW)


def rss(*items: str, channel: str = "<title>T</title>", head: str = '<?xml version="1.0" encoding="utf-8"?>') -> str:
    listed = "".join(f"<item>{item}</item>" for item in items)
    return f'{head}<rss version="2.0"><channel>{channel}{listed}</channel></rss>'


ITEM = "<title>One</title><link>https://a.example/1</link><guid>g1</guid>"


def only(feed: ParsedFeed) -> ParsedEntry:
    [entry] = feed.entries
    return entry


# --- formats ---------------------------------------------------------------------------------------------------------

FULL = ParsedEntry(
    guid="tag:g1",
    url="https://a.example/1",
    title="Truppen & Töne",
    summary="Kurz.",
    published=PUBLISHED,
    authors=("Ann Author",),
)
RSS_20 = rss(
    "<title>Truppen &amp;amp; Töne</title><link>https://a.example/1</link><guid isPermaLink='false'>tag:g1</guid>"
    "<description>&lt;p&gt;Kurz.&lt;/p&gt;</description><pubDate>Thu, 11 Aug 2016 12:15:00 +0200</pubDate>"
    "<dc:creator xmlns:dc='http://purl.org/dc/elements/1.1/'>Ann Author</dc:creator>",
    channel="<title>All\n news</title><language>de-DE</language><ttl>30</ttl>",
)
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de"><title>All news</title><entry>
<id>tag:g1</id><title type="html">Truppen &amp;amp; Töne</title><link rel="alternate" href="https://a.example/1"/>
<link rel="self" href="https://a.example/1.atom"/><summary type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">
<p>Kurz.</p></div></summary><published>2016-08-11T10:15:00Z</published><updated>2016-08-11T10:15:00Z</updated>
<author><name>Ann Author</name></author></entry></feed>"""
RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">
<channel rdf:about="https://a.example/"><title>All news</title><dc:language>de</dc:language>
<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>48</sy:updateFrequency></channel>
<item rdf:about="tag:g1"><title>Truppen &amp;amp; Töne</title><link>https://a.example/1</link>
<description>Kurz.</description><dc:date>2016-08-11T12:15:00+02:00</dc:date><dc:creator>Ann Author</dc:creator></item>
</rdf:RDF>"""
JSON = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "All news",
        "language": "de",
        "authors": [{"name": "Ann Author"}],
        "items": [
            {
                "id": "tag:g1",
                "url": "/1",
                "title": "Truppen & Töne",
                "summary": "Kurz.",
                "date_published": "2016-08-11T12:15:00+02:00",
                "date_modified": "2016-08-11T12:15:00+02:00",
            }
        ],
    }
)


@pytest.mark.parametrize(
    ("body", "format", "ttl_s"),
    [(RSS_20, "rss", 1800.0), (ATOM, "atom", 0.0), (RDF, "rdf", 1800.0), (JSON, "json", 0.0)],
    ids=["rss", "atom", "rdf", "json"],
)
def test_every_format_says_the_same(body: str, format: str, ttl_s: float) -> None:
    feed = parse(body)
    assert (feed.title, feed.format, feed.language, feed.ttl_s, feed.problems) == ("All news", format, "de", ttl_s, ())
    entry = only(feed)
    assert (entry.guid, entry.url, entry.title, entry.summary) == (FULL.guid, FULL.url, FULL.title, FULL.summary)
    assert (entry.published, entry.authors) == (FULL.published, FULL.authors)


@pytest.mark.parametrize("version", ["0.91", "0.92", "0.93", "0.94", "2.0"])
def test_old_rss_is_rss(version: str) -> None:
    assert parse(rss(ITEM).replace("2.0", version, 1)).format == "rss"


def test_full_content_is_kept_as_text() -> None:
    html = "&lt;p&gt;One.&lt;/p&gt;&lt;script&gt;evil()&lt;/script&gt;&lt;p&gt;Two &amp;amp; three.&lt;/p&gt;"
    item = f"{ITEM}<content:encoded xmlns:content='http://purl.org/rss/1.0/modules/content/'>{html}</content:encoded>"
    assert only(parse(rss(item))).content == "One.\nTwo & three."


# --- bytes -----------------------------------------------------------------------------------------------------------

UMLAUTS = "<title>Türkei: Erdoğan trifft Putin</title><link>https://a.example/1</link>"
CYRILLIC = "<title>Турция и Россия</title><link>https://a.example/1</link>"


@pytest.mark.parametrize(
    ("item", "encoding", "declared", "charset"),
    [
        (UMLAUTS, "utf-8", "utf-8", ""),
        (UMLAUTS, "utf-8", "utf-8", "iso-8859-1"),  # the server lies
        (UMLAUTS, "utf-8", "iso-8859-1", ""),  # the document lies
        (UMLAUTS, "utf-8", "us-ascii", "us-ascii"),  # both do
        (UMLAUTS, "utf-8-sig", "", ""),
        (UMLAUTS, "utf-16", "utf-16", ""),
        (UMLAUTS, "utf-16-le", "utf-16", ""),  # no byte order mark
        (UMLAUTS, "utf-16-be", "utf-16", ""),
        (UMLAUTS, "iso-8859-9", "iso-8859-9", ""),
        (UMLAUTS, "windows-1254", "", "windows-1254"),
        (CYRILLIC, "windows-1251", "windows-1251", ""),
        (CYRILLIC, "windows-1251", "", "windows-1251"),
        (CYRILLIC, "koi8-r", "koi8-r", ""),
        (CYRILLIC, "windows-1251", "utf-8", "windows-1251"),
        (CYRILLIC, "windows-1251", "utf-8", ""),  # only the letters tell
    ],
)
def test_text_survives_wrong_labels(item: str, encoding: str, declared: str, charset: str) -> None:
    head = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    filler = (item.replace("1<", f"{n}<") for n in range(2, 6))
    feed = parse(rss(item, *filler, head=head).encode(encoding), charset=charset)
    assert f"<title>{feed.entries[0].title}</title>" == item.partition("<link>")[0]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"\n\n   ", b""),
        (b"\xef\xbb\xbf\n", b""),
        (b"\xef\xbb\xbf\xef\xbb\xbf", b""),
        (b"<!-- built in 3 ms -->\n", b""),
        (b"Warning: mysql_connect() in /www/x.php on line 3\n", b""),
        (b"", b"\n<!-- cached -->\n\n"),
        (b"", b"<script>track()</script>"),
        (b"", b"\0\0\0"),
    ],
)
def test_rubbish_around_a_feed(before: bytes, after: bytes) -> None:
    assert only(parse(before + rss(ITEM).encode() + after)).title == "One"


def test_control_characters_are_dropped() -> None:
    assert only(parse(rss("<title>O\0n\x08e\x1f</title><link>https://a.example/1</link>"))).title == "One"


def test_a_feed_served_as_a_gzip_file() -> None:
    assert only(parse(gzip.compress(rss(ITEM).encode()), content_type="application/gzip")).title == "One"


@pytest.mark.parametrize("content_type", ["text/html", "text/plain", "application/octet-stream", "", "image/png"])
def test_the_content_type_does_not_matter(content_type: str) -> None:
    assert only(parse(rss(ITEM), content_type=content_type)).title == "One"


# --- not well-formed -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "item",
    [
        "<title>One & two</title><link>https://a.example/1?a=b&c=d</link>",
        "<title>One &nbsp;two</title><link>https://a.example/1</link>",
        "<title>One<br>two</title><link>https://a.example/1</link>",
        "<title>One</title><link>https://a.example/1</link><media:thumbnail url='x'/>",
        "<title>One</title><link>https://a.example/1</link><description><p>unclosed</description>",
    ],
)
def test_broken_xml_that_yields_entries_is_a_feed(item: str) -> None:
    feed = parse(rss(item, "<title>Two</title><link>https://a.example/2</link>"))
    assert [entry.url[:19] for entry in feed.entries] == ["https://a.example/1", "https://a.example/2"]
    assert feed.problems


def test_what_breaks_off_in_an_item_is_left_for_the_next_poll() -> None:
    whole = rss(ITEM, "<title>Two</title><link>https://a.example/a-long-link</link>")
    feed = parse(whole[: whole.index("-link</link>")])
    assert [entry.title for entry in feed.entries] == ["One"]
    assert "breaks off" in feed.problems[-1]


def test_an_empty_feed_is_a_feed() -> None:
    assert parse(rss()).entries == ()
    assert parse('{"version": "https://jsonfeed.org/version/1", "items": []}').entries == ()


# --- no feed at all --------------------------------------------------------------------------------------------------

PAGE = """<!DOCTYPE html><html><head><title>Home</title><base href="https://a.example/sub/">
<link rel="alternate" type="application/rss+xml" href="news.rss"><link rel="stylesheet" href="x.css">
<link rel='alternate' type='application/atom+xml' href='/atom'><link rel=alternate type="text/html" href="/en">
</head><body><p>Hello</p></body></html>"""


@pytest.mark.parametrize(
    ("body", "looks_like"),
    [
        (b"", "empty"),
        (b" \n\t", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (PAGE.encode(), "html"),
        (b"<html><body>Not found</body></html>", "html"),
        (b"<p>There's lots to like</p>", "html"),
        (b"<?xml version='1.0'?><!DOCTYPE html PUBLIC '-//W3C//DTD XHTML 1.0//EN' 'x'><html/>", "html"),
        (b"<?xml version='1.0'?><opml version='2.0'><body/></opml>", "xml"),
        (b"<?xml version='1.0'?><error>none</error>", "xml"),
        (b"Service unavailable", "text"),
        (b'{"error": "none"}', "json"),
        (b"[1, 2]", "json"),
        (b'{"items": [', "json"),
        (b"[" * 100_000, "json"),
        (b"%PDF-1.4 ...", "binary"),
        (b"\x89PNG\r\n\x1a\n", "binary"),
        (gzip.compress(b"x" * 100, mtime=0)[:-9], "gzip"),
    ],
)
def test_what_is_no_feed_says_what_it_is(body: bytes, looks_like: str) -> None:
    with pytest.raises(FeedParseError) as caught:
        parse(body)
    assert caught.value.looks_like == looks_like


@pytest.mark.parametrize(
    "body, said",
    [
        (b"<error>none</error>\n<more/>", "XML that breaks off or is damaged (junk after document element)"),
        (b"<error>none</error>", "XML, but nothing in it is a feed"),
    ],
)
def test_what_is_wrong_with_xml_is_said_plainly(body: bytes, said: str) -> None:
    with pytest.raises(FeedParseError) as caught:
        parse(body)
    assert str(caught.value) == said


def test_a_page_offers_its_feeds() -> None:
    with pytest.raises(FeedParseError) as caught:
        parse(PAGE, content_type="text/html", url="https://a.example/")
    assert caught.value.discovered == ("https://a.example/sub/news.rss", "https://a.example/atom")


# --- links and names -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("https://a.example/1", "https://a.example/1"),
        ("\n https://a.example/1 \n", "https://a.example/1"),
        ("/1", "https://a.example/1"),
        ("1.html", "https://a.example/feeds/1.html"),
        ("//b.example/1", "https://b.example/1"),
        ("www.b.example/1", "https://www.b.example/1"),
        ("#top", ""),
        (URL, ""),
        ("javascript:alert(1)", ""),
        ("JaVaScRiPt:alert(1)", ""),
        ("data:text/html,x", ""),
        ("file:///etc/passwd", ""),
        ("http://[half", ""),
        ("", ""),
    ],
)
def test_links_are_absolute_and_of_the_web(link: str, url: str) -> None:
    assert only(parse(rss(f"<title>One</title><link>{link}</link>"))).url == url


def test_xml_base_is_the_base() -> None:
    atom = """<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://b.example/x/"><entry xml:base="y/">
    <title>One</title><id>1</id><link href="z.html"/></entry></feed>"""
    assert only(parse(atom)).url == "https://b.example/x/y/z.html"


@pytest.mark.parametrize(
    ("item", "url"),
    [
        ("<guid>https://a.example/1</guid>", "https://a.example/1"),
        ("<guid isPermaLink='false'>https://a.example/1</guid>", "https://a.example/1"),
        ("<guid isPermaLink='false'>17</guid>", ""),
        ("<guid>17</guid>", ""),
        ("<guid>6ba7b810-9dad</guid>", ""),
        ("<guid>/1</guid>", "https://a.example/1"),
        ("<guid>1.html</guid>", "https://a.example/feeds/1.html"),
        (
            "<link>http://feedproxy.example/~r/x</link><fb:origLink "
            "xmlns:fb='http://rssnamespace.org/feedburner/ext/1.0'>https://a.example/1</fb:origLink>",
            "https://a.example/1",
        ),
    ],
)
def test_an_item_without_its_own_link(item: str, url: str) -> None:
    entry = only(parse(rss(f"<title>One</title>{item}")))
    assert entry.url == url


@pytest.mark.parametrize(
    ("parts", "url"),
    [
        ("<id>17</id><content type='text/html' src='/1'/>", "https://a.example/1"),
        (
            "<id>17</id><link type='application/pdf' href='/1.pdf'/><link type='text/html' href='/1'/>",
            "https://a.example/1",
        ),
        ("<link rel='replies' href='/c'/><link href='/1'/><id>17</id>", "https://a.example/1"),
        ("<id>tag:a.example,2016:17</id>", ""),
    ],
)
def test_the_link_of_an_atom_entry(parts: str, url: str) -> None:
    atom = f'<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>One</title>{parts}</entry></feed>'
    assert only(parse(atom)).url == url


@pytest.mark.parametrize(
    ("author", "names"),
    [
        ("anna@site.example (Anna Author)", ("Anna Author",)),
        ("Anna Author &lt;anna@zeitung.berlin&gt;", ("Anna Author",)),
        ("anna@zeitung.berlin", ()),
        ("Anna Author (dpa)", ("Anna Author (dpa)",)),
        ("@anna", ()),
        ("", ()),
    ],
)
def test_an_author_is_a_name_without_a_mail_address(author: str, names: tuple[str, ...]) -> None:
    assert only(parse(rss(f"{ITEM}<author>{author}</author>"))).authors == names


def test_an_item_that_says_nothing_is_none() -> None:
    assert only(parse(rss("", "<pubDate>Thu, 11 Aug 2016 10:15:00 GMT</pubDate>", ITEM))).title == "One"


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("One", "One"),
        ("  One \n two ", "One\ntwo"),
        ("<b>One</b> &amp; two", "One & two"),
        ("One &amp;amp; two &amp;quot;x&amp;quot;", 'One & two "x"'),
        ("<p>One</p><p>Two</p>", "One\nTwo"),
        ("<script>x()</script><style>p{}</style>One", "One"),
        ("One < two", "One < two"),
        ("<img src=x onerror=alert(1)>One", "One"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;", "<script>alert(1)</script>"),  # text that shows as such
    ],
)
def test_markup_becomes_text(markup: str, text: str) -> None:
    assert plain_text(markup) == text


@given(st.text(max_size=200))
def test_no_address_but_the_webs_gets_through(text: str) -> None:
    assert http_url(text, URL).startswith(("http://", "https://", ""))
    assert "javascript:" not in http_url(text, URL)[:11].lower()


# --- dates -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Thu,28 Jul 2022 4:35:5 GMT+9", "2022-07-27T19:35:05"),
        ("Seg, 24 Set 2018 19:42:40 -0300", "2018-09-24T22:42:40"),
        ("Seg, 24 Set", "2026-09-24T00:00:00"),
        ("22.11.2022 12:16:00", "2022-11-22T12:16:00"),
        ("Fri, 05/03/2019 - 15:21", "2019-05-03T15:21:00"),
        ("Thu, 11 Aug 2016 10:15:00 +0000", "2016-08-11T10:15:00"),
        ("Thu, 11 Aug 2016 10:15:00 EST", "2016-08-11T15:15:00"),
        ("Thu, 11 Aug 2016 10:15:00 MSK", "2016-08-11T07:15:00"),
        ("Thu, 11 Aug 2016 10:15:00 (UTC)", "2016-08-11T10:15:00"),
        ("Thu, 11 Aug 16 10:15:00 GMT", "2016-08-11T10:15:00"),
        ("Thu Aug 11 10:15:00 CEST 2016", "2016-08-11T08:15:00"),
        ("2016-08-11T10:15:00+02:00", "2016-08-11T08:15:00"),
        ("2016-08-11T10:15:00.123-0500", "2016-08-11T15:15:00"),
        ("2016-08-11 10:15", "2016-08-11T10:15:00"),
        ("2016-8-1T1:02:03Z", "2016-08-01T01:02:03"),
        ("2016-08-11", "2016-08-11T00:00:00"),
        ("2016-08", "2016-08-01T00:00:00"),
        ("20160811T101500Z", "2016-08-11T10:15:00"),
        ("2016/08/11 10:15:00", "2016-08-11T10:15:00"),
        ("2016年08月11日 10:15", "2016-08-11T10:15:00"),
        ("11-Aug-2016", "2016-08-11T00:00:00"),
        ("Aug 11, 2016 3:15 PM", "2016-08-11T15:15:00"),
        ("Aug 11, 2016 12:05 a.m.", "2016-08-11T00:05:00"),
        ("Thursday, August 11th, 2016", "2016-08-11T00:00:00"),
        ("11 août 2016 10:15", "2016-08-11T10:15:00"),
        ("mar., 24 sept. 2018 10:00", "2018-09-24T10:00:00"),
        ("11 Ağustos 2016 10:15", "2016-08-11T10:15:00"),
        ("11 августа 2016 г. 10:15", "2016-08-11T10:15:00"),
        ("11 серпня 2016 10:15", "2016-08-11T10:15:00"),
        ("Do, 11. März 2016 10:15", "2016-03-11T10:15:00"),
        ("11 de agosto de 2016", "2016-08-11T00:00:00"),
        ("13/08/2015 10:15", "2015-08-13T10:15:00"),
        ("08/13/2015 10:15", "2015-08-13T10:15:00"),
        ("1470910500", "2016-08-11T10:15:00"),
        ("1470910500000", "2016-08-11T10:15:00"),
        ("Mon, 23 Nov 2026 05:00:00 GMT", "2026-11-22T18:00:00"),  # a wrong zone: it happened now
        ("2099-01-01", None),
        ("0001-01-01T00:00:00Z", None),
        ("1970-01-01T00:00:00Z", None),
        ("Mon, 01 Jan 0001 00:00:00 GMT", None),
        ("Wed, 30 Nov -0001 00:00:00 +0000", None),
        ("Fri, 01 Jan 2100 00:00:00 GMT", None),
        ("Fri, 31 Dec 9999 23:59:59 GMT", None),
        ("Mon, 1 Sep 10:00:00 -0500", "2026-09-01T15:00:00"),
        ("Sun, 31 Feb 2016 10:00:00 GMT", None),
        ("Thu, 11 Aug 2016 10:15:00 +9999", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_dates_as_feeds_write_them(text: str, expected: str | None) -> None:
    now = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
    found = parse_date(text, now=now)
    assert found == (datetime.fromisoformat(f"{expected}+00:00") if expected else None)


@given(st.text(max_size=60))
def test_any_text_may_stand_where_a_date_should(text: str) -> None:
    found = parse_date(text, now=NOW)
    assert found is None or found <= NOW


@given(st.integers(0, 10**9))
def test_a_date_written_properly_is_read_exactly(seconds: int) -> None:
    moment = NOW - timedelta(seconds=seconds % 600_000_000)
    assert parse_date(moment.isoformat(), now=NOW) == moment
    assert parse_date(moment.strftime("%a, %d %b %Y %H:%M:%S +0000"), now=NOW) == moment


# --- too much --------------------------------------------------------------------------------------------------------


def test_of_a_giant_feed_the_first_items_are_read() -> None:
    feed = parse(rss(*(f"<title>{n}</title><link>https://a.example/{n}</link>" for n in range(MAX_ENTRIES + 500))))
    assert len(feed.entries) == MAX_ENTRIES
    assert feed.entries[0].title == "0"
    assert feed.problems == (f"{MAX_ENTRIES + 500:,} items, of which the first {MAX_ENTRIES:,} are read",)


def test_deep_nesting_is_refused() -> None:
    with pytest.raises(FeedParseError, match="deep"):
        parse(rss(f"<title>One</title>{'<a>' * 50_000}{'</a>' * 50_000}"))


def test_html_that_is_never_closed_is_not_nesting() -> None:
    sloppy = "<title>One</title><link>https://a.example/1</link><description>" + "<p>a<br>b<li>c<b>d" * 30
    assert parse(rss(*[sloppy + "</description>"] * 20)).entries


def test_html_in_items_is_not_nesting() -> None:
    breaks = "<br>" * 1_000 + "<p>" * 1_000
    assert parse(rss(f"{ITEM}<description><![CDATA[{breaks}]]></description>")).entries


def test_entities_open_no_files_and_do_not_explode() -> None:
    external = '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<!DOCTYPE r [<!ENTITY e0 "ha">{levels}<!ENTITY x "&e9;">]>'
    for doctype in (external, bomb):
        feed = parse(rss("<title>One &x;</title><link>https://a.example/1</link>", head=doctype))
        assert only(feed).title in ("One", "One &x;")


def test_a_body_that_is_a_path_opens_no_file(tmp_path: Path) -> None:
    feed = tmp_path / "feed.xml"
    feed.write_text(rss(ITEM))
    with pytest.raises(FeedParseError):
        parse(str(feed))


# --- off the event loop ----------------------------------------------------------------------------------------------


class Serving:
    """A fetcher that has bodies at hand."""

    def __init__(self, bodies: dict[str, bytes]) -> None:
        self.bodies = bodies

    async def fetch(self, request: Request) -> Fetched | NotModified:
        return response(self.bodies[request.url], request.url)


def response(body: bytes, url: str = URL) -> Fetched:
    return Fetched(url=url, final_url=url, status=200, content_type="text/xml", charset="", body=body, fetched_at=NOW)


def read(body: bytes, bodies: dict[str, bytes] | None = None, *, deadline_s: float = 60.0, **limits: Any) -> ParsedFeed:
    async def main() -> ParsedFeed:
        async with Sandbox(SandboxLimits(workers=1, **limits)) as sandbox:
            reader = FeedReader(
                fetcher=Serving(bodies or {}), sandbox=sandbox, clock=lambda: NOW, deadline_s=deadline_s
            )
            return await reader(response(body))

    return asyncio.run(main())


def test_a_feed_is_read_in_a_worker_as_it_is_here() -> None:
    body = rss(ITEM).encode()
    assert read(body) == parse(body)


def test_what_kills_the_parser_is_that_feeds_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.collect.sandbox.FIRST_JOB_ALLOWANCE_S", 0.0)
    with pytest.raises(FeedParseError, match="reading it took more than"):
        read(rss(*[ITEM] * 4_000).encode(), deadline_s=0.05)


def test_a_feed_that_is_none_is_none_in_a_worker_too() -> None:
    with pytest.raises(FeedParseError) as caught:
        read(PAGE.encode())
    assert caught.value.discovered


# --- the captured ones -----------------------------------------------------------------------------------------------


def test_captured_feeds_yield_what_they_state(shared_dir: Path) -> None:
    rows = json.loads((shared_dir / "newsroom" / "feeds.json").read_text())
    now = datetime(2026, 11, 22, tzinfo=UTC)
    stated = yielded = entries = kept = 0
    without_feed = []
    for row in rows:
        body = (shared_dir / "newsroom" / "feeds" / row["file"]).read_bytes()
        try:
            feed = parse_feed(body, URL, row["content_type"] or "", "", now)
        except FeedParseError as error:
            without_feed.append((row["file"], error.looks_like))
            continue
        entries += len(feed.entries)
        kept += len(entries_of(feed.entries, feed_id="x"))
        if row["entries_stated"] is not None:
            stated += row["entries_stated"]
            yielded += min(len(feed.entries), row["entries_stated"])
        assert all(entry.published is None or entry.published <= now for entry in feed.entries)
        assert all(entry.url.startswith("http") or not entry.url for entry in feed.entries)
    assert yielded == stated
    assert {looks_like for _, looks_like in without_feed} <= {"html"}, "fragments of articles, no feeds"
    assert len(without_feed) <= len(rows) // 40
    assert kept >= 0.99 * entries, "items are told apart"


def test_byte_order_marks_and_lengths() -> None:
    for mark in (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        encoding = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le"}.get(mark, "utf-16-be")
        assert only(parse(mark + rss(ITEM, head="").encode(encoding))).title == "One"


def test_long_texts_are_cut() -> None:
    entry = only(parse(rss(f"<title>{'T' * 5_000}</title><description>{'d' * 50_000}</description>")))
    assert (len(entry.title), len(entry.summary)) == (1_000, 20_000)


def test_future_dates_do_not_order_the_news() -> None:
    soon, late = NOW + timedelta(hours=3), NOW + timedelta(days=30)
    items = [f"<title>{n}</title><pubDate>{d:%a, %d %b %Y %H:%M:%S} GMT</pubDate>" for n, d in ((1, soon), (2, late))]
    assert [entry.published for entry in parse(rss(*items)).entries] == [NOW, None]

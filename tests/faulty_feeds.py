"""Feeds as they are met in the wild: what a server answers poll by poll, and what must come of each poll."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from datetime import timedelta
from email.utils import format_datetime
from xml.sax.saxutils import escape

from tests.faulty_web import answer, raw, redirect, reply
from tests.feed_faults import NOW, FeedFault, in_turn, where_unchanged

TODAY = "Thu, 11 Aug 2016 10:00:00 GMT"


# --- documents -------------------------------------------------------------------------------------------------------


def item(title: str = "One", link: str = "https://site.example/one", more: str = "") -> str:
    return f"<item><title>{title}</title><link>{link}</link>{more}</item>"


def rss(*items: str, head: str = "", before: str = '<?xml version="1.0" encoding="utf-8"?>') -> bytes:
    return f'{before}<rss version="2.0"><channel><title>T</title>{head}{"".join(items)}</channel></rss>'.encode()


def numbered(*numbers: int) -> bytes:
    return rss(*(item(f"N{number}", f"https://site.example/{number}") for number in numbers))


def atom(*entries: str, more: str = "") -> bytes:
    return f'<feed xmlns="http://www.w3.org/2005/Atom" {more}><title>T</title>{"".join(entries)}</feed>'.encode()


def json_feed(*items: object, **more: object) -> bytes:
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "T", "items": items, **more}).encode()


def xml_of(text: str, encoding: str, declared: str) -> bytes:
    return f'<?xml version="1.0" encoding="{declared}"?><rss version="2.0"><channel>{text}</channel></rss>'.encode(
        encoding
    )


def news_sitemap(*paths: str) -> bytes:
    news = 'xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"'
    date = "<n:publication_date>2016-08-11T09:00:00Z</n:publication_date>"
    urls = (f"<url><loc>{path}</loc><n:news><n:title>T {path[-1]}</n:title>{date}</n:news></url>" for path in paths)
    return f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" {news}>{"".join(urls)}</urlset>'.encode()


ONE = rss(item())
TWO = numbered(1, 2)
BOMB = (
    '<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + "]>"
)
XXE = '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
PAGE = b'<html><head><link rel="alternate" type="application/rss+xml" href="/real.xml"></head><body>News</body></html>'


def same(name: str, body: bytes, *titles: str, headers: Mapping[str, str] | None = None) -> FeedFault:
    """A document that holds just these entries, whatever is odd about it."""
    return FeedFault(name, (answer(body, headers=headers),), (f"new {len(titles)}", "unchanged"), titles)


def no_feed(name: str, body: bytes, says: str, *, content_type: str = "text/xml") -> FeedFault:
    return FeedFault(
        name,
        (answer(body, headers={"Content-Type": content_type}),),
        ("failed parse",),
        (),
        "backing_off",
        says=says,
    )


def refused(name: str, status: int, polls: str, headers: Mapping[str, str] | None = None) -> FeedFault:
    """Refused at first, answered when it is asked again."""
    return FeedFault(name, (answer(b"no", status, headers), answer(ONE)), (polls, "new 1"), ("One",))


def changes(name: str, *bodies: bytes, polls: tuple[str, ...]) -> FeedFault:
    return FeedFault(name, tuple(map(answer, bodies)), polls)


CONDITIONAL = (
    FeedFault("an ETag that is honoured", (where_unchanged(answer(ONE, headers={"ETag": '"1"'})),),
              ("new 1", "unchanged", "unchanged")),
    FeedFault("a weak ETag", (where_unchanged(answer(ONE, headers={"ETag": 'W/"1"'})),), ("new 1", "unchanged")),
    FeedFault("Last-Modified alone", (where_unchanged(answer(ONE, headers={"Last-Modified": TODAY})),),
              ("new 1", "unchanged")),
    FeedFault("a Last-Modified that is no date", (where_unchanged(answer(ONE, headers={"Last-Modified": "yes"})),),
              ("new 1", "unchanged")),
    FeedFault("304 for ever", (where_unchanged(in_turn([answer(numbered(1), headers={"ETag": '"1"'}),
                                                        answer(numbered(1, 2), headers={"ETag": '"1"'})])),),
              ("new 1", *["unchanged"] * 8, "new 1")),
    FeedFault("another ETag each time", tuple(answer(ONE, headers={"ETag": f'"{n}"'}) for n in range(3)),
              ("new 1", "unchanged", "unchanged")),
    FeedFault("an ETag beyond ASCII", (answer(ONE, headers={"ETag": '"é"'}),), ("new 1", "unchanged", "unchanged")),
    FeedFault("an ETag without end", (answer(ONE, headers={"ETag": "x" * 50_000}),), ("new 1", "unchanged")),
    FeedFault("304 with a body", (where_unchanged(answer(ONE, headers={"ETag": '"1"'}), body=TWO),),
              ("new 1", "unchanged", "unchanged")),
    FeedFault("304 to the first request", (answer(status=304), answer(ONE)), ("failed status", "new 1")),
    FeedFault("412 to a conditional request", (where_unchanged(answer(ONE, headers={"ETag": '"1"'}), status=412),),
              ("new 1", "failed status", "unchanged")),
)  # fmt: skip

MOVED = (
    FeedFault("301 that holds", (redirect("/moved.xml", 301),), ("new 1", *["unchanged"] * 3),
              others={"/moved.xml": answer(ONE)}, moved_to="/moved.xml"),
    FeedFault("308 that holds", (redirect("/moved8.xml", 308),), ("new 1", *["unchanged"] * 3),
              others={"/moved8.xml": answer(ONE)}, moved_to="/moved8.xml"),
    FeedFault("302 that holds", (redirect("/lent.xml", 302),), ("new 1", *["unchanged"] * 4),
              others={"/lent.xml": answer(ONE)}),
    FeedFault("301 to a page", (redirect("/gone.html", 301),), ("failed parse",) * 5, (), "backing_off",
              others={"/gone.html": answer(PAGE)}),
    FeedFault("301 to nothing", (redirect("/nothing", 301),), ("failed status",) * 5, (), "backing_off"),
    FeedFault("moved, and back", (*[redirect("/new.xml", 301)] * 3, answer(ONE)),
              ("new 1", "unchanged", "unchanged", *["failed status"] * 3, "unchanged"), ("One",),
              others={"/new.xml": in_turn([*[answer(ONE)] * 3, answer(b"", 404)])}),
    FeedFault("410", (answer(b"gone", 410),), ("failed status",), (), "retired", says="410"),
    FeedFault("410 after years", (answer(ONE), answer(b"", 410)), ("new 1", "failed status"), ("One",), "retired"),
)  # fmt: skip

REFUSED = (
    *(refused(f"{status} once", status, "failed status")
      for status in (400, 401, 403, 404, 408, 418, 425, 500, 502, 504, 507, 521, 599)),
    refused("451 once", 451, "blocked legal"),
    refused("429 in seconds", 429, "failed status", {"Retry-After": "3600"}),
    refused("429 at a date", 429, "failed status", {"Retry-After": format_datetime(NOW + timedelta(hours=5),
         usegmt=True)}),
    refused("503 in seconds", 503, "failed status", {"Retry-After": "120"}),
    refused("503 until long ago", 503, "failed status", {"Retry-After": "Thu, 01 Jan 1970 00:00:00 GMT"}),
    refused("429 until the end of days", 429, "failed status", {"Retry-After": "9" * 40}),
    refused("429 until the year 9999", 429, "failed status", {"Retry-After": "Fri, 31 Dec 9999 23:59:59 GMT"}),
    refused("429 with nonsense", 429, "failed status", {"Retry-After": "soon"}),
    refused("429 below nothing", 429, "failed status", {"Retry-After": "-5"}),
)  # fmt: skip

FORMATS = (
    same("RSS 0.91 with its DTD", rss(item("Caf&eacute;"), before='<?xml version="1.0"?><!DOCTYPE rss PUBLIC '
         '"-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/publish/formats/rss-0.91.dtd">'),
              "Café"),
    same("RSS in capitals", b"<RSS VERSION='2.0'><CHANNEL><ITEM><TITLE>One</TITLE><LINK>http://a.example/1</LINK>"
         b"</ITEM></CHANNEL></RSS>", "One"),
    same("RSS without a version", b"<rss><channel>" + item().encode() + b"</channel></rss>", "One"),
    same("RSS without a channel", b"<rss version='2.0'>" + item().encode() + b"</rss>", "One"),
    same("RDF", b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">'
         b"<channel rdf:about='x'><title>T</title></channel>" + item().encode() + b"</rdf:RDF>", "One"),
    same("Atom", atom("<entry><title>One</title><id>1</id><link href='http://a.example/1'/></entry>"), "One"),
    same("Atom 0.3", b'<feed version="0.3" xmlns="http://purl.org/atom/ns#"><entry><title>One</title><id>1</id>'
         b"<link rel='alternate' href='http://a.example/1'/></entry></feed>", "One"),
    same("Atom with a prefix", b'<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:entry><a:title>One</a:title>'
         b"<a:id>1</a:id><a:link href='http://a.example/1'/></a:entry></a:feed>", "One"),
    same("Atom with XHTML", atom('<entry><title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">O<b>ne</b></div>'
         "</title><id>1</id><link href='http://a.example/1'/></entry>"), "One"),
    same("Atom whose first link is its own", atom("<entry><title>One</title><id>1</id><link rel='self' href='/s'/>"
         "<link rel='alternate' href='http://a.example/1'/></entry>"), "One"),
    same("a stylesheet before", rss(item(), before='<?xml version="1.0"?><?xml-stylesheet href="a.xsl"?><!-- x -->'),
         "One"),
    same("XML 1.1", rss(item(), before='<?xml version="1.1"?>'), "One"),
    same("JSON Feed 1.0", json_feed({"id": "1", "title": "One", "url": "http://a.example/1"},
                                    version="https://jsonfeed.org/version/1"), "One"),
    same("JSON Feed with numbers for ids", json_feed({"id": 1, "title": "One"}, {"id": 2, "title": "Two"}), "One",
         "Two"),
    same("JSON Feed with a mark before", b"\xef\xbb\xbf" + json_feed({"id": "1", "title": "One"}), "One"),
    same("JSON Feed without ids", json_feed({"title": "One", "url": "http://a.example/1"}), "One"),
    same("JSON Feed with rubbish among its items", json_feed(None, 5, "x", {"id": "1", "title": "One"}), "One"),
    same("JSON Feed as text", json_feed({"id": "1", "title": "One"}), "One", headers={"Content-Type": "text/plain"}),
    same("a news sitemap", news_sitemap("/a", "/b"), "T a", "T b"),
    same("a feed that calls itself a page", ONE, "One", headers={"Content-Type": "text/html"}),
    same("a feed that calls itself a file", ONE, "One", headers={"Content-Type": "application/octet-stream"}),
    same("a feed that calls itself nothing", ONE, "One", headers={"Content-Type": ""}),
    same("a feed as a gzip file", gzip.compress(ONE, mtime=0), "One", headers={"Content-Type": "application/gzip"}),
    FeedFault("an empty feed", (answer(rss()), answer(ONE)), ("empty", "new 1"), ("One",)),
)  # fmt: skip

CHARSETS = (
    same("Latin-1 that says so", xml_of(item("Café"), "latin-1", "iso-8859-1"), "Café"),
    same("Latin-1 that says UTF-8", xml_of(item("Café"), "latin-1", "utf-8"), "Café"),
    same("UTF-8 that says Latin-1", xml_of(item("Café"), "utf-8", "iso-8859-1"), "Café"),
    same("Windows-1252 that says Latin-1", xml_of(item("„Café“"), "cp1252", "iso-8859-1"), "„Café“"),
    same("Windows-1251", xml_of(item("Турция"), "cp1251", "windows-1251"), "Турция"),
    same("Windows-1251 in the header alone", rss("<item><title>Турция</title><link>http://a.example/1</link></item>",
         before="").decode().encode("cp1251"), "Турция", headers={"Content-Type": "text/xml; charset=windows-1251"}),
    same("KOI8-R", xml_of(item("Турция"), "koi8-r", "koi8-r"), "Турция"),
    same("Turkish", xml_of(item("Işık Şişli"), "iso-8859-9", "iso-8859-9"), "Işık Şişli"),
    same("Shift_JIS", xml_of(item("日本語"), "shift_jis", "Shift_JIS"), "日本語"),
    same("GB2312", xml_of(item("中文新闻"), "gb2312", "gb2312"), "中文新闻"),
    same("an encoding nobody knows", xml_of(item("Café"), "utf-8", "x-unknown-8bit"), "Café"),
    same("a header nobody knows", xml_of(item("Café"), "utf-8", "utf-8"), "Café",
         headers={"Content-Type": "text/xml; charset=klingon"}),
    same("a header that is wrong", xml_of(item("Café"), "utf-8", "utf-8"), "Café",
         headers={"Content-Type": "text/xml; charset=us-ascii"}),
    same("UTF-8 with a mark", b"\xef\xbb\xbf" + xml_of(item("Café"), "utf-8", "utf-8"), "Café"),
    same("UTF-8 with two marks", b"\xef\xbb\xbf" * 2 + ONE, "One"),
    same("UTF-16", xml_of(item("Café"), "utf-16", "utf-16"), "Café"),
    same("UTF-16 without a mark", xml_of(item("Café"), "utf-16-le", "utf-16"), "Café"),
    same("UTF-16 the other way round", b"\xfe\xff" + xml_of(item("Café"), "utf-16-be", "utf-16"), "Café"),
    same("UTF-16 that says UTF-8", xml_of(item("Café"), "utf-16", "utf-8"), "Café"),
    same("half a character", xml_of(item("Türkei: größere Übung, schön"), "utf-8", "utf-8")[:-60].replace(b"sch",
         b"sc\xc3h")
         + xml_of(item("Türkei: größere Übung, schön"), "utf-8", "utf-8")[-60:], "Türkei: größere Übung, sc�hön"),
)  # fmt: skip

BROKEN = (
    same("blank lines before", b"\r\n\r\n  " + ONE, "One"),
    same("a warning before", b"<br />\n<b>Warning</b>: mysql_connect() in <b>/x.php</b><br />\n" + ONE, "One"),
    same("a word before", b"null" + ONE, "One"),
    same("rubbish behind", ONE + b"<script>x</script><!-- cached -->\0", "One"),
    same("a feed twice", ONE + ONE, "One"),
    same("NUL bytes", ONE.replace(b"One", b"O\0ne"), "One"),
    same("control characters", ONE.replace(b"One", b"O\x0b\x1fne"), "One"),
    same("a reference to nothing", rss(item("One&#0;&#xFFFF;&#1;")), "One"),
    same("half a surrogate", rss(item("One &#xD83D;")), "One �"),
    same("a surrogate pair", rss(item("One &#xD83D;&#xDE00;")), "One 😀"),
    same("half a surrogate in JSON", json_feed({"id": "\ud83d", "title": "One \ud83d",
         "url": "http://a.example/\ud83d"}),
         "One �"),
    same("bare ampersands", rss(item("A & B", "https://site.example/?a=1&b=2")), "A & B"),
    same("entities of HTML", rss(item("A&nbsp;&mdash; B&ouml;")), "A — Bö"),
    same("escaped twice", rss(item("A &amp;amp; B")), "A & B"),
    same("markup in a title", rss(item("<![CDATA[<b>One</b><script>alert(1)</script>]]>")), "One"),
    same("a CDATA in a CDATA", rss(item("<![CDATA[One <![CDATA[x]]> y]]>"), item("Two", "https://site.example/2")),
         "One", "Two"),
    same("an element that is not closed", rss("<item><title>One</title><link>https://a.example/1</link><guid>1</item>",
                                              item("Two", "https://site.example/2")), "One", "Two"),
    same("elements that cross", rss("<item><title><b>One</title></b><link>https://a.example/1</link></item>"), "One"),
    same("attributes without quotes", rss(item(more="<guid isPermaLink=false>1</guid>")), "One"),
    same("a prefix nobody declared", rss(item(more="<media:content url='x'/><dc:date>2016-08-11</dc:date>")), "One"),
    same("entities that explode", rss(item("One &i;"), before=BOMB), "One &i;"),
    same("an entity that reads a file", rss(item("One &x;"), before=XXE), "One &x;"),
    no_feed("elements without end", rss("<a>" * 100_000), "deep"),
    same("many items", numbered(*range(50_000)), *(f"N{n}" for n in range(2_000))),
    same("a title without end", rss(item("x" * 3_000_000)), "x" * 1_000),
    same("a description of megabytes", rss(item(more=f"<description>{'word ' * 600_000}</description>")), "One"),
    same("thousands of attributes", rss(item(more="<x " + " ".join(f"a{n}='b'" for n in range(3_000)) + "/>")),
         "One"),
    FeedFault("an item cut off", (answer(ONE.replace(b"</item>", item("Two", "https://site.example/2").encode()
              .join([b"</item>", b""]))[:-40]), answer(rss(item(), item("Two", "https://site.example/2")))),
              ("new 1", "new 1"), ("One", "Two")),
)  # fmt: skip

NO_FEED = (
    FeedFault("a page that offers its feed", (answer(PAGE, headers={"Content-Type": "text/html"}),), ("failed parse",),
              (), "backing_off", says="/real.xml"),
    no_feed("a page that calls itself a feed", PAGE, "/real.xml"),
    no_feed("a page without anything", b"<!DOCTYPE html><html><body>Hello</body></html>", "a web page"),
    no_feed("nothing", b"", "empty"),
    no_feed("only blanks", b" \n\t ", "empty"),
    no_feed("plain words", b"Service unavailable", "text"),
    no_feed("other XML", b"<?xml version='1.0'?><catalog><book/></catalog>", "nothing in it is a feed"),
    no_feed("other JSON", b'{"error": "no"}', "no JSON Feed"),
    no_feed("a list in JSON", b"[1, 2]", "no JSON Feed"),
    no_feed("half of a JSON Feed", json_feed({"id": "1"})[:-9], "JSON"),
    no_feed("JSON without end", b"[" * 200_000, "JSON"),
    no_feed("a PDF", b"%PDF-1.7 ...", "file"),
    no_feed("a picture", b"\x89PNG\r\n\x1a\n", "file"),
    no_feed("an archive", b"PK\x03\x04...", "file"),
    no_feed("half of a gzip file", gzip.compress(ONE)[:-9], "gzip"),
)  # fmt: skip

LINKS = (
    same("no guids", numbered(1, 2), "N1", "N2"),
    same("one guid for all", rss(*(item(f"N{n}", f"https://a.example/{n}", "<guid>0</guid>") for n in (1, 2))), "N1",
         "N2"),
    same("one link for all", rss(*(item(f"N{n}", "https://a.example/", f"<guid>{n}</guid>") for n in (1, 2))), "N1",
         "N2"),
    same("one link and one guid for all", rss(*(item(f"N{n}", "https://a.example/x", "<guid>0</guid>") for n in (1,
         2))),
         "N1", "N2"),
    same("no links", rss("<item><title>One</title></item>", "<item><title>Two</title></item>"), "One", "Two"),
    same("neither link nor title", rss("<item><description>Words</description></item>"), ""),
    same("a guid for a link", rss("<item><title>One</title><guid>https://a.example/1</guid></item>"), "One"),
    same("a guid that is no link", rss("<item><title>One</title><guid isPermaLink='true'>17</guid></item>"), "One"),
    same("a script for a link", rss(item(link="javascript:alert(1)")), "One"),
    same("a file for a link", rss(item(link="file:///etc/passwd")), "One"),
    same("blanks around a link", rss(item(link="\n  https://a.example/1 \n")), "One"),
    same("a link in letters of its own", rss(item(link="https://münchen.example/straße?q=ä")), "One"),
    same("a link that is half an address", rss(item(link="http://[half/x")), "One"),
    same("twins", rss(*(item("One", escape(link)) for link in (
        "http://site.example/one", "https://site.example/one", "https://www.site.example/one",
        "https://m.site.example/one", "https://amp.site.example/one", "https://site.example/one/amp/",
        "https://site.example/one?utm_source=rss", "https://site.example/one/", "https://site.example/one#top",
        "https://site.example/one?fbclid=1&at_medium=x"))), "One"),
)  # fmt: skip

DATED = tuple(
    same(f"a date such as «{date[:30]}»", rss(item(more=f"<pubDate>{date}</pubDate>")), "One")
    for date in (
        "Thu,28 Jul 2022 4:35:5 GMT+9", "Seg, 24 Set 2012 10:00:00", "Fri, 12 Aug 2044 00:00:00 GMT",
        "0000-00-00 00:00:00", "yesterday", "", "99999999999999", "2016-08-11T25:61:61Z",
        "Thu, 11 Aug 2016 12:00:00 CEST",
        "31.02.2016", "1470909600",
    )
)  # fmt: skip

OVER_TIME = (
    changes("guids that change", rss(item(more="<guid>1</guid>")), rss(item(more="<guid>2</guid>")),
            polls=("new 1", "unchanged")),
    changes("a title that is edited", ONE, rss(item("One!")), ONE, polls=("new 1", "new 0", "new 0")),
    changes("links that change their scheme", rss(item(link="http://site.example/one")), ONE, polls=("new 1",
         "unchanged")),
    changes("links that are tracked anew", *(rss(item(link=f"https://site.example/one?utm_id={n}")) for n in range(3)),
            polls=("new 1", "unchanged", "unchanged")),
    changes("dates that are always now",
         *(rss(item(more=f"<pubDate>{TODAY[:-6]}{n}0 GMT</pubDate>")) for n in range(3)),
            polls=("new 1", "unchanged", "unchanged")),
    changes("a feed that shrinks", numbered(1, 2, 3), numbered(3), numbered(1, 2, 3),
            polls=("new 3", "unchanged", "unchanged")),
    changes("a feed that is shuffled", numbered(1, 2, 3), numbered(3, 1, 2), polls=("new 3", "unchanged")),
    changes("a feed that is empty for an hour", TWO, rss(), TWO, polls=("new 2", "empty", "unchanged")),
    changes("a feed that becomes another kind", TWO, json_feed(*({"id": str(n), "url": f"https://site.example/{n}",
            "title": f"N{n}"} for n in (1, 2))), polls=("new 2", "unchanged")),
    changes("a whole page of news", TWO, numbered(3, 4), polls=("new 2", "new 2 missed")),
    changes("more news than the page held", TWO, numbered(2, 3, 4, 5), polls=("new 2", "new 3")),
    FeedFault("a page for an hour", (answer(ONE), answer(PAGE), answer(ONE)), ("new 1", "failed parse", "unchanged")),
    FeedFault("a wall for an hour", (answer(ONE), answer(b"<script src='/cdn-cgi/challenge-platform/x'>", 403, {
        "Content-Type": "text/html"}), answer(TWO)), ("new 1", "blocked challenge", "new 2 missed")),
    FeedFault("bytes that stop", (answer(ONE), raw(reply(ONE)[:-30]), answer(ONE)), ("new 1", "failed connect",
         "unchanged")),
)  # fmt: skip

FEED_FAULTS = (
    *CONDITIONAL, *MOVED, *REFUSED, *FORMATS, *CHARSETS, *BROKEN, *NO_FEED, *LINKS, *DATED, *OVER_TIME,
)  # fmt: skip

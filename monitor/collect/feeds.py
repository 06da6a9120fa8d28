"""Make values of a feed's bytes: RSS, RDF, Atom, JSON Feed, sitemaps. The only module that knows feedparser.

Lives through what it can: wrong charsets, leading rubbish, broken XML, missing ids, strange dates. Refuses what is no
feed, and says what it is instead. Pure, but hostile input can make it slow: run it in a process that can be killed.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urldefrag
from xml.sax import SAXParseException

import feedparser

from monitor.collect import json_feed, sitemaps
from monitor.collect.bodies import BodyTooLargeError, CodingError, gunzip
from monitor.collect.extract.decode import decode
from monitor.collect.feed_dates import parse_date
from monitor.collect.feed_texts import (
    CONTENT_CHARS,
    CONTROLS,
    ID_CHARS,
    SUMMARY_CHARS,
    TITLE_CHARS,
    clean_names,
    http_url,
    language_code,
    one_line,
    plain_text,
    sound,
)
from monitor.collect.html_links import advertised_feeds
from monitor.errors import FeedParseError
from monitor.model import ParsedEntry, ParsedFeed

#: 50,000 items took feedparser 13 s: 2,000 take half a second. The largest captured feed has 118.
MAX_ENTRIES = 2_000
MAX_BYTES = 20_000_000
#: How deep elements may stand in each other; real feeds with XHTML content stay below 40.
MAX_DEPTH = 200

_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>", re.IGNORECASE)
#: Goes before parsing, with the entities it defines: ten lines of them expand to gigabytes.
_DOCTYPE = re.compile(r"<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>", re.DOTALL | re.IGNORECASE)
#: A number that stands for half a character: some write emoji as two of them.
_HALF_REFERENCE = re.compile(r"&#(?:x(?P<hex>d[89a-f][0-9a-f]{2})|(?P<number>5[5-7]\d{3}));", re.IGNORECASE)
_ROOT = re.compile(r"<([A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)")
_FEED_START = re.compile(r"<(?:\?xml|rss|feed|rdf:RDF|urlset|sitemapindex)\b", re.IGNORECASE)
_ITEM_START = re.compile(r"<(?:[\w.-]+:)?(?:item|entry)[\s>]", re.IGNORECASE)
_ITEM_END = re.compile(r"</(?:[\w.-]+:)?(?:item|entry)\s*>", re.IGNORECASE)
_TAG = re.compile(
    r"<(?P<is_end>/?)(?P<name>[A-Za-z_][\w:.-]*)[^<>]*?(?P<is_empty>/?)>|<!\[CDATA\[.*?\]\]>|<!--.*?-->", re.DOTALL
)
_OFTEN_UNCLOSED = frozenset({"br", "hr", "img", "input", "li", "link", "p"})
_PAGE_ELEMENTS = frozenset({"a", "body", "center", "div", "h1", "head", "img", "meta", "p", "script", "span", "table"})
#: What an address has and a number has not: feedparser takes a guid for the link unless the feed says otherwise.
_ADDRESS_MARK = re.compile(r"[/.?]")
_PERIODS_S = {"hourly": 3600, "daily": 86_400, "weekly": 604_800, "monthly": 2_592_000, "yearly": 31_536_000}


def parse_feed(body: bytes, url: str, content_type: str, charset: str, now: datetime) -> ParsedFeed:
    """Read a feed, whatever its kind; FeedParseError says what a body is that is none."""
    text = _text(body, charset)
    if not text:
        raise FeedParseError("the body is empty", looks_like="empty")
    if text[0] in "{[":
        return json_feed.parse(_json(text), url=url, now=now, max_entries=MAX_ENTRIES)
    root = _root_name(text)
    if root in ("urlset", "sitemapindex"):
        return sitemaps.parse(text, url=url, now=now, max_entries=MAX_ENTRIES)
    if root == "html" or (root != "rss" and "html" in content_type and not _ITEM_START.search(text)):
        raise _not_a_feed(text, url)
    return _parse_xml(text, url, now)


# --- from bytes to text ----------------------------------------------------------------------------------------------


def _text(body: bytes, charset: str) -> str:
    """The document without what no parser should see: wrong labels, control characters, rubbish before its start."""
    if body.startswith(b"\x1f\x8b"):
        try:
            body = gunzip(body, max_bytes=MAX_BYTES)
        except (CodingError, BodyTooLargeError) as error:
            raise FeedParseError(f"a gzip file that cannot be unpacked: {error}", looks_like="gzip") from error
    if body[:5] == b"%PDF-" or body[:4] in (b"\x89PNG", b"GIF8", b"\xff\xd8\xff\xe0", b"PK\x03\x04"):
        raise FeedParseError("the body is a file, not a feed", looks_like="binary")
    if body[:4] in (b"<\0?\0", b"<\0r\0", b"<\0f\0"):
        body = b"\xff\xfe" + body
    elif body[:4] in (b"\0<\0?", b"\0<\0r", b"\0<\0f"):
        body = b"\xfe\xff" + body
    text = CONTROLS.sub("", decode(body, charset)).lstrip("\ufeff \t\r\n")
    if text[:1] not in ("<", "{", "["):  # a script's warning, a stray word
        start = _FEED_START.search(text[:10_000])
        text = text[start.start() :] if start else text
    return sound(_HALF_REFERENCE.sub(_half, text))


def _half(match: re.Match[str]) -> str:
    code = int(match["hex"], 16) if match["hex"] else int(match["number"])
    return chr(code) if 0xD800 <= code <= 0xDFFF else match[0]


def _root_name(text: str) -> str:
    """The first element's name without prefix, lower case."""
    head = _DOCTYPE.sub("", re.sub(r"<\?.*?\?>|<!--.*?-->", "", text[:20_000], flags=re.DOTALL))
    if re.match(r"\s*<!doctype\s+html", text[:2_000], re.IGNORECASE):
        return "html"
    match = _ROOT.search(head)
    return match[2].lower() if match else ""


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise FeedParseError(f"JSON that cannot be read ({error})", looks_like="json") from error


def _not_a_feed(text: str, url: str) -> FeedParseError:
    discovered = advertised_feeds(text, url)
    return FeedParseError("a web page, not a feed", looks_like="html", discovered=discovered)


# --- XML -------------------------------------------------------------------------------------------------------------


def _parse_xml(text: str, url: str, now: datetime) -> ParsedFeed:
    problems: list[str] = []
    _check_depth(text)
    text = _bounded(text, problems)
    document = '<?xml version="1.0" encoding="utf-8"?>' + _DOCTYPE.sub("", _DECLARATION.sub("", text), count=1)
    parsed = feedparser.parse(
        io.BytesIO(document.encode("utf-8", "replace")),  # never a str or bytes: feedparser would open a file so named
        response_headers={"content-type": "application/xml; charset=utf-8"},  # no address: links are made absolute here
        sanitize_html=False,  # nothing stays markup here
        resolve_relative_uris=False,
    )
    items = parsed.entries
    if not items and not parsed.version:
        raise _unreadable(text, url, parsed)
    if parsed.bozo:
        problems.append(f"not well-formed ({parsed.get('bozo_exception')})"[:200])
        if items and len(_ITEM_START.findall(text)) > len(_ITEM_END.findall(text)):
            items = items[:-1]
            problems.append("it breaks off in the middle of an item, which is left for the next poll")
    feed = parsed.feed
    return ParsedFeed(
        title=one_line(feed.get("title", "")),
        format=_format(parsed.version),
        language=language_code(feed.get("language", "")),
        entries=tuple(entry for item in items if _says_something(entry := _entry(item, url, now))),
        ttl_s=_ttl_s(feed),
        problems=tuple(problems),
    )


def _check_depth(text: str) -> None:
    """Nesting costs feedparser quadratic time: a few hundred levels are nobody's feed."""
    depth = 0
    for match in _TAG.finditer(text):
        name = (match["name"] or "").lower()
        if not name or match["is_empty"] or name in _OFTEN_UNCLOSED:
            continue
        depth = 0 if name in ("item", "entry") else depth + (-1 if match["is_end"] else 1)
        if depth > MAX_DEPTH:
            raise FeedParseError(f"elements stand in each other more than {MAX_DEPTH} deep", looks_like="xml")


def _bounded(text: str, problems: list[str]) -> str:
    """The document with no more than MAX_ENTRIES items, closed again."""
    starts = [match.start() for match in _ITEM_START.finditer(text)]
    if len(starts) <= MAX_ENTRIES:
        return text
    problems.append(f"{len(starts):,} items, of which the first {MAX_ENTRIES:,} are read")
    root = _ROOT.search(_DECLARATION.sub("", text))
    name = f"{root[1] or ''}{root[2]}" if root else "rss"
    return text[: starts[MAX_ENTRIES]] + ("</channel>" if name == "rss" else "") + f"</{name}>"


def _unreadable(text: str, url: str, parsed: Any) -> FeedParseError:
    if _root_name(text) in _PAGE_ELEMENTS:
        return _not_a_feed(text, url)
    if text.startswith("<"):
        damage = parsed.get("bozo_exception")
        # Its line is that of the text as it was cleaned for the parser, which nobody else sees.
        if isinstance(damage, SAXParseException):
            return FeedParseError(f"XML that breaks off or is damaged ({damage.getMessage()})", looks_like="xml")
        return FeedParseError("XML, but nothing in it is a feed", looks_like="xml")
    return FeedParseError("text, not a feed", looks_like="text")


def _format(version: str) -> str:
    if version.startswith("atom"):
        return "atom"
    return "rdf" if version in ("rss10", "rss090") else "rss"


def _ttl_s(feed: Mapping[str, Any]) -> float:
    """How long the publisher calls the feed fresh: <ttl> in minutes, or sy:updatePeriod."""
    ttl = re.match(r"\s*(\d{1,7})", str(feed.get("ttl", "")))
    period_s = _PERIODS_S.get(str(feed.get("sy_updateperiod", "")).strip().lower(), 0)
    frequency = re.match(r"\s*(\d{1,5})", str(feed.get("sy_updatefrequency", "1")))
    per_period = max(int(frequency[1]), 1) if frequency else 1
    return max(float(ttl[1]) * 60 if ttl else 0.0, period_s / per_period)


def _entry(item: Mapping[str, Any], base: str, now: datetime) -> ParsedEntry:
    guid = sound(str(item.get("id", "")))[:ID_CHARS].strip()
    contents = [plain_text(str(part.get("value", ""))) for part in item.get("content", ())]
    summary = plain_text(str(item.get("summary", "")))
    published, updated = (_date(item, name, now) for name in ("published", "updated"))
    return ParsedEntry(
        guid=guid,
        url=_entry_url(item, guid, base),
        title=one_line(plain_text(str(item.get("title", ""))))[:TITLE_CHARS],
        summary=summary[:SUMMARY_CHARS],
        content=max(contents, key=len, default="")[:CONTENT_CHARS],
        published=published or updated or _date(item, "created", now),
        updated=updated,
        authors=_authors(item),
        language=language_code(item.get("language") or item.get("title_detail", {}).get("language") or ""),
    )


def _says_something(entry: ParsedEntry) -> bool:
    return bool(entry.url or entry.title or entry.summary or entry.content)


def _entry_url(item: Mapping[str, Any], guid: str, base: str) -> str:
    """The item's own page: where a feed service came between, the publisher's address."""
    is_number = item.get("link") == guid and not _ADDRESS_MARK.search(guid)
    candidates = [item.get("feedburner_origlink"), "" if is_number else item.get("link")]
    candidates += [link.get("href") for link in item.get("links", ()) if link.get("rel", "alternate") == "alternate"]
    candidates += [part.get("src") for part in item.get("content", ())]
    candidates.append(guid if guid.startswith(("http://", "https://")) else "")
    urls = (http_url(str(candidate or ""), base) for candidate in candidates)
    return next((url for url in urls if url and urldefrag(url).url != urldefrag(base).url), "")


def _date(item: Mapping[str, Any], name: str, now: datetime) -> datetime | None:
    return parse_date(str(item[name] or ""), now=now) if name in item else None


def _authors(item: Mapping[str, Any]) -> tuple[str, ...]:
    """Of one author what the feed says: feedparser takes a mail address apart in the middle of a long last part."""
    named = [str(author.get("name", "")) for author in item.get("authors", ()) if author]
    return clean_names(named if len(named) > 1 else [str(item.get("author", ""))])

"""Read sitemaps: news sitemaps, plain ones with dates, and indexes of both. Pure, and one pass over the text.

As a source of news (`parse`), for outlets without feeds; it refuses to take a whole archive for news: only what is
recent, or what a news sitemap lists. As an archive to import from (`read_listing`) all that a sitemap names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import unescape
from urllib.parse import urlsplit

from monitor.collect.addresses import site_of
from monitor.collect.feed_dates import parse_date
from monitor.collect.feed_texts import TITLE_CHARS, http_url, language_code, one_line
from monitor.model import ParsedEntry, ParsedFeed

#: A news sitemap lists two days (Google's rule); of a plain one so much is read.
RECENT = timedelta(days=3)
#: Of an index so many sitemaps are asked for.
MAX_CHILDREN = 3

_MARK = re.compile(
    r"<(?P<end>/?)(?P<prefix>[\w.-]{1,40}:)?(?P<name>url|sitemap|loc|lastmod|publication_date|title|language)"
    r"(?=[\s/>])[^<>]*>"
)
_MEDIA = ("image:", "video:")
_INDEX = re.compile(r"<(?:[\w.-]{1,40}:)?sitemapindex\b", re.IGNORECASE)
_ROBOTS_LINE = re.compile(r"^\s*sitemap\s*:\s*(\S+)", re.IGNORECASE | re.MULTILINE)
#: A day or a month in an address: /2016/08/11/, sitemap-2016-08.xml, ?yyyy=2016&mm=08&dd=11.
_BETWEEN = r"(?:[-_/.]|&\w{1,6}=)?"
_NAMED = re.compile(rf"(?<!\d)((?:19|20)\d\d){_BETWEEN}(0[1-9]|1[0-2])(?:{_BETWEEN}(0[1-9]|[12]\d|3[01]))?(?!\d)")
_CDATA = re.compile(r"^\s*<!\[CDATA\[(.*)\]\]>\s*$", re.DOTALL)
_NEWS_NAME = re.compile(r"news|latest|aktuell|recent|current|today", re.IGNORECASE)
_OTHER_NAME = re.compile(r"image|video|tag|author|categor|archiv|static|page|topic|section", re.IGNORECASE)


def parse(text: str, *, url: str, now: datetime, max_entries: int) -> ParsedFeed:
    """Make a feed of a sitemap: its recent pages, newest first; of an index its most promising sitemaps."""
    blocks = [*_blocks(text)]
    if is_index(text):
        return ParsedFeed(
            title=site_of(url),
            format="sitemap_index",
            language="",
            entries=(),
            children=_children(blocks, url, now),
        )
    entries = sorted(
        (entry for fields in blocks if (entry := _entry(fields, url, now))),
        key=lambda entry: entry.published.timestamp() if entry.published else 0.0,
        reverse=True,
    )
    problems = [] if entries or not blocks else [f"{len(blocks):,} pages, none of the last {RECENT.days} days"]
    if len(entries) > max_entries:
        problems.append(f"{len(entries):,} recent pages, of which the newest {max_entries:,} are read")
    return ParsedFeed(
        title=site_of(url),
        format="sitemap",
        language=next((entry.language for entry in entries if entry.language), ""),
        entries=tuple(entries[:max_entries]),
        problems=tuple(problems),
    )


def is_index(text: str) -> bool:
    """Whether it names sitemaps rather than pages."""
    return bool(_INDEX.search(text[:20_000]))


def named_in_robots(text: str, *, url: str) -> list[str]:
    """The sitemaps that a robots.txt names."""
    named = (http_url(address, url) for address in _ROBOTS_LINE.findall(text.replace("\r", "\n")))
    return [address for address in named if address]


def _blocks(text: str) -> Iterator[dict[str, str]]:
    """The fields of each page or sitemap that is named, however broken the document is."""
    fields: dict[str, str] | None = None
    opened: re.Match[str] | None = None
    for mark in _MARK.finditer(text):
        if mark["name"] in ("url", "sitemap"):
            if mark["end"] and fields:
                yield fields
            fields, opened = None if mark["end"] else {}, None
        elif not mark["end"]:
            opened = mark
        elif fields is not None and opened and (opened["prefix"], opened["name"]) == (mark["prefix"], mark["name"]):
            if mark["prefix"] not in _MEDIA:
                fields.setdefault(mark["name"], _value(text[opened.end() : mark.start()]))
            opened = None


def _value(text: str) -> str:
    cdata = _CDATA.match(text)
    return one_line(cdata[1] if cdata else unescape(text))


def _entry(fields: dict[str, str], base: str, now: datetime) -> ParsedEntry | None:
    address = http_url(fields.get("loc", ""), base)
    if not address or site_of(address) != site_of(base):  # a sitemap speaks for its own site only
        return None
    published = parse_date(fields.get("publication_date", ""), now=now)
    updated = parse_date(fields.get("lastmod", ""), now=now)
    date = published or updated
    is_news = "publication_date" in fields or "title" in fields
    if not is_news and (date is None or date < now - RECENT):
        return None
    return ParsedEntry(
        guid="",
        url=address,
        title=fields.get("title", "")[:TITLE_CHARS],
        summary="",
        published=date,
        updated=updated,
        language=language_code(fields.get("language", "")),
    )


def _children(blocks: list[dict[str, str]], base: str, now: datetime) -> tuple[str, ...]:
    """The sitemaps of an index that are likely to hold today's news."""

    def promise(fields: dict[str, str]) -> tuple[bool, bool, float]:
        path = urlsplit(fields["loc"]).path
        changed = parse_date(fields.get("lastmod", ""), now=now)
        return (
            bool(_NEWS_NAME.search(path)),
            not _OTHER_NAME.search(path),
            changed.timestamp() if changed else 0.0,
        )

    own = [
        {**fields, "loc": address}
        for fields in blocks
        if (address := http_url(fields.get("loc", ""), base)) and site_of(address) == site_of(base)
    ]
    ranked = sorted(own, key=promise, reverse=True)
    return tuple(fields["loc"] for fields in ranked[:MAX_CHILDREN])


# --- as an archive ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A page that a sitemap names, or a sitemap that an index names."""

    url: str
    title: str = ""
    #: As a news sitemap says.
    published: datetime | None = None
    #: Nothing of it changed after this (`lastmod`).
    changed: datetime | None = None


def read_listing(text: str, *, url: str, now: datetime) -> tuple[Listed, ...]:
    """All that a sitemap or an index names, in its order."""
    return tuple(
        Listed(
            url=address,
            title=fields.get("title", "")[:TITLE_CHARS],
            published=parse_date(fields.get("publication_date", ""), now=now),
            changed=parse_date(fields.get("lastmod", ""), now=now),
        )
        for fields in _blocks(text)
        if (address := http_url(fields.get("loc", ""), url))
    )


def named_days(url: str) -> tuple[datetime, datetime] | None:
    """The day or month that an address names, as [first moment, first moment after it)."""
    if not (match := _NAMED.search(url)):
        return None
    year, month, day = int(match[1]), int(match[2]), match[3]
    try:
        first = datetime(year, month, int(day or 1), tzinfo=UTC)
    except ValueError:
        return None
    if day:
        return first, first + timedelta(days=1)
    return first, datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC)

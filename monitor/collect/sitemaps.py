"""Read sitemaps as a source of news: news sitemaps, plain ones with dates, and indexes of both. Pure.

For outlets without feeds. Refuses to take a whole archive for news: only what is recent, or what a news sitemap lists.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
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

_BLOCK = re.compile(r"<(?:[\w.-]+:)?(?P<name>url|sitemap)\s*>(?P<body>.*?)</(?:[\w.-]+:)?(?P=name)\s*>", re.DOTALL)
_FIELD = re.compile(
    r"<(?P<prefix>[\w.-]+:)?(?P<name>loc|lastmod|publication_date|title|language)\b[^>]*>(?P<value>.*?)"
    r"</(?P=prefix)?(?P=name)\s*>",
    re.DOTALL,
)
_CDATA = re.compile(r"^\s*<!\[CDATA\[(.*)\]\]>\s*$", re.DOTALL)
_NEWS_NAME = re.compile(r"news|latest|aktuell|recent|current|today", re.IGNORECASE)
_OTHER_NAME = re.compile(r"image|video|tag|author|categor|archiv|static|page|topic|section", re.IGNORECASE)


def parse(text: str, *, url: str, now: datetime, max_entries: int) -> ParsedFeed:
    """Make a feed of a sitemap: its recent pages, newest first; of an index its most promising sitemaps."""
    is_index = bool(re.search(r"<(?:[\w.-]+:)?sitemapindex\b", text[:20_000], re.IGNORECASE))
    blocks = [_fields(match["body"]) for match in _BLOCK.finditer(text)]
    if is_index:
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


def _fields(block: str) -> dict[str, str]:
    fields: dict[str, str] = {}
    for match in _FIELD.finditer(block):
        if "image" in (match["prefix"] or "") or "video" in (match["prefix"] or ""):
            continue
        cdata = _CDATA.match(match["value"])
        fields.setdefault(match["name"], one_line(cdata[1] if cdata else unescape(match["value"])))
    return fields


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

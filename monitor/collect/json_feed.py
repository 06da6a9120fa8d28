"""Read JSON Feed 1.0 and 1.1 (jsonfeed.org), as lenient as its readers are. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from monitor.collect.feed_dates import parse_date
from monitor.collect.feed_texts import (
    CONTENT_CHARS,
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
from monitor.errors import FeedParseError
from monitor.model import ParsedEntry, ParsedFeed

Json = Mapping[str, Any]


def parse(document: Any, *, url: str, now: datetime, max_entries: int) -> ParsedFeed:
    """Make a feed of a JSON document; FeedParseError when it is some other JSON."""
    items = document.get("items") if isinstance(document, dict) else None
    if not isinstance(items, list):
        raise FeedParseError("JSON, but no JSON Feed (it has no list of items)", looks_like="json")
    problems = (
        [f"{len(items):,} items, of which the first {max_entries:,} are read"] if len(items) > max_entries else []
    )
    objects = [item for item in items[:max_entries] if isinstance(item, dict)]
    authors = _authors(document)
    return ParsedFeed(
        title=one_line(_text(document, "title")),
        format="json",
        language=language_code(_text(document, "language")),
        entries=tuple(_entry(item, url, now, authors) for item in objects),
        problems=tuple(problems),
    )


def _entry(item: Json, base: str, now: datetime, feed_authors: tuple[str, ...]) -> ParsedEntry:
    guid = _text(item, "id")[:ID_CHARS].strip()
    addresses = (_text(item, "url"), _text(item, "external_url"), guid if guid.startswith("http") else "")
    updated = parse_date(_text(item, "date_modified"), now=now)
    content = plain_text(_text(item, "content_html")) or plain_text(_text(item, "content_text").replace("<", "&lt;"))
    return ParsedEntry(
        guid=guid,
        url=next((found for address in addresses if (found := http_url(address, base))), ""),
        title=one_line(plain_text(_text(item, "title")))[:TITLE_CHARS],
        summary=plain_text(_text(item, "summary"))[:SUMMARY_CHARS],
        content=content[:CONTENT_CHARS],
        published=parse_date(_text(item, "date_published"), now=now) or updated,
        updated=updated,
        authors=_authors(item) or feed_authors,
        language=language_code(_text(item, "language")),
    )


def _text(stated: Json, name: str) -> str:
    """A string, or a number written as one; empty for everything else."""
    value = stated.get(name)
    if isinstance(value, str):
        return sound(value)
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def _authors(stated: Json) -> tuple[str, ...]:
    listed = stated.get("authors")
    authors: Sequence[Any] = listed if isinstance(listed, list) else [stated.get("author")]
    return clean_names([_text(author, "name") for author in authors if isinstance(author, dict)])

"""What a page's head offers: feeds. Pure; reads the beginning only, with the standard library's lenient parser."""

from __future__ import annotations

from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

#: Feeds are advertised in the head; some pages begin with hundreds of kilobytes of style.
LOOK_AT_CHARS = 500_000
_FEED_TYPES = frozenset(
    {
        "application/rss+xml",
        "application/atom+xml",
        "application/rdf+xml",
        "application/feed+json",
        "application/rss",
        "text/rss",
        "text/rss+xml",
        "application/xml+rss",
    }
)


def advertised_feeds(html: str, base_url: str) -> tuple[str, ...]:
    """The feeds that a page links to with `rel="alternate"`, absolute, in the page's order."""
    reader = _LinkReader(base_url)
    reader.feed(html[:LOOK_AT_CHARS])
    return tuple(dict.fromkeys(reader.found))


class _LinkReader(HTMLParser):
    def __init__(self, base_url: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._base = base_url

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("link", "base", "a"):
            return
        stated = {name: value or "" for name, value in attrs}
        href = stated.get("href", "").strip()
        if not href:
            return
        if tag == "base":
            self._base = _absolute(self._base, href) or self._base
            return
        kind = stated.get("type", "").partition(";")[0].strip().lower()
        relations = stated.get("rel", "").lower().split()
        if kind in _FEED_TYPES and ("alternate" in relations or "feed" in relations or tag == "a"):
            url = _absolute(self._base, href.replace("feed://", "http://", 1) if href.startswith("feed://") else href)
            if url:
                self.found.append(url)


def _absolute(base: str, href: str) -> str:
    try:
        url = urljoin(base, href)
        return url if urlsplit(url).scheme in ("http", "https") else ""
    except ValueError:
        return ""

"""What a page offers: feeds, and the language it says it is in. Pure; the standard library's lenient parser."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from monitor.collect.feed_texts import language_code

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
#: Types of feeds, and of much else: they count where the page says «alternate».
_MAYBE_FEED_TYPES = frozenset({"application/json", "application/xml", "text/xml"})
#: Feeds of what readers say, by address or title.
_COMMENTS = re.compile(r"comment|kommentar|yorum|коммент", re.IGNORECASE)
_FEED_PATH = re.compile(r"(?:^|[/._-])(?:rss2?|feeds?|atom|rdf)(?:[/._-]|$)|rss[^/]*\.xml$", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class PageOffers:
    """What stands on a page for those who look for its feeds; addresses absolute, in the page's order."""

    #: Named in its head as feeds.
    advertised: tuple[str, ...]
    #: Links for readers that look like feeds, or like a page about them.
    linked: tuple[str, ...]
    #: As the page states it, two letters; empty when it doesn't.
    language: str


def page_offers(html: str, base_url: str) -> PageOffers:
    """Look through a page; feeds of comments are passed over where there are others."""
    reader = _LinkReader(base_url)
    reader.feed(html[:LOOK_AT_CHARS])
    advertised = dict.fromkeys(reader.advertised)
    own = [url for url in advertised if url not in reader.of_comments]
    return PageOffers(
        advertised=tuple(own or advertised), linked=tuple(dict.fromkeys(reader.linked)), language=reader.language
    )


def advertised_feeds(html: str, base_url: str) -> tuple[str, ...]:
    """The feeds that a page names as such."""
    return page_offers(html, base_url).advertised


class _LinkReader(HTMLParser):
    def __init__(self, base_url: str) -> None:
        super().__init__()
        self.advertised: list[str] = []
        self.of_comments: set[str] = set()
        self.linked: list[str] = []
        self.language = ""
        self._base = base_url

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        stated = {name: value or "" for name, value in attrs}
        if tag == "html":
            self.language = self.language or language_code(stated.get("lang") or stated.get("xml:lang") or "")
        href = stated.get("href", "").strip()
        if tag not in ("link", "base", "a") or not href:
            return
        if tag == "base":
            self._base = _absolute(self._base, href) or self._base
            return
        url = _absolute(self._base, href.replace("feed://", "http://", 1) if href.startswith("feed://") else href)
        kind = stated.get("type", "").partition(";")[0].strip().lower()
        is_alternate = "alternate" in stated.get("rel", "").lower().split()
        if url and (kind in _FEED_TYPES or (kind in _MAYBE_FEED_TYPES and is_alternate)):
            self.advertised.append(url)
            if _COMMENTS.search(f"{urlsplit(url).path} {stated.get('title', '')}"):
                self.of_comments.add(url)
        elif url and tag == "a" and _FEED_PATH.search(urlsplit(url).path) and not _COMMENTS.search(url):
            self.linked.append(url)


def _absolute(base: str, href: str) -> str:
    try:
        url = urljoin(base, href)
        return url if urlsplit(url).scheme in ("http", "https") else ""
    except ValueError:
        return ""

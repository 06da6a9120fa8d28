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
#: The same by what a reader sees of a link, and by its host.
_FEED_LABEL = re.compile(r"\b(?:rss|feeds?|newsfeeds?)\b|^\s*(?:xml|atom)\s*$", re.IGNORECASE)
_FEED_HOST = re.compile(r"^(?:www\.)?(?:rss|feeds?)\d?\.", re.IGNORECASE)
_LABEL_CHARS = 60
_XML_PATH = re.compile(r"\.(?:xml|rss|rdf|atom)$|/xml/", re.IGNORECASE)


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
        #: The link that the words now read stand in.
        self._link = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        stated = {name: value or "" for name, value in attrs}
        if tag == "html":
            self.language = self.language or language_code(stated.get("lang") or stated.get("xml:lang") or "")
        if tag == "img":
            self.handle_data(stated.get("alt", ""))
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
        elif url and tag == "a" and not _COMMENTS.search(url):
            if _is_feedlike(url) or _is_label(stated.get("title", "")):
                self.linked.append(url)
            else:
                self._link = url

    def handle_data(self, data: str) -> None:
        if self._link and _is_label(data):
            self.linked.append(self._link)
            self._link = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._link = ""


def _is_label(text: str) -> bool:
    """A link's name, not a headline with such a word in it."""
    return len(text) <= _LABEL_CHARS and bool(_FEED_LABEL.search(text))


def _is_feedlike(url: str) -> bool:
    """Sitemaps are no feeds for readers: they are looked for where nothing else is found."""
    parts = urlsplit(url)
    is_file = bool(_FEED_HOST.search(parts.netloc) or _XML_PATH.search(parts.path)) and parts.path != "/"
    return (is_file and "sitemap" not in parts.path) or bool(_FEED_PATH.search(parts.path))


def _absolute(base: str, href: str) -> str:
    try:
        url = urljoin(base, href)
        return url if urlsplit(url).scheme in ("http", "https") else ""
    except ValueError:
        return ""

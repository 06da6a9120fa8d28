"""What a page offers: feeds, and the language it says it is in. Pure; the standard library's lenient parser."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from monitor.collect.feed_texts import language_code

#: Feeds are advertised in the head; some pages begin with a megabyte of style.
LOOK_AT_CHARS = 2_000_000
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
_COMMENTS = re.compile(
    r"comment|kommentar|coment[aá]rio|komentar|komentář|yorum|коммент|комент|تعليق|reacties|σχόλι|评论|コメント|댓글",
    re.IGNORECASE,
)
_FEED_PATH = re.compile(r"(?:^|[/._-])(?:rss\w*|(?:news)?feeds?|atom|rdf)(?:[/._-]|$)|rss[^/]*\.xml$", re.IGNORECASE)
_FEED_QUERY = re.compile(r"(?:^|&)(?:feed|format|output|type)=(?:feed|rss2?|atom|rdf)(?:&|$)", re.IGNORECASE)
#: The same by what a reader sees of a link, and by its host.
_FEED_LABEL = re.compile(r"\b(?:rss|feeds?|newsfeeds?)\b|^\s*(?:xml|atom)\s*$", re.IGNORECASE)
_FEED_HOST = re.compile(r"^(?:www\.)?(?:rss|feeds?)\d?\.", re.IGNORECASE)
_FEED_CLASS = re.compile(r"(?:^|[\s_-])rss(?:[\s_-]|$)", re.IGNORECASE)
_LABEL_CHARS = 60
#: Some lists of feeds write the addresses out.
_WRITTEN_OUT = re.compile(r"\s*https?://[^\s<>]{4,500}\s*")
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
    reader = _LinkReader()
    reader.feed(html[:LOOK_AT_CHARS])
    base = _absolute(base_url, reader.base) or base_url
    advertised: dict[str, bool] = {}
    linked: dict[str, None] = {}
    for link in reader.links:
        url = _absolute(base, link.href)
        if url and link.is_advertised(url):
            advertised.setdefault(url, link.is_of_comments(url))
        elif url and link.is_for_readers and (link.is_labelled or _is_feedlike(url)) and not _COMMENTS.search(url):
            linked[url] = None
    own = [url for url, is_of_comments in advertised.items() if not is_of_comments]
    return PageOffers(advertised=tuple(own or advertised), linked=tuple(linked), language=reader.language)


def advertised_feeds(html: str, base_url: str) -> tuple[str, ...]:
    """The feeds that a page names as such."""
    return page_offers(html, base_url).advertised


@dataclass(kw_only=True)
class _Link:
    """A link as it stands on the page."""

    href: str
    rel: frozenset[str] = frozenset()
    type: str = ""
    title: str = ""
    is_for_readers: bool = True
    #: A reader sees that it leads to a feed.
    is_labelled: bool = False

    def is_advertised(self, url: str) -> bool:
        """By its type, or by what it is called where it says no type."""
        is_alternate = "alternate" in self.rel
        if self.type:
            return self.type in _FEED_TYPES or (self.type in _MAYBE_FEED_TYPES and is_alternate)
        is_called_so = is_alternate and (_is_feedlike(url) or _is_label(self.title))
        return not self.is_for_readers and ("feed" in self.rel or is_called_so)

    def is_of_comments(self, url: str) -> bool:
        return bool(_COMMENTS.search(f"{urlsplit(url).path} {self.title}"))


class _LinkReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[_Link] = []
        #: The first one counts, for links before it, too.
        self.base = ""
        self.language = ""
        #: The link that the words now read stand in.
        self._open: _Link | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        stated = {name: value or "" for name, value in attrs}
        match tag:
            case "html":
                self.language = self.language or language_code(stated.get("lang") or stated.get("xml:lang") or "")
            case "img":
                self.handle_data(stated.get("alt", ""))
            case "input":
                self.handle_data(stated.get("value", ""))
            case "base":
                self.base = self.base or stated.get("href", "").strip()
            case "link" | "a" | "area" if href := stated.get("href", "").strip():
                self._take(tag, href, stated)

    def _take(self, tag: str, href: str, stated: dict[str, str]) -> None:
        labels = (stated.get(name, "") for name in ("title", "aria-label", "alt"))
        link = _Link(
            href=href,
            rel=frozenset(stated.get("rel", "").lower().split()),
            type=stated.get("type", "").partition(";")[0].strip().lower(),
            title=stated.get("title", ""),
            is_for_readers=tag != "link",
            is_labelled=any(map(_is_label, labels)) or bool(_FEED_CLASS.search(stated.get("class", ""))),
        )
        self.links.append(link)
        if tag == "a":
            self._open = link

    def handle_data(self, data: str) -> None:
        if self._open and _is_label(data):
            self._open.is_labelled = True
        elif _WRITTEN_OUT.fullmatch(data) and _is_feedlike(data.strip()):
            self.links.append(_Link(href=data.strip()))

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._open = None


def _is_label(text: str) -> bool:
    """A link's name, not a headline with such a word in it."""
    return len(text) <= _LABEL_CHARS and bool(_FEED_LABEL.search(text))


def _is_feedlike(url: str) -> bool:
    """Sitemaps are no feeds for readers: they are looked for where nothing else is found."""
    parts = urlsplit(url)
    is_file = bool(_FEED_HOST.search(parts.netloc) or _XML_PATH.search(parts.path)) and parts.path != "/"
    is_called_so = _FEED_PATH.search(parts.path) or _FEED_QUERY.search(parts.query)
    return bool((is_file and "sitemap" not in parts.path) or is_called_so)


def _absolute(base: str, href: str) -> str:
    """An address of the web; «feed:» before one says what it leads to."""
    href = re.sub(r"^feed:(?://)?(?=https?://)", "", href)
    try:
        url = urljoin(base, re.sub(r"^feed://", "http://", href))
        return url if urlsplit(url).scheme in ("http", "https") else ""
    except ValueError:
        return ""

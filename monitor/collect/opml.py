"""Lists of feeds as other programs keep them (OPML 1 and 2): read however broken, written so that nothing is lost.

What OPML says of a feed beyond address, title and folders is carried along as it stands. Refuses what holds no outline.
Pure; knows no configuration: which feeds become ours is the caller's decision.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from urllib.parse import urlsplit
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from monitor.collect.extract.decode import decode
from monitor.collect.feed_texts import CONTROLS, one_line
from monitor.errors import FeedParseError

#: Outlines may stand in each other; nobody's folders go deeper.
MAX_DEPTH = 100

_PROLOG = re.compile(r"<\?.*?\?>|<!DOCTYPE[^>\[]*(?:\[.*?\]\s*)?>", re.DOTALL | re.IGNORECASE)
_BARE_AMPERSAND = re.compile(r"&(?!#\d+;|#x[0-9a-fA-F]+;|(?:amp|lt|gt|quot|apos);)")
_NAMED_ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)[A-Za-z]\w*;")
_ATTRIBUTE_VALUE = re.compile(r"=\s*(\"[^\"]*\"|'[^']*')")
#: Attribute names with capitals, which the lenient parser loses.
_SPELLING = {
    name.lower(): name
    for name in ("xmlUrl", "htmlUrl", "isComment", "isBreakpoint", "dateCreated", "xmlURL", "sortOrder", "imageUrl")
}


@dataclass(frozen=True, kw_only=True)
class OpmlFeed:
    """One feed of a list."""

    url: str
    title: str
    #: Where it stands, «News/Turkey»; a slash in a folder's name is written %2F. Empty: at the top.
    folders: tuple[str, ...] = ()
    #: All else that is said of it, by attribute name.
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class OpmlList:
    """A whole document."""

    title: str
    feeds: tuple[OpmlFeed, ...]
    #: Outlines that are neither feeds nor folders (links, notes): they have no place here.
    other_count: int = 0
    #: What was wrong and lived through.
    problems: tuple[str, ...] = ()


@dataclass
class _Outline:
    attributes: dict[str, str]
    children: list[_Outline] = field(default_factory=list)

    def get(self, *names: str) -> str:
        """The first of several attributes, whatever its capitals."""
        folded = {name.lower(): value for name, value in self.attributes.items()}
        return next((value for name in names if (value := folded.get(name, "").strip())), "")


# --- reading ---------------------------------------------------------------------------------------------------------


def read_opml(body: bytes) -> OpmlList:
    """Read a list of feeds; FeedParseError for what is none."""
    text = CONTROLS.sub("", decode(body)).lstrip("\ufeff \t\r\n")
    text = _PROLOG.sub("", text)
    top, problems = _outlines(text)
    if not top.children and not re.search(r"<opml\b", text, re.IGNORECASE):
        raise FeedParseError("not a list of feeds: it holds no outline", looks_like="xml" if "<" in text else "text")
    feeds: dict[str, OpmlFeed] = {}
    other_count = _collect(top, (), feeds)
    return OpmlList(title=top.get("title"), feeds=tuple(feeds.values()), other_count=other_count, problems=problems)


def _outlines(text: str) -> tuple[_Outline, tuple[str, ...]]:
    """The document's outlines under one that has its title: strictly, else mended, else as far as it goes."""
    try:
        return _read_strictly(text), ()
    except expat.ExpatError as error:
        problem = f"not well-formed ({error})"
    try:
        return _read_strictly(_mended(text)), (problem,)
    except expat.ExpatError:
        reader = _LenientReader()
        reader.feed(text)
        reader.close()
        return reader.builder.top, (problem,)


class _Builder:
    """Puts outlines where they belong while a parser goes through the document."""

    def __init__(self) -> None:
        self.top = _Outline({})
        self._open = [self.top]
        self._element = ""
        self._namespaces: dict[str, str] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._element = name.lower()
        if self._element == "opml":
            self._namespaces = {key: value for key, value in attributes.items() if key.startswith("xmlns:")}
        elif self._element == "outline":
            if len(self._open) > MAX_DEPTH:
                raise FeedParseError(f"folders stand in each other more than {MAX_DEPTH} deep", looks_like="xml")
            outline = _Outline({**self._namespaces_of(attributes), **attributes})
            self._open[-1].children.append(outline)
            self._open.append(outline)

    def _namespaces_of(self, attributes: Mapping[str, str]) -> dict[str, str]:
        """What declares the prefixes of some attributes, so that these can stand alone."""
        prefixes = {name.partition(":")[0] for name in attributes if ":" in name} - {"xml", "xmlns"}
        names = [f"xmlns:{prefix}" for prefix in sorted(prefixes)]
        return {name: self._namespaces.get(name, f"urn:{name}") for name in names}

    def end(self, name: str) -> None:
        self._element = ""
        if name.lower() == "outline" and len(self._open) > 1:
            self._open.pop()

    def text(self, text: str) -> None:
        if self._element == "title" and len(self._open) == 1:
            self.top.attributes["title"] = one_line(self.top.attributes.get("title", "") + text)

    def is_in_a_feed(self) -> bool:
        return bool(self._open[-1].get("xmlurl"))


def _read_strictly(text: str) -> _Outline:
    builder = _Builder()
    parser = expat.ParserCreate("utf-8")
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.text
    parser.Parse(text.encode("utf-8", "replace"), True)
    return builder.top


def _mended(text: str) -> str:
    """The usual damage undone: bare ampersands, HTML's entities, angle brackets in attributes."""
    text = _NAMED_ENTITY.sub(lambda match: unescape(match[0]), text)
    text = _BARE_AMPERSAND.sub("&amp;", text)
    return _ATTRIBUTE_VALUE.sub(lambda match: match[0].replace("<", "&lt;"), text)


class _LenientReader(HTMLParser):
    """For what no XML parser takes: a feed's outline that is never closed holds no other."""

    def __init__(self) -> None:
        super().__init__()
        self.builder = _Builder()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "outline" and self.builder.is_in_a_feed():
            self.builder.end(tag)
        self.builder.start(tag, {_SPELLING.get(name, name): value or "" for name, value in attrs})

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.builder.end(tag)

    def handle_endtag(self, tag: str) -> None:
        self.builder.end(tag)

    def handle_data(self, data: str) -> None:
        self.builder.text(data)


def _collect(outline: _Outline, path: tuple[str, ...], feeds: dict[str, OpmlFeed]) -> int:
    """Take the feeds below an outline; return how many outlines are something else."""
    others = 0
    for child in outline.children:
        url = _feed_url(child)
        name = one_line(unescape(child.get("text", "title")))
        if url:
            feeds[url] = _merged(feeds.get(url), _feed(child, url, path))
        elif not child.children:
            others += 1
        others += _collect(child, path if url else (*path, name.replace("/", "%2F")), feeds)
    return others


def _feed_url(outline: _Outline) -> str:
    kind = outline.get("type").lower()
    url = outline.get("xmlurl") or (outline.get("url") if kind in ("rss", "atom", "rdf", "feed") else "")
    url = re.sub(r"^feed:(?://)?(?=https?:)|^feed(?=://)", lambda match: "http" if match[0] == "feed" else "", url)
    return url if urlsplit(url).scheme in ("http", "https") else ""


def _feed(outline: _Outline, url: str, path: tuple[str, ...]) -> OpmlFeed:
    title = one_line(outline.get("title", "text")) or urlsplit(url).netloc
    implied = {"xmlurl": url, "title": title, "text": title, "type": "rss"}
    return OpmlFeed(
        url=url,
        title=title,
        folders=("/".join(path),) if any(path) else (),
        attributes={
            name: value for name, value in outline.attributes.items() if implied.get(name.lower()) != value.strip()
        },
    )


def _merged(before: OpmlFeed | None, feed: OpmlFeed) -> OpmlFeed:
    """A feed that is listed twice stands in two folders."""
    if before is None:
        return feed
    return OpmlFeed(
        url=before.url,
        title=before.title,
        folders=tuple(dict.fromkeys((*before.folders, *feed.folders))),
        attributes={**feed.attributes, **before.attributes},
    )


# --- writing ---------------------------------------------------------------------------------------------------------


def write_opml(title: str, feeds: Sequence[OpmlFeed]) -> bytes:
    """OPML 2.0: what `read_opml` reads from it is what was written."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<opml version="2.0">',
        f"  <head><title>{_escaped(title)}</title></head>",
        "  <body>",
        *_body(feeds),
        "  </body>",
        "</opml>",
    ]
    return "\n".join(lines).encode("utf-8") + b"\n"


def _body(feeds: Sequence[OpmlFeed]) -> list[str]:
    top: dict[str, object] = {}
    for feed in feeds:
        for folder in feed.folders or ("",):
            place = top
            for name in filter(None, folder.split("/")):
                place = place.setdefault(f"folder {name}", {})  # type: ignore[assignment]
            place[f"feed {feed.url}"] = feed
    lines: list[str] = []

    def write(place: Mapping[str, object], indent: str) -> None:
        for key, below in place.items():
            if isinstance(below, OpmlFeed):
                lines.append(f"{indent}<outline {_attributes(below)}/>")
            elif isinstance(below, dict):
                name = key.removeprefix("folder ").replace("%2F", "/")
                lines.append(f"{indent}<outline text={_quoted(name)} title={_quoted(name)}>")
                write(below, indent + "  ")
                lines.append(f"{indent}</outline>")

    write(top, "    ")
    return lines


def _attributes(feed: OpmlFeed) -> str:
    stated = {"type": "rss", "text": feed.title, "title": feed.title, **feed.attributes, "xmlUrl": feed.url}
    return " ".join(f"{name}={_quoted(value)}" for name, value in stated.items())


def _quoted(value: str) -> str:
    return quoteattr(CONTROLS.sub("", value), {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})


def _escaped(value: str) -> str:
    return CONTROLS.sub("", value).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


# --- names -----------------------------------------------------------------------------------------------------------


def feed_id(title: str, url: str, *, taken: Collection[str]) -> str:
    """A slug for a new feed that nobody has yet: from its title, else from its address."""
    slug = _slug(title) or _slug((urlsplit(url).hostname or "").removeprefix("www.")) or "feed"
    numbered = (f"{slug}-{number}" for number in itertools.count(2))
    return next(each for each in itertools.chain([slug], numbered) if each not in taken)


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold().replace("ß", "ss").replace("ı", "i"))
    return re.sub(r"[^a-z0-9]+", "-", plain.encode("ascii", "ignore").decode()).strip("-")[:40].strip("-")

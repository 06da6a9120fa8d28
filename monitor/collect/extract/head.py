"""Read what a page states of itself: meta elements, links, JSON-LD, microdata, headings. Decides nothing.

Refuses to trust: values are strings and plain JSON, bounded in number and size; broken JSON-LD is mended a
little, else left.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lxml.html import HtmlElement

#: Nodes of JSON-LD looked at; the most on a captured page are 133.
MAX_NODES = 500
#: One JSON-LD block; the longest on a captured page has 32 kB.
MAX_BLOCK_CHARS = 1_000_000
MAX_HEADINGS = 20

_CONTAINERS = ("@graph", "mainEntity", "mainEntityOfPage", "itemListElement", "item", "hasPart")
_CDATA = re.compile(r"^\s*(?://\s*)?(?:<!\[CDATA\[|<!--)|(?://\s*)?(?:\]\]>|-->)\s*;?\s*$")
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")

Json = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Head:
    """A page's statements, as found."""

    #: Lower-case name, property or itemprop -> contents in document order.
    metas: Mapping[str, Sequence[str]]
    #: Lower-case rel -> href in document order.
    links: Mapping[str, Sequence[str]]
    #: All JSON-LD nodes, containers opened.
    nodes: Sequence[Json] = field(repr=False)
    title: str
    #: Texts of the first h1 elements.
    headings: Sequence[str]
    #: (datetime attribute, text) of time elements.
    times: Sequence[tuple[str, str]]
    #: html lang, or og:locale.
    language: str
    #: There is a field for a password.
    asks_password: bool

    def meta(self, *names: str) -> str:
        """The first non-empty content under the first of these names."""
        for name in names:
            for content in self.metas.get(name, ()):
                if content:
                    return content
        return ""

    def nodes_of(self, *suffixes: str) -> Iterator[Json]:
        """Nodes whose type ends so: «Article» means NewsArticle too."""
        return (node for node in self.nodes if any(kind.endswith(suffixes) for kind in types_of(node)))


def read_head(tree: HtmlElement) -> Head:
    """Collect the statements in one walk over the tree."""
    metas: dict[str, list[str]] = {}
    links: dict[str, list[str]] = {}
    blocks: list[str] = []
    titles: list[str] = []
    headings: list[str] = []
    times: list[tuple[str, str]] = []
    asks_password = False
    for element in tree.iter("meta", "link", "script", "title", "h1", "time", "input"):
        match element.tag:
            case "meta":
                name = element.get("property") or element.get("name") or element.get("itemprop")
                if name := name or element.get("http-equiv"):
                    metas.setdefault(name.lower(), []).append((element.get("content") or "").strip())
            case "link":
                links.setdefault((element.get("rel") or "").lower(), []).append((element.get("href") or "").strip())
            case "script" if "ld+json" in (element.get("type") or ""):
                blocks.append(element.text or "")
            case "title" if (parent := element.getparent()) is None or parent.tag != "svg":
                titles.append(one_line(element.text or ""))
            case "h1" if len(headings) < MAX_HEADINGS:
                headings.append(one_line(element.text_content()))
            case "time" if len(times) < MAX_HEADINGS:
                times.append(((element.get("datetime") or "").strip(), one_line(element.text_content())[:80]))
            case "input":
                asks_password |= (element.get("type") or "").lower() == "password"
    language = tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang") or ""
    return Head(
        metas=metas,
        links=links,
        nodes=_nodes(blocks),
        title=next(filter(None, titles), ""),
        headings=[heading for heading in headings if heading],
        times=times,
        language=language_code(language or next(iter(metas.get("og:locale", ())), "")),
        asks_password=asks_password,
    )


def types_of(node: Json) -> list[str]:
    """The node's schema.org types without their namespace."""
    stated = node.get("@type")
    return [str(kind).rpartition("/")[2] for kind in (stated if isinstance(stated, list) else [stated]) if kind]


def text_of(value: object) -> str:
    """A JSON-LD value as one line of text: the string itself, or the name of what it describes."""
    match value:
        case str():
            return one_line(value)
        case {"name": name} | {"@value": name}:
            return text_of(name)
        case [first, *_]:
            return text_of(first)
        case _:
            return ""


def one_line(text: str) -> str:
    return " ".join(text.split())


def _nodes(blocks: Sequence[str]) -> list[Json]:
    found: list[Json] = []
    waiting: list[Any] = [_parsed(block) for block in blocks if len(block) <= MAX_BLOCK_CHARS]
    while waiting and len(found) < MAX_NODES:
        match waiting.pop(0):
            case list() as items:
                waiting[:0] = items[:MAX_NODES]
            case dict() as node:
                found.append(node)
                waiting.extend(node[name] for name in _CONTAINERS if isinstance(node.get(name), dict | list))
    return found


def _parsed(block: str) -> Any:
    for mended in (lambda text: text, lambda text: _TRAILING_COMMA.sub(r"\1", _CDATA.sub("", _CDATA.sub("", text)))):
        try:
            return json.loads(mended(block), strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def language_code(stated: str) -> str:
    """«de-AT» as «de»; empty for what is no such code."""
    code = re.split(r"[-_]", stated.strip().lower(), maxsplit=1)[0]
    return code if len(code) == 2 and code.isascii() and code.isalpha() else ""

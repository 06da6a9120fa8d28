"""Find the further pages of an article that comes on several. Pure and bounded: safe outside a worker.

A page continues another if its address is the other's with the next number, on the same host, and the page links to it
as the next one or by that number. Refuses to follow what is only called «next»: on many sites that is another article.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import unescape
from urllib.parse import urldefrag, urljoin

from monitor.collect.identity import canonical_url

#: Of a page so much is looked at; the largest captured one has 1.6 MB.
MAX_BYTES = 2_000_000
#: Between the pages of one article in a stored body.
_BREAK = b"\n<!-- widerhall: the article's next page -->\n"

#: What every page with a further one holds, one or the other: looking for it costs a tenth of reading all links. Two
#: patterns, as only one that begins with a letter is searched for fast.
_TRACES = (re.compile(rb"""rel\s?=\s?["']?(?:[\w-]+ )?next\b"""), re.compile(rb"2(?<=[>\s]2)\s{0,20}</"))
_LINK = re.compile(r"<(?:a|link)\b([^<>]{1,2000})>", re.IGNORECASE)
_HREF = re.compile(r"""\bhref\s{0,3}=\s{0,3}(?:"([^"]+)"|'([^']+)'|([^\s"'>]+))""", re.IGNORECASE)
_NEXT = re.compile(r"""\brel\s{0,3}=\s{0,3}["']?(?:[\w-]+ )?next\b""", re.IGNORECASE)
_SHOWN_NUMBER = re.compile(r"(?:\s{0,20}<[^>]{0,200}>){0,3}\s{0,20}(\d{1,2})\s{0,20}<")
_COMMENTS = re.compile(r"#.*(?:comment|kommentar|yorum|respond)", re.IGNORECASE)
#: «?page=2», «/seite-2», «/2/», «-2.html».
_QUERY_NUMBER = re.compile(r"[?&](?:page|p|pg|seite|sayfa|pagina|paged|pageno|part)=(\d{1,2})(?=&|$)")
_PATH_NUMBER = re.compile(r"[/_,-](?:(?:page|seite|sayfa|part|p|s)[/_-]?)?(\d{1,2})(?=(?:\.\w{2,5})?(?:$|\?))")
#: The whole article on one page, as it is offered beside the numbers, or to print.
_WHOLE = re.compile(
    r"/(?:komplettansicht|print|drucken|all)$"
    r"|[?&](?:(?:page|seite|view|pagewanted)=(?:all|alle|full)|(?:print|singlepage)=(?:1|true))$"
)


@dataclass(frozen=True, kw_only=True)
class _Link:
    """A link to the same host, in canonical form and as it is to be asked for."""

    address: str
    target: str
    #: It is marked as the next page, or reads as this number.
    is_next: bool
    number: int


def join_parts(bodies: Sequence[bytes]) -> bytes:
    """The pages of one article as one body."""
    return _BREAK.join(bodies)


def split_parts(body: bytes) -> list[bytes]:
    """The pages that a body was joined from."""
    return body.split(_BREAK)


def next_part(body: bytes, *, url: str, number: int) -> str:
    """Where page `number` of an article is, as the page before it says; `url` is its first page's address.

    Instead of a second page it is the one that holds the whole, if there is one; empty if there is no further page.
    """
    if not any(trace.search(body, 0, MAX_BYTES) for trace in _TRACES):
        return ""
    own = _addresses(url)
    links = [*_links(body[:MAX_BYTES], url)]
    further = [link for link in links if (link.is_next or link.number == number) and _is_page(link, own, number)]
    if not further:
        return ""
    whole = [link for link in links if _is_whole_of(link, own)] if number == 2 else []
    return (whole or further)[0].target


def is_whole(url: str) -> bool:
    """Whether an address is that of a whole article, beside its pages."""
    return bool(_WHOLE.search(canonical_url(url)))


def _links(body: bytes, url: str) -> Iterator[_Link]:
    """The links that may matter: to a next page, to a number, to the whole."""
    html = body.decode("utf-8", "replace")
    for found in _LINK.finditer(html):
        is_next, shown = bool(_NEXT.search(found[1])), _SHOWN_NUMBER.match(html, found.end())
        href = _HREF.search(found[1])
        stated = unescape(next(filter(None, href.groups()), "")).strip() if href else ""
        if not (is_next or shown or _WHOLE.search(stated)) or not stated or _COMMENTS.search(stated):
            continue
        try:
            target = urldefrag(urljoin(url, stated)).url
        except ValueError:
            continue
        yield _Link(address=canonical_url(target), target=target, is_next=is_next, number=int(shown[1]) if shown else 0)


def _addresses(url: str) -> frozenset[str]:
    """A first page's address, also without the number one that it may bear."""
    address = canonical_url(url)
    return frozenset((address, *(bare for bare, number in _unnumbered(address) if number == 1)))


def _is_page(link: _Link, own: frozenset[str], number: int) -> bool:
    return any(found == number and bare in own for bare, found in _unnumbered(link.address))


def _is_whole_of(link: _Link, own: frozenset[str]) -> bool:
    return bool(_WHOLE.search(link.address)) and _WHOLE.sub("", link.address) in own


def _unnumbered(address: str) -> Iterator[tuple[str, int]]:
    """An address without the page number in it, and that number, for each place where one may stand."""
    for pattern in (_QUERY_NUMBER, _PATH_NUMBER):
        if found := pattern.search(address):
            bare = address[: found.start()] + address[found.end() :]
            if "?" not in bare:
                bare = bare.replace("&", "?", 1)
            yield bare, int(found[1])

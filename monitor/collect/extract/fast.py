"""A first, cheap reading of a page, to decide whether the full extraction is worth its cost. Owns resiliparse.

Refuses to judge: what could be a wall, a stub, a ticker or no article at all is left to the full extraction, which
knows them from structure. What is made here says so (`FIRST`), and is improved later by `widerhall reextract`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from html import unescape

from resiliparse.extract.html2text import extract_plain_text
from resiliparse.parse.html import HTMLTree

from monitor.collect.extract import facts, markers
from monitor.collect.extract.dates import choose_date
from monitor.collect.extract.decode import decode
from monitor.collect.extract.head import Head, language_code, one_line
from monitor.collect.extract.parts import split_parts
from monitor.collect.extract.titles import choose_title, clean_title
from monitor.model import Extraction, TextQuality

#: The method of an article that was only read so far.
FIRST = "first_text"
#: Shorter texts may be walls, stubs, videos or listings: what they are worth, structure says.
MIN_CHARS = 800
#: A paywall, a consent form and a challenge say what they are in their first or last words.
_EDGE_CHARS = 400
_LEAD_CHARS = 600
#: Where a head ends at the latest; the longest on a captured page has 400 kB of code in it.
HEAD_CHARS = 500_000
_TAG = re.compile(r"<(meta|link)\b([^<>]*)>", re.IGNORECASE)
_VALUE = re.compile(r"""([\w:.-]+)\s?=\s?(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_LANGUAGE = re.compile(r"""<html\b[^<>]*?\slang\s?=\s?["']?([\w-]+)""", re.IGNORECASE)


def fast_text(body: bytes, *, charset: str = "") -> str:
    """Main text by resiliparse, at a tenth of trafilatura's cost (bench/extract.py): token F1 .92."""
    return "\n".join(_text(HTMLTree.parse(decode(part, charset))) for part in split_parts(body))


def first_extraction(
    body: bytes,
    *,
    url: str,
    charset: str,
    fetched_at: datetime,
    entry_title: str = "",
    entry_content: str = "",
    entry_published: datetime | None = None,
    entry_authors: Sequence[str] = (),
) -> Extraction | None:
    """The article as far as it can be had cheaply; None where only the full extraction can say what the page is."""
    pages = [decode(part, charset) for part in split_parts(body)]
    trees = [HTMLTree.parse(page) for page in pages]
    text = "\n".join(map(_text, trees))
    head = _head(pages[0], trees[0].title or "")
    if len(text) < max(MIN_CHARS, len(entry_content)) or _is_doubtful(text, f"{url} {head.title}"):
        return None
    sites = facts.site_names(head, url)
    titles = facts.titles(head, {}, sites)
    return Extraction(
        title=choose_title(titles, hint=clean_title(entry_title, sites), lead=text[:_LEAD_CHARS]),
        text=text,
        language_hint=head.language,
        published=choose_date(facts.stated_dates(head, {}), feed=entry_published, url=url, fetched_at=fetched_at),
        authors=tuple(entry_authors),
        url=facts.own_url(head, url),
        method=FIRST,
        quality=TextQuality.FULL,
    )


def _text(tree: HTMLTree) -> str:
    return str(extract_plain_text(tree, main_content=True, alt_texts=False, list_bullets=False, comments=False)).strip()


def _is_doubtful(text: str, names: str) -> bool:
    """Whether something says that this is more, or less, than an article."""
    edges = text[:_EDGE_CHARS] + text[-_EDGE_CHARS:]
    told = (markers.CONSENT, markers.CHALLENGE_TEXT, markers.PAYWALL)
    named = (markers.TICKER_NAME, markers.GALLERY_NAME, markers.MISSING_TITLE)
    return any(marker.search(names) for marker in named) or any(marker.search(edges) for marker in told)


def _head(html: str, title: str) -> Head:
    """What the page's head states; without JSON-LD, which is half of what reading a head costs."""
    metas: dict[str, list[str]] = {}
    links: dict[str, list[str]] = {}
    html = html[: min(HEAD_CHARS, html.find("<body") % len(html))]
    for tag, stated in _TAG.findall(html):
        is_link = tag.lower() == "link"
        if is_link and "canonical" not in stated:
            continue
        values = {name.lower(): one or other or bare for name, one, other, bare in _VALUE.findall(stated)}
        if is_link:
            links.setdefault(values.get("rel", "").lower(), []).append(unescape(values.get("href", "")).strip())
        elif name := values.get("property") or values.get("name") or values.get("itemprop"):
            metas.setdefault(name.lower(), []).append(unescape(values.get("content", "")).strip())
    language = _LANGUAGE.search(html)
    return Head(
        metas=metas,
        links=links,
        nodes=(),
        title=one_line(title),
        headings=(),
        times=(),
        language=language_code(language[1] if language else ""),
        asks_password=False,  # only looked for where the whole page is judged
    )

"""Make an Extraction of a page's bytes: the flow of this package on one screen. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from lxml.html import HtmlElement

from monitor.collect.extract import facts
from monitor.collect.extract.blocks import complete
from monitor.collect.extract.body import is_of_links, main_text, parse, prune
from monitor.collect.extract.dates import choose_date
from monitor.collect.extract.decode import decode
from monitor.collect.extract.fallback import from_feed
from monitor.collect.extract.head import Head, read_head
from monitor.collect.extract.kinds import Sight, Verdict, judge
from monitor.collect.extract.lines import clean_lines, clean_opening, confirm, key
from monitor.collect.extract.parts import next_part, split_parts
from monitor.collect.extract.titles import choose_title, clean_title, is_about
from monitor.errors import ExtractError
from monitor.model import Extraction, TextQuality

#: Content types that may hold an article; an unknown one is looked at.
_PAGE_TYPES = ("text/html", "application/xhtml+xml", "text/xml", "application/xml", "text/plain", "")
_SIGNATURES = {
    b"%PDF-": "a PDF document",
    b"\x89PNG": "an image",
    b"\xff\xd8\xff": "an image",
    b"GIF8": "an image",
    b"PK\x03\x04": "an archive",
    b"\x1f\x8b": "compressed data",
}
_FEED = re.compile(rb"(?:<\?xml[^>]*>|<!--.*?-->|\s)*+<(?:rss|feed|rdf:RDF|urlset|sitemapindex)[\s>]", re.DOTALL)
#: Some servers send blank lines before a file.
_LEADING_BLANKS = 1024
#: A full text in the feed that is so much longer than the page's is the better one.
_FEED_EXCESS = 1.5
#: A page with little to read may be anything: a fault of the server, a notice in a language whose walls are not known.
_LITTLE = (TextQuality.SUMMARY_ONLY, TextQuality.HEADLINE_ONLY, TextQuality.STUB)
#: So much of a text stands for it when its title is chosen.
_LEAD_CHARS = 600


def extract_page(
    body: bytes,
    *,
    url: str,
    content_type: str,
    charset: str,
    fetched_at: datetime,
    entry_title: str = "",
    entry_summary: str = "",
    entry_content: str = "",
    entry_published: datetime | None = None,
    entry_authors: Sequence[str] = (),
) -> Extraction:
    """What the page says, completed by its feed entry. ExtractError when it is no page, or both are silent.

    The result has no address where the page is not the article's own (a wall, a front page): it is the entry's.
    """
    _refuse_what_is_no_page(body, content_type)
    first, *further = split_parts(body)
    tree = parse(decode(first, charset))
    if tree is None:
        raise ExtractError("empty_page", "the page is empty")
    head = read_head(tree)
    hint = clean_title(entry_title, facts.site_names(head, url))
    page, verdict = _read_page(tree, head, url, hint, published=entry_published, fetched_at=fetched_at)
    if verdict.is_of_article and page.quality in _LITTLE and not is_about(hint, f"{page.title}\n{page.text}"):
        verdict = replace(verdict, is_of_article=False, reasons=("unrelated_page",))
    if page.quality is TextQuality.FULL:
        page = _continued(page, [decode(part, charset) for part in further])
        if next_part((further or [first])[-1], url=url, number=len(further) + 2):
            page = replace(page, reasons=(*page.reasons, "one_of_several_pages"))
    feed = from_feed(
        title=hint,
        summary=entry_summary,
        content=entry_content,
        published=entry_published,
        authors=entry_authors,
        url="",  # of a wall or a front page the address says nothing
        reasons=verdict.reasons,
    )
    if verdict.is_of_article:
        return _fuller(page, feed)
    if feed is None:
        raise ExtractError(verdict.reasons[0], "neither the page nor the feed holds a text")
    return feed


def _read_page(
    tree: HtmlElement, head: Head, url: str, hint: str, *, published: datetime | None, fetched_at: datetime
) -> tuple[Extraction, Verdict]:
    """What the page says; `hint` and `published` are the feed's headline and date. Takes the tree apart."""
    article, sites = facts.article_node(head, url), facts.site_names(head, url)
    teasers = prune(tree)
    titles, authors = facts.titles(head, article, sites), facts.authors(head, article, tree, sites)
    raw = main_text(tree)
    text = clean_opening(raw, [*titles, *head.headings, hint], authors)
    text = complete(text, tree, head.meta("og:description", "description"), titles)
    text = clean_lines(confirm(text, facts.stated_text(head)), authors)
    sight = Sight(
        head=head,
        url=url,
        text=text,
        raw=raw,
        visible=str(tree.text_content()),
        teasers=teasers,
        is_of_links=is_of_links(raw, tree),
    )
    verdict = judge(sight)
    page = Extraction(
        title=choose_title(titles, hint=hint, lead=text[:_LEAD_CHARS]),
        text=text,
        language_hint=head.language,
        published=choose_date(facts.dates(head, article, tree), feed=published, url=url, fetched_at=fetched_at),
        updated=choose_date(facts.updates(head, article), feed=None, url="", fetched_at=fetched_at),
        authors=authors,
        url="" if verdict.quality is TextQuality.LISTING else facts.own_url(head, url),
        method="trafilatura",
        quality=verdict.quality,
        reasons=verdict.reasons,
    )
    return page, verdict


def _continued(page: Extraction, further: Sequence[str]) -> Extraction:
    """The article with the text of its further pages; what they repeat of the ones before stands once."""
    lines = page.text.splitlines()
    known = {key(line) for line in (page.title, *lines)}
    for html in further:
        if (tree := parse(html)) is None:
            continue
        prune(tree)
        text = complete(clean_opening(main_text(tree), [page.title], page.authors), tree, "", [page.title])
        fresh = {own: line for line in clean_lines(text, page.authors).splitlines() if (own := key(line)) not in known}
        lines += fresh.values()
        known |= fresh.keys()
    return replace(page, text="\n".join(lines))


def _fuller(page: Extraction, feed: Extraction | None) -> Extraction:
    """The page, with the feed's authors where it names none, and the feed's text where that is the better one."""
    if feed is None:
        return page
    page = replace(page, authors=page.authors or feed.authors)
    is_page_full, is_feed_full = page.quality is TextQuality.FULL, feed.quality is TextQuality.FULL
    is_longer = len(feed.text) > len(page.text) * (_FEED_EXCESS if is_page_full else 1)
    is_better = is_longer and (is_feed_full or not is_page_full)
    if is_better or (feed.text and page.quality is TextQuality.LISTING):
        return replace(page, text=feed.text, method=feed.method, quality=feed.quality, reasons=feed.reasons)
    return page


def _refuse_what_is_no_page(body: bytes, content_type: str) -> None:
    kind = content_type.partition(";")[0].strip().casefold()
    start = body[:_LEADING_BLANKS].lstrip()
    for signature, name in _SIGNATURES.items():
        if start.startswith(signature):
            raise ExtractError("not_html", f"not an article: {name}")
    if start[:1] in (b"{", b"[") and _is_json(body):
        raise ExtractError("not_html", "not an article: JSON")
    if _FEED.match(start):
        raise ExtractError("not_html", "not an article: a feed")
    if kind not in _PAGE_TYPES and body.lstrip()[:1] != b"<":
        raise ExtractError("not_html", f"not an article: {kind}")


def _is_json(body: bytes) -> bool:
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        return False
    return True

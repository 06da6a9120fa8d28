"""Gather what a page states about its article, most trusted first: titles, dates, authors, text, its own URL. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from urllib.parse import urljoin, urlsplit

from lxml.etree import XPath
from lxml.html import HtmlElement

from monitor.collect.addresses import registrable_domain
from monitor.collect.extract.head import Head, Json, one_line, text_of
from monitor.collect.extract.people import clean_authors, without_by
from monitor.collect.extract.titles import clean_title, title_key
from monitor.collect.feed_texts import plain_text
from monitor.collect.identity import canonical_url

#: What an article's address may be followed by in the addresses of its parts and variants.
_PART = re.compile(r"amp|print|(?:page[-/]?|seite[-/]?)?\d{1,2}")
_DATE_METAS = (
    "date", "dc.date.issued", "dcterms.created", "dc.date", "dcterms.date", "pubdate", "publishdate", "publish-date",
    "publish_date", "sailthru.date", "parsely-pub-date", "cxenseparse:recs:publishtime", "article.published",
)  # fmt: skip
_AUTHOR_METAS = ("author", "article:author", "dc.creator", "byl", "parsely-author", "sailthru.author")
#: Elements that show a date or an author, where nothing is stated for machines.
_SHOWN_DATES = XPath(
    "//*[@class[contains(., 'date') or contains(., 'time') or contains(., 'datum') or contains(., 'tarih')]"
    "[not(contains(., 'update') or contains(., 'modif'))]]"
)
_SHOWN_AUTHORS = XPath(
    "//*[@rel='author' or @itemprop='author' or contains(@class, 'byline') or contains(@class, 'author-name')]"
)
#: Two to four words without digits: what is shown may be anything.
_NAME = re.compile(r"[^\W\d]\S*(?: [^\W\d][^\s\d:|,]*){1,3}")
_SHOWN_CHARS = 80
_SHOWN_ELEMENTS = 5


def article_node(head: Head, url: str) -> Json:
    """The JSON-LD node that describes the page's article: of several the one with the page's address or title."""
    nodes = [*head.nodes_of("Article", "Posting", "Report")]
    own, title = canonical_url(url), head.meta("og:title")
    for node in nodes if len(nodes) > 1 else ():
        stated = node.get("url") or node.get("mainEntityOfPage") or ""
        address = str(stated.get("@id") or "") if isinstance(stated, dict) else str(stated)
        if (address and _absolute(address, url) == own) or (title and text_of(node.get("headline")) == title):
            return node
    return nodes[0] if nodes else {}


def titles(head: Head, article: Json, sites: Sequence[str]) -> list[str]:
    """Of 122 labelled headlines og:title has 108, JSON-LD 94 of the 107 it states, h1 99, title 87."""
    shared, stated = head.meta("og:title"), text_of(article.get("headline"))
    found = [shared, stated, *head.headings[:1], head.meta("twitter:title", "title", "dc.title"), head.title]
    clean = [clean_title(one, sites) for one in found]
    if _is_newsrooms_own(
        *(title_key(one) for one in (*clean[:3], clean[-1])),
        name=title_key(text_of(article.get("name"))),
        alternative=title_key(text_of(article.get("alternativeHeadline"))),
    ):
        clean[:2] = clean[1::-1]
    return [title for title in clean if title]


def _is_newsrooms_own(shared: str, stated: str, heading: str, title: str, *, name: str, alternative: str) -> bool:
    """Whether JSON-LD's headline stands before the one for networks: 12 of 12 labels where one of these holds.

    Readers see it above the text, and JSON-LD says it twice or title and og:title say something else; or they see
    neither it nor the alternative that JSON-LD keeps beside it: two of the newsroom's, and a third for all else.
    """
    if stated and stated == heading:
        return stated in (name, alternative) or stated != title == shared
    return bool(stated and alternative) and alternative not in shared


def dates(head: Head, article: Json, tree: HtmlElement) -> Iterator[str]:
    """Publication dates, stated or at least shown."""
    yield from stated_dates(head, article)
    yield from _shown(_SHOWN_DATES, tree)


def stated_dates(head: Head, article: Json) -> Iterator[str]:
    """Publication dates. JSON-LD is exact where it exists; meta elements lose zones and seconds."""
    yield text_of(article.get("datePublished"))
    yield head.meta("article:published_time", "og:article:published_time", "datepublished", "article:published")
    yield from (text_of(node.get("datePublished")) for node in head.nodes)
    yield head.meta(*_DATE_METAS)
    yield from (attribute or shown for attribute, shown in head.times)


def updates(head: Head, article: Json) -> Iterator[str]:
    """Dates of the last change."""
    yield text_of(article.get("dateModified"))
    yield head.meta("article:modified_time", "og:updated_time", "datemodified", "last-modified")


def authors(head: Head, article: Json, tree: HtmlElement, sites: Sequence[str]) -> tuple[str, ...]:
    """Names from the first source that names somebody besides the site itself; else the site, if it signs."""
    stated = article.get("author")
    named = [text_of(one) for one in (stated if isinstance(stated, list) else [stated])]
    shown = [text for one in _shown(_SHOWN_AUTHORS, tree) if _NAME.fullmatch(text := without_by(one))]
    found = [names for source in (named, _meta_authors(head), shown[:1]) if (names := clean_authors(source))]
    own = {site.casefold() for site in sites}
    return next((names for names in found if not own.issuperset(map(str.casefold, names))), found[0] if found else ())


def _meta_authors(head: Head) -> Iterator[str]:
    for name in _AUTHOR_METAS:
        yield from (content for content in head.metas.get(name, ()) if "://" not in content)


def _shown(elements: XPath, tree: HtmlElement) -> Iterator[str]:
    for element in elements(tree)[:_SHOWN_ELEMENTS]:
        text = one_line(element.text_content())
        if 0 < len(text) <= _SHOWN_CHARS:
            yield text


def stated_text(head: Head) -> str:
    """The article's text as JSON-LD states it: on one page of four, and often without lists and subheadings."""
    return max((plain_text(str(node.get("articleBody") or "")) for node in head.nodes), key=len, default="")


def site_names(head: Head, url: str) -> tuple[str, ...]:
    """What the site calls itself, and its host's name."""
    publishers = [text_of(node.get("publisher")) for node in head.nodes]
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    names = [head.meta("og:site_name"), head.meta("application-name"), *publishers, host, host.partition(".")[0]]
    return tuple(dict.fromkeys(name for name in names if name))


def own_url(head: Head, url: str) -> str:
    """The address that the page gives itself, in canonical form, if it can be believed; else where it was found."""
    found_at = canonical_url(url)
    for stated in (*head.links.get("canonical", ()), head.meta("og:url")):
        own = _absolute(stated, url) if stated else ""
        if own and _is_same_site(own, found_at) and not _is_section(own, found_at):
            return own
    return found_at


def _absolute(stated: str, url: str) -> str:
    """A link of the page in canonical form; empty when it is none."""
    try:
        return canonical_url(urljoin(url, stated))
    except ValueError:
        return ""


def _is_same_site(one: str, other: str) -> bool:
    """Equal registrable domains: amp.example.org may name news.example.org, and nobody else."""
    ours, theirs = urlsplit(one), urlsplit(other)
    domain = registrable_domain(ours.hostname or "")
    return ours.netloc == theirs.netloc or (bool(domain) and domain == registrable_domain(theirs.hostname or ""))


def _is_section(own: str, found_at: str) -> bool:
    """Some sites name their front page or a section in all their articles: believed, all would be one article."""
    own = own.rstrip("/") + "/"
    return urlsplit(own).path == "/" or (found_at.startswith(own) and not _PART.fullmatch(found_at.removeprefix(own)))

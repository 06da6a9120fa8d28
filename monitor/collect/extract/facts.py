"""Gather what a page states about its article, most trusted first: titles, dates, authors, its own URL. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from monitor.collect.extract.head import Head, Json, text_of
from monitor.collect.extract.titles import clean_title


def article_node(head: Head) -> Json:
    """The JSON-LD node that describes the page's article; empty when there is none."""
    return next(head.nodes_of("Article", "Posting", "Report"), {})


def titles(head: Head, article: Json, sites: tuple[str, ...]) -> list[str]:
    """og:title equals the judged headline on 88 of 100 pages, JSON-LD's on 85 of those that have one, h1 on 79."""
    stated = [
        head.meta("og:title"),
        text_of(article.get("headline")),
        *head.headings[:1],
        head.meta("twitter:title", "title", "dc.title"),
        head.title,
    ]
    return [clean_title(title, sites) for title in stated]


def dates(head: Head, article: Json) -> Iterator[str]:
    """Publication dates: JSON-LD is exact where it exists; meta elements lose zones and seconds."""
    yield text_of(article.get("datePublished"))
    yield head.meta("article:published_time", "og:article:published_time", "datepublished", "article:published")
    for node in head.nodes:
        yield text_of(node.get("datePublished"))
    yield head.meta(
        "date",
        "dc.date.issued",
        "dcterms.created",
        "dc.date",
        "dcterms.date",
        "pubdate",
        "publishdate",
        "publish-date",
        "publish_date",
        "sailthru.date",
        "parsely-pub-date",
        "cxenseparse:recs:publishtime",
        "article.published",
    )
    for attribute, shown in head.times:
        yield attribute or shown


def updates(head: Head, article: Json) -> Iterator[str]:
    yield text_of(article.get("dateModified"))
    yield head.meta("article:modified_time", "og:updated_time", "datemodified", "last-modified")


def authors(head: Head, article: Json) -> list[str]:
    """Names from JSON-LD, else from meta elements."""
    stated = article.get("author")
    named = [text_of(one) for one in (stated if isinstance(stated, list) else [stated])]
    if any(named):
        return named
    metas = [
        content for name in ("author", "article:author", "dc.creator", "byl") for content in head.metas.get(name, ())
    ]
    return [content for content in metas if "://" not in content][:4]


def site_names(head: Head, url: str) -> tuple[str, ...]:
    """What the site calls itself, and its host's name."""
    publishers = [text_of(node.get("publisher")) for node in head.nodes]
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    names = [head.meta("og:site_name"), head.meta("application-name"), *publishers, host, host.partition(".")[0]]
    return tuple(dict.fromkeys(name for name in names if name))


def canonical_url(head: Head, url: str) -> str:
    """The address that the page gives itself, if of the same site and not its front page; else where it was found."""
    for stated in (*head.links.get("canonical", ()), head.meta("og:url")):
        try:
            absolute = urlsplit(urljoin(url, stated))
        except ValueError:
            continue
        is_root = absolute.path.strip("/") == "" and not absolute.query
        if stated and absolute.scheme in ("http", "https") and not is_root and _is_same_site(absolute.hostname, url):
            return absolute._replace(fragment="").geturl()
    return url


def _is_same_site(host: str | None, url: str) -> bool:
    """Equal registrable domains, so that amp.example.org may name www.example.org, and nobody else."""
    from courlan import extract_domain

    ours = urlsplit(url).hostname or ""
    if not host or host == ours:
        return bool(host)
    domain = extract_domain(f"https://{host}", fast=True)
    return bool(domain) and domain == extract_domain(f"https://{ours}", fast=True)

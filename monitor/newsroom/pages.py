"""Write the newsroom's HTML: articles in three publishers' layouts, tickers, walls, front pages.

Pure: values in, text out; every value is escaped here. The pages carry what real ones carry around an article
(navigation, captions, related links, cookie banners, metadata), so that extraction has something to do.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from html import escape
from string import Template

from monitor.newsroom.content import FOLDER, Article, Outlet, Timeline, Wording, load_wording

#: Of a paywalled article, so many paragraphs are open.
OPEN_PARAGRAPHS = 1
RELATED_SHOWN = 3

PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 300"><rect width="800" height="300" fill="#d9d2c3"/>'
    '<text x="400" y="165" font-size="48" text-anchor="middle" fill="#7a7263">demo</text></svg>'
)


@dataclass(frozen=True, kw_only=True)
class Site:
    """What a page knows of the site it stands on."""

    outlet: Outlet
    #: `http://127.0.0.1:8801`
    base_url: str
    timeline: Timeline
    edition: int

    @property
    def wording(self) -> Wording:
        return load_wording()[self.outlet.language]

    @property
    def home_url(self) -> str:
        return f"{self.base_url}/{self.outlet.id}/"

    def url_of(self, article: Article) -> str:
        return self.base_url + article.path


def article_page(site: Site, article: Article) -> str:
    """One article as its outlet shows it, walls aside."""
    wording, timeline = site.wording, site.timeline
    updated = f"{wording.updated} {_moment(timeline.updated(article))}" if article.is_revised else ""
    moved = f" {wording.is_moved.format(date=_day(article.published))}" if timeline.is_moved else ""
    others = [other for other in site.outlet.shown_in(site.edition) if other.slug != article.slug]
    return _fill(
        f"{site.outlet.layout}.html",
        head=_head(site, article),
        language=site.outlet.language,
        direction=wording.direction,
        skip=escape(wording.skip),
        is_demo=escape(wording.is_demo + moved),
        home_url=escape(site.home_url),
        outlet=escape(site.outlet.name),
        tagline=escape(site.outlet.tagline),
        nav="".join(f'<li><a href="{escape(site.home_url)}">{escape(name)}</a></li>' for name in wording.sections),
        section=escape(article.section),
        title=escape(article.title),
        summary=escape(article.summary),
        author=escape(wording.author),
        published_iso=timeline.published(article).isoformat(),
        published=_moment(timeline.published(article)),
        updated=escape(updated),
        figure=_figure(site, article),
        text=_text(site, article),
        newsletter=escape(wording.newsletter),
        related_heading=escape(wording.related),
        related="".join(_link_item(site, other) for other in others[:RELATED_SHOWN]),
        imprint=escape(wording.imprint),
        is_moved=escape(moved.strip()),
        cookie=escape(wording.cookie),
        accept=escape(wording.accept),
    )


def consent_page(site: Site, article: Article) -> str:
    """What stands in front of an article until somebody clicks."""
    wording = site.wording
    return _fill(
        "consent.html",
        language=site.outlet.language,
        direction=wording.direction,
        encoding=site.outlet.encoding,
        css=_file("style.css"),
        outlet=escape(site.outlet.name),
        consent_title=escape(wording.consent_title),
        consent=escape(wording.consent),
        cookie=escape(wording.cookie),
        accept=escape(wording.accept),
        accept_url=escape(f"{article.path}?consent=yes"),
        is_demo=escape(wording.is_demo),
        imprint=escape(wording.imprint),
    )


def outlet_page(site: Site) -> str:
    """An outlet's front page: its articles, newest first."""
    outlet, wording = site.outlet, site.wording
    teasers = "".join(
        f"<article><h2><a href='{escape(site.url_of(article))}'>{escape(article.title)}</a></h2>"
        f"<p>{escape(article.summary)}</p></article>"
        for article in outlet.shown_in(site.edition)
    )
    href = escape(site.base_url + outlet.feed_path)
    return _fill(
        "listing.html",
        language=outlet.language,
        direction=wording.direction,
        encoding=outlet.encoding,
        title=escape(outlet.name),
        tagline=escape(outlet.tagline),
        notice=escape(wording.is_demo),
        feed_link=f'<link rel="alternate" type="{_feed_type(outlet)}" href="{href}">',
        css=_file("style.css"),
        content=teasers or f"<p>{escape(wording.newsletter)}</p>",
    )


def front_page(sites: Sequence[Site]) -> str:
    """The newsroom's own page: every outlet with its feed, and a button for the next edition."""
    rows = "".join(
        f"<tr><td><a href='{escape(site.home_url)}'>{escape(site.outlet.name)}</a></td>"
        f"<td>{site.outlet.language}</td>"
        f"<td><a href='{escape(site.base_url + site.outlet.configured_feed_path)}'>"
        f"{escape(site.outlet.feed.format)}</a></td>"
        f"<td>{escape(site.outlet.feed.trouble or ('moved' if site.outlet.feed.moved_from else ''))}</td></tr>"
        for site in sites
    )
    edition = sites[0].edition
    button = "<form method='post' action='/advance'><button>Bring out edition two</button></form>"
    return _fill(
        "listing.html",
        language="en",
        direction="ltr",
        encoding="utf-8",
        title="Widerhall demo newsroom",
        tagline=f"Edition {edition}: a small web of demo outlets, for trying things out.",
        notice="Demo: no outlet here is real. The texts retell publicly known events in the project's own words.",
        feed_link="",
        css=_file("style.css"),
        content=f"<table><tr><th>Outlet<th>Language<th>Feed<th>Trouble</tr>{rows}</table>"
        + (button if edition == 1 else ""),
    )


def _head(site: Site, article: Article) -> str:
    """Metadata as publishers state it: charset, canonical link, Open Graph, JSON-LD."""
    outlet, url = site.outlet, escape(site.url_of(article))
    published, updated = site.timeline.published(article), site.timeline.updated(article)
    properties = {
        "og:type": "article",
        "og:site_name": outlet.name,
        "og:title": article.title,
        "og:description": article.summary,
        "og:url": site.url_of(article),
        "og:locale": outlet.language,
        "article:published_time": published.isoformat(),
        "article:modified_time": updated.isoformat(),
        "article:section": article.section,
    }
    tags = "\n".join(f'<meta property="{name}" content="{escape(value)}">' for name, value in properties.items())
    return (
        f'<meta charset="{outlet.encoding}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(article.title)} | {escape(outlet.name)}</title>\n"
        f'<meta name="description" content="{escape(article.summary)}">\n'
        f'<link rel="canonical" href="{url}">\n'
        f"{tags}\n"
        f'<script type="application/ld+json">{_json_ld(site, article, published, updated)}</script>\n'
        f"<style>{_file('style.css')}</style>"
    )


def _json_ld(site: Site, article: Article, published: datetime, updated: datetime) -> str:
    document = {
        "@context": "https://schema.org",
        "@type": "LiveBlogPosting" if article.kind == "ticker" else "NewsArticle",
        "headline": article.title,
        "description": article.summary,
        "inLanguage": site.outlet.language,
        "datePublished": published.isoformat(),
        "dateModified": updated.isoformat(),
        "mainEntityOfPage": site.url_of(article),
        "author": {"@type": "Organization", "name": site.wording.author},
        "publisher": {"@type": "Organization", "name": site.outlet.name},
        "isAccessibleForFree": article.wall != "paywall",
    }
    return json.dumps(document).replace("</", "<\\/")  # a script ends at the first «</script»


def _figure(site: Site, article: Article) -> str:
    if not article.caption:
        return ""
    caption = escape(article.caption)
    return (
        f'<figure><img src="/{site.outlet.id}/picture.svg" alt="{caption}">'
        f'<figcaption>{caption}. <span class="credit">{escape(site.wording.caption)}</span></figcaption></figure>'
    )


def _text(site: Site, article: Article) -> str:
    note = f'<p class="correction">{escape(article.note)}</p>\n' if article.note else ""
    if article.kind == "ticker":
        return note + "\n".join(_ticker_post(post) for post in reversed(article.paragraphs))
    shown = article.paragraphs[:OPEN_PARAGRAPHS] if article.wall == "paywall" else article.paragraphs
    dateline = f'<span class="dateline">{escape(article.dateline)} - </span>' if article.dateline else ""
    text = f"<p>{dateline}{escape(shown[0])}</p>\n" + "\n".join(f"<p>{escape(each)}</p>" for each in shown[1:])
    return text + _paywall(site.wording) + note if article.wall == "paywall" else text + note


def _ticker_post(post: str) -> str:
    time, _, text = post.partition(" ")
    return f'<div class="liveblog-post"><time>{escape(time)}</time><p>{escape(text)}</p></div>'


def _paywall(wording: Wording) -> str:
    return (
        f'<div class="paywall"><p>{escape(wording.paywall)}</p>'
        f'<p><a href="#subscribe">{escape(wording.subscribe)}</a></p></div>'
    )


def _link_item(site: Site, article: Article) -> str:
    return f'<li><a href="{escape(site.url_of(article))}">{escape(article.title)}</a></li>'


def _feed_type(outlet: Outlet) -> str:
    return {"atom": "application/atom+xml", "json": "application/feed+json"}.get(
        outlet.feed.format, "application/rss+xml"
    )


def _moment(moment: datetime) -> str:
    return f"{moment:%d.%m.%Y %H:%M}"


def _day(moment: datetime) -> str:
    return f"{moment:%d.%m.%Y}"


def _fill(template: str, **values: str) -> str:
    return Template(_file(template)).substitute(values)


@cache
def _file(name: str) -> str:
    return (FOLDER / "templates" / name).read_text("utf-8")

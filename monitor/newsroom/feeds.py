"""Write feed documents: RSS 2.0, RSS 1.0 (RDF), Atom, JSON Feed 1.1; and spoil one the way real publishers do.

Pure: values in, bytes out. Reads nothing and knows nothing of editions.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from html import escape as escape_html
from xml.sax.saxutils import escape, quoteattr


@dataclass(frozen=True, kw_only=True)
class Channel:
    """What a feed says of itself."""

    title: str
    description: str
    language: str
    home_url: str
    feed_url: str
    updated: datetime


@dataclass(frozen=True, kw_only=True)
class Item:
    """One entry; texts are plain."""

    guid: str
    url: str
    title: str
    summary: str
    #: Empty when the feed carries summaries only.
    paragraphs: Sequence[str]
    author: str
    published: datetime
    updated: datetime

    @property
    def content_html(self) -> str:
        return "".join(f"<p>{escape_html(paragraph)}</p>" for paragraph in self.paragraphs)


CONTENT_TYPES = {
    "rss": "application/rss+xml",
    "rdf": "application/rdf+xml",
    "atom": "application/atom+xml",
    "json": "application/feed+json",
}


def write_feed(format_: str, channel: Channel, items: Sequence[Item], *, encoding: str = "utf-8") -> bytes:
    """A whole feed document; what the encoding lacks becomes a character reference."""
    if format_ == "json":
        return _json(channel, items)
    document = {"rss": _rss, "rdf": _rdf, "atom": _atom}[format_](channel, items)
    declaration = f'<?xml version="1.0" encoding="{encoding}"?>\n'
    return (declaration + document).encode(encoding, "xmlcharrefreplace")


def broken(document: bytes) -> bytes:
    """A feed as a careless script prints it: ampersands bare, and cut off in the middle of one more item."""
    body = document.replace(b"&amp;", b"&")
    return body[: body.rindex(b"</item>") + len(b"</item>")] + b"\n<item><title>This demo item is cut o"


GARBAGE = b"""<?xml version="1.0"?>
<br />
<b>Fatal error</b>: demo feed generator: memory exhausted in <b>/srv/demo/feed.php</b> on line <b>42</b><br />
"""


def _rss(channel: Channel, items: Sequence[Item]) -> str:
    entries = "\n".join(
        "<item>\n"
        f"<title>{escape(item.title)}</title>\n"
        f"<link>{escape(item.url)}</link>\n"
        f'<guid isPermaLink="false">{escape(item.guid)}</guid>\n'
        f"<pubDate>{format_datetime(item.published)}</pubDate>\n"
        f"<dc:creator>{escape(item.author)}</dc:creator>\n"
        f"<description>{escape(item.summary)}</description>\n"
        + (f"<content:encoded><![CDATA[{item.content_html}]]></content:encoded>\n" if item.paragraphs else "")
        + "</item>"
        for item in items
    )
    return (
        '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:content="http://purl.org/rss/1.0/modules/content/">\n<channel>\n'
        f"<title>{escape(channel.title)}</title>\n"
        f"<link>{escape(channel.home_url)}</link>\n"
        f"<description>{escape(channel.description)}</description>\n"
        f"<language>{channel.language}</language>\n"
        f"<lastBuildDate>{format_datetime(channel.updated)}</lastBuildDate>\n"
        f'<atom:link rel="self" type="application/rss+xml" href={quoteattr(channel.feed_url)}/>\n'
        f"{entries}\n</channel>\n</rss>\n"
    )


def _rdf(channel: Channel, items: Sequence[Item]) -> str:
    listed = "".join(f"<rdf:li rdf:resource={quoteattr(item.guid)}/>" for item in items)
    entries = "\n".join(
        f"<item rdf:about={quoteattr(item.guid)}>\n"
        f"<title>{escape(item.title)}</title>\n"
        f"<link>{escape(item.url)}</link>\n"
        f"<description>{escape(item.summary)}</description>\n"
        f"<dc:date>{item.updated.isoformat()}</dc:date>\n"
        f"<dc:language>{channel.language}</dc:language>\n"
        "</item>"
        for item in items
    )
    return (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/">\n'
        f"<channel rdf:about={quoteattr(channel.feed_url)}>\n"
        f"<title>{escape(channel.title)}</title>\n"
        f"<link>{escape(channel.home_url)}</link>\n"
        f"<description>{escape(channel.description)}</description>\n"
        f"<dc:date>{channel.updated.isoformat()}</dc:date>\n"
        f"<items><rdf:Seq>{listed}</rdf:Seq></items>\n</channel>\n"
        f"{entries}\n</rdf:RDF>\n"
    )


def _atom(channel: Channel, items: Sequence[Item]) -> str:
    entries = "\n".join(
        "<entry>\n"
        f"<id>{escape(item.guid)}</id>\n"
        f"<title>{escape(item.title)}</title>\n"
        f'<link rel="alternate" type="text/html" href={quoteattr(item.url)}/>\n'
        f"<published>{item.published.isoformat()}</published>\n"
        f"<updated>{item.updated.isoformat()}</updated>\n"
        f"<author><name>{escape(item.author)}</name></author>\n"
        f'<summary type="text">{escape(item.summary)}</summary>\n'
        + (f'<content type="html">{escape(item.content_html)}</content>\n' if item.paragraphs else "")
        + "</entry>"
        for item in items
    )
    return (
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{channel.language}">\n'
        f"<id>{escape(channel.feed_url)}</id>\n"
        f"<title>{escape(channel.title)}</title>\n"
        f"<subtitle>{escape(channel.description)}</subtitle>\n"
        f"<updated>{channel.updated.isoformat()}</updated>\n"
        f'<link rel="self" href={quoteattr(channel.feed_url)}/>\n'
        f'<link rel="alternate" type="text/html" href={quoteattr(channel.home_url)}/>\n'
        f"{entries}\n</feed>\n"
    )


def _json(channel: Channel, items: Sequence[Item]) -> bytes:
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": channel.title,
        "description": channel.description,
        "language": channel.language,
        "home_page_url": channel.home_url,
        "feed_url": channel.feed_url,
        "items": [
            {
                "id": item.guid,
                "url": item.url,
                "title": item.title,
                "summary": item.summary,
                **({"content_html": item.content_html} if item.paragraphs else {"content_text": item.summary}),
                "date_published": item.published.isoformat(),
                "date_modified": item.updated.isoformat(),
                "authors": [{"name": item.author}],
            }
            for item in items
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode()

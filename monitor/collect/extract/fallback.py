"""Make the most of what the feed says of an article, when its page says nothing. Pure; marks what it makes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from html import unescape

from monitor.collect.extract.people import clean_authors
from monitor.collect.extract.titles import clean_title
from monitor.model import Entry, Extraction, TextQuality

#: Feed content from here on is an article's text, not its teaser: of full-text feeds 95 % of items are longer.
FULL_TEXT_CHARS = 1200
#: A summary shorter than this says no more than the headline.
SUMMARY_CHARS = 40
#: Of a text without a headline, so much of the first line stands in for it.
TITLE_CHARS = 150

_DROPPED = re.compile(r"<(script|style|figure|figcaption)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_BREAK = re.compile(r"<(?:br|/p|/div|/li|/h\d|/blockquote)\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z!][^<>]*>")


def fallback_extraction(entry: Entry, *, reason: str = "") -> Extraction | None:
    """The article as the feed states it, marked so; None when the feed states nothing."""
    return from_feed(
        title=entry.title,
        summary=entry.summary,
        content=entry.content,
        published=entry.published,
        authors=entry.authors,
        url=entry.url,
        reasons=(reason,) if reason else (),
    )


def from_feed(
    *,
    title: str,
    summary: str,
    content: str,
    published: datetime | None,
    authors: Sequence[str],
    url: str,
    reasons: Sequence[str] = (),
) -> Extraction | None:
    """The same, from parts."""
    headline = clean_title(plain_text(title))
    text = max(plain_text(content), plain_text(summary), key=len)
    if len(text) >= FULL_TEXT_CHARS:
        quality = TextQuality.FULL
    elif len(text) >= SUMMARY_CHARS and text != headline:
        quality = TextQuality.SUMMARY_ONLY
    elif headline or text:
        headline, text, quality = headline or text, "", TextQuality.HEADLINE_ONLY
    else:
        return None
    return Extraction(
        title=headline or text.partition("\n")[0][:TITLE_CHARS],
        text=text,
        published=published,
        authors=clean_authors(authors),
        url=url,
        method="feed",
        quality=quality,
        reasons=(*reasons, "text_from_feed"),
    )


def plain_text(markup: str) -> str:
    """Text of a feed's small HTML, paragraphs on lines of their own. Linear in time; needs no parser."""
    if "<" in markup or "&" in markup:
        markup = unescape(_TAG.sub("", _BREAK.sub("\n", _DROPPED.sub("", markup))))
    lines = (" ".join(line.split()) for line in markup.splitlines())
    return "\n".join(line for line in lines if line)

"""An article, of what the feed, the page and the analysis say of it. Pure."""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import replace

from monitor.analyse.reader import Reading
from monitor.model import Entry, Extraction, NewArticle


def composed(extraction: Extraction) -> Extraction:
    """Title and text in Unicode's composed form (NFC), which analysis expects and offsets are counted in."""
    title, text = (unicodedata.normalize("NFC", each) for each in (extraction.title, extraction.text))
    return replace(extraction, title=title, text=text)


def content_hash(title: str, text: str) -> str:
    """Equal for texts that read the same; white space does not count."""
    return hashlib.sha256(" ".join(f"{title}\n{text}".split()).encode("utf-8", "surrogatepass")).hexdigest()


def article_of(entry: Entry, extraction: Extraction, reading: Reading) -> NewArticle:
    """Bring together what the feed, the page and the analysis say of one article."""
    return NewArticle(
        url=extraction.url or entry.url,
        title=extraction.title,
        text=extraction.text,
        language=reading.language,
        is_language_sure=reading.is_language_sure,
        published=extraction.published or entry.published,
        authors=extraction.authors or entry.authors,
        method=extraction.method,
        quality=extraction.quality,
        reasons=extraction.reasons,
        content_hash=content_hash(extraction.title, extraction.text),
        entry_id=entry.id,
        entry_fingerprint=entry.fingerprint,
        feed_id=entry.feed_id,
        is_backlog=entry.is_backlog,
        scores=reading.scores,
        findings=reading.findings,
        hits=reading.hits,
    )

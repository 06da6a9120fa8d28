"""Articles that come as texts: what a line must say, and how it is assessed and stored, whatever file it stood in."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from monitor.analyse.reader import TextReader
from monitor.articles import content_hash
from monitor.collect.identity import canonical_url
from monitor.model import NewArticle, ScoreCard, TextQuality
from monitor.ports import Clock, Store

GZIP_MAGIC = b"\x1f\x8b"
#: What an export calls the same, so that it can be imported elsewhere.
EXPORTED_AS = {"lang": "language", "date": "published"}


@dataclass(frozen=True, kw_only=True)
class BadLine:
    """A line that could not be imported."""

    line: int
    message: str


@dataclass(frozen=True, kw_only=True)
class ImportRow:
    """One article of an import file."""

    line: int
    id: str
    title: str
    text: str
    language: str
    #: As written; what is no date leaves the article undated.
    date: str
    url: str
    #: As an export says; empty for a text that is whole, or a headline.
    quality: str = ""

    @property
    def published(self) -> datetime | None:
        return parse_date(self.date)


@dataclass(frozen=True, kw_only=True)
class Imported:
    """One article that is now stored."""

    article_id: int
    cards: tuple[ScoreCard, ...]


def row_of(value: Mapping[str, Any], number: int) -> ImportRow | BadLine:
    """An article of what one line says, or why it is none."""
    keys = ("title", "text", "lang", "date", "url", "quality")
    texts = {key: value.get(key) or value.get(EXPORTED_AS.get(key, key)) or "" for key in keys}
    wrong = next((key for key, text in texts.items() if not isinstance(text, str)), None)
    if wrong:
        return BadLine(line=number, message=f"expected text in «{wrong}», found {type(texts[wrong]).__name__}")
    if not (texts["title"].strip() or texts["text"].strip()):
        return BadLine(line=number, message="neither title nor text")
    return ImportRow(
        line=number,
        id=str(value.get("id") or texts["url"] or content_hash(texts["title"], texts["text"])[:16]),
        title=unicodedata.normalize("NFC", texts["title"]),
        text=unicodedata.normalize("NFC", texts["text"]),
        language=texts["lang"],
        date=texts["date"],
        url=texts["url"],
        quality=texts["quality"],
    )


def quality_of(row: ImportRow) -> TextQuality:
    """What kind of text it is: a headline if there is no text, as stated if that is a kind, else a whole one."""
    if not row.text.strip():
        return TextQuality.HEADLINE_ONLY
    return TextQuality(row.quality) if row.quality in set(TextQuality) else TextQuality.FULL


def parse_date(given: str) -> datetime | None:
    """An ISO 8601 date or time, aware UTC (a time without zone is taken as UTC); None for anything else."""
    try:
        parsed = datetime.fromisoformat(given.strip())
        return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def import_rows(
    rows: Iterable[ImportRow | BadLine],
    *,
    store: Store,
    reader: TextReader,
    clock: Clock,
) -> Iterator[Imported | BadLine]:
    """Assess and store articles as backlog; say of each line what came of it. Repeating an import changes nothing."""
    for row in rows:
        if isinstance(row, BadLine):
            yield row
            continue
        quality = quality_of(row)
        url = canonical_url(row.url) or f"import:{row.id}"
        reading = reader.read(row.title, row.text, language_hint=row.language, quality=quality, all_in_full=False)
        article = NewArticle(
            url=url,
            title=row.title,
            text=row.text,
            language=reading.language,
            is_language_sure=reading.is_language_sure,
            published=row.published,
            method="import",
            quality=quality,
            content_hash=content_hash(row.title, row.text),
            is_backlog=True,
            scores=reading.scores,
            findings=reading.findings,
            hits=reading.hits,
        )
        yield Imported(article_id=store.record_article(article, now=clock()), cards=reading.scores)

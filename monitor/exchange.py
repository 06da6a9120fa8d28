"""Articles in and out as files: JSONL in, JSONL and CSV out (docs/exchange.md). One bad line never stops the rest."""

from __future__ import annotations

import csv
import gzip
import json
import unicodedata
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, cast

from monitor.analyse.reader import TextReader
from monitor.collect.identity import canonical_url
from monitor.errors import UsageError
from monitor.model import ArticleReport, NewArticle, ScoreCard, TextQuality
from monitor.ports import Clock, Store
from monitor.steps import content_hash

GZIP_MAGIC = b"\x1f\x8b"

#: Columns of an export, in order; documented in docs/exchange.md.
EXPORT_COLUMNS = (
    "id", "article", "url", "title", "language", "published", "first_seen", "feed", "quality", "outcome", "score",
    "matched_at", "withdrawn_at", "verdict", "actors", "excerpt",
)  # fmt: skip
EXCERPT_CHARS = 200


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

    @property
    def published(self) -> datetime | None:
        return parse_date(self.date)


@dataclass(frozen=True, kw_only=True)
class Imported:
    """One article that is now stored."""

    article_id: int
    cards: tuple[ScoreCard, ...]


def count_lines(path: Path) -> int:
    """How many lines a file has, for a progress bar; of a damaged one, those before the damage."""
    count = 0
    with _open(path) as stream, suppress(OSError, EOFError, zlib.error):
        for count, _ in enumerate(stream, start=1):  # noqa: B007 - the count is the result
            pass
    return count


def read_jsonl(path: Path) -> Iterator[ImportRow | BadLine]:
    """Yield, line by line, the articles of a JSONL file (gzipped or not) and what is no article."""
    with _open(path) as stream:
        number = 0
        try:
            for number, line in enumerate(stream, start=1):
                if line.strip():
                    yield _row(line, number)
        except (OSError, EOFError, zlib.error) as error:
            # What was read before a damaged end is imported all the same.
            yield BadLine(line=number + 1, message=f"the file is damaged from here on: {error}")


def _open(path: Path) -> IO[bytes]:
    try:
        with path.open("rb") as stream:
            is_gzipped = stream.read(len(GZIP_MAGIC)) == GZIP_MAGIC
        return cast("IO[bytes]", gzip.open(path)) if is_gzipped else path.open("rb")
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror or error}") from error


def _row(line: bytes, number: int) -> ImportRow | BadLine:
    try:
        value = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        return BadLine(line=number, message=f"not UTF-8 at byte {error.start + 1}")
    except (ValueError, RecursionError) as error:
        return BadLine(line=number, message=f"not JSON: {error}")
    if not isinstance(value, Mapping):
        return BadLine(line=number, message=f"expected an object, found {type(value).__name__}")
    texts = {key: value.get(key) or "" for key in ("title", "text", "lang", "date", "url")}
    wrong = next((key for key, text in texts.items() if not isinstance(text, str)), None)
    if wrong:
        return BadLine(line=number, message=f"expected text in «{wrong}», found {type(value[wrong]).__name__}")
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
    )


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
        quality = TextQuality.FULL if row.text.strip() else TextQuality.HEADLINE_ONLY
        url = canonical_url(row.url) or f"import:{row.id}"
        reading = reader.read(row.title, row.text, language_hint=row.language, quality=quality)
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


def export_row(report: ArticleReport, *, with_text: bool) -> dict[str, Any]:
    """One line of an export; an excerpt unless the whole text is asked for."""
    article, match, card = report.article, report.match, report.assessment.card
    row: dict[str, Any] = {
        "id": f"m-{match.id}" if match else f"a-{article.id}",
        "article": f"a-{article.id}",
        "url": article.url,
        "title": article.title,
        "language": article.language,
        "published": article.published.isoformat() if article.published else None,
        "first_seen": article.first_seen_at.isoformat(),
        "feed": article.feed_id,
        "quality": article.quality.value,
        "outcome": card.outcome.value,
        "score": round(card.score, 4),
        "matched_at": match.matched_at.isoformat() if match else None,
        "withdrawn_at": match.withdrawn_at.isoformat() if match and match.withdrawn_at else None,
        "verdict": report.verdict.kind.value if report.verdict else None,
        "actors": [role.actor for role in report.roles],
        "excerpt": " ".join(article.text[: 2 * EXCERPT_CHARS].split())[:EXCERPT_CHARS],
    }
    if with_text:
        row["text"] = article.text
    return row


def write_jsonl(rows: Iterable[dict[str, Any]], stream: IO[str]) -> int:
    """Write one object a line; return how many."""
    count = 0
    for count, row in enumerate(rows, start=1):  # noqa: B007 - the count is the result
        stream.write(json.dumps(row, ensure_ascii=False) + "\n")
    return count


def write_csv(rows: Iterable[dict[str, Any]], stream: IO[str], *, with_text: bool) -> int:
    """Write RFC 4180 CSV with a header; a cell that a spreadsheet would take for a formula gets a leading quote."""
    writer = csv.DictWriter(stream, [*EXPORT_COLUMNS, *(["text"] if with_text else [])], lineterminator="\r\n")
    writer.writeheader()
    count = 0
    for count, row in enumerate(rows, start=1):  # noqa: B007 - the count is the result
        writer.writerow({key: _cell(value) for key, value in row.items()})
    return count


def _cell(value: object) -> str:
    if isinstance(value, list):  # of actors
        return "; ".join(item.removeprefix("@") for item in value)
    text = "" if value is None else str(value)
    # OWASP «CSV injection»: titles come from anybody.
    return f"'{text}" if isinstance(value, str) and text.startswith(("=", "+", "-", "@", "\t", "\r")) else text

"""Articles in and out as files: JSONL in, JSONL and CSV out. One bad line never stops the rest."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, TextIO

from monitor.analyse.reader import TextReader
from monitor.errors import UsageError
from monitor.model import ArticleReport, NewArticle, TextQuality
from monitor.pipeline import content_hash
from monitor.ports import Store

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

    id: str
    title: str
    text: str
    language: str
    published: datetime | None
    url: str


def read_jsonl(path: Path) -> Iterator[ImportRow | BadLine]:
    """Yield the articles of a `.jsonl` or `.jsonl.gz` file with `id, title, text, lang, date, url`, and what is no article."""
    try:
        stream = _open_text(path)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror or error}") from error
    with stream:
        number = 0
        try:
            for number, line in enumerate(stream, start=1):
                if line.strip():
                    yield _row(line, number)
        except (OSError, EOFError) as error:
            # What was read before a damaged end is imported all the same.
            yield BadLine(line=number + 1, message=f"the file is damaged from here on: {error}")


def _open_text(path: Path) -> TextIO:
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8", errors="replace")
    return path.open(encoding="utf-8", errors="replace")


def _row(line: str, number: int) -> ImportRow | BadLine:
    try:
        value = json.loads(line)
    except ValueError as error:
        return BadLine(line=number, message=f"not JSON: {error}")
    if not isinstance(value, Mapping):
        return BadLine(line=number, message=f"expected an object, found {type(value).__name__}")
    texts = {key: value.get(key) or "" for key in ("title", "text", "lang", "url")}
    wrong = [key for key, text in texts.items() if not isinstance(text, str)]
    if wrong:
        return BadLine(line=number, message=f"expected text in «{wrong[0]}», found {type(value[wrong[0]]).__name__}")
    if not (texts["title"].strip() or texts["text"].strip()):
        return BadLine(line=number, message="neither title nor text")
    identity = str(value.get("id") or texts["url"] or content_hash(texts["title"], texts["text"])[:16])
    return ImportRow(
        id=identity,
        title=texts["title"],
        text=texts["text"],
        language=texts["lang"],
        published=parse_date(value.get("date")),
        url=texts["url"],
    )


def parse_date(value: object) -> datetime | None:
    """An ISO 8601 date or time, aware UTC (a time without zone is taken as UTC); None for anything else."""
    try:
        parsed = datetime.fromisoformat(value.strip()) if isinstance(value, str) else None
    except ValueError:
        return None
    if parsed is None:
        return None
    return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)


def import_rows(
    rows: Iterator[ImportRow | BadLine],
    *,
    store: Store,
    reader: TextReader,
    clock: Callable[[], datetime],
) -> Iterator[int | BadLine]:
    """Assess and store each article as backlog; yield its id, or what was wrong. Repeating an import changes nothing."""
    for row in rows:
        if isinstance(row, BadLine):
            yield row
            continue
        quality = TextQuality.FULL if row.text.strip() else TextQuality.HEADLINE_ONLY
        url = row.url or f"import:{row.id}"
        reading = reader.read(row.title, row.text, language_hint=row.language, quality=quality, url=url)
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
        )
        yield store.record_article(article, now=clock())


def export_row(report: ArticleReport, *, with_text: bool) -> dict[str, Any]:
    """One line of an export; an excerpt unless the whole text is asked for."""
    article, match, card = report.article, report.match, report.assessment.card
    row: dict[str, Any] = {
        "id": f"m-{match.id}" if match else f"a-{article.id}",
        "article": f"a-{article.id}",
        "url": article.url,
        "title": article.title,
        "language": article.language,
        "published": _iso(article.published),
        "first_seen": _iso(article.first_seen_at),
        "feed": article.feed_id,
        "quality": article.quality.value,
        "outcome": card.outcome.value,
        "score": round(card.score, 4),
        "matched_at": _iso(match.matched_at) if match else "",
        "withdrawn_at": _iso(match.withdrawn_at) if match else "",
        "verdict": report.verdict.kind.value if report.verdict else "",
        "actors": [role.actor for role in report.roles],
        "excerpt": " ".join(article.text[: EXCERPT_CHARS * 2].split())[:EXCERPT_CHARS],
    }
    if with_text:
        row["text"] = article.text
    return row


def write_jsonl(rows: Iterator[dict[str, Any]], stream: IO[str]) -> int:
    """Write one object a line; return how many."""
    count = 0
    for count, row in enumerate(rows, start=1):  # noqa: B007 - the count is the result
        stream.write(json.dumps(row, ensure_ascii=False) + "\n")
    return count


def write_csv(rows: Iterator[dict[str, Any]], stream: IO[str], *, with_text: bool) -> int:
    """Write RFC 4180 CSV with a header; a cell that a spreadsheet would take for a formula gets a leading quote."""
    writer = csv.DictWriter(stream, [*EXPORT_COLUMNS, *(["text"] if with_text else [])], lineterminator="\r\n")
    writer.writeheader()
    count = 0
    for count, row in enumerate(rows, start=1):  # noqa: B007 - the count is the result
        writer.writerow({key: _cell(value) for key, value in row.items()})
    return count


def _cell(value: object) -> str:
    text = " ".join(value) if isinstance(value, list) else str(value)
    # OWASP «CSV injection»: titles come from anybody.
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) and not _is_number(text) else text


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _iso(value: datetime | None) -> str:
    return value.isoformat() if value else ""

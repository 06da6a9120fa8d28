"""Articles out: as JSON Lines, as CSV for spreadsheets, as Parquet for notebooks. Columns as in docs/exchange.md."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import IO, Any

from monitor.errors import UsageError
from monitor.model import ArticleReport

#: Columns of an export, in order; documented in docs/exchange.md.
EXPORT_COLUMNS = (
    "id", "article", "url", "title", "language", "published", "first_seen", "feed", "quality", "outcome", "score",
    "matched_at", "withdrawn_at", "verdict", "actors", "excerpt",
)  # fmt: skip
EXCERPT_CHARS = 200
#: Of these, the ones that are times; and rows that go into one group of a Parquet file.
MOMENTS = ("published", "first_seen", "matched_at", "withdrawn_at")
PARQUET_ROWS = 5000


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


def write_parquet(rows: Iterable[dict[str, Any]], path: Path, *, with_text: bool) -> int:
    """Write a Parquet file: times as timestamps in UTC, actors as a list. Raises UsageError where pyarrow lacks."""
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError as error:
        raise UsageError("Parquet needs pyarrow: pip install 'widerhall[parquet]'; or take another --format") from error
    moment = pa.timestamp("us", tz="UTC")
    types = {name: pa.string() for name in (*EXPORT_COLUMNS, *(["text"] if with_text else []))}
    types |= dict.fromkeys(MOMENTS, moment) | {"score": pa.float64(), "actors": pa.list_(pa.string())}
    schema, count = pa.schema(list(types.items())), 0
    with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        for some in batched(rows, PARQUET_ROWS):
            typed = [row | {name: _moment(row[name]) for name in MOMENTS} for row in some]
            writer.write_table(pa.Table.from_pylist(typed, schema=schema))
            count += len(some)
    return count


def _moment(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value) if value else None


def batched(rows: Iterable[dict[str, Any]], size: int) -> Iterator[list[dict[str, Any]]]:
    """Lists of so many; the last may be shorter."""
    waiting = iter(rows)
    while some := list(islice(waiting, size)):
        yield some

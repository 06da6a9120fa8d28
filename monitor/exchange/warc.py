"""Pages of a web archive (WARC 1.0 and 1.1, ISO 28500), as Common Crawl's news archive publishes them. Streams.

The only module that knows fastwarc.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType

from monitor.errors import UsageError
from monitor.exchange.pages import Snapshot
from monitor.exchange.rows import BadLine

#: Of a page, no more is read.
MAX_PAGE = 10_000_000
PAGES = ("text/html", "application/xhtml+xml")


def read_warc(
    path: Path, *, begins_at: int = 0, since: datetime | None = None, until: datetime | None = None
) -> Iterator[Snapshot | BadLine]:
    """Yield the pages that were answered with 200 in [since, until); from a byte where a record begins.

    A file that ends in the middle gives what stands before.
    """
    try:
        stream = path.open("rb")
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror or error}") from error
    with stream:
        stream.seek(begins_at)
        try:
            records = ArchiveIterator(stream, record_types=WarcRecordType.response, parse_http=True)
            for record in records:
                at = begins_at + record.stream_pos
                if (snapshot := _snapshot(record, ends_at=at)) is None:
                    continue
                if (since is None or snapshot.fetched_at >= since) and (until is None or snapshot.fetched_at < until):
                    yield snapshot
        except (OSError, EOFError, ValueError) as error:
            yield BadLine(line=0, message=f"the archive is damaged: {error}")


def _snapshot(record: WarcRecord, *, ends_at: int) -> Snapshot | None:
    """The page of a record; None where it holds none. `ends_at` is where it begins: read again, it changes nothing."""
    headers, url = record.http_headers, (record.headers.get("WARC-Target-URI") or "").strip("<>")
    if headers is None or headers.status_code != 200 or not url.startswith(("http://", "https://")):
        return None
    content_type = record.http_content_type or ""
    if content_type not in PAGES:
        return None
    return Snapshot(
        url=url,
        content_type=content_type,
        charset=record.http_charset or "",
        body=record.reader.read(MAX_PAGE),
        fetched_at=(record.record_date or datetime.now(UTC)).astimezone(UTC),
        ends_at=ends_at,
    )

"""Pages of a folder: every .html file in it and below, as a browser or a scraper saved them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

from monitor.errors import UsageError
from monitor.exchange.pages import Snapshot
from monitor.exchange.rows import BadLine

ENDINGS = (".html", ".htm", ".xhtml")
MAX_PAGE = 10_000_000
#: A page says in its head where it belongs.
HEAD_BYTES = 200_000


def count_pages(folder: Path) -> int:
    """How many there are; UsageError where there is none."""
    if not (files := _files(folder)):
        raise UsageError(f"{folder}: no .html file in it or below")
    return len(files)


def read_folder(folder: Path) -> Iterator[Snapshot | BadLine]:
    """Yield the pages in the order of their names. A page's address is the one it states of itself, else its place."""
    for number, path in enumerate(_files(folder), start=1):
        try:
            body, modified = path.read_bytes()[:MAX_PAGE], path.stat().st_mtime
        except OSError as error:
            yield BadLine(line=number, message=f"{path}: {error.strerror or error}")
            continue
        yield Snapshot(
            url=stated_address(body) or f"import:{path.relative_to(folder).as_posix()}",
            content_type="text/html",
            charset="",
            body=body,
            fetched_at=datetime.fromtimestamp(modified, UTC),
        )


def stated_address(body: bytes) -> str:
    """The address that a page gives itself, by its canonical link or `og:url`; empty if it gives none."""
    reader = _HeadReader()
    reader.feed(body[:HEAD_BYTES].decode("utf-8", "replace"))
    return next((each for each in (reader.canonical, reader.og_url) if each.startswith(("http://", "https://"))), "")


class _HeadReader(HTMLParser):
    canonical = og_url = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        stated = {name: value or "" for name, value in attrs}
        if tag == "link" and stated.get("rel", "").lower() == "canonical":
            self.canonical = self.canonical or stated.get("href", "").strip()
        elif tag == "meta" and stated.get("property") == "og:url":
            self.og_url = self.og_url or stated.get("content", "").strip()


def _files(folder: Path) -> list[Path]:
    """By name; folders that may not be read are passed over."""
    found = [Path(place, name) for place, _, names in os.walk(folder) for name in names]
    return sorted(path for path in found if path.suffix.lower() in ENDINGS and path.is_file())

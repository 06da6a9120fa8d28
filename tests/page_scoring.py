"""How extraction is measured on the captured pages: which pages, which halves, which F1, when a date is exact.

Body text is compared by token F1: tokens are runs of letters and digits, case-folded, counted with repetition;
precision and recall of our bag against the labelled one. Rules were tuned on half A, read line by line; half B
confirms, though its totals and a few of its pages were seen on the way.
"""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import mean

from monitor.collect.extract import extract_page
from monitor.model import Extraction

FETCHED = datetime(2026, 11, 1, tzinfo=UTC)
_TOKEN = re.compile(r"\w+")


@dataclass(frozen=True, kw_only=True)
class LabelledPage:
    """One captured page with what is known of it; empty where nothing is."""

    id: str
    url: str
    charset: str
    language: str
    publisher: str
    title: str
    date: str
    text: str
    body: bytes

    @property
    def half(self) -> str:
        return "A" if int(self.id[1:]) % 2 else "B"

    def extract(self, *, feed_title: str = "") -> Extraction:
        return extract_page(
            self.body,
            url=self.url,
            content_type="text/html",
            charset=self.charset,
            fetched_at=FETCHED,
            entry_title=feed_title,
        )


def labelled_pages(shared: Path) -> Iterator[LabelledPage]:
    """All captured pages, also those without labels."""
    folder = shared / "newsroom"
    for row in json.loads((folder / "pages.json").read_text(encoding="utf-8")):
        yield LabelledPage(
            id=row["id"],
            url=row["url"] or "",
            charset=row["encoding"] or "",
            language=row["lang"],
            publisher=row["publisher"],
            title=row["title"] or "",
            date=row["date"] or "",
            text=row["text"] or "",
            body=gzip.decompress((folder / "pages" / f"{row['id']}.html.gz").read_bytes()),
        )


def token_f1(extracted: str, labelled: str) -> float:
    ours, theirs = Counter(_tokens(extracted)), Counter(_tokens(labelled))
    common = (ours & theirs).total()
    return 2 * common / (ours.total() + theirs.total()) if common else 0.0


def means(scores: Mapping[str, float], pages: Sequence[LabelledPage]) -> dict[str, float]:
    """Mean F1 of all, of each half and of each language."""
    groups: dict[str, list[float]] = {}
    for page in pages:
        for group in ("all", page.half, page.language):
            groups.setdefault(group, []).append(scores[page.id])
    return {group: mean(values) for group, values in sorted(groups.items())}


def is_same_title(ours: str, labelled: str) -> bool:
    """Exact, or one contained in the other; white space, punctuation and case do not count."""
    one, other = " ".join(_tokens(ours)), " ".join(_tokens(labelled))
    return bool(one) and (one in other or other in one)


def is_same_date(ours: datetime | None, labelled: str) -> bool:
    """Exact to the minute; a label without a zone is met by its reading on any clock of the world, and by its day."""
    stated = datetime.fromisoformat(labelled)
    if ours is None:
        return False
    if stated.tzinfo:
        return ours.replace(second=0, microsecond=0) == stated.replace(second=0, microsecond=0)
    if (stated.hour, stated.minute) == (0, 0):
        return ours.date() == stated.date()
    away_s = abs((ours.replace(tzinfo=None) - stated).total_seconds())
    return away_s <= 14 * 3600 and away_s % 1800 < 60


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(text.casefold())

"""Count how common each term is in the news that the daemon reads: versions of the background, one after another.

Each version goes on where the last one ended, so that nothing is counted twice and a crash costs at most one chunk. It
scores what comes in from then on; nothing stored is scored again by it. Of copies only the first counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from monitor.analyse.analysis import Analyser
from monitor.analyse.background import Background, BackgroundError, Counts, count_news, dump_counts, load_about
from monitor.analyse.copies import strip_wire
from monitor.analyse.languages import WATCHED
from monitor.analyse.text import terms
from monitor.model import Article, TextQuality
from monitor.ports import Store

KIND = "background"
#: Articles that one version reads; the first night after an import takes several.
CHUNK = 10_000
#: Fewer new articles change nothing that anybody could see.
FEWEST = 100
#: Copies come within hours of each other: each text is compared with so many before it, and with as many again.
NEIGHBOURS = 1_000
#: A text is a copy if such a share of its runs of so many terms stood in those others.
COPY_SHARE, RUN_TERMS = 0.4, 4
#: Older versions are dropped; what they scored says so still.
VERSIONS_KEPT = 14


@dataclass(frozen=True, kw_only=True)
class News:
    """The news that were counted, as one version holds them."""

    #: «2026-11-22.001»; empty: nothing was counted yet.
    version: str = ""
    #: The last article that was looked at.
    until: int = 0
    counts: Mapping[str, Counts] = field(default_factory=dict, repr=False)

    def on(self, shipped: Background) -> Background:
        """The shipped background with these news."""
        return shipped.with_news(self.counts, version=self.version) if self.version else shipped


def latest_news(store: Store) -> News:
    """The version in use; nothing where there is none, or where another analyzer counted it: then all is read again."""
    versions = store.documents(KIND)
    body = store.document(KIND, versions[-1]) if versions else None
    if body is None:
        return News()
    try:
        about, counts = load_about(body)
    except BackgroundError:
        return News()
    return News(version=about["version"], until=int(about["until"]), counts=counts)


def is_due(store: Store, *, now: datetime) -> bool:
    """Whether no version was made today."""
    return not any(version.startswith(f"{now:%Y-%m-%d}") for version in store.documents(KIND))


def count_on(store: Store, analyser: Analyser, *, now: datetime, fewest: int = FEWEST) -> News | None:
    """Make the next version of what came in since the last one; None where that is too little."""
    before = latest_news(store)
    fresh = sum(1 for _ in store.articles(after_id=before.until, limit=fewest))
    if fresh < max(fewest, 1):
        return None
    counter = _Counter(store, analyser, until=before.until)
    counts = count_news(before.counts, counter.documents())
    after = News(version=_next_version(store, now), until=counter.until, counts=counts)
    body = dump_counts(after.version, counts, comment="Counted on what was read here.", until=str(after.until))
    store.put_document(KIND, after.version, body, now=now)
    for old in store.documents(KIND)[:-VERSIONS_KEPT]:
        store.drop_document(KIND, old)
    return after


def _next_version(store: Store, now: datetime) -> str:
    today = [version for version in store.documents(KIND) if version.startswith(f"{now:%Y-%m-%d}.")]
    number = int(today[-1].partition(".")[2]) + 1 if today else 1
    return f"{now:%Y-%m-%d}.{number:03}"


class _Counter:
    """Reads one chunk of articles, and says how far it came."""

    def __init__(self, store: Store, analyser: Analyser, *, until: int) -> None:
        self.until = until
        self._store = store
        self._analyser = analyser
        self._recent = _RecentTexts()
        for article in store.articles(after_id=max(0, until - NEIGHBOURS), limit=NEIGHBOURS):
            if article.id <= until:
                self._recent.is_copy(article)

    def documents(self) -> Iterator[tuple[str, set[str]]]:
        """Language, terms and ids of each article that counts."""
        for article in self._store.articles(after_id=self.until, limit=CHUNK):
            self.until = article.id
            if _counts(article) and not self._recent.is_copy(article):
                read = self._analyser.analyse(article.title, article.text, article.language)
                yield read.lang, {*read.counts, *read.entity_counts, *read.concept_counts}


def _counts(article: Article) -> bool:
    """Whole articles in a language that can be cut into terms; headlines and tickers are worded otherwise."""
    return article.quality is TextQuality.FULL and article.is_language_sure and article.language in WATCHED


class _RecentTexts:
    """Knows what the texts that came last are made of, in two halves: memory stays bounded."""

    def __init__(self) -> None:
        self._older: set[int] = set()
        self._newer: set[int] = set()
        self._size = 0

    def is_copy(self, article: Article) -> bool:
        """Whether much of the text stood in others; if not, it is remembered."""
        found = terms(strip_wire(article.text), article.language)
        runs = {hash(run) for run in zip(*(found[start:] for start in range(RUN_TERMS)), strict=False)}
        known = len(runs & self._older) + len(runs & self._newer - self._older)
        if known > COPY_SHARE * len(runs):
            return True
        if self._size >= NEIGHBOURS:
            self._older, self._newer, self._size = self._newer, set(), 0
        self._newer |= runs
        self._size += 1
        return False

"""Articles that come as pages, of an archive, a folder or a site: extracted in worker processes, assessed, stored as
backlog.

Of an archive of the web most pages are far from every watch. Then a cheap first text of each is scored, and only what
comes near is extracted in full and stored (`near`), as in the daemon's two-stage mode.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from itertools import islice

from monitor.articles import article_of, composed
from monitor.collect.identity import canonical_url
from monitor.errors import ExtractError
from monitor.model import Entry, EntryState, Page, ScoreCard
from monitor.pipeline import Pipeline
from monitor.steps import is_far_from_all

#: Pages between two notes of how far it came.
BATCH = 64


class Keep(StrEnum):
    """Which articles are stored."""

    ALL = "all"
    #: Those that come near to a watch: from half of its review threshold.
    NEAR = "near"


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """One page as it was found at some time."""

    url: str
    content_type: str
    charset: str
    body: bytes
    fetched_at: datetime
    #: What led to it says so.
    title: str = ""
    published: datetime | None = None
    #: Where what follows it begins in its file, in bytes: reading can go on from there.
    ends_at: int = 0


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What came of a page: an article, or why not."""

    url: str
    #: None where nothing was stored.
    article_id: int | None = None
    cards: tuple[ScoreCard, ...] = ()
    #: `far`, what extraction says of a page that holds no article, or why it was not asked for or not had.
    reason: str = ""


async def take_pages(
    pipeline: Pipeline, snapshots: Iterable[Snapshot], *, keep: Keep
) -> AsyncIterator[tuple[list[Taken], int]]:
    """Make articles of pages, batch by batch: what came of each, and up to where the file is done with.

    Repeating it changes nothing.
    """
    waiting = iter(snapshots)
    at_once = asyncio.Semaphore(pipeline.limits.extractions_at_once)

    async def one(snapshot: Snapshot) -> Taken:
        async with at_once:
            return await take_page(pipeline, snapshot, keep=keep)

    while not pipeline.stopping.is_set() and (batch := await asyncio.to_thread(list, islice(waiting, BATCH))):
        taken = await asyncio.gather(*map(one, batch))
        yield taken, batch[-1].ends_at


async def take_page(pipeline: Pipeline, snapshot: Snapshot, *, keep: Keep) -> Taken:
    """Make an article of one page, if it holds one and that is to be kept."""
    entry, page = _entry(snapshot), _page(snapshot)
    try:
        if keep is Keep.NEAR and (first := await pipeline.extractor.first(page, entry)) is not None:
            reading = await asyncio.to_thread(pipeline.read, composed(first), feed_id="", with_actors=False)
            if is_far_from_all(reading.scores):
                return Taken(url=snapshot.url, reason="far")
        extraction = composed(await pipeline.extractor.extract(page, entry))
    except ExtractError as error:
        return Taken(url=snapshot.url, reason=error.reason)
    reading = await asyncio.to_thread(pipeline.read, extraction, feed_id="")
    if keep is Keep.NEAR and is_far_from_all(reading.scores):
        return Taken(url=snapshot.url, reason="far")
    article = replace(article_of(entry, extraction, reading), entry_id=None, entry_fingerprint="")
    article_id = await asyncio.to_thread(pipeline.store.record_article, article, now=pipeline.clock())
    return Taken(url=snapshot.url, article_id=article_id, cards=reading.scores)


def _page(snapshot: Snapshot) -> Page:
    return Page(
        entry_id=0,
        final_url=snapshot.url,
        content_type=snapshot.content_type,
        charset=snapshot.charset,
        body=snapshot.body,
        fetched_at=snapshot.fetched_at,
    )


def _entry(snapshot: Snapshot) -> Entry:
    """What extraction asks of an entry, for a page that no feed brought."""
    return Entry(
        id=0,
        feed_id="",
        key=snapshot.url,
        url=canonical_url(snapshot.url) or snapshot.url,
        fetch_url=snapshot.url,
        title=snapshot.title,
        summary="",
        content="",
        published=snapshot.published,
        updated=None,
        authors=(),
        fingerprint="",
        is_backlog=True,
        state=EntryState.FETCHED,
        reason="",
        attempts=0,
        first_seen_at=snapshot.fetched_at,
        next_attempt_at=None,
        article_id=None,
    )

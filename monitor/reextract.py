"""Read kept pages again with the extraction of today: a flow beside the pipeline's, for what lies in the store.

What changed is a new version of its article, assessed anew; verdicts stay. It is no edit by the publisher and no news
of today: matches that it makes are backlog. Refuses to take away: an article whose page gives nothing now stays.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import islice

from monitor.articles import article_of, composed, content_hash
from monitor.errors import ExtractError
from monitor.model import Article, Entry, Extraction, Outcome, TextQuality
from monitor.pipeline import Pipeline

#: Pages read between two notes of how far it came; an interrupted run repeats at most so many, which changes nothing.
BATCH = 20


class What(StrEnum):
    """What came of reading a page again."""

    SAME = "same"  # nothing changed
    FACTS = "facts"  # the text is the same; date, authors or quality are others
    TEXT = "text"  # another text: a new version
    WON = "won"  # an article where there was none
    NOTHING = "nothing"  # no article, as before, or not any more


@dataclass(frozen=True, kw_only=True)
class Reread:
    """One page read again."""

    entry_id: int
    what: What
    #: None where there was, or is, no article.
    article_id: int | None = None
    before: Article | None = None
    after: Extraction | None = None
    #: It matches a watch, as it is read now, or as it was.
    is_match: bool = False
    was_match: bool = False

    @property
    def gain(self) -> int:
        """1: of a better quality now, -1: of a worse one."""
        if self.before is None or self.after is None:
            return int(self.after is not None)
        was, now = (_RANKS.index(quality) for quality in (self.before.quality, self.after.quality))
        return (now > was) - (now < was)


#: From what says least to what says most.
_RANKS = (
    TextQuality.HEADLINE_ONLY,
    TextQuality.LISTING,
    TextQuality.SUMMARY_ONLY,
    TextQuality.STUB,
    TextQuality.TICKER,
    TextQuality.FULL,
)


async def reread_pages(pipeline: Pipeline, entry_ids: Sequence[int], *, writes: bool) -> AsyncIterator[list[Reread]]:
    """Read the pages of these entries again, batch by batch; without `writes` only see what would change."""
    waiting = iter(entry_ids)
    at_once = asyncio.Semaphore(pipeline.limits.extractions_at_once)

    async def one(entry_id: int) -> Reread:
        async with at_once:
            return await _reread(pipeline, entry_id, writes=writes)

    while not pipeline.stopping.is_set() and (batch := [*islice(waiting, BATCH)]):
        yield await asyncio.gather(*map(one, batch))


async def _reread(pipeline: Pipeline, entry_id: int, *, writes: bool) -> Reread:
    store = pipeline.store
    entry = await asyncio.to_thread(store.entry, entry_id)
    page = await asyncio.to_thread(store.page, entry_id)
    before = await asyncio.to_thread(store.article, entry.article_id) if entry.article_id is not None else None
    try:
        after = composed(await pipeline.extractor.extract(page, entry))
    except ExtractError:
        return Reread(entry_id=entry_id, what=What.NOTHING, article_id=entry.article_id, before=before)
    what = _compare(before, after)
    if what is What.SAME:
        return Reread(entry_id=entry_id, what=what, article_id=entry.article_id, before=before, after=after)
    return await asyncio.to_thread(_record, pipeline, entry, before, after, what, writes=writes)


def _compare(before: Article | None, after: Extraction) -> What:
    if before is None:
        return What.WON
    if before.content_hash != content_hash(after.title, after.text):
        return What.TEXT
    was = (before.quality, before.reasons, before.method, before.authors, before.published)
    stated = (after.authors or before.authors, after.published or before.published)
    return What.SAME if was == (after.quality, after.reasons, after.method, *stated) else What.FACTS


def _record(
    pipeline: Pipeline, entry: Entry, before: Article | None, after: Extraction, what: What, *, writes: bool
) -> Reread:
    reading = pipeline.read(after, feed_id=entry.feed_id)
    article = replace(article_of(entry, after, reading), is_reread=True)
    was_match, article_id = False, entry.article_id
    if before is not None:
        article = replace(article, url=before.url)  # another address now would be another article
        was_match = any(
            assessments and assessments[-1].card.outcome is Outcome.MATCH
            for card in reading.scores
            if (assessments := pipeline.store.assessments(before.id, card.watch))
        )
    if writes:
        article_id = pipeline.store.record_article(article, now=pipeline.clock())
    return Reread(
        entry_id=entry.id,
        what=what,
        article_id=article_id,
        before=before,
        after=after,
        is_match=any(card.outcome is Outcome.MATCH for card in reading.scores),
        was_match=was_match,
    )

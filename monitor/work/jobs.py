"""What jobs do: the steps, on the feeds and entries that a job names. The same steps as in one process.

What has been dealt with meanwhile is passed over, so that a job may come twice. What is left undone when the process
is asked to stop is given back at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence

from monitor.collect.polling import due_feeds
from monitor.model import Entry, EntryState, Extraction
from monitor.pipeline import Pipeline
from monitor.work.engine import Engine, Job
from monitor.work.packing import packed, unpacked


class Hands:
    """Does jobs with the pipeline as it is then; hands on what comes of them."""

    def __init__(self, pipeline: Callable[[], Pipeline], engine: Engine) -> None:
        self._pipeline = pipeline
        self._engine = engine

    @property
    def works(self) -> Mapping[str, Callable[..., Awaitable[None]]]:
        return {"poll": self.poll, "fetch": self.fetch, "extract": self.extract, "assess": self.assess}

    async def poll(self, feed_ids: Sequence[str]) -> None:
        """Poll feeds of one site, one after the other."""
        pipeline = self._pipeline()
        rows = await asyncio.to_thread(pipeline.store.feeds_by_id, feed_ids)
        due = [row for row in due_feeds(rows, now=pipeline.clock()) if row.id in pipeline.feeds]
        await pipeline.in_turn(due, pipeline.poll_feed)

    async def fetch(self, entry_ids: Sequence[int]) -> None:
        """Fetch pages of one site, one after the other."""
        pipeline = self._pipeline()
        entries = await self._still(EntryState.PENDING, entry_ids)
        done = await pipeline.in_turn(entries, pipeline.fetch_page)
        await self._give_back(entries[len(done) :], EntryState.PENDING)

    async def extract(self, entry_ids: Sequence[int]) -> None:
        """Make texts of pages, and hand them on to be assessed."""
        pipeline = self._pipeline()
        texts: dict[int, str] = {}

        async def extract(entry: Entry) -> Entry:
            extraction = await pipeline.extract_page(entry)
            if extraction is not None:
                texts[entry.id] = packed(extraction)
            return entry

        entries = await self._still(EntryState.FETCHED, entry_ids)
        done = await pipeline.each(entries, extract, at_once=pipeline.limits.extractions_at_once)
        if texts:
            await self._engine.hand_out([Job(kind="assess", arguments={"texts": texts})])
        await self._give_back([entry for entry in entries if entry not in done], EntryState.FETCHED)

    async def assess(self, texts: Mapping[str, str]) -> None:
        """Make articles of texts."""
        pipeline = self._pipeline()

        async def assess(entry: Entry) -> None:
            await pipeline.assess_text(entry, extractions[entry.id])

        extractions: dict[int, Extraction] = {int(entry_id): unpacked(text) for entry_id, text in texts.items()}
        entries = await self._still(EntryState.FETCHED, extractions)
        done = await pipeline.in_turn(entries, assess)
        await self._give_back(entries[len(done) :], EntryState.FETCHED)

    async def _still(self, state: EntryState, entry_ids: Collection[int]) -> list[Entry]:
        """The entries that nobody dealt with since the job was handed out."""
        entries = await asyncio.to_thread(self._pipeline().store.entries_by_id, entry_ids)
        return [entry for entry in entries if entry.state is state]

    async def _give_back(self, entries: Sequence[Entry], state: EntryState) -> None:
        if entries:
            pipeline, left = self._pipeline(), [entry.id for entry in entries]
            await asyncio.to_thread(pipeline.store.release_entries, left, state, now=pipeline.clock())

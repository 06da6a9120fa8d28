"""The leader's part: hand out what is due, one job a site or a batch, and bring back what dead workers had in hand.

Decides which and how much, not what is done with it. A feed, a site's pages, an entry is handed out once: feeds and
sites because a job about them is still there, entries because they are held (not due) until the job must be over.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta

from monitor.collect.addresses import site_of
from monitor.following import entry_name
from monitor.logs import log
from monitor.model import Entry, EntryState, FeedRow
from monitor.pipeline import Pipeline, queues_by_site
from monitor.work.engine import Engine, Job, Standing

#: Pages of one job: at a second or two between them it is done in half a minute, and its site is free for another.
PAGES_A_JOB = 20
#: Texts of one job: 0.4 s of extraction; the engine takes some 5 ms for any job.
TEXTS_A_JOB = 20
#: Jobs that wait in a queue at most. More would not be done sooner, and would outlast what holds their entries.
JOBS_WAITING = 500
#: Entries looked at in one go.
LOOK_AHEAD = 5_000
#: For so long an entry in a job is nobody else's. A job that is lost for good gives it back after that.
HELD_FOR = timedelta(minutes=10)


@dataclass(frozen=True, kw_only=True)
class Foreman:
    """Hands out work."""

    engine: Engine
    #: The pipeline as it is now: its configuration may have changed.
    pipeline: Callable[[], Pipeline]

    async def hand_out_polls(self) -> int:
        """Hand out the feeds that are due; how many jobs."""
        pipeline, standing = self.pipeline(), await self.engine.standing()
        jobs = poll_jobs(await asyncio.to_thread(pipeline.due_now), standing)
        await self.engine.hand_out(jobs)
        return len(jobs)

    async def hand_out_pages(self) -> int:
        """Hand out the entries whose pages are to be fetched; how many."""
        entries = await self._due(EntryState.PENDING)
        return await self._hand_out("fetch", fetch_batches(entries, await self.engine.standing()), EntryState.PENDING)

    async def hand_out_texts(self) -> int:
        """Hand out the entries whose pages are to be read; how many."""
        standing = await self.engine.standing()
        room = _room(standing, "extract") - standing.waiting["assess"]
        entries = (await self._due(EntryState.FETCHED))[: max(room, 0) * TEXTS_A_JOB]
        batches = [("", entries[start : start + TEXTS_A_JOB]) for start in range(0, len(entries), TEXTS_A_JOB)]
        return await self._hand_out("extract", batches, EntryState.FETCHED)

    async def bring_back(self) -> None:
        """Give jobs of dead workers to others."""
        jobs = await self.engine.bring_back()
        if jobs:
            log.warning("jobs of a dead worker handed out again", jobs=jobs)

    async def _due(self, state: EntryState) -> Sequence[Entry]:
        pipeline = self.pipeline()
        return await asyncio.to_thread(pipeline.store.due_entries, state, now=pipeline.clock(), limit=LOOK_AHEAD)

    async def _hand_out(self, kind: str, batches: Collection[tuple[str, Sequence[Entry]]], state: EntryState) -> int:
        """First the jobs, then the hold: killed between the two, an entry is handed out twice, and done once."""
        named = [(about, [entry.id for entry in batch]) for about, batch in batches]
        jobs = [Job(kind=kind, arguments={"entry_ids": ids}, about=about) for about, ids in named]
        await self.engine.hand_out(jobs)
        held = [entry_id for _, ids in named for entry_id in ids]
        for entry_id in held:
            log.debug("handed out", entry=entry_name(entry_id), to=kind)
        if held:
            pipeline = self.pipeline()
            now = pipeline.clock()
            await asyncio.to_thread(pipeline.store.hold_entries, held, state, until=now + HELD_FOR, now=now)
        return len(held)


# --- pure ----------------------------------------------------------------------------------------------------------


def _room(standing: Standing, queue: str) -> int:
    return max(JOBS_WAITING - standing.waiting.get(queue, 0), 0)


def poll_jobs(due: Sequence[FeedRow], standing: Standing) -> list[Job]:
    """A job for the due feeds of each site that none is about yet, the longest overdue first."""
    jobs = []
    for rows in queues_by_site(due, lambda row: row.url):
        about = f"poll {site_of(rows[0].url)}"
        if about not in standing.about:
            jobs.append(Job(kind="poll", arguments={"feed_ids": [row.id for row in rows]}, about=about))
    return jobs[: _room(standing, "fetch")]


def fetch_batches(entries: Sequence[Entry], standing: Standing) -> list[tuple[str, Sequence[Entry]]]:
    """The first pages of each site that no job fetches from yet."""
    batches = []
    for queue in queues_by_site(entries, lambda entry: entry.fetch_url):
        about = f"fetch {site_of(queue[0].fetch_url)}"
        if about not in standing.about:
            batches.append((about, queue[:PAGES_A_JOB]))
    return batches[: _room(standing, "fetch")]

"""The flow in one process: each part takes what is due from the store and does the steps on it.

    feeds ─▶ poll ─▶ entries ─▶ fetch ─▶ page ─▶ extract ─▶ article ─▶ assess ─▶ match

The entries table is the queue between the steps: one that is killed leaves its entry where it was, and the next run
takes it up again. What one feed, page or entry does wrong is written beside it and stops nothing else; only a store
that cannot be written ends a part. What is done with a feed or an entry is told in `steps.py`.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from monitor import tracing
from monitor.collect.addresses import site_of
from monitor.errors import WiderhallError
from monitor.model import Entry, EntryState, PollPlan
from monitor.steps import Steps

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How much the flow does at once."""

    polls_at_once: int = 50
    sites_at_once: int = 30
    extractions_at_once: int = 2
    #: Entries taken from the queue in one go.
    batch: int = 500
    #: A part hands back after this long, so that sites with long queues do not hold up the others.
    step_s: float = 30.0


@dataclass(frozen=True, kw_only=True)
class Pipeline(Steps):
    """The steps, and how many of them are done at once."""

    limits: Limits = field(default_factory=Limits)
    #: Set to make every part finish the item in hand and return.
    stopping: asyncio.Event = field(default_factory=asyncio.Event)

    async def cycle(self) -> None:
        """Poll what is due, then fetch and assess until nothing is left that could be done now."""
        await self.poll(is_bounded=False)
        while not self.stopping.is_set() and (await self.fetch() + await self.assess()):
            pass

    async def poll(self, *, is_bounded: bool = True) -> list[PollPlan]:
        """Poll the feeds that are due, sites side by side, and return what was written.

        Unbounded every one of them; else as many as there is time for, the longest overdue first.
        """
        by_site = queues_by_site(await asyncio.to_thread(self.due_now), lambda row: row.url)
        with _cycle("poll", by_site):
            return await self._each_queue(
                by_site, self.poll_feed, at_once=self.limits.polls_at_once, is_bounded=is_bounded
            )

    async def fetch(self) -> int:
        """Fetch the pages of pending entries, sites side by side; return how many entries moved on."""
        entries = await asyncio.to_thread(
            self.store.due_entries, EntryState.PENDING, now=self.clock(), limit=self.limits.batch
        )
        by_site = queues_by_site(entries, lambda entry: entry.fetch_url)
        with _cycle("fetch", by_site):
            return sum(await self._each_queue(by_site, self.fetch_page, at_once=self.limits.sites_at_once))

    async def assess(self) -> int:
        """Extract and assess fetched pages; return how many."""
        entries = await asyncio.to_thread(
            self.store.due_entries, EntryState.FETCHED, now=self.clock(), limit=self.limits.batch
        )

        async def extract_and_assess(entry: Entry) -> None:
            extraction = await self.extract_page(entry)
            if extraction is not None:
                await self.assess_text(entry, extraction)

        with _cycle("assess", entries):
            await self.each(entries, extract_and_assess, at_once=self.limits.extractions_at_once)
        return len(entries)

    # --- how many at once -------------------------------------------------------------------------------------

    async def _each_queue(
        self, queues: Iterable[Sequence[T]], step: Callable[[T], Awaitable[R]], *, at_once: int, is_bounded: bool = True
    ) -> list[R]:
        """Do a step on every item, so many queues side by side; bounded, only until the time is over."""
        ends_at = self.clock() + timedelta(seconds=self.limits.step_s) if is_bounded else None

        async def work_off(queue: Sequence[T]) -> list[R]:
            return await self.in_turn(queue, step, until=ends_at)

        return [result for of_queue in await self.each(queues, work_off, at_once=at_once) for result in of_queue]

    async def in_turn(
        self, queue: Sequence[T], step: Callable[[T], Awaitable[R]], *, until: datetime | None = None
    ) -> list[R]:
        """Do a step on one item after the other, and begin no other when the time is over or it is asked to stop."""
        done: list[R] = []
        for item in queue:
            if self.stopping.is_set() or (until is not None and self.clock() >= until):
                break
            done.append(await step(item))
        return done

    async def each(self, items: Iterable[T], step: Callable[[T], Awaitable[R]], *, at_once: int) -> list[R]:
        """Do a step on every item, so many at once, and begin no other when asked to stop."""
        places = asyncio.Semaphore(at_once)
        results: list[R] = []

        async def one(item: T) -> None:
            async with places:
                if not self.stopping.is_set():
                    results.append(await step(item))

        try:
            async with asyncio.TaskGroup() as group:
                for item in items:
                    group.create_task(one(item))
        except ExceptionGroup as errors:  # for whoever waits it is one error: a fault of ours before a full disk
            ours = (error for error in errors.exceptions if not isinstance(error, WiderhallError))
            raise next(ours, errors.exceptions[0]) from errors
        return results


def _cycle(part: str, found: Sequence[object]) -> AbstractContextManager[None]:
    """A span around what there is to do; around nothing, none."""
    return tracing.span(f"{part} cycle", {"found": str(len(found))}) if found else nullcontext()


def queues_by_site(items: Iterable[T], url: Callable[[T], str]) -> list[Sequence[T]]:
    """A queue for each site that has to be asked, in the items' order: a slow site must not hold all places."""
    queues: dict[str, list[T]] = defaultdict(list)
    for item in items:
        queues[site_of(url(item))].append(item)
    return [*queues.values()]

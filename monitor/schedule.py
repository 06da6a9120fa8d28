"""When things run: a handful of APScheduler jobs over a Pipeline, and an orderly stop (the only owner of APScheduler).

No job per feed and no job state: due times live in rows, so a restart loses nothing and a machine that slept catches
up. A job never overlaps itself; what one run leaves, the next one takes.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from monitor.errors import UnavailableError, WiderhallError
from monitor.logs import log

#: How long running jobs may take to finish the item in hand before they are cancelled. Service managers and
#: container engines kill after ten seconds by default.
GRACE_S = 8.0


@dataclass(frozen=True, kw_only=True)
class Job:
    """Something to do again and again."""

    name: str
    every_s: float
    run: Callable[[], Awaitable[object]]


class Runner:
    """Runs jobs until asked to stop."""

    def __init__(self, jobs: Sequence[Job], *, stopping: asyncio.Event) -> None:
        self._jobs = jobs
        self._stopping = stopping
        self._running: set[asyncio.Task[object]] = set()
        self._fatal: BaseException | None = None

    async def run(self) -> None:
        """Start all jobs and return when stopped; raise what no job expected, after an orderly stop."""
        scheduler = AsyncIOScheduler(timezone=UTC)
        for job in self._jobs:
            scheduler.add_job(
                self._once,
                "interval",
                args=[job],
                seconds=job.every_s,
                next_run_time=datetime.now(UTC),
                id=job.name,
                max_instances=1,
                coalesce=True,
                misfire_grace_time=None,  # late is better than never; the library's default drops after a second
            )
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._stopping.set)
        try:
            scheduler.start()
            await self._stopping.wait()
        finally:
            scheduler.pause()
            await self._drain()
            scheduler.shutdown(wait=False)
            for number in (signal.SIGINT, signal.SIGTERM):
                loop.remove_signal_handler(number)
        if self._fatal is not None:
            raise self._fatal

    async def _once(self, job: Job) -> None:
        if self._stopping.is_set():
            return
        task = asyncio.ensure_future(job.run())
        self._running.add(task)
        try:
            await task
        except asyncio.CancelledError:
            if not self._stopping.is_set():
                raise
        except UnavailableError as error:
            log.error("job put off", job=job.name, why=str(error))
        except WiderhallError as error:
            log.error("job failed", job=job.name, why=str(error))
        except Exception as error:  # noqa: BLE001 - raised again by run()
            # A bug: stop loudly rather than limp; the service manager starts us again and the queue is durable.
            self._fatal = error
            self._stopping.set()
        finally:
            self._running.discard(task)

    async def _drain(self) -> None:
        """Let running jobs finish the item in hand; cancel what takes too long (its entry stays in the queue)."""
        if not self._running:
            return
        log.info("stopping", finishing=len(self._running))
        _, late = await asyncio.wait(self._running, timeout=GRACE_S)
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late, timeout=1.0)

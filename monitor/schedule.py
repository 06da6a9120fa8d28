"""When things run: a handful of APScheduler jobs over a Pipeline, and an orderly stop (the only owner of APScheduler).

No job per feed and no job state: due times live in rows, so a restart loses nothing and a machine that slept catches
up. A job never overlaps itself; what one run leaves, the next one takes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Coroutine, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from monitor.errors import SchemaError, UnavailableError, WiderhallError
from monitor.logs import log
from monitor.stopping import asked_by_signals

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
        #: Why a job does not get on, by its name: said once, not every two seconds.
        self._troubles: dict[str, str] = {}
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
        try:
            scheduler.start()
            await self._stopping.wait()
        finally:
            scheduler.pause()
            await _drain(self._running)
            scheduler.shutdown(wait=False)
        if self._fatal is not None:
            raise self._fatal

    async def _once(self, job: Job) -> None:
        if self._stopping.is_set():
            return
        task = asyncio.ensure_future(job.run())
        self._running.add(task)
        try:
            await task
            if self._troubles.pop(job.name, ""):
                log.info("job goes on", job=job.name)
        except asyncio.CancelledError:
            if not self._stopping.is_set():
                raise
        except SchemaError as error:  # upgraded underneath: this version can do no more here
            self._end(error)
        except (UnavailableError, OSError) as error:  # no disk space left, no memory for a process: it may pass
            self._tell("job put off", job, error)
        except WiderhallError as error:
            self._tell("job failed", job, error)
        except Exception as error:  # noqa: BLE001 - raised again by run()
            # A bug: stop loudly rather than limp; the service manager starts us again and the queue is durable.
            log.exception("fault of the program", job=job.name)
            self._end(error)
        finally:
            self._running.discard(task)

    def _end(self, error: Exception) -> None:
        self._fatal = error
        self._stopping.set()

    def _tell(self, what: str, job: Job, error: Exception) -> None:
        if self._troubles.get(job.name) != str(error):
            log.error(what, job=job.name, why=str(error))
        self._troubles[job.name] = str(error)


async def run_to_end(work: Coroutine[Any, Any, None], *, stopping: asyncio.Event) -> None:
    """Do something once; a signal makes it finish the item in hand and end, or be cancelled if that takes too long."""
    task, asked = asyncio.ensure_future(work), asyncio.ensure_future(stopping.wait())
    with asked_by_signals(stopping):
        await asyncio.wait({task, asked}, return_when=asyncio.FIRST_COMPLETED)
        await _drain({task} if not task.done() else set())
    asked.cancel()
    if not task.cancelled():
        await task


async def _drain(running: Collection[asyncio.Future[Any]]) -> None:
    """Let what runs finish the item in hand; cancel what takes too long (its entry stays in the queue)."""
    if not running:
        return
    log.info("stopping", finishing=len(running))
    _, late = await asyncio.wait(running, timeout=GRACE_S)
    for task in late:
        task.cancel()
    if late:
        await asyncio.wait(late, timeout=1.0)

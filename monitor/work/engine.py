"""The task engine: procrastinate, on the PostgreSQL that the store is on. The only module that knows it.

Knows queues, jobs, retries and heartbeats; what a job does is handed in.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

from procrastinate import App, PsycopgConnector, RetryStrategy
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException, UniqueViolation
from procrastinate.jobs import Job as Ticket
from procrastinate.jobs import Status
from procrastinate.schema import SchemaManager

from monitor import tracing
from monitor.errors import UnavailableError

#: What workers may be asked to do only a part of.
QUEUES = ("fetch", "extract", "assess")
#: Which queue a kind of job waits in. Polls and pages wait on the same hosts.
QUEUE_OF = {"poll": "fetch", "fetch": "fetch", "extract": "extract", "assess": "assess"}

#: How the database names a process that works; number and machine follow.
WORKER = "widerhall worker, "

#: Beside its arguments a job carries the trace that it belongs to.
TRACE = "trace"

#: A worker says so often that it lives; one that was silent for so long is dead, and its jobs come back. Measured
#: between kill -9 and the job's next start: 10 to 16 s.
HEARTBEAT_S = 2.0
SILENT_S = 10.0
#: A job that failed is tried again after 5, 10, 20 s; then its entries wait until they are due again by themselves.
TRIES = 3
FIRST_WAIT_S = 5
#: When nothing is said by the database's notifications. They are lost with a connection.
LOOK_EVERY_S = 5.0
#: How long an asked worker may take for the items in hand; then they are cancelled, and their jobs come back.
GRACE_S = 6.0


@dataclass(frozen=True, kw_only=True)
class Job:
    """Something for a worker to do."""

    kind: str
    arguments: Mapping[str, Any]
    #: What only one job at a time may be about; empty: anything goes.
    about: str = ""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How the queues stand."""

    waiting: Mapping[str, int]
    doing: Mapping[str, int]
    #: What jobs that wait or are done are about.
    about: frozenset[str]
    #: Queues that workers, of this process too, were heard from a moment ago. One process counts once a queue.
    workers: int


@dataclass(frozen=True, kw_only=True)
class Queue:
    """How one queue stands; ages are those of the oldest job, None where there is none."""

    waiting: int
    waiting_s: float | None
    doing: int
    doing_s: float | None


@dataclass(frozen=True, kw_only=True)
class Muster:
    """Who works, and how the queues stand, for people."""

    #: The processes that work, by number and machine.
    workers: tuple[str, ...]
    queues: Mapping[str, Queue]
    #: Jobs in the hands of workers that were not heard from of late.
    stalled: int


#: Before the tables were made there is neither a worker nor a job.
_IS_THERE = "select to_regclass('procrastinate_jobs') is not null as is_there"
_WORKERS = """
    select distinct application_name as name from pg_stat_activity
    where datname = current_database() and application_name like %(name)s order by 1"""
_QUEUES = """
    select job.queue_name, job.status::text, count(*) as number,
        extract(epoch from clock_timestamp() - min(since.at))::float as oldest_s,
        count(*) filter (where job.status = 'doing' and worker.id is null) as stalled
    from procrastinate_jobs job
    left join procrastinate_workers worker
        on worker.id = job.worker_id and worker.last_heartbeat > clock_timestamp() - %(silent_s)s * interval '1 second'
    left join lateral (select max(at) as at from procrastinate_events where job_id = job.id) since on true
    where job.status in ('todo', 'doing') group by 1, 2"""


def _within_its_trace(kind: str, work: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    """The work, as a part of what it was handed out in."""

    async def traced(**arguments: Any) -> None:
        with tracing.resumed(arguments.pop(TRACE, {})), tracing.span(f"{kind} job", {}):
            await work(**arguments)

    return traced


def engine_tables() -> str:
    """The engine's tables as SQL."""
    return SchemaManager.get_schema()


class Engine:
    """The engine on one database. Hands out jobs and works within `async with engine.opened():`."""

    def __init__(self, url: str, *, schema: str, name: str = "widerhall work") -> None:
        """With the name that the database shows for this process."""
        connector = PsycopgConnector(
            conninfo="postgresql" + url[url.index("://") :],
            kwargs={"options": f"-c search_path={schema},public", "application_name": name[:63]},
            min_size=1,
            max_size=len(QUEUES) * 3,
        )
        self._app = App(connector=connector)
        self._connector = connector
        # Each start and end of a job is its story, not ours: what goes wrong in one is logged where it goes wrong.
        for chatty in ("procrastinate", "psycopg.pool"):
            logging.getLogger(chatty).setLevel(logging.CRITICAL)

    def learn(self, works: Mapping[str, Callable[..., Awaitable[None]]]) -> None:
        """Be told what to do for each kind of job."""
        for kind, work in works.items():
            retry = RetryStrategy(max_attempts=TRIES, exponential_wait=FIRST_WAIT_S)
            self._app.task(name=kind, queue=QUEUE_OF[kind], retry=retry)(_within_its_trace(kind, work))

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[Engine]:
        try:
            await self._app.open_async()
        except ConnectorException as error:
            raise UnavailableError(f"the task engine cannot reach its database ({error})") from error
        try:
            yield self
        finally:
            await self._app.close_async()

    # --- the leader's side ------------------------------------------------------------------------------------

    async def hand_out(self, jobs: Sequence[Job]) -> None:
        """Queue jobs, durably."""
        if jobs:
            with tracing.span("hand out", {"jobs": str(len(jobs))}):
                await self._hand_out(jobs)

    async def _hand_out(self, jobs: Sequence[Job]) -> None:
        words = tracing.carried()
        tickets = [
            Ticket(
                id=None,
                queue=QUEUE_OF[job.kind],
                lock=None,
                queueing_lock=job.about or None,
                task_name=job.kind,
                task_kwargs=dict(job.arguments) | ({TRACE: words} if words else {}),
            )
            for job in jobs
        ]
        try:
            await self._app.job_manager.batch_defer_jobs_async(jobs=tickets)
        except AlreadyEnqueued as error:
            raise UnavailableError(f"a job came back while its like was handed out ({error})") from error
        except ConnectorException as error:
            raise UnavailableError(f"the task engine cannot be reached ({error})") from error

    async def standing(self) -> Standing:
        """How the queues stand."""
        rows = await self._ask(
            "select status::text, queue_name, queueing_lock, count(*) as number from procrastinate_jobs"
            " where status in ('todo', 'doing') group by 1, 2, 3"
        )
        (heard,) = await self._ask(
            "select count(*) as number from procrastinate_workers"
            " where last_heartbeat > now() - %(silent_s)s * interval '1 second'",
            silent_s=SILENT_S,
        )
        numbers: dict[str, Counter[str]] = {"todo": Counter(), "doing": Counter()}
        for row in rows:
            numbers[row["status"]][row["queue_name"]] += row["number"]
        about = frozenset(row["queueing_lock"] for row in rows if row["queueing_lock"])
        return Standing(waiting=numbers["todo"], doing=numbers["doing"], about=about, workers=heard["number"])

    async def muster(self) -> Muster:
        """Who works, and how the queues stand."""
        (tables,) = await self._ask(_IS_THERE)
        rows = await self._ask(_QUEUES, silent_s=SILENT_S) if tables["is_there"] else []
        found = {(row["queue_name"], row["status"]): row for row in rows}
        nothing = {"number": 0, "oldest_s": None}
        queues = {
            name: Queue(
                waiting=(todo := found.get((name, "todo"), nothing))["number"],
                waiting_s=todo["oldest_s"],
                doing=(doing := found.get((name, "doing"), nothing))["number"],
                doing_s=doing["oldest_s"],
            )
            for name in QUEUES
        }
        workers = await self._ask(_WORKERS, name=f"{WORKER}%")
        names = tuple(row["name"].removeprefix(WORKER) for row in workers)
        return Muster(workers=names, queues=queues, stalled=sum(row["stalled"] for row in rows))

    async def _ask(self, question: str, **values: Any) -> list[dict[str, Any]]:
        try:
            return [*await self._connector.execute_query_all_async(question, **values)]
        except ConnectorException as error:
            raise UnavailableError(f"the task engine cannot be reached ({error})") from error

    async def bring_back(self) -> int:
        """Give back to the queue what dead workers had in hand; how many jobs."""
        manager = self._app.job_manager
        try:
            stalled = [*await manager.get_stalled_jobs(seconds_since_heartbeat=SILENT_S)]
            for ticket in stalled:
                await self._bring_back(ticket)
            await manager.prune_stalled_workers(SILENT_S)
        except ConnectorException as error:
            raise UnavailableError(f"the task engine cannot be reached ({error})") from error
        return len(stalled)

    async def _bring_back(self, ticket: Ticket) -> None:
        """Queue it again; drop it where its like waits already, or if it may be what its workers die of.

        What a dropped job was about comes back when its entries are due again.
        """
        manager = self._app.job_manager
        if ticket.attempts < TRIES:
            with suppress(UniqueViolation):
                await manager.retry_job(ticket)
                return
        await manager.finish_job(ticket, Status.FAILED, delete_job=True)

    async def clear_failed(self) -> None:
        """Forget failed jobs after a day: what they were to do has come back long since."""
        try:
            await self._app.job_manager.delete_old_jobs(24, include_failed=True, include_aborted=True)
        except ConnectorException as error:
            raise UnavailableError(f"the task engine cannot be reached ({error})") from error

    # --- the worker's side ------------------------------------------------------------------------------------

    async def work(self, at_once: Mapping[str, int], *, stopping: asyncio.Event) -> None:
        """Do jobs of these queues, so many of each at once, until asked to stop. UnavailableError: no database."""
        workers = [asyncio.ensure_future(self._run_worker(queue, number)) for queue, number in at_once.items()]
        asked = asyncio.ensure_future(stopping.wait())
        try:
            await asyncio.wait({*workers, asked}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            asked.cancel()
            for worker in workers:
                worker.cancel()  # for the engine: finish what is in hand
            ended = await asyncio.gather(*workers, return_exceptions=True)
        for error in ended:
            if isinstance(error, Exception) and not isinstance(error, ConnectorException):
                raise error
        if not stopping.is_set():
            raise UnavailableError("the task engine lost its database")

    async def _run_worker(self, queue: str, at_once: int) -> None:
        await self._app.run_worker_async(
            queues=[queue],
            name=queue,
            concurrency=at_once,
            install_signal_handlers=False,
            delete_jobs="successful",
            fetch_job_polling_interval=LOOK_EVERY_S,
            shutdown_graceful_timeout=GRACE_S,
            update_heartbeat_interval=HEARTBEAT_S,
            stalled_worker_timeout=SILENT_S,
        )

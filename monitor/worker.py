"""A worker: does the jobs that the leader of its database hands out, until it is stopped. And the leader's own crew."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

from monitor.app import App
from monitor.errors import UsageError
from monitor.logs import log
from monitor.pipeline import Pipeline
from monitor.renewal import Renewal
from monitor.schedule import Job, Runner
from monitor.work import QUEUES, WORKER, Engine, Foreman, Hands, Muster

#: How often the leader looks what is due; no feed is polled more often for it.
POLLS_EVERY_S = 5.0
PAGES_EVERY_S = 2.0
#: How often dead workers are looked for.
BRING_BACK_EVERY_S = 3.0
RELOAD_EVERY_S = 5.0
HOUSEKEEPING_EVERY_S = 3600.0
SCHEMA_EVERY_S = 5.0
SIGN_EVERY_S = 5.0
#: In the data folder; scripts/healthy.py looks at it.
SIGN_OF_LIFE = "worker.alive"
#: Hosts that nobody asked for so long are forgotten.
HOSTS_KEPT = timedelta(days=2)
#: When work is interrupted it begins again after this.
WORK_AGAIN_S = 2.0


class Worker:
    """One process of many. `run` until stopped."""

    def __init__(
        self, app: App, *, queues: Sequence[str] = (), at_once: int | None = None, stopping: asyncio.Event | None = None
    ) -> None:
        if not app.is_shared:
            raise UsageError(
                "workers share a PostgreSQL database; this configuration names a SQLite file, which one process works "
                "on: `widerhall run`. To change: set database.url, then `widerhall db move`"
            )
        if unknown := [queue for queue in queues if queue not in QUEUES]:
            raise UsageError(f"no queue «{unknown[0]}»; there are: {', '.join(QUEUES)}")
        self.app = app
        self.queues = tuple(queues) or QUEUES
        self.at_once = at_once
        self.stopping = stopping or asyncio.Event()
        self._renewal = Renewal(app)

    async def run(self) -> None:
        async with (
            self.app.pipeline(self.stopping) as self.pipeline,
            engine_of(self.app, lambda: self.pipeline, works=True) as engine,
        ):
            at_once = places(self.app, self.queues, at_once=self.at_once)
            log.info("worker started", **{f"{queue}_at_once": number for queue, number in at_once.items()})
            jobs = (
                working(engine, at_once, self.stopping),
                Job(name="reload", every_s=RELOAD_EVERY_S, run=self._reload),
                Job(name="sign of life", every_s=SIGN_EVERY_S, run=lambda: self._give_sign(engine)),
                watching(self.app),
            )
            await Runner(jobs, stopping=self.stopping).run()

    async def _give_sign(self, engine: Engine) -> None:
        """A file as old as the last answer of the database, for whoever looks after this process."""
        await engine.standing()
        folder = self.app.config.daemon.data_dir
        folder.mkdir(parents=True, exist_ok=True)
        (folder / SIGN_OF_LIFE).touch()

    async def _reload(self) -> None:
        self.pipeline = await asyncio.to_thread(self._renewal.renewed, self.pipeline)


@asynccontextmanager
async def engine_of(app: App, pipeline: Callable[[], Pipeline], *, works: bool) -> AsyncIterator[Engine]:
    """The task engine on the application's database, knowing what its jobs do; whether it does them, too."""
    assert app.manners is not None
    name = f"{WORKER}process {os.getpid()} on {socket.gethostname()}" if works else "widerhall work"
    engine = Engine(app.config.daemon.database_url, schema=app.manners.schema, name=name)
    engine.learn(Hands(pipeline, engine).works)
    async with engine.opened():
        yield engine


async def mustered(app: App) -> Muster:
    """Who works on the application's database, and how the queues stand; nothing is made for it."""
    async with Engine(app.config.daemon.database_url, schema=app.work_schema).opened() as engine:
        return await engine.muster()


def places(app: App, queues: Sequence[str], *, at_once: int | None = None) -> Mapping[str, int]:
    """How many jobs of each queue a process does at once: fetching waits, extraction and assessment compute."""
    daemon = app.config.daemon
    usual = {"fetch": daemon.pages.concurrency, "extract": daemon.extraction.workers, "assess": 1}
    return {queue: at_once or usual[queue] for queue in queues}


def working(engine: Engine, at_once: Mapping[str, int], stopping: asyncio.Event) -> Job:
    """Doing jobs, begun again when a lost database interrupts it."""
    return Job(name="work", every_s=WORK_AGAIN_S, run=lambda: engine.work(at_once, stopping=stopping))


def watching(app: App) -> Job:
    """Ending what runs, by its SchemaError, when another version has upgraded the database."""
    return Job(name="schema", every_s=SCHEMA_EVERY_S, run=lambda: asyncio.to_thread(app.store.check_schema))


def leading(app: App, engine: Engine, pipeline: Callable[[], Pipeline]) -> tuple[Job, ...]:
    """What the leader does so that workers have something to do."""
    foreman = Foreman(engine=engine, pipeline=pipeline)

    async def keep_house() -> None:
        await engine.clear_failed()
        if app.manners is not None:
            await asyncio.to_thread(app.manners.forget, before=app.clock() - HOSTS_KEPT)

    return (
        Job(name="poll", every_s=POLLS_EVERY_S, run=foreman.hand_out_polls),
        Job(name="fetch", every_s=PAGES_EVERY_S, run=foreman.hand_out_pages),
        Job(name="assess", every_s=PAGES_EVERY_S, run=foreman.hand_out_texts),
        Job(name="bring back", every_s=BRING_BACK_EVERY_S, run=foreman.bring_back),
        Job(name="keep house", every_s=HOUSEKEEPING_EVERY_S, run=keep_house),
        watching(app),
    )

"""The runner: jobs start at once, never overlap themselves, and stop in order."""

from __future__ import annotations

import asyncio
import os
import signal

import pytest

from monitor import schedule
from monitor.errors import StoreUnavailableError
from monitor.schedule import Job, Runner


def run_jobs(*jobs: Job, stopping: asyncio.Event) -> None:
    asyncio.run(asyncio.wait_for(Runner(jobs, stopping=stopping).run(), timeout=20))


def test_every_job_starts_at_once_and_a_signal_stops_all() -> None:
    stopping, seen = asyncio.Event(), []

    async def first() -> None:
        seen.append("first")

    async def second() -> None:
        seen.append("second")
        os.kill(os.getpid(), signal.SIGTERM)

    run_jobs(
        Job(name="first", every_s=3600, run=first), Job(name="second", every_s=3600, run=second), stopping=stopping
    )
    assert sorted(seen) == ["first", "second"]


def test_what_is_in_hand_is_finished() -> None:
    stopping, done = asyncio.Event(), []

    async def item() -> None:
        stopping.set()
        await asyncio.sleep(0)
        done.append("finished")

    run_jobs(Job(name="item", every_s=3600, run=item), stopping=stopping)
    assert done == ["finished"]


def test_what_takes_too_long_is_cancelled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedule, "GRACE_S", 0.0)
    stopping, outcome = asyncio.Event(), []

    async def endless() -> None:
        stopping.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            outcome.append("cancelled")
            raise

    run_jobs(Job(name="endless", every_s=3600, run=endless), stopping=stopping)
    assert outcome == ["cancelled"]


def test_a_store_that_is_away_puts_a_job_off_and_stops_nothing() -> None:
    stopping, tries = asyncio.Event(), []

    async def job() -> None:
        tries.append("try")
        if len(tries) == 2:
            stopping.set()
            return
        raise StoreUnavailableError("disk full")

    run_jobs(Job(name="job", every_s=0.01, run=job), stopping=stopping)
    assert len(tries) == 2


def test_a_bug_stops_the_daemon_loudly() -> None:
    async def bug() -> None:
        raise ZeroDivisionError("a bug")

    with pytest.raises(ZeroDivisionError, match="a bug"):
        run_jobs(Job(name="bug", every_s=3600, run=bug), stopping=asyncio.Event())

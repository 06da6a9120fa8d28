"""The runner: jobs start at once, never overlap themselves, and stop in order."""

from __future__ import annotations

import asyncio
import io
import os
import signal
from contextlib import ExitStack

import pytest

from monitor import logs, schedule
from monitor.errors import SchemaError, StoreUnavailableError
from monitor.schedule import Job, Runner, run_to_end
from monitor.stopping import ended_by_signals, heeding_signals


def run_jobs(*jobs: Job, stopping: asyncio.Event) -> None:
    asyncio.run(asyncio.wait_for(heeding_signals(Runner(jobs, stopping=stopping).run(), stopping=stopping), timeout=20))


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


def test_a_database_that_was_upgraded_underneath_ends_it() -> None:
    stopping = asyncio.Event()

    async def look() -> None:
        raise SchemaError("written by a newer Widerhall")

    with pytest.raises(SchemaError, match="newer"):
        run_jobs(Job(name="look", every_s=3600, run=look), stopping=stopping)
    assert stopping.is_set()


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


@pytest.mark.parametrize("trouble", [StoreUnavailableError("disk full"), OSError(28, "No space left on device")])
def test_what_may_pass_puts_a_job_off_and_is_said_once(trouble: Exception) -> None:
    stopping, tries, log = asyncio.Event(), [], io.StringIO()
    logs.configure(stream=log)

    async def job() -> None:
        tries.append("try")
        if len(tries) == 4:
            stopping.set()
            return
        raise trouble

    run_jobs(Job(name="job", every_s=0.01, run=job), stopping=stopping)
    assert len(tries) == 4
    assert log.getvalue().count("job put off") == 1
    assert log.getvalue().count("job goes on") == 1


def test_a_signal_ends_in_order_before_and_after_the_loop_too() -> None:
    """Not by death: what was begun is undone, and the loop's own way of stopping takes its place and leaves it."""
    before, undone = signal.getsignal(signal.SIGTERM), []
    stopping = asyncio.Event()

    async def work() -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        await stopping.wait()

    with pytest.raises(SystemExit) as ended, ended_by_signals(), ExitStack() as stack:
        stack.callback(undone.append, "a lock")
        asyncio.run(heeding_signals(work(), stopping=stopping))
        assert undone == []
        os.kill(os.getpid(), signal.SIGTERM)
        pytest.fail("a signal after the loop was not heeded")
    assert (ended.value.code, undone, signal.getsignal(signal.SIGTERM)) == (0, ["a lock"], before)


def test_work_that_is_done_once_ends_with_a_signal() -> None:
    stopping, done = asyncio.Event(), []

    async def work() -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        await stopping.wait()
        done.append("finished the item in hand")

    asyncio.run(run_to_end(work(), stopping=stopping))
    assert done == ["finished the item in hand"]


def test_what_goes_wrong_in_work_that_is_done_once_is_raised() -> None:
    async def work() -> None:
        raise StoreUnavailableError("disk full")

    with pytest.raises(StoreUnavailableError):
        asyncio.run(run_to_end(work(), stopping=asyncio.Event()))


def test_a_bug_stops_the_daemon_loudly() -> None:
    async def bug() -> None:
        raise ZeroDivisionError("a bug")

    with pytest.raises(ZeroDivisionError, match="a bug"):
        run_jobs(Job(name="bug", every_s=3600, run=bug), stopping=asyncio.Event())

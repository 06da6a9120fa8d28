"""Workers that hang, die, eat memory or babble cost one job; they end with the daemon, and inherit nothing."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.collect import sandbox_wire as wire
from monitor.collect.sandbox import Sandbox, SandboxLimits
from monitor.errors import ExtractError, FeedParseError, WiderhallError, WorkerCrashedError, WorkerHungError
from monitor.model import Extraction, TextQuality

HERE = str(Path(__file__).parent)
AMPLE_S = 60.0


@pytest.fixture
def jobs(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The job functions, under a name that a worker finds too."""
    monkeypatch.syspath_prepend(HERE)
    yield importlib.import_module("sandbox_jobs")


def in_sandbox(steps: Callable[[Sandbox], Awaitable[None]], **limits: int) -> None:
    async def main() -> None:
        async with Sandbox(SandboxLimits(**{"workers": 1, **limits})) as sandbox:
            await steps(sandbox)

    anyio.run(main)


EXTRACTION = Extraction(
    title="Ein «Titel»",
    text="Zeile\n\u2028\x00 \ud800",
    published=datetime(2016, 8, 11, 12, tzinfo=UTC),
    authors=("Ann",),
    method="test",
    quality=TextQuality.FULL,
)
PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text()
    | st.binary()
    | st.datetimes(timezones=st.just(UTC))
    | st.timedeltas(),
    lambda inner: (
        st.lists(inner) | st.lists(inner).map(tuple) | st.dictionaries(st.text().filter(lambda key: key != "!"), inner)
    ),
    max_leaves=15,
)


@given(PLAIN)
def test_values_arrive_as_they_were_sent(value: object) -> None:
    assert wire.load(wire.dump(value)) == value


def test_the_projects_own_values_arrive_as_themselves() -> None:
    assert wire.load(wire.dump([EXTRACTION, TextQuality.STUB])) == [EXTRACTION, TextQuality.STUB]


@pytest.mark.parametrize("value", [object(), {1: "a"}, {"!": "bytes"}, ValueError()])
def test_nothing_else_is_sent(value: object) -> None:
    with pytest.raises(TypeError):
        wire.dump(value)


@pytest.mark.parametrize(
    "stated", [b'{"!":"Path"}', b'{"!":7}', b"{", b'{"!":"bytes","length":"*"}', b'{"!":"Entry"}', b"\xff", b""]
)
def test_a_forged_answer_is_refused(stated: bytes) -> None:
    with pytest.raises((ValueError, TypeError)):
        wire.load(len(stated).to_bytes(4, "big") + stated)
    with pytest.raises((ValueError, TypeError)):
        wire.load(stated[:3])


@pytest.mark.parametrize(
    "error", [ExtractError("hung", "no answer"), FeedParseError("HTML", looks_like="html", discovered=["/feed"])]
)
def test_errors_arrive_with_their_attributes(error: WiderhallError) -> None:
    arrived = wire.load_error(wire.dump_error(error))
    assert (type(arrived), str(arrived), vars(arrived)) == (type(error), str(error), vars(error))


def test_only_own_errors_can_be_named() -> None:
    with pytest.raises(ValueError, match="no such error"):
        wire.load_error(wire.dump({"error": "Sequence", "message": "", "attributes": {}}))


def test_a_worker_answers_is_reused_and_recycled(jobs: ModuleType) -> None:
    async def steps(sandbox: Sandbox) -> None:
        assert await sandbox.run_killable(jobs.echo, EXTRACTION, deadline_s=AMPLE_S) == EXTRACTION
        pids = [await sandbox.run_killable(jobs.pid, deadline_s=AMPLE_S) for _ in range(5)]
        assert pids[0] == pids[1] != pids[2] == pids[4], "three jobs, then a fresh one"
        assert os.getpid() not in pids

    in_sandbox(steps, jobs_per_worker=3)


def test_no_worker_runs_before_it_is_needed() -> None:
    async def steps(sandbox: Sandbox) -> None:
        assert children() == before

    before = children()
    in_sandbox(steps)


def test_own_errors_arrive_and_the_worker_goes_on(jobs: ModuleType) -> None:
    async def steps(sandbox: Sandbox) -> None:
        before = await sandbox.run_killable(jobs.pid, deadline_s=AMPLE_S)
        with pytest.raises(ExtractError, match="a PDF") as caught:
            await sandbox.run_killable(jobs.refuse, deadline_s=AMPLE_S)
        assert caught.value.reason == "not_html"
        assert await sandbox.run_killable(jobs.pid, deadline_s=AMPLE_S) == before

    in_sandbox(steps)


@pytest.mark.parametrize(
    ("job", "message"),
    [
        ("die", "died"),
        ("break_down", "RuntimeError: something in a library"),
        ("eat_memory", "MemoryError"),
        ("answer_what_cannot_be_sent", "TypeError"),
    ],
)
def test_a_broken_worker_costs_one_job(jobs: ModuleType, job: str, message: str) -> None:
    async def steps(sandbox: Sandbox) -> None:
        before = await sandbox.run_killable(jobs.pid, deadline_s=AMPLE_S)
        with pytest.raises(WorkerCrashedError, match=message):
            await sandbox.run_killable(getattr(jobs, job), deadline_s=AMPLE_S)
        assert await sandbox.run_killable(jobs.pid, deadline_s=AMPLE_S) != before

    in_sandbox(steps)


def test_a_hung_worker_is_killed_and_replaced(jobs: ModuleType) -> None:
    async def steps(sandbox: Sandbox) -> None:
        before = await sandbox.run_killable(jobs.pid, deadline_s=AMPLE_S)
        with pytest.raises(WorkerHungError):
            await sandbox.run_killable(jobs.hang, deadline_s=0.1)
        assert not is_running(before)
        assert await sandbox.run_killable(jobs.pid, deadline_s=AMPLE_S) != before

    in_sandbox(steps)


def test_cancelling_kills_the_worker(jobs: ModuleType) -> None:
    async def steps(sandbox: Sandbox) -> None:
        before = await sandbox.run_killable(jobs.pid, deadline_s=AMPLE_S)
        with anyio.move_on_after(0.05):
            await sandbox.run_killable(jobs.hang, deadline_s=AMPLE_S)
        assert not is_running(before)

    in_sandbox(steps)


def test_two_workers_run_side_by_side(jobs: ModuleType) -> None:
    async def steps(sandbox: Sandbox) -> None:
        async def ask() -> None:
            pids.add(await sandbox.run_killable(jobs.pid, deadline_s=AMPLE_S))

        async with anyio.create_task_group() as tasks:
            for _ in range(4):
                tasks.start_soon(ask)

    pids: set[int] = set()
    in_sandbox(steps, workers=2)
    assert len(pids) == 2
    assert not any(map(is_running, pids)), "leaving the sandbox ends them"


def test_a_library_that_prints_does_not_disturb(jobs: ModuleType) -> None:
    async def steps(sandbox: Sandbox) -> None:
        assert await sandbox.run_killable(jobs.chatter, deadline_s=AMPLE_S) == ""

    in_sandbox(steps)


def test_nothing_is_inherited(jobs: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def steps(sandbox: Sandbox) -> None:
        assert lock.name not in await sandbox.run_killable(jobs.open_files, deadline_s=AMPLE_S)
        assert "WIDERHALL_SECRET" not in await sandbox.run_killable(jobs.environment, deadline_s=AMPLE_S)

    monkeypatch.setenv("WIDERHALL_SECRET", "hush")
    with (tmp_path / "lock").open("w") as lock:
        os.set_inheritable(lock.fileno(), True)
        in_sandbox(steps)


@pytest.mark.parametrize("last_job", ["echo, 1", "hang"])
def test_workers_die_with_a_daemon_that_is_killed(jobs: ModuleType, last_job: str) -> None:
    code = f"""
import anyio, sandbox_jobs as jobs
from monitor.collect.sandbox import Sandbox
async def main():
    async with Sandbox() as sandbox:
        print(await sandbox.run_killable(jobs.pid, deadline_s=60), flush=True)
        await sandbox.run_killable(jobs.{last_job}, deadline_s=60)
        await anyio.sleep_forever()
anyio.run(main)
"""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, env=environment) as daemon:
        assert daemon.stdout is not None
        worker = int(daemon.stdout.readline())
        daemon.kill()
    assert ends_soon(worker)


def children() -> set[str]:
    return set(Path(f"/proc/self/task/{os.getpid()}/children").read_text().split())


def is_running(pid: int) -> bool:
    """Whether a process exists and is not a corpse waiting to be collected."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def ends_soon(pid: int) -> bool:
    async def wait() -> None:
        with anyio.move_on_after(AMPLE_S):
            while is_running(pid):
                await anyio.sleep(0.01)

    anyio.run(wait)
    return not is_running(pid)

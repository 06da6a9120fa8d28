"""Run a function on hostile input in a process that can be killed: a deadline, a memory limit, a recycled heap.

Refuses to share anything with the worker: a worker is a new interpreter with two pipes and an environment without
secrets, so it inherits no database handle, lock file or socket. Workers start when first needed, and end with the
daemon.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import ParamSpec, Self, TypeVar, cast

import anyio
from anyio.abc import ByteReceiveStream, ByteSendStream, Process
from anyio.streams.buffered import BufferedByteReceiveStream

from monitor.collect import sandbox_wire as wire
from monitor.collect.sandbox_worker import BROKE, HEADER, RAISED
from monitor.errors import WorkerCrashedError, WorkerHungError

P = ParamSpec("P")
T = TypeVar("T")

#: A worker's first job also pays for starting Python and importing what the job needs (1.2 s on a busy machine).
FIRST_JOB_ALLOWANCE_S = 20.0
#: The worker's own alarm rings so long after the deadline: it is for a daemon that is gone.
ALARM_AFTER_S = 5.0
#: How long an idle worker may take to end by itself.
GRACE_S = 2.0
#: Answers larger than this are a fault: no article or feed is.
MAX_ANSWER_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class SandboxLimits:
    """What a worker may use."""

    #: Processes at most; they start one by one as work comes.
    workers: int = 2
    #: Address space of one worker.
    memory_bytes: int = 1024 * 1024 * 1024
    #: After so many jobs a worker is replaced, whatever it has leaked; starting one costs what 40 pages cost.
    jobs_per_worker: int = 2000


class Sandbox:
    """A few worker processes. Use as `async with`; leaving it ends them."""

    def __init__(self, limits: SandboxLimits | None = None) -> None:
        self._limits = limits or SandboxLimits()
        self._places = anyio.CapacityLimiter(self._limits.workers)
        self._idle: list[_Worker] = []
        self._all: set[_Worker] = set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """End all workers, idle or not."""
        self._idle.clear()
        for worker in tuple(self._all):
            await self._end(worker)

    async def run_killable(self, func: Callable[..., T], *args: object, deadline_s: float) -> T:
        """Call a module-level function with plain or model values in a worker and return what it returns.

        The project's own errors arrive as themselves. WorkerHungError when the deadline passed, WorkerCrashedError when
        the worker broke or died: either costs this call only. Cancelling the call kills the worker too.
        """
        job = wire.dump({"function": f"{func.__module__}:{func.__qualname__}", "arguments": list(args)})
        async with self._places:
            worker = self._take_idle() or await self._start()
            is_usable = False
            try:
                kind, answer = await worker.ask(job, deadline_s)
                is_usable = kind != BROKE and worker.jobs_done < self._limits.jobs_per_worker
            finally:
                if is_usable:
                    self._idle.append(worker)
                else:
                    await self._end(worker)
        return cast("T", _outcome(func, kind, answer))

    def _take_idle(self) -> _Worker | None:
        while self._idle:
            worker = self._idle.pop()
            if worker.process.returncode is None:
                return worker
            self._all.discard(worker)
        return None

    async def _start(self) -> _Worker:
        limits = [str(self._limits.memory_bytes), str(os.getpid())]
        command = [sys.executable, "-P", "-m", "monitor.collect.sandbox_worker", *limits]
        process = await anyio.open_process(command, stderr=None, env=_worker_environment(), start_new_session=True)
        worker = _Worker(process)
        self._all.add(worker)
        return worker

    async def _end(self, worker: _Worker) -> None:
        self._all.discard(worker)
        with anyio.CancelScope(shield=True):
            await worker.end()


class _Worker:
    """One process and its two pipes."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self.jobs_done = 0
        #: It works on something, perhaps for ever; otherwise it waits for its next job, or is gone.
        self._is_busy = False
        self._to_worker = cast("ByteSendStream", process.stdin)
        self._from_worker = BufferedByteReceiveStream(cast("ByteReceiveStream", process.stdout))

    async def ask(self, job: bytes, deadline_s: float) -> tuple[bytes, bytes]:
        """Hand over a job and wait for its answer."""
        allowed_s = deadline_s + (FIRST_JOB_ALLOWANCE_S if self.jobs_done == 0 else 0.0)
        self.jobs_done += 1
        self._is_busy = True
        try:
            with anyio.fail_after(allowed_s):
                await self._to_worker.send(HEADER.pack(b"j", len(job), allowed_s + ALARM_AFTER_S) + job)
                kind, length, _alarm_s = HEADER.unpack(await self._from_worker.receive_exactly(HEADER.size))
                if length > MAX_ANSWER_BYTES:
                    raise WorkerCrashedError(f"the worker announced an answer of {length} bytes")
                answer = await self._from_worker.receive_exactly(length)
        except TimeoutError:
            raise WorkerHungError(f"no answer within {deadline_s:g} s") from None
        except (anyio.IncompleteRead, anyio.EndOfStream, anyio.BrokenResourceError, anyio.ClosedResourceError):
            self._is_busy = False
            raise WorkerCrashedError("the worker died") from None
        self._is_busy = False
        return kind, answer

    async def end(self) -> None:
        """Kill it if it works; otherwise the end of its input ends it."""
        if not self._is_busy:
            await self._to_worker.aclose()
            with anyio.move_on_after(GRACE_S):
                await self.process.wait()
        if self.process.returncode is None:
            self.process.kill()
        await self.process.aclose()


def _outcome(func: Callable[..., object], kind: bytes, answer: bytes) -> object:
    if kind == BROKE:
        raise WorkerCrashedError(f"{func.__qualname__}: {answer.decode('utf-8', 'replace')}")
    try:
        if kind == RAISED:
            error = wire.load_error(answer)
        else:
            return wire.load(answer)
    except (ValueError, TypeError, KeyError) as malformed:
        raise WorkerCrashedError(f"{func.__qualname__}: the worker's answer makes no sense") from malformed
    raise error


def _worker_environment() -> dict[str, str]:
    """What a worker needs to find the same modules, and nothing that is secret."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "LANG", "LC_ALL", "TZ", "HOME")}
    return {
        **kept,
        "PYTHONPATH": os.pathsep.join(entry or str(Path.cwd()) for entry in sys.path),
        "OPENBLAS_NUM_THREADS": "1",
    }

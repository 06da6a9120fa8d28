"""The inside of one worker process: reads jobs from standard input, answers on standard output, until either ends.

Started by sandbox.py with `python -m`. Limits itself before the first job; holds no file, socket or database.
Dies with the daemon in three ways: standard input ends; on Linux the kernel sends SIGKILL when the parent goes; and an
alarm bounds every job, delivered by the kernel even while C code never returns.
"""

from __future__ import annotations

import ctypes
import importlib
import os
import resource
import signal
import struct
import sys
from typing import BinaryIO

from monitor.collect import sandbox_wire as wire
from monitor.errors import WiderhallError

#: Before each frame: its kind, its length in bytes, and for a job the seconds until the worker's alarm.
HEADER = struct.Struct("!cId")
RETURNED, RAISED, BROKE = b"r", b"e", b"b"
_PR_SET_PDEATHSIG = 1


def main(memory_bytes: int, parent_pid: int) -> None:
    """Serve jobs until standard input ends."""
    _die_with(parent_pid)
    _limit_memory(memory_bytes)
    jobs, answers = _take_standard_streams()
    while (job := _read_job(jobs)) is not None:
        frame, alarm_s = job
        signal.setitimer(signal.ITIMER_REAL, alarm_s)  # SIGALRM's default action ends us without asking Python
        kind, answer = _do(frame)
        signal.setitimer(signal.ITIMER_REAL, 0)
        answers.write(HEADER.pack(kind, len(answer), 0.0) + answer)
        answers.flush()


def _do(frame: bytes) -> tuple[bytes, bytes]:
    try:
        job = wire.load(frame)
        module, _, name = job["function"].partition(":")
        function = getattr(importlib.import_module(module), name)
        return RETURNED, wire.dump(function(*job["arguments"]))
    except WiderhallError as error:
        return RAISED, wire.dump_error(error)
    except Exception as error:  # noqa: BLE001 - hostile input finds every exception there is; it costs one job
        return BROKE, f"{type(error).__name__}: {error}"[:500].encode("utf-8", "replace")


def _read_job(stream: BinaryIO) -> tuple[bytes, float] | None:
    """The next job and the seconds until its alarm; None when the daemon has closed the pipe."""
    header = stream.read(HEADER.size)
    if len(header) < HEADER.size:
        return None
    _kind, length, alarm_s = HEADER.unpack(header)
    frame = stream.read(length)
    return (frame, alarm_s) if len(frame) == length else None


def _take_standard_streams() -> tuple[BinaryIO, BinaryIO]:
    """Keep the two pipes for ourselves: a library's print must not end up between frames."""
    jobs, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(null, 1)
    os.close(null)
    return jobs, answers


def _die_with(parent_pid: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent_pid:  # it went before we could ask to be told
        sys.exit()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the daemon, which then ends us in order


def _limit_memory(memory_bytes: int) -> None:
    _soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    allowed = memory_bytes if hard == resource.RLIM_INFINITY else min(memory_bytes, hard)
    resource.setrlimit(resource.RLIMIT_AS, (allowed, allowed))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))

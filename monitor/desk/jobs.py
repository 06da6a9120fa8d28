"""Work that takes longer than a page: one piece at a time, in a thread of its own; pages ask how far it is."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from monitor.errors import WiderhallError
from monitor.logs import log

#: Told how much is done, of how much. Raises Stopped once nobody wants the work any more.
Progress = Callable[[int, int], None]


class Stopped(Exception):
    """Somebody asked for other work, or for none."""


@dataclass
class Job:
    """One piece of work, and what came of it."""

    #: What it is, for whoever asks for it again.
    name: str
    #: What a page needs to show it again.
    about: object = None
    done: int = 0
    total: int = 0
    over: threading.Event = field(default_factory=threading.Event)
    #: What it returned, once it is over.
    result: Any = None
    #: Why there is no result.
    failed: str = ""
    stopping: threading.Event = field(default_factory=threading.Event)

    def progress(self, done: int, total: int) -> None:
        self.done, self.total = done, total
        if self.stopping.is_set():
            raise Stopped

    @property
    def is_over(self) -> bool:
        return self.over.is_set()

    @property
    def percent(self) -> int:
        return round(100 * self.done / self.total) if self.total else 0


class Jobs:
    """The work at hand. What is asked for while other work is under way takes its place, if it says so."""

    def __init__(self) -> None:
        self._job: Job | None = None
        self._lock = threading.Lock()

    @property
    def current(self) -> Job | None:
        """The work under way, or the last one."""
        return self._job

    def ask(self, name: str, work: Callable[[Progress], Any], about: object = None) -> Job:
        """The job of this name, begun if there is none."""
        with self._lock:
            if self._job is not None and self._job.name == name and not self._job.is_over:
                return self._job
            self.stop()
            job = self._job = Job(name=name, about=about)
        threading.Thread(target=_run, args=(job, work), name=name, daemon=True).start()
        return job

    def stop(self) -> None:
        """Give up what is under way; what it stored so far stays."""
        if self._job is not None:
            self._job.stopping.set()


def _run(job: Job, work: Callable[[Progress], Any]) -> None:
    try:
        job.result = work(job.progress)
    except Stopped:
        job.failed = "stopped"
    except WiderhallError as error:
        job.failed = str(error)
    except Exception as error:  # noqa: BLE001 - nobody waits for the thread: the page tells it
        job.failed = f"{type(error).__name__}: {error}"
        log.exception("work of the desk failed", what=job.name)
    finally:
        job.over.set()

"""SIGINT and SIGTERM mean: end in order. From the first moment of a command that runs until it is told.

Within the event loop they set what everything there looks at; before and after it they unwind what was begun, locks
and files too. At no moment in between do they have the default effect, which is death.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, NoReturn

SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def ended_by_signals() -> Iterator[None]:
    """As long as the block lasts, a signal ends it, and the program, with exit code 0."""

    def end(_number: int, _frame: FrameType | None) -> NoReturn:
        raise SystemExit(0)

    with _handling(end):
        yield


@contextmanager
def asked_by_signals(stopping: asyncio.Event) -> Iterator[None]:
    """As long as the block lasts, within a running loop, a signal asks to stop."""
    loop = asyncio.get_running_loop()

    def ask(_number: int, _frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(stopping.set)  # wakes a loop that waits

    with _handling(ask):
        yield


async def heeding_signals(work: Coroutine[Any, Any, None], *, stopping: asyncio.Event) -> None:
    """Do what ends in order when `stopping` is set; a signal sets it."""
    with asked_by_signals(stopping):
        await work


@contextmanager
def _handling(handler: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    """Not by the loop's own means: leaving those, signals would kill before the handler of before is back."""
    before = {number: signal.signal(number, handler) for number in SIGNALS}
    try:
        yield
    finally:
        for number, handled in before.items():
            signal.signal(number, handled)

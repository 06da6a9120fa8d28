"""What test_sandbox.py asks workers to do."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from monitor.errors import ExtractError


def echo(value: object) -> object:
    return value


def pid() -> int:
    return os.getpid()


def hang() -> None:
    while True:
        pass


def die() -> None:
    os._exit(7)


def eat_memory() -> int:
    return len(b"x" * (8 * 1024**3))


def refuse() -> None:
    raise ExtractError("not_html", "a PDF")


def break_down() -> None:
    raise RuntimeError("something in a library")


def answer_what_cannot_be_sent() -> object:
    return object()


def chatter() -> str:
    print("a library that prints")  # noqa: T201
    os.write(1, b"straight to the descriptor")
    return sys.stdin.read()


def open_files() -> list[str]:
    links = [Path(f"/proc/self/fd/{number}") for number in os.listdir("/proc/self/fd")]  # noqa: PTH208
    return [str(link.readlink()) for link in links if link.is_symlink()]


def environment() -> list[str]:
    return sorted(os.environ)

"""A web of many slow hosts on loopback, and daemons and workers on one PostgreSQL that read it, as real processes."""

from __future__ import annotations

import asyncio
import itertools
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from monitor.settings import init_config
from tests.ports import free_port

ROOT = Path(__file__).resolve().parent.parent
WORDS = (
    *("council", "harbour", "bridge", "report", "minister", "weather", "river", "library", "museum", "festival"),
    *("budget", "school", "teacher", "station", "village", "winter", "summer", "garden", "market", "company"),
    *("region", "engine", "railway", "hospital", "theatre", "concert", "student", "science", "farmer", "island"),
)


@dataclass(frozen=True)
class Visit:
    """A request as the server saw it."""

    host: str
    path: str
    began: float
    ended: float


@dataclass
class SlowWeb:
    """Hosts 127.0.1.1, 127.0.1.2 …, each with a feed of its own; every answer takes `delay_s`."""

    hosts: int
    articles_each: int
    delay_s: float = 0.05
    visits: list[Visit] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        ready = threading.Event()
        self._thread = threading.Thread(target=self._serve, args=(ready,), daemon=True)
        self._thread.start()
        ready.wait()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join()
        self._loop.close()

    @property
    def addresses(self) -> list[str]:
        return [f"127.0.1.{number}" for number in range(1, self.hosts + 1)]

    def url(self, host: str, path: str) -> str:
        return f"http://{host}:{self.port}{path}"

    def pages(self) -> list[Visit]:
        """Visits of article pages."""
        return [visit for visit in self.visits if visit.path.startswith("/article/")]

    def shortest_gap_s(self) -> float:
        """Between the end of an answer and the next request to the same host, over all hosts."""
        by_host: dict[str, list[Visit]] = defaultdict(list)
        for visit in self.visits:
            by_host[visit.host].append(visit)
        gaps = []
        for visits in by_host.values():
            visits.sort(key=lambda visit: visit.began)
            gaps += [after.began - before.ended for before, after in itertools.pairwise(visits)]
        return min(gaps)

    # --- serving ----------------------------------------------------------------------------------------------

    def _serve(self, ready: threading.Event) -> None:
        async def serve() -> None:
            self._over = asyncio.Event()
            first = await asyncio.start_server(self._connected, self.addresses[0], free_port())
            self.port = first.sockets[0].getsockname()[1]
            others = [await asyncio.start_server(self._connected, host, self.port) for host in self.addresses[1:]]
            ready.set()
            await self._over.wait()
            for server in (first, *others):
                server.close()

        self._loop.run_until_complete(serve())

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host = writer.get_extra_info("sockname")[0]
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                path, began = head.split(b" ", 2)[1].decode(), time.monotonic()
                await asyncio.sleep(self.delay_s)
                self.visits.append(Visit(host, path, began, time.monotonic()))
                kind, body = self._answer(host, path)
                status = "200 OK" if body else "404 Not Found"
                writer.write(
                    f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
                )
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    def _answer(self, host: str, path: str) -> tuple[str, bytes]:
        if path == "/feed.xml":
            return "application/rss+xml", self._feed(host)
        if path.startswith("/article/"):
            return "text/html; charset=utf-8", article(f"{host}{path}")
        if path == "/robots.txt":
            return "text/plain", b"User-agent: *\nDisallow: /private/\n"
        return "text/plain", b""

    def _feed(self, host: str) -> bytes:
        date = format_datetime(datetime.now(UTC))
        items = "".join(
            f"<item><title>{title(f'{host}/article/{n}')}</title><link>{self.url(host, f'/article/{n}')}</link>"
            f"<guid>{host}-{n}</guid><pubDate>{date}</pubDate></item>"
            for n in range(self.articles_each)
        )
        head = '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>'
        return f"{head}<title>{host}</title>{items}</channel></rss>".encode()


def title(name: str) -> str:
    words = random.Random(name)
    return " ".join(words.choices(WORDS, k=7)).capitalize()


def article(name: str) -> bytes:
    """A page with a text of its own."""
    words = random.Random(name)
    sentences = [" ".join(words.choices(WORDS, k=12)).capitalize() + "." for _ in range(40)]
    paragraphs = "".join(f"<p>{' '.join(sentences[at : at + 4])}</p>" for at in range(0, len(sentences), 4))
    named = title(name)
    return (
        f"<!doctype html><html lang='en'><head><title>{named}</title></head>"
        f"<body><article><h1>{named}</h1>{paragraphs}</article></body></html>"
    ).encode()


# --- processes -----------------------------------------------------------------------------------------------------


@dataclass
class Crew:
    """Daemons and workers on one database, in a configuration that reads a SlowWeb."""

    folder: Path
    web: SlowWeb
    database_url: str
    spacing_s: float = 0.1
    #: Settings as the environment has them: WIDERHALL_PAGES__CONCURRENCY …
    settings: dict[str, str] = field(default_factory=dict)
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        init_config(self.folder / "config")
        feeds = "".join(
            f"  f{number}:\n    title: F{number}\n    url: {self.web.url(host, '/feed.xml')}\n    language: en\n"
            for number, host in enumerate(self.web.addresses)
        )
        (self.folder / "config" / "feeds.yaml").write_text(f"feeds:\n{feeds}", encoding="utf-8")

    @property
    def environ(self) -> dict[str, str]:
        return {
            **os.environ,
            "WIDERHALL_DATABASE__URL": self.database_url,
            "WIDERHALL_NETWORK__HOST_SPACING_S": str(self.spacing_s),
            "WIDERHALL_NETWORK__ALLOWED_NETWORKS": "127.0.0.0/8",
            "WIDERHALL_PAGES__DEADLINE_S": "3",
            "WIDERHALL_POLLING__DEADLINE_S": "3",
            "WIDERHALL_EXTRACTION__WORKERS": "1",
            "WIDERHALL_DESK__IS_SERVED": "false",
            **self.settings,
        }

    def start(self, name: str, *command: str) -> subprocess.Popen[bytes]:
        """A process of ours with a data folder and a log file of its own."""
        log = (self.folder / f"{name}.log").open("ab")
        program = [sys.executable, "-m", "monitor.cli"]
        own = ["-c", str(self.folder / "config"), "-d", str(self.folder / name)]
        process = subprocess.Popen(
            [*program, *own, *command],
            cwd=ROOT,
            env=self.environ,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        log.close()
        self.running.append(process)
        return process

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """As the kernel does when memory is short: the process, and nobody is told."""
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self.running.remove(process)

    def said(self, name: str) -> str:
        file = self.folder / f"{name}.log"
        return file.read_text(encoding="utf-8", errors="replace") if file.exists() else ""

    def stop(self) -> list[int]:
        """Ask all to stop; their exit codes."""
        for process in self.running:
            process.send_signal(signal.SIGTERM)
        return [process.wait(30) for process in self.running]


@contextmanager
def crew(folder: Path, web: SlowWeb, database_url: str, **settings: str) -> Iterator[Crew]:
    """A crew whose processes end with it."""
    made = Crew(folder=folder, web=web, database_url=database_url, settings=settings)
    try:
        yield made
    finally:
        for process in made.running:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def wait_until(is_so: object, *, within_s: float, what: str, logs: Sequence[str] = ()) -> float:
    """Wait until something is so; how long it took."""
    assert callable(is_so)
    began = time.monotonic()
    while not is_so():
        if time.monotonic() - began > within_s:
            raise AssertionError(f"not within {within_s} s: {what}\n" + "\n".join(logs))
        time.sleep(0.1)
    return time.monotonic() - began

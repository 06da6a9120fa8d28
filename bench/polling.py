"""What polling costs beside its HTTP: feeds that answer 304 on loopback, against a bare httpx loop over the same URLs.

    python bench/polling.py [--feeds 10000] [--rounds 3]

Both sides run in this process, one after the other, at the same concurrency, against a server in a process of its own
that does nothing but answer. Ours plans every poll, too. The goal is a ratio of at most 1.3 in CPU time.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TypeVar

import httpx

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.figures import Figure, tell
from monitor.collect.fetch import HttpFetcher
from monitor.collect.polling import due_feeds, plan_poll, poll_request
from monitor.model import FeedRow, FeedSpec, FetchSettings, PollBounds

T = TypeVar("T")

AT_ONCE = 50
ETAG = '"304"'
NOW = datetime(2016, 8, 11, 12, tzinfo=UTC)
BOUNDS = PollBounds(obeys_robots=False)  # as shipped


class NothingNew(asyncio.Protocol):
    """Answers 304 to every request, each of which comes in one piece."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        if data.startswith(b"GET /robots.txt"):
            self.transport.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
        else:
            self.transport.write(b'HTTP/1.1 304 Not Modified\r\nETag: "304"\r\nServer: bench\r\n\r\n')


def serve(ready: Connection) -> None:
    async def main() -> None:
        server = await asyncio.get_running_loop().create_server(NothingNew, "127.0.0.1", 0)
        ready.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(main())


async def bare(urls: list[str]) -> None:
    """The same requests with nothing around them."""
    limits = httpx.Limits(max_connections=AT_ONCE, max_keepalive_connections=AT_ONCE)
    async with httpx.AsyncClient(limits=limits, trust_env=False) as client:
        await side_by_side(urls, lambda url: client.get(url, headers={"If-None-Match": ETAG}))


async def ours(urls: list[str]) -> None:
    """Decide what is due, ask, decide what follows."""
    settings = FetchSettings(
        allowed_networks=("127.0.0.0/8",), spacing_s=0, per_site=AT_ONCE, connections=AT_ONCE, contact="bench"
    )
    rows = [
        FeedRow(
            id=f"feed-{number}",
            url=url,
            etag=ETAG,
            first_polled_at=NOW - timedelta(days=30),
            last_polled_at=NOW - timedelta(hours=1),
            last_success_at=NOW - timedelta(hours=1),
            next_due_at=NOW - timedelta(minutes=1),
            interval_s=3600,
            entry_count=30,
            arrivals=(0.2,) * 168,
        )
        for number, url in enumerate(urls)
    ]
    specs = {row.id: FeedSpec(id=row.id, url=row.url, title=row.id, language="de") for row in rows}
    async with HttpFetcher(settings, lambda: datetime.now(UTC)) as fetcher:

        async def poll(row: FeedRow) -> None:
            answer = await fetcher.fetch(poll_request(row, specs[row.id], bounds=BOUNDS))
            plan_poll(row, answer, known={}, bounds=BOUNDS, spec=specs[row.id], now=NOW, jitter=0.5)

        await side_by_side(due_feeds(rows, now=NOW), poll)


async def side_by_side(items: list[T], work: Callable[[T], Awaitable[object]]) -> None:
    waiting = iter(items)

    async def worker() -> None:
        for item in waiting:
            await work(item)

    await asyncio.gather(*(worker() for _ in range(AT_ONCE)))


def cpu_s(work: Awaitable[None]) -> float:
    started = time.process_time()
    asyncio.run(work)  # type: ignore[arg-type]
    return time.process_time() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--feeds", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    here, there = multiprocessing.Pipe()
    server = multiprocessing.Process(target=serve, args=(there,), daemon=True)
    server.start()
    port = here.recv()
    urls = [f"http://127.0.0.1:{port}/feed/{number}.xml" for number in range(options.feeds)]
    ratios = []
    try:
        for _ in range(options.rounds):
            theirs_s, ours_s = cpu_s(bare(urls)), cpu_s(ours(urls))
            ratios.append(ours_s / theirs_s)
            print(f"bare httpx {theirs_s:6.2f} s   widerhall {ours_s:6.2f} s   ratio {ratios[-1]:.2f}")
    finally:
        server.terminate()
    tell(Figure(name="polling, 304s / bare httpx", value=statistics.median(ratios), unit="×", at_most=1.3))
    print(f"{options.feeds} feeds answering 304: median ratio {statistics.median(ratios):.2f} (goal: at most 1.30)")


if __name__ == "__main__":
    main()

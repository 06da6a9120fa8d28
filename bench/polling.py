"""What polling costs: feeds that answer 304 on loopback, against a bare httpx loop and the `reader` package.

    python bench/polling.py [--feeds 10000] [--rounds 3]

All sides run in this process, one after the other, over the same URLs, against a server in a process of its own that
does nothing but answer. Beside bare httpx ours plans every poll and stores nothing: the goal is a ratio of at most 1.3
in CPU time. Beside `reader` (bench/requirements.txt; left out where it is not installed) both poll as their users
would: what is due, asked for, decided and stored in a SQLite file. More threads make `reader` no cheaper.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TypeVar, cast

import httpx

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.figures import Figure, tell
from monitor import logs
from monitor.analyse.reader import TextReader
from monitor.collect.fetch import HttpFetcher
from monitor.collect.polling import due_feeds, plan_poll, poll_request
from monitor.collect.reading import FeedReader
from monitor.collect.sandbox import Sandbox
from monitor.model import FeedRow, FeedSpec, FetchSettings, PollBounds, PollOutcome
from monitor.pipeline import Pipeline
from monitor.ports import Extractor
from store import open_store

T = TypeVar("T")

AT_ONCE = 50
ETAG = '"304"'
NOW = datetime(2016, 8, 11, 12, tzinfo=UTC)
BOUNDS = PollBounds(obeys_robots=False)  # as shipped
ITEMS = b"".join(b"<item><title>%d</title><link>http://127.0.0.1/%d</link></item>" % (n, n) for n in range(30))
RSS = b"<rss version='2.0'><channel><title>T</title>%s</channel></rss>" % ITEMS
FEED = b'HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nETag: "304"\r\nContent-Length: %d\r\n\r\n%s' % (len(RSS), RSS)


class NothingNew(asyncio.Protocol):
    """Answers 304 to who knows the feed, and the feed to who does not; every request comes in one piece."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        if data.startswith(b"GET /robots.txt"):
            self.transport.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
        elif b"if-none-match" not in data.lower():
            self.transport.write(FEED)
        else:
            self.transport.write(b'HTTP/1.1 304 Not Modified\r\nETag: "304"\r\nServer: bench\r\n\r\n')


def serve(ready: Connection) -> None:
    async def main() -> None:
        server = await asyncio.get_running_loop().create_server(NothingNew, "127.0.0.1", 0)
        ready.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(main())


FETCHING = FetchSettings(
    allowed_networks=("127.0.0.0/8",), spacing_s=0, per_site=AT_ONCE, connections=AT_ONCE, contact="bench"
)


def specs_of(urls: list[str]) -> dict[str, FeedSpec]:
    ids = (f"feed-{number}" for number in range(len(urls)))
    return {id_: FeedSpec(id=id_, url=url, title=id_, language="de") for id_, url in zip(ids, urls, strict=True)}


async def bare(urls: list[str]) -> None:
    """The same requests with nothing around them."""
    limits = httpx.Limits(max_connections=AT_ONCE, max_keepalive_connections=AT_ONCE)
    async with httpx.AsyncClient(limits=limits, trust_env=False) as client:
        await side_by_side(urls, lambda url: client.get(url, headers={"If-None-Match": ETAG}))


async def ours(urls: list[str]) -> None:
    """Decide what is due, ask, decide what follows."""
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
    specs = specs_of(urls)
    async with HttpFetcher(FETCHING, lambda: datetime.now(UTC)) as fetcher:

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


# --- with a store -----------------------------------------------------------------------------------------------------


async def ours_stored(urls: list[str], folder: Path, rounds: int) -> list[float]:
    """CPU seconds of each round of polls by the daemon's flow, after a first one that brought the feeds."""
    now, took_s, specs = NOW, [], specs_of(urls)
    with closing(open_store(f"sqlite:///{folder / 'widerhall.db'}")) as store:
        store.sync_feeds({spec.id: spec.url for spec in specs.values()}, now=now)
        async with HttpFetcher(FETCHING, lambda: now) as fetcher, Sandbox() as sandbox:
            pipeline = Pipeline(
                store=store,
                fetcher=fetcher,
                extractor=cast(Extractor, None),  # nothing comes that far
                parse_feed=FeedReader(fetcher=fetcher, sandbox=sandbox, clock=lambda: now),
                reader=cast(TextReader, None),
                feeds=specs,
                clock=lambda: now,
                bounds=BOUNDS,
            )
            await pipeline.poll(is_bounded=False)
            for _ in range(rounds):
                now += timedelta(days=2)
                begun_s = time.process_time()
                plans = await pipeline.poll(is_bounded=False)
                took_s.append(time.process_time() - begun_s)
                assert [plan.outcome for plan in plans] == [PollOutcome.UNCHANGED] * len(urls)
    return took_s


def reader_package(urls: list[str], folder: Path, rounds: int) -> list[float]:
    """CPU seconds of each round of the `reader` package, after a first one that brought the feeds."""
    from reader import make_reader

    took_s = []
    with closing(make_reader(str(folder / "reader.db"))) as reader:
        for url in urls:
            reader.add_feed(url)
        reader.update_feeds()
        for _ in range(rounds):
            begun_s = time.process_time()
            results = [*reader.update_feeds_iter(scheduled=False)]
            took_s.append(time.process_time() - begun_s)
            assert [result.value for result in results] == [None] * len(urls)  # not changed
    return took_s


def beside_reader(urls: list[str], rounds: int) -> None:
    if not find_spec("reader"):
        print("reader is not installed: pip install -r bench/requirements.txt")
        return
    with tempfile.TemporaryDirectory() as folder:
        theirs_s = reader_package(urls, Path(folder), rounds)
        ours_s = asyncio.run(ours_stored(urls, Path(folder), rounds))
    for one, other in zip(theirs_s, ours_s, strict=True):
        print(f"reader     {one:6.2f} s   widerhall {other:6.2f} s   ratio {other / one:.2f}   (with a store)")
    ratio = statistics.median(ours_s) / statistics.median(theirs_s)
    tell(Figure(name="polling and storing, 304s / reader", value=ratio, unit="×", at_most=1.3))
    print(f"{len(urls)} feeds answering 304, with a store: {ratio:.2f} of what reader takes")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--feeds", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    logs.configure(level="warning")
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
        beside_reader(urls, options.rounds)
    finally:
        server.terminate()
    tell(Figure(name="polling, 304s / bare httpx", value=statistics.median(ratios), unit="×", at_most=1.3))
    print(f"{options.feeds} feeds answering 304: median ratio {statistics.median(ratios):.2f} (goal: at most 1.30)")


if __name__ == "__main__":
    main()

"""Does the daemon's memory stay flat? Thousands of polls and pages over loopback, the resident size sampled.

    scripts/test soak [--pages 50000] [--polls 20000] [--feeds 100] [--out build/soak]

A server process makes up feeds and pages (seeded words, menus, teasers; some broken, deeply nested or not there). The
daemon's pipeline polls all feeds and works off what they bring, again and again, the clock set on between; its own
resident size is sampled after every round, and written as text and as a curve. Ends with 1 if the last tenth lies more
than 5 % above the second tenth, or the parent above 400 MB.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import random
import sys
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from multiprocessing import get_context
from pathlib import Path
from statistics import mean
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from monitor import logs  # noqa: E402
from monitor.app import App  # noqa: E402
from monitor.model import FeedSpec  # noqa: E402
from monitor.settings import load_config  # noqa: E402

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

OPENED = datetime(2026, 11, 1, tzinfo=UTC)
#: So long after each other feeds are due again, whatever their rhythm.
ROUND = timedelta(hours=6)
MOST_GROWTH = 1.05
MOST_MB = 400
WINDOW = 20
_WORDS = """
harbour council river market bridge school winter budget police hospital traffic museum energy election minister
parliament Ankara Moscow border talks army summit airstrike Syria Turkey Russia agreement gas tourism football
"""
WORDS = _WORDS.split()
MENU = "".join(f'<li><a href="/{word}">{word}</a></li>' for word in WORDS[:20])


@dataclass(frozen=True, kw_only=True)
class Sample:
    """The parent's size after a round."""

    pages: int
    polls: int
    mb: float


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--pages", type=int, default=50_000)
    parser.add_argument("--polls", type=int, default=20_000)
    parser.add_argument("--feeds", type=int, default=100)
    parser.add_argument("--out", type=Path, default=Path("build/soak"))
    options = parser.parse_args()
    logs.configure(level="error")
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    server = context.Process(target=serve, args=(theirs, options.pages / options.polls), daemon=True)
    server.start()
    port = int(ours.recv())
    try:
        samples = asyncio.run(soak(port, feeds=options.feeds, rounds=max(10, options.polls // options.feeds)))
    finally:
        server.terminate()
    return report(samples, options.out)


async def soak(port: int, *, feeds: int, rounds: int) -> list[Sample]:
    samples: list[Sample] = []
    now = OPENED
    with tempfile.TemporaryDirectory() as folder:
        config = load_config(None, {"WIDERHALL_DATA_DIR": folder})
        network = replace(config.daemon.network, host_spacing_s=0.0, allowed_networks=(ip_network("127.0.0.0/8"),))
        config = replace(config, daemon=replace(config.daemon, network=network), feeds=feeds_on(port, feeds))
        app = App(config, clock=lambda: now, creates=True)
        app.store.sync_feeds({feed.id: feed.url for feed in config.feeds}, now=now)
        watch = config.watches[0].id
        polls = 0
        async with app.pipeline(asyncio.Event()) as pipeline:
            for number in range(rounds):
                polls += len(await pipeline.poll())
                while await pipeline.fetch() + await pipeline.assess():
                    pass
                app.store.prune_pages(before=now - timedelta(days=1))
                samples.append(Sample(pages=app.store.counts(watch).articles, polls=polls, mb=resident_mb()))
                sys.stderr.write(f"\rround {number + 1} of {rounds}: {samples[-1]}  ")
                now += ROUND
        app.close()
    sys.stderr.write("\n")
    return samples


def feeds_on(port: int, number: int) -> tuple[FeedSpec, ...]:
    return tuple(
        FeedSpec(id=f"soak-{n}", url=f"http://127.0.0.{n % 200 + 1}:{port}/feed/{n}", title=f"Feed {n}", language="en")
        for n in range(number)
    )


def resident_mb() -> float:
    """Of this process alone, after a collection, so that what is only waiting to be freed does not count."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1_000_000


def report(samples: Sequence[Sample], out: Path) -> int:
    tenth = max(1, len(samples) // 10)
    second, last = samples[tenth : 2 * tenth], samples[-tenth:]
    growth = mean(one.mb for one in last) / mean(one.mb for one in second)
    most = max(one.mb for one in samples)
    out.mkdir(parents=True, exist_ok=True)
    lines = [f"{one.polls:8} polls {one.pages:8} articles {one.mb:8.1f} MB" for one in samples]
    (out / "memory.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (out / "memory.svg").write_text(curve(samples), encoding="utf-8")
    is_flat = growth <= MOST_GROWTH and most < MOST_MB
    print(f"{samples[-1].polls} polls, {samples[-1].pages} articles")
    sizes = [f"{mean(one.mb for one in some):.1f} MB" for some in (second, last)]
    print(f"resident size: second tenth {sizes[0]}, last tenth {sizes[1]}")
    print(f"{growth - 1:+.1%} (allowed {MOST_GROWTH - 1:+.0%}); at most {most:.1f} MB (allowed {MOST_MB}): ", end="")
    print(f"{'flat' if is_flat else 'NOT flat'}; the curve lies in {out}")
    return 0 if is_flat else 1


def curve(samples: Sequence[Sample]) -> str:
    """The sizes as a line between nought and what is allowed."""
    width, height = 800, 300
    points = " ".join(
        f"{width * index / max(1, len(samples) - 1):.1f},{height - height * one.mb / MOST_MB:.1f}"
        for index, one in enumerate(samples)
    )
    last = samples[-1]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-60 -20 {width + 80} {height + 60}" '
        f'font-family="sans-serif" font-size="12"><path d="M0 0V{height}H{width}" fill="none" stroke="#888"/>'
        f'<polyline points="{points}" fill="none" stroke="#b03030" stroke-width="2"/>'
        f'<text x="-8" y="4" text-anchor="end">{MOST_MB} MB</text><text x="-8" y="{height}" text-anchor="end">0</text>'
        f'<text x="{width}" y="{height + 20}" text-anchor="end">{last.polls} polls, {last.pages} articles</text>'
        "</svg>\n"
    )


# --- the server ----------------------------------------------------------------------------------------------------


def serve(pipe: Connection, fresh_per_poll: float) -> None:
    """Answer for ever; each poll of a feed brings so many new entries on average."""
    polls: dict[str, int] = {}
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            kind, _, rest = self.path.strip("/").partition("/")
            status, content_type, body = 404, "text/plain", b"not here"
            if kind == "feed":
                with lock:
                    polls[rest] = polls.get(rest, 0) + 1
                    newest = int(polls[rest] * fresh_per_poll)
                status, content_type, body = 200, "application/rss+xml", feed_of(rest, newest, self.headers["Host"])
            elif kind == "page":
                status, content_type, body = page_of(rest)
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("0.0.0.0", 0), Handler)
    pipe.send(server.server_address[1])
    server.serve_forever()


def feed_of(feed: str, newest: int, host: str) -> bytes:
    items = "".join(
        f"<item><title>{title_of(feed, n)}</title><link>http://{host}/page/{feed}/{n}</link>"
        f"<description>{words(f'{feed}/{n}/summary', 30)}</description></item>"
        for n in range(newest, max(0, newest - WINDOW), -1)
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>{feed}</title>{items}</channel></rss>'.encode()


def page_of(name: str) -> tuple[int, str, bytes]:
    """A page of 20 to 60 kB; one in fifty is not there, no page, or broken."""
    feed, _, number = name.partition("/")
    luck = random.Random(name).randrange(150)
    if luck == 0:
        return 404, "text/html", b"gone"
    if luck == 1:
        return 200, "application/pdf", b"%PDF-1.4 " + name.encode()
    if luck == 2:
        return 200, "text/html", b"<div>" * 3000 + name.encode()
    title = title_of(feed, int(number))
    text = "".join(f"<p>{words(f'{name}/{n}', 60)}.</p>" for n in range(random.Random(name).randrange(6, 20)))
    boxes = "".join(
        f'<div class="teaser"><h3><a href="/x{n}">{words(f"box {n}", 8)}</a></h3></div>' for n in range(120)
    )
    return (
        200,
        "text/html; charset=utf-8",
        f'<html lang="en"><head><title>{title}</title><meta property="og:type" content="article"></head><body>'
        f"<nav><ul>{MENU}</ul></nav><article><h1>{title}</h1>{text}</article>{boxes}</body></html>".encode(),
    )


def title_of(feed: str, number: int) -> str:
    return f"{words(f'{feed}/{number}/title', 7).capitalize()} {feed}-{number}"


@lru_cache(maxsize=10_000)
def words(seed: str, number: int) -> str:
    return " ".join(random.Random(seed).choices(WORDS, k=number))


if __name__ == "__main__":
    sys.exit(main())

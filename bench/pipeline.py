"""What an article costs from its stored page to its stored assessment, beside trafilatura alone on the same pages.

    python bench/pipeline.py [--shared ../shared] [--rounds 5] [--workers 2] [--mode full|two-stage]

CPU time of this process and of its workers, all counted: handing over, extraction, language, names, score, actors,
storing in SQLite, the search index. Trafilatura gets decoded text and the same options. The two take turns, round by
round over all pages, so that what else the machine does hits both alike; the medians count. All is warm, as a daemon's
is: each page was read once before. A last round is timed on one core alone.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from trafilatura import extract

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.figures import Figure, tell  # noqa: E402
from monitor import logs  # noqa: E402
from monitor.app import App  # noqa: E402
from monitor.collect.extract.decode import decode  # noqa: E402
from monitor.model import EntryState, FeedRow, NewEntry, Page, PollOutcome, PollPlan  # noqa: E402
from monitor.pipeline import Pipeline  # noqa: E402
from monitor.settings import load_config  # noqa: E402
from tests.page_scoring import LabelledPage, labelled_pages  # noqa: E402

NOW = datetime(2026, 11, 1, tzinfo=UTC)
_TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, kw_only=True)
class Spent:
    """Seconds of one round."""

    #: Of trafilatura alone.
    plain_s: float
    #: Of the whole pipeline.
    own_s: float
    workers_s: float
    wall_s: float

    @property
    def cpu_s(self) -> float:
        return self.own_s + self.workers_s


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    parser.add_argument("--rounds", type=int, default=5, help="how often each page is read, under an address each")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--mode", choices=("full", "two-stage"), default="full")
    options = parser.parse_args()
    logs.configure(level="error")
    pages = list(labelled_pages(options.shared))
    both = asyncio.run(rounds(pages, options.rounds, options.workers, options.mode, cores=None))
    (one,) = asyncio.run(rounds(pages, 1, options.workers, options.mode, cores=1))
    each_ms = 1000 / len(pages)
    plain_ms, workers_ms, own_ms = (
        each_ms * median(getattr(spent, part) for spent in both) for part in ("plain_s", "workers_s", "own_s")
    )
    ratios = sorted(spent.cpu_s / spent.plain_s for spent in both)
    wall_s = median(spent.wall_s for spent in both)
    print(f"trafilatura alone  {plain_ms:6.1f} ms CPU an article")
    print(f"whole pipeline     {workers_ms + own_ms:6.1f} ms CPU an article  {median(ratios):5.2f} × ", end="")
    print(f"({ratios[0]:.2f} to {ratios[-1]:.2f} in {len(ratios)} rounds)")
    print(f"  of it workers    {workers_ms:6.1f} ms, this process {own_ms:.1f} ms")
    tell(
        Figure(name="pipeline / trafilatura alone", value=median(ratios), unit="×", at_most=1.3),
        Figure(name="pipeline, CPU an article", value=workers_ms + own_ms, unit="ms"),
        Figure(name="pipeline, both cores / one", value=one.wall_s / wall_s, unit="×", at_least=1.8),
    )
    print(f"both cores         {len(pages) / wall_s:6.1f} articles a second  {one.wall_s / wall_s:5.2f} × one core")


def plain(pages: Sequence[LabelledPage]) -> float:
    started = time.process_time()
    for page in pages:
        extract(decode(page.body, page.charset), include_comments=False)
    return time.process_time() - started


async def rounds(
    pages: Sequence[LabelledPage], number: int, workers: int, mode: str, *, cores: int | None
) -> list[Spent]:
    """Read all pages by trafilatura, then from a store that holds them as fetched; so many times."""
    measured = []
    with tempfile.TemporaryDirectory() as folder, on_cores(cores):
        config = load_config(None, {"WIDERHALL_DATA_DIR": folder})
        extraction = replace(config.daemon.extraction, workers=workers, mode=mode)
        config = replace(config, daemon=replace(config.daemon, extraction=extraction))
        app = App(config, clock=lambda: NOW, creates=True)
        async with app.pipeline(asyncio.Event()) as pipeline:
            fill(app, pages, "warming")
            await work_off(pipeline)
            plain(pages[:10])
            for each in range(number):
                plain_s = plain(pages)
                fill(app, pages, f"copy{each}")
                started = (time.process_time(), cpu_of_workers(), time.perf_counter())
                await work_off(pipeline)
                ended = (time.process_time(), cpu_of_workers(), time.perf_counter())
                own_s, workers_s, wall_s = (after - before for before, after in zip(started, ended, strict=True))
                measured.append(Spent(plain_s=plain_s, own_s=own_s, workers_s=workers_s, wall_s=wall_s))
        app.close()
    return measured


async def work_off(pipeline: Pipeline) -> None:
    while await pipeline.assess():
        pass


def fill(app: App, pages: Sequence[LabelledPage], name: str) -> None:
    """Queue each page under an address of its own; without a canonical link that would make it one."""
    feed = app.config.feeds[0]
    app.store.sync_feeds({feed.id: feed.url}, now=NOW)
    found = tuple(entry_of(feed.id, page, name) for page in pages)
    row = FeedRow(id=feed.id, url=feed.url)
    app.store.apply_poll(PollPlan(feed=row, outcome=PollOutcome.NEW, polled_at=NOW, new=found))
    pending = app.store.due_entries(EntryState.PENDING, now=NOW, limit=len(found))
    by_key = {entry.key: entry for entry in pending}
    for page in pages:
        entry = by_key[f"{name}-{page.id}"]
        app.store.store_page(
            Page(
                entry_id=entry.id,
                final_url=entry.fetch_url,
                content_type="text/html",
                charset=page.charset,
                body=page.body,
                fetched_at=NOW,
            )
        )


def entry_of(feed_id: str, page: LabelledPage, name: str) -> NewEntry:
    url = f"https://{name}.example/{page.id}"
    return NewEntry(
        feed_id=feed_id, key=f"{name}-{page.id}", url=url, fetch_url=url, title=page.title, summary="", fingerprint=name
    )


def cpu_of_workers() -> float:
    """Of the child processes that live, Linux only."""
    me = os.getpid()
    children = Path(f"/proc/{me}/task/{me}/children").read_text(encoding="ascii").split()
    return sum(_cpu_of(int(child)) for child in children)


def _cpu_of(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS_A_SECOND


@contextmanager
def on_cores(number: int | None) -> Iterator[None]:
    """Keep this process and the workers it starts on so many cores."""
    allowed = os.sched_getaffinity(0)
    if number is not None:
        os.sched_setaffinity(0, sorted(allowed)[:number])
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)


if __name__ == "__main__":
    main()

"""What an article costs from its stored page to its stored assessment, beside trafilatura alone on the same pages.

    python bench/pipeline.py [--shared ../shared] [--copies 3] [--workers 2] [--mode full|two-stage]

CPU time of this process and of its workers, all counted: handing over, extraction, language, names, score, actors,
storing in SQLite, the search index. Trafilatura gets decoded text and the same options, and is measured before and
after, in the same run. All is warm, as a daemon's is: each page was read once before. With two
workers the run is timed once on one core and once on both.
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

from trafilatura import extract

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

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
    """Seconds of one run."""

    own_s: float
    workers_s: float
    wall_s: float

    @property
    def cpu_s(self) -> float:
        return self.own_s + self.workers_s


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    parser.add_argument("--copies", type=int, default=3, help="how often each page is read, under an address each")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--mode", choices=("full", "two-stage"), default="full")
    options = parser.parse_args()
    logs.configure(level="error")
    pages = list(labelled_pages(options.shared))
    number = len(pages) * options.copies
    plain(pages[:10])
    plain_s = plain(pages)
    both = asyncio.run(whole(pages, options.copies, options.workers, options.mode, cores=None))
    plain_s = (plain_s + plain(pages)) / 2 * options.copies
    one = asyncio.run(whole(pages, options.copies, options.workers, options.mode, cores=1))
    print(f"trafilatura alone  {1000 * plain_s / number:6.1f} ms CPU an article")
    print(f"whole pipeline     {1000 * both.cpu_s / number:6.1f} ms CPU an article  {both.cpu_s / plain_s:5.2f} ×")
    print(
        f"  of it workers    {1000 * both.workers_s / number:6.1f} ms, this process {1000 * both.own_s / number:.1f} ms"
    )
    print(
        f"both cores         {number / both.wall_s:6.1f} articles a second  {one.wall_s / both.wall_s:5.2f} × one core"
    )


def plain(pages: Sequence[LabelledPage]) -> float:
    started = time.process_time()
    for page in pages:
        extract(decode(page.body, page.charset), include_comments=False)
    return time.process_time() - started


async def whole(pages: Sequence[LabelledPage], copies: int, workers: int, mode: str, *, cores: int | None) -> Spent:
    """Read all pages from a store that holds them as fetched."""
    with tempfile.TemporaryDirectory() as folder, on_cores(cores):
        config = load_config(None, {"WIDERHALL_DATA_DIR": folder})
        extraction = replace(config.daemon.extraction, workers=workers, mode=mode)
        config = replace(config, daemon=replace(config.daemon, extraction=extraction))
        app = App(config, clock=lambda: NOW, creates=True)
        async with app.pipeline(asyncio.Event()) as pipeline:
            fill(app, pages, "warming")
            await work_off(pipeline)
            fill(app, pages, *(f"copy{number}" for number in range(copies)))
            started = (time.process_time(), cpu_of_workers(), time.perf_counter())
            await work_off(pipeline)
            ended = (time.process_time(), cpu_of_workers(), time.perf_counter())
        app.close()
    own_s, workers_s, wall_s = (after - before for before, after in zip(started, ended, strict=True))
    return Spent(own_s=own_s, workers_s=workers_s, wall_s=wall_s)


async def work_off(pipeline: Pipeline) -> None:
    while await pipeline.assess():
        pass


def fill(app: App, pages: Sequence[LabelledPage], *names: str) -> None:
    """Queue each page under an address of its own for each name; without a canonical link that would make it one."""
    feed = app.config.feeds[0]
    app.store.sync_feeds({feed.id: feed.url}, now=NOW)
    for name in names:
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

"""A program for test_crash: runs cycles of the flow, and in forked children such as are killed in the act.

Reads one JSON command a line: {"feeds": […], "database": url, "kill": {"commit": n, "before": true} | null}. It runs
one cycle for each, and answers with how that ended. One that nobody kills it runs itself, so that all that is loaded at
first use is there for the children. A child told to die kills itself with SIGKILL at its n-th commit after starting up,
just before the database does it or just after.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

from monitor import logs
from monitor.app import App
from monitor.collect.extract.process import extract_in_worker, first_in_worker
from monitor.collect.feeds import parse_feed
from monitor.collect.fetch import HttpFetcher
from monitor.model import Entry, Extraction, FeedSpec, Fetched, FetchSettings, Page, ParsedFeed
from monitor.pipeline import Pipeline
from monitor.report.digest import today_in
from monitor.report.gather import write_due_digests
from monitor.settings import load_config
from store import database, open_store

CONFIG = load_config(None, {})
READER = App(CONFIG).reader


def clock() -> datetime:
    return datetime.now(UTC)


class Here:
    """Extraction in this process: the point is the store, and a fork cannot have worker processes of its parent."""

    async def extract(self, page: Page, entry: Entry) -> Extraction:
        return extract_in_worker(page, entry)

    async def first(self, page: Page, entry: Entry) -> Extraction | None:
        return first_in_worker(page, entry)


async def parse(answer: Fetched) -> ParsedFeed:
    return parse_feed(
        answer.body, url=answer.final_url, content_type=answer.content_type, charset=answer.charset, now=clock()
    )


def die_at(commit: int, *, before: bool) -> None:
    """Kill this process at its n-th commit of a transaction that wrote something."""
    seen = 0

    def die() -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    @event.listens_for(Engine, "commit")
    def on_commit(connection: Any) -> None:
        nonlocal seen
        if not connection.get_execution_options().get(database._WRITES):
            return
        seen += 1
        if seen == commit:
            if before:
                die()
            connection.connection.commit()
            die()


async def cycle(command: dict[str, Any]) -> None:
    feeds = {spec["id"]: FeedSpec(**spec) for spec in command["feeds"]}
    store = open_store(command["database"])
    settings = FetchSettings(spacing_s=0.0, allowed_networks=("127.0.0.0/8",))
    async with HttpFetcher(settings, clock) as fetcher:
        pipeline = Pipeline(
            store=store,
            fetcher=fetcher,
            extractor=Here(),
            parse_feed=parse,
            reader=READER,
            feeds=feeds,
            clock=clock,
        )
        store.sync_feeds({spec.id: spec.url for spec in feeds.values()}, now=clock())
        if kill := command["kill"]:
            die_at(kill["commit"], before=kill["before"])
        await pipeline.cycle()
    tomorrow = clock() + timedelta(days=2)
    for watch in CONFIG.watches:
        first_day = today_in(watch.digest.zone, clock())
        write_due_digests(store, watch, tuple(feeds.values()), first_day=first_day, now=tomorrow)
    store.close()


def in_a_child(command: dict[str, Any]) -> str:
    """Run one cycle in a fork; how it ended."""
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            asyncio.run(cycle(command))
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(pid, 0)
    return "killed" if os.WIFSIGNALED(status) else f"exit {os.waitstatus_to_exitcode(status)}"


def main() -> None:
    logs.configure(level="error")
    for line in sys.stdin:
        command = json.loads(line)
        if command["kill"]:
            ended = in_a_child(command)
        else:
            asyncio.run(cycle(command))
            ended = "exit 0"
        sys.stdout.write(json.dumps({"ended": ended}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()

"""What Widerhall makes of every fault of the tests' web and the tests' feeds, as a table.

python bench/faults.py
"""

from __future__ import annotations

import asyncio
import logging
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import structlog

sys.path.insert(0, str(Path(__file__).parent.parent))

from monitor.collect.fetch import HttpFetcher
from monitor.errors import FetchError, RefusedError
from monitor.model import Fetched, FetchSettings, Request
from tests.faulty_feeds import FEED_FAULTS
from tests.faulty_web import FAULTS, FaultyWeb
from tests.feed_faults import live


async def answers() -> int:
    """Each fault of a server, asked for once; return how many came out wrong."""
    wrong = 0
    settings = FetchSettings(allowed_networks=("127.0.0.1/32",), spacing_s=0.0)
    async with FaultyWeb() as web, HttpFetcher(settings, lambda: datetime.now(UTC)) as fetcher:
        for fault in FAULTS:
            path = "/" + fault.name.replace(" ", "-")
            web.routes[path] = fault.respond
            deadline_s = 0.3 if fault.comes == "timeout" else 5.0
            request = Request(url=web.url(path), obeys_robots=False, max_bytes=1_000_000, deadline_s=deadline_s)
            try:
                answer = await fetcher.fetch(request)
                size = len(answer.body) if isinstance(answer, Fetched) else 0
                came, said = "body", f"{size} bytes"
            except (FetchError, RefusedError) as error:
                came, said = error.kind.value, error.message
            wrong += came != fault.comes
            print(f"{'  ' if came == fault.comes else '✗ '}{fault.name:36} {came:16} {said[:120]}")
    return wrong


async def feeds() -> int:
    """Each feed, polled as often as its story needs; return how many came out wrong."""
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        lived = await live(FEED_FAULTS, Path(folder))
    for fault in FEED_FAULTS:
        story, complaints = lived[fault.name], fault.complaints(lived[fault.name])
        wrong += bool(complaints)
        said = "; ".join(complaints) or story.message
        print(f"{'✗ ' if complaints else '  '}{fault.name:44} {', '.join(story.polls)[:60]:60} {said[:100]}")
    return wrong


async def main() -> int:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    wrong = await answers() + await feeds()
    total = len(FAULTS) + len(FEED_FAULTS)
    print(f"{total - wrong} of {total} answered as required ({len(FAULTS)} of servers, {len(FEED_FAULTS)} of feeds)")
    return wrong


if __name__ == "__main__":
    sys.exit(asyncio.run(main()) > 0)

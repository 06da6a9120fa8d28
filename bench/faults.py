"""What the fetcher makes of every fault of the tests' faulty web, as a table.

python bench/faults.py
"""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from monitor.collect.fetch import HttpFetcher
from monitor.errors import FetchError, RefusedError
from monitor.model import Fetched, FetchSettings, Request
from tests.faulty_web import FAULTS, FaultyWeb


async def main() -> int:
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
            print(f"{'  ' if came == fault.comes else '✗ '}{fault.name:36} {came:16} {said}")
    print(f"{len(FAULTS) - wrong} of {len(FAULTS)} answered as required")
    return wrong


if __name__ == "__main__":
    sys.exit(asyncio.run(main()) > 0)

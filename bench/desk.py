"""Time the desk's pages over a store of many articles, from a second process, as a browser asks for them.

    python bench/tune.py --build --store /path/to/folder       once: 100,000 articles, in SQLite (some minutes)
    python bench/desk.py --store /path/to/folder

Beside the time until a page is there stands the CPU time that the desk's process spent on it: on a busy machine only
the latter says something about the desk. The first of all requests fill what the desk keeps in memory; they are told
apart as «first».
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.figures import Figure, tell  # noqa: E402
from tests.ports import free_port  # noqa: E402

REQUESTS = 200
#: How long the desk may take to start.
START_WITHIN_S = 60
PAGES = {
    "inbox": "/",
    "inbox, all states, best first": "/?state=all&order=best",
    "inbox, one language": "/?language=ru&state=all",
    "search: two words": "/?state=all&q=Erdogan+Putin",
    "search: a frequent word": "/?state=all&outcome=all&q=Moscow",
    "search: a phrase": "/?state=all&q=%22air+strike%22",
    "article": "/article/{article}",
    "inbox, one day": "/?day=2026-03-09",
    "today": "/today",
    "actors": "/actors",
    "actor": "/actor/@turkey",
    "sources": "/sources",
    "tuning": "/tuning",
    "tuning: another threshold": "/tuning?match=42",
}


@contextmanager
def desk(folder: Path) -> Iterator[tuple[str, int]]:
    """The address and the process of `widerhall desk`."""
    port = free_port()
    environ = {**os.environ, "WIDERHALL_DATA_DIR": str(folder.absolute()), "WIDERHALL_CONFIG": str(ROOT / "config")}
    command = [Path(sys.executable).with_name("widerhall"), "desk", "--port", str(port)]
    with subprocess.Popen(command, cwd=ROOT, env=environ, stdout=subprocess.DEVNULL) as process:
        try:
            yield f"http://127.0.0.1:{port}", process.pid
        finally:
            process.terminate()


def spent_s(process: int) -> float:
    """CPU time of a process so far (Linux)."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def ms(seconds: Sequence[float], percentile: int) -> float:
    return sorted(seconds)[(len(seconds) - 1) * percentile // 100] * 1000


def wait_for(client: httpx.Client) -> None:
    begun = time.monotonic()
    while True:
        try:
            client.get("/healthz")
        except httpx.TransportError:
            if time.monotonic() - begun > START_WITHIN_S:
                raise
            time.sleep(0.1)
        else:
            return


def measure(folder: Path, article: int, requests: int) -> None:
    print(f"{'':<32}{'first':>8}{'p50':>8}{'p95':>8}{'CPU':>8}{'kB':>6}")
    with desk(folder) as (address, process), httpx.Client(base_url=address, timeout=60) as client:
        wait_for(client)
        for name, path in PAGES.items():
            took, where, answer, cpu_s = [], path.format(article=article), None, 0.0
            for number in range(requests + 1):
                if number == 1:
                    cpu_s = spent_s(process)
                begun = time.perf_counter()
                answer = client.get(where).raise_for_status()
                took.append(time.perf_counter() - begun)
            cpu_ms = (spent_s(process) - cpu_s) * 1000 / requests
            first, *later = took
            size = len(answer.content) // 1000 if answer else 0
            print(
                f"{name:<32}{first * 1000:8.0f}{ms(later, 50):8.1f}{ms(later, 95):8.1f}{cpu_ms:8.1f}{size:6}",
                flush=True,
            )
            tell(Figure(name=f"desk: {name}, CPU", value=cpu_ms, unit="ms"))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--store", type=Path, required=True, help="the folder that the store lies in")
    parser.add_argument("--article", type=int, default=5, help="the number of the article that is opened")
    parser.add_argument("--requests", type=int, default=REQUESTS, help="of each page")
    given = parser.parse_args()
    measure(given.store, given.article, given.requests)

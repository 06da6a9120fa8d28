"""Many processes on one PostgreSQL: what a kill -9 leaves, how waiting work scales, what the engine costs.

    python bench/workers.py kill [--articles 1000]      workers, the leader and the database killed in the middle
    python bench/workers.py scale [--delay 1.0]         the same slow hosts with 2 and with 4 workers
    python bench/workers.py cost                        an empty job, a turn at a host, a text on its way
    python bench/workers.py compare [--articles 400]    the same articles in one process and by two workers

Servers, database and workers all run on this machine, over loopback. Every host is a server of its own (127.0.1.x) that
notes when it was asked: the shortest time between two requests is measured there.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.figures import Figure, tell  # noqa: E402
from monitor.model import Extraction, TextQuality  # noqa: E402
from monitor.work.engine import Engine, Job, engine_tables  # noqa: E402
from monitor.work.packing import packed, unpacked  # noqa: E402
from store import SharedManners, open_store  # noqa: E402
from tests.crew_material import SlowWeb, crew, wait_until  # noqa: E402
from tests.postgres_server import PostgresServer  # noqa: E402

ASSESSED = "select count(*) from entries where state = 'assessed'"
FETCHED = "select count(*) from entries where fetched_at is not null"
TWICE = "select count(*) from (select 1 from assessments group by article_id, watch having count(*) > 1) as twice"
CUT_ALL = "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname is not null"
PATIENCE_S = 900.0
IN_A_HURRY = {"WIDERHALL_NETWORK__HOST_SPACING_S": "0", "WIDERHALL_LOGGING__LEVEL": "warning"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("kill", "scale", "cost", "compare"))
    parser.add_argument("--articles", type=int, default=1000)
    parser.add_argument("--delay", type=float, default=1.0)
    options = parser.parse_args()
    server = PostgresServer()
    try:
        if options.what == "kill":
            kill(server, options.articles)
        elif options.what == "scale":
            times = [scale(server, workers, options.delay) for workers in (2, 4)]
            print(f"2 → 4 workers: {times[0] / times[1]:.2f} × as fast")
        elif options.what == "compare":
            compare(server, options.articles)
        else:
            cost(server)
    finally:
        server.stop()


def ask(url: str, question: str) -> int:
    try:
        with psycopg.connect(url) as connection:
            row = connection.execute(question.encode()).fetchone()
    except psycopg.errors.UndefinedTable:
        return 0
    return int(row[0]) if row else 0


def until(url: str, question: str, number: int) -> None:
    wait_until(lambda: ask(url, question) >= number, within_s=PATIENCE_S, what=f"{number}: {question}")


def kill(server: PostgresServer, articles: int) -> None:
    """Kill a worker at a quarter, the leader at half, all connections at three quarters of the articles."""
    url, hosts = server.new_url(), 50
    total = articles // hosts * hosts
    with (
        tempfile.TemporaryDirectory() as folder,
        SlowWeb(hosts=hosts, articles_each=total // hosts, delay_s=0.2) as web,
        crew(Path(folder), web, url) as made,
    ):
        leader = made.start("leader", "run", "--only-lead")
        workers = [made.start(f"worker{n}", "worker") for n in range(3)]
        until(url, ASSESSED, 1)
        made.start("second", "run", "--only-lead")
        began = time.monotonic()
        until(url, ASSESSED, total // 4)
        made.kill(workers[0])
        print(f"a worker killed at {ask(url, ASSESSED)} articles")
        until(url, ASSESSED, total // 2)
        wait_until(lambda: "stands by" in made.said("second"), within_s=60, what="the second stands by")
        made.kill(leader)
        took_s = wait_until(lambda: "event=leads" in made.said("second"), within_s=60, what="the second leads")
        print(f"the leader killed at {ask(url, ASSESSED)} articles; the second one led after {took_s:.1f} s")
        until(url, ASSESSED, total * 3 // 4)
        server.run(CUT_ALL)
        print(f"all connections cut at {ask(url, ASSESSED)} articles")
        until(url, ASSESSED, total)
        took_s = time.monotonic() - began
        print(f"{total} articles in {took_s:.0f} s; exit codes {made.stop()}")
        pages = web.pages()
        print(f"articles stored     {ask(url, 'select count(*) from articles')} of {total}")
        print(f"assessed twice      {ask(url, TWICE)}")
        print(f"pages asked for     {len(pages)}, of which {len({(p.host, p.path) for p in pages})} different")
        print(f"robots.txt asked    {sum(v.path == '/robots.txt' for v in web.visits)} times at {hosts} hosts")
        print(f"shortest gap        {web.shortest_gap_s():.3f} s at one host, of {made.spacing_s} s asked for")


def scale(server: PostgresServer, workers: int, delay_s: float) -> float:
    """How long so many workers, each at 8 sites at once, take for the pages of 120 slow hosts."""
    url, hosts, each = server.new_url(), 120, 5
    with (
        tempfile.TemporaryDirectory() as folder,
        SlowWeb(hosts=hosts, articles_each=each, delay_s=delay_s) as web,
        crew(Path(folder), web, url) as made,
    ):
        made.start("leader", "run", "--only-lead")
        for number in range(workers):
            made.start(f"worker{number}", "worker", "--queues", "fetch", "--concurrency", "8")
        until(url, FETCHED, hosts * each)
        made.stop()
        began, ended = min(v.began for v in web.pages()), max(v.ended for v in web.pages())
        print(
            f"{workers} workers: {hosts * each} pages of {hosts} hosts that take {delay_s:g} s to answer in"
            f" {ended - began:.1f} s, {hosts * each / (ended - began):.1f} a second;"
            f" shortest gap {web.shortest_gap_s():.3f} s of {made.spacing_s} s"
        )
        return ended - began


# --- one process, many processes ----------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Bill:
    """What reading so many articles took."""

    articles: int
    wall_s: float
    ours_s: float
    database_s: float


def compare(server: PostgresServer, articles: int) -> None:
    """The same articles in one process and by workers. Of two sizes: what begins and ends a process falls out."""
    few = articles // 4
    ways = {
        "one process, SQLite": lambda n: in_one_process(server, n, url=""),
        "one process, PostgreSQL": lambda n: in_one_process(server, n, url=server.new_url()),
        "leader and two workers": lambda n: by_workers(server, n),
    }
    for name, read in ways.items():
        small, large = read(few), read(articles)
        more = large.articles - small.articles
        ours, database = (1000 * (getattr(large, of) - getattr(small, of)) / more for of in ("ours_s", "database_s"))
        print(
            f"{name:24} {ours:6.1f} ms CPU an article of ours, {database:5.1f} ms of PostgreSQL's;"
            f" {more / max(large.wall_s - small.wall_s, 0.001):5.1f} articles a second"
        )


def in_one_process(server: PostgresServer, articles: int, *, url: str) -> Bill:
    with _slow_web(articles) as (web, folder), crew(folder, web, url, **IN_A_HURRY) as made:
        before, began = _cpu_of_database(server), time.monotonic()
        once = made.start("once", "once")
        ours_s = _ended(once)
        return Bill(
            articles=articles,
            wall_s=time.monotonic() - began,
            ours_s=ours_s,
            database_s=_cpu_of_database(server) - before,
        )


def by_workers(server: PostgresServer, articles: int) -> Bill:
    url = server.new_url()
    with _slow_web(articles) as (web, folder), crew(folder, web, url, **IN_A_HURRY) as made:
        before, began = _cpu_of_database(server), time.monotonic()
        processes = [made.start("leader", "run", "--only-lead"), *(made.start(f"w{n}", "worker") for n in range(2))]
        until(url, ASSESSED, articles)
        wall_s = time.monotonic() - began
        for process in processes:
            process.send_signal(signal.SIGTERM)
        ours_s = sum(_ended(process) for process in processes)
        return Bill(articles=articles, wall_s=wall_s, ours_s=ours_s, database_s=_cpu_of_database(server) - before)


@contextmanager
def _slow_web(articles: int) -> Iterator[tuple[SlowWeb, Path]]:
    hosts = 20
    with (
        tempfile.TemporaryDirectory() as folder,
        SlowWeb(hosts=hosts, articles_each=articles // hosts, delay_s=0.0) as web,
    ):
        yield web, Path(folder)


def _ended(process: subprocess.Popen[bytes]) -> float:
    """The CPU seconds of a process that has ended, and of those that it began."""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return usage.ru_utime + usage.ru_stime


def _cpu_of_database(server: PostgresServer) -> float:
    """The CPU seconds of the server's processes, those that have ended too."""
    with psycopg.connect(server.new_url()) as connection:
        postmaster = int(_stat(connection.info.backend_pid)[1])
    ticks = sum(map(int, _stat(postmaster)[11:15]))  # with those of its children that have ended
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            fields = _stat(int(folder.name))
            ticks += sum(map(int, fields[11:13])) if int(fields[1]) == postmaster else 0
    return ticks / os.sysconf("SC_CLK_TCK")


def _stat(pid: int) -> list[str]:
    """What Linux tells of a process, from its state on."""
    return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()


# --- costs ---------------------------------------------------------------------------------------------------------


def cost(server: PostgresServer) -> None:
    url = server.new_url()
    with closing(open_store(url)) as store:
        manners = SharedManners(store.database)
        manners.make_tables(engine_tables())
        asyncio.run(_jobs(url, manners.schema, 1000))

        def turn() -> None:
            taken = manners.take_turn("one.example", host="one.example", hold_s=30)
            assert taken.held_until is not None
            manners.end_turn("one.example", held_until=taken.held_until, spacing_s=-1)

        _timed("a turn at a host, taken and ended", 1000, turn)
    text = "Ministers met by the harbour to speak about the bridge. " * 70
    extraction = Extraction(title="Title", text=text, method="trafilatura", quality=TextQuality.FULL)
    _timed(f"a text of {len(text)} characters packed and unpacked", 1000, lambda: unpacked(packed(extraction)))


async def _jobs(url: str, schema: str, number: int) -> None:
    done, over = 0, asyncio.Event()

    async def poll(feed_ids: list[str]) -> None:  # noqa: ARG001 - named as the job names it
        nonlocal done
        done += 1
        if done == number:
            over.set()

    engine = Engine(url, schema=schema)
    engine.learn({"poll": poll})
    async with engine.opened():
        began = (time.process_time(), time.perf_counter())
        for _ in range(number // 20):
            await engine.hand_out([Job(kind="poll", arguments={"feed_ids": ["a"]})] * 20)
        _tell("a job handed out", number, began)
        began = (time.process_time(), time.perf_counter())
        working = asyncio.ensure_future(engine.work({"fetch": 8}, stopping=over))
        await working
        _tell("an empty job taken and done", number, began)


def _timed(what: str, number: int, work: Callable[[], object]) -> None:
    began = (time.process_time(), time.perf_counter())
    for _ in range(number):
        work()
    _tell(what, number, began)


def _tell(what: str, number: int, began: tuple[float, float]) -> None:
    cpu_s, wall_s = time.process_time() - began[0], time.perf_counter() - began[1]
    tell(Figure(name=f"workers: {what}, CPU", value=1000 * cpu_s / number, unit="ms"))
    print(f"{what}: {1000 * cpu_s / number:.2f} ms CPU of ours, {1000 * wall_s / number:.2f} ms in all")


if __name__ == "__main__":
    main()

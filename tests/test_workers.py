"""Many processes on one PostgreSQL: whose turn it is, what is handed out, who leads; and what a kill -9 leaves."""

from __future__ import annotations

import asyncio
import itertools
import os
import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from monitor.collect.politeness import SharedTurns, Turns
from monitor.errors import AlreadyRunningError, LeadershipLostError
from monitor.model import EntryState, Extraction, FeedRow, KeptRobots, TextQuality
from monitor.work.engine import TRIES, WORKER, Engine, Job, Muster, Standing, engine_tables
from monitor.work.handing import JOBS_WAITING, PAGES_A_JOB, fetch_batches, poll_jobs
from monitor.work.packing import packed, unpacked
from store import LeaderLock, SharedManners, SqlStore, open_store
from tests.cli_material import widerhall
from tests.crew_material import Crew, SlowWeb, crew, wait_until
from tests.extract_material import entry
from tests.postgres_server import PostgresServer
from tests.store_material import NOW as THEN
from tests.store_material import a_poll, with_entries, with_feeds

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
NOBODY = Standing(waiting={}, doing={}, about=frozenset(), workers=0)


# --- what is handed out -------------------------------------------------------------------------------------------


def row(name: str, host: str) -> FeedRow:
    return FeedRow(id=name, url=f"https://{host}/{name}.xml")


def test_one_job_for_all_due_feeds_of_a_site() -> None:
    due = [row("a", "one.example"), row("b", "two.example"), row("c", "www.one.example")]
    assert poll_jobs(due, NOBODY) == [
        Job(kind="poll", arguments={"feed_ids": ["a", "c"]}, about="poll one.example"),
        Job(kind="poll", arguments={"feed_ids": ["b"]}, about="poll two.example"),
    ]
    busy = replace(NOBODY, about=frozenset({"poll one.example"}))
    assert [job.about for job in poll_jobs(due, busy)] == ["poll two.example"]
    full = replace(NOBODY, waiting={"fetch": JOBS_WAITING - 1})
    assert len(poll_jobs(due, full)) == 1


def test_pages_are_handed_out_by_site_a_batch_at_a_time() -> None:
    entries = [entry(id=n, fetch_url=f"https://one.example/{n}") for n in range(PAGES_A_JOB + 5)]
    entries.append(entry(id=99, fetch_url="https://two.example/1"))
    batches = fetch_batches(entries, NOBODY)
    assert [(about, len(batch)) for about, batch in batches] == [
        ("fetch one.example", PAGES_A_JOB),
        ("fetch two.example", 1),
    ]
    busy = replace(NOBODY, about=frozenset({"fetch one.example", "poll two.example"}))
    assert [about for about, _ in fetch_batches(entries, busy)] == ["fetch two.example"]


def test_a_text_survives_its_way_between_workers() -> None:
    extraction = Extraction(
        title="Half a \ud83d character, and \0",
        text="Ankara\n" * 500,
        published=NOW,
        authors=("A", "B"),
        method="trafilatura",
        quality=TextQuality.FULL,
        reasons=("short_text",),
    )
    assert unpacked(packed(extraction)) == extraction
    assert len(packed(extraction)) < 500


def test_what_is_handed_out_is_not_due_until_it_is_given_back(store: SqlStore) -> None:
    first, second, third = with_entries(store, "e1", "e2", "e3")
    later = THEN + timedelta(minutes=10)

    def due(at: datetime) -> list[int]:
        return [each.id for each in store.due_entries(EntryState.PENDING, now=at, limit=10)]

    store.postpone_entry(third, until=THEN + timedelta(hours=1), reason="resting")
    store.hold_entries([first, second, third], EntryState.PENDING, until=later, now=THEN)
    assert due(THEN) == []
    store.release_entries([second], EntryState.PENDING, now=THEN)
    assert due(THEN) == [second]
    assert due(later) == [first, second]  # the third was not due when it was held: it waits as it did
    store.hold_entries([first], EntryState.FETCHED, until=later + timedelta(days=1), now=later)
    assert due(later) == [first, second]
    assert [each.id for each in store.entries_by_id([second, first, 99])] == [first, second]


def test_feeds_that_are_due(store: SqlStore) -> None:
    with_feeds(store, "never", "over", "later", "absurd")
    for name, hours in (("over", 0), ("later", 2), ("absurd", 24 * 30)):
        row = replace(store.feeds_by_id([name])[0], next_due_at=THEN + timedelta(hours=hours))
        store.apply_poll(a_poll(feed=row))
    due = store.feeds_due(now=THEN, implausible_from=THEN + timedelta(days=8))
    assert [row.id for row in due] == ["absurd", "never", "over"]


def test_some_feeds(store: SqlStore) -> None:
    with_feeds(store, "a", "b", "c")
    assert [row.id for row in store.feeds_by_id(["c", "a", "z"])] == ["a", "c"]


# --- turns --------------------------------------------------------------------------------------------------------


@pytest.fixture
def shared_url(postgres: PostgresServer) -> str:
    return postgres.new_url()


@pytest.fixture
def manners(shared_url: str) -> Iterator[SharedManners]:
    with closing(open_store(shared_url)) as store:
        manners = SharedManners(store.database)
        manners.make_tables(engine_tables())
        manners.make_tables(engine_tables())  # whoever comes second finds them
        yield manners


@pytest.mark.postgres
def test_one_turn_at_a_time(manners: SharedManners) -> None:
    first = manners.take_turn("one.example", host="www.one.example", hold_s=30)
    assert first.held_until is not None
    second = manners.take_turn("one.example", host="www.one.example", hold_s=30)
    assert second.held_until is None
    assert 25 < second.wait_s <= 30
    assert manners.take_turn("two.example", host="two.example", hold_s=30).held_until is not None
    manners.end_turn("one.example", held_until=first.held_until, spacing_s=7)
    assert 5 < manners.take_turn("one.example", host="www.one.example", hold_s=30).wait_s <= 7


@pytest.mark.postgres
def test_a_late_end_does_not_shorten_the_turn_of_the_next(manners: SharedManners) -> None:
    dead = manners.take_turn("one.example", host="", hold_s=-1)
    assert dead.held_until is not None
    assert manners.take_turn("one.example", host="", hold_s=30).held_until is not None
    manners.end_turn("one.example", held_until=dead.held_until, spacing_s=1)
    assert manners.take_turn("one.example", host="", hold_s=30).wait_s > 25


@pytest.mark.postgres
def test_a_rest_is_everybodys(manners: SharedManners) -> None:
    until = datetime.now(UTC) + timedelta(minutes=5)
    manners.let_rest("one.example", until=until)
    manners.let_rest("one.example", until=until - timedelta(minutes=4))  # the longest counts
    taken = manners.take_turn("one.example", host="one.example", hold_s=30)
    assert (taken.rests_until, taken.held_until) == (until, None)
    manners.forget(before=datetime.now(UTC))
    assert manners.take_turn("one.example", host="one.example", hold_s=30).rests_until == until


@pytest.mark.postgres
def test_a_robots_file_that_is_away_keeps_what_it_said(manners: SharedManners) -> None:
    assert manners.robots("https://one.example") is None
    said = KeptRobots(stale_at=NOW, body=b"User-agent: *\nDisallow: /\n")
    away = KeptRobots(stale_at=NOW + timedelta(minutes=10), body=None, failure="timeout", message="no answer")
    manners.keep_robots("https://one.example", said)
    manners.keep_robots("https://one.example", away)
    assert manners.robots("https://one.example") == replace(away, body=said.body)


@pytest.mark.postgres
def test_two_processes_ask_a_site_in_turn(manners: SharedManners) -> None:
    """Two that know nothing of each other but the database."""
    spans: list[tuple[float, float]] = []

    async def ask(turns: Turns) -> None:
        for _ in range(4):
            async with turns.turn("one.example", host="one.example", deadline_s=5):
                began = asyncio.get_running_loop().time()
                await asyncio.sleep(0.01)
                spans.append((began, asyncio.get_running_loop().time()))

    async def both() -> None:
        shared = SharedTurns(manners)
        await asyncio.gather(*(ask(Turns(spacing_s=0.05, shared=shared)) for _ in range(2)))

    asyncio.run(both())
    spans.sort()
    assert len(spans) == 8
    assert min(after[0] - before[1] for before, after in itertools.pairwise(spans)) >= 0.05


# --- the engine ---------------------------------------------------------------------------------------------------


@pytest.mark.postgres
def test_a_job_is_done_once_and_failed_ones_come_again(shared_url: str, manners: SharedManners) -> None:
    done: list[Any] = []

    async def poll(feed_ids: list[str]) -> None:
        done.append(feed_ids)

    async def run() -> tuple[Standing, Standing]:
        stopping = asyncio.Event()
        engine = Engine(shared_url, schema=manners.schema)
        engine.learn({"poll": poll})
        async with engine.opened():
            await engine.hand_out([])
            await engine.hand_out([Job(kind="poll", arguments={"feed_ids": ["a"]}, about="poll one.example")])
            before = await engine.standing()
            working = asyncio.ensure_future(engine.work({"fetch": 2}, stopping=stopping))
            while not done:
                await asyncio.sleep(0.01)
            stopping.set()
            await working
            assert await engine.bring_back() == 0
            return before, await engine.standing()

    before, after = asyncio.run(run())
    assert (before.waiting, before.about) == ({"fetch": 1}, frozenset({"poll one.example"}))
    assert (after.waiting, after.doing, after.about, after.workers) == ({}, {}, frozenset(), 0)
    assert done == [["a"]]


@pytest.mark.postgres
def test_jobs_of_the_dead_come_back_but_not_for_ever(shared_url: str, manners: SharedManners) -> None:
    job = Job(kind="poll", arguments={"feed_ids": ["a"]}, about="poll one.example")

    def die(attempts: int) -> None:
        """What a worker leaves that took the job and was killed."""
        with psycopg.connect(f"{shared_url}&options=-csearch_path%3D{manners.schema}") as connection:
            connection.execute("update procrastinate_jobs set status = 'doing', attempts = %s", [attempts])

    async def run() -> list[Standing]:
        engine = Engine(shared_url, schema=manners.schema)
        engine.learn({"poll": lambda feed_ids: asyncio.sleep(0)})
        seen = []
        async with engine.opened():
            await engine.hand_out([job])
            waits = await engine.muster()
            assert (waits.queues["fetch"].waiting, waits.queues["fetch"].doing, waits.stalled) == (1, 0, 0)
            for attempts in (1, TRIES):
                die(attempts)
                stuck = await engine.muster()
                assert (stuck.queues["fetch"].doing, stuck.stalled) == (1, 1)
                assert (stuck.queues["fetch"].doing_s or -1) >= 0
                assert stuck.workers == ("process 7 on db1",)
                assert await engine.bring_back() == 1
                seen.append(await engine.standing())
            await engine.hand_out([job])
            die(1)
            await engine.hand_out([job])  # a leader who knew nothing of the first
            assert await engine.bring_back() == 1
            seen.append(await engine.standing())
        return seen

    with psycopg.connect(shared_url, application_name=f"{WORKER}process 7 on db1"):
        once, gone, other = asyncio.run(run())
    assert (once.waiting, once.doing) == ({"fetch": 1}, {})
    assert (gone.waiting, gone.doing) == ({}, {})
    assert (other.waiting, other.doing) == ({"fetch": 1}, {})


@pytest.mark.postgres
def test_there_is_no_crew_before_the_engine_was_ever_used(shared_url: str) -> None:
    async def look() -> Muster:
        async with Engine(shared_url, schema="nobody_made_it").opened() as engine:
            return await engine.muster()

    muster = asyncio.run(look())
    assert (muster.workers, muster.stalled) == ((), 0)
    assert {queue.waiting + queue.doing for queue in muster.queues.values()} == {0}


# --- who leads ----------------------------------------------------------------------------------------------------


@pytest.mark.postgres
def test_one_leads_and_its_end_is_noticed(postgres: PostgresServer, shared_url: str) -> None:
    first, second = LeaderLock(shared_url), LeaderLock(shared_url)
    assert first.holder() == ""
    with first:
        first.check()
        assert not second.takes()
        assert f"process {os.getpid()} on " in second.holder()
        with pytest.raises(AlreadyRunningError, match="leads on"), second:
            pytest.fail("two lead")
        postgres.run("select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory'")
        with pytest.raises(LeadershipLostError):
            first.check()
        assert second.takes()
        second.close()
    with second:
        second.check()


def test_a_worker_needs_postgresql(tmp_path: Path) -> None:
    said = widerhall("--data-dir", tmp_path, "worker")
    assert said.code == 2
    assert "workers share a PostgreSQL database" in said.err
    assert widerhall("--data-dir", tmp_path, "run", "--only-lead").code == 2


# --- kill -9 ------------------------------------------------------------------------------------------------------


def ask(url: str, question: str) -> int:
    try:
        with psycopg.connect(url) as connection:
            row = connection.execute(question.encode()).fetchone()
    except psycopg.errors.UndefinedTable:
        return 0
    return int(row[0]) if row else 0


ASSESSED = "select count(*) from entries where state = 'assessed'"
TWICE = "select count(*) from (select 1 from assessments group by article_id, watch having count(*) > 1) as twice"


@pytest.mark.postgres
@pytest.mark.slow
def test_killed_workers_and_leaders_lose_nothing(tmp_path: Path, shared_url: str) -> None:
    told = {"WIDERHALL_LOGGING__LEVEL": "debug"}
    with SlowWeb(hosts=10, articles_each=10) as web, crew(tmp_path, web, shared_url, **told) as made:
        total, at_once = 100, 8
        leader = made.start("leader", "run", "--only-lead")
        workers = [made.start(f"worker{n}", "worker") for n in range(2)]
        progress(made, 1)
        made.start("second", "run", "--only-lead")
        progress(made, 20)
        made.kill(workers[0])
        progress(made, 40)
        wait_until(lambda: "stands by" in made.said("second"), within_s=60, what="the second daemon stands by")
        made.kill(leader)
        wait_until(lambda: "event=leads" in made.said("second"), within_s=60, what="it takes over")
        progress(made, total)
        wait_until(lambda: "event=started" in made.said("second"), within_s=60, what="it is ready to be stopped")
        assert made.stop() == [0, 0]
        assert ask(shared_url, "select count(*) from articles") == total
        assert ask(shared_url, TWICE) == 0
        assert web.shortest_gap_s() >= made.spacing_s
        pages = web.pages()
        assert {(page.host, page.path) for page in pages} == {
            (host, f"/article/{n}") for host in web.addresses for n in range(10)
        }
        assert len(pages) <= total + at_once  # what was on its way when the worker was killed
        assert len([visit for visit in web.visits if visit.path == "/robots.txt"]) <= len(web.addresses) + at_once
        said = "".join(made.said(name) for name in ("leader", "second", "worker0", "worker1"))
        for event in ("entry", "handed out", "page fetched", "text", "below"):  # one name, whoever did it
            names = set(re.findall(rf'event="?{event}"? .*\bentry=(e-\d+)', said))
            assert total / 2 <= len(names) <= total, event  # what the killed did last, they did without a word


def progress(made: Crew, number: int) -> None:
    logs = [made.said(name) for name in ("leader", "second", "worker0", "worker1")]
    wait_until(lambda: ask(made.database_url, ASSESSED) >= number, within_s=180, what=f"{number} assessed", logs=logs)

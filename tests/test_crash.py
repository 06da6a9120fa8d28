"""`kill -9` at every transaction boundary, and at random moments of a real demo run: nothing lost, nothing doubled."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import IO, Any, cast

import pytest
from sqlalchemy import create_engine, text

from monitor.model import FeedSpec
from monitor.newsroom.server import Newsroom, serve

ROOT = Path(__file__).parent.parent

#: A feed with broken XML; an agency, and a feed that has moved and carries its copy beside a page robots.txt forbids.
FEW, SOME = ("demo-harbour",), ("demo-harbour", "demo-wire", "demo-courier")


class Driver:
    """The program of crash_driver.py, forking one child a command."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(ROOT / "tests" / "crash_driver.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )

    def cycle(self, feeds: Sequence[FeedSpec], database: str, kill: dict[str, Any] | None = None) -> str:
        command = {
            "feeds": [
                {key: getattr(feed, key) for key in ("id", "url", "title", "language", "country", "publisher", "kind")}
                for feed in feeds
            ],
            "database": database,
            "kill": kill,
        }
        stdin, stdout = cast(IO[str], self._process.stdin), cast(IO[str], self._process.stdout)
        stdin.write(json.dumps(command) + "\n")
        stdin.flush()
        return str(json.loads(stdout.readline())["ended"])

    def close(self) -> None:
        cast(IO[str], self._process.stdin).close()
        self._process.wait(timeout=30)
        cast(IO[str], self._process.stdout).close()


@pytest.fixture(scope="module")
def driver() -> Iterator[Driver]:
    made = Driver()
    yield made
    made.close()


@pytest.fixture(scope="module")
def newsroom() -> Iterator[Newsroom]:
    with serve(0, advances_itself=False) as web:
        # It refuses twice and then answers: that is the newsroom's memory, which no crash of ours undoes.
        steady = tuple(feed for feed in web.feeds if feed.id != "demo-radio")
        yield replace(web, feeds=steady)


def remembered(database: str) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that must come out the same however often the daemon was killed, without times and row numbers."""
    queries = {
        "entries": "select feed_id, key, state, is_backlog from entries order by 1, 2",
        "articles": "select url, version from articles order by 1",
        "versions": "select url, v.version, v.title, v.language, v.quality from article_versions v"
        " join articles a on a.id = v.article_id order by 1, 2",
        "matches": "select url, watch, withdrawn_at is null from matches m"
        " join articles a on a.id = m.article_id order by 1",
        "assessments": "select url, watch, outcome, round(score, 6) from assessments s"
        " join articles a on a.id = s.article_id order by 1, 2",
        "digests": "select watch, count(*) from digests group by watch order by 1",
    }
    engine = create_engine(database)
    with engine.connect() as connection:
        found = {name: [tuple(row) for row in connection.execute(text(query))] for name, query in queries.items()}
    engine.dispose()
    return found


def assert_nothing_doubled(state: dict[str, list[tuple[Any, ...]]]) -> None:
    for name in ("entries", "articles", "versions", "matches", "assessments"):
        identities = [row[:2] for row in state[name]]
        assert len(identities) == len(set(identities)), name


def run_killed_at_every_boundary(driver: Driver, feeds: Sequence[FeedSpec], folder: Path) -> int:
    """Let each child get one transaction further than the last, dying just before or after it; how many died."""
    undisturbed = f"sqlite:///{folder / 'undisturbed.db'}"
    assert driver.cycle(feeds, undisturbed) == "exit 0"
    killed = f"sqlite:///{folder / 'killed.db'}"
    deaths, is_before = 0, True
    while (ended := driver.cycle(feeds, killed, {"commit": 1, "before": is_before})) == "killed":
        deaths += 1
        is_before = not is_before
        assert deaths < 2000, "no progress"
    assert ended == "exit 0"
    state = remembered(killed)
    assert state == remembered(undisturbed)
    assert_nothing_doubled(state)
    return deaths


@pytest.mark.parametrize("chosen", [FEW, pytest.param(SOME, marks=pytest.mark.slow)], ids=["one feed", "three feeds"])
def test_killed_at_every_transaction(
    driver: Driver, newsroom: Newsroom, tmp_path: Path, chosen: tuple[str, ...]
) -> None:
    feeds = [feed for feed in newsroom.feeds if feed.id in chosen]
    assert run_killed_at_every_boundary(driver, feeds, tmp_path) >= 16 * len(chosen)


@pytest.mark.slow
def test_killed_at_twenty_random_transactions_of_a_demo_run(driver: Driver, newsroom: Newsroom, tmp_path: Path) -> None:
    """Many transactions between two deaths, so that steps are killed side by side."""
    rng = random.Random(20160811)
    undisturbed, killed = (f"sqlite:///{tmp_path / name}.db" for name in ("undisturbed", "killed"))
    assert driver.cycle(newsroom.feeds, undisturbed) == "exit 0"
    for _ in range(20):
        driver.cycle(newsroom.feeds, killed, {"commit": rng.randrange(1, 16), "before": rng.random() < 0.5})
    assert driver.cycle(newsroom.feeds, killed) == "exit 0"
    state = remembered(killed)
    assert state == remembered(undisturbed)
    assert_nothing_doubled(state)

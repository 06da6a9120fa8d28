"""A process may end at any moment: what was acknowledged is there, nothing is lost, nothing is there twice."""

from __future__ import annotations

import itertools
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from monitor.model import ArticleFilter, Digest, EntryState, Outcome
from store import SqlStore, open_store
from tests.store_material import (
    HOUR,
    NOW,
    WATCH,
    a_card,
    a_page,
    a_poll,
    an_article,
    an_entry,
    with_feeds,
)

ROOT = Path(__file__).parent.parent


class Crash(BaseException):
    """The process ends here."""


def daemon(store: SqlStore) -> None:
    """A small daemon's day: every step asks the store what is left to do."""
    with_feeds(store).apply_poll(a_poll(*(an_entry(f"e{number}") for number in range(4))))
    for entry in store.due_entries(EntryState.PENDING, now=NOW, limit=10):
        if entry.key == "e3":
            store.finish_entry(entry.id, EntryState.GIVEN_UP, reason="dns", now=NOW)
        else:
            store.store_page(a_page(entry.id))
    for entry in store.due_entries(EntryState.FETCHED, now=NOW, limit=10):
        score = 30.0 if entry.key == "e2" else 50.0
        read = an_article(entry.key, url=entry.url, entry_id=entry.id, scores=(a_card(score),))
        store.record_article(read, now=NOW)
    for article in store.articles():
        if article.text == "e1":
            store.record_scores(article.id, [a_card(10.0, versions={"profile": "p2"})], now=NOW + HOUR)
    store.save_digest(Digest(watch=WATCH, day=date(2016, 8, 11), revision=1, created_at=NOW, content={"matches": 1}))


def state(store: SqlStore) -> dict[str, Any]:
    """All a user could see, without the numbers that a rolled-back transaction may have used up."""
    reports = store.reports(ArticleFilter(watch=WATCH))
    return {
        "entries": [
            (entry.key, entry.state, entry.reason, entry.article_id is not None)
            for state in EntryState
            for entry in store.due_entries(state, now=NOW, limit=10)
        ],
        "reports": [
            (
                report.article.url,
                report.article.version,
                report.assessment.card,
                report.match and report.match.withdrawn_at,
            )
            for report in reports
        ],
        "assessments": [len(store.assessments(report.article.id, WATCH)) for report in reports],
        "findings": [store.findings(report.article.id) for report in reports],
        "counts": store.counts(WATCH),
        "polls": store.polls(since=NOW, until=NOW + HOUR),
        "digests": store.digests(WATCH),
    }


@pytest.mark.parametrize("moment", ["commit", pytest.param("begin", marks=pytest.mark.slow)])
def test_a_crash_at_every_transaction_boundary(new_store_url: Callable[[], str], moment: str) -> None:
    expected = state_after_a_day(new_store_url())
    assert expected["counts"].entries == {"pending": 0, "fetched": 0, "assessed": 3, "unextractable": 0, "given_up": 1}
    assert (expected["counts"].matches, expected["counts"].withdrawn) == (1, 1)
    for crash_at in itertools.count():
        url = new_store_url()
        if not crashed(url, moment, crash_at):
            break
        assert state_after_a_day(url) == expected, f"after a crash at {moment} {crash_at}"
    assert crash_at > 10, "every transaction was tried"


def state_after_a_day(url: str) -> dict[str, Any]:
    store = open_store(url)
    daemon(store)
    found = state(store)
    store.close()
    return found


def crashed(url: str, moment: str, crash_at: int) -> bool:
    """Run until the transaction with this number begins or is about to be committed; False if none has it."""
    store = open_store(url)
    seen = itertools.count()

    def crash(_connection: Any) -> None:
        if next(seen) == crash_at:
            raise Crash

    event.listen(store.database.engine, moment, crash)
    try:
        daemon(store)
    except Crash:
        return True
    finally:
        store.close()
    return False


WRITER = """
import sys
from store import open_store
from tests.store_material import NOW, a_poll, an_entry, with_feeds
store = with_feeds(open_store(sys.argv[1]))
for number in range(100_000):
    store.apply_poll(a_poll(an_entry(f"e{number}"), an_entry(f"f{number}")))
    print(number, flush=True)
"""


def test_what_was_acknowledged_outlives_kill_9(store_url: str) -> None:
    process = subprocess.Popen([sys.executable, "-c", WRITER, store_url], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert process.stdout is not None
    acknowledged = [int(process.stdout.readline()) for _ in range(25)]
    process.kill()
    acknowledged += map(int, process.communicate()[0].split())
    store = open_store(store_url)
    found = {entry.key for entry in store.due_entries(EntryState.PENDING, now=NOW, limit=100_000)}
    store.close()
    assert found >= {f"{letter}{number}" for letter in "ef" for number in acknowledged}
    assert {key[1:] for key in found if key[0] == "e"} == {key[1:] for key in found if key[0] == "f"}, "half a poll"


# --- many threads ---------------------------------------------------------------------------------------------


def test_threads_that_write_the_same_at_once_write_it_once(store: SqlStore) -> None:
    with_feeds(store)
    urls = [f"https://dw.example/{number}" for number in range(20)]

    def write(turn: int) -> list[int]:
        store.apply_poll(a_poll(*(an_entry(f"e{number}") for number in range(20)), polled_at=NOW + turn * HOUR))
        return [store.record_article(an_article(url=url), now=NOW) for url in urls]

    with ThreadPoolExecutor(4) as pool:
        ids = list(pool.map(write, range(4)))
    assert ids[0] == ids[1] == ids[2] == ids[3]
    counts = store.counts(WATCH)
    assert (counts.articles, counts.versions, counts.matches, counts.entries["pending"]) == (20, 20, 20, 20)
    assert all(len(store.assessments(article_id, WATCH)) == 1 for article_id in ids[0])


def test_threads_that_edit_one_article_at_once_make_one_row_of_versions(store: SqlStore) -> None:
    def write(name: str) -> None:
        for turn in range(10):
            score = 50.0 if turn % 2 else 10.0
            store.record_article(an_article(f"{name}{turn}", scores=(a_card(score),)), now=NOW)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, "abcd"))
    (article,) = store.articles()
    assert [version.version for version in store.article_versions(article.id)] == list(range(1, 41))
    assert [assessment.version for assessment in store.assessments(article.id, WATCH)] == list(range(1, 41))
    stands = store.assessments(article.id, WATCH)[-1].card.outcome is Outcome.MATCH
    assert (store.match(1).withdrawn_at is None) == stands


def test_a_reader_sees_one_moment(store: SqlStore) -> None:
    """A report never shows a text of one version beside the score of another, whatever is written meanwhile."""
    scores = {"even": 50.0, "odd": 60.0}

    def write() -> None:
        for turn in range(40):
            text = ("even", "odd")[turn % 2]
            store.record_article(an_article(text, scores=(a_card(scores[text]),)), now=NOW)

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(write)
        while not writing.done():
            for report in store.reports(ArticleFilter(watch=WATCH)):
                assert report.assessment.card.score == scores[report.article.text]
                assert report.assessment.version == report.article.version
        writing.result()

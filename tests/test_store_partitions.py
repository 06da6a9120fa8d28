"""Bodies by month: made ahead, never in the way of a write, dropped as a whole; on SQLite the same without months."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import pytest
from sqlalchemy import Connection, text

from monitor.errors import StoreUnavailableError
from monitor.model import ArticleFilter, EntryState, SearchQuery, SearchTerm, TextHits, VerdictKind
from store import SqlStore, Vault, move, open_store, partitions
from store.schema import BODIES
from tests.postgres_server import PostgresServer
from tests.store_material import FINDINGS, WATCH, a_card, a_page, a_poll, an_article, an_entry, with_feeds

Value = TypeVar("Value")
AUGUST, SEPTEMBER, OCTOBER = (datetime(2016, month, 20, 12, tzinfo=UTC) for month in (8, 9, 10))
EDGE = datetime(2016, 9, 25, tzinfo=UTC)


@pytest.fixture
def monthly(postgres: PostgresServer) -> Iterator[SqlStore]:
    """A store on PostgreSQL without rows and without months."""
    opened = open_store(postgres.new_url())
    yield opened
    opened.close()


def an_old_one(store: SqlStore, key: str, at: datetime, *, score: float = 10.0, **changes: Any) -> int:
    """An article with everything that belongs to it, read at a time from an entry of its own."""
    with_feeds(store).apply_poll(a_poll(an_entry(key), polled_at=at))
    entry_id = max(entry.id for entry in store.due_entries(EntryState.PENDING, now=at, limit=100))
    store.store_page(a_page(entry_id, fetched_at=at))
    values = {
        "url": f"https://dw.example/{key}",
        "entry_id": entry_id,
        "scores": (a_card(score),),
        "hits": TextHits(lists="l1", hits=(("@turkey", 0, 4),)),
    }
    return store.record_article(an_article(**(values | changes)), now=at)


def prune(store: SqlStore, before: datetime) -> int:
    pruned = 0
    while some := store.prune_articles(before=before):
        pruned += some
    return pruned


def found(store: SqlStore) -> set[int]:
    wanted = ArticleFilter(watch=WATCH, search=SearchQuery(terms=(SearchTerm(words=("text",)),)))
    return {report.article.id for report in store.reports(wanted)}


def months(store: SqlStore) -> dict[str, set[str]]:
    """The partitions of each body, by what their names end in."""
    with store.database.reading() as connection:
        found = connection.execute(text("select inhparent::regclass::text, inhrelid::regclass::text from pg_inherits"))
        names = [row for row in found if row[0] in BODIES]
    return {body: {name.removeprefix(body) for parent, name in names if parent == body} for body in BODIES}


def where(store: SqlStore) -> dict[str, Counter[str]]:
    """How many rows the partitions of each body hold."""
    held = "select tableoid::regclass::text from "
    with store.database.reading() as connection:
        rows = {body: connection.scalars(text(held + body)).all() for body in BODIES}
    return {body: Counter(name.removeprefix(body) for name in names) for body, names in rows.items()}


def url_of(store: SqlStore) -> str:
    return store.database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)


def all_alike(value: Value) -> dict[str, Value]:
    return dict.fromkeys(BODIES, value)


def test_what_is_pruned_by_months_is_what_is_pruned_by_rows(store: SqlStore, store_url: str) -> None:
    store.tend(now=AUGUST)
    gone = [an_old_one(store, "old", AUGUST), an_old_one(store, "edge", SEPTEMBER)]
    match = an_old_one(store, "match", AUGUST, score=50.0)
    judged, later = an_old_one(store, "judged", AUGUST), an_old_one(store, "later", OCTOBER)
    store.give_verdict(judged, WATCH, VerdictKind.IRRELEVANT, reason="", note="", author="a", now=OCTOBER)
    restated = an_old_one(store, "restated", AUGUST)
    store.apply_poll(a_poll(changed=(an_entry("restated", fingerprint="another"),), polled_at=OCTOBER))
    before = {article_id: store.assessments(article_id, WATCH) for article_id in (match, judged)}
    assert prune(store, EDGE) == 2
    kept = {match, judged, restated, later}
    assert {article_id for article_id in [*gone, *kept] if store.article(article_id).is_pruned} == set(gone)
    assert {article.id for article in store.articles()} == found(store) == kept
    assert {article_id: store.assessments(article_id, WATCH) for article_id in before} == before
    assert [store.findings(article_id) == FINDINGS for article_id in (match, judged, gone[0])] == [True, True, False]
    assert set(store.hits([*gone, *kept], lists="l1")) == kept
    assert [store.entry(entry_id).title for entry_id in (1, 2, 3)] == ["", "", "Title match"]
    (due,) = store.due_entries(EntryState.PENDING, now=OCTOBER, limit=10)
    assert (due.title, due.summary) == ("Title restated", "What it is about")
    assert len(store.kept_pages()) == 3
    assert Vault(url=store_url).check().problems == ()


def test_nothing_of_a_month_that_was_dropped_comes_back_as_new(store: SqlStore) -> None:
    store.tend(now=AUGUST)
    article_id = an_old_one(store, "old", AUGUST)
    assert prune(store, OCTOBER) == 1
    store.apply_poll(a_poll(an_entry("old"), polled_at=OCTOBER))
    assert store.due_entries(EntryState.PENDING, now=OCTOBER, limit=10) == []
    again = an_article(url="https://dw.example/old", scores=(a_card(10.0),), hits=TextHits(lists="l1", hits=()))
    assert store.record_article(again, now=OCTOBER) == article_id
    assert (store.article(article_id).text, found(store)) == ("Text", {article_id})
    assert store.findings(article_id) == FINDINGS
    assert set(store.hits([article_id], lists="l1")) == {article_id}
    edited = an_article("Another text", url="https://dw.example/old")
    store.record_article(edited, now=OCTOBER)
    assert [version.text for version in store.article_versions(article_id)] == ["Text", "Another text"]


def test_pages_of_a_past_month_go_but_for_those_still_to_be_read(store: SqlStore) -> None:
    store.tend(now=AUGUST)
    with_feeds(store).apply_poll(a_poll(an_entry("waiting"), polled_at=AUGUST))
    store.store_page(a_page(1, fetched_at=AUGUST))
    an_old_one(store, "old", AUGUST)
    an_old_one(store, "edge", SEPTEMBER)
    assert store.prune_pages(before=EDGE) == 2
    assert store.page(1).fetched_at == AUGUST
    store.store_page(a_page(1, fetched_at=OCTOBER, body=b"fetched again"))
    assert store.page(1).body == b"fetched again"


# --- on PostgreSQL alone ------------------------------------------------------------------------------------------


@pytest.mark.postgres
def test_months_are_made_ahead_and_once(monthly: SqlStore) -> None:
    assert months(monthly) == all_alike({"_rest"})
    for _ in range(2):
        monthly.tend(now=datetime(2016, 12, 31, 23, tzinfo=UTC))
    assert months(monthly) == all_alike({"_rest", "_2016_12", "_2017_01", "_2017_02"})


@pytest.mark.postgres
def test_a_month_that_another_process_makes_meanwhile_is_not_made_again(
    monthly: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    looking = partitions._partitions

    def and_then_another_makes_it(connection: Connection) -> Any:
        monkeypatch.setattr(partitions, "_partitions", looking)
        there = looking(connection)
        monthly.tend(now=AUGUST)
        return there

    monkeypatch.setattr(partitions, "_partitions", and_then_another_makes_it)
    monthly.tend(now=AUGUST)
    assert months(monthly) == all_alike({"_rest", "_2016_08", "_2016_09", "_2016_10"})


@pytest.mark.postgres
def test_a_row_goes_to_its_month_and_without_one_to_the_rest_until_it_is_made(monthly: SqlStore) -> None:
    an_old_one(monthly, "early", AUGUST)
    monthly.tend(now=SEPTEMBER)
    an_old_one(monthly, "timely", SEPTEMBER)
    assert where(monthly) == all_alike(Counter(_rest=1, _2016_09=1))
    with monthly.database.reading() as connection:
        before = move.sums(connection)
    monthly.tend(now=AUGUST)
    assert where(monthly) == all_alike(Counter(_2016_08=1, _2016_09=1))
    with monthly.database.reading() as connection:
        assert move.sums(connection) == before


@pytest.mark.postgres
def test_a_past_month_is_dropped_and_leaves_to_the_rest_what_is_wanted(monthly: SqlStore) -> None:
    monthly.tend(now=AUGUST)
    an_old_one(monthly, "old", AUGUST)
    an_old_one(monthly, "match", AUGUST, score=50.0)
    an_old_one(monthly, "edge", SEPTEMBER)
    assert monthly.prune_articles(before=EDGE) == 1
    assert months(monthly) == all_alike({"_rest", "_2016_09", "_2016_10"})
    assert where(monthly) == all_alike(Counter(_rest=1, _2016_09=1))


@pytest.mark.postgres
def test_a_month_that_is_being_read_stays_whole_until_it_is_not(monthly: SqlStore) -> None:
    monthly.tend(now=AUGUST)
    an_old_one(monthly, "old", AUGUST)
    with monthly.database.reading() as backup:
        backup.execute(text("select count(*) from explanations"))
        with pytest.raises(StoreUnavailableError, match="another session keeps what is needed locked; try again"):
            monthly.prune_articles(before=OCTOBER)
        assert where(monthly) == all_alike(Counter(_2016_08=1))
    assert monthly.prune_articles(before=OCTOBER) == 1


@pytest.mark.postgres
def test_no_month_is_dropped_from_under_a_copy(
    monthly: SqlStore, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monthly.tend(now=AUGUST)
    match = an_old_one(monthly, "match", AUGUST, score=50.0)
    copying = move._copy

    def and_then_it_is_pruned(*args: Any) -> move.Sum:
        monkeypatch.setattr(move, "_copy", copying)
        summed = copying(*args)
        with pytest.raises(StoreUnavailableError, match="another session keeps what is needed locked"):
            monthly.prune_articles(before=OCTOBER)
        return summed

    monkeypatch.setattr(move, "_copy", and_then_it_is_pruned)
    there = f"sqlite:///{tmp_path / 'there.db'}"
    Vault(url=url_of(monthly)).move(there)
    with closing(open_store(there, create=False)) as copied:
        assert copied.article(match).text == "Text"


@pytest.mark.postgres
def test_what_is_moved_arrives_in_its_months(monthly: SqlStore, postgres: PostgresServer, tmp_path: Path) -> None:
    an_old_one(monthly, "one", AUGUST)
    an_old_one(monthly, "two", OCTOBER)
    there = f"sqlite:///{tmp_path / 'there.db'}"
    back = postgres.new_url()
    assert Vault(url=url_of(monthly)).move(there) == Vault(url=there).move(back)
    again = open_store(back, create=False)
    assert where(again) == all_alike(Counter(_2016_08=1, _2016_10=1))
    assert found(again) == found(monthly) == {1, 2}
    again.close()

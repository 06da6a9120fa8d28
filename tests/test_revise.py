"""Frozen digests and what happens after: verdicts, merged stories and withdrawals revise them, nothing else does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.analyse.stories import StoryBook
from monitor.analyse.traces import Trace
from monitor.deliver.plan import Receiver, digest_deliveries
from monitor.model import DeliverySettings, Digest, VerdictKind
from monitor.report.gather import write_due_digests
from monitor.report.revise import REVISED_DAYS, revise_digests
from monitor.report.shelf import StoryShelf, load_shelf, merge_stories, save_shelf
from store import SqlStore
from tests import digest_material as made
from tests.store_material import DAY, HOUR, NOW, a_card, an_article, with_feeds

WATCH = made.WATCH
MORNING = NOW + 20 * HOUR


def record(store: SqlStore, name: str, score: float = 50.0, **changes: object) -> int:
    article = an_article(f"Text {name}", url=f"https://x.example/{name}", scores=(a_card(score),), **changes)
    return store.record_article(article, now=NOW)


def keep(store: SqlStore, *articles: int) -> None:
    """A story for each article."""
    shelf = load_shelf(store, WATCH.id) or StoryShelf()
    traces = {number: Trace(article=number, language="de", at=NOW) for number in articles}
    book = StoryBook(traces=traces, story_of={number: number for number in articles}, last_story=max(articles))
    save_shelf(store, WATCH.id, replace(shelf, book=book), now=NOW)


@pytest.fixture
def frozen(store: SqlStore) -> Iterator[tuple[SqlStore, list[int]]]:
    """A store with the digest of a day on which two articles matched and one nearly did."""
    with_feeds(store)
    articles = [record(store, "a"), record(store, "b"), record(store, "near", 30)]
    keep(store, *articles[:2])
    write_due_digests(store, WATCH, (), first_day=NOW.date(), now=MORNING)
    yield store, articles


def revised(store: SqlStore, *, hours: int = 1) -> list[Digest]:
    return revise_digests(store, WATCH, (), now=MORNING + hours * HOUR)


def test_a_digest_that_still_holds_is_not_revised(frozen: tuple[SqlStore, list[int]]) -> None:
    store, _ = frozen
    assert revised(store) == []


@pytest.mark.parametrize("which", [0, 2])
def test_a_verdict_makes_one_revision(frozen: tuple[SqlStore, list[int]], which: int) -> None:
    store, articles = frozen
    store.give_verdict(
        articles[which], WATCH.id, VerdictKind.IRRELEVANT, reason="sport", note="", author="ada", now=MORNING
    )
    (digest,) = revised(store)
    assert digest.revision == 2
    rows = digest.content["matches" if which == 0 else "near_misses"]
    told = [row["verdict"] for row in rows if row["article"] == f"a-{articles[which]}"]
    assert told == [{"kind": "irrelevant", "reason": "sport"}]
    assert digest.content["counts"] == (store.digest(WATCH.id, NOW.date(), revision=1) or digest).content["counts"]
    assert revised(store, hours=2) == []


def test_merged_stories_make_one_revision(frozen: tuple[SqlStore, list[int]]) -> None:
    store, _ = frozen
    merge_stories(store, WATCH.id, 2, 1, now=MORNING)
    (digest,) = revised(store)
    assert {row["story"] for row in digest.content["matches"]} == {"s-1"}
    assert revised(store, hours=2) == []


def test_a_withdrawal_and_its_end_each_make_one(frozen: tuple[SqlStore, list[int]]) -> None:
    store, articles = frozen
    store.record_scores(articles[0], (a_card(10.0, versions={"profile": "p2"}),), now=MORNING)
    (gone,) = revised(store)
    assert [row["article"] for row in gone.content["withdrawn"]] == [f"a-{articles[0]}"]
    assert revised(store, hours=2) == []
    store.record_scores(articles[0], (a_card(60.0, versions={"profile": "p3"}),), now=MORNING + 2 * HOUR)
    (back,) = revised(store, hours=3)
    assert (back.revision, back.content["withdrawn"], len(back.content["matches"])) == (3, [], 2)
    assert revised(store, hours=4) == []


def test_a_story_that_grows_and_a_new_score_are_no_revision(frozen: tuple[SqlStore, list[int]]) -> None:
    store, articles = frozen
    store.record_scores(articles[0], (a_card(55.0, versions={"profile": "p2"}),), now=MORNING)
    shelf = load_shelf(store, WATCH.id)
    assert shelf is not None
    later = record(store, "later")
    shelf.book.place(Trace(article=later, language="de", at=MORNING), beside=articles[0])
    save_shelf(store, WATCH.id, shelf, now=MORNING)
    assert revised(store) == []


def test_old_digests_stay_as_they_are(frozen: tuple[SqlStore, list[int]]) -> None:
    store, articles = frozen
    store.give_verdict(articles[0], WATCH.id, VerdictKind.RELEVANT, reason="", note="", author="", now=MORNING)
    late = MORNING + REVISED_DAYS * DAY + timedelta(hours=1)
    assert revise_digests(store, WATCH, (), now=late) == []


@pytest.mark.parametrize(("resends", "subjects"), [(False, []), (True, ["2016-08-11.2"])])
def test_a_revision_is_delivered_only_where_the_watch_says_so(
    frozen: tuple[SqlStore, list[int]], resends: bool, subjects: list[str]
) -> None:
    store, articles = frozen
    watch = replace(WATCH, delivery=DeliverySettings(resends=resends))

    def queued() -> list[str]:
        revisions, known = store.digest_revisions(watch.id, since=NOW), store.deliveries(watch=watch.id)
        due = digest_deliveries(watch, revisions, {Receiver(channel="archive"): NOW}, known)
        store.add_deliveries(due, now=MORNING)
        return [each.subject for each in due]

    assert queued() == ["2016-08-11.1"]
    store.give_verdict(articles[0], watch.id, VerdictKind.RELEVANT, reason="", note="", author="", now=MORNING)
    assert revised(store)
    assert queued() == subjects
    assert queued() == []

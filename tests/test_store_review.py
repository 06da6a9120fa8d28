"""What every store keeps to: lists, verdicts, digests, documents and numbers."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from monitor.errors import NotFoundError, VerdictConflictError
from monitor.model import (
    ArticleFilter,
    ArticleReport,
    Counts,
    Digest,
    EntryState,
    Outcome,
    Verdict,
    VerdictKind,
)
from store import SqlStore
from tests.store_material import (
    DAY,
    FINDINGS,
    HOUR,
    NOW,
    WATCH,
    a_card,
    a_page,
    an_article,
    with_entries,
)


def record(store: SqlStore, name: str, score: float, *, now: Any = NOW, **changes: Any) -> int:
    card = a_card(score, **changes.pop("card", {}))
    return store.record_article(an_article(url=f"https://x.example/{name}", scores=(card,), **changes), now=now)


def titles(store: SqlStore, **wanted: Any) -> list[str]:
    return [report.article.url.rpartition("/")[2] for report in store.reports(ArticleFilter(watch=WATCH, **wanted))]


# --- lists ----------------------------------------------------------------------------------------------------


def test_a_report_holds_everything_beside_the_article(store: SqlStore) -> None:
    article_id = record(store, "a", 50)
    judge(store, article_id, VerdictKind.UNSURE)
    verdict = judge(store, article_id, VerdictKind.RELEVANT)
    (report,) = store.reports(ArticleFilter(watch=WATCH))
    assert report == ArticleReport(
        article=store.article(article_id),
        assessment=store.assessments(article_id, WATCH)[-1],
        match=store.match(1),
        verdict=verdict,
        roles=FINDINGS.roles,
    )


def test_a_report_shows_the_current_version_and_what_counts(store: SqlStore) -> None:
    article_id = record(store, "a", 50)
    store.record_article(an_article("New", url="https://x.example/a", scores=(a_card(60),)), now=NOW + HOUR)
    (report,) = store.reports(ArticleFilter(watch=WATCH))
    assert (report.article.id, report.article.text, report.assessment.card.score) == (article_id, "New", 60)
    assert (report.verdict, report.roles) == (None, FINDINGS.roles)


def test_best_score_first(store: SqlStore) -> None:
    for name, score in (("low", 1), ("top", 90), ("mid", 30)):
        record(store, name, score)
    assert titles(store) == ["top", "mid", "low"]
    assert titles(store, limit=2) == ["top", "mid"]
    assert titles(store, min_score=30) == ["top", "mid"]
    assert store.reports(ArticleFilter(watch="other")) == []


def test_filters(store: SqlStore) -> None:
    record(store, "german", 90)
    record(store, "english", 80, language="en")
    record(store, "bbc", 70, feed_id="bbc")
    record(store, "old", 60, is_backlog=True)
    record(store, "near", 30)
    record(store, "held", 45, card={"outcome": Outcome.HELD_BY_RULE})
    assert titles(store, language="en") == ["english"]
    assert titles(store, feed_id="bbc") == ["bbc"]
    assert titles(store, is_backlog=True) == ["old"]
    assert "old" not in titles(store, is_backlog=False)
    assert titles(store, outcomes=frozenset({Outcome.NEAR_MISS, Outcome.HELD_BY_RULE})) == ["held", "near"]
    assert titles(store, outcomes=frozenset({Outcome.MATCH}), min_score=75, language="de") == ["german"]


def test_an_edit_into_another_language_is_found_in_that_language(store: SqlStore) -> None:
    record(store, "a", 50)
    edited = an_article("New", url="https://x.example/a", language="fr", scores=())
    store.record_article(edited, now=NOW)
    assert (titles(store, language="de"), titles(store, language="fr")) == ([], ["a"])


@pytest.fixture
def days(store: SqlStore) -> SqlStore:
    """A match of yesterday, one of today, one of yesterday withdrawn today, and a near miss of today."""
    record(store, "yesterday", 90, now=NOW - DAY)
    record(store, "today", 80, now=NOW)
    withdrawn = record(store, "withdrawn", 70, now=NOW - DAY)
    store.record_scores(withdrawn, [a_card(10)], now=NOW + HOUR)
    record(store, "near", 30, now=NOW)
    return store


MATCHES = frozenset({Outcome.MATCH})


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"outcomes": MATCHES}, ["yesterday", "today"]),
        ({"outcomes": MATCHES, "with_withdrawn": True}, ["yesterday", "today", "withdrawn"]),
        ({"outcomes": MATCHES, "since": NOW}, ["today"]),
        ({"outcomes": MATCHES, "since": NOW, "with_withdrawn": True}, ["today"]),
        ({"outcomes": MATCHES, "until": NOW, "with_withdrawn": True}, ["yesterday", "withdrawn"]),
        ({"outcomes": MATCHES, "since": NOW + DAY, "with_withdrawn": True}, []),
        ({"outcomes": MATCHES, "withdrawn_since": NOW}, ["withdrawn"]),
        ({"outcomes": MATCHES, "withdrawn_since": NOW, "since": NOW}, []),
        ({"outcomes": MATCHES, "withdrawn_since": NOW + 2 * HOUR}, []),
        ({"outcomes": MATCHES | {Outcome.NEAR_MISS}, "since": NOW}, ["today", "near"]),
        ({"since": NOW}, ["today", "near", "withdrawn"]),  # assessed today, whatever it was before
        ({"until": NOW}, ["yesterday"]),
        ({}, ["yesterday", "today", "near", "withdrawn"]),
    ],
)
def test_times_and_withdrawn_matches(days: SqlStore, wanted: dict[str, Any], expected: list[str]) -> None:
    found = titles(days, **wanted)
    assert sorted(found) == sorted(expected)


def test_a_withdrawn_match_says_so_in_its_report(days: SqlStore) -> None:
    reports = days.reports(ArticleFilter(watch=WATCH, outcomes=MATCHES, with_withdrawn=True))
    assert [report.match.withdrawn_at for report in reports if report.match] == [None, None, NOW + HOUR]


def test_what_would_be_listed_is_counted(store: SqlStore) -> None:
    ids = [record(store, name, score) for name, score in (("a", 50), ("b", 45), ("c", 30))]
    matching = ArticleFilter(watch=WATCH, outcomes=frozenset({Outcome.MATCH}))
    assert store.count_reports(ArticleFilter(watch=WATCH)) == 3
    assert store.count_reports(matching) == 2
    assert store.count_reports(ArticleFilter(watch=WATCH, limit=1)) == 1
    assert store.count_reports(ArticleFilter(watch=WATCH, since=NOW + DAY)) == 0
    assert titles(store, articles=frozenset(ids[1:])) == ["b", "c"]


# --- verdicts -------------------------------------------------------------------------------------------------


def judge(store: SqlStore, article_id: int, kind: VerdictKind, **changes: Any) -> Verdict:
    values: dict[str, Any] = {"reason": "off_topic", "note": "gas only", "author": "ana", "now": NOW}
    return store.give_verdict(article_id, WATCH, kind, **(values | changes))


def test_nobody_overwrites_a_verdict_unseen(store: SqlStore) -> None:
    article_id = record(store, "a", 50)
    first = judge(store, article_id, VerdictKind.RELEVANT, seen=0)
    with pytest.raises(VerdictConflictError) as refused:
        judge(store, article_id, VerdictKind.IRRELEVANT, seen=0)
    assert refused.value.standing == first
    second = judge(store, article_id, VerdictKind.IRRELEVANT, seen=first.id)
    assert store.verdicts(WATCH, article_id=article_id) == [first, second]


def test_verdicts_are_appended_on_the_current_version(store: SqlStore) -> None:
    article_id = record(store, "a", 50)
    first = judge(store, article_id, VerdictKind.RELEVANT)
    store.record_article(an_article("New", url="https://x.example/a"), now=NOW)
    second = judge(store, article_id, VerdictKind.IRRELEVANT, author="ben", now=NOW + HOUR)
    assert first == Verdict(
        id=first.id,
        watch=WATCH,
        article_id=article_id,
        version=1,
        kind=VerdictKind.RELEVANT,
        reason="off_topic",
        note="gas only",
        author="ana",
        given_at=NOW,
    )
    assert (second.version, second.author, second.given_at) == (2, "ben", NOW + HOUR)
    assert store.verdicts(WATCH) == [first, second]
    assert store.verdicts(WATCH, article_id=article_id) == [first, second]
    assert store.verdicts(WATCH, article_id=99) == store.verdicts("other") == []


def test_a_verdict_on_nothing_is_not_found(store: SqlStore) -> None:
    with pytest.raises(NotFoundError, match="no article a-99"):
        judge(store, 99, VerdictKind.RELEVANT)


# --- digests and documents ------------------------------------------------------------------------------------


def a_digest(day: int = 11, revision: int = 1, **content: Any) -> Digest:
    return Digest(watch=WATCH, day=date(2016, 8, day), revision=revision, created_at=NOW, content=content)


def test_a_digest_is_saved_once(store: SqlStore) -> None:
    first = a_digest(matches=[{"id": "m-1", "score": 50.5, "ok": None}])
    assert store.save_digest(first)
    assert not store.save_digest(a_digest(matches=[]))
    assert store.digest(WATCH, first.day) == first


def test_later_revisions_count_and_earlier_ones_stay(store: SqlStore) -> None:
    saved = [a_digest(11), a_digest(11, 2), a_digest(12)]
    assert all(map(store.save_digest, saved))
    assert store.digest(WATCH, date(2016, 8, 11)) == saved[1]
    assert store.digest(WATCH, date(2016, 8, 11), revision=1) == saved[0]
    assert store.digest(WATCH, date(2016, 8, 11), revision=3) is None
    assert store.digest("other", date(2016, 8, 11)) is None
    assert store.digests(WATCH) == [saved[2], saved[1]]


def test_documents(store: SqlStore) -> None:
    assert store.document("profile", "seed") is None
    store.put_document("profile", "seed", b"\x00one", now=NOW)
    store.put_document("profile", "Another", b"", now=NOW)
    store.put_document("profile", "seed", b"\x00two", now=NOW)
    store.put_document("state", "seed", b"three", now=NOW)
    assert store.document("profile", "seed") == b"\x00two"
    assert store.document("profile", "Another") == b""
    assert store.documents("profile") == ["Another", "seed"]


# --- numbers --------------------------------------------------------------------------------------------------


def test_counts_name_every_state(store: SqlStore) -> None:
    first, second, _ = with_entries(store, "e1", "e2", "e3")
    store.store_page(a_page(first))
    store.finish_entry(second, EntryState.GIVEN_UP, reason="dns", now=NOW)
    record(store, "a", 50)
    withdrawn = record(store, "b", 50)
    store.record_article(an_article("New", url="https://x.example/b", scores=(a_card(25),)), now=NOW)
    store.record_article(an_article(url="import:1", scores=(a_card(watch="other"),)), now=NOW)
    assert withdrawn
    assert store.counts(WATCH) == Counts(
        feeds={"active": 1, "backing_off": 0, "paused": 0, "retired": 0},
        entries={"pending": 1, "fetched": 1, "assessed": 0, "unextractable": 0, "given_up": 1},
        outcomes={
            "match": 1,
            "near_miss": 1,
            "held_by_rule": 0,
            "suggestion": 0,
            "seed_or_reprint": 0,
            "below": 0,
        },
        articles=3,
        versions=4,
        matches=1,
        withdrawn=1,
    )


def test_the_numbers_of_a_day(store: SqlStore) -> None:
    first, second, third = with_entries(store, "e1", "e2", "e3")
    store.store_page(a_page(first))
    store.store_page(a_page(second, fetched_at=NOW + DAY))
    store.finish_entry(third, EntryState.UNEXTRACTABLE, reason="not_html", now=NOW)
    record(store, "a", 50)
    record(store, "b", 5)
    record(store, "tomorrow", 50, now=NOW + DAY)
    record(store, "old", 50, is_backlog=True)
    withdrawn = record(store, "yesterday", 50, now=NOW - DAY)
    store.record_scores(withdrawn, [a_card(5)], now=NOW)
    nothing = dict.fromkeys(("near_miss", "held_by_rule", "suggestion", "seed_or_reprint"), 0)
    assert store.count_day(WATCH, since=NOW, until=NOW + DAY) == {
        "entries": 3,
        "pages": 1,
        "unextractable": 1,
        "given_up": 0,
        "articles": 3,
        "outcomes": {"match": 2, "below": 1} | nothing,
        "fresh_outcomes": {"match": 1, "below": 1} | nothing,
        "matches": 2,
        "withdrawn": 1,
        "backlog": 1,
    }


def test_what_was_published_then_is_listed_and_counted_by_its_current_version(store: SqlStore) -> None:
    record(store, "then", 50, published=NOW - 40 * DAY)
    record(store, "below", 5, published=NOW - 40 * DAY)
    record(store, "undated", 50, published=None)
    record(store, "corrected", 50, published=NOW - 40 * DAY)
    record(store, "corrected", 50, published=NOW, text="Another text")
    bounds = {"since": NOW - 41 * DAY, "until": NOW - 39 * DAY}
    assert titles(store, published_since=bounds["since"], published_until=bounds["until"]) == ["then", "below"]
    counted = store.count_published(WATCH, **bounds)
    assert {outcome: number for outcome, number in counted.items() if number} == {"match": 1, "below": 1}

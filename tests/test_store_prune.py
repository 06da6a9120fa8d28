"""What is let go of, what stays, and that nothing pruned comes back as new."""

from __future__ import annotations

from typing import Any

import pytest

from monitor.model import (
    ArticleFilter,
    EntryState,
    Outcome,
    SearchQuery,
    SearchTerm,
    TextHits,
    VerdictKind,
)
from store import SqlStore, move
from tests.store_material import DAY, FINDINGS, NOW, WATCH, a_card, a_page, a_poll, an_article, an_entry, with_entries

LATER = NOW + 100 * DAY


def an_old_one(store: SqlStore, *, score: float = 10.0, key: str = "e1", **changes: Any) -> int:
    """An article with everything that belongs to it, read from an entry of its own."""
    (entry_id,) = with_entries(store, key)
    store.store_page(a_page(entry_id))
    values = {
        "url": f"https://dw.example/{key}",
        "entry_id": entry_id,
        "scores": (a_card(score),),
        "hits": TextHits(lists="l1", hits=(("@turkey", 0, 4),)),
    }
    return store.record_article(an_article(**(values | changes)), now=NOW)


def prune(store: SqlStore) -> int:
    return store.prune_articles(before=NOW + DAY)


def found(store: SqlStore, word: str = "text") -> list[int]:
    wanted = ArticleFilter(watch=WATCH, search=SearchQuery(terms=(SearchTerm(words=(word,)),)))
    return [report.article.id for report in store.reports(wanted)]


def test_the_body_goes_and_the_identity_stays(store: SqlStore) -> None:
    article_id = an_old_one(store)
    before = store.article(article_id)
    assert found(store) == [article_id]
    assert store.count_prunable(pages_before=NOW, articles_before=NOW + DAY) == (0, 1)
    assert prune(store) == 1
    after = store.article(article_id)
    assert (after.text, after.is_pruned) == ("", True)
    assert (after.url, after.title, after.content_hash) == (before.url, before.title, before.content_hash)
    assert store.article_by_url(before.url) == after
    assert store.article_versions(article_id) == [after]
    assert list(store.articles()) == []
    assert found(store) == []
    assert store.kept_pages() == []
    assert store.hits([article_id], lists="l1") == {}
    findings = store.findings(article_id)
    assert (findings.mentions, findings.quotes, findings.roles) == ((), (), FINDINGS.roles)
    (entry,) = [store.entry(1)]
    assert (entry.url, entry.title, entry.summary, entry.content) == ("https://dw.example/e1", "", "", "")


def test_scores_stay_and_say_what_rules_did(store: SqlStore) -> None:
    article_id = an_old_one(store)
    before = list(store.judged(WATCH))
    prune(store)
    assert list(store.judged(WATCH)) == before
    card = store.assessments(article_id, WATCH)[-1].card
    assert (card.score, card.contributions, card.passage) == (10.0, (), None)
    assert [(rule.rule, rule.is_hit, rule.spans) for rule in card.rules] == [("fight", True, ())]
    (report,) = store.reports(ArticleFilter(watch=WATCH, outcomes=frozenset({Outcome.BELOW})))
    assert report.article.is_pruned


def test_done_twice_it_changes_nothing(store: SqlStore) -> None:
    an_old_one(store)
    assert [prune(store), prune(store)] == [1, 0]


def test_a_few_at_a_time(store: SqlStore) -> None:
    for number in range(5):
        an_old_one(store, key=f"e{number}")
    assert [store.prune_articles(before=NOW + DAY, limit=2) for _ in range(4)] == [2, 2, 1, 0]


@pytest.mark.parametrize("verdict", [False, True])
def test_what_matched_or_was_judged_stays(store: SqlStore, verdict: bool) -> None:
    article_id = an_old_one(store, score=10.0 if verdict else 50.0)
    if verdict:
        store.give_verdict(article_id, WATCH, VerdictKind.IRRELEVANT, reason="", note="", author="a", now=NOW)
    assert prune(store) == 0
    assert not store.article(article_id).is_pruned


def test_a_withdrawn_match_stays(store: SqlStore) -> None:
    article_id = an_old_one(store, score=50.0)
    store.record_scores(article_id, [a_card(5.0, versions={"profile": "p2"})], now=NOW)
    assert prune(store) == 0


def test_what_is_new_or_about_to_be_read_again_stays(store: SqlStore) -> None:
    an_old_one(store)
    assert store.prune_articles(before=NOW) == 0
    restated = an_entry("e1", fingerprint="another")
    store.apply_poll(a_poll(changed=(restated,), polled_at=NOW + DAY))
    assert prune(store) == 0


def test_nothing_pruned_comes_back_as_new(store: SqlStore) -> None:
    article_id = an_old_one(store)
    prune(store)
    store.apply_poll(a_poll(an_entry("e1"), polled_at=LATER))
    assert store.due_entries(EntryState.PENDING, now=LATER, limit=10) == []
    assert store.counts(WATCH).articles == 1
    # another feed carries it: the same article, whole again
    assert (
        store.record_article(an_article(url="https://dw.example/e1", scores=(a_card(10.0),)), now=LATER) == article_id
    )
    article = store.article(article_id)
    assert (article.text, article.version, article.is_pruned) == ("Text", 1, False)
    assert article.first_seen_at == NOW
    assert len(store.assessments(article_id, WATCH)) == 1
    assert found(store) == [article_id]
    assert store.findings(article_id) == FINDINGS


def test_an_edit_of_what_was_pruned_is_its_next_version(store: SqlStore) -> None:
    article_id = an_old_one(store)
    prune(store)
    store.record_article(an_article("Another", url="https://dw.example/e1"), now=LATER)
    assert [(each.version, each.text, each.is_pruned) for each in store.article_versions(article_id)] == [
        (1, "", True),
        (2, "Another", False),
    ]
    assert found(store, "another") == [article_id]


def test_an_entry_restated_after_pruning_is_read(store: SqlStore) -> None:
    an_old_one(store)
    prune(store)
    store.apply_poll(a_poll(changed=(an_entry("e1", fingerprint="another"),), polled_at=LATER))
    (entry,) = store.due_entries(EntryState.PENDING, now=LATER, limit=10)
    assert entry.summary == "What it is about"


def test_a_pruned_store_is_sound_and_can_be_indexed_anew(store: SqlStore) -> None:
    an_old_one(store)
    an_old_one(store, key="e2", score=50.0)
    prune(store)
    with store.database.reading() as connection:
        assert move.sums(connection)["article_texts"].rows == 1


def test_pages_that_are_old_enough_are_counted(store: SqlStore) -> None:
    an_old_one(store)
    assert store.count_prunable(pages_before=LATER, articles_before=NOW) == (1, 0)
    assert store.prune_pages(before=LATER) == 1

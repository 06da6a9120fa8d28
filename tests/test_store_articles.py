"""What every store keeps to: articles and their versions, assessments, and what follows from them for matches."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.errors import NotFoundError
from monitor.model import ActorFindings, Article, Assessment, EntryState, Match, Outcome, TextQuality
from store import SqlStore
from tests.store_material import (
    DAY,
    FINDINGS,
    HOUR,
    NOW,
    WATCH,
    a_card,
    a_page,
    a_poll,
    an_article,
    an_entry,
    with_entries,
    with_feeds,
)


def test_an_article_is_kept_with_all_that_was_made_of_it(store: SqlStore) -> None:
    (entry_id,) = with_entries(store, "e1")
    article_id = store.record_article(an_article(entry_id=entry_id), now=NOW)
    assert store.article(article_id) == Article(
        id=article_id,
        url="https://dw.example/e1",
        title="Title",
        text="Text",
        language="de",
        is_language_sure=False,
        published=NOW - HOUR,
        authors=("A. Writer",),
        method="trafilatura",
        quality=TextQuality.FULL,
        reasons=("short_text",),
        content_hash="hash of Text",
        feed_id="dw",
        is_backlog=False,
        first_seen_at=NOW,
        version=1,
        version_at=NOW,
    )
    assert store.article_by_url("https://dw.example/e1") == store.article(article_id)
    assert store.findings(article_id) == FINDINGS
    (assessment,) = store.assessments(article_id, WATCH)
    assert assessment == Assessment(id=assessment.id, article_id=article_id, version=1, card=a_card(), assessed_at=NOW)
    entry = store.entry(entry_id)
    assert (entry.state, entry.article_id) == (EntryState.ASSESSED, article_id)


def test_an_import_needs_no_entry_and_no_feed(store: SqlStore) -> None:
    article_id = store.record_article(
        an_article(url="import:7", feed_id="", scores=(), findings=ActorFindings(), is_backlog=True), now=NOW
    )
    assert store.article(article_id).is_backlog
    assert store.article_feeds(article_id) == []
    assert store.findings(article_id) == ActorFindings()
    assert store.assessments(article_id, WATCH) == []


def test_recording_again_changes_nothing(store: SqlStore) -> None:
    article_id = store.record_article(an_article(), now=NOW)
    before = store.counts(WATCH)
    assert store.record_article(an_article(), now=NOW + HOUR) == article_id
    assert store.counts(WATCH) == before
    assert len(store.assessments(article_id, WATCH)) == 1


def test_an_unchanged_text_read_with_newer_versions_is_assessed_anew(store: SqlStore) -> None:
    article_id = store.record_article(an_article(), now=NOW)
    newer = an_article(scores=(a_card(55.0, versions={"profile": "p2"}),), findings=ActorFindings())
    store.record_article(newer, now=NOW + HOUR)
    assert [assessment.card.score for assessment in store.assessments(article_id, WATCH)] == [50.0, 55.0]
    assert store.article(article_id).version == 1
    assert store.findings(article_id) == ActorFindings()


def test_an_edited_text_is_a_new_version_of_the_same_article(store: SqlStore) -> None:
    article_id = store.record_article(an_article("First"), now=NOW)
    edited = an_article("Second", title="New title", language="en", findings=ActorFindings())
    assert store.record_article(edited, now=NOW + HOUR) == article_id
    first, second = store.article_versions(article_id)
    assert (first.text, first.title, first.version, first.version_at) == ("First", "Title", 1, NOW)
    assert (second.text, second.title, second.version, second.version_at) == ("Second", "New title", 2, NOW + HOUR)
    assert second.first_seen_at == NOW
    assert store.article(article_id) == second
    assert [assessment.version for assessment in store.assessments(article_id, WATCH)] == [1, 2]
    assert store.findings(article_id) == ActorFindings()


def test_an_edit_that_is_taken_back_is_a_third_version(store: SqlStore) -> None:
    article_id = store.record_article(an_article("First"), now=NOW)
    store.record_article(an_article("Second"), now=NOW)
    store.record_article(an_article("First"), now=NOW)
    assert [version.text for version in store.article_versions(article_id)] == ["First", "Second", "First"]


def test_all_feeds_that_carried_it_first_to_last(store: SqlStore) -> None:
    (entry_id,) = with_entries(store, "e1")
    with_feeds(store, "dw", "bbc", "tass")
    for feed_id in ("tass", "bbc"):
        feed = replace(store.feeds()[0], id=feed_id)
        store.apply_poll(a_poll(an_entry("e1", feed_id=feed_id), feed=feed))
    article_id = 0
    for entry in reversed(store.due_entries(EntryState.PENDING, now=NOW, limit=10)):
        article_id = store.record_article(an_article(feed_id=entry.feed_id, entry_id=entry.id), now=NOW)
    assert store.article(article_id).feed_id == "bbc"
    assert store.article_feeds(article_id) == ["bbc", "dw", "tass"]
    assert store.entry(entry_id).article_id == article_id


def test_an_entry_restated_while_its_page_was_read_stays_queued(store: SqlStore) -> None:
    (entry_id,) = with_entries(store, "e1")
    store.store_page(a_page(entry_id))
    read = store.entry(entry_id)
    store.apply_poll(a_poll(changed=(an_entry("e1", fingerprint="f2"),), polled_at=NOW + HOUR))
    old = an_article(entry_id=entry_id, entry_fingerprint=read.fingerprint)
    article_id = store.record_article(old, now=NOW + HOUR)
    entry = store.entry(entry_id)
    assert (entry.state, entry.article_id) == (EntryState.PENDING, article_id)
    store.record_article(replace(old, entry_fingerprint="f2"), now=NOW + HOUR)
    assert store.entry(entry_id).state is EntryState.ASSESSED


def test_articles_stream_in_id_order(store: SqlStore) -> None:
    ids = [store.record_article(an_article(url=f"import:{number}", scores=()), now=NOW) for number in range(7)]
    assert [article.id for article in store.articles()] == ids
    assert [article.id for article in store.articles(after_id=ids[2], limit=3)] == ids[3:6]
    assert [article.id for article in store.articles(limit=0)] == []


def test_streaming_goes_on_over_batches_while_others_write(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("store.articles._STREAM_SIZE", 2)
    for number in range(4):
        store.record_article(an_article(url=f"import:{number}", scores=()), now=NOW)
    stream = store.articles()
    next(stream)
    store.record_article(an_article(url="import:4", scores=()), now=NOW)
    assert [article.url for article in stream] == [f"import:{number}" for number in (1, 2, 3, 4)]


# --- matches --------------------------------------------------------------------------------------------------


def test_a_match_is_made_withdrawn_and_reinstated_under_one_id(store: SqlStore) -> None:
    article_id = store.record_article(an_article(), now=NOW)
    made = Match(id=1, watch=WATCH, article_id=article_id, matched_at=NOW, withdrawn_at=None)
    assert store.match(1) == made

    store.record_article(an_article("Corrected", scores=(a_card(31.0),)), now=NOW + HOUR)
    reason = "the article was edited: near miss (31.0 points, a match needs 40.0)"
    assert store.match(1) == replace(made, withdrawn_at=NOW + HOUR, withdrawn_reason=reason)

    store.record_scores(article_id, [a_card(45.0)], now=NOW + DAY)
    assert store.match(1) == made

    held = a_card(45.0, outcome=Outcome.HELD_BY_RULE, outcome_reason="no «fight» in the text")
    store.record_scores(article_id, [held], now=NOW + DAY)
    reason = "scored anew: held by rule, no «fight» in the text (45.0 points, a match needs 40.0)"
    assert store.match(1) == replace(made, withdrawn_at=NOW + DAY, withdrawn_reason=reason)
    assert [assessment.card.outcome.value for assessment in store.assessments(article_id, WATCH)] == [
        "match",
        "near_miss",
        "match",
        "held_by_rule",
    ]


def test_an_article_that_first_scored_low_becomes_a_match_when_it_is_edited(store: SqlStore) -> None:
    article_id = store.record_article(an_article(scores=(a_card(5.0),), is_backlog=True), now=NOW)
    store.record_article(an_article("Longer"), now=NOW + HOUR)
    assert store.match(1) == Match(
        id=1, watch=WATCH, article_id=article_id, matched_at=NOW + HOUR, withdrawn_at=None, is_backlog=True
    )


def test_watches_do_not_disturb_each_other(store: SqlStore) -> None:
    article_id = store.record_article(an_article(scores=(a_card(), a_card(watch="other"))), now=NOW)
    store.record_scores(article_id, [a_card(5.0)], now=NOW + HOUR)
    by_watch = {match.watch: match.withdrawn_at for match in (store.match(1), store.match(2))}
    assert by_watch == {WATCH: NOW + HOUR, "other": None}


def test_a_rescore_that_was_interrupted_can_be_repeated(store: SqlStore) -> None:
    article_id = store.record_article(an_article(), now=NOW)
    for _ in range(2):
        store.record_scores(article_id, [a_card(30.0, versions={"profile": "p2"})], now=NOW + HOUR)
    assert len(store.assessments(article_id, WATCH)) == 2


def test_the_unknown_is_not_found(store: SqlStore) -> None:
    for ask in (store.article, store.article_versions, store.article_feeds, store.findings):
        with pytest.raises(NotFoundError, match="no article a-99"):
            ask(99)
    with pytest.raises(NotFoundError, match="no article a-99"):
        store.record_scores(99, [a_card()], now=NOW)
    with pytest.raises(NotFoundError, match="no match m-99"):
        store.match(99)
    assert store.article_by_url("https://x.example/") is None


def test_a_text_for_an_unknown_entry_is_not_stored(store: SqlStore) -> None:
    with pytest.raises(NotFoundError, match="no entry 99"):
        store.record_article(an_article(entry_id=99), now=NOW)
    assert store.counts(WATCH).articles == 0

"""What every store keeps to, on SQLite and on PostgreSQL: feeds, polls and the queue."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select, update

from monitor.errors import NotFoundError
from monitor.model import Entry, EntryState, FeedRow, FeedState, Poll, PollOutcome
from monitor.ports import Store
from store import SqlStore
from store.schema import entries, pages
from tests.store_material import DAY, HOUR, NOW, a_card, a_page, a_poll, an_article, an_entry, with_entries, with_feeds


def test_it_is_the_store_of_the_ports(store: SqlStore) -> None:
    as_port: Store = store  # the type checker reads this line
    assert as_port is store


# --- feeds ----------------------------------------------------------------------------------------------------


def test_feeds_follow_the_configuration(store: SqlStore) -> None:
    store.sync_feeds({"dw": "https://dw.example/rss", "bbc": "https://bbc.example/rss"}, now=NOW)
    assert store.feeds() == [
        FeedRow(id="bbc", url="https://bbc.example/rss"),
        FeedRow(id="dw", url="https://dw.example/rss"),
    ]
    store.sync_feeds({"bbc": "https://bbc.example/rss"}, now=NOW)
    assert [feed.id for feed in store.feeds()] == ["bbc"]


LEARNT = FeedRow(
    id="dw",
    url="https://dw.example/moved",
    state=FeedState.BACKING_OFF,
    etag='"1"',
    last_modified="Thu, 11 Aug 2016 12:00:00 GMT",
    body_hash="b",
    first_polled_at=NOW - DAY,
    last_polled_at=NOW,
    last_success_at=NOW - HOUR,
    last_new_at=NOW - HOUR,
    next_due_at=NOW + HOUR,
    failures=2,
    last_error="no answer",
    moved_to="https://dw.example/again",
    moved_count=1,
    unchanged_count=3,
    interval_s=600.5,
    ttl_s=60.0,
    entry_count=20,
    arrivals=(0.5, 0.0, 1.25),
)


def test_a_feed_keeps_what_a_poll_learnt(store: SqlStore) -> None:
    with_feeds(store).apply_poll(a_poll(feed=LEARNT))
    assert store.feeds() == [LEARNT]


def test_a_feed_that_left_the_configuration_comes_back_as_it_was(store: SqlStore) -> None:
    with_feeds(store).apply_poll(a_poll(feed=LEARNT))
    store.sync_feeds({}, now=NOW)
    assert store.feeds() == []
    with_feeds(store)
    assert store.feeds() == [LEARNT]


def test_another_configured_url_is_a_new_start(store: SqlStore) -> None:
    with_feeds(store).apply_poll(a_poll(feed=LEARNT))
    store.sync_feeds({"dw": "https://dw.example/new"}, now=NOW + HOUR)
    assert store.feeds() == [
        FeedRow(
            id="dw",
            url="https://dw.example/new",
            first_polled_at=LEARNT.first_polled_at,
            last_polled_at=LEARNT.last_polled_at,
            last_success_at=LEARNT.last_success_at,
            last_new_at=LEARNT.last_new_at,
        )
    ]


def test_a_poll_of_the_old_url_does_not_undo_the_new_one(store: SqlStore) -> None:
    with_feeds(store)
    store.sync_feeds({"dw": "https://dw.example/new"}, now=NOW + HOUR)
    store.apply_poll(a_poll(an_entry(), feed=LEARNT, polled_at=NOW))
    assert store.feeds()[0].url == "https://dw.example/new"
    assert store.known_entries("dw", ["e1"]) == {"e1": "fingerprint of e1"}


def test_a_pause_outlasts_the_poll_that_was_under_way(store: SqlStore) -> None:
    with_feeds(store).set_feed_state("dw", FeedState.PAUSED, now=NOW)
    store.apply_poll(a_poll(feed=LEARNT))
    assert store.feeds() == [replace(LEARNT, state=FeedState.PAUSED)]
    store.set_feed_state("dw", FeedState.ACTIVE, now=NOW)
    assert store.feeds() == [replace(LEARNT, state=FeedState.ACTIVE, failures=0, next_due_at=NOW)]


def test_a_feed_is_made_due_and_one_that_retired_is_asked_once_more(store: SqlStore) -> None:
    with_feeds(store).set_feed_state("dw", FeedState.RETIRED, now=NOW)
    store.poll_soon("dw", now=NOW + HOUR)
    [row] = store.feeds()
    assert (row.state, row.next_due_at) == (FeedState.ACTIVE, NOW + HOUR)
    store.set_feed_state("dw", FeedState.BACKING_OFF, now=NOW)
    store.poll_soon("dw", now=NOW)
    assert store.feeds()[0].state is FeedState.BACKING_OFF
    with pytest.raises(NotFoundError):
        store.poll_soon("nobody", now=NOW)


# --- polls ----------------------------------------------------------------------------------------------------


def test_polls_are_counted_by_day_and_end(store: SqlStore) -> None:
    with_feeds(store)
    for hours in (1, 2, 13):
        store.apply_poll(a_poll(an_entry(f"e{hours}"), feed=LEARNT, polled_at=NOW + hours * HOUR))
    gone = {"outcome": PollOutcome.FAILED, "kind": "status", "message": "gone", "status": 410}
    store.apply_poll(a_poll(feed=LEARNT, polled_at=NOW + 3 * HOUR, **gone))
    store.apply_poll(a_poll(feed=LEARNT, polled_at=NOW + 30 * HOUR, **gone))
    counted = store.count_polls(since=NOW, until=NOW + 30 * HOUR)
    said = [(each.day.day, each.outcome, each.kind, each.polls, each.new, each.last_at) for each in counted]
    assert said == [
        (11, "new", "", 2, 2, NOW + 2 * HOUR),
        (11, "failed", "status", 1, 0, NOW + 3 * HOUR),
        (12, "new", "", 1, 1, NOW + 13 * HOUR),
    ]


def test_a_poll_is_kept_with_what_it_brought(store: SqlStore) -> None:
    with_feeds(store, "dw", "bbc")
    failed = a_poll(
        feed=FeedRow(id="bbc", url="https://bbc.example/rss"),
        outcome=PollOutcome.FAILED,
        kind="status",
        message="the server answered 500",
        missed_count=4,
        status=500,
        elapsed_ms=12.5,
    )
    store.apply_poll(a_poll(an_entry("e1"), an_entry("e2"), status=200))
    store.apply_poll(failed)
    good = Poll(
        feed_id="dw",
        polled_at=NOW,
        outcome=PollOutcome.NEW,
        kind="",
        message="",
        entry_count=2,
        new_count=2,
        missed_count=0,
        status=200,
        elapsed_ms=0.0,
    )
    bad = Poll(
        feed_id="bbc",
        polled_at=NOW,
        outcome=PollOutcome.FAILED,
        kind="status",
        message="the server answered 500",
        entry_count=0,
        new_count=0,
        missed_count=4,
        status=500,
        elapsed_ms=12.5,
    )
    assert store.polls(since=NOW, until=NOW + HOUR) == [bad, good]
    assert store.polls(since=NOW, until=NOW + HOUR, feed_id="dw") == [good]
    assert store.polls(since=NOW - HOUR, until=NOW) == []


def test_a_repeated_plan_changes_nothing(store: SqlStore) -> None:
    plan = a_poll(an_entry("e1"), an_entry("e2"), an_entry("e1", title="the same key again"))
    with_feeds(store).apply_poll(plan)
    once = store.due_entries(EntryState.PENDING, now=NOW, limit=10)
    store.apply_poll(plan)
    assert store.due_entries(EntryState.PENDING, now=NOW, limit=10) == once
    assert [(entry.key, entry.title) for entry in once] == [("e1", "Title e1"), ("e2", "Title e2")]
    assert len(store.polls(since=NOW, until=NOW + HOUR)) == 1


def test_a_poll_tells_the_ids_of_what_it_added_and_of_what_it_changed(store: SqlStore) -> None:
    (known,) = with_entries(store, "e1")
    plan = a_poll(an_entry("e2"), changed=(an_entry("e1", fingerprint="f2"),), polled_at=NOW + HOUR)
    told = store.apply_poll(plan)
    assert told == {"e1": known, "e2": store.due_entries(EntryState.PENDING, now=NOW + HOUR, limit=10)[1].id}
    assert store.apply_poll(plan) == {}


def test_the_first_entry_of_an_article(store: SqlStore) -> None:
    first, second = with_entries(store, "e1", "e2")
    article_id = store.record_article(an_article(entry_id=first), now=NOW)
    store.link_entry(second, article_id, now=NOW)
    imported = store.record_article(an_article(url="https://elsewhere.example/a", entry_id=None), now=NOW)
    assert store.first_entries([imported, article_id, 99]) == {article_id: first}


def test_the_same_key_in_two_feeds_is_two_entries(store: SqlStore) -> None:
    with_feeds(store, "dw", "bbc").apply_poll(a_poll(an_entry()))
    store.apply_poll(a_poll(an_entry(feed_id="bbc"), feed=FeedRow(id="bbc", url="https://bbc.example/rss")))
    due = store.due_entries(EntryState.PENDING, now=NOW, limit=10)
    assert [entry.feed_id for entry in due] == ["dw", "bbc"]


def test_a_restated_entry_is_due_again_and_keeps_id_and_article(store: SqlStore) -> None:
    (entry_id,) = with_entries(store, "e1")
    store.store_page(a_page(entry_id))
    article_id = store.record_article(an_article(entry_id=entry_id), now=NOW)
    restated = an_entry(title="Corrected", authors=("C. Writer",), fingerprint="f2")
    store.apply_poll(a_poll(outcome=PollOutcome.NEW, changed=(restated,), polled_at=NOW + HOUR))
    assert store.entry(entry_id) == stored(
        restated, id=entry_id, first_seen_at=NOW, article_id=article_id, state=EntryState.PENDING
    )


def test_a_restatement_that_is_known_asks_for_no_new_look(store: SqlStore) -> None:
    (entry_id,) = with_entries(store, "e1")
    store.store_page(a_page(entry_id))
    store.apply_poll(a_poll(changed=(an_entry("e1"),), polled_at=NOW + HOUR))
    assert store.entry(entry_id).state is EntryState.FETCHED


def test_what_is_known(store: SqlStore) -> None:
    with_entries(store, "e1", "e2")
    store.record_article(an_article(url="https://elsewhere.example/a"), now=NOW)
    assert store.known_entries("dw", ["e1", "e3"]) == {"e1": "fingerprint of e1"}
    assert store.known_entries("bbc", ["e1"]) == {}
    assert set(store.known_urls(["https://dw.example/e2", "https://elsewhere.example/a", "https://x.example/"])) == {
        "https://dw.example/e2",
        "https://elsewhere.example/a",
    }


def test_more_keys_than_one_query_takes(store: SqlStore) -> None:
    keys = [f"e{number}" for number in range(1200)]
    with_feeds(store).apply_poll(a_poll(*map(an_entry, keys)))
    assert store.known_entries("dw", keys) == {key: f"fingerprint of {key}" for key in keys}
    assert len(store.known_urls([f"https://dw.example/{key}" for key in keys])) == 1200


# --- the queue ------------------------------------------------------------------------------------------------


def stored(entry: Any, **changes: Any) -> Entry:
    values: dict[str, Any] = vars(entry) | {
        "id": 1,
        "state": EntryState.PENDING,
        "reason": "",
        "attempts": 0,
        "first_seen_at": NOW,
        "next_attempt_at": None,
        "article_id": None,
    }
    return Entry(**(values | changes))


def test_an_entry_is_pending_with_all_its_feed_states(store: SqlStore) -> None:
    entry = an_entry(is_backlog=True, url="https://dw.example/" + "x" * 5000)
    with_feeds(store).apply_poll(a_poll(entry))
    (found,) = store.due_entries(EntryState.PENDING, now=NOW, limit=10)
    assert found == stored(entry, id=found.id)
    assert store.entry(found.id) == found


def test_due_entries_come_oldest_first_and_only_when_due(store: SqlStore) -> None:
    first, second, third = with_entries(store, "e1", "e2", "e3")
    store.postpone_entry(second, until=NOW + HOUR, reason="the server is busy")
    assert [entry.id for entry in store.due_entries(EntryState.PENDING, now=NOW, limit=10)] == [first, third]
    later = store.due_entries(EntryState.PENDING, now=NOW + HOUR, limit=2)
    assert [entry.id for entry in later] == [first, second]
    assert (later[1].attempts, later[1].reason, later[1].next_attempt_at) == (1, "the server is busy", NOW + HOUR)


def queued(store: SqlStore, *, limit: int) -> list[str]:
    return [entry.key for entry in store.due_entries(EntryState.PENDING, now=NOW, limit=limit)]


def test_of_a_long_queue_every_feed_gets_its_share_and_what_is_new_goes_before_backlog(store: SqlStore) -> None:
    with_feeds(store, "dw", "bbc", "old")
    store.apply_poll(a_poll(*(an_entry(f"dw{number}") for number in range(4))))
    for feed_id, keys, is_backlog in (("old", ("old0", "old1"), True), ("bbc", ("bbc0", "bbc1"), False)):
        found = [an_entry(key, feed_id=feed_id, is_backlog=is_backlog) for key in keys]
        store.apply_poll(a_poll(*found, feed=FeedRow(id=feed_id, url=f"https://{feed_id}.example/rss")))
    assert queued(store, limit=2) == ["dw0", "bbc0"]
    assert queued(store, limit=4) == ["dw0", "dw1", "bbc0", "bbc1"]
    assert queued(store, limit=7) == ["dw0", "dw1", "dw2", "dw3", "old0", "bbc0", "bbc1"]
    first = store.due_entries(EntryState.PENDING, now=NOW, limit=1)[0]
    store.postpone_entry(first.id, until=NOW + HOUR, reason="")
    assert queued(store, limit=2) == ["dw1", "bbc0"], "what is not due takes nobody's place"


def test_waiting_for_a_host_is_no_attempt(store: SqlStore) -> None:
    (entry_id,) = with_entries(store, "e1")
    store.postpone_entry(entry_id, until=NOW + HOUR, reason="it rests", is_attempt=False)
    assert store.entry(entry_id) == stored(an_entry("e1"), id=entry_id, reason="it rests", next_attempt_at=NOW + HOUR)
    store.postpone_entry(entry_id, until=NOW, reason="no answer")
    store.postpone_entry(entry_id, until=NOW, reason="it rests", is_attempt=False)
    assert store.entry(entry_id).attempts == 1


def test_a_page_makes_its_entry_fetched(store: SqlStore) -> None:
    (entry_id,) = with_entries(store, "e1")
    store.postpone_entry(entry_id, until=NOW, reason="no answer")
    store.store_page(a_page(entry_id))
    assert store.page(entry_id) == a_page(entry_id)
    entry = store.entry(entry_id)
    assert (entry.state, entry.attempts, entry.reason, entry.next_attempt_at) == (EntryState.FETCHED, 0, "", None)
    store.store_page(a_page(entry_id, body=b"newer"))
    assert store.page(entry_id).body == b"newer"


@pytest.mark.parametrize("state", [EntryState.UNEXTRACTABLE, EntryState.GIVEN_UP])
def test_an_entry_that_ended_stays_readable(store: SqlStore, state: EntryState) -> None:
    (entry_id,) = with_entries(store, "e1")
    store.finish_entry(entry_id, state, reason="not_html", now=NOW)
    assert store.entry(entry_id) == stored(an_entry("e1"), id=entry_id, state=state, reason="not_html")
    assert store.due_entries(EntryState.PENDING, now=NOW + DAY, limit=10) == []


def test_an_entry_ends_in_no_other_state(store: SqlStore) -> None:
    (entry_id,) = with_entries(store, "e1")
    with pytest.raises(ValueError, match="cannot end as pending"):
        store.finish_entry(entry_id, EntryState.PENDING, reason="", now=NOW)


def test_an_entry_joins_the_article_another_feed_brought(store: SqlStore) -> None:
    (entry_id,) = with_entries(store, "e1")
    article_id = store.record_article(an_article(feed_id="bbc"), now=NOW)
    store.link_entry(entry_id, article_id, now=NOW)
    assert store.entry(entry_id) == stored(
        an_entry("e1"), id=entry_id, state=EntryState.ASSESSED, article_id=article_id
    )
    assert store.article_feeds(article_id) == ["bbc", "dw"]


def test_a_page_takes_the_place_of_whatever_there_is(store: SqlStore) -> None:
    (entry_id,) = with_entries(store, "e1")
    store.store_page(a_page(entry_id))
    with store.database.writing() as connection:  # another worker has just fetched it, too
        connection.execute(update(entries).values(fetched_at=NOW + HOUR))
    store.store_page(a_page(entry_id, fetched_at=NOW + DAY, body=b"fetched again"))
    assert store.page(entry_id).body == b"fetched again"
    with store.database.reading() as connection:
        assert connection.scalars(select(pages.c.fetched_at)).all() == [NOW + DAY]


def test_old_pages_are_dropped_once_their_entries_are_through(store: SqlStore) -> None:
    assessed, waiting, recent = with_entries(store, "e1", "e2", "e3")
    for entry_id, age in ((assessed, DAY), (waiting, DAY), (recent, HOUR)):
        store.store_page(a_page(entry_id, fetched_at=NOW - age))
    store.record_article(an_article(entry_id=assessed), now=NOW)
    assert store.prune_pages(before=NOW - HOUR) == 1
    with pytest.raises(NotFoundError, match="no page is stored"):
        store.page(assessed)
    assert store.page(waiting) and store.page(recent)


def test_a_standing_match_is_looked_at_once_more(store: SqlStore) -> None:
    match_id, below_id, old_id = with_entries(store, "match", "below", "old")
    for entry_id, score in ((match_id, 50.0), (below_id, 5.0)):
        store.store_page(a_page(entry_id))
        url = f"https://x.example/{entry_id}"
        store.record_article(an_article(url=url, entry_id=entry_id, scores=(a_card(score),)), now=NOW)
    half_a_day = {"after": 12 * HOUR, "within": 2 * DAY}
    assert store.look_again(**half_a_day, now=NOW + 11 * HOUR) == 0
    assert store.look_again(**half_a_day, now=NOW + 13 * HOUR) == 1
    due = store.due_entries(EntryState.PENDING, now=NOW + 13 * HOUR, limit=10)
    assert [entry.id for entry in due] == [match_id, old_id]
    store.store_page(a_page(match_id, fetched_at=NOW + 13 * HOUR))
    store.record_article(an_article(url=f"https://x.example/{match_id}", entry_id=match_id), now=NOW + 13 * HOUR)
    assert store.look_again(**half_a_day, now=NOW + DAY + HOUR) == 0


def test_the_unknown_is_not_found(store: SqlStore) -> None:
    (entry_id,) = with_entries(store, "e1")
    with pytest.raises(NotFoundError, match="no feed x"):
        store.set_feed_state("x", FeedState.ACTIVE, now=NOW)
    with pytest.raises(NotFoundError, match="no feed x"):
        store.apply_poll(a_poll(feed=FeedRow(id="x", url="")))
    with pytest.raises(NotFoundError, match="no entry 99"):
        store.entry(99)
    with pytest.raises(NotFoundError, match="no entry 99"):
        store.store_page(a_page(99))
    with pytest.raises(NotFoundError, match="no entry 99"):
        store.postpone_entry(99, until=NOW, reason="")
    with pytest.raises(NotFoundError, match="no page is stored for entry"):
        store.page(entry_id)
    with pytest.raises(NotFoundError, match="no article a-99"):
        store.link_entry(entry_id, 99, now=NOW)


def test_a_time_without_a_zone_is_refused(store: SqlStore) -> None:
    (entry_id,) = with_entries(store, "e1")
    with pytest.raises(Exception, match="a time without a zone cannot be stored"):
        store.postpone_entry(entry_id, until=NOW.replace(tzinfo=None), reason="")

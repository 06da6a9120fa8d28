"""Deliveries in the store: queued once, claimed by one, tried until sent or given up."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from monitor.errors import NotFoundError
from monitor.model import Delivery, DeliveryKind, DeliveryState, Digest, NewDelivery
from store import SqlStore
from tests.store_material import DAY, HOUR, NOW, WATCH

MINUTE = timedelta(minutes=1)


def a_delivery(key: str = "k1", **changes: object) -> NewDelivery:
    new = NewDelivery(
        key=key,
        watch=WATCH,
        kind=DeliveryKind.DIGEST,
        subject="2016-08-11.1",
        channel="team",
        receiver="a@example.org",
        content={"title": "Ünal"},
    )
    return replace(new, **changes)  # type: ignore[arg-type]


def queued(store: SqlStore, *keys: str) -> list[Delivery]:
    store.add_deliveries([a_delivery(key) for key in keys], now=NOW)
    return list(store.due_deliveries(now=NOW))


def test_what_is_queued_comes_back_as_it_was(store: SqlStore) -> None:
    assert store.add_deliveries([a_delivery()], now=NOW) == 1
    assert store.due_deliveries(now=NOW) == [
        Delivery(
            **vars(a_delivery()),
            id=1,
            state=DeliveryState.PENDING,
            attempts=0,
            created_at=NOW,
            next_at=NOW,
            sent_at=None,
            last_error="",
        )
    ]


def test_a_key_is_queued_once(store: SqlStore) -> None:
    assert store.add_deliveries([a_delivery("k1"), a_delivery("k2")], now=NOW) == 2
    assert store.add_deliveries([a_delivery("k2"), a_delivery("k3")], now=NOW + HOUR) == 1
    assert [each.key for each in store.due_deliveries(now=NOW + HOUR)] == ["k1", "k2", "k3"]
    assert store.add_deliveries([], now=NOW) == 0


def test_one_process_at_a_time_sends_it(store: SqlStore) -> None:
    (row,) = queued(store, "k1")
    assert store.claim_delivery(row.id, now=NOW, until=NOW + 10 * MINUTE)
    assert not store.claim_delivery(row.id, now=NOW + MINUTE, until=NOW + HOUR)
    assert store.due_deliveries(now=NOW + MINUTE) == []
    assert [each.id for each in store.due_deliveries(now=NOW + 10 * MINUTE)] == [row.id], "whoever had it died"


def test_a_clock_that_was_ahead_holds_nothing_back(store: SqlStore) -> None:
    (row,) = queued(store, "k1")
    ahead = NOW + timedelta(days=3650)
    assert store.claim_delivery(row.id, now=ahead, until=ahead + 10 * MINUTE)
    assert [each.id for each in store.due_deliveries(now=NOW)] == [row.id]
    store.delivery_failed(row.id, "no connection", next_at=ahead)
    assert [each.id for each in store.due_deliveries(now=NOW)] == [row.id]
    assert store.claim_delivery(row.id, now=NOW, until=NOW + 10 * MINUTE)


def test_sent_is_sent(store: SqlStore) -> None:
    (row,) = queued(store, "k1")
    store.delivery_sent(row.id, now=NOW + MINUTE)
    (sent,) = store.deliveries()
    assert sent == replace(row, state=DeliveryState.SENT, attempts=1, next_at=None, sent_at=NOW + MINUTE)
    assert store.due_deliveries(now=NOW + DAY, with_waiting=True) == []
    assert not store.claim_delivery(row.id, now=NOW + DAY, until=NOW + 2 * DAY)
    with pytest.raises(NotFoundError, match="no delivery d-1 that still has to be sent"):
        store.retry_delivery(row.id, now=NOW)


def test_a_failure_waits_and_is_given_up(store: SqlStore) -> None:
    (row,) = queued(store, "k1")
    store.claim_delivery(row.id, now=NOW, until=NOW + HOUR)
    store.delivery_failed(row.id, "no answer", next_at=NOW + 5 * MINUTE)
    assert store.due_deliveries(now=NOW + MINUTE) == []
    failed = replace(row, state=DeliveryState.FAILED, attempts=1, next_at=NOW + 5 * MINUTE, last_error="no answer")
    assert store.due_deliveries(now=NOW + MINUTE, with_waiting=True) == [failed]
    assert store.due_deliveries(now=NOW + 5 * MINUTE) == [failed]
    store.delivery_failed(row.id, "refused", next_at=None)
    assert store.due_deliveries(now=NOW + DAY, with_waiting=True) == []
    assert [(each.state, each.last_error) for each in store.deliveries()] == [(DeliveryState.GIVEN_UP, "refused")]


def test_what_was_given_up_can_be_tried_again(store: SqlStore) -> None:
    (row,) = queued(store, "k1")
    store.delivery_failed(row.id, "refused", next_at=None)
    again = store.retry_delivery(row.id, now=NOW + DAY)
    assert (again.key, again.state, again.attempts) == ("k1", DeliveryState.PENDING, 0)
    assert store.due_deliveries(now=NOW + DAY) == [again]


def test_lists_are_filtered(store: SqlStore) -> None:
    store.add_deliveries([a_delivery("k1"), a_delivery("k2", kind=DeliveryKind.ALERT, watch="other")], now=NOW)
    store.add_deliveries([a_delivery("k3")], now=NOW + DAY)
    store.delivery_sent(1, now=NOW)
    assert [each.key for each in store.deliveries()] == ["k3", "k2", "k1"]
    assert [each.key for each in store.deliveries(watch=WATCH)] == ["k3", "k1"]
    assert [each.key for each in store.deliveries(kind=DeliveryKind.ALERT)] == ["k2"]
    assert [each.key for each in store.deliveries(state=DeliveryState.SENT)] == ["k1"]
    assert [each.key for each in store.deliveries(since=NOW + HOUR)] == ["k3"]
    assert [each.key for each in store.deliveries(limit=1)] == ["k3"]
    assert store.count_deliveries() == {
        DeliveryState.PENDING: 2,
        DeliveryState.SENT: 1,
        DeliveryState.FAILED: 0,
        DeliveryState.GIVEN_UP: 0,
    }


def test_digests_are_listed_without_their_content(store: SqlStore) -> None:
    for day, revision in ((11, 1), (11, 2), (10, 1)):
        made = Digest(watch=WATCH, day=date(2016, 8, day), revision=revision, created_at=NOW + day * HOUR, content={})
        store.save_digest(made)
    assert store.digest_revisions(WATCH, since=NOW + 11 * HOUR) == [
        (date(2016, 8, 11), 1, NOW + 11 * HOUR),
        (date(2016, 8, 11), 2, NOW + 11 * HOUR),
    ]

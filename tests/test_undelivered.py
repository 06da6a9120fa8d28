"""What people wait for: through which channel, since when, and what is no longer missed."""

from __future__ import annotations

from datetime import timedelta

from monitor.undelivered import NOBODY_SENDS, undelivered
from store import SqlStore
from tests.delivery_material import HOUR, MINUTE, NOW, Hook, channels
from tests.test_store_deliveries import a_delivery

CHANNELS = channels(to=["ada@b.org", "emre@b.org"], hook=Hook(url="https://b.org/hook"))


def queued(store: SqlStore, *receivers: str) -> None:
    mails = [a_delivery(key=to, channel="team", receiver=to) for to in receivers]
    store.add_deliveries(mails, now=NOW)


def test_what_fails_is_told_by_channel_since_it_was_queued(store: SqlStore) -> None:
    queued(store, "ada@b.org", "emre@b.org")
    assert undelivered(store, CHANNELS, now=NOW + MINUTE) == [], "it is on its way"
    store.delivery_failed(1, "no such user", next_at=None)
    store.delivery_failed(2, "mailbox full", next_at=NOW + HOUR)
    (team,) = undelivered(store, CHANNELS, now=NOW + MINUTE)
    assert (team.channel, team.number, team.given_up, team.since) == ("team", 2, 1, NOW)
    assert (team.next_at, team.why) == (NOW + HOUR, "mailbox full")


def test_what_nobody_tries_is_told(store: SqlStore) -> None:
    queued(store, "ada@b.org")
    (team,) = undelivered(store, CHANNELS, now=NOW + HOUR)
    assert (team.number, team.why) == (1, NOBODY_SENDS)


def test_what_was_given_up_long_ago_or_goes_to_nobody_any_more_is_not_missed(store: SqlStore) -> None:
    queued(store, "ada@b.org", "gone@b.org")
    store.delivery_failed(1, "no such user", next_at=None)
    store.delivery_failed(2, "mailbox full", next_at=NOW + HOUR)
    assert [each.number for each in undelivered(store, CHANNELS, now=NOW + HOUR)] == [1]
    assert undelivered(store, CHANNELS, now=NOW + timedelta(days=8)) == []

"""See what people wait for: through which channel something does not come, since when, and why. Sends nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter

from monitor.model import Delivery, DeliveryState
from monitor.ports import Store
from monitor.settings.delivery import DeliveryChannels

#: What was given up longer ago nobody waits for.
MISSED_FOR = timedelta(days=7)
#: The daemon sends within seconds, a claim of the dead ends after ten minutes.
SENT_WITHIN = timedelta(minutes=15)
NOBODY_SENDS = "nobody has tried it yet: the daemon does, or widerhall deliver"


@dataclass(frozen=True, kw_only=True)
class Undelivered:
    """What does not come through one channel."""

    channel: str
    #: Messages, one for each receiver.
    number: int
    #: So many of them are not tried again by themselves.
    given_up: int
    #: When the oldest of them was queued.
    since: datetime
    #: When the next of them is tried; None if all are given up.
    next_at: datetime | None
    #: What was wrong the last time.
    why: str


def missed(store: Store, *, now: datetime) -> list[Delivery]:
    """What was to be there by now and is not, oldest first."""
    waiting = [each for each in store.deliveries(state=DeliveryState.PENDING) if now - each.created_at > SENT_WITHIN]
    failed = store.deliveries(state=DeliveryState.FAILED)
    given_up = store.deliveries(state=DeliveryState.GIVEN_UP, since=now - MISSED_FOR)
    return sorted((*waiting, *failed, *given_up), key=attrgetter("id"))


def undelivered(store: Store, channels: DeliveryChannels, *, now: datetime) -> list[Undelivered]:
    """What receivers wait for, by channel; nothing for receivers that are not in the configuration any more."""
    rows = [each for each in missed(store, now=now) if each.receiver in channels.receivers(each.channel)]
    rows.sort(key=attrgetter("channel"))
    return [_of(channel, list(group)) for channel, group in groupby(rows, attrgetter("channel"))]


def _of(channel: str, rows: list[Delivery]) -> Undelivered:
    tries = [row.next_at for row in rows if row.next_at]
    latest = max(rows, key=lambda row: (bool(row.last_error), row.id))
    return Undelivered(
        channel=channel,
        number=len(rows),
        given_up=sum(row.state is DeliveryState.GIVEN_UP for row in rows),
        since=min(row.created_at for row in rows),
        next_at=min(tries, default=None),
        why=latest.last_error or NOBODY_SENDS,
    )

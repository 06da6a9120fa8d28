"""Judge all feeds by what the store knows of them, and keep what begins and ends being wrong."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from monitor.collect import health_log
from monitor.collect.health import WINDOW, FeedHealth, feed_health
from monitor.logs import log
from monitor.model import FeedSpec, Poll
from monitor.ports import Store


def judge_feeds(store: Store, feeds: Sequence[FeedSpec], *, now: datetime) -> list[FeedHealth]:
    """How each feed did over the window before `now`, in the feeds' order."""
    polls: defaultdict[str, list[Poll]] = defaultdict(list)
    for poll in store.polls(since=now - WINDOW, until=now):
        polls[poll.feed_id].append(poll)
    pages = store.count_pages(since=now - WINDOW, until=now)
    return [
        feed_health(spec.id, polls[spec.id], now=now, extracted=held, unextractable=held_none)
        for spec in feeds
        for held, held_none in [pages.get(spec.id, (0, 0))]
    ]


def keep_health(store: Store, feeds: Sequence[FeedSpec], *, now: datetime) -> None:
    """Write down what began and what ended being wrong since somebody looked last, and say so."""
    before = health_log.read(store.document(health_log.KIND, health_log.NAME))
    active = [spec for spec in feeds if not spec.is_paused]
    after = health_log.brought_up_to_date(before, judge_feeds(store, active, now=now), now=now)
    if after == before:
        return
    store.put_document(health_log.KIND, health_log.NAME, health_log.written(after), now=now)
    for spell in after:
        if spell.began_at == now:
            log.warning("feed in trouble", feed=spell.feed_id, trouble=spell.trouble.value, why=spell.message)
        elif spell.ended_at == now:
            log.info("feed well again", feed=spell.feed_id, trouble=spell.trouble.value)

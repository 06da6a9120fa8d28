"""Remember since when each watch is there: its digests begin on that day, and tell nothing of the days before it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from monitor.model import Watch
from monitor.ports import Store
from monitor.report.digest import today_in

DOCUMENT = ("watches", "since")


def first_days(store: Store, watches: Sequence[Watch], *, now: datetime) -> Mapping[str, date]:
    """The first day that each watch is told of; a watch that was taken out and comes back begins anew."""
    body = store.document(*DOCUMENT)
    known: dict[str, str] = json.loads(body) if body else {}
    # What is there when this is first kept was there from the first poll on.
    new = now if known else min((row.first_polled_at for row in store.feeds() if row.first_polled_at), default=now)
    # A clock that was ahead may have written a moment that is still to come.
    since = {watch.id: min(datetime.fromisoformat(known.get(watch.id, new.isoformat())), now) for watch in watches}
    kept = {name: moment.isoformat() for name, moment in since.items()}
    if kept != known:
        store.put_document(*DOCUMENT, json.dumps(kept, indent=1).encode(), now=now)
    return {watch.id: today_in(watch.digest.zone, since[watch.id]) for watch in watches}

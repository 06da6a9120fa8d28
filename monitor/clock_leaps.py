"""Whether the clock leapt since it was last looked at: what goes by age must not all go by a clock that is wrong.

A machine that was off for long looks the same, so nothing is refused for ever: what is old is kept a week longer. A
leap too short to be noticed lets things go by so much too early, and no more.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.ports import Store

#: Longer than from one `widerhall once` to the next, where it is called weekly.
LEAP = timedelta(days=8)
#: Time for somebody to read the log and set the clock.
REST = timedelta(days=7)
#: The document that remembers the last look.
KIND, NAME = "clock", "last-look"


@dataclass(frozen=True, kw_only=True)
class Look:
    """One look at the clock."""

    at: datetime
    #: Until then nothing is let go; None: the clock goes as it should.
    rests_until: datetime | None = None


def looked(before: Look | None, now: datetime) -> Look:
    """What the clock says, after what it said before."""
    if before is None:
        return Look(at=now)
    if now - before.at > LEAP:
        return Look(at=now, rests_until=now + REST)
    rest = before.rests_until
    is_on = rest is not None and now < rest <= now + REST  # a clock that was set back has nothing to wait for
    return Look(at=now, rests_until=rest if is_on else None)


def look(store: Store, *, now: datetime) -> Look:
    """Look at the clock, and remember what it said."""
    seen = looked(last_look(store), now)
    said = {"at": seen.at.isoformat(), "rests_until": seen.rests_until and seen.rests_until.isoformat()}
    store.put_document(KIND, NAME, json.dumps(said).encode(), now=now)
    return seen


def last_look(store: Store) -> Look | None:
    """The last look; None if nobody has looked yet."""
    body = store.document(KIND, NAME)
    if body is None:
        return None
    at, rest = (value and datetime.fromisoformat(value) for value in json.loads(body).values())
    return Look(at=at, rests_until=rest)

"""What was wrong with feeds, from when until when: for digests that say the same whenever they are written. Pure.

Kept as one small document, brought up to date as often as somebody judges the feeds. Forgets what ended long ago.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from monitor.collect.health import FeedHealth, HealthEvent, Trouble

#: Where the document lies in the store.
KIND, NAME = "feed_health", "spells"
#: Digests are revised for a month; what ended before is of no use to them.
KEPT = timedelta(days=90)


@dataclass(frozen=True, kw_only=True)
class Spell:
    """One trouble of one feed."""

    feed_id: str
    trouble: Trouble
    #: In words, as it began.
    message: str
    began_at: datetime
    ended_at: datetime | None = None  # None: it lasts

    def lasts_at(self, at: datetime) -> bool:
        return self.began_at <= at and (self.ended_at is None or at < self.ended_at)


def brought_up_to_date(spells: Iterable[Spell], judged: Sequence[FeedHealth], *, now: datetime) -> tuple[Spell, ...]:
    """Let what is over end, and what has begun begin; a feed that is not judged any more has no troubles."""
    wrong = {(one.feed_id, trouble): message for one in judged for trouble, message in one.troubles.items()}
    kept = [spell for spell in spells if spell.ended_at is None or now - spell.ended_at < KEPT]
    lasting = {(spell.feed_id, spell.trouble) for spell in kept if spell.ended_at is None}
    ended = (
        replace(spell, ended_at=now)
        if spell.ended_at is None and (spell.feed_id, spell.trouble) not in wrong
        else spell
        for spell in kept
    )
    begun = (
        Spell(feed_id=feed_id, trouble=trouble, message=message, began_at=now)
        for (feed_id, trouble), message in wrong.items()
        if (feed_id, trouble) not in lasting
    )
    return (*ended, *begun)


def events_in(spells: Iterable[Spell], *, since: datetime, until: datetime) -> list[HealthEvent]:
    """What began and what ended in [since, until); what did both is not worth telling.

    A feed that dropped and then fell silent did not get well between.
    """
    events = []
    spells = list(spells)
    fell_silent = {(spell.feed_id, spell.began_at) for spell in spells if spell.trouble is Trouble.SILENT}
    for spell in spells:
        has_begun = since <= spell.began_at < until
        has_ended = spell.ended_at is not None and since <= spell.ended_at < until
        if has_ended and spell.trouble is Trouble.DROPPING and (spell.feed_id, spell.ended_at) in fell_silent:
            continue
        if has_begun != has_ended:
            message = spell.message if has_begun else ""
            events.append(
                HealthEvent(feed_id=spell.feed_id, trouble=spell.trouble, has_begun=has_begun, message=message)
            )
    return events


def written(spells: Iterable[Spell]) -> bytes:
    """The document."""
    return json.dumps([asdict(spell) for spell in spells], default=datetime.isoformat).encode()


def read(document: bytes | None) -> tuple[Spell, ...]:
    """The spells of a document; none of none."""
    return tuple(
        Spell(
            feed_id=stated["feed_id"],
            trouble=Trouble(stated["trouble"]),
            message=stated["message"],
            began_at=datetime.fromisoformat(stated["began_at"]),
            ended_at=datetime.fromisoformat(stated["ended_at"]) if stated["ended_at"] else None,
        )
        for stated in json.loads(document or b"[]")
    )

"""Who figures in which stored articles: what lists, trends and portraits of actors are made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from monitor.model.analysing import ActorRole, Relation


@dataclass(frozen=True, kw_only=True)
class ActingFilter:
    """Which articles to look at. Empty fields do not filter."""

    watch: str
    #: Standing matches only; otherwise every article that was assessed, whatever came of it.
    only_matches: bool = True
    #: By publication; an article without a date counts when it was first seen, and never if it is of an archive.
    since: datetime | None = None
    until: datetime | None = None
    #: Only roles of this actor: «@slug» or «?Name».
    actor: str = ""
    #: Only roles of names that no list knows.
    only_unconfirmed: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Acting:
    """One article, and those of its actors that were asked for; articles without any are there too."""

    article_id: int
    #: When it was published, or else first seen; None for an undated one of an archive.
    at: datetime | None
    language: str
    feed_id: str
    url: str
    title: str
    roles: tuple[ActorRole, ...] = ()
    #: Only where asked for.
    relations: tuple[Relation, ...] = ()

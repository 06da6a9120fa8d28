"""A watch as its file states it: facets, keywords, thresholds."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta


@dataclass(frozen=True, kw_only=True)
class Facet:
    """One thing a watch is about: any of its ids touches it."""

    name: str
    #: Entity ids (`@turkey`) and concept ids (`airstrike`).
    any: tuple[str, ...]
    #: For people: «Turkey, its government, army and leaders».
    description: str = ""


@dataclass(frozen=True, kw_only=True)
class Phrase:
    """One thing a keyword rule looks for."""

    #: Words as written (`joint* operation*`: words that begin so), an entity (`@turkey`) or a concept (`~airstrike`).
    text: str
    #: ISO 639-1; empty: every language.
    language: str = ""
    #: Whether any of its words is starred.
    is_prefix: bool = False
    is_case_sensitive: bool = False
    #: «counts only near …»: one of these (written like `text`) must stand within `within` words; empty: anywhere.
    near: tuple[str, ...] = ()
    within: int = 10


@dataclass(frozen=True, kw_only=True)
class KeywordRule:
    """One named rule of a watch's keyword configuration."""

    name: str
    #: any (one phrase must hit), all (each must), none (no phrase may), weight (each rule that hits adds points).
    group: str
    phrases: tuple[Phrase, ...]
    #: For group weight: added once when the rule hits; may be negative.
    points: float = 0.0
    #: Where it looks: title, lead (first paragraph and title) or text (all).
    scope: str = "text"


@dataclass(frozen=True, kw_only=True)
class Thresholds:
    """In points; review <= match."""

    match: float
    review: float


@dataclass(frozen=True, kw_only=True)
class DigestSettings:
    """When and how a watch's digest is made."""

    #: IANA zone whose midnights bound the digest's day.
    zone: str = "Europe/Berlin"
    #: Local time of day it is written at, «07:00»; it covers the day before.
    at: str = "07:00"
    #: Language of the digest's own words: de or en.
    language: str = "en"
    #: How many near misses it offers for judging.
    near_misses: int = 5
    #: Weekday on which the seven days before are told together, too; empty: never.
    weekly: str = ""


@dataclass(frozen=True, kw_only=True)
class AlertSettings:
    """Which matches are told at once, and how often at most."""

    #: Channels; empty: no alerts.
    to: tuple[str, ...] = ()
    #: From so many points on; None: the score alone raises none.
    score: float | None = None
    #: A match that touches all of these raises one; empty: facets raise none.
    facets: tuple[str, ...] = ()
    #: At least so long from one alert to the next; what comes between is told together.
    every: timedelta = timedelta(minutes=30)
    #: A story that was told is told again after so long, if something new of it matched.
    story_again: timedelta = timedelta(hours=12)


@dataclass(frozen=True, kw_only=True)
class DeliverySettings:
    """Where a watch's digests and alerts go."""

    #: Channels; None: all of them.
    digests: tuple[str, ...] | None = None
    #: Whether a later revision of a digest is delivered too.
    resends: bool = False
    alerts: AlertSettings = field(default_factory=AlertSettings)


@dataclass(frozen=True, kw_only=True)
class Watch:
    """One watch file."""

    id: str
    title: str
    #: Names of seed profiles: shipped (config/seeds) or added by the operator.
    seeds: tuple[str, ...]
    thresholds: Thresholds
    facets: tuple[Facet, ...] = ()
    rules: tuple[KeywordRule, ...] = ()
    #: Feed ids; empty: all feeds.
    feeds: tuple[str, ...] = ()
    digest: DigestSettings = DigestSettings()
    #: «by hand»: verdicts teach the watch when somebody says so; «daily»: the daemon learns from them by itself.
    learning: str = "by hand"
    delivery: DeliverySettings = field(default_factory=DeliverySettings)
    #: Hash of all that scores (seeds, thresholds, facets, rules, feeds), for an assessment's versions.
    version: str = ""
    #: Hash of facets and rules: what makes a score beside seeds and lexicon.
    keywords_version: str = ""

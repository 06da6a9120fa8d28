"""What analysis makes of a text: scores with their parts, actors, quotes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from monitor.model.states import Outcome


@dataclass(frozen=True, kw_only=True)
class Part:
    """One part of a score. The parts of an assessment sum to its score."""

    name: str
    points: float
    #: For humans: what was measured and how it was scaled.
    detail: str = ""


@dataclass(frozen=True, kw_only=True)
class Contribution:
    """What one term or concept adds to a score."""

    #: The analyzer's term, or `@entity` or concept id.
    term: str
    points: float
    #: As it stands in the article.
    surface: str = ""
    #: The seed's term behind it, in the seed's language.
    seed_term: str = ""


@dataclass(frozen=True, kw_only=True)
class FacetHit:
    """Whether an article touches one facet of a watch, and by what."""

    facet: str
    is_hit: bool
    strength: float = 0.0
    ids: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class RuleHit:
    """What one keyword rule did with an article."""

    #: The rule's name in the watch file.
    rule: str
    #: any, all, none or weight.
    group: str
    is_hit: bool
    #: Points the rule adds (weights only).
    points: float = 0.0
    #: Where it hit, offsets into `title + "\n" + text`.
    spans: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, kw_only=True)
class ScoreCard:
    """The score of one text for one watch, with everything that explains it; pure result, not yet stored."""

    watch: str
    score: float
    parts: tuple[Part, ...]
    outcome: Outcome
    #: Why the outcome is not what the score alone would say; empty when it is.
    outcome_reason: str = ""
    #: Versions that made it: profile, background, lexicon, actors, keywords, weights, analyzer.
    versions: Mapping[str, str] = field(default_factory=dict)
    contributions: tuple[Contribution, ...] = ()
    facets: tuple[FacetHit, ...] = ()
    rules: tuple[RuleHit, ...] = ()
    #: Best passage, offsets into `title + "\n" + text`; None when the text is empty.
    passage: tuple[int, int] | None = None
    match_threshold: float = 0.0
    review_threshold: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Mention:
    """One occurrence of an actor; offsets into `title + "\n" + text`."""

    actor: str  # "@slug", or "?Name" for an unconfirmed discovery
    start: int
    end: int
    surface: str
    #: name, short, adjective, metonym or discovered.
    kind: str = "name"


@dataclass(frozen=True, kw_only=True)
class Quote:
    """A span of what is said, with its speaker; offsets into `title + "\n" + text`."""

    start: int
    end: int
    text: str
    #: "@slug", "?Name", or empty when open.
    speaker: str = ""
    verb: str = ""
    is_direct: bool = True


@dataclass(frozen=True, kw_only=True)
class ActorRole:
    """How an actor figures in one article."""

    actor: str
    #: main, secondary or mentioned.
    role: str
    count: int
    name: str = ""  # canonical
    type: str = ""


@dataclass(frozen=True, kw_only=True)
class Relation:
    """Two actors that meet in a passage, with the sentence as evidence."""

    subject: str
    object: str
    #: meets, criticises, attacks, agrees …; empty where not plain.
    verb_class: str
    start: int
    end: int


@dataclass(frozen=True, kw_only=True)
class ActorFindings:
    """Who acts in one article."""

    mentions: tuple[Mention, ...] = ()
    quotes: tuple[Quote, ...] = ()
    roles: tuple[ActorRole, ...] = ()
    relations: tuple[Relation, ...] = ()

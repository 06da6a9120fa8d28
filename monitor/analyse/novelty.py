"""Say what an article adds to what was reported before it: who acts, on whom, with whom, where, how many, whose words.

Pure; compares facts that were found in the texts, never wording: a text may be new in every word and say nothing new.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import combinations

from monitor.analyse.cues import SPEECH_VERBS
from monitor.analyse.deeds import MUTUAL
from monitor.analyse.text import terms
from monitor.model import ActorFindings, Relation

#: A quote is known when this share of its words was in an earlier quote: translations and shortened ones differ more.
KNOWN_QUOTE = 0.6
#: Fewer words are a phrase («fight against terror»), not something said.
QUOTE_WORDS = 5
#: Who does what to whom: «@russia», «supports», «@assad».
Deed = tuple[str, str, str]
#: Two whom one sentence names, in order of their ids.
Pair = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What one article says, as far as it can be compared."""

    article: int
    language: str
    #: When it appeared, as far as anybody knows.
    at: datetime | None = None
    actors: frozenset[str] = frozenset()
    #: Who does what to whom, as a sentence says plainly.
    deeds: frozenset[Deed] = frozenset()
    #: Who is named with whom, and place -> its common name; then those of them near the beginning: only these are news.
    pairs: frozenset[Pair] = frozenset()
    places: Mapping[str, str] = field(default_factory=dict)
    news_pairs: frozenset[Pair] = frozenset()
    news_places: frozenset[str] = frozenset()
    #: Number -> it and what it counts, as it stands: «12 dead».
    counts: Mapping[str, str] = field(default_factory=dict)
    #: Speaker and words of each quote; the speaker may be empty.
    quotes: tuple[tuple[str, frozenset[str]], ...] = field(default=(), repr=False)


@dataclass(frozen=True, kw_only=True)
class Novelty:
    """What is new in an article; nothing at all makes it a rehash."""

    actors: tuple[str, ...] = ()
    deeds: tuple[Deed, ...] = ()
    #: Two who were never named together, and of whom no new deed is told.
    pairs: tuple[Pair, ...] = ()
    #: Common names.
    places: tuple[str, ...] = ()
    #: Numbers with what they count.
    counts: tuple[str, ...] = ()
    #: Whose words are new, each speaker once.
    speakers: tuple[str, ...] = ()

    @property
    def is_rehash(self) -> bool:
        return not (self.actors or self.deeds or self.pairs or self.places or self.counts or self.speakers)


def facts_of(
    article: int,
    language: str,
    findings: ActorFindings,
    *,
    counts: Mapping[str, str],
    places: Mapping[str, tuple[str, int]] | None = None,
    news_end: int = 0,
    at: datetime | None = None,
) -> Facts:
    """Return the facts of an article from its actors, what it counts, and its places, each with name and offset.

    Pairs and places that stand before `news_end` may be news.
    """
    quotes = ((quote.speaker, frozenset(terms(quote.text, language))) for quote in findings.quotes)
    actors = frozenset(role.actor for role in findings.roles)
    # Where no sentences are read, anybody may have been named with anybody.
    together = map(_pair, findings.relations) if language in SPEECH_VERBS else combinations(sorted(actors), 2)
    located = places or {}
    return Facts(
        article=article,
        language=language,
        at=at,
        actors=actors,
        deeds=frozenset(deed_of(relation) for relation in findings.relations if relation.verb_class),
        pairs=frozenset(together),
        places={place: name for place, (name, _) in located.items()},
        news_pairs=frozenset(_pair(relation) for relation in findings.relations if relation.end <= news_end),
        news_places=frozenset(place for place, (_, start) in located.items() if start < news_end),
        counts=counts,
        quotes=tuple((speaker, words) for speaker, words in quotes if len(words) >= QUOTE_WORDS),
    )


def _pair(relation: Relation) -> Pair:
    one, other = sorted((relation.subject, relation.object))
    return one, other


def deed_of(relation: Relation) -> Deed:
    """Two who meet do so together: who is named first says nothing."""
    one, other = relation.subject, relation.object
    if relation.verb_class in MUTUAL:
        one, other = sorted((one, other))
    return (one, relation.verb_class, other)


@dataclass(kw_only=True)
class Known:
    """What was reported so far; grows article by article."""

    actors: set[str] = field(default_factory=set)
    deeds: set[Deed] = field(default_factory=set)
    pairs: set[Pair] = field(default_factory=set)
    places: set[str] = field(default_factory=set)
    numbers: set[str] = field(default_factory=set)
    #: Speaker -> language -> words of each quote.
    quotes: dict[str, dict[str, list[frozenset[str]]]] = field(default_factory=dict)

    @classmethod
    def of(cls, articles: Iterable[Facts]) -> Known:
        """What these articles report together."""
        known = cls()
        for facts in articles:
            known.add(facts)
        return known

    def add(self, facts: Facts) -> None:
        """Take in one more article."""
        self.actors |= facts.actors
        self.deeds |= facts.deeds
        self.pairs |= facts.pairs
        self.places |= facts.places.keys()
        self.numbers |= facts.counts.keys()
        for speaker, words in facts.quotes:
            self.quotes.setdefault(speaker, {}).setdefault(facts.language, []).append(words)

    def has_quote(self, speaker: str, words: frozenset[str], language: str) -> bool:
        """Whether these words of a speaker were quoted. Across languages words cannot be compared: any quote counts."""
        said = self.quotes.get(speaker, {})
        if language not in said:
            return bool(said)
        return any(len(words & other) >= KNOWN_QUOTE * min(len(words), len(other)) for other in said[language])


def novelty(facts: Facts, *known: Known) -> Novelty:
    """What `facts` add to everything known; to nothing known they add all they say."""
    actors = facts.actors.difference(*(one.actors for one in known))
    deeds = facts.deeds.difference(*(one.deeds for one in known))
    acting = {frozenset((one, other)) for one, _, other in deeds}
    pairs = facts.news_pairs.difference(*(one.pairs for one in known))
    places = facts.news_places.difference(*(one.places for one in known))
    return Novelty(
        actors=tuple(sorted(actors)),
        deeds=tuple(sorted(deeds)),
        pairs=tuple(pair for pair in sorted(pairs) if actors.isdisjoint(pair) and frozenset(pair) not in acting),
        places=tuple(name for place, name in facts.places.items() if place in places),
        counts=tuple(said for number, said in facts.counts.items() if not any(number in one.numbers for one in known)),
        speakers=tuple(
            sorted(
                {
                    speaker
                    for speaker, words in facts.quotes
                    if speaker and not any(one.has_quote(speaker, words, facts.language) for one in known)
                }
            )
        ),
    )

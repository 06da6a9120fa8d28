"""Say what an article adds to what was reported before it: who does what to whom, what is counted, whose words are new.

Pure; compares facts that were found in the texts, never wording: a text may be new in every word and say nothing new.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from monitor.analyse.deeds import MUTUAL
from monitor.analyse.text import terms
from monitor.model import ActorFindings, Relation

#: A quote is known when this share of its words was in an earlier quote: translations and shortened ones differ more.
KNOWN_QUOTE = 0.6
#: Fewer words are a phrase («fight against terror»), not something said.
QUOTE_WORDS = 5
#: Who does what to whom: «@russia», «supports», «@assad».
Deed = tuple[str, str, str]


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What one article says, as far as it can be compared."""

    article: int
    language: str
    actors: frozenset[str] = frozenset()
    #: Who does what to whom, as a sentence says plainly.
    deeds: frozenset[Deed] = frozenset()
    #: Number -> it and what it counts, as it stands: «12 dead».
    counts: Mapping[str, str] = field(default_factory=dict)
    #: Speaker and words of each quote; the speaker may be empty.
    quotes: tuple[tuple[str, frozenset[str]], ...] = field(default=(), repr=False)


@dataclass(frozen=True, kw_only=True)
class Novelty:
    """What is new in an article; nothing at all makes it a rehash."""

    actors: tuple[str, ...] = ()
    deeds: tuple[Deed, ...] = ()
    #: Numbers with what they count.
    counts: tuple[str, ...] = ()
    #: Whose words are new, each speaker once.
    speakers: tuple[str, ...] = ()

    @property
    def is_rehash(self) -> bool:
        return not (self.actors or self.deeds or self.counts or self.speakers)


def facts_of(article: int, language: str, findings: ActorFindings, counts: Mapping[str, str]) -> Facts:
    """Return the facts of an article from its actors, deeds, quotes and what it counts."""
    quotes = ((quote.speaker, frozenset(terms(quote.text, language))) for quote in findings.quotes)
    return Facts(
        article=article,
        language=language,
        actors=frozenset(role.actor for role in findings.roles),
        deeds=frozenset(_deed(relation) for relation in findings.relations if relation.verb_class),
        counts=counts,
        quotes=tuple((speaker, words) for speaker, words in quotes if len(words) >= QUOTE_WORDS),
    )


def _deed(relation: Relation) -> Deed:
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
    return Novelty(
        actors=tuple(sorted(facts.actors.difference(*(one.actors for one in known)))),
        deeds=tuple(sorted(facts.deeds.difference(*(one.deeds for one in known)))),
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

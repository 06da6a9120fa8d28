"""Say what an article adds to what was reported before it: which actors meet, which numbers, whose words are new.

Pure; compares facts that were found in the texts, never wording: a text may be new in every word and say nothing new.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import combinations

from monitor.analyse.text import terms
from monitor.model import ActorFindings

#: A quote is known when this share of its words was in an earlier quote: translations and shortened ones differ more.
KNOWN_QUOTE = 0.6
#: Fewer words are a phrase («fight against terror»), not something said.
QUOTE_WORDS = 5


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What one article says, as far as it can be compared."""

    article: int
    language: str
    actors: frozenset[str] = frozenset()
    #: Actors that figure together, beyond a mention; each pair sorted.
    pairs: frozenset[tuple[str, str]] = frozenset()
    numbers: frozenset[str] = frozenset()
    #: Speaker and words of each quote; the speaker may be empty.
    quotes: tuple[tuple[str, frozenset[str]], ...] = field(default=(), repr=False)


@dataclass(frozen=True, kw_only=True)
class Novelty:
    """What is new in an article; nothing at all makes it a rehash."""

    actors: tuple[str, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()
    numbers: tuple[str, ...] = ()
    #: Whose words are new, each speaker once.
    speakers: tuple[str, ...] = ()

    @property
    def is_rehash(self) -> bool:
        return not (self.actors or self.pairs or self.numbers or self.speakers)


def facts_of(article: int, language: str, findings: ActorFindings, numbers: Iterable[str]) -> Facts:
    """Return the facts of an article from its actors, quotes and numbers."""
    leading = sorted({role.actor for role in findings.roles if role.role != "mentioned"})
    quotes = ((quote.speaker, frozenset(terms(quote.text, language))) for quote in findings.quotes)
    return Facts(
        article=article,
        language=language,
        actors=frozenset(role.actor for role in findings.roles),
        pairs=frozenset(combinations(leading, 2)),
        numbers=frozenset(numbers),
        quotes=tuple((speaker, words) for speaker, words in quotes if len(words) >= QUOTE_WORDS),
    )


@dataclass(kw_only=True)
class Known:
    """What was reported so far; grows article by article."""

    actors: set[str] = field(default_factory=set)
    pairs: set[tuple[str, str]] = field(default_factory=set)
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
        self.pairs |= facts.pairs
        self.numbers |= facts.numbers
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
        pairs=tuple(sorted(facts.pairs.difference(*(one.pairs for one in known)))),
        numbers=tuple(sorted(facts.numbers.difference(*(one.numbers for one in known)))),
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

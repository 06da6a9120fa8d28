"""Say what an article adds to what was reported before it: which actors meet, which numbers, whose words are new.

Pure; compares facts that were found in the texts, never wording: a text may be new in every word and say nothing new.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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


def novelty(facts: Facts, before: Sequence[Facts]) -> Novelty:
    """What `facts` add to the articles `before` it; an article with nothing before it is new in everything."""
    known_actors = frozenset[str]().union(*(other.actors for other in before))
    known_pairs = frozenset[tuple[str, str]]().union(*(other.pairs for other in before))
    known_numbers = frozenset[str]().union(*(other.numbers for other in before))
    # Words can be compared within a language only; a quote from another one counts as new when its speaker is.
    heard = {speaker for other in before for speaker, _ in other.quotes}
    said = [words for other in before if other.language == facts.language for _, words in other.quotes]
    has_kin = any(other.language == facts.language for other in before)
    speakers = {
        speaker
        for speaker, words in facts.quotes
        if speaker and (not _is_known(words, said) if has_kin else speaker not in heard)
    }
    return Novelty(
        actors=tuple(sorted(facts.actors - known_actors)),
        pairs=tuple(sorted(facts.pairs - known_pairs)),
        numbers=tuple(sorted(facts.numbers - known_numbers)),
        speakers=tuple(sorted(speakers)),
    )


def _is_known(words: frozenset[str], said: Iterable[frozenset[str]]) -> bool:
    return any(len(words & other) >= KNOWN_QUOTE * min(len(words), len(other)) for other in said)

"""Everything that is found in one text before anybody asks what it is worth: language, terms, entities, concepts.

What is dear is found when first asked for, and once: a text without a trace of a watch's subject never pays for the
concepts. Knows no watch and no profile.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from monitor.analyse import text as words
from monitor.analyse.gazetteer import Gazetteer, Lexicon
from monitor.analyse.language import LanguageGuess, detect
from monitor.analyse.names import Hit, Matcher

#: A title says in few words what a text is about; each of its terms counts as so many.
TITLE_WEIGHT = 3
#: The lead is the title and so many letters behind it.
LEAD_LETTERS = 600
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"»”’')\]]*\s+|\n+")


@dataclass(frozen=True, kw_only=True)
class Analysis:
    """One text, read. Offsets are into `title + "\\n" + text`, which is expected composed (NFC)."""

    title: str
    text: str = field(repr=False)
    language: LanguageGuess
    concept_matcher: Matcher = field(repr=False)
    #: Actors and places, in order of position.
    entities: Sequence[Hit] = field(repr=False)
    #: What others derive from this text once for all watches, by their own keys.
    memo: dict[Hashable, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def lang(self) -> str:
        return self.language.lang

    @cached_property
    def whole(self) -> str:
        return f"{self.title}\n{self.text}"

    @cached_property
    def concepts(self) -> Sequence[Hit]:
        """In order of position, found on their own: «Turkish border» is a concept and names an actor."""
        return self.concept_matcher.find(self.whole, self.lang)

    @cached_property
    def title_terms(self) -> frozenset[str]:
        return frozenset(words.terms(self.title, self.lang))

    @cached_property
    def lead_terms(self) -> frozenset[str]:
        """The terms of the title and the first lines, which say what a text is about."""
        return frozenset(words.terms(f"{self.title}\n{self.text[:LEAD_LETTERS]}", self.lang))

    @cached_property
    def counts(self) -> Counter[str]:
        """How often each term stands in the text, title terms counting more."""
        counts = words.count_terms(self.text, self.lang)
        for term in words.terms(self.title, self.lang):
            counts[term] += TITLE_WEIGHT
        return counts

    @cached_property
    def length(self) -> int:
        """How many terms there are, the title counting as it stands."""
        return self.counts.total() - (TITLE_WEIGHT - 1) * len(words.terms(self.title, self.lang))

    @cached_property
    def entity_counts(self) -> Counter[str]:
        return Counter(hit.id for hit in self.entities)

    @cached_property
    def concept_counts(self) -> Counter[str]:
        """By id with a tilde, as the background counts them."""
        return Counter(f"~{hit.id}" for hit in self.concepts)

    @cached_property
    def sentence_starts(self) -> Sequence[int]:
        return [0, *(found.end() for found in _SENTENCE_END.finditer(self.whole))]

    def part(self, start: int, end: int) -> Analysis:
        """The title with one stretch of the text, as if that were all."""
        shift = len(self.title) + 1 - start
        inside = [
            hit._replace(start=hit.start + shift, end=hit.end + shift)
            for hit in self.entities
            if start <= hit.start and hit.end <= end
        ]
        in_title = [hit for hit in self.entities if hit.end <= len(self.title)]
        return replace(self, text=self.whole[start:end], entities=[*in_title, *inside])

    def sentence_of(self, offset: int) -> int:
        """Index of the sentence an offset stands in."""
        return bisect_right(self.sentence_starts, offset) - 1

    def sentence_span(self, first: int, last: int) -> tuple[int, int]:
        """Offsets of sentences `first` to `last`, without surrounding white space."""
        starts = self.sentence_starts
        start, end = starts[first], starts[last + 1] if last + 1 < len(starts) else len(self.whole)
        return start, start + len(self.whole[start:end].rstrip())


class Analyser:
    """Reads texts with one gazetteer and one lexicon."""

    def __init__(self, gazetteer: Gazetteer, lexicon: Lexicon) -> None:
        self.gazetteer = gazetteer
        self._entities = gazetteer.matcher
        self._concepts = Matcher(lexicon.forms)

    def analyse(self, title: str, text: str, language_hint: str | None = None) -> Analysis:
        """Read one text."""
        language = detect(title, text, language_hint)
        return Analysis(
            title=title,
            text=text,
            language=language,
            entities=self._entities.find(f"{title}\n{text}", language.lang),
            concept_matcher=self._concepts,
        )

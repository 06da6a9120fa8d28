"""Find what changed keyword rules do in stored articles, reading as few of their texts as possible.

Only articles are looked at whose outcome could depend on it (`tune.replay.in_question`). Of these, the search index
says which may hold a rule's words, and what texts were found to name says which actors and concepts they have: only
they are read. The index cuts words as rules do, but for rarities: a word with an invisible sign in its middle, one to
which a sign such as «№» is glued, and what stands behind the first 300,000 letters of a text are not found.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from monitor.analyse.analysis import Analyser
from monitor.analyse.keywords import KeywordMatcher, rarest_word
from monitor.analyse.names import Hit
from monitor.model import Article, KeywordRule, Phrase, RuleHit, SearchTerm, Watch
from monitor.ports import Store
from monitor.tune.columns import HIT, MISSED, SILENT, Columns
from monitor.tune.replay import States, in_question

#: Articles read at once.
BATCH = 500
#: Words of other scripts are not indexed as rules spell them.
_SCRIPTS = ("LATIN", "CYRILLIC", "ARABIC", "DIGIT")
#: Two letters of each of these fold to one for rules, and are two in the index: a word is looked up as far as here.
_UNLIKE = "هي"
#: Words this short are looked up whole: as beginnings they would find nearly every text.
_WHOLE_UP_TO = 3


@dataclass(frozen=True, kw_only=True)
class RuleFinder:
    """Asks one store. `lists` is the version of actors and lexicon by which stored hits were found."""

    store: Store
    analyser: Callable[[], Analyser]
    lists: str

    def find(self, columns: Columns, after: Watch, changed: Sequence[KeywordRule]) -> tuple[Mapping[str, States], int]:
        """What changed rules do with each article they could matter for, and how many these are."""
        places = np.flatnonzero(in_question(columns, after, changed))
        place_of = {int(columns["article"][at]): int(at) for at in places}
        states = {rule.name: np.full(len(columns), SILENT, np.int8) for rule in changed}
        for rule in changed:
            states[rule.name][places] = _misses(columns, rule)[columns["language"][places]]
        for gone in self.store.pruned(place_of):  # nobody can look any more: it does what it did
            at = place_of.pop(gone)
            for rule in changed:
                states[rule.name][at] = columns.rule_state(rule.name)[at]
        for article, hit in self._hit(columns, changed, place_of):
            states[hit.rule][place_of[article]] = HIT if hit.is_hit else MISSED
        return states, len(places)

    def _hit(
        self, columns: Columns, changed: Sequence[KeywordRule], place_of: Mapping[int, int]
    ) -> Iterator[tuple[int, RuleHit]]:
        """What rules do in the articles where they may find something; they find nothing in the others."""
        matcher = KeywordMatcher(changed)
        named = self._named(place_of, frozenset(_cited(changed)))
        terms = _terms(changed, columns.languages)
        chosen = set(place_of)
        if terms is not None:
            chosen &= {article for article, hits in named.items() if hits} | set(self.store.holding(terms))
        is_read = any(map(_needs_text, changed))
        for some in _batches(sorted(chosen)):
            articles = self.store.articles_by_id(some) if is_read else {}
            for number in some:
                language = columns.languages[columns["language"][place_of[number]]]
                title, text = (articles[number].title, articles[number].text) if is_read else ("", "")
                for hit in matcher.evaluate(title, text, language, named.get(number, ())):
                    yield number, hit

    def _named(self, articles: Collection[int], cited: Collection[str]) -> Mapping[int, Sequence[Hit]]:
        """Where articles name what is cited: as kept, or found now where it was not."""
        if not cited:
            return {}
        kept = self.store.hits(articles, lists=self.lists, naming=cited)
        found: dict[int, Sequence[Hit]] = {
            article: [
                Hit(start=start, end=end, id=name, kind="", form="") for name, start, end in of_it.hits if name in cited
            ]
            for article, of_it in kept.items()
        }
        for some in _batches([article for article in articles if article not in kept]):
            for article in self.store.articles_by_id(some).values():
                found[article.id] = self._named_in(article)
        return found

    def _named_in(self, article: Article) -> Sequence[Hit]:
        analysis = self.analyser().analyse(article.title, article.text, article.language)
        return [*analysis.entities, *analysis.concepts]


def _batches(articles: Sequence[int]) -> Iterator[Sequence[int]]:
    return (articles[first : first + BATCH] for first in range(0, len(articles), BATCH))


def _misses(columns: Columns, rule: KeywordRule) -> States:
    """By language: what a rule does in a text that has nothing of it."""
    said = (any(phrase.language in ("", each) for phrase in rule.phrases) for each in columns.languages)
    return np.array([MISSED if asks else SILENT for asks in said], np.int8)


def _is_cited(text: str) -> bool:
    return text.startswith(("@", "~"))


def _cited(rules: Sequence[KeywordRule]) -> Iterator[str]:
    """Ids of the actors and concepts that rules ask for."""
    for rule in rules:
        for phrase in rule.phrases:
            yield from (text.removeprefix("~") for text in (phrase.text, *phrase.near) if _is_cited(text))


def _needs_text(rule: KeywordRule) -> bool:
    """Whether more has to be known than what a text names."""
    return rule.scope != "text" or any(phrase.near or not _is_cited(phrase.text) for phrase in rule.phrases)


def _terms(rules: Sequence[KeywordRule], languages: Sequence[str]) -> list[SearchTerm] | None:
    """What a text has to hold for any rule to find a word; None where the index cannot say."""
    terms: dict[SearchTerm, None] = {}
    for phrase in (phrase for rule in rules for phrase in rule.phrases if not _is_cited(phrase.text)):
        for language in languages:
            if phrase.language in ("", language):
                its_terms = list(_terms_of(phrase, language))
                if not its_terms:
                    return None
                terms |= dict.fromkeys(its_terms)
    return list(terms)


def _terms_of(phrase: Phrase, language: str) -> Iterator[SearchTerm]:
    spellings, is_prefix = rarest_word(phrase, language)
    looked_up = {_looked_up(spelling) for spelling in spellings}
    if "" not in looked_up:
        for spelling, whole in zip(spellings, map(_looked_up, spellings), strict=True):
            is_whole = not is_prefix and whole == spelling and len(spelling) <= _WHOLE_UP_TO
            yield SearchTerm(words=(whole,), is_prefix=not is_whole)


@lru_cache(maxsize=1_000)
def _looked_up(spelling: str) -> str:
    """As far as rule and index spell a word alike; empty where that is too little."""
    alike = next((spelling[:at] for at, letter in enumerate(spelling) if not _is_alike(letter)), spelling)
    return alike if alike == spelling or len(alike) > 1 else ""


def _is_alike(letter: str) -> bool:
    """Whether the index has a letter wherever rules have it."""
    return letter not in _UNLIKE and unicodedata.name(letter, "").startswith(_SCRIPTS)

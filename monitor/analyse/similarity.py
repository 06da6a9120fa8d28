"""Measure what a text has in common with a seed: plain numbers from 0 (nothing) up, no weights, no verdict.

    lexical     cosine of the plain TF-IDF vectors of text and seed, in the text's language
    key_terms   how much of the key the text holds, each term saturated: the heaviest terms of the seed and its echo
    entities    cosine of the actors and places in both, the same in every language
    concepts    cosine of the concepts in both, the same in every language

Each measure comes with what every term adds to it, so that an explanation never computes anything again.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from monitor.analyse.analysis import Analysis
from monitor.analyse.background import Background
from monitor.analyse.profile import SeedProfile

#: Terms of a seed that make its key: fewer forget half of what it is about, more drown the rest. Mean AP over the
#: subjects of bench/subjects.json: 5 terms .859, 8 .853, 12 .847, 25 .83.
KEY_TERMS = 8
#: Rare terms of a seed say more than their IDF (.81 -> .84).
KEY_IDF_POWER = 1.5
#: Terms of the title and the first lines count more (.847 -> .859).
KEY_LEAD_FACTOR = 1.6
#: Of the key, what the articles nearest to the seed say, where there are any (.865 -> .888).
ECHO_SHARE = 0.5
#: BM25's k1 and b, and the number of terms that its length is relative to.
KEY_SATURATION = 2.0
KEY_LENGTH_SHARE = 0.2
TYPICAL_TERMS = 600


@dataclass(frozen=True)
class Measure:
    """A number and what each term adds to it."""

    value: float
    by_term: Mapping[str, float]


_NOTHING = Measure(0.0, {})


def tf_idf(counts: Mapping[str, float], idf: Callable[[str], float]) -> dict[str, float]:
    """Sublinear TF-IDF weights, not normalised: scikit-learn's with `sublinear_tf=True, norm=None`."""
    return {term: (1 + math.log(count)) * weight for term, count in counts.items() if (weight := idf(term)) > 0}


def norm(vector: Mapping[str, float]) -> float:
    """Euclidean length."""
    return math.sqrt(sum(weight * weight for weight in vector.values()))


@dataclass(frozen=True)
class Vector:
    """A sparse vector with its length."""

    weights: Mapping[str, float]
    norm: float

    @classmethod
    def of(cls, counts: Mapping[str, float], idf: Callable[[str], float]) -> Vector:
        weights = tf_idf(counts, idf)
        return cls(weights, norm(weights))


#: Which counts of an article a vector is made of; they are found when first asked for.
_COUNTS = {"lexical": "counts", "entities": "entity_counts", "concepts": "concept_counts"}


def article_vector(analysis: Analysis, name: str, background: Background) -> Vector:
    """A text's own vector of terms («lexical»), entities or concepts, made once for all seeds and watches."""
    key = (name, background.version)
    if key not in analysis.memo:
        counts = getattr(analysis, _COUNTS[name])
        analysis.memo[key] = Vector.of(counts, background.table(analysis.lang).__getitem__)
    vector: Vector = analysis.memo[key]
    return vector


def cosine(one: Vector, other: Vector) -> Measure:
    """Cosine of two vectors with what each term adds; 0 where either is empty."""
    small, large = (one, other) if len(one.weights) < len(other.weights) else (other, one)
    products = {term: weight * large.weights[term] for term, weight in small.weights.items() if term in large.weights}
    if not products:
        return _NOTHING
    scale = one.norm * other.norm
    by_term = {term: product / scale for term, product in products.items()}
    return Measure(sum(by_term.values()), by_term)


@dataclass(frozen=True)
class _Vectors:
    """A seed's weights in one language."""

    lexical: Vector
    key_terms: Mapping[str, float]
    entities: Vector
    concepts: Vector


class Seed:
    """One seed profile against one background; vectors by language are made when first needed."""

    def __init__(self, profile: SeedProfile, background: Background) -> None:
        self.profile = profile
        self._background = background
        self._vectors: dict[str, _Vectors] = {}

    def knows(self, language: str) -> bool:
        """Whether the profile has texts of that language."""
        return language in self.profile.terms

    def lexical(self, analysis: Analysis) -> Measure:
        """Cosine of the plain TF-IDF vectors."""
        seed = self._in(analysis.lang).lexical
        return cosine(seed, article_vector(analysis, "lexical", self._background)) if seed.weights else _NOTHING

    def key_terms(self, analysis: Analysis) -> Measure:
        """Share of the key that the text holds, 0 to 1, as BM25 counts terms."""
        length = 1 - KEY_LENGTH_SHARE + KEY_LENGTH_SHARE * analysis.length / TYPICAL_TERMS
        by_term = {
            term: weight * count / (count + KEY_SATURATION * length)
            for term, weight in self._in(analysis.lang).key_terms.items()
            if (count := analysis.counts.get(term, 0))
        }
        return Measure(sum(by_term.values()), by_term)

    def entities(self, analysis: Analysis) -> Measure:
        """Cosine of actors and places."""
        seed = self._in(analysis.lang).entities
        return cosine(seed, article_vector(analysis, "entities", self._background))

    def concepts(self, analysis: Analysis) -> Measure:
        """Cosine of concepts."""
        seed = self._in(analysis.lang).concepts
        return cosine(seed, article_vector(analysis, "concepts", self._background))

    def worth(self, language: str) -> Mapping[str, float]:
        """What each of the seed's entities and concepts weighs."""
        vectors = self._in(language)
        return {**vectors.entities.weights, **vectors.concepts.weights}

    def _idf(self, language: str) -> Callable[[str], float]:
        return self._background.table(language).__getitem__

    def _in(self, language: str) -> _Vectors:
        if language not in self._vectors:
            idf = self._idf(language)
            terms = self.profile.terms.get(language, {})
            self._vectors[language] = _Vectors(
                lexical=Vector.of(terms, idf),
                key_terms=self._key_terms(language, idf),
                entities=self._ids("@", idf),
                concepts=self._ids("~", idf),
            )
        return self._vectors[language]

    def _key_terms(self, language: str, idf: Callable[[str], float]) -> dict[str, float]:
        """The heaviest terms of the seed and its echo, their weights summing to one."""
        key = key_weights(self.profile.terms.get(language, {}), self.profile.leads.get(language, ()), idf)
        if echo := self.profile.echo.get(language):
            terms = sorted(key.keys() | echo.keys())
            key = {term: (1 - ECHO_SHARE) * key.get(term, 0.0) + ECHO_SHARE * echo.get(term, 0.0) for term in terms}
        return _shares(heaviest(key, KEY_TERMS))

    def _ids(self, mark: str, idf: Callable[[str], float]) -> Vector:
        """The entities (@) or concepts (~) of the profile, which are the same in all languages."""
        counts = {identity: max(count, 1.0) for identity, count in self.profile.ids.items() if identity[0] == mark}
        return Vector.of(counts, idf)


def key_weights(counts: Mapping[str, float], lead: Collection[str], idf: Callable[[str], float]) -> dict[str, float]:
    """What a text could be searched by: each of its terms with a weight, all of them summing to one."""
    first = frozenset(lead)
    return _shares(
        {
            term: count * idf(term) ** KEY_IDF_POWER * (KEY_LEAD_FACTOR if term in first else 1.0)
            for term, count in counts.items()
        }
    )


def heaviest(weights: Mapping[str, float], number: int) -> dict[str, float]:
    """The heaviest terms; the alphabet decides between equals."""
    return dict(sorted(weights.items(), key=lambda item: (-item[1], item[0]))[:number])


def _shares(weights: Mapping[str, float]) -> dict[str, float]:
    total = sum(weights.values())
    return {term: weight / total for term, weight in weights.items()} if total else {}

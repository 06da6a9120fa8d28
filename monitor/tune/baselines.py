"""What a simpler program would have scored on the same articles: plain TF-IDF, BM25, a keyword query.

All see the same terms and the same seed profile as the model, so that what differs is the idea alone. The only module
that knows scikit-learn outside of tests; it is imported where it is used, as it is slow to import.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from monitor.analyse.analysis import Analysis
from monitor.analyse.profile import SeedProfile
from monitor.model import Watch

Array = np.ndarray[Any, np.dtype[Any]]

BM25_K1, BM25_B = 1.2, 0.75


def tf_idf(analyses: Sequence[Analysis], seed: Mapping[str, float]) -> Array:
    """Cosine in scikit-learn's TF-IDF space, fitted on the articles and the seed."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    texts: list[Mapping[str, float]] = [*(analysis.counts for analysis in analyses), seed]
    vectorizer = TfidfVectorizer(analyzer=_repeat)
    vectors = vectorizer.fit_transform(texts)
    return np.asarray((vectors[:-1] @ vectors[-1].T).todense()).ravel()


def _repeat(counts: Mapping[str, float]) -> list[str]:
    return [term for term, count in counts.items() for _ in range(round(count))]


def bm25(analyses: Sequence[Analysis], seed: Mapping[str, float]) -> Array:
    """BM25 with every term of the seed as the query."""
    frequency = Counter(term for analysis in analyses for term in analysis.counts if term in seed)
    number = len(analyses)
    idf = {term: math.log(1 + (number - n + 0.5) / (n + 0.5)) for term, n in frequency.items()}
    mean = sum(analysis.length for analysis in analyses) / max(number, 1)

    def score(analysis: Analysis) -> float:
        length = BM25_K1 * (1 - BM25_B + BM25_B * analysis.length / (mean or 1))
        counts = analysis.counts
        return sum(
            idf[term] * weight * counts[term] * (BM25_K1 + 1) / (counts[term] + length)
            for term, weight in seed.items()
            if term in counts and term in idf
        )

    return np.array([score(analysis) for analysis in analyses])


def keyword_query(analyses: Sequence[Analysis], watch: Watch) -> Array:
    """A query that asks for every facet by all its names: first how many are there, then how often."""

    def score(analysis: Analysis) -> float:
        named = [hit.id for hit in (*analysis.entities, *analysis.concepts)]
        found = [sum(name in facet.any for name in named) for facet in watch.facets]
        return sum(map(bool, found)) + 1 - 1 / (1 + sum(found))

    return np.array([score(analysis) for analysis in analyses])


def scores(analyses: Sequence[Analysis], profile: SeedProfile, watch: Watch) -> dict[str, Array]:
    """All baselines for articles of one language."""
    seed = profile.terms.get(analyses[0].lang, {}) if analyses else {}
    nothing = np.zeros(len(analyses))
    return {
        "tf_idf": tf_idf(analyses, seed) if seed else nothing,
        "bm25": bm25(analyses, seed) if seed else nothing,
        "keywords": keyword_query(analyses, watch) if watch.facets else nothing,
    }

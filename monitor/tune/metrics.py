"""How good a ranking is, in numbers: precision and recall in their many forms, with intervals. Pure.

A ranking is two arrays of the same length: `relevant` (1 or 0) and `scores`. Ties keep the order they came in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]

BOOTSTRAPS = 500
#: Costs of topic detection and tracking (TDT): a miss costs ten false alarms; one article in fifty is relevant.
COST_MISS, COST_FALSE_ALARM, PRIOR = 1.0, 0.1, 0.02
DET_POINTS = 40


@dataclass(frozen=True)
class Curve:
    """A ranking walked from its top: after each article, what has been found."""

    #: Scores, falling.
    scores: Array
    #: Relevant ones so far.
    hits: Array
    relevant: int

    @classmethod
    def of(cls, relevant: Array, scores: Array) -> Curve:
        order = np.argsort(-scores, kind="stable")
        return cls(scores[order], np.cumsum(relevant[order]), int(relevant.sum()))

    @property
    def precision(self) -> Array:
        return self.hits / np.arange(1, len(self.hits) + 1)

    @property
    def recall(self) -> Array:
        return self.hits / max(self.relevant, 1)

    @property
    def f1(self) -> Array:
        return 2 * self.hits / (np.arange(1, len(self.hits) + 1) + self.relevant)

    def at_least(self, score: float) -> int:
        """How many articles reach a score."""
        return int((self.scores >= score).sum())


def average_precision(relevant: Array, scores: Array) -> float:
    """Mean, over the relevant articles, of the precision where each is found; 0 where there is none."""
    if not relevant.any():
        return 0.0
    curve = Curve.of(relevant, scores)
    found = np.diff(curve.hits, prepend=0)
    return float((curve.precision * found).sum() / curve.relevant)


def r_precision(curve: Curve) -> float:
    """Precision among as many articles as are relevant."""
    return float(curve.precision[curve.relevant - 1]) if curve.relevant else 0.0


def precision_at(curve: Curve, number: int) -> float:
    """Precision among the first `number` articles."""
    return float(curve.hits[min(number, len(curve.hits)) - 1] / number) if len(curve.hits) else 0.0


def recall_at(curve: Curve, number: int) -> float:
    """Share of the relevant articles among the first `number`."""
    return float(curve.recall[min(number, len(curve.hits)) - 1]) if len(curve.hits) else 0.0


def f1_at(curve: Curve, threshold: float) -> float:
    """F1 of what reaches a threshold."""
    found = curve.at_least(threshold)
    return float(curve.f1[found - 1]) if found else 0.0


def detection_costs(curve: Curve) -> Array:
    """Normalised detection cost after each article: 0 is perfect, 1 is no better than saying always the same."""
    irrelevant = max(len(curve.hits) - curve.relevant, 1)
    misses = 1 - curve.recall
    false_alarms = (np.arange(1, len(curve.hits) + 1) - curve.hits) / irrelevant
    cost = COST_MISS * PRIOR * misses + COST_FALSE_ALARM * (1 - PRIOR) * false_alarms
    return np.asarray(cost / min(COST_MISS * PRIOR, COST_FALSE_ALARM * (1 - PRIOR)))


def det_points(curve: Curve) -> list[tuple[float, float]]:
    """(miss rate, false alarm rate) along the ranking, thinned out."""
    irrelevant = max(len(curve.hits) - curve.relevant, 1)
    places = np.unique(np.geomspace(1, max(len(curve.hits), 1), DET_POINTS).astype(int)) - 1
    return [
        (round(float(1 - curve.recall[place]), 4), round(float((place + 1 - curve.hits[place]) / irrelevant), 6))
        for place in places[places < len(curve.hits)]
    ]


def interval(measure: Callable[[Array, Array], float], relevant: Array, scores: Array) -> tuple[float, float]:
    """A 95 % bootstrap interval of a measure; the same for the same input."""
    if not relevant.any():
        return 0.0, 0.0
    rng = np.random.default_rng(0)
    # Only the relevant articles and those that outrank the last of them can change a measure of the top.
    keep = scores >= scores[relevant > 0].min()
    relevant, scores = relevant[keep], scores[keep]
    samples = (rng.integers(0, len(scores), len(scores)) for _ in range(BOOTSTRAPS))
    values = [measure(relevant[sample], scores[sample]) for sample in samples]
    low, high = np.quantile(values, [0.025, 0.975])
    return float(low), float(high)

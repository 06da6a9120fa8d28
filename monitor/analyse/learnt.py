"""What verdicts have taught a watch: terms, entities and concepts that speak for an article, or against it. Pure.

It is one more part of the score, beside the seed's: the seed itself is never changed. How it is learnt is said in
`tune/feedback.py`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from monitor.analyse.analysis import Analysis
from monitor.analyse.background import Background
from monitor.analyse.similarity import Measure, article_vector

#: Entities and concepts are the same in every language.
EVERYWHERE = "*"
#: Beside the words: names and topics say less of what an analyst liked.
IDS_SHARE = 1 / 3
#: A unit is worth so many of `lexical`, in its language: the scale that a model was calibrated on.
WORTH = 1.5
#: No text gains or loses more by all verdicts together: what the seed and the facets say of it stays in sight.
MOST_POINTS = 25.0


@dataclass(frozen=True, kw_only=True)
class Learnt:
    """One version of what a watch was taught."""

    #: 0: nothing yet.
    version: int = 0
    #: Language, or «*» for entities and concepts -> term -> weight, articles having length 1.
    moves: Mapping[str, Mapping[str, float]] = field(default_factory=dict, repr=False)

    def measure(self, analysis: Analysis, background: Background) -> Measure:
        """How much an article has of what was judged relevant, less what was judged irrelevant."""
        by_term = dict(self._by_term(analysis, background))
        return Measure(math.fsum(by_term.values()), by_term)

    def _by_term(self, analysis: Analysis, background: Background) -> Iterator[tuple[str, float]]:
        for name, space, share in VECTORS:
            moves = self.moves.get(space or analysis.lang)
            if not moves:
                continue
            vector = article_vector(analysis, name, background)
            for term in vector.weights.keys() & moves.keys():
                yield term, share * moves[term] * vector.weights[term] / vector.norm


#: An article's vectors, the space of their terms (empty: its language), and how much they count.
VECTORS = (("lexical", "", 1.0), ("entities", EVERYWHERE, IDS_SHARE), ("concepts", EVERYWHERE, IDS_SHARE))


def bounded(measure: Measure, per_unit: float) -> Measure:
    """The measure, shrunk where it would be worth more points than all verdicts together may be."""
    points = abs(per_unit * measure.value)
    if points <= MOST_POINTS:
        return measure
    shrunk = MOST_POINTS / points
    return Measure(shrunk * measure.value, {term: shrunk * value for term, value in measure.by_term.items()})

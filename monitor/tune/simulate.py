"""What verdicts would have taught, on news whose relevance is known: who is asked, and what comes of it. Pure.

The articles judged are left out of what is measured afterwards.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from monitor.analyse.analysis import Analysis
from monitor.analyse.background import Background
from monitor.analyse.learnt import Learnt
from monitor.tune.feedback import Canary, Example, Points, learn, refusal

#: Canaries: so many that score highest, and so many from far below, as a store would offer them.
CLEAR, FAR_BELOW = 20, 30


@dataclass(frozen=True, kw_only=True)
class Known:
    """An article whose relevance is known, with its score before anybody judged."""

    analysis: Analysis
    is_relevant: bool
    score: float


@dataclass(frozen=True, kw_only=True)
class Taught:
    """What came of it, for the articles that were not judged."""

    unjudged: Sequence[int]
    scores: Sequence[float]
    #: Why the step was not taken; empty if it was.
    refused: str


def least_decided(known: Sequence[Known], threshold: float, number: int) -> Sequence[int]:
    """The articles nearest to the threshold: whom a review asks about first."""
    return sorted(range(len(known)), key=lambda place: abs(known[place].score - threshold))[:number]


def teach(
    known: Sequence[Known],
    judged: Collection[int],
    background: Background,
    points: Points,
    *,
    protected: Collection[str] = (),
    wrong: Collection[int] = (),
) -> Taught:
    """Learn from the judged ones (from the `wrong` ones the contrary), and score the others."""
    examples = [
        Example(analysis=known[place].analysis, is_relevant=known[place].is_relevant != (place in wrong))
        for place in judged
    ]
    learnt = learn(examples, background, version=1, protected=protected)
    unjudged = [place for place in range(len(known)) if place not in set(judged)]
    refused = refusal(Learnt(), learnt, _canaries(known, unjudged), points)
    if refused:
        learnt = Learnt()
    scores = [known[place].score + points(learnt, known[place].analysis) for place in unjudged]
    return Taught(unjudged=unjudged, scores=scores, refused=refused)


def _canaries(known: Sequence[Known], unjudged: Sequence[int]) -> Sequence[Canary]:
    ranked = sorted(unjudged, key=lambda place: -known[place].score)
    below = ranked[len(ranked) // 2 :]
    spread = below[:: max(1, len(below) // FAR_BELOW)]
    return [
        Canary(name=str(place), analysis=known[place].analysis, is_match=is_match)
        for places, is_match in ((ranked[:CLEAR], True), (spread, False))
        for place in places
    ]

"""Let verdicts move a seed profile: Rocchio with a prior, clipped, guarded by canaries. Pure; every step can be undone.

A verdict adds to the seed's vector what a relevant article is made of, and takes from it what an irrelevant one is
made of. What a watch's facets name is never taken away; what a person pinned stays where it was pinned. The counts of
the seed itself are not touched: a step is a table of moves beside them, under a revision of its own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from monitor.analyse.analysis import Analysis
from monitor.analyse.background import Background
from monitor.analyse.profile import SeedProfile
from monitor.analyse.similarity import Vector

#: Rocchio's weights, the seed having 1. Verdicts of either kind are worth the same here, as they are asked for where
#: the score is undecided (docs/score.md has the table).
BETA, GAMMA = 1.0, 1.0
#: The seed counts as so many verdicts of either kind: one click moves a sixth of what many would.
PRIOR_VERDICTS = 5
#: No single term may outgrow the seed.
CLIP = 0.25
#: Smaller moves are noise of single articles.
SMALLEST = 0.01
#: A step that drifts is halved so often before it is given up.
HALVINGS = 3
#: A canary may lose so many points.
CANARY_LOSS = 5.0


#: Scores, under a profile, texts that must stay where they are.
CanaryScores = Callable[[SeedProfile], Sequence[float]]


@dataclass(frozen=True, kw_only=True)
class Example:
    """An article with its verdict."""

    analysis: Analysis
    is_relevant: bool


def learn(
    profile: SeedProfile,
    examples: Iterable[Example],
    background: Background,
    *,
    protected: Collection[str] = (),
    pins: Mapping[str, float] | None = None,
) -> SeedProfile:
    """The profile as all verdicts so far move it, under the next revision.

    `examples` are all verdicts, not only new ones, so that a withdrawn verdict leaves no trace. `protected` are terms
    and ids that may only gain (what facets name); `pins` are weights that stay as a person set them.
    """
    judged = list(examples)
    moves: defaultdict[str, dict[str, float]] = defaultdict(dict)
    languages = {example.analysis.lang for example in judged}
    spaces = [("*", judged), *((lang, [e for e in judged if e.analysis.lang == lang]) for lang in sorted(languages))]
    for space, inside in spaces:
        gains = _mean(space, [e.analysis for e in inside if e.is_relevant], background)
        losses = _mean(space, [e.analysis for e in inside if not e.is_relevant], background)
        for term in gains.keys() | losses.keys():
            move = BETA * gains.get(term, 0.0) - GAMMA * losses.get(term, 0.0)
            if abs(move) >= SMALLEST and not (move < 0 and term.removeprefix("~") in protected):
                moves[space][term] = max(-CLIP, min(CLIP, move))
    for term, weight in (pins or {}).items():
        space = "*" if term[0] in "@~" else profile.language
        moves[space][term] = weight
    return replace(profile, moves=dict(moves), revision=profile.revision + 1)


def _mean(space: str, analyses: Sequence[Analysis], background: Background) -> dict[str, float]:
    """Mean of the articles' vectors of length 1, shrunk towards nothing by the prior."""
    total: defaultdict[str, float] = defaultdict(float)
    for analysis in analyses:
        for counts in [analysis.entity_counts, analysis.concept_counts] if space == "*" else [analysis.counts]:
            vector = Vector.of(counts, lambda term, lang=analysis.lang: background.idf(term, lang))  # type: ignore[misc]
            for term, weight in vector.weights.items():
                total[term] += weight / vector.norm
    return {term: weight / (len(analyses) + PRIOR_VERDICTS) for term, weight in total.items()}


def undo(profile: SeedProfile) -> SeedProfile:
    """The seed as it was before any verdict, under the next revision."""
    return replace(profile, moves={}, revision=profile.revision + 1)


def guarded(profile: SeedProfile, learnt: SeedProfile, canary_scores: CanaryScores) -> tuple[SeedProfile, str]:
    """The learnt profile, or as much of its step as the canaries survive, and what was held back.

    `canary_scores` scores texts that must stay where they are: the seed's own, and articles judged relevant.
    """
    before = canary_scores(profile)
    share = 1.0
    for _ in range(HALVINGS + 1):
        step = replace(learnt, moves=_scaled(learnt.moves, share))
        if all(now >= then - CANARY_LOSS for then, now in zip(before, canary_scores(step), strict=True)):
            return step, "" if share == 1.0 else f"taken at {share:.0%}: a full step would lose what it must keep"
        share /= 2
    return profile, "not taken: any step in this direction loses what it must keep"


def _scaled(moves: Mapping[str, Mapping[str, float]], share: float) -> dict[str, dict[str, float]]:
    return {space: {term: share * move for term, move in terms.items()} for space, terms in moves.items()}

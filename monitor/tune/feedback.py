"""Let verdicts teach a watch: Rocchio with a prior, refused where it would lose what must be kept. Pure.

What relevant articles are made of speaks for an article from then on, what irrelevant ones are made of against it. What
a watch's facets name is never turned against it, and what a person pinned stays where it was pinned. All verdicts are
learnt from at each step, not only new ones, so that one that was changed leaves no trace.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from monitor.analyse.analysis import Analysis
from monitor.analyse.background import Background
from monitor.analyse.learnt import EVERYWHERE, VECTORS, Learnt
from monitor.analyse.similarity import article_vector
from monitor.analyse.text import terms

#: Rocchio's weights. An irrelevant article is irrelevant in its own way, so it counts half (docs/learning.md).
BETA, GAMMA = 1.0, 0.5
#: So many verdicts that say nothing are counted with each kind: one click moves a sixth of what many would.
PRIOR_VERDICTS = 5
#: No single term may say more.
MOST = 0.25
#: Smaller moves are noise of single articles.
LEAST = 0.005
#: A canary's score may not fall, or rise, by more points.
CANARY_POINTS = 10.0
#: Canaries named in a refusal.
NAMED = 3


@dataclass(frozen=True, kw_only=True)
class Example:
    """An article with its verdict."""

    analysis: Analysis
    is_relevant: bool


@dataclass(frozen=True, kw_only=True)
class Canary:
    """A text that everybody knows where it belongs."""

    #: For people: «m-12».
    name: str
    analysis: Analysis
    #: A clear match, which may not fall; else a text that is clearly none, which may not rise.
    is_match: bool


def learn(
    examples: Iterable[Example],
    background: Background,
    *,
    version: int,
    protected: Collection[str] = (),
    pins: Mapping[str, float] | None = None,
) -> Learnt:
    """What all verdicts so far come to.

    `protected` are ids that may only gain (what facets name); `pins` are weights that a person set: of an `@entity`, a
    `~concept`, or a word, which stands for its term in every language.
    """
    judged = list(examples)
    languages = sorted({example.analysis.lang for example in judged})
    moves: dict[str, dict[str, float]] = {}
    for name, space, _ in VECTORS:
        for where in [space] if space else languages:
            inside = judged if space else [each for each in judged if each.analysis.lang == where]
            kept = protected if space else {*protected, *_names(inside, protected)}
            moves.setdefault(where, {}).update(_moves(name, inside, background, kept))
    return pinned(Learnt(version=version, moves=moves), pins or {})


def _moves(
    name: str, judged: Sequence[Example], background: Background, protected: Collection[str]
) -> Mapping[str, float]:
    gains = _mean(name, [each.analysis for each in judged if each.is_relevant], background)
    losses = _mean(name, [each.analysis for each in judged if not each.is_relevant], background)
    found = {}
    for term in sorted(gains.keys() | losses.keys()):
        move = max(-MOST, min(MOST, BETA * gains.get(term, 0.0) - GAMMA * losses.get(term, 0.0)))
        if move < 0 and term.removeprefix("~") in protected:
            continue
        if abs(move) >= LEAST:
            found[term] = round(move, 4)
    return found


def _names(judged: Iterable[Example], protected: Collection[str]) -> Iterator[str]:
    """The terms by which articles call what is protected: «putin» is no less Putin than `@putin`."""
    for analysis in (each.analysis for each in judged if not each.is_relevant):
        for hit in (*analysis.entities, *analysis.concepts):
            if hit.id in protected:
                yield from terms(analysis.whole[hit.start : hit.end], analysis.lang)


def _mean(name: str, analyses: Sequence[Analysis], background: Background) -> Mapping[str, float]:
    """Mean of the articles' vectors at length 1, shrunk towards nothing by the prior."""
    total: defaultdict[str, float] = defaultdict(float)
    for analysis in analyses:
        vector = article_vector(analysis, name, background)
        for term, weight in vector.weights.items():
            total[term] += weight / vector.norm
    return {term: weight / (len(analyses) + PRIOR_VERDICTS) for term, weight in total.items()}


def pinned(learnt: Learnt, pins: Mapping[str, float]) -> Learnt:
    """The same with the weights that a person set; 0 keeps verdicts from moving a term at all."""
    moves = {space: dict(weights) for space, weights in learnt.moves.items()}
    for name, weight in pins.items():
        for space in moves if name[0] not in "@~" else [EVERYWHERE]:
            for term in [name] if space == EVERYWHERE else terms(name, space):
                moves.setdefault(space, {})[term] = weight
    return replace(learnt, moves=moves)


#: What verdicts alone add to a text's score, once they are taken as learnt.
Points = Callable[[Learnt, Analysis], float]


def refusal(before: Learnt, after: Learnt, canaries: Iterable[Canary], points: Points) -> str:
    """Why a step may not be taken; empty if it may."""
    drifted = []
    for canary in canaries:
        drift = points(after, canary.analysis) - points(before, canary.analysis)
        if (-drift if canary.is_match else drift) > CANARY_POINTS:
            drifted.append(f"{canary.name} would {'lose' if drift < 0 else 'gain'} {abs(drift):.0f} points")
    if not drifted:
        return ""
    more = f" and {len(drifted) - NAMED} more" if len(drifted) > NAMED else ""
    return f"{', '.join(drifted[:NAMED])}{more}; {CANARY_POINTS:g} are the most a known text may drift"

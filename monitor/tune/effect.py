"""What a change comes to, in figures a person decides by: gained and lost, by language and feed, precision, the curve.

Precision and recall are of the articles that analysts judged, with intervals; they say nothing of the others, and say
so by their width. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from monitor.model import Outcome, VerdictKind
from monitor.tune.columns import OUTCOMES, Bools, Columns
from monitor.tune.replay import Replayed

#: Days the expected matches a day are counted over.
RECENT_DAYS = 30


@dataclass(frozen=True, kw_only=True)
class Share:
    """A share of a count, with its 95 % interval (Wilson 1927): honest for small counts."""

    hits: int
    of: int
    low: float
    high: float

    @property
    def value(self) -> float | None:
        """None when nothing was counted."""
        return self.hits / self.of if self.of else None


def share(hits: int, of: int) -> Share:
    """`hits` of `of`."""
    if not of:
        return Share(hits=0, of=0, low=0.0, high=1.0)
    z = 1.96
    middle = (hits + z * z / 2) / (of + z * z)
    reach = z * sqrt(hits * (of - hits) / of + z * z / 4) / (of + z * z)
    return Share(hits=hits, of=of, low=max(middle - reach, 0.0), high=min(middle + reach, 1.0))


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How a configuration does on everything stored."""

    outcomes: Mapping[str, int]
    precision: Share
    recall: Share
    #: Over the last `RECENT_DAYS` days that brought articles; None when none did.
    matches_a_day: float | None


@dataclass(frozen=True, kw_only=True)
class Effect:
    """What changes between two configurations."""

    before: Standing
    after: Standing
    #: Article ids, best score first.
    gained: Sequence[int]
    lost: Sequence[int]
    #: Scores before and after, of gained and lost articles.
    scores: Mapping[int, tuple[float, float]]
    #: language or feed -> (gained, lost)
    by_language: Mapping[str, tuple[int, int]]
    by_feed: Mapping[str, tuple[int, int]]


def effect(columns: Columns, before: Replayed, after: Replayed, verdicts: Mapping[int, VerdictKind]) -> Effect:
    """Compare; verdicts are the last one on each article."""
    was, is_ = before.is_(Outcome.MATCH), after.is_(Outcome.MATCH)
    gained, lost = is_ & ~was, was & ~is_
    return Effect(
        before=standing(columns, before, verdicts),
        after=standing(columns, after, verdicts),
        gained=_best_first(columns, gained, after),
        lost=_best_first(columns, lost, before),
        scores={
            int(columns["article"][at]): (float(before.score[at]), float(after.score[at]))
            for at in np.flatnonzero(gained | lost)
        },
        by_language=_by(columns["language"], columns.languages, gained, lost),
        by_feed=_by(columns["feed"], columns.feeds, gained, lost),
    )


def standing(columns: Columns, replayed: Replayed, verdicts: Mapping[int, VerdictKind]) -> Standing:
    """Counts, precision and recall on verdicts, and how many matches a day there would be."""
    matching = replayed.is_(Outcome.MATCH)
    relevant, irrelevant = judged_in(columns, verdicts)
    hits = int((relevant & matching).sum())
    counts = np.bincount(replayed.outcome, minlength=len(OUTCOMES))
    return Standing(
        outcomes={outcome.value: int(counts[number]) for number, outcome in enumerate(OUTCOMES)},
        precision=share(hits, hits + int((irrelevant & matching).sum())),
        recall=share(hits, int(relevant.sum())),
        matches_a_day=_a_day(columns, matching),
    )


def judged_in(columns: Columns, verdicts: Mapping[int, VerdictKind]) -> tuple[Bools, Bools]:
    """Which articles were judged relevant, and which irrelevant."""

    def given(kind: VerdictKind) -> Bools:
        ids = [article for article, verdict in verdicts.items() if verdict is kind]
        return np.isin(columns["article"], ids)

    return given(VerdictKind.RELEVANT), given(VerdictKind.IRRELEVANT)


def _a_day(columns: Columns, matching: Bools) -> float | None:
    recent, days = _recent(columns)
    return float((matching & recent).sum() / days) if days else None


def _recent(columns: Columns) -> tuple[Bools, int]:
    """The articles of the last days that brought any, and how many days these are.

    Of what feeds brought; imported archives would drown it, and count only where there is nothing else.
    """
    live = ~columns["is_backlog"]
    chosen = live if live.any() else np.ones(len(columns), np.bool_)
    days = np.unique(columns["day"][chosen])[-RECENT_DAYS:]
    return (chosen & (columns["day"] >= days[0]) if len(days) else chosen), len(days)


def _best_first(columns: Columns, chosen: Bools, by: Replayed) -> list[int]:
    places = np.flatnonzero(chosen)
    return [int(columns["article"][at]) for at in places[np.argsort(-by.score[places], kind="stable")]]


def _by(numbers: NDArray[np.int64], names: Sequence[str], gained: Bools, lost: Bools) -> dict[str, tuple[int, int]]:
    more = np.bincount(numbers[gained], minlength=len(names))
    fewer = np.bincount(numbers[lost], minlength=len(names))
    return {name: (int(more[at]), int(fewer[at])) for at, name in enumerate(names) if more[at] or fewer[at]}


@dataclass(frozen=True, kw_only=True)
class CurvePoint:
    """What one match threshold would bring."""

    threshold: float
    matches: int
    #: As in `Standing`.
    matches_a_day: float | None
    precision: Share
    recall: Share


def threshold_curve(
    columns: Columns, replayed: Replayed, verdicts: Mapping[int, VerdictKind], thresholds: Sequence[float]
) -> list[CurvePoint]:
    """Matches, precision and recall over match thresholds; what rules hold back or doubt keeps out stays out."""
    out = [Outcome.HELD_BY_RULE, Outcome.SUGGESTION, Outcome.SEED_OR_REPRINT]
    may_match = ~np.logical_or.reduce([replayed.is_(outcome) for outcome in out])
    relevant, irrelevant = judged_in(columns, verdicts)
    recent, days = _recent(columns)

    def reach(chosen: Bools) -> list[int]:
        """How many of the chosen reach each threshold."""
        scores = np.sort(replayed.score[may_match & chosen])
        return [len(scores) - int(place) for place in np.searchsorted(scores, thresholds)]

    everything, all_relevant = np.ones(len(columns), np.bool_), int(relevant.sum())
    return [
        CurvePoint(
            threshold=threshold,
            matches=matches,
            matches_a_day=lately / days if days else None,
            precision=share(hits, hits + misses),
            recall=share(hits, all_relevant),
        )
        for threshold, matches, lately, hits, misses in zip(
            thresholds, reach(everything), reach(recent), reach(relevant), reach(irrelevant), strict=True
        )
    ]

"""The parts of a score as bars that each begin where the one before ended: what they sum to is seen. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.model import Part, ScoreCard


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One part; `x` and `width` are percent of the chart."""

    name: str
    points: float
    detail: str
    x: float
    width: float


@dataclass(frozen=True, kw_only=True)
class Waterfall:
    """All parts in the order they are told, and where the thresholds stand."""

    bars: tuple[Bar, ...]
    #: From nought to the score.
    total: Bar
    zero: float
    review: float
    match: float


def waterfall(card: ScoreCard) -> Waterfall:
    """What gives first, what takes last, on one scale with the thresholds."""
    parts = sorted(card.parts, key=lambda part: -part.points)
    low, high = _reach(parts, card)

    def place(points: float) -> float:
        return round(100 * (points - low) / (high - low), 2)

    bars, so_far = [], 0.0
    for part in parts:
        ends = sorted((so_far, so_far + part.points))
        bars.append(
            Bar(
                name=part.name,
                points=part.points,
                detail=part.detail,
                x=place(ends[0]),
                width=round(place(ends[1]) - place(ends[0]), 2),
            )
        )
        so_far += part.points
    ends = sorted((0.0, card.score))
    total = Bar(
        name="", points=card.score, detail="", x=place(ends[0]), width=round(place(ends[1]) - place(ends[0]), 2)
    )
    return Waterfall(
        bars=tuple(bars),
        total=total,
        zero=place(0.0),
        review=place(card.review_threshold),
        match=place(card.match_threshold),
    )


def _reach(parts: Sequence[Part], card: ScoreCard) -> tuple[float, float]:
    """The lowest and the highest point that a bar reaches."""
    levels, so_far = [0.0, card.score, card.match_threshold * 1.15, 1.0], 0.0
    for part in parts:
        so_far += part.points
        levels.append(so_far)
    return min(levels), max(levels)

"""Decide what an assessment means for an article's match: make, withdraw or reinstate it. Pure; touches no table."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from monitor.model import Outcome, ScoreCard


class MatchState(StrEnum):
    """How an article stands with a watch before an assessment."""

    NONE = "none"  # never a match
    STANDING = "standing"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, kw_only=True)
class MakeMatch:
    """The first `match` outcome."""


@dataclass(frozen=True, kw_only=True)
class WithdrawMatch:
    """A match that no longer is one; it stays visible with the reason."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class ReinstateMatch:
    """A withdrawn match that is one again, under the same id."""


Consequence = MakeMatch | WithdrawMatch | ReinstateMatch | None


def consequence(before: MatchState, card: ScoreCard, *, is_edit: bool) -> Consequence:
    """What follows from a new assessment; `is_edit`: because the text changed, not only the way of scoring."""
    match before, card.outcome is Outcome.MATCH:
        case MatchState.NONE, True:
            return MakeMatch()
        case MatchState.WITHDRAWN, True:
            return ReinstateMatch()
        case MatchState.STANDING, False:
            return WithdrawMatch(reason=_why_withdrawn(card, is_edit=is_edit))
        case _:
            return None


def _why_withdrawn(card: ScoreCard, *, is_edit: bool) -> str:
    cause = "the article was edited" if is_edit else "scored anew"
    outcome = card.outcome.replace("_", " ")
    because = f", {card.outcome_reason}" if card.outcome_reason else ""
    return f"{cause}: {outcome}{because} ({card.score:.1f} points, a match needs {card.match_threshold:.1f})"

"""What another keyword configuration would have done to everything stored: scores and outcomes, without reading a text.

A score is a sum of parts, so a rule's points can be taken out and others put in; what a changed rule would find is
answered for the few articles whose outcome could depend on it (`in_question`), by whoever can read them. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from monitor.model import KeywordRule, Outcome, Watch
from monitor.tune.columns import HIT, MISSED, OUTCOMES, Bools, Columns, Floats

States = NDArray[np.int8]
_CODE = {outcome: number for number, outcome in enumerate(OUTCOMES)}


@dataclass(frozen=True, kw_only=True)
class Replayed:
    """What would be: one position an article, as in the columns."""

    score: Floats
    outcome: NDArray[np.int8]

    def is_(self, outcome: Outcome) -> Bools:
        at: Bools = self.outcome == _CODE[outcome]
        return at


def changed_rules(before: Watch, after: Watch) -> tuple[KeywordRule, ...]:
    """Rules of `after` that look for something else, or elsewhere, than the rule of that name does now."""
    known = {rule.name: rule for rule in before.rules}
    return tuple(rule for rule in after.rules if not _finds_the_same(known.get(rule.name), rule))


def _finds_the_same(one: KeywordRule | None, other: KeywordRule) -> bool:
    """Whether two rules hit the same texts; what a hit is worth, and whether it holds back, may differ."""
    if one is None or (one.phrases, one.scope) != (other.phrases, other.scope):
        return False
    return (one.group == "all") == (other.group == "all")


def in_question(columns: Columns, after: Watch, changed: Sequence[KeywordRule]) -> Bools:
    """Articles whose outcome can depend on what the changed rules find: those that their points could lift into sight.

    Everything else is below the review threshold whatever the rules find, and need not be read.
    """
    lift = sum(max(rule.points, 0.0) for rule in changed if rule.group == "weight")
    without = _score(columns, after, {rule.name: np.full(len(columns), MISSED, np.int8) for rule in changed})
    reachable: Bools = (without + lift >= after.thresholds.review) & ~columns["is_reprint"]
    return reachable


def replay(columns: Columns, after: Watch, found: Mapping[str, States] | None = None) -> Replayed:
    """Scores and outcomes under `after`; `found` says what changed rules did with each article.

    Facets and seeds are not replayed: they are measured anew from the texts.
    """
    found = found or {}
    score = _score(columns, after, found)
    held = np.zeros(len(columns), np.bool_)
    for rule in after.rules:
        state = _state(columns, rule, found)
        if rule.group == "none":
            held |= state == HIT
        elif rule.group in ("any", "all"):
            held |= state == MISSED
    outcome = np.select(
        [
            columns["is_reprint"],
            score < after.thresholds.review,
            (score >= after.thresholds.match) & held,
            columns["is_doubtful"],
            score >= after.thresholds.match,
        ],
        [
            _CODE[Outcome.SEED_OR_REPRINT],
            _CODE[Outcome.BELOW],
            _CODE[Outcome.HELD_BY_RULE],
            _CODE[Outcome.SUGGESTION],
            _CODE[Outcome.MATCH],
        ],
        default=_CODE[Outcome.NEAR_MISS],
    ).astype(np.int8)
    if after.feeds:
        outcome[~_is_heard(columns, after)] = _CODE[Outcome.BELOW]
    return Replayed(score=score, outcome=outcome)


def as_stored(columns: Columns) -> Replayed:
    """Scores and outcomes as they are."""
    return Replayed(score=columns["score"], outcome=columns["outcome"])


def _score(columns: Columns, after: Watch, found: Mapping[str, States]) -> Floats:
    score: Floats = columns["score"].copy()
    for name in columns.rules:
        score -= columns.rule_points(name)
    for rule in after.rules:
        if rule.group == "weight" and rule.points:
            score += np.where(_state(columns, rule, found) == HIT, rule.points, 0.0)
    return score


def _state(columns: Columns, rule: KeywordRule, found: Mapping[str, States]) -> States:
    return found[rule.name] if rule.name in found else columns.rule_state(rule.name)


def _is_heard(columns: Columns, after: Watch) -> Bools:
    """Articles of the feeds that the watch names; imports count always."""
    heard = np.array([not feed or feed in after.feeds for feed in columns.feeds], np.bool_)
    return heard[columns["feed"]] if len(columns.feeds) else np.zeros(0, np.bool_)

"""What an assessment means for a match: the whole table."""

from __future__ import annotations

import pytest

from monitor.model import Outcome
from store.consequences import Consequence, MakeMatch, MatchState, ReinstateMatch, WithdrawMatch, consequence
from tests.store_material import a_card

ANEW = "scored anew: below (10.0 points, a match needs 40.0)"
EDITED = "the article was edited: below (10.0 points, a match needs 40.0)"


@pytest.mark.parametrize(
    ("before", "outcome", "is_edit", "expected"),
    [
        (MatchState.NONE, Outcome.MATCH, False, MakeMatch()),
        (MatchState.NONE, Outcome.MATCH, True, MakeMatch()),
        (MatchState.NONE, Outcome.BELOW, False, None),
        (MatchState.NONE, Outcome.BELOW, True, None),
        (MatchState.STANDING, Outcome.MATCH, False, None),
        (MatchState.STANDING, Outcome.MATCH, True, None),
        (MatchState.STANDING, Outcome.BELOW, False, WithdrawMatch(reason=ANEW)),
        (MatchState.STANDING, Outcome.BELOW, True, WithdrawMatch(reason=EDITED)),
        (MatchState.WITHDRAWN, Outcome.MATCH, False, ReinstateMatch()),
        (MatchState.WITHDRAWN, Outcome.MATCH, True, ReinstateMatch()),
        (MatchState.WITHDRAWN, Outcome.BELOW, False, None),
        (MatchState.WITHDRAWN, Outcome.BELOW, True, None),
    ],
)
def test_consequences(before: MatchState, outcome: Outcome, is_edit: bool, expected: Consequence) -> None:
    card = a_card(50.0 if outcome is Outcome.MATCH else 10.0)
    assert consequence(before, card, is_edit=is_edit) == expected


@pytest.mark.parametrize("outcome", sorted(set(Outcome) - {Outcome.MATCH}))
def test_every_other_outcome_withdraws(outcome: Outcome) -> None:
    follows = consequence(MatchState.STANDING, a_card(50.0, outcome=outcome), is_edit=False)
    assert isinstance(follows, WithdrawMatch)


def test_the_reason_of_the_outcome_is_part_of_the_reason() -> None:
    held = a_card(45.0, outcome=Outcome.HELD_BY_RULE, outcome_reason="«gas» is excluded")
    assert consequence(MatchState.STANDING, held, is_edit=False) == WithdrawMatch(
        reason="scored anew: held by rule, «gas» is excluded (45.0 points, a match needs 40.0)"
    )

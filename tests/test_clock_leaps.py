"""When the clock is believed, and when what is old stays for a while."""

from __future__ import annotations

import pytest

from monitor.clock_leaps import LEAP, REST, Look, last_look, look, looked
from store import SqlStore
from tests.store_material import HOUR, NOW

END = NOW + REST


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        (None, None),
        (Look(at=NOW - HOUR), None),
        (Look(at=NOW - LEAP), None),
        (Look(at=NOW - LEAP - HOUR), END),
        (Look(at=NOW + 900 * LEAP), None),
        (Look(at=NOW - HOUR, rests_until=NOW + HOUR), NOW + HOUR),
        (Look(at=NOW - HOUR, rests_until=NOW), None),
        (Look(at=NOW + 900 * LEAP, rests_until=END + 900 * LEAP), None),
        (Look(at=NOW - LEAP - HOUR, rests_until=NOW + HOUR), END),
    ],
    ids=["first", "an hour", "a week's run", "a leap", "set back", "resting", "rested", "put right", "another leap"],
)
def test_a_clock_that_leapt_is_not_believed_for_a_while(before: Look | None, expected: object) -> None:
    assert looked(before, NOW) == Look(at=NOW, rests_until=expected)  # type: ignore[arg-type]


def test_a_look_is_remembered(store: SqlStore) -> None:
    assert last_look(store) is None
    for now in (NOW, NOW + 2 * LEAP, NOW + 2 * LEAP + HOUR):
        seen = look(store, now=now)
        assert last_look(store) == seen
    assert seen == Look(at=NOW + 2 * LEAP + HOUR, rests_until=NOW + 2 * LEAP + REST)

"""What a digest or an alert has no room for: how much it is, and the command that shows it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from monitor.model import Outcome
from monitor.report.words import Words

Row = Mapping[str, Any]

#: What is in the lists that a cap may cut, but for the matches.
OUTCOME_OF = {
    "near_misses": Outcome.NEAR_MISS,
    "held_by_rule": Outcome.HELD_BY_RULE,
    "suggestions": Outcome.SUGGESTION,
}


def not_shown(number: int, command: str, words: Words, *, said: str = "mark.left_out") -> str:
    """How many more there are, and where; empty when all are shown."""
    return f"{words(said, n=number)} {words('mark.see', n=number, command=command)}" if number > 0 else ""


def list_matches(content: Row, of: str = "matches") -> str:
    """The command that lists what one of the digest's lists is cut from; of several days it has no day."""
    parts = ["widerhall matches", _of_watch(content)]
    if content["first_day"] == content["day"] and content["by"] == "found":
        parts.append(f"--day {content['day']}")
    if of in OUTCOME_OF:
        parts.append(f"--outcome {OUTCOME_OF[of].value}")
    return " ".join(parts)


def list_stories(content: Row) -> str:
    """The command that lists the stories of a digest's days."""
    return f"widerhall stories {_of_watch(content)} --since {content['first_day']}"


def show_story(content: Row, story: str) -> str:
    """The command that shows all reports of a story."""
    return f"widerhall story show {story} {_of_watch(content)}"


def compare(content: Row) -> str:
    """The command that compares all reports of the story which a digest compares."""
    return f"widerhall compare {content['comparison']['story']} {_of_watch(content)}"


def _of_watch(content: Row) -> str:
    """Needed where there are several watches; a digest does not know how many there are."""
    return f"--watch {content['watch']['id']}"

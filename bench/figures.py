"""The figures that a bench comes to, told in one way: `bench/all.py` gathers them; alone, a bench only prints.

A figure is a name, a value, a unit and, where there is one, the goal: at most or at least so much.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

#: Names the file that figures are added to, one JSON object a line.
VARIABLE = "BENCH_FIGURES"


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One measured value."""

    name: str
    value: float
    #: «×», «ms», «s», «F1», «%»; empty for a count.
    unit: str = ""
    at_most: float | None = None
    at_least: float | None = None

    @property
    def goal(self) -> float | None:
        return self.at_most if self.at_least is None else self.at_least

    @property
    def is_met(self) -> bool:
        """Whether the goal is reached; without one there is nothing to miss."""
        is_low_enough = self.at_most is None or self.value <= self.at_most
        return is_low_enough and (self.at_least is None or self.value >= self.at_least)

    def to_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)


def tell(*figures: Figure) -> None:
    """Add figures to the file that somebody gathers them in."""
    if file := os.environ.get(VARIABLE):
        with Path(file).open("a", encoding="utf-8") as lines:
            lines.writelines(f"{each.to_json()}\n" for each in figures)


def read(file: Path) -> list[Figure]:
    """The figures of a file; none where there is no file."""
    if not file.is_file():
        return []
    return [Figure(**json.loads(line)) for line in file.read_text(encoding="utf-8").splitlines()]

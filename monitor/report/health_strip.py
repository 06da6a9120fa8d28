"""A feed's last days as a small picture: what came stands up from the line, what failed hangs below it. Pure.

What is meant is told by the place, not by the colour alone; the words beside the picture say the same. Colours are
classes of the page.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from xml.etree.ElementTree import Element, SubElement, tostring

STEP, WIDTH, UP, DOWN = 9, 7, 18, 9


@dataclass(frozen=True, kw_only=True)
class PollDay:
    """A feed's polls of one day."""

    day: date
    polls: int
    failed: int
    #: Entries that they brought.
    new: int


def health_strip(days: Sequence[PollDay], *, label: str, day_said: Callable[[PollDay], str]) -> str:
    """The picture as SVG; `day_said` puts a day into words. Bars grow by the root: one entry is seen beside ninety."""
    width, height = STEP * len(days), UP + DOWN + 1
    root = Element("svg", {"class": "health", "viewBox": f"0 0 {width} {height}", "role": "img", "aria-label": label})
    most = max((day.new for day in days), default=0)
    for place, day in enumerate(days):
        if not day.polls:
            continue
        group = SubElement(root, "g")
        SubElement(group, "title").text = day_said(day)
        x = place * STEP + 1
        _bar(group, "asked", x, UP, 1)
        if day.new:
            length = max(UP * math.sqrt(day.new / most), 2)
            _bar(group, "fill", x, UP - length, length)
        if day.failed:
            _bar(group, "less", x, UP + 1, max(DOWN * day.failed / day.polls, 2))
    return tostring(root, encoding="unicode")


def _bar(parent: Element, name: str, x: float, y: float, height: float) -> None:
    values = {"x": x, "y": y, "width": WIDTH, "height": height}
    SubElement(parent, "rect", {"class": name, **{key: f"{value:.4g}" for key, value in values.items()}})

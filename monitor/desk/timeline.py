"""Who reported when, as a picture: a line for each outlet, a dot for each report. Pure; the list beside it says it all.

Built as a tree, so that whatever an outlet calls itself is text in it; places are percent, so that letters keep their
size on a phone. Colours are classes of the page.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from xml.etree.ElementTree import Element, SubElement, tostring
from zoneinfo import ZoneInfo

#: Outlets that have a line of their own; the list beside the picture has all.
LANES = 12
LANE_HEIGHT, AXIS_HEIGHT = 34, 22
#: The first and the last dot keep so far from the edges, in percent.
EDGE = 2.0
#: More midnights than this are no help to the eye.
MOST_DAYS = 15


@dataclass(frozen=True, kw_only=True)
class Dot:
    """One report."""

    outlet: str
    at: datetime
    is_copy: bool
    title: str


def timeline(dots: Sequence[Dot], zone: ZoneInfo, *, label: str, moment_of: Callable[[datetime], str]) -> str:
    """The picture as SVG; `moment_of` puts a time into words."""
    in_time = sorted(dots, key=lambda dot: dot.at)
    first, last = in_time[0].at, in_time[-1].at
    lanes = list(dict.fromkeys(dot.outlet for dot in in_time))[:LANES]
    height = LANE_HEIGHT * len(lanes) + AXIS_HEIGHT
    root = Element("svg", {"width": "100%", "height": str(height), "role": "img", "aria-label": label})

    def place(moment: datetime) -> str:
        share = (moment - first) / (last - first) if last > first else 0.5
        return f"{EDGE + share * (100 - 2 * EDGE):.2f}%"

    for midnight in _midnights(first, last, zone):
        x = place(midnight)
        SubElement(root, "line", {"class": "midnight", "x1": x, "x2": x, "y1": "0", "y2": str(height - AXIS_HEIGHT)})
    for number, outlet in enumerate(lanes):
        base = str(LANE_HEIGHT * number + 25)
        SubElement(root, "text", {"x": "0", "y": str(LANE_HEIGHT * number + 13)}).text = outlet
        SubElement(root, "line", {"class": "lane", "x1": "0", "x2": "100%", "y1": base, "y2": base})
        for dot in in_time:
            if dot.outlet == outlet:
                kind = "copy" if dot.is_copy else "report"
                shape = SubElement(root, "circle", {"class": kind, "cx": place(dot.at), "cy": base, "r": "5"})
                SubElement(shape, "title").text = f"{moment_of(dot.at)}: {dot.title}"
    ends = [("0", "start", first), ("100%", "end", last)] if last > first else [("50%", "middle", first)]
    for x, anchor, moment in ends:
        SubElement(root, "text", {"x": x, "y": str(height - 5), "text-anchor": anchor}).text = moment_of(moment)
    return tostring(root, encoding="unicode")


def _midnights(first: datetime, last: datetime, zone: ZoneInfo) -> list[datetime]:
    """Where days begin between two moments."""
    day, end = first.astimezone(zone).date() + timedelta(days=1), last.astimezone(zone).date()
    if (end - day).days >= MOST_DAYS:
        return []
    days = [day + timedelta(days=number) for number in range((end - day).days + 1)]
    return [datetime.combine(each, time.min, tzinfo=zone) for each in days]

"""How often an actor is in the news, week by week, as a picture. Pure.

A bar a week, each with what it counts for whoever points at it; the words beside the picture say the whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from xml.etree.ElementTree import Element, SubElement, tostring

#: Half a year.
SHOWN = 26
STEP, WIDTH, HEIGHT = 12, 9, 48


@dataclass(frozen=True, kw_only=True)
class Week:
    """Begins on a Monday."""

    monday: date
    articles: int


def weeks_of(days: Iterable[date], *, today: date) -> list[Week]:
    """From the first article until today, half a year at most; until the last one where that lies further back."""
    counts = Counter(day - timedelta(days=day.weekday()) for day in days if day <= today)
    if not counts:
        return []
    this_week = today - timedelta(days=today.weekday())
    last = this_week if max(counts) > this_week - SHOWN * timedelta(days=7) else max(counts)
    shown = [last - back * timedelta(days=7) for back in range(SHOWN - 1, -1, -1)]
    first = min(monday for monday in counts if monday >= shown[0])
    return [Week(monday=monday, articles=counts[monday]) for monday in shown if monday >= first]


def weeks_chart(weeks: Sequence[Week], *, label: str, week_said: Callable[[Week], str]) -> str:
    """The picture as SVG."""
    width = STEP * len(weeks)
    root = Element(
        "svg",
        {
            "class": "weeks",
            "viewBox": f"0 0 {width} {HEIGHT + 1}",
            "role": "img",
            "aria-label": label,
            "width": f"{2 * width}",
        },
    )
    most = max(week.articles for week in weeks)
    for place, week in enumerate(weeks):
        group = SubElement(root, "g")
        SubElement(group, "title").text = week_said(week)
        length = max(HEIGHT * week.articles / most, 2) if week.articles else 0.5
        values = {"x": place * STEP, "y": HEIGHT - length, "width": WIDTH, "height": length}
        shown = {key: f"{value:.4g}" for key, value in values.items()}
        SubElement(group, "rect", {"class": "fill" if week.articles else "track", **shown})
    return tostring(root, encoding="unicode")

"""Draw the digest's pictures as SVG: a month of matches, scores against the thresholds, outlets by language.

Pure; each picture is built as a tree, so that whatever a page calls itself is text in it. Colours are CSS variables of
the page. The words beside a picture say what it shows; the picture itself is for the eye.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

Row = Mapping[str, Any]

BLOCKS = "▁▂▃▄▅▆▇█"
#: More bars than this are no longer a picture.
LANGUAGES = 8


def sparkline(values: Sequence[int | None]) -> str:
    """Numbers as a row of blocks for a terminal; a dot where there is no number, a low line for nought."""
    top = max((value for value in values if value), default=0)
    return "".join(
        "·" if value is None else "▁" if not value else BLOCKS[max(round(7 * value / top), 1)] for value in values
    )


def month_of_matches(history: Sequence[Row], label: str) -> str:
    """Bars of the last days, the digest's own last and strong; days without a number have a dot on the line."""
    height, step = 56, 10
    top = max((day["matches"] or 0 for day in history), default=0) or 1
    root = _svg(step * len(history), height + 2, label)
    for place, day in enumerate(history):
        x = place * step + 2
        if day["matches"] is None:
            _shape(root, "circle", cx=x + 3, cy=height - 1, r=1, fill="var(--soft)")
            continue
        length = max(height * day["matches"] / top, 1)
        fill = "var(--accent)" if place == len(history) - 1 else "var(--bar)"
        bar = _shape(root, "rect", x=x, y=height - length, width=step - 4, height=length, rx=1, fill=fill)
        SubElement(bar, "title").text = f"{day['day']}: {day['matches']}"
    _shape(root, "rect", x=0, y=height, width=step * len(history), height=0.75, fill="var(--line)")
    return _text(root)


def scores_and_thresholds(rows: Sequence[Row], thresholds: Mapping[str, float], label: str) -> str:
    """Each article of the digest as a dot at its score, full for a match, with a line at each threshold."""
    width, height, radius = 600, 64, 4.5
    top = max([row["score"] for row in rows] + [1.4 * thresholds["match"], 1.0])
    root = _svg(width, height, label)
    _shape(root, "rect", x=0, y=44, width=width, height=0.75, fill="var(--line)")
    for name in ("review", "match"):
        x = width * thresholds[name] / top
        _shape(root, "rect", x=x - 0.5, y=6, width=1, height=44, fill="var(--soft)")
        _label(root, x, 62, f"{thresholds[name]:g}")
    columns = Counter(round(width * row["score"] / top / (2 * radius)) for row in rows)
    # Dots of a full column overlap rather than leave the picture.
    step = min(2 * radius, (38 - radius) / max(max(columns.values(), default=1) - 1, 1))
    stacked: dict[int, int] = {}
    for row in sorted(rows, key=lambda row: float(row["score"])):
        column = round(width * row["score"] / top / (2 * radius))
        stacked[column] = level = stacked.get(column, -1) + 1
        is_match = row["outcome"] == "match" and not row["withdrawn"]
        fill = "var(--bar)" if is_match else "var(--paper)"
        x, y = min(max(column * 2 * radius, radius), width - radius), 38 - level * step
        dot = _shape(root, "circle", cx=x, cy=y, r=radius - 1, fill=fill, stroke="var(--bar)")
        SubElement(dot, "title").text = f"{row['id']}: {row['score']:g}"
    return _text(root)


def outlets_by_language(rows: Sequence[Row], name_of: Callable[[str], str], label: str) -> str:
    """A bar for each language, cut into its outlets, with both numbers at its end."""
    languages = _commonest(rows, "language")[:LANGUAGES]
    left, width, line = 96, 400, 26
    root = _svg(600, line * len(languages), label)
    top = max(sum(row["language"] == language for row in rows) for language in languages)
    for place, language in enumerate(languages):
        y, x = line * place, float(left)
        spoken = [row for row in rows if row["language"] == language]
        outlets = _commonest(spoken, "outlet")
        _label(root, left - 10, y + 17, _clip(name_of(language)), anchor="end", fill="var(--ink)")
        for outlet in outlets:
            number = sum(row["outlet"] == outlet for row in spoken)
            length = width * number / top
            bar = _shape(root, "rect", x=x, y=y + 5, width=length - 1.5, height=16, rx=1.5, fill="var(--bar)")
            SubElement(bar, "title").text = f"{outlet}: {number}"
            x += length
        _label(root, x + 8, y + 17, f"{len(spoken)} / {len(outlets)}", anchor="start")
    return _text(root)


def small_bars(values: Sequence[int]) -> str:
    """A few numbers as tiny bars for the end of a line; decoration, so hidden from readers by ear."""
    height, step = 14, 5
    top = max([*values, 1])
    root = Element(
        "svg", {"viewBox": f"0 0 {step * len(values)} {height}", "aria-hidden": "true", "focusable": "false"}
    )
    for place, value in enumerate(values):
        length = max(height * value / top, 0.75)
        fill = "var(--accent)" if place == len(values) - 1 else "var(--bar)"
        _shape(root, "rect", x=place * step, y=height - length, width=step - 1.5, height=length, fill=fill)
    return _text(root)


def _commonest(rows: Sequence[Row], name: str) -> list[str]:
    counts: dict[str, int] = {}
    for row in rows:
        counts[row[name]] = counts.get(row[name], 0) + 1
    return sorted(counts, key=lambda value: (-counts[value], value))


def _clip(text: str, limit: int = 14) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def _svg(width: float, height: float, label: str) -> Element:
    return Element("svg", {"viewBox": f"0 0 {width:g} {height:g}", "role": "img", "aria-label": label})


def _shape(parent: Element, name: str, **attributes: float | str) -> Element:
    written = {
        key: value if isinstance(value, str) else f"{value:.2f}".rstrip("0").rstrip(".")
        for key, value in attributes.items()
    }
    return SubElement(parent, name, written)


def _label(
    parent: Element, x: float, y: float, text: str, *, anchor: str = "middle", fill: str = "var(--soft)"
) -> None:
    _shape(parent, "text", x=x, y=y, fill=fill, **{"text-anchor": anchor, "font-size": "12"}).text = text


def _text(root: Element) -> str:
    return tostring(root, encoding="unicode")

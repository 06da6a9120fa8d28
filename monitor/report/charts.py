"""Draw the digest's pictures as SVG: a month of matches, scores against the thresholds, outlets by language.

Pure; each picture is built as a tree, so that whatever a page calls itself is text in it. Colours are CSS variables of
the page. The words beside a picture say what it shows; the picture itself is for the eye.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

Row = Mapping[str, Any]

BLOCKS = "▁▂▃▄▅▆▇█"
#: More outlets than this make a table nobody reads; the rest is counted.
OUTLETS = 8


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
    stacked: dict[int, int] = {}
    for row in sorted(rows, key=lambda row: float(row["score"])):
        column = round(width * row["score"] / top / (2 * radius))
        stacked[column] = level = stacked.get(column, -1) + 1
        is_match = row["outcome"] == "match" and not row["withdrawn"]
        fill = "var(--bar)" if is_match else "var(--paper)"
        x, y = min(max(column * 2 * radius, radius), width - radius), max(38 - level * 2 * radius, radius)
        dot = _shape(root, "circle", cx=x, cy=y, r=radius - 1, fill=fill, stroke="var(--bar)")
        SubElement(dot, "title").text = f"{row['id']}: {row['score']:g}"
    return _text(root)


def outlets_by_language(rows: Sequence[Row], label: str) -> str:
    """How many matches each outlet has in each language, as discs with their number."""
    outlets = _commonest(rows, "outlet")[:OUTLETS]
    languages = _commonest(rows, "language")
    left, step, line = 190, 46, 26
    root = _svg(left + step * len(languages), line * (len(outlets) + 1), label)
    for column, language in enumerate(languages):
        _label(root, left + step * (column + 0.5), 16, language.upper() or "?")
    for place, outlet in enumerate(outlets, 1):
        y = line * place + 13
        _label(root, 0, y + 4, _clip(outlet), anchor="start", fill="var(--ink)")
        for column, language in enumerate(languages):
            number = sum(row["outlet"] == outlet and row["language"] == language for row in rows)
            if number:
                x = left + step * (column + 0.5)
                _shape(root, "circle", cx=x, cy=y, r=min(7 + number, 12), fill="var(--track)")
                _label(root, x, y + 4, str(number), fill="var(--ink)")
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


def _clip(text: str, limit: int = 26) -> str:
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

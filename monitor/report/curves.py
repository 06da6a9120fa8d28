"""Draw precision-recall curves as SVG: one line a language, the pooled one strong. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

_SIZE, _MARGIN, _LEGEND = 360, 44, 150
#: Told apart in print and by the colour-blind (Okabe and Ito).
_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
_GRID = "#d0d0d0"
_INK = "#202020"


def precision_recall(result: Mapping[str, Any]) -> str:
    """The curves of an evaluation, with the average precision of each in the legend."""
    width, height = _SIZE + 2 * _MARGIN + _LEGEND, _SIZE + 2 * _MARGIN
    root = Element("svg", xmlns="http://www.w3.org/2000/svg", viewBox=f"0 0 {width} {height}", role="img")
    SubElement(root, "title").text = f"Precision and recall of {result['watch']}"
    SubElement(root, "rect", width=str(width), height=str(height), fill="#ffffff")
    _axes(root)
    curves = [("pooled", result["pooled"]["model"], _INK, 2.5)]
    for place, (name, block) in enumerate(result["sets"].items()):
        curves.append((name, block["model"], _COLOURS[place % len(_COLOURS)], 1.5))
    for place, (name, figures, colour, strength) in enumerate(curves):
        _line(root, figures["curve"], colour, strength)
        y = _MARGIN + 14 + 20 * place
        x = _SIZE + _MARGIN + 16
        SubElement(root, "rect", x=str(x), y=str(y - 5), width="18", height=str(strength + 1), fill=colour)
        _text(root, x + 26, y, f"{name}: AP {figures['ap_1']:.2f}", anchor="start")
    return tostring(root, encoding="unicode") + "\n"


def _axes(root: Element) -> None:
    for tenths in range(0, 11, 2):
        share = tenths / 10
        x, y = _MARGIN + share * _SIZE, _MARGIN + (1 - share) * _SIZE
        _segment(root, x, _MARGIN, x, _MARGIN + _SIZE)
        _segment(root, _MARGIN, y, _MARGIN + _SIZE, y)
        _text(root, x, _MARGIN + _SIZE + 16, f"{share:g}")
        _text(root, _MARGIN - 8, y + 4, f"{share:g}", anchor="end")
    _text(root, _MARGIN + _SIZE / 2, _MARGIN + _SIZE + 34, "recall")
    _text(root, _MARGIN, _MARGIN - 12, "precision", anchor="start")


def _segment(root: Element, x1: float, y1: float, x2: float, y2: float) -> None:
    SubElement(root, "line", x1=f"{x1:g}", y1=f"{y1:g}", x2=f"{x2:g}", y2=f"{y2:g}", stroke=_GRID)


def _line(root: Element, points: Sequence[Sequence[float]], colour: str, strength: float) -> None:
    drawn = " ".join(
        f"{_MARGIN + recall * _SIZE:.1f},{_MARGIN + (1 - precision) * _SIZE:.1f}" for recall, precision in points
    )
    SubElement(root, "polyline", {"points": drawn, "fill": "none", "stroke": colour, "stroke-width": f"{strength:g}"})


def _text(root: Element, x: float, y: float, words: str, *, anchor: str = "middle") -> None:
    shown = {
        "x": f"{x:g}",
        "y": f"{y:g}",
        "text-anchor": anchor,
        "font-size": "12",
        "font-family": "sans-serif",
        "fill": _INK,
    }
    SubElement(root, "text", shown).text = words

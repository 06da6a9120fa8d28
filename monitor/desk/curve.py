"""Draw what each match threshold would bring: precision and recall with their intervals, matches a day below. Pure.

An SVG built as a tree; its colours are classes of the desk's style sheet, and nothing in it is told by colour alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from xml.etree.ElementTree import Element, SubElement, tostring

from monitor.tune.effect import CurvePoint, Share

WIDTH, HEIGHT = 640, 320
LEFT, RIGHT = 46, 12
#: Upper and lower edge of each picture.
SHARES, VOLUME = (26, 176), (206, 286)
POINTS = 100


def threshold_chart(curve: Sequence[CurvePoint], said: Mapping[str, str], *, now: float, asked: float) -> str:
    """The curve, with a line at the threshold in use, and at the one asked for; `said` has its words."""
    label = f"{said['label']}; {said['now']}: {now:g}."
    root = Element(
        "svg", {"viewBox": f"0 0 {WIDTH} {HEIGHT}", "role": "img", "aria-label": label, "class": "threshold"}
    )
    _frame(root, said)
    for name in ("recall", "precision"):
        shares = [(point.threshold, getattr(point, name)) for point in curve]
        _share(root, name, [(threshold, share) for threshold, share in shares if share.of], said[name])
    if not any(point.recall.of or point.precision.of for point in curve):
        _text(root, _x(0) + 4, _y(0.7, SHARES), said["unjudged"], "start")
    _volume(root, curve, said["volume"])
    _threshold(root, now, said["now"], "now", is_left=now < asked)
    if asked != now:
        _threshold(root, asked, said["asked"], "asked", is_left=asked < now)
    return tostring(root, encoding="unicode")


def _x(threshold: float) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * min(max(threshold, 0), POINTS) / POINTS


def _y(share: float, edges: tuple[int, int]) -> float:
    top, bottom = edges
    return bottom - (bottom - top) * share


def _frame(root: Element, said: Mapping[str, str]) -> None:
    for share in (0, 0.5, 1):
        y = _y(share, SHARES)
        _line(root, _x(0), y, _x(POINTS), y, "grid")
        _text(root, LEFT - 6, y + 4, f"{share:.0%}", "end")
    for threshold in range(0, POINTS + 1, 20):
        _text(root, _x(threshold), HEIGHT - 16, f"{threshold}")
    _text(root, _x(POINTS), HEIGHT - 2, said["points"], "end")


def _share(root: Element, name: str, shares: Sequence[tuple[float, Share]], said: str) -> None:
    if not shares:
        return
    upper = [(_x(threshold), _y(share.high, SHARES)) for threshold, share in shares]
    lower = [(_x(threshold), _y(share.low, SHARES)) for threshold, share in reversed(shares)]
    SubElement(root, "polygon", {"points": _joined([*upper, *lower]), "class": f"band {name}"})
    middle = [(_x(threshold), _y(share.value or 0.0, SHARES)) for threshold, share in shares]
    SubElement(root, "polyline", {"points": _joined(middle), "class": f"line {name}"})
    _text(root, middle[0][0] + 4, middle[0][1] - 6, said, "start")


def _volume(root: Element, curve: Sequence[CurvePoint], said: str) -> None:
    """On a logarithmic scale: thousands at no threshold, a handful at the one in use."""
    counted = [(point.threshold, point.matches_a_day) for point in curve if point.matches_a_day is not None]
    top = max((number for _, number in counted), default=0.0)
    _line(root, _x(0), VOLUME[1], _x(POINTS), VOLUME[1], "grid")
    _text(root, LEFT, VOLUME[0] - 8, said, "start")
    if not top:
        return
    for number in _ticks(top):
        y = _y(math.log1p(number) / math.log1p(top), VOLUME)
        _line(root, _x(0), y, _x(POINTS), y, "grid")
        _text(root, LEFT - 6, y + 4, f"{number:g}", "end")
    step = (WIDTH - LEFT - RIGHT) / max(len(counted), 1)
    for threshold, number in counted:
        y = _y(math.log1p(number) / math.log1p(top), VOLUME)
        bar = SubElement(
            root,
            "rect",
            {
                "x": f"{_x(threshold) - step * 0.4:.1f}",
                "y": f"{y:.1f}",
                "width": f"{step * 0.8:.1f}",
                "height": f"{VOLUME[1] - y:.1f}",
                "class": "fill",
            },
        )
        SubElement(bar, "title").text = f"{threshold:g}: {number:.1f} {said}"


def _ticks(top: float) -> Iterator[float]:
    """1, 10, 100 … as far as there are so many."""
    number = 1.0
    while number <= top:
        yield number
        number *= 10


def _threshold(root: Element, threshold: float, words: str, kind: str, *, is_left: bool) -> None:
    x = _x(threshold)
    _line(root, x, SHARES[0] - 8, x, VOLUME[1], kind)
    is_left = (is_left and x > WIDTH * 0.2) or x > WIDTH * 0.8
    _text(root, x + (-4 if is_left else 4), SHARES[0] - 12, f"{words}: {threshold:g}", "end" if is_left else "start")


def _joined(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)


def _line(root: Element, x1: float, y1: float, x2: float, y2: float, kind: str) -> None:
    SubElement(
        root, "line", {"x1": f"{x1:.1f}", "y1": f"{y1:.1f}", "x2": f"{x2:.1f}", "y2": f"{y2:.1f}", "class": kind}
    )


def _text(root: Element, x: float, y: float, words: str, anchor: str = "middle") -> None:
    SubElement(root, "text", {"x": f"{x:.1f}", "y": f"{y:.1f}", "text-anchor": anchor}).text = words

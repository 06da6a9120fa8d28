"""Who meets whom as a small network: actors on a ring, those who meet most side by side. Pure; a table says it all.

The same pairs make the same picture wherever it is drawn: places follow from the counts, ties from the ids. Built as a
tree, so that whatever an actor is called is text in it. Colours are classes of the page.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, tostring

from monitor.report.actors import PairLine
from monitor.report.plain import shorten

#: More actors than this are a tangle, and more lines.
ACTORS, LINES = 12, 30
WIDTH, HEIGHT, ACROSS, DOWN = 440.0, 330.0, 100.0, 125.0
#: A name is cut where the picture ends.
NAME_CHARS = 18
THIN, THICK, SMALL, LARGE = 1.0, 7.0, 4.0, 10.0


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where an actor stands, from -1 to 1 both ways."""

    actor: str
    x: float
    y: float


def chosen(pairs: Sequence[PairLine]) -> list[PairLine]:
    """The pairs that are drawn: the most frequent, as long as they bring no more actors than a ring holds."""
    actors: set[str] = set()
    found: list[PairLine] = []
    for pair in pairs:
        with_it = actors | {pair.one, pair.other}
        if len(with_it) <= ACTORS and len(found) < LINES:
            actors = with_it
            found.append(pair)
    return found


def ring(pairs: Sequence[PairLine]) -> list[Place]:
    """Places on a circle: after each actor comes, of those left, the one that it meets most."""
    weight = {frozenset((pair.one, pair.other)): pair.articles for pair in pairs}
    total: dict[str, int] = {}
    for pair in pairs:
        for actor in (pair.one, pair.other):
            total[actor] = total.get(actor, 0) + pair.articles
    left = sorted(total, key=lambda actor: (-total[actor], actor))
    order: list[str] = []
    while left:
        last = order[-1] if order else ""
        following = max(left, key=lambda actor: (weight.get(frozenset((last, actor)), 0), -left.index(actor)))
        left.remove(following)
        order.append(following)
    angles = [2 * math.pi * place / len(order) - math.pi / 2 for place in range(len(order))]
    return [Place(actor=actor, x=math.cos(at), y=math.sin(at)) for actor, at in zip(order, angles, strict=True)]


def network(pairs: Sequence[PairLine], *, label: str, address_of: Callable[[str], str]) -> str:
    """The picture as SVG, each actor a link; empty where nobody meets."""
    drawn = chosen(pairs)
    if not drawn:
        return ""
    names = {pair.one: pair.one_name for pair in drawn} | {pair.other: pair.other_name for pair in drawn}
    places = {place.actor: place for place in ring(drawn)}
    most = max(pair.articles for pair in drawn)
    size = {actor: sum(pair.articles for pair in drawn if actor in (pair.one, pair.other)) for actor in places}
    root = Element(
        "svg", {"class": "network", "viewBox": f"0 0 {WIDTH:g} {HEIGHT:g}", "role": "group", "aria-label": label}
    )
    for pair in reversed(drawn):
        _line(root, places[pair.one], places[pair.other], pair, THIN + (THICK - THIN) * pair.articles / most)
    for place in places.values():
        radius = SMALL + (LARGE - SMALL) * math.sqrt(size[place.actor] / max(size.values()))
        _actor(root, place, names, address_of, radius)
    return tostring(root, encoding="unicode")


def _point(place: Place, *, beyond: float = 0.0) -> tuple[float, float]:
    return WIDTH / 2 + place.x * (ACROSS + beyond), HEIGHT / 2 + place.y * (DOWN + beyond)


def _line(root: Element, one: Place, other: Place, pair: PairLine, width: float) -> None:
    """A line bent towards the middle, so that it passes no third actor."""
    (x1, y1), (x2, y2) = _point(one), _point(other)
    middle_x, middle_y = (x1 + x2) / 4 + WIDTH / 4, (y1 + y2) / 4 + HEIGHT / 4
    path = f"M{x1:.1f} {y1:.1f}Q{middle_x:.1f} {middle_y:.1f} {x2:.1f} {y2:.1f}"
    shape = SubElement(root, "path", {"d": path, "stroke-width": f"{width:.1f}"})
    SubElement(shape, "title").text = f"{pair.one_name} – {pair.other_name}: {pair.articles}"


def _actor(
    root: Element, place: Place, names: Mapping[str, str], address_of: Callable[[str], str], radius: float
) -> None:
    x, y = _point(place)
    link = SubElement(root, "a", {"href": address_of(place.actor)})
    SubElement(link, "title").text = names[place.actor]
    SubElement(link, "circle", {"cx": f"{x:.1f}", "cy": f"{y:.1f}", "r": f"{radius:.1f}"})
    x, y = _point(place, beyond=radius + 5)
    anchor = "middle" if abs(place.x) < 0.2 else "start" if place.x > 0 else "end"
    up = -2.0 if place.y < -0.9 else 11.0 if place.y > 0.9 else 4.0
    named = {"x": f"{x:.1f}", "y": f"{y + up:.1f}", "text-anchor": anchor}
    SubElement(link, "text", named).text = shorten(names[place.actor], NAME_CHARS)

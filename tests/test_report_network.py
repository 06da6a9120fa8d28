"""The network of pairs: the same pairs in the same places, as much as a ring holds, names as text."""

from __future__ import annotations

from itertools import combinations
from xml.etree.ElementTree import fromstring

from monitor.report.actors import PairLine
from monitor.report.network import ACTORS, LINES, chosen, network, ring


def pair(one: str, other: str, articles: int) -> PairLine:
    return PairLine(one=one, other=other, one_name=one, other_name=other, articles=articles, deeds={})


def test_those_who_meet_most_stand_side_by_side() -> None:
    pairs = [pair("a", "b", 9), pair("c", "d", 8), pair("a", "c", 1), pair("b", "d", 2)]
    assert [place.actor for place in ring(pairs)] == ["b", "a", "c", "d"]
    assert ring(pairs) == ring(pairs[::-1])


def test_a_ring_holds_so_many() -> None:
    everybody = [f"a{number:02}" for number in range(20)]
    pairs = [pair(one, other, 400 - place) for place, (one, other) in enumerate(combinations(everybody, 2))]
    drawn = chosen(pairs)
    assert len({actor for each in drawn for actor in (each.one, each.other)}) <= ACTORS
    assert len(drawn) <= LINES


def test_names_are_text() -> None:
    hostile = '"><script>alert(1)</script>'
    drawn = network([pair(hostile, "b", 2)], label=hostile, address_of=lambda _actor: "/actor/x")
    assert "<script" not in drawn
    assert {each.tag for each in fromstring(drawn).iter()} == {"svg", "path", "title", "a", "circle", "text"}
    assert network([], label="", address_of=str) == ""

"""Measure how a text brings together what a watch is about: plain numbers from 0 (nothing) up.

A measure is asked for by name. F is a facet of the watch, or several of which one will do (`syria|is`):

    touch:F       how densely F is named, per 1000 letters
    lead:F        how often in the title and the first lines
    title:F       whether in the title; title:F+G both
    meet:F+G      in how many places F and G stand within three sentences, per 1000 letters
    join:F+G      in how many sentences both stand, per 1000 letters
    both:F+G      geometric mean of the densities: both are named, wherever
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from monitor.analyse.analysis import LEAD_LETTERS, Analysis
from monitor.analyse.names import Hit
from monitor.model import Facet

#: Densities are per so many letters; half a unit is added, so that one name in a headline is not a hundred in a text.
DENSITY_LETTERS = 1000
DENSITY_FLOOR = 0.5


@dataclass(frozen=True)
class _Group:
    """Where one facet, or one of several, stands in a text."""

    hits: Sequence[Hit]
    sentences: frozenset[int]

    @cached_property
    def near(self) -> frozenset[int]:
        """The sentences it stands in, and those before and behind."""
        return frozenset(near for sentence in self.sentences for near in (sentence - 1, sentence, sentence + 1))


class FacetReading:
    """The facets of a watch in one text."""

    def __init__(self, analysis: Analysis, facets: Iterable[Facet]) -> None:
        self._analysis = analysis
        self._facets = {facet.name: frozenset(facet.any) for facet in facets}
        self._units = len(analysis.whole) / DENSITY_LETTERS + DENSITY_FLOOR
        self._groups: dict[str, _Group] = {}

    def measure(self, name: str) -> float:
        """The measure of that name."""
        kind, _, groups = name.partition(":")
        return _KINDS[kind](self, [self.group(group) for group in groups.split("+")])

    def hits(self, name: str) -> Sequence[Hit]:
        """The occurrences of all facets that a measure speaks of."""
        groups = name.partition(":")[2]
        return [hit for group in groups.split("+") for hit in self.group(group).hits]

    def group(self, names: str) -> _Group:
        """Where any of the facets `a|b` stands."""
        if names not in self._groups:
            wanted = frozenset().union(*(self._facets[name] for name in names.split("|")))
            hits = self._hits(wanted)
            sentences = frozenset(self._analysis.sentence_of(hit.start) for hit in hits)
            self._groups[names] = _Group(hits, sentences)
        return self._groups[names]

    def _hits(self, wanted: frozenset[str]) -> list[Hit]:
        found = [hit for hit in self._analysis.entities if hit.id in wanted]
        if any(not identity.startswith("@") for identity in wanted):
            found += [hit for hit in self._analysis.concepts if hit.id in wanted]
        return found

    def density(self, number: float) -> float:
        """A number of occurrences, damped and made comparable between short and long texts."""
        return math.log1p(number / self._units)

    def touch(self, groups: Sequence[_Group]) -> float:
        return self.density(len(groups[0].hits))

    def lead(self, groups: Sequence[_Group]) -> float:
        end = len(self._analysis.title) + LEAD_LETTERS
        return math.log1p(sum(hit.start < end for hit in groups[0].hits))

    def title(self, groups: Sequence[_Group]) -> float:
        end = len(self._analysis.title)
        return float(all(any(hit.start < end for hit in group.hits) for group in groups))

    def meet(self, groups: Sequence[_Group]) -> float:
        return self.density(len(frozenset.intersection(*(group.near for group in groups))) / 3)

    def join(self, groups: Sequence[_Group]) -> float:
        return self.density(len(frozenset.intersection(*(group.sentences for group in groups))))

    def both(self, groups: Sequence[_Group]) -> float:
        densities = [self.density(len(group.hits)) for group in groups]
        return math.prod(densities) ** (1 / len(densities))


_KINDS: Mapping[str, Callable[[FacetReading, Sequence[_Group]], float]] = {
    "touch": FacetReading.touch,
    "lead": FacetReading.lead,
    "title": FacetReading.title,
    "meet": FacetReading.meet,
    "join": FacetReading.join,
    "both": FacetReading.both,
}

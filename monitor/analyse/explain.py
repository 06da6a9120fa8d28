"""Say why a text has its score: by term, by facet, by its best passage. Adds nothing to the score, and decides nothing.

What a measure is worth is handed in; here it is divided among the terms, entities and concepts that made it, each with
how the article words it and which of the seed's words stands behind it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

from monitor.analyse.analysis import Analysis
from monitor.analyse.facets import FacetReading
from monitor.analyse.names import Hit
from monitor.analyse.profile import SeedProfile
from monitor.analyse.similarity import Measure
from monitor.analyse.text import first_places, terms_of
from monitor.model import Contribution, Facet, FacetHit

#: More tell nobody anything.
MAX_CONTRIBUTIONS = 25
#: A passage is so many sentences.
PASSAGE_SENTENCES = 3

#: What each measure of the model says, for people.
LABELS = {
    "lexical": "plain TF-IDF: cosine with the seed's words",
    "key_terms": "the seed's heaviest words",
    "entities": "cosine of actors and places",
    "concepts": "cosine of concepts",
    "learnt": "what verdicts have taught",
    "touch": "how densely named",
    "lead": "in the title and first lines",
    "title": "in the title",
    "meet": "within three sentences",
    "join": "in one sentence",
    "both": "both named, wherever",
}


def label(measure: str) -> str:
    """A measure in words: «meet:turkey+russia» → «turkey + russia: within three sentences»."""
    kind, _, groups = measure.partition(":")
    if not groups:
        return LABELS.get(kind, kind)
    return f"{groups.replace('+', ' + ').replace('|', ' or ')}: {LABELS[kind]}"


def contributions(
    analysis: Analysis,
    profile: SeedProfile | None,
    lexical: Iterable[tuple[float, Measure]],
    facets: Iterable[tuple[float, Sequence[Hit]]],
    *,
    with_words: bool = True,
) -> tuple[Contribution, ...]:
    """The largest contributions, by term and id.

    `lexical`: points per unit of a measure, with the measure. `facets`: points of a facet measure, with the hits that
    made it; each of them has an equal share. Without `with_words` only names and concepts are shown as the article
    words them, which is cheap; for plain terms it must be cut into words once more.
    """
    points: defaultdict[str, float] = defaultdict(float)
    for per_unit, measure in lexical:
        for term, value in measure.by_term.items():
            points[term] += per_unit * value
    for worth, hits in facets:
        for hit in hits:
            points[_tagged(hit)] += worth / len(hits)
    largest = sorted(points.items(), key=lambda item: (-abs(item[1]), item[0]))[:MAX_CONTRIBUTIONS]
    surfaces = _surfaces(analysis, [term for term, _ in largest] if with_words else [])
    behind = profile.surfaces if profile else {}
    return tuple(
        Contribution(
            term=term.removeprefix("~"),
            points=worth,
            surface=surfaces.get(term, ("", ""))[0],
            seed_term=behind.get(surfaces.get(term, ("", term))[1], ""),
        )
        for term, worth in largest
        if worth
    )


def _tagged(hit: Hit) -> str:
    return hit.id if hit.id[0] == "@" else f"~{hit.id}"


def _surfaces(analysis: Analysis, wanted: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Of each term, its first wording and the id it stands in, if any."""
    found: dict[str, tuple[str, str]] = {}
    covered: dict[int, str] = {}
    for hit in chain(analysis.concepts, analysis.entities):
        tag = _tagged(hit)
        covered[hit.start] = tag
        if tag not in found:
            found[tag] = (analysis.whole[hit.start : hit.end], tag)
    missing = {term for term in wanted if term[0] not in "@~"}
    for surface, start in first_places(analysis.whole, analysis.lang).items() if missing else ():
        for term in missing.intersection(terms_of(surface, analysis.lang)):
            missing.discard(term)
            found[term] = (surface, covered.get(start, ""))
    return found


def facet_hits(reading: FacetReading, facets: Iterable[Facet]) -> tuple[FacetHit, ...]:
    """Each facet, hit or missing, with the ids that hit it, the most frequent first."""
    found = []
    for facet in facets:
        hits = reading.group(facet.name).hits
        ids = Counter(hit.id for hit in hits)
        found.append(
            FacetHit(
                facet=facet.name,
                is_hit=bool(hits),
                strength=reading.density(len(hits)),
                ids=tuple(identity for identity, _ in ids.most_common()),
            )
        )
    return tuple(found)


def best_passage(
    analysis: Analysis, worth: Mapping[str, float], groups: Sequence[frozenset[str]]
) -> tuple[int, int] | None:
    """The few sentences that bring most together: first facets, then what the seed's entities and concepts are worth.

    None when the text is empty; the beginning when nothing in it is worth anything.
    """
    if not analysis.whole.strip():
        return None
    by_sentence: defaultdict[int, set[str]] = defaultdict(set)
    for hit in chain(analysis.entities, analysis.concepts):
        by_sentence[analysis.sentence_of(hit.start)].add(_tagged(hit))
    last = len(analysis.sentence_starts) - 1

    def value(first: int) -> tuple[int, float]:
        here = set().union(*(by_sentence.get(first + step, set()) for step in range(PASSAGE_SENTENCES)))
        bare = {tag.removeprefix("~") for tag in here}
        return sum(bool(group & bare) for group in groups), sum(worth.get(tag, 0.0) for tag in here)

    starts = {max(0, min(sentence - step, last)) for sentence in by_sentence for step in range(PASSAGE_SENTENCES)}
    first = max(sorted(starts) or [0], key=value)
    return analysis.sentence_span(first, min(first + PASSAGE_SENTENCES - 1, last))

"""Suggest what a new watch could say of a seed: words that tell it apart, actors and concepts in it, with the evidence.

Pure. What comes out is a watch file for a person to edit; nothing in it that was not measured scores by itself: the
seed does, facets say what it is about, and keyword rules stand as comments until somebody wants them.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from monitor.analyse.analysis import Analysis
from monitor.analyse.background import Background
from monitor.analyse.names import Hit
from monitor.analyse.text import terms_of, words
from monitor.model import Thresholds

#: Of what is suggested, so much at most: a person is to read it all.
WORDS, ACTORS, CONCEPTS = 14, 10, 12
#: Rare and often: as a seed's key terms are weighed.
IDF_POWER = 1.5
#: Where the general model divides best, on fifty other subjects (docs/score.md).
THRESHOLDS = Thresholds(match=50, review=35)


@dataclass(frozen=True, kw_only=True)
class Found:
    """Something in a seed that a watch could name."""

    #: As a watch file cites it: a word, `@actor`, or a concept's id.
    cited: str
    #: As the seed words it.
    surface: str
    #: How often in the seed.
    count: int
    #: In how many of 1000 articles of its language.
    per_1000: float


@dataclass(frozen=True, kw_only=True)
class Suggestions:
    """What a seed offers, the most telling first."""

    language: str
    words: tuple[Found, ...]
    actors: tuple[Found, ...]
    concepts: tuple[Found, ...]


def suggest(seed: Analysis, background: Background) -> Suggestions:
    """What stands in a seed and in few other articles."""
    return Suggestions(
        language=seed.lang,
        words=tuple(_best(_words(seed, background), background, seed.lang, WORDS)),
        actors=tuple(_best(_hits(seed, seed.entities, "", background), background, seed.lang, ACTORS)),
        concepts=tuple(_best(_hits(seed, seed.concepts, "~", background), background, seed.lang, CONCEPTS)),
    )


#: (what the background counts, what is suggested)
_Counted = tuple[str, Found]


def _best(found: Iterable[_Counted], background: Background, language: str, number: int) -> Iterator[Found]:
    def weight(counted: _Counted) -> float:
        return counted[1].count * math.pow(background.idf(counted[0], language), IDF_POWER)

    for _, each in sorted(found, key=lambda counted: (-weight(counted), counted[0]))[:number]:
        yield each


def _words(seed: Analysis, background: Background) -> Iterator[_Counted]:
    """Each term by its commonest wording; what an actor or a concept stands for is suggested as such."""
    taken = [(hit.start, hit.end) for hit in (*seed.entities, *seed.concepts)]
    wordings: dict[str, Counter[str]] = {}
    for word in words(seed.whole, seed.lang):
        if word.surface.isalpha() and not any(start <= word.start < end for start, end in taken):
            for term in list(terms_of(word.surface, seed.lang))[:1]:
                wordings.setdefault(term, Counter())[word.surface] += 1
    for term, surfaces in wordings.items():
        surface = max(surfaces, key=lambda each: (surfaces[each], each))
        count = sum(surfaces.values())
        yield term, Found(cited=surface, surface=surface, count=count, per_1000=_share(term, seed.lang, background))


def _hits(seed: Analysis, hits: Sequence[Hit], mark: str, background: Background) -> Iterator[_Counted]:
    counts = Counter(hit.id for hit in hits)
    first: dict[str, str] = {}
    for hit in hits:
        first.setdefault(hit.id, seed.whole[hit.start : hit.end])
    for identity, count in counts.items():
        counted = f"{mark}{identity}"
        share = _share(counted, seed.lang, background)
        yield counted, Found(cited=identity, surface=first[identity], count=count, per_1000=share)


def _share(term: str, language: str, background: Background) -> float:
    return 1000 * math.exp(-background.idf(term, language))


# --- the watch file -----------------------------------------------------------------------------------------------


def watch_file(*, title: str, seeds: Mapping[str, str], found: Suggestions) -> str:
    """A watch as YAML that explains itself; `seeds`: name -> what it is."""
    return "\n".join(
        [
            *_head(title, seeds),
            *_facets(found),
            *_keywords(found),
            "digest:",
            "  zone: Europe/Berlin     # its midnights bound the day",
            "  at: 07:00               # written then, on the day before",
            "  language: en            # of the digest's own words: en or de",
            "  near_misses: 5          # so many are offered for judging",
            "",
            "learning: by hand         # or daily: the daemon learns from your verdicts by itself (widerhall learn)",
            "",
        ]
    )


def _head(title: str, seeds: Mapping[str, str]) -> Iterator[str]:
    yield "# A watch that `widerhall watch new` made of its seed. It works as it stands; every line is yours to change."
    yield "# What a change would do to everything stored: `widerhall tune`. Whether it can be used: `widerhall check`."
    yield ""
    yield f"title: {_quoted(title)}"
    yield f"seeds: [{', '.join(seeds)}]"
    yield from (f"#   {name}: {' '.join(what.split())}" for name, what in seeds.items())
    yield "feeds: all                # or a list of ids from feeds.yaml"
    yield ""
    yield "# In points. A watch of one seed finds its echo from about 50; raise it if too much comes in, and judge some"
    yield "# near misses (widerhall matches --outcome near_miss) before you lower it: verdicts teach the watch."
    yield "thresholds:"
    yield f"  match: {THRESHOLDS.match:g}"
    yield f"  review: {THRESHOLDS.review:g}"
    yield ""


def _facets(found: Suggestions) -> Iterator[str]:
    if not found.actors and not found.concepts:
        return
    yield "# Facets: what the watch is about. They are shown with every match, and rules can cite them (facet:actors)."
    yield "# Delete what is there by chance; an id with @ is in actors.yaml, one without in lexicon.yaml."
    yield "facets:"
    for name, about, listed in (
        ("actors", "who acts in the seed", found.actors),
        ("subject", "what they do", found.concepts),
    ):
        if listed:
            yield f"  {name}:"
            yield f"    about: {about}"
            yield "    any:"
            yield from (f"      - {_padded(_quoted(each.cited))}# {_evidence(each)}" for each in listed)
    yield ""


def _keywords(found: Suggestions) -> Iterator[str]:
    yield "# Keywords: rules for what similarity cannot know (docs/keywords.md). These are suggestions: the words"
    yield "# that tell the seed apart from other news. Take the # away from what you want; a star ends a word: Pipe*"
    yield "#"
    yield "# keywords:"
    yield "#"
    if found.actors:
        yield "#   somebody of them:           # holds back what names none of them"
        yield "#     any: [facet:actors]"
        yield "#"
    yield "#   words of the seed:          # adds points, once, when one is found"
    yield "#     weight: 5"
    yield "#     any:"
    yield f"#       {found.language}:"
    yield from (f"#         - {_padded(_quoted(each.cited))}# {_evidence(each)}" for each in found.words)
    yield ""


def _evidence(found: Found) -> str:
    said = "" if found.surface == found.cited else f"«{' '.join(found.surface.split())}», "
    often = "in fewer than 1 of 1000 articles" if found.per_1000 < 1 else f"in {found.per_1000:.0f} of 1000 articles"
    times = "once" if found.count == 1 else f"{found.count} times"
    return f"{said}{times} here, {often} elsewhere"


def _quoted(text: str) -> str:
    """A double-quoted JSON string is one in YAML, whatever is in it."""
    return json.dumps(" ".join(text.split()), ensure_ascii=False)


def _padded(text: str) -> str:
    return f"{text:<24} "

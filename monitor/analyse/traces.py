"""What an article leaves behind for comparison with others: small, without its text, enough to tell event from event.

Within a language the words of the lead, rare words, numbers and days are kept; across languages what needs no
translation: actors and topics, names spelled without vowels, numbers and dates. Touches nothing; decides nothing.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain

from monitor.analyse.analysis import Analysis
from monitor.analyse.background import Background
from monitor.analyse.days import dates, weekdays
from monitor.analyse.glosses import glosses_among
from monitor.analyse.names import fold
from monitor.analyse.text import Word, terms_of, words

#: News says first what happened: after some 80 words the background begins, which series and dossiers share.
LEAD_WORDS = 80
#: The headline's numbers and those of the first sentence or two: how many died, how much it costs.
LEAD_LETTERS = 200
#: Rare words count wherever they stand in the report proper; behind it come «more on this» and boilerplate.
REPORT_WORDS = 400
#: Trimming to these many strongest terms loses nothing measurable (AUC .931 with all of them, .931 so).
LEAD_TERMS, RARE_TERMS, REPORT_TERMS, SHARED_TERMS, NUMBERS = 40, 60, 60, 40, 20
#: Words of one meaning are many and each says little: more of them are kept.
SHARED_WITH_WORDS, WORDS = 80, 120
#: The lead's letters in which days, actors and counted things speak for what happened, not for its background.
DAY_LETTERS, COUNTED_LETTERS = 400, 700
#: A term is rare above this IDF, and counts by how far it is above; an actor or a name tells from the second on.
RARE_FROM, TELLING_FROM = 5.0, 3.0
#: Weights in place of an IDF, which numbers and dates have not.
NUMBER_WEIGHT, DATE_WEIGHT = 4.0, 5.0
#: What no news was counted for may be rare or merely new to the gazetteer: it speaks for nothing.
UNCOUNTED = "@?"
#: German gives every noun a capital: only words too rare for a common noun pass as names there.
GERMAN_NAME_FROM = 7.0
#: Concepts are what every report of a watch has; actors and names tell its events apart.
CONCEPT_SHARE = 0.5
#: Beside names, words of one meaning are common: with full weight they drown what is telling.
WORD_SHARE = 0.5

_NUMBER = re.compile(r"\d+(?:[.,:\u00a0\u202f]\d+)*")
_YEAR = re.compile(r"(?:19|20)\d\d")
_THOUSANDS = re.compile(r"(?<=\d)[.,\u00a0\u202f](?=\d{3}(?!\d))")
_COUNTED = re.compile(r"(?P<number>\d+(?:[.,]\d+)*)\s+(?P<what>\w{3,})")
_SENTENCE_START = re.compile(r"[.!?:\n«„“\"»]")

#: How letters of other scripts sound, and spellings of one sound, for meeting names across languages.
_CYRILLIC = str.maketrans(
    dict(zip("абвгдеёжзийклмнопрстуфхцчшщыэюя", "abvgdeezziiklmnoprstufhccssieua", strict=True)) | {"ъ": "", "ь": ""}
)
_SOUNDS = (
    ("дж", "j"), ("dsch", "j"), ("tsch", "c"), ("sch", "s"), ("sh", "s"), ("ch", "c"), ("zh", "z"), ("kh", "h"),
    ("ph", "f"), ("th", "t"), ("ts", "c"), ("tz", "c"), ("ck", "k"), ("x", "ks"), ("w", "v"), ("q", "k"), ("y", "i"),
)  # fmt: skip
_UNHEARD = re.compile(r"[aeiouh]")
_DOUBLE = re.compile(r"(.)\1+")
#: Shorter skeletons fit too many names.
SKELETON_LETTERS = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Trace:
    """One article's trace. Weights are rounded: a trace read back from JSON equals the one written."""

    article: int
    language: str
    #: When it was published, else first seen; None when neither says when it happened (an import).
    at: datetime | None = None
    #: Terms of the lead with their share of a unit vector.
    lead: Mapping[str, float] = field(default_factory=dict)
    #: Rare terms of the report, by how far their IDF is above RARE_FROM.
    rare: Mapping[str, float] = field(default_factory=dict)
    #: The strongest terms of the whole report.
    report: frozenset[str] = frozenset()
    #: Numbers of two digits and more, without years.
    numbers: frozenset[str] = frozenset()
    #: All numbers of the title and the first sentences.
    lead_numbers: frozenset[str] = frozenset()
    #: What is counted near the beginning, term and number: «dead 12».
    counted: frozenset[str] = frozenset()
    #: Days that the lead names: `8-9` for the ninth of August, `d0` for Monday.
    days: frozenset[str] = frozenset()
    #: Actors and places of the lead.
    lead_actors: frozenset[str] = frozenset()
    #: What reads alike everywhere, a unit vector: @actors, ~concepts, %words of one meaning, =names, #numbers, !dates.
    shared: Mapping[str, float] = field(default_factory=dict)
    #: The rare of these (a person, a town, a number), by how far they are above TELLING_FROM.
    telling: Mapping[str, float] = field(default_factory=dict)
    #: Actors and places of the report, a unit vector.
    actors: Mapping[str, float] = field(default_factory=dict)
    #: What it is about: concepts, a unit vector …
    topics: Mapping[str, float] = field(default_factory=dict)
    #: … and words that mean the same in several languages, a unit vector; empty in a language that has none listed.
    words: Mapping[str, float] = field(default_factory=dict)


def trace_of(article: int, analysis: Analysis, at: datetime | None, background: Background) -> Trace:
    """Return the trace of a text that was read; `at` is when it was published, as far as anybody knows."""
    whole, language = analysis.whole, analysis.lang
    title_words = sum(1 for _ in words(analysis.title, language))
    report = [word for word, _ in zip(words(whole, language), range(title_words + REPORT_WORDS), strict=False)]
    found = [terms_of(word.surface, language) for word in report]
    lead = Counter(term for terms in found[: title_words + LEAD_WORDS] for term in terms)
    end = report[-1].end if report else 0
    # Names of actors are no other names and no words of one meaning: they are compared as who they are.
    acting = {place for hit in analysis.entities if hit.start < end for place in range(hit.start, hit.end)}
    others = [report[i] for i in _inside_sentences(whole, report) if report[i].start not in acting]
    named = [word.surface for word in others if word.surface[0].isupper()]
    numbers = _numbers(whole[:end])
    long_numbers = [number for number in numbers if len(number) > 1]
    title_end = len(analysis.title) + 1
    day_text = whole[: title_end + DAY_LETTERS]
    idf = background.table(language).__getitem__
    counts, weights = _untranslated(whole[:end], analysis, named, long_numbers, idf)
    actors = {key: count for key, count in counts.items() if key[0] == "@"}
    topics = {key: count for key, count in counts.items() if key[0] == "~"}
    no_names = ((word.surface, terms) for word, terms in zip(report, found, strict=True) if word.start not in acting)
    glosses, rarity = _glosses(no_names, language, idf)
    shared_weights = weights | {gloss: WORD_SHARE * weight for gloss, weight in rarity.items()}
    return Trace(
        article=article,
        language=language,
        at=at,
        lead=_unit(lead, idf, LEAD_TERMS),
        rare=_strongest({term: idf(term) - RARE_FROM for term in {*chain(*found)}}, RARE_TERMS),
        report=frozenset(_unit(Counter(term for terms in found for term in terms[:1]), idf, REPORT_TERMS)),
        numbers=frozenset(long_numbers[:NUMBERS]),
        lead_numbers=frozenset(_numbers(whole[: title_end + LEAD_LETTERS])),
        counted=frozenset(_counted(whole[: title_end + COUNTED_LETTERS], language)),
        days=frozenset(dates(day_text) | weekdays(day_text)),
        lead_actors=frozenset(hit.id for hit in analysis.entities if hit.end <= len(day_text)),
        shared=_unit(counts + glosses, shared_weights.__getitem__, SHARED_WITH_WORDS),
        telling=_strongest(
            {key: weight - TELLING_FROM for key, weight in weights.items() if key[0] != "~"}, SHARED_TERMS
        ),
        actors=_unit(actors, weights.__getitem__, SHARED_TERMS),
        topics=_unit(topics, weights.__getitem__, SHARED_TERMS),
        words=_unit(glosses, rarity.__getitem__, WORDS),
    )


def _glosses(
    found: Iterable[tuple[str, Iterable[str]]], language: str, idf: Callable[[str], float]
) -> tuple[Counter[str], dict[str, float]]:
    """Count the words that mean the same in other languages, each as rare as the rarest that was used for it."""
    counts: Counter[str] = Counter()
    weights: dict[str, float] = {}
    for gloss, term in glosses_among(found, language):
        counts[gloss] += 1
        weights[gloss] = max(weights.get(gloss, 0.0), idf(term))
    return counts, weights


def _counted(text: str, language: str) -> Iterator[str]:
    """The numbers of a text with the word that follows: «12 dead»."""
    for match in _COUNTED.finditer(text):
        for term in terms_of(match["what"], language)[:1]:
            yield f"{term} {match['number']}"


def _inside_sentences(text: str, report: list[Word]) -> Iterator[int]:
    """Which words do not begin a sentence or a quotation, where everything has a capital."""
    for i in range(1, len(report)):
        if not _SENTENCE_START.search(text[report[i - 1].end : report[i].start]):
            yield i


def _untranslated(
    text: str,
    analysis: Analysis,
    named: Iterable[str],
    numbers: Iterable[str],
    idf: Callable[[str], float],
) -> tuple[Counter[str], dict[str, float]]:
    """Count what reads alike in every language, and weigh it."""
    counts: Counter[str] = Counter()
    weights: dict[str, float] = {}
    language = analysis.lang
    uncounted = idf(UNCOUNTED)
    for hit in analysis.entities:
        if hit.end <= len(text):
            counts[hit.id] += 1
            weights[hit.id] = rarity if (rarity := idf(hit.id)) < uncounted else TELLING_FROM
    for hit in analysis.concepts:
        if hit.end <= len(text):
            key = f"~{hit.id}"
            counts[key] += 1
            weights[key] = CONCEPT_SHARE * (rarity if (rarity := idf(key)) < uncounted else TELLING_FROM)
    for word in named:
        rarity = max((idf(term) for term in terms_of(word, language)[:1]), default=0.0)
        is_name = rarity > (GERMAN_NAME_FROM if language == "de" else RARE_FROM)
        if is_name and len(bones := skeleton(word, language)) >= SKELETON_LETTERS:
            counts[f"={bones}"] += 1
            weights[f"={bones}"] = rarity
    for keys, weight in (([f"#{n}" for n in numbers], NUMBER_WEIGHT), ([f"!{d}" for d in dates(text)], DATE_WEIGHT)):
        counts.update(keys)
        weights |= dict.fromkeys(keys, weight)
    return counts, weights


def as_heard(name: str) -> str:
    """A name in one script, each sound spelled one way: «Lawrow», «Лавров» and «Lavrov» are `lavrov`."""
    heard = name.lower()
    for spelling, sound in _SOUNDS[:1]:
        heard = heard.replace(spelling, sound)
    heard = fold(heard.translate(_CYRILLIC))
    for spelling, sound in _SOUNDS[1:]:
        heard = heard.replace(spelling, sound)
    return heard


def skeleton(name: str, language: str) -> str:
    """Return a name's first letter and consonants as they sound: «Lawrow», «Лавров» and «Lavrov» are `lvrv`."""
    heard = as_heard(name)
    if language in ("de", "en"):
        heard = heard.removesuffix("s")
    return heard[:1] + _DOUBLE.sub(r"\1", _UNHEARD.sub("", heard[1:]))


def _numbers(text: str) -> list[str]:
    """The numbers of a text without years."""
    return [number for number in dict.fromkeys(map(plain_number, _NUMBER.findall(text))) if not is_year(number)]


def plain_number(number: str) -> str:
    """A number as it is written everywhere: «1,204», «1.204» and «1 204» are `1204`, «3,5» is `3.5`."""
    return _THOUSANDS.sub("", number).replace(",", ".")


def is_year(number: str) -> bool:
    """Whether a number is a year of our time, as far as it can be seen."""
    return _YEAR.fullmatch(number) is not None


def _strongest(weights: Mapping[str, float], limit: int) -> dict[str, float]:
    kept = sorted(weights.items(), key=lambda item: (-item[1], item[0]))[:limit]
    return {term: round(weight, 3) for term, weight in kept if weight > 0}


def _unit(counts: Mapping[str, int], weight_of: Callable[[str], float], limit: int) -> dict[str, float]:
    """Weigh counts, scale to length one, keep the strongest."""
    weights = {term: (1 + math.log(count)) * weight_of(term) for term, count in counts.items()}
    length = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
    return _strongest({term: weight / length for term, weight in weights.items()}, limit)

"""Say how likely it is that two reports tell of one event, from their traces alone.

Within a language words, names, numbers, days and nearness in time speak; across languages what needs no translation.
What nearly every live report has – a watch's own actors and subjects – tells none of its events apart and counts for
little (`Usual`). Pure; `stories` decides by it.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from monitor.analyse.traces import Trace

#: Log-odds that two articles of one language report one event. Logistic regressions on 1,151 judged pairs of German,
#: English, Turkish and Russian news that are hard to tell apart (bench/stories.py fits them again): cross-validated AUC
#: .959 with dates, .885 without. Explicit differences speak against one event: other days, other numbers of one thing.
#: The constants are moved by what served best when articles are gathered: -0.2 with dates, +0.55 without.
WEIGHTS_DATED = {
    "constant": -5.6,
    "lead": 2.9,
    "rare": 0.4,
    "shared": 2.7,
    "lead_actors": 1.5,
    "near": 4.7,
    "other_days": -1.4,
    "other_lead_numbers": -1.2,
}
WEIGHTS_UNDATED = {
    "constant": -5.1,
    "lead": 1.3,
    "covered": 3.0,
    "shared": 4.2,
    "numbers": 1.6,
    "series": -2.2,
    "other_counts": -1.5,
    "other_days": -2.0,
}
#: Across languages only what needs no translation speaks. Logistic regression on 1,177 judged pairs, the likeliest of
#: millions, 55 of them one event (cross-validated AUC .80; .87 with dates, .72 without). What time says is set by hand:
#: the judged pairs with dates are near each other. The constant lets 11 of 16 pairs of the small set be joined.
WEIGHTS_ACROSS = {
    "constant": -5.0,
    "shared": 6.1,
    "words": 3.2,
    "lead_actors": 1.9,
    "dated": 1.5,
    "near": 3.0,
    "far": -4.0,
}

#: How fast two reports of one event drift apart, and from when on time alone says no more.
NEAR_DAYS, FAR_DAYS = 2.0, 14.0

#: Alike in words but not in numbers from here on: gold prices, case counts, match days.
SERIES_FROM = 0.55
#: So many reports that lack a term are assumed before the first: three of three are no custom yet.
ASSUMED = 10
#: What a term that reports share is worth for telling events apart, 0 to 1.
Worth = Callable[[str], float]


@dataclass(kw_only=True)
class Usual:
    """How usual each term is among the live reports of a book."""

    #: By language; «» stands for what needs no translation, which all reports are counted for.
    _reports: Counter[str] = field(default_factory=Counter)
    _having: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))

    def enter(self, trace: Trace) -> None:
        """Count the terms of one report more."""
        self._reports.update(("", trace.language))
        self._count("", {*trace.shared, *trace.topics, *trace.words, *trace.lead_actors})
        self._count(trace.language, {*trace.lead, *trace.rare})

    def _count(self, language: str, terms: Iterable[str]) -> None:
        having = self._having[language]
        for term in terms:
            having[term] = having.get(term, 0) + 1

    def worth(self, language: str = "") -> Worth:
        """What a term of a language is worth: 1 for one that no report has, near 0 for one that nearly all have.

        By the square of the share: what a third of an archive has still tells its events apart.
        """
        having, reports = self._having[language], self._reports[language] + ASSUMED
        return lambda term: 1 - (having.get(term, 0) / reports) ** 2


#: For two reports by themselves, of which nothing is usual.
UNKNOWN = Usual()


def dot(one: Mapping[str, float], other: Mapping[str, float], worth: Worth) -> float:
    """The product of two sparse vectors."""
    if len(one) > len(other):
        one, other = other, one
    return sum(weight * other[term] * worth(term) for term, weight in one.items() if term in other)


def common_weight(one: Mapping[str, float], other: Mapping[str, float], worth: Worth) -> float:
    """How much two vectors have in common, each term by the smaller of its weights."""
    return sum(min(weight, other[term]) * worth(term) for term, weight in one.items() if term in other)


def overlap(one: frozenset[str], other: frozenset[str], worth: Worth) -> float:
    """How much two sets share, between 0 and 1."""
    return sum(map(worth, one & other)) / math.sqrt(len(one) * len(other)) if one and other else 0.0


def days_apart(one: Trace, other: Trace) -> float | None:
    """The time between two articles; None when one has none."""
    return abs((one.at - other.at) / timedelta(days=1)) if one.at and other.at else None


def likeness(one: Trace, other: Trace, usual: Usual = UNKNOWN) -> float:
    """The log-odds that two articles report one event: above 0 it is likelier than not."""
    if one.language != other.language:
        features, weights = features_across(one, other, usual), WEIGHTS_ACROSS
    else:
        features = features_within(one, other, usual)
        weights = WEIGHTS_DATED if "near" in features else WEIGHTS_UNDATED
    return weights["constant"] + sum(weights[name] * value for name, value in features.items() if name in weights)


def features_within(one: Trace, other: Trace, usual: Usual = UNKNOWN) -> dict[str, float]:
    """What two articles of one language have in common, by the names of WEIGHTS_DATED and WEIGHTS_UNDATED."""
    worth, worth_of_words = usual.worth(), usual.worth(one.language)
    lead = dot(one.lead, other.lead, worth_of_words)
    time = _time_features(one, other)
    common = {
        "lead": lead,
        "shared": dot(one.shared, other.shared, worth),
        "other_days": float(days_differ(one.days, other.days)),
    }
    if time:
        lead_numbers_differ = one.lead_numbers and other.lead_numbers and not one.lead_numbers & other.lead_numbers
        return {
            **common,
            **time,
            "rare": math.log1p(common_weight(one.rare, other.rare, worth_of_words)),
            "lead_actors": overlap(one.lead_actors, other.lead_actors, worth),
            "other_lead_numbers": float(bool(lead_numbers_differ)),
        }
    numbers = overlap(one.numbers, other.numbers, _fully)
    fewest = min(len(one.numbers), len(other.numbers))
    return {
        **common,
        "covered": max(covered(one, other, worth_of_words), covered(other, one, worth_of_words)),
        "numbers": numbers,
        "series": max(lead - SERIES_FROM, 0.0) * (1 - numbers) * (fewest >= 3),
        "other_counts": float(counts_differ(one.counted, other.counted)),
    }


def covered(one: Trace, other: Trace, worth: Worth) -> float:
    """How much of a lead stands in another report: what is news here is background there."""
    common = (term for term in one.lead if term in other.report or term in other.lead)
    return sum(one.lead[term] ** 2 * worth(term) for term in common)


def counts_differ(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two texts give other numbers of the same thing: «11 dead», «12 dead»."""
    same = {_counted_thing(count) for count in one & other}
    return not {_counted_thing(count) for count in one} & {_counted_thing(count) for count in other} <= same


def _counted_thing(count: str) -> str:
    return count.rpartition(" ")[0]


def days_differ(one: frozenset[str], other: frozenset[str]) -> int:
    """In how many ways two texts name other days: other days of the week, other dates."""
    if not one or not other:
        return 0
    kinds = ([{day for day in days if (day[0] == "d") == is_weekday} for days in (one, other)] for is_weekday in (0, 1))
    return sum(bool(mine and theirs and not mine & theirs) for mine, theirs in kinds)


def features_across(one: Trace, other: Trace, usual: Usual = UNKNOWN) -> dict[str, float]:
    """What two articles of different languages have in common, by the names of WEIGHTS_ACROSS.

    In a language without listed words the concepts stand for them.
    """
    worth = usual.worth()
    has_words = one.words and other.words
    words = dot(one.words, other.words, worth) if has_words else dot(one.topics, other.topics, worth)
    return {
        "shared": dot(one.shared, other.shared, worth),
        "words": words,
        "lead_actors": overlap(one.lead_actors, other.lead_actors, worth),
        "dated": float(bool(one.at and other.at)),
        **_time_features(one, other),
    }


def _time_features(one: Trace, other: Trace) -> dict[str, float]:
    """How near in time two articles are; nothing when one has no time."""
    days = days_apart(one, other)
    return {} if days is None else {"near": math.exp(-days / NEAR_DAYS), "far": min(days / FAR_DAYS, 1.0)}


def _fully(_: str) -> float:
    """The worth of what cannot be usual."""
    return 1.0

"""Gather articles that report one event into stories, across outlets and languages, one article after another.

A story keeps its number when it grows, and no article changes its story unless the analyst says so: what a digest has
named stays findable. Pure: a book is a value in memory, times are arguments, nothing is read or written.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from monitor.analyse.traces import Trace

#: Log-odds that two articles of one language report one event. Logistic regressions on judged pairs of German, English,
#: Turkish and Russian news (bench/stories.py fits them again): AUC .98 with dates on pairs kept apart, .83 without.
#: Without dates, likeness up to the numbers is a series; with dates near each other it is agency copy.
WEIGHTS_DATED = {
    "constant": -4.1,
    "lead": 1.1,
    "names": 0.5,
    "rare": 1.3,
    "numbers": 0.7,
    "other_lead_numbers": -1.3,
    "series": 0.2,
    "shared": 2.9,
    "near": 4.0,
    "far": -2.3,
}
WEIGHTS_UNDATED = {
    "constant": -4.5,
    "lead": 3.3,
    "names": -0.5,
    "rare": 0.2,
    "numbers": 1.3,
    "other_lead_numbers": -0.5,
    "series": -4.2,
    "shared": 3.5,
}
#: Across languages only what needs no translation speaks. Set by hand on 309 judged pairs, the likeliest of some
#: 100,000: too few of them report one event for a regression.
WEIGHTS_ACROSS = {"constant": -8.0, "shared": 8.0, "telling": 1.0, "dated": 1.5, "near": 2.8, "far": -6.0}

#: How fast two reports of one event drift apart, and from when on time alone says no more.
NEAR_DAYS, FAR_DAYS = 2.0, 14.0
#: An article joins a story if its best link is at least this likely (log-odds) …
JOIN = -0.2
#: … and so are its links to the story's first and latest articles on average: one bridge does not make two events one,
#: and a story does not wander from one event to the next.
COHERE = -0.2
FIRST, LATEST = 4, 4
#: Alike in words but not in numbers from here on: gold prices, case counts, match days.
SERIES_FROM = 0.55
#: What a stored book says it is.
FORMAT = "widerhall.stories/1"
#: Candidates are found by the rarest terms, and so many of them are looked at closely.
KEYS, CANDIDATES = 16, 30
#: A term that so many live articles share tells nothing apart and only costs time.
COMMON = 300


@dataclass(frozen=True, kw_only=True, slots=True)
class Placement:
    """Where an article went, and why."""

    story: int
    is_new: bool
    #: The article it is most like, and the log-odds of it; None for the first of a story.
    closest: int | None = None
    likeness: float = 0.0


def dot(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """The product of two sparse vectors."""
    if len(one) > len(other):
        one, other = other, one
    return sum(weight * other[term] for term, weight in one.items() if term in other)


def common_weight(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """How much two vectors have in common, each term by the smaller of its weights."""
    return sum(min(weight, other[term]) for term, weight in one.items() if term in other)


def overlap(one: frozenset[str], other: frozenset[str]) -> float:
    """How much two sets share, between 0 and 1."""
    return len(one & other) / math.sqrt(len(one) * len(other)) if one and other else 0.0


def days_apart(one: Trace, other: Trace) -> float | None:
    """The time between two articles; None when one has none."""
    return abs((one.at - other.at) / timedelta(days=1)) if one.at and other.at else None


def likeness(one: Trace, other: Trace) -> float:
    """The log-odds that two articles report one event: above 0 it is likelier than not."""
    if one.language != other.language:
        features, weights = features_across(one, other), WEIGHTS_ACROSS
    else:
        features = features_within(one, other)
        weights = WEIGHTS_DATED if "near" in features else WEIGHTS_UNDATED
    return weights["constant"] + sum(weights[name] * value for name, value in features.items())


def features_within(one: Trace, other: Trace) -> dict[str, float]:
    """What two articles of one language have in common, by the names of WEIGHTS_DATED and WEIGHTS_UNDATED."""
    lead = dot(one.lead, other.lead)
    numbers = overlap(one.numbers, other.numbers)
    fewest = min(len(one.numbers), len(other.numbers))
    lead_numbers_differ = one.lead_numbers and other.lead_numbers and not one.lead_numbers & other.lead_numbers
    return {
        "lead": lead,
        "names": dot(one.names, other.names),
        "rare": math.log1p(common_weight(one.rare, other.rare)),
        "numbers": numbers,
        "other_lead_numbers": float(bool(lead_numbers_differ)),
        "series": max(lead - SERIES_FROM, 0.0) * (1 - numbers) * (fewest >= 3),
        "shared": dot(one.shared, other.shared),
        **_time_features(one, other),
    }


def features_across(one: Trace, other: Trace) -> dict[str, float]:
    """What two articles of different languages have in common, by the names of WEIGHTS_ACROSS."""
    return {
        "shared": dot(one.shared, other.shared),
        "telling": math.log1p(common_weight(one.telling, other.telling)),
        "dated": float(bool(one.at and other.at)),
        **_time_features(one, other),
    }


def _time_features(one: Trace, other: Trace) -> dict[str, float]:
    """How near in time two articles are; nothing when one has no time."""
    days = days_apart(one, other)
    return {} if days is None else {"near": math.exp(-days / NEAR_DAYS), "far": min(days / FAR_DAYS, 1.0)}


@dataclass(kw_only=True)
class StoryBook:
    """The stories of one watch. Give it articles in the order they came."""

    #: Traces that new articles are compared with; `forget` drops the old ones, their stories stay.
    traces: dict[int, Trace] = field(default_factory=dict)
    #: Article -> story, for every article ever placed.
    story_of: dict[int, int] = field(default_factory=dict)
    #: Story that was merged -> story it is part of now: old numbers stay good.
    merged_into: dict[int, int] = field(default_factory=dict)
    last_story: int = 0
    _members: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list), repr=False)
    _index: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list), repr=False)

    def __post_init__(self) -> None:
        for article, story in self.story_of.items():
            self._members[story].append(article)
        for trace in self.traces.values():
            self._enter(trace)

    def members(self, story: int) -> Sequence[int]:
        """The articles of a story in the order they were placed."""
        return tuple(self._members.get(self.current(story), ()))

    def stories(self, *, from_size: int = 1) -> list[Sequence[int]]:
        """The articles of each story that has so many."""
        return [tuple(members) for members in self._members.values() if len(members) >= from_size]

    def current(self, story: int) -> int:
        """The number a story has now, after merges."""
        while story in self.merged_into:
            story = self.merged_into[story]
        return story

    def place(self, trace: Trace, *, beside: int | None = None) -> Placement:
        """Put an article into the story it fits best, or into a new one. An article placed before stays where it is.

        What copies an article belongs `beside` it, whatever else it is like.
        """
        if trace.article in self.story_of:
            self.traces[trace.article] = trace
            return Placement(story=self.story_of[trace.article], is_new=False)
        placement: Placement | None
        if beside is not None:
            placement = Placement(story=self.story_of[beside], is_new=False, closest=beside)
        else:
            placement = min(self._fits(trace), key=lambda fit: (-fit.likeness, fit.story), default=None)
        if placement is None:
            self.last_story += 1
            placement = Placement(story=self.last_story, is_new=True)
        self.traces[trace.article] = trace
        self.story_of[trace.article] = placement.story
        self._members[placement.story].append(trace.article)
        self._enter(trace)
        return placement

    def _fits(self, trace: Trace) -> Iterable[Placement]:
        """The stories that an article could belong to, each with its best link."""
        candidates = {self.story_of[article] for article in self.candidates(trace)}
        for story in candidates:
            live = [self.traces[article] for article in self._members[story] if article in self.traces]
            compared = live if len(live) <= FIRST + LATEST else live[:FIRST] + live[-LATEST:]
            links = [likeness(trace, other) for other in compared]
            best = max(range(len(links)), key=links.__getitem__)
            if links[best] >= JOIN and sum(links) / len(links) >= COHERE:
                closest = compared[best].article
                yield Placement(story=story, is_new=False, closest=closest, likeness=round(links[best], 3))

    def candidates(self, trace: Trace) -> list[int]:
        """The live articles that share most of the rarest terms, most first."""
        shared: Counter[int] = Counter()
        for key in _keys(trace):
            known = self._index.get(key, ())
            if len(known) <= COMMON:
                shared.update(known)
        return [article for article, _ in shared.most_common(CANDIDATES)]

    def _enter(self, trace: Trace) -> None:
        for key in _keys(trace):
            self._index[key].append(trace.article)

    def merge(self, story: int, into: int) -> int:
        """The analyst says that two stories are one; return its number, the older of the two."""
        older, younger = sorted((self.current(story), self.current(into)))
        if older != younger:
            for article in self._members.pop(younger, []):
                self.story_of[article] = older
                self._members[older].append(article)
            self.merged_into[younger] = older
        return older

    def split(self, story: int, articles: Iterable[int]) -> int:
        """The analyst takes articles out of a story; return the number of the new one they make."""
        self.last_story += 1
        return self._move(articles, self.current(story), self.last_story)

    def part(self, story: int, younger: int, articles: Iterable[int]) -> int:
        """The analyst takes a merge back: these articles are the younger story again; return its number."""
        self.merged_into.pop(younger, None)
        return self._move(articles, self.current(story), younger)

    def _move(self, articles: Iterable[int], source: int, to: int) -> int:
        moving = set(articles)
        for article in [article for article in self._members[source] if article in moving]:
            self._members[source].remove(article)
            self.story_of[article] = to
            self._members[to].append(article)
        return to

    def forget(self, before: datetime) -> None:
        """Drop the traces of articles older than `before`: nothing new is compared with them any more."""
        self.traces = {
            article: trace for article, trace in self.traces.items() if trace.at is None or trace.at >= before
        }
        self._index = defaultdict(list)
        for trace in self.traces.values():
            self._enter(trace)


def _keys(trace: Trace) -> list[str]:
    """By what an article is found: its rarest terms, its strongest lead terms, and across languages its specifics."""
    rare = sorted(trace.rare, key=lambda term: (-trace.rare[term], term))[:KEYS]
    lead = list(trace.lead)[: KEYS // 2]
    within = {f"{trace.language} {term}" for term in (*rare, *lead)}
    return [*sorted(within), *list(trace.telling)[:KEYS]]


def book_to_json(book: StoryBook) -> dict[str, Any]:
    """A book as plain JSON values; `book_from_json` gives an equal one back."""
    return {
        "schema": FORMAT,
        "last_story": book.last_story,
        "story_of": [[article, story] for article, story in book.story_of.items()],
        "merged_into": [[story, into] for story, into in book.merged_into.items()],
        "traces": [_trace_to_json(trace) for trace in book.traces.values()],
    }


def book_from_json(data: Mapping[str, Any]) -> StoryBook:
    """The book that `book_to_json` wrote; ValueError for anything else."""
    if data.get("schema") != FORMAT:
        raise ValueError(f"these are no stories of {FORMAT}: {data.get('schema')!r}")
    return StoryBook(
        last_story=data["last_story"],
        story_of=dict(data["story_of"]),
        merged_into=dict(data["merged_into"]),
        traces={trace["article"]: _trace_from_json(trace) for trace in data["traces"]},
    )


def _trace_to_json(trace: Trace) -> dict[str, Any]:
    return asdict(trace) | {
        "at": trace.at.isoformat() if trace.at else None,
        "numbers": sorted(trace.numbers),
        "lead_numbers": sorted(trace.lead_numbers),
    }


def _trace_from_json(data: Mapping[str, Any]) -> Trace:
    return Trace(
        **{
            **data,
            "at": datetime.fromisoformat(data["at"]) if data["at"] else None,
            "numbers": frozenset(data["numbers"]),
            "lead_numbers": frozenset(data["lead_numbers"]),
        }
    )

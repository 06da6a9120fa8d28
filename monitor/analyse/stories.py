"""Gather articles that report one event into stories, across outlets and languages, one article after another.

A story keeps its number when it grows, and no article changes its story unless the analyst says so: what a digest has
named stays findable. Pure: a book is a value in memory, times are arguments, nothing is read or written.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime, timedelta
from typing import Any

from monitor.analyse.traces import Trace

#: Log-odds that two articles of one language report one event. Logistic regressions on 1,151 judged pairs of German,
#: English, Turkish and Russian news that are hard to tell apart (bench/stories.py fits them again): cross-validated AUC
#: .960 with dates, .884 without. Explicit differences speak against one event: other days, other numbers of one thing.
#: The constants are moved by what served best when articles are gathered: -0.3 with dates, +0.5 without.
WEIGHTS_DATED = {
    "constant": -5.9,
    "lead": 2.9,
    "rare": 0.4,
    "shared": 3.1,
    "lead_actors": 1.4,
    "near": 4.7,
    "other_days": -1.4,
    "other_lead_numbers": -1.3,
}
WEIGHTS_UNDATED = {
    "constant": -5.2,
    "lead": 1.4,
    "covered": 3.2,
    "shared": 4.1,
    "numbers": 1.6,
    "series": -2.3,
    "other_counts": -1.6,
    "other_days": -2.0,
}
#: Across languages only what needs no translation speaks. Searched for on 417 judged pairs, the likeliest of millions,
#: and the demo newsroom: 24 of them report one event, in a handful of events, too few for a regression. On 340 further
#: pairs, judged later, as good as any regression. The constant keeps the events of the demo newsroom apart.
WEIGHTS_ACROSS = {
    "constant": -5.9,
    "shared": 5.0,
    "telling": 0.8,
    "actors": 0.9,
    "lead_actors": 0.8,
    "topics": 3.6,
    "other_days": -0.7,
    "dated": 1.5,
    "near": 3.1,
    "far": -4.0,
}

#: How fast two reports of one event drift apart, and from when on time alone says no more.
NEAR_DAYS, FAR_DAYS = 2.0, 14.0
#: An article joins a story if its best link is at least this likely (log-odds) …
JOIN = -0.2
#: … and so are its links to the story's first and latest articles on average: one bridge does not make two events one,
#: and a story does not wander from one event to the next.
COHERE = -0.2
FIRST, LATEST = 4, 4
#: Words tell events apart better than what needs no translation: reports of its own language decide about an article,
#: unless it is this likely to belong to all of a story's reports.
SURE = 2.0
#: Alike in words but not in numbers from here on: gold prices, case counts, match days.
SERIES_FROM = 0.55
#: What a stored book says it is.
FORMAT = "widerhall.stories/1"
#: Candidates are found by the rarest terms, and so many of them are looked at closely.
KEYS, CANDIDATES = 16, 30
#: Across languages they are found by an actor and a topic together, too: each alone is common.
KEY_ACTORS, KEY_TOPICS = 3, 5
#: A term that so many live articles share tells nothing apart and only costs time.
COMMON = 300
_TRACE = tuple(each.name for each in fields(Trace))
_SETS = ("report", "numbers", "lead_numbers", "counted", "days", "lead_actors")


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
    return weights["constant"] + sum(weights[name] * value for name, value in features.items() if name in weights)


def features_within(one: Trace, other: Trace) -> dict[str, float]:
    """What two articles of one language have in common, by the names of WEIGHTS_DATED and WEIGHTS_UNDATED."""
    lead = dot(one.lead, other.lead)
    time = _time_features(one, other)
    common = {
        "lead": lead,
        "shared": dot(one.shared, other.shared),
        "other_days": float(days_differ(one.days, other.days)),
    }
    if time:
        lead_numbers_differ = one.lead_numbers and other.lead_numbers and not one.lead_numbers & other.lead_numbers
        return {
            **common,
            **time,
            "rare": math.log1p(common_weight(one.rare, other.rare)),
            "lead_actors": overlap(one.lead_actors, other.lead_actors),
            "other_lead_numbers": float(bool(lead_numbers_differ)),
        }
    numbers = overlap(one.numbers, other.numbers)
    fewest = min(len(one.numbers), len(other.numbers))
    return {
        **common,
        "covered": max(covered(one, other), covered(other, one)),
        "numbers": numbers,
        "series": max(lead - SERIES_FROM, 0.0) * (1 - numbers) * (fewest >= 3),
        "other_counts": float(counts_differ(one.counted, other.counted)),
    }


def covered(one: Trace, other: Trace) -> float:
    """How much of a lead stands in another report: what is news here is background there."""
    return sum(weight * weight for term, weight in one.lead.items() if term in other.report or term in other.lead)


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


def features_across(one: Trace, other: Trace) -> dict[str, float]:
    """What two articles of different languages have in common, by the names of WEIGHTS_ACROSS."""
    return {
        "shared": dot(one.shared, other.shared),
        "telling": math.log1p(common_weight(one.telling, other.telling)),
        "actors": dot(one.actors, other.actors),
        "lead_actors": overlap(one.lead_actors, other.lead_actors),
        "topics": dot(one.topics, other.topics),
        "other_days": float(days_differ(one.days, other.days)),
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
        for story in {self.story_of[article] for article in self.candidates(trace)}:
            live = [self.traces[article] for article in self._members[story] if article in self.traces]
            same = [other for other in live if other.language == trace.language]
            fit = _fit(trace, story, same, COHERE) if same else _fit(trace, story, live, COHERE)
            fit = fit or _fit(trace, story, live, SURE)
            if fit:
                yield fit

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


def _fit(trace: Trace, story: int, reports: Sequence[Trace], cohere: float) -> Placement | None:
    """The best link of an article to these reports of a story, if it is good enough and so are all on average."""
    compared = reports if len(reports) <= FIRST + LATEST else [*reports[:FIRST], *reports[-LATEST:]]
    links = [likeness(trace, other) for other in compared]
    best = max(range(len(links)), key=links.__getitem__)
    if links[best] < JOIN or sum(links) / len(links) < cohere:
        return None
    return Placement(story=story, is_new=False, closest=compared[best].article, likeness=round(links[best], 3))


def _keys(trace: Trace) -> list[str]:
    """By what an article is found: its rarest terms, its strongest lead terms, and across languages its specifics."""
    rare = sorted(trace.rare, key=lambda term: (-trace.rare[term], term))[:KEYS]
    lead = list(trace.lead)[: KEYS // 2]
    within = {f"{trace.language} {term}" for term in (*rare, *lead)}
    actors, topics = list(trace.actors)[:KEY_ACTORS], list(trace.topics)[:KEY_TOPICS]
    about = [f"{actor} {topic}" for actor in actors for topic in topics]
    return [*sorted(within), *list(trace.telling)[:KEYS], *about]


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
    sets = {name: sorted(getattr(trace, name)) for name in _SETS}
    return asdict(trace) | sets | {"at": trace.at.isoformat() if trace.at else None}


def _trace_from_json(data: Mapping[str, Any]) -> Trace:
    """What a book of an earlier version does not say is empty, and what it says beyond is left."""
    known = {name: data[name] for name in _TRACE if name in data}
    sets = {name: frozenset(known[name]) for name in _SETS if name in known}
    return Trace(**{**known, **sets, "at": datetime.fromisoformat(data["at"]) if data["at"] else None})

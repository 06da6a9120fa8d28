"""Gather articles that report one event into stories, across outlets and languages, one article after another.

A story keeps its number when it grows, and no article changes its story unless the analyst says so: what a digest has
named stays findable. Pure: a book is a value in memory, times are arguments, nothing is read or written.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from operator import itemgetter
from typing import Any

from monitor.analyse.same_event import Usual, likeness
from monitor.analyse.traces import Trace

#: An article joins a story if its best link is at least this likely (log-odds) …
JOIN = -0.2
#: … and so are its links to the story's first and latest articles on average: one bridge does not make two events one,
#: and a story does not wander from one event to the next.
COHERE = -0.2
FIRST, LATEST = 4, 4
#: Words tell events apart better than what needs no translation: reports of its own language decide about an article,
#: unless it is this likely to belong to all of a story's reports.
SURE = 2.0
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
    _usual: Usual = field(default_factory=Usual, repr=False)

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
        for story in sorted({self.story_of[article] for article in self.candidates(trace)}):
            live = [self.traces[article] for article in self._members[story] if article in self.traces]
            links = {other.article: likeness(trace, other, self._usual) for other in _first_and_latest(live)}
            same = _first_and_latest([other for other in live if other.language == trace.language])
            own = {
                other.article: links[other.article] if other.article in links else likeness(trace, other, self._usual)
                for other in same
            }
            if _coheres(own or links, COHERE) or _coheres(links, SURE):
                closest, best = max((links | own).items(), key=itemgetter(1))
                yield Placement(story=story, is_new=False, closest=closest, likeness=round(best, 3))

    def candidates(self, trace: Trace) -> list[int]:
        """The live articles that share most of the rarest terms, most first."""
        shared: Counter[int] = Counter()
        for key in _keys(trace):
            known = self._index.get(key, ())
            if len(known) <= COMMON:
                shared.update(known)
        return [article for article, _ in shared.most_common(CANDIDATES)]

    def _enter(self, trace: Trace) -> None:
        self._usual.enter(trace)
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
        self._index, self._usual = defaultdict(list), Usual()
        for trace in self.traces.values():
            self._enter(trace)


def _first_and_latest(reports: Sequence[Trace]) -> Sequence[Trace]:
    return reports if len(reports) <= FIRST + LATEST else [*reports[:FIRST], *reports[-LATEST:]]


def _coheres(links: Mapping[int, float], from_: float) -> bool:
    """Whether the best of an article's links to a story is good enough, and so are all on average."""
    return max(links.values()) >= JOIN and sum(links.values()) / len(links) >= from_


def _keys(trace: Trace) -> list[str]:
    """By what an article is found: its rarest terms, its strongest lead terms, and across languages its specifics."""
    rare = sorted(trace.rare, key=lambda term: (-trace.rare[term], term))[:KEYS]
    lead = list(trace.lead)[: KEYS // 2]
    within = {f"{trace.language} {term}" for term in (*rare, *lead)}
    actors = list(trace.actors)[:KEY_ACTORS]
    topics = [*list(trace.words)[:KEY_TOPICS], *list(trace.topics)[:KEY_TOPICS]]
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

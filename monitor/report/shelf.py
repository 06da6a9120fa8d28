"""Keep a watch's stories in the store: place what newly matched, remember which texts are copies and what each says.

A thin shell around `analyse.stories`: reads matches, writes one document for each watch. Decides nothing itself.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from monitor.analyse.analysis import Analyser
from monitor.analyse.background import Background
from monitor.analyse.copies import shingles
from monitor.analyse.counts import counts_of
from monitor.analyse.gathering import place_report
from monitor.analyse.novelty import Facts, facts_of
from monitor.analyse.places import places_of
from monitor.analyse.stories import StoryBook, book_from_json, book_to_json
from monitor.analyse.traces import trace_of
from monitor.errors import NotFoundError, UsageError
from monitor.following import tell_of
from monitor.model import Article, ArticleFilter, Outcome, Watch
from monitor.ports import Store

KIND = "stories"
#: What the analyst decided, apart from the stories: a daemon that places articles meanwhile cannot overwrite it.
DECISIONS = "story-decisions"
#: Matches are placed when they come; what came while nobody placed is looked for so far back.
PLACED_WITHIN = timedelta(days=30)
#: What is committed late may carry a moment before that of what was placed already: so far is looked back.
COMMITTED_WITHIN = timedelta(hours=1)
#: For so long a story can grow; older articles are not compared with any more.
LIVE_FOR = timedelta(days=21)
#: What so many said stays known even where nothing can join their stories any more: imports of old articles have news.
FACTS_KEPT = 1_000
#: So are the places and pairs of a little more.
NEWS_LETTERS = 400
#: What is counted in the headline and the first sentences is news; behind them stands background.
COUNTED_LETTERS = 300


@dataclass(kw_only=True)
class StoryShelf:
    """A watch's stories with what is known of their articles."""

    book: StoryBook = field(default_factory=StoryBook)
    #: Article -> the first text of its kind, which it copies.
    copies: dict[int, int] = field(default_factory=dict)
    #: What live articles say, in the order they were placed.
    facts: dict[int, Facts] = field(default_factory=dict)
    #: Matches that became one before this moment are placed, but for those committed late.
    placed_until: datetime | None = None
    #: How many of the analyst's decisions are taken into the book.
    decided: int = 0

    def at(self, article: int) -> datetime | None:
        """When an article appeared, as far as it is known."""
        trace, facts = self.book.traces.get(article), self.facts.get(article)
        return (trace.at if trace else None) or (facts.at if facts else None)

    def places_of(self, article: int) -> Mapping[str, str]:
        """The places that an article names, each with its common name, as far as they are known."""
        facts = self.facts.get(article)
        return facts.places if facts else {}


def keep_stories(store: Store, watch: Watch, analyser: Analyser, background: Background, *, now: datetime) -> int:
    """Place every match that no story has yet; return how many. Running it again places nothing twice."""
    shelf = load_shelf(store, watch.id) or StoryShelf()
    since = max(
        now - PLACED_WITHIN, shelf.placed_until - COMMITTED_WITHIN if shelf.placed_until else now - PLACED_WITHIN
    )
    # Withdrawn ones too: a match that is reinstated keeps the moment when it first became one.
    recent = ArticleFilter(watch=watch.id, outcomes=frozenset({Outcome.MATCH}), since=since, with_withdrawn=True)
    fresh = [report for report in store.reports(recent) if report.article.id not in shelf.book.story_of]
    fresh.sort(key=lambda report: (happened_at(report.article) or report.article.first_seen_at, report.article.id))
    runs: dict[int, frozenset[int]] = {}
    for report in fresh:
        _place(store, shelf, report.article, analyser, background, runs)
    if fresh:
        placed = {each.article.id: f"s-{shelf.book.story_of[each.article.id]}" for each in fresh}
        shelf.placed_until = max(report.match.matched_at for report in fresh if report.match)
        shelf.book.forget(now - LIVE_FOR)
        latest = set(list(shelf.facts)[-FACTS_KEPT:])
        shelf.facts = {n: facts for n, facts in shelf.facts.items() if n in latest or n in shelf.book.traces}
        save_shelf(store, watch.id, shelf, now=now)
        tell_of(store, "story", {article: {"watch": watch.id, "story": story} for article, story in placed.items()})
    return len(fresh)


def happened_at(article: Article) -> datetime | None:
    """When an article appeared, as far as anybody knows: an import without a date appeared at no known time."""
    return article.published or (None if article.is_backlog else article.first_seen_at)


def _place(
    store: Store,
    shelf: StoryShelf,
    article: Article,
    analyser: Analyser,
    background: Background,
    runs: dict[int, frozenset[int]],
) -> None:
    """Put one article on the shelf. `runs` keeps the shingles of those compared: many are, with the same few."""

    def runs_of(known: int) -> frozenset[int]:
        if known not in runs:
            other = article if known == article.id else store.article(known)
            runs[known] = shingles(other.text, other.language)
        return runs[known]

    analysis = analyser.analyse(article.title, article.text, article.language)
    trace = trace_of(article.id, analysis, happened_at(article), background)
    place_report(shelf.book, shelf.copies, trace, runs_of(article.id), runs_of)
    findings, gazetteer = store.findings(article.id), analyser.gazetteer
    counted = analysis.whole[: len(analysis.title) + COUNTED_LETTERS]
    places = places_of(analysis.whole, analysis.entities, findings.mentions, gazetteer)
    shelf.facts[article.id] = facts_of(
        article.id,
        article.language,
        findings,
        counts=counts_of(counted, article.language),
        places={place: (gazetteer.called(place, "en"), start) for place, start in places.items()},
        news_end=len(analysis.title) + NEWS_LETTERS,
        at=trace.at,
    )


def load_shelf(store: Store, watch: str) -> StoryShelf | None:
    """The stories of a watch, with all that the analyst decided; None when none were kept yet."""
    body = store.document(KIND, watch)
    return None if body is None else shelf_from(body, store.document(DECISIONS, watch))


def shelf_from(body: bytes, decisions: bytes | None) -> StoryShelf:
    """The stories as their two documents say."""
    data = json.loads(body)
    shelf = StoryShelf(
        book=book_from_json(data["book"]),
        copies=dict(data["copies"]),
        placed_until=datetime.fromisoformat(until) if (until := data.get("placed_until")) else None,
        facts={facts.article: facts for facts in map(_facts_from_json, data["facts"])},
        decided=data.get("decided", 0),
    )
    for decision in (json.loads(decisions) if decisions else [])[shelf.decided :]:
        _decide(shelf, decision)
    return shelf


def save_shelf(store: Store, watch: str, shelf: StoryShelf, *, now: datetime) -> None:
    """Write a watch's stories."""
    data = {
        "book": book_to_json(shelf.book),
        "copies": list(shelf.copies.items()),
        "placed_until": shelf.placed_until.isoformat() if shelf.placed_until else None,
        "facts": [_facts_to_json(facts) for facts in shelf.facts.values()],
        "decided": shelf.decided,
    }
    store.put_document(KIND, watch, _json(data), now=now)


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


# --- the analyst --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Decided:
    """What an analyst decided about a story, as far as it still stands."""

    #: merge or split.
    kind: str
    #: The story that became part of this one, or that was made out of it.
    other: int
    #: Empty for what was decided before names were kept.
    author: str
    at: datetime | None


def merge_stories(store: Store, watch: str, story: int, into: int, *, now: datetime, author: str = "") -> int:
    """The analyst says that two stories are one; return the number it has now, the older of the two."""
    shelf = _shelf_with(store, watch, story, into)
    older, younger = sorted((shelf.book.current(story), shelf.book.current(into)))
    if older == younger:
        raise UsageError(f"s-{story} and s-{into} are one story already: s-{older}")
    decision = {"merge": [younger, older], "moved": list(shelf.book.members(younger))}
    return _record(store, watch, shelf, decision, now=now, author=author)


def split_story(
    store: Store, watch: str, story: int, articles: Sequence[int], *, now: datetime, author: str = ""
) -> int:
    """The analyst takes articles out of a story; return the number of the story that they make."""
    shelf = _shelf_with(store, watch, story)
    members = shelf.book.members(story)
    if not set(articles) <= set(members) or len(set(articles)) in (0, len(members)):
        raise UsageError(f"name some, not all, of the articles of s-{story}: {', '.join(f'a-{n}' for n in members)}")
    return _record(store, watch, shelf, {"split": [story, *articles]}, now=now, author=author)


def part_stories(store: Store, watch: str, story: int, younger: int, *, now: datetime, author: str = "") -> int:
    """The analyst takes a merge back; return the number of the story that is one of its own again."""
    shelf = _shelf_with(store, watch, story)
    current = shelf.book.current(story)
    moved: list[int] = next(
        (each["moved"] for each in reversed(_decisions(store, watch)) if each.get("merge") == [younger, current]), []
    )
    leaving = set(moved) & set(shelf.book.members(current))
    if younger not in shelf.book.merged_into or len(leaving) in (0, len(shelf.book.members(current))):
        raise UsageError(f"s-{younger} cannot be taken out of s-{current} again: split it")
    return _record(store, watch, shelf, {"part": [current, younger, *sorted(leaving)]}, now=now, author=author)


def decisions_on(store: Store, watch: str, shelf: StoryShelf, story: int) -> list[Decided]:
    """What was decided about a story and can be taken back, the latest first."""
    found: dict[tuple[str, int], Decided] = {}
    for each in reversed(_decisions(store, watch)):
        kind, other = "", 0
        if each.get("moved") and each["merge"][1] == story and shelf.book.merged_into.get(each["merge"][0]) == story:
            kind, other = "merge", each["merge"][0]
        elif "split" in each and shelf.book.current(each["split"][0]) == story:
            kind, other = "split", shelf.book.story_of.get(each["split"][1], story)
        if kind and other != story:
            at = datetime.fromisoformat(each["at"]) if "at" in each else None
            found.setdefault((kind, other), Decided(kind=kind, other=other, author=each.get("by", ""), at=at))
    return list(found.values())


def _record(
    store: Store, watch: str, shelf: StoryShelf, decision: Mapping[str, list[int]], *, now: datetime, author: str
) -> int:
    standing = [*_decisions(store, watch), {**decision, "by": author, "at": now.isoformat()}]
    number = _decide(shelf, decision)
    store.put_document(DECISIONS, watch, _json(standing), now=now)
    save_shelf(store, watch, shelf, now=now)
    return number


def _decisions(store: Store, watch: str) -> list[dict[str, Any]]:
    body = store.document(DECISIONS, watch)
    return json.loads(body) if body else []


def _decide(shelf: StoryShelf, decision: Mapping[str, list[int]]) -> int:
    shelf.decided += 1
    if "merge" in decision:
        return shelf.book.merge(*decision["merge"])
    if "part" in decision:
        story, younger, *articles = decision["part"]
        return shelf.book.part(story, younger, articles)
    story, *articles = decision["split"]
    return shelf.book.split(story, articles)


def _shelf_with(store: Store, watch: str, *stories: int) -> StoryShelf:
    shelf = load_shelf(store, watch) or StoryShelf()
    for story in stories:
        if not shelf.book.members(story):
            raise NotFoundError(f"no story s-{story} of {watch}")
    return shelf


def _facts_to_json(facts: Facts) -> dict[str, Any]:
    return {
        "article": facts.article,
        "language": facts.language,
        "at": facts.at.isoformat() if facts.at else None,
        "actors": sorted(facts.actors),
        "deeds": sorted(facts.deeds),
        "pairs": sorted(facts.pairs),
        "places": facts.places,
        "news_pairs": sorted(facts.news_pairs),
        "news_places": sorted(facts.news_places),
        "counts": facts.counts,
        "quotes": [[speaker, sorted(words)] for speaker, words in facts.quotes],
    }


def _facts_from_json(data: Mapping[str, Any]) -> Facts:
    return Facts(
        article=data["article"],
        language=data["language"],
        at=datetime.fromisoformat(at) if (at := data.get("at")) else None,
        actors=frozenset(data["actors"]),
        pairs=frozenset((one, other) for one, other in data.get("pairs", ())),
        places=data.get("places", {}),
        news_pairs=frozenset((one, other) for one, other in data.get("news_pairs", ())),
        news_places=frozenset(data.get("news_places", ())),
        deeds=frozenset((one, deed, other) for one, deed, other in data.get("deeds", ())),
        counts=data.get("counts") or {bare: bare for bare in data.get("numbers", ())},  # as earlier versions kept them
        quotes=tuple((speaker, frozenset(words)) for speaker, words in data["quotes"]),
    )

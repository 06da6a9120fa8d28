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
from monitor.analyse.gathering import place_report
from monitor.analyse.novelty import Facts, facts_of
from monitor.analyse.stories import StoryBook, book_from_json, book_to_json
from monitor.analyse.traces import trace_of
from monitor.errors import NotFoundError, UsageError
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
        shelf.placed_until = max(report.match.matched_at for report in fresh if report.match)
        shelf.book.forget(now - LIVE_FOR)
        shelf.facts = {article: facts for article, facts in shelf.facts.items() if article in shelf.book.traces}
        save_shelf(store, watch.id, shelf, now=now)
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
    findings = store.findings(article.id)
    shelf.facts[article.id] = facts_of(article.id, article.language, findings, trace.lead_numbers)


def load_shelf(store: Store, watch: str) -> StoryShelf | None:
    """The stories of a watch, with all that the analyst decided; None when none were kept yet."""
    body = store.document(KIND, watch)
    if body is None:
        return None
    data = json.loads(body)
    shelf = StoryShelf(
        book=book_from_json(data["book"]),
        copies=dict(data["copies"]),
        placed_until=datetime.fromisoformat(until) if (until := data.get("placed_until")) else None,
        facts={facts.article: facts for facts in map(_facts_from_json, data["facts"])},
        decided=data.get("decided", 0),
    )
    for decision in _decisions(store, watch)[shelf.decided :]:
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


def merge_stories(store: Store, watch: str, story: int, into: int, *, now: datetime) -> int:
    """The analyst says that two stories are one; return the number it has now, the older of the two."""
    shelf = _shelf_with(store, watch, story, into)
    if shelf.book.current(story) == shelf.book.current(into):
        raise UsageError(f"s-{story} and s-{into} are one story already: s-{shelf.book.current(into)}")
    return _record(store, watch, shelf, {"merge": [story, into]}, now=now)


def split_story(store: Store, watch: str, story: int, articles: Sequence[int], *, now: datetime) -> int:
    """The analyst takes articles out of a story; return the number of the story that they make."""
    shelf = _shelf_with(store, watch, story)
    members = shelf.book.members(story)
    if not set(articles) <= set(members) or len(set(articles)) in (0, len(members)):
        raise UsageError(f"name some, not all, of the articles of s-{story}: {', '.join(f'a-{n}' for n in members)}")
    return _record(store, watch, shelf, {"split": [story, *articles]}, now=now)


def _record(store: Store, watch: str, shelf: StoryShelf, decision: Mapping[str, list[int]], *, now: datetime) -> int:
    standing = [*_decisions(store, watch), decision]
    number = _decide(shelf, decision)
    store.put_document(DECISIONS, watch, _json(standing), now=now)
    save_shelf(store, watch, shelf, now=now)
    return number


def _decisions(store: Store, watch: str) -> list[dict[str, list[int]]]:
    body = store.document(DECISIONS, watch)
    return json.loads(body) if body else []


def _decide(shelf: StoryShelf, decision: Mapping[str, list[int]]) -> int:
    shelf.decided += 1
    if "merge" in decision:
        return shelf.book.merge(*decision["merge"])
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
        "actors": sorted(facts.actors),
        "pairs": sorted(facts.pairs),
        "numbers": sorted(facts.numbers),
        "quotes": [[speaker, sorted(words)] for speaker, words in facts.quotes],
    }


def _facts_from_json(data: Mapping[str, Any]) -> Facts:
    return Facts(
        article=data["article"],
        language=data["language"],
        actors=frozenset(data["actors"]),
        pairs=frozenset((one, other) for one, other in data["pairs"]),
        numbers=frozenset(data["numbers"]),
        quotes=tuple((speaker, frozenset(words)) for speaker, words in data["quotes"]),
    )

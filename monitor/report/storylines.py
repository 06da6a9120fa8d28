"""Order a day's matches into stories: which belong together, which lead, which are copies, what each adds.

Pure: rows and a shelf in, rows and stories out, in ids and numbers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from monitor.analyse.novelty import Facts, novelty
from monitor.report.shelf import StoryShelf

Row = Mapping[str, Any]

#: What is new is new against the story and the last week of the whole watch.
COMPARED_WITH = timedelta(days=7)
#: How many new things of a kind one line can name.
NAMED = 3
STORY_ACTORS = 6


def article_of(row: Row) -> int:
    """The number of a row's article."""
    return int(row["article"].removeprefix("a-"))


def placed(rows: Sequence[Row], shelf: StoryShelf, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the rows with their story, the match they copy, and what they add."""
    shown = {article_of(row): row["id"] for row in rows}
    result = []
    for row in rows:
        article = article_of(row)
        story = shelf.book.story_of.get(article)
        original = shelf.copies.get(article)
        told = {
            "story": f"s-{story}" if story else "",
            "copy_of": shown.get(original, f"a-{original}") if original else "",
            "adds": _adds(article, shelf, names),
        }
        result.append({**row, **told})
    return result


def _adds(article: int, shelf: StoryShelf, names: Mapping[str, str]) -> dict[str, Any] | None:
    """What an article adds to its story and to the last week; None for the first of its story, or a copy."""
    facts, trace = shelf.facts.get(article), shelf.book.traces.get(article)
    earlier = _before(article, shelf.book.members(shelf.book.story_of.get(article, 0)))
    if facts is None or trace is None or article in shelf.copies or not earlier:
        return None
    lately = [
        known
        for known, other in shelf.book.traces.items()
        if trace.at and other.at and timedelta(0) <= trace.at - other.at <= COMPARED_WITH and known != article
    ]
    found = novelty(facts, _known(shelf.facts, [*earlier, *lately]))
    new_pairs = [pair for pair in found.pairs if not set(pair) & set(found.actors)]

    def named(ids: Iterable[str]) -> list[str]:
        return [names.get(actor, actor.lstrip("@?")) for actor in ids][:NAMED]

    return {
        "actors": named(found.actors),
        "pairs": [named(pair) for pair in new_pairs][:NAMED],
        "numbers": list(found.numbers)[:NAMED],
        "speakers": named(found.speakers),
        "is_rehash": found.is_rehash,
    }


def _before(article: int, members: Sequence[int]) -> Sequence[int]:
    return members[: members.index(article)] if article in members else ()


def _known(facts: Mapping[int, Facts], articles: Iterable[int]) -> list[Facts]:
    return [facts[article] for article in dict.fromkeys(articles) if article in facts]


def stories_of(rows: Sequence[Row], shelf: StoryShelf, *, since: datetime) -> list[dict[str, Any]]:
    """Return the day's stories, weightiest first: those of several matches, and those that go on from earlier days."""
    by_story: dict[str, list[Row]] = {}
    for row in rows:
        if row["story"]:
            by_story.setdefault(row["story"], []).append(row)
    stories = [_story(name, members, shelf, since) for name, members in by_story.items()]
    return sorted(
        (story for story in stories if story["size"] > 1),
        key=lambda story: (-len(story["outlets"]), -story["score"], story["id"]),
    )


def _story(name: str, rows: Sequence[Row], shelf: StoryShelf, since: datetime) -> dict[str, Any]:
    in_time = sorted(rows, key=lambda row: (row["published"] or row["first_seen"], row["id"]))
    originals = [row for row in in_time if not row["copy_of"]] or in_time
    lead = max(originals, key=lambda row: (row["quality"] == "full", row["score"]))
    began = _began(name, rows, shelf)
    actors = Counter(actor["name"] for row in rows for actor in row["actors"] if actor["role"] == "main")
    return {
        "id": name,
        "lead": lead["id"],
        "matches": [row["id"] for row in in_time],
        "first": in_time[0]["id"],
        "size": len(shelf.book.members(int(name.removeprefix("s-")))),
        "copies": sum(bool(row["copy_of"]) for row in rows),
        "began": began.isoformat() if began else None,
        "goes_on": began is not None and began < since,
        "score": lead["score"],
        **{
            plural: list(dict.fromkeys(row[one] for row in in_time if row[one]))
            for plural, one in (("outlets", "outlet"), ("countries", "country"), ("languages", "language"))
        },
        "actors": [actor for actor, _ in actors.most_common(STORY_ACTORS)],
    }


def _began(name: str, rows: Sequence[Row], shelf: StoryShelf) -> datetime | None:
    """When the first report of a story appeared, as far as traces reach."""
    times = [
        trace.at
        for article in shelf.book.members(int(name.removeprefix("s-")))
        if (trace := shelf.book.traces.get(article)) and trace.at
    ]
    times += [datetime.fromisoformat(row["published"]) for row in rows if row["published"]]
    return min(times, default=None)

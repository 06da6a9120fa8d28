"""Order a day's matches into stories: which belong together, which lead, which are copies, what each adds.

Pure: rows and a shelf in, rows and stories out, in ids and numbers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from monitor.analyse.novelty import Known, Novelty, novelty
from monitor.report.shelf import StoryShelf

Row = Mapping[str, Any]

#: What is new is new against the story and the last week of the whole watch.
COMPARED_WITH = timedelta(days=7)
#: How many new things of a kind one line can name.
NAMED = 3
STORY_ACTORS = 6
#: So many reports of one story are read; of five hundred the others are counted.
STORY_ROWS = 13


def article_of(row: Row) -> int:
    """The number of a row's article."""
    return int(row["article"].removeprefix("a-"))


def placed(
    rows: Sequence[Row], shelf: StoryShelf, names: Mapping[str, str], *, since: datetime
) -> list[dict[str, Any]]:
    """Return the rows with their story, the match they copy, and what they add."""
    shown = {article_of(row): row["id"] for row in rows}
    adds = _additions(shown, shelf, since - COMPARED_WITH)
    result = []
    for row in rows:
        article = article_of(row)
        story, original = shelf.book.story_of.get(article), shelf.copies.get(article)
        told = {
            "story": f"s-{story}" if story else "",
            "copy_of": shown.get(original, f"a-{original}") if original else "",
            "adds": _named(adds[article], names) if article in adds else None,
        }
        result.append({**row, **told})
    return result


def _additions(articles: Collection[int], shelf: StoryShelf, since: datetime) -> dict[int, Novelty]:
    """What each article adds to its story and to everything since; copies and the first of a story are left out."""
    known = {*shelf.facts, *shelf.book.traces} & shelf.book.story_of.keys()
    times = {article: at for article in known if (at := shelf.at(article)) and at >= since}
    lately, found = Known(), {}
    for article in sorted(times, key=lambda article: (times[article], article)):
        facts = shelf.facts.get(article)
        if facts is None or article in shelf.copies:
            continue
        members = shelf.book.members(shelf.book.story_of[article])
        earlier = members[: members.index(article)]
        if article in articles and earlier:
            told = Known.of(shelf.facts[one] for one in earlier if one in shelf.facts and one not in times)
            found[article] = novelty(facts, lately, told)
        lately.add(facts)
    return found


def _named(new: Novelty, names: Mapping[str, str]) -> dict[str, Any]:
    """What is new, in names."""

    def named(ids: Iterable[str]) -> list[str]:
        return [names.get(actor, actor.lstrip("@?")) for actor in ids][:NAMED]

    return {
        "actors": named(new.actors),
        "deeds": [(*named([one]), deed, *named([other])) for one, deed, other in new.deeds][:NAMED],
        "together": [named(pair) for pair in new.pairs][:NAMED],
        "places": list(new.places)[:NAMED],
        "numbers": list(new.counts)[:NAMED],
        "speakers": named(new.speakers),
        "is_rehash": new.is_rehash,
    }


def stories_of(rows: Sequence[Row], shelf: StoryShelf, *, since: datetime) -> list[dict[str, Any]]:
    """Return the day's stories: those of several matches, and those that go on from earlier days.

    The weightiest stands first: by outlets, then by reports that are nobody's copy, then by score.
    """
    by_story: dict[str, list[Row]] = {}
    for row in rows:
        if row["story"]:
            by_story.setdefault(row["story"], []).append(row)
    stories = [_story(name, members, shelf, since) for name, members in by_story.items()]
    return sorted((story for story in stories if story["size"] > 1), key=_lightness)


def _lightness(story: Row) -> tuple[int, int, float, str]:
    return -len(story["outlets"]), story["copies"] - len(story["matches"]), -story["score"], story["id"]


def chosen(rows: Sequence[Row], stories: Sequence[Row], limit: int) -> list[Row]:
    """The rows that a digest has room for, best first: two thirds for leads of stories, the rest by score.

    No story takes more than `STORY_ROWS`, copies apart: those are one line.
    """
    told = stories[: limit * 2 // 3]
    untold = {story["id"] for story in stories[len(told) :]}
    kept = {story["lead"] for story in told}
    room = dict.fromkeys((story["id"] for story in told), STORY_ROWS - 1)
    for row in rows:
        takes = int(not row["copy_of"])
        if len(kept) == limit or row["id"] in kept or row["story"] in untold or room.get(row["story"], 1) < takes:
            continue
        kept.add(row["id"])
        if row["story"] in room:
            room[row["story"]] -= takes
    return [row for row in rows if row["id"] in kept]


def _story(name: str, rows: Sequence[Row], shelf: StoryShelf, since: datetime) -> dict[str, Any]:
    in_time = sorted(rows, key=lambda row: (row["published"] or row["first_seen"], row["id"]))
    originals = [row for row in in_time if not row["copy_of"]] or in_time
    lead = max(originals, key=lambda row: (row["quality"] == "full", row["score"]))
    began = _began(name, rows, shelf)
    size = len(shelf.book.members(int(name.removeprefix("s-"))))
    actors = Counter(actor["name"] for row in rows for actor in row["actors"] if actor["role"] == "main")
    return {
        "id": name,
        "lead": lead["id"],
        "matches": [row["id"] for row in in_time],
        "first": in_time[0]["id"],
        "size": size,
        "copies": sum(bool(row["copy_of"]) for row in rows),
        "began": began.isoformat() if began else None,
        "goes_on": began is not None and began < since and size > len(rows),
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

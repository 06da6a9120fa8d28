"""See which stored digests are no longer what the analyst would be told, and store their next revision.

Looks only at what people and publishers do to a match: verdicts, merged and split stories, withdrawals. A story that
grows, or a score made again, is the news of a later day and revises nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from monitor.model import Digest, FeedSpec, Match, Verdict, Watch
from monitor.ports import Store
from monitor.report.digest import today_in
from monitor.report.gather import revise_digest
from monitor.report.glossary import NO_GLOSSARY, Glossary
from monitor.report.plain import one_line
from monitor.report.shelf import StoryShelf, load_shelf
from monitor.report.storylines import article_of

Row = Mapping[str, Any]

#: Older days stay as they are: what is new in an article is told from a week of traces, which are kept for 21 days.
REVISED_DAYS = 14
#: The lists of articles that can be judged from a digest and are not matches.
TO_JUDGE = ("near_misses", "held_by_rule", "suggestions")


def revise_digests(
    store: Store, watch: Watch, feeds: Sequence[FeedSpec], *, now: datetime, glossary: Glossary = NO_GLOSSARY
) -> list[Digest]:
    """Store the next revision of each digest of the last days that is outdated; run again, it stores nothing more."""
    verdicts = {verdict.article_id: verdict for verdict in store.verdicts(watch.id)}
    shelf = load_shelf(store, watch.id) or StoryShelf()
    today, found = today_in(watch.digest.zone, now), []
    for back in range(REVISED_DAYS, 0, -1):
        digest = store.digest(watch.id, today - timedelta(days=back))
        if digest is None:
            continue
        matches = {name: store.match(int(name.removeprefix("m-"))) for name in _matches(digest.content)}
        if is_outdated(digest.content, matches, verdicts, shelf):
            found.append(revise_digest(store, watch, digest.day, feeds=feeds, now=now, glossary=glossary))
    return [digest for digest in found if digest]


def is_outdated(content: Row, matches: Mapping[str, Match], verdicts: Mapping[int, Verdict], shelf: StoryShelf) -> bool:
    """Whether a digest says of any article what is not so any more.

    `matches` are the digest's by id as they are now, `verdicts` the last ones by article.
    """
    rows = [row for name in ("matches", "withdrawn", *TO_JUDGE) for row in content[name]]
    return any(
        row["verdict"] != _told(verdicts.get(article_of(row)))
        or (row["id"] in matches and bool(row["withdrawn"]) != (matches[row["id"]].withdrawn_at is not None))
        or (row.get("story", "") != _story(row, shelf) and not row["withdrawn"] and row["id"] in matches)
        for row in rows
    )


def _matches(content: Row) -> list[str]:
    return [row["id"] for name in ("matches", "withdrawn") for row in content[name] if row["id"].startswith("m-")]


def _told(verdict: Verdict | None) -> dict[str, str] | None:
    return {"kind": verdict.kind.value, "reason": one_line(verdict.reason)} if verdict else None


def _story(row: Row, shelf: StoryShelf) -> str:
    story = shelf.book.story_of.get(article_of(row))
    return f"s-{story}" if story else ""

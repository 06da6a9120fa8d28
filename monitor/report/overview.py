"""List a watch's stories, and one story's reports, as plain values. Reads the store; decides and draws nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from monitor.errors import NotFoundError
from monitor.model import ArticleFilter, ArticleReport, FeedSpec, Outcome, Watch
from monitor.ports import Store
from monitor.report.rows import match_row
from monitor.report.shelf import StoryShelf, load_shelf

#: What a list says of each report; `widerhall show` has the rest.
TOLD = (
    "id", "article", "title", "url", "outlet", "country", "kind", "language", "published", "first_seen", "score",
    "withdrawn", "verdict",
)  # fmt: skip
NO_TIME = datetime.min.replace(tzinfo=UTC)


def list_stories(
    store: Store,
    watch: Watch,
    feeds: Sequence[FeedSpec],
    *,
    since: datetime | None = None,
    from_size: int = 1,
    limit: int | None = None,
) -> list[dict[str, Any]]:
    """Return every story with a standing match, the latest first; `since`: that have a report from then on.

    With `limit` only so many are read, those that grew last; with `from_size` none of fewer articles.
    """
    shelf = load_shelf(store, watch.id) or StoryShelf()
    chosen = None
    if limit is not None or from_size > 1:
        grown = sorted(shelf.book.stories(from_size=from_size), key=lambda members: -max(members))[:limit]
        chosen = frozenset(article for members in grown for article in members)
    by_story: dict[int, list[ArticleReport]] = {}
    for report in store.reports(_matches(watch, chosen or frozenset())) if chosen != frozenset() else ():
        if story := shelf.book.story_of.get(report.article.id):
            by_story.setdefault(story, []).append(report)
    found = [_story(story, reports, shelf, feeds) for story, reports in by_story.items()]
    wanted = [one for one in found if since is None or (one["latest"] and _moment(one["latest"]) >= since)]
    return sorted(wanted, key=lambda one: (_moment(one["latest"]), one["size"], one["id"]), reverse=True)


def _matches(watch: Watch, articles: frozenset[int], *, with_withdrawn: bool = False) -> ArticleFilter:
    """Matches of a watch, all or among some articles."""
    matching = frozenset({Outcome.MATCH})
    return ArticleFilter(watch=watch.id, outcomes=matching, articles=articles, with_withdrawn=with_withdrawn)


def show_story(store: Store, watch: Watch, feeds: Sequence[FeedSpec], story: int) -> dict[str, Any]:
    """Return a story with all its reports, withdrawn ones marked; NotFoundError where there is none."""
    shelf = load_shelf(store, watch.id) or StoryShelf()
    members = frozenset(shelf.book.members(story))
    reports = store.reports(_matches(watch, members, with_withdrawn=True)) if members else []
    if not reports:
        raise NotFoundError(f"no story s-{story} of {watch.id}")
    return _story(shelf.book.current(story), reports, shelf, feeds)


def _story(
    story: int, reports: Sequence[ArticleReport], shelf: StoryShelf, feeds: Sequence[FeedSpec]
) -> dict[str, Any]:
    in_time = sorted(reports, key=lambda one: (one.article.published or one.article.first_seen_at, one.article.id))
    spec_of = {feed.id: feed for feed in feeds}
    id_of = {one.article.id: f"m-{one.match.id}" for one in reports if one.match}
    rows = [_row(one, spec_of, id_of.get(shelf.copies.get(one.article.id, 0), "")) for one in in_time]
    standing = [row for row in rows if not row["withdrawn"]] or rows
    lead = max(standing, key=lambda row: (not row["copy_of"], row["score"]))
    times = sorted(row["published"] for row in rows if row["published"])
    return {
        "id": f"s-{story}",
        "title": lead["title"],
        "lead": lead["id"],
        "score": lead["score"],
        "size": len(rows),
        "copies": sum(bool(row["copy_of"]) for row in rows),
        "first": times[0] if times else None,
        "latest": times[-1] if times else None,
        **{
            plural: list(dict.fromkeys(row[one] for row in rows if row[one]))
            for plural, one in (("outlets", "outlet"), ("countries", "country"), ("languages", "language"))
        },
        "reports": rows,
    }


def _row(report: ArticleReport, feeds: Mapping[str, FeedSpec], copy_of: str) -> dict[str, Any]:
    row = match_row(report, feeds, since=NO_TIME, until=datetime.max.replace(tzinfo=UTC))
    return {**{name: row[name] for name in TOLD}, "copy_of": copy_of}


def _moment(stated: str | None) -> datetime:
    return datetime.fromisoformat(stated) if stated else NO_TIME

"""The pages of stories: the list, and one with who reported when, what each adds, and what the analyst makes of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from monitor.desk.cards import card
from monitor.desk.pages import desk_of, form_of, language_of, missing, page, watch_of
from monitor.desk.reading import reports_of
from monitor.desk.timeline import Dot, timeline
from monitor.errors import NotFoundError, UsageError
from monitor.model import Watch
from monitor.report.gather import compare_story
from monitor.report.overview import list_stories, show_story
from monitor.report.shelf import StoryShelf, decisions_on, merge_stories, part_stories, split_story
from monitor.report.storylines import COMPARED_WITH, article_of, placed
from monitor.report.words import Words

#: Stories of the list, and of those that one can be merged with.
LISTED, MERGEABLE = 50, 30


def stories(request: Request) -> Response:
    """Those that grew last; of several reports, or all."""
    desk, watch = desk_of(request), watch_of(request)
    is_all = request.query_params.get("size") == "all"
    found = list_stories(desk.store, watch, list(desk.feeds.values()), from_size=1 if is_all else 2, limit=LISTED)
    return page(request, "stories.html.j2", watch, stories=found, is_all=is_all, listed=LISTED)


def story(request: Request) -> Response:
    """One story."""
    return _story(request)


def _story(request: Request, *, refused: str = "") -> Response:
    desk, watch = desk_of(request), watch_of(request)
    feeds, number = list(desk.feeds.values()), int(request.path_params["id"])
    try:
        found = show_story(desk.store, watch, feeds, number)
    except NotFoundError as error:
        return missing(request, error)
    shelf = desk.shelves.shelf(desk.store, watch.id)
    current = shelf.book.current(number)
    is_standing = any(not report["withdrawn"] for report in found["reports"])
    words = Words(language_of(request), watch.digest.zone)
    glossary = desk.glossary()
    compared = compare_story(desk.store, watch, current, feeds=feeds, glossary=glossary) if is_standing else None
    reports = {row["id"]: row for row in _with_news(request, watch, found["reports"], shelf)}
    others = list_stories(desk.store, watch, feeds, limit=MERGEABLE + 1)
    return page(
        request,
        "story.html.j2",
        watch,
        status=400 if refused else 200,
        story=found,
        number=current,
        reports=list(reports.values()),
        picture=_picture(found, words),
        compared={"comparison": compared} if compared and found["size"] > 1 else None,
        decisions=decisions_on(desk.store, watch.id, shelf, current),
        others=[other for other in others if other["id"] != found["id"]][:MERGEABLE],
        refused=refused,
    )


def _with_news(
    request: Request, watch: Watch, rows: Sequence[Mapping[str, Any]], shelf: StoryShelf
) -> list[dict[str, Any]]:
    """A story's reports in time, each with what it adds and how it was judged."""
    desk = desk_of(request)
    reports = {one.article.id: one for one in reports_of(desk.store, watch, [article_of(row) for row in rows])}
    names = {role.actor: role.name for one in reports.values() for role in one.roles if role.name}
    since = min((at for article in reports if (at := shelf.at(article))), default=None)
    told = placed(rows, shelf, names, since=since + COMPARED_WITH) if since else list(rows)
    feeds = desk.feeds
    return [
        {"adds": None, **row, "copy_of": stated["copy_of"], "card": card(reports[article_of(row)], feeds, watch)}
        for row, stated in zip(told, rows, strict=True)
    ]


def _picture(story: Mapping[str, Any], words: Words) -> str:
    """`timeline` builds a tree: nothing in it is markup by accident."""
    if story["size"] < 2:
        return ""
    dots = [
        Dot(
            outlet=row["outlet"],
            at=datetime.fromisoformat(row["published"] or row["first_seen"]),
            is_copy=bool(row["copy_of"]),
            title=row["title"],
        )
        for row in story["reports"]
    ]
    return timeline(dots, words.zone, label=story["title"], moment_of=words.moment)


# --- the analyst ----------------------------------------------------------------------------------------------------


async def decide(request: Request) -> Response:
    """Split, merge, or take a merge back, from a form; goes to the story as it is then."""
    form = await form_of(request)
    return await run_in_threadpool(_decide, request, form)


def _decide(request: Request, form: Mapping[str, Sequence[str]]) -> Response:
    desk = desk_of(request)
    watch = desk.watch(form.get("watch", [""])[0])
    number, do = int(request.path_params["id"]), form.get("do", [""])[0]
    said = [*form.get("story", []), *form.get("article", [])]
    numbers = [int(each) for each in said if each.isdecimal() and len(each) < 19]
    try:
        if do == "split":
            split_story(desk.store, watch.id, number, numbers, now=desk.clock(), author=desk.author)
        elif do in ("merge", "part") and len(numbers) == 1:
            changed = merge_stories if do == "merge" else part_stories
            other = changed(desk.store, watch.id, number, numbers[0], now=desk.clock(), author=desk.author)
            number = other if do == "merge" else number
        else:
            raise UsageError("a story is split, merged, or that is taken back")
    except (UsageError, NotFoundError) as error:
        return _story(request, refused=str(error))
    return RedirectResponse(f"/story/{number}", status_code=303)

"""The page of sources: how each is and what to do about it; pause, ask at once, add, lists of other programs.

Whatever changes feeds.yaml goes the way of the command line: the file as a person would write it, checked as a whole.
Sites are asked for their feeds from a worker thread, under the bounds of every poll.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from monitor.collect import health_log
from monitor.collect.discover import FeedPreview
from monitor.config_edit import add_feeds, pause_feed
from monitor.desk.pages import desk_of, form_of, language_of, page, watch_of
from monitor.desk.source_lines import DAYS, SourceLine, source_lines
from monitor.desk.uploads import read_multipart
from monitor.errors import NotFoundError, UsageError, WiderhallError
from monitor.feed_list import KINDS, new_feed, poll_soon, read_list, written_list
from monitor.model import FeedSpec
from monitor.report.health_strip import PollDay, health_strip
from monitor.report.words import Words

if TYPE_CHECKING:
    from monitor.desk.web import Desk

#: An address is cut here, and other fields.
URL_CHARS, FIELD_CHARS = 2000, 200
#: What the page may be narrowed to.
SHOWN = ("", "trouble", "paused")
#: What is said after something was done.
DONE = ("paused", "resumed", "asked", "added", "imported")
Form = Mapping[str, Sequence[str]]


def lines_of(desk: Desk) -> list[SourceLine]:
    """Every configured feed as it stands, the worst first."""
    now = desk.clock()
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return source_lines(
        desk.feeds.values(),
        desk.store.feeds(),
        desk.store.count_polls(since=midnight - timedelta(days=DAYS - 1), until=now),
        health_log.read(desk.store.document(health_log.KIND, health_log.NAME)),
        now=now,
    )


def sources(request: Request) -> Response:
    """Every feed, how it is, and in words what is wrong with it."""
    return _page(request)


def _page(request: Request, *, refused: str = "", status: int = 200, **values: Any) -> Response:
    desk, query = desk_of(request), request.query_params
    lines = lines_of(desk)
    state, language, country = (query.get(name, "") for name in ("state", "language", "country"))
    wanted = [
        line
        for line in lines
        if language in ("", line.spec.language)
        and country in ("", line.spec.country)
        and {"trouble": line.is_in_trouble, "paused": line.state == "paused"}.get(state, True)
    ]
    words = Words(language_of(request), desk.watch().digest.zone)
    done = query.get("done", "")
    return page(
        request,
        "sources.html.j2",
        watch_of(request),
        status=status,
        lines=wanted,
        in_all=len(lines),
        troubled=sum(line.is_in_trouble for line in lines),
        paused=sum(line.state == "paused" for line in lines),
        asked={"state": state if state in SHOWN else "", "language": language, "country": country},
        languages=sorted({line.spec.language for line in lines}),
        countries=sorted({line.spec.country for line in lines if line.spec.country}),
        strip=partial(_strip, words),
        done=done if done in DONE else "",
        about=query.get("feed", "")[:FIELD_CHARS],
        number=query.get("number", "")[:5],
        refused=refused,
        kinds=KINDS,
        **{"url": "", "found": None, "offer": None, **values},
    )


def _strip(words: Words, line: SourceLine, label: str, say: Mapping[str, str]) -> str:
    """`health_strip` builds a tree: nothing in it is markup by accident."""

    def day_said(day: PollDay) -> str:
        numbers = {"polls": day.polls, "new": day.new, "failed": day.failed}
        counted = ", ".join(f"{say[name]} {number}" for name, number in numbers.items())
        return f"{words.short_day(day.day)}: {counted}"

    return health_strip(line.days, label=label, day_said=day_said)


def export_list(request: Request) -> Response:
    """The feeds as OPML."""
    body = written_list(list(desk_of(request).feeds.values()))
    return Response(
        body, media_type="text/x-opml", headers={"content-disposition": 'attachment; filename="widerhall.opml"'}
    )


# --- changing ---------------------------------------------------------------------------------------------------------


async def change(request: Request) -> Response:
    """Pause, resume, ask at once, look for a site's feeds, add one: `do` says which; or take in a list."""
    try:
        content_type = request.headers.get("content-type", "")
        if content_type.lower().startswith("multipart/"):
            fields = read_multipart(content_type, await request.body())
            return await run_in_threadpool(_import, request, fields)
        form = await form_of(request)
        return await run_in_threadpool(_change, request, form)
    except (OSError, WiderhallError) as error:
        return await run_in_threadpool(_page, request, refused=str(error), status=400)


def _change(request: Request, form: Form) -> Response:
    desk, feed = desk_of(request), _said(form, "feed")
    match _said(form, "do"):
        case "pause" | "resume" as do:
            set_paused(desk, feed, is_paused=do == "pause")
            return _back("paused" if do == "pause" else "resumed", feed)
        case "poll":
            poll_soon(desk.store, list(desk.feeds.values()), feed, clock=desk.clock)
            return _back("asked", feed)
        case "find":
            return _find(request, desk, _said(form, "url", URL_CHARS))
        case "add":
            return _add(desk, form)
    raise UsageError("a feed is paused, resumed, asked, looked for or added")


def set_paused(desk: Desk, feed: str, *, is_paused: bool) -> None:
    """Stop polling a feed, or go on."""
    try:
        desk.change_feeds(lambda text: pause_feed(text, feed, is_paused=is_paused))
    except NotFoundError:
        if feed in desk.feeds:
            raise UsageError(
                f"«{feed}» is a feed of the demo, not of feeds.yaml: it is polled while the demo runs"
            ) from None
        raise


def _find(request: Request, desk: Desk, url: str) -> Response:
    """What is there is shown before anything is added."""
    if not url:
        raise UsageError("give the address of a feed, or of any page of a site")
    try:
        found = desk.find_feeds(url)
    except WiderhallError as error:
        return _page(request, refused=str(error), status=400, url=url)
    return _page(request, url=url, found=found, offer=_offer(desk, found))


def _offer(desk: Desk, found: Sequence[FeedPreview]) -> FeedSpec | None:
    """The feed as it would be added, if there is but one; its language may be left for a person to say."""
    if len(found) != 1:
        return None
    feeds = list(desk.feeds.values())
    try:
        return new_feed(found[0], feeds)
    except UsageError:
        return new_feed(found[0], feeds, language="?") if found[0].url not in {feed.url for feed in feeds} else None


def _add(desk: Desk, form: Form) -> Response:
    stated = {name: _said(form, name) for name in ("title", "language", "country", "kind")}
    return _back("added", add_stated(desk, _said(form, "url", URL_CHARS), **stated).id)


def add_stated(desk: Desk, url: str, *, title: str, language: str, country: str, kind: str) -> FeedSpec:
    """Add a feed as somebody states it; nothing is asked of it. Raises UsageError where something lacks."""
    if not (url and language):
        raise UsageError("a feed has an address and a language (two letters: de, tr …)")
    named = FeedPreview(url=url, title=title, format="", language=language, items=0, per_day=0.0, newest=())
    spec = new_feed(named, list(desk.feeds.values()), language=language, country=country, kind=kind)
    desk.change_feeds(lambda text: add_feeds(text, [spec]))
    return spec


def _import(request: Request, fields: Mapping[str, bytes]) -> Response:
    desk = desk_of(request)
    language = fields.get("language", b"").decode("utf-8", "replace").strip()[:FIELD_CHARS]
    listed = read_list(fields.get("list", b""), list(desk.feeds.values()), language=language)
    if listed.new:
        desk.change_feeds(lambda text: add_feeds(text, listed.new))
    return _back("imported", "", number=str(len(listed.new)))


def _back(done: str, feed: str, **more: str) -> Response:
    return RedirectResponse(f"/sources?{urlencode({'done': done, 'feed': feed, **more})}", status_code=303)


def _said(form: Form, name: str, chars: int = FIELD_CHARS) -> str:
    return " ".join(next(iter(form.get(name, ())), "").split())[:chars]

"""The inbox: what waits for a decision, or whatever is looked for, story by story; and views that somebody keeps."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from monitor.analyse.names import fold
from monitor.desk import filters
from monitor.desk.cards import grouped
from monitor.desk.filters import View
from monitor.desk.folding import read_page
from monitor.desk.pages import desk_of, form_of, own_address, page, watch_of
from monitor.model import ArticleFilter, Outcome, Watch
from monitor.ports import Store

#: The kind of the documents that hold views; the name is that of the watch and of the view.
VIEWS = "desk-views"
NAME_CHARS = 60
#: More than this nobody keeps apart.
MOST_VIEWS = 30


def inbox(request: Request) -> Response:
    """What waits for a decision, or whatever is looked for."""
    desk, watch = desk_of(request), watch_of(request)
    view = filters.read_view(request.query_params)
    feeds = desk.feeds
    wanted = wanted_by(request, view, watch)
    groups, after = read_page(desk.store, wanted, desk.shelves.places(desk.store, watch.id))
    kinds = ("agency", "public", "private", "state")
    return page(
        request,
        "inbox.html.j2",
        watch,
        view=view,
        groups=[grouped(group, feeds, watch) for group in groups],
        more=view.but(after=f"a-{after}") if after else "",
        outcomes=[outcome.value for outcome in filters.INBOX],
        feeds=sorted(feeds.values(), key=lambda feed: feed.title.casefold()),
        languages=sorted({feed.language for feed in feeds.values() if feed.language}),
        countries=sorted({feed.country for feed in feeds.values() if feed.country}),
        kinds=[kind for kind in kinds if any(feed.kind == kind for feed in feeds.values())],
        actors=sorted(actor.name for actor in desk.config().actors.actors.values()),
        waiting=desk.store.count_reports(waiting(watch)),
        found=desk.store.count_reports(wanted) if view.narrowed or view.state != "open" else None,
        views=[(kept, kept.address == view.but()) for kept in kept_views(desk.store, watch.id)],
    )


def wanted_by(request: Request, view: View, watch: Watch) -> ArticleFilter:
    """What the store is asked for; an actor may be named as people write it."""
    desk = desk_of(request)
    if view.actor and not view.actor.startswith(("@", "?")):
        names = desk.roster.known(desk.store, desk.config().actors).names
        view = replace(view, actor=names.get(fold(view.actor)) or f"?{view.actor}")
    return filters.to_filter(view, watch.id, list(desk.feeds.values()), now=desk.clock(), zone=watch.digest.zone)


def waiting(watch: Watch) -> ArticleFilter:
    """Matches that nobody has judged."""
    return ArticleFilter(watch=watch.id, outcomes=frozenset({Outcome.MATCH}), verdicts=frozenset({"none"}))


# --- kept views -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class KeptView:
    """An address of the inbox under a name."""

    name: str
    address: str
    author: str
    kept_at: datetime


def kept_views(store: Store, watch: str) -> list[KeptView]:
    """All views of a watch, by name."""
    found = []
    for name, body in store.document_bodies(VIEWS).items():
        said = json.loads(body)
        if said["watch"] == watch:
            view = filters.read_view(said["view"])
            at = datetime.fromisoformat(said["kept_at"])
            found.append(KeptView(name=name[len(watch) + 1 :], address=view.but(), author=said["author"], kept_at=at))
    return sorted(found, key=lambda kept: kept.name.casefold())


async def keep_view(request: Request) -> Response:
    """Keep the present address under a name, or let one go; goes back to the list."""
    form = await form_of(request)
    return await run_in_threadpool(_keep_view, request, form)


def _keep_view(request: Request, form: Mapping[str, Sequence[str]]) -> Response:
    desk = desk_of(request)
    watch = desk.watch(form.get("watch", [""])[0])
    back = own_address(form.get("back", [""])[0], otherwise="/")
    name = " ".join(form.get("name", [""])[0].split())[:NAME_CHARS]
    document = f"{watch.id}/{name}"
    if form.get("drop"):
        desk.store.drop_document(VIEWS, document)
    elif name and len(kept_views(desk.store, watch.id)) < MOST_VIEWS:
        view = replace(filters.read_view(_query_of(back)), after="")
        body: dict[str, Any] = {"watch": watch.id, "view": vars(view), "author": desk.author}
        body["kept_at"] = desk.clock().isoformat()
        desk.store.put_document(VIEWS, document, json.dumps(body, ensure_ascii=False).encode(), now=desk.clock())
    return RedirectResponse(back, status_code=303)


def _query_of(address: str) -> dict[str, str]:
    from urllib.parse import parse_qsl, urlsplit

    return dict(parse_qsl(urlsplit(address).query))

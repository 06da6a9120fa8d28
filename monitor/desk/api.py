"""The same as JSON, for programs on this machine: lists, articles, verdicts. Ids are text, as everywhere."""

from __future__ import annotations

import json
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from monitor.desk import filters, pages
from monitor.errors import NotFoundError
from monitor.model import Verdict, VerdictKind

#: A verdict's body is never longer.
MAX_BODY = 10_000


def articles(request: Request) -> Response:
    """A page of a list: the parameters of the inbox's address."""
    desk = pages.desk_of(request)
    watch = desk.watch(request.query_params.get("watch", ""))
    view = filters.read_view(request.query_params)
    found = desk.store.reports(filters.to_filter(view, watch.id, list(desk.feeds.values()), now=desk.clock()))
    shown = pages.cards(desk, watch, found[: filters.PAGE])
    after = shown[-1]["article"] if len(found) > len(shown) else None
    return JSONResponse({"schema": "widerhall.desk-articles/1", "watch": watch.id, "articles": shown, "after": after})


def article(request: Request) -> Response:
    """One article's score with its parts, and its verdicts."""
    desk = pages.desk_of(request)
    watch = desk.watch(request.query_params.get("watch", ""))
    article_id = int(request.path_params["id"])
    try:
        found = desk.store.article(article_id)
    except NotFoundError as error:
        return _error(str(error), 404)
    judged = desk.store.assessments(article_id, watch.id)
    card = judged[-1].card if judged else None
    return JSONResponse(
        {
            "schema": "widerhall.desk-article/1",
            "article": f"a-{found.id}",
            "title": found.title,
            "url": found.url,
            "language": found.language,
            "version": found.version,
            "score": card.score if card else None,
            "outcome": card.outcome.value if card else None,
            "parts": [vars(part) for part in card.parts] if card else [],
            "verdicts": [_verdict(each) for each in desk.store.verdicts(watch.id, article_id=article_id)],
        }
    )


async def judge(request: Request) -> Response:
    """Give a verdict: `{"kind": "relevant", "reason": ""}`."""
    body = (await request.body())[: MAX_BODY + 1]
    try:
        said: Any = json.loads(body) if len(body) <= MAX_BODY else None
        kind = VerdictKind(said["kind"])
        reason = str(said.get("reason", ""))[: pages.REASON_CHARS]
        name = str(said.get("watch", ""))
    except (ValueError, TypeError, KeyError, AttributeError):
        return _error('expected {"kind": "relevant" | "irrelevant" | "unsure", "reason": "…"}', 400)
    desk = pages.desk_of(request)
    watch = desk.watch(name)
    article_id = int(request.path_params["id"])
    try:
        before = await run_in_threadpool(desk.store.verdicts, watch.id, article_id=article_id)
        given = await run_in_threadpool(
            desk.store.give_verdict,
            article_id,
            watch.id,
            kind,
            reason=reason,
            note="",
            author=desk.author,
            now=desk.clock(),
        )
    except NotFoundError as error:
        return _error(str(error), 404)
    previous = before[-1].kind.value if before else None
    return JSONResponse({"schema": "widerhall.desk-verdict/1", **_verdict(given), "previous": previous})


def healthz(_request: Request) -> Response:
    """The desk answers."""
    return JSONResponse({"ok": True})


def _verdict(verdict: Verdict) -> dict[str, Any]:
    return {
        "article": f"a-{verdict.article_id}",
        "kind": verdict.kind.value,
        "reason": verdict.reason,
        "author": verdict.author,
        "given_at": verdict.given_at.isoformat(),
        "version": verdict.version,
    }


def _error(message: str, status: int) -> Response:
    return JSONResponse({"error": message}, status_code=status)

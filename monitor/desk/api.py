"""The same as JSON, for programs on this machine: lists, articles, verdicts. Ids are text, as everywhere."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from monitor.desk import filters
from monitor.desk.cards import cards
from monitor.desk.inbox import wanted_by
from monitor.desk.pages import desk_of, watch_of
from monitor.desk.verdicts import NOTE_CHARS, REASON_CHARS, verdict_json
from monitor.errors import NotFoundError, VerdictConflictError
from monitor.model import VerdictKind

#: A verdict's body is never longer.
MAX_BODY = 10_000


def articles(request: Request) -> Response:
    """A page of a list: the parameters of the inbox's address."""
    desk, watch = desk_of(request), watch_of(request)
    wanted = wanted_by(request, filters.read_view(request.query_params), watch)
    found = desk.store.reports(replace(wanted, limit=filters.PAGE + 1))
    shown = cards(found[: filters.PAGE], desk.feeds, watch)
    after = shown[-1]["article"] if len(found) > len(shown) else None
    return JSONResponse({"schema": "widerhall.desk-articles/1", "watch": watch.id, "articles": shown, "after": after})


def article(request: Request) -> Response:
    """One article's score with its parts, and its verdicts."""
    desk, watch = desk_of(request), watch_of(request)
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
            "verdicts": [verdict_json(each) for each in desk.store.verdicts(watch.id, article_id=article_id)],
        }
    )


async def judge(request: Request) -> Response:
    """Give a verdict: `{"kind": "relevant", "reason": "", "note": "", "seen": 12}`."""
    body = (await request.body())[: MAX_BODY + 1]
    try:
        said: Any = json.loads(body) if len(body) <= MAX_BODY else None
        kind = VerdictKind(said["kind"])
        reason, note = str(said.get("reason", ""))[:REASON_CHARS], str(said.get("note", ""))[:NOTE_CHARS]
        name, seen = str(said.get("watch", "")), said.get("seen")
        if not (seen is None or type(seen) is int):
            raise TypeError
    except (ValueError, TypeError, KeyError, AttributeError):
        return _error('expected {"kind": "relevant" | "irrelevant" | "unsure", "reason": "…", "seen": 12}', 400)
    desk = desk_of(request)
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
            note=note,
            author=desk.author,
            now=desk.clock(),
            seen=seen,
        )
    except NotFoundError as error:
        return _error(str(error), 404)
    except VerdictConflictError as error:
        return JSONResponse({"error": str(error), "standing": verdict_json(error.standing)}, status_code=409)
    previous = before[-1].kind.value if before else None
    return JSONResponse({"schema": "widerhall.desk-verdict/1", **verdict_json(given), "previous": previous})


def healthz(_request: Request) -> Response:
    """The desk answers."""
    return JSONResponse({"ok": True})


def _error(message: str, status: int) -> Response:
    return JSONResponse({"error": message}, status_code=status)

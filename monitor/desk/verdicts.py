"""Give verdicts from a form: on one article, on it with its copies, or on all that were chosen, in one request.

A form says of each article which verdict it has seen last. Where somebody judged since, nothing is stored for that
article: whoever judges sees both, and decides. A script that asks for JSON sends the same form.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from monitor.desk.pages import desk_of, form_of, own_address, page
from monitor.errors import NotFoundError, VerdictConflictError
from monitor.model import Verdict, VerdictKind

SCHEMA = "widerhall.desk-verdicts/1"
#: A reason and a note are cut here; so many articles are judged at once.
REASON_CHARS, NOTE_CHARS, AT_ONCE = 500, 4000, 1000


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What somebody wants to be stored."""

    kind: VerdictKind
    #: Article -> the last verdict that was seen of it, 0 for none.
    seen: Mapping[int, int]
    reason: str
    note: str


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What was stored, and what was not because somebody judged meanwhile."""

    given: Sequence[Verdict]
    standing: Sequence[Verdict]


async def judge(request: Request) -> Response:
    """Store verdicts; goes back to where they were given, or says what came of each."""
    form = await form_of(request)
    asked = read_asked(form)
    is_script = "json" in request.headers.get("accept", "")
    if asked is None:
        said = "expected kind=relevant|irrelevant|unsure and article=ID:SEEN"
        return JSONResponse({"error": said}, status_code=400)
    try:
        outcome = await run_in_threadpool(give, request, form.get("watch", [""])[0], asked)
    except NotFoundError as error:
        return JSONResponse({"error": str(error)}, status_code=404)
    back = own_address(form.get("back", [""])[0], otherwise=f"/article/{next(iter(asked.seen))}")
    if is_script:
        return JSONResponse(answer(outcome), status_code=status_of(outcome))
    if outcome.standing:
        return await run_in_threadpool(_ask_again, request, asked, outcome, back)
    return RedirectResponse(back, status_code=303)


def read_asked(form: Mapping[str, Sequence[str]]) -> Asked | None:
    """What a form asks for; None for what makes no sense."""
    kind = form.get("kind", [""])[-1]
    seen: dict[int, int] = {}
    for said in " ".join(form.get("article", [])).split():
        article, _, last = said.partition(":")
        if not (article.isdecimal() and last.isdecimal() and len(said) < 40):
            return None
        seen[int(article)] = int(last)
    if kind not in VerdictKind.__members__.values() or not 0 < len(seen) <= AT_ONCE:
        return None
    reason, note = (form.get(name, [""])[0].strip() for name in ("reason", "note"))
    return Asked(kind=VerdictKind(kind), seen=seen, reason=reason[:REASON_CHARS], note=note[:NOTE_CHARS])


def give(request: Request, watch: str, asked: Asked) -> Outcome:
    """Store what can be stored, article by article: each is durable before the next."""
    desk = desk_of(request)
    given, standing = [], []
    for article, seen in asked.seen.items():
        try:
            verdict = desk.store.give_verdict(
                article,
                desk.watch(watch).id,
                asked.kind,
                reason=asked.reason,
                note=asked.note,
                author=desk.author,
                now=desk.clock(),
                seen=seen,
            )
            given.append(verdict)
        except VerdictConflictError as error:
            if _is_what_was_asked(error.standing, asked, desk.author):  # an answer was lost, and the question repeated
                given.append(error.standing)
            else:
                standing.append(error.standing)
    return Outcome(given=given, standing=standing)


def _is_what_was_asked(standing: Verdict, asked: Asked, author: str) -> bool:
    return (standing.kind, standing.reason, standing.note, standing.author) == (
        asked.kind,
        asked.reason,
        asked.note,
        author,
    )


def _ask_again(request: Request, asked: Asked, outcome: Outcome, back: str) -> Response:
    """Both sides of each disagreement, and a form that has seen them."""
    desk = desk_of(request)
    return page(
        request,
        "conflict.html.j2",
        desk.watch(outcome.standing[0].watch),
        status=status_of(outcome),
        asked=asked,
        given=len(outcome.given),
        standing=outcome.standing,
        articles=desk.store.articles_by_id([each.article_id for each in outcome.standing]),
        back=back,
    )


def status_of(outcome: Outcome) -> int:
    """409 where nothing was stored; what was stored in part is no failure, and goes on record."""
    return 409 if outcome.standing and not outcome.given else 200


def answer(outcome: Outcome) -> dict[str, Any]:
    """What came of it, for a script."""
    return {
        "schema": SCHEMA,
        "given": [verdict_json(each) for each in outcome.given],
        "standing": [verdict_json(each) for each in outcome.standing],
    }


def verdict_json(verdict: Verdict) -> dict[str, Any]:
    """A verdict as the desk's JSON says it."""
    return {
        "id": verdict.id,
        "article": f"a-{verdict.article_id}",
        "kind": verdict.kind.value,
        "reason": verdict.reason,
        "note": verdict.note,
        "author": verdict.author,
        "given_at": verdict.given_at.isoformat(),
        "version": verdict.version,
    }

"""The pages: what each reads from the store and shows. Judging answers with the page it came from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from monitor.desk import filters, marks, tongue
from monitor.desk.asking import who_asks
from monitor.desk.security import digest_response
from monitor.errors import NotFoundError
from monitor.model import ArticleFilter, ArticleReport, Outcome, VerdictKind, Watch
from monitor.report import phrases
from monitor.report.gather import compare_story
from monitor.report.overview import list_stories, show_story
from monitor.report.render import render_digest
from monitor.report.rows import article_row
from monitor.report.words import Words

if TYPE_CHECKING:
    from monitor.desk.web import Desk

#: A verdict's words are cut here.
REASON_CHARS = 500
A_YEAR_S = 365 * 24 * 3600


def desk_of(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


def page(request: Request, template: str, watch: Watch, **values: Any) -> HTMLResponse:
    """A page with what every page shows."""
    desk = desk_of(request)
    language = tongue.choose(request.cookies.get(tongue.COOKIE, ""), request.headers.get("accept-language", ""))
    return HTMLResponse(
        desk.render(
            template,
            language=language,
            spoken=[(each, tongue.own_name(each)) for each in tongue.languages()],
            watch=watch,
            watches=desk.config().watches,
            t=Words(language, watch.digest.zone),
            say=phrases,
            today=desk.clock().date(),
            path=request.url.path,
            person=who_asks.get(),
            **values,
        )
    )


async def speak(request: Request) -> Response:
    """Remember the language that the reader chose; goes back to the page."""
    form = parse_qs((await request.body()).decode("utf-8", "replace"))
    response = RedirectResponse(own_address(form.get("back", [""])[0], otherwise="/"), status_code=303)
    chosen = form.get("language", [""])[0]
    if chosen in tongue.languages():
        response.set_cookie(tongue.COOKIE, chosen, max_age=A_YEAR_S, httponly=True, samesite="strict")
    return response


def missing(request: Request, _error: Exception) -> Response:
    desk = desk_of(request)
    response = page(request, "missing.html.j2", desk.watch())
    response.status_code = 404
    return response


# --- inbox ----------------------------------------------------------------------------------------------------------


def inbox(request: Request) -> Response:
    """What waits for a decision, or whatever is looked for."""
    desk = desk_of(request)
    watch = desk.watch(request.query_params.get("watch", ""))
    view = filters.read_view(request.query_params)
    wanted = filters.to_filter(view, watch.id, list(desk.feeds.values()), now=desk.clock())
    found = desk.store.reports(wanted)
    shown = found[: filters.PAGE]
    return page(
        request,
        "inbox.html.j2",
        watch,
        view=view,
        cards=cards(desk, watch, shown),
        more=view.but(after=f"a-{shown[-1].article.id}") if len(found) > len(shown) else "",
        outcomes=[outcome.value for outcome in filters.INBOX],
        feeds=sorted(desk.feeds.values(), key=lambda feed: feed.title.casefold()),
        languages=sorted({feed.language for feed in desk.feeds.values() if feed.language}),
        countries=sorted({feed.country for feed in desk.feeds.values() if feed.country}),
        waiting=_waiting(desk, watch),
    )


def _waiting(desk: Desk, watch: Watch) -> int:
    """How many matches nobody has judged; «100» stands for more."""
    waiting = ArticleFilter(
        watch=watch.id, outcomes=frozenset({Outcome.MATCH}), verdicts=frozenset({"none"}), limit=100
    )
    return len(desk.store.reports(waiting))


def cards(desk: Desk, watch: Watch, reports: Sequence[ArticleReport]) -> list[dict[str, Any]]:
    """Articles as a list shows them."""
    feeds = desk.feeds
    rows = []
    for report in reports:
        row = article_row(report, feeds)
        row["number"] = report.article.id
        row["outcome"] = report.assessment.card.outcome.value
        row["outcome_reason"] = report.assessment.card.outcome_reason
        row["given"] = report.verdict.kind.value if report.verdict else ""
        row["share"] = min(report.assessment.card.score / (1.5 * watch.thresholds.match), 1.0) * 100
        rows.append(row)
    return rows


# --- one article ----------------------------------------------------------------------------------------------------


def article(request: Request) -> Response:
    """An article with what explains its score."""
    desk = desk_of(request)
    watch = desk.watch(request.query_params.get("watch", ""))
    article_id = int(request.path_params["id"])
    try:
        found = desk.store.article(article_id)
    except NotFoundError as error:
        return missing(request, error)
    judged = desk.store.assessments(article_id, watch.id)
    if not judged:
        return missing(request, NotFoundError("never assessed"))
    card = judged[-1].card
    findings = desk.store.findings(article_id)
    marked = marks.marks_of(found.title, found.text, card, findings)
    feed = desk.feeds.get(found.feed_id)
    scale = max(card.match_threshold * 1.5, sum(max(part.points, 0) for part in card.parts), 1.0)
    return page(
        request,
        "article.html.j2",
        watch,
        article=found,
        card=card,
        outlet=(feed.publisher or feed.title) if feed else found.feed_id,
        title=marks.cut(found.title, marked),
        text=marks.paragraphs(found.title, found.text, marked),
        parts=sorted(card.parts, key=lambda part: -abs(part.points)),
        scale=scale,
        findings=findings,
        names={role.actor: role.name or role.actor for role in findings.roles},
        verdicts=desk.store.verdicts(watch.id, article_id=article_id),
        versions=desk.store.article_versions(article_id),
        brought_by=desk.store.article_feeds(article_id),
    )


async def judge(request: Request) -> Response:
    """Give a verdict from a form; goes back to where it was given."""
    from starlette.concurrency import run_in_threadpool

    form = parse_qs((await request.body()).decode("utf-8", "replace"))
    kind = form.get("kind", [""])[0]
    if kind not in VerdictKind.__members__.values():
        return HTMLResponse("no such verdict\n", status_code=400)
    desk = desk_of(request)
    article_id = int(request.path_params["id"])
    watch = desk.watch(form.get("watch", [""])[0])
    try:
        await run_in_threadpool(
            desk.store.give_verdict,
            article_id,
            watch.id,
            VerdictKind(kind),
            reason=form.get("reason", [""])[0][:REASON_CHARS],
            note="",
            author=desk.author,
            now=desk.clock(),
        )
    except NotFoundError as error:
        return missing(request, error)
    back = form.get("back", [""])[0]
    return RedirectResponse(own_address(back, otherwise=f"/article/{article_id}"), status_code=303)


def own_address(address: str, *, otherwise: str) -> str:
    """The address, if it is one of the desk's pages."""
    is_ours = address.startswith("/") and not address.startswith(("//", "/\\"))
    return address if is_ours else otherwise


# --- digests and stories ----------------------------------------------------------------------------------------------


def digests(request: Request) -> Response:
    desk = desk_of(request)
    watch = desk.watch(request.query_params.get("watch", ""))
    return page(request, "digests.html.j2", watch, digests=desk.store.digests(watch.id))


def digest(request: Request) -> Response:
    desk = desk_of(request)
    watch = desk.watch(request.query_params.get("watch", ""))
    try:
        day = date.fromisoformat(request.path_params["day"])
    except ValueError as error:
        return missing(request, error)
    found = desk.store.digest(watch.id, day)
    return missing(request, NotFoundError("none")) if found is None else digest_response(render_digest(found, "html"))


def stories(request: Request) -> Response:
    desk = desk_of(request)
    watch = desk.watch(request.query_params.get("watch", ""))
    return page(request, "stories.html.j2", watch, stories=list_stories(desk.store, watch, list(desk.feeds.values())))


def story(request: Request) -> Response:
    desk = desk_of(request)
    watch = desk.watch(request.query_params.get("watch", ""))
    feeds, number = list(desk.feeds.values()), int(request.path_params["id"])
    try:
        found = show_story(desk.store, watch, feeds, number)
    except NotFoundError as error:
        return missing(request, error)
    is_standing = any(not report["withdrawn"] for report in found["reports"])
    compared = compare_story(desk.store, watch, number, feeds=feeds) if is_standing and found["size"] > 1 else None
    return page(request, "story.html.j2", watch, story=found, compared=compared)


# --- sources ----------------------------------------------------------------------------------------------------------


def sources(request: Request) -> Response:
    """Every feed, how it is, and in words what is wrong with it."""
    desk = desk_of(request)
    known = {row.id: row for row in desk.store.feeds()}
    lines = [(feed, known.get(feed.id)) for feed in sorted(desk.feeds.values(), key=lambda each: each.title.casefold())]
    return page(request, "sources.html.j2", desk.watch(), lines=lines)

"""What every page of the desk shares, and the small ones: digests, the language."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from monitor.desk import tongue
from monitor.desk.asking import who_asks
from monitor.desk.refusals import told as told_refusal
from monitor.desk.security import digest_response
from monitor.errors import NotFoundError
from monitor.model import Watch
from monitor.report import phrases, told
from monitor.report.gather import EVER
from monitor.report.render import render_digest
from monitor.report.words import Words
from monitor.undelivered import Undelivered, undelivered

if TYPE_CHECKING:
    from monitor.desk.web import Desk

A_YEAR_S = 365 * 24 * 3600


def desk_of(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


def watch_of(request: Request) -> Watch:
    """The watch that the address names, the first one otherwise."""
    return desk_of(request).watch(request.query_params.get("watch", ""))


async def form_of(request: Request) -> dict[str, list[str]]:
    """What a form said."""
    return parse_qs((await request.body()).decode("utf-8", "replace"), max_num_fields=2000)


def language_of(request: Request) -> str:
    """In which language the reader is spoken to."""
    return tongue.choose(request.cookies.get(tongue.COOKIE, ""), request.headers.get("accept-language", ""))


def page(request: Request, template: str, watch: Watch, *, status: int = 200, **values: Any) -> HTMLResponse:
    """A page with what every page shows."""
    desk, language = desk_of(request), language_of(request)
    return HTMLResponse(
        desk.render(
            template,
            language=language,
            spoken=[(each, tongue.own_name(each)) for each in tongue.languages()],
            watch=watch,
            watches=desk.config().watches,
            broken=[told_refusal(problem, language) for problem in desk.problems()],
            told_refusal=partial(told_refusal, language=language),
            t=Words(language, watch.digest.zone, caller(desk, language)),
            say=phrases,
            told=told,
            today=desk.clock().date(),
            path=request.url.path,
            person=who_asks.get(),
            **values,
        ),
        status_code=status,
    )


def caller(desk: Desk, language: str) -> Callable[[str], str]:
    """What an actor of a common English name is called where the page is read."""
    if language == tongue.ENGLISH:
        return str
    glossary, listed = desk.glossary(), desk.config().actors.actors.values()
    ids = {actor.name: actor.id for actor in listed}
    return lambda name: glossary.called(ids.get(name, ""), language) or name


def missing(request: Request, _error: Exception) -> Response:
    return page(request, "missing.html.j2", desk_of(request).watch(), status=404)


def own_address(address: str, *, otherwise: str) -> str:
    """The address, if it is one of the desk's pages."""
    is_ours = address.startswith("/") and not address.startswith(("//", "/\\"))
    return address if is_ours else otherwise


async def speak(request: Request) -> Response:
    """Remember the language that the reader chose; goes back to the page."""
    form = await form_of(request)
    response = RedirectResponse(own_address(form.get("back", [""])[0], otherwise="/"), status_code=303)
    chosen = form.get("language", [""])[0]
    if chosen in tongue.languages():
        response.set_cookie(tongue.COOKIE, chosen, max_age=A_YEAR_S, httponly=True, samesite="strict")
    return response


# --- digests ----------------------------------------------------------------------------------------------------------


def digests(request: Request) -> Response:
    """The days that have a digest, and what of them, or of alerts, does not reach people."""
    desk, watch = desk_of(request), watch_of(request)
    latest = {day: revision for day, revision, _ in desk.store.digest_revisions(watch.id, since=EVER)}
    days = sorted(latest.items(), reverse=True)
    return page(request, "digests.html.j2", watch, days=days, undelivered=stuck(desk))


def stuck(desk: Desk) -> list[Undelivered]:
    """What people wait for, of every watch."""
    return undelivered(desk.store, desk.config().daemon.delivery, now=desk.clock())


def digest(request: Request) -> Response:
    watch = watch_of(request)
    try:
        day = date.fromisoformat(request.path_params["day"])
    except ValueError as error:
        return missing(request, error)
    found = desk_of(request).store.digest(watch.id, day)
    return missing(request, NotFoundError("none")) if found is None else digest_response(render_digest(found, "html"))

"""The pages of actors: who acts in what matched, one actor in full, and names that wait for a decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, quote
from zoneinfo import ZoneInfo

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from monitor.actor_review import decide, history_of, slug_of, unconfirmed, undo
from monitor.analyse.actor_book import Decision, DecisionKind
from monitor.analyse.gazetteer import ACTOR_TYPES, Gazetteer
from monitor.analyse.names import fold
from monitor.desk.pages import caller, desk_of, language_of, missing, page
from monitor.desk.weeks import Week, weeks_chart, weeks_of
from monitor.errors import NotFoundError, UsageError, WiderhallError
from monitor.model import ActingFilter
from monitor.report.actors import overview, portray
from monitor.report.digest import today_in
from monitor.report.network import network
from monitor.report.words import Words

if TYPE_CHECKING:
    from monitor.desk.web import Desk

#: Rows of a list, names under review at once, decisions shown, and an actor's articles read for quotes.
ROWS, NAMES, DECISIONS, READ_FOR_QUOTES = 20, 12, 8, 100
PERIODS = (7, 30, 90, 365, 3650)
#: A name or note is cut here.
WORDS_CHARS = 200


def gazetteer_of(desk: Desk) -> Gazetteer:
    """The listed actors, and those whom analysts confirmed."""
    return desk.roster.known(desk.store, desk.config().actors).gazetteer


def actors(request: Request) -> Response:
    """Who acts, rises, is new, meets whom; and what waits for a decision."""
    return _actors(request)


def _actors(request: Request, *, refused: str = "") -> Response:
    desk = desk_of(request)
    watch = desk.watch(request.query_params.get("watch", ""))
    asked = request.query_params.get("days", "")
    days = int(asked) if asked in map(str, PERIODS) else PERIODS[1]
    until = desk.clock()
    since = until - timedelta(days=days)
    wanted = ActingFilter(watch=watch.id, since=since, until=until)
    roster = desk.roster.known(desk.store, desk.config().actors)
    gazetteer, book = roster.gazetteer, roster.book
    found = overview(
        desk.store.acting(wanted, with_relations=True),
        desk.store.acting(replace(wanted, since=since - (until - since), until=since)),
        desk.store.first_acting(replace(wanted, since=None, until=None)),
        since=since,
        until=until,
    )
    call = caller(desk, language_of(request))
    drawn = [replace(pair, one_name=call(pair.one_name), other_name=call(pair.other_name)) for pair in found.pairs]
    response = page(
        request,
        "actors.html.j2",
        watch,
        found=found,
        net=lambda label: network(drawn, label=label, address_of=lambda actor: f"/actor/{quote(actor)}"),
        rows=ROWS,
        days=days,
        periods=PERIODS,
        waiting=unconfirmed(
            desk.store.acting(ActingFilter(watch=watch.id, only_unconfirmed=True)), roster.listed_names, limit=NAMES
        ),
        known=sorted((actor.name, actor.id) for actor in gazetteer.actors.values()),
        types=ACTOR_TYPES,
        decisions=history_of(book)[:DECISIONS],
        standing=set(book.standing.values()),
        refused=refused,
    )
    response.status_code = 400 if refused else 200
    return response


def actor(request: Request) -> Response:
    """One actor: names, mentions, partners, quotes, outlets."""
    desk = desk_of(request)
    watch = desk.watch(request.query_params.get("watch", ""))
    actor_id = request.path_params["id"]
    listed = gazetteer_of(desk).actors.get(actor_id)
    articles = desk.store.acting(ActingFilter(watch=watch.id, actor=actor_id), with_relations=True)
    if not (listed or articles):
        return missing(request, NotFoundError("no such actor"))
    findings = desk.store.quoted([each.article_id for each in articles[-READ_FOR_QUOTES:]])
    zone = ZoneInfo(watch.digest.zone)
    weeks = weeks_of(
        [each.at.astimezone(zone).date() for each in articles if each.at],
        today=today_in(watch.digest.zone, desk.clock()),
    )
    names = {role.actor: role.name for found in findings.values() for role in found.roles if role.name}
    forms: dict[str, dict[str, None]] = {}
    for form in listed.forms if listed else ():
        if form.kind == "name":
            forms.setdefault(form.lang, {})[form.text.rstrip("*")] = None
    return page(
        request,
        "actor.html.j2",
        watch,
        actor=actor_id,
        name=listed.name if listed else names.get(actor_id, actor_id.lstrip("@?")),
        listed=listed,
        forms=forms,
        names=names,
        rows=ROWS,
        articles=articles[: -ROWS - 1 : -1],
        weeks=weeks,
        chart=partial(_weeks_chart, weeks, Words(language_of(request), watch.digest.zone)),
        portrait=portray(actor_id, articles, findings, desk.feeds) if articles else None,
    )


def _weeks_chart(weeks: Sequence[Week], words: Words, label: str, week_of: str) -> str:
    def said(week: Week) -> str:
        return f"{week_of} {words.short_day(week.monday)}: {words.number(week.articles)}"

    return weeks_chart(weeks, label=label, week_said=said)


async def judge_name(request: Request) -> Response:
    """Confirm, merge or reject a name from a form, or take that back; goes back to the page of actors."""
    form = parse_qs((await request.body()).decode("utf-8", "replace"))
    said = {key: values[0].strip()[:WORDS_CHARS] for key, values in form.items()}
    try:
        await run_in_threadpool(decide_name, desk_of(request), said)
    except WiderhallError as error:
        return await run_in_threadpool(_actors, request, refused=str(error))
    return RedirectResponse("/actors#waiting", status_code=303)


def decide_name(desk: Desk, said: Mapping[str, str]) -> None:
    """Confirm, merge or reject a name, or take that back, as a form or a program says it."""
    name, kind = said.get("name", ""), said.get("kind", "")
    if kind not in DecisionKind.__members__.values():
        raise UsageError("a name is confirmed, merged, rejected, or that is undone")
    if kind == DecisionKind.UNDO:
        undo(desk.store, name, author=desk.author, now=desk.clock())
        return
    roster = desk.roster.known(desk.store, desk.config().actors)
    gazetteer = roster.gazetteer
    decision = Decision(name=name, kind=DecisionKind(kind), author=desk.author, at=desk.clock())
    if kind == DecisionKind.CONFIRM:
        called = said.get("called") or name
        if (of_type := said.get("type", "person")) not in ACTOR_TYPES:
            raise UsageError(f"«{of_type}» is no type; expected {', '.join(ACTOR_TYPES)}")
        slug = slug_of(called, taken=gazetteer.actors)
        decision = replace(decision, actor=f"@{slug}", called=called, type=of_type)
    elif kind == DecisionKind.MERGE:
        into = said.get("into", "")
        decision = replace(decision, actor=into if into.startswith("@") else roster.names.get(fold(into), into))
    watches = [watch.id for watch in desk.config().watches]
    decide(desk.store, decision, gazetteer, watches=watches)

"""`actors`, `actors show`, `actors unconfirmed`: who acts in what is stored. Changes nothing."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.actor_cards import print_overview, print_portrait, print_unconfirmed
from monitor.cli.console import out, print_json
from monitor.cli.options import JsonOption, WatchOption, open_app, parse_day, pick_watch
from monitor.errors import NotFoundError, UsageError
from monitor.model import ActingFilter

if TYPE_CHECKING:
    from monitor.app import App
    from monitor.model import Watch

#: What is looked at unless one says otherwise.
DAYS = 7
#: Of an actor's articles so many, the latest, are read for quotes; all of them are counted.
READ_FOR_QUOTES = 200
#: A name given on the command line is taken for a misspelt one from this likeness on.
NEARLY = 0.85
TYPES = ("person", "state", "organisation", "armed_group", "source")

app = typer.Typer(
    invoke_without_command=True,
    subcommand_metavar="[COMMAND] [ARGS]…",
)

SinceOption = Annotated[
    str, typer.Option("--since", metavar="DAY|30d", help="From this day on (by publication), or so many days back.")
]
UntilOption = Annotated[str, typer.Option("--until", metavar="DAY", help="Up to and with this day.")]
AllOption = Annotated[bool, typer.Option("--all", help="All assessed articles, not only the matches.")]
LimitOption = Annotated[int, typer.Option("--limit", "-n", min=1, help="At most so many rows.")]


def complete_type() -> list[str]:
    return [*TYPES]


@app.callback()
def actors(
    ctx: typer.Context,
    since: SinceOption = "",
    until: UntilOption = "",
    types: Annotated[
        list[str] | None,
        typer.Option("--type", metavar="TYPE", help="person, state, organisation …", autocompletion=complete_type),
    ] = None,
    trend: Annotated[bool, typer.Option("--trend", help="Draw the course of each actor over the period.")] = False,
    every: AllOption = False,
    limit: LimitOption = 20,
    watch: WatchOption = "",
    as_json: JsonOption = False,
) -> None:
    """Who acts: the most frequent, rising, new, and who meets whom.

    Counted are articles in which an actor figures, of the last seven days unless you say otherwise. «Rising» compares
    shares with the period of the same length before; how much the share rose at least is what ranks.

    \b
    Examples:
      widerhall actors
      widerhall actors --since 30d --type person --trend
      widerhall actors --since 2016-08-01 --until 2016-08-31 --all
      widerhall actors --json | jq -r '.actors[] | select(.trend == "rising") | .name'
    """
    if ctx.invoked_subcommand:
        return
    from monitor.report.actors import overview

    if unknown := set(types or ()) - set(TYPES):
        raise UsageError(f"«{min(unknown)}» is no type; expected {', '.join(TYPES)}")
    application = open_app(ctx)
    chosen = pick_watch(application, watch)
    begin, end = period(chosen, since, until, now=application.clock())
    wanted = ActingFilter(watch=chosen.id, only_matches=not every, since=begin, until=end)
    store = application.store
    found = overview(
        store.acting(wanted, with_relations=True),
        store.acting(replace(wanted, since=begin - (end - begin), until=begin)),
        store.first_acting(replace(wanted, since=None, until=None)),
        since=begin,
        until=end,
        types=frozenset(types or ()),
    )
    if as_json:
        rows = {"actors": found.actors[:limit], "rising": [line.actor for line in found.rising]}
        new, pairs = [line.actor for line in found.new], found.pairs[:limit]
        counted = {"articles": found.articles, "articles_before": found.articles_before}
        about = {"watch": chosen.id, "since": begin, "until": end, "only_matches": not every}
        print_json("widerhall.actors/1", {**about, **counted, **rows, "new": new, "pairs": pairs})
    elif found.articles:
        print_overview(found, limit=limit, draws_course=trend, zone=chosen.digest.zone)
    else:
        _say_where_they_are(application, wanted)


def period(watch: Watch, since: str, until: str, *, now: datetime) -> tuple[datetime, datetime]:
    """The moments between which a user wants to look, whole days in the watch's zone; the last seven by default."""
    from monitor.report.digest import digest_window, today_in

    zone = watch.digest.zone
    today = today_in(zone, now)
    last = parse_day(until, today=today) if until else today
    end = digest_window(last, zone)[1]
    if back := re.fullmatch(r"(\d{1,4})d", since.strip()):
        first = last - timedelta(days=max(int(back[1]), 1) - 1)
    else:
        first = parse_day(since, today=today) if since else last - timedelta(days=DAYS - 1)
    begin = digest_window(first, zone)[0]
    if begin >= end:
        raise UsageError(f"the period ends ({last}) before it begins ({first})")
    return begin, end


def _say_where_they_are(application: App, wanted: ActingFilter) -> None:
    """An archive's articles are of other days: say of which, rather than nothing."""
    what = "match" if wanted.only_matches else "article"
    found = application.store.acting(replace(wanted, since=None, until=None))
    times = [each.at for each in found if each.at]
    if not times:
        if found:
            out.print(f"There are {len(found)}, all undated: widerhall actors show NAME counts them.")
            return
        more = " [dim]Of all that was read: widerhall actors --all --since 30d[/]" if wanted.only_matches else ""
        out.print(f"There is no {what} yet.{more}")
        return
    out.print(
        f"No {what} in this period. There are {len(times)}, of {min(times):%Y-%m-%d} to {max(times):%Y-%m-%d}: "
        f"[dim]widerhall actors --since {min(times):%Y-%m-%d} --until {max(times):%Y-%m-%d}[/]"
    )


# --- one actor ------------------------------------------------------------------------------------------------------

NameArgument = Annotated[str, typer.Argument(metavar="NAME|SLUG", help="A name in any language, or its slug.")]


@app.command()
def show(
    ctx: typer.Context,
    name: NameArgument,
    since: SinceOption = "",
    until: UntilOption = "",
    every: AllOption = False,
    watch: WatchOption = "",
    as_json: JsonOption = False,
) -> None:
    """Show one actor: names, offices, mentions, quotes, partners.

    Over all days unless --since or --until is given. Of a discovered name («?Name»), the passages that name it.

    \b
    Examples:
      widerhall actors show Лавров
      widerhall actors show erdogan --since 2016-08-01 --until 2016-08-31
      widerhall actors show putin --all --json | jq '.portrait.quotes[].text'
    """
    from monitor.report.actors import portray

    application = open_app(ctx)
    chosen = pick_watch(application, watch)
    actor = find_actor(application, name)
    begin, end = (None, None) if not (since or until) else period(chosen, since, until, now=application.clock())
    wanted = ActingFilter(watch=chosen.id, only_matches=not every, since=begin, until=end, actor=actor)
    store = application.store
    articles = store.acting(wanted, with_relations=True)
    findings = {each.article_id: store.findings(each.article_id) for each in articles[-READ_FOR_QUOTES:]}
    feeds = {feed.id: feed for feed in application.config.feeds}
    portrait = portray(actor, articles, findings, feeds) if articles else None
    if as_json:
        from monitor.shapes import actor_json

        listed = actor_json(application.acting_gazetteer, application.actor_book, actor)
        print_json("widerhall.actor/1", {**listed, "watch": chosen.id, "portrait": portrait})
    else:
        print_portrait(application, actor, portrait, articles, findings, only_matches=not every)


def find_actor(application: App, given: str) -> str:
    """The actor that a user means by a slug, a name in any language, a surname, or a discovered name."""
    from monitor.actor_review import discovered_names
    from monitor.analyse.actor_book import known_names
    from monitor.analyse.likeness import Likenesses
    from monitor.analyse.names import fold

    gazetteer = application.acting_gazetteer
    asked = given.strip()
    if f"@{asked.lower().lstrip('@')}" in gazetteer.actors:
        return f"@{asked.lower().lstrip('@')}"
    key = fold(asked.lstrip("?"))
    if not asked.startswith("?"):
        if listed := known_names(gazetteer).get(key):
            return listed
        bearers = sorted({form.id for form in gazetteer.forms if form.kind == "context" and fold(form.text) == key})
        if len(bearers) == 1:
            return bearers[0]
        if bearers:
            raise UsageError(f"«{asked}» may be {', '.join(bearers)}; which one?")
    names = discovered_names(application.store, [watch.id for watch in application.config.watches])
    if found := next((name for name in sorted(names) if fold(name) == key), ""):
        return f"?{found}"
    listed_names = [(actor.id, form.text) for actor in gazetteer.actors.values() for form in actor.forms]
    near = Likenesses([*listed_names, *((f"?{name}", name) for name in names)]).nearest(asked.lstrip("?"))
    called = {actor.id: actor.name for actor in gazetteer.actors.values()}
    meant = [f"{called.get(each.actor, each.name)} ({each.actor})" for each in near if each.likeness >= NEARLY]
    hint = f"; did you mean {' or '.join(meant)}?" if meant else ""
    raise NotFoundError(f"no actor «{asked}» is listed, and no article names one{hint}")


@app.command()
def unconfirmed(
    ctx: typer.Context,
    every: AllOption = False,
    limit: LimitOption = 30,
    since: SinceOption = "",
    watch: WatchOption = "",
    as_json: JsonOption = False,
) -> None:
    """List discovered names that wait for your decision.

    Each with its articles as evidence, and with the actors that it may be another spelling of.

    \b
    Examples:
      widerhall actors unconfirmed
      widerhall actors unconfirmed --all --limit 100
      widerhall actors unconfirmed --json | jq -r '.names[].name'
    """
    from monitor.actor_review import ListedNames
    from monitor.actor_review import unconfirmed as under_review

    application = open_app(ctx)
    chosen = pick_watch(application, watch)
    begin = period(chosen, since, "", now=application.clock())[0] if since else None
    wanted = ActingFilter(watch=chosen.id, only_matches=not every, only_unconfirmed=True, since=begin)
    names = under_review(application.store.acting(wanted), ListedNames(application.acting_gazetteer))
    if as_json:
        rows = [{**vars(each), "article_ids": [f"a-{number}" for number in each.article_ids]} for each in names[:limit]]
        print_json("widerhall.actors-unconfirmed/1", {"watch": chosen.id, "count": len(names), "names": rows})
    else:
        print_unconfirmed(names, application.acting_gazetteer, limit=limit, only_matches=not every)

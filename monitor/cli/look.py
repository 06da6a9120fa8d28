"""`status`, `matches`, `show`, `explain`: what is stored, for people and for programs."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.cards import print_article, print_card
from monitor.cli.console import (
    EXIT_PROBLEMS,
    OUTCOME_MARKS,
    Column,
    Listing,
    ago,
    counted,
    due,
    err,
    facts,
    near,
    out,
    outcome_words,
    plain,
    print_json,
)
from monitor.cli.options import (
    DayOption,
    IdArgument,
    JsonOption,
    LanguageOption,
    WatchOption,
    article_id_of,
    open_app,
    parse_day,
    pick_watch,
)
from monitor.model import ArticleFilter, DeliveryState, FeedRow, FeedState, Outcome
from monitor.shapes import article_json, card_json, feed_json, report_json
from monitor.undelivered import Undelivered, undelivered

if TYPE_CHECKING:
    from monitor.app import App
    from monitor.model import ArticleReport, Counts, Watch
    from monitor.work import Muster, Queue

#: A daemon that has not polled anything well for so long is not healthy, whatever the reason.
SILENT_AFTER = timedelta(hours=6)


def status(
    ctx: typer.Context,
    watch: WatchOption = "",
    as_json: JsonOption = False,
    healthy: Annotated[
        bool, typer.Option("--healthy", help="Only the exit code: 0 if a feed answered of late, else 1.")
    ] = False,
) -> None:
    """Say how things stand: daemon, feeds, queue, matches.

    \b
    Examples:
      widerhall status
      widerhall status --json | jq .counts.matches
      widerhall status --healthy || echo "nothing polled for six hours"
    """
    app = open_app(ctx)
    chosen = pick_watch(app, watch)
    now, rows, counts = app.clock(), app.store.feeds(), app.store.counts(chosen.id)
    last = max((row.last_success_at for row in rows if row.last_success_at), default=None)
    if healthy:
        raise typer.Exit(0 if last and now - last < SILENT_AFTER else EXIT_PROBLEMS)
    missed = undelivered(app.store, app.config.daemon.delivery, now=now)
    if as_json:
        specs = {spec.id: spec for spec in app.config.feeds}
        print_json(
            "widerhall.status/1",
            {
                "now": now,
                "watch": chosen.id,
                "daemon": app.holder() or None,
                "crew": asdict(_muster(app)) if app.is_shared else None,
                "last_success_at": last,
                "counts": counts,
                "deliveries": app.store.count_deliveries(),
                "undelivered": missed,
                "feeds": [feed_json(specs[row.id], row) for row in rows if row.id in specs],
            },
        )
        return
    _print_status(app, chosen, counts, missed, last, now)
    _print_trouble(rows, now)
    _print_undelivered(missed, now)


def _print_status(
    app: App, watch: Watch, counts: Counts, missed: Sequence[Undelivered], last: datetime | None, now: datetime
) -> None:
    from monitor.report.digest import next_digest_at

    out.print(f"[bold]{plain(watch.title)}[/]\n")
    states = " · ".join(f"{number} {state.replace('_', ' ')}" for state, number in counts.feeds.items() if number)
    entries = " · ".join(f"{number} {state.replace('_', ' ')}" for state, number in counts.entries.items() if number)
    outcomes = "   ".join(f"{outcome_words(name)} {number}" for name, number in counts.outcomes.items() if number)
    edits = counts.versions - counts.articles
    withdrawn = f" [dim]· {counts.withdrawn} withdrawn[/]" if counts.withdrawn else ""
    facts(
        ("data", plain(near(app.config.daemon.data_dir))),
        ("daemon", f"runs, {plain(app.holder())}" if app.holder() else "not running"),
        *(_crew(_muster(app)) if app.is_shared else ()),
        ("feeds", (states or "none") + f" [dim]· last good poll {ago(last, now)}[/]"),
        ("entries", entries or "none yet"),
        ("articles", str(counts.articles) + (f" [dim]· {edits} edits[/]" if edits else "")),
        ("assessed", outcomes or "none yet"),
        ("matches", f"[bold]{counts.matches}[/]{withdrawn}"),
        ("next digest", f"{next_digest_at(watch, now):%d %B, %H:%M %Z}"),
        ("scored with", _scored_with(app, watch)),
        *_delivery(app, sum(each.number for each in missed)),
    )


def _muster(app: App) -> Muster:
    from monitor.worker import mustered

    return asyncio.run(mustered(app))


def _crew(muster: Muster) -> list[tuple[str, str]]:
    """Who works beside the daemon, what is handed out, and what is stuck."""
    names = f"{len(muster.workers)}: {plain(', '.join(muster.workers))}" if muster.workers else "none: widerhall worker"
    queues = [_queue(name, queue) for name, queue in muster.queues.items() if queue.waiting or queue.doing]
    told = [("workers", names), ("jobs", " · ".join(queues) or "none")]
    if muster.stalled:
        what = f"[bold]{counted(muster.stalled, 'job')} of workers that are silent[/]"
        told.append(("stalled", f"{what} [dim]· the daemon hands them out again within seconds[/]"))
    return told


def _queue(name: str, queue: Queue) -> str:
    """«fetch 3 waiting (12 s), 5 under way (4 s)»: with the age of the oldest."""
    numbers = ((queue.waiting, queue.waiting_s, "waiting"), (queue.doing, queue.doing_s, "under way"))
    return f"{name} " + ", ".join(f"{number} {word} ({age or 0:.0f} s)" for number, age, word in numbers if number)


def _scored_with(app: App, watch: Watch) -> str:
    """What makes scores now, beside the files: what was counted, and what verdicts have taught."""
    from monitor import counting, learning

    counted = [*app.store.documents(counting.KIND)][-1:]
    taught = learning.latest(app.store, watch.id).version
    return f"background {counted[0] if counted else 'as shipped'}" + (f", verdicts version {taught}" if taught else "")


def _delivery(app: App, missed: int) -> list[tuple[str, str]]:
    """How much went out, and what did not; nothing where nothing is to be delivered."""
    sent = app.store.count_deliveries()[DeliveryState.SENT]
    if missed:
        return [("delivery", f"{sent} sent · [bold]{missed} not delivered[/] [dim]· widerhall deliver list[/]")]
    channels = len(app.config.daemon.delivery.names)
    if not sent:
        return [("delivery", f"nothing yet, {counted(channels, 'channel')}")] if channels else []
    return [("delivery", f"{sent} sent")]


def _print_undelivered(missed: Sequence[Undelivered], now: datetime) -> None:
    if not missed:
        return
    out.print(f"\n[bold]not delivered through {counted(len(missed), 'channel')}[/]")
    listing = Listing(
        Column(name="channel"),
        Column(name="messages", is_number=True),
        Column(name="since"),
        Column(name="next try"),
        Column(name="what is wrong", is_wrapped=True),
    )
    for each in missed:
        again = due(each.next_at, now) if each.next_at else "given up"
        listing.add(plain(each.channel), str(each.number), ago(each.since, now), again, plain(each.why))
    listing.print()


def _print_trouble(rows: Sequence[FeedRow], now: datetime) -> None:
    failing = [row for row in rows if row.last_error and row.state is not FeedState.PAUSED]
    if not failing:
        return
    if len(failing) == len(rows):
        out.print(f"\n[bold red]none of {len(rows)} feeds can be reached[/]")
    else:
        out.print(f"\n[bold]{len(failing)} of {len(rows)} feeds in trouble[/]")
    listing = Listing(
        Column(name="feed"),
        Column(name="last good poll", from_width=90),
        Column(name="next try"),
        Column(name="what is wrong", is_wrapped=True),
    )
    for row in failing:
        again = "never" if row.state is FeedState.RETIRED else due(row.next_due_at, now)
        listing.add(plain(row.id), ago(row.last_success_at, now), again, plain(row.last_error))
    listing.print()


def matches(
    ctx: typer.Context,
    day: DayOption = "",
    min_score: Annotated[float | None, typer.Option("--min-score", help="Only from this score on.")] = None,
    lang: LanguageOption = "",
    outcome: Annotated[
        list[Outcome] | None,
        typer.Option("--outcome", metavar="OUTCOME", help="near_miss, held_by_rule, below …; may be repeated."),
    ] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="At most so many.")] = 50,
    watch: WatchOption = "",
    as_json: JsonOption = False,
) -> None:
    """List matches, best first.

    The day of a match is the one it was found on, not the one it was published on; for what is no match, the day it was
    assessed. What appeared on a day: widerhall digest --day … --by published.

    \b
    Examples:
      widerhall matches --day today
      widerhall matches --lang tr --min-score 60
      widerhall matches --outcome near_miss --outcome held_by_rule -n 10
      widerhall matches --json | jq -r '.matches[].url'
    """
    from monitor.report.digest import digest_window, today_in

    app = open_app(ctx)
    chosen = pick_watch(app, watch)
    wanted = ArticleFilter(
        watch=chosen.id,
        outcomes=frozenset(outcome or [Outcome.MATCH]),
        min_score=min_score,
        language=lang,
        limit=limit,
        with_withdrawn=not outcome,
    )
    if day:
        the_day = parse_day(day, today=today_in(chosen.digest.zone, app.clock()))
        since, until = digest_window(the_day, chosen.digest.zone)
        wanted = replace(wanted, since=since, until=until)
    reports = app.store.reports(wanted)
    if as_json:
        found = [report_json(report) for report in reports]
        print_json("widerhall.matches/1", {"watch": chosen.id, "matches": found})
    elif not reports:
        out.print("Nothing. [dim]What came closest: widerhall matches --outcome near_miss --outcome below -n 10[/]")
    else:
        _print_reports(reports)
        match, review = chosen.thresholds.match, chosen.thresholds.review
        err.print(f"[dim]points: a match from {match:g} on, for review from {review:g} on[/]")


#: Main actors named in a line of a listing; `show` names all.
ACTORS_LISTED = 3


def _print_reports(reports: Sequence[ArticleReport]) -> None:
    listing = Listing(
        Column(name="id"),
        Column(name="score", is_number=True),
        Column(),
        Column(name="lang"),
        Column(name="published"),
        Column(name="from", from_width=100),
        Column(name="who acts", from_width=140),
        Column(name="title", is_wide=True),
    )
    for report in reports:
        listing.add(*_cells(report))
    listing.print()


def _cells(report: ArticleReport) -> tuple[str, ...]:
    article, card, match = report.article, report.assessment.card, report.match
    mark = OUTCOME_MARKS[card.outcome.value]
    title = plain(article.title or "(no title)")
    if match and match.withdrawn_at:
        mark, title = "✗", f"[dim]withdrawn:[/] {title}"
    if report.verdict:
        mark += {"relevant": "✓", "irrelevant": "–", "unsure": "?"}[report.verdict.kind.value]
    return (
        f"m-{match.id}" if match else f"a-{article.id}",
        f"{card.score:.1f}",
        mark,
        plain(article.language),
        f"{article.published:%Y-%m-%d}" if article.published else "undated",
        plain(article.feed_id or "import"),
        plain(", ".join([role.name for role in report.roles if role.role == "main"][:ACTORS_LISTED])),
        title,
    )


def show(
    ctx: typer.Context,
    identifier: IdArgument,
    watch: WatchOption = "",
    full: Annotated[bool, typer.Option("--full", help="The whole stored text, not only its beginning.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Show one article: source, text, score, versions, verdicts.

    \b
    Examples:
      widerhall show m-12
      widerhall show a-7 --full
    """
    app = open_app(ctx)
    article_id = article_id_of(app.store, identifier)
    watch_id = pick_watch(app, watch).id
    if as_json:
        print_json("widerhall.article/1", article_json(app.store, article_id, watch_id))
    else:
        print_article(app.store, article_id, watch_id, is_full=full)


def explain(ctx: typer.Context, identifier: IdArgument, watch: WatchOption = "", as_json: JsonOption = False) -> None:
    """Say why an article has its score.

    The parts that sum to it, the terms and concepts behind them, facets, keyword rules, actors, and the passage
    that decided; with the versions of everything that made it.

    \b
    Examples:
      widerhall explain m-12
      widerhall explain m-12 --json | jq '.card.parts'
    """
    app = open_app(ctx)
    chosen = pick_watch(app, watch)
    article = app.store.article(article_id_of(app.store, identifier))
    assessments = app.store.assessments(article.id, chosen.id)
    if not assessments:
        out.print(f"a-{article.id} has not been assessed for «{plain(chosen.id)}».")
        raise typer.Exit(EXIT_PROBLEMS)
    card, findings = assessments[-1].card, app.store.findings(article.id)
    if as_json:
        found = {"article": f"a-{article.id}", "title": article.title, "card": card_json(card), "findings": findings}
        print_json("widerhall.explanation/1", found)
    else:
        print_card(article.title, article.text, card, findings)

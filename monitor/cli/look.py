"""`status`, `matches`, `show`, `explain`: what is stored, for people and for programs."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.cards import print_card, report_json
from monitor.cli.console import (
    EXIT_PROBLEMS,
    OUTCOME_MARKS,
    DayOption,
    JsonOption,
    WatchOption,
    ago,
    article_id_of,
    open_app,
    out,
    parse_day,
    pick_watch,
    plain,
    print_json,
    table,
)
from monitor.model import ArticleFilter, FeedState, Outcome

if TYPE_CHECKING:
    from monitor.model import ArticleReport

#: A daemon that has not polled anything for so long is not healthy, whatever the reason.
SILENT_AFTER = timedelta(hours=6)


def status(
    ctx: typer.Context,
    watch: WatchOption = "",
    as_json: JsonOption = False,
    healthy: Annotated[
        bool, typer.Option("--healthy", help="Only the exit code: 0 if something was polled well of late, else 1.")
    ] = False,
) -> None:
    """Where things stand: feeds by state, the queue, articles and matches, what needs a look."""
    from monitor.report.digest import next_digest_at

    app = open_app(ctx)
    chosen = pick_watch(app, watch)
    now, rows, counts = app.clock(), app.store.feeds(), app.store.counts(chosen.id)
    last = max((row.last_success_at for row in rows if row.last_success_at), default=None)
    if healthy:
        raise typer.Exit(0 if last and now - last < SILENT_AFTER else EXIT_PROBLEMS)
    if as_json:
        print_json({"schema": "widerhall.status/1", "now": now, "watch": chosen.id, "counts": counts, "feeds": rows})
        return
    grid = table("", "")
    by_state = ", ".join(f"{number} {state}" for state, number in counts.feeds.items() if number) or "none"
    grid.add_row("feeds", f"{by_state} [dim]· last good poll {ago(last, now)}[/]")
    grid.add_row(
        "entries", ", ".join(f"{number} {state}" for state, number in counts.entries.items() if number) or "none"
    )
    grid.add_row("articles", f"{counts.articles} [dim]in {counts.versions} versions[/]")
    marks = [f"{OUTCOME_MARKS[name]} {number}" for name, number in counts.outcomes.items() if number]
    grid.add_row("assessed", "  ".join(marks) or "none")
    withdrawn = f" [dim]· {counts.withdrawn} withdrawn[/]" if counts.withdrawn else ""
    grid.add_row("matches", f"[bold]{counts.matches}[/]{withdrawn}")
    grid.add_row("next digest", f"{next_digest_at(chosen, now):%d %B %H:%M %Z}")
    out.print(f"[bold]{plain(chosen.title)}[/]  [dim]{plain(app.config.daemon.data_dir)}[/]")
    out.print(grid)
    failing = [row for row in rows if row.last_error and row.state is not FeedState.PAUSED]
    if failing:
        out.print(f"\n[bold]{len(failing)} feed(s) in trouble[/]")
        for row in failing:
            since = f"last good poll {ago(row.last_success_at, now)}" if row.last_success_at else "never reached"
            out.print(
                f"  {plain(row.id)}  [dim]{since}, next try {ago(row.next_due_at, now)}[/]  {plain(row.last_error)}"
            )


def matches(
    ctx: typer.Context,
    day: Annotated[str, typer.Option("--day", help="Only of one day: 2016-08-11, today, yesterday.")] = "",
    min_score: Annotated[float | None, typer.Option("--min-score", help="Only from this score on.")] = None,
    lang: Annotated[str, typer.Option("--lang", help="Only in one language: de, en, tr, ru …")] = "",
    outcome: Annotated[
        list[Outcome] | None, typer.Option("--outcome", help="Another outcome than match; may be repeated.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", help="At most so many, best first.")] = 50,
    watch: WatchOption = "",
    as_json: JsonOption = False,
) -> None:
    """List matches, best first.

    Examples:  widerhall matches --day today   ·   widerhall matches --outcome near_miss --lang tr -n 10
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
        print_json({"schema": "widerhall.matches/1", "watch": chosen.id, "matches": [report_json(r) for r in reports]})
        return
    if not reports:
        out.print("Nothing so far." if not day else f"Nothing on {day}.", "[dim]See also: widerhall status[/]")
        return
    listing = table("id", "score", "", "lang", "published", "from", "title", right=["score"], wide="title")
    for report in reports:
        listing.add_row(*_row(report))
    out.print(listing)


def _row(report: ArticleReport) -> tuple[str, ...]:
    article, card = report.article, report.assessment.card
    identifier = f"m-{report.match.id}" if report.match else f"a-{article.id}"
    mark = OUTCOME_MARKS[card.outcome.value].split(" ")[1].removesuffix("[/]")
    if report.match and report.match.withdrawn_at:
        mark = "✗"
    if report.verdict:
        mark += {"relevant": "✓", "irrelevant": "–", "unsure": "?"}[report.verdict.kind.value]
    published = f"{article.published:%Y-%m-%d}" if article.published else "undated"
    title = plain(article.title or "(no title)")
    if report.match and report.match.withdrawn_at:
        title = f"[strike]{title}[/] [dim]withdrawn[/]"
    return (
        identifier,
        f"{card.score:.1f}",
        mark,
        plain(article.language),
        published,
        plain(article.feed_id or "import"),
        title,
    )


def show(
    ctx: typer.Context,
    identifier: Annotated[str, typer.Argument(metavar="ID", help="m-12 (match) or a-7 (article)")],
    watch: WatchOption = "",
    full: Annotated[bool, typer.Option("--full", help="The whole stored text, not its beginning.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Show one article: where it came from, its text, score, actors, versions and verdicts."""
    from monitor.cli.cards import print_article

    app = open_app(ctx)
    article_id = article_id_of(app.store, identifier)
    print_article(app.store, article_id, pick_watch(app, watch).id, is_full=full, as_json=as_json)


def explain(
    ctx: typer.Context,
    identifier: Annotated[str, typer.Argument(metavar="ID", help="m-12 (match) or a-7 (article)")],
    watch: WatchOption = "",
    as_json: JsonOption = False,
) -> None:
    """Say why an article has its score: the parts that sum to it, terms, facets, keyword rules, actors, best passage."""
    app = open_app(ctx)
    chosen = pick_watch(app, watch)
    article_id = article_id_of(app.store, identifier)
    article = app.store.article(article_id)
    assessments = app.store.assessments(article_id, chosen.id)
    if not assessments:
        out.print(f"a-{article_id} has not been assessed for «{plain(chosen.id)}».")
        raise typer.Exit(EXIT_PROBLEMS)
    card, findings = assessments[-1].card, app.store.findings(article_id)
    if as_json:
        print_json({"schema": "widerhall.explain/1", "article": article_id, "title": article.title, "card": card})
        return
    print_card(article.title, article.text, card, findings)


__all__ = ["DayOption", "explain", "matches", "show", "status"]

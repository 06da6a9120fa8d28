"""`stories`, `story show|split|merge`, `compare`: reports of one event, what the analyst makes of them, who told it."""

from __future__ import annotations

import sys
from datetime import datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from monitor.cli.console import (
    EXIT_PROBLEMS,
    Column,
    Listing,
    counted,
    err,
    facts,
    out,
    plain,
    print_json,
)
from monitor.cli.options import (
    JsonOption,
    WatchOption,
    article_id_of,
    open_app,
    parse_day,
    pick_watch,
    quiet_logs,
    typed_id,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from monitor.app import App
    from monitor.model import Watch

app = typer.Typer(no_args_is_help=True, help="One story: show it, take it apart, or join it with another.")

#: Wider lines are harder to read.
WIDEST = 100

StoryArgument = Annotated[str, typer.Argument(metavar="STORY", help="s-3, as the digest and `stories` name it.")]


def stories(
    ctx: typer.Context,
    since: Annotated[str, typer.Option("--since", metavar="DAY", help="Only stories with a report since then.")] = "",
    watch: WatchOption = "",
    files: Annotated[
        list[Path] | None,
        typer.Option("--eval", metavar="FILE", help="Gather the articles of this JSONL file instead; stores nothing."),
    ] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="At most so many.")] = 50,
    as_json: JsonOption = False,
) -> None:
    """List stories, those with the latest reports first.

    With --eval nothing stored is looked at: every article of the file (id, title, text; lang and date if known) is
    gathered with the others of it, by the shipped configuration, and gets the number of its story and the id of the
    article whose text it repeats.

    \b
    Examples:
      widerhall stories --since yesterday
      widerhall stories --json | jq '.stories[] | select(.size > 3)'
      widerhall stories --eval archive.jsonl.gz --json
    """
    if files:
        _evaluate(files, as_json=as_json)
        return
    from monitor.report.digest import digest_window, today_in
    from monitor.report.overview import list_stories

    application = open_app(ctx)
    chosen = pick_watch(application, watch)
    after = None
    if since:
        day = parse_day(since, today=today_in(chosen.digest.zone, application.clock()))
        after = digest_window(day, chosen.digest.zone)[0]
    _keep(application, chosen)
    found = list_stories(application.store, chosen, application.config.feeds, since=after)
    if as_json:
        print_json("widerhall.stories/1", {"watch": chosen.id, "stories": found[:limit]})
    elif not found:
        out.print("No stories. [dim]They are made of matches: widerhall matches[/]")
    else:
        _print_stories(found[:limit])
        if len(found) > limit:
            out.print(f"[dim]and {len(found) - limit} more: --limit {len(found)}[/]")


def _print_stories(found: Sequence[Mapping[str, Any]]) -> None:
    listing = Listing(
        Column(name="id"),
        Column(name="reports", is_number=True),
        Column(name="copies", is_number=True, from_width=90),
        Column(name="languages"),
        Column(name="latest"),
        Column(name="best", is_number=True, from_width=100),
        Column(name="lead", is_wide=True),
    )
    for story in found:
        listing.add(
            story["id"],
            str(story["size"]),
            str(story["copies"] or ""),
            ",".join(story["languages"]),
            story["latest"][:10] if story["latest"] else "undated",
            f"{story['score']:.1f}",
            plain(story["title"]),
        )
    listing.print()


@app.command()
def show(ctx: typer.Context, story: StoryArgument, watch: WatchOption = "", as_json: JsonOption = False) -> None:
    """Show a story's reports in the order they appeared.

    \b
    Examples:
      widerhall story show s-3
      widerhall story show s-3 --json | jq -r '.reports[].url'
    """
    from monitor.report.overview import show_story

    application = open_app(ctx)
    chosen = pick_watch(application, watch)
    _keep(application, chosen)
    found = show_story(application.store, chosen, application.config.feeds, typed_id(story, kinds="s")[1])
    if as_json:
        print_json("widerhall.story/1", {"watch": chosen.id, **found})
    else:
        _print_story(found, ZoneInfo(chosen.digest.zone))


def _appeared(stated: str | None, zone: ZoneInfo) -> str:
    """When a report appeared, as the digest says; midnight in UTC sharp is a date without a time, as in archives."""
    if not stated:
        return "undated"
    moment = datetime.fromisoformat(stated)
    return f"{moment:%Y-%m-%d}" if moment.time() == time.min else f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"


def _print_story(story: Mapping[str, Any], zone: ZoneInfo) -> None:
    spread = f"{', '.join(story['outlets'])} · {', '.join(story['languages'])}"
    out.print(f"[bold]{story['id']}[/]  {plain(story['title'])}\n[dim]{plain(spread)}[/]\n")
    listing = Listing(
        Column(name="id"),
        Column(name="score", is_number=True),
        Column(name="lang"),
        Column(name="appeared"),
        Column(name="from", from_width=90),
        Column(name="title", is_wide=True),
    )
    for report in story["reports"]:
        note = f"[dim]copy of {report['copy_of']}:[/] " if report["copy_of"] else ""
        note = f"[dim]withdrawn:[/] {note}" if report["withdrawn"] else note
        listing.add(
            report["id"],
            f"{report['score']:.1f}",
            plain(report["language"]),
            _appeared(report["published"], zone),
            plain(report["outlet"]),
            note + plain(report["title"]),
        )
    listing.print()


@app.command()
def merge(
    ctx: typer.Context,
    story: StoryArgument,
    into: Annotated[str, typer.Argument(metavar="OTHER", help="The story that it is one with.")],
    watch: WatchOption = "",
) -> None:
    """Say that two stories are one.

    The older number stays; the other leads to it from now on.

    \b
    Example:
      widerhall story merge s-7 s-3
    """
    from monitor.report.shelf import merge_stories

    application = open_app(ctx)
    chosen = pick_watch(application, watch)
    _keep(application, chosen)
    one, other = (typed_id(given, kinds="s")[1] for given in (story, into))
    merged = merge_stories(application.store, chosen.id, one, other, now=application.clock())
    out.print(f"s-{one} and s-{other} are now s-{merged}. [dim]widerhall story show s-{merged}[/]")


@app.command()
def split(
    ctx: typer.Context,
    story: StoryArgument,
    articles: Annotated[list[str], typer.Argument(metavar="ID…", help="What leaves it: m-12 or a-7.")],
    watch: WatchOption = "",
) -> None:
    """Take reports out of a story; they make one of their own.

    \b
    Example:
      widerhall story split s-3 m-12 m-14
    """
    from monitor.report.shelf import split_story

    application = open_app(ctx)
    chosen = pick_watch(application, watch)
    _keep(application, chosen)
    number = typed_id(story, kinds="s")[1]
    leaving = [article_id_of(application.store, given) for given in articles]
    new = split_story(application.store, chosen.id, number, leaving, now=application.clock())
    out.print(
        f"{counted(len(set(leaving)), 'report')} of s-{number} are now s-{new}. [dim]widerhall story show s-{new}[/]"
    )


def compare(ctx: typer.Context, story: StoryArgument, watch: WatchOption = "", as_json: JsonOption = False) -> None:
    """Set a story's reports side by side.

    Who told it first and who followed, which actors and quotes each carries and leaves out, the seed's facets it
    covers, and the words that mark outlets, countries and kinds of outlets off from the others in their language.

    \b
    Examples:
      widerhall compare s-3
      widerhall compare s-3 --json | jq '.groups.country'
    """
    from monitor.report.gather import compare_story
    from monitor.report.render import render_comparison

    application = open_app(ctx)
    chosen = pick_watch(application, watch)
    _keep(application, chosen)
    number = typed_id(story, kinds="s")[1]
    compared = compare_story(
        application.store, chosen, number, feeds=application.config.feeds, glossary=application.glossary
    )
    if as_json:
        del compared["schema"]
        print_json("widerhall.comparison/1", {"watch": chosen.id, **compared})
    else:
        sys.stdout.write(render_comparison(compared, chosen, width=min(out.width, WIDEST)))


def _keep(application: App, watch: Watch) -> None:
    """Place what newly matched, unless a daemon runs that does so every half minute."""
    from monitor.report.shelf import keep_stories

    if application.holder():
        return
    quiet_logs()  # standard output is the answer's
    keep_stories(application.store, watch, application.reader.analyser, application.background, now=application.clock())


# --- for outsiders ------------------------------------------------------------------------------------------------


def _evaluate(files: Sequence[Path], *, as_json: bool) -> None:
    from monitor.analyse.analysis import Analyser
    from monitor.analyse.background import day_one
    from monitor.analyse.data import SHIPPED_CONFIG
    from monitor.analyse.gathering import Report, gather
    from monitor.exchange import BadLine, read_jsonl
    from monitor.settings import load_config

    config = load_config(SHIPPED_CONFIG, {})
    reports, bad = [], 0
    for path in files:
        for row in read_jsonl(path):
            if isinstance(row, BadLine):
                bad += 1
                err.print(f"[yellow]{plain(path)}:{row.line}:[/] {plain(row.message)}", soft_wrap=True)
                continue
            reports.append(
                Report(id=row.id, title=row.title, text=row.text, language=row.language, published=row.published)
            )
    gathered = gather(reports, Analyser(config.actors, config.lexicon), day_one())
    if as_json:
        print_json(
            "widerhall.gathering/1",
            {
                "documents": [
                    {
                        "id": one.id,
                        "story": one.story,
                        "copy_of": one.copy_of or None,
                        "copy_group": one.copy_of or one.id,
                    }
                    for one in gathered
                ]
            },
        )
    else:
        sizes: dict[int, int] = {}
        for one in gathered:
            sizes[one.story] = sizes.get(one.story, 0) + 1
        facts(
            ("articles", str(len(gathered))),
            ("stories", f"{len(sizes)} [dim]· {sum(size > 1 for size in sizes.values())} of several reports[/]"),
            ("copies", str(sum(bool(one.copy_of) for one in gathered))),
        )
    if bad:
        raise typer.Exit(EXIT_PROBLEMS)

"""`feeds list` and `feeds check`: the sources, and whether they answer."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.console import EXIT_PROBLEMS, Column, Listing, ago, out, plain, print_json, progress_bar
from monitor.cli.options import JsonOption, LanguageOption, complete_feed, open_app
from monitor.errors import NotFoundError
from monitor.shapes import feed_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.app import App
    from monitor.collect.check import FeedCheck
    from monitor.model import FeedRow, FeedSpec

app = typer.Typer(help="List the sources; ask whether they answer.", no_args_is_help=True)


@app.command("list")
def list_(ctx: typer.Context, lang: LanguageOption = "", as_json: JsonOption = False) -> None:
    """List the configured feeds and how their last poll went.

    \b
    Examples:
      widerhall feeds list --lang tr
      widerhall feeds list --json | jq -r '.feeds[] | select(.failures > 3) | .id'
    """
    application = open_app(ctx)
    rows = {row.id: row for row in application.store.feeds()} if application.has_store else {}
    specs = [spec for spec in application.config.feeds if not lang or spec.language == lang]
    if as_json:
        print_json("widerhall.feeds/1", {"feeds": [feed_json(spec, rows.get(spec.id)) for spec in specs]})
        return
    now = application.clock()
    listing = Listing(
        Column(name="id"),
        Column(name="lang"),
        Column(name="from", from_width=100),
        Column(name="kind", from_width=100),
        Column(name="state"),
        Column(name="last good poll"),
        Column(name="address, or trouble", is_wide=True),
    )
    for spec in specs:
        row = rows.get(spec.id)
        trouble = f"[red]{plain(row.last_error)}[/]" if row and row.last_error else plain(spec.url)
        last = ago(row.last_success_at, now) if row else "never"
        listing.add(plain(spec.id), spec.language, spec.country, spec.kind, _state(spec, row), last, trouble)
    listing.print()


def _state(spec: FeedSpec, row: FeedRow | None) -> str:
    if spec.is_paused:
        return "paused"
    return row.state.value.replace("_", " ") if row and row.last_polled_at else "not yet asked"


@app.command()
def check(
    ctx: typer.Context,
    ids: Annotated[
        list[str] | None,
        typer.Argument(metavar="[ID]…", help="Only these feeds; without it, all.", autocompletion=complete_feed),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Ask every feed once, and say what it answers.

    Asks as the daemon would, side by side, and says what to do about those that do not answer with a feed. Stores
    nothing. Exit code 0: all is well; 1: some have a problem.

    \b
    Examples:
      widerhall feeds check
      widerhall feeds check dw-de tass-en
      widerhall feeds check --json | jq -r '.feeds[] | select(.problem != "") | .feed_id'
    """
    application = open_app(ctx)
    known = {spec.id: spec for spec in application.config.feeds}
    if unknown := set(ids or ()) - set(known):
        raise NotFoundError(f"no feed «{min(unknown)}» in the configuration; see: widerhall feeds list")
    checks = asyncio.run(_check_all(application, [known[each] for each in ids or known]))
    if as_json:
        print_json("widerhall.feeds-check/1", {"feeds": checks})
    else:
        _print_checks(application, checks)
    if any(one.problem for one in checks):
        raise typer.Exit(EXIT_PROBLEMS)


async def _check_all(application: App, specs: Sequence[FeedSpec]) -> list[FeedCheck]:
    from monitor.collect.check import check_feed
    from monitor.collect.fetch import HttpFetcher
    from monitor.collect.reading import FeedReader
    from monitor.collect.sandbox import Sandbox

    clock, daemon = application.clock, application.config.daemon
    places = asyncio.Semaphore(daemon.polling.concurrency)
    async with HttpFetcher(daemon.fetch_settings, clock) as fetcher, Sandbox() as sandbox:
        read = FeedReader(fetcher=fetcher, sandbox=sandbox, clock=clock)
        with progress_bar() as progress:
            task = progress.add_task("asking feeds", total=len(specs))

            async def one(spec: FeedSpec) -> FeedCheck:
                async with places:
                    result = await check_feed(fetcher, spec, clock=clock, read=read, bounds=daemon.poll_bounds)
                progress.advance(task)
                return result

            return list(await asyncio.gather(*(one(spec) for spec in specs)))


def _print_checks(application: App, checks: Sequence[FeedCheck]) -> None:
    now = application.clock()
    listing = Listing(
        Column(),
        Column(name="id", is_wrapped=True),
        Column(name="format"),
        Column(name="items", is_number=True),
        Column(name="newest"),
        Column(name="a day", is_number=True, from_width=100),
        Column(name="problem, and what to do", is_wrapped=True),
    )
    for one in checks:
        mark = "[red]✗[/]" if one.problem else "[green]✓[/]"
        newest = ago(one.newest, now) if one.newest else "–"
        said = "; ".join(filter(None, (plain(one.problem), plain(one.advice))))
        rate = f"{one.per_day:.0f}" if one.per_day else "–"
        listing.add(mark, plain(one.feed_id), one.format or "–", str(one.items), newest, rate, said)
    listing.print()
    out.print(f"\n{sum(not one.problem for one in checks)} of {len(checks)} feeds are well")

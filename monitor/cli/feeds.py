"""`feeds list` and `feeds check`: the sources, and whether they answer."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from monitor.cli.console import EXIT_PROBLEMS, JsonOption, ago, err, open_app, out, plain, print_json, table
from monitor.errors import NotFoundError

if TYPE_CHECKING:
    from monitor.app import App
    from monitor.collect.check import FeedCheck
    from monitor.model import FeedSpec

app = typer.Typer(help="The sources: list them, check them.", no_args_is_help=True)


@app.command("list")
def list_(
    ctx: typer.Context,
    lang: Annotated[str, typer.Option("--lang", help="Only of one language.")] = "",
    as_json: JsonOption = False,
) -> None:
    """List the configured feeds and how their last poll went."""
    application = open_app(ctx)
    rows = {row.id: row for row in application.store.feeds()} if application.has_store else {}
    specs = [spec for spec in application.config.feeds if not lang or spec.language == lang]
    if as_json:
        print_json([{"feed": spec, "row": rows.get(spec.id)} for spec in specs])
        return
    now = application.clock()
    listing = table("id", "lang", "country", "kind", "state", "last good poll", "url", wide="url")
    for spec in specs:
        row = rows.get(spec.id)
        state = "paused" if spec.is_paused else row.state.value if row else "new"
        trouble = f" [red]{plain(row.last_error)}[/]" if row and row.last_error else ""
        last = ago(row.last_success_at, now) if row else "never"
        listing.add_row(spec.id, spec.language, spec.country, spec.kind, state + trouble, last, plain(spec.url))
    out.print(listing)


@app.command()
def check(
    ctx: typer.Context,
    ids: Annotated[list[str] | None, typer.Argument(help="Only these feeds; without it, all.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Ask every feed once, side by side, and say what each answers and what to do. Stores nothing.

    Exit code 0: all answer with a feed; 1: some do not.
    """
    application = open_app(ctx)
    specs = [spec for spec in application.config.feeds if not ids or spec.id in ids]
    if unknown := set(ids or ()) - {spec.id for spec in specs}:
        raise NotFoundError(f"no feed «{min(unknown)}» in the configuration; see: widerhall feeds list")
    checks = asyncio.run(_check_all(application, specs))
    if as_json:
        print_json({"schema": "widerhall.feeds-check/1", "feeds": checks})
    else:
        _print_checks(application, checks)
    if any(one.problem for one in checks):
        raise typer.Exit(EXIT_PROBLEMS)


async def _check_all(application: App, specs: list[FeedSpec]) -> list[FeedCheck]:
    from monitor.collect.check import check_feed
    from monitor.collect.fetch import HttpFetcher
    from monitor.collect.reading import FeedReader
    from monitor.collect.sandbox import Sandbox

    columns = (TextColumn("asking feeds"), BarColumn(), MofNCompleteColumn())
    places = asyncio.Semaphore(application.config.daemon.polling.concurrency)
    async with HttpFetcher(application.fetch_settings, application.clock) as fetcher, Sandbox() as sandbox:
        read = FeedReader(fetcher=fetcher, sandbox=sandbox, clock=application.clock)
        with Progress(*columns, console=err, transient=True) as progress:
            task = progress.add_task("", total=len(specs))

            async def one(spec: FeedSpec) -> FeedCheck:
                async with places:
                    result = await check_feed(fetcher, spec, clock=application.clock, read=read)
                progress.advance(task)
                return result

            return list(await asyncio.gather(*(one(spec) for spec in specs)))


def _print_checks(application: App, checks: list[FeedCheck]) -> None:
    now = application.clock()
    listing = table("", "id", "kind", "items", "newest", "problem", "advice", right=["items"], wide="advice")
    for one in checks:
        mark = "[red]✗[/]" if one.problem else "[green]✓[/]"
        newest = ago(one.newest, now) if one.newest else "–"
        listing.add_row(
            mark, one.feed_id, one.format or "–", str(one.items), newest, plain(one.problem), plain(one.advice)
        )
    out.print(listing)
    good = sum(not one.problem for one in checks)
    out.print(f"{good} of {len(checks)} feeds answer with a feed")

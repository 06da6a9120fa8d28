"""`doctor`: everything a running installation needs, looked at once, with what to do."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from monitor.cli.console import EXIT_PROBLEMS, counted, out, plain, print_json
from monitor.cli.options import JsonOption, open_app, quiet_logs
from monitor.errors import StoreError, UnavailableError
from monitor.model import FeedRow
from monitor.undelivered import undelivered

if TYPE_CHECKING:
    from monitor.app import App
    from monitor.doctor import Asked, Finding

MARKS = {"well": "[green]✓[/]", "warning": "[yellow]![/]", "problem": "[bold red]✗[/]", "skipped": "[dim]–[/]"}
#: As wide as the longest name of a part.
NAME_WIDTH = 13


def doctor(ctx: typer.Context, as_json: JsonOption = False) -> None:
    """Look at every part, and say what to do.

    Configuration, database, disk, network, clock, feeds, delivery, daemon, workers. Nothing is changed and nothing is
    sent; three feeds are asked. Exit code 0: no problem (warnings may remain); 1: problems, named; 2: the
    configuration cannot be used.

    \b
    Examples:
      widerhall doctor
      widerhall doctor --json | jq -r '.findings[] | select(.state == "problem") | .advice'
    """
    quiet_logs("error")
    found = list(_look(open_app(ctx)))
    problems = sum(each.state == "problem" for each in found)
    if as_json:
        print_json("widerhall.doctor/1", {"problems": problems, "findings": found})
    else:
        _print(found, problems)
    if problems:
        raise typer.Exit(EXIT_PROBLEMS)


def _look(app: App) -> Iterator[Finding]:
    from monitor import doctor
    from monitor.clock_leaps import last_look
    from monitor.settings import check_config

    config = app.config
    database, size = _database(app)
    opens = database.state == "well"
    rows = app.store.feeds() if opens else ()
    seeds = app.store.documents("seed_profile") if opens else ()
    yield doctor.on_configuration(check_config(config.directory, app.environ, seeds=seeds))
    yield database
    folder = _existing(config.daemon.data_dir)
    free, may_write = shutil.disk_usage(folder).free, os.access(folder, os.W_OK)
    yield doctor.on_disk(config.daemon.data_dir, free_bytes=free, database_bytes=size, is_writable=may_write)
    asked = asyncio.run(_ask(app))
    yield doctor.on_network(asked)
    yield doctor.on_clock(asked)
    if opens and (look := last_look(app.store)) and look.rests_until:
        yield doctor.on_leap(look.rests_until)
    yield doctor.on_feeds(rows, {feed.id for feed in config.feeds})
    delivery = config.daemon.delivery
    missed = undelivered(app.store, delivery, now=app.clock()) if opens else ()
    reached = doctor.reach_channels(delivery)
    yield from doctor.on_delivery(reached, untried=[*delivery.apprise], missed=missed)
    yield from _on_processes(app, rows, opens=opens)


def _on_processes(app: App, rows: Sequence[FeedRow], *, opens: bool) -> Iterator[Finding]:
    from monitor import doctor
    from monitor.worker import mustered

    if app.is_shared and not opens:
        message = "only the database knows who leads"
        yield doctor.Finding(about="daemon", state=doctor.State.SKIPPED, message=message)
        return
    yield doctor.on_daemon(app.holder(), rows, now=app.clock())
    if app.is_shared:
        yield doctor.on_workers(asyncio.run(mustered(app)))


def _database(app: App) -> tuple[Finding, int]:
    """What is to be said of the database, and its size."""
    from monitor.doctor import Finding, State, on_database

    if not app.has_store:
        message = f"there is none yet in {app.config.daemon.data_dir}"
        advice = "widerhall run makes it; or name the folder with --data-dir"
        return Finding(about="database", state=State.WARNING, message=message, advice=advice), 0
    try:
        found = app.vault.check(is_quick=True)
        app.store.feeds()  # an older schema is told here
    except (StoreError, UnavailableError) as error:
        message, _, advice = str(error).partition("; ")
        return Finding(about="database", state=State.PROBLEM, message=message, advice=advice), 0
    return on_database(found.problems, schema=found.schema_version, size_bytes=found.bytes), found.bytes


async def _ask(app: App) -> Sequence[Asked]:
    from monitor.collect.fetch import HttpFetcher
    from monitor.doctor import ask_servers

    async with HttpFetcher(app.config.daemon.fetch_settings, app.clock) as fetcher:
        return await ask_servers(fetcher, app.config.feeds, clock=app.clock, bounds=app.config.daemon.poll_bounds)


def _existing(folder: Path) -> Path:
    """The folder, or the nearest one above it that there is."""
    return next(path for path in (folder, *folder.parents) if path.exists())


def _print(found: Sequence[Finding], problems: int) -> None:
    for each in found:
        out.print(f"{MARKS[each.state.value]} {each.about:<{NAME_WIDTH}}  {plain(each.message)}", soft_wrap=True)
        if each.advice:
            out.print(f"  {'':<{NAME_WIDTH}}  [dim]→ {plain(each.advice)}[/]", soft_wrap=True)
    out.print(f"\n[bold red]{counted(problems, 'problem')}[/]" if problems else "\n[green]no problem[/]")

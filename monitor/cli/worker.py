"""`worker`: more hands for a daemon on PostgreSQL."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.options import load_app
from monitor.errors import SchemaOutdatedError, UnavailableError

if TYPE_CHECKING:
    from monitor.app import App

#: How often a database that is away is asked for again.
WAIT_S = 2.0


def worker(
    ctx: typer.Context,
    queues: Annotated[
        str, typer.Option("--queues", help="Only these: fetch, extract, assess; separated by commas.")
    ] = "",
    concurrency: Annotated[
        int | None,
        typer.Option("--concurrency", min=1, max=200, help="Jobs of a queue at once; without it, as configured."),
    ] = None,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Tell of every poll and every article.")] = False,
) -> None:
    """Do what a daemon on PostgreSQL hands out, until Ctrl-C.

    As many workers as you like, on as many machines, beside one `widerhall run`. It is safe to kill: what a worker had
    in hand comes back within seconds. All of them together ask a host no faster than one would.

    fetch polls feeds and fetches pages, extract makes texts of pages, assess scores them.

    \b
    Examples:
      widerhall worker
      widerhall worker --queues fetch --concurrency 40
      widerhall worker --queues extract,assess
    """
    from monitor import logs
    from monitor.stopping import ended_by_signals, heeding_signals
    from monitor.worker import Worker

    ctx.with_resource(ended_by_signals())
    app = load_app(ctx.obj)
    ctx.call_on_close(app.close)
    settings = app.config.daemon.logging
    worker = Worker(app, queues=[each.strip() for each in queues.split(",") if each.strip()], at_once=concurrency)
    logs.configure(
        level="debug" if verbose else settings.level, file=app.config.daemon.log_file, as_json=settings.format == "json"
    )
    _wait_for_database(app)
    with app.metrics(), app.traces():
        asyncio.run(heeding_signals(worker.run(), stopping=worker.stopping))


def _wait_for_database(app: App) -> None:
    """A worker may be started before its database, and before the daemon that makes or upgrades the tables."""
    from monitor.logs import log

    told = ""
    while True:
        try:
            _ = app.store
        except (UnavailableError, SchemaOutdatedError) as error:
            if str(error) != told:
                log.info("waits for the database", why=str(error))
                told = str(error)
            time.sleep(WAIT_S)
        else:
            return

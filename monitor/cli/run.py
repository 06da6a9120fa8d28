"""`run`, `once`, `newsroom`: the daemon, one cycle of it, and the demo's web."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.console import Options, err, out, plain
from monitor.cli.statusline import StatusLine

DEMO_PORT = 8799


def run(
    ctx: typer.Context,
    demo: Annotated[
        bool,
        typer.Option("--demo", help="Watch a newsroom that Widerhall itself serves on loopback; needs no internet."),
    ] = False,
    once: Annotated[bool, typer.Option("--once", help="One full cycle, then exit.")] = False,
    port: Annotated[int, typer.Option("--port", help="Port of the demo newsroom.")] = DEMO_PORT,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log every poll and every article.")] = False,
) -> None:
    """Run the daemon: poll, match, write digests, until Ctrl-C. It is safe to kill and to start again.

    Examples:  widerhall run   ·   widerhall run --demo   ·   widerhall run --demo --once
    """
    from monitor.app import App
    from monitor.daemon import Daemon

    options: Options = ctx.obj
    with ExitStack() as stack:
        if demo:
            from monitor.demo import demo_app

            app = stack.enter_context(demo_app(options.data_dir, port=port))
            out.print(
                "[bold]Demo:[/] plainly marked demo outlets on this machine; nothing is fetched from the internet."
            )
        else:
            app = App.load(options.config, data_dir=options.data_dir, creates=True)
        stack.callback(app.close)
        stack.enter_context(app.lock())
        status = StatusLine(app, is_verbose=verbose)
        stack.enter_context(status)
        daemon = Daemon(app)
        if once:
            asyncio.run(daemon.once())
        else:
            asyncio.run(daemon.run(extra=(status.job(),)))
    status.print_result(data_dir=options.data_dir if not demo else app.config.daemon.data_dir)


def once(
    ctx: typer.Context,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log every poll and every article.")] = False,
) -> None:
    """One full cycle for cron: poll what is due, work off the queue, write due digests. The same as run --once."""
    run(ctx, demo=False, once=True, port=DEMO_PORT, verbose=verbose)


def newsroom(
    port: Annotated[int, typer.Option("--port", help="Port on loopback; 0 takes a free one.")] = DEMO_PORT,
) -> None:
    """Serve the demo's web of outlets on loopback, to look at in a browser or to poll from elsewhere."""
    from monitor.newsroom.server import serve

    with serve(port) as web:
        out.print(f"{plain(web.base_url)} [dim]· {len(web.feeds)} demo feeds · Ctrl-C ends[/]")
        for feed in web.feeds:
            out.print(f"  {plain(feed.language)}  {plain(feed.url)}  [dim]{plain(feed.title)}[/]")
        try:
            web.wait()
        except KeyboardInterrupt:
            err.print("ended")


__all__ = ["Path", "newsroom", "once", "run"]

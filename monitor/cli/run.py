"""`run`, `once`, `newsroom`: the daemon, one cycle of it, and the demo's web."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.console import EXIT_PROBLEMS, err, near, out, plain
from monitor.cli.options import Options, load_app, login
from monitor.errors import UsageError

if TYPE_CHECKING:
    from monitor.app import App

VerboseOption = Annotated[bool, typer.Option("--verbose", "-v", help="Tell of every poll and every article.")]
PortOption = Annotated[
    int | None,
    typer.Option("--port", min=0, max=65535, help="First port of the demo newsroom (8799); 0 takes free ones."),
]


def run(
    ctx: typer.Context,
    demo: Annotated[
        bool, typer.Option("--demo", help="Watch a newsroom that Widerhall serves on this machine; no internet.")
    ] = False,
    once: Annotated[bool, typer.Option("--once", help="One full cycle, then end.")] = False,
    port: PortOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Run the daemon until Ctrl-C.

    It polls feeds, matches what they bring, and writes digests. It is safe to kill and to start again: nothing is lost
    or done twice. A changed configuration is taken as it runs; a broken one is not. Exit code 1 from --once: no feed
    could be reached.

    \b
    Examples:
      widerhall run
      widerhall --config my-watch run
      widerhall run --demo
      widerhall run --demo --once
    """
    options: Options = ctx.obj
    with ExitStack() as stack:
        app = _demo(stack, options, port) if demo else _live(stack, options)
        stack.callback(app.close)
        _work(app, options, demo=demo, once=once, verbose=verbose)


def _live(stack: ExitStack, options: Options) -> App:
    from monitor.demo import demo_overlay

    app = load_app(options, creates=True)
    folder = app.config.daemon.data_dir
    if demo_overlay(folder):
        raise UsageError(f"{near(folder)} is the demo's data folder; add --demo, or name another with --data-dir")
    stack.enter_context(app.lock())
    return app


def _demo(stack: ExitStack, options: Options, port: int | None) -> App:
    from monitor.demo import demo_app

    app, newsroom = stack.enter_context(demo_app(options.config, options.data_dir, port=port))
    out.print(
        f"[bold]Demo:[/] {len(newsroom.feeds)} demo outlets on {plain(newsroom.base_url)} (see for yourself); "
        "nothing comes from the internet."
    )
    return app


def _work(app: App, options: Options, *, demo: bool, once: bool, verbose: bool) -> None:
    from monitor.cli.statusline import StatusLine
    from monitor.daemon import Daemon

    daemon = Daemon(app)
    with _desk(app, is_wanted=not once), StatusLine(app, is_verbose=verbose) as status:
        asyncio.run(status.beside(daemon.once() if once else daemon.run()))
    named = {"--config": options.config, "--data-dir": app.config.daemon.data_dir if demo else options.data_dir}
    status.print_result(options=[f"{name} {near(path.absolute())}" for name, path in named.items() if path])
    if once and status.standing().is_cut_off:
        raise typer.Exit(EXIT_PROBLEMS)


@contextmanager
def _desk(app: App, *, is_wanted: bool) -> Iterator[None]:
    """The desk beside the daemon; a port that is taken is told, and the daemon runs without."""
    settings = app.config.daemon.desk
    if not (is_wanted and settings.is_served):
        yield
        return
    from monitor.desk import desk_beside

    with ExitStack() as stack:
        try:
            stack.enter_context(desk_beside(app.desk(author=login()), host=settings.host, port=settings.port))
        except OSError:
            err.print(f"[yellow]![/] no desk: port {settings.port} is taken. Set another one: desk.port")
        else:
            out.print(f"[bold]Desk:[/] http://{settings.host}:{settings.port}")
        yield


def once(ctx: typer.Context, verbose: VerboseOption = False) -> None:
    """Do one full cycle, for cron. The same as run --once.

    It polls what is due, works off the queue, and writes the digests that are due.

    \b
    Example, in a crontab:
      */15 * * * *  widerhall --config /etc/widerhall once 2>> /var/log/widerhall.log
    """
    run(ctx, demo=False, once=True, port=None, verbose=verbose)


def newsroom(port: PortOption = None) -> None:
    """Serve the demo's outlets, to look at in a browser.

    \b
    Example:
      widerhall newsroom --port 8000
    """
    from monitor.demo import PORT
    from monitor.newsroom.server import serve

    with serve(PORT if port is None else port) as web:
        out.print(f"[bold]{plain(web.base_url)}[/] [dim]· {len(web.feeds)} feeds · Ctrl-C ends[/]")
        for feed in web.feeds:
            out.print(f"  {plain(feed.language)}  {plain(feed.url)}  [dim]{plain(feed.title)}[/]", soft_wrap=True)
        try:
            web.wait()
        except KeyboardInterrupt:
            err.print("ended")

"""`run`, `once`, `newsroom`: the daemon, one cycle of it, and the demo's web."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.console import EXIT_PROBLEMS, err, near, out, plain
from monitor.cli.options import Options, load_app, login
from monitor.errors import UnavailableError, UsageError

if TYPE_CHECKING:
    from monitor.app import App
    from monitor.cli.statusline import StatusLine
    from monitor.daemon import Leadership

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
    only_lead: Annotated[
        bool, typer.Option("--only-lead", help="On PostgreSQL: leave fetching and reading to the workers.")
    ] = False,
    port: PortOption = None,
    verbose: VerboseOption = False,
) -> None:
    """Run the daemon until Ctrl-C.

    It polls feeds, matches what they bring, and writes digests. It is safe to kill and to start again: nothing is lost
    or done twice. A changed configuration is taken as it runs; a broken one is not. Exit code 1 from --once: no feed
    could be reached.

    On PostgreSQL one daemon leads, a second one stands by and takes over when the first is gone; and
    `widerhall worker` adds hands to it.

    \b
    Examples:
      widerhall run
      widerhall --config my-watch run
      widerhall run --demo
      widerhall run --demo --once
    """
    from monitor.stopping import ended_by_signals

    options: Options = ctx.obj
    with ExitStack() as stack:
        stack.enter_context(ended_by_signals())
        app = _demo(stack, options, port) if demo else _live(options)
        stack.callback(app.close)
        stack.enter_context(app.traces())
        if app.is_shared and not (demo or once):
            _lead(app, options, works=not only_lead, verbose=verbose)
            return
        if only_lead:
            raise UsageError("--only-lead is for a daemon on PostgreSQL; on SQLite one process does everything")
        if not demo:
            stack.enter_context(app.lock())
        _work(app, options, demo=demo, once=once, verbose=verbose)


def _live(options: Options) -> App:
    from monitor.demo import demo_overlay

    app = load_app(options, creates=True)
    folder = app.config.daemon.data_dir
    if demo_overlay(folder):
        raise UsageError(f"{near(folder)} is the demo's data folder; add --demo, or name another with --data-dir")
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
    from monitor.stopping import heeding_signals

    daemon = Daemon(app)
    with (
        _desk(app, is_wanted=not once),
        _metrics(app) if not once else nullcontext(),
        StatusLine(app, is_verbose=verbose) as status,
    ):
        work = status.beside(daemon.once() if once else daemon.run())
        asyncio.run(heeding_signals(work, stopping=daemon.stopping))
    if demo:
        options = replace(options, data_dir=app.config.daemon.data_dir)
    status.print_result(options=_named(options))
    if once and status.standing().is_cut_off:
        raise typer.Exit(EXIT_PROBLEMS)


def _lead(app: App, options: Options, *, works: bool, verbose: bool) -> None:
    """Stand by until the lock is ours, lead as long as it is; when it is lost, stand by again."""
    from monitor.cli.statusline import StatusLine
    from monitor.logs import log

    leads = threading.Event()
    with _metrics(app, leads=leads.is_set):
        while True:
            with closing(app.leader_lock()) as lock:
                status = StatusLine(app, is_verbose=verbose)
                if not _comes_to_lead(lock):
                    return
                leads.set()
                try:
                    _lead_on(app, lock, status, works=works)
                    break
                except UnavailableError as error:  # gone while leading, or while it began
                    log.error("leads no longer", why=str(error))
                finally:
                    leads.clear()
    status.print_result(options=_named(options))


def _comes_to_lead(lock: Leadership) -> bool:
    """Wait for the lock; False: asked to stop before it was ours."""
    from monitor.daemon import until_leading
    from monitor.stopping import heeding_signals

    stopping = asyncio.Event()
    asyncio.run(heeding_signals(until_leading(lock, stopping=stopping), stopping=stopping))
    return not stopping.is_set()


def _lead_on(app: App, lock: Leadership, status: StatusLine, *, works: bool) -> None:
    """Lead until asked to stop; UnavailableError when the lock or the database is gone."""
    from monitor.daemon import Daemon
    from monitor.stopping import heeding_signals

    daemon = Daemon(app)
    with _desk(app, is_wanted=True), status:
        work = status.beside(daemon.lead(lock, works=works))
        asyncio.run(heeding_signals(work, stopping=daemon.stopping))


def _named(options: Options) -> list[str]:
    """The options before the command, to go on with."""
    named = {"--config": options.config, "--data-dir": options.data_dir}
    return [f"{name} {near(path.absolute())}" for name, path in named.items() if path]


@contextmanager
def _desk(app: App, *, is_wanted: bool) -> Iterator[None]:
    """The desk beside the daemon; a port that is taken is told, and the daemon runs without."""
    settings = app.config.daemon.desk
    if not (is_wanted and settings.is_served):
        yield
        return
    from monitor.desk import desk_beside
    from monitor.workbench import Workbench

    with ExitStack() as stack:
        try:
            made = Workbench(app).desk(author=login())
            stack.enter_context(desk_beside(made, host=settings.host, port=settings.port))
        except OSError:
            err.print(f"[yellow]![/] no desk: port {settings.port} is taken. Set another one: desk.port")
        else:
            out.print(f"[bold]Desk:[/] {settings.url}")
        yield


@contextmanager
def _metrics(app: App, *, leads: Callable[[], bool] = lambda: True) -> Iterator[None]:
    """Numbers for Prometheus beside the daemon; a port that is taken is told, and the daemon runs without."""
    with ExitStack() as stack:
        try:
            stack.enter_context(app.metrics(leads=leads))
        except OSError:
            err.print(f"[yellow]![/] no metrics: port {app.config.daemon.metrics.port} is taken")
        yield


def once(ctx: typer.Context, verbose: VerboseOption = False) -> None:
    """Do one full cycle, for cron. The same as run --once.

    It polls what is due, works off the queue, and writes the digests that are due.

    \b
    Example, in a crontab:
      */15 * * * *  widerhall --config /etc/widerhall once 2>> /var/log/widerhall.log
    """
    run(ctx, demo=False, once=True, only_lead=False, port=None, verbose=verbose)


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

"""`desk`: the pages for reviewing and tuning, served on this machine."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from monitor.cli.console import err, out, plain
from monitor.cli.options import AuthorOption, login, open_app, quiet_logs
from monitor.errors import UnavailableError


def desk(
    ctx: typer.Context,
    port: Annotated[
        int | None, typer.Option("--port", min=1, max=65535, help="Where it listens, on this machine.  [dim](8787)")
    ] = None,
    author: AuthorOption = "",
) -> None:
    """Review matches and tune in a browser.

    `widerhall run` serves it as well; this is the desk alone. As shipped it listens on this machine only, and whoever
    can use the machine can use the desk; see `widerhall account` for serving it to others.

    \b
    Example:
      widerhall desk --port 8000
    """
    from monitor.desk import serve_desk
    from monitor.stopping import ended_by_signals
    from monitor.workbench import Workbench

    ctx.with_resource(ended_by_signals())
    quiet_logs()
    application = open_app(ctx)
    made = Workbench(application).desk(author=author or login(), is_alone=True)
    settings = application.config.daemon.desk
    chosen = port or settings.port
    url = replace(settings, port=chosen).url
    out.print(f"[bold]{plain(url)}[/] [dim]· {plain(made.watch().title)} · Ctrl-C ends[/]")
    if settings.login == "accounts" and not application.store.accounts():
        err.print("[yellow]![/] nobody has an account yet: widerhall account add NAME")
    try:
        serve_desk(made, host=settings.host, port=chosen)
    except OSError as error:
        raise UnavailableError(f"port {chosen} is taken (by a running daemon?): name another with --port") from error

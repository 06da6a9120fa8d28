"""`desk`: the pages for reviewing and tuning, served on this machine."""

from __future__ import annotations

from typing import Annotated

import typer

from monitor.cli.console import out, plain
from monitor.cli.options import AuthorOption, login, open_app, quiet_logs

#: «8787» is free on most machines, and said in the documentation.
PORT = 8787


def desk(
    ctx: typer.Context,
    port: Annotated[
        int, typer.Option("--port", min=1, max=65535, help="Where it listens, on this machine only.")
    ] = PORT,
    author: AuthorOption = "",
) -> None:
    """Review matches and try thresholds in a browser.

    Beside a running daemon or alone. It listens on this machine only, and has no accounts: whoever can use the machine
    can use the desk.

    \b
    Example:
      widerhall desk --port 8000
    """
    from monitor.desk import serve_desk

    quiet_logs()
    application = open_app(ctx)
    made = application.desk(author=author or login())
    out.print(f"[bold]http://127.0.0.1:{port}[/] [dim]· {plain(made.watch().title)} · Ctrl-C ends[/]")
    serve_desk(made, host="127.0.0.1", port=port)

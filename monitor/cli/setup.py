"""`init` and `check`: a configuration to edit, and whether it is sound."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.console import EXIT_USAGE, JsonOption, Options, err, out, plain, print_json


def init(
    directory: Annotated[Path, typer.Argument(help="Folder to make.")],
    force: Annotated[bool, typer.Option("--force", help="Write over files that are there already.")] = False,
) -> None:
    """Copy the shipped configuration into DIRECTORY, to edit it.

    Then:  widerhall --config DIRECTORY check   and   widerhall --config DIRECTORY run
    """
    from monitor.settings import init_config

    written = init_config(directory, force=force)
    for path in written:
        out.print(f"  {plain(path)}")
    out.print(f"{len(written)} files. Edit them, then: [bold]widerhall --config {plain(directory)} check[/]")


def check(
    ctx: typer.Context,
    directory: Annotated[Path | None, typer.Argument(help="Folder to check; without it, the one in use.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Report every problem of a configuration, with file, line and column.

    Exit code 0: sound (warnings may remain), 2: a daemon would not start.
    """
    from monitor.settings import check_config

    options: Options = ctx.obj
    problems = check_config(directory or options.config)
    errors = [problem for problem in problems if not problem.is_warning]
    if as_json:
        print_json({"schema": "widerhall.check/1", "ok": not errors, "problems": problems})
    else:
        for problem in problems:
            mark = "[yellow]warning[/]" if problem.is_warning else "[bold red]error[/]"
            err.print(f"{mark} {plain(problem)}", soft_wrap=True)
        warnings = len(problems) - len(errors)
        verdict = f"[bold red]{len(errors)} error(s)[/]" if errors else "[green]sound[/]"
        out.print(verdict + (f", {warnings} warning(s)" if warnings else ""))
    if errors:
        raise typer.Exit(EXIT_USAGE)

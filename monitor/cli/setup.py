"""`init` and `check`: a configuration to edit, and whether it is sound."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.console import EXIT_USAGE, counted, err, near, out, plain, print_json
from monitor.cli.options import JsonOption, Options, load_app
from monitor.errors import ConfigError, StoreError, UnavailableError


def init(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to make.")],
    force: Annotated[
        bool, typer.Option("--force", help="Replace files that are there; the old ones stay as .bak.")
    ] = False,
) -> None:
    """Copy the shipped configuration, for editing.

    \b
    Examples:
      widerhall init my-watch
      widerhall --config my-watch check
      widerhall --config my-watch run
    """
    from monitor.settings import init_config

    written = init_config(directory, force=force)
    for path in written:
        out.print(f"  {plain(near(path.absolute()))}", soft_wrap=True)
    then = f"[bold]widerhall --config {plain(directory)} check[/]"
    out.print(f"{counted(len(written), 'file')} written. Edit them, then: {then}", soft_wrap=True)


def _own_seeds(options: Options) -> Sequence[str]:
    """Seeds of the database, which watches may cite; none where there is no database (yet), or no configuration."""
    try:
        with closing(load_app(options)) as app:
            return app.store.documents("seed_profile") if app.has_store else ()
    except (ConfigError, UnavailableError, StoreError):
        return ()


def check(
    ctx: typer.Context,
    directory: Annotated[
        Path | None, typer.Argument(metavar="[DIR]", help="Folder to check; without it, the one in use.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Report every problem of a configuration.

    Each with file, line and column, what was expected, and what was probably meant. Exit code 0: sound (warnings may
    remain); 2: a daemon would not start.

    \b
    Examples:
      widerhall check
      widerhall check my-watch
      widerhall check my-watch --json | jq '.problems[] | select(.is_warning | not)'
    """
    from monitor.settings import check_config

    options: Options = ctx.obj
    chosen = Options(config=directory or options.config, data_dir=options.data_dir)
    problems = check_config(chosen.config, seeds=_own_seeds(chosen))
    errors = sum(not problem.is_warning for problem in problems)
    if as_json:
        print_json("widerhall.check/1", {"is_sound": not errors, "problems": problems})
    else:
        for problem in problems:
            mark = "[yellow]warning[/]" if problem.is_warning else "[bold red]error[/]"
            err.print(f"{mark} {plain(problem)}", soft_wrap=True)
        verdict = f"[bold red]{counted(errors, 'error')}[/]" if errors else "[green]sound[/]"
        out.print(verdict + (f", {counted(len(problems) - errors, 'warning')}" if len(problems) > errors else ""))
    if errors:
        raise typer.Exit(EXIT_USAGE)

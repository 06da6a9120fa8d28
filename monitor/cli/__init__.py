"""`widerhall …`: one module a group of commands. Errors become one clear line and an exit code here, nowhere else."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from monitor import __version__
from monitor.cli import analyse, data, digest, evaluate, feeds, judge, look, run, seed, setup
from monitor.cli.console import EXIT_PROBLEMS, EXIT_UNAVAILABLE, EXIT_USAGE, Options, err, plain
from monitor.errors import ConfigError, NotFoundError, UnavailableError, UsageError, WiderhallError

app = typer.Typer(
    name="widerhall",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Media monitoring by example: give it one article, it finds the reporting that echoes it, and says why.",
    epilog="[dim]New here?[/]  widerhall run --demo --once   then   widerhall --data-dir demo-data/… matches",
)


def _version(wanted: bool) -> None:
    if wanted:
        sys.stdout.write(f"widerhall {__version__}\n")
        raise typer.Exit


@app.callback()
def options(
    ctx: typer.Context,
    config: Annotated[
        Path | None,
        typer.Option(
            "--config",
            "-c",
            envvar="WIDERHALL_CONFIG",
            help="Folder of the configuration; without it, the shipped one.",
        ),
    ] = None,
    data_dir: Annotated[
        Path | None,
        typer.Option("--data-dir", "-d", envvar="WIDERHALL_DATA_DIR", help="Folder of the database, digests and lock."),
    ] = None,
    _show: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    ctx.obj = Options(config=config, data_dir=data_dir)


RUNNING, READING, TUNING, MOVING = "Run", "Read and review", "Tune", "Set up, import and export"

for panel, commands in {
    RUNNING: (run.run, run.once, run.newsroom, look.status),
    READING: (look.matches, look.show, look.explain, judge.verdict, digest.digest, analyse.analyse),
    TUNING: (evaluate.evaluate,),
    MOVING: (setup.init, setup.check, data.import_, data.export),
}.items():
    for command in commands:
        app.command(name=command.__name__.rstrip("_"), rich_help_panel=panel)(command)
app.add_typer(feeds.app, name="feeds", rich_help_panel=MOVING)
app.add_typer(seed.app, name="seed", rich_help_panel=TUNING)


def main() -> None:
    """The console script: run a command, turn errors into a line a person can act on and an exit code."""
    try:
        app()
    except ConfigError as error:
        for problem in error.problems:
            err.print(plain(problem), soft_wrap=True)
        err.print(
            f"[bold red]{len(error.problems)} problem(s) in the configuration.[/] Mend them, then: widerhall check"
        )
        sys.exit(EXIT_USAGE)
    except (UsageError, NotFoundError) as error:
        _fail(error, EXIT_USAGE)
    except UnavailableError as error:
        _fail(error, EXIT_UNAVAILABLE)
    except WiderhallError as error:
        _fail(error, EXIT_PROBLEMS)
    except BrokenPipeError:
        sys.stderr.close()  # `widerhall matches | head` is no error
        sys.exit(0)


def _fail(error: WiderhallError, code: int) -> None:
    err.print(f"[bold red]widerhall:[/] {plain(error)}", soft_wrap=True)
    sys.exit(code)

"""`widerhall …`: one module a group of commands. Errors become one clear line and an exit code here, nowhere else."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from monitor import __version__
from monitor.cli import (
    account,
    actor_decisions,
    actors,
    analyse,
    background,
    data,
    db,
    deliver,
    desk,
    digest,
    doctor,
    evaluate,
    feeds,
    imports,
    judge,
    learn,
    look,
    reextract,
    rescore,
    review,
    run,
    seed,
    setup,
    sources,
    stories,
    tune,
    watch,
    worker,
)
from monitor.cli.console import EXIT_PROBLEMS, EXIT_UNAVAILABLE, EXIT_USAGE, counted, err, plain
from monitor.cli.options import Options
from monitor.errors import ConfigError, NotFoundError, UnavailableError, UsageError, WiderhallError


class Group(TyperGroup):
    """Runs a command and turns what goes wrong into something a person can act on, and an exit code."""

    def invoke(self, ctx: Any) -> Any:
        # What cannot be encoded (half a character from a broken page) is spelt out rather than a crash.
        for stream in (sys.stdout, sys.stderr):
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except ConfigError as error:
            raise typer.Exit(_tell_problems(error)) from error
        except (UsageError, NotFoundError) as error:
            raise typer.Exit(_tell(str(error), EXIT_USAGE)) from error
        except UnavailableError as error:
            raise typer.Exit(_tell(str(error), EXIT_UNAVAILABLE)) from error
        except WiderhallError as error:
            raise typer.Exit(_tell(str(error), EXIT_PROBLEMS)) from error
        except BrokenPipeError:  # `widerhall matches | head` is no error
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit from None
        except OSError as error:
            about = f"{error.filename}: " if error.filename else ""
            is_wrong_name = isinstance(error, FileNotFoundError | IsADirectoryError | NotADirectoryError)
            code = EXIT_USAGE if is_wrong_name else EXIT_UNAVAILABLE
            raise typer.Exit(_tell(f"{about}{error.strerror or error}", code)) from error
        return result


def _tell_problems(error: ConfigError) -> int:
    for problem in error.problems:
        mark = "[yellow]warning[/]" if problem.is_warning else "[bold red]error[/]"
        err.print(f"{mark} {plain(problem)}", soft_wrap=True)
    errors = sum(not problem.is_warning for problem in error.problems)
    return _tell(f"{counted(errors, 'error')} in the configuration. Mend them, then: widerhall check", EXIT_USAGE)


def _tell(message: str, code: int) -> int:
    err.print(f"[bold red]widerhall:[/] {plain(message)}", soft_wrap=True)
    return code


app = typer.Typer(
    cls=Group,
    name="widerhall",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Media monitoring by example: give it one article, it finds the reporting that echoes it, and says why.",
    epilog="New here?  [bold]widerhall run --demo --once[/]  shows the whole job in a minute, without internet.",
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
        typer.Option("--config", "-c", envvar="WIDERHALL_CONFIG", help="Folder of the configuration.  [dim](shipped)"),
    ] = None,
    data_dir: Annotated[
        Path | None,
        typer.Option("--data-dir", "-d", envvar="WIDERHALL_DATA_DIR", help="Folder of the database and the digests."),
    ] = None,
    _show: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    ctx.obj = Options(config=config, data_dir=data_dir)


RUNNING, READING, TUNING, MOVING = "Run", "Read and review", "Tune", "Set up, import and export"

PANELS: dict[str, tuple[Callable[..., None], ...]] = {
    RUNNING: (run.run, run.once, worker.worker, desk.desk, account.audit, run.newsroom, look.status, doctor.doctor),
    READING: (
        look.matches,
        look.show,
        look.explain,
        judge.verdict,
        review.review,
        digest.digest,
        stories.stories,
        stories.compare,
        analyse.analyse,
    ),
    TUNING: (evaluate.evaluate, rescore.rescore, reextract.reextract),
    MOVING: (setup.init, setup.check, imports.import_, data.export),
}
for panel, commands in PANELS.items():
    for command in commands:
        app.command(name=command.__name__.rstrip("_"), rich_help_panel=panel)(command)
for change in (
    sources.add,
    sources.pause,
    sources.resume,
    sources.poll,
    sources.import_,
    sources.export,
    sources.health,
):
    feeds.app.command(name=change.__name__.rstrip("_"))(change)
for decision in (
    actor_decisions.confirm,
    actor_decisions.merge,
    actor_decisions.reject,
    actor_decisions.undo,
    actor_decisions.decisions,
    actor_decisions.apply,
    actor_decisions.add,
):
    actors.app.command(name=decision.__name__)(decision)
app.add_typer(stories.app, name="story", rich_help_panel=READING)
app.add_typer(actors.app, name="actors", rich_help_panel=READING)
app.add_typer(account.app, name="account", rich_help_panel=RUNNING)
app.add_typer(deliver.app, name="deliver", rich_help_panel=RUNNING)
app.add_typer(tune.app, name="tune", rich_help_panel=TUNING)
app.add_typer(learn.app, name="learn", rich_help_panel=TUNING)
app.add_typer(background.app, name="background", rich_help_panel=TUNING)
app.add_typer(feeds.app, name="feeds", rich_help_panel=MOVING)
app.add_typer(db.app, name="db", rich_help_panel=MOVING)
app.add_typer(seed.app, name="seed", rich_help_panel=MOVING)
app.add_typer(watch.app, name="watch", rich_help_panel=MOVING)


def main() -> None:
    """The console script. A fault of the program itself is said in one line; WIDERHALL_DEBUG=1 shows where."""
    try:
        app()
    except Exception as error:
        if os.environ.get("WIDERHALL_DEBUG"):
            raise
        message = f"this is a fault of the program: {error!r}. WIDERHALL_DEBUG=1 shows where; please report it"
        sys.exit(_tell(message, EXIT_PROBLEMS))

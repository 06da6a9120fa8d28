"""`import` and `export`: articles in and out as files."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TextIO

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn

from monitor.cli.console import EXIT_PROBLEMS, Options, WatchOption, err, open_app, out, pick_watch, plain
from monitor.model import ArticleFilter, Outcome

BAD_LINES_SHOWN = 20


class What(StrEnum):
    """What can be exported."""

    ARTICLES = "articles"
    MATCHES = "matches"


class FileFormat(StrEnum):
    """How it is written."""

    JSONL = "jsonl"
    CSV = "csv"


def import_(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="A .jsonl or .jsonl.gz file: id, title, text, lang, date, url a line.")],
) -> None:
    """Read articles from a file, assess them and store them as backlog: reviewable, not in the daily digest.

    Repeating an import changes nothing. Lines that are no article are named and left out (exit code 1).
    """
    from monitor.app import App
    from monitor.exchange import BadLine, import_rows, read_jsonl

    options: Options = ctx.obj
    app = App.load(options.config, data_dir=options.data_dir, creates=True)
    ctx.call_on_close(app.close)
    rows = list(read_jsonl(file))
    bad: list[BadLine] = []
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=err, transient=True) as progress:
        task = progress.add_task(plain(file.name), total=len(rows))
        for result in import_rows(iter(rows), store=app.store, reader=app.reader, clock=app.clock):
            if isinstance(result, BadLine):
                bad.append(result)
            progress.advance(task)
    for line in bad[:BAD_LINES_SHOWN]:
        err.print(f"{plain(file)}:{line.line}: {plain(line.message)}", soft_wrap=True)
    if len(bad) > BAD_LINES_SHOWN:
        err.print(f"… and {len(bad) - BAD_LINES_SHOWN} more")
    out.print(f"{len(rows) - len(bad)} articles from {plain(file)}" + (f", {len(bad)} lines left out" if bad else ""))
    if bad:
        raise typer.Exit(EXIT_PROBLEMS)


def export(
    ctx: typer.Context,
    what: Annotated[What, typer.Argument(help="All articles, or only matches.")],
    form: Annotated[
        FileFormat, typer.Option("--format", "-f", help="One JSON object a line, or CSV.")
    ] = FileFormat.JSONL,
    to: Annotated[Path | None, typer.Option("--out", "-o", help="Write to a file instead of the terminal.")] = None,
    with_text: Annotated[bool, typer.Option("--with-text", help="The whole texts, not excerpts.")] = False,
    watch: WatchOption = "",
) -> None:
    """Write articles or matches for other programs.

    Example:  widerhall export matches --format csv --out matches.csv
    """
    from monitor.exchange import export_row, write_csv, write_jsonl

    app = open_app(ctx)
    wanted = ArticleFilter(
        watch=pick_watch(app, watch).id,
        outcomes=frozenset({Outcome.MATCH}) if what is What.MATCHES else frozenset(),
    )
    rows = (export_row(report, with_text=with_text) for report in app.store.reports(wanted))
    target = to.open("w", encoding="utf-8", newline="") if to else nullcontext[TextIO](sys.stdout)
    with target as stream:
        if form is FileFormat.CSV:
            count = write_csv(rows, stream, with_text=with_text)
        else:
            count = write_jsonl(rows, stream)
    err.print(f"{count} {what.value}" + (f" written to {plain(to)}" if to else ""))

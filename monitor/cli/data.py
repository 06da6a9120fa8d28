"""`export`: articles out, for spreadsheets, notebooks and measuring."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.console import counted, err, near, plain, target
from monitor.cli.options import WatchOption, open_app, pick_watch
from monitor.errors import UsageError
from monitor.model import ArticleFilter, Outcome

if TYPE_CHECKING:
    from monitor.app import App
    from monitor.model import Watch


class What(StrEnum):
    """What can be exported."""

    ARTICLES = "articles"
    MATCHES = "matches"
    EVALUATION = "evaluation"


class FileFormat(StrEnum):
    """How it is written."""

    JSONL = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"


def export(
    ctx: typer.Context,
    what: Annotated[
        What,
        typer.Argument(
            metavar="articles|matches|evaluation", help="All articles, only matches, or verdicts as labels."
        ),
    ],
    form: Annotated[
        FileFormat, typer.Option("--format", "-f", help="One JSON object a line, CSV, or Parquet.")
    ] = FileFormat.JSONL,
    to: Annotated[Path | None, typer.Option("--out", "-o", metavar="FILE", help="Write to a file.")] = None,
    with_text: Annotated[bool, typer.Option("--with-text", help="The whole texts, not excerpts.")] = False,
    far: Annotated[int, typer.Option("--far", min=0, help="In an evaluation: so many far articles as irrelevant.")] = 0,
    watch: WatchOption = "",
) -> None:
    """Write articles, matches or a set to evaluate with.

    Columns and keys are described in docs/exchange.md. An evaluation set is a folder for `widerhall evaluate --eval`:
    relevant articles as label 2, irrelevant ones as 0, the same bytes each time.

    \b
    Examples:
      widerhall export matches --format csv --out matches.csv
      widerhall export articles | gzip > articles.jsonl.gz
      widerhall export evaluation --out labelled --far 200
    """
    from monitor.exchange import export_row, write_csv, write_jsonl, write_parquet

    app = open_app(ctx)
    chosen = pick_watch(app, watch)
    if to is None and (what is What.EVALUATION or form is FileFormat.PARQUET):
        raise UsageError("that is no text for a terminal or a pipe: name where it goes with --out")
    if what is What.EVALUATION and to is not None:
        _export_evaluation(app, chosen, to, far)
        return
    wanted = ArticleFilter(
        watch=chosen.id,
        outcomes=frozenset({Outcome.MATCH}) if what is What.MATCHES else frozenset(),
    )
    rows = (export_row(report, with_text=with_text) for report in app.store.reports(wanted))
    if form is FileFormat.PARQUET and to is not None:
        count = write_parquet(rows, to, with_text=with_text)
        err.print(f"{counted(count, what.value.removesuffix('s'))} written to {plain(near(to.absolute()))}")
        return
    with target(to) as stream:
        count = write_csv(rows, stream, with_text=with_text) if form is FileFormat.CSV else write_jsonl(rows, stream)
    if to is not None:
        err.print(
            f"{counted(count, what.value.removesuffix('s'))} written to {plain(near(to.absolute()))}", soft_wrap=True
        )


def _export_evaluation(app: App, watch: Watch, folder: Path, far: int) -> None:
    from monitor.exchange.evalset import write_evaluation_set

    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} is not empty: name another folder")
    everything = app.store.reports(ArticleFilter(watch=watch.id))
    version = app.config.versions[f"watches/{watch.id}.yaml"]
    counts = write_evaluation_set(everything, folder, watch=watch.id, version=version, far=far)
    said = f"{counts['2']} relevant, {counts['0']} irrelevant" + (f", {counts['far']} far below" if far else "")
    err.print(f"{said}: {plain(near(folder.absolute()))}", soft_wrap=True)
    err.print(f"[dim]widerhall evaluate --eval {plain(near(folder.absolute()))}[/]", soft_wrap=True)

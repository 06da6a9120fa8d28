"""`import` and `export`: articles in and out as files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.console import (
    EXIT_PROBLEMS,
    counted,
    err,
    near,
    out,
    outcome_words,
    plain,
    print_json,
    progress_bar,
    target,
)
from monitor.cli.options import JsonOption, WatchOption, open_app, pick_watch, quiet_logs
from monitor.model import ArticleFilter, Outcome

if TYPE_CHECKING:
    from monitor.exchange import BadLine, ImportRow

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
    file: Annotated[Path, typer.Argument(metavar="FILE", help="JSON Lines, gzipped or not.")],
    watch: WatchOption = "",
    as_json: JsonOption = False,
) -> None:
    """Assess articles from a file, and store them.

    Each line is an object with id, title, text, lang, date and url (docs/exchange.md). Imported articles are backlog:
    they can be listed and judged, and are in no daily digest. Repeating an import changes nothing. Lines that are no
    article are named and left out (exit code 1).

    \b
    Examples:
      widerhall import archive.jsonl.gz
      widerhall import archive.jsonl.gz --json | jq .outcomes
    """
    from monitor.exchange import BadLine, count_lines, import_rows, read_jsonl

    quiet_logs()
    total = count_lines(file)
    app = open_app(ctx, creates=True)
    chosen = pick_watch(app, watch)
    bad: list[BadLine] = []
    undated: list[int] = []
    outcomes: Counter[str] = Counter()
    rows = _noting_undated(read_jsonl(file), undated)
    with progress_bar() as progress:
        results = import_rows(rows, store=app.store, reader=app.reader, clock=app.clock)
        for result in progress.track(results, total=total, description=plain(file.name)):
            if isinstance(result, BadLine):
                bad.append(result)
            else:
                outcomes.update(card.outcome.value for card in result.cards if card.watch == chosen.id)
    if as_json:
        print_json(
            "widerhall.import/1",
            {"articles": outcomes.total(), "outcomes": outcomes, "left_out": bad, "undated_lines": undated},
        )
    else:
        _print_import(file, outcomes, bad, undated)
    if bad:
        raise typer.Exit(EXIT_PROBLEMS)


def _noting_undated(rows: Iterable[ImportRow | BadLine], undated: list[int]) -> Iterator[ImportRow | BadLine]:
    """Pass rows on; note the lines whose date says nothing."""
    from monitor.exchange import ImportRow

    for row in rows:
        if isinstance(row, ImportRow) and row.date and row.published is None:
            undated.append(row.line)
        yield row


def _print_import(file: Path, outcomes: Counter[str], bad: list[BadLine], undated: list[int]) -> None:
    for line in bad[:BAD_LINES_SHOWN]:
        err.print(f"{plain(file)}:{line.line}: {plain(line.message)}", soft_wrap=True)
    if len(bad) > BAD_LINES_SHOWN:
        err.print(f"… and {len(bad) - BAD_LINES_SHOWN} more")
    if undated:
        without = f"{counted(len(undated), 'article')} left undated"
        err.print(f"{plain(file)}:{undated[0]}: its date cannot be read; {without}", soft_wrap=True)
    left_out = f", {counted(len(bad), 'line')} left out" if bad else ""
    out.print(f"{counted(outcomes.total(), 'article')} from {plain(file)}{left_out}", soft_wrap=True)
    if outcomes:
        in_order = (outcome.value for outcome in Outcome if outcomes[outcome.value])
        out.print("   ".join(f"{outcome_words(name)} {outcomes[name]}" for name in in_order))


def export(
    ctx: typer.Context,
    what: Annotated[What, typer.Argument(metavar="articles|matches", help="All articles, or only matches.")],
    form: Annotated[
        FileFormat, typer.Option("--format", "-f", help="One JSON object a line, or CSV.")
    ] = FileFormat.JSONL,
    to: Annotated[Path | None, typer.Option("--out", "-o", metavar="FILE", help="Write to a file.")] = None,
    with_text: Annotated[bool, typer.Option("--with-text", help="The whole texts, not excerpts.")] = False,
    watch: WatchOption = "",
) -> None:
    """Write articles or matches for other programs.

    Columns and keys are described in docs/exchange.md.

    \b
    Examples:
      widerhall export matches --format csv --out matches.csv
      widerhall export articles | gzip > articles.jsonl.gz
    """
    from monitor.exchange import export_row, write_csv, write_jsonl

    app = open_app(ctx)
    wanted = ArticleFilter(
        watch=pick_watch(app, watch).id,
        outcomes=frozenset({Outcome.MATCH}) if what is What.MATCHES else frozenset(),
    )
    rows = (export_row(report, with_text=with_text) for report in app.store.reports(wanted))
    with target(to) as stream:
        count = write_csv(rows, stream, with_text=with_text) if form is FileFormat.CSV else write_jsonl(rows, stream)
    if to is not None:
        err.print(
            f"{counted(count, what.value.removesuffix('s'))} written to {plain(near(to.absolute()))}", soft_wrap=True
        )

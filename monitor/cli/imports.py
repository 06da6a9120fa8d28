"""`import`: articles in, from files of texts, web archives and folders of pages."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.console import EXIT_PROBLEMS, counted, err, out, outcome_words, plain, print_json, progress_bar
from monitor.cli.options import JsonOption, WatchOption, open_app, parse_day, pick_watch, quiet_logs
from monitor.errors import UsageError
from monitor.exchange.pages import Keep
from monitor.model import Outcome

if TYPE_CHECKING:
    from rich.progress import Progress

    from monitor.app import App
    from monitor.exchange import BadLine, ImportRow
    from monitor.exchange.pages import Snapshot
    from monitor.model import ScoreCard

BAD_LINES_SHOWN = 20
WARC_ENDINGS = (".warc", ".warc.gz")
CSV_ENDINGS = (".csv", ".csv.gz", ".tsv", ".tsv.gz")
#: How far into an archive an earlier run came.
PLACES = "import"


@dataclass
class Report:
    """What came of one import."""

    watch: str
    outcomes: Counter[str] = field(default_factory=Counter)
    left_out: list[tuple[Path, BadLine]] = field(default_factory=list)
    undated: list[tuple[Path, int]] = field(default_factory=list)
    #: Pages that gave no article, by reason; `far` are those not kept.
    passed_over: Counter[str] = field(default_factory=Counter)
    stored: int = 0

    def store(self, cards: Iterable[ScoreCard]) -> None:
        self.stored += 1
        self.outcomes.update(card.outcome.value for card in cards if card.watch == self.watch)


def import_(
    ctx: typer.Context,
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="JSON Lines, CSV, WARC, or a folder of HTML.")],
    watch: WatchOption = "",
    keep: Annotated[
        Keep | None, typer.Option("--keep", help="Of pages: all, or those near to a watch.  [dim](WARC: near)[/]")
    ] = None,
    since: Annotated[str, typer.Option("--from", metavar="DAY", help="Pages fetched on that day or later.")] = "",
    until: Annotated[str, typer.Option("--to", metavar="DAY", help="Pages fetched on that day or earlier.")] = "",
    again: Annotated[bool, typer.Option("--again", help="Read archives from their beginning.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Assess articles from files, and store them.

    Lines and rows are objects with id, title, text, lang, date and url (docs/exchange.md); web archives (.warc.gz) and
    folders of HTML hold pages, which are extracted first. An archive that was interrupted goes on where it ended.
    Imported articles are backlog: they can be listed and judged, and are in no daily digest. Repeating an import
    changes nothing. What is no article is named and left out (exit code 1).

    \b
    Examples:
      widerhall import archive.jsonl.gz
      widerhall import archive.jsonl.gz --json | jq .outcomes
      widerhall import CC-NEWS-201608*.warc.gz --from 2016-08-26 --keep near
      widerhall import saved-pages/ clippings.csv
    """
    quiet_logs()
    if missing := [path for path in files if not path.exists()]:
        raise UsageError(f"{missing[0]}: No such file or directory")
    app = open_app(ctx, creates=True)
    report = Report(watch=pick_watch(app, watch).id)
    span = _span(app, since, until)
    with progress_bar() as progress:
        for path in files:
            if path.is_dir() or path.name.endswith(WARC_ENDINGS):
                _import_pages(app, path, report, progress, keep=keep, span=span, again=again)
            else:
                _import_rows(app, path, report, progress)
    if as_json:
        _print_json(report)
    else:
        _print_report(files, report)
    if report.left_out:
        raise typer.Exit(EXIT_PROBLEMS)


def _span(app: App, since: str, until: str) -> tuple[datetime | None, datetime | None]:
    """The days asked for, as moments in UTC; the last one is within."""

    def begins(day: date) -> datetime:
        return datetime.combine(day, time.min, UTC)

    today = app.clock().date()
    last = begins(parse_day(until, today=today)) + timedelta(days=1) if until else None
    return begins(parse_day(since, today=today)) if since else None, last


# --- texts ----------------------------------------------------------------------------------------------------------


def _import_rows(app: App, path: Path, report: Report, progress: Progress) -> None:
    from monitor.exchange import BadLine, count_lines, import_rows, read_csv, read_jsonl

    read = read_csv if path.name.lower().endswith(CSV_ENDINGS) else read_jsonl
    rows = _noting_undated(read(path), lambda line: report.undated.append((path, line)))
    results = import_rows(rows, store=app.store, reader=app.reader, clock=app.clock)
    for result in progress.track(results, total=count_lines(path), description=plain(path.name)):
        if isinstance(result, BadLine):
            report.left_out.append((path, result))
        else:
            report.store(result.cards)


def _noting_undated(rows: Iterable[ImportRow | BadLine], note: Callable[[int], None]) -> Iterator[ImportRow | BadLine]:
    """Pass rows on; note the lines whose date says nothing."""
    from monitor.exchange import ImportRow

    for row in rows:
        if isinstance(row, ImportRow) and row.date and row.published is None:
            note(row.line)
        yield row


# --- pages ----------------------------------------------------------------------------------------------------------


def _import_pages(
    app: App,
    path: Path,
    report: Report,
    progress: Progress,
    *,
    keep: Keep | None,
    span: tuple[datetime | None, datetime | None],
    again: bool,
) -> None:
    """Of an archive, from where an earlier run ended; how far it came is kept after each batch."""
    from monitor.exchange.folder import count_pages, read_folder
    from monitor.exchange.warc import read_warc

    since, until = span
    if path.is_dir():
        task = progress.add_task(plain(path.name), total=count_pages(path))
        found, chosen = read_folder(path), keep or Keep.ALL
    else:
        size, place = path.stat().st_size, _place(path)
        done = 0 if again else int(json.loads(app.store.document(PLACES, place) or b"0"))
        task = progress.add_task(plain(path.name), total=size, completed=done)
        found, chosen = read_warc(path, begins_at=done, since=since, until=until), keep or Keep.NEAR

    def pages() -> Iterator[Snapshot]:
        from monitor.exchange import BadLine

        for each in found:
            if isinstance(each, BadLine):
                report.left_out.append((path, each))
            else:
                yield each

    async def take() -> None:
        from monitor.exchange.pages import take_pages

        async with app.pipeline(asyncio.Event()) as pipeline:
            async for taken, ends_at in take_pages(pipeline, pages(), keep=chosen):
                for each in taken:
                    if each.article_id is None:
                        report.passed_over[each.reason] += 1
                    else:
                        report.store(each.cards)
                if path.is_dir():
                    progress.advance(task, len(taken))
                else:
                    app.store.put_document(PLACES, place, json.dumps(ends_at).encode(), now=app.clock())
                    progress.update(task, completed=ends_at)
        if not path.is_dir():
            app.store.put_document(PLACES, place, json.dumps(size).encode(), now=app.clock())
            progress.update(task, completed=size)

    asyncio.run(take())


def _place(path: Path) -> str:
    """What an archive is known by: its name and size, wherever it lies."""
    return hashlib.sha256(f"{path.name}:{path.stat().st_size}".encode()).hexdigest()[:24]


# --- what came of it ------------------------------------------------------------------------------------------------


def _print_json(report: Report) -> None:
    print_json(
        "widerhall.import/1",
        {
            "articles": report.stored,
            "outcomes": report.outcomes,
            "left_out": [{"file": str(path), **vars(bad)} for path, bad in report.left_out],
            "passed_over": report.passed_over,
            "undated_lines": [line for _, line in report.undated],
        },
    )


def _print_report(files: list[Path], report: Report) -> None:
    for path, bad in report.left_out[:BAD_LINES_SHOWN]:
        err.print(f"{plain(path)}{f':{bad.line}' if bad.line else ''}: {plain(bad.message)}", soft_wrap=True)
    if len(report.left_out) > BAD_LINES_SHOWN:
        err.print(f"… and {len(report.left_out) - BAD_LINES_SHOWN} more")
    if report.undated:
        path, line = report.undated[0]
        without = f"{counted(len(report.undated), 'article')} left undated"
        err.print(f"{plain(path)}:{line}: its date cannot be read; {without}", soft_wrap=True)
    left_out = f", {counted(len(report.left_out), 'line')} left out" if report.left_out else ""
    names = plain(files[0]) if len(files) == 1 else f"{len(files)} files"
    out.print(f"{counted(report.stored, 'article')} from {names}{left_out}", soft_wrap=True)
    if report.outcomes:
        in_order = (outcome.value for outcome in Outcome if report.outcomes[outcome.value])
        out.print("   ".join(f"{outcome_words(name)} {report.outcomes[name]}" for name in in_order))
    if report.passed_over:
        far = report.passed_over.pop("far", 0)
        others = [f"{number} {reason.replace('_', ' ')}" for reason, number in report.passed_over.most_common()]
        said = [f"{counted(far, 'page')} far from every watch"] if far else []
        said += [f"no article: {', '.join(others)}"] if others else []
        out.print(f"[dim]Not stored: {'; '.join(said)}[/]", soft_wrap=True)

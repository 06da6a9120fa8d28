"""`import`: articles in, from files of texts, web archives, folders of pages, and sites by their sitemaps."""

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
from monitor.errors import UnavailableError, UsageError
from monitor.exchange.pages import Keep
from monitor.model import Outcome

if TYPE_CHECKING:
    from rich.progress import Progress

    from monitor.app import App
    from monitor.exchange import BadLine, ImportRow
    from monitor.exchange.pages import Snapshot, Taken
    from monitor.exchange.site import Span
    from monitor.model import ScoreCard

BAD_LINES_SHOWN = 20
WARC_ENDINGS = (".warc", ".warc.gz")
CSV_ENDINGS = (".csv", ".csv.gz", ".tsv", ".tsv.gz")
#: Why a page that could have been an article is not stored now.
NOT_STORED = {
    "far": "far from every watch",
    "known": "asked for before or here already",
    "undated": "of no known day",
}
#: How far into an archive an earlier run came.
PLACES = "import"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which pages are asked for."""

    #: None: what is usual for where they come from.
    keep: Keep | None
    span: Span
    #: Also what was read or asked for before.
    again: bool


@dataclass
class Report:
    """What came of one import."""

    watch: str
    outcomes: Counter[str] = field(default_factory=Counter)
    left_out: list[tuple[str, BadLine]] = field(default_factory=list)
    undated: list[tuple[Path, int]] = field(default_factory=list)
    #: Pages that gave no article, by reason; `far` are those not kept, `known` and `undated` those not asked for.
    passed_over: Counter[str] = field(default_factory=Counter)
    stored: int = 0

    def store(self, cards: Iterable[ScoreCard]) -> None:
        self.stored += 1
        self.outcomes.update(card.outcome.value for card in cards if card.watch == self.watch)

    def take(self, page: Taken) -> None:
        if page.article_id is None:
            self.passed_over[page.reason] += 1
        else:
            self.store(page.cards)


def import_(
    ctx: typer.Context,
    files: Annotated[
        list[str],
        typer.Argument(metavar="FILE…", help="JSON Lines, CSV, WARC, a folder of HTML, a sitemap or its URL."),
    ],
    watch: WatchOption = "",
    keep: Annotated[
        Keep | None, typer.Option("--keep", help="Of pages: all, or those near to a watch.  [dim](folders: all)[/]")
    ] = None,
    since: Annotated[str, typer.Option("--since", "--from", metavar="DAY", help="Pages of that day or later.")] = "",
    until: Annotated[str, typer.Option("--until", "--to", metavar="DAY", help="Pages of that day or earlier.")] = "",
    again: Annotated[bool, typer.Option("--again", help="Begin anew, whatever was read or asked for before.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Assess articles from files, and store them.

    Lines and rows are objects with id, title, text, lang, date and url (docs/exchange.md); web archives (.warc.gz) and
    folders of HTML hold pages, which are extracted first. A sitemap, an index of sitemaps or a robots.txt (address or
    file) names pages of a site, which are asked for one by one. What was interrupted goes on where it ended.
    Imported articles are backlog: they can be listed and judged, and are in no daily digest. Repeating an import
    changes nothing. What is no article is named and left out (exit code 1).

    \b
    Examples:
      widerhall import archive.jsonl.gz
      widerhall import archive.jsonl.gz --json | jq .outcomes
      widerhall import CC-NEWS-201608*.warc.gz --since 2016-08-26 --keep near
      widerhall import https://www.example.org --since 2016-08-08
      widerhall import saved-pages/ clippings.csv
    """
    from monitor.exchange.site import is_address, is_site

    quiet_logs()
    if missing := [name for name in files if not is_address(name) and not Path(name).exists()]:
        raise UsageError(f"{missing[0]}: No such file or directory")
    app = open_app(ctx, creates=True)
    report = Report(watch=pick_watch(app, watch).id)
    wanted = Wanted(keep=keep, span=_span(app, since, until), again=again)
    try:
        with progress_bar() as progress:
            for name in files:
                path = Path(name)
                if is_site(name):
                    _import_site(app, name, wanted, report, progress)
                elif path.is_dir() or path.name.endswith(WARC_ENDINGS):
                    _import_pages(app, path, wanted, report, progress)
                else:
                    _import_rows(app, path, report, progress)
    except KeyboardInterrupt as stop:
        err.print(f"Stopped after {counted(report.stored, 'article')}. The same command goes on from there.")
        raise typer.Exit(130) from stop
    if as_json:
        _print_json(report)
    else:
        _print_report(files, report)
    if report.left_out:
        raise typer.Exit(EXIT_PROBLEMS)


def _span(app: App, since: str, until: str) -> Span:
    """The days asked for, as moments in UTC; the last one is within."""
    from monitor.exchange.site import Span

    def begins(day: date) -> datetime:
        return datetime.combine(day, time.min, UTC)

    today = app.clock().date()
    return Span(
        since=begins(parse_day(since, today=today)) if since else None,
        until=begins(parse_day(until, today=today)) + timedelta(days=1) if until else None,
    )


# --- texts ----------------------------------------------------------------------------------------------------------


def _import_rows(app: App, path: Path, report: Report, progress: Progress) -> None:
    from monitor.exchange import BadLine, count_lines, import_rows, read_csv, read_jsonl

    read = read_csv if path.name.lower().endswith(CSV_ENDINGS) else read_jsonl
    rows = _noting_undated(read(path), lambda line: report.undated.append((path, line)))
    results = import_rows(rows, store=app.store, reader=app.reader, clock=app.clock)
    for result in progress.track(results, total=count_lines(path), description=plain(path.name)):
        if isinstance(result, BadLine):
            report.left_out.append((str(path), result))
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


def _import_pages(app: App, path: Path, wanted: Wanted, report: Report, progress: Progress) -> None:
    """Of an archive, from where an earlier run ended; how far it came is kept after each batch."""
    from monitor.exchange.folder import count_pages, read_folder
    from monitor.exchange.warc import read_warc

    if path.is_dir():
        task = progress.add_task(plain(path.name), total=count_pages(path))
        found, keep = read_folder(path), wanted.keep or Keep.ALL
    else:
        size, place = path.stat().st_size, _place(path)
        done = 0 if wanted.again else int(json.loads(app.store.document(PLACES, place) or b"0"))
        task = progress.add_task(plain(path.name), total=size, completed=done)
        found = read_warc(path, begins_at=done, since=wanted.span.since, until=wanted.span.until)
        keep = wanted.keep or Keep.NEAR

    def pages() -> Iterator[Snapshot]:
        from monitor.exchange import BadLine

        for each in found:
            if isinstance(each, BadLine):
                report.left_out.append((str(path), each))
            else:
                yield each

    async def take() -> None:
        from monitor.exchange.pages import take_pages

        async with app.pipeline(asyncio.Event()) as pipeline:
            async for taken, ends_at in take_pages(pipeline, pages(), keep=keep):
                for each in taken:
                    report.take(each)
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


# --- sites ----------------------------------------------------------------------------------------------------------


def _import_site(app: App, start: str, wanted: Wanted, report: Report, progress: Progress) -> None:
    """Page by page; the bar grows with each sitemap that is read."""
    from monitor.exchange import BadLine
    from monitor.exchange.site import SiteImport, Sitemap

    task, named = progress.add_task(plain(start), total=None), 0

    async def take() -> None:
        nonlocal named
        async with app.pipeline(asyncio.Event()) as pipeline:
            site = SiteImport(
                pipeline=pipeline,
                start=start,
                span=wanted.span,
                keep=wanted.keep or Keep.NEAR,
                again=wanted.again,
            )
            async for each in site.run():
                if isinstance(each, BadLine):
                    report.left_out.append((start, each))
                elif isinstance(each, Sitemap):
                    named += len(each.pages)
                    report.passed_over["undated"] += each.undated
                    progress.update(task, total=named, description=plain(each.url.rpartition("/")[2] or each.url))
                else:
                    report.take(each)
                    progress.advance(task)

    try:
        asyncio.run(take())
    except UnavailableError as error:
        report.left_out.append((start, BadLine(line=0, message=str(error))))


# --- what came of it ------------------------------------------------------------------------------------------------


def _print_json(report: Report) -> None:
    print_json(
        "widerhall.import/1",
        {
            "articles": report.stored,
            "outcomes": report.outcomes,
            "left_out": [{"file": name, **vars(bad)} for name, bad in report.left_out],
            "passed_over": +report.passed_over,
            "undated_lines": [line for _, line in report.undated],
        },
    )


def _print_report(files: list[str], report: Report) -> None:
    for name, bad in report.left_out[:BAD_LINES_SHOWN]:
        err.print(f"{plain(name)}{f':{bad.line}' if bad.line else ''}: {plain(bad.message)}", soft_wrap=True)
    if len(report.left_out) > BAD_LINES_SHOWN:
        err.print(f"… and {len(report.left_out) - BAD_LINES_SHOWN} more")
    if report.undated:
        path, line = report.undated[0]
        without = f"{counted(len(report.undated), 'article')} left undated"
        err.print(f"{plain(path)}:{line}: its date cannot be read; {without}", soft_wrap=True)
    lines = sum(bad.line > 0 for _, bad in report.left_out)
    left_out = f", {counted(lines, 'line')} left out" if lines else ""
    names = plain(files[0]) if len(files) == 1 else f"{len(files)} files"
    out.print(f"{counted(report.stored, 'article')} from {names}{left_out}", soft_wrap=True)
    if report.outcomes:
        in_order = (outcome.value for outcome in Outcome if report.outcomes[outcome.value])
        out.print("   ".join(f"{outcome_words(name)} {report.outcomes[name]}" for name in in_order))
    if passed_over := +report.passed_over:
        said = [
            f"{counted(number, 'page')} {words}"
            for reason, words in NOT_STORED.items()
            if (number := passed_over.pop(reason, 0))
        ]
        others = [f"{number} {reason.replace('_', ' ')}" for reason, number in passed_over.most_common()]
        said += [f"no article: {', '.join(others)}"] if others else []
        out.print(f"[dim]Not stored: {'; '.join(said)}[/]", soft_wrap=True)

"""`reextract`: read kept pages again."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from monitor.cli.console import EXIT_PROBLEMS, counted, err, out, plain, print_json, progress_bar
from monitor.cli.options import JsonOption, article_id_of, open_app, quiet_logs

if TYPE_CHECKING:
    from monitor.app import App
    from monitor.reextract import Reread

#: Changed articles that are named; the others are counted.
SHOWN = 20
_WORDS = {
    "same": "unchanged",
    "facts": "same text; date, authors or quality corrected",
    "text": "new text",
    "won": "article where there was none",
    "nothing": "no article in the page; what was known stays",
}


def reextract(
    ctx: typer.Context,
    since: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Only pages fetched on this day (UTC) or later.")
    ] = None,
    feed: Annotated[str, typer.Option(metavar="FEED", help="Only what this feed brought.")] = "",
    article: Annotated[str, typer.Option(metavar="ID", help="Only this article (a-7, m-12).")] = "",
    first_texts: Annotated[
        bool, typer.Option("--first-texts", help="Only what the two-stage mode has not read in full.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="See what would change; write nothing.")] = False,
    anew: Annotated[
        bool, typer.Option("--anew", help="From the beginning, not from where the last run ended.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Read the kept pages again, with the extraction of today.

    Pages are kept for as long as pages.keep_days says. An article whose text changes gets a new version and is
    assessed anew; verdicts stay, and matches that this makes are backlog: in no daily digest. An article whose page
    gives nothing now stays as it is. Ctrl-C ends it; the same command goes on where it ended.

    \b
    Examples:
      widerhall reextract --dry-run
      widerhall reextract --since 2026-11-01
      widerhall reextract --article a-7
      widerhall reextract --first-texts
    """
    from monitor.collect.extract import FIRST

    quiet_logs()
    app = open_app(ctx)
    start = datetime.combine(since, time(), UTC) if since else None
    article_id = article_id_of(app.store, article) if article else None
    ids = app.store.kept_pages(since=start, feed_id=feed, article_id=article_id, method=FIRST if first_texts else "")
    place = Place(app, f"{since.date() if since else ''}|{feed}|{article}|{first_texts}")
    begun = 0 if anew or dry_run else place.read()
    waiting = [entry_id for entry_id in ids if entry_id > begun]
    if len(waiting) < len(ids):
        err.print(f"going on after {counted(len(ids) - len(waiting), 'page')} (--anew begins from the first)")
    reread = asyncio.run(_work(app, waiting, place=None if dry_run else place))
    is_done = len(reread) == len(waiting)
    if is_done and not dry_run:
        place.forget()
    if as_json:
        print_json("widerhall.reextract/1", _as_json(reread, is_done=is_done, dry_run=dry_run))
    else:
        _print(reread, left=len(waiting) - len(reread), dry_run=dry_run)
    if not is_done:
        raise typer.Exit(EXIT_PROBLEMS)


class Place:
    """How far a run over these pages has come, kept between runs."""

    def __init__(self, app: App, name: str) -> None:
        self._app = app
        self._name = name

    def read(self) -> int:
        kept = self._app.store.document("reextract", self._name)
        return int(json.loads(kept)["after"]) if kept else 0

    def note(self, entry_id: int) -> None:
        body = json.dumps({"after": entry_id}).encode()
        self._app.store.put_document("reextract", self._name, body, now=self._app.clock())

    def forget(self) -> None:
        self.note(0)


async def _work(app: App, entry_ids: Sequence[int], *, place: Place | None) -> list[Reread]:
    """Read them again, with a bar; a signal ends it behind the batch in hand."""
    from monitor.reextract import reread_pages
    from monitor.schedule import run_to_end

    done: list[Reread] = []
    stopping = asyncio.Event()

    async def read() -> None:
        async with app.pipeline(stopping) as pipeline:
            async for batch in reread_pages(pipeline, entry_ids, writes=place is not None):
                done.extend(batch)
                progress.update(task, completed=len(done))
                if place is not None:
                    await asyncio.to_thread(place.note, batch[-1].entry_id)

    with progress_bar() as progress:
        task = progress.add_task("reading pages again", total=len(entry_ids))
        await run_to_end(read(), stopping=stopping)
    return done


def _print(reread: Sequence[Reread], *, left: int, dry_run: bool) -> None:
    would = "would be " if dry_run else ""
    found = Counter(one.what for one in reread)
    table = Table(box=None, show_header=False, pad_edge=False)
    for what, number in found.most_common():
        table.add_row(str(number), _WORDS[what])
    out.print(f"{counted(len(reread), 'page')} read again" + (" (nothing was written)" if dry_run else ""))
    out.print(table)
    gains = Counter(one.gain for one in reread)
    out.print(f"quality {would}better: {gains[1]}   worse: {gains[-1]}")
    made, ended = (_numbers(reread)[name] for name in ("matches_made", "matches_ended"))
    out.print(f"matches {would}made: {made}   ended: {ended}")
    changed = [one for one in reread if one.what in ("text", "won")]
    for one in changed[:SHOWN]:
        out.print(f"  {_change_of(one)}", soft_wrap=True)
    if len(changed) > SHOWN:
        out.print(f"  … and {len(changed) - SHOWN} more")
    if left:
        err.print(f"{counted(left, 'page')} left; the same command goes on")


def _change_of(one: Reread) -> str:
    name = f"a-{one.article_id}" if one.article_id else f"entry {one.entry_id}"
    was = f"{one.before.quality.value}, {len(one.before.text)} letters" if one.before else "nothing"
    now = f"{one.after.quality.value}, {len(one.after.text)} letters" if one.after else "nothing"
    return f"{name}  {was} → {now}  {plain(one.after.title[:60] if one.after else '')}"


def _numbers(reread: Sequence[Reread]) -> dict[str, int]:
    return {
        "matches_made": sum(one.is_match and not one.was_match for one in reread),
        "matches_ended": sum(one.was_match and not one.is_match for one in reread),
    }


def _as_json(reread: Sequence[Reread], *, is_done: bool, dry_run: bool) -> dict[str, Any]:
    found, gains = Counter(one.what.value for one in reread), Counter(one.gain for one in reread)
    return {
        "pages": len(reread),
        "is_done": is_done,
        "is_dry_run": dry_run,
        "found": found,
        "quality": {"better": gains[1], "worse": gains[-1]},
        **_numbers(reread),
        "changed": [
            {
                "article": f"a-{one.article_id}" if one.article_id else None,
                "what": one.what.value,
                "quality_before": one.before.quality.value if one.before else None,
                "quality_after": one.after.quality.value if one.after else None,
                "letters_before": len(one.before.text) if one.before else 0,
                "letters_after": len(one.after.text) if one.after else 0,
            }
            for one in reread
            if one.what.value in ("facts", "text", "won")
        ],
    }

"""`digest`: one watch's day, as text, HTML, Markdown or JSON."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.console import counted, err, near, out, plain, target
from monitor.cli.options import DayOption, WatchOption, open_app, parse_day, pick_watch
from monitor.errors import NotFoundError

if TYPE_CHECKING:
    from monitor.app import App
    from monitor.model import Watch

#: A digest is prose: wider lines are harder to read.
WIDEST = 80


class Format(StrEnum):
    """What a digest can be written as."""

    TEXT = "text"
    HTML = "html"
    MD = "md"
    JSON = "json"


def digest(
    ctx: typer.Context,
    day: DayOption = "today",
    form: Annotated[Format, typer.Option("--format", "-f", help="How to write it.")] = Format.TEXT,
    to: Annotated[Path | None, typer.Option("--out", "-o", metavar="FILE", help="Write to a file instead.")] = None,
    resend: Annotated[
        bool, typer.Option("--resend", help="Deliver it once more to everybody, as it stands now.")
    ] = False,
    watch: WatchOption = "",
) -> None:
    """Show the digest of a day.

    A day that is over is frozen when the daemon writes its digest; today is a preview of what is known so far. The
    JSON is described in docs/digest.md.

    \b
    Examples:
      widerhall digest
      widerhall digest --day yesterday --format html --out digest.html
      widerhall digest --day 2016-08-11 --format md
      widerhall digest --day yesterday --resend
    """
    from monitor.report.digest import today_in
    from monitor.report.gather import gather_digest
    from monitor.report.render import render_digest

    app = open_app(ctx)
    chosen = pick_watch(app, watch)
    now = app.clock()
    wanted = parse_day(day, today=today_in(chosen.digest.zone, now))
    if resend:
        _resend(app, chosen, wanted)
        return
    found = app.store.digest(chosen.id, wanted)
    if found is None:
        found = gather_digest(app.store, chosen, wanted, feeds=app.config.feeds, now=now)
    text = render_digest(found, form.value, width=min(WIDEST, out.width))
    with target(to) as stream:
        stream.write(text)
    if to is not None:
        err.print(f"written to {plain(near(to.absolute()))}", soft_wrap=True)


def _resend(app: App, watch: Watch, day: date) -> None:
    """Queue a stored digest for everybody once more, with what verdicts and merged stories have changed since."""
    from monitor.report.gather import revise_digest

    revise_digest(app.store, watch, day, feeds=app.config.feeds, now=app.clock(), idf=app.background.idf)
    stored = app.store.digest(watch.id, day)
    if stored is None:
        raise NotFoundError(f"no digest of {day} is stored: the daemon writes it when the day is over")
    number = app.courier().resend(watch, stored)
    out.print(
        f"queued for {counted(number, 'receiver')}, revision {stored.revision}. [dim]At once: widerhall deliver[/]"
    )

"""`digest`: one watch's day or days, as text, HTML, Markdown, JSON or an Atom feed."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.console import counted, err, near, out, plain, target
from monitor.cli.options import DayOption, WatchOption, open_app, parse_day, pick_watch, quiet_logs
from monitor.errors import NotFoundError, UsageError

if TYPE_CHECKING:
    from monitor.app import App
    from monitor.model import Digest, Watch

#: A digest is prose: wider lines are harder to read.
WIDEST = 80
#: A leap year.
MOST_DAYS = 366


class Format(StrEnum):
    """What a digest can be written as."""

    TEXT = "text"
    HTML = "html"
    MD = "md"
    MARKDOWN = "markdown"
    JSON = "json"
    ATOM = "atom"


class By(StrEnum):
    """What makes an article one of the day."""

    FOUND = "found"
    PUBLISHED = "published"


def digest(
    ctx: typer.Context,
    day: DayOption = "",
    first: Annotated[str, typer.Option("--from", metavar="DAY", help="The first of several days.")] = "",
    last: Annotated[str, typer.Option("--to", metavar="DAY", help="The last of them; today without it.")] = "",
    by: Annotated[
        By, typer.Option("--by", help="Of the day is what was found then, or what was published, backlog included.")
    ] = By.FOUND,
    form: Annotated[Format, typer.Option("--format", "-f", help="How to write it.")] = Format.TEXT,
    to: Annotated[Path | None, typer.Option("--out", "-o", metavar="FILE", help="Write to a file instead.")] = None,
    resend: Annotated[
        bool, typer.Option("--resend", help="Deliver it once more to everybody, as it stands now.")
    ] = False,
    watch: WatchOption = "",
) -> None:
    """Show the digest of a day, or of several.

    A day that is over is frozen when the daemon writes its digest; today is a preview of what is known so far, and
    so are several days together. «atom» is the feed of the last thirty stored digests. The JSON is described in
    docs/digest.md.

    \b
    Examples:
      widerhall digest
      widerhall digest --day yesterday --format html --out digest.html
      widerhall digest --from 2016-08-08 --to 2016-08-14
      widerhall digest --day 2016-08-11 --by published --format markdown
      widerhall digest --format atom --out digests.atom
      widerhall digest --day yesterday --resend
    """
    from monitor.report.render import render_digest

    quiet_logs()  # standard output is the digest's
    app = open_app(ctx)
    chosen = pick_watch(app, watch)
    if day and (first or last):
        raise UsageError("one day or several: --day, or --from and --to")
    if last and not first:
        raise UsageError("--to needs the first day, too: --from")
    if resend:
        if first or by is By.PUBLISHED:
            raise UsageError("only the stored digest of one day can be delivered again: --day")
        _resend(app, chosen, _day(app, chosen, day))
        return
    if form is Format.ATOM:
        from monitor.report.atom import atom_digests
        from monitor.report.home import home_of

        text = atom_digests(chosen, app.store.digests(chosen.id), home=home_of(app.store, now=app.clock()))
    else:
        found = _digest(app, chosen, day, first, last, by)
        name = "md" if form is Format.MARKDOWN else form.value
        text = render_digest(found, name, width=min(WIDEST, out.width))
    with target(to) as stream:
        stream.write(text)
    if to is not None:
        err.print(f"written to {plain(near(to.absolute()))}", soft_wrap=True)


def _digest(app: App, watch: Watch, day: str, first: str, last: str, by: By) -> Digest:
    """The stored digest where one is, else one made now."""
    from monitor.report.gather import gather_digest
    from monitor.report.shelf import keep_stories

    until = _day(app, watch, last if first else day)
    days = (until - _day(app, watch, first)).days + 1 if first else 1
    if not 1 <= days <= MOST_DAYS:
        raise UsageError(f"--from comes before --to, and at most {MOST_DAYS} days are told together")
    stored = app.store.digest(watch.id, until) if days == 1 and by is By.FOUND else None
    if stored:
        return stored
    if not app.holder():  # else the daemon does so every half minute
        keep_stories(app.store, watch, app.reader.analyser, app.background, now=app.clock())
    return gather_digest(
        app.store,
        watch,
        until,
        feeds=app.config.feeds,
        now=app.clock(),
        days=days,
        by_published=by is By.PUBLISHED,
        glossary=app.glossary,
    )


def _day(app: App, watch: Watch, given: str) -> date:
    from monitor.report.digest import today_in

    return parse_day(given or "today", today=today_in(watch.digest.zone, app.clock()))


def _resend(app: App, watch: Watch, day: date) -> None:
    """Queue a stored digest for everybody once more, with what verdicts and merged stories have changed since."""
    from monitor.report.revise import revise_digests

    revise_digests(app.store, watch, app.config.feeds, now=app.clock(), glossary=app.glossary)
    stored = app.store.digest(watch.id, day)
    if stored is None:
        raise NotFoundError(f"no digest of {day} is stored: the daemon writes it when the day is over")
    number = app.courier().resend(watch, stored)
    out.print(
        f"queued for {counted(number, 'receiver')}, revision {stored.revision}. [dim]At once: widerhall deliver[/]"
    )

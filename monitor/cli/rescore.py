"""`rescore`: score what is stored with the configuration of now."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from monitor.cli.console import counted, out, progress_bar
from monitor.cli.options import WatchOption, article_id_of, open_app, pick_watch, quiet_logs


def rescore(
    ctx: typer.Context,
    since: Annotated[
        datetime | None, typer.Option("--since", formats=["%Y-%m-%d"], help="Articles first seen on that day or later.")
    ] = None,
    after: Annotated[str, typer.Option("--after", metavar="a-7", help="Go on behind this article.")] = "",
    watch: WatchOption = "",
) -> None:
    """Score what is stored with the configuration of now.

    Verdicts stay; matches that it makes are backlog, so that no digest is flooded. Stop it with Ctrl-C and go on
    where it says.

    \b
    Examples:
      widerhall rescore
      widerhall rescore --since 2026-11-01
    """
    from monitor import tuning

    quiet_logs()
    application = open_app(ctx, creates=False)
    first = article_id_of(application.store, after) if after else 0
    counted_by = pick_watch(application, watch)
    last = tuning.Rescored(last_article=first)
    start = since.replace(tzinfo=UTC) if since else None
    try:
        with progress_bar() as bar:
            task = bar.add_task("scoring", total=application.store.counts(counted_by.id).articles)
            for last in tuning.rescore(  # noqa: B007 - where it stopped
                application.store,
                application.reader,
                clock=application.clock,
                since=start,
                after=first,
                watch=counted_by.id if watch else "",
            ):
                bar.advance(task)
    except KeyboardInterrupt as stop:
        out.print(f"Stopped. Go on with: widerhall rescore --after a-{last.last_article}")
        raise typer.Exit(130) from stop
    out.print(
        f"{counted(last.read, 'article')} scored anew: {last.changed} came to another score,"
        f" [green]+{last.matches_made}[/] matches, [red]−{last.matches_withdrawn}[/] withdrawn"
    )

"""`review`: judge what waits, article by article, on a full screen."""

from __future__ import annotations

import os
import sys
from collections import Counter

import typer

from monitor.cli.console import out, plain
from monitor.cli.options import AuthorOption, WatchOption, login, open_app, pick_watch, quiet_logs
from monitor.errors import UnavailableError


def review(ctx: typer.Context, author: AuthorOption = "", watch: WatchOption = "") -> None:
    """Judge what waits for a verdict, on a full screen.

    Matches and near misses by story, with copies folded; j and k go down and up, y says relevant, n irrelevant,
    u unsure, z takes back, / searches, ? tells of the rest. Each verdict is stored at once: whatever happens to the
    terminal, it is kept.

    \b
    Example:
      widerhall review
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()) or os.environ.get("TERM", "dumb") in ("", "dumb"):
        raise UnavailableError(
            "review needs a terminal that can be drawn on; without one: widerhall matches --outcome near_miss,"
            " then widerhall verdict m-12 relevant; or the desk in a browser"
        )
    from monitor.cli.review_list import ReviewList
    from monitor.cli.review_screen import ReviewScreen

    quiet_logs("error")
    application = open_app(ctx)
    chosen = pick_watch(application, watch)
    feeds = {feed.id: feed.publisher or feed.title for feed in application.config.feeds}
    listed = ReviewList(application.store, chosen.id, author=author or login(), clock=application.clock)
    ReviewScreen(
        chosen.title,
        listed,
        application.store.findings,
        lambda feed: feeds.get(feed, feed or "import"),
    ).run()
    counts = Counter(kind.value for kind in listed.decided.values())
    if counts:
        out.print(", ".join(f"{number} {plain(kind)}" for kind, number in counts.items()))
        out.print("[dim]What these verdicts would teach the watch: widerhall learn --dry-run[/]")

"""The daemon's face in a terminal: events above, one line below that says how things stand. In a log: a line an hour."""

from __future__ import annotations

import asyncio
import sys
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from rich.live import Live
from rich.text import Text

from monitor import logs
from monitor.cli.console import err, out, plain
from monitor.errors import UnavailableError
from monitor.model import FeedState
from monitor.schedule import Job

if TYPE_CHECKING:
    from monitor.app import App

REFRESH_EVERY_S = 1.0
LOG_EVERY_S = 3600.0


class _Stderr:
    """Whatever stderr is now: the live line puts itself in between."""

    def write(self, text: str) -> int:
        return sys.stderr.write(text)

    def flush(self) -> None:
        sys.stderr.flush()

    def isatty(self) -> bool:
        return err.is_terminal


class StatusLine:
    """Use as `with`, around the daemon."""

    def __init__(self, app: App, *, is_verbose: bool = False) -> None:
        self._app = app
        settings = app.config.daemon.logging
        level = "debug" if is_verbose else settings.level
        is_live = err.is_terminal and app.config.daemon.log_file is None and settings.format != "json"
        logs.configure(
            level=level, file=app.config.daemon.log_file, as_json=settings.format == "json", stream=_Stderr()
        )
        self._live = Live(Text(""), console=err, refresh_per_second=2, transient=True) if is_live else None

    def __enter__(self) -> Self:
        if self._live:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._live:
            self._live.stop()

    def job(self) -> Job:
        """Refreshes the line, or writes it to the log now and then."""
        return Job(name="status", every_s=REFRESH_EVERY_S if self._live else LOG_EVERY_S, run=self._refresh)

    async def _refresh(self) -> None:
        try:
            line = await asyncio.to_thread(self.line)
        except UnavailableError as error:
            line = f"database not available: {error}"
        if self._live:
            self._live.update(Text(line, no_wrap=True, overflow="ellipsis", style="reverse"))
        else:
            logs.log.info("status", line=line)

    def line(self) -> str:
        """How things stand, on one line."""
        store, now = self._app.store, self._app.clock()
        rows = {row.id: row for row in store.feeds()}
        counts = store.counts(self._app.config.watches[0].id)
        active = [row for row in rows.values() if row.state not in (FeedState.PAUSED, FeedState.RETIRED)]
        well = [row for row in active if row.last_success_at and not row.failures]
        waiting = counts.entries.get("pending", 0) + counts.entries.get("fetched", 0)
        due = min((row.next_due_at for row in active if row.next_due_at), default=None)
        next_poll = "now" if due is None or due <= now else f"in {_short(due - now)}"
        untried = sum(row.last_polled_at is None for row in active)
        feeds = f"{len(well)} of {len(active)} feeds answer" + (f" ({untried} not yet asked)" if untried else "")
        if active and not well and not untried:
            feeds = f"none of {len(active)} feeds can be reached"
        return (
            f" {feeds} · {waiting} entries waiting · {counts.articles} articles · {counts.matches} matches"
            f" · next poll {next_poll} · Ctrl-C ends "
        )

    def print_result(self, *, data_dir: Path | None) -> None:
        """Where the result lies and how to go on, when the work is over."""
        app = self._app
        option = f" --data-dir {plain(data_dir)}" if data_dir else ""
        watch = app.config.watches[0]
        page = app.config.daemon.data_dir / "digests" / watch.id / "today.html"
        out.print(f"{plain(self.line().strip().rsplit(' · ', 2)[0])}")
        out.print(f"[bold]Today's digest:[/] {plain(page)}", soft_wrap=True)
        out.print(f"[dim]Go on with:[/] widerhall{option} matches [dim]·[/] widerhall{option} digest", soft_wrap=True)


def _short(span: timedelta) -> str:
    seconds = int(span.total_seconds())
    return f"{seconds} s" if seconds < 120 else f"{seconds // 60} min"

"""The daemon's face: on a terminal events, and below them how things stand; elsewhere the same in a log, hourly."""

from __future__ import annotations

import asyncio
import shutil
import sys
import time
from collections.abc import Coroutine, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TextIO, cast

from rich.live import Live
from rich.text import Text

from monitor import logs
from monitor.cli.console import due, err, near, out, plain
from monitor.errors import UnavailableError
from monitor.model import Counts, EntryState, FeedRow, FeedState

if TYPE_CHECKING:
    from monitor.app import App

REFRESH_EVERY_S = 1.0
LOG_EVERY_S = 3600.0
#: Counting may take at most this share of the time: a database of a year is not counted every second.
COUNTING_SHARE = 0.05


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How things stand, in numbers."""

    feeds: int
    #: Feeds whose last poll went well.
    well: int
    #: Feeds not asked yet.
    untried: int
    #: Entries in the queue.
    waiting: int
    articles: int
    matches: int
    next_due: datetime | None

    @classmethod
    def of(cls, rows: Iterable[FeedRow], counts: Counts) -> Self:
        active = [row for row in rows if row.state not in (FeedState.PAUSED, FeedState.RETIRED)]
        return cls(
            feeds=len(active),
            well=sum(row.last_success_at is not None and not row.failures for row in active),
            untried=sum(row.last_polled_at is None for row in active),
            waiting=sum(counts.entries.get(state.value, 0) for state in (EntryState.PENDING, EntryState.FETCHED)),
            articles=counts.articles,
            matches=counts.matches,
            next_due=min((row.next_due_at for row in active if row.next_due_at), default=None),
        )

    @property
    def is_cut_off(self) -> bool:
        """All feeds were asked, and none can be reached: that is this machine's trouble."""
        return self.feeds > 0 and not self.well and not self.untried

    def words(self, now: datetime) -> list[str]:
        """The most important first: what does not fit is left out from the end."""
        numbers = [f"{self.matches} matches", f"{self.articles} articles", f"{self.waiting} waiting"]
        if self.is_cut_off:
            return [f"none of {self.feeds} feeds can be reached", f"next try {due(self.next_due, now)}", *numbers]
        untried = f", {self.untried} not yet asked" if self.untried else ""
        return [f"{self.well} of {self.feeds} feeds answer{untried}", *numbers, f"next poll {due(self.next_due, now)}"]


def fitted(words: Sequence[str], width: int) -> str:
    """As many words as fit, the first ones first."""
    line = words[0]
    for word in words[1:]:
        if len(line) + 3 + len(word) > width:
            break
        line += f" · {word}"
    return line


class StatusLine:
    """Use as `with`, around the daemon."""

    def __init__(self, app: App, *, is_verbose: bool = False) -> None:
        self._app = app
        settings, file = app.config.daemon.logging, app.config.daemon.log_file
        is_live = err.is_terminal and not err.is_dumb_terminal and file is None and settings.format != "json"
        logs.configure(
            level="debug" if is_verbose else settings.level,
            file=file,
            as_json=settings.format == "json",
            stream=cast("TextIO", _Stderr()),
        )
        first = self._two_lines(["starting …"])  # of two lines, as all that follow: Live must not miscount them
        self._live = Live(first, console=err, auto_refresh=False, transient=True) if is_live else None
        self._counted: Counts | None = None
        self._count_again_at = 0.0

    def __enter__(self) -> Self:
        if self._live:
            self._live.start(refresh=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._live:
            self._live.stop()

    async def beside(self, work: Coroutine[Any, Any, None]) -> None:
        """Do `work`, and show how things stand meanwhile."""
        showing = asyncio.ensure_future(self._keep_fresh())
        try:
            await work
        finally:
            showing.cancel()
            with suppress(asyncio.CancelledError):
                await showing

    async def _keep_fresh(self) -> None:
        while True:
            await self._refresh()
            await asyncio.sleep(REFRESH_EVERY_S if self._live else LOG_EVERY_S)

    async def _refresh(self) -> None:
        try:
            standing = await asyncio.to_thread(self.standing)
            words = standing.words(self._app.clock())
        except UnavailableError as error:
            words = [f"the database cannot be used: {error}"]
        if self._live:
            self._live.update(self._two_lines(words), refresh=True)
        else:
            logs.log.info("status", line=" · ".join(words))

    def _two_lines(self, words: Sequence[str]) -> Text:
        width = err.width
        above = fitted([f" Digest: {near(self._digest_page())}", "Ctrl-C ends"], width)
        below = f" {fitted(words, width - 5)} "  # leaves room for the ^C that a terminal echoes
        return Text.assemble((above, "dim"), "\n", (below, "reverse"), no_wrap=True, overflow="ellipsis")

    def standing(self) -> Standing:
        """Feeds as of now; the numbers as of the last count."""
        store, began = self._app.store, time.monotonic()
        if self._counted is None or began >= self._count_again_at:
            self._counted = store.counts(self._app.config.watches[0].id)
            self._count_again_at = began + (time.monotonic() - began) / COUNTING_SHARE
        return Standing.of(store.feeds(), self._counted)

    def _digest_page(self) -> Path:
        return self._app.config.daemon.data_dir / "digests" / self._app.config.watches[0].id / "today.html"

    def print_result(self, *, options: Sequence[str]) -> None:
        """How things stand, where the result lies, and how to go on, when the work is over."""
        self._counted = None
        words = [each for each in self.standing().words(self._app.clock()) if not each.startswith("next")]
        command = " ".join([_program(), *options])
        out.print(f"{' · '.join(words)}")
        out.print(f"[bold]Digest:[/] {plain(near(self._digest_page()))}", soft_wrap=True)
        out.print(f"[bold]Go on:[/]  {plain(command)} matches", soft_wrap=True)


def _program() -> str:
    """How this program is called from where one stands."""
    called = Path(sys.argv[0]).absolute()
    return "widerhall" if shutil.which("widerhall") else near(called)


class _Stderr:
    """Whatever stderr is at the moment: the live lines put themselves in between."""

    def write(self, text: str) -> int:
        return sys.stderr.write(text)

    def flush(self) -> None:
        sys.stderr.flush()

    def isatty(self) -> bool:
        return err.is_terminal

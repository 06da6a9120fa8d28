"""What every command shares: options, ids, tables that fit the terminal, JSON for programs, exit codes."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, is_dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from monitor.errors import NotFoundError, UsageError

if TYPE_CHECKING:
    from monitor.app import App
    from monitor.model import Watch
    from monitor.ports import Store

#: 0 done, 1 done with problems named, 2 wrong use or configuration, 3 not available now.
EXIT_PROBLEMS, EXIT_USAGE, EXIT_UNAVAILABLE = 1, 2, 3

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)

#: The words of an outcome with a mark, so that colour is never the only sign.
OUTCOME_MARKS = {
    "match": "[bold green]● match[/]",
    "near_miss": "[yellow]◐ near miss[/]",
    "held_by_rule": "[magenta]◌ held by rule[/]",
    "suggestion": "[cyan]? suggestion[/]",
    "seed_or_reprint": "[blue]= seed or reprint[/]",
    "below": "[dim]· below[/]",
}


@dataclass(frozen=True, kw_only=True)
class Options:
    """The options before the command."""

    config: Path | None
    data_dir: Path | None


WatchOption = Annotated[str, typer.Option("--watch", help="Which watch; needed only if there are several.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]
DayOption = Annotated[str, typer.Option("--day", help="A day: 2016-08-11, today or yesterday.")]


def open_app(ctx: typer.Context) -> App:
    """The application for reading commands; opens the store when it is first used."""
    from monitor.app import App

    options: Options = ctx.obj
    app = App.load(options.config, data_dir=options.data_dir)
    ctx.call_on_close(app.close)
    return app


def pick_watch(app: App, wanted: str) -> Watch:
    """The watch of that id, or the only one."""
    watches = {watch.id: watch for watch in app.config.watches}
    if wanted:
        if wanted not in watches:
            raise NotFoundError(f"no watch «{wanted}»; there are: {', '.join(watches)}")
        return watches[wanted]
    if len(watches) > 1:
        raise UsageError(f"which watch? --watch {' | '.join(watches)}")
    return next(iter(watches.values()))


def article_id_of(store: Store, given: str) -> int:
    """The article behind `m-12` (match) or `a-7` (article)."""
    kind, number = typed_id(given, kinds="ma")
    return store.match(number).article_id if kind == "m" else number


def typed_id(given: str, *, kinds: str) -> tuple[str, int]:
    """Split an id such as `m-12`; UsageError says which kinds are known."""
    found = re.fullmatch(rf"([{kinds}])-?(\d+)", given.strip().lower())
    if not found:
        known = {"m": "m-12 (match)", "a": "a-7 (article)", "s": "s-3 (story)"}
        raise UsageError(f"«{given}» is no id; expected {' or '.join(known[k] for k in kinds)}")
    return found[1], int(found[2])


def parse_day(given: str, *, today: date) -> date:
    """A day as people write it."""
    named = {"today": today, "": today, "yesterday": today - timedelta(days=1)}
    if given.lower() in named:
        return named[given.lower()]
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise UsageError(f"«{given}» is no day; expected 2016-08-11, today or yesterday") from None


def print_json(value: object) -> None:
    """Machine-readable, stable, UTF-8."""
    sys.stdout.write(json.dumps(_plain(value), ensure_ascii=False, indent=2) + "\n")


def _plain(value: object) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return _plain(asdict(value))
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, set | frozenset):
        return sorted(_plain(item) for item in value)
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [_plain(item) for item in value]
    return value


def table(*columns: str, right: Iterable[str] = (), wide: str = "", title: str = "") -> Table:
    """A quiet table: no lines, one wide column takes what is left and is cut with an ellipsis."""
    made = Table(
        title=title or None, title_justify="left", box=None, pad_edge=False, header_style="dim", expand=bool(wide)
    )
    numbers = set(right)
    for name in columns:
        made.add_column(
            name,
            justify="right" if name in numbers else "left",
            no_wrap=True,
            ratio=1 if name == wide else None,
            overflow="ellipsis",
        )
    return made


def plain(text: object) -> str:
    """Text from outside, safe to print: markup and control characters mean nothing in it."""
    return escape("".join(char if char.isprintable() or char == "\n" else " " for char in str(text)))


def ago(then: datetime | None, now: datetime) -> str:
    """How long ago, in the two words a person would say."""
    if then is None:
        return "never"
    seconds = (now - then).total_seconds()
    if seconds < 0:
        return f"in {_span(-seconds)}"
    return "just now" if seconds < 5 else f"{_span(seconds)} ago"


def _span(seconds: float) -> str:
    for size, name in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{int(seconds // size)} {name}"
    return f"{int(seconds)} s"

"""How anything reaches the terminal: inert text, tables that fit, JSON for programs. Knows no command.

On a terminal, what is printed fits its width. In a pipe nothing is wrapped, cut or coloured: there a program reads,
or grep.
"""

from __future__ import annotations

import json
import re
import sys
import unicodedata
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TextIO

from rich.console import Console, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn
from rich.table import Table

from monitor.errors import UsageError
from monitor.shapes import jsonable

#: 0 done, 1 done with problems named, 2 wrong use or configuration, 3 not available now.
EXIT_PROBLEMS, EXIT_USAGE, EXIT_UNAVAILABLE = 1, 2, 3

#: «As wide as it takes».
PIPE_WIDTH = 100_000


def _console(*, stderr: bool = False) -> Console:
    console = Console(stderr=stderr, highlight=False, emoji=False)
    if not console.is_terminal:
        console.width = PIPE_WIDTH
    return console


out, err = _console(), _console(stderr=True)

#: Outcomes with a mark of their own, so that colour is never the only sign; words keep the terminal's own colour,
#: which is readable on every background.
OUTCOME_MARKS = {
    "match": "[bold green]●[/]",
    "near_miss": "[yellow]◐[/]",
    "held_by_rule": "[magenta]◌[/]",
    "suggestion": "[cyan]?[/]",
    "seed_or_reprint": "[blue]=[/]",
    "below": "[dim]·[/]",
}


def outcome_words(outcome: str) -> str:
    """The mark and the words of an outcome."""
    return f"{OUTCOME_MARKS[outcome]} {outcome.replace('_', ' ')}"


# --- text ---------------------------------------------------------------------------------------------------------


def plain(text: object) -> str:
    """Text from outside on one line, safe to print: markup and control characters mean nothing in it."""
    return _said(" ".join(inert(str(text)).split()))


def plain_lines(text: str) -> str:
    """The same for a text of several lines, which keep their indentation."""
    return _said("\n".join(inert(line).rstrip() for line in text.splitlines()))


#: What rich would not print as it reads: tags, and backslashes before a bracket, be it the text's or one behind it.
_MARKUP = re.compile(r"(?<!\\)(?P<slashes>\\*+)(?:(?P<tag>\[[a-z#/@][^[]*?\])|(?P<bracket>\[)|(?P<end>\Z))")


def _said(text: str) -> str:
    """The markup that prints just this; `rich.markup.escape` loses backslashes before brackets and at the end."""
    return _MARKUP.sub(_escaped, text)


def _escaped(found: re.Match[str]) -> str:
    slashes, tag = found["slashes"], found["tag"]
    if tag:
        return f"{slashes * 2}\\{tag}"
    if found["bracket"]:
        return f"{slashes}\\["
    return f"{slashes * 2}[default][/default]" if slashes else ""


def inert(text: str) -> str:
    """Without what a terminal would obey: control characters become blanks, invisible format characters go."""
    return "".join(char if char.isprintable() else "" if unicodedata.category(char) == "Cf" else " " for char in text)


def counted(number: int, thing: str) -> str:
    """«1 line», «2 lines»."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def near(path: Path) -> str:
    """A path as short as it can be said from here."""
    try:
        return str(path.relative_to(Path.cwd()))
    except (ValueError, OSError):  # it lies elsewhere, or «here» was removed
        return str(path)


def ago(then: datetime | None, now: datetime) -> str:
    """How long ago, as a person would say it."""
    if then is None:
        return "never"
    seconds = (now - then).total_seconds()
    return "just now" if seconds < 5 else f"{span(seconds)} ago"


def due(then: datetime | None, now: datetime) -> str:
    """When something will be done that is to be done at `then`."""
    return "now" if then is None or then <= now else f"in {span((then - now).total_seconds())}"


def span(seconds: float) -> str:
    """A length of time in its largest unit."""
    for size, name in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{int(seconds // size)} {name}"
    return f"{int(seconds)} s"


# --- tables -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column of a listing."""

    name: str = ""
    is_number: bool = False
    #: Takes what the others leave, and is cut there.
    is_wide: bool = False
    #: Its words are broken over several lines rather than cut.
    is_wrapped: bool = False
    #: Left out on narrower terminals.
    from_width: int = 0


class Listing:
    """A quiet table that fits: no lines, and columns left out where the terminal is too narrow for them."""

    def __init__(self, *columns: Column) -> None:
        self._shown = [out.width >= column.from_width for column in columns]
        self._table = Table(
            box=None,
            pad_edge=False,
            header_style="dim",
            show_header=any(column.name for column in columns),
            expand=out.is_terminal and any(column.is_wide for column in columns),
        )
        for column in columns:
            if out.width >= column.from_width:
                self._table.add_column(
                    column.name,
                    justify="right" if column.is_number else "left",
                    no_wrap=not column.is_wrapped,
                    overflow="fold" if column.is_wrapped else "ellipsis",
                    ratio=1 if column.is_wide else None,
                )

    def add(self, *cells: str) -> None:
        """Add a row; cells are markup, in the order of all columns."""
        self._table.add_row(*(cell for cell, is_shown in zip(cells, self._shown, strict=True) if is_shown))

    def print(self) -> None:
        print_fitting(self._table)


def facts(*rows: tuple[str, str]) -> None:
    """Print labels with what is to be said of each, wrapped beside them."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True, style="dim")
    grid.add_column(overflow="fold")
    for row in rows:
        grid.add_row(*row)
    print_fitting(grid)


def print_fitting(renderable: RenderableType) -> None:
    """Print; in a pipe without the blanks that fill a table's last column."""
    if out.is_terminal:
        out.print(renderable)
        return
    with out.capture() as captured:
        out.print(renderable)
    sys.stdout.write("".join(f"{line.rstrip()}\n" for line in captured.get().splitlines()))


def target(to: Path | None) -> AbstractContextManager[TextIO]:
    """Where a command writes: a file of its own, or standard output (which stays open)."""
    try:
        return to.open("w", encoding="utf-8", newline="") if to else nullcontext(sys.stdout)
    except OSError as error:
        raise UsageError(f"{to}: {error.strerror or error}") from error


def progress_bar() -> Progress:
    """For work that takes longer than a breath; on stderr, and gone when done."""
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=err,
        transient=True,
        disable=not err.is_terminal,
    )


# --- JSON ---------------------------------------------------------------------------------------------------------


def print_json(schema: str, value: Mapping[str, object]) -> None:
    """For programs: UTF-8, the schema's name and version first."""
    sys.stdout.write(json.dumps(jsonable({"schema": schema, **value}), ensure_ascii=False, indent=2) + "\n")

"""Events with fields: readable on a terminal, `key=value` where stderr is no terminal, JSON lines in a file.

The only module that knows structlog.
"""

from __future__ import annotations

import io
import logging
import os
import sys
import textwrap
from collections.abc import Mapping
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import TextIO

import structlog
from structlog.typing import EventDict, WrappedLogger

#: The file that is logged to, until another is.
_opened = ExitStack()

log: structlog.stdlib.BoundLogger = structlog.get_logger("widerhall")

#: Shown without their names on a terminal, in this order: they speak for themselves.
SPEAKING = ("feed", "entry", "article", "score", "title", "what", "why")
#: Mark and colour of a level on a terminal.
MARKS = {"warning": ("!", "33"), "error": ("✗", "31"), "critical": ("✗", "31")}
EVENT_WIDTH = 14
NARROWEST = 40


def configure(
    *, level: str = "info", file: Path | None = None, as_json: bool = False, stream: TextIO | None = None
) -> None:
    """Send events of `level` and above to `stream` (stderr) or, as JSON, to `file`.

    A file is opened for appending, so that logrotate's copytruncate works; a file that cannot be opened raises OSError.
    """
    _opened.close()
    out: TextIO
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
        out, as_json = _opened.enter_context(file.open("a", encoding="utf-8", buffering=1)), True
    else:
        out = stream or _Stderr()
    is_read = out.isatty() and not as_json
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="%H:%M:%S" if is_read else "iso", utc=not is_read),
            structlog.processors.StackInfoRenderer(),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False) if as_json else _for_terminal if is_read else _logfmt,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.WriteLoggerFactory(file=out),
        cache_logger_on_first_use=False,
    )
    # Libraries log through the standard library: their errors matter, their chatter does not.
    logging.basicConfig(handlers=[_OfLibraries()], level=logging.ERROR, force=True)


def bound(fields: Mapping[str, str]) -> AbstractContextManager[None]:
    """Put fields into every line that is written inside, in tasks and threads that are begun there too."""
    return structlog.contextvars.bound_contextvars(**fields)


class _OfLibraries(logging.Handler):
    """Makes events of what libraries say, so that every line of a log is of one form."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            log.error("library", library=record.name, what=record.getMessage(), exc_info=record.exc_info)
        except Exception:  # noqa: BLE001 - what a library says must not end what it does
            self.handleError(record)


class _Stderr(io.StringIO):
    """Standard error as it is now: whoever puts another in its place (a pager, a test) gets what follows."""

    def isatty(self) -> bool:
        return sys.stderr.isatty()

    def write(self, text: str, /) -> int:
        return sys.stderr.write(text)

    def flush(self) -> None:
        sys.stderr.flush()


def _logfmt(logger: WrappedLogger, method: str, event: EventDict) -> str:
    traceback = event.pop("exception", "")
    line = _LOGFMT(logger, method, {key: _inert(str(value)) for key, value in event.items()})
    return f"{line}\n{traceback}" if traceback else line


_LOGFMT = structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"])


def _for_terminal(_logger: WrappedLogger, _method: str, event: EventDict) -> str:
    return for_people(event, width=_terminal_width())


def _inert(text: str) -> str:
    """Without what a terminal would obey: titles and reasons come from anybody."""
    return "".join(char if char.isprintable() else " " for char in text)


def for_people(event: EventDict, *, width: int, is_coloured: bool = True) -> str:
    """One event as a person reads it: `18:17:11 ! poll failed    demo-gone  the server answered 404`.

    What does not fit the width goes on below, indented.
    """
    fields = dict(event)
    if "article" in fields:  # the name that commands take; the other is there to follow it through a file
        fields.pop("entry", None)
    moment, name, level = (str(fields.pop(key, "")) for key in ("timestamp", "event", "level"))
    traceback = fields.pop("exception", "")
    speaking = [str(fields.pop(key)) for key in SPEAKING if key in fields]
    said = "  ".join([*speaking, *(f"{key} {value}" for key, value in fields.items())])
    mark, colour = MARKS.get(level, (" ", "2"))
    indent = len(moment) + EVENT_WIDTH + 5
    lines = textwrap.wrap(
        _inert(said),
        width=max(width - 1, NARROWEST),
        initial_indent=" " * indent,
        subsequent_indent=" " * indent,
        break_on_hyphens=False,
        break_long_words=False,
    )
    head = f"{moment} {mark} {name:<{EVENT_WIDTH}}  "
    if is_coloured:
        head = f"\x1b[2m{moment}\x1b[0m \x1b[{colour}m{mark}\x1b[0m {name:<{EVENT_WIDTH}}  "
    first = lines[0][indent:] if lines else ""
    return "\n".join([(head + first).rstrip(), *lines[1:], *([traceback] if traceback else [])])


def _terminal_width() -> int:
    try:
        return os.get_terminal_size(sys.__stderr__.fileno() if sys.__stderr__ else 2).columns
    except (OSError, ValueError):
        return 80

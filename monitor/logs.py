"""Events with fields: readable on a terminal, JSON lines in a file. The only module that knows structlog."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import Any, TextIO

import structlog

log: structlog.stdlib.BoundLogger = structlog.get_logger("widerhall")


def configure(
    *, level: str = "info", file: Path | None = None, as_json: bool = False, stream: TextIO | None = None
) -> None:
    """Send events of `level` and above to `stream` (stderr) or, as JSON, to `file`.

    A file is opened for appending, so that logrotate's copytruncate works; a file that cannot be opened raises OSError.
    """
    out: TextIO
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
        out, as_json = file.open("a", encoding="utf-8", buffering=1), True
    else:
        out = stream or sys.stderr
    renderer: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if as_json
        else structlog.dev.ConsoleRenderer(colors=out.isatty(), pad_event_to=24)
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso" if as_json else "%H:%M:%S", utc=as_json),
            structlog.processors.StackInfoRenderer(),
            structlog.processors.format_exc_info if as_json else _keep,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.WriteLoggerFactory(file=out),
        cache_logger_on_first_use=False,
    )
    # Libraries log through the standard library: their warnings matter, their chatter does not.
    logging.basicConfig(stream=out, level=logging.ERROR, format="%(levelname)s %(name)s: %(message)s", force=True)


def _keep(_logger: Any, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """The console renderer formats exceptions itself."""
    return event

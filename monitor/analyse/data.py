"""Find and read the data files that ship with the program. Never writes, never looks outside its own folder."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent
#: The installed package carries the configuration inside; a checkout has it beside the package.
SHIPPED_CONFIG = next(path for path in (_PACKAGE / "_config", _PACKAGE.parent / "config") if path.is_dir())


def read_shipped(name: str) -> bytes:
    """Return a shipped file as it is."""
    return (SHIPPED_CONFIG / name).read_bytes()


def read_lines(name: str) -> Iterable[str]:
    """Return the lines of a shipped gzipped text file, without comments and blank lines."""
    text = gzip.decompress(read_shipped(name)).decode("utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]

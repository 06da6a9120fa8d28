"""Articles in, as JSON Lines, gzipped or not. One bad line never stops the rest."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, cast

from monitor.errors import UsageError
from monitor.exchange.rows import BadLine, ImportRow, row_of

GZIP_MAGIC = b"\x1f\x8b"


def count_lines(path: Path) -> int:
    """How many lines a file has, for a progress bar; of a damaged one, those before the damage."""
    count = 0
    with open_plain(path) as stream, suppress(OSError, EOFError, zlib.error):
        for count, _ in enumerate(stream, start=1):  # noqa: B007 - the count is the result
            pass
    return count


def read_jsonl(path: Path) -> Iterator[ImportRow | BadLine]:
    """Yield, line by line, the articles of a JSONL file (gzipped or not) and what is no article."""
    with open_plain(path) as stream:
        number = 0
        try:
            for number, line in enumerate(stream, start=1):
                if line.strip():
                    yield _row(line, number)
        except (OSError, EOFError, zlib.error) as error:
            # What was read before a damaged end is imported all the same.
            yield BadLine(line=number + 1, message=f"the file is damaged from here on: {error}")


def open_plain(path: Path) -> IO[bytes]:
    try:
        with path.open("rb") as stream:
            is_gzipped = stream.read(len(GZIP_MAGIC)) == GZIP_MAGIC
        return cast("IO[bytes]", gzip.open(path)) if is_gzipped else path.open("rb")
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror or error}") from error


def _row(line: bytes, number: int) -> ImportRow | BadLine:
    try:
        value = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        return BadLine(line=number, message=f"not UTF-8 at byte {error.start + 1}")
    except (ValueError, RecursionError) as error:
        return BadLine(line=number, message=f"not JSON: {error}")
    if not isinstance(value, Mapping):
        return BadLine(line=number, message=f"expected an object, found {type(value).__name__}")
    return row_of(value, number)

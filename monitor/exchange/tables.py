"""Articles in, as CSV with a header that names the keys of docs/exchange.md; comma, semicolon or tab."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from monitor.errors import UsageError
from monitor.exchange.jsonl import open_plain
from monitor.exchange.rows import BadLine, ImportRow, row_of

#: An article's text may be long; Python's own limit is 128 KB a cell.
MAX_CELL = 50_000_000
SAMPLE_CHARS = 20_000
DELIMITERS = ",;\t"


def read_csv(path: Path) -> Iterator[ImportRow | BadLine]:
    """Yield the articles of a CSV file (gzipped or not), and which lines are none. UsageError: no header."""
    csv.field_size_limit(MAX_CELL)
    with io.TextIOWrapper(open_plain(path), encoding="utf-8-sig", errors="replace", newline="") as stream:
        sample = stream.readline(SAMPLE_CHARS)
        delimiter = max(DELIMITERS, key=sample.count)
        columns = [name.strip().casefold() for name in next(csv.reader([sample], delimiter=delimiter), [])]
        if not {"title", "text"} & set(columns):
            named = ", ".join(columns) or "nothing"
            raise UsageError(f"{path}: its first line names neither «title» nor «text», but {named}")
        reader = csv.reader(stream, delimiter=delimiter, strict=True)
        while True:
            number = reader.line_num + 2
            try:
                cells = next(reader)
            except StopIteration:
                return
            except (csv.Error, OSError, EOFError) as error:
                yield BadLine(line=number, message=f"not CSV from here on: {error}")
                return
            if any(cells):
                yield row_of(dict(zip(columns, cells, strict=False)), number)

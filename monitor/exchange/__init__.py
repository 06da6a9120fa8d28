"""Articles in and out as files (docs/exchange.md). One bad line, page or record never stops the rest."""

from monitor.exchange.jsonl import count_lines, read_jsonl
from monitor.exchange.out import EXPORT_COLUMNS, export_row, write_csv, write_jsonl, write_parquet
from monitor.exchange.rows import BadLine, Imported, ImportRow, import_rows, parse_date
from monitor.exchange.tables import read_csv

__all__ = [
    "EXPORT_COLUMNS",
    "BadLine",
    "ImportRow",
    "Imported",
    "count_lines",
    "export_row",
    "import_rows",
    "parse_date",
    "read_csv",
    "read_jsonl",
    "write_csv",
    "write_jsonl",
    "write_parquet",
]

"""Files in and out: what an import makes of each line, and what an export writes."""

from __future__ import annotations

import csv
import gzip
import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.errors import UsageError
from monitor.exchange import BadLine, ImportRow, count_lines, parse_date, read_jsonl, write_csv, write_jsonl
from monitor.exchange.rows import quality_of, row_of
from monitor.model import TextQuality

GOOD = {"id": "x:1", "title": "T", "text": "Body", "lang": "de", "date": "2016-08-11", "url": "https://example.org/1"}


def read(tmp_path: Path, *lines: str) -> list[ImportRow | BadLine]:
    path = tmp_path / "in.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return list(read_jsonl(path))


def test_a_line_becomes_a_row(tmp_path: Path) -> None:
    assert read(tmp_path, json.dumps(GOOD)) == [
        ImportRow(
            line=1,
            id="x:1",
            title="T",
            text="Body",
            language="de",
            date="2016-08-11",
            url="https://example.org/1",
        )
    ]


@pytest.mark.parametrize(
    ("row", "quality"),
    [
        ({"text": "Body"}, TextQuality.FULL),
        ({"text": "Body", "quality": "summary_only"}, TextQuality.SUMMARY_ONLY),
        ({"text": "Body", "quality": "splendid"}, TextQuality.FULL),
        ({"title": "T", "quality": "full"}, TextQuality.HEADLINE_ONLY),
    ],
)
def test_what_kind_of_text_a_row_holds(row: dict[str, str], quality: TextQuality) -> None:
    read_as = row_of(row, 1)
    assert isinstance(read_as, ImportRow)
    assert quality_of(read_as) is quality


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "not JSON"),
        ("[1]", "expected an object, found list"),
        ('{"title": 5}', "expected text in «title», found int"),
        ('{"title": "T", "date": 20160811}', "expected text in «date», found int"),
        ("[" * 100_000, "not JSON"),
        ('{"id": "x", "title": " ", "text": ""}', "neither title nor text"),
    ],
)
def test_a_bad_line_is_named_and_the_others_are_read(tmp_path: Path, line: str, message: str) -> None:
    bad, good = read(tmp_path, line, json.dumps(GOOD))
    assert isinstance(bad, BadLine)
    assert bad.line == 1
    assert message in bad.message
    assert isinstance(good, ImportRow)


def test_a_truncated_gzip_gives_what_stands_before_the_damage(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl.gz"
    whole = gzip.compress("".join(json.dumps(GOOD | {"id": str(n)}) + "\n" for n in range(5000)).encode())
    path.write_bytes(whole[: len(whole) // 2])
    rows = list(read_jsonl(path))
    assert isinstance(rows[0], ImportRow)
    assert isinstance(rows[-1], BadLine)
    assert "damaged" in rows[-1].message


def test_what_is_not_utf8_is_named(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_bytes(json.dumps(GOOD, ensure_ascii=False).encode() + b'\n{"title": "T\xfcrkei"}\n')
    good, bad = read_jsonl(path)
    assert isinstance(good, ImportRow)
    assert bad == BadLine(line=2, message="not UTF-8 at byte 13")


def test_a_file_counts_its_lines_as_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "named-otherwise.dat"
    path.write_bytes(gzip.compress(b"{}\n{}\n\n{}"))
    assert count_lines(path) == 4
    assert [row.line for row in read_jsonl(path)] == [1, 2, 4]


def test_a_file_that_is_not_there_is_wrong_use(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="No such file"):
        list(read_jsonl(tmp_path / "none.jsonl"))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("2016-08-11", datetime(2016, 8, 11, tzinfo=UTC)),
        ("2016-08-11T12:00:00+03:00", datetime(2016, 8, 11, 9, tzinfo=UTC)),
        ("August", None),
        ("", None),
        ("0001-01-01T00:00:00+14:00", None),
    ],
)
def test_dates(given: str, expected: datetime | None) -> None:
    assert parse_date(given) == expected


def test_csv_keeps_formulas_from_spreadsheets() -> None:
    stream = io.StringIO()
    rows = [{"id": "m-1", "title": "=HYPERLINK(1)", "score": -3.5, "actors": ["@putin", "@erdogan"]}]
    assert write_csv(iter(rows), stream, with_text=False) == 1
    (row,) = csv.DictReader(io.StringIO(stream.getvalue()))
    assert (row["title"], row["score"], row["actors"]) == ("'=HYPERLINK(1)", "-3.5", "putin; erdogan")


def test_jsonl_is_an_object_a_line() -> None:
    stream = io.StringIO()
    assert write_jsonl(iter([{"a": "ß"}, {"a": 2}]), stream) == 2
    assert [json.loads(line) for line in stream.getvalue().splitlines()] == [{"a": "ß"}, {"a": 2}]

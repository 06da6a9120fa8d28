"""Web archives, folders and tables in; Parquet and evaluation sets out: as a person at the terminal does it."""

from __future__ import annotations

import gzip
import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pyarrow import parquet

from monitor.errors import UsageError
from monitor.exchange import BadLine, ImportRow, read_csv
from monitor.exchange.folder import read_folder, stated_address
from monitor.exchange.pages import Snapshot
from monitor.exchange.warc import read_warc
from tests.cli_material import widerhall

pytestmark = pytest.mark.usefixtures("shipped_configuration")

NEAR = (
    "Ankara und Moskau wollen gemeinsam gegen den IS vorgehen",
    "Die Türkei will mit Russland gemeinsam gegen die Terrormiliz IS in Syrien vorgehen. Das sagte Außenminister Mevlüt"
    " Cavusoglu in Ankara dem Sender NTV. Militärs, Diplomaten und Geheimdienste beider Länder sollen sich in Moskau"
    " abstimmen. Präsident Erdogan und Präsident Putin hatten sich in Sankt Petersburg getroffen und ausgesöhnt.",
)
FAR = (
    "Die Rosen blühen in diesem Jahr früher",
    "Im Stadtpark haben die Rosen schon im Mai geblüht. Die Gärtner führen das auf den milden Winter zurück und raten,"
    " jetzt reichlich zu gießen. Am Sonntag zeigen sie bei einer Führung, wie man Triebe schneidet und Läuse los wird.",
)


def a_page(title: str, text: str, address: str = "") -> bytes:
    link = f'<link rel="canonical" href="{address}">' if address else ""
    body = "".join(f"<p>{sentence}.</p>" for sentence in text.removesuffix(".").split(". "))
    head = f"<head><title>{title}</title>{link}</head>"
    return f"<html lang='de'>{head}<body><article><h1>{title}</h1>{body}</article></body></html>".encode()


def a_record(
    url: str, page: bytes, *, status: str = "200 OK", kind: str = "text/html", day: str = "2016-08-27"
) -> bytes:
    """One response record, a gzip member of its own, as Common Crawl writes them."""
    http = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(page)}\r\n\r\n".encode() + page
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:{abs(hash(url)):032x}>\r\n"
        f"WARC-Target-URI: {url}\r\nWARC-Date: {day}T10:00:00Z\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(http)}\r\n\r\n"
    )
    return gzip.compress(head.encode() + http + b"\r\n\r\n")


def an_archive(path: Path, *records: bytes) -> Path:
    path.write_bytes(b"".join(records))
    return path


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return an_archive(
        tmp_path / "news.warc.gz",
        a_record("https://nord.example.org/is", a_page(*NEAR)),
        a_record("https://nord.example.org/rosen", a_page(*FAR)),
        a_record("https://nord.example.org/gone", b"gone", status="404 Not Found"),
        a_record("https://nord.example.org/bild.jpg", b"\xff\xd8", kind="image/jpeg"),
        a_record("https://nord.example.org/later", a_page("Später: " + NEAR[0], NEAR[1]), day="2016-09-02"),
    )


@pytest.fixture
def run(tmp_path: Path) -> Any:
    return lambda *args: widerhall("--data-dir", tmp_path / "data", *args)


# --- archives -------------------------------------------------------------------------------------------------------


def test_an_archive_gives_its_pages(archive: Path) -> None:
    pages = [each for each in read_warc(archive) if isinstance(each, Snapshot)]
    assert [page.url.rpartition("/")[2] for page in pages] == ["is", "rosen", "later"]
    assert pages[0].fetched_at == datetime(2016, 8, 27, 10, tzinfo=UTC)
    within = read_warc(archive, since=datetime(2016, 9, 1, tzinfo=UTC))
    assert [page.url.rpartition("/")[2] for page in within if isinstance(page, Snapshot)] == ["later"]


def test_an_archive_is_read_on_from_where_a_record_begins(archive: Path) -> None:
    first, second, _ = (each for each in read_warc(archive) if isinstance(each, Snapshot))
    again = [each for each in read_warc(archive, begins_at=second.ends_at) if isinstance(each, Snapshot)]
    assert [page.url.rpartition("/")[2] for page in again] == ["rosen", "later"]
    assert first.ends_at < second.ends_at


def test_of_a_damaged_archive_what_stands_before_is_read(archive: Path, tmp_path: Path) -> None:
    cut = an_archive(tmp_path / "cut.warc.gz", archive.read_bytes()[:-200])
    pages = [each for each in read_warc(cut) if isinstance(each, Snapshot)]
    assert [page.url.rpartition("/")[2] for page in pages][:2] == ["is", "rosen"]


def test_only_what_comes_near_is_kept_of_an_archive(archive: Path, run: Any) -> None:
    said = run("import", archive, "--json").json
    assert (said["articles"], said["outcomes"]) == (2, {"match": 2})
    assert said["passed_over"] == {"far": 1}
    assert run("import", archive, "--json").json["articles"] == 0  # read to its end before
    said = run("import", archive, "--again", "--keep", "all", "--to", "2016-08-31", "--json").json
    assert said["articles"] == 2
    rows = [json.loads(line) for line in run("export", "articles").out.splitlines()]
    assert {row["url"] for row in rows} == {f"https://nord.example.org/{name}" for name in ("is", "rosen", "later")}


# --- folders and tables -----------------------------------------------------------------------------------------------


def test_a_folder_of_pages_is_imported(tmp_path: Path, run: Any) -> None:
    folder = tmp_path / "pages"
    (folder / "below").mkdir(parents=True)
    (folder / "one.html").write_bytes(a_page(*NEAR, address="https://sued.example.org/eins"))
    (folder / "below" / "two.HTM").write_bytes(a_page(*FAR))
    (folder / "notes.txt").write_text("no page", encoding="utf-8")
    assert [each.url for each in read_folder(folder) if isinstance(each, Snapshot)] == [
        "import:below/two.HTM",
        "https://sued.example.org/eins",
    ]
    assert run("import", folder, "--json").json["articles"] == 2
    urls = {json.loads(line)["url"] for line in run("export", "articles").out.splitlines()}
    assert urls == {"import:below/two.HTM", "https://sued.example.org/eins"}


def test_a_folder_without_pages_is_a_mistake(tmp_path: Path, run: Any) -> None:
    said = run("import", tmp_path)
    assert said.code == 2
    assert "no .html file in it or below" in said.err


@pytest.mark.parametrize(
    ("head", "address"),
    [
        (b'<link rel="canonical" href="https://a.example/1">', "https://a.example/1"),
        (b'<meta property="og:url" content="https://a.example/2">', "https://a.example/2"),
        (b'<link rel="canonical" href="/relative">', ""),
        (b"<title>\xff\xfe", ""),
    ],
)
def test_a_page_says_where_it_belongs(head: bytes, address: str) -> None:
    assert stated_address(head) == address


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_table_is_read_by_its_header(tmp_path: Path, delimiter: str) -> None:
    path = tmp_path / "clippings.csv"
    lines = [
        ["Title", "text", "lang", "note"],
        ['"Zwei\nZeilen"', "Text", "de", "x"],
        ["", "", "", ""],
        ["", "", "", "y"],
    ]
    path.write_text("\ufeff" + "\n".join(delimiter.join(line) for line in lines), encoding="utf-8")
    good, bad = read_csv(path)
    assert isinstance(good, ImportRow)
    assert (good.title, good.text, good.language) == ("Zwei\nZeilen", "Text", "de")
    assert isinstance(bad, BadLine)
    assert bad.message == "neither title nor text"


def test_a_table_without_a_header_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(UsageError, match="neither «title» nor «text», but a, b"):
        list(read_csv(path))


# --- out --------------------------------------------------------------------------------------------------------------


def test_parquet_has_types(archive: Path, run: Any, tmp_path: Path) -> None:
    run("import", archive, "--keep", "all")
    said = run("export", "articles", "--format", "parquet", "--out", tmp_path / "a.parquet", "--with-text")
    assert said.code == 0, said.err
    table = parquet.read_table(tmp_path / "a.parquet")
    assert table.num_rows == 3
    assert str(table.schema.field("first_seen").type) == "timestamp[us, tz=UTC]"
    assert any("@turkey" in actors for actors in table.column("actors").to_pylist())
    assert run("export", "articles", "--format", "parquet").code == 2


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_what_was_exported_comes_to_the_same_elsewhere(demo_folder: Path, tmp_path: Path, form: str) -> None:
    def rows(data: Path) -> dict[str, tuple[Any, ...]]:
        said = widerhall("--data-dir", data, "export", "articles")
        found = [json.loads(line) for line in said.out.splitlines()]
        kept = ("title", "language", "published", "quality", "outcome", "score", "actors")
        return {row["url"]: tuple(row[key] for key in kept) for row in found}

    file = tmp_path / f"articles.{form}"
    widerhall("--data-dir", demo_folder, "export", "articles", "--format", form, "--with-text", "--out", file)
    assert widerhall("--data-dir", tmp_path / "elsewhere", "import", file).code == 0
    assert rows(tmp_path / "elsewhere") == rows(demo_folder)


def test_verdicts_become_a_set_to_evaluate_with(demo_folder: Path, tmp_path: Path) -> None:
    data = shutil.copytree(demo_folder, tmp_path / "data")
    matches = [each["id"] for each in widerhall("--data-dir", data, "matches", "--json").json["matches"]][:3]
    for match, verdict in zip(matches, ("relevant", "irrelevant", "unsure"), strict=True):
        widerhall("--data-dir", data, "verdict", match, verdict)
    for name in ("one", "two"):
        said = widerhall("--data-dir", data, "export", "evaluation", "--out", tmp_path / name, "--far", "5")
        assert "1 relevant, 1 irrelevant, 5 far below" in said.err
    files = {path.name: path.read_bytes() for path in sorted((tmp_path / "one").iterdir())}
    assert files == {path.name: path.read_bytes() for path in sorted((tmp_path / "two").iterdir())}
    assert widerhall("evaluate", "--eval", tmp_path / "one", "--json").json["pooled"]["model"]["documents"] == 7
    assert widerhall("--data-dir", data, "export", "evaluation", "--out", tmp_path / "one").code == 2

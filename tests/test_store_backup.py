"""Backups, the way back, and the whole of a database in another one: nothing is lost, nothing is half done."""

from __future__ import annotations

import gzip
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from monitor.errors import SchemaError, StoreError, StoreUnavailableError, UsageError
from monitor.model import ArticleFilter, SearchQuery, SearchTerm
from store import SqlStore, Vault, move, open_store
from store.schema import NEWEST
from tests.store_material import NOW, WATCH, an_article, with_entries

SAMPLES = Path(__file__).parent / "samples"
OLDEST = min(SAMPLES.glob("*.db.gz"))


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database in which every table has rows that a real run made."""
    path = tmp_path_factory.mktemp("sample") / "sample.db"
    path.write_bytes(gzip.decompress(max(SAMPLES.glob("*.db.gz")).read_bytes()))
    open_store(url_of(path)).close()
    return path


@pytest.fixture
def full(sample: Path, empty_url: str) -> Vault:
    """A full database, on each backend in turn."""
    if empty_url.startswith("sqlite"):
        shutil.copy(sample, path_of(empty_url))
    else:
        Vault(url=url_of(sample)).move(empty_url)
    return Vault(url=empty_url)


def url_of(path: Path) -> str:
    return f"sqlite:///{path}"


def path_of(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


@pytest.fixture
def store_of() -> Iterator[Callable[[str], SqlStore]]:
    opened: list[SqlStore] = []

    def open_it(url: str) -> SqlStore:
        opened.append(open_store(url, create=False))
        return opened[-1]

    yield open_it
    for store in opened:
        store.close()


def sums_of(store: SqlStore) -> object:
    with store.database.reading() as connection:
        return move.sums(connection)


# --- backup -------------------------------------------------------------------------------------------------------


def test_a_backup_holds_all_that_the_database_holds(
    full: Vault, tmp_path: Path, store_of: Callable[[str], SqlStore]
) -> None:
    target = tmp_path / "backup.db"
    target.write_text("an older one")
    in_use = store_of(full.url)
    rows = full.backup(target)
    assert rows["articles"] > 50
    assert sums_of(store_of(url_of(target))) == sums_of(in_use)
    assert not [path.name for path in tmp_path.iterdir() if ".part" in path.name]


def test_a_backup_of_an_earlier_schema(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    path.write_bytes(gzip.decompress(OLDEST.read_bytes()))
    rows = Vault(url=url_of(path)).backup(tmp_path / "backup.db")
    assert rows["articles"] > 50
    with pytest.raises(SchemaError, match="has the older schema 0001; `widerhall db upgrade`"):
        open_store(url_of(tmp_path / "backup.db"), create=False)


def test_a_backup_that_cannot_be_written(full: Vault, tmp_path: Path) -> None:
    (tmp_path / "backup.db.part").mkdir()
    with pytest.raises(StoreUnavailableError, match="the backup cannot be written"):
        full.backup(tmp_path / "backup.db")
    (tmp_path / "file").touch()
    with pytest.raises(StoreUnavailableError, match="the folder cannot be made"):
        full.backup(tmp_path / "file" / "backup.db")


def test_a_database_is_no_backup_of_itself(sample: Path) -> None:
    with pytest.raises(UsageError, match="this is the database itself"):
        Vault(url=url_of(sample)).backup(sample)


# --- restore ------------------------------------------------------------------------------------------------------


def test_a_restore_brings_everything_back(
    full: Vault, empty_url: str, tmp_path: Path, store_of: Callable[[str], SqlStore]
) -> None:
    backup, kept = tmp_path / "backup.db", tmp_path / "kept.db"
    full.backup(backup)
    before = sums_of(store_of(url_of(backup)))
    store = open_store(full.url)
    lost = store.record_article(an_article(url="https://x.example/later"), now=NOW)
    store.close()
    with pytest.raises(UsageError, match="holds data"):
        full.restore(backup, is_replacing=False, kept=kept)
    restored = full.restore(backup, is_replacing=True, kept=kept)
    assert restored.kept == kept
    assert sums_of(store_of(full.url)) == before
    assert store_of(url_of(kept)).article(lost).url == "https://x.example/later"


def test_a_restore_into_nothing(
    sample: Path, empty_url: str, tmp_path: Path, store_of: Callable[[str], SqlStore]
) -> None:
    restored = Vault(url=empty_url).restore(sample, is_replacing=False, kept=tmp_path / "kept.db")
    assert restored.kept is None
    assert sums_of(store_of(empty_url)) == sums_of(store_of(url_of(sample)))


def test_a_restore_upgrades(empty_url: str, tmp_path: Path, store_of: Callable[[str], SqlStore]) -> None:
    backup = tmp_path / "old.db"
    backup.write_bytes(gzip.decompress(OLDEST.read_bytes()))
    as_it_was = backup.read_bytes()
    restored = Vault(url=empty_url).restore(backup, is_replacing=False, kept=tmp_path / "kept.db")
    assert store_of(empty_url).counts(WATCH).articles == restored.tables["articles"] > 50
    assert backup.read_bytes() == as_it_was


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "holds no Widerhall tables"),
        (b"no database" * 1000, "the backup cannot be read"),
        (None, "there is no such backup"),
    ],
)
def test_what_is_no_backup_replaces_nothing(full: Vault, tmp_path: Path, content: bytes | None, said: str) -> None:
    backup = tmp_path / "backup.db"
    if content is not None:
        backup.write_bytes(content)
    with pytest.raises((StoreError, UsageError), match=said):
        full.restore(backup, is_replacing=True, kept=tmp_path / "kept.db")
    assert not full.check().problems
    assert not (tmp_path / "kept.db").exists()


def test_a_damaged_backup_replaces_nothing(sample: Path, tmp_path: Path) -> None:
    backup = shutil.copy(sample, tmp_path / "backup.db")
    with backup.open("r+b") as file:
        file.seek(200_000)
        file.write(b"\xff" * 50_000)
    vault = Vault(url=url_of(tmp_path / "target.db"))
    with pytest.raises(StoreError, match=r"backup\.db: .*damaged"):
        vault.restore(backup, is_replacing=False, kept=tmp_path / "kept.db")
    assert not (tmp_path / "target.db").exists()


def test_a_damaged_database_is_kept_aside_too(sample: Path, tmp_path: Path) -> None:
    damaged, kept = tmp_path / "damaged.db", tmp_path / "kept.db"
    damaged.write_bytes(b"damaged" * 1000)
    vault = Vault(url=url_of(damaged))
    with pytest.raises(UsageError, match="holds data"):
        vault.restore(sample, is_replacing=False, kept=kept)
    vault.restore(sample, is_replacing=True, kept=kept)
    assert kept.read_bytes() == b"damaged" * 1000
    assert not vault.check().problems


# --- move ---------------------------------------------------------------------------------------------------------


def test_there_and_back_nothing_changes(
    sample: Path, empty_url: str, tmp_path: Path, store_of: Callable[[str], SqlStore]
) -> None:
    there = Vault(url=url_of(sample)).move(empty_url)
    back = Vault(url=empty_url).move(url_of(tmp_path / "back.db"))
    assert there == back == sums_of(store_of(url_of(sample)))
    assert min(its.rows for name, its in there.items() if name in ("articles", "entries", "matches", "verdicts")) > 0


def test_what_was_moved_is_found_by_its_words(
    sample: Path, empty_url: str, store_of: Callable[[str], SqlStore]
) -> None:
    Vault(url=url_of(sample)).move(empty_url)
    wanted = ArticleFilter(watch=WATCH, search=SearchQuery(terms=(SearchTerm(words=("syrien",)),)))
    found, expected = (
        [each.article.id for each in store_of(url).reports(wanted)] for url in (empty_url, url_of(sample))
    )
    assert found == expected
    assert found


def test_what_is_added_after_a_move_has_an_id_of_its_own(sample: Path, empty_url: str) -> None:
    rows = Vault(url=url_of(sample)).move(empty_url)
    store = open_store(empty_url)
    last = max(article.id for article in store.articles())
    assert store.record_article(an_article(url="https://x.example/new"), now=NOW) == last + 1
    assert with_entries(store, "new")[-1] > rows["entries"].rows
    store.close()


def test_nothing_is_moved_onto_data(sample: Path, store: SqlStore, store_url: str) -> None:
    with_entries(store, "e1")
    before = sums_of(store)
    with pytest.raises(UsageError, match="holds data already"):
        Vault(url=url_of(sample)).move(store_url)
    assert sums_of(store) == before


def test_what_does_not_arrive_as_it_was_is_not_kept(
    sample: Path, empty_url: str, monkeypatch: pytest.MonkeyPatch, store_of: Callable[[str], SqlStore]
) -> None:
    def losing(connection: object) -> None:
        connection.execute(text("update articles set url = url || '?' where id = 7"))  # type: ignore[attr-defined]

    monkeypatch.setattr(move, "index_all", losing)
    with pytest.raises(StoreError, match="articles did not arrive as it was; nothing was copied"):
        Vault(url=url_of(sample)).move(empty_url)
    assert store_of(empty_url).counts(WATCH).articles == 0


# --- check and upgrade --------------------------------------------------------------------------------------------


def test_a_sound_database(full: Vault) -> None:
    sound = full.check()
    assert (sound.schema_version, sound.problems) == (NEWEST, ())
    assert sound.bytes > 100_000
    assert full.check(is_quick=True).tables == sound.tables


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("update articles set version = 99 where id = 3", "1 articles without their current version"),
        ("update latest_assessments set assessment_id = 1 where article_id = 9", "for another article than their own"),
        ("delete from article_texts where article_id = 3", "the search index knows"),
    ],
)
def test_what_does_not_fit_together_is_named(full: Vault, statement: str, said: str) -> None:
    store = open_store(full.url)
    with store.database.writing() as connection:
        connection.execute(text(statement))
    store.close()
    assert said in " ".join(full.check().problems)


def test_a_reference_to_nothing_is_named(sample: Path, tmp_path: Path) -> None:
    path = shutil.copy(sample, tmp_path / "copy.db")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("delete from feeds")
        connection.commit()
    assert "refers to a row of feeds that is not there" in Vault(url=url_of(path)).check().problems[0]


def test_an_upgrade_says_from_where_to_where(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    path.write_bytes(gzip.decompress(OLDEST.read_bytes()))
    vault = Vault(url=url_of(path))
    assert vault.check().schema_version == "0001"
    assert vault.upgrade() == ("0001", NEWEST)
    assert vault.upgrade() == (NEWEST, NEWEST)
    assert Vault(url=url_of(tmp_path / "new.db")).upgrade() == ("", NEWEST)

"""`widerhall db …` as an operator calls it."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from monitor.settings import load_config
from store import DataDirLock
from tests.cli_material import widerhall

pytestmark = pytest.mark.usefixtures("shipped_configuration")


@pytest.fixture
def data(demo_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A demo's data folder, seen from the folder above it."""
    folder = shutil.copytree(demo_folder, tmp_path / "data")
    monkeypatch.setenv("WIDERHALL_DATA_DIR", str(folder))
    monkeypatch.chdir(tmp_path)
    return folder


def test_a_backup_by_date_and_the_way_back(data: Path) -> None:
    said = widerhall("db", "backup")
    (backup,) = (data / "backups").iterdir()
    assert said.out.startswith(f"✓ data/backups/{backup.name}: ")
    assert said.out.rstrip().endswith("opened and counted")
    refused = widerhall("db", "restore", backup)
    assert (refused.code, "--replace" in refused.err) == (2, True)
    said = widerhall("db", "restore", backup, "--replace")
    (kept,) = (data / "replaced").iterdir()
    assert said.lines[1] == f"  what was there before: data/replaced/{kept.name}"
    assert widerhall("db", "check").lines[-1] == "✓ it is sound"


@pytest.mark.parametrize("command", ["restore safe.db --replace", "move sqlite:///moved.db", "upgrade"])
def test_not_beside_a_daemon(data: Path, command: str) -> None:
    widerhall("db", "backup", "safe.db")
    with DataDirLock(data):
        said = widerhall("db", *command.split())
    assert (said.code, "another Widerhall" in said.err) == (3, True)
    assert not Path("moved.db").exists()


def test_a_moved_database_answers_like_the_old_one(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = widerhall("matches").out
    said = widerhall("db", "move", "sqlite:///moved.db")
    assert "every table with equal contents" in said.out
    monkeypatch.setenv("WIDERHALL_DATABASE_URL", f"sqlite:///{data.parent / 'moved.db'}")
    assert widerhall("matches").out == before
    assert widerhall("db", "move", f"sqlite:///{data / 'widerhall.db'}").code == 2


def test_a_damaged_database_is_named_with_what_to_do(data: Path) -> None:
    with (data / "widerhall.db").open("r+b") as file:
        file.seek(8192)
        file.write(b"\xff" * 100_000)
    said = widerhall("db", "check")
    assert said.code == 1
    assert "restore a backup" in (said.out + said.err).lower()


def test_pruning_goes_by_the_settings(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert widerhall("db", "prune", "--json").json["articles"] == 0  # for ever, by default
    with closing(sqlite3.connect(data / "widerhall.db")) as connection:
        connection.execute("update articles set first_seen_at = '2016-08-11 12:00:00.000000'")
        connection.commit()
    monkeypatch.setenv("WIDERHALL_RETENTION__ARTICLES_DAYS", "30")
    monkeypatch.setattr("monitor.app.load_config", load_config)
    before = widerhall("matches", "--json").json["matches"]
    would = widerhall("db", "prune", "--dry-run", "--json").json
    assert would["articles"] > 10
    assert widerhall("db", "prune", "--json").json == would | {"is_dry_run": False}
    assert widerhall("db", "prune", "--dry-run", "--json").json["articles"] == 0
    assert widerhall("matches", "--json").json["matches"] == before
    (pruned,) = widerhall("matches", "--outcome", "below", "-n", "1", "--json").json["matches"]
    assert "(the text was let go" in widerhall("show", pruned["id"]).out
    assert widerhall("show", pruned["id"], "--json").json["is_pruned"]
    assert widerhall("explain", pruned["id"]).code == 0
    assert widerhall("db", "check").lines[-1] == "✓ it is sound"

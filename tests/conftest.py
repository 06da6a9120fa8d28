"""Fixtures that several test files share, and the two rules about what may be left out.

A test of the `slow` marker runs in the full tier only (WIDERHALL_TIER=full). A test whose capability is missing here
(the labelled news, PostgreSQL, Chromium, openssl, promtool, systemd-analyze) is skipped, and the last lines say which
and why; when WIDERHALL_REQUIRE names the capability, as CI does for most, it fails instead.
"""

from __future__ import annotations

import functools
import gc
import itertools
import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, cast

import hypothesis
import pytest

from monitor import logs
from monitor.settings import Config, load_config
from store import SqlStore, open_store

if TYPE_CHECKING:
    from tests.postgres_server import PostgresServer

ROOT = Path(__file__).parent.parent

# A slow machine is no failure: nothing in this suite is timed.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")
# Thousands of tests keep lists and models at hand; looking through all of them for garbage took two fifths of the time.
gc.set_threshold(200_000, 20, 20)
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
    skipped = Counter(report.longrepr[2] for report in terminalreporter.stats.get("skipped", ()))
    for reason, number in skipped.items():
        terminalreporter.write_line(f"{number} {reason.replace('Skipped', 'skipped')}")
    if left_out := config.stash.get(_LEFT_OUT, 0):
        terminalreporter.write_line(f"left out: {left_out} slow tests (`scripts/test full` runs them)")


@pytest.fixture(scope="session", autouse=True)
def quiet_logs() -> None:
    """Events are for operators; a failing test has its own words."""
    logs.configure(level="critical")


@pytest.fixture(scope="session")
def shared_dir() -> Path:
    """The labelled news and captured pages: WIDERHALL_SHARED, or `shared` beside the repository."""
    found = Path(os.environ.get("WIDERHALL_SHARED", ROOT.parent / "shared"))
    if not (found / "eval").is_dir():
        lacking("shared", f"there are no labelled news in {found} (WIDERHALL_SHARED names another place)")
    return found


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A real PostgreSQL, started once."""
    try:
        from tests.postgres_server import PostgresServer

        server = PostgresServer()
    except Exception as error:  # noqa: BLE001 - whatever keeps it from starting, the tests cannot run
        lacking("postgres", f"no PostgreSQL could be started ({error!r})")
    yield server
    server.stop()


@pytest.fixture
def postgres(postgres_server: PostgresServer) -> Iterator[PostgresServer]:
    """A real PostgreSQL; the databases that a test makes end with it."""
    yield postgres_server
    postgres_server.drop_made()


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
def new_store_url(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], str]:
    """Makes the URL of a database with our tables and no rows, on each backend in turn; the one before is given up."""
    if request.param == "postgres":
        return cast("Callable[[], str]", request.getfixturevalue("postgres").emptied_url)
    migrated = request.getfixturevalue("migrated_sqlite")
    numbers = itertools.count()
    return lambda: f"sqlite:///{shutil.copy(migrated, tmp_path / f'store-{next(numbers)}.db')}"


@pytest.fixture
def store_url(new_store_url: Callable[[], str]) -> str:
    """The URL of a database with our tables and no rows, on each backend in turn."""
    return new_store_url()


@pytest.fixture
def store(store_url: str) -> Iterator[SqlStore]:
    """An empty store, on each backend in turn."""
    opened = open_store(store_url)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a demo run: to be read; a test that writes copies it."""
    from tests.cli_material import make_demo

    return make_demo(tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="module")
def shipped_configuration() -> Iterator[None]:
    """For tests of commands: nothing of ours in the environment; the shipped configuration, which takes a third of a
    second, is read once."""
    load = functools.cache(lambda data_dir: load_config(None, {"WIDERHALL_DATA_DIR": data_dir}))

    def load_once(directory: Path | None, environ: Mapping[str, str]) -> Config:
        return load(environ["WIDERHALL_DATA_DIR"]) if directory is None else load_config(directory, environ)

    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("WIDERHALL_")]:
            patch.delenv(name)
        patch.setattr("monitor.app.load_config", load_once)
        yield

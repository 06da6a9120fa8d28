"""The daemon as one sees it: its status line, its events, its lock, and a demo that goes on where it was."""

from __future__ import annotations

import io
import json
import logging
import os
import shutil
import signal
import subprocess
import sys
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from monitor import logs
from monitor.cli import run
from monitor.cli.options import Options
from monitor.cli.statusline import Standing, fitted
from monitor.demo import demo_app
from monitor.errors import AlreadyRunningError, StoreUnavailableError
from monitor.model import Counts, FeedRow, FeedState
from monitor.settings import check_config
from store import DataDirLock
from tests.cli_material import COLOURS, on_terminal, widerhall

pytestmark = pytest.mark.usefixtures("shipped_configuration")

ROOT = Path(__file__).parent.parent
NOW = datetime(2016, 8, 11, 12, tzinfo=UTC)
COUNTS = Counts(
    feeds={}, entries={"pending": 3, "fetched": 1}, outcomes={}, articles=66, versions=70, matches=18, withdrawn=1
)


def row(name: str, **more: object) -> FeedRow:
    return FeedRow(id=name, url=f"https://{name}.example/feed", **more)  # type: ignore[arg-type]


WELL = row("well", last_polled_at=NOW, last_success_at=NOW, next_due_at=NOW + timedelta(minutes=10))
LOST = row("lost", last_polled_at=NOW, failures=2, next_due_at=NOW + timedelta(seconds=50))
NEW = row("new")
PAUSED = row("paused", state=FeedState.PAUSED)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([WELL, LOST, PAUSED], ["1 of 2 feeds answer", "18 matches", "66 articles", "4 waiting", "next poll in 50 s"]),
        ([LOST], ["none of 1 feeds can be reached", "next try in 50 s", "18 matches", "66 articles", "4 waiting"]),
        ([NEW], ["0 of 1 feeds answer, 1 not yet asked", "18 matches", "66 articles", "4 waiting", "next poll now"]),
        ([], ["0 of 0 feeds answer", "18 matches", "66 articles", "4 waiting", "next poll now"]),
    ],
)  # fmt: skip
def test_the_status_line_says_how_things_stand(rows: list[FeedRow], words: list[str]) -> None:
    assert Standing.of(rows, COUNTS).words(NOW) == words


@pytest.mark.parametrize(
    ("width", "line"), [(80, "one · two · three"), (16, "one · two"), (9, "one · two"), (8, "one"), (1, "one")]
)
def test_what_does_not_fit_is_left_out_from_the_end(width: int, line: str) -> None:
    assert fitted(["one", "two", "three"], width) == line


# --- events -------------------------------------------------------------------------------------------------------

HOSTILE = "\x1b]0;owned\x07Ankara\x9b2J"


def test_an_event_for_people_fits_the_terminal_and_is_inert() -> None:
    event = {
        "timestamp": "18:17:11",
        "level": "warning",
        "event": "poll failed",
        "feed": "demo-gone",
        "why": "the server answered 404 Not Found, and said so at length",
        "tries": 3,
    }
    assert logs.for_people(event, width=60, is_coloured=False).splitlines() == [
        "18:17:11 ! poll failed     demo-gone  the server answered",
        "                           404 Not Found, and said so at",
        "                           length  tries 3",
    ]
    hostile = logs.for_people({"event": "match", "title": HOSTILE}, width=200, is_coloured=False)
    assert hostile.split() == ["match", "]0;owned", "Ankara", "2J"]


def test_events_for_programs(tmp_path: Path) -> None:
    stream = io.StringIO()
    logs.configure(level="info", stream=stream)
    logs.log.info("match", title=HOSTILE, article="a-7")
    logs.log.debug("not told")
    assert "\x1b" not in stream.getvalue()
    assert stream.getvalue().endswith('event=match title=" ]0;owned Ankara 2J" article=a-7\n')
    logs.configure(file=tmp_path / "logs" / "log.jsonl")
    logs.log.error("poll", why=HOSTILE)
    logs.configure()
    said = json.loads((tmp_path / "logs" / "log.jsonl").read_text("utf-8"))
    assert (said["event"], said["level"], said["why"]) == ("poll", "error", HOSTILE)


def test_what_libraries_say_is_an_event_too() -> None:
    stream = io.StringIO()
    logs.configure(as_json=True, stream=stream)
    with logs.bound({"entry": "e-7"}):
        logging.getLogger("some.library").error("%s broke", "a wire")
        logging.getLogger("some.library").warning("chatter")
    logs.configure()
    said = json.loads(stream.getvalue())
    assert (said["event"], said["library"], said["what"]) == ("library", "some.library", "a wire broke")
    assert said["entry"] == "e-7"


def test_a_library_that_says_it_badly_goes_on(capsys: pytest.CaptureFixture[str]) -> None:
    stream = io.StringIO()
    logs.configure(as_json=True, stream=stream)
    logging.getLogger("some.library").error("%d wires broke", "two")
    logs.configure()
    assert stream.getvalue() == ""
    assert "%d wires broke" in capsys.readouterr().err


def test_events_follow_standard_error(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = io.StringIO(), io.StringIO()
    monkeypatch.setattr("sys.stderr", first)
    logs.configure()
    monkeypatch.setattr("sys.stderr", second)
    first.close()
    logs.log.warning("poll failed")
    assert "poll failed" in second.getvalue()


def test_a_fault_is_logged_with_its_traceback() -> None:
    stream = io.StringIO()
    logs.configure(stream=stream)
    try:
        _ = 1 // 0
    except ZeroDivisionError:
        logs.log.exception("fault")
    assert "ZeroDivisionError: integer division or modulo by zero" in stream.getvalue().splitlines()[-1]


# --- one at a time, and in order ----------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["run", "once", "run --demo --port 0"])
def test_a_second_daemon_says_who_is_first(tmp_path: Path, command: str) -> None:
    with DataDirLock(tmp_path):
        said = widerhall("--data-dir", tmp_path, *command.split())
    assert said.code == 3
    assert f"another Widerhall (process {os.getpid()}, since " in said.err
    assert not (tmp_path / "widerhall.db").exists()


def test_a_database_that_goes_while_a_daemon_begins_to_lead_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    tries, over = iter([StoreUnavailableError("no connection"), None]), []

    def lead_on(*_: object, **__: object) -> None:
        if (error := next(tries)) is not None:
            raise error

    status = SimpleNamespace(print_result=lambda options: over.append(options))
    monkeypatch.setattr("monitor.cli.statusline.StatusLine", lambda app, is_verbose: status)
    monkeypatch.setattr(run, "_comes_to_lead", lambda lock: True)
    monkeypatch.setattr(run, "_lead_on", lead_on)
    monkeypatch.setattr(run, "_metrics", lambda app, leads: nullcontext())
    app: Any = SimpleNamespace(leader_lock=io.StringIO)
    run._lead(app, Options(config=None, data_dir=None), works=True, verbose=False)
    assert (next(tries, "none left"), len(over)) == ("none left", 1)


def test_status_knows_whether_a_daemon_runs(demo_folder: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(demo_folder, tmp_path / "own")
    assert widerhall("--data-dir", folder, "status", "--json").json["daemon"] is None
    with DataDirLock(folder):
        assert f"process {os.getpid()}" in widerhall("--data-dir", folder, "status").out
    with pytest.raises(AlreadyRunningError), DataDirLock(folder), DataDirLock(folder):
        pytest.fail("two on one folder")


def test_without_any_network_once_says_so(tmp_path: Path) -> None:
    assert widerhall("init", tmp_path / "config").code == 0
    feed = "  far:\n    title: Far\n    url: http://127.0.0.1:9/feed.xml\n    language: de\n"
    (tmp_path / "config" / "feeds.yaml").write_text(f"feeds:\n{feed}", encoding="utf-8")
    said = widerhall("--config", tmp_path / "config", "once")
    assert said.code == 1
    assert "none of 1 feeds can be reached" in said.out
    status = widerhall("--config", tmp_path / "config", "status")
    assert "none of 1 feeds can be reached" in status.out
    assert "127.0.0.1" in status.out
    assert widerhall("--config", tmp_path / "config", "status", "--healthy").code == 1


@pytest.mark.slow
@pytest.mark.parametrize(("number", "mode"), [(signal.SIGINT, []), (signal.SIGTERM, ["--once"])])
def test_a_signal_ends_a_demo_in_order(tmp_path: Path, number: signal.Signals, mode: list[str]) -> None:
    command = [sys.executable, "-m", "monitor.cli", "-d", str(tmp_path), "run", "--demo", "--port", "0", *mode]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        next(line for line in process.stderr if "event=match" in line)
        process.send_signal(number)
        said, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert "Digest:" in said


@pytest.mark.slow
def test_the_live_status_on_a_terminal(tmp_path: Path) -> None:
    sent = on_terminal("-d", tmp_path / "data", "run", "--demo", "--once", "--port", "0", columns=80, cwd=tmp_path)
    shown = COLOURS.sub("", sent)
    assert "starting …" in shown
    assert "feeds answer ·" in shown
    assert "Digest: data/digests/turkey-russia-is/today.html · Ctrl-C ends" in shown
    assert "Digest: data/digests/turkey-russia-is/today.html" in shown


# --- the demo -----------------------------------------------------------------------------------------------------


def test_a_demo_goes_on_where_it_was(demo_folder: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(demo_folder, tmp_path / "own")
    before = json.loads((folder / "demo.json").read_text("utf-8"))
    with demo_app(None, folder, port=0) as (app, newsroom):
        assert newsroom.edition == 2
        assert app.config.feeds == newsroom.feeds
        assert check_config(app.config.directory, app.environ) == [], "nothing to warn of on the first screen"
        app.close()
    assert json.loads((folder / "demo.json").read_text("utf-8")) == before, "dates and addresses stay"
    elsewhere = widerhall("--data-dir", folder, "run", "--demo", "--port", "9999")
    assert (elsewhere.code, "leave out --port, or name another folder" in elsewhere.err) == (2, True)
    with demo_app(None, tmp_path / "new", port=0) as (app, newsroom):
        assert newsroom.edition == 1
        app.close()


def test_a_demo_never_touches_another_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIDERHALL_DATABASE_URL", "postgresql://somebody@nowhere/else")
    with demo_app(None, tmp_path / "new", port=0) as (app, _):
        assert app.config.daemon.database_url == f"sqlite:///{tmp_path / 'new' / 'widerhall.db'}"
        app.close()
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "widerhall.db").touch()
    said = widerhall("--data-dir", tmp_path / "real", "run", "--demo", "--port", "0")
    assert said.code == 2
    assert "holds a database that is not the demo's" in said.err

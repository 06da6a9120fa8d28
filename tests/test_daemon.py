"""The daemon beside the flow: a configuration that changes underneath it, and an orderly end."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.app import App
from monitor.cli.statusline import StatusLine
from monitor.collect.polling import due_feeds
from monitor.config_edit import pause_feed
from monitor.daemon import Daemon
from monitor.errors import AlreadyRunningError, StoreUnavailableError
from monitor.model import DeliveryState, FeedState
from monitor.newsroom.server import serve
from monitor.report.broken import known_problems
from monitor.settings import init_config, load_config
from monitor.workbench import Workbench
from store import DataDirLock
from tests.cli_material import widerhall
from tests.delivery_material import Clock, save_digest

ROOT = Path(__file__).parent.parent


def watch_file(folder: Path) -> Path:
    return folder / "config" / "watches" / "turkey-russia-is.yaml"


@pytest.fixture
def daemon(tmp_path: Path) -> Daemon:
    init_config(tmp_path / "config")
    environ = {"WIDERHALL_DATA_DIR": str(tmp_path / "data")}
    app = App(load_config(tmp_path / "config", environ), environ=environ, creates=True)
    return Daemon(app)


def after_reload(daemon: Daemon) -> float:
    """The match threshold that the running flow uses after a look at the files."""

    async def run() -> float:
        async with daemon.app.pipeline(daemon.stopping) as daemon.pipeline:
            daemon.reload()
            return daemon.app.config.watches[0].thresholds.match

    try:
        return asyncio.run(run())
    finally:
        daemon.app.close()


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_changed_file_is_taken_at_once(daemon: Daemon, tmp_path: Path) -> None:
    edit(watch_file(tmp_path), "match: 50", "match: 61")
    assert after_reload(daemon) == 61


def test_a_broken_file_never_replaces_a_good_configuration(daemon: Daemon, tmp_path: Path) -> None:
    edit(watch_file(tmp_path), "match: 50", "match: plenty")
    assert after_reload(daemon) == 50
    assert known_problems(daemon.app.store)
    edit(watch_file(tmp_path), "match: plenty", "match: 61")
    assert after_reload(daemon) == 61
    assert known_problems(daemon.app.store) is None


def test_a_watch_whose_seed_is_not_there_never_replaces_a_good_configuration(daemon: Daemon, tmp_path: Path) -> None:
    edit(watch_file(tmp_path), "seeds: [gemeinsam-gegen-den-is]", "seeds: [gone]")
    edit(watch_file(tmp_path), "match: 50", "match: 61")
    assert after_reload(daemon) == 50


def test_what_the_file_pauses_is_not_polled(daemon: Daemon) -> None:
    app = daemon.app
    daemon._start()
    first = app.config.feeds[0].id
    Workbench(app).change_feeds(lambda text: pause_feed(text, first, is_paused=True))
    daemon._sync_feeds()
    row = app.store.feeds_by_id([first])[0]
    assert (row.state, due_feeds([row], now=app.clock())) == (FeedState.PAUSED, [])
    Workbench(app).change_feeds(lambda text: pause_feed(text, first, is_paused=False))
    daemon._sync_feeds()
    row = app.store.feeds_by_id([first])[0]
    assert (row.state, due_feeds([row], now=app.clock())) == (FeedState.ACTIVE, [row])
    app.close()


def test_one_daemon_a_data_folder(daemon: Daemon) -> None:
    with daemon.app.lock(), pytest.raises(AlreadyRunningError, match=str(os.getpid())), daemon.app.lock():
        pytest.fail("two daemons on one folder")
    daemon.app.close()


def test_sigterm_ends_it_in_order(tmp_path: Path) -> None:
    """The real program, told to stop as soon as it has asked for something."""
    command = [sys.executable, "-m", "monitor.cli", "-d", str(tmp_path / "data"), "-c", str(tmp_path / "config"), "run"]
    with serve(0) as web:
        init_config(tmp_path / "config")
        feed = web.feeds[0]
        (tmp_path / "config" / "feeds.yaml").write_text(
            f"feeds:\n  {feed.id}:\n    title: Demo\n    url: {feed.url}\n    language: {feed.language}\n",
            encoding="utf-8",
        )
        environ = {**os.environ, "WIDERHALL_NETWORK__ALLOWED_NETWORKS": "127.0.0.0/8"}
        process = subprocess.Popen(command, cwd=ROOT, env=environ, stderr=subprocess.PIPE, text=True)
        assert process.stderr is not None
        for line in process.stderr:
            if "event=poll" in line:
                break
        process.send_signal(signal.SIGTERM)
        process.stderr.read()
        assert process.wait(timeout=10) == 0
        process.stderr.close()


@pytest.mark.parametrize("moment", ["the lock is taken", "all is said"])
def test_sigterm_ends_it_in_order_at_any_moment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str) -> None:
    init_config(tmp_path / "config")
    (tmp_path / "config" / "feeds.yaml").write_text(
        "feeds:\n  nobody:\n    title: Nobody\n    url: http://127.0.0.1:9/\n    language: en\n", encoding="utf-8"
    )
    monkeypatch.setenv("WIDERHALL_DESK__IS_SERVED", "false")
    signals = ["the daemon starts", "all is said"] if moment == "all is said" else [moment]

    def and_then_a_signal(owner: type, method: str, then: str) -> None:
        original = getattr(owner, method)

        def told(*args: Any, **more: Any) -> Any:
            result = original(*args, **more)
            if then in signals:
                os.kill(os.getpid(), signal.SIGTERM)
            return result

        monkeypatch.setattr(owner, method, told)

    and_then_a_signal(StatusLine, "__init__", "the lock is taken")
    and_then_a_signal(Daemon, "_start", "the daemon starts")
    and_then_a_signal(StatusLine, "print_result", "all is said")
    result = widerhall("-c", tmp_path / "config", "-d", tmp_path / "data", "run")
    assert result.code == 0, result.err
    assert DataDirLock(tmp_path / "data").holder() == ""


def test_a_month_that_is_in_use_keeps_nothing_else_from_being_tidied(
    daemon: Daemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    def is_locked(*, now: datetime) -> None:
        raise StoreUnavailableError("another session keeps what is needed locked")

    daemon._start()
    store, pruned = daemon.app.store, []
    monkeypatch.setattr(store, "tend", is_locked)
    monkeypatch.setattr(store, "prune_pages", lambda before: pruned.append(before))
    daemon.tidy()
    daemon.app.close()
    assert len(pruned) == 1


def test_a_clock_that_leapt_lets_nothing_go(daemon: Daemon, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, pruned = daemon.app.clock(), []
    monkeypatch.setattr(daemon.app.store, "prune_pages", lambda before: pruned.append(before))
    daemon._start()
    for hours in (0, 1, 24 * 600, 24 * 600 + 1, 2):
        now = begun + timedelta(hours=hours)
        daemon.app.clock = lambda now=now: now
        daemon.tidy()
    daemon.app.close()
    assert [before + timedelta(days=14) - begun for before in pruned] == [timedelta(hours=h) for h in (0, 1, 2)]


def test_what_is_queued_is_delivered(daemon: Daemon, tmp_path: Path) -> None:
    settings = tmp_path / "config" / "widerhall.yaml"
    edit(settings, "  folders: {} ", "  folders: {archive: {path: outbox}} ")
    daemon.app.use(load_config(tmp_path / "config", daemon.app.environ))
    daemon._start()
    today = save_digest(daemon.app.store, Clock(daemon.app.clock()))
    daemon.deliver()
    daemon.deliver()
    daemon.app.close()
    folder = tmp_path / "data" / "outbox" / today.watch
    assert (folder / f"{today.day}.html").exists()
    assert "4 matches" in (folder / "index.html").read_text(encoding="utf-8")


def test_what_a_slow_receiver_keeps_waiting_is_sent_the_next_time(daemon: Daemon, tmp_path: Path) -> None:
    class Slow(Clock):
        def __call__(self) -> datetime:
            self.passes(timedelta(seconds=15))
            return self.now

    settings = tmp_path / "config" / "widerhall.yaml"
    edit(settings, "  folders: {} ", "  folders: {archive: {path: outbox}} ")
    daemon.app.use(load_config(tmp_path / "config", daemon.app.environ))
    clock = daemon.app.clock = Slow()
    daemon._start()
    for day in range(9):
        save_digest(daemon.app.store, clock, day=date(2016, 8, 11) + timedelta(days=day))
    sent = []
    for _ in range(9):
        daemon.deliver()
        sent.append(daemon.app.store.count_deliveries()[DeliveryState.SENT])
    daemon.app.close()
    assert 0 < sent[0] < sent[-1] == 9


def test_a_revised_digest_replaces_its_file_once(daemon: Daemon) -> None:
    daemon._start()
    clock = Clock(daemon.app.clock())
    stored = save_digest(daemon.app.store, clock)
    daemon.write_digests()
    file = daemon.digest_folder(daemon.app.config.watches[0]) / f"{stored.day}.txt"
    assert "Revision" not in file.read_text(encoding="utf-8")
    content = {**stored.content, "revision": 2}
    later = clock() + timedelta(minutes=5)
    daemon.app.store.save_digest(replace(stored, revision=2, created_at=later, content=content))
    daemon.write_digests()
    daemon.app.close()
    assert "Revision 2" in file.read_text(encoding="utf-8")

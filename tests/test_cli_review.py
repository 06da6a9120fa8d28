"""`review`: what is listed, what a key stores, what is taken back, and the screen itself, driven by textual's pilot."""

from __future__ import annotations

import asyncio
import os
import pty
import select
import shutil
import sqlite3
import subprocess
import sys
import termios
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import OptionList, Static

from monitor.app import App
from monitor.cli.review_list import ReviewList, rows_of
from monitor.cli.review_screen import ReviewScreen
from monitor.model import ArticleReport, VerdictKind
from monitor.settings import load_config
from tests.cli_material import widerhall
from tests.store_material import NOW

#: A program that draws nothing for so long hangs.
DRAWS_WITHIN_S = 300
RELEVANT, IRRELEVANT, UNSURE = VerdictKind.RELEVANT, VerdictKind.IRRELEVANT, VerdictKind.UNSURE


@pytest.fixture
def app(demo_folder: Path, tmp_path: Path) -> Iterator[App]:
    folder = shutil.copytree(demo_folder, tmp_path / "data")
    opened = App(load_config(None, {"WIDERHALL_DATA_DIR": str(folder)}), clock=lambda: NOW)
    yield opened
    opened.close()


@pytest.fixture
def listed(app: App) -> ReviewList:
    made = ReviewList(app.store, app.config.watches[0].id, author="ada", clock=app.clock)
    made.load()
    return made


def verdicts(app: App) -> dict[int, VerdictKind]:
    return {each.article_id: each.kind for each in app.store.verdicts(app.config.watches[0].id)}


# --- the list -------------------------------------------------------------------------------------------------------


def test_a_story_stands_together_and_copies_are_folded(listed: ReviewList) -> None:
    reports: list[ArticleReport] = [row.report for row in listed.rows][:5]
    one, two, three, four, five = (report.article.id for report in reports)
    rows = rows_of(reports, {one: 7, three: 7, four: 0}, {five: two, two: two})
    assert [(row.report.article.id, row.story, row.is_first) for row in rows] == [
        (one, 7, True),
        (three, 7, False),
        (two, 0, True),
        (four, 0, True),
    ]
    assert rows[2].articles == [two, five]


def test_verdicts_are_stored_at_once_and_taken_back_one_by_one(app: App, listed: ReviewList) -> None:
    first, second = (row.articles for row in listed.rows[:2])
    assert listed.judge(0, RELEVANT, reason="yes", note="see also") == ""
    assert listed.judge(1, IRRELEVANT) == ""
    assert listed.judge(0, IRRELEVANT) == ""
    assert verdicts(app) == dict.fromkeys([*first, *second], IRRELEVANT)
    assert listed.take_back() == 0
    assert verdicts(app)[first[0]] is RELEVANT
    assert (listed.take_back(), listed.take_back(), listed.take_back()) == (1, 0, None)
    assert set(verdicts(app).values()) == {UNSURE}


def test_nobody_overrules_a_colleague_unseen(app: App, listed: ReviewList) -> None:
    number, watch = listed.rows[0].report.article.id, app.config.watches[0].id
    app.store.give_verdict(number, watch, IRRELEVANT, reason="", note="", author="bob", now=NOW)
    assert "bob said «irrelevant» meanwhile" in listed.judge(0, RELEVANT)
    assert verdicts(app)[number] is IRRELEVANT
    assert listed.judge(0, RELEVANT) == ""
    assert verdicts(app)[number] is RELEVANT


def test_what_is_judged_waits_no_longer_and_a_search_sees_everything(listed: ReviewList) -> None:
    number = listed.rows[0].report.article.id
    listed.judge(0, RELEVANT)
    listed.load()
    assert number not in {row.report.article.id for row in listed.rows}
    listed.filtered(is_all=True)
    assert number in {row.report.article.id for row in listed.rows}
    listed.filtered(search="title:mektup")
    assert [row.report.article.language for row in listed.rows] == ["tr"]


# --- the screen -----------------------------------------------------------------------------------------------------


def sit(app: App, steps: Callable[[Pilot[None], ReviewScreen], Awaitable[None]], *, size: tuple[int, int]) -> None:
    """Drive one session."""
    listed = ReviewList(app.store, app.config.watches[0].id, author="ada", clock=app.clock)
    screen = ReviewScreen(app.config.watches[0].title, listed, app.store.findings, lambda feed: feed)

    async def run() -> None:
        async with screen.run_test(size=size) as pilot:
            await steps(pilot, screen)

    asyncio.run(run())


def shown(screen: ReviewScreen, name: str) -> str:
    return str(screen.query_one(name, Static).render())


@pytest.mark.parametrize("size", [(80, 24), (160, 50)])
def test_a_list_is_judged_by_keyboard(app: App, size: tuple[int, int]) -> None:
    async def steps(pilot: Pilot[None], screen: ReviewScreen) -> None:
        rows = screen._listed.rows
        first, second, third = (row.report.article.id for row in rows[:3])
        title = rows[1].report.article.title
        await pilot.press("j")
        assert title in shown(screen, "#article")
        await pilot.press("k", "y", "n", "u", "z")
        assert screen.query_one("#list", OptionList).highlighted == 2
        assert f"a-{third}: taken back" in shown(screen, "#said")
        stored = verdicts(app)
        assert (stored[first], stored[second], stored[third]) == (RELEVANT, IRRELEVANT, UNSURE)
        assert "of them judged: 2" in shown(screen, "#head")
        assert screen.screen.has_class("wide") == (size[0] > 100)

    sit(app, steps, size=size)


def test_a_reason_is_asked_for_and_help_tells_the_keys(app: App) -> None:
    async def steps(pilot: Pilot[None], screen: ReviewScreen) -> None:
        await pilot.press("question_mark")
        assert "relevant" in str(screen.screen.query_one("#help", Static).render())
        await pilot.press("x", "N", *"gas", "tab", *"deal", "enter")
        await pilot.press("Y", *"no", "escape")
        (given,) = {each.article_id: each for each in app.store.verdicts(app.config.watches[0].id)}.values()
        assert (given.kind, given.reason, given.note, given.author) == (IRRELEVANT, "gas", "deal", "ada")

    sit(app, steps, size=(80, 24))


def test_searching_and_going_back(app: App) -> None:
    async def steps(pilot: Pilot[None], screen: ReviewScreen) -> None:
        waiting = len(screen._listed.rows)
        await pilot.press("slash", *"title:mektup", "enter")
        assert "«title:mektup»: 1," in shown(screen, "#head")
        await pilot.press("escape")
        assert f"waiting: {waiting}," in shown(screen, "#head")
        await pilot.press("slash", *"zzzzz", "enter", "y")
        assert "Nothing is found" in shown(screen, "#article")
        assert verdicts(app) == {}

    sit(app, steps, size=(80, 24))


def test_what_was_stored_is_there_though_the_session_is_killed(app: App) -> None:
    """Killed as by `kill -9`, on a terminal of its own."""
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 80))
    environ = {**os.environ, "WIDERHALL_DATA_DIR": str(app.config.daemon.data_dir), "TERM": "xterm-256color"}
    command = [sys.executable, "-c", "from monitor.cli import main; main()", "review"]
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=environ) as process:
        try:
            read_until(ours, lambda drawn: b"waiting:" in drawn)
            press_until_heard(ours, b"z", lambda drawn: b"nothing to take back" in drawn)
            os.write(ours, b"yn")
            read_until(ours, lambda _drawn: len(verdicts(app)) == 2)
        finally:
            process.kill()
    os.close(ours)
    os.close(theirs)
    assert sorted(kind.value for kind in verdicts(app).values()) == ["irrelevant", "relevant"]
    with sqlite3.connect(app.config.daemon.database_url.removeprefix("sqlite:///")) as database:
        assert database.execute("pragma quick_check").fetchone() == ("ok",)


def press_until_heard(terminal: int, key: bytes, is_heard: Callable[[bytes], bool]) -> None:
    """Press a key that changes nothing, however often: a program that has drawn itself may not listen yet."""
    drawn = b""
    for _ in range(DRAWS_WITHIN_S):
        os.write(terminal, key)
        while not is_heard(drawn) and select.select([terminal], [], [], 1)[0]:
            drawn += os.read(terminal, 65536)
        if is_heard(drawn):
            return
    raise AssertionError(f"nobody listens after {drawn[-400:]!r}")


def read_until(terminal: int, is_enough: Callable[[bytes], bool]) -> None:
    """Read what a program draws; it draws after it stored."""
    drawn = b""
    while not is_enough(drawn):
        readable, _, _ = select.select([terminal], [], [], DRAWS_WITHIN_S)
        assert readable, f"nothing more is drawn after {drawn[-400:]!r}"
        drawn += os.read(terminal, 65536)


def test_without_a_terminal_it_says_what_to_do_instead(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIDERHALL_DATA_DIR", str(app.config.daemon.data_dir))
    said = widerhall("review")
    assert said.code == 3
    assert "widerhall verdict" in said.err

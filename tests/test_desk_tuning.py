"""The tuning page: a change is asked about, shown, saved for the file it was shown for, and taken back."""

from __future__ import annotations

import html
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
from starlette.testclient import TestClient

from monitor.app import App
from monitor.desk import create_desk
from monitor.desk.jobs import Jobs, Progress
from monitor.model import Outcome
from monitor.pipeline import Pipeline
from monitor.renewal import Renewal
from monitor.saving import saved_changes
from monitor.settings import init_config, load_config
from monitor.workbench import Workbench
from tests.store_material import NOW

PAGES = ["/", "/today", "/stories", "/actors", "/digests", "/sources", "/tuning", "/changes", "/nowhere"]
HOME = {"origin": "http://127.0.0.1:8787"}


@pytest.fixture
def app(demo_folder: Path, tmp_path: Path) -> Iterator[App]:
    folder = shutil.copytree(demo_folder, tmp_path / "data")
    init_config(tmp_path / "config")
    environ = {"WIDERHALL_DATA_DIR": str(folder)}
    opened = App(load_config(tmp_path / "config", environ), clock=lambda: NOW, environ=environ)
    yield opened
    opened.close()


@pytest.fixture
def desk(app: App) -> Iterator[TestClient]:
    made = Workbench(app).desk(author="ada")
    with TestClient(create_desk(made), base_url="http://127.0.0.1:8787") as client:
        client.headers.update(HOME)
        yield client
    made.jobs.stop()


@pytest.fixture
def file(app: App) -> Path:
    return app.config.directory / "watches" / f"{app.config.watches[0].id}.yaml"


def hidden(text: str) -> dict[str, str]:
    """The fields that the form for saving carries."""
    form = text[text.index('class="saving"') :].partition("</form>")[0]
    found = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', form)
    return {html.unescape(name): html.unescape(value) for name, value in found}


def save(desk: TestClient, text: str, **said: str) -> str:
    """Press «save» on a page, and follow."""
    answer = desk.post("/tuning", data={**hidden(text), "do": "save", "reason": "too few", **said})
    return str(answer.status_code) + " " + answer.text


# --- asking ---------------------------------------------------------------------------------------------------------


def test_a_keyword_is_tried_before_it_is_saved(desk: TestClient, file: Path) -> None:
    before = file.read_bytes()
    text = desk.get("/tuning", params={"phrase": "@russia", "rule": "+none"}).text
    assert re.search(r"\+ +none: \[[^\n]*@russia", html.unescape(text))
    assert re.search(r">0</strong> gained, <strong[^>]*>[1-9]\d*</strong> lost", text)
    assert re.search(r"[1-9]\d* texts were read", text)
    assert file.read_bytes() == before


def test_points_and_rules_left_out_are_asked_about(desk: TestClient) -> None:
    text = html.unescape(desk.get("/tuning", params={"points:the jet crisis": "-40", "without": "side by side"}).text)
    assert re.search(r"<ins>\+ +weight: -40", text)
    assert re.search(r"<del>- +side by side:", text)
    assert hidden(text).items() >= {"points:the jet crisis": "-40", "without": "side by side"}.items()


def test_a_change_that_leaves_nothing_is_said_loudly(desk: TestClient) -> None:
    assert "Nothing would match any more" in desk.get("/tuning", params={"match": "1000"}).text


@pytest.mark.parametrize(
    "asked",
    [
        {"rule": "no such rule", "phrase": "x"},
        {"rule": "+sideways", "phrase": "x"},
        {"rule": "+none", "phrase": "@nobody_at_all"},
        {"match": "20", "review": "99"},
        {"match": "many"},
        {"without": "no such rule"},
        {"back": "17"},
        {"phrase": "<script>alert(1)</script>"},
    ],
)
def test_what_cannot_be_is_refused_in_words(desk: TestClient, asked: dict[str, str]) -> None:
    answer = desk.get("/tuning", params=asked)
    assert answer.status_code == 200
    assert '<p class="notice" role="alert">' in answer.text
    assert "<script>" not in answer.text


def test_the_curve_stands_on_the_page_with_both_thresholds(desk: TestClient) -> None:
    text = desk.get("/tuning", params={"match": "42"}).text
    assert "in use: 50" in text
    assert "asked for: 42" in text
    assert text.count('class="fill"') > 40


def test_suggestions_lead_to_what_they_would_do(desk: TestClient, app: App) -> None:
    text = html.unescape(desk.get("/tuning", params={"suggest": "1", "a_day": "5"}).text)
    assert "Offices that changed hands" in text
    found = re.search(r'For 5 matches a day.*?href="(/tuning[^"]*match=\d+)"', text)
    assert found and "asked for" in desk.get(found[1]).text


@pytest.mark.parametrize("query", ["", "?match=42", "?suggest=1&a_day=5", "?phrase=x&rule=%2Bnone"])
def test_a_first_start_has_a_tuning_page(tmp_path: Path, query: str) -> None:
    fresh = App(load_config(None, {"WIDERHALL_DATA_DIR": str(tmp_path)}), clock=lambda: NOW, creates=True)
    with TestClient(create_desk(Workbench(fresh).desk(author="ada")), base_url="http://127.0.0.1:8787") as client:
        assert "to all 0 stored articles" in client.get(f"/tuning{query}").text
    fresh.close()


# --- saving -----------------------------------------------------------------------------------------------------------


def test_a_change_is_saved_told_and_taken_back(desk: TestClient, app: App, file: Path) -> None:
    before = file.read_text("utf-8")
    said = save(desk, desk.get("/tuning", params={"match": "42"}).text, author="Ayşe", reason="too few")
    assert "Saved as change 1" in said
    assert file.read_text("utf-8") == before.replace("match: 50 ", "match: 42 ", 1)
    assert app.config.watches[0].thresholds.match == 42  # at work at once
    (saved,) = saved_changes(app.store, app.config.watches[0].id)
    assert (saved.author, saved.reason, saved.gained) == ("Ayşe", "too few", 1)
    back = save(desk, desk.get("/tuning", params={"back": "1"}).text, reason="no, too many")
    assert "Saved as change 2" in back
    assert file.read_text("utf-8") == before


def test_two_analysts_never_overwrite_each_other(desk: TestClient, file: Path) -> None:
    shown = desk.get("/tuning", params={"match": "42"}).text
    other = file.read_text("utf-8").replace("review: 35", "review: 30")
    file.write_text(other, encoding="utf-8")
    said = save(desk, shown)
    assert said.startswith("409 ")
    assert "<del>-  review: 35" in said and "<ins>+  review: 30" in said
    assert file.read_text("utf-8") == other
    assert "Saved as change 2" in save(desk, said.partition(" ")[2])  # the other one, by hand, is 1
    assert file.read_text("utf-8") == other.replace("match: 50", "match: 42")


@pytest.mark.parametrize(
    ("asked", "said", "why"),
    [
        ({"match": "42"}, {"reason": ""}, "Say in a few words why"),
        ({"match": "50"}, {"version": "", "reason": "x"}, "changed the file while you looked"),
        ({"match": "42"}, {"match": "many"}, "is no number"),
    ],
)
def test_what_is_not_saved_says_why(
    desk: TestClient, app: App, file: Path, asked: dict[str, str], said: dict[str, str], why: str
) -> None:
    before = file.read_bytes()
    shown = desk.get("/tuning", params={**asked, "review": "30"}).text
    assert why in save(desk, shown, **said)
    assert file.read_bytes() == before
    assert saved_changes(app.store, app.config.watches[0].id) == []


def test_a_broken_file_keeps_the_last_good_one_at_work(desk: TestClient, file: Path) -> None:
    file.write_text("thresholds: [", encoding="utf-8")
    text = desk.get("/tuning").text
    assert "Nothing can be tried while its file cannot be used" in text
    assert "Keyword rules" in text


@pytest.mark.parametrize("is_beside_a_daemon", [False, True])
def test_every_page_says_that_the_configuration_is_broken(
    desk: TestClient, app: App, file: Path, *, is_beside_a_daemon: bool
) -> None:
    sound, daemon = file.read_text("utf-8"), Renewal(app)
    file.write_text(sound.replace("match: 50", "match: many"), encoding="utf-8")
    if is_beside_a_daemon:
        daemon.renewed(cast(Pipeline, None))
        assert daemon.problems
    for page in PAGES:
        text = html.unescape(desk.get(page).text)
        assert "the last good one is at work" in text, page
        assert f"{file.name}:" in text, page
    assert "die letzte gute gilt weiter" in desk.get("/", headers={"accept-language": "de"}).text
    file.write_text(sound, encoding="utf-8")
    assert not [page for page in PAGES if "the last good one is at work" in desk.get(page).text]


def test_alone_the_desk_takes_up_what_is_changed_by_hand(app: App, file: Path) -> None:
    with TestClient(create_desk(Workbench(app).desk(author="ada", is_alone=True)), base_url=HOME["origin"]) as desk:
        assert 'name="match" min="0" max="1000" step="any" value="50"' in desk.get("/tuning").text
        file.write_text(file.read_text("utf-8").replace("match: 50 ", "match: 47.5 ", 1), encoding="utf-8")
        text = desk.get("/tuning").text
        assert app.config.watches[0].thresholds.match == 47.5
        assert 'value="47.5"' in text
        assert re.search(r"1 · .*by hand", text)
        file.write_text("thresholds: [", encoding="utf-8")
        assert "the last good one is at work" in desk.get("/").text
        assert app.config.watches[0].thresholds.match == 47.5


def test_a_daemon_keeps_what_was_changed_by_hand_while_none_ran(app: App, file: Path) -> None:
    Renewal(app, notes_edits=True)
    before = file.read_text("utf-8")
    file.write_text(before.replace("match: 50 ", "match: 47 ", 1), encoding="utf-8")
    Renewal(app)  # a worker's
    assert saved_changes(app.store, app.config.watches[0].id) == []
    Renewal(app, notes_edits=True)
    (kept,) = saved_changes(app.store, app.config.watches[0].id)
    assert (kept.is_by_hand, kept.before, kept.gained) == (True, before, None)


# --- work that takes longer -------------------------------------------------------------------------------------------


def test_facets_are_read_for_in_the_background_then_saved(desk: TestClient, app: App, file: Path) -> None:
    edited = file.read_text("utf-8").replace('"@russia", "@putin"', '"@france", "@putin"')
    asked = desk.post("/tuning", data={"do": "ask", "text": edited}).text
    assert "have to be read for an answer" in asked
    refused = desk.post("/tuning", data={"do": "save", "text": edited, "version": version(app), "reason": "x"})
    assert "nobody knows yet what this does" in refused.text
    desk.post("/tuning", data={"do": "read", "text": edited})
    wait(app, desk)
    shown = desk.get("/tuning", params={"job": "1"}).text
    assert re.search(r"\d</strong> gained, <strong[^>]*>\d+</strong> lost.*[1-9]\d* texts were read", shown)
    assert "Saved as change 1" in save(desk, shown)
    assert file.read_text("utf-8") == edited


def test_what_is_stored_is_scored_anew_on_request(desk: TestClient, app: App) -> None:
    save(desk, desk.get("/tuning", params={"match": "42"}).text)
    desk.post("/tuning", data={"do": "rescore", "since": ""})
    wait(app, desk)
    assert "Scored anew: " in desk.get("/tuning").text
    assert app.store.counts(app.config.watches[0].id).outcomes[Outcome.MATCH] == 33


def version(app: App) -> str:
    return Workbench(app).draft(app.config.watches[0].id, lambda text: text).version


def wait(app: App, desk: TestClient) -> None:
    """Until the work is over."""
    job = desk.app.state.desk.jobs.current  # type: ignore[attr-defined]
    assert job is not None
    job.over.wait(timeout=60)
    assert not job.failed


def test_work_is_stopped_by_other_work() -> None:
    jobs = Jobs()

    def forever(progress: Progress) -> None:
        while True:
            progress(1, 2)

    first = jobs.ask("one", forever)
    assert jobs.ask("one", forever) is first
    second = jobs.ask("two", lambda _progress: 42)
    assert first.over.wait(timeout=60) and second.over.wait(timeout=60)
    assert (first.failed, first.percent, second.result) == ("stopped", 50, 42)

"""The page of sources: how each feed is told, what can be done about it, and that nothing from outside is obeyed."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from monitor.app import App
from monitor.collect.discover import FeedPreview
from monitor.collect.health import Trouble
from monitor.collect.health_log import Spell
from monitor.desk import create_desk
from monitor.desk.source_lines import source_lines
from monitor.desk.uploads import read_multipart
from monitor.errors import UnavailableError, UsageError
from monitor.model import FeedRow, FeedSpec, FeedState, ParsedEntry, PollCount, PollOutcome
from monitor.report.health_strip import PollDay, health_strip
from monitor.settings import init_config, load_config
from monitor.workbench import Workbench
from tests.store_material import DAY, HOUR, NOW, a_poll

HOME = {"origin": "http://127.0.0.1:8787"}
PAYLOAD = "<img src=x onerror=alert(1)>\"'><script>alert(2)</script>"
FOUND = FeedPreview(
    url="https://new.example/rss",
    title=PAYLOAD,
    format="rss",
    language="de",
    items=1,
    per_day=1.0,
    newest=(ParsedEntry(guid="1", url="https://new.example/1", title=PAYLOAD, summary="", published=NOW),),
)


@pytest.fixture
def app(tmp_path: Path, migrated_sqlite: Path) -> Iterator[App]:
    init_config(tmp_path / "config")
    (tmp_path / "data").mkdir()
    shutil.copy(migrated_sqlite, tmp_path / "data" / "widerhall.db")
    environ = {"WIDERHALL_DATA_DIR": str(tmp_path / "data")}
    opened = App(load_config(tmp_path / "config", environ), environ=environ, clock=lambda: NOW)
    opened.store.sync_feeds({feed.id: feed.url for feed in opened.config.feeds}, now=NOW - 3 * DAY)
    yield opened
    opened.close()


@pytest.fixture
def desk(app: App) -> Iterator[TestClient]:
    made = replace(Workbench(app).desk(author="ada"), find_feeds=lambda _url: (FOUND,))
    with TestClient(create_desk(made), base_url="http://127.0.0.1:8787", follow_redirects=False) as client:
        yield client


def fail(app: App, feed: str, **how: object) -> None:
    [row] = app.store.feeds_by_id([feed])
    failed = {"outcome": PollOutcome.FAILED, "kind": "status", "status": 404, "message": "says 404", **how}
    seen = replace(row, last_polled_at=NOW - HOUR, first_polled_at=NOW - 2 * DAY, last_error=str(failed["message"]))
    app.store.apply_poll(a_poll(feed=seen, polled_at=NOW - HOUR, **failed))


# --- what is told -----------------------------------------------------------------------------------------------------


def spec(name: str, **more: object) -> FeedSpec:
    return FeedSpec(id=name, url=f"https://{name}.example/", title=name, language="de", **more)  # type: ignore[arg-type]


def count(feed: str, day: int, outcome: PollOutcome = PollOutcome.NEW, *, new: int = 0, kind: str = "") -> PollCount:
    at = NOW - timedelta(days=day, hours=1)
    return PollCount(feed_id=feed, day=at.date(), outcome=outcome, kind=kind, status=None, polls=4, new=new, last_at=at)


def test_the_worst_come_first_and_the_paused_last() -> None:
    specs = [spec("well"), spec("rests", is_paused=True), spec("fails"), spec("still"), spec("never")]
    rows = [FeedRow(id=name, url="", last_polled_at=NOW) for name in ("well", "rests", "fails", "still")]
    counts = [count("well", 0, new=3), count("fails", 0, PollOutcome.FAILED, kind="dns")]
    spells = [
        Spell(feed_id="still", trouble=Trouble.SILENT, message="", began_at=NOW - DAY),
        Spell(feed_id="well", trouble=Trouble.FAILING, message="", began_at=NOW - DAY, ended_at=NOW - HOUR),
    ]
    lines = source_lines(specs, rows, counts, spells, now=NOW)
    assert [line.spec.id for line in lines] == ["still", "fails", "never", "well", "rests"]
    assert [line.is_in_trouble for line in lines] == [True, True, False, False, False]
    assert [line.state for line in lines] == ["active", "active", "new", "active", "paused"]
    assert lines[1].failure == "dns"


def test_the_first_day_of_a_feed_says_nothing_of_its_rate() -> None:
    row = FeedRow(id="one", url="", first_polled_at=NOW - 2 * DAY, last_polled_at=NOW)
    counts = [count("one", 2, new=90), count("one", 1, new=4), count("one", 0, new=2)]
    [line] = source_lines([spec("one")], [row], counts, [], now=NOW)
    assert line.per_day == 3
    assert [(day.polls, day.new) for day in line.days[-3:]] == [(4, 90), (4, 4), (4, 2)]
    assert source_lines([spec("one")], [replace(row, first_polled_at=NOW)], counts[2:], [], now=NOW)[0].per_day is None


def test_a_strip_shows_what_came_above_and_what_failed_below() -> None:
    days = [PollDay(day=date(2016, 8, 10), polls=4, failed=4, new=0), PollDay(day=NOW.date(), polls=4, failed=0, new=9)]
    drawn = health_strip([*days, PollDay(day=NOW.date(), polls=0, failed=0, new=0)], label=PAYLOAD, day_said=str)
    assert [(name, float(y)) for name, y in re.findall(r'class="(less|fill)" x="\S+" y="(\S+)"', drawn)] == [
        ("less", 19.0),
        ("fill", 0.0),
    ]
    assert "<script" not in drawn
    assert drawn.count("<g>") == 2


def test_an_error_is_told_in_words_with_what_to_do(desk: TestClient, app: App) -> None:
    first = app.config.feeds[0].id
    fail(app, first)
    page = desk.get("/sources?state=trouble").text
    assert re.findall(r'<li id="f-([\w-]+)"', page) == [first]
    assert "There is nothing at its address." in page
    assert "Look for its new address" in page
    german = desk.get("/sources?state=trouble", headers={"accept-language": "de"}).text
    assert "Unter seiner Adresse ist nichts." in german


def test_sources_are_narrowed_by_language_and_country(desk: TestClient, app: App) -> None:
    wanted = [feed.id for feed in app.config.feeds if (feed.language, feed.country) == ("tr", "tr")]
    page = desk.get("/sources?language=tr&country=tr").text
    assert sorted(re.findall(r'<li id="f-([\w-]+)"', page)) == sorted(wanted)
    assert "No such source" in desk.get("/sources?language=%22%3E%3Cscript%3E").text


# --- what is done -----------------------------------------------------------------------------------------------------


def test_a_feed_is_paused_resumed_and_asked(desk: TestClient, app: App) -> None:
    feed = app.config.feeds[0].id
    before = (app.config.directory / "feeds.yaml").read_text()
    answer = desk.post("/sources", data={"do": "pause", "feed": feed}, headers=HOME)
    assert answer.headers["location"] == f"/sources?done=paused&feed={feed}"
    assert load_config(app.config.directory).feeds[0].is_paused
    assert "is paused" in desk.get(answer.headers["location"]).text
    refused = desk.post("/sources", data={"do": "poll", "feed": feed}, headers=HOME)
    assert (refused.status_code, "resume it first" in refused.text) == (400, True)
    desk.post("/sources", data={"do": "resume", "feed": feed}, headers=HOME)
    assert (app.config.directory / "feeds.yaml").read_text() == before
    app.store.set_feed_state(feed, FeedState.RETIRED, now=NOW)
    desk.post("/sources", data={"do": "poll", "feed": feed}, headers=HOME)
    [row] = app.store.feeds_by_id([feed])
    assert (row.next_due_at, row.state) == (NOW, FeedState.ACTIVE)


def test_a_feed_of_the_demo_is_not_paused_and_the_answer_says_why(desk: TestClient, app: App) -> None:
    demos = replace(app.config.feeds[0], id="demo-courier")
    app.config = replace(app.config, feeds=(*app.config.feeds, demos))
    for headers, why in ((HOME, "is a feed of the demo"), ({**HOME, "accept-language": "de"}, "Quelle der Vorführung")):
        refused = desk.post("/sources", data={"do": "pause", "feed": "demo-courier"}, headers=headers)
        assert (refused.status_code, why in refused.text) == (400, True)
    assert (
        "Es gibt keine Quelle"
        in desk.post("/sources", data={"do": "pause", "feed": "nobody"}, headers={**HOME, "accept-language": "de"}).text
    )


def test_a_feed_is_looked_at_before_it_is_added(desk: TestClient, app: App) -> None:
    page = desk.post("/sources", data={"do": "find", "url": "new.example"}, headers=HOME).text
    assert 'value="https://new.example/rss"' in page
    assert "<script>alert" not in page
    assert len(load_config(app.config.directory).feeds) == len(app.config.feeds)
    added = {"do": "add", "url": FOUND.url, "title": PAYLOAD, "language": "de", "country": "at", "kind": "public"}
    answer = desk.post("/sources", data=added, headers=HOME)
    assert answer.status_code == 303
    feed = load_config(app.config.directory).feeds[-1]
    assert (feed.url, feed.title, feed.language, feed.country, feed.kind) == (FOUND.url, PAYLOAD, "de", "at", "public")
    assert "<script>alert" not in desk.get("/sources").text
    assert "has that address already" in desk.post("/sources", data=added, headers=HOME).text
    assert "among the sources already" in desk.post("/sources", data={"do": "find", "url": "x"}, headers=HOME).text


def test_a_site_that_does_not_answer_is_said(app: App) -> None:
    def gone(url: str) -> tuple[FeedPreview, ...]:
        raise UnavailableError(f"{url} is not there")

    made = replace(Workbench(app).desk(author="ada"), find_feeds=gone)
    with TestClient(create_desk(made), base_url="http://127.0.0.1:8787") as client:
        answer = client.post("/sources", data={"do": "find", "url": "gone.example"}, headers=HOME)
    assert (answer.status_code, "gone.example is not there" in answer.text) == (400, True)


def test_the_network_behind_is_not_asked(app: App) -> None:
    answer = Workbench(app).desk(author="ada")
    with pytest.raises(UnavailableError, match=r"private|loopback|allowed_networks|address"):
        answer.find_feeds("http://127.0.0.1:1/feed")


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"do": "explode"},
        {"do": "pause", "feed": "nobody"},
        {"do": "poll", "feed": "../../etc/passwd"},
        {"do": "find"},
        {"do": "add", "url": "javascript:alert(1)", "language": "de"},
        {"do": "add", "url": "https://x.example/", "language": "de\n  paused: true"},
        {"do": "add", "url": "https://x.example/", "language": "de", "kind": "planet"},
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(desk: TestClient, app: App, said: dict[str, str]) -> None:
    before = (app.config.directory / "feeds.yaml").read_text()
    answer = desk.post("/sources", data=said, headers=HOME)
    assert (answer.status_code, "Nothing was done: " in answer.text) == (400, True)
    assert (app.config.directory / "feeds.yaml").read_text() == before


def test_nothing_is_changed_from_elsewhere(desk: TestClient, app: App) -> None:
    for origin in ({}, {"origin": "https://evil.example"}, {"origin": "null"}):
        assert desk.post("/sources", data={"do": "pause", "feed": "x"}, headers=origin).status_code == 403


# --- lists of other programs ------------------------------------------------------------------------------------------

OPML = b"""<opml version="2.0"><body><outline text="Erste" xmlUrl="https://one.example/rss"/>
<outline text="&lt;script&gt;alert(1)&lt;/script&gt;" xmlUrl="https://two.example/rss" language="tr"/></body></opml>"""


def test_a_list_is_taken_in_and_given_away(desk: TestClient, app: App) -> None:
    listed = {"list": ("..\r\nx-evil: 1.opml", OPML)}
    refused = desk.post("/sources", files=listed, headers=HOME)
    assert (refused.status_code, "states no language" in refused.text) == (400, True)
    answer = desk.post("/sources", files=listed, data={"language": "de"}, headers=HOME)
    assert answer.headers["location"].endswith("number=2")
    assert [feed.language for feed in load_config(app.config.directory).feeds[-2:]] == ["de", "tr"]
    given = desk.get("/sources.opml")
    assert given.headers["content-disposition"] == 'attachment; filename="widerhall.opml"'
    assert b"https://two.example/rss" in given.content
    assert b"<script>" not in given.content
    again = desk.post("/sources", files={"list": ("l", given.content)}, data={"language": "de"}, headers=HOME)
    assert again.headers["location"].endswith("number=0")


@pytest.mark.parametrize("body", [b"hello", b""])
def test_what_is_no_list_is_refused(desk: TestClient, body: bytes) -> None:
    assert desk.post("/sources", files={"list": ("l", body)}, headers=HOME).status_code == 400


def test_a_list_reads_no_file_of_this_machine(desk: TestClient, app: App) -> None:
    outline = b"<outline text='&a;' xmlUrl='https://x.example/rss' language='de'/>"
    body = b"<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><opml><body>" + outline + b"</body></opml>"
    desk.post("/sources", files={"list": ("l", body)}, headers=HOME)
    assert "root:" not in (app.config.directory / "feeds.yaml").read_text()


def test_a_form_with_a_file_is_read() -> None:
    body = b'--b\r\nContent-Disposition: form-data; name="list"; filename="a"\r\n\r\none\r\n--two\r\n--b\r\n'
    body += b'content-disposition: form-data; name="language"\r\n\r\nde\r\n--b--\r\n'
    assert read_multipart("multipart/form-data; boundary=b", body) == {"list": b"one\r\n--two", "language": b"de"}
    assert read_multipart('multipart/form-data; boundary="c"', body) == {}
    with pytest.raises(UsageError):
        read_multipart("multipart/form-data", body)

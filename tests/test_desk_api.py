"""The API: what it answers is what its own description says, every route is in it, and nothing makes it stumble."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.routing import Route
from starlette.testclient import TestClient

from monitor.app import App
from monitor.desk import create_desk
from monitor.desk.api import OPERATIONS, description
from monitor.desk.api.kinds import problem, shapes
from monitor.report.gather import gather_digest
from monitor.report.overview import list_stories
from monitor.report.shelf import keep_stories
from monitor.settings import init_config, load_config
from monitor.workbench import Workbench
from tests.actor_material import discover
from tests.store_material import NOW
from tests.test_cli_docs import tables

HOME = {"origin": "http://127.0.0.1:8787"}
ANSWERS = {(each.method, each.path): each.answer for each in OPERATIONS}


@pytest.fixture
def app(demo_folder: Path, tmp_path: Path) -> Iterator[App]:
    init_config(tmp_path / "config")
    environ = {"WIDERHALL_DATA_DIR": str(shutil.copytree(demo_folder, tmp_path / "data"))}
    opened = App(load_config(tmp_path / "config", environ), environ=environ, clock=lambda: NOW)
    opened.store.sync_feeds({feed.id: feed.url for feed in opened.config.feeds}, now=NOW)
    keep_stories(opened.store, opened.config.watches[0], opened.reader.analyser, opened.background, now=NOW)
    yield opened
    opened.close()


@pytest.fixture
def desk(app: App) -> Iterator[TestClient]:
    with TestClient(create_desk(Workbench(app).desk(author="ada")), base_url="http://127.0.0.1:8787") as client:
        yield client


class Caller:
    """Asks, and checks each answer against the table."""

    def __init__(self, client: TestClient) -> None:
        self.client = client
        self.asked: set[tuple[str, str]] = set()

    def __call__(self, method: str, path: str, body: Any = None, **named: Any) -> Any:
        address = re.sub(r"\{(\w+)\}", lambda found: str(named.pop(found[1])), path)
        answer = self.client.request(method, address, json=body, params=named, headers=HOME)
        assert answer.status_code == 200, answer.text
        told = answer.json()
        assert told["schema"] == ANSWERS[method, path]
        assert problem(told, ANSWERS[method, path]) == ""
        self.asked.add((method, path))
        return told


def test_every_operation_answers_as_described(desk: TestClient, app: App) -> None:
    ask = Caller(desk)
    watch = app.config.watches[0]
    rows = ask("GET", "/api/articles", order="best")["articles"]
    first, second = (int(row["article"][2:]) for row in rows[:2])
    assert ask("GET", "/api/search", q="title:mektup")["articles"][0]["language"] == "tr"
    article = ask("GET", "/api/articles/{id}", id=first)
    assert article["card"]["score"] == rows[0]["score"]
    assert article["text"]
    ask("GET", "/api/articles/{id}/explanation", id=first)
    given = ask("POST", "/api/articles/{id}/verdict", {"kind": "relevant", "seen": 0}, id=first)
    assert (given["author"], given["previous"]) == ("ada", None)
    both = [{"article": f"a-{second}"}, {"article": f"a-{first}", "seen": 0}]
    told = ask("POST", "/api/verdicts", {"kind": "irrelevant", "articles": both})
    assert [each["article"] for each in told["given"]] == [f"a-{second}"]
    assert [each["id"] for each in told["standing"]] == [given["id"]]
    ask("GET", "/api/today")
    app.store.save_digest(gather_digest(app.store, watch, NOW.date(), feeds=app.config.feeds, now=NOW))
    [digest] = ask("GET", "/api/digests")["digests"]
    assert ask("GET", "/api/digests/{day}", day=digest["day"])["revision"] == digest["revision"]

    stories = ask("GET", "/api/stories", limit=5)["stories"]
    assert len(stories) <= 5
    largest = max(list_stories(app.store, watch, app.config.feeds), key=lambda story: int(story["size"]))
    number = int(largest["id"][2:])
    shown = ask("GET", "/api/stories/{id}", id=number)
    ask("GET", "/api/stories/{id}/comparison", id=number)
    leaving = {"articles": [shown["reports"][-1]["article"]]}
    split = ask("POST", "/api/stories/{id}/split", leaving, id=number)["story"]
    assert ask("POST", "/api/stories/{id}/merge", {"into": split}, id=number)["story"] == f"s-{number}"

    ask("GET", "/api/actors", days=3650)
    ask("GET", "/api/actors/{actor}", actor="@russia")
    name = discover(app)
    assert ask("GET", "/api/actors/unconfirmed", limit=1)["names"][0]["name"] == name
    ask("GET", "/api/actors/{actor}", actor=f"%3F{name}")
    decided = ask("POST", "/api/actors/decisions", {"name": name, "kind": "reject"})["decision"]
    assert (decided["name"], decided["author"], decided["holds"]) == (name, "ada", True)
    assert len(ask("GET", "/api/actors/decisions")["decisions"]) == 1

    feed = ask("GET", "/api/sources")["feeds"][0]["id"]
    ask("GET", "/api/sources/health")
    assert ask("POST", "/api/sources/{feed}/pause", feed=feed)["feed"]["state"] == "paused"
    assert ask("POST", "/api/sources/{feed}/resume", feed=feed)["feed"]["state"] == "active"
    assert ask("POST", "/api/sources/{feed}/poll", feed=feed)["feed"]["next_due_at"] == NOW.isoformat()

    named = {"url": "https://neu.example.org/feed", "title": "Neu", "language": "de", "kind": "private"}
    assert ask("POST", "/api/sources", named)["feed"]["id"] == "neu"
    opml = (
        '<opml version="2.0"><body><outline type="rss" text="Zwei" xmlUrl="https://zwei.example.org/f"/></body></opml>'
    )
    assert ask("POST", "/api/sources/opml", {"opml": opml, "language": "de"})["added"] == ["zwei"]

    before = watch.thresholds.match
    assert ask("POST", "/api/tuning/what-if", {"match": 99})["thresholds"]["before"]["match"] == before
    diff = ask("POST", "/api/tuning/what-if", {"match": 99})["diff"]
    [saved] = ask("POST", "/api/tuning/save", {"match": 99, "reason": "too many", "diff": diff})["changes"]
    assert (saved["author"], saved["reason"]) == ("ada", "too many")
    late = {"match": 98, "reason": "too many", "diff": diff}
    assert desk.post("/api/tuning/save", json=late, headers=HOME).status_code == 409
    ask("GET", "/api/tuning/history")
    file = app.config.directory / "watches" / f"{watch.id}.yaml"
    other_facets = {"text": file.read_text("utf-8").replace('"@russia", "@putin"', '"@france", "@putin"')}
    assert desk.post("/api/tuning/what-if", json=other_facets, headers=HOME).status_code == 400
    ask("POST", "/api/tuning/reading", other_facets)
    job = desk.app.state.desk.jobs.current  # type: ignore[attr-defined]
    assert job.over.wait(60)
    read = ask("GET", "/api/tuning/reading")
    assert (read["is_over"], read["failed"], read["done"]) == (True, "", read["total"])
    assert ask("POST", "/api/tuning/what-if", other_facets)["diff"]
    assert set(ANSWERS) == ask.asked


def test_every_route_is_described_and_every_shape_is_used(desk: TestClient, app: App) -> None:
    told = desk.get("/api/openapi.json").json()
    assert told == json.loads(json.dumps(description()))
    routes = {
        (method, route.path.replace(":path}", "}"))
        for route in create_desk(Workbench(app).desk(author="ada")).routes
        if isinstance(route, Route) and route.path.startswith("/api/") and route.path != "/api/openapi.json"
        for method in route.methods or ()
        if method != "HEAD"
    }
    described = {(method.upper(), path) for path, item in told["paths"].items() for method in item}
    assert described == routes
    used = set(re.findall(r'schemas/([^"]+)"', json.dumps(told)))
    assert used == set(told["components"]["schemas"])
    assert len({each.name for each in OPERATIONS}) == len(OPERATIONS)


def test_shapes_are_those_of_the_terminal() -> None:
    documented = tables()
    both = {name for name in shapes() if name in documented}
    assert len(both) > 40
    for name in both:
        assert dict(shapes()[name]) == dict(documented[name]), name


def test_a_page_for_people_names_every_operation() -> None:
    page = (Path(__file__).parent.parent / "docs" / "api.md").read_text(encoding="utf-8")
    for each in OPERATIONS:
        assert f"`{each.method} {each.path}`" in page, each.path


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "why"),
    [
        ("GET", "/api/nothing", None, 404, "no such address"),
        ("GET", "/api/articles/99999999", None, 404, "no article"),
        ("GET", f"/api/articles/{'9' * 40}", None, 404, "no such address"),
        ("GET", "/api/articles/1?watch=other", None, 404, "no watch"),
        ("GET", "/api/articles?order=worst", None, 400, "order is none of best, newest"),
        ("GET", f"/api/search?q={'x' * 300}", None, 400, "longer than 200"),
        ("GET", "/api/actors?days=-1", None, 400, "days is no number"),
        ("GET", "/api/digests/..%2f..%2fetc", None, 404, ""),
        ("GET", "/api/digests/2016-08-99", None, 404, "no day"),
        ("GET", "/api/actors/@nobody", None, 404, "no such actor"),
        ("POST", "/api/today", {}, 405, ""),
        ("POST", "/api/sources/..%2fx/pause", None, 404, ""),
        ("POST", "/api/sources/nobody/poll", None, 404, "no feed"),
        ("POST", "/api/articles/1/verdict", {"kind": "relevant", "more": 1}, 400, "unknown key «more»"),
        ("POST", "/api/articles/1/verdict", {"kind": "relevant", "seen": True}, 400, "seen is no integer"),
        ("POST", "/api/verdicts", {"kind": "relevant", "articles": []}, 400, "from 1 to"),
        ("POST", "/api/verdicts", {"kind": "relevant", "articles": [{"article": "m-1"}]}, 400, "expected a-7"),
        ("POST", "/api/verdicts", {"kind": "relevant", "articles": [{"article": "a-99999"}]}, 404, "no article"),
        ("POST", "/api/stories/1/merge", {"into": "s-1"}, 400, ""),
        ("POST", "/api/sources", {"url": " ", "language": "de"}, 400, "a feed has an address and a language"),
        ("POST", "/api/tuning/reading", {"match": 30}, 400, "no text has to be read for that"),
        ("POST", "/api/tuning/what-if", {"text": "thresholds: ["}, 400, ".yaml"),
        ("POST", "/api/tuning/what-if", {"text": "a: \x00"}, 400, ".yaml"),
        ("POST", "/api/tuning/what-if", {"back": 77}, 404, "there is no saved change 77"),
        ("POST", "/api/tuning/what-if", {"points": {"nobody": "x"}}, 400, "points.nobody is no number"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(
    desk: TestClient, method: str, path: str, body: Any, status: int, why: str
) -> None:
    answer = desk.request(method, path, json=body, headers=HOME)
    assert (answer.status_code, why in answer.text) == (status, True), answer.text
    assert "<html" not in answer.text


@pytest.mark.parametrize("body", [b"", b"[", b"[" * 100_000, b'{"kind": NaN}', b"\xff\xfe", b"null"])
def test_what_is_no_json_is_refused(desk: TestClient, body: bytes) -> None:
    assert desk.post("/api/articles/1/verdict", content=body, headers=HOME).status_code == 400


@pytest.mark.parametrize(
    "path", ["/api/verdicts", "/sources", "/actors", "/tuning", "/login", "/verdicts", "/language"]
)
def test_what_is_too_long_is_refused_everywhere(desk: TestClient, path: str) -> None:
    assert desk.post(path, content=b"x" * 2_000_001, headers=HOME).status_code == 413
    in_pieces = desk.post(path, content=iter([b"x" * 1_500_000] * 2), headers=HOME)
    assert in_pieces.status_code == 413


def test_nothing_is_changed_from_elsewhere(desk: TestClient, app: App) -> None:
    for each in OPERATIONS:
        if each.method == "POST":
            path = re.sub(r"\{\w+\}", "1", each.path)
            assert desk.post(path, json={}, headers={"origin": "https://evil.example"}).status_code == 403
    assert app.store.audit() == []


def test_changes_are_on_record(desk: TestClient, app: App) -> None:
    name = discover(app)
    desk.post("/api/actors/decisions", json={"name": name, "kind": "reject"}, headers=HOME)
    [entry] = app.store.audit()
    assert (entry.author, entry.action, entry.detail["name"]) == ("ada", "decide_on_name", name)

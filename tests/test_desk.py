"""The desk over its own HTTP: what pages show, what an address says, who may change something, what stays text."""

from __future__ import annotations

import html
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from monitor.actor_review import load_book
from monitor.app import App
from monitor.desk import create_desk
from monitor.desk.filters import View, read_view, to_filter
from monitor.desk.marks import Mark, cut
from monitor.desk.security import refusal
from monitor.model import ArticleFilter, Outcome, VerdictKind
from monitor.report.overview import list_stories
from monitor.report.shelf import keep_stories
from monitor.settings import load_config
from monitor.undelivered import Undelivered
from monitor.workbench import Workbench
from tests.actor_material import discover
from tests.store_material import NOW, a_card, an_article

HOME = {"origin": "http://127.0.0.1:8787"}


@pytest.fixture
def app(demo_folder: Path, tmp_path: Path) -> Iterator[App]:
    folder = shutil.copytree(demo_folder, tmp_path / "data")
    opened = App(load_config(None, {"WIDERHALL_DATA_DIR": str(folder)}), clock=lambda: NOW)
    yield opened
    opened.close()


@pytest.fixture
def desk(app: App) -> Iterator[TestClient]:
    with TestClient(create_desk(Workbench(app).desk(author="ada")), base_url="http://127.0.0.1:8787") as client:
        yield client


def matches(app: App) -> list[int]:
    wanted = ArticleFilter(watch=app.config.watches[0].id, outcomes=frozenset({Outcome.MATCH}))
    return [report.article.id for report in app.store.reports(wanted)]


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/today",
        "/stories?size=all",
        "/actors?days=365",
        "/actor/@russia",
        "/digests",
        "/sources",
        "/tuning?match=20",
    ],
)
def test_every_page_answers_and_is_guarded(desk: TestClient, path: str) -> None:
    answer = desk.get(path)
    assert answer.status_code == 200
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert "<script>" not in answer.text
    assert " style=" not in answer.text
    assert " on" not in {word[:3] for word in answer.text.split("<script")[0].split('"') if "=" in word}


def test_a_page_speaks_the_readers_language(desk: TestClient) -> None:
    page = desk.get("/", headers={"accept-language": "de-DE,de;q=0.9"}).text
    assert '<html lang="de">' in page
    assert "Eingang" in page
    assert "Inbox" in desk.get("/").text
    answer = desk.post("/language", data={"language": "de", "back": "/stories"}, headers=HOME, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/stories")
    assert "Geschichten" in desk.get("/stories").text
    desk.post("/language", data={"language": "xx", "back": "//evil.example"}, headers=HOME)
    assert "Geschichten" in desk.get("/stories").text


def test_actors_are_called_as_in_the_readers_language(desk: TestClient, app: App) -> None:
    path = f"/article/{matches(app)[0]}"
    assert ">Russia</a>" in desk.get(path).text
    assert ">Russland</a>" in desk.get(path, headers={"accept-language": "de"}).text


def test_what_is_not_delivered_is_told(desk: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Not delivered" not in desk.get("/today").text
    since = datetime(2016, 8, 11, 12, 0, tzinfo=UTC)
    missed = Undelivered(channel="team", number=2, given_up=2, since=since, next_at=None, why="<b>mailbox full</b>")
    monkeypatch.setattr("monitor.desk.pages.undelivered", lambda *_, **__: [missed])
    assert "Not delivered through team:" in desk.get("/today").text
    page = desk.get("/digests", headers={"accept-language": "de"}).text
    assert "2 Nachrichten, die erste von 11. Aug." in page
    assert "&lt;b&gt;mailbox full" in page
    assert "widerhall deliver retry --channel team" in page


def test_an_article_shows_why_and_who(desk: TestClient, app: App) -> None:
    first = matches(app)[0]
    text = desk.get(f"/article/{first}").text
    card = app.store.assessments(first, app.config.watches[0].id)[-1].card
    assert f"{card.score:.1f}" in text
    assert 'class="m-' in text
    assert "The parts sum to the score" in text


@pytest.mark.parametrize(
    "path",
    [
        "/article/999999",
        f"/article/{10**30}",
        f"/story/{10**30}",
        "/nothing",
        "/story/999",
        "/actor/@nobody",
        "/digest/2016-13-45",
        "/digest/2016-08-11",
    ],
)
def test_what_is_not_there_is_said(desk: TestClient, path: str) -> None:
    answer = desk.get(path)
    assert answer.status_code == 404
    assert "Nothing is here" in answer.text


def test_a_judged_match_leaves_the_inbox(desk: TestClient, app: App) -> None:
    first = matches(app)[0]
    assert f'id="a-{first}"' in desk.get("/?order=best").text
    answer = desk.post(f"/api/articles/{first}/verdict", json={"kind": "relevant"}, headers=HOME)
    assert (answer.json()["author"], answer.json()["previous"]) == ("ada", None)
    assert f'id="a-{first}"' not in desk.get("/?order=best").text
    assert f'id="a-{first}"' in desk.get("/?state=relevant").text


def test_a_verdict_without_javascript_goes_back_where_it_was_given(desk: TestClient, app: App) -> None:
    first = matches(app)[0]
    said = {"article": f"{first}:0", "kind": "irrelevant", "reason": "gas", "note": "ask Ayşe", "back": "/?order=best"}
    answer = desk.post("/verdicts", data=said, headers=HOME, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/?order=best")
    (given_,) = app.store.verdicts(app.config.watches[0].id, article_id=first)
    assert (given_.kind, given_.reason, given_.note) == (VerdictKind.IRRELEVANT, "gas", "ask Ayşe")
    elsewhere = {"article": f"{first}:{given_.id}", "kind": "unsure", "back": "//evil.example"}
    answer = desk.post("/verdicts", data=elsewhere, headers=HOME, follow_redirects=False)
    assert answer.headers["location"] == f"/article/{first}"


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"kind": "perhaps"}', '{"kind": 1}', "x" * 20_000])
def test_a_wrong_verdict_changes_nothing(desk: TestClient, app: App, body: str) -> None:
    first = matches(app)[0]
    answer = desk.post(f"/api/articles/{first}/verdict", content=body, headers=HOME)
    assert answer.status_code == 400
    assert app.store.verdicts(app.config.watches[0].id) == []


def test_search_and_filters_live_in_the_address(desk: TestClient, app: App) -> None:
    found = desk.get("/api/articles", params={"q": "title:mektup", "state": "all"}).json()["articles"]
    assert [row["language"] for row in found] == ["tr"]
    assert desk.get("/api/articles?country=atlantis").json()["articles"] == []
    page = desk.get("/", params={"q": '"><script>alert(1)</script>', "language": "<b>"}).text
    assert "<script>alert" not in page


def test_page_after_page(desk: TestClient, app: App) -> None:
    seen: list[str] = []
    after = ""
    while True:
        page = desk.get("/api/articles", params={"state": "all", "outcome": "", "q": "", "after": after}).json()
        seen += [row["article"] for row in page["articles"]]
        if not page["after"]:
            break
        after = page["after"]
    assert (
        len(set(seen))
        == len(seen)
        == sum(
            app.store.counts(app.config.watches[0].id).outcomes.get(name, 0)
            for name in ("match", "near_miss", "held_by_rule", "suggestion")
        )
    )


def test_a_story_shows_how_it_was_covered(desk: TestClient, app: App) -> None:
    watch = app.config.watches[0]
    keep_stories(app.store, watch, app.reader.analyser, app.background, now=NOW)
    stories = list_stories(app.store, watch, app.config.feeds)
    largest = max(stories, key=lambda story: int(story["size"]))
    text = html.unescape(desk.get(f"/story/{largest['id'].removeprefix('s-')}").text)
    assert "How it was covered" in text
    assert all(f"</abbr>{outlet}" in text for outlet in largest["outlets"])
    assert '<svg width="100%"' in text


# --- actors ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def name(app: App) -> str:
    """A discovered name that waits for a decision."""
    return discover(app)


@pytest.mark.parametrize(
    ("said", "actor"),
    [
        ({"kind": "confirm", "called": "Jo Xemple", "type": "person"}, "@xemple"),
        ({"kind": "merge", "into": "@lavrov"}, "@lavrov"),
        ({"kind": "merge", "into": "Sergej Lawrow"}, "@lavrov"),
        ({"kind": "reject"}, ""),
    ],
)
def test_a_name_is_decided_on_and_that_is_taken_back(
    desk: TestClient, app: App, name: str, said: dict[str, str], actor: str
) -> None:
    def standing() -> list[tuple[str, str, str, str]]:
        return [(each.name, each.kind, each.actor, each.author) for each in load_book(app.store).standing.values()]

    assert f"<h3>{name}" in re.sub("</?a[^>]*>", "", desk.get("/actors").text)
    answer = desk.post("/actors", data={"name": name, **said}, headers=HOME, follow_redirects=False)
    assert answer.status_code == 303
    assert standing() == [(name, said["kind"], actor, "ada")]
    assert f"<h3>{name}" not in re.sub("</?a[^>]*>", "", desk.get("/actors").text)
    desk.post("/actors", data={"name": name, "kind": "undo"}, headers=HOME)
    assert standing() == []


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"kind": "perhaps"},
        {"kind": "merge", "into": "@nobody"},
        {"kind": "merge"},
        {"kind": "confirm", "type": "planet"},
        {"kind": "confirm", "name": "In No Article"},
        {"kind": "undo"},
    ],
)
def test_a_wrong_decision_is_refused_in_words(desk: TestClient, app: App, name: str, said: dict[str, str]) -> None:
    answer = desk.post("/actors", data={"name": name, **said}, headers=HOME)
    assert (answer.status_code, "Nothing was decided: " in answer.text) == (400, True)
    assert desk.post("/actors", data={"name": name, "kind": "reject"}).status_code == 403
    assert load_book(app.store).histories == {}


# --- security -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "host", "origin", "is_refused"),
    [
        ("GET", "127.0.0.1:8787", None, False),
        ("GET", "localhost:8787", None, False),
        ("GET", "[::1]:8787", None, False),
        ("GET", "evil.example", None, True),
        ("GET", "evil.example:8787", None, True),
        ("GET", "127.0.0.1.evil.example", None, True),
        ("GET", "", None, True),
        ("POST", "127.0.0.1:8787", "http://127.0.0.1:8787", False),
        ("POST", "127.0.0.1:8787", None, True),
        ("POST", "127.0.0.1:8787", "null", True),
        ("POST", "127.0.0.1:8787", "http://127.0.0.1:9999", True),
        ("POST", "127.0.0.1:8787", "https://evil.example", True),
    ],
)
def test_who_may_ask(method: str, host: str, origin: str | None, *, is_refused: bool) -> None:
    assert bool(refusal(method, host, origin)) is is_refused


def test_strangers_are_refused(desk: TestClient, app: App) -> None:
    first = matches(app)[0]
    assert desk.get("/", headers={"host": "evil.example"}).status_code == 403
    answer = desk.post(
        f"/api/articles/{first}/verdict", json={"kind": "relevant"}, headers={"origin": "http://x.example"}
    )
    assert answer.status_code == 403
    assert app.store.verdicts(app.config.watches[0].id) == []


@pytest.mark.parametrize("path", ["/static/../web.py", "/static/%2e%2e/web.py", "/static/..%2fweb.py"])
def test_nothing_but_static_files_is_served(desk: TestClient, path: str) -> None:
    assert "uvicorn" not in desk.get(path).text


def test_nothing_from_a_page_is_markup(desk: TestClient, app: App) -> None:
    watch = app.config.watches[0].id
    payload = "<img src=x onerror=alert(1)>\"'><script>alert(2)</script>"
    hostile: dict[str, Any] = {
        "title": payload,
        "authors": (payload,),
        "url": "javascript:alert(3)",
        "scores": (a_card(95.0, watch=watch),),
    }
    article_id = app.store.record_article(an_article(f"{payload} and more", **hostile), now=NOW)
    for path in (f"/article/{article_id}", "/?state=all&order=best"):
        text = desk.get(path).text
        assert payload not in text
        assert "<img" not in text
        assert 'href="javascript' not in text


# --- pure parts -----------------------------------------------------------------------------------------------------


@given(
    st.text(max_size=60),
    st.lists(st.tuples(st.integers(-5, 70), st.integers(-5, 70), st.sampled_from("abc")), max_size=8),
    st.integers(0, 20),
)
def test_pieces_are_the_text(text: str, spans: list[tuple[int, int, str]], start: int) -> None:
    marks = [Mark(start=first, end=last, kind=kind) for first, last, kind in spans]
    pieces = cut(text, marks, start=start)
    assert "".join(piece.text for piece in pieces) == text
    place = start
    for piece in pieces:
        covering = {mark.kind for mark in marks if mark.start <= place < mark.end}
        assert not piece.text or set(piece.kinds) == covering
        place += len(piece.text)


@given(st.dictionaries(st.sampled_from([*View.__dataclass_fields__, "x"]), st.text(max_size=30)))
def test_no_address_is_an_error(query: dict[str, str]) -> None:
    view = read_view(query)
    to_filter(view, "w", [], now=NOW)
    assert view.address.startswith("?")


def test_an_address_says_what_is_not_as_usual() -> None:
    assert View().address == "?"
    assert View(q="a b", after="a-7").but(language="tr") == "?q=a+b&language=tr"
    assert to_filter(View(q="x"), "w", [], now=NOW).outcomes == frozenset(Outcome)

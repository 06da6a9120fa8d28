"""Reviewing at the desk over its own HTTP: stories folded, many judged at once, who judged meanwhile, edits, views."""

from __future__ import annotations

import html
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from monitor.app import App
from monitor.desk import create_desk
from monitor.desk.edits import edits, words_changed
from monitor.desk.filters import View, to_filter
from monitor.desk.folding import group
from monitor.desk.inbox import kept_views
from monitor.desk.waterfall import waterfall
from monitor.model import ArticleFilter, ArticleReport, Outcome, Part, Verdict, VerdictKind
from monitor.report.overview import list_stories
from monitor.report.shelf import keep_stories, load_shelf, save_shelf
from monitor.settings import load_config
from monitor.workbench import Workbench
from tests.store_material import DAY, NOW, a_card, an_article

HOME = {"origin": "http://127.0.0.1:8787"}
SCRIPT = HOME | {"accept": "application/json"}


@pytest.fixture
def app(demo_folder: Path, tmp_path: Path) -> Iterator[App]:
    folder = shutil.copytree(demo_folder, tmp_path / "data")
    opened = App(load_config(None, {"WIDERHALL_DATA_DIR": str(folder)}), clock=lambda: NOW)
    keep_stories(opened.store, opened.config.watches[0], opened.reader.analyser, opened.background, now=NOW)
    yield opened
    opened.close()


@pytest.fixture
def desk(app: App) -> Iterator[TestClient]:
    with TestClient(create_desk(Workbench(app).desk(author="ada")), base_url="http://127.0.0.1:8787") as client:
        yield client


def reports(app: App, **wanted: Any) -> list[ArticleReport]:
    matching = frozenset({Outcome.MATCH})
    return list(app.store.reports(ArticleFilter(watch=watch(app), outcomes=matching, **wanted)))


def matches(app: App) -> list[int]:
    return [report.article.id for report in reports(app)]


def watch(app: App) -> str:
    return app.config.watches[0].id


def judged(app: App) -> dict[int, VerdictKind]:
    return {verdict.article_id: verdict.kind for verdict in app.store.verdicts(watch(app))}


def by_somebody_else(app: App, article: int, kind: VerdictKind) -> Verdict:
    return app.store.give_verdict(article, watch(app), kind, reason="Öl", note="", author="ben", now=NOW)


def shown(text: str) -> list[int]:
    return [int(number) for number in re.findall(r'data-article="(\d+)"', text)]


# --- the list -------------------------------------------------------------------------------------------------------


def test_every_article_stands_once_with_its_story(desk: TestClient, app: App) -> None:
    seen: list[int] = []
    address = "/?outcome=match&order=best"
    while address:
        text = html.unescape(desk.get(address).text)
        seen += shown(text) + [int(n) for n in re.findall(r'<li><a href="/article/(\d+)"', text)]
        found = re.search(r'rel="next" href="([^"]+)"', text)
        address = found[1] if found else ""
    assert sorted(seen) == sorted(matches(app))
    (largest, *_) = sorted(list_stories(app.store, app.config.watches[0], app.config.feeds), key=lambda s: -s["size"])
    block = re.search(rf'aria-label="Story {largest["id"]}".*?</section>', desk.get("/").text, re.DOTALL)
    assert block
    assert len(shown(block[0])) == largest["size"] - largest["copies"]


def test_copies_are_folded_and_judged_with_what_they_copy(desk: TestClient, app: App) -> None:
    one, other = matches(app)[:2]
    shelf = load_shelf(app.store, watch(app))
    assert shelf
    shelf.book.merge(shelf.book.story_of[one], shelf.book.story_of[other])
    shelf.copies[other] = one
    save_shelf(app.store, watch(app), shelf, now=NOW)
    text = desk.get("/?order=best").text
    assert (one in shown(text), other in shown(text)) == (True, False)
    assert f'name="article" value="{one}:0 {other}:0"' in text
    desk.post("/verdicts", data={"article": f"{one}:0 {other}:0", "kind": "relevant"}, headers=HOME)
    assert judged(app) == {one: VerdictKind.RELEVANT, other: VerdictKind.RELEVANT}
    page = desk.get(f"/article/{other}").text
    assert "The same text elsewhere" in page
    assert page.count('class="tag"') == 2  # earliest and fullest


def test_strongest_leads_others_in_time() -> None:
    def one(number: int, score: float, days: int) -> ArticleReport:
        article: Any = type("A", (), {"id": number, "published": NOW + days * DAY, "first_seen_at": NOW})
        assessment: Any = type("S", (), {"card": a_card(score)})
        return ArticleReport(
            article=article,
            assessment=assessment,
            match=None,
            verdict=None,
        )

    made = group(7, [one(1, 50, 3), one(2, 90, 2), one(3, 60, 1), one(4, 70, 4)], {4: 3, 1: 9})
    folds = [(fold.report.article.id, [copy.article.id for copy in fold.copies]) for fold in (made.lead, *made.others)]
    assert folds == [(2, []), (3, [4]), (1, [])]


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        (View(score_from="30", score_to="40,5"), {"min_score": 30.0, "max_score": 40.5}),
        (View(score_from="much"), {"min_score": None}),
        (View(day="2016-08-10"), {"since": NOW.replace(day=9, hour=22), "until": NOW.replace(day=10, hour=22)}),
        (View(day="yesterday"), {"since": NOW.replace(day=9, hour=22), "until": NOW.replace(day=10, hour=22)}),
        (View(day="7"), {"since": NOW - 7 * DAY, "until": None}),
        (View(day="9999-12-31"), {"since": None}),
        (View(day="0"), {"since": None}),
    ],
)
def test_an_address_is_understood(view: View, expected: dict[str, Any]) -> None:
    wanted = to_filter(view, "w", [], now=NOW, zone="Europe/Berlin")
    assert {name: getattr(wanted, name) for name in expected} == expected


def test_filters_by_kind_score_day_and_an_actor_as_people_write_it(desk: TestClient, app: App) -> None:
    wanted = to_filter(View(kind="state"), "w", app.config.feeds, now=NOW)
    assert wanted.feed_ids == {feed.id for feed in app.config.feeds if feed.kind == "state"} != set()
    assert all(row["score"] < 60 for row in desk.get("/api/articles?state=all&score_to=60").json()["articles"])
    by_name, by_id = (
        desk.get("/api/articles", params={"state": "all", "actor": each}).json() for each in ("putin", "@putin")
    )
    assert by_name == by_id
    assert by_name["articles"]
    assert "Nothing stored is like that" in desk.get("/?day=2001-01-01").text


# --- verdicts -------------------------------------------------------------------------------------------------------


def test_many_are_judged_at_once(desk: TestClient, app: App) -> None:
    some = matches(app)[:3]
    said = {"article": [f"{number}:0" for number in some], "kind": "irrelevant", "reason": "gas"}
    answer = desk.post("/verdicts", data=said, headers=SCRIPT).json()
    assert [each["article"] for each in answer["given"]] == [f"a-{number}" for number in some]
    assert judged(app) == dict.fromkeys(some, VerdictKind.IRRELEVANT)


def test_nobody_is_overwritten_silently(desk: TestClient, app: App) -> None:
    one, other = matches(app)[:2]
    theirs = by_somebody_else(app, one, VerdictKind.IRRELEVANT)
    said = {"article": f"{one}:0", "kind": "relevant", "reason": "talks"}
    answer = desk.post("/verdicts", data=said, headers=SCRIPT)
    assert (answer.status_code, answer.json()["given"]) == (409, [])
    (standing,) = answer.json()["standing"]
    assert (standing["author"], standing["kind"], standing["id"]) == ("ben", "irrelevant", theirs.id)
    page = desk.post("/verdicts", data=said | {"article": f"{one}:0 {other}:0"}, headers=HOME)
    assert page.status_code == 200
    assert "Somebody judged meanwhile" in page.text
    assert "ben" in page.text
    assert judged(app) == {one: VerdictKind.IRRELEVANT, other: VerdictKind.RELEVANT}
    again = re.search(r'name="article" value="([^"]+)"', page.text)
    assert again
    desk.post("/verdicts", data=said | {"article": again[1]}, headers=HOME)
    assert judged(app)[one] == VerdictKind.RELEVANT
    answer = desk.post(f"/api/articles/{one}/verdict", json={"kind": "unsure", "seen": theirs.id}, headers=HOME)
    assert (answer.status_code, "relevant by ada" in answer.json()["error"]) == (409, True)


def test_an_answer_that_was_lost_gives_no_second_verdict(desk: TestClient, app: App) -> None:
    said = {"article": f"{matches(app)[0]}:0", "kind": "relevant"}
    first, second = (desk.post("/verdicts", data=said, headers=SCRIPT).json() for _ in range(2))
    assert first == second
    assert len(app.store.verdicts(watch(app))) == 1


@pytest.mark.parametrize(
    "said",
    [{}, {"kind": "relevant"}, {"kind": "perhaps", "article": "1:0"}, {"kind": "relevant", "article": "1"},
     {"kind": "relevant", "article": "x:0"}, {"kind": "relevant", "article": "1:" + "9" * 50}],
)  # fmt: skip
def test_a_form_without_sense_changes_nothing(desk: TestClient, app: App, said: dict[str, str]) -> None:
    assert desk.post("/verdicts", data=said, headers=HOME).status_code == 400
    assert judged(app) == {}


def test_an_article_that_is_not_there_is_said(desk: TestClient) -> None:
    assert desk.post("/verdicts", data={"kind": "unsure", "article": "999999:0"}, headers=SCRIPT).status_code == 404


def test_what_waits_is_counted(desk: TestClient, app: App) -> None:
    number = len(matches(app))
    assert f"{number} matches wait" in desk.get("/").text
    by_somebody_else(app, matches(app)[0], VerdictKind.UNSURE)
    assert f"{number - 1} matches wait" in desk.get("/").text


# --- kept views -----------------------------------------------------------------------------------------------------


def test_a_view_is_kept_and_let_go(desk: TestClient, app: App) -> None:
    said = {"name": " Turkish  <b>today", "back": "/?language=tr&day=today&after=a-3"}
    answer = desk.post("/views", data=said, headers=HOME, follow_redirects=False)
    assert answer.headers["location"] == said["back"]
    (kept,) = kept_views(app.store, watch(app))
    assert (kept.name, kept.address, kept.author) == ("Turkish <b>today", "?language=tr&day=today", "ada")
    assert '<a href="/?language=tr&amp;day=today"' in desk.get("/").text
    assert "Turkish <b>" not in desk.get("/").text
    assert "Let go of" in desk.get("/?language=tr&day=today").text
    desk.post("/views", data={"name": kept.name, "drop": "yes", "back": "//evil.example"}, headers=HOME)
    assert kept_views(app.store, watch(app)) == []


# --- an article -----------------------------------------------------------------------------------------------------


def edited(app: App) -> int:
    address, score = "https://x.example/edited", a_card(95.0, watch=watch(app))
    before = an_article("One.\nPutin said <b>ten</b> jets would fly.\nThree.", url=address, scores=(score,))
    article = app.store.record_article(before, now=NOW)
    after = replace(before, text="One.\nPutin said twelve jets would fly.\nThree.\nFour.", content_hash="other")
    assert app.store.record_article(after, now=NOW + DAY) == article
    return article


def test_an_edit_is_shown_word_by_word(desk: TestClient, app: App) -> None:
    text = desk.get(f"/article/{edited(app)}").text
    assert "<del>&lt;b&gt;ten&lt;/b&gt;</del><ins>twelve</ins> jets would fly." in text
    assert "<ins>Four.</ins>" in text
    assert "one paragraph as before" in text
    assert "The publisher changed this text" in text


def test_a_text_that_was_let_go_of_says_so(desk: TestClient, app: App) -> None:
    below = an_article("Far away", url="https://x.example/far", scores=(a_card(1.0, watch=watch(app)),))
    article = app.store.record_article(below, now=NOW - 400 * DAY)
    while app.store.prune_articles(before=NOW - 300 * DAY):
        pass
    text = desk.get(f"/article/{article}").text
    assert "The text was let go of" in text


def test_who_judged_and_why_is_said(desk: TestClient, app: App) -> None:
    first = matches(app)[0]
    app.store.give_verdict(
        first, watch(app), VerdictKind.IRRELEVANT, reason="only gas", note="ask <i>Ayşe</i>", author="ben", now=NOW
    )
    text = desk.get(f"/article/{first}").text
    assert "ben: <strong>irrelevant</strong>, only gas" in text
    assert "ask &lt;i&gt;Ayşe&lt;/i&gt;" in text


@given(st.lists(st.floats(-60, 60), max_size=8))
def test_bars_end_where_the_score_is(points: list[float]) -> None:
    parts = tuple(Part(name=f"p{number}", points=value) for number, value in enumerate(points))
    chart = waterfall(replace(a_card(sum(points)), parts=parts))
    for bar in (*chart.bars, chart.total):
        assert -0.02 <= bar.x <= bar.x + bar.width <= 100.02
    if chart.bars:
        last = chart.bars[-1]
        end = last.x if last.points < 0 else last.x + last.width
        total = chart.total.x if chart.total.points < 0 else chart.total.x + chart.total.width
        assert end == pytest.approx(total, abs=0.05)


@given(st.text("ab c.\n", max_size=60), st.text("ab c.\n", max_size=60))
def test_what_is_the_same_and_new_is_the_later_text(before: str, after: str) -> None:
    found = edits(before, after)
    lines = {"new": [line.strip() for line in after.splitlines() if line.strip()]}
    written = [
        "".join(change.text for change in edited.changes if change.kind != "gone")
        for edited in found
        if any(change.kind != "gone" for change in edited.changes)
    ]
    untouched = sum(edited.untouched for edited in found)
    assert len(written) + untouched == len(lines["new"])
    assert set(written) <= set(lines["new"])
    assert words_changed(edits(after, after)) == (0, 0)


# --- stories --------------------------------------------------------------------------------------------------------


def story_of(app: App, article: int) -> int:
    shelf = load_shelf(app.store, watch(app))
    assert shelf
    return shelf.book.story_of[article]


def test_a_story_is_split_and_that_is_taken_back(desk: TestClient, app: App) -> None:
    (largest, *_) = sorted(list_stories(app.store, app.config.watches[0], app.config.feeds), key=lambda s: -s["size"])
    number = int(largest["id"][2:])
    article = int(largest["reports"][0]["article"][2:])
    page = desk.post(f"/story/{number}", data={"do": "split", "article": str(article)}, headers=HOME)
    new = story_of(app, article)
    assert new != number
    assert f'<a href="/story/{new}">s-{new}</a> was split off from this story' in page.text
    page = desk.post(f"/story/{number}", data={"do": "merge", "story": str(new)}, headers=HOME)
    assert story_of(app, article) == number
    assert f"s-{new} was merged into this story" in page.text
    assert "ada" in page.text
    desk.post(f"/story/{number}", data={"do": "part", "story": str(new)}, headers=HOME)
    assert story_of(app, article) == new


@pytest.mark.parametrize(
    "said", [{}, {"do": "split"}, {"do": "merge"}, {"do": "merge", "story": "999"}, {"do": "part", "story": "2"}]
)
def test_a_story_that_cannot_be_changed_so_says_why(desk: TestClient, app: App, said: dict[str, str]) -> None:
    number = story_of(app, matches(app)[0])
    before = load_shelf(app.store, watch(app))
    answer = desk.post(f"/story/{number}", data=said, headers=HOME)
    assert (answer.status_code, "Nothing was changed:" in answer.text) == (400, True)
    assert load_shelf(app.store, watch(app)) == before


# --- today ----------------------------------------------------------------------------------------------------------


def test_today_is_the_digest_with_verdicts_in_place(desk: TestClient, app: App) -> None:
    matched_at = max(report.match.matched_at for report in reports(app, is_backlog=False) if report.match)
    with TestClient(
        create_desk(replace(Workbench(app).desk(author="ada"), clock=lambda: matched_at)),
        base_url="http://127.0.0.1:8787",
    ) as later:
        text = later.get("/today").text
    fresh = {report.article.id for report in reports(app, is_backlog=False)}
    assert fresh & set(shown(text))
    assert "article" in text.split("<h1>")[1].split("</p>")[0]
    assert 'action="/verdicts"' in text

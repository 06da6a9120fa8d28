"""Stories in the digest: what is folded, what leads, what is new; coverage compared; the days before."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from monitor.analyse.analysis import Analyser
from monitor.analyse.background import day_one
from monitor.analyse.novelty import Facts
from monitor.analyse.stories import StoryBook
from monitor.analyse.traces import Trace
from monitor.errors import NotFoundError, UsageError
from monitor.model import ActorFindings, ActorRole, Article, ArticleReport, Digest, Mention, Quote, Relation
from monitor.report import charts
from monitor.report.compare import Coverage, compare_coverage, distinctive_words
from monitor.report.digest import DayMaterial, compose_digest
from monitor.report.gather import compare_story
from monitor.report.glossary import Glossary
from monitor.report.history import month_before, with_changes, with_trends
from monitor.report.outbound import with_excerpts
from monitor.report.quoted import quotes_of_the_day
from monitor.report.render import FORMATS, render_comparison, render_digest
from monitor.report.shelf import (
    StoryShelf,
    decisions_on,
    keep_stories,
    load_shelf,
    merge_stories,
    part_stories,
    save_shelf,
    split_story,
)
from monitor.report.told import adds, comparison_lines
from monitor.report.words import Words
from monitor.settings import load_config
from tests import digest_material as made

ROOT = Path(__file__).resolve().parent.parent


def report(number: int, source: int, hour: float, score: float = 50.0, **changes: Any) -> ArticleReport:
    published = made.NOON + timedelta(hours=hour)
    return made.report(
        number, f"Report {number}", f"Text {number}.", score, source=made.FEEDS[source], published=published, **changes
    )


def shelf(stories: dict[int, int], copies: dict[int, int] | None = None, days_ago: tuple[int, ...] = ()) -> StoryShelf:
    """A shelf in which articles lie in stories as told; those `days_ago` appeared two days earlier."""
    traces = {
        article: Trace(
            article=article,
            language="en",
            at=made.NOON + timedelta(minutes=article) - timedelta(days=2 * (article in days_ago)),
        )
        for article in stories
    }
    book = StoryBook(traces=traces, story_of=stories, last_story=max(stories.values()))
    return StoryShelf(book=book, copies=copies or {}, facts={n: Facts(article=n, language="en") for n in stories})


REPORTS = (
    report(1, 0, -5, 60.0),
    report(2, 1, -4, 62.0),
    report(3, 2, -3, 55.0),
    report(4, 3, -2, 58.0),
    report(5, 4, -1, 70.0),
)
SHELF = shelf({1: 1, 2: 1, 3: 1, 4: 2, 5: 3, 9: 2}, {3: 1}, days_ago=(9,))


def content(**changes: Any) -> dict[str, Any]:
    material = DayMaterial(matches=REPORTS, feeds=made.FEEDS, feed_rows=made.rows(), shelf=SHELF)
    return dict(compose_digest(made.WATCH, made.DAY, replace(material, **changes), now=made.AFTER).content)


# stories


def test_stories_stand_by_how_many_tell_them() -> None:
    told = [(story["id"], story["matches"], story["lead"], story["size"]) for story in content()["stories"]]
    assert told == [("s-1", ["m-11", "m-12", "m-13"], "m-12", 3), ("s-2", ["m-14"], "m-14", 2)]


def test_a_story_of_an_earlier_day_goes_on() -> None:
    assert [(story["id"], story["goes_on"]) for story in content()["stories"]] == [("s-1", False), ("s-2", True)]


def test_copies_are_folded_into_what_they_copy() -> None:
    found = content()
    assert [row["copy_of"] for row in found["matches"]] == ["", "", "m-11", "", ""]
    text = render_digest(made_digest(found), "text")
    assert "Also in Demo Haber" in text
    assert "Report 3" not in text


@pytest.mark.parametrize("form", ["text", "html", "md", "mail"])
def test_a_verdict_is_told_of_further_reports_too(form: str) -> None:
    judged = replace(REPORTS[0], verdict=made.GERMAN.verdict)
    document = content(matches=(judged, *REPORTS[1:]))
    assert {story["lead"] for story in document["stories"]}.isdisjoint({"m-11"})
    assert "Verdict: relevant" in render_digest(made_digest(document), form)


def test_a_match_without_a_story_stands_alone() -> None:
    text = render_digest(made_digest(content()), "text")
    assert "SINGLE MATCHES · 1" in text
    assert text.index("Report 2") < text.index("Report 4") < text.index("SINGLE MATCHES") < text.index("Report 5")


def made_digest(document: dict[str, Any]) -> Digest:
    return Digest(watch=made.WATCH.id, day=made.DAY, revision=1, created_at=made.AFTER, content=document)


def test_what_is_new_is_told_from_the_second_report_on() -> None:
    facts = {
        1: Facts(article=1, language="en", actors=frozenset({"@putin"}), counts={"12": "12 jets"}),
        2: Facts(
            article=2, language="en", actors=frozenset({"@putin", "@nato"}), counts={"12": "12 jets", "40": "40 jets"}
        ),
        3: Facts(article=3, language="en", actors=frozenset({"@nato"})),
    }
    told = shelf({1: 1, 2: 1, 3: 1})
    told.facts = facts
    adds = [row["adds"] for row in content(shelf=told, matches=REPORTS[:3])["matches"]]
    assert adds[0] is None
    assert (adds[1]["actors"], adds[1]["numbers"], adds[1]["is_rehash"]) == (["NATO"], ["40 jets"], False)
    assert adds[2]["is_rehash"]


def test_a_new_place_is_called_as_in_the_digests_language() -> None:
    told = shelf({1: 1, 2: 1})
    place = {"@raqqa": "Raqqa"}
    told.facts[2] = Facts(article=2, language="en", places=place, news_places=frozenset(place))
    watch = replace(made.WATCH, digest=replace(made.WATCH.digest, language="de"))
    glossary = Glossary(called=lambda actor, language: "Rakka" if actor == "@raqqa" else "")
    material = DayMaterial(matches=REPORTS[:2], feeds=made.FEEDS, shelf=told, glossary=glossary)
    german = compose_digest(watch, made.DAY, material, now=made.AFTER)
    assert german.content["called"] == {"Raqqa": "Rakka"}
    assert "Rakka" in render_digest(german, "text")


def test_what_is_new_reads_well() -> None:
    new = {
        "actors": ["NATO", "Iran"],
        "deeds": [("Russia", "criticises", "NATO")],
        "numbers": ["40 jets"],
        "speakers": ["Sergey Lavrov"],
        "is_rehash": False,
    }
    english = adds({"adds": new}, Words("en", "UTC"))
    assert english == "New: Iran; Russia criticises NATO; «40 jets»; a quote of Sergey Lavrov"
    lesser = {"actors": [], "together": [["NATO", "Iran"]], "places": ["Sochi"], "numbers": [], "speakers": []}
    said = adds({"adds": {**lesser, "is_rehash": False}}, Words("en", "UTC"))
    assert said == "New: NATO and Iran in one sentence; Sochi"
    old = {"actors": [], "pairs": [["NATO", "Iran"]], "numbers": [], "speakers": [], "is_rehash": False}
    assert adds({"adds": old}, Words("en", "UTC")) == ""


def test_a_digest_without_stories_is_still_one() -> None:
    old = {name: value for name, value in content().items() if name not in ("stories", "comparison", "history")}
    for form in FORMATS:
        assert "m-11" in render_digest(made_digest(old), form)


def test_of_many_matches_every_story_shows_its_lead() -> None:
    many = [report(number, 0, -1, 90 - number / 10) for number in range(1, 101)]
    told = shelf({number: (1 if number <= 70 else number // 2) for number in range(1, 91)})
    found = content(matches=many, shelf=told)
    shown = {row["id"] for row in found["matches"]}
    assert len(shown) == 43  # 13 of the large story, two of each other one, all that stand alone
    assert found["left_out"]["matches"] == 57
    assert {story["lead"] for story in found["stories"]} <= shown
    assert [len(story["matches"]) for story in found["stories"]][:2] == [70, 2]
    text = " ".join(render_digest(made_digest(found), "text").split())
    assert "10 stories gather 88 of them." in text
    # the lead and twelve others are
    assert f"57 more are not shown here. To see them: widerhall story show s-1 --watch {made.WATCH.id}" in text
    assert "SINGLE MATCHES · 12" in text
    assert found["comparison"]["left_out"] == 30


def test_who_came_first_is_told_even_if_there_is_no_room_for_the_report() -> None:
    many = [report(number, 0, -1, 90 - number / 10) for number in range(2, 80)]
    found = content(matches=[*many, report(1, 1, -2, 50)], shelf=shelf(dict.fromkeys(range(1, 80), 1)))
    assert found["stories"][0]["first"] not in {row["id"] for row in found["matches"]}
    first = found["stories"][0]["outlets"][0]
    assert f"first: {first}, 10:00" in " ".join(render_digest(made_digest(found), "text").split())


def test_single_matches_left_out_are_counted_without_those_of_stories() -> None:
    many = [report(number, 0, -1, 90 - number / 10) for number in range(1, 101)]
    found = content(matches=many, shelf=shelf(dict.fromkeys(range(1, 51), 1)))
    text = " ".join(render_digest(made_digest(found), "text").split())
    assert "37 more are not shown here" in text
    assert "SINGLE MATCHES · 50" in text
    assert f"3 more are not shown here. To see them: widerhall matches --watch {made.WATCH.id} --day" in text


# quotes


def said(text: str, speaker: str = "@putin", **changes: Any) -> Quote:
    return Quote(start=0, end=len(text), text=text, speaker=speaker, **changes)


@pytest.mark.parametrize(
    ("quotes", "expected"),
    [
        ([said("stab in the back."), said("We shall never forget this day.")], ["We shall never forget this day."]),
        ([said("no intention to go to war with anybody,")], ["… no intention to go to war with anybody"]),
        ([said("Whatever he may have said about the matter.", is_direct=False)], []),
        ([said("Nobody knows who said all of this.", speaker="")], []),
    ],
)  # fmt: skip
def test_quotes_are_sayings_not_scraps(quotes: list[Quote], expected: list[str]) -> None:
    row = content()["matches"][0]
    found = quotes_of_the_day([row], {1: ActorFindings(quotes=tuple(quotes))})
    assert [quote["text"] for quote in found] == expected


# pairs


def test_who_does_what_is_told_with_its_sentence_in_every_format() -> None:
    text = "Report 1\nText 1."
    deed = Relation(subject="@russia", object="@turkey", verb_class="criticises", start=9, end=len(text))
    roles = (ActorRole(actor="@russia", role="main", count=1, name="Russia"),)
    document = content(findings={1: ActorFindings(relations=(deed,), roles=roles)})
    for form in ("text", "html", "md", "mail"):
        told = render_digest(made_digest(document), form, language="de")
        assert "Russia kritisiert turkey" in told
        assert "in 1 Treffer" in told
    assert [pair["text"] for pair in document["pairs"]] == ["Text 1."]
    assert [pair["text"] for pair in with_excerpts(document, 0)["pairs"]] == [""]


# coverage


def covered(number: int, source: int, hour: float, actors: str, text: str = "", **changes: Any) -> Coverage:
    names = actors.split()
    roles = tuple(ActorRole(actor=f"@{name}", role="main", count=1, name=name.title()) for name in names)
    quotes = tuple(Quote(start=0, end=1, text="x", speaker=f"@{name}") for name in names[:1])
    base = report(number, source, hour)
    found = replace(base, article=replace(base.article, text=text or base.article.text))
    return Coverage(
        report=found, findings=ActorFindings(roles=roles, quotes=quotes), feed=made.FEEDS[source], **changes
    )


def test_who_came_first_and_who_leaves_out_whom() -> None:
    compared = compare_coverage(
        "s-1", [covered(2, 1, 2.5, "putin"), covered(1, 0, 0, "putin erdogan"), covered(3, 2, 3, "putin erdogan")]
    )
    assert compared["first"] == "m-11"
    assert [actor["id"] for actor in compared["actors"]] == ["@putin", "@erdogan"]
    assert [(row["id"], row["lag_minutes"], row["left_out"], row["speakers"]) for row in compared["reports"]] == [
        ("m-11", 0, [], ["Putin"]),
        ("m-12", 150, ["@erdogan"], ["Putin"]),
        ("m-13", 180, [], ["Putin"]),
    ]


def test_copies_are_no_others_who_name_and_quote() -> None:
    agency = covered(1, 0, 0, "putin erdogan")
    copies = [covered(number, number - 1, number, "putin erdogan", copy_of=agency.id) for number in (2, 3)]
    own = covered(4, 1, 5, "erdogan")
    compared = compare_coverage("s-1", [written_in("de", one) for one in (agency, *copies, own)])
    assert compared["actors"] == [{"id": "@erdogan", "name": "Erdogan", "reports": 4}]
    assert [row["speakers_left_out"] for row in compared["reports"]] == [[], [], [], []]


def test_outlets_countries_and_kinds_are_set_side_by_side() -> None:
    compared = compare_coverage("s-1", [covered(1, 0, 0, "putin erdogan"), covered(2, 1, 2.5, "erdogan putin")])
    for by, groups in compared["groups"].items():
        told = {group["name"]: (group["reports"], group["lag_minutes"], group["left_out"]) for group in groups}
        values = [getattr(one, by) for one in (covered(1, 0, 0, ""), covered(2, 1, 0, ""))]
        if len(set(values)) == 2:
            assert told == {values[0]: (["m-11"], 0, []), values[1]: (["m-12"], 150, [])}
        else:
            assert told == {values[0]: (["m-11", "m-12"], 0, [])}
    assert set(compared["groups"]) == {"outlet", "country", "kind"}


def test_groups_are_told_where_they_gather_reports() -> None:
    two = [covered(1, 0, 0, "putin erdogan"), covered(2, 1, 2.5, "erdogan putin")]
    assert "BY OUTLET" not in render_comparison(compare_coverage("s-1", two), made.WATCH)
    text = render_comparison(compare_coverage("s-1", [*two, covered(3, 1, 3, "putin")]), made.WATCH)
    assert "BY OUTLET" in text
    assert max(map(len, text.splitlines())) <= 78


def test_the_day_of_a_comparison_is_the_watchs() -> None:
    late = covered(1, 0, 12, "putin", "text")  # shortly after midnight in Berlin
    assert "Friday, 12 August 2016" in render_comparison(compare_coverage("s-1", [late]), made.WATCH)


def test_distinctive_words_are_those_the_others_do_not_use() -> None:
    groups = {
        "one": Counter({"talks": 6, "terror": 5, "minister": 4}),
        "other": Counter({"talks": 6, "gas": 5, "minister": 4}),
    }
    assert [term for term, _ in distinctive_words(groups["one"], sum(groups.values(), Counter()))] == ["terror"]
    assert distinctive_words(groups["one"], groups["one"]) == []


def test_names_are_nobodys_own_words() -> None:
    named = tuple(Mention(actor="@russia", start=0, end=6, surface=name) for name in ("Moscow", "Ankara"))
    reports = []
    for number, text in ((1, "Moscow pipeline " * 200), (2, "Ankara border " * 200)):
        one = covered(number, number - 1, number, "putin", text)
        article = replace(one.report.article, language="en")
        findings = replace(one.findings, mentions=named)
        reports.append(replace(one, report=replace(one.report, article=article), findings=findings))
    marked = compare_coverage("s-1", reports, idf=lambda term, language: 9.0)["distinctive"]
    assert sorted(word for group in marked for word, _ in group["words"]) == ["border", "pipeline"]


def written_in(language: str, one: Coverage) -> Coverage:
    return replace(one, report=replace(one.report, article=replace(one.report.article, language=language)))


def test_few_words_mark_nobody_off() -> None:
    texts = ("Rohre " * 290, "Grenze " * 310)
    reports = [written_in("de", covered(number, number - 1, 0, "", text)) for number, text in enumerate(texts, 1)]
    assert compare_coverage("s-1", reports, idf=lambda term, language: 9.0)["distinctive"] == []


def test_an_outlets_own_name_is_furniture() -> None:
    texts = (f"{covered(1, 0, 0, '').outlet} Rohre " * 200, "Grenze " * 310)
    reports = [written_in("de", covered(number, number - 1, 0, "", text)) for number, text in enumerate(texts, 1)]
    marked = compare_coverage("s-1", reports, idf=lambda term, language: 9.0)["distinctive"]
    assert [([word for word, _ in one["words"]], one["reports"], one["others"]) for one in marked] == [
        (["Rohre"], 1, 1),
        (["Grenze"], 1, 1),
    ]


def test_whom_a_report_does_not_quote_is_said_only_where_quotes_are_read() -> None:
    quoting = [covered(1, 0, 0, "putin"), covered(2, 1, 1, "putin")]
    silent = [written_in("de", covered(3, 2, 2, "")), written_in("ar", covered(4, 2, 3, ""))]
    compared = compare_coverage("s-1", [*quoting, *silent])
    assert [row["speakers_left_out"] for row in compared["reports"]] == [[], [], ["Putin"], []]
    assert compared["quotes_unread"] == ["ar"]
    lines = comparison_lines({"comparison": compared}, Words("en", "Europe/Berlin"), made.DAY, limit=None)
    assert [line.speakers for line in lines] == ["Putin", "Putin", "", "not read"]


def test_words_are_compared_within_a_language_only() -> None:
    german, english = "Terror Terror Terror Terror Gespräch " * 90, "Terror terror terror talks " * 90
    reports = [covered(1, 0, 0, "putin", german), covered(2, 1, 1, "putin", english)]
    assert compare_coverage("s-1", reports, idf=lambda term, language: 9.0)["distinctive"] == []


# the days before


def day_before(back: int, matches: int, actors: dict[str, int], failed: tuple[str, ...] = ()) -> Digest:
    document = {
        "state": "matches" if matches else "nothing_fetched",
        "matches": [{}] * matches,
        "left_out": {},
        "actors": [{"id": actor, "matches": number} for actor, number in actors.items()],
        "sources": {"troubled": [{"feed": name, "title": name, "status": "failed"} for name in failed]},
    }
    return replace(made_digest(document), day=made.DAY - timedelta(days=back))


def test_a_day_on_which_nothing_was_fetched_has_no_number() -> None:
    month = month_before(made.DAY, 4, [day_before(1, 2, {}), day_before(2, 0, {}), day_before(4, 5, {})])
    assert [each["matches"] for each in month] == [5, None, None, 2, 4]
    assert month[-1]["day"] == "2016-08-11"


def test_new_and_rising_actors_are_marked_once_there_is_a_past() -> None:
    today = [{"id": "@putin", "matches": 3}, {"id": "@assad", "matches": 1}, {"id": "@nato", "matches": 4}]
    earlier = [day_before(back, 1, {"@putin": 3, "@nato": 1}) for back in (1, 2, 3)]
    assert [actor["trend"] for actor in with_trends(today, made.DAY, earlier)] == ["rising", "new", "rising"]
    assert [actor["trend"] for actor in with_trends(today, made.DAY, earlier[:2])] == ["", "", ""]


def test_a_feed_in_trouble_says_since_when_and_one_that_is_back_is_named() -> None:
    sources = {
        "troubled": [
            {"feed": "a", "title": "A", "status": "failed", "answered": 0},
            {"feed": "c", "title": "C", "status": "silent", "answered": 1},
            {"feed": "d", "title": "D", "status": "not_polled", "answered": 0},
        ]
    }
    earlier = [
        day_before(1, 1, {}, ("a", "b", "d", "gone")),
        day_before(2, 1, {}, ("a",)),
        day_before(4, 1, {}, ("a",)),
    ]
    found = with_changes(sources, made.DAY, earlier, feeds={"a", "b", "c", "d"})
    assert [feed["since"] for feed in found["troubled"]] == ["2016-08-09", None, None]
    assert found["recovered"] == ["b"]


# pictures


def test_pictures_are_well_formed_and_say_what_they_show() -> None:
    rows = content()["matches"]
    hostile = [{**rows[0], "outlet": "<script>&", "id": '"><b>'}, *rows]
    history = [{"day": f"2016-08-{n:02}", "matches": n if n % 3 else None} for n in range(1, 12)]
    drawn = [
        charts.month_of_matches(history, "a & b"),
        charts.scores_and_thresholds(hostile, {"match": 40.0, "review": 25.0}, "<label>"),
        charts.outlets_by_language(hostile, str.upper, "label"),
    ]
    for picture in drawn:
        root = ElementTree.fromstring(picture)
        assert (root.tag, root.get("role")) == ("svg", "img")
        assert root.get("aria-label")
        assert {element.tag for element in root.iter()} <= {"svg", "rect", "circle", "text", "title"}


@pytest.mark.parametrize(("values", "line"), [([0, 1, 4, 8], "▁▂▅█"), ([None, 0, 2], "·▁█"), ([0, 0], "▁▁"), ([], "")])
def test_a_sparkline_fits_one_line(values: list[int | None], line: str) -> None:
    assert charts.sparkline(values) == line


# keeping


class Memory:
    """As much of a store as keeping stories asks for."""

    def __init__(self, articles: dict[int, Article]) -> None:
        self._articles = articles
        self._documents: dict[tuple[str, str], bytes] = {}
        self.matched_at: dict[int, datetime] = {}

    def reports(self, wanted: Any) -> list[ArticleReport]:
        assert made.GERMAN.match
        return [
            replace(made.GERMAN, article=article, match=replace(made.GERMAN.match, matched_at=at))
            for number, article in self._articles.items()
            if (at := self.matched_at.get(number, made.NOON)) >= (wanted.since or at)
        ]

    def article(self, number: int) -> Article:
        return self._articles[number]

    def findings(self, number: int) -> ActorFindings:
        return ActorFindings(roles=made.GERMAN.roles)

    def first_entries(self, articles: Iterable[int]) -> dict[int, int]:
        return {}

    def document(self, kind: str, name: str) -> bytes | None:
        return self._documents.get((kind, name))

    def put_document(self, kind: str, name: str, body: bytes, *, now: datetime) -> None:
        self._documents[kind, name] = body


COPIED = (
    "Der türkische Außenminister hat Russland gemeinsame Einsätze gegen die Terrormiliz in Syrien angeboten. "
    "In Moskau sprechen Offiziere und Diplomaten beider Länder über einen schnelleren Austausch von Informationen. "
    "Die Luftwaffe des Landes soll sich bald wieder an den Angriffen der Koalition beteiligen, sagte der Minister."
)


def test_matches_are_placed_once_and_copies_known() -> None:
    config = load_config(ROOT / "config", {})
    analyser, background = Analyser(config.actors, config.lexicon), day_one()
    base = replace(made.GERMAN.article, text=COPIED)
    articles = {
        1: base,
        2: replace(
            base, id=2, title="Ankara will mit Moskau gegen den IS vorgehen", text=f"{COPIED} Mehr dazu morgen."
        ),
        3: replace(base, id=3, title="Bayern gewinnt", text="Im Finale siegte München mit drei zu null Toren. " * 5),
    }
    store: Any = Memory(articles)
    assert keep_stories(store, made.WATCH, analyser, background, now=made.AFTER) == 3
    kept = load_shelf(store, made.WATCH.id)
    assert kept is not None
    assert (kept.book.members(1), kept.book.members(2), kept.copies) == ((1, 2), (3,), {2: 1})
    before = store.document("stories", made.WATCH.id)
    assert keep_stories(store, made.WATCH, analyser, background, now=made.AFTER) == 0
    assert store.document("stories", made.WATCH.id) == before


def test_what_old_articles_said_stays_known_though_nothing_joins_them_any_more() -> None:
    config = load_config(ROOT / "config", {})
    long_ago = made.AFTER - timedelta(days=3_000)
    article = replace(made.GERMAN.article, text=COPIED, published=long_ago)
    store: Any = Memory({1: article})
    keep_stories(store, made.WATCH, Analyser(config.actors, config.lexicon), day_one(), now=made.AFTER)
    kept = load_shelf(store, made.WATCH.id)
    assert kept is not None
    assert (list(kept.book.traces), list(kept.facts), kept.at(1)) == ([], [1], long_ago)


def test_what_is_committed_late_is_placed_all_the_same() -> None:
    config = load_config(ROOT / "config", {})
    analyser, background = Analyser(config.actors, config.lexicon), day_one()
    base = replace(made.GERMAN.article, text=COPIED)
    articles = {1: base}
    store: Any = Memory(articles)
    store.matched_at = {1: made.NOON, 2: made.NOON - timedelta(minutes=2), 3: made.NOON}
    assert keep_stories(store, made.WATCH, analyser, background, now=made.AFTER) == 1
    articles |= {2: replace(base, id=2), 3: replace(base, id=3)}
    assert keep_stories(store, made.WATCH, analyser, background, now=made.AFTER) == 2


def test_stories_kept_by_an_earlier_version_are_read() -> None:
    store: Any = Memory({})
    save_shelf(store, made.WATCH.id, SHELF, now=made.AFTER)
    body = json.loads(store.document("stories", made.WATCH.id))
    old = {name: value for name, value in body.items() if name not in ("placed_until", "decided")}
    for facts in old["facts"]:
        del facts["deeds"], facts["counts"]
        facts["numbers"] = ["12"]
    store.put_document("stories", made.WATCH.id, json.dumps(old).encode(), now=made.AFTER)
    kept = load_shelf(store, made.WATCH.id)
    assert kept is not None
    assert (kept.placed_until, kept.decided, kept.copies) == (None, 0, {3: 1})
    assert {said for facts in kept.facts.values() for said in facts.counts.values()} == {"12"}


def test_a_decision_is_not_lost_to_a_daemon_that_places_meanwhile() -> None:
    store: Any = Memory({})
    save_shelf(store, made.WATCH.id, SHELF, now=made.AFTER)
    before = load_shelf(store, made.WATCH.id)
    assert before is not None
    merge_stories(store, made.WATCH.id, 2, 1, now=made.AFTER)
    save_shelf(store, made.WATCH.id, before, now=made.AFTER)
    kept = load_shelf(store, made.WATCH.id)
    assert kept is not None
    assert (kept.book.current(2), kept.decided) == (1, 1)
    with pytest.raises(UsageError, match="one story already"):
        merge_stories(store, made.WATCH.id, 1, 2, now=made.AFTER)


def test_a_story_is_compared_on_demand() -> None:
    config = load_config(ROOT / "config", {})
    analyser, background = Analyser(config.actors, config.lexicon), day_one()
    base = replace(made.GERMAN.article, text=COPIED)
    store: Any = Memory({1: base, 2: replace(base, id=2, feed_id="demo-gazette")})
    keep_stories(store, made.WATCH, analyser, background, now=made.AFTER)
    compared = compare_story(store, made.WATCH, 1, feeds=made.FEEDS, glossary=Glossary(idf=background.idf))
    assert [(row["outlet"], row["left_out"]) for row in compared["reports"]] == [
        ("Demo Rundschau", []),
        ("Demo Gazette", []),
    ]
    with pytest.raises(NotFoundError, match="s-7"):
        compare_story(store, made.WATCH, 7, feeds=made.FEEDS)


def test_the_analyst_merges_and_splits() -> None:
    store: Any = Memory({})
    save_shelf(store, made.WATCH.id, SHELF, now=made.AFTER)
    assert merge_stories(store, made.WATCH.id, 2, 1, now=made.AFTER) == 1
    assert split_story(store, made.WATCH.id, 2, [9], now=made.AFTER) == 4
    kept = load_shelf(store, made.WATCH.id)
    assert kept is not None
    assert (kept.book.members(1), kept.book.members(4), kept.book.current(2)) == ((1, 2, 3, 4), (9,), 1)
    with pytest.raises(UsageError, match="a-9"):
        split_story(store, made.WATCH.id, 4, [9], now=made.AFTER)
    with pytest.raises(NotFoundError, match="s-8"):
        merge_stories(store, made.WATCH.id, 8, 1, now=made.AFTER)


def test_a_decision_is_named_and_taken_back() -> None:
    store: Any = Memory({})
    save_shelf(store, made.WATCH.id, SHELF, now=made.AFTER)

    def standing(story: int) -> list[tuple[str, int, str]]:
        shelf = load_shelf(store, made.WATCH.id)
        assert shelf is not None
        return [(each.kind, each.other, each.author) for each in decisions_on(store, made.WATCH.id, shelf, story)]

    before = load_shelf(store, made.WATCH.id)
    assert before is not None
    merge_stories(store, made.WATCH.id, 2, 1, now=made.AFTER, author="ada")
    new = split_story(store, made.WATCH.id, 1, [3], now=made.AFTER, author="ben")
    assert standing(1) == [("split", new, "ben"), ("merge", 2, "ada")]
    assert part_stories(store, made.WATCH.id, 1, 2, now=made.AFTER) == 2
    merge_stories(store, made.WATCH.id, new, 1, now=made.AFTER)
    after = load_shelf(store, made.WATCH.id)
    assert after is not None
    assert [sorted(after.book.members(story)) for story in (1, 2)] == [sorted(before.book.members(n)) for n in (1, 2)]
    assert standing(1) == [("merge", new, "")]
    with pytest.raises(UsageError, match="split it"):
        part_stories(store, made.WATCH.id, 1, 2, now=made.AFTER)


def test_nothing_kept_is_nothing_told() -> None:
    store: Any = Memory({})
    assert load_shelf(store, made.WATCH.id) is None
    assert content(shelf=StoryShelf())["stories"] == []
    assert date.fromisoformat(content()["day"]) == made.DAY

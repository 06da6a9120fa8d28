"""The digest's day and what it says: windows, catch-up, states of a day, rows, sources."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.collect.health import Trouble
from monitor.collect.health_log import Spell
from monitor.model import Contribution, DigestSettings, FeedState, PollOutcome
from monitor.report import phrases
from monitor.report.digest import (
    DayMaterial,
    compose_digest,
    digest_window,
    due_digests,
    next_digest_at,
    revised,
    today_in,
)
from monitor.report.gather import distinct
from monitor.report.glossary import Glossary
from monitor.report.plain import EXCERPT_CHARS, excerpt, one_line, shorten, web_address
from monitor.report.render import render_digest
from monitor.report.sources import describe_sources
from monitor.report.words import Words
from tests import digest_material as made

BERLIN = "Europe/Berlin"


def content(material: DayMaterial = made.MATERIAL, **changes: Any) -> dict[str, Any]:
    return dict(compose_digest(made.WATCH, made.DAY, replace(material, **changes), now=made.AFTER).content)


# the window


@pytest.mark.parametrize(
    ("day", "zone", "since", "hours"),
    [
        (date(2016, 8, 11), BERLIN, datetime(2016, 8, 10, 22, tzinfo=UTC), 24),
        (date(2026, 3, 29), BERLIN, datetime(2026, 3, 28, 23, tzinfo=UTC), 23),
        (date(2026, 10, 25), BERLIN, datetime(2026, 10, 24, 22, tzinfo=UTC), 25),
        (date(2024, 2, 29), BERLIN, datetime(2024, 2, 28, 23, tzinfo=UTC), 24),
        (date(2026, 4, 24), "Africa/Cairo", datetime(2026, 4, 23, 22, tzinfo=UTC), 23),  # no midnight that day
        (date(2026, 11, 1), "America/Havana", datetime(2026, 11, 1, 4, tzinfo=UTC), 25),  # midnight comes twice
        (date(2026, 4, 5), "Australia/Lord_Howe", datetime(2026, 4, 4, 13, tzinfo=UTC), 24.5),
        (date(2011, 12, 30), "Pacific/Apia", datetime(2011, 12, 30, 10, tzinfo=UTC), 0),  # a day that never was
        (date(2026, 10, 4), "Australia/Lord_Howe", datetime(2026, 10, 3, 13, 30, tzinfo=UTC), 23.5),
        (date(2024, 2, 29), "Asia/Kolkata", datetime(2024, 2, 28, 18, 30, tzinfo=UTC), 24),
        (date(2026, 1, 1), "Asia/Kathmandu", datetime(2025, 12, 31, 18, 15, tzinfo=UTC), 24),
    ],
)
def test_a_day_lasts_from_midnight_to_midnight_in_its_zone(day: date, zone: str, since: datetime, hours: float) -> None:
    assert digest_window(day, zone) == (since, since + timedelta(hours=hours))


@given(
    day=st.dates(date(1990, 1, 1), date(2037, 12, 30)),
    zone=st.sampled_from(
        [
            BERLIN,
            "Australia/Lord_Howe",
            "Asia/Kathmandu",
            "Africa/Cairo",
            "America/Havana",
            "America/Sao_Paulo",
            "Pacific/Apia",
            "UTC",
        ]
    ),
)
def test_days_meet_without_gap_or_overlap(day: date, zone: str) -> None:
    assert digest_window(day, zone)[1] == digest_window(day + timedelta(days=1), zone)[0]


# what is due


def test_a_digest_is_due_at_its_hour_on_the_next_morning() -> None:
    seven = datetime(2016, 8, 12, 5, 0, tzinfo=UTC)
    assert due_digests(made.WATCH, (), made.DAY, seven - timedelta(seconds=1)) == []
    assert due_digests(made.WATCH, (), made.DAY, seven) == [made.DAY]


def test_a_machine_that_slept_catches_up_with_what_is_missing() -> None:
    now = datetime(2016, 8, 16, 5, 0, tzinfo=UTC)
    stored = {date(2016, 8, 11), date(2016, 8, 13)}
    assert due_digests(made.WATCH, stored, date(2016, 8, 11), now) == [
        date(2016, 8, 12),
        date(2016, 8, 14),
        date(2016, 8, 15),
    ]


def test_a_clock_that_was_years_behind_makes_no_thousand_digests() -> None:
    seven = datetime(2016, 8, 12, 5, 0, tzinfo=UTC)
    due = due_digests(made.WATCH, (), date(1970, 1, 1), seven)
    assert (len(due), due[-1]) == (31, made.DAY)


def test_the_hour_follows_the_clocks() -> None:
    day = date(2026, 3, 28)  # clocks change on the morning it is due
    assert due_digests(made.WATCH, (), day, datetime(2026, 3, 29, 4, 59, tzinfo=UTC)) == []
    assert due_digests(made.WATCH, (), day, datetime(2026, 3, 29, 5, 0, tzinfo=UTC)) == [day]


@pytest.mark.parametrize(
    ("day", "at", "zone", "due"),
    [
        (date(2026, 3, 28), "02:30", BERLIN, datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),  # a half past two that was not
        (date(2026, 10, 24), "02:30", BERLIN, datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),  # that was twice: the first
        (date(2026, 10, 24), "07:00", BERLIN, datetime(2026, 10, 25, 6, 0, tzinfo=UTC)),
        (date(2024, 2, 29), "07:00", "Asia/Kolkata", datetime(2024, 3, 1, 1, 30, tzinfo=UTC)),
        (
            date(2026, 10, 3),
            "02:15",
            "Australia/Lord_Howe",
            datetime(2026, 10, 3, 15, 45, tzinfo=UTC),
        ),
    ],
)
def test_an_hour_that_is_not_or_is_twice_is_due_once(day: date, at: str, zone: str, due: datetime) -> None:
    watch = replace(made.WATCH, digest=DigestSettings(zone=zone, at=at))
    assert due_digests(watch, (), day, due - timedelta(seconds=1)) == []
    assert due_digests(watch, (), day, due) == [day]
    assert due_digests(watch, (day,), day, due + timedelta(hours=1)) == []


def test_the_next_digest_is_told_in_the_watchs_zone() -> None:
    at_seven = datetime(2016, 8, 12, 5, 0, tzinfo=UTC)
    before, after = (next_digest_at(made.WATCH, at_seven + timedelta(seconds=s)) for s in (-1, 0))
    assert [f"{moment:%d %B %H:%M %Z}" for moment in (before, after)] == [
        "12 August 07:00 CEST",
        "13 August 07:00 CEST",
    ]
    assert today_in("Pacific/Auckland", datetime(2016, 8, 11, 12, 0, tzinfo=UTC)) == date(2016, 8, 12)


def test_a_day_that_never_was_gets_no_digest() -> None:
    watch = replace(made.WATCH, digest=DigestSettings(zone="Pacific/Apia"))
    due = due_digests(watch, (), date(2011, 12, 29), datetime(2012, 1, 2, 0, tzinfo=UTC))
    assert due == [date(2011, 12, 29), date(2011, 12, 31), date(2012, 1, 1)]


# the document


def test_composing_again_gives_the_same_document() -> None:
    once = compose_digest(made.WATCH, made.DAY, made.MATERIAL, now=made.AFTER)
    again = compose_digest(made.WATCH, made.DAY, made.MATERIAL, now=made.AFTER + timedelta(days=3))
    assert json.dumps(once.content) == json.dumps(again.content)


def test_the_document_survives_json() -> None:
    assert json.loads(json.dumps(content())) == content()


def test_matches_and_withdrawn_ones_stand_apart() -> None:
    found = content()
    assert [row["id"] for row in found["matches"]] == ["m-11", "m-12", "m-13", "m-14"]
    assert [(row["id"], row["withdrawn"]["reason"]) for row in found["withdrawn"]] == [
        ("m-15", "the article was changed")
    ]


def test_a_withdrawal_after_the_day_is_not_in_the_days_digest() -> None:
    later = replace(
        made.WITHDRAWN, match=replace(made.WITHDRAWN.match, withdrawn_at=made.AFTER) if made.WITHDRAWN.match else None
    )
    assert [row["id"] for row in content(matches=(later,))["matches"]] == ["m-15"]


def test_a_match_of_an_earlier_day_that_was_withdrawn_today_is_shown() -> None:
    assert [row["id"] for row in content(matches=(), withdrawn=(made.WITHDRAWN,))["withdrawn"]] == ["m-15"]


def test_late_and_changed_articles_are_labelled() -> None:
    labels = [(row["id"], row["is_late"], row["is_corrected"]) for row in content()["matches"]]
    assert labels == [("m-11", False, False), ("m-12", True, False), ("m-13", False, False), ("m-14", False, True)]


def test_a_row_says_why() -> None:
    row = content()["near_misses"][0]
    assert row["facets"] == {"hit": ["Turkey", "Russia"], "missed": ["IS and Syria", "joint action"]}
    assert [part["surface"] for part in row["because"]] == ["Putin", "Luftschläge"]
    assert (row["score"], row["threshold"], row["short_by"]) == (36.9, 40.0, 3.1)


def test_a_stem_whose_word_was_not_kept_goes_to_a_word_that_begins_so_or_untold() -> None:
    gains = [("@turkey", 9.0, "Türkei"), ("turkei", 2.0, ""), ("geg", 1.5, ""), ("talks", 1.0, "Gespräche")]
    contributions = tuple(Contribution(term=term, points=points, surface=word) for term, points, word in gains)
    row = content(near_misses=(made.report(6, "Near", "Text.", 30, contributions=contributions),))["near_misses"][0]
    assert [(part["surface"], part["points"]) for part in row["because"]] == [("Türkei", 11.0), ("Gespräche", 1.0)]


def test_an_article_without_a_title_is_named_by_its_address() -> None:
    [row] = content(matches=(made.report(6, "", "Text.", 60, url="https://a.example/x"),))["matches"]
    assert row["title"] == "https://a.example/x"


def test_copies_do_not_fill_the_near_misses() -> None:
    titles = ("Base reopens", "BASE REOPENS", "Gas again", "Base  reopens", "Tomatoes")
    reports = [made.report(number, title, "Text.", 30) for number, title in enumerate(titles, start=1)]
    assert [report.article.id for report in distinct(reports, 3)] == [1, 3, 5]


def test_a_near_miss_that_was_judged_waits_no_more_and_none_falls_short_by_nought() -> None:
    near = made.report(6, "Near", "Text.", 39.98)
    words = Words("en", "UTC")
    waiting, judged = (content(near_misses=(near, each)) for each in (near, replace(near, verdict=made.GERMAN.verdict)))
    assert "2 near misses wait for a verdict." in phrases.headline(waiting, words)
    assert "1 near miss waits for a verdict." in phrases.headline(judged, words)
    assert phrases.why_not(waiting["near_misses"][0], words) == "less than 0.1 short of 40.0"


def test_what_the_caps_leave_out_is_counted() -> None:
    many = [replace(made.GERMAN, match=replace(made.GERMAN.match, id=n)) for n in range(75) if made.GERMAN.match]
    assert content(matches=many)["left_out"]["matches"] == 15
    assert content()["left_out"] == {"near_misses": 1}


def test_a_preview_says_so() -> None:
    noon = compose_digest(made.WATCH, made.DAY, made.MATERIAL, now=made.NOON)
    assert not noon.content["is_complete"]
    assert content()["is_complete"]


def test_a_week_is_a_digest_of_seven_days() -> None:
    week = compose_digest(made.WATCH, made.DAY, made.MATERIAL, now=made.AFTER, days=7)
    assert (week.content["first_day"], week.content["hours"]) == ("2016-08-05", 168)
    assert not [row["id"] for row in week.content["matches"] if row["is_late"]]
    assert "5–11 Aug 2016" in render_digest(week, "text")
    assert "· 5–11 Aug 2016</title>" in render_digest(week, "html")
    assert "5.–11. Aug. 2016" in render_digest(week, "text", language="de")
    assert "On 6 of these days no feed was polled." in render_digest(week, "text")


def test_a_revision_tells_what_became_of_the_matches_and_keeps_how_the_day_went() -> None:
    stored = compose_digest(made.WATCH, made.DAY, made.MATERIAL, now=made.AFTER)
    later = made.AFTER + timedelta(days=2)
    again = compose_digest(made.WATCH, made.DAY, made.MATERIAL, now=later, revision=2)
    assert revised(stored, again) is None
    assert made.TURKISH.match is not None
    gone = replace(made.TURKISH, match=replace(made.TURKISH.match, withdrawn_at=later - timedelta(hours=1)))
    material = replace(made.MATERIAL, matches=(made.GERMAN, gone), polls=())
    found = revised(stored, compose_digest(made.WATCH, made.DAY, material, now=later, revision=2))
    assert found is not None
    assert (found.revision, found.content["revision"], found.created_at) == (2, 2, later)
    assert [row["id"] for row in found.content["matches"]] == ["m-11"]
    assert [row["id"] for row in found.content["withdrawn"]] == ["m-12"]
    assert found.content["sources"] == stored.content["sources"]
    assert "Revision 2" in render_digest(found, "text")
    assert "Told anew: verdicts" in render_digest(found, "text")


def test_what_changed_since_the_digest_before_is_told() -> None:
    day_before = compose_digest(made.WATCH, made.DAY - timedelta(days=1), made.MATERIAL, now=made.AFTER)
    older = dict(day_before.content) | {"versions": {"background": ["b0"], "profile": ["p1"]}}
    older["watch"] = {**older["watch"], "thresholds": {"match": 45.0, "review": 25.0}}
    material = replace(made.MATERIAL, earlier=(replace(day_before, content=older),))
    digest = compose_digest(made.WATCH, made.DAY, material, now=made.AFTER)
    assert [change["what"] for change in digest.content["changed"]] == ["match_threshold", "background"]
    said = " ".join(render_digest(digest, "text").split())
    assert "Since the digest of 10 Aug 2016 scores are made otherwise: the match threshold went from" in said


@pytest.mark.parametrize(("hours", "is_told"), [(-1, True), (48, False)])
def test_a_broken_configuration_is_told_from_the_day_on_that_it_is(hours: int, is_told: bool) -> None:
    since = (made.NOON + timedelta(hours=hours)).isoformat()
    material = replace(made.MATERIAL, broken={"problems": 2, "since": since})
    digest = compose_digest(made.WATCH, made.DAY, material, now=made.AFTER)
    assert ("have had 2 problems" in render_digest(digest, "text")) is is_told


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("form", ["text", "html", "mail", "md"])
def test_backlog_is_counted_and_where_it_is_to_be_seen_told(language: str, form: str) -> None:
    material = replace(made.MATERIAL, counts={**made.MATERIAL.counts, "backlog": 14})
    digest = compose_digest(made.WATCH, made.DAY, material, now=made.AFTER)
    page = " ".join(render_digest(digest, form, language=language).replace("\\", "").split())
    assert {"en": "14 matches of the backlog are not", "de": "14 Treffer aus dem Altbestand sind"}[language] in page
    assert f"widerhall matches --watch {made.WATCH.id} --day 2016-08-11" in page


def test_actors_are_called_as_in_the_digests_language() -> None:
    said = {("@putin", "de"): "Wladimir Putin"}
    glossary = Glossary(called=lambda actor, language: said.get((actor, language), ""))
    watch = replace(made.WATCH, digest=replace(made.WATCH.digest, language="de"))
    german = compose_digest(watch, made.DAY, replace(made.MATERIAL, glossary=glossary), now=made.AFTER)
    assert german.content["called"] == {"Vladimir Putin": "Wladimir Putin"}
    assert german.content["matches"][0]["actors"][0]["name"] == "Vladimir Putin"
    for form in ("text", "html", "mail", "md"):
        assert "Vladimir" not in render_digest(german, form)
        assert "Wladimir Putin" in render_digest(german, form)
    assert "Vladimir Putin" in render_digest(german, "text", language="en")


def test_arabic_terms_do_not_turn_round_what_stands_beside_them() -> None:
    words = Words("en", "Europe/Berlin")
    row = {"facets": {"hit": [], "missed": []}, "because": [{"surface": "موسكو", "points": 2.0}]}
    assert "\u2068موسكو\u2069 +2" in phrases.why(row, words)
    assert "\u2068" not in phrases.why({**row, "because": [{"surface": "Москва", "points": 2.0}]}, words)


@pytest.mark.parametrize("form", ["text", "md", "mail"])
def test_an_arabic_outlet_does_not_turn_round_the_time_beside_it(form: str) -> None:
    arabic = replace(made.FEEDS[4], publisher="الجزيرة نت", country="")
    found = replace(made.MATERIAL, matches=(made.report(6, "Title", "Text.", 60, source=arabic),), feeds=(arabic,))
    shown = render_digest(compose_digest(made.WATCH, made.DAY, found, now=made.AFTER), form)
    assert "\u2068الجزيرة نت\u2069 · " in shown


def test_names_with_a_comma_are_told_apart_in_the_headline() -> None:
    found = content()
    troubled = [{"title": title, "status": "failed"} for title in ("Le Monde, Paris", "Demo Gone Post")]
    found["sources"] = {**found["sources"], "troubled": troubled}
    said = phrases.headline(found, Words("en", "UTC"))[-1]
    assert said == "2 feeds could not be read: «Le Monde, Paris» and «Demo Gone Post»."


FAILED = made.poll("demo-rundschau", PollOutcome.FAILED, kind="dns", message="no such host")
ANSWERED = made.poll("demo-rundschau", PollOutcome.UNCHANGED)


@pytest.mark.parametrize(
    ("polls", "counts", "state"),
    [
        ((), {}, "not_polled"),
        ((FAILED,), {}, "nothing_fetched"),
        ((ANSWERED,), {}, "nothing_new"),
        ((ANSWERED,), {"entries": 3}, "nothing_read"),
        ((ANSWERED,), {"entries": 3, "outcomes": {"below": 3}}, "nothing_matched"),
        ((ANSWERED,), {"entries": 3, "outcomes": {"match": 3}, "fresh_outcomes": {}}, "nothing_new"),  # all backlog
        ((), {"outcomes": {"match": 3}, "fresh_outcomes": {}}, "not_polled"),  # an import
        ((), {"outcomes": {"below": 3}}, "nothing_matched"),
    ],
)
def test_an_empty_day_says_which_kind_it_is(polls: Any, counts: Any, state: str) -> None:
    assert content(DayMaterial(feeds=made.FEEDS, polls=polls, counts=counts))["state"] == state


# the sources


def describe(outcomes: str, spells: Sequence[Spell] = (), **row: Any) -> dict[str, Any]:
    """The first feed's day, from a string of polls: n(ew), u(nchanged), f(ailed), b(locked)."""
    kinds = {"n": PollOutcome.NEW, "u": PollOutcome.UNCHANGED, "f": PollOutcome.FAILED, "b": PollOutcome.BLOCKED}
    polls = [
        made.poll("demo-rundschau", kinds[letter], polled_at=made.NOON + timedelta(hours=hour), message=f"at {hour}")
        for hour, letter in enumerate(outcomes)
    ]
    feed_row = replace(made.rows()[0], **row)
    return describe_sources(
        made.FEEDS[:1], [feed_row], polls, spells, since=made.NOON - timedelta(hours=12), until=made.AFTER
    )


def silence(began: timedelta, ended: timedelta | None = None) -> Spell:
    return Spell(
        feed_id="demo-rundschau",
        trouble=Trouble.SILENT,
        message="nothing new for 9 days",
        began_at=made.NOON + began,
        ended_at=None if ended is None else made.NOON + ended,
    )


@pytest.mark.parametrize(
    ("outcomes", "row", "status"),
    [
        ("nu", {}, "answered"),
        ("ff", {}, "failed"),
        ("fb", {}, "blocked"),
        ("nf", {}, "unsteady"),
        ("fu", {}, "answered"),
        ("uu", {"spells": [silence(timedelta(hours=-9))]}, "silent"),
        ("uu", {"spells": [silence(timedelta(hours=-9), timedelta(hours=1))]}, "answered"),
        ("", {}, "not_polled"),
        ("", {"state": FeedState.PAUSED}, "paused"),
        ("", {"state": FeedState.RETIRED}, "retired"),
    ],
)
def test_a_feeds_day_has_one_word(outcomes: str, row: dict[str, Any], status: str) -> None:
    assert describe(outcomes, **row)["by_status"] == {status: 1}


def test_what_began_and_ended_being_wrong_is_an_event() -> None:
    began, ended = silence(timedelta(hours=-1)), silence(timedelta(days=-9), timedelta(hours=1))
    told = [(event["trouble"], event["has_begun"]) for event in describe("uu", [began, ended])["events"]]
    assert told == [("silent", True), ("silent", False)]
    assert describe("uu", [silence(timedelta(days=-9))])["events"] == []


def test_the_last_reason_is_named() -> None:
    troubled = describe("nff")["troubled"]
    assert [(feed["status"], feed["message"], feed["answered"], feed["polls"]) for feed in troubled] == [
        ("unsteady", "at 2", 1, 3)
    ]


def test_only_the_watchs_feeds_are_counted() -> None:
    watch = replace(made.WATCH, feeds=("demo-haber", "demo-courrier"))
    sources = compose_digest(watch, made.DAY, made.MATERIAL, now=made.AFTER).content["sources"]
    assert (sources["total"], sources["answered"], sources["missed"]) == (2, 1, 4)


# plain text


@given(st.text())
def test_one_line_holds_nothing_that_steers_a_terminal(text: str) -> None:
    line = one_line(text)
    assert not any(
        ord(c) < 32 or 0x7F <= ord(c) < 0xA0 or c in "\u202a\u202b\u202d\u202e\u2066\u2067\u200e" for c in line
    )
    assert line == line.strip()


@given(st.text(), st.integers(20, 300))
def test_shortened_text_fits(text: str, limit: int) -> None:
    assert len(shorten(text, limit)) <= limit


def test_an_excerpt_is_the_best_passage_and_never_the_whole_story() -> None:
    title, text = "A title", "First sentence. " + "The passage that matters. " * 20
    start = len(title) + 1 + len("First sentence. ")
    found = excerpt(title, text, (start, len(title) + 1 + len(text)))
    assert found.startswith("The passage that matters.")
    assert len(found) <= EXCERPT_CHARS
    assert excerpt(title, text, (0, len(title))).startswith("First sentence.")


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://a.example/b?c=d#e", "https://a.example/b?c=d#e"),
        ("javascript:alert(1)", ""),
        ("import:7", ""),
        ("data:text/html,x", ""),
        ("https://", ""),
        ("http://[", ""),
        ("https://a.example/\"><script>'", "https://a.example/%22%3E%3Cscript%3E%27"),
        ("https://a.example/türkiye (2)", "https://a.example/t%C3%BCrkiye%20%282%29"),
    ],
)
def test_only_web_addresses_are_linked(url: str, address: str) -> None:
    assert web_address(url) == address

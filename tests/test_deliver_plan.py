"""What is due to whom, and when a failure is tried again: pure decisions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from monitor.deliver.plan import (
    LONGEST_WAIT,
    Receiver,
    alert_deliveries,
    alert_rule,
    digest_deliveries,
    next_attempt,
    slept_through,
    stories_to_tell,
)
from monitor.model import (
    AlertSettings,
    ArticleReport,
    Delivery,
    DeliveryKind,
    DeliveryState,
    Verdict,
    VerdictKind,
    Watch,
)
from monitor.report.alert import alert_html, alert_text, compose_alert
from tests.delivery_material import DAY, HOUR, MINUTE, NOW, a_watch
from tests.digest_material import ARABIC, CORRECTED, FEEDS, GERMAN, TURKISH, WATCH

TWO_DAYS = timedelta(days=2)
ADA, EMRE = Receiver(channel="team", address="ada@b.org"), Receiver(channel="team", address="emre@b.org")


# --- trying again -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("attempts", "minutes"), [(1, 1), (2, 2), (3, 4), (8, 128), (9, 256), (10, 360), (15, 360)])
def test_waits_double_up_to_six_hours(attempts: int, minutes: int) -> None:
    assert next_attempt(attempts, now=NOW, give_up_after=TWO_DAYS) == NOW + minutes * MINUTE


def test_it_is_given_up_when_the_waits_add_up() -> None:
    tries = [next_attempt(number, now=NOW, give_up_after=TWO_DAYS) for number in range(1, 30)]
    assert tries.index(None) == 15
    assert sum((again - NOW for again in tries if again), timedelta()) <= TWO_DAYS
    assert set(tries[15:]) == {None}


def test_a_receiver_is_left_alone_as_it_asks_within_reason() -> None:
    assert next_attempt(1, now=NOW, give_up_after=TWO_DAYS, asked_for_s=600) == NOW + 10 * MINUTE
    assert next_attempt(1, now=NOW, give_up_after=TWO_DAYS, asked_for_s=10**9) == NOW + LONGEST_WAIT


# --- digests ------------------------------------------------------------------------------------------------------


def delivered(day: date, revision: int, receiver: Receiver = ADA) -> Delivery:
    return Delivery(
        id=1,
        key="",
        watch=WATCH.id,
        kind=DeliveryKind.DIGEST,
        subject=f"{day}.{revision}",
        channel=receiver.channel,
        receiver=receiver.address,
        state=DeliveryState.SENT,
        attempts=1,
        created_at=NOW,
        next_at=None,
        sent_at=NOW,
        last_error="",
    )


NEXT = DAY + timedelta(days=1)
FIRST, SECOND, LATER = (DAY, 1, NOW), (DAY, 2, NOW + HOUR), (NEXT, 1, NOW + 24 * HOUR)


@pytest.mark.parametrize(
    ("revisions", "known", "resends", "due"),
    [
        ([FIRST], [], False, [f"{DAY}.1"]),
        ([FIRST], [delivered(DAY, 1)], False, []),
        ([FIRST, LATER], [delivered(DAY, 1)], False, [f"{NEXT}.1"]),
        ([FIRST, SECOND], [], False, [f"{DAY}.2"]),  # what is not delivered yet is delivered as it is now
        ([FIRST, SECOND], [delivered(DAY, 1)], False, []),
        ([FIRST, SECOND], [delivered(DAY, 1)], True, [f"{DAY}.2"]),
        ([FIRST, SECOND], [delivered(DAY, 1), delivered(DAY, 2)], True, []),
        ([SECOND], [], False, []),  # the day was delivered before this receiver was known
        ([], [], False, []),
    ],
)
def test_each_day_once(
    revisions: Sequence[tuple[date, int, datetime]], known: Sequence[Delivery], resends: bool, due: list[str]
) -> None:
    found = digest_deliveries(a_watch(resends=resends), revisions, {ADA: NOW}, known)
    assert [each.subject for each in found] == due


def test_a_folder_follows_each_revision() -> None:
    shelf = Receiver(channel="archive")
    known = [delivered(DAY, 1), delivered(DAY, 1, shelf)]
    found = digest_deliveries(WATCH, [FIRST, SECOND], {ADA: NOW, shelf: NOW}, known, follows=["archive"])
    assert [(each.channel, each.subject) for each in found] == [("archive", f"{DAY}.2")]


def test_late_days_that_another_follows_are_looked_at() -> None:
    woke = NOW + 10 * 24 * HOUR
    days = [DAY + number * timedelta(days=1) for number in range(10)]
    assert slept_through([(DAY, 1, NOW), (NEXT, 1, NOW + 24 * HOUR)]) == set()
    assert slept_through([(day, 1, woke) for day in days]) == set(days[:-1])


def test_a_receiver_gets_what_is_written_from_when_it_is_known() -> None:
    found = digest_deliveries(WATCH, [FIRST, LATER], {ADA: NOW, EMRE: NOW + MINUTE}, [delivered(DAY, 1)])
    assert [(each.receiver, each.subject) for each in found] == [
        ("ada@b.org", f"{NEXT}.1"),
        ("emre@b.org", f"{NEXT}.1"),
    ]


def test_each_receiver_has_a_key_of_its_own_and_always_the_same() -> None:
    found = digest_deliveries(WATCH, [FIRST], {ADA: NOW, EMRE: NOW}, [])
    assert [each.key for each in found] == [
        "digest/turkey-russia-is/2016-08-11.1/team/ada@b.org",
        "digest/turkey-russia-is/2016-08-11.1/team/emre@b.org",
    ]


# --- alerts -------------------------------------------------------------------------------------------------------

STORIES = {1: 3, 2: 3, 3: 4, 4: 5}
ALL = (GERMAN, TURKISH, ARABIC, CORRECTED)


def alerting(**changes: object) -> Watch:
    return a_watch(alerts=replace(AlertSettings(to=("team",), score=50.0), **changes))  # type: ignore[arg-type]


def told(watch: Watch, reports: Sequence[ArticleReport], at: datetime = NOW) -> Delivery:
    """An alert that was raised before."""
    stories: dict[int, list[ArticleReport]] = {}
    for report in reports:
        stories.setdefault(STORIES[report.article.id], []).append(report)
    content = compose_alert(watch, stories, FEEDS, copies={}, now=at)
    (new,) = alert_deliveries(watch, content, [ADA], told=content["told"])
    return replace(delivered(DAY, 1), kind=DeliveryKind.ALERT, content=new.content, created_at=at)


def tell(
    watch: Watch, *known: Delivery, at: datetime = NOW, reports: Sequence[ArticleReport] = ALL
) -> dict[int, list[int]]:
    found = stories_to_tell(watch, reports, STORIES, known, now=at)
    return {story: [report.article.id for report in reports] for story, reports in found.items()}


def test_what_has_the_score_is_told_by_story() -> None:
    assert tell(alerting()) == {3: [1, 2], 4: [3]}


def test_what_touches_all_the_facets_is_told() -> None:
    watch = alerting(score=None, facets=("Turkey", "Russia"))
    without_russia = replace(
        CORRECTED,
        assessment=replace(
            CORRECTED.assessment,
            card=replace(
                CORRECTED.assessment.card,
                facets=tuple(facet for facet in CORRECTED.assessment.card.facets if facet.facet != "Russia"),
            ),
        ),
    )
    assert tell(watch, reports=(GERMAN, without_russia)) == {3: [1]}


def test_what_was_told_is_not_told_again() -> None:
    watch = alerting()
    before = told(watch, [GERMAN, TURKISH, ARABIC], at=NOW - 20 * HOUR)
    assert tell(watch, before) == {}


def test_nothing_is_told_while_the_last_alert_is_fresh_and_nothing_is_lost_by_it() -> None:
    watch = alerting(every=timedelta(minutes=30))
    before = told(watch, [GERMAN])
    assert tell(watch, before, at=NOW + 29 * MINUTE) == {}
    assert tell(watch, before, at=NOW + 30 * MINUTE) == {4: [3]}


def test_a_story_is_quiet_for_a_while_and_then_told_again() -> None:
    watch = alerting(story_again=timedelta(hours=12))
    before = told(watch, [GERMAN])
    assert tell(watch, before, at=NOW + 11 * HOUR) == {4: [3]}
    assert tell(watch, before, at=NOW + 12 * HOUR) == {3: [2], 4: [3]}


def test_a_clock_that_was_ahead_keeps_no_alert_back() -> None:
    before = told(alerting(), [GERMAN], at=NOW + 3650 * 24 * HOUR)
    assert tell(alerting(), before) == {3: [2], 4: [3]}


def test_withdrawn_dismissed_and_unplaced_matches_raise_nothing() -> None:
    assert ARABIC.match
    withdrawn = replace(ARABIC, match=replace(ARABIC.match, withdrawn_at=NOW))
    verdict = Verdict(
        id=1,
        watch=WATCH.id,
        article_id=2,
        version=1,
        kind=VerdictKind.IRRELEVANT,
        reason="",
        note="",
        author="",
        given_at=NOW,
    )
    unplaced = replace(GERMAN, article=replace(GERMAN.article, id=99))
    assert tell(alerting(), reports=(withdrawn, replace(TURKISH, verdict=verdict), unplaced)) == {}


def test_another_rule_is_another_name() -> None:
    assert alert_rule(alerting()) != alert_rule(alerting(score=60.0)) != alert_rule(alerting(facets=("Turkey",)))
    assert alert_rule(alerting()) == alert_rule(alerting(every=HOUR))


def test_copies_are_one_report_of_an_alert() -> None:
    copies = {TURKISH.article.id: GERMAN.article.id, ARABIC.article.id: 99}
    content = compose_alert(WATCH, {3: [GERMAN, TURKISH, ARABIC]}, FEEDS, copies=copies, now=NOW)
    (story,) = content["stories"]
    rows = {row["outlet"]: row["also_in"] for row in story["matches"]}
    assert rows == {"Demo Rundschau": ["Demo Haber"], "Demo Akhbar": []}
    assert (story["size"], len(content["told"])) == (2, 3)
    for shown in (alert_text(content, width=80), alert_html(content)):
        assert shown.count("Also in") == 1


def test_two_processes_give_an_alert_the_same_key() -> None:
    stories = {3: [GERMAN, TURKISH]}
    one, other = (
        compose_alert(WATCH, stories, FEEDS, copies={}, now=NOW + wait) for wait in (timedelta(), timedelta(seconds=1))
    )
    keys = {
        each.key for content in (one, other) for each in alert_deliveries(WATCH, content, [ADA], told=content["told"])
    }
    assert len(keys) == 1

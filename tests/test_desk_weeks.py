"""An actor's weeks: how many are shown, and what the picture says without being seen."""

from __future__ import annotations

from datetime import date, timedelta

from monitor.desk.weeks import SHOWN, Week, weeks_chart, weeks_of

MONDAY = date(2026, 3, 9)
WEEK = timedelta(days=7)


def test_weeks_go_from_the_first_article_until_today() -> None:
    found = weeks_of([MONDAY - 2 * WEEK, MONDAY, MONDAY + timedelta(days=6)], today=MONDAY + timedelta(days=6))
    assert [(week.monday, week.articles) for week in found] == [(MONDAY - 2 * WEEK, 1), (MONDAY - WEEK, 0), (MONDAY, 2)]


def test_half_a_year_is_shown_and_where_nothing_is_new_the_last_one_that_had_something() -> None:
    long = weeks_of([MONDAY - 40 * WEEK, MONDAY - 25 * WEEK, MONDAY], today=MONDAY)
    assert (len(long), long[0].articles) == (SHOWN, 1)
    old = weeks_of([MONDAY - 41 * WEEK, MONDAY - 40 * WEEK], today=MONDAY)
    assert [week.monday for week in old] == [MONDAY - 41 * WEEK, MONDAY - 40 * WEEK]
    assert weeks_of([MONDAY + WEEK], today=MONDAY) == weeks_of([], today=MONDAY) == []


def test_the_picture_says_each_week() -> None:
    weeks = [Week(monday=MONDAY - WEEK, articles=0), Week(monday=MONDAY, articles=4)]
    drawn = weeks_chart(weeks, label="A & <b>", week_said=lambda week: f"{week.monday}: {week.articles}")
    assert 'role="img"' in drawn and 'aria-label="A &amp; &lt;b&gt;"' in drawn
    assert "<title>2026-03-09: 4</title>" in drawn
    assert drawn.count("<rect") == 2

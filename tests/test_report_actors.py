"""Who acts in a period: counted in articles, set beside the period before; and one actor in full."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from monitor.model import Acting, ActorFindings, ActorRole, FeedSpec, Quote, Relation
from monitor.report.actors import Overview, PairLine, Partner, course, overview, portray

SINCE = datetime(2016, 8, 8, tzinfo=UTC)
DAY = timedelta(days=1)
UNTIL = SINCE + 7 * DAY
NAMES = {"@putin": "Vladimir Putin", "@turkey": "Turkey", "@reuters": "Reuters", "?Gerda": "Gerda"}
TYPES = {"@turkey": "state", "@reuters": "source"}


def article(number: int, *actors: str, day: float = 0, role: str = "main", **of_it: object) -> Acting:
    roles = tuple(
        ActorRole(actor=each, role=role, count=2, name=NAMES.get(each, each[1:]), type=TYPES.get(each, "person"))
        for each in actors
    )
    values: dict[str, object] = {"language": "de", "feed_id": "dw", "url": f"https://dw.example/{number}", "title": "T"}
    return Acting(article_id=number, at=SINCE + day * DAY, roles=roles, **(values | of_it))  # type: ignore[arg-type]


def period(now: Sequence[Acting], before: Sequence[Acting] = (), **options: frozenset[str]) -> Overview:
    firsts: dict[str, datetime] = {}
    for each in (*now, *before):
        for role in each.roles:
            firsts[role.actor] = min(firsts.get(role.actor, UNTIL), each.at or UNTIL)
    return overview(now, before, firsts, since=SINCE, until=UNTIL, **options)


def test_articles_are_counted_and_not_mentions() -> None:
    found = period([article(1, "@putin", "@turkey"), article(2, "@turkey", language="tr", feed_id="trt", day=6.5)])
    assert [(line.name, line.articles, line.main, line.mentions) for line in found.actors] == [
        ("Turkey", 2, 2, 4),
        ("Vladimir Putin", 1, 1, 2),
    ]
    assert (found.actors[0].outlets, found.actors[0].languages) == (2, ("de", "tr"))
    assert found.actors[0].course == (1, 0, 0, 0, 0, 0, 1)


def test_sources_report_and_so_act_only_when_asked_for() -> None:
    articles = [article(1, "@reuters", "@putin")]
    assert [line.actor for line in period(articles).actors] == ["@putin"]
    assert [line.actor for line in period(articles, types=frozenset({"source"})).actors] == ["@reuters"]


@pytest.mark.parametrize(
    ("now", "of_now", "before", "of_before", "is_rising"),
    [
        (30, 50, 10, 50, True),
        (3, 50, 1, 50, False),  # three after one is chance
        (30, 300, 10, 100, False),  # more of everything is no rise
        (12, 40, 0, 40, True),
        (9, 9, 0, 50, False),  # too few to compare
        (10, 50, 30, 50, False),
    ],
)
def test_rising_is_told_from_chance_and_from_a_busier_week(
    now: int, of_now: int, before: int, of_before: int, is_rising: bool
) -> None:
    def articles(of_it: int, of_all: int, day: float) -> list[Acting]:
        return [article(n, *(["@putin"] if n < of_it else ["@turkey"]), day=day) for n in range(of_all)]

    found = overview(
        articles(now, of_now, 1),
        articles(before, of_before, -1),
        {"@putin": SINCE - 30 * DAY, "@turkey": SINCE - 30 * DAY},
        since=SINCE,
        until=UNTIL,
    )
    line = next(line for line in found.actors if line.actor == "@putin")
    assert (line in found.rising) == is_rising
    assert line.before == before
    if line.growth is not None and line.growth_at_least is not None:
        assert line.growth_at_least < line.growth


def test_new_is_who_never_acted_before_and_nobody_in_a_first_period() -> None:
    found = period([article(1, "@putin", "?Gerda")], [article(2, "@putin", day=-1)])
    assert [line.name for line in found.new] == ["Gerda"]
    assert period([article(1, "@putin", "?Gerda")]).new == []


def test_pairs_count_once_an_article_with_what_they_do() -> None:
    relations = (
        Relation(subject="@putin", object="@turkey", verb_class="meets", start=0, end=9),
        Relation(subject="@turkey", object="@putin", verb_class="", start=10, end=19),
    )
    articles = [article(n, "@putin", "@turkey", relations=relations) for n in (1, 2)]
    assert period(articles).pairs == (
        PairLine(
            one="@putin",
            other="@turkey",
            one_name="Vladimir Putin",
            other_name="Turkey",
            articles=2,
            deeds={"meets": 2},
        ),
    )
    assert period(articles, types=frozenset({"person"})).pairs == ()


def test_a_long_period_is_drawn_in_thirty_steps() -> None:
    until = SINCE + 300 * DAY
    drawn = course([SINCE, until - timedelta(seconds=1)], since=SINCE, until=until)
    assert (len(drawn), drawn[0], drawn[-1], sum(drawn)) == (30, 1, 1, 2)


def test_a_portrait_holds_quotes_partners_outlets_and_days() -> None:
    relation = Relation(subject="@turkey", object="@putin", verb_class="criticises", start=0, end=9)
    articles = [
        article(1, "@putin", role="mentioned"),
        article(2, "@putin", day=1, relations=(relation,), feed_id="", url="https://www.taz.example/x"),
    ]
    quotes = (Quote(start=0, end=4, text="No \n way", speaker="@putin"), Quote(start=5, end=9, text="Yes", speaker=""))
    feeds = {"dw": FeedSpec(id="dw", url="https://dw.example", title="DW", language="de", publisher="Deutsche Welle")}
    found = portray("@putin", articles, {2: ActorFindings(quotes=quotes)}, feeds)
    assert (found.articles, found.mentions, found.roles) == (2, 4, {"mentioned": 1, "main": 1})
    assert (found.first_at, found.last_at) == (SINCE, SINCE + DAY)
    assert found.outlets == {"Deutsche Welle": 1, "taz.example": 1}
    assert [(said.article_id, said.text, said.outlet) for said in found.quotes] == [(2, "No way", "taz.example")]
    assert found.partners == (Partner(actor="@turkey", articles=1, does={}, suffers={"criticises": 1}),)


def test_an_undated_archive_has_a_portrait_too() -> None:
    undated = Acting(
        article_id=1, at=None, language="ru", feed_id="", url="import:1", title="", roles=article(1, "@putin").roles
    )
    found = portray("@putin", [undated], {}, {})
    assert (found.articles, found.first_at, found.course, found.outlets) == (1, None, (0,), {"import": 1})

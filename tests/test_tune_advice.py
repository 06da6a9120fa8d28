"""Suggestions say what the verdicts say, with the prior against chance, and change nothing."""

from __future__ import annotations

from datetime import date

from monitor.analyse.background import day_one
from monitor.analyse.gazetteer import Actor, Office
from monitor.model import Acting, ActorRole, Outcome, VerdictKind
from monitor.settings import load_config
from monitor.tune.columns import Columns, with_newer
from monitor.tune.effect import threshold_curve
from monitor.tune.hints import NewName, Successor, new_names, successors, threshold_hints, worth_judging
from monitor.tune.replay import as_stored
from monitor.tune.separating import Judgement, separators
from tests.test_tune import a_judged


def said(*, relevant: bool, words: str = "", ids: tuple[str, ...] = ()) -> Judgement:
    return Judgement(language="en", is_relevant=relevant, terms={word: word for word in words.split()}, ids=ids)


def test_what_stands_on_one_side_separates_and_chance_does_not() -> None:
    judged = [
        *[said(relevant=True, words="jet talks", ids=("@turkey", "@zorn")) for _ in range(12)],
        *[said(relevant=False, words="cup talks", ids=("@turkey",)) for _ in range(12)],
        said(relevant=True, words="onceonly"),
    ]
    found = {each.cited: each for each in separators(judged, day_one(), known={"@turkey"})}
    assert found.keys() == {"jet", "@zorn", "cup"}
    assert found["jet"].z > 0 > found["cup"].z
    assert (found["jet"].relevant, found["jet"].of_relevant, found["jet"].irrelevant) == (12, 13, 0)
    assert "@zorn" not in {each.cited for each in separators(judged, day_one(), known={"@turkey", "@zorn"})}


def test_a_common_word_needs_more_than_a_rare_one() -> None:
    judged = [
        *[said(relevant=True, words="said pipeline") for _ in range(3)],
        *[said(relevant=False) for _ in range(2)],
    ]
    odds = {each.cited: each.z for each in separators(judged, day_one(), known=())}
    assert odds.get("said", 0.0) <= odds.get("pipeline", 0.0)


def columns_of(*scores: float) -> Columns:
    rows = [
        a_judged(number, score, Outcome.MATCH if score >= 50 else Outcome.NEAR_MISS if score >= 35 else Outcome.BELOW)
        for number, score in enumerate(scores, start=1)
    ]
    return with_newer(Columns(), rows, profile_languages=["en"])


def test_thresholds_for_what_is_wanted() -> None:
    columns = columns_of(*range(20, 80, 2))
    verdicts = {
        number: VerdictKind.RELEVANT if score >= 60 else VerdictKind.IRRELEVANT
        for number, score in enumerate(range(20, 80, 2), start=1)
    }
    curve = threshold_curve(columns, as_stored(columns), verdicts, range(0, 101))
    few, good = threshold_hints(curve, a_day=0.2, precision=0.9)
    assert (few.wanted, few.matches_a_day) == ("matches a day", 0.2)
    assert (good.threshold, good.precision.hits, good.precision.of) == (57, 10, 11)
    assert threshold_hints(curve, a_day=None, precision=None) == []
    assert threshold_hints(threshold_curve(columns, as_stored(columns), {}, [50]), a_day=None, precision=0.9) == []


def test_what_is_nearest_to_the_threshold_is_judged_next() -> None:
    watch = load_config(None, {}).watches[0]
    columns = columns_of(90, 51, 36, 49, 10)
    assert worth_judging(columns, watch, {}) == [2, 4, 3]
    assert worth_judging(columns, watch, {2: VerdictKind.UNSURE}, number=1) == [4]
    assert worth_judging(Columns(), watch, {}) == []


def test_an_office_that_changed_hands_is_told_until_the_watch_names_its_holder() -> None:
    def person(slug: str, since: str, until: str = "") -> Actor:
        office = Office(role="president", of="syria", since=since, until=until)
        return Actor(id=f"@{slug}", name=slug.title(), type="person", offices=(office,))

    actors = {each.id: each for each in (person("assad", "2000", "2024-12-08"), person("jolani", "2025-01-29"))}
    told = Successor(
        office="president", of="syria", named=("@assad",), now="@jolani", now_name="Jolani", since="2025-01-29"
    )
    assert successors(actors, {"@assad"}, today=date(2026, 1, 1)) == [told]
    assert successors(actors, {"@assad"}, today=date(2024, 1, 1)) == []
    assert successors(actors, {"@assad", "@jolani"}, today=date(2026, 1, 1)) == []
    assert successors(actors, set(), today=date(2026, 1, 1)) == []


def test_new_names_are_frequent_and_unknown() -> None:
    def match(number: int, *actors: str) -> Acting:
        roles = tuple(ActorRole(actor=actor, role="main", count=1, type="person") for actor in actors)
        return Acting(article_id=number, at=None, language="en", feed_id="", url="", title="", roles=roles)

    matches = [match(1, "@a", "?B"), match(2, "@a", "?B"), match(3, "@a", "?B"), match(4, "@c")]
    assert new_names(matches, {"@a"}) == [NewName(actor="?B", name="B", articles=3, of=4)]

"""The pairs of the day: which deeds are shown, in what order, with which sentence."""

from __future__ import annotations

from typing import Any

from monitor.model import ActorFindings, ActorRole, Relation
from monitor.report.pairs import PAIRS, pairs_of_the_day


def row(number: int, *, copy_of: str = "") -> dict[str, Any]:
    return {
        "id": f"m-{number}",
        "article": f"a-{number}",
        "language": "en",
        "outlet": f"Outlet {number}",
        "url": f"https://example.org/{number}",
        "copy_of": copy_of,
    }


def found(*deeds: tuple[str, str, str, int, int]) -> ActorFindings:
    names = sorted({name for one, _, other, *_ in deeds for name in (one, other)})
    return ActorFindings(
        roles=tuple(ActorRole(actor=name, role="main", count=1, name=name[1:].title(), type="state") for name in names),
        relations=tuple(
            Relation(subject=one, object=other, verb_class=deed, start=start, end=end)
            for one, deed, other, start, end in deeds
        ),
    )


def test_a_deed_is_shown_with_its_best_match_and_one_sentence() -> None:
    wholes = {1: "Russia warns Turkey", 2: "Moscow has warned Ankara again"}
    findings = {
        1: found(("@russia", "criticises", "@turkey", 0, 19)),
        2: found(("@russia", "criticises", "@turkey", 0, 30)),
    }
    assert pairs_of_the_day([row(1), row(2)], wholes, findings) == [
        {
            "subject": "@russia",
            "subject_name": "Russia",
            "deed": "criticises",
            "object": "@turkey",
            "object_name": "Turkey",
            "matches": 2,
            "text": "Russia warns Turkey",
            "language": "en",
            "outlet": "Outlet 1",
            "match": "m-1",
            "url": "https://example.org/1",
        }
    ]


def test_who_meets_whom_is_one_deed_and_who_attacks_whom_two() -> None:
    wholes = {1: "x" * 40}
    findings = {
        1: found(
            ("@putin", "meets", "@erdogan", 0, 9),
            ("@erdogan", "meets", "@putin", 9, 20),
            ("@russia", "attacks", "@is", 20, 30),
            ("@is", "attacks", "@russia", 30, 40),
            ("@iran", "", "@russia", 30, 40),
        )
    }
    shown = pairs_of_the_day([row(1)], wholes, findings)
    assert [(pair["subject"], pair["deed"], pair["object"], pair["matches"]) for pair in shown] == [
        ("@putin", "meets", "@erdogan", 1),
        ("@russia", "attacks", "@is", 1),
        ("@is", "attacks", "@russia", 1),
    ]


def test_what_more_matches_tell_stands_first_and_copies_count_for_nothing() -> None:
    wholes = dict.fromkeys((1, 2, 3, 4), "x" * 20)
    once, twice = found(("@nato", "supports", "@turkey", 0, 9)), found(("@usa", "supports", "@ypg", 0, 9))
    findings = {1: once, 2: once, 3: twice, 4: twice}
    shown = pairs_of_the_day([row(1), row(2, copy_of="m-1"), row(3), row(4)], wholes, findings)
    assert [(pair["subject"], pair["matches"]) for pair in shown] == [("@usa", 2), ("@nato", 1)]


def test_a_sentence_that_can_be_shown_whole_is_preferred() -> None:
    long = "Russia warns Turkey " + "of this and that " * 20
    wholes = {1: long, 2: "Russia warns Turkey"}
    findings = {
        1: found(("@russia", "criticises", "@turkey", 0, len(long))),
        2: found(("@russia", "criticises", "@turkey", 0, 19)),
    }
    assert pairs_of_the_day([row(1), row(2)], wholes, findings)[0]["match"] == "m-2"
    (alone,) = pairs_of_the_day([row(1)], wholes, findings)
    assert alone["text"].endswith("…")


def test_the_list_is_short_and_no_pair_fills_it() -> None:
    wholes = {1: "x" * 20}
    quarrel = [("@russia", deed, "@turkey", 0, 9) for deed in ("attacks", "criticises", "punishes")]
    others = [(f"@state_{number}", "attacks", "@is", 0, 9) for number in range(PAIRS)]
    shown = pairs_of_the_day([row(1)], wholes, {1: found(*quarrel, *others)})
    assert len(shown) == PAIRS
    assert [pair["deed"] for pair in shown if pair["object"] == "@turkey"] == ["attacks", "criticises"]


def test_a_match_without_findings_or_text_says_nothing() -> None:
    assert pairs_of_the_day([row(1)], {1: "Russia warns Turkey"}, {}) == []
    assert pairs_of_the_day([row(1)], {}, {1: found(("@russia", "criticises", "@turkey", 0, 19))}) == []

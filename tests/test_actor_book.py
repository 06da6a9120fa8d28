"""What analysts decide of discovered names, and how a text is read then."""

from __future__ import annotations

from datetime import UTC, datetime

from monitor.analyse.actor_book import (
    ActorBook,
    Decision,
    DecisionKind,
    book_from_json,
    extended,
    history_to_json,
    known_names,
)
from monitor.analyse.actors import extract_actors
from monitor.model import ActorFindings
from tests.actor_scoring import shipped_gazetteer

NOW = datetime(2016, 8, 11, 12, 0, tzinfo=UTC)
GERDA = "Gerda Mustermann"
TEXT = "Analystin Gerda Mustermann sprach mit Putin. «Das reicht nicht», sagte Mustermann."


def decision(name: str, kind: DecisionKind, **of_it: str) -> Decision:
    return Decision(name=name, kind=kind, author="ayse", at=NOW, **of_it)


def confirm(name: str = GERDA, actor: str = "@mustermann") -> Decision:
    return decision(name, DecisionKind.CONFIRM, actor=actor, called=GERDA, type="person", country="germany")


def merge(name: str, actor: str) -> Decision:
    return decision(name, DecisionKind.MERGE, actor=actor)


def reject(name: str = GERDA) -> Decision:
    return decision(name, DecisionKind.REJECT)


def undo(name: str = GERDA) -> Decision:
    return decision(name, DecisionKind.UNDO)


def book(*decisions: Decision) -> ActorBook:
    made = ActorBook()
    for each in decisions:
        made = made.with_decision(each)
    return made


def read(text: str, *decisions: Decision, lang: str = "de") -> ActorFindings:
    return extract_actors("", text, lang, extended(shipped_gazetteer(), book(*decisions)))


def actors(text: str, *decisions: Decision, lang: str = "de") -> set[str]:
    return {mention.actor for mention in read(text, *decisions, lang=lang).mentions}


def test_without_decisions_a_name_is_unconfirmed() -> None:
    assert actors(TEXT) == {"?Gerda Mustermann", "@putin"}


def test_a_confirmed_name_is_a_listed_actor_from_then_on() -> None:
    found = read(TEXT, confirm())
    role = next(role for role in found.roles if role.actor == "@mustermann")
    assert (role.name, role.type, role.count) == (GERDA, "person", 2)
    assert [quote.speaker for quote in found.quotes] == ["@mustermann"]
    assert actors("Es kam auch Gerda Mustermann.", confirm(), lang="fr") == {"@mustermann"}


def test_a_merged_name_is_another_name_of_its_actor() -> None:
    assert actors(TEXT, merge(GERDA, "@merkel")) == {"@merkel", "@putin"}
    russian = "Об этом заявил Иван Образцов. Путин не ответил Образцову."
    assert actors(russian, confirm(), merge("Иван Образцов", "@mustermann"), lang="ru") == {"@mustermann", "@putin"}


def test_a_rejected_name_is_nobody() -> None:
    found = read(TEXT, reject())
    assert {mention.actor for mention in found.mentions} == {"@putin"}
    assert {quote.speaker for quote in found.quotes} == {""}


def test_the_last_decision_counts_and_undoing_brings_back_the_one_before() -> None:
    assert actors(TEXT, reject(), confirm()) == {"@mustermann", "@putin"}
    assert actors(TEXT, reject(), confirm(), undo()) == {"@putin"}
    assert actors(TEXT, reject(), confirm(), undo(), undo()) == {"?Gerda Mustermann", "@putin"}
    assert actors(TEXT, undo()) == {"?Gerda Mustermann", "@putin"}


def test_merged_into_somebody_who_is_no_longer_confirmed_is_undecided_again() -> None:
    other = "Expertin Erika Beispiel sprach."
    assert actors(other, confirm(), merge("Erika Beispiel", "@mustermann")) == {"@mustermann"}
    assert actors(other, confirm(), merge("Erika Beispiel", "@mustermann"), undo()) == {"?Erika Beispiel"}


def test_a_surname_alone_counts_only_where_discovery_finds_it() -> None:
    speaks_twice = "«Gut», sagte Ersoy am Montag. Mehr wisse man nicht, sagte Ersoy dann."
    ersoy = decision("Ersoy", DecisionKind.CONFIRM, actor="@ersoy", called="Ersoy", type="person")
    assert actors(speaks_twice, ersoy) == {"@ersoy"}
    assert actors("Im Ersoy-Stadion war Ersoy nicht.", ersoy) == set()


def test_a_decision_takes_no_name_from_a_listed_actor() -> None:
    assert actors("Wladimir Putin sprach.", merge("Wladimir Putin", "@merkel")) == {"@putin"}


def test_names_are_known_as_a_whole() -> None:
    known = known_names(extended(shipped_gazetteer(), book(confirm(), reject("Erika Beispiel"))))
    names = ("vladimir putin", "сергеи лавров", "gerda mustermann", "erika beispiel", "mustermann")
    assert [known.get(name) for name in names] == ["@putin", "@lavrov", "@mustermann", "", None]


def test_a_book_is_stored_name_by_name_and_comes_back_equal() -> None:
    made = book(confirm(), undo(), reject("Erika Beispiel"), merge("Иван Образцов", "@putin"))
    assert book_from_json({key: history_to_json(each) for key, each in made.histories.items()}) == made
    assert set(made.standing) == {"erika beispiel", "иван образцов"}
    assert made.names == {GERDA, "Erika Beispiel", "Иван Образцов"}

"""Reading actors.yaml and lexicon.yaml: what is wrong is named by its place, and the rest is read."""

from collections import Counter

import pytest

from monitor.analyse.gazetteer import Office, parse_actors, parse_lexicon
from monitor.analyse.names import Form
from tests.actor_scoring import shipped_gazetteer

PERSON = {"name": "Ada Example", "type": "person", "names": {"ru": "Ада Пример"}}


def test_an_actor_is_read_with_its_forms() -> None:
    office = {"role": "president", "of": "utopia", "since": 2014}
    state = {"name": "Utopia", "type": "state"}
    gazetteer = parse_actors({"actors": {"ada": {**PERSON, "country": "utopia", "offices": [office]}, "utopia": state}})
    assert gazetteer.problems == ()
    ada = gazetteer.actors["@ada"]
    assert ada.offices == (Office(role="president", of="utopia", since="2014"),)
    assert ada.forms == (
        Form("Ада Пример", "@ada", "ru", "name"),
        Form("Ada Example", "@ada", "*", "name"),
        Form("Пример", "@ada", "ru", "context"),
        Form("Example", "@ada", "*", "context"),
    )


@pytest.mark.parametrize(
    ("actor", "language", "called"),
    [
        ("@turkey", "de", "Türkei"),
        ("@is", "de", "Islamischer Staat"),
        ("@nato", "de", "NATO"),
        ("@turkish_armed_forces", "de", "Türkische Streitkräfte"),  # a name, also where sentences have it small
        ("@putin", "de", "Wladimir Putin"),
        ("@erdogan", "de", "Recep Tayyip Erdoğan"),  # none is listed for German
        ("@cavusoglu", "de", "Mevlüt Çavuşoğlu"),
        ("@serdar_kilic", "de", "Serdar Kılıç"),  # «Serdar Kilic» is the same without accents
        ("@spiegel", "de", "Der Spiegel"),  # who reports is called what they call themselves
        ("@is", "en", "Islamic State"),
        ("@turkey", "sv", "Turkey"),
        ("@nobody", "de", ""),
    ],
)
def test_an_actor_is_called_by_the_first_name_of_a_language(actor: str, language: str, called: str) -> None:
    assert shipped_gazetteer().called(actor, language) == called


def test_problems_name_their_place() -> None:
    gazetteer = parse_actors(
        {
            "actors": {
                "Ada": PERSON,
                "bob": {"name": "Bob Example", "type": "robot"},
                "cy": {"name": "Cy Example", "type": "person", "wikidata": "43", "country": "nowhere", "nmaes": {}},
                "di": {"name": "Di Example", "type": "person", "names": {"xx": "Di", "de": [{"form": "Di", "cse": 1}]}},
                "eve": {
                    "name": "Eve Example",
                    "type": "person",
                    "offices": [{"role": "queen", "of": "oz", "since": "soon"}],
                },
            }
        }
    )
    assert {issue.path for issue in gazetteer.problems} == {
        ("actors", "Ada"),
        ("actors", "bob", "type"),
        ("actors", "cy", "wikidata"),
        ("actors", "cy", "country"),
        ("actors", "cy", "nmaes"),
        ("actors", "di", "names", "xx"),
        ("actors", "di", "names", "de", 0),
        ("actors", "eve", "offices", 0, "since"),
        ("actors", "eve", "offices", 0, "of"),
    }


def test_a_form_belongs_to_one_actor() -> None:
    twins = {slug: {"name": "Ada Example", "type": "person"} for slug in ("one", "two")}
    [issue] = parse_actors({"actors": twins}).problems
    assert issue.path == ("actors", "two")
    assert "@one" in issue.message


def test_the_lexicon_is_read_with_the_same_forms() -> None:
    lexicon = parse_lexicon({"concepts": {"airstrike": {"en": ["airstrike", {"form": "CAS", "case": "exact"}]}}})
    assert lexicon.problems == ()
    assert lexicon.concepts == ("airstrike",)
    assert lexicon.forms == (
        Form("airstrike", "airstrike", "en", "concept"),
        Form("CAS", "airstrike", "en", "concept", case_sensitive=True),
    )


def test_the_shipped_gazetteer_is_sound_and_large() -> None:
    gazetteer = shipped_gazetteer()
    assert gazetteer.problems == ()
    assert len(gazetteer.actors) >= 400
    assert all(count >= 40 for count in Counter(actor.type for actor in gazetteer.actors.values()).values())

"""Names across scripts: one actor under every spelling, and no two actors under one."""

from monitor.analyse.actors import extract_actors
from tests.actor_pairs import DIFFERENT, SAME, pairs
from tests.actor_scoring import shipped_gazetteer


def actors_in(text: str, lang: str) -> set[str]:
    return {mention.actor for mention in extract_actors("", text, lang, shipped_gazetteer()).mentions}


def test_spellings_of_one_name_meet() -> None:
    table = pairs(SAME, "=")
    apart = []
    for lang, text, other in table:
        other_lang, _, other_text = other.partition(":")
        if not actors_in(text, lang) & actors_in(other_text, other_lang):
            apart.append((text, other_text))
    assert len(table) >= 150
    assert len(apart) <= 0.02 * len(table), apart


def test_names_that_only_look_alike_stay_apart() -> None:
    table = pairs(DIFFERENT, "≠")
    merged = [(text, slug) for lang, text, slug in table if f"@{slug}" in actors_in(text, lang)]
    assert len(table) >= 150
    assert not merged

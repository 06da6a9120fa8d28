"""What changed rules do in stored texts: the same whether all are read, or only those that the index names."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.analyse.keywords import KeywordMatcher
from monitor.analyse.names import Hit, fold
from monitor.app import App
from monitor.model import Article, KeywordRule, Phrase, SearchTerm
from monitor.rule_finding import RuleFinder, _is_alike
from monitor.settings import load_config
from monitor.tune.columns import HIT, MISSED, SILENT, Columns
from monitor.workbench import Workbench
from store.search import words_of

RULES = {
    "a word": [Phrase(text="Moskau")],
    "a word with a suffix": [Phrase(text="Erdoğan"), Phrase(text="Moskova")],
    "a beginning": [Phrase(text="bomb*")],
    "a short beginning": [Phrase(text="jet*")],
    "umlauts spelt out": [Phrase(text="Tuerkei")],
    "some words": [Phrase(text="Vladimir Putin"), Phrase(text="Recep Tayyip Erdoğan")],
    "capitals": [Phrase(text="IS", is_case_sensitive=True)],
    "other scripts": [Phrase(text="Путин*"), Phrase(text="تركيا"), Phrase(text="موسكو"), Phrase(text="الإرهابي*")],
    "in one language": [Phrase(text="Syrien", language="de")],
    "near": [Phrase(text="Putin", near=("Erdoğan", "@erdogan"), within=20)],
    "an actor": [Phrase(text="@putin")],
    "an actor near words": [Phrase(text="@putin", near=("Ankara",), within=30)],
    "an actor or a word": [Phrase(text="@nato"), Phrase(text="Ankara")],
    "a concept": [Phrase(text="~airstrike")],
    "nowhere": [Phrase(text="Schneeflockenorakel")],
    "no word at all": [Phrase(text="№")],
}


@pytest.fixture(scope="module")
def app(demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    folder = shutil.copytree(demo_folder, tmp_path_factory.mktemp("rules") / "data")
    opened = App(load_config(None, {"WIDERHALL_DATA_DIR": str(folder)}))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def columns(app: App) -> Columns:
    watch = app.config.watches[0]
    return Workbench(app).tuner().columns(watch.id, profile_languages=app.profile_languages(watch))


@pytest.fixture(scope="module")
def articles(app: App) -> list[Article]:
    return list(app.store.articles())


@pytest.fixture(scope="module")
def named(app: App, articles: list[Article]) -> dict[int, list[Hit]]:
    """What each text names, found anew."""
    analyse = app.reader.analyser.analyse
    analysed = {one.id: analyse(one.title, one.text, one.language) for one in articles}
    return {number: [*analysis.entities, *analysis.concepts] for number, analysis in analysed.items()}


@pytest.mark.parametrize(("group", "scope"), [("weight", "text"), ("all", "title")])
@pytest.mark.parametrize("name", RULES)
def test_what_is_not_read_would_have_said_the_same(
    app: App, columns: Columns, articles: list[Article], named: dict[int, list[Hit]], name: str, group: str, scope: str
) -> None:
    shipped = app.config.watches[0]
    everything = replace(shipped, thresholds=replace(shipped.thresholds, review=-1000.0))
    rule = KeywordRule(name=name, group=group, phrases=tuple(RULES[name]), points=1.0, scope=scope)
    finder = RuleFinder(store=app.store, analyser=lambda: app.reader.analyser, lists=app.reader.lists)
    states, in_question = finder.find(columns, everything, [rule])
    is_asked = ~columns["is_reprint"]
    assert in_question == is_asked.sum()
    matcher = KeywordMatcher([rule])
    expected = {
        one.id: next(iter(matcher.evaluate(one.title, one.text, one.language, named[one.id])), None) for one in articles
    }
    assert dict(zip(columns["article"][is_asked].tolist(), states[name][is_asked].tolist(), strict=True)) == {
        article: SILENT if expected[article] is None else HIT if expected[article].is_hit else MISSED
        for article in columns["article"][is_asked].tolist()
    }


def test_words_are_asked_for_as_the_index_has_them() -> None:
    """Every letter that rules fold to a letter of the scripts that are looked up is that letter in the index too."""
    letters = [chr(code) for code in range(0x10000) if not 0xD800 <= code < 0xE000]
    alike = [letter for letter in letters if (folded := fold(letter)) and all(map(_is_alike, folded))]
    assert len(alike) > 2_000
    assert [letter for letter in alike if words_of(f"x{letter}") != words_of(f"x{fold(letter)}")] == []


def test_texts_are_found_by_any_of_some_words(app: App, articles: list[Article]) -> None:
    terms = [SearchTerm(words=("moskau",)), SearchTerm(words=("putin",), is_prefix=True)]
    found = app.store.holding(terms)
    said = {one.id for one in articles if {"moskau"} & set(words_of(one.text)) or "putin" in one.text.lower()}
    assert said <= set(found)
    assert set(found) < {one.id for one in articles}
    assert not set(app.store.holding([])) and not set(app.store.pruned([one.id for one in articles]))

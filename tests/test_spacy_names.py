"""The optional spaCy pipeline: its names go through the same review, and its absence is normal."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType

import pytest

from monitor.analyse.actor_book import ActorBook, Decision, DecisionKind, extended
from monitor.analyse.actors import extract_actors
from monitor.analyse.discovery import Discovery
from monitor.analyse.spacy_names import SpacyNames, load_spacy, missing
from monitor.app import App
from monitor.errors import UnavailableError
from monitor.settings import check_config, load_config
from monitor.settings.daemon import ActorBackend
from tests.actor_scoring import shipped_gazetteer
from tests.config_material import write_config
from tests.store_material import NOW

TEXT = "Das Zentrum Liberale Moderne warnt. Für Hedwig Xaver Zwirn und Putin ist das neu. Auch Zwirn schweigt."


@dataclass(frozen=True)
class Entity:
    """What spaCy says of a name."""

    text: str
    label_: str
    start_char: int


@dataclass(frozen=True)
class Parsed:
    """A text, as spaCy returns it."""

    ents: Sequence[Entity]


@dataclass(frozen=True)
class Pipeline:
    """Finds what it is told to find, as a spaCy pipeline would."""

    names: Sequence[tuple[str, str]] = (
        ("Zentrum Liberale Moderne", "ORG"),
        ("Hedwig Xaver Zwirn", "PER"),
        ("Zwirn", "PER"),
        ("Putin", "PER"),
        ("Das", "LOC"),
    )
    lang: str = "de"

    def __call__(self, text: str) -> Parsed:
        found = (Entity(name, label, text.find(name)) for name, label in self.names)
        return Parsed(ents=[entity for entity in found if entity.start_char >= 0])


def actors(*decisions: Decision, pipeline: Pipeline | None = None) -> set[str]:
    book = ActorBook()
    for decision in decisions:
        book = book.with_decision(decision)
    finder = SpacyNames(pipeline or Pipeline()).find
    return {role.actor for role in extract_actors("", TEXT, "de", extended(shipped_gazetteer(), book), finder).roles}


def test_its_names_are_unconfirmed_and_never_in_the_place_of_known_ones() -> None:
    assert actors() == {"?Zentrum Liberale Moderne", "?Hedwig Xaver Zwirn", "@putin"}


def test_its_names_are_decided_on_like_any_other() -> None:
    rejected = Decision(name="Hedwig Xaver Zwirn", kind=DecisionKind.REJECT, author="ayse", at=NOW)
    merged = Decision(name="Zentrum Liberale Moderne", kind=DecisionKind.MERGE, actor="@germany", author="ayse", at=NOW)
    assert actors(rejected, merged) == {"@germany", "@putin"}


def test_a_pipeline_reads_its_own_language() -> None:
    assert "?Zentrum Liberale Moderne" not in actors(pipeline=Pipeline(lang="tr"))
    assert "?Zentrum Liberale Moderne" in actors(pipeline=Pipeline(lang="xx"))


def test_a_turkish_suffix_is_no_part_of_a_name() -> None:
    text = "Gazeteci Hande Örneköz'ün sözleri."
    found = SpacyNames(Pipeline(names=(("Hande Örneköz'ün", "PERSON"),), lang="tr")).find(text, "tr")
    assert found == (Discovery(name="Hande Örneköz", type="person", spans=((9, 22),)),)


def test_what_is_not_installed_is_said_with_the_remedy(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert "pip install spacy" in missing("de_core_news_sm")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: object() if name == "spacy" else None)
    assert missing("de_core_news_sm").endswith("python -m spacy download de_core_news_sm")
    assert missing(str(tmp_path)) == ""


def fake_spacy(monkeypatch: pytest.MonkeyPatch, *, is_broken: bool = False) -> None:
    def load(name: str) -> Pipeline:
        if is_broken:
            raise OSError("[E050] Can't find model")
        return Pipeline()

    module = ModuleType("spacy")
    module.load = load  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "spacy", module)


def test_a_pipeline_is_loaded_when_first_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    config = load_config(None, {})
    backend = ActorBackend(backend="spacy", model="de_fake")
    app = App(replace(config, daemon=replace(config.daemon, actors=backend)), clock=lambda: NOW)
    monkeypatch.setattr("monitor.analyse.spacy_names.missing", lambda model: "not there")
    assert app.further_names is None
    fake_spacy(monkeypatch)
    monkeypatch.setattr("monitor.analyse.spacy_names.missing", lambda model: "")
    app.use(app.config)
    assert app.further_names is not None
    assert [each.name for each in app.further_names(TEXT, "de")] == ["Zentrum Liberale Moderne", "Hedwig Xaver Zwirn"]


def test_a_pipeline_that_cannot_be_loaded_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    fake_spacy(monkeypatch, is_broken=True)
    with pytest.raises(UnavailableError, match="«de_broken» cannot be loaded"):
        load_spacy("de_broken")


def test_check_says_what_is_missing_and_the_daemon_starts_all_the_same(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    settings = "actors:\n  backend: spacy\n  model: de_core_news_sm\n"
    folder = write_config(tmp_path, {"widerhall.yaml": settings})
    (problem,) = [each for each in check_config(folder, {}) if each.path == "actors.backend"]
    assert problem.is_warning
    assert "pip install spacy" in problem.hint
    assert load_config(folder, {}).daemon.actors.backend == "spacy"

"""Reviewing discovered names: listed with evidence, decided, undone, and holding through all that follows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.actor_review import (
    ListedNames,
    articles_to_read_again,
    decide,
    decisions_on,
    history_of,
    load_book,
    read_again,
    unconfirmed,
    undo,
)
from monitor.analyse.actor_book import Decision, DecisionKind
from monitor.analyse.reader import Reading, TextReader
from monitor.app import App
from monitor.errors import NotFoundError, UsageError
from monitor.exchange import import_rows, read_jsonl
from monitor.model import ActingFilter
from monitor.settings import load_config
from monitor.settings.daemon import Database
from tests.store_material import NOW

WATCH = "turkey-russia-is"
CONFIG = load_config(None, {})
GERDA, IVAN = "Gerda Mustermann", "Иван Образцов"
TEXTS = (
    ("de", "Analystin Gerda Mustermann sprach mit Putin. Das reicht nicht, sagte Mustermann."),
    ("de", "Die Analystin Gerda Mustermann schwieg zu Erdoğan."),
    ("ru", "Как заявил эксперт Иван Образцов, Путин согласен. Образцов добавил детали."),
    ("fr", "Gerda Mustermann a rencontré Vladimir Poutine."),
)


class InFull(TextReader):
    """Reads every text as one that a watch comes close to."""

    def __init__(self, reader: TextReader) -> None:
        self.__dict__.update(vars(reader))

    def read(self, title: str, text: str, *, all_in_full: bool = True, **about: Any) -> Reading:
        return super().read(title, text, all_in_full=True, **about)


class World:
    """A store with four articles, and what reads it."""

    def __init__(self, url: str, folder: Path) -> None:
        self.config = replace(CONFIG, daemon=replace(CONFIG.daemon, database=Database(url=url)))
        self.restart()
        self.file = folder / "articles.jsonl"
        rows = ({"id": str(n), "title": "", "text": text, "lang": lang} for n, (lang, text) in enumerate(TEXTS))
        self.file.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
        self.bring()

    def restart(self) -> None:
        self.app = App(self.config, clock=lambda: NOW)

    def bring(self) -> None:
        """Import the articles, again if need be."""
        list(
            import_rows(
                read_jsonl(self.file), store=self.app.store, reader=InFull(self.app.reader), clock=self.app.clock
            )
        )

    def decide(self, name: str, kind: DecisionKind, **of_it: str) -> None:
        decision = Decision(name=name, kind=kind, author="ayse", at=self.app.clock(), **of_it)
        decide(self.app.store, decision, self.app.acting_gazetteer, watches=[WATCH])
        self.app.take_decisions()

    def confirm(self, name: str = GERDA, slug: str = "mustermann", **of_it: str) -> None:
        self.decide(name, DecisionKind.CONFIRM, actor=f"@{slug}", called=name, type="person", **of_it)

    def undo(self, name: str) -> None:
        undo(self.app.store, name, author="ayse", now=self.app.clock())
        self.app.take_decisions()

    def apply(self) -> int:
        app = self.app
        found = articles_to_read_again(app.store, app.acting_gazetteer, app.actor_book, watches=[WATCH])
        return sum(read_again(app.store, app.reader, article) for article in found)

    def actors(self, article_id: int) -> set[str]:
        return {role.actor for role in self.app.store.findings(article_id).roles}

    def names(self) -> list[str]:
        wanted = ActingFilter(watch=WATCH, only_matches=False, only_unconfirmed=True)
        return [
            each.name for each in unconfirmed(self.app.store.acting(wanted), ListedNames(self.app.acting_gazetteer))
        ]


@pytest.fixture
def world(store_url: str, tmp_path: Path) -> Iterator[World]:
    made = World(store_url, tmp_path)
    yield made
    made.app.close()


def test_names_are_listed_with_their_evidence(world: World) -> None:
    wanted = ActingFilter(watch=WATCH, only_matches=False, only_unconfirmed=True)
    first, second = unconfirmed(world.app.store.acting(wanted), ListedNames(world.app.acting_gazetteer))
    assert (first.name, first.type, first.articles, first.mentions) == (GERDA, "person", 2, 3)
    assert (first.languages, set(first.article_ids), first.proposals) == (("de",), {1, 2}, ())
    assert (second.name, second.languages) == (IVAN, ("ru",))


def test_a_confirmed_name_holds_for_new_texts_at_once_and_for_stored_ones_when_asked(world: World) -> None:
    world.confirm()
    assert world.names() == [IVAN]
    assert world.app.reader.read_actors("", TEXTS[3][1], "fr").roles[0].actor in ("@mustermann", "@putin")
    assert world.actors(1) == {f"?{GERDA}", "@putin"}
    assert world.apply() == 3  # the French one too, where discovery does not look
    assert [world.actors(n) for n in (1, 2, 4)] == [
        {"@mustermann", "@putin"},
        {"@mustermann", "@erdogan"},
        {"@mustermann", "@putin"},
    ]
    assert world.apply() == 0


def test_decisions_hold_through_imports_and_restarts(world: World) -> None:
    world.confirm()
    world.decide(IVAN, DecisionKind.MERGE, actor="@mustermann")
    world.apply()
    world.app.close()
    world.restart()
    world.bring()
    assert world.actors(3) == {"@mustermann", "@putin"}
    assert world.names() == []


def test_a_running_program_takes_up_what_another_decides(world: World) -> None:
    running = App(world.config, clock=lambda: NOW)
    assert running.reader.read_actors("", TEXTS[1][1], "de").roles[0].actor in (f"?{GERDA}", "@erdogan")
    assert not running.take_decisions()
    world.confirm()
    assert running.take_decisions()
    found = {role.actor for role in running.reader.read_actors("", TEXTS[1][1], "de").roles}
    assert found == {"@mustermann", "@erdogan"}
    assert not running.take_decisions()
    running.close()


def test_a_rejected_name_goes_and_comes_back_when_undone(world: World) -> None:
    world.decide(GERDA, DecisionKind.REJECT, note="a placeholder")
    assert world.apply() == 2
    assert world.actors(1) == {"@putin"}
    world.undo(GERDA)
    assert world.apply() == 2
    assert world.actors(1) == {f"?{GERDA}", "@putin"}
    assert world.names() == [GERDA, IVAN]


def test_every_decision_stays_visible_with_author_and_time(world: World) -> None:
    world.decide(GERDA, DecisionKind.REJECT)
    world.app.clock = lambda: NOW + timedelta(hours=1)
    world.undo(GERDA)
    world.app.clock = lambda: NOW + timedelta(hours=2)
    world.confirm()
    history = history_of(load_book(world.app.store))
    assert [(each.kind.value, each.author, each.at - NOW) for each in history] == [
        ("confirm", "ayse", timedelta(hours=2)),
        ("undo", "ayse", timedelta(hours=1)),
        ("reject", "ayse", timedelta(0)),
    ]
    assert list(decisions_on(world.app.actor_book, "@mustermann")) == [GERDA]


def test_what_cannot_be_meant_is_refused(world: World) -> None:
    with pytest.raises(NotFoundError, match="did you mean «Gerda Mustermann»"):
        world.decide("Gerda Mustermannn", DecisionKind.REJECT)
    with pytest.raises(NotFoundError, match="no actor @nobody"):
        world.decide(GERDA, DecisionKind.MERGE, actor="@nobody")
    with pytest.raises(UsageError, match="@putin is Vladimir Putin already"):
        world.confirm(slug="putin")
    with pytest.raises(UsageError, match="is no slug"):
        world.confirm(slug="Gerda M")
    with pytest.raises(UsageError, match="no state «atlantis»"):
        world.confirm(country="atlantis")
    with pytest.raises(UsageError, match="is @putin by"):
        world.decide("Wladimir Putin", DecisionKind.REJECT)
    with pytest.raises(NotFoundError, match="nothing is decided"):
        world.undo(GERDA)


def test_a_slug_is_given_once(world: World) -> None:
    world.confirm()
    with pytest.raises(UsageError, match="merge the name into it"):
        world.confirm(name=IVAN)
    world.confirm(country="germany")  # the same name, said better
    assert load_book(world.app.store).confirmed["@mustermann"].country == "germany"


def test_another_spelling_of_an_actor_is_proposed_and_no_more(world: World) -> None:
    world.confirm(name=IVAN, slug="obraztsov")
    world.apply()
    row = '{"id": "x", "title": "", "text": "Analyst Iwan Obraszow sprach. Obraszow warnte.", "lang": "de"}'
    world.file.write_text(row, encoding="utf-8")
    world.bring()
    wanted = ActingFilter(watch=WATCH, only_matches=False, only_unconfirmed=True)
    found = {
        each.name: each.proposals
        for each in unconfirmed(world.app.store.acting(wanted), ListedNames(world.app.acting_gazetteer))
    }
    assert [proposal.actor for proposal in found["Iwan Obraszow"]] == ["@obraztsov"]
    assert world.actors(5) == {"?Iwan Obraszow"}

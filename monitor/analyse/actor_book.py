"""What analysts decided of discovered names: who is confirmed, who is whom, what is nobody. Pure; opens no store.

Decisions are about names, not articles, so that they hold for every text that is read after them. They are appended:
the last one counts, and undoing brings back the one before. No score depends on them: entities and facets are cited
from `actors.yaml` alone, which versions every assessment.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from functools import cached_property

from monitor.analyse.gazetteer import SURNAME_FROM, Actor, Gazetteer
from monitor.analyse.names import Form, Matcher, fold


class DecisionKind(StrEnum):
    """What was decided of a name."""

    CONFIRM = "confirm"  # somebody of their own
    MERGE = "merge"  # another name of a known actor
    REJECT = "reject"  # no actor at all
    UNDO = "undo"  # what was decided before does not hold


@dataclass(frozen=True, kw_only=True)
class Decision:
    """One decision about one discovered name."""

    #: As it was discovered, without the question mark.
    name: str
    kind: DecisionKind
    author: str
    at: datetime
    #: «@slug» of the actor it names; empty when rejected or undone.
    actor: str = ""
    #: Of a confirmed actor: common English name, type, slug of its state.
    called: str = ""
    type: str = ""
    country: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class ActorBook:
    """All decisions, by folded name, each name's first to last."""

    histories: Mapping[str, tuple[Decision, ...]] = field(default_factory=dict)

    @cached_property
    def standing(self) -> Mapping[str, Decision]:
        """The decisions that hold, by folded name."""
        last = {key: _standing(history) for key, history in self.histories.items()}
        return {key: decision for key, decision in last.items() if decision}

    @cached_property
    def confirmed(self) -> Mapping[str, Decision]:
        """Who was confirmed, by «@slug»."""
        return {each.actor: each for each in self.standing.values() if each.kind is DecisionKind.CONFIRM}

    @property
    def names(self) -> frozenset[str]:
        """Every name that was ever decided on, also where that was undone."""
        return frozenset(each.name for history in self.histories.values() for each in history)

    def with_decision(self, decision: Decision) -> ActorBook:
        key = fold(decision.name)
        return ActorBook(histories={**self.histories, key: (*self.histories.get(key, ()), decision)})


def _standing(history: Sequence[Decision]) -> Decision | None:
    holding: list[Decision] = []
    for decision in history:
        if decision.kind is not DecisionKind.UNDO:
            holding.append(decision)
        elif holding:
            holding.pop()
    return holding[-1] if holding else None


def extended(gazetteer: Gazetteer, book: ActorBook) -> Gazetteer:
    """The gazetteer with the decisions in it: confirmed actors, further names, and what each decided name is."""
    if not book.standing:
        return gazetteer
    actors = dict(gazetteer.actors)
    for decision in book.confirmed.values():
        if decision.actor not in actors:
            actors[decision.actor] = Actor(
                id=decision.actor, name=decision.called, type=decision.type, country=decision.country
            )
    taken = {fold(form.text) for form in gazetteer.forms if form.kind != "context"}
    added: dict[Form, None] = {}
    decided: dict[str, str] = {}
    for key, decision in book.standing.items():
        if decision.actor and decision.actor not in actors:
            continue  # merged into somebody whose own confirmation was undone
        decided[key] = decision.actor
        for form in _forms(decision, actors):
            if form.kind == "context" or fold(form.text) not in taken:
                added[form] = None
    for form in added:
        actors[form.id] = replace(actors[form.id], forms=(*actors[form.id].forms, form))
    forms = (*gazetteer.forms, *added)
    return replace(gazetteer, actors=actors, forms=forms, decided=decided, matcher=Matcher(forms))


def _forms(decision: Decision, actors: Mapping[str, Actor]) -> list[Form]:
    """The spellings by which a text is searched. A surname alone is too little: it counts where discovery finds it."""
    if not decision.actor:
        return []
    is_person = actors[decision.actor].type == "person"
    forms = []
    for name in dict.fromkeys(filter(None, (decision.name, decision.called))):
        surname = name.rpartition(" ")[2]
        if surname != name or not is_person:
            forms.append(Form(name, decision.actor, "*", "name"))
        if is_person and surname != name and len(surname) >= SURNAME_FROM:
            forms.append(Form(surname, decision.actor, "*", "context"))
    return forms


def known_names(gazetteer: Gazetteer) -> Mapping[str, str]:
    """Every name that counts by itself, folded, with its actor; "" for the names that were rejected."""
    listed = {fold(form.text): form.id for form in gazetteer.forms if form.kind != "context"}
    return {**listed, **gazetteer.decided}


# --- as it is stored: one JSON document a name ---------------------------------------------------------------------


def history_to_json(history: Sequence[Decision]) -> bytes:
    rows = [{**asdict(each), "at": each.at.isoformat()} for each in history]
    return json.dumps(rows, ensure_ascii=False).encode()


def book_from_json(bodies: Mapping[str, bytes]) -> ActorBook:
    return ActorBook(histories={key: tuple(map(_decision, json.loads(body))) for key, body in bodies.items()})


def _decision(row: Mapping[str, str]) -> Decision:
    return Decision(**{**row, "kind": DecisionKind(row["kind"]), "at": datetime.fromisoformat(row["at"])})  # type: ignore[arg-type]

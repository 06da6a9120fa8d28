"""Which names are proposed as other spellings of one: across scripts, and never a mere namesake."""

from __future__ import annotations

import pytest

from monitor.analyse.likeness import Likenesses, Proposal
from tests.actor_scoring import shipped_gazetteer

KNOWN = Likenesses(
    (actor.id, actor.name) for actor in shipped_gazetteer().actors.values() if actor.type in ("person", "organisation")
)


@pytest.mark.parametrize(
    ("name", "actor"),
    [
        ("Сергей Лавров", "@lavrov"),
        ("Sergej Lawrow", "@lavrov"),
        ("Sergueï Lavrov", "@lavrov"),
        ("Владимир Путин", "@putin"),
        ("Mewlüt Tschawuschoglu", "@cavusoglu"),
        ("Мевлют Чавушоглу", "@cavusoglu"),
        ("Беньямин Нетаньяху", "@netanyahu"),
        ("بنيامين نتنياهو", "@netanyahu"),
        ("Dimitri Peskow", "@peskov"),
        ("Marija Sacharowa", "@zakharova"),
        ("Beşar el Esad", "@assad"),
        ("Angela Merkell", "@merkel"),
    ],
)
def test_another_spelling_is_proposed(name: str, actor: str) -> None:
    proposals = KNOWN.nearest(name)
    assert proposals, name
    assert proposals[0].actor == actor


@pytest.mark.parametrize(
    "name",
    ["Ludmila Putina", "Roman Putin", "Sümeyra Erdoğan", "Екатерина Лаврова", "Chelsea Clinton", "Putin",
     "Hafsa Mustermann", "Mustafa Akar", "Malik Obama", "", "3"],
)  # fmt: skip
def test_namesakes_and_strangers_are_not(name: str) -> None:
    assert KNOWN.nearest(name) == ()


def test_a_name_is_not_proposed_for_itself() -> None:
    known = Likenesses(
        [("?Дмитрий Егорченков", "Дмитрий Егорченков"), ("?Dmitri Jegortschenkow", "Dmitri Jegortschenkow")]
    )
    assert known.nearest("Дмитрий Егорченков", but="?Дмитрий Егорченков") == (
        Proposal(actor="?Dmitri Jegortschenkow", name="Dmitri Jegortschenkow", likeness=0.98),
    )

"""`actors` as an analyst uses it in a terminal: look, decide, undo, read again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli_material import Said, widerhall
from tests.config_material import FILES, write_config

ACTORS = """\
actors:
  # states
  turkey: {name: Turkey, type: state, names: {de: Türkei}}
  putin: {name: Vladimir Putin, type: person, names: {de: Wladimir Putin, ru: Владимир Путин}}
given_names: [Gerda]
"""
TEXT = "Analystin Gerda Mustermann sprach mit Wladimir Putin. «Das reicht nicht», sagte Mustermann."


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A configuration of one's own, and a database with one article of August 2016."""
    folder = write_config(tmp_path / "mine", {"actors.yaml": ACTORS, "lexicon.yaml": FILES["lexicon.yaml"]})
    profile = Path(__file__).parent.parent / "config" / "seeds" / "gemeinsam-gegen-den-is.json"
    (folder / "seeds" / "a-seed.json").write_bytes(profile.read_bytes())
    row = {
        "id": "1",
        "title": "Türkei und Russland gegen den IS",
        "text": TEXT,
        "lang": "de",
        "date": "2016-08-11",
    }
    (tmp_path / "rows.jsonl").write_text(json.dumps(row), encoding="utf-8")
    assert said(folder, "import", str(tmp_path / "rows.jsonl")).code == 0
    return folder


def said(desk: Path, *args: str) -> Said:
    return widerhall("--config", desk, "--data-dir", desk / "data", *args)


def test_a_period_without_articles_says_where_they_are(desk: Path) -> None:
    found = said(desk, "actors", "--all")
    assert "of 2016-08-11 to 2016-08-11: widerhall actors --since 2016-08-11" in found.out


def test_who_acted_and_one_in_full(desk: Path) -> None:
    found = said(desk, "actors", "--all", "--since", "2016-08-01", "--until", "2016-08-31").out
    assert "Vladimir Putin" in found
    assert "Gerda Mustermann ?" in found
    shown = said(desk, "actors", "show", "Путин", "--all").out
    assert "@putin" in shown
    assert "Russian" in shown


def test_a_name_is_confirmed_applied_and_undone(desk: Path) -> None:
    assert "Gerda Mustermann" in said(desk, "actors", "unconfirmed", "--all").out
    confirmed = said(desk, "actors", "confirm", "gerda mustermann", "--author", "ayse").out
    assert "«Gerda Mustermann» confirmed as @mustermann (Gerda Mustermann, person)" in confirmed
    assert "1 article read again, the actors of 1 changed" in said(desk, "actors", "apply").out
    shown = said(desk, "actors", "show", "mustermann", "--all").out
    assert "confirmed by ayse" in shown
    assert "«Das reicht nicht»" in shown
    assert "Gerda" not in said(desk, "actors", "unconfirmed", "--all").out
    assert "it is undecided again" in said(desk, "actors", "undo", "Gerda Mustermann").out
    assert said(desk, "actors", "decisions").out.count("Gerda Mustermann") == 3


def test_a_confirmed_actor_is_written_into_the_list_with_its_spellings(desk: Path) -> None:
    said(desk, "actors", "confirm", "Gerda Mustermann", "--name", "Gerda Musterman", "--slug", "gerda")
    before = (desk / "actors.yaml").read_text(encoding="utf-8")
    shown = said(desk, "actors", "add", "gerda", "--dry-run").out
    assert "+    name: Gerda Musterman" in shown
    assert (desk / "actors.yaml").read_text(encoding="utf-8") == before
    assert said(desk, "actors", "add", "gerda").code == 0
    after = (desk / "actors.yaml").read_text(encoding="utf-8")
    assert "# states" in after
    assert "Gerda Mustermann" in after
    assert said(desk, "check").code == 0
    assert "there already" in said(desk, "actors", "add", "gerda").err


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("show", "Wladimir Putinn"), "did you mean Vladimir Putin (@putin)?"),
        (("merge", "Gerda Mustermann", "nobody at all"), "no actor «nobody at all»"),
        (("reject", "Somebody Else"), "no article has the unconfirmed name «Somebody Else»"),
        (("undo", "Gerda Mustermann"), "nothing is decided"),
        (("confirm", "Gerda Mustermann", "--type", "persona"), "«persona» is no type"),
        (("add", "x", "--name", "X", "--type", "person", "--form", "X"), "expected LANG=NAME"),
        (("--type", "persona"), "«persona» is no type"),
        (("--since", "2016-08-02", "--until", "2016-08-01"), "before it begins"),
    ],
)
def test_what_makes_no_sense_is_said(desk: Path, args: tuple[str, ...], message: str) -> None:
    found = said(desk, "actors", *args)
    assert found.code == 2
    assert message in found.err

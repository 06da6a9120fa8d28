"""Another subject from one article: a watch file that explains itself, sound as it stands, beside the shipped one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from monitor.analyse.analysis import Analyser
from monitor.analyse.background import day_one
from monitor.settings import check_config, init_config, load_config
from monitor.tune.suggest import suggest, watch_file
from tests.cli_material import widerhall

GAS = """Turkish Stream: Gaspipeline durch das Schwarze Meer soll doch kommen
Russland und die Türkei wollen die Gaspipeline Turkish Stream durch das Schwarze Meer nun doch bauen. Der russische
Konzern Gazprom und der türkische Versorger Botas sprechen wieder über die Leitung, sagte Energieminister Nowak. Der
erste Strang der Pipeline soll den türkischen Markt mit Gas versorgen, ein zweiter Strang Südosteuropa. Gazprom will mit
dem Verlegen der Rohre bald beginnen. Die Gaspreise für die Türkei sollen sinken, der Transit über den Balkan nicht.
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A configuration of one's own, with articles beside it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WIDERHALL_DATA_DIR", str(tmp_path / "data"))
    init_config(tmp_path / "own")
    (tmp_path / "gas.txt").write_text(GAS, encoding="utf-8")
    return tmp_path / "own"


def test_what_a_seed_offers_comes_with_its_evidence() -> None:
    config = load_config(None, {})
    analyser = Analyser(config.actors, config.lexicon)
    title, _, text = GAS.partition("\n")
    found = suggest(analyser.analyse(title, text, "de"), day_one())
    assert {"@gazprom", "@turkey", "@russia"} <= {each.cited for each in found.actors}
    assert found.concepts[0].cited == "pipeline"
    assert found.concepts[0].count >= 3
    assert "Strang" in {each.cited for each in found.words}
    assert not {"und", "Gazprom", "die"} & {each.cited for each in found.words}
    (strand,) = [each for each in found.words if each.cited == "Strang"]
    assert (strand.count, strand.per_1000 < 20) == (2, True)
    hostile = watch_file(title='"quoted" # and: [odd]', seeds={"gas": "x\n- y"}, found=found)
    assert 'title: "\\"quoted\\" # and: [odd]"' in hostile


def test_it_is_sound_as_it_stands_and_says_what_comes_next(folder: Path) -> None:
    said = widerhall("--config", folder, "watch", "new", "--seed", "gas.txt", "--name", "gas")
    assert said.code == 0, said.err
    assert "check" in said.out
    assert not [problem for problem in check_config(folder) if not problem.is_warning]
    listed = widerhall("--config", folder, "watch", "list", "--json").json["watches"]
    assert [each["watch"] for each in listed] == ["gas", "turkey-russia-is"]
    text = (folder / "watches" / "gas.yaml").read_text(encoding="utf-8")
    assert '"@gazprom"' in text


def test_nothing_is_overwritten_and_nothing_half_written(folder: Path) -> None:
    first = widerhall("--config", folder, "watch", "new", "--seed", "gas.txt", "--name", "gas")
    assert first.code == 0, first.err
    before = (folder / "watches" / "gas.yaml").read_bytes()
    again = widerhall("--config", folder, "watch", "new", "--seed", "gas.txt", "--name", "gas")
    assert (again.code, "already" in again.err) == (2, True)
    assert (folder / "watches" / "gas.yaml").read_bytes() == before
    shipped = widerhall("watch", "new", "--seed", "gas.txt")
    assert (shipped.code, "init" in shipped.err) == (2, True)


def test_a_second_watch_works_beside_the_shipped_one(folder: Path, tmp_path: Path) -> None:
    """The demo's newsroom, watched for two subjects: both score, both have a digest; a third seed has its echo."""
    said = widerhall("--config", folder, "watch", "new", "--seed", "gas.txt", "--name", "gas")
    assert said.code == 0, said.err
    data = tmp_path / "demo"
    run = widerhall("--config", folder, "--data-dir", data, "run", "--demo", "--once", "--port", "0")
    assert run.code == 0, run.err
    options = ("--config", folder, "--data-dir", data)
    gas = widerhall(*options, "matches", "--watch", "gas", "--json").json["matches"]
    shipped = widerhall(*options, "matches", "--watch", "turkey-russia-is", "--json").json["matches"]
    assert any("Gaspipeline" in each["title"] for each in gas)
    assert not any("Gaspipeline" in each["title"] for each in shipped)
    assert len(shipped) > 20
    for watch in ("gas", "turkey-russia-is"):
        digest = json.loads((data / "digests" / watch / "today.json").read_text(encoding="utf-8"))
        assert digest["watch"]
    heard = widerhall(*options, "watch", "new", "--seed", "gas.txt", "--name", "gas-heard")
    assert heard.code == 0, heard.err
    echoes = [
        json.loads((folder / "seeds" / f"{name}.json").read_text("utf-8"))["echo"] for name in ("gas", "gas-heard")
    ]
    assert [bool(echo) for echo in echoes] == [False, True]

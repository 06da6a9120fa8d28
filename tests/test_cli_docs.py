"""What docs/commands.md, other pages and every --help promise: commands that run, JSON with the keys named there."""

from __future__ import annotations

import gzip
import json
import re
import shlex
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from monitor.cli import app
from store import open_store
from tests.cli_material import command_tree, widerhall
from tests.store_material import NOW
from tests.test_store_deliveries import a_delivery

ROOT = Path(__file__).parent.parent
COMMANDS = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
PAGES = (ROOT / "README.md", ROOT / "docs" / "analyst.md")

pytestmark = pytest.mark.usefixtures("shipped_configuration")

#: Run until stopped, need the network, or are tested as such.
NOT_RUN = {"run", "worker", "once", "desk", "review", "newsroom", "deliver", "doctor", "evaluate"}
ARTICLE = """Ankara und Moskau wollen gemeinsam gegen den IS vorgehen
Die Türkei will mit Russland gemeinsam gegen die Terrormiliz IS in Syrien vorgehen. Das sagte Außenminister Mevlüt
Cavusoglu in Ankara. Militärs, Diplomaten und Geheimdienste beider Länder sollen sich in Moskau abstimmen. Nach dem
Abschuss eines russischen Kampfflugzeugs lagen die Beziehungen auf Eis. Präsident Erdogan und Präsident Putin hatten
sich in Sankt Petersburg getroffen und ausgesöhnt. Luftangriffe der türkischen Armee seien wieder möglich.
"""


@pytest.fixture
def desk(demo_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the files that examples name, and a demo's data to ask."""
    folder = shutil.copytree(demo_folder, tmp_path / "data")
    monkeypatch.setenv("WIDERHALL_DATA_DIR", str(folder))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "article.txt").write_text(ARTICLE, encoding="utf-8")
    row = {"id": "x", "title": "Wetter", "text": "Es regnet.", "lang": "de", "date": "2016-08-11"}
    (tmp_path / "archive.jsonl.gz").write_bytes(gzip.compress(json.dumps(row).encode()))
    return tmp_path


# --- examples -----------------------------------------------------------------------------------------------------


def examples_of(text: str) -> Iterator[list[str]]:
    """The arguments of every `widerhall …` at the beginning of a line; what follows in a pipe is not ours."""
    for line in re.findall(r"^(?:    |  )?(?:\.venv/bin/)?widerhall (.+)$", text, re.MULTILINE):
        command = re.split(r" [|<>] | \|\| | 2>>", line)[0]
        if "…" not in command and "COMMAND" not in command:
            yield shlex.split(command, comments=True)


def documented() -> list[Any]:
    """The commands of each page, and of each block of docs/commands.md that follow on each other."""
    blocks = {path.stem: path.read_text(encoding="utf-8") for path in PAGES}
    for section in re.split(r"^## ", COMMANDS, flags=re.MULTILINE)[1:]:
        heading = section.partition("\n")[0].lower()
        found = re.findall(r"^```sh\n(.*?)^```", section, re.DOTALL | re.MULTILINE)
        blocks |= {f"{heading} {number}": block for number, block in enumerate(found, 1)}
    return [pytest.param([*examples_of(block)], id=name) for name, block in blocks.items()]


def all_commands() -> Iterator[tuple[str, Any]]:
    for name, command in command_tree(app).commands.items():  # type: ignore[attr-defined]
        yield from (
            ((f"{name} {sub}", inner) for sub, inner in command.commands.items())
            if hasattr(command, "commands")
            else ((name, command),)
        )


@pytest.mark.parametrize(("name", "command"), list(all_commands()), ids=[name for name, _ in all_commands()])
def test_every_help_has_an_example_that_parses(name: str, command: Any) -> None:
    assert re.search("Examples?", command.help), f"{name} shows no example"
    for args in examples_of(command.help):
        parse(args)
    first = command.help.partition("\n")[0]
    assert first.endswith(".")
    assert len(first) <= 62, "the list of commands shows this on one line of 80 columns"


def parse(args: list[str]) -> None:
    """Raise where a command line does not fit the command's options."""
    group: Any = command_tree(app)
    with group.make_context("widerhall", list(args)) as context:
        while hasattr(group, "commands") and (args := [*context._protected_args, *context.args]):
            name, group, rest = group.resolve_command(context, args)
            context = group.make_context(name, list(rest), parent=context)


def test_every_documented_command_is_run() -> None:
    pages = [path.read_text(encoding="utf-8") for path in PAGES]
    everywhere = [args for text in (*pages, COMMANDS) for args in examples_of(text)]
    assert [args for block in documented() for args in block.values[0]] == everywhere


@pytest.mark.parametrize("commands", documented())
def test_documented_commands_run(desk: Path, commands: list[list[str]]) -> None:
    widerhall("verdict", "m-1", "irrelevant")  # somebody has begun to judge: there is something to learn from
    for args in commands:
        parse(args)
        command = next(arg for arg in args if arg in {name.split()[0] for name, _ in all_commands()})
        if command in NOT_RUN:
            continue
        said = widerhall(*(re.sub(r"^([ma])-\d+$", r"\1-1", arg) for arg in args), stdin=ARTICLE)
        # Feeds that are polled for real are neither to be reached here nor among the demo's.
        names_real_feeds = "feeds check" in " ".join(args) or args[:2] == ["feeds", "poll"]
        assert said.code in ((1, 2) if names_real_feeds else (0,)), f"{' '.join(args)}: {said.err}"


# --- JSON ---------------------------------------------------------------------------------------------------------

Tables = Mapping[str, Mapping[str, str]]


def tables() -> Tables:
    """The tables of docs/commands.md: heading -> key -> type."""
    found: dict[str, dict[str, str]] = {}
    for section in re.split(r"^#{3,4} ", COMMANDS, flags=re.MULTILINE)[1:]:
        heading, _, body = section.partition("\n")
        rows = re.findall(r"^\| (\w+) \| ([^|]+) \|", body, re.MULTILINE)
        found[heading.strip()] = {key: kind.strip() for key, kind in rows if key != "key"}
    return found


def check(value: Any, kind: str, known: Tables, where: str) -> None:
    """Raise where a value is not what its documentation says."""
    if kind.endswith(" or null"):
        if value is not None:
            check(value, kind.removesuffix(" or null"), known, where)
    elif kind.startswith("list of "):
        assert isinstance(value, list), where
        for item in value:
            check(item, kind.removeprefix("list of "), known, f"{where}[]")
    elif kind.startswith("map of "):
        for key, item in value.items():
            check(item, kind.removeprefix("map of "), known, f"{where}.{key}")
    elif kind in known:
        assert set(value) == set(known[kind]), where
        for key, item in value.items():
            check(item, known[kind][key], known, f"{where}.{key}")
    else:
        types = {"text": str, "time": str, "number": int | float, "bool": bool, "list": list, "map": dict}
        assert isinstance(value, types[kind]), f"{where} is {value!r}, not {kind}"


JSON_COMMANDS = {
    "status": "widerhall.status/1",
    "matches": "widerhall.matches/1",
    "show m-1": "widerhall.article/1",
    "explain m-1": "widerhall.explanation/1",
    "analyse article.txt": "widerhall.analysis/1",
    "verdict m-1 relevant": "Verdict",
    "actors": "widerhall.actors/1",
    "actors show turkey": "widerhall.actor/1",
    "actors unconfirmed --all": "widerhall.actors-unconfirmed/1",
    "actors decisions": "widerhall.actors-decisions/1",
    "actors apply": "widerhall.actors-apply/1",
    "stories": "widerhall.stories/1",
    "story show s-1": "widerhall.story/1",
    "compare s-1": "widerhall.comparison/1",
    "stories --eval archive.jsonl.gz": "widerhall.gathering/1",
    "tune --set thresholds.match=60": "widerhall.tune/1",
    "tune keywords": "widerhall.tune-keywords/1",
    "tune suggest": "widerhall.tune-suggest/1",
    "tune history": "widerhall.tune-history/1",
    "learn pin @putin --dry-run": "widerhall.lesson/1",
    "learn history": "widerhall.lessons/1",
    "background show Pipeline": "widerhall.background/1",
    "watch list": "widerhall.watches/1",
    "reextract --dry-run": "widerhall.reextract/1",
    "feeds list": "widerhall.feeds/1",
    "feeds check demo-nord": "widerhall.feeds-check/1",
    "feeds health": "widerhall.feeds-health/1",
    "check": "widerhall.check/1",
    "seed add article.txt": "widerhall.seed/1",
    "seed show gemeinsam-gegen-den-is": "widerhall.seed/1",
    "seed list": "widerhall.seeds/1",
    "import archive.jsonl.gz": "widerhall.import/1",
    "account list": "widerhall.accounts/1",
    "audit": "widerhall.audit/1",
}


@pytest.mark.parametrize("command", JSON_COMMANDS)
def test_json_is_as_documented(desk: Path, command: str) -> None:
    heading = JSON_COMMANDS[command]
    document = widerhall(*command.split(), "--json").json
    schema = document.pop("schema")
    assert schema == (heading if "/" in heading else "widerhall.verdict/1")
    assert list(tables()).count(schema) == 1
    known = tables()
    if command.startswith("seed show"):
        known = known | {heading: {key: kind for key, kind in known[heading].items() if key != "left_out"}}  # type: ignore[operator]
    check(document, heading, known, schema)


def test_deliveries_are_as_documented(desk: Path) -> None:
    channels = "data_dir: data\ndelivery:\n  folders: {archive: {path: outbox}}\n"
    widerhall("init", desk / "own")
    (desk / "own" / "widerhall.yaml").write_text(channels, encoding="utf-8")
    data = desk / "own-data"  # the demo's own delivers nothing
    store = open_store(f"sqlite:///{data / 'widerhall.db'}")
    store.add_deliveries([a_delivery(channel="archive", receiver="")], now=NOW)
    store.close()
    said = widerhall("--config", desk / "own", "--data-dir", data, "deliver", "--json")
    assert said.code == 1
    listed = widerhall("--config", desk / "own", "--data-dir", data, "deliver", "list", "--json")
    for document, schema in ((said.json, "widerhall.deliver/1"), (listed.json, "widerhall.deliveries/1")):
        assert document.pop("schema") == schema
        check(document, schema, tables(), schema)
    assert [result["error"] for result in said.json["results"]] == ["this digest is not stored any more"]
    assert [each["state"] for each in listed.json["deliveries"]] == ["given_up"]


DATABASE_COMMANDS = {
    "doctor": "widerhall.doctor/1",
    "db check": "widerhall.db-check/1",
    "db upgrade": "widerhall.db-upgrade/1",
    "db prune": "widerhall.db-prune/1",
    "db backup safe.db": "widerhall.db-backup/1",
    "db restore safe.db --replace": "widerhall.db-restore/1",
    "db move sqlite:///moved.db": "widerhall.db-move/1",
}


def test_what_is_done_to_a_database_is_as_documented(desk: Path) -> None:
    for command, schema in DATABASE_COMMANDS.items():
        document = widerhall(*command.split(), "--json").json
        assert document.pop("schema") == schema
        check(document, schema, tables(), schema)


def test_every_schema_is_documented_and_tested() -> None:
    documented = {heading for heading in tables() if heading.startswith("widerhall.")}
    tested = {*JSON_COMMANDS.values()} - {"Verdict"} | {"widerhall.verdict/1"}
    tested |= {"widerhall.deliver/1", "widerhall.deliveries/1", *DATABASE_COMMANDS.values()}
    printed = {
        schema
        for path in (ROOT / "monitor" / "cli").glob("*.py")
        for schema in re.findall(r'"(widerhall\.[a-z-]+/\d+)"', path.read_text(encoding="utf-8"))
    }
    assert documented == tested == printed

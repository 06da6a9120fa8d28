"""The commands against a demo's data: what they print for people and programs, and how they end."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.text import Text

from monitor.cli.console import inert, out, plain
from tests.cli_material import COLOURS, Said, on_terminal, widerhall

pytestmark = pytest.mark.usefixtures("shipped_configuration")

Ask = Callable[..., Said]

#: A title as nobody should be able to send one to a terminal.
HOSTILE = "\x1b]0;owned\x07\x1b[31mAnkara [bold]and[/] Moskau :smile: \u202efdp.exe\x9b2J\r\nagainst IS in Syria \\"


@pytest.fixture(scope="session")
def ask(demo_folder: Path) -> Ask:
    """Ask the demo's data, without changing it."""
    return lambda *args, **more: widerhall("--data-dir", demo_folder, *args, **more)


@pytest.fixture
def own(demo_folder: Path, tmp_path: Path) -> Ask:
    """Ask a copy of the demo's data, which may be changed."""
    folder = shutil.copytree(demo_folder, tmp_path / "own")
    return lambda *args, **more: widerhall("--data-dir", folder, *args, **more)


# --- wrong use ----------------------------------------------------------------------------------------------------

WRONG_USE = {
    "matchs": (2, "Did you mean 'matches'"),
    "show": (2, "Missing argument 'ID'"),
    "show zwölf": (2, "«zwölf» is no id; expected m-12 (match) or a-7 (article)"),
    "show m-99999": (2, "no match m-99999"),
    "show a-99999": (2, "no article a-99999"),
    "explain s-1": (2, "«s-1» is no id"),
    "explain m-99999999999999999999": (2, "is no id"),
    "verdict m-1 good": (2, "'good' is not one of 'relevant', 'irrelevant', 'unsure'"),
    "verdict m-99999 relevant": (2, "no match m-99999"),
    "matches --day 2016-13-01": (2, "«2016-13-01» is no day; expected 2016-08-11, today or yesterday"),
    "matches --watch none": (2, "no watch «none»; there are: turkey-russia-is"),
    "matches --outcome good": (2, "'good' is not one of 'match', 'near_miss'"),
    "matches -n 0": (2, "should be greater than or equal to 1"),
    "matches --min-score much": (2, "unable to parse string as a number"),
    "digest --day soon": (2, "«soon» is no day"),
    "digest --format pdf": (2, "'pdf' is not one of 'text', 'html', 'md'"),
    "digest --out /nowhere/digest.html": (2, "/nowhere/digest.html: No such file or directory"),
    "export stories": (2, "'stories' is not one of 'articles', 'matches'"),
    "export matches --out /nowhere/x": (2, "/nowhere/x: No such file or directory"),
    "import /nowhere/x.jsonl": (2, "/nowhere/x.jsonl: No such file or directory"),
    "analyse /nowhere/x.txt": (2, "/nowhere/x.txt: No such file or directory"),
    "analyse http://127.0.0.1:9/": (1, "127.0.0.1"),
    "feeds check none": (2, "no feed «none» in the configuration"),
    "seed show none": (2, "no seed «none»; there are:"),
    "seed add /nowhere/x.txt": (2, "/nowhere/x.txt: No such file or directory"),
    "run": (2, "is the demo's data folder; add --demo"),
}


@pytest.mark.parametrize("command", WRONG_USE)
def test_wrong_use_is_named_and_has_an_exit_code(ask: Ask, command: str) -> None:
    code, message = WRONG_USE[command]
    said = ask(*command.split())
    shown = " ".join(said.err.replace("│", " ").split())
    assert message in shown
    assert "Traceback" not in said.err
    assert said.out == ""
    assert said.code == code


@pytest.mark.parametrize("command", ["status", "matches", "show m-1", "digest", "export matches", "verdict m-1 unsure"])
def test_without_a_database_it_is_not_available_now(tmp_path: Path, command: str) -> None:
    said = widerhall("--data-dir", tmp_path / "none", *command.split())
    assert said.code == 3
    assert "there is no database yet; `widerhall run` makes one" in said.err
    assert not (tmp_path / "none").exists()


def test_a_folder_that_is_none_is_a_problem(ask: Ask) -> None:
    said = ask("check", "/nowhere")
    assert (said.code, said.out) == (2, "1 error\n")
    assert said.err == "error /nowhere: is not a folder (make one with `widerhall init DIR`)\n"


def test_a_broken_configuration_names_every_problem(tmp_path: Path) -> None:
    assert widerhall("init", tmp_path / "own").code == 0
    (tmp_path / "own" / "feeds.yaml").write_text("feeds:\n  a: {titel: A}\n  b: {}\n", encoding="utf-8")
    said = widerhall("--config", tmp_path / "own", "status")
    assert said.code == 2
    assert "feeds.yaml:2:7: feeds.a.titel: unknown key «titel» (did you mean «title»?)" in said.err
    assert "feeds.yaml:3" in said.err
    assert "Mend them, then: widerhall check" in said.err
    checked = widerhall("check", tmp_path / "own", "--json")
    assert checked.code == 2
    assert not checked.json["is_sound"]
    assert {problem["line"] for problem in checked.json["problems"]} >= {2, 3}


def test_init_keeps_what_is_there(tmp_path: Path) -> None:
    first = widerhall("init", tmp_path / "own")
    assert "widerhall.yaml" in first.out
    (tmp_path / "own" / "widerhall.yaml").write_text("data_dir: here\n", encoding="utf-8")
    again = widerhall("init", tmp_path / "own")
    assert again.code == 2
    assert "there already" in again.err
    assert widerhall("init", tmp_path / "own", "--force").code == 0
    assert (tmp_path / "own" / "widerhall.yaml.bak").read_text(encoding="utf-8") == "data_dir: here\n"
    assert widerhall("check", tmp_path / "own").out.startswith("sound")


def test_a_fault_of_the_program_is_one_line(tmp_path: Path) -> None:
    code = "import monitor.cli as cli; cli.app = lambda: 1 // 0; cli.main()"
    environ = os.environ | {"PYTHONPATH": str(Path(__file__).parent.parent)}
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, env=environ)
    assert run.returncode == 1
    assert run.stderr.splitlines() == [
        "widerhall: this is a fault of the program: ZeroDivisionError('integer division or modulo by zero')."
        " WIDERHALL_DEBUG=1 shows where; please report it"
    ]


# --- looking ------------------------------------------------------------------------------------------------------


def test_status_says_how_things_stand(ask: Ask) -> None:
    said = ask("status")
    assert said.code == 0
    assert "not running" in said.out
    assert "15 active · 3 backing off" in said.out
    assert "3 of 18 feeds in trouble" in said.out
    assert "the server answered 404 Not Found" in said.out
    assert ask("status", "--healthy").code == 0


def test_matches_are_listed_best_first_and_filtered(ask: Ask) -> None:
    found = ask("matches", "--json").json["matches"]
    scores = [each["score"] for each in found]
    assert len(found) >= 10
    assert scores == sorted(scores, reverse=True)
    assert {each["outcome"] for each in found} == {"match"}
    turkish = ask("matches", "--lang", "tr", "--json").json["matches"]
    assert turkish == [each for each in found if each["language"] == "tr"] != []
    middle = scores[len(scores) // 2]
    strong = ask("matches", "--min-score", str(middle), "--json").json["matches"]
    assert strong == [each for each in found if each["score"] >= middle]
    assert ask("matches", "-n", "3", "--json").json["matches"] == found[:3]
    assert ask("matches", "--day", "today", "--json").json["matches"] != []
    assert ask("matches", "--day", "2016-08-11", "--json").json["matches"] == []
    below = ask("matches", "--outcome", "below", "--json").json["matches"]
    assert below
    assert all(each["id"].startswith("a-") and each["matched_at"] is None for each in below)


def test_in_a_pipe_nothing_is_cut_wrapped_or_coloured(ask: Ask) -> None:
    found = ask("matches", "--json").json["matches"]
    said = ask("matches")
    assert len(said.lines) == 1 + len(found)
    assert all(line.endswith(each["title"]) for line, each in zip(said.lines[1:], found, strict=True))
    for command in ("status", "matches", "show m-1", "explain m-1", "feeds list", "seed list", "digest"):
        shown = ask(*command.split()).out
        assert "\x1b" not in shown
        assert not any(line != line.rstrip() for line in shown.splitlines()), command


def test_nothing_found_says_where_to_look_on(ask: Ask) -> None:
    assert "widerhall matches --outcome near_miss" in ask("matches", "--min-score", "1000").out


def test_show_and_explain(ask: Ask) -> None:
    best = ask("matches", "-n", "1", "--json").json["matches"][0]
    shown = ask("show", best["id"])
    assert shown.out.startswith(f"{best['title']}\n{best['url']}\n")
    assert f"widerhall explain {best['article']}" in shown.out
    full = ask("show", best["article"], "--full")
    text = ask("show", best["id"], "--json").json["text"]
    assert " ".join(text.split()) in " ".join(full.out.split())
    card = ask("explain", best["id"], "--json").json["card"]
    assert sum(part["points"] for part in card["parts"]) == pytest.approx(card["score"])
    explained = ask("explain", best["id"])
    assert "Terms and concepts" in explained.out
    assert "Facets" in explained.out
    assert "Best passage" in explained.out
    assert f"{card['score']:.2f}" in explained.out


@pytest.mark.parametrize("form", ["text", "html", "md", "json"])
def test_the_digest_in_every_format(ask: Ask, tmp_path: Path, form: str) -> None:
    shown = ask("digest", "--format", form)
    assert shown.code == 0
    assert "demo" in shown.out
    written = ask("digest", "--format", form, "--out", tmp_path / "digest")
    assert "written to" in written.err
    assert written.out == ""
    assert len((tmp_path / "digest").read_text(encoding="utf-8")) == len(shown.out)


def test_feeds_are_the_demos(ask: Ask) -> None:
    feeds = ask("feeds", "list", "--json").json["feeds"]
    assert len(feeds) == 18
    assert {feed["state"] for feed in feeds} == {"active", "backing_off"}
    assert "password" not in json.dumps(feeds)
    assert len(ask("feeds", "list", "--lang", "tr").lines) == 1 + sum(feed["language"] == "tr" for feed in feeds)


def test_feeds_that_do_not_answer_are_problems(ask: Ask) -> None:
    said = ask("feeds", "check", "demo-nord", "--json")  # its newsroom is closed by now
    assert said.code == 1
    (checked,) = said.json["feeds"]
    assert (checked["feed_id"], checked["outcome"], checked["items"]) == ("demo-nord", "failed", 0)
    assert "0 of 1 feeds" in ask("feeds", "check", "demo-nord").out


# --- judging, importing, exporting --------------------------------------------------------------------------------


def test_a_verdict_is_kept_and_shown(own: Ask) -> None:
    given = own("verdict", "m-1", "irrelevant", "--reason", "gas", "--note", "[b]seen[/]", "--author", "ada", "--json")
    assert (given.json["kind"], given.json["author"], given.json["version"]) == ("irrelevant", "ada", 1)
    changed = own("verdict", "m-1", "relevant", "--author", "grace")
    assert "relevant (was irrelevant by ada)" in changed.out
    shown = own("show", "m-1")
    assert "irrelevant (gas) by ada" in shown.out
    assert "[b]seen[/]" in shown.out
    verdicts = {each["id"]: each["verdict"] for each in own("matches", "--json").json["matches"]}
    assert verdicts["m-1"] == "relevant"
    assert {verdict for match, verdict in verdicts.items() if match != "m-1"} == {None}


def test_an_import_is_assessed_once_and_names_what_is_no_article(own: Ask, tmp_path: Path) -> None:
    best = own("matches", "-n", "1", "--json").json["matches"][0]
    text = own("show", best["id"], "--json").json["text"]
    good = {"id": "x", "title": best["title"], "text": text, "lang": best["language"], "date": "2016-08-11", "url": ""}
    undated = {"id": "y", "title": "Wetter in Bonn", "text": "Es regnet.", "date": "gestern"}
    path = tmp_path / "in.jsonl"
    path.write_text("\n".join([json.dumps(good), "{", "", json.dumps(undated)]), encoding="utf-8")
    said = own("import", path)
    assert said.code == 1
    assert f"{path}:2: not JSON" in said.err
    assert f"{path}:4: its date cannot be read; 1 article left undated" in said.err
    assert said.lines[0] == f"2 articles from {path}, 1 line left out"
    articles = own("status", "--json").json["counts"]["articles"]
    again = own("import", path, "--json")
    assert again.json["articles"] == 2
    assert again.json["left_out"][0]["line"] == 2
    assert again.json["undated_lines"] == [4]
    assert own("status", "--json").json["counts"]["articles"] == articles


def test_an_export_holds_what_matches_lists(ask: Ask, tmp_path: Path) -> None:
    import csv

    found = ask("matches", "--json").json["matches"]
    exported = [json.loads(line) for line in ask("export", "matches").lines]
    assert [row["id"] for row in exported] == [each["id"] for each in found]
    assert all(len(row["excerpt"]) <= 200 and "text" not in row for row in exported)
    said = ask("export", "articles", "--format", "csv", "--with-text", "--out", tmp_path / "all.csv")
    assert said.out == ""
    with (tmp_path / "all.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert f"{len(rows)} articles written to" in said.err
    assert len(rows) == ask("status", "--json").json["counts"]["articles"]
    assert any(len(row["text"]) > 500 for row in rows)


def test_a_reader_that_has_enough_is_no_error(demo_folder: Path) -> None:
    command = f"{sys.executable} -m monitor.cli --data-dir '{demo_folder}' export articles --with-text"
    script = f'{command} | head -n 1; echo "${{PIPESTATUS[@]}}"'
    root = Path(__file__).parent.parent
    run = subprocess.run(["bash", "-c", script], capture_output=True, text=True, cwd=root)
    assert run.stdout.splitlines()[-1] == "0 0"
    assert run.stderr == ""


# --- analysing, seeds ---------------------------------------------------------------------------------------------


def test_anything_can_be_analysed(own: Ask, tmp_path: Path) -> None:
    best = own("matches", "-n", "1", "--json").json["matches"][0]
    text = own("show", best["id"], "--json").json["text"]
    before = own("status", "--json").json["counts"]
    piped = own("analyse", "-", "--json", stdin=f"{best['title']}\n{text}")
    assert piped.json["title"] == best["title"]
    assert piped.json["card"]["score"] == pytest.approx(best["score"], abs=1)
    page = tmp_path / "page.html"
    page.write_text(f"<html><body><article><h1>{best['title']}</h1><p>{text}</p></article></body></html>", "utf-8")
    headline = own("analyse", "-", "--json", stdin="Turkey and Russia agree on joint operations in Syria\n").json
    assert (headline["quality"], headline["card"]["outcome"]) == ("headline_only", "suggestion")
    assert "nothing is stored" in own("analyse", page).out
    talked = own("analyse", "-", "--lang", "en", stdin="Erdogan met Putin.\nCavusoglu spoke of Lavrov in Ankara.\n").out
    assert "Recep Tayyip Erdoğan meets Vladimir Putin" in talked
    assert own("status", "--json").json["counts"] == before
    (tmp_path / "latin.txt").write_bytes("Türkei".encode("latin-1"))
    assert "latin.txt: not UTF-8 at byte 1" in own("analyse", tmp_path / "latin.txt").err


SEED = """1. Zum Inhalt springen
Türkei und Russland beraten über Syrien
11. August 2016
Bild: picture-alliance/dpa
Die Türkei will mit Russland gemeinsam gegen die Terrormiliz IS in Syrien vorgehen. Das sagte Außenminister Mevlüt
Cavusoglu in Ankara. Militärs, Diplomaten und Geheimdienste beider Länder sollen sich in Moskau abstimmen. Nach dem
Abschuss eines russischen Kampfflugzeugs lagen die Beziehungen auf Eis. Präsident Erdogan und Präsident Putin hatten
sich in Sankt Petersburg getroffen und ausgesöhnt. Luftangriffe der türkischen Armee seien wieder möglich.
qu/uh (dpa, afp)
"""


def test_a_seed_of_ones_own(own: Ask, tmp_path: Path) -> None:
    (tmp_path / "seed.txt").write_text(SEED, encoding="utf-8")
    added = own("seed", "add", tmp_path / "seed.txt")
    assert added.code == 0
    assert "4 lines left out, no part of the article" in added.out
    assert "Zum Inhalt springen" in added.out
    assert "seeds: [turkei-und-russland-beraten-uber-syrien]" in added.out
    assert "@turkey" in added.out
    name = "turkei-und-russland-beraten-uber-syrien"
    assert name in own("seed", "list").out
    shown = own("seed", "show", name, "--json").json
    assert (shown["language"], shown["watches"]) == ("de", [])
    assert "Moskau abstimmen" not in json.dumps(shown, ensure_ascii=False)
    again = own("seed", "add", tmp_path / "seed.txt")
    assert (again.code, "choose another --name, or --replace" in again.err) == (2, True)
    assert own("seed", "add", tmp_path / "seed.txt", "--replace").code == 0
    shipped = own("seed", "add", tmp_path / "seed.txt", "--name", "gemeinsam-gegen-den-is", "--replace")
    assert (shipped.code, "is a seed of the configuration folder" in shipped.err) == (2, True)


def test_a_watch_that_cites_an_own_seed_is_sound(own: Ask, tmp_path: Path) -> None:
    (tmp_path / "seed.txt").write_text(SEED, encoding="utf-8")
    assert own("seed", "add", tmp_path / "seed.txt", "--name", "mine").code == 0
    assert widerhall("init", tmp_path / "config").code == 0
    watch = tmp_path / "config" / "watches" / "turkey-russia-is.yaml"
    watch.write_text(watch.read_text("utf-8").replace("[gemeinsam-gegen-den-is]", "[mine]", 1), "utf-8")
    assert own("check", tmp_path / "config").out.startswith("sound")
    assert own("--config", tmp_path / "config", "seed", "show", "mine", "--json").json["watches"] == [
        "turkey-russia-is"
    ]
    assert own("--config", tmp_path / "config", "analyse", tmp_path / "seed.txt", "--json").json["card"]["score"] > 50


@pytest.mark.parametrize(
    ("text", "options", "message"),
    [
        ("Ein Titel allein", (), "there is no text in it, only a title"),
        (SEED.split("Das sagte")[0], (), "different terms are too few to search by"),
        (SEED, ("--name", "Zwei Wörter"), "«Zwei Wörter» is no name for a seed"),
        (
            "Анкара и Москва\nТурция и Россия обсуждают в Москве борьбу с ИГ в Сирии." * 5,
            ("--lang", "ru"),
            "one with --name",
        ),
        ("", (), "there is no text in it"),
    ],
)
def test_what_makes_no_seed(own: Ask, tmp_path: Path, text: str, options: tuple[str, ...], message: str) -> None:
    (tmp_path / "seed.txt").write_text(text, encoding="utf-8")
    said = own("seed", "add", tmp_path / "seed.txt", *options)
    assert message in said.err
    assert said.code == 2


# --- hostile text -------------------------------------------------------------------------------------------------


@given(st.text(st.characters(), max_size=80) | st.text("\\[]/ab", max_size=12))
@example("\\[")
@example("\\\\")
def test_text_from_outside_is_printed_as_it_reads(text: str) -> None:
    shown = Text.from_markup(f"[bold]{plain(text)}[/] after", emoji=False).plain
    assert shown == f"{' '.join(inert(text).split())} after"
    assert all(char.isprintable() for char in shown)


def test_a_hostile_title_is_inert_everywhere(own: Ask, demo_folder: Path, tmp_path: Path) -> None:
    best = own("matches", "-n", "1", "--lang", "de", "--json").json["matches"][0]
    text = own("show", best["id"], "--json").json["text"]
    path = tmp_path / "in.jsonl"
    path.write_text(json.dumps({"id": HOSTILE, "title": HOSTILE, "text": text, "lang": "de"}) + "\n", encoding="utf-8")
    assert own("import", path).code == 0
    hostile = next(m for m in own("matches", "--json").json["matches"] if "owned" in m["title"])
    for command in (["matches"], ["show", hostile["id"]], ["explain", hostile["id"]], ["digest"]):
        shown = own(*command).out
        assert not any(char in shown for char in "\x1b\x07\x9b\u202e\r"), command
        if command != ["digest"]:
            assert "[31mAnkara [bold]and[/] Moskau :smile: fdp.exe 2J against IS in Syria \\" in shown, command
    folder = tmp_path / "own"
    sent = on_terminal("--data-dir", folder, "matches", columns=120, cwd=tmp_path)
    assert "owned" in sent
    assert not any(char in COLOURS.sub("", sent.replace("\r\n", "\n")) for char in "\x1b\x07\x9b\u202e\r")


# --- terminals ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("columns", [60, 80, 120])
@pytest.mark.parametrize("command", ["status", "matches", "explain m-1", "feeds list", "seed list"])
def test_it_fits_the_terminal(ask: Ask, monkeypatch: pytest.MonkeyPatch, command: str, columns: int) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")  # to rich, this is a terminal then
    monkeypatch.setattr(out, "width", columns)
    lines = COLOURS.sub("", ask(*command.split()).out).splitlines()
    addresses = [line for line in lines if line.startswith("http")]  # are left whole, to be copied
    assert max(cell_len(line) for line in lines if line not in addresses) <= columns


def test_on_a_real_terminal(demo_folder: Path, tmp_path: Path) -> None:
    sent = on_terminal("--data-dir", demo_folder, "matches", columns=80, cwd=tmp_path)
    lines = COLOURS.sub("", sent).splitlines()
    assert "\x1b[" in sent
    assert max(cell_len(line) for line in lines) == 80
    assert any(line.endswith("…") for line in lines)

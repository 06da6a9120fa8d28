"""Configuration: every way to get it wrong, and the place where it is mended."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from monitor.errors import ConfigError
from monitor.settings import check_config, load_config, read_config
from tests.config_material import ACTORS, FEEDS, WATCH, shown, write_config

BROKEN_FILES = [
    # not YAML at all
    (
        "feeds.yaml",
        "feeds:\n\tdw: {}\n",
        "2:1: is not YAML: found character that cannot start any token, while scanning for the next token"
        " (indent with spaces, not with tabs)",
    ),
    (
        "watches/w.yaml",
        "title: 'open\n",
        "2:1: is not YAML: found unexpected end of stream, while scanning a quoted"
        " scalar (a quote is opened and never closed)",
    ),
    (
        "watches/w.yaml",
        WATCH.replace('["@turkey", talks]', "[@turkey]"),
        "9:11: is not YAML: found character that cannot start any token, while scanning for the next token"
        ' (an id that begins with @ is written in quotes: "@turkey")',
    ),
    (
        "feeds.yaml",
        "feeds:\n  dw: [a, b\n",
        "3:1: is not YAML: did not find expected ',' or ']', while parsing a flow"
        " sequence (a list in brackets needs commas between its items and «]» at its end)",
    ),
    (
        "widerhall.yaml",
        "data_dir: *here\n",
        "1:11: data_dir: anchors and aliases (&, *) are not read here (write it out, or quote the text)",
    ),
    ("widerhall.yaml", "data_dir: a\x07b\n", "1:12: a character that YAML does not allow (delete it)"),
    ("widerhall.yaml", "- a\n- b\n", "1:1: expected keys with values («title: …»)"),
    # YAML that a configuration does not need
    (
        "widerhall.yaml",
        "data_dir: a\ndata_dir: b\n",
        "2:1: data_dir: «data_dir» is written twice; the first is in line 1",
    ),
    (
        "widerhall.yaml",
        "pages:\n  keep_days: &d 3\n",
        "2:14: pages.keep_days: anchors and aliases (&, *) are not read here (write it out, or quote the text)",
    ),
    (
        "widerhall.yaml",
        "data_dir: !env DATA\n",
        "1:11: data_dir: the tag !env is not read here (quote a text that begins with !)",
    ),
    (
        "watches/w.yaml",
        WATCH.replace("[a-seed]", "[a-seed, ]").replace("feeds: all", "feeds:\n  - #dw"),
        "4:4: feeds[0]: an empty item (a text that begins with # is written in quotes;"
        " an item that is not wanted is left out)",
    ),
    (
        "widerhall.yaml",
        "data_dir: a\n---\ndata_dir: b\n",
        "2:1: a second document begins here (a file holds one; take out the line ---)",
    ),
    # keys and values of the daemon
    ("widerhall.yaml", "poling:\n  deadline_s: 3\n", "1:1: poling: unknown key «poling» (did you mean «polling»?)"),
    (
        "widerhall.yaml",
        "polling:\n  dedline_s: 3\n",
        "2:3: polling.dedline_s: unknown key «dedline_s» (did you mean «deadline_s»?)",
    ),
    (
        "widerhall.yaml",
        "data_dir: ~no-such-user/x\n",
        "1:11: data_dir: «~no-such-user/x»: there is no such home folder",
    ),
    ("widerhall.yaml", "polling:\n  deadline_s: soon\n", "2:15: polling.deadline_s: expected a number, found «soon»"),
    (
        "widerhall.yaml",
        "polling:\n  deadline_s: 0\n",
        "2:15: polling.deadline_s: expected more than 0, found the number 0",
    ),
    ("widerhall.yaml", "polling: fast\n", "1:10: polling: expected keys with values, found «fast»"),
    ("widerhall.yaml", "desk: {port: 99999}\n", "1:14: desk.port: expected at most 65535, found the number 99999"),
    (
        "widerhall.yaml",
        "logging:\n  level: loud\n",
        "2:10: logging.level: expected 'debug', 'info', 'warning' or 'error', found «loud»",
    ),
    (
        "widerhall.yaml",
        "network:\n  allowed_networks: [10.0.0.0/99]\n",
        "2:22: network.allowed_networks[0]: «10.0.0.0/99» is no network; expected one such as 127.0.0.0/8 or fd00::/8",
    ),
    (
        "widerhall.yaml",
        "polling:\n  min_interval_minutes: 600\n",
        "2:25: polling.min_interval_minutes: 600 minutes is more than max_interval_minutes (180)",
    ),
    (
        "widerhall.yaml",
        "database:\n  url: mysql://x\n",
        "2:8: database.url: expected sqlite:///PATH or postgresql://USER@HOST/NAME, found another kind of address",
    ),
    (
        "widerhall.yaml",
        "database:\n  url: postgresql://w:${DB}@h/w\n",
        "2:8: database.url: the environment has no «DB»",
    ),
    (
        "widerhall.yaml",
        "actors: {backend: spacy}\n",
        "1:9: actors.model: backend: spacy needs the name of an installed pipeline (model: de_core_news_md)",
    ),
    # feeds
    ("feeds.yaml", "feed:\n  dw: {}\n", "1:1: feed: unknown key «feed» (did you mean «feeds»?)"),
    ("feeds.yaml", FEEDS.replace("    language: de\n", ""), "2:3: feeds.dw.language: «language» is missing"),
    (
        "feeds.yaml",
        FEEDS.replace("language: de", "language: german"),
        "5:15: feeds.dw.language: «german» is no language"
        " code; expected two small letters (ISO 639-1) such as de, en, tr",
    ),
    (
        "feeds.yaml",
        FEEDS.replace("language: de", "language: 5"),
        '5:15: feeds.dw.language: expected text, found the number 5 (if it is meant as text, quote it: "5")',
    ),
    (
        "feeds.yaml",
        FEEDS.replace("language: de", "language: de\n    country: GER"),
        "6:14: feeds.dw.country: «GER» is no"
        " country code; expected two small letters (ISO 3166) such as de, gb, tr, ru",
    ),
    (
        "feeds.yaml",
        FEEDS.replace("https://example.org/dw", "example.org/dw"),
        "4:10: feeds.dw.url: «example.org/dw» is no feed address; expected http://… or https://… without blanks",
    ),
    ("feeds.yaml", FEEDS.replace("/tass", "/dw"), "8:10: feeds.tass.url: the feed «dw» has this address too"),
    (
        "feeds.yaml",
        FEEDS.replace("kind: agency", "kind: agancy"),
        "10:11: feeds.tass.kind: expected 'agency', 'public', 'private' or 'state', found «agancy»",
    ),
    (
        "feeds.yaml",
        FEEDS.replace("  dw:", "  D W:"),
        "2:3: feeds.D W: «D W» is no feed id; expected small letters, digits, - and _",
    ),
    (
        "feeds.yaml",
        FEEDS.replace("language: de", "language: de\n    basic_auth: ${U}:x"),
        "6:17: feeds.dw.basic_auth: the environment has no «U»",
    ),
    (
        "feeds.yaml",
        FEEDS.replace("language: de", "language: de\n    paused: maybe"),
        "6:13: feeds.dw.paused: expected true or false, found «maybe»",
    ),
    (
        "feeds.yaml",
        FEEDS.replace("language: de", "language: de\n    min_interval_minutes: 9\n    max_interval_minutes: 8"),
        "6:27: feeds.dw.min_interval_minutes: more than max_interval_minutes",
    ),
    (
        "feeds.yaml",
        FEEDS.replace("language: de", "language: de\n    headers: {X: 5}"),
        '6:18: feeds.dw.headers.X: expected text, found the number 5 (if it is meant as text, quote it: "5")',
    ),
    # the watch
    ("watches/w.yaml", WATCH.replace("title: A watch\n", ""), "1:1: title: «title» is missing"),
    (
        "watches/w.yaml",
        WATCH.replace("match: 50", "match: high"),
        "5:10: thresholds.match: expected a number, found «high»",
    ),
    (
        "watches/w.yaml",
        WATCH.replace("review: 35", "review: 60"),
        "6:11: thresholds.review: review (60) is above match (50); near misses lie between the two",
    ),
    (
        "watches/w.yaml",
        WATCH.replace("feeds: all", "feeds: [dw, tas]"),
        "3:13: feeds[1]: feeds.yaml has no feed «tas» (did you mean «tass»?)",
    ),
    (
        "watches/w.yaml",
        WATCH.replace("feeds: all", "feeds: [all, dw]"),
        "3:9: feeds[0]: feeds.yaml has no feed «all» («all» stands alone)",
    ),
    (
        "watches/w.yaml",
        WATCH.replace("talks]", "talk]"),
        "9:22: facets.turkey.any[1]: lexicon.yaml has no «talk» (did you mean «talks»?)",
    ),
    (
        "watches/w.yaml",
        WATCH.replace('["@turkey", talks]', '["@turky", talks]'),
        "9:11: facets.turkey.any[0]: actors.yaml has no «@turky» (did you mean «@turkey»?)",
    ),
    (
        "watches/w.yaml",
        WATCH.replace("talks]", "turkey]"),
        '9:22: facets.turkey.any[1]: lexicon.yaml has no «turkey» (did you mean the entity "@turkey"?)',
    ),
    (
        "watches/w.yaml",
        WATCH.replace("talks]", "~talks]"),
        "9:22: facets.turkey.any[1]: lexicon.yaml has no «~talks» (a facet cites the concept itself: talks)",
    ),
    (
        "watches/w.yaml",
        WATCH.replace("talks]", '"@talks"]'),
        "9:22: facets.turkey.any[1]: actors.yaml has no «@talks» (did you mean the concept talks?)",
    ),
    (
        "watches/w.yaml",
        WATCH.replace('any: ["@turkey", talks]', "any: []"),
        "9:10: facets.turkey.any: expected at least 1 item",
    ),
    (
        "watches/w.yaml",
        WATCH.replace("at: 07:00", "at: 7:00"),
        "14:7: digest.at: «7:00» is no time of day; expected 00:00 to 23:59, such as 07:00",
    ),
    (
        "watches/w.yaml",
        WATCH.replace("at: 07:00", "at: 10:60"),
        "14:7: digest.at: «10:60» is no time of day; expected 00:00 to 23:59, such as 07:00",
    ),
    (
        "watches/w.yaml",
        WATCH.replace("at: 07:00", "zone: Europe/Berln"),
        "14:9: digest.zone: «Europe/Berln» is no time"
        " zone; expected one such as Europe/Berlin; did you mean «Europe/Berlin»?",
    ),
    (
        "actors.yaml",
        ACTORS.replace("type: state", "type: stat"),
        "2:32: actors.turkey.type: «stat» is no type; expected person, state, organisation, armed_group, source, place",
    ),
]


@pytest.mark.parametrize(("file", "text", "expected"), BROKEN_FILES)
def test_what_is_broken_is_named_with_its_place(tmp_path: Path, file: str, text: str, expected: str) -> None:
    folder = write_config(tmp_path, {file: text})
    config, problems = read_config(folder, {})
    assert config is None
    assert f"{file}:{expected}" in shown(folder, problems)
    if file != "actors.yaml":  # where an actor is lost, what cites it is wrong too
        assert len([problem for problem in problems if not problem.is_warning]) == 1


RULES = [
    ("any: []", "12:10: keywords.r.any: a rule without phrases can never match"),
    ("none: []", "12:11: keywords.r.none: it names nothing to drop"),
    (
        "in: title",
        "11:3: keywords.r: a rule has exactly one of any, all, none; found none of them (any: [some, words])",
    ),
    (
        "any: [a]\n    all: [b]",
        "11:3: keywords.r: a rule has exactly one of any, all, none; found any and all (make two rules of it)",
    ),
    ("any: [a]\n    wheight: 3", "13:5: keywords.r.wheight: unknown key «wheight» (did you mean «weight»?)"),
    (
        "all: [a]\n    weight: 3",
        "13:13: keywords.r.weight: weight goes with any (points when one of them hits), found all",
    ),
    (
        "any: [a]\n    weight: 0",
        "13:13: keywords.r.weight: a weight of 0 does nothing (give it points, or delete the rule)",
    ),
    (
        "any: ['***']",
        "12:11: keywords.r.any[0]: «***» has no letter and can never match"
        " (a star stands behind the beginning of a word: terror*)",
    ),
    ("any: ['*miliz']", "12:11: keywords.r.any[0]: «*miliz»: a star stands at the end of a word only"),
    ("any: [a]\n    near: ['--']", "13:12: keywords.r.near[0]: «--» has no letter and can never match"),
    ("any: [5]", "12:11: keywords.r.any[0]: expected keys with values, found the number 5"),
    (
        "any: {german: [a]}",
        "12:11: keywords.r.any.german: «german» is no language code; expected two small letters such as de,"
        ' or "*" for every language (known: de, ru)',
    ),
    ("any: ['@putn']", "12:11: keywords.r.any[0]: actors.yaml has no «@putn» (did you mean «@putin»?)"),
    ("any: [~airstrikes]", "12:11: keywords.r.any[0]: lexicon.yaml has no «airstrikes» (did you mean «airstrike»?)"),
    ("any: [a]\n    near: ['@putn']", "13:12: keywords.r.near[0]: actors.yaml has no «@putn» (did you mean «@putin»?)"),
    ("any: ['facet:turky']", "12:11: keywords.r.any[0]: this watch has no facet «turky» (did you mean «turkey»?)"),
    ("all: ['facet:turkey']", "12:11: keywords.r.all[0]: all takes no facet (make a rule of it: any: [facet:turkey])"),
    ("any: [a]\n    within: 0", "13:13: keywords.r.within: expected at least 1, found the number 0"),
    ("any: [a]\n    in: headline", "13:9: keywords.r.in: expected 'title', 'lead' or 'text', found «headline»"),
    ("any: [{phrase: a, kase: exact}]", "12:23: keywords.r.any[0].kase: unknown key «kase» (did you mean «case»?)"),
    (
        "all: [gas, oil]\n  s:\n    none: [oil]",
        "12:16: keywords.r.all[1]: the rule «s» drops every article that has this; nothing can pass both",
    ),
    (
        "any: [gas, oil]\n  s:\n    none: [gas, oil]",
        "11:3: keywords.r: the rule «s» drops every article that has one of these; nothing can pass both",
    ),
]


@pytest.mark.parametrize(("rule", "expected"), RULES)
def test_rules_that_cannot_work(tmp_path: Path, rule: str, expected: str) -> None:
    head = WATCH[: WATCH.index("  both:")]
    folder = write_config(tmp_path, {"watches/w.yaml": f"{head}  r:\n    {rule}\n"})
    config, problems = read_config(folder, {})
    assert config is None
    assert shown(folder, problems) == [f"watches/w.yaml:{expected}"]


WARNINGS = [
    (
        "watches/w.yaml",
        WATCH.replace("a-seed", "b-seed"),
        "2:9: seeds[0]: there is no seed profile «b-seed» in seeds/ (did you mean «a-seed»?)",
    ),
    (
        "watches/w.yaml",
        WATCH.replace("all: [", "any: [Russia, "),
        "12:30: keywords.both.any[2]: «Russia» is listed twice",
    ),
    (
        "watches/w.yaml",
        WATCH.replace('all: ["@turkey", Russia]', "none: [the]"),
        "12:12: keywords.both.none[0]: «the» stands in nearly every text; this rule drops nearly everything",
    ),
    (
        "watches/w.yaml",
        WATCH.replace('all: ["@turkey", Russia]', "none: [a*]"),
        "12:12: keywords.both.none[0]: words"
        " beginning with «a» stand in nearly every text; this rule drops nearly everything",
    ),
    (
        "watches/w.yaml",
        WATCH.replace('all: ["@turkey", Russia]', "none: [~talks]"),
        "12:12: keywords.both.none[0]: drops every article that touches the facet «turkey», which this watch is about",
    ),
    (
        "watches/w.yaml",
        WATCH.replace('all: ["@turkey", Russia]', "any: {tr: [savaş]}"),
        "12:11: keywords.both.any.tr: no feed of this watch is in «tr»; these phrases can never match",
    ),
    (
        "feeds.yaml",
        FEEDS.replace("language: de", "language: de\n    basic_auth: u:p"),
        "6:17: feeds.dw.basic_auth: a"
        " password stands in the file (cite environment variables: ${DPA_USER}:${DPA_PASSWORD})",
    ),
]


@pytest.mark.parametrize(("file", "text", "expected"), WARNINGS)
def test_what_is_odd_but_not_wrong_is_a_warning(tmp_path: Path, file: str, text: str, expected: str) -> None:
    folder = write_config(tmp_path, {file: text})
    config, problems = read_config(folder, {})
    assert config is not None
    assert shown(folder, problems) == [f"{file}:{expected}"]
    assert config.warnings == tuple(problems)


def test_every_problem_of_every_file_at_once(tmp_path: Path) -> None:
    folder = write_config(
        tmp_path,
        {
            "widerhall.yaml": "polling: {deadline_s: x}\ndesk: {port: 0}\n",
            "feeds.yaml": FEEDS.replace("kind: agency", "kind: x").replace("language: de", "language: x"),
            "watches/w.yaml": WATCH.replace("talks]", "talk]").replace("review: 35", "review: 60"),
            "watches/broken.yaml": "title: [\n",
        },
    )
    with pytest.raises(ConfigError) as raised:
        load_config(folder, {})
    places = [f"{problem.file.removeprefix(str(folder))}:{problem.line}" for problem in raised.value.problems]
    assert places == [
        "/feeds.yaml:5",
        "/feeds.yaml:10",
        "/watches/broken.yaml:2",
        "/watches/w.yaml:6",
        "/watches/w.yaml:9",
        "/widerhall.yaml:1",
        "/widerhall.yaml:2",
    ]


def test_folders_and_files_that_are_not_there(tmp_path: Path) -> None:
    folder = write_config(tmp_path)
    assert shown(folder, check_config(folder / "nowhere", {})) == [
        "nowhere: is not a folder (make one with `widerhall init DIR`)"
    ]
    (folder / "feeds.yaml").unlink()
    (folder / "watches/w.yaml").unlink()
    assert shown(folder, check_config(folder, {})) == [
        "feeds.yaml: cannot be read: No such file or directory",
        "watches: holds no watch (make one with `widerhall watch new`)",
    ]


def test_a_file_that_is_not_utf8(tmp_path: Path) -> None:
    folder = write_config(tmp_path)
    (folder / "feeds.yaml").write_bytes(FEEDS.encode() + "# Zürich\n".encode("latin-1"))
    assert shown(folder, check_config(folder, {})) == ["feeds.yaml:11:4: is not UTF-8 text (save it as UTF-8)"]


def test_seeds_of_the_store_are_known_too(tmp_path: Path) -> None:
    folder = write_config(tmp_path, {"watches/w.yaml": WATCH.replace("a-seed", "b-seed")})
    assert check_config(folder, {}, seeds=["b-seed"]) == []


def test_a_change_is_checked_before_it_is_written(tmp_path: Path) -> None:
    folder = write_config(tmp_path)
    path = folder / "watches/w.yaml"
    config, problems = read_config(folder, {}, replaced={path: WATCH.replace("match: 50", "match: 5")})
    assert config is None
    assert "review (35) is above match (5)" in problems[0].message
    assert path.read_text(encoding="utf-8") == WATCH


def test_a_key_that_was_renamed_is_told_its_new_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.settings.validate.RENAMED", {"patience_s": "deadline_s"})
    write_config(tmp_path, {"widerhall.yaml": "polling:\n  patience_s: 3\n"})
    expected = "2:3: polling.patience_s: «patience_s» is called «deadline_s» now (rename it; the value stays)"
    with pytest.raises(ConfigError, match=re.escape(expected)):
        load_config(tmp_path, {})

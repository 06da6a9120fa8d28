"""Changing configuration files: exactly the change, all else as it was; checked first; whole or not at all."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.analyse.data import SHIPPED_CONFIG
from monitor.config_edit import (
    Edit,
    add_entry,
    add_feed,
    add_feeds,
    add_item,
    add_phrase,
    add_rule,
    parse_setting,
    pause_feed,
    remove_entry,
    remove_item,
    remove_phrase,
    remove_rule,
    save,
    set_value,
)
from monitor.config_edit.scalar import as_yaml
from monitor.errors import ConfigError, NotFoundError, UnavailableError, UsageError
from monitor.model import FeedSpec
from monitor.settings.source import read_text
from tests.config_material import FEEDS, WATCH, write_config

SHIPPED_WATCH = (SHIPPED_CONFIG / "watches/turkey-russia-is.yaml").read_text(encoding="utf-8")
SHIPPED_FEEDS = (SHIPPED_CONFIG / "feeds.yaml").read_text(encoding="utf-8")

Change = Callable[..., str]

EXACTLY: list[tuple[str, Change, str, object, str]] = [
    # values
    ("match: 50\n", set_value, "match", 42, "match: 42\n"),
    ("match: 50      # yes\n", set_value, "match", 42.25, "match: 42.25   # yes\n"),
    ("a: 5 # yes\n", set_value, "a", 4200, "a: 4200 # yes\n"),
    ("t: {match: 50, review: 35}\n", set_value, "t.match", 42, "t: {match: 42, review: 35}\n"),
    ("a:   # empty\nb: 1\n", set_value, "a", "x", "a: x   # empty\nb: 1\n"),
    ("a: ~\nb: 1\n", set_value, "a", "x", "a: x\nb: 1\n"),
    ("a: 'b'\n", set_value, "a", "yes: no", 'a: "yes: no"\n'),
    ("t:\n  match: 50\n\nb: 1\n", set_value, "t.review", 3, "t:\n  match: 50\n  review: 3\n\nb: 1\n"),
    ("a: 1\n# end\n", set_value, "t.u.v", True, "a: 1\nt:\n  u:\n    v: true\n# end\n"),
    ("t:\nb: 1\n", set_value, "t.v", 1, "t:\n  v: 1\nb: 1\n"),
    ("", set_value, "a", 1, "a: 1\n"),
    ("# all default", set_value, "a.b", 1, "# all default\na:\n  b: 1\n"),
    ("t: {}\n", set_value, "t.v", 1, "t: {v: 1}\n"),
    ("a: 1", set_value, "b", 2, "a: 1\nb: 2"),
    ("t:\n    a: 1\n", set_value, "t.b", 2, "t:\n    a: 1\n    b: 2\n"),
    # lists
    ("a: [x, y]   # two\n", add_item, "a", "z", "a: [x, y, z]   # two\n"),
    ("a: []\n", add_item, "a", "z", "a: [z]\n"),
    ("a:\n  - x  # first\n  - y\n# end\n", add_item, "a", "@z", 'a:\n  - x  # first\n  - y\n  - "@z"\n# end\n'),
    ("a:\n- x\nb: 1\n", add_item, "a", "y", "a:\n- x\n- y\nb: 1\n"),
    ("a: x\n", add_item, "a", "y", "a: [x, y]\n"),
    ("a:\nb: 1\n", add_item, "a", "y", "a: [y]\nb: 1\n"),
    (f"a: [{'x' * 110}]\n", add_item, "a", "yyyyyy", f"a: [{'x' * 110},\n    yyyyyy]\n"),
    ("a: [x,\n    y]\n", add_item, "a", "z", "a: [x,\n    y, z]\n"),
    ("a: [x, y, z]\n", remove_item, "a", "x", "a: [y, z]\n"),
    ("a: [x, y, z]\n", remove_item, "a", "z", "a: [x, y]\n"),
    ("a: [x]\n", remove_item, "a", "x", "a: []\n"),
    ("a: [x,\n    y, z]\n", remove_item, "a", "y", "a: [x,\n    z]\n"),
    ("a: [x, y,\n    z]\n", remove_item, "a", "y", "a: [x,\n    z]\n"),
    ("a:\n  - x  # first\n  - y\n", remove_item, "a", "x", "a:\n  - y\n"),
    ("a: x\nb: 1\n", remove_item, "a", "x", "b: 1\n"),
    # entries
    ("a: 1\n\nb:\n  c: 2\n\nd: 3\n", remove_entry, "b", None, "a: 1\n\nd: 3\n"),
    ("a: 1\n\nb: 2\n", remove_entry, "b", None, "a: 1\n\n"),
    ("t: {a: 1, b: 2}\n", remove_entry, "t.a", None, "t: {b: 2}\n"),
    ("f:\n  a: 1\n\n  b: 2\ng: 3\n", add_entry, "f.c", 3, "f:\n  a: 1\n\n  b: 2\n\n  c: 3\ng: 3\n"),
    # what counts as a letter, or as a line
    ("\ufeffa: [x]\nb: 1\n", set_value, "b", 2, "\ufeffa: [x]\nb: 2\n"),
    ("a: x\r\nb: [y]\r\n", add_item, "b", "z", "a: x\r\nb: [y, z]\r\n"),
    ("a: 'x\n  y'\nb: |\n  ü\n  z\n\nc: [x]\n", add_item, "c", "y", "a: 'x\n  y'\nb: |\n  ü\n  z\n\nc: [x, y]\n"),
    ("ä: «😀»\nb: [ü]\n", add_item, "b", "ö", "ä: «😀»\nb: [ü, ö]\n"),
]


@pytest.mark.parametrize(("before", "change", "path", "value", "after"), EXACTLY)
def test_exactly_the_change(before: str, change: Change, path: str, value: object, after: str) -> None:
    arguments = () if value is None else (value,)
    assert change(before, path.split("."), *arguments) == after


# --- as a tuner uses it ---------------------------------------------------------------------------------------------


def changed_lines(before: str, after: str) -> list[str]:
    diff = Edit(path=Path("w.yaml"), before=before, after=after).diff.splitlines()[2:]
    return [line for line in diff if line.startswith(("-", "+"))]


def test_a_threshold_of_the_shipped_watch() -> None:
    after = set_value(SHIPPED_WATCH, ["thresholds", "match"], 4.5)
    (old, new) = changed_lines(SHIPPED_WATCH, after)
    assert new.startswith("+  match: 4.5 ")
    assert old.index("#") == new.index("#")


def test_a_keyword_in_a_language() -> None:
    after = add_phrase(SHIPPED_WATCH, "the jet crisis", "Jet-Krise", language="de")
    (old, new) = changed_lines(SHIPPED_WATCH, after)
    assert new == f"+{old[1:].removesuffix(']')}, Jet-Krise]"
    assert remove_phrase(after, "the jet crisis", "Jet-Krise", language="de") == SHIPPED_WATCH


def test_a_keyword_in_a_language_that_had_none() -> None:
    after = add_phrase(SHIPPED_WATCH, "the jet crisis", "avión derribado", language="es")
    assert changed_lines(SHIPPED_WATCH, after) == ["+      es: [avión derribado]"]


def test_a_rule_is_added_and_taken_out() -> None:
    after = add_rule(SHIPPED_WATCH, "gas deals", "any", ["~natural_gas", "@gazprom", "gas"], weight=-2, scope="lead")
    assert changed_lines(SHIPPED_WATCH, after) == [
        "+  gas deals:",
        "+    weight: -2",
        '+    any: [~natural_gas, "@gazprom", gas]',
        "+    in: lead",
        "+",
    ]
    assert remove_rule(after, "gas deals") == SHIPPED_WATCH


def test_a_feed_is_added_paused_and_taken_up_again() -> None:
    feed = FeedSpec(
        id="wire", url="https://example.org/rss?a=b&c=d", title="The Wire: World", language="en", country="gb"
    )
    added = add_feed(SHIPPED_FEEDS, feed)
    assert changed_lines(SHIPPED_FEEDS, added) == [
        "+",
        "+  wire:",
        '+    title: "The Wire: World"',
        "+    url: https://example.org/rss?a=b&c=d",
        "+    language: en",
        "+    country: gb",
        "+    kind: private",
    ]
    paused = pause_feed(added, "wire", is_paused=True)
    assert changed_lines(added, paused) == ["+    paused: true"]
    assert pause_feed(paused, "wire", is_paused=True) == paused
    assert pause_feed(paused, "wire", is_paused=False) == added
    assert pause_feed(added, "wire", is_paused=False) == added


def test_an_imported_feed_keeps_what_its_list_said() -> None:
    feed = FeedSpec(
        id="wire",
        url="https://example.org/rss",
        title="Wire",
        language="en",
        folders=("News/World",),
        opml={"text": "W: 1"},
    )
    added = add_feed(FEEDS, feed)
    assert added.endswith('    kind: private\n    folders: [News/World]\n    opml:\n      text: "W: 1"\n')


@pytest.mark.parametrize(
    "before",
    [
        FEEDS,
        SHIPPED_FEEDS,
        "version: 1\nfeeds: {one: {title: One, url: https://one.example/rss, language: en, kind: state}}\n",
        "version: 1\nfeeds: {}\n",
        "version: 1\nfeeds:\n",
        "version: 1\n",
    ],
    ids=["some", "shipped", "in braces", "empty braces", "nothing behind the colon", "no section"],
)
def test_many_feeds_added_at_once_are_what_each_on_its_own_makes(before: str) -> None:
    feeds = [
        FeedSpec(id=f"f{number}", url=f"https://f.example/{number}", title=f"F: {number}", language="de")
        for number in range(3)
    ]
    one_by_one = functools.reduce(add_feed, feeds, before)
    assert add_feeds(before, feeds) == one_by_one
    assert [*read_text("", one_by_one).data["feeds"]][-3:] == ["f0", "f1", "f2"]


@pytest.mark.parametrize("ids", [("f0", "dw-de"), ("dw-de", "f0")])
def test_none_of_many_feeds_is_added_where_one_is_there_already(ids: tuple[str, ...]) -> None:
    feeds = [FeedSpec(id=name, url="https://f.example/", title="F", language="de") for name in ids]
    with pytest.raises(UsageError, match=r"«feeds\.dw-de» is there already"):
        add_feeds(SHIPPED_FEEDS, feeds)


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        (lambda text: add_phrase(text, "jets", "x"), NotFoundError, "there is no rule «jets»; the rules are: both"),
        (lambda text: add_phrase(text, "both", "Russia"), UsageError, "«Russia» is in the rule «both» already"),
        (lambda text: add_phrase(text, "both", "x", language="de"), UsageError, "lists its phrases for every language"),
        (lambda text: remove_phrase(text, "both", "x"), NotFoundError, "«x» is not in «keywords.both.all»"),
        (lambda text: add_rule(text, "both", "any", ["x"]), UsageError, "«keywords.both» is there already"),
        (lambda text: remove_rule(text, "jets"), NotFoundError, "there is no «keywords.jets»"),
        (lambda text: set_value(text, ["title", "short"], "x"), UsageError, "«title» has a value of its own"),
        (lambda text: set_value(text + "\tx: 1\n", ["title"], "x"), ConfigError, "is not YAML"),
    ],
)
def test_what_cannot_be_done_is_said(change: Change, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        change(WATCH)


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ("thresholds.match=42", (("thresholds", "match"), 42)),
        ("threshold.match = 42.5", (("thresholds", "match"), 42.5)),
        ("keywords.the jet crisis.weight=-2", (("keywords", "the jet crisis", "weight"), -2)),
        ("seeds=[a, b]", (("seeds",), ["a", "b"])),
        ("digest.at=07:00", (("digest", "at"), "07:00")),
    ],
)
def test_settings_of_the_command_line(setting: str, expected: object) -> None:
    assert parse_setting(setting) == expected


@pytest.mark.parametrize("setting", ["match", "=42", "thresholds..match=1", "thresholds.match=", "a=[", "a={b: 1}"])
def test_what_is_no_setting(setting: str) -> None:
    with pytest.raises(UsageError, match="is no setting; expected PATH=VALUE"):
        parse_setting(setting)


# --- any values, any layout -----------------------------------------------------------------------------------------

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
keys = st.text(st.sampled_from("ab äя-_.'#:"), min_size=1, max_size=5).filter(lambda key: key.strip() == key)
scalars = st.one_of(
    texts.filter(bool), st.booleans(), st.integers(-(10**15), 10**15), st.floats(-1e6, 1e6, allow_subnormal=False)
)


@given(texts)
def test_any_text_is_written_so_that_it_is_read_again(text: str) -> None:
    for written in (f"a: {as_yaml(text)}\n", f"a: [{as_yaml(text)}, x]\n", f"{{a: {as_yaml(text)}}}\n"):
        read = read_text("f", written)
        assert read.problems == ()
        value = read.data["a"]
        assert (value[0] if isinstance(value, list) else value) == text


@st.composite
def files(draw: st.DrawFn) -> tuple[str, dict[str, dict[str, object]]]:
    """A file of sections, as different people lay them out, and what it says."""
    said: dict[str, dict[str, object]] = draw(
        st.dictionaries(
            keys, st.dictionaries(keys, scalars | st.lists(scalars, min_size=1, max_size=4), min_size=1), max_size=3
        )
    )
    lines = []
    for section, entries in said.items():
        indent = " " * draw(st.integers(1, 4))
        lines += draw(st.lists(st.sampled_from(["", "# comment", "  # «comment»"]), max_size=2))
        lines.append(f"{as_yaml(section)}:{draw(st.sampled_from(['', '  # why']))}")
        for key, value in entries.items():
            end = draw(st.sampled_from(["", "   # because"]))
            if isinstance(value, list) and draw(st.booleans()):
                lines.append(f"{indent}{as_yaml(key)}:{end}")
                lines += [f"{indent}  - {as_yaml(item)}{draw(st.sampled_from(['', '  # so']))}" for item in value]
            else:
                lines.append(f"{indent}{as_yaml(key)}: {as_yaml(value)}{end}")
    return "\n".join(lines) + draw(st.sampled_from(["", "\n", "\n\n# end\n"])), said


@given(files(), st.data())
def test_a_change_changes_what_it_says_and_keeps_every_comment(
    file: tuple[str, dict[str, dict[str, object]]], data: st.DataObject
) -> None:
    text, said = file
    section, key, value = data.draw(keys), data.draw(keys), data.draw(scalars)
    if said and data.draw(st.booleans()):
        section = data.draw(st.sampled_from(sorted(said)))
        if data.draw(st.booleans()):
            key = data.draw(st.sampled_from(sorted(said[section])))
    after = set_value(text, [section, key], value)
    assert read_text("f", after).data == {**said, section: {**said.get(section, {}), key: value}}
    if not isinstance(said.get(section, {}).get(key), list):  # the comments of a list go with it
        for comment in ("# comment", "# «comment»", "# why", "# because", "# so", "# end"):
            assert after.count(comment) == text.count(comment)


@given(files(), st.data())
def test_what_is_added_and_removed_leaves_the_text_as_it_was(
    file: tuple[str, dict[str, dict[str, object]]], data: st.DataObject
) -> None:
    text, said = file
    lists = [(section, key) for section in said for key, value in said[section].items() if isinstance(value, list)]
    if lists:
        path = data.draw(st.sampled_from(lists))
        assert remove_item(add_item(text, path, "a new phrase"), path, "a new phrase") == text
    if said:
        section = data.draw(st.sampled_from(sorted(said)))
        assert remove_entry(add_entry(text, [section, "a new key"], 1), [section, "a new key"]) == text


# --- writing --------------------------------------------------------------------------------------------------------


def an_edit(folder: Path, after: str, *, file: str = "watches/w.yaml") -> Edit:
    path = folder / file
    return Edit(path=path, before=path.read_text(encoding="utf-8"), after=after)


def test_a_saved_change_is_in_the_configuration(tmp_path: Path) -> None:
    folder = write_config(tmp_path)
    path = folder / "watches/w.yaml"
    path.chmod(0o640)
    edit = an_edit(folder, set_value(WATCH, ["thresholds", "match"], 60))
    config = save(edit, folder, {})
    assert config.watches[0].thresholds.match == 60
    assert path.read_text(encoding="utf-8") == edit.after
    assert path.stat().st_mode & 0o777 == 0o640
    assert sorted(each.name for each in path.parent.iterdir()) == ["w.yaml"]


def test_a_change_that_breaks_something_is_not_written(tmp_path: Path) -> None:
    folder = write_config(tmp_path)
    with pytest.raises(ConfigError, match=r"w\.yaml:6:11: thresholds\.review: review \(35\) is above match \(5\)"):
        save(an_edit(folder, set_value(WATCH, ["thresholds", "match"], 5)), folder, {})
    without_dw = remove_entry(FEEDS, ["feeds", "dw"])
    watching_dw = write_config(tmp_path, {"watches/w.yaml": WATCH.replace("feeds: all", "feeds: [dw]")})
    with pytest.raises(ConfigError, match=r"w\.yaml:3:9: feeds\[0\]: feeds\.yaml has no feed «dw»"):
        save(an_edit(watching_dw, without_dw, file="feeds.yaml"), watching_dw, {})
    assert (folder / "feeds.yaml").read_text(encoding="utf-8") == FEEDS


def test_a_file_that_somebody_else_changed_is_not_overwritten(tmp_path: Path) -> None:
    folder = write_config(tmp_path)
    edit = an_edit(folder, set_value(WATCH, ["thresholds", "match"], 60))
    edit.path.write_text(WATCH + "# theirs\n", encoding="utf-8")
    with pytest.raises(UnavailableError, match="changed by somebody else"):
        save(edit, folder, {})
    assert edit.path.read_text(encoding="utf-8") == WATCH + "# theirs\n"


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_config(tmp_path)
    edit = an_edit(folder, set_value(WATCH, ["thresholds", "match"], 60))

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space left"):
        save(edit, folder, {})
    assert edit.path.read_text(encoding="utf-8") == WATCH
    assert sorted(each.name for each in edit.path.parent.iterdir()) == ["w.yaml"]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    folder = write_config(tmp_path / "config")
    path = folder / "watches/w.yaml"
    target = path.rename(tmp_path / "kept-elsewhere.yaml")
    path.symlink_to(target)
    save(an_edit(folder, set_value(WATCH, ["thresholds", "match"], 60)), folder, {})
    assert path.is_symlink()
    assert "match: 60" in target.read_text(encoding="utf-8")


def test_the_diff_is_what_a_person_reads(tmp_path: Path) -> None:
    edit = Edit(path=Path("w.yaml"), before=WATCH, after=set_value(WATCH, ["thresholds", "match"], 60))
    assert edit.diff.splitlines() == [
        "--- w.yaml",
        "+++ w.yaml",
        "@@ -3,5 +3,5 @@",
        " feeds: all",
        " thresholds:",
        "-  match: 50",
        "+  match: 60",
        "   review: 35",
        " facets:",
    ]

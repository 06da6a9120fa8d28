"""Configuration: what is read from the files and the environment, where it lies, how it is copied for editing."""

from __future__ import annotations

from datetime import timedelta
from ipaddress import IPv4Network
from pathlib import Path

import pytest

from monitor.analyse.data import SHIPPED_CONFIG
from monitor.errors import UsageError
from monitor.model import DigestSettings, Facet, FeedSpec, KeywordRule, Phrase, Thresholds
from monitor.settings import check_config, init_config, load_config, read_config, stamp_of
from monitor.settings.environment import variables
from monitor.settings.source import read_file
from tests.config_material import WATCH, shown, write_config


def test_the_shipped_configuration_is_sound() -> None:
    config = load_config(None, {})
    [contact] = [problem for problem in config.warnings if "seed profile" not in problem.message]
    assert contact.path == "network.contact", "the one thing that everybody should change"
    assert config.directory == SHIPPED_CONFIG
    assert {feed.language for feed in config.feeds} >= {"de", "en", "tr", "ru", "fr", "ar"}
    assert len(config.feeds) >= 40
    assert [watch.id for watch in config.watches] == ["turkey-russia-is"]


def test_shipped_values_are_the_defaults(tmp_path: Path) -> None:
    """`widerhall.yaml` says of itself that every value in it is the default."""
    shipped = read_config(SHIPPED_CONFIG, {"WIDERHALL_DATA_DIR": "/d"})[0]
    without = read_config(write_config(tmp_path, {"widerhall.yaml": ""}), {"WIDERHALL_DATA_DIR": "/d"})[0]
    assert shipped is not None
    assert without is not None
    assert shipped.daemon == without.daemon


def test_everything_in_its_place(tmp_path: Path) -> None:
    watch = """\
title: A watch
seeds: a-seed
feeds: [dw]
thresholds: {match: 50, review: 35.5}
facets:
  turkey:
    about: Turkey
    any: ["@turkey", talks]
keywords:
  acronyms:
    any: [IS, {phrase: is, case: exact}, "@turkey"]
  by language:
    weight: -2.5
    any:
      de: [Terror*]
      "*": ~airstrike
    in: title
    near: Syria
    within: 7
"""
    config = load_config(write_config(tmp_path, {"watches/w.yaml": watch}), {})
    (read,) = config.watches
    assert read.id == "w"
    assert read.seeds == ("a-seed",)
    assert read.feeds == ("dw",)
    assert read.thresholds == Thresholds(match=50, review=35.5)
    assert read.facets == (Facet(name="turkey", any=("@turkey", "talks"), description="Turkey"),)
    assert read.digest == DigestSettings()
    assert read.rules == (
        KeywordRule(
            name="acronyms",
            group="any",
            phrases=(
                Phrase(text="IS", is_case_sensitive=True),
                Phrase(text="is", is_case_sensitive=True),
                Phrase(text="@turkey"),
            ),
        ),
        KeywordRule(
            name="by language",
            group="weight",
            points=-2.5,
            scope="title",
            phrases=(
                Phrase(text="Terror*", language="de", is_prefix=True, near=("Syria",), within=7),
                Phrase(text="~airstrike", near=("Syria",), within=7),
            ),
        ),
    )


def test_a_facet_stands_for_all_it_cites(tmp_path: Path) -> None:
    rule = "    any: [facet:turkey, Russia]\n    near: facet:turkey\n"
    watch = WATCH.replace('    all: ["@turkey", Russia]\n', rule)
    config = load_config(write_config(tmp_path, {"watches/w.yaml": watch}), {})
    near = ("@turkey", "~talks")
    assert config.watches[0].rules[0].phrases == (
        Phrase(text="@turkey", near=near),
        Phrase(text="~talks", near=near),
        Phrase(text="Russia", near=near),
    )


def test_feeds_with_all_they_can_have(tmp_path: Path) -> None:
    feeds = """\
feeds:
  wire:
    title: Wire
    url: https://example.org/wire
    language: no
    country: no
    publisher: The Wire
    kind: agency
    paused: yes
    min_interval_minutes: 5
    headers: {X-Key: "k-${KEY}"}
    basic_auth: "${USER}:${PASSWORD}"
"""
    config = load_config(write_config(tmp_path, {"feeds.yaml": feeds}), {"KEY": "1", "USER": "u", "PASSWORD": "p"})
    assert config.feeds == (
        FeedSpec(
            id="wire",
            url="https://example.org/wire",
            title="Wire",
            language="no",  # not a boolean
            country="no",
            publisher="The Wire",
            kind="agency",
            is_paused=True,
            min_interval=timedelta(minutes=5),
            headers={"X-Key": "k-1"},
            basic_auth="u:p",
        ),
    )


def test_versions_are_of_what_is_said_not_of_how(tmp_path: Path) -> None:
    folder = write_config(tmp_path)
    before = load_config(folder, {})
    write_config(tmp_path, {"watches/w.yaml": "# a comment\n" + WATCH.replace("[a-seed]", "\n  - a-seed")})
    same = load_config(folder, {})
    write_config(tmp_path, {"watches/w.yaml": WATCH.replace("Russia", "Moscow")})
    other = load_config(folder, {})
    assert same.versions == before.versions
    assert (same.watches[0].version, same.watches[0].keywords_version) == (
        before.watches[0].version,
        before.watches[0].keywords_version,
    )
    assert other.versions["watches/w.yaml"] != before.versions["watches/w.yaml"]
    assert other.watches[0].keywords_version != before.watches[0].keywords_version
    assert other.versions["feeds.yaml"] == before.versions["feeds.yaml"]
    write_config(tmp_path, {"watches/w.yaml": WATCH.replace("match: 50", "match: 51")})
    stricter = load_config(folder, {}).watches[0]
    assert stricter.keywords_version == before.watches[0].keywords_version
    assert stricter.version != before.watches[0].version


def test_the_shipped_file_and_the_manual_name_every_setting() -> None:
    written = read_file(SHIPPED_CONFIG / "widerhall.yaml").data
    manual = (SHIPPED_CONFIG.parent / "docs/configuration.md").read_text(encoding="utf-8")
    for path in set(variables().values()):
        section = written
        for step in path:
            assert step in section, f"widerhall.yaml lacks {path}"
            section = section[step]
        assert f"`{path[-1]}`" in manual or f"`{'.'.join(map(str, path))}`" in manual, f"configuration.md lacks {path}"


# --- where it lies --------------------------------------------------------------------------------------------------


def test_the_environment_names_the_folder(tmp_path: Path) -> None:
    folder = write_config(tmp_path)
    assert load_config(None, {"WIDERHALL_CONFIG": str(folder)}).directory == folder


def test_data_lies_beside_an_own_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_config(tmp_path)
    monkeypatch.chdir("/")
    config = load_config(folder, {})
    assert config.daemon.data_dir == folder.resolve() / "data"
    assert config.daemon.database_url == f"sqlite:///{folder.resolve()}/data/widerhall.db"
    assert load_config(folder, {"WIDERHALL_DATA_DIR": "elsewhere"}).daemon.data_dir == Path("/elsewhere")
    monkeypatch.chdir(tmp_path)
    assert load_config(None, {}).daemon.data_dir == tmp_path / "data"


def test_files_that_may_be_left_out_come_from_the_shipped_ones(tmp_path: Path) -> None:
    folder = write_config(tmp_path)
    for name in ("widerhall.yaml", "actors.yaml", "lexicon.yaml"):
        (folder / name).unlink()
    assert len(load_config(folder, {}).actors.actors) > 50


def test_init_copies_and_never_overwrites_silently(tmp_path: Path) -> None:
    target = tmp_path / "mine"
    written = init_config(target)
    assert {str(path.relative_to(target)) for path in written} >= {"widerhall.yaml", "feeds.yaml", "actors.yaml"}
    assert not (target / "background").exists()
    assert load_config(target, {}).feeds == load_config(None, {}).feeds
    assert init_config(target) == []  # nothing differs, nothing to do

    edited = target / "feeds.yaml"
    edited.write_text("# mine\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"feeds\.yaml"):
        init_config(target)
    assert edited.read_text(encoding="utf-8") == "# mine\n"
    assert init_config(target, force=True) == [edited]
    assert (target / "feeds.yaml.bak").read_text(encoding="utf-8") == "# mine\n"


def test_a_changed_file_changes_the_stamp(tmp_path: Path) -> None:
    folder = write_config(tmp_path)
    before = stamp_of(folder)
    assert stamp_of(folder) == before
    write_config(tmp_path, {"watches/w.yaml": WATCH + "\n"})
    assert stamp_of(folder) != before


# --- environment ----------------------------------------------------------------------------------------------------


def test_the_environment_overrides(tmp_path: Path) -> None:
    environ = {
        "WIDERHALL_POLLING__CONCURRENCY": "3",
        "WIDERHALL_DATABASE_URL": "postgresql://w:${SECRET}@db/w",
        "SECRET": "hunter2",
        "WIDERHALL_NETWORK__ALLOWED_NETWORKS": "127.0.0.0/8, 10.0.0.0/8",
        "WIDERHALL_POLLING_OBEYS_ROBOTS": "true",
        "WIDERHALL_NETWORK__CONTACT": "us@example.org",
        "OTHER": "x",
    }
    config = load_config(
        write_config(tmp_path, {"widerhall.yaml": "polling: {concurrency: 8, deadline_s: 9}\n"}), environ
    )
    assert config.daemon.polling.concurrency == 3
    assert config.daemon.polling.deadline_s == 9
    assert config.daemon.polling.obeys_robots
    assert config.daemon.database_url == "postgresql://w:hunter2@db/w"
    assert config.daemon.network.allowed_networks == (IPv4Network("127.0.0.0/8"), IPv4Network("10.0.0.0/8"))
    assert config.warnings == ()
    assert "hunter2" not in repr(config)


def test_what_is_wrong_in_the_environment_is_named(tmp_path: Path) -> None:
    environ = {
        "WIDERHALL_POLLING__CONCURRENCY": "many",
        "WIDERHALL_POLING__DEADLINE_S": "3",
        "WIDERHALL_SHARED": "x",
    }
    assert shown(Path(), check_config(write_config(tmp_path), environ)) == [
        "WIDERHALL_POLING__DEADLINE_S: no setting has this name; ignored"
        " (did you mean «WIDERHALL_POLLING__DEADLINE_S»?)",
        "WIDERHALL_POLLING__CONCURRENCY: polling.concurrency: expected a whole number, found «many»",
    ]

"""`stories`, `story …`, `compare` and `digest` of several days, as a user types them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest

from monitor.cli.stories import _appeared
from tests.cli_material import Said, widerhall

pytestmark = pytest.mark.usefixtures("shipped_configuration")


@pytest.fixture
def data(demo_folder: Path, tmp_path: Path) -> Path:
    return shutil.copytree(demo_folder, tmp_path / "data")


def stories(data: Path) -> dict[str, Any]:
    return {story["id"]: story for story in widerhall("-d", data, "stories", "--json").json["stories"]}


def largest(data: Path) -> dict[str, Any]:
    return max(stories(data).values(), key=lambda story: story["size"])


def test_stories_are_listed_and_shown(data: Path) -> None:
    story = largest(data)
    assert story["size"] == len(story["reports"]) > 3
    assert len(story["languages"]) > 2
    listed = widerhall("-d", data, "stories")
    assert story["id"] in listed.out
    shown = widerhall("-d", data, "story", "show", story["id"])
    assert all(report["id"] in shown.out for report in story["reports"])
    assert widerhall("-d", data, "stories", "--since", "2999-01-01").out.startswith("No stories.")


def test_when_a_report_appeared_is_told_as_in_the_digest() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    assert _appeared("2016-08-10T23:10:00+00:00", berlin) == "2016-08-11 01:10"
    assert _appeared("2016-08-11T00:00:00+00:00", berlin) == "2016-08-11"
    assert _appeared(None, berlin) == "undated"


def test_what_is_split_and_merged_stays_so(data: Path) -> None:
    story = largest(data)
    leaving = story["reports"][-1]["id"]
    said = widerhall("-d", data, "story", "split", story["id"], leaving)
    new = said.out.split("are now ")[1].split(".")[0]
    assert [report["id"] for report in stories(data)[new]["reports"]] == [leaving]
    assert widerhall("-d", data, "story", "merge", new, story["id"]).code == 0
    again = widerhall("-d", data, "story", "show", new, "--json").json
    assert (again["id"], again["size"]) == (story["id"], story["size"])


@pytest.mark.parametrize(
    ("args", "why"),
    [
        (("story", "show", "s-999"), "no story s-999"),
        (("story", "show", "m-1"), "is no id"),
        (("story", "merge", "s-1", "s-1"), "one story already"),
        (("story", "split", "s-1"), ""),
        (("compare", "s-999"), "no story s-999"),
        (("digest", "--to", "2016-08-11"), "--from"),
        (("digest", "--day", "today", "--from", "2016-08-11"), "one day or several"),
        (("digest", "--from", "2016-08-12", "--to", "2016-08-11"), "--from comes before --to"),
        (("digest", "--from", "2016-08-11", "--resend"), "--day"),
    ],
)
def test_wrong_use_is_said_clearly(data: Path, args: tuple[str, ...], why: str) -> None:
    said = widerhall("-d", data, *args)
    assert said.code == 2
    assert why in said.err


def test_a_comparison_fits_and_names_every_outlet(data: Path) -> None:
    story = largest(data)
    said = widerhall("-d", data, "compare", story["id"])
    assert max(map(len, said.lines)) <= 100
    assert said.lines[0] == f"{story['id']} · {story['title']}", "as the digest and the list call it"
    assert all(outlet in " ".join(said.out.split()) for outlet in story["outlets"])


def test_several_days_and_what_appeared_then(data: Path) -> None:
    found = widerhall("-d", data, "digest", "--format", "json").json
    week = widerhall("-d", data, "digest", "--from", found["day"], "--format", "json").json
    assert (week["first_day"], week["day"]) == (found["day"], found["day"])
    first = min(story["first"] for story in stories(data).values() if story["first"])[:10]
    by = widerhall("-d", data, "digest", "--from", first, "--by", "published", "--format", "json").json
    assert by["by"] == "published"
    assert len(by["matches"]) > len(found["matches"]), "the backlog is in it"
    assert by["sources"]["total"] == 0
    assert "By publication" in widerhall("-d", data, "digest", "--from", first, "--by", "published").out
    empty = widerhall("-d", data, "digest", "--day", "1999-01-01", "--by", "published").out
    assert "No article that is known appeared then." in empty


def test_digests_as_a_feed(data: Path) -> None:
    feed = ElementTree.fromstring(widerhall("-d", data, "digest", "--format", "atom").out.encode())
    assert feed.tag == "{http://www.w3.org/2005/Atom}feed"


def gathered(path: Path) -> Said:
    return widerhall("stories", "--eval", path, "--json")


def test_any_file_can_be_gathered(tmp_path: Path) -> None:
    text = (
        "Air strikes killed 18 civilians near Raqqa on Tuesday, a monitor said, as fighters closed in on the city. " * 2
    )
    rows = [
        {"id": "a", "title": "18 die in strike near Raqqa", "text": text, "lang": "en", "date": "2017-10-03"},
        {"id": "b", "title": "Gold closes higher", "text": "Gold closed at 1,340 dollars an ounce in Zurich. " * 4},
        {"id": "c", "title": "Raqqa: 18 dead", "text": f"{text} More soon.", "date": "2017-10-03"},
    ]
    path = tmp_path / "news.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    said = gathered(path)
    assert (said.code, said.json["schema"]) == (0, "widerhall.gathering/1")
    assert [(one["story"], one["copy_of"], one["copy_group"]) for one in said.json["documents"]] == [
        (1, None, "a"),
        (2, None, "b"),
        (1, "a", "a"),
    ]
    path.write_text(json.dumps(rows[0]) + "\nnonsense\n", encoding="utf-8")
    said = gathered(path)
    assert said.code == 1
    assert f"{path}:2" in said.err

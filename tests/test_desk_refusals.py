"""What the desk refuses is said in the reader's language."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

import monitor
from monitor.desk.refusals import told
from monitor.desk.tongue import CATALOGUES

SAID = tomllib.loads((CATALOGUES / "de.refusals.toml").read_text("utf-8"))
SOURCES = "".join(path.read_text("utf-8") for path in Path(monitor.__file__).parent.rglob("*.py"))


@pytest.mark.parametrize(
    ("english", "german"),
    [
        ("«x» is paused: resume it first", "«x» ist angehalten: erst fortsetzen"),
        (
            "watches/a.yaml:20:10: thresholds.match: expected a number, found 'many'",
            "watches/a.yaml:20:10: thresholds.match: Hier gehört eine Zahl hin, nicht 'many'",
        ),
        (
            "a.yaml:3:1: keywords.x.any.*[0]: actors.yaml has no «@puton» (did you mean «@putin»?)",
            "a.yaml:3:1: keywords.x.any.*[0]: actors.yaml kennt «@puton» nicht (gemeint ist «@putin»?)",
        ),
        (
            "a.yaml:3:1: thresholds.review: review (60) is above match (50); near misses lie between the two",
            "a.yaml:3:1: thresholds.review: Die Schwelle für knapp verfehlte (60) liegt über der für Treffer (50);"
            " knapp Verfehltes liegt zwischen beiden",
        ),
        ("a weight of 0 does nothing\n«b» is listed twice", "0 Punkte bewirken nichts\n«b» steht doppelt da"),
        ("nobody thought of {this}", "nobody thought of {this}"),
    ],
)
def test_an_error_is_said_in_german(english: str, german: str) -> None:
    assert (told(english, "de"), told(english, "en")) == (german, english)


@pytest.mark.parametrize("english", SAID)
def test_what_is_filled_in_is_said(english: str) -> None:
    filled = re.sub(r"\{(\w+)\}", lambda found: f"<{found[1]}>", english)
    names = set(re.findall(r"\{(\w+)\}", SAID[english]))
    assert names <= set(re.findall(r"\{(\w+)\}", english))
    assert told(filled, "de") == re.sub(r"\{(\w+)\}", lambda found: f"<{found[1]}>", SAID[english])


@pytest.mark.parametrize("english", SAID)
def test_such_errors_are_made(english: str) -> None:
    """The longest piece that nothing is filled into stands in the program."""
    longest = max(re.split(r"\{\w+\}|; |: |expected ", english), key=len).strip("«» ()")
    assert longest in SOURCES or longest.replace('"', '\\"') in SOURCES

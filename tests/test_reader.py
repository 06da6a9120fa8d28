"""Everything analysis says of one text, with the shipped configuration."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.analyse.page_dump import strip_page_dump
from monitor.analyse.reader import TextReader
from monitor.app import App
from monitor.model import Outcome, TextQuality
from monitor.settings import load_config

TITLE = "Turkey and Russia discuss joint operations against Islamic State"
TEXT = (
    "Turkey wants to fight Islamic State in Syria together with Russia, Foreign Minister Mevlut Cavusoglu said. "
    "Turkish officers and diplomats are in Moscow to talk about it. Presidents Recep Tayyip Erdogan and Vladimir Putin "
    "had agreed in St. Petersburg to work more closely, although they differ on Syrian President Bashar al-Assad."
)


@pytest.fixture(scope="module")
def reader() -> TextReader:
    return App(load_config(None, {})).reader


def test_a_report_of_the_subject_matches_with_its_actors(reader: TextReader) -> None:
    reading = reader.read(TITLE, TEXT, language_hint="", quality=TextQuality.FULL)
    (card,) = reading.scores
    assert (reading.language, card.outcome) == ("en", Outcome.MATCH)
    assert sum(part.points for part in card.parts) == pytest.approx(card.score, abs=1e-9)
    assert {"@turkey", "@russia", "@is", "@cavusoglu"} <= {role.actor for role in reading.findings.roles}
    assert all(facet.is_hit for facet in card.facets)


def test_the_example_of_the_docs_is_right(reader: TextReader) -> None:
    """Each row of the table in docs/score.md is what the parts of that kind sum to."""
    (card,) = reader.read(TITLE, TEXT, language_hint="", quality=TextQuality.FULL).scores
    example = (
        (Path(__file__).parent.parent / "docs" / "score.md")
        .read_text(encoding="utf-8")
        .partition("## An example")[2]
        .partition("\n## ")[0]
    )
    rows = re.findall(r"^\| (?:`(\w+)|\*\*score).*\| \**([\d.]+)\** \|$", example, re.MULTILINE)
    points: dict[str, float] = {"": card.score}
    for part in card.parts:
        kind = part.name.partition(":")[0]
        points[kind] = points.get(kind, 0.0) + part.points
    assert dict(rows) == {kind: f"{value:.1f}" for kind, value in points.items()}


def test_the_same_text_in_part_only_suggests(reader: TextReader) -> None:
    (card,) = reader.read(TITLE, TEXT, language_hint="", quality=TextQuality.STUB).scores
    assert card.outcome is Outcome.SUGGESTION


def test_a_watch_scores_what_its_feeds_bring() -> None:
    config = load_config(None, {})
    narrow = replace(config.watches[0], feeds=("tass-ru",))
    reader = App(replace(config, watches=(narrow,))).reader
    heard = {
        feed: len(reader.read(TITLE, TEXT, language_hint="", quality=TextQuality.FULL, feed_id=feed).scores)
        for feed in ("tass-ru", "dw-de", "")
    }
    assert heard == {"tass-ru": 1, "dw-de": 0, "": 1}


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("", ""),
        ("?", "…"),
        ("Turkey", ""),
        ("Cranberry sauce and turkey", "Roast the turkey for three hours. Serve it with cranberries. " * 20),
        (
            "Galatasaray beat Spartak in Moscow",
            "The Turkish side won two to nil in Moscow on Wednesday evening. Both goals fell before the break. The "
            "Russian champions are out of the cup; their coach said that the better team had won. In the next round "
            "the Istanbul club meets the winner of the match between Porto and Lyon. Some four thousand supporters had "
            "travelled with the team; the police reported a quiet evening.",
        ),
    ],
)
def test_what_is_no_report_of_it_does_not_match(reader: TextReader, title: str, text: str) -> None:
    (card,) = reader.read(title, text, language_hint="en", quality=TextQuality.FULL).scores
    assert card.outcome is not Outcome.MATCH


def test_the_seed_itself_is_labelled(reader: TextReader, shared_dir: Path) -> None:
    (dump,) = (shared_dir / "seed").glob("000_*.txt")
    title, text = strip_page_dump(dump.read_text(encoding="utf-8"))
    (card,) = reader.read(title, text, language_hint="", quality=TextQuality.FULL).scores
    assert card.outcome is Outcome.SEED_OR_REPRINT

"""Databases that earlier versions left behind open in this one, with everything in them; so do configurations."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from monitor.model import ArticleFilter, Outcome
from monitor.report.render import FORMATS, render_digest
from monitor.report.shelf import load_shelf
from monitor.settings import read_config
from store import open_store

SAMPLES = sorted((Path(__file__).parent / "samples").glob("*.db.gz"))
WATCH = "turkey-russia-is"


def test_there_is_a_sample() -> None:
    assert SAMPLES


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
def test_a_sample_is_upgraded_and_whole(sample: Path, tmp_path: Path) -> None:
    path = tmp_path / "sample.db"
    path.write_bytes(gzip.decompress(sample.read_bytes()))
    store = open_store(f"sqlite:///{path}")
    counts = store.counts(WATCH)
    assert counts.articles == len(list(store.articles())) > 50
    matches = store.reports(ArticleFilter(watch=WATCH, outcomes=frozenset({Outcome.MATCH})))
    assert len(matches) == counts.matches > 5
    for report in matches:
        card = report.assessment.card
        assert sum(part.points for part in card.parts) == pytest.approx(card.score, abs=1e-9)
        assert store.findings(report.article.id).roles == report.roles
    assert [verdict.author for verdict in store.verdicts(WATCH)] == ["sample", "sample"]
    (digest,) = store.digests(WATCH)
    assert all(render_digest(digest, format) for format in FORMATS)
    shelf = load_shelf(store, WATCH)
    assert (shelf is None) == (sample.name < "0002")  # stories are younger than the first schema
    assert shelf is None or {report.article.id for report in matches} <= set(shelf.book.story_of)
    assert [row.channel for row in store.deliveries()] == (["sample"] if sample.name >= "0002" else [])
    store.close()


def test_the_first_configuration_is_still_sound(tmp_path: Path) -> None:
    folder = Path(__file__).parent / "samples" / "config"
    config, problems = read_config(folder, {"WIDERHALL_DATA_DIR": str(tmp_path)}, seeds=("gemeinsam-gegen-den-is",))
    assert [str(problem) for problem in problems if not problem.is_warning] == []
    assert config is not None
    assert [watch.id for watch in config.watches] == [WATCH]

"""The two-stage mode against the demo newsroom: what matches is the same, what is far is read cheaply and says so."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.app import App
from monitor.collect.extract import FIRST
from monitor.daemon import Daemon
from monitor.model import ArticleFilter, ArticleReport, Outcome, TextQuality
from monitor.newsroom.server import serve
from tests.test_flow import OPENED, demo_run


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[App, App]]:
    """One cycle on the same edition, in full and in two stages."""
    with serve(0, now=OPENED, advances_itself=False) as web:
        runs = [demo_run(tmp_path_factory.mktemp(name), web) for name in ("full", "stages")]
        daemon = runs[1].app.config.daemon
        staged = replace(daemon, extraction=replace(daemon.extraction, mode="two-stage"))
        runs[1].app.config = replace(runs[1].app.config, daemon=staged)
        for run in runs:
            asyncio.run(Daemon(run.app).once())
        yield runs[0].app, runs[1].app
        for run in runs:
            run.app.close()


def reports(app: App, *outcomes: Outcome) -> dict[str, ArticleReport]:
    wanted = ArticleFilter(watch=app.config.watches[0].id, outcomes=frozenset(outcomes))
    return {report.article.url: report for report in app.store.reports(wanted)}


def test_all_that_is_shown_is_read_in_full(both: tuple[App, App]) -> None:
    full, staged = (reports(app) for app in both)
    assert full.keys() == staged.keys()
    for url, report in full.items():
        if report.assessment.card.outcome is not Outcome.BELOW:
            assert staged[url].article.text == report.article.text
            assert staged[url].assessment.card.outcome is report.assessment.card.outcome
            assert staged[url].roles == report.roles


def test_what_is_far_says_that_it_was_only_read_so_far(both: tuple[App, App]) -> None:
    """The demo's articles are short for such: only some can be told from stubs without their structure."""
    first = [article for article in both[1].store.articles() if article.method == FIRST]
    assert len(first) >= 10
    outcomes = {report.assessment.card.outcome for report in reports(both[1]).values() if report.article in first}
    assert outcomes == {Outcome.BELOW}
    assert all(article.title and article.quality is TextQuality.FULL for article in first)


def test_walls_stubs_and_tickers_are_known_as_such_in_both(both: tuple[App, App]) -> None:
    full, staged = ({a.url: a for a in app.store.articles() if a.quality is not TextQuality.FULL} for app in both)
    assert {url: (a.quality, a.reasons) for url, a in full.items()} == {
        url: (a.quality, a.reasons) for url, a in staged.items()
    }


def test_the_mode_is_a_setting(tmp_path: Path) -> None:
    from monitor.settings import load_config

    config = load_config(None, {"WIDERHALL_DATA_DIR": str(tmp_path), "WIDERHALL_EXTRACTION__MODE": "two-stage"})
    assert config.daemon.extraction.mode == "two-stage"

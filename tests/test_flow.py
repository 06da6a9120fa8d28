"""The whole flow against the demo newsroom over loopback HTTP: two editions, every trouble, the right matches."""

from __future__ import annotations

import asyncio
import io
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from monitor import logs
from monitor.app import App
from monitor.daemon import Daemon
from monitor.model import ArticleFilter, FeedState, Outcome, PollOutcome, TextQuality
from monitor.newsroom.server import Newsroom, serve
from monitor.settings import load_config
from monitor.settings.delivery import FolderChannel

OPENED = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@dataclass
class Hand:
    """A clock that stands until it is set."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Run:
    """A daemon on a newsroom, cycle by cycle."""

    app: App
    web: Newsroom
    clock: Hand
    log: io.StringIO = field(default_factory=io.StringIO)

    def cycle(self) -> None:
        logs.configure(level="debug", as_json=True, stream=self.log)
        try:
            asyncio.run(Daemon(self.app).once())
        finally:
            logs.configure()

    @property
    def told(self) -> list[dict[str, Any]]:
        """The lines of the log."""
        return [json.loads(line) for line in self.log.getvalue().splitlines()]

    @property
    def watch(self) -> str:
        return self.app.config.watches[0].id

    def titles(self, *outcomes: Outcome) -> set[str]:
        wanted = ArticleFilter(watch=self.watch, outcomes=frozenset(outcomes))
        return {report.article.title for report in self.app.store.reports(wanted)}


def demo_run(folder: Path, web: Newsroom) -> Run:
    clock = Hand(OPENED)
    config = load_config(None, {"WIDERHALL_DATA_DIR": str(folder)})
    network = replace(config.daemon.network, host_spacing_s=0.0, allowed_networks=(ip_network("127.0.0.0/8"),))
    delivery = replace(config.daemon.delivery, folders={"archive": FolderChannel(path=folder / "outbox")})
    daemon = replace(config.daemon, network=network, delivery=delivery)
    return Run(App(replace(config, daemon=daemon, feeds=web.feeds), clock=clock, creates=True), web, clock)


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """After one cycle on edition one."""
    with serve(0, now=OPENED, advances_itself=False) as web:
        run = demo_run(tmp_path_factory.mktemp("flow"), web)
        run.cycle()
        yield run
        run.app.close()


@pytest.fixture(scope="module")
def second(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """After edition two came out and was polled, some hours later."""
    with serve(0, now=OPENED, advances_itself=False) as web:
        run = demo_run(tmp_path_factory.mktemp("flow"), web)
        run.cycle()
        web.advance()
        for hours in (6, 24):
            run.clock.now = OPENED + timedelta(hours=hours)
            run.cycle()
        yield run
        run.app.close()


def test_every_feed_gives_what_it_can_and_says_what_it_cannot(first: Run) -> None:
    polls = {poll.feed_id: poll for poll in first.app.store.polls(since=OPENED, until=OPENED + timedelta(hours=1))}
    assert set(polls) == {feed.id for feed in first.web.feeds}
    assert polls["demo-silent"].outcome is PollOutcome.EMPTY
    assert (polls["demo-gone"].kind, polls["demo-hopeless"].kind) == ("status", "parse")
    assert (polls["demo-radio"].kind, polls["demo-radio"].status) == ("status", 429)
    assert polls["demo-harbour"].outcome is PollOutcome.NEW
    assert "not well-formed" in polls["demo-harbour"].message
    rows = {row.id: row for row in first.app.store.feeds()}
    assert rows["demo-radio"].state is FeedState.BACKING_OFF
    assert rows["demo-gone"].last_error


def test_nothing_waits_after_a_cycle(first: Run) -> None:
    entries = first.app.store.counts(first.watch).entries
    assert entries["assessed"] > 50
    assert entries["pending"] == entries["fetched"] == 0


def test_texts_say_what_they_are(first: Run) -> None:
    articles = list(first.app.store.articles())
    quality = Counter(article.quality for article in articles)
    assert quality[TextQuality.STUB] == 1
    assert quality[TextQuality.TICKER] == 1
    walled = [article for article in articles if "consent_wall" in article.reasons]
    assert [article.quality for article in walled] == [TextQuality.SUMMARY_ONLY]
    refused = [article for article in articles if "robots" in article.reasons]
    assert len(refused) == 1


def test_the_languages_are_those_of_the_outlets(first: Run) -> None:
    written_in = {feed.id: feed.language for feed in first.web.feeds}
    wrong = [
        (article.url, article.language)
        for article in first.app.store.articles()
        if article.language != written_in[article.feed_id] and article.quality is TextQuality.FULL
    ]
    assert wrong == []


def test_what_must_match_matches_and_noise_does_not(first: Run) -> None:
    """Labels are the newsroom's own, given before any score was seen; texts that are not full can only suggest."""
    labelled = first.web.articles
    seen = ArticleFilter(watch=first.watch)
    outcomes: dict[int, Counter[Outcome]] = {0: Counter(), 1: Counter(), 2: Counter()}
    for report in first.app.store.reports(seen):
        if report.article.url in labelled and report.article.quality is TextQuality.FULL:
            outcomes[labelled[report.article.url].label][report.assessment.card.outcome] += 1
    assert outcomes[0][Outcome.MATCH] == 0, outcomes
    must = sum(outcomes[2].values())
    assert outcomes[2][Outcome.MATCH] / must >= 0.8, outcomes


def test_every_score_is_the_sum_of_its_parts(first: Run) -> None:
    for report in first.app.store.reports(ArticleFilter(watch=first.watch)):
        card = report.assessment.card
        assert sum(part.points for part in card.parts) == pytest.approx(card.score, abs=1e-9)
        assert card.versions


def test_matches_carry_actors(first: Run) -> None:
    reports = first.app.store.reports(ArticleFilter(watch=first.watch, outcomes=frozenset({Outcome.MATCH})))
    assert reports
    for report in reports:
        assert {"@turkey", "@russia"} & {role.actor for role in report.roles}, report.article.title


def test_an_edit_is_a_version_and_never_a_second_match(second: Run) -> None:
    store = second.app.store
    edited = [article for article in store.articles() if article.version > 1]
    assert len(edited) >= 3  # an edited headline and a withdrawal that the feed tells, a correction that it does not
    for article in edited:
        versions = store.article_versions(article.id)
        assert [version.version for version in versions] == list(range(1, article.version + 1))
    everything = ArticleFilter(watch=second.watch, with_withdrawn=True)
    matches = [report.match.article_id for report in store.reports(everything) if report.match]
    assert len(matches) == len(set(matches))


def test_a_correction_that_takes_a_match_below_withdraws_it_visibly(second: Run) -> None:
    everything = ArticleFilter(watch=second.watch, outcomes=frozenset({Outcome.MATCH}), with_withdrawn=True)
    withdrawn = [r for r in second.app.store.reports(everything) if r.match and r.match.withdrawn_at]
    assert len(withdrawn) >= 1
    assert all(report.match and report.match.withdrawn_reason for report in withdrawn)


def test_late_articles_arrive(first: Run, second: Run) -> None:
    assert second.app.store.counts(second.watch).articles >= first.app.store.counts(first.watch).articles + 10


def test_a_second_look_is_polite(second: Run) -> None:
    """Pages are asked for once, those of matches once more a day later; robots.txt once a host and cycle."""
    counts = second.web.counts()
    pages = {path: number for path, number in counts.items() if path.endswith(".html")}
    assert max(pages.values()) <= 3  # first, edited, second look
    assert sum(number > 1 for number in pages.values()) <= len(second.titles(Outcome.MATCH)) + 3
    assert counts["/robots.txt"] <= 3 * len(second.web.feeds)


def test_the_digest_lies_in_the_data_folder(first: Run) -> None:
    folder = first.app.config.daemon.data_dir / "digests" / first.watch
    assert {path.suffix for path in folder.glob("today.*")} == {".html", ".txt", ".md", ".json"}
    assert "demo" in (folder / "today.html").read_text(encoding="utf-8").lower()


def test_one_name_leads_through_the_log(first: Run, second: Run) -> None:
    """From the poll that saw an entry to the digest that was sent; and no line bears another's name."""
    store, matches = second.app.store, ArticleFilter(watch=second.watch, outcomes=frozenset({Outcome.MATCH}))
    article = store.reports(matches)[0].article
    name = f"e-{store.first_entries([article.id])[article.id]}"
    of_it = [line for line in second.told if line.get("entry") == name]
    events = [*dict.fromkeys(line["event"] for line in of_it if not line["event"].startswith(("page put off", "host")))]
    assert events == ["entry", "page fetched", "text", "match", "story", "in digest", "delivered"]
    assert {line["feed"] for line in of_it if "feed" in line} == {article.feed_id}
    assert {line["article"] for line in of_it if "article" in line} == {f"a-{article.id}"}
    assert all(line["entry"] == name for line in second.told if line.get("article") == f"a-{article.id}")
    entries = {line["entry"] for line in first.told if line["event"] == "entry"}
    assert {line["entry"] for line in first.told if line["event"] in ("page fetched", "page given up")} <= entries


def test_a_day_that_is_over_is_frozen_once(second: Run) -> None:
    second.clock.now = OPENED + timedelta(days=1, hours=2)
    second.cycle()
    watch = second.app.config.watches[0]
    frozen = second.app.store.digests(watch.id)
    assert [digest.day.isoformat() for digest in frozen] == ["2026-11-20"]
    page = second.app.config.daemon.data_dir / "digests" / watch.id / "2026-11-20.html"
    before = page.read_bytes()
    second.clock.now += timedelta(hours=1)
    second.cycle()
    assert page.read_bytes() == before

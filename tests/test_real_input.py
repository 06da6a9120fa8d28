"""The flow on real input over loopback HTTP: every captured feed, every captured page."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest

from monitor.app import App
from monitor.model import ArticleFilter, FeedSpec, PollOutcome
from monitor.settings import load_config
from tests.real_web import RealWeb, serve_real_web

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def web(shared_dir: Path) -> Iterator[RealWeb]:
    with serve_real_web(shared_dir / "newsroom") as serving:
        yield serving


def an_app(folder: Path, feeds: tuple[FeedSpec, ...]) -> App:
    config = load_config(None, {"WIDERHALL_DATA_DIR": str(folder)})
    network = replace(config.daemon.network, host_spacing_s=0.0, allowed_networks=(ip_network("127.0.0.0/8"),))
    config = replace(config, feeds=feeds, daemon=replace(config.daemon, network=network))
    app = App(config, creates=True)
    app.store.sync_feeds({feed.id: feed.url for feed in feeds}, now=app.clock())
    return app


def token_f1(found: str, expected: str) -> float:
    """Overlap of word multisets: harmonic mean of the share of expected words found and of found words expected."""
    ours, theirs = (Counter(re.findall(r"\w+", text.lower())) for text in (found, expected))
    common = sum((ours & theirs).values())
    return 2 * common / (sum(ours.values()) + sum(theirs.values())) if common else 0.0


def test_every_captured_feed_is_polled_and_judged(web: RealWeb, tmp_path: Path) -> None:
    app = an_app(tmp_path, web.captured)

    async def poll() -> None:
        async with app.pipeline(asyncio.Event()) as pipeline:
            await pipeline.poll(is_bounded=False)

    asyncio.run(poll())
    now = datetime.now(UTC)
    polls = app.store.polls(since=now - timedelta(hours=1), until=now + timedelta(hours=1))
    outcomes = Counter(poll.outcome for poll in polls)
    entries = app.store.counts(app.config.watches[0].id).entries["pending"]
    print(f"\n{len(polls)} feeds: {dict(outcomes)}; {entries} entries")
    for poll in polls:
        if poll.outcome is not PollOutcome.NEW:
            print(f"  {poll.feed_id} {poll.outcome} {poll.kind}: {poll.message}")
    app.close()
    assert len(polls) == len(web.captured)
    assert outcomes[PollOutcome.NEW] >= 150
    # Some captured files are no feeds at all, or broken beyond repair; each of them says why.
    assert all(poll.message for poll in polls if poll.outcome is PollOutcome.FAILED)


def test_every_captured_page_becomes_an_article_or_says_why_not(web: RealWeb, tmp_path: Path) -> None:
    app = an_app(tmp_path, web.indexes)

    async def cycle() -> None:
        async with app.pipeline(asyncio.Event()) as pipeline:
            await pipeline.cycle()

    asyncio.run(cycle())
    articles = {article.url: article for article in app.store.articles()}
    by_path = {url.partition("/pages/")[2]: article for url, article in articles.items()}
    quality = Counter(article.quality.value for article in articles.values())
    reasons = Counter(reason for article in articles.values() for reason in article.reasons)
    scores = [
        token_f1(by_path[path].text, page["text"])
        for url, page in web.pages.items()
        if page["gold"] != "none" and page["text"] and (path := url.partition("/pages/")[2]) in by_path
    ]
    counts = app.store.counts(app.config.watches[0].id)
    matches = app.store.reports(ArticleFilter(watch=app.config.watches[0].id))
    print(
        f"\n{len(web.pages)} pages: entries {dict(counts.entries)}, {len(articles)} articles, quality {dict(quality)}"
    )
    print(f"reasons {dict(reasons)}; token F1 {sum(scores) / len(scores):.3f} over {len(scores)} texts")
    print(f"assessed {len(matches)}: {dict(counts.outcomes)}")
    app.close()
    assert counts.entries["pending"] == counts.entries["fetched"] == 0
    assert len(articles) + counts.entries["unextractable"] + counts.entries["given_up"] == len(web.pages)
    assert sum(scores) / len(scores) > 0.93

"""Measure how long a day's digest takes over a store of many articles.

    python bench/digest.py                        20,000 articles of one day, 500 of them matches, in SQLite
    python bench/digest.py --articles 2000 --matches 50

The articles are made up: a text of some 350 words each, scores, three actors, one quote. Ten matches make a story;
`--one-story` makes them all one, the most that comparing coverage has to do. Stories are kept beforehand, as the daemon
does; what is timed, in seconds of processor time, is composing the digest and rendering each format.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.figures import Figure, tell  # noqa: E402
from monitor import logs  # noqa: E402
from monitor.analyse.analysis import Analyser  # noqa: E402
from monitor.analyse.background import day_one  # noqa: E402
from monitor.model import (  # noqa: E402
    ActorFindings,
    ActorRole,
    Contribution,
    FacetHit,
    NewArticle,
    Outcome,
    Part,
    Quote,
    ScoreCard,
    TextQuality,
)
from monitor.report.gather import gather_digest  # noqa: E402
from monitor.report.glossary import Glossary  # noqa: E402
from monitor.report.render import FORMATS, render_digest  # noqa: E402
from monitor.report.shelf import keep_stories  # noqa: E402
from monitor.settings import load_config  # noqa: E402
from store import open_store  # noqa: E402

DAY = date(2026, 3, 10)
MORNING = datetime(2026, 3, 10, 6, 0, tzinfo=UTC)
SYLLABLES = ["ba", "ke", "lo", "mi", "nu", "ra", "se", "to", "vi", "zu", "an", "er", "il", "on", "us"]


def main(articles: int, matches: int, *, is_one_story: bool) -> None:
    logs.configure(level="error")
    config, background = load_config(ROOT / "config", {}), day_one()
    analyser = Analyser(config.actors, config.lexicon)
    watch = config.watches[0]
    rng = random.Random(1)
    words = vocabulary(rng, 8000, (2, 4))
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{folder}/bench.sqlite3")
        store.sync_feeds({feed.id: feed.url for feed in config.feeds}, now=MORNING - timedelta(days=9))
        feeds = [feed.id for feed in config.feeds]
        for number in range(articles):
            # Stories of their own have words of their own; whatever shares the common ones becomes one story.
            own = [] if is_one_story or number >= matches else vocabulary(random.Random(number // 10), 300, (5, 7))
            made = article(rng, own or words, number, watch.id, feeds[number % len(feeds)], is_match=number < matches)
            store.record_article(made, now=MORNING + timedelta(seconds=number))
        begun = time.process_time()
        keep_stories(store, watch, analyser, background, now=MORNING + timedelta(days=1))
        each_ms = (time.process_time() - begun) / matches * 1000
        print(f"{matches} matches read again and placed in stories: {each_ms:.1f} ms each")

        def compose(*, by_published: bool = False) -> Callable[[], object]:
            return lambda: gather_digest(
                store,
                watch,
                DAY,
                feeds=config.feeds,
                now=MORNING + timedelta(days=1),
                by_published=by_published,
                glossary=Glossary(idf=background.idf, called=config.actors.called),
            )

        took("digest of the day", compose())
        took("digest by publication", compose(by_published=True))
        digest = gather_digest(store, watch, DAY, feeds=config.feeds, now=MORNING + timedelta(days=1))
        print(f"{len(digest.content['stories'])} stories")
        for form in FORMATS:
            took(f"as {form}", lambda form=form: render_digest(digest, form))  # type: ignore[misc]
        store.close()


def vocabulary(rng: random.Random, size: int, syllables: tuple[int, int]) -> list[str]:
    return ["".join(rng.choices(SYLLABLES, k=rng.randint(*syllables))) for _ in range(size)]


def article(rng: random.Random, words: list[str], number: int, watch: str, feed: str, *, is_match: bool) -> NewArticle:
    """A made-up article; every ten matches share most of their words: a story."""
    topic = random.Random(number // 10) if is_match else rng
    text = " ".join(topic.choices(words, k=300) + rng.choices(words, k=50)).capitalize() + "."
    score = 50 + rng.random() * 40 if is_match else rng.random() * 35
    actors = rng.sample(("@turkey", "@russia", "@erdogan", "@putin", "@nato", "@syria"), 3)
    card = ScoreCard(
        watch=watch,
        score=score,
        parts=(Part(name="similarity", points=score),),
        outcome=Outcome.MATCH if is_match else Outcome.BELOW,
        versions={"profile": "p1", "background": "b1"},
        contributions=tuple(Contribution(term=word, points=1.0, surface=word) for word in rng.sample(words, 20)),
        facets=(FacetHit(facet="Turkey", is_hit=True, strength=0.5, ids=("@turkey",)),),
        match_threshold=50.0,
        review_threshold=35.0,
    )
    found = ActorFindings(
        roles=tuple(ActorRole(actor=actor, role="main", count=3, name=actor[1:].title()) for actor in actors),
        quotes=(Quote(start=0, end=40, text=f"«{text[:38]}»", speaker=actors[0], verb="said"),),
    )
    return NewArticle(
        url=f"https://news.example/{number}",
        title=text[:60],
        text=text,
        language="en",
        is_language_sure=True,
        published=MORNING + timedelta(seconds=number),
        authors=(),
        method="trafilatura",
        quality=TextQuality.FULL,
        reasons=(),
        content_hash=str(number),
        feed_id=feed,
        scores=(card,),
        findings=found,
    )


def took(what: str, work: Callable[[], object]) -> None:
    """Print the middle of three times."""
    times = []
    for _ in range(3):
        begun = time.process_time()
        work()
        times.append(time.process_time() - begun)
    tell(Figure(name=f"digest: {what}", value=1000 * sorted(times)[1], unit="ms"))
    print(f"{what}: {sorted(times)[1]:.2f} s")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--matches", type=int, default=500)
    parser.add_argument("--one-story", action="store_true")
    given = parser.parse_args()
    main(given.articles, given.matches, is_one_story=given.one_story)

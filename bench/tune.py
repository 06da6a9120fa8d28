"""Time «what would this change have done?» over a store of many articles, against fitting TF-IDF on them anew.

    python bench/tune.py --build --store /path/to/folder       once: 100,000 articles, in SQLite (some minutes)
    python bench/tune.py --store /path/to/folder

The articles are real ones of ../shared, each under several addresses and days, read and scored as the daemon does, with
verdicts by their labels. What is timed is CPU time of this process, the middle of five times, as the desk asks: with
what was looked up before kept in memory, and once from a cold start. Beside it, in the same run: scikit-learn fits
TF-IDF on the same texts and compares each with the first, which is what a change would cost without stored scores.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.figures import Figure, tell  # noqa: E402
from monitor.app import App  # noqa: E402
from monitor.model import KeywordRule, NewArticle, Phrase, TextQuality, Thresholds, VerdictKind, Watch  # noqa: E402
from monitor.settings import load_config  # noqa: E402
from monitor.tune.rule_use import rule_uses  # noqa: E402
from monitor.tuning import Tuner  # noqa: E402
from monitor.workbench import Workbench  # noqa: E402

NEWEST = datetime(2026, 3, 10, 6, 0, tzinfo=UTC)
SETS = ("de", "en", "tr", "ru", "de_headlines")
#: Days that the articles are spread over.
DAYS = 200
#: Of the articles without a label, every so many gets a verdict as well.
JUDGED_EVERY = 40
TIMES = 5


def open_app(folder: Path) -> App:
    return App(load_config(ROOT / "config", {"WIDERHALL_DATA_DIR": str(folder.absolute())}), creates=True)


# --- the store ------------------------------------------------------------------------------------------------------


def documents(shared: Path) -> Iterator[dict[str, Any]]:
    for name in SETS:
        with gzip.open(shared / "eval" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            yield from map(json.loads, lines)


def build(folder: Path, shared: Path, number: int) -> None:
    """Store `number` articles; each document once before any of them twice."""
    app = open_app(folder)
    config, watch = app.config, app.config.watches[0]
    app.store.sync_feeds({feed.id: feed.url for feed in config.feeds}, now=NEWEST - timedelta(days=DAYS))
    feeds = [feed.id for feed in config.feeds]
    with (shared / "eval" / "labels.csv").open(encoding="utf-8") as file:
        labels = {row["id"]: int(row["label"]) for row in csv.DictReader(file)}
    made = [(document["id"], article_of(app, document)) for document in islice(documents(shared), number)]
    for place in range(number):
        name, article = made[place % len(made)]
        when = NEWEST - timedelta(days=DAYS) * ((number - place) / number)
        address = f"https://news.example/{place}"
        copy = replace(article, url=address, published=when, feed_id=feeds[place % len(feeds)])
        article_id = app.store.record_article(copy, now=when)
        label = labels.get(name, 0)
        if place < len(made) and (label or place % JUDGED_EVERY == 0):
            kind = VerdictKind.RELEVANT if label else VerdictKind.IRRELEVANT
            app.store.give_verdict(article_id, watch.id, kind, reason="", note="", author="bench", now=when)
        if place % 5_000 == 0:
            print(f"{place} stored", flush=True)
    app.close()


def article_of(app: App, document: dict[str, Any]) -> NewArticle:
    title, text = document["title"], document["text"]
    quality = TextQuality.FULL if text.strip() else TextQuality.HEADLINE_ONLY
    reading = app.reader.read(title, text, language_hint=document["lang"], quality=quality, all_in_full=False)
    return NewArticle(
        url="",
        title=title,
        text=text,
        language=reading.language,
        is_language_sure=reading.is_language_sure,
        method="import",
        quality=quality,
        content_hash=document["id"],
        scores=reading.scores,
        findings=reading.findings,
        hits=reading.hits,
    )


# --- what is asked --------------------------------------------------------------------------------------------------


def rule(name: str, group: str, *phrases: str, points: float = 0.0) -> KeywordRule:
    return KeywordRule(name=name, group=group, phrases=tuple(Phrase(text=text) for text in phrases), points=points)


def with_rule(watch: Watch, added: KeywordRule) -> Watch:
    return replace(watch, rules=(*watch.rules, added))


def with_points(watch: Watch, points: float) -> Watch:
    rules = (replace(each, points=points) if each.group == "weight" else each for each in watch.rules)
    return replace(watch, rules=tuple(rules))


CHANGES: dict[str, Callable[[Watch], Watch]] = {
    "threshold": lambda watch: replace(watch, thresholds=Thresholds(match=42, review=30)),
    "points of every rule": lambda watch: with_points(watch, 2),
    "a rule less": lambda watch: replace(watch, rules=watch.rules[1:]),
    "keyword: words excluded": lambda watch: with_rule(watch, rule("x", "none", "football", "Fußball", "maç*")),
    "keyword: an actor asked for": lambda watch: with_rule(watch, rule("x", "any", "@erdogan", "@putin")),
    "keyword: words worth 5 points": lambda watch: with_rule(watch, rule("x", "weight", "Moskau", "Moscow", points=5)),
    "keyword: words worth 20 points": lambda watch: with_rule(
        watch, rule("x", "weight", "Moskau", "Moscow", points=20)
    ),
    "keyword: concept worth 10 points": lambda watch: with_rule(watch, rule("x", "weight", "~airstrike", points=10)),
}


def took(what: str, work: Callable[[], object], times: int = TIMES) -> None:
    spent = []
    for _ in range(times):
        begun = time.process_time()
        work()
        spent.append(time.process_time() - begun)
    tell(Figure(name=f"what-if: {what.partition(' (')[0]}", value=sorted(spent)[times // 2] * 1000, unit="ms"))
    print(f"{what:<36} {sorted(spent)[times // 2] * 1000:8.0f} ms", flush=True)


def measure(folder: Path) -> None:
    app = open_app(folder)
    watch = app.config.watches[0]
    languages = app.profile_languages(watch)
    _ = app.reader
    bench = Workbench(app)
    bench.tuner().columns(watch.id, profile_languages=languages)  # kept from here on
    took("cold start", lambda: Tuner(app.store, bench.tuner().analyser, app.reader.lists, app.clock).columns(
        watch.id, profile_languages=languages), times=1)  # fmt: skip
    tuner = bench.tuner()
    took("as it is", lambda: tuner.columns(watch.id, profile_languages=languages))
    columns = tuner.columns(watch.id, profile_languages=languages)
    print(f"{len(columns)} articles, {len(tuner.verdicts(watch.id))} verdicts")
    for name, change in CHANGES.items():
        answer = tuner.what_if(columns, watch, change(watch))
        took(f"{name} ({answer.read} read)", lambda change=change: tuner.what_if(columns, watch, change(watch)))  # type: ignore[misc]
    took("rule by rule", lambda: rule_uses(columns, watch, tuner.verdicts(watch.id)))
    took("scikit-learn, fitted anew", lambda: fitted_anew(app), times=1)
    app.close()


def fitted_anew(app: App) -> object:
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectors = TfidfVectorizer().fit_transform(f"{each.title}\n{each.text}" for each in app.store.articles())
    return vectors @ vectors[0].T


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--store", type=Path, required=True, help="the folder that the store lies in")
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--build", action="store_true")
    given = parser.parse_args()
    if given.build:
        build(given.store, given.shared, given.articles)
    else:
        measure(given.store)

"""What scoring costs, an article: `python bench/score.py ../shared/eval [600]`. Prints medians over so many articles of
each set, in CPU time.

`read` finds language, entities and terms; `score` is all the rest for the shipped watch, explanation included;
`sklearn` is `TfidfVectorizer.transform` of the same text with a vocabulary of the same size, for comparison.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from sklearn.feature_extraction.text import TfidfVectorizer

from bench.figures import Figure, tell
from monitor.analyse.analysis import Analyser
from monitor.analyse.assess import Assessor
from monitor.analyse.background import day_one
from monitor.analyse.keywords import KeywordMatcher
from monitor.analyse.profile import SeedProfile
from monitor.analyse.reader import Judge
from monitor.analyse.weights import shipped_weights
from monitor.model import TextQuality
from monitor.settings import load_config
from monitor.settings.folders import seed_files
from monitor.tune.labelled import Document, read_labels, read_set

T = TypeVar("T")

ARTICLES = 600


def timed(act: Callable[[], T]) -> tuple[float, T]:
    start = time.process_time()
    result = act()
    return (time.process_time() - start) * 1000, result


def main(folder: Path, number: int = ARTICLES) -> None:
    config = load_config()
    (watch,) = config.watches
    files = seed_files(config.directory)
    profiles = [SeedProfile.from_json(files[name].read_text(encoding="utf-8")) for name in watch.seeds]
    assessor = Assessor(watch, profiles, day_one(), shipped_weights())
    judge = Judge(rules=KeywordMatcher(watch.rules), assessor=assessor)
    analyser = Analyser(config.actors, config.lexicon)
    labels = read_labels(folder)
    print(f"{'':14}{'letters':>8}{'read':>8}{'score':>8}{'total':>8}{'p95':>8}{'sklearn':>9}   ms an article, medians")
    for name in ("de", "en", "tr", "ru"):
        documents = list(read_set(folder, name, labels))[:number]
        relevant = [d for d in read_set(folder, name, labels) if d.label]
        vectorizer = TfidfVectorizer(sublinear_tf=True).fit(d.text for d in documents)
        for title, chosen in ((name, documents), (f"{name}, matching", relevant)):
            row(title, chosen, analyser, judge, vectorizer)


def row(title: str, documents: list[Document], analyser: Analyser, judge: Judge, vectorizer: TfidfVectorizer) -> None:
    reads, scores, peers = [], [], []
    for document in documents:
        cost, analysis = timed(partial(analyser.analyse, document.title, document.text, document.lang))
        reads.append(cost)
        scores.append(timed(partial(judge.judge, analysis, TextQuality.FULL))[0])
        peers.append(timed(partial(vectorizer.transform, [f"{document.title}\n{document.text}"]))[0])
    totals = [a + b for a, b in zip(reads, scores, strict=True)]
    letters = statistics.median(len(d.text) for d in documents)
    p95 = statistics.quantiles(totals, n=20)[-1]
    middle = statistics.median
    cost_ms, ratio = middle(totals), middle(totals) / middle(peers)
    goal = 3.0 if "matching" in title else None
    tell(Figure(name=f"score: {title}, an article", value=cost_ms, unit="ms", at_most=None if goal else 1.0))
    tell(Figure(name=f"score: {title} / scikit-learn's transform", value=ratio, unit="×", at_most=goal))
    print(
        f"{title:14}{letters:8.0f}{middle(reads):8.2f}{middle(scores):8.2f}{middle(totals):8.2f}{p95:8.2f}{middle(peers):9.2f}"
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:]))

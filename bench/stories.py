"""Measure how well and how fast articles are gathered into stories.

    python bench/stories.py                places all labelled news into stories, compares with judged pairs
    python bench/stories.py --fit          fits the weights of one language again (logistic regression)
    python bench/stories.py --stress 50000 time to place an article among so many live ones

The pairs (story-pairs*.csv: ids and a judgement, no text) were drawn at all degrees of likeness and judged on title and
first lines without seeing any score. The news lie beside the repository (WIDERHALL_SHARED, or ../shared).
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import os
import random
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from monitor.analyse.analysis import Analyser  # noqa: E402
from monitor.analyse.background import day_one  # noqa: E402
from monitor.analyse.stories import WEIGHTS, StoryBook, features_within  # noqa: E402
from monitor.analyse.traces import Trace, trace_of  # noqa: E402
from monitor.settings import load_config  # noqa: E402

SHARED = Path(os.environ.get("WIDERHALL_SHARED", ROOT.parent / "shared"))
LANGUAGES = ("de", "en", "tr", "ru")
TEXT_LETTERS = 6000


def documents() -> Iterator[tuple[str, str, str, str, datetime | None]]:
    """Id, language, title, text and date of the labelled news."""
    for language in LANGUAGES:
        with gzip.open(SHARED / "eval" / f"{language}.jsonl.gz", "rt", encoding="utf-8") as file:
            for line in file:
                item = json.loads(line)
                yield item["id"], language, item["title"], item["text"][:TEXT_LETTERS], _date(item["date"])


def _date(stated: str) -> datetime | None:
    try:
        year, month, day = (int(part) for part in stated[:10].split("-"))
        return datetime(year, month, day, 12, tzinfo=UTC)
    except ValueError:
        return None


def traces() -> dict[str, Trace]:
    """The traces of all labelled news by id."""
    config = load_config(ROOT / "config", {})
    analyser, background = Analyser(config.actors, config.lexicon), day_one()
    found, begun = {}, time.perf_counter()
    for number, (key, language, title, text, at) in enumerate(documents(), 1):
        found[key] = trace_of(number, analyser.analyse(title, text, language), at, background)
    print(f"{len(found)} traces, {(time.perf_counter() - begun) / len(found) * 1000:.1f} ms each")
    return found


def pairs(name: str) -> list[tuple[str, str, bool]]:
    """Judged pairs: two ids, and whether they report one event."""
    with (ROOT / "bench" / name).open(encoding="utf-8", newline="") as file:
        return [(row["one"], row["other"], row["same_event"] == "1") for row in csv.DictReader(file)]


def place_all(found: dict[str, Trace]) -> StoryBook:
    """Place everything in the order it was published, what has no date last."""
    book, begun = StoryBook(), time.perf_counter()
    for trace in sorted(
        found.values(), key=lambda trace: (trace.at or datetime.max.replace(tzinfo=UTC), trace.article)
    ):
        book.place(trace)
    print(f"placed, {(time.perf_counter() - begun) / len(found) * 1000:.2f} ms each")
    return book


def compare(book: StoryBook, found: dict[str, Trace], name: str) -> None:
    """Print how the judged pairs were joined."""
    judged = [(found[a], found[b], same) for a, b, same in pairs(name) if a in found and b in found]
    joined = [(book.story_of[a.article] == book.story_of[b.article], same) for a, b, same in judged]
    right, wrong = sum(j and same for j, same in joined), sum(j and not same for j, same in joined)
    total, others = sum(same for _, same in joined), sum(not same for _, same in joined)
    precision, recall = right / max(right + wrong, 1), right / max(total, 1)
    score = 2 * precision * recall / max(precision + recall, 1e-9)
    print(f"{name}: joined {right} of {total} that are one event, {wrong} of {others} that are not; ", end="")
    print(f"precision {precision:.3f}, recall {recall:.3f}, F1 {score:.3f}")


def fit(found: dict[str, Trace]) -> None:
    """Print weights fitted to the judged pairs."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import cross_val_score

    judged = [(found[a], found[b], same) for a, b, same in pairs("story-pairs.csv") if a in found and b in found]
    names = [name for name in WEIGHTS if name != "constant"]
    rows = [[features_within(a, b)[name] for name in names] for a, b, _ in judged]
    labels = [same for _, _, same in judged]
    model = LogisticRegression(C=5, max_iter=3000)
    print(f"cross-validated AUC {cross_val_score(model, rows, labels, cv=10, scoring='roc_auc').mean():.3f}")
    model.fit(rows, labels)
    print({"constant": round(model.intercept_[0], 1)} | dict(zip(names, model.coef_[0].round(1).tolist(), strict=True)))


def stress(found: dict[str, Trace], live: int) -> None:
    """Print the time to place an article among `live` ones, each a story of its own to begin with."""
    rng, day = random.Random(1), datetime(2026, 1, 1, tzinfo=UTC)
    pool = list(found.values())
    made = [
        replace(_mixed(rng, pool), article=n, at=day + timedelta(minutes=rng.randrange(14 * 1440)))
        for n in range(live + 500)
    ]
    book = StoryBook(traces={trace.article: trace for trace in made[:live]}, story_of={n: n for n in range(live)})
    begun = time.perf_counter()
    for trace in made[live:]:
        book.place(trace)
    print(f"among {live}: {(time.perf_counter() - begun) / 500 * 1000:.2f} ms each")


def _mixed(rng: random.Random, pool: list[Trace]) -> Trace:
    """A new trace that shares about half of its terms with a real one, and half with another of its language."""
    one = rng.choice(pool)
    other = rng.choice([rng.choice(pool) for _ in range(8)])
    other = other if other.language == one.language else one
    mix = {
        name: {
            term: weight
            for source in (one, other)
            for term, weight in getattr(source, name).items()
            if rng.random() < 0.5
        }
        for name in ("lead", "rare", "names", "shared", "telling")
    }
    return replace(one, **mix)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("--stress", type=int, default=0)
    wanted = parser.parse_args()
    known = traces()
    if wanted.fit:
        fit(known)
    elif wanted.stress:
        stress(known, wanted.stress)
    else:
        stories = place_all(known)
        compare(stories, known, "story-pairs.csv")
        compare(stories, known, "story-pairs-across.csv")

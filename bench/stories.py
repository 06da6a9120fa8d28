"""Measure how well and how fast articles are gathered into stories.

    python bench/stories.py                gathers all labelled news, compares with what was judged
    python bench/stories.py --alone        gathers only the judged articles, as an outsider's test set would come
    python bench/stories.py --fit          fits the weights again (logistic regressions)
    python bench/stories.py --stress 50000 time to place an article among so many live ones

What was judged, on title and first lines and without seeing any score (ids only, no text):

    story-pairs.csv, story-pairs-across.csv   pairs at all degrees of likeness, for fitting
    story-pairs-close.csv                     367 pairs of groups that single-link TF-IDF makes; 57 are one event
    story-events.csv                          106 events with their articles
    story-other-events.csv                    256 pairs of the same actors, series or site that are other events
    story-across.csv                          44 pairs across languages
    copy-pairs.csv                            91 pairs that share much of their words; 60 are copies

Each belongs to a half: weights and thresholds were set on `tune` alone, and on the pairs for fitting. The news lie
beside the repository (WIDERHALL_SHARED, or ../shared).
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
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.figures import Figure, tell  # noqa: E402
from monitor.analyse.analysis import Analyser  # noqa: E402
from monitor.analyse.background import Background, day_one  # noqa: E402
from monitor.analyse.gathering import Gathered, Report, gather, place_report  # noqa: E402
from monitor.analyse.same_event import (  # noqa: E402
    WEIGHTS_ACROSS,
    WEIGHTS_DATED,
    WEIGHTS_UNDATED,
    features_across,
    features_within,
)
from monitor.analyse.stories import StoryBook  # noqa: E402
from monitor.analyse.traces import Trace, trace_of  # noqa: E402
from monitor.settings import load_config  # noqa: E402

SHARED = Path(os.environ.get("WIDERHALL_SHARED", ROOT.parent / "shared"))
LANGUAGES = ("de", "en", "tr", "ru")
TEXT_LETTERS = 6000
#: A judged pair: two ids, and whether they are one.
Pair = tuple[str, str, bool]


def tools() -> tuple[Analyser, Background]:
    """What reads articles, on the shipped configuration."""
    config = load_config(ROOT / "config", {})
    return Analyser(config.actors, config.lexicon), day_one()


def reports() -> Iterator[Report]:
    """The labelled news."""
    for language in LANGUAGES:
        with gzip.open(SHARED / "eval" / f"{language}.jsonl.gz", "rt", encoding="utf-8") as file:
            for item in map(json.loads, file):
                at = _date(item["date"])
                yield Report(
                    id=item["id"],
                    language=language,
                    title=item["title"],
                    text=item["text"][:TEXT_LETTERS],
                    published=at,
                )


def _date(stated: str) -> datetime | None:
    try:
        year, month, day = (int(part) for part in stated[:10].split("-"))
        return datetime(year, month, day, 12, tzinfo=UTC)
    except ValueError:
        return None


def rows(name: str, half: str = "") -> list[dict[str, str]]:
    """The lines of a file of judgements, of one half or of both."""
    with (ROOT / "bench" / name).open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if not half or row["half"] == half]


def pairs(found: Iterable[Mapping[str, str]], judgement: str = "") -> list[Pair]:
    """Rows as pairs; without the name of a judgement none of them is one."""
    return [(row["one"], row["other"], bool(judgement) and row[judgement] == "1") for row in found]


def event_pairs(half: str) -> list[Pair]:
    """Every two articles of the judged events."""
    event_of = {row["id"]: row["event"] for row in rows("story-events.csv", half)}
    return [(one, other, event_of[one] == event_of[other]) for one, other in combinations(event_of, 2)]


def judged_ids() -> set[str]:
    """Every article that was judged in a half."""
    files = ("story-events.csv", "story-other-events.csv", "story-across.csv", "copy-pairs.csv")
    return {row[key] for name in files for row in rows(name) for key in ("id", "one", "other") if key in row}


# --- how well -----------------------------------------------------------------------------------------------------


def compare(gathered: Iterable[Gathered]) -> None:
    """Print how the judged articles were joined, half by half."""
    found = {one.id: one for one in gathered}
    story = {key: one.story for key, one in found.items()}
    text = {key: one.copy_of or key for key, one in found.items()}
    for half in ("tune", "check", ""):
        print(half or "both halves")
        events = _joined("events", event_pairs(half), story)
        others = _joined("same actors, series or site", pairs(rows("story-other-events.csv", half)), story)
        across = _joined("across languages", pairs(rows("story-across.csv", half), "same_event"), story)
        copies = _joined("copies", pairs(rows("copy-pairs.csv", half), "is_copy"), text)
    tell(
        Figure(name="stories: events, pairwise", value=events.f1, unit="F1", at_least=0.85),
        Figure(name="stories: other events, joined", value=100 * others.wrong_share, unit="%", at_most=100 * 5 / 85),
        Figure(name="stories: across languages, joined", value=100 * across.recall, unit="%", at_least=100 * 12 / 17),
        Figure(name="stories: copies, joined", value=100 * copies.recall, unit="%", at_least=98),
    )


@dataclass(frozen=True, kw_only=True)
class Joined:
    """How many of the pairs that are one were joined, and how many of the others."""

    right: int
    total: int
    wrong: int
    others: int

    @property
    def precision(self) -> float:
        return self.right / max(self.right + self.wrong, 1)

    @property
    def recall(self) -> float:
        return self.right / max(self.total, 1)

    @property
    def f1(self) -> float:
        return 2 * self.precision * self.recall / max(self.precision + self.recall, 1e-9)

    @property
    def wrong_share(self) -> float:
        return self.wrong / max(self.others, 1)


def _joined(name: str, judged: list[Pair], group: Mapping[str, object]) -> Joined:
    """Count, and print the counts."""
    joined = [(group[one] == group[other], same) for one, other, same in judged]
    it = Joined(
        right=sum(j and same for j, same in joined),
        total=sum(same for _, same in joined),
        wrong=sum(j and not same for j, same in joined),
        others=sum(not same for _, same in joined),
    )
    figures = f"precision {it.precision:.3f}, recall {it.recall:.3f}, F1 {it.f1:.3f}" if it.total else ""
    print(f"  {name:28} joined {it.right:3} of {it.total:3}, wrongly {it.wrong:2} of {it.others:5}  {figures}")
    return it


# --- fitting ------------------------------------------------------------------------------------------------------


def traces() -> dict[str, Trace]:
    """The traces of all labelled news by id."""
    analyser, background = tools()
    found, begun = {}, time.perf_counter()
    for number, report in enumerate(reports()):
        analysis = analyser.analyse(report.title, report.text, report.language)
        found[report.id] = trace_of(number, analysis, report.published, background)
    print(f"{len(found)} traces, {(time.perf_counter() - begun) / len(found) * 1000:.1f} ms each")
    return found


#: A fitted constant is moved by what served best when articles are gathered.
MOVED_DATED, MOVED_UNDATED = -0.2, 0.55
FOLDS = 10


def fit(found: Mapping[str, Trace]) -> None:
    """Print weights fitted to all judged pairs of one language, with dates and without; validated event by event."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import GroupKFold, cross_val_predict

    judged = fitting_pairs()
    group_of = groups(judged)
    features = [(features_within(found[one], found[other]), same, group_of[one]) for one, other, same in judged]
    for weights, moved in ((WEIGHTS_DATED, MOVED_DATED), (WEIGHTS_UNDATED, MOVED_UNDATED)):
        names = [name for name in weights if name != "constant"]
        ours = [each for each in features if ("near" in each[0]) == ("near" in weights)]
        table, labels = [[known[name] for name in names] for known, _, _ in ours], [same for _, same, _ in ours]
        model = LogisticRegression(C=3, max_iter=5000)
        apart = cross_val_predict(
            model,
            table,
            labels,
            groups=[group for _, _, group in ours],
            cv=GroupKFold(FOLDS),
            method="decision_function",
        )
        model.fit(table, labels)
        fitted = {"constant": float(model.intercept_[0]) + moved} | dict(
            zip(names, model.coef_[0].tolist(), strict=True)
        )
        print(
            f"{len(ours)} pairs, cross-validated AUC {roc_auc_score(labels, apart):.3f}",
            {name: round(weight, 1) for name, weight in fitted.items()},
        )


def fit_across(found: Mapping[str, Trace]) -> None:
    """Print what pairs of different languages weigh, validated event by event; what time says is set by hand."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import StratifiedGroupKFold, cross_val_predict

    files = ("story-pairs-across.csv", "story-across.csv")
    judged = sorted({pair for file in files for pair in pairs(rows(file), "same_event")})
    events = groups(pair for pair in judged if pair[2])
    group_of = [events.get(one, events.get(other, -number)) for number, (one, other, _) in enumerate(judged)]
    names = [name for name in WEIGHTS_ACROSS if name not in ("constant", "far")]
    features = [features_across(found[one], found[other]) for one, other, _ in judged]
    table, labels = [[known.get(name, 0.0) for name in names] for known in features], [same for _, _, same in judged]
    model, folds = LogisticRegression(C=10, max_iter=5000), StratifiedGroupKFold(FOLDS, shuffle=True, random_state=1)
    apart = cross_val_predict(model, table, labels, groups=group_of, cv=folds, method="decision_function")
    model.fit(table, labels)
    print(
        f"{len(judged)} pairs across languages, {sum(labels)} of one event, "
        f"cross-validated AUC {roc_auc_score(labels, apart):.3f}",
        {name: round(weight, 1) for name, weight in zip(names, model.coef_[0].tolist(), strict=True)},
    )


def fitting_pairs() -> list[Pair]:
    """Every judged pair of one language, but for those of different events that nobody would confuse."""
    judged = pairs(rows("story-pairs.csv"), "same_event") + pairs(rows("story-pairs-close.csv"), "same_event")
    judged += pairs(rows("story-other-events.csv"))
    return judged + [pair for half in ("tune", "check") for pair in event_pairs(half) if pair[2]]


def groups(judged: Iterable[Pair]) -> dict[str, int]:
    """Articles that any judgement ties together, by a number: they are kept apart from others as a whole."""
    group_of: dict[str, int] = {}
    for number, (one, other, _) in enumerate(judged):
        tied = {group_of.setdefault(key, number) for key in (one, other)}
        group_of |= {key: min(tied) for key, group in group_of.items() if group in tied}
    return group_of


# --- how fast -----------------------------------------------------------------------------------------------------


def stress(found: Mapping[str, Trace], live: int) -> None:
    """Print the time to place an article among `live` ones, each a story of its own to begin with."""
    rng, day = random.Random(1), datetime(2026, 1, 1, tzinfo=UTC)
    pool = list(found.values())
    made = [
        replace(_mixed(rng, pool), article=n, at=day + timedelta(minutes=rng.randrange(14 * 1440)))
        for n in range(live + 500)
    ]
    book = StoryBook(traces={trace.article: trace for trace in made[:live]}, story_of={n: n for n in range(live)})
    nothing: frozenset[int] = frozenset()
    begun = time.perf_counter()
    for trace in made[live:]:
        place_report(book, {}, trace, nothing, lambda _: nothing)
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
        for name in ("lead", "rare", "shared", "telling", "actors", "topics")
    }
    return replace(one, **mix)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--alone", action="store_true")
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("--stress", type=int, default=0)
    wanted = parser.parse_args()
    if wanted.fit:
        known = traces()
        fit(known)
        fit_across(known)
    elif wanted.stress:
        stress(traces(), wanted.stress)
    else:
        judged = judged_ids()
        compare(gather((one for one in reports() if not wanted.alone or one.id in judged), *tools()))

"""Measure other subjects: what a watch finds that is nothing but a seed. Returns values, prints nothing.

Each seed is tried alone, as `widerhall watch new` would take it: no facets, no keywords, no verdicts. Its echo (see
`analyse.echo`) is taken from the articles of its own set, whose labels nobody looks at.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any

import numpy as np

from monitor.analyse.analysis import Analyser, Analysis
from monitor.analyse.assess import Assessor
from monitor.analyse.background import Background
from monitor.analyse.echo import ECHO_ARTICLES, with_echo
from monitor.analyse.profile import SeedProfile, profile_of
from monitor.analyse.weights import Weights
from monitor.errors import UsageError
from monitor.model import Article, TextQuality, Thresholds, Watch
from monitor.tune import baselines, metrics
from monitor.tune.labelled import Document, Topic

#: So many stored articles are looked at; each costs some milliseconds.
ECHO_FROM_LATEST = 3_000
#: A store that has nothing near to a seed has no echo of it.
ECHO_FROM_POINTS = 25.0
#: Sorts articles of one language by how near they are to the seed.
Scorer = Callable[[SeedProfile, Sequence[Analysis]], Sequence[float]]


def evaluate_topics(
    topics: Iterable[Topic],
    documents: Mapping[str, Sequence[Document]],
    *,
    analyser: Analyser,
    background: Background,
    weights: Weights,
    with_baselines: bool = False,
) -> dict[str, Any]:
    """Each seed of each topic as the only seed of a watch without any hand-work."""
    read_sets = {
        name: {d.id: analyser.analyse(d.title, d.text, d.lang) for d in members} for name, members in documents.items()
    }

    def score(profile: SeedProfile, analyses: Sequence[Analysis]) -> Sequence[float]:
        assessor = Assessor(_bare_watch(profile), [profile], background, weights)
        return [assessor.score(analysis) for analysis in analyses]

    rows = []
    for topic in topics:
        analyses = read_sets[topic.set]
        for seed in topic.seeds:
            if seed not in analyses:
                raise UsageError(f"topic «{topic.name}»: the set «{topic.set}» has no article «{seed}» to be the seed")
            ranked: dict[str, Sequence[float] | metrics.Array] = {**rank(analyses, seed, score, background)}
            if with_baselines:
                profile, others = profile_of(analyses[seed], name=seed), _others(analyses, seed)
                ranked |= baselines.scores(others, profile, _bare_watch(profile))
            rows.append(
                {
                    "topic": topic.name,
                    "set": topic.set,
                    "seed": seed,
                    "ap_1": _precisions(topic, seed, analyses, ranked),
                }
            )
    return {"topics": rows, "mean_ap_1": _means(rows)}


def rank(
    analyses: Mapping[str, Analysis], seed: str, score: Scorer, background: Background
) -> dict[str, Sequence[float]]:
    """Scores of all articles but the seed, with its echo and without."""
    others = _others(analyses, seed)
    profile = profile_of(analyses[seed], name=seed)
    alone = score(profile, others)
    heard = with_echo(profile, zip(alone, others, strict=True), background)
    return {"model": score(heard, others), "without_echo": alone}


def with_stored_echo(
    profile: SeedProfile,
    articles: Iterable[Article],
    *,
    analyser: Analyser,
    background: Background,
    weights: Weights,
) -> SeedProfile:
    """The profile with the echo of what an operator's store has: the latest full texts in the seed's language."""
    latest: deque[Article] = deque(maxlen=ECHO_FROM_LATEST)
    latest.extend(a for a in articles if a.language == profile.language and a.quality is TextQuality.FULL)
    assessor = Assessor(_bare_watch(profile), [profile], background, weights)

    def scored() -> Iterator[tuple[float, Analysis]]:
        for article in latest:
            analysis = analyser.analyse(article.title, article.text, article.language)
            if not assessor.is_reprint(analysis):
                yield assessor.score(analysis), analysis

    nearest = heapq.nlargest(ECHO_ARTICLES, scored(), key=itemgetter(0))
    enough = [(score, analysis) for score, analysis in nearest if score >= ECHO_FROM_POINTS]
    return with_echo(profile, enough, background)


def leave_one_out(documents: Mapping[str, Sequence[Document]]) -> list[Topic]:
    """Every article that must be in the digest as the seed of its language."""
    return [
        Topic(
            name="leave one out",
            set=name,
            seeds=tuple(document.id for document in members if document.label == 2),
            grades={document.id: document.label for document in members if document.label},
        )
        for name, members in documents.items()
        if any(document.label == 2 for document in members)
    ]


def _others(analyses: Mapping[str, Analysis], seed: str) -> list[Analysis]:
    return [analysis for identity, analysis in analyses.items() if identity != seed]


def _precisions(
    topic: Topic, seed: str, analyses: Mapping[str, Analysis], ranked: Mapping[str, Sequence[float] | metrics.Array]
) -> dict[str, float]:
    """Average precision of each ranking, among the articles that somebody judged or nobody had to."""
    others = [identity for identity in analyses if identity != seed]
    judged = np.array([identity not in topic.unjudged for identity in others])
    relevant = np.array([int(topic.grades.get(identity, 0) > 0) for identity in others])
    return {
        name: metrics.average_precision(relevant[judged], np.array(scores)[judged]) for name, scores in ranked.items()
    }


def _bare_watch(profile: SeedProfile) -> Watch:
    """What `widerhall watch new` makes of a seed before anybody edits it."""
    return Watch(id="subject", title=profile.title, seeds=(profile.name,), thresholds=Thresholds(match=50, review=35))


def _means(rows: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """Mean over topics of the mean over their seeds."""
    names = rows[0]["ap_1"] if rows else {}
    grouped: dict[tuple[str, str], list[Mapping[str, float]]] = {}
    for row in rows:
        grouped.setdefault((row["topic"], row["set"]), []).append(row["ap_1"])
    return {name: float(np.mean([np.mean([r[name] for r in group]) for group in grouped.values()])) for name in names}

"""Measure a watch on labelled news: the shipped scores as they are, beside what simpler programs would have said.

Returns values, prints nothing and draws nothing. Sets of headlines are measured, too, but never pooled: a headline can
only suggest. What a document says of itself is judged as the daemon would judge it, rules included.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from monitor.analyse.analysis import Analyser, Analysis
from monitor.analyse.assess import Assessor
from monitor.analyse.background import Background
from monitor.analyse.keywords import KeywordMatcher
from monitor.analyse.learnt import Learnt
from monitor.analyse.profile import SeedProfile
from monitor.analyse.reader import Judge
from monitor.analyse.weights import Weights
from monitor.model import ScoreCard, TextQuality, Thresholds, Watch
from monitor.tune import baselines, metrics, simulate
from monitor.tune.labelled import Document

SCHEMA = "widerhall.evaluation/1"
#: An analyst reads so many articles of a thousand that came in.
BUDGET_SHARE = 0.01
#: So many misses and false alarms are shown with their reasons.
WORST = 10
#: So many points of the precision-recall curve are kept for drawing.
CURVE_POINTS = 200


@dataclass(frozen=True, kw_only=True)
class Bench:
    """Everything a watch is scored with."""

    watch: Watch
    analyser: Analyser
    profiles: Sequence[SeedProfile]
    background: Background
    weights: Weights
    versions: Mapping[str, str] = field(default_factory=dict)

    def judge(self, profiles: Sequence[SeedProfile], learnt: Learnt | None = None) -> Judge:
        """The watch with other seeds, or taught by verdicts."""
        assessor = Assessor(self.watch, profiles, self.background, self.weights, versions=self.versions, learnt=learnt)
        return Judge(rules=KeywordMatcher(self.watch.rules), assessor=assessor)

    @property
    def protected(self) -> frozenset[str]:
        """What the facets name: verdicts never take it away."""
        return frozenset(identity for facet in self.watch.facets for identity in facet.any)


@dataclass(frozen=True, kw_only=True)
class Scored:
    """One document as it was read and judged."""

    document: Document
    analysis: Analysis
    card: ScoreCard


def read(bench: Bench, documents: Iterable[Document]) -> list[Scored]:
    """Read and judge documents, whose language is taken as known."""
    judge = bench.judge(bench.profiles)
    scored = []
    for document in documents:
        analysis = bench.analyser.analyse(document.title, document.text, document.lang)
        scored.append(Scored(document=document, analysis=analysis, card=judge.judge(analysis, quality_of(document))))
    return scored


def quality_of(document: Document) -> TextQuality:
    """A document without a text is a headline."""
    return TextQuality.FULL if document.text.strip() else TextQuality.HEADLINE_ONLY


def evaluate(
    bench: Bench, scored: Sequence[Scored], *, with_baselines: bool = False, verdicts: int = 0
) -> dict[str, Any]:
    """All figures of a watch on documents of one or more sets, as one JSON-ready document."""
    by_set: dict[str, list[Scored]] = {}
    for each in scored:
        by_set.setdefault(each.document.set, []).append(each)
    full = [name for name, members in by_set.items() if _share_with_text(members) > 0.5]
    pooled = [each for name in full or by_set for each in by_set[name]]
    thresholds = bench.watch.thresholds
    result: dict[str, Any] = {
        "schema": SCHEMA,
        "watch": bench.watch.id,
        "versions": dict(scored[0].card.versions) if scored else {},
        "thresholds": {"match": thresholds.match, "review": thresholds.review},
        "pooled": {"of": full or list(by_set), "model": _figures(pooled, thresholds)},
        "sets": {name: {"model": _figures(members, thresholds)} for name, members in by_set.items()},
    }
    if with_baselines:
        _add_baselines(result, bench, by_set)
    if verdicts:
        result["feedback"] = _feedback(bench, pooled, verdicts)
    result["worst"] = worst(pooled, thresholds)
    return result


def _share_with_text(members: Sequence[Scored]) -> float:
    return sum(bool(each.document.text.strip()) for each in members) / len(members)


def _figures(members: Sequence[Scored], thresholds: Thresholds) -> dict[str, Any]:
    return figures(_labels(members), np.array([each.card.score for each in members]), thresholds.match)


def _labels(members: Sequence[Scored]) -> metrics.Array:
    return np.array([each.document.label for each in members])


def figures(labels: metrics.Array, scores: metrics.Array, threshold: float | None = None) -> dict[str, Any]:
    """The figures of one ranking; `_1` counts labels 1 and 2 as relevant, `_2` label 2 alone."""
    relevant, central = (labels >= 1).astype(int), (labels >= 2).astype(int)
    curve = metrics.Curve.of(relevant, scores)
    budget = max(1, round(BUDGET_SHARE * len(labels)))
    best = int(curve.f1.argmax()) if len(labels) else 0
    costs = metrics.detection_costs(curve)
    found: dict[str, Any] = {
        "documents": len(labels),
        "relevant_1": int(relevant.sum()),
        "relevant_2": int(central.sum()),
        "ap_1": metrics.average_precision(relevant, scores),
        "ap_1_interval": metrics.interval(metrics.average_precision, relevant, scores),
        "ap_2": metrics.average_precision(central, scores),
        "ap_2_interval": metrics.interval(metrics.average_precision, central, scores),
        "r_precision": metrics.r_precision(curve),
        "best_f1": float(curve.f1[best]),
        "best_f1_threshold": float(curve.scores[best]),
        "precision_at_10": metrics.precision_at(curve, 10),
        "precision_at_50": metrics.precision_at(curve, 50),
        "budget": budget,
        "recall_at_budget": metrics.recall_at(curve, budget),
        "min_cost": float(costs.min()),
        "det": metrics.det_points(curve),
        "curve": _thinned(curve),
    }
    if threshold is not None:
        reached = curve.at_least(threshold)
        found["f1_at_threshold"] = metrics.f1_at(curve, threshold)
        found["actual_cost"] = float(costs[reached - 1]) if reached else 1.0
    return found


def _thinned(curve: metrics.Curve) -> list[tuple[float, float]]:
    """(recall, precision) where recall grows."""
    grows = np.flatnonzero(np.diff(curve.hits, prepend=0))[:CURVE_POINTS]
    return [(round(float(curve.recall[place]), 4), round(float(curve.precision[place]), 4)) for place in grows]


def _add_baselines(result: dict[str, Any], bench: Bench, by_set: Mapping[str, Sequence[Scored]]) -> None:
    ranked: dict[str, dict[str, metrics.Array]] = {}
    for name, members in by_set.items():
        ranked[name] = baselines.scores([each.analysis for each in members], bench.profiles[0], bench.watch)
        labels = _labels(members)
        result["sets"][name]["baselines"] = {kind: figures(labels, scores) for kind, scores in ranked[name].items()}
    names = result["pooled"]["of"]
    labels = np.concatenate([_labels(by_set[name]) for name in names])
    result["pooled"]["baselines"] = {
        kind: figures(labels, np.concatenate([ranked[name][kind] for name in names])) for kind in ranked[names[0]]
    }


def _feedback(bench: Bench, pooled: Sequence[Scored], verdicts: int) -> dict[str, Any]:
    """Figures on what nobody judged, before and after: they differ by what was learnt alone."""
    known = [
        simulate.Known(analysis=each.analysis, is_relevant=each.document.label > 0, score=each.card.score)
        for each in pooled
    ]
    judged = simulate.least_decided(known, bench.watch.thresholds.match, verdicts)
    assessor = bench.judge(bench.profiles).assessor
    taught = simulate.teach(known, judged, bench.background, assessor.points_by, protected=bench.protected)
    rest = [pooled[place] for place in taught.unjudged]
    return {
        "verdicts": len(judged),
        "relevant": sum(known[place].is_relevant for place in judged),
        "refused": taught.refused,
        "before": _figures(rest, bench.watch.thresholds),
        "after": figures(_labels(rest), np.array(taught.scores), bench.watch.thresholds.match),
    }


def worst(pooled: Sequence[Scored], thresholds: Thresholds) -> dict[str, Any]:
    """The relevant articles furthest below the threshold and the irrelevant ones furthest above it, and why."""
    ranked = sorted(pooled, key=lambda each: each.card.score)
    misses = [each for each in ranked if each.document.label and each.card.score < thresholds.match]
    alarms = [each for each in reversed(ranked) if not each.document.label and each.card.score >= thresholds.match]
    return {
        "misses": [_reasons(each) for each in misses[:WORST]],
        "false_alarms": [_reasons(each) for each in alarms[:WORST]],
        "missed_at_threshold": len(misses),
        "false_alarms_at_threshold": len(alarms),
    }


def _reasons(each: Scored) -> dict[str, Any]:
    card = each.card
    return {
        "id": each.document.id,
        "set": each.document.set,
        "label": each.document.label,
        "title": each.document.title,
        "score": round(card.score, 2),
        "outcome": card.outcome.value,
        "parts": {part.name: round(part.points, 2) for part in sorted(card.parts, key=lambda part: -abs(part.points))},
        "missing": [facet.facet for facet in card.facets if not facet.is_hit],
    }

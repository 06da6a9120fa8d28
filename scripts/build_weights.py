"""Fit config/background/weights.json: how many points each measure is worth, from labelled news beside the repository.

Usage: build_weights.py EVAL_DIR    (NAME.jsonl.gz and labels.csv; see docs/score.md)

The model is a logistic regression with weights that cannot be negative, so that no name and no concept ever counts
against an article, regularised hard because there are 81 positives. Its scale is then moved so that an article with
nothing in common has 0 points and the threshold with the best F1 in cross-validation lies at 50.
"""

from __future__ import annotations

import csv
import gzip
import json
import sys
import unicodedata
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize

from monitor.analyse.analysis import Analyser
from monitor.analyse.assess import Assessor
from monitor.analyse.background import day_one
from monitor.analyse.weights import Model, Weights
from monitor.app import App
from monitor.settings import load_config

ROOT = Path(__file__).resolve().parent.parent
SETS = ("de", "en", "tr", "ru")
#: Inverse strength of the regularisation: .005 to .08 differ by .02 of AP in cross-validation.
STRENGTH = 0.02
#: An article that must be in the digest counts as much as three that are useful to have.
GRADE_2 = 3.0
FOLDS, REPEATS = 5, 3
MATCH_POINTS = 50.0

_T, _R, _I, _S, _J = "turkey", "russia", "islamic_state", "syria", "joint_action"
_PAIRS = ((_T, _R), (_T, _I), (_T, _S), (_R, _S), (_R, _I), (_T, _J), (_R, _J))
MEASURES = (
    "lexical",
    "entities",
    "concepts",
    *(f"lead:{facet}" for facet in (_T, _R, _I, _S, _J)),
    *(f"{kind}:{one}+{other}" for one, other in _PAIRS for kind in ("meet", "both")),
    f"meet:{_T}+{_R}+{_S}|{_I}",
    f"meet:{_T}+{_R}+{_J}",
    f"meet:{_T}+{_I}+{_J}",
    f"meet:{_T}+{_R}+{_S}|{_I}+{_J}",
    f"both:{_T}+{_R}+{_S}|{_I}",
)
#: For watches without these facets: by hand, so that the seeds of the demo's subjects match each other at 50.
GENERAL = {"lexical": 60.0, "key_terms": 60.0, "entities": 20.0, "concepts": 20.0}

Matrix = np.ndarray[Any, np.dtype[np.float64]]


def measure(folder: Path, name: str, assessor: Assessor, analyser: Analyser) -> tuple[Matrix, Matrix]:
    """Measures and labels of one labelled set."""
    with (folder / "labels.csv").open(encoding="utf-8") as stream:
        labels = {row["id"]: int(row["label"]) for row in csv.DictReader(stream)}
    rows, grades = [], []
    with gzip.open(folder / f"{name}.jsonl.gz", "rt", encoding="utf-8") as stream:
        for line in stream:
            document = json.loads(line)
            title, text = (unicodedata.normalize("NFC", document[key]) for key in ("title", "text"))
            values = assessor.measures(analyser.analyse(title, text, document["lang"]))
            rows.append([values[each] for each in MEASURES])
            grades.append(labels.get(document["id"], 0))
    return np.array(rows), np.array(grades, dtype=float)


def fit(values: Matrix, grades: Matrix) -> tuple[Matrix, float]:
    """Weights (none negative) and intercept of a regularised logistic regression."""
    scale = values.std(0) + 1e-9
    scaled, is_positive = values / scale, (grades > 0).astype(float)
    importance = np.where(grades == 2, GRADE_2, 1.0)

    def loss(beta: Matrix) -> tuple[float, Matrix]:
        logit = scaled @ beta[1:] + beta[0]
        error = importance * (1 / (1 + np.exp(-logit)) - is_positive)
        value = (importance * (np.logaddexp(0, logit) - is_positive * logit)).sum()
        penalty = beta[1:] / STRENGTH
        return value + 0.5 * (beta[1:] @ penalty), np.r_[error.sum(), scaled.T @ error + penalty]

    bounds = [(None, None), *[(0, None)] * values.shape[1]]
    start = np.r_[-5.0, np.zeros(values.shape[1])]
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 500}).x
    return found[1:] / scale, float(found[0])


def cross_validated(values: Matrix, grades: Matrix, strata: Matrix) -> Matrix:
    """Each article's score by models that have not seen it, averaged over repeated folds."""
    rng, scores = np.random.default_rng(0), np.zeros(len(grades))
    for _ in range(REPEATS):
        fold = np.zeros(len(grades), dtype=int)
        for stratum in np.unique(strata):
            members = np.flatnonzero(strata == stratum)
            fold[members] = rng.permutation(len(members)) % FOLDS
        for number in range(FOLDS):
            weights, intercept = fit(values[fold != number], grades[fold != number])
            scores[fold == number] += (values[fold == number] @ weights + intercept) / REPEATS
    return scores


def average_precision(is_positive: Matrix, scores: Matrix) -> float:
    """Mean of the precision at each positive."""
    ranked = is_positive[np.argsort(-scores, kind="stable")]
    return float((np.cumsum(ranked) / np.arange(1, len(ranked) + 1) * ranked).sum() / ranked.sum())


def best_f1(is_positive: Matrix, scores: Matrix) -> tuple[float, float]:
    """The best F1 and the score it is reached at."""
    order = np.argsort(-scores, kind="stable")
    hits = np.cumsum(is_positive[order])
    f1 = 2 * hits / (np.arange(1, len(order) + 1) + is_positive.sum())
    return float(f1.max()), float(scores[order][f1.argmax()])


def main(folder: Path) -> int:
    config = load_config(None, {})
    profiles, watch = App(config).profiles, config.watches[0]
    probe = Weights(version="probe", models=[Model(name="all", points=dict.fromkeys(MEASURES, 1.0))])
    assessor = Assessor(watch, [profiles[name] for name in watch.seeds], day_one(), probe)
    analyser = Analyser(config.actors, config.lexicon)
    measured = [measure(folder, name, assessor, analyser) for name in SETS]
    values, grades = (np.concatenate(each) for each in zip(*measured, strict=True))
    language = np.repeat(np.arange(len(SETS)), [len(each[1]) for each in measured])

    unseen = cross_validated(values, grades, language * 10 + grades)
    ap_1, ap_2 = (average_precision((grades >= grade).astype(float), unseen) for grade in (1, 2))
    f1, threshold = best_f1((grades > 0).astype(float), unseen)
    weights, intercept = fit(values, grades)
    unit = MATCH_POINTS / (threshold - intercept)
    points = {name: round(weight * unit, 3) for name, weight in zip(MEASURES, weights, strict=True) if weight > 1e-6}
    made = (
        f"scripts/build_weights.py: logistic regression, {int((grades > 0).sum())} relevant of {len(grades)} articles; "
        f"cross-validated AP {ap_1:.3f} (label 2: {ap_2:.3f}), F1 {f1:.3f}"
    )
    models = {watch.id: {"points": points, "made": made}, "general": {"points": GENERAL, "made": "by hand"}}
    target = ROOT / "config" / "background" / "weights.json"
    body = {"version": "2026-11-22", "models": models}
    target.write_text(json.dumps(body, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(made)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))

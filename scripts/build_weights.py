"""Fit config/background/weights.json: how many points each measure is worth, from labelled news beside the repository.

    python scripts/build_weights.py ../shared/eval

The shipped watch has a logistic regression over its measures, regularised hard because there are 81 positives, with
weights that cannot be negative, so that no name and no concept ever counts against an article. Watches without its
facets have the `general` model, whose shares were chosen on the subjects of bench/subjects.json. Both are then moved to
one scale: an article with nothing in common has 0 points, and the threshold with the best F1 lies at 50. Prints what
cross-validation says, by folds and with each language left out.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize

from monitor.analyse.analysis import Analyser, Analysis
from monitor.analyse.assess import Assessor
from monitor.analyse.background import day_one
from monitor.analyse.profile import SeedProfile
from monitor.analyse.weights import Model, Weights
from monitor.model import TextQuality, Thresholds, Watch
from monitor.settings import load_config
from monitor.tune.labelled import Topic, read_labels, read_set, read_topics
from monitor.tune.subjects import rank

ROOT = Path(__file__).resolve().parent.parent

VERSION = "weights-2"
SETS = ("de", "en", "tr", "ru")
#: Inverse strength of the regularisation: .02 to .2 differ by .01 of AP in cross-validation.
STRENGTH = 0.1
#: An article that must be in the digest counts as much as so many that are useful to have.
GRADE_2 = 5.0
FOLDS, REPEATS = 5, 3
MATCH_POINTS = 50.0
#: One article in a hundred of the background reaches this.
SCALE_QUANTILE = 0.99

_T, _R, _I, _S, _J = "turkey", "russia", "islamic_state", "syria", "joint_action"
#: Twelve say as much as thirty did (AP of unseen articles .84 and .84, of the 34 that must be in a digest .83 and .80,
#: of unseen languages .82 and .80): docs/score.md has the ablation.
MEASURES = (
    "lexical",
    "key_terms",
    "entities",
    *(f"lead:{facet}" for facet in (_T, _R, _I, _J)),
    f"both:{_T}+{_R}",
    f"both:{_T}+{_S}|{_I}",
    f"both:{_T}+{_J}",
    f"meet:{_T}+{_R}",
    f"meet:{_T}+{_R}+{_S}|{_I}+{_J}",
)
SCALED = ("lexical", "key_terms", "entities")
#: Shares of the general model. Mean AP on the subjects: plain TF-IDF .74, key terms alone .84, these .87, with the echo
#: .89.
GENERAL = {"lexical": 1.0, "key_terms": 2.0, "entities": 0.1, "concepts": 0.1}

BACKGROUND = day_one()
Matrix = np.ndarray[Any, np.dtype[np.float64]]


def fit(values: Matrix, grades: Matrix) -> tuple[Matrix, float]:
    """Weights (none negative) and intercept of a regularised logistic regression."""
    spread = values.std(0) + 1e-9
    scaled, is_positive = values / spread, (grades > 0).astype(float)
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
    return found[1:] / spread, float(found[0])


def by_folds(values: Matrix, grades: Matrix, strata: Matrix) -> Matrix:
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


def by_language(values: Matrix, grades: Matrix, language: Matrix) -> Matrix:
    """Each article's score by a model that has seen no article of its language."""
    scores = np.zeros(len(grades))
    for left_out in np.unique(language):
        weights, intercept = fit(values[language != left_out], grades[language != left_out])
        scores[language == left_out] = values[language == left_out] @ weights + intercept
    return scores


def average_precision(is_positive: Matrix, scores: Matrix) -> float:
    """Mean of the precision at each positive."""
    ranked = is_positive[np.argsort(-scores, kind="stable")]
    return float((np.cumsum(ranked) / np.arange(1, len(ranked) + 1) * ranked).sum() / ranked.sum())


def best_threshold(is_positive: Matrix, scores: Matrix) -> tuple[float, float]:
    """The best F1, and the middle of the scores that come within .02 of it: a peak is an accident, a plateau is not."""
    order = np.argsort(-scores, kind="stable")
    hits = np.cumsum(is_positive[order])
    f1 = 2 * hits / (np.arange(1, len(order) + 1) + is_positive.sum())
    plateau = scores[order][f1 >= f1.max() - 0.02]
    return float(f1.max()), float((plateau.max() + plateau.min()) / 2)


def scaled(
    values: Mapping[str, Matrix], grades: Mapping[str, Matrix]
) -> tuple[Matrix, Matrix, Matrix, dict[str, dict[str, float]]]:
    """All articles in one: values on the scale of their language, grades, languages; and the scale."""
    scale = {
        measure: {
            lang: round(float(np.quantile(values[lang][grades[lang] == 0, MEASURES.index(measure)], SCALE_QUANTILE)), 4)
            for lang in SETS
        }
        for measure in SCALED
    }
    divisors = {lang: np.array([scale[m][lang] if m in scale else 1.0 for m in MEASURES]) for lang in SETS}
    stacked = np.concatenate([values[lang] / divisors[lang] for lang in SETS])
    language = np.repeat(np.arange(len(SETS)), [len(grades[lang]) for lang in SETS])
    return stacked, np.concatenate([grades[lang] for lang in SETS]), language, scale


def fitted_model(name: str, values: Mapping[str, Matrix], grades: Mapping[str, Matrix]) -> Model:
    """The model of the shipped watch."""
    stacked, labels, language, scale = scaled(values, grades)
    unseen = by_folds(stacked, labels, language * 10 + labels)
    f1, threshold = best_threshold((labels > 0).astype(float), unseen)
    weights, intercept = fit(stacked, labels)
    unit = MATCH_POINTS / (threshold - intercept)
    figures = {
        kind: [average_precision((labels >= grade).astype(float), scores) for grade in (1, 2)]
        for kind, scores in (("folds", unseen), ("languages", by_language(stacked, labels, language)))
    }
    made = (
        f"scripts/build_weights.py: {int((labels > 0).sum())} relevant of {len(labels)} articles; AP of unseen "
        f"articles {figures['folds'][0]:.3f} (label 2: {figures['folds'][1]:.3f}), of unseen languages "
        f"{figures['languages'][0]:.3f} ({figures['languages'][1]:.3f}); best F1 {f1:.3f}"
    )
    points = {m: round(float(w) * unit, 3) for m, w in zip(MEASURES, weights, strict=True) if w > 1e-6}
    return Model(name=name, points=points, scale={m: s for m, s in scale.items() if m in points}, made=made)


def headline_factor(model: Model, values: Matrix, grades: Matrix) -> float:
    """By how much headlines must be raised for their best F1 to lie at the match threshold, too."""
    units = np.array([model.per_unit(name, "de") if name in model.points else 0.0 for name in MEASURES])
    return round(MATCH_POINTS / best_threshold((grades > 0).astype(float), values @ units)[1], 2)


def general_model(topics: Iterable[Topic], read: Mapping[str, Mapping[str, Analysis]]) -> Model:
    """The model for any other watch: fixed shares, on the scale whose match threshold suits the subjects best."""
    grid = np.linspace(0.02, 1.5, 150)
    curves, precisions = [], []
    for topic in topics:
        seed = topic.seeds[0]
        others = [identity for identity in read[topic.set] if identity != seed]
        judged = np.array([identity not in topic.unjudged for identity in others])
        relevant = np.array([topic.grades.get(identity, 0) > 0 for identity in others])[judged]
        scores = np.array(rank(read[topic.set], seed, general_scores, BACKGROUND)["model"])[judged]
        precisions.append(average_precision(relevant.astype(float), scores))
        hits = np.array([(relevant & (scores >= cut)).sum() for cut in grid])
        found = np.array([(scores >= cut).sum() for cut in grid])
        curves.append(2 * hits / (found + relevant.sum()))
    mean = np.mean(curves, axis=0)
    unit = MATCH_POINTS / grid[mean.argmax()]
    made = (
        f"scripts/build_weights.py: one seed each of {len(curves)} other subjects: mean AP {np.mean(precisions):.3f}, "
        f"mean F1 at 50 points {mean.max():.3f}"
    )
    return Model(name="general", points={name: round(share * unit, 3) for name, share in GENERAL.items()}, made=made)


def general_scores(profile: SeedProfile, analyses: Sequence[Analysis]) -> Sequence[float]:
    """What the general model says, on its own scale."""
    assessor = probe([profile], GENERAL)
    return [assessor.score(analysis) for analysis in analyses]


def probe(profiles: Iterable[SeedProfile], points: Mapping[str, float], watch: Watch | None = None) -> Assessor:
    """An assessor with the given points, without thresholds that mean anything."""
    blank = Watch(id="probe", title="", seeds=(), thresholds=Thresholds(match=0, review=0))
    return Assessor(watch or blank, profiles, BACKGROUND, Weights(version="", models=[Model(name="", points=points)]))


def profiles_of(watch: Watch) -> list[SeedProfile]:
    """The shipped profiles of a shipped watch."""
    paths = [ROOT / "config" / "seeds" / f"{name}.json" for name in watch.seeds]
    return [SeedProfile.from_json(path.read_text(encoding="utf-8")) for path in paths]


def measured(assessor: Assessor, analyses: Iterable[Analysis]) -> Matrix:
    rows: Sequence[Mapping[str, float]] = [assessor.measures(analysis) for analysis in analyses]
    return np.array([[row[name] for name in MEASURES] for row in rows])


def main(folder: Path) -> None:
    config = load_config(ROOT / "config")
    analyser, labels = Analyser(config.actors, config.lexicon), read_labels(folder)
    documents = {lang: list(read_set(folder, lang, labels)) for lang in SETS}
    read = {lang: {d.id: analyser.analyse(d.title, d.text, lang) for d in listed} for lang, listed in documents.items()}
    (watch,) = [watch for watch in config.watches if watch.id == "turkey-russia-is"]
    assessor = probe(profiles_of(watch), dict.fromkeys(MEASURES, 1.0), watch)
    values = {lang: measured(assessor, read[lang].values()) for lang in SETS}
    grades = {lang: np.array([d.label for d in documents[lang]], dtype=float) for lang in SETS}
    model = fitted_model(watch.id, values, grades)
    headlines = list(read_set(folder, "de_headlines", labels))
    headline_values = measured(assessor, (analyser.analyse(d.title, "", "de") for d in headlines))
    headline_grades = np.array([d.label for d in headlines], dtype=float)
    factor = headline_factor(model, headline_values, headline_grades)
    model = replace(model, calibration={TextQuality.HEADLINE_ONLY.value: factor})
    models = [model, general_model(read_topics(ROOT / "bench" / "subjects.json"), read)]
    body = {
        "version": VERSION,
        "models": {
            m.name: {"points": m.points, "scale": m.scale, "calibration": m.calibration, "made": m.made} for m in models
        },
    }
    target = ROOT / "config" / "background" / "weights.json"
    target.write_text(json.dumps(body, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(*(model.made for model in models), sep="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

"""What each measure is worth to the shipped watch: `python bench/ablation.py ../shared/eval`. Some minutes.

Prints, with and without each of them, the average precision of articles and of languages that the weights were not
fitted on (labels 1 and 2, and 2 alone), the best F1, and how much of the points of relevant articles each one gives.
"""

from __future__ import annotations

import sys
from collections.abc import Collection
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "scripts"))

import build_weights as made

from monitor.analyse.analysis import Analyser
from monitor.settings import load_config
from monitor.tune.labelled import read_labels, read_set

#: What is left out, or left alone: by the beginning of the names.
CHANNELS = {
    "plain TF-IDF": ("lexical",),
    "key terms": ("key_terms",),
    "the seed's words": ("lexical", "key_terms"),
    "names": ("entities",),
    "the seed": ("lexical", "key_terms", "entities"),
    "title and first lines": ("lead:",),
    "both named": ("both:",),
    "in one passage": ("meet:",),
    "the facets": ("lead:", "both:", "meet:"),
}

WIDTHS = (14, 7, 7, 9, 7, 13, 7, 7)


def main(folder: Path) -> None:
    config = load_config()
    analyser, labels = Analyser(config.actors, config.lexicon), read_labels(folder)
    (watch,) = [watch for watch in config.watches if watch.id == "turkey-russia-is"]
    assessor = made.probe(made.profiles_of(watch), dict.fromkeys(made.MEASURES, 1.0), watch)
    documents = {lang: list(read_set(folder, lang, labels)) for lang in made.SETS}
    values = {
        lang: made.measured(assessor, (analyser.analyse(d.title, d.text, lang) for d in listed))
        for lang, listed in documents.items()
    }
    grades = {lang: np.array([d.label for d in listed], dtype=float) for lang, listed in documents.items()}
    stacked, grade, language, _ = made.scaled(values, grades)
    weights, _ = made.fit(stacked, grade)
    points = (stacked * weights)[grade > 0].mean(0)
    heads = ("without: AP 1", "AP 2", "F1", "lang. 1", "2", "alone: AP 1", "AP 2", "share")
    print(" " * 24 + "".join(f"{head:>{width}}" for head, width in zip(heads, WIDTHS, strict=True)))
    row("everything", stacked, grade, language, range(stacked.shape[1]), ())
    for name, beginnings in CHANNELS.items():
        those = [place for place, measure in enumerate(made.MEASURES) if measure.startswith(beginnings)]
        rest = [place for place in range(stacked.shape[1]) if place not in those]
        row(name, stacked, grade, language, rest, those, share=points[those].sum() / points.sum())


def row(
    name: str,
    values: made.Matrix,
    grades: made.Matrix,
    language: made.Matrix,
    kept: Collection[int],
    alone: Collection[int],
    *,
    share: float = 1.0,
) -> None:
    strata = language * 10 + grades
    relevant, central = (grades > 0).astype(float), (grades > 1).astype(float)
    folds = made.by_folds(values[:, list(kept)], grades, strata)
    unseen = made.by_language(values[:, list(kept)], grades, language)
    cells: list[float | None] = [
        made.average_precision(relevant, folds),
        made.average_precision(central, folds),
        made.best_threshold(relevant, folds)[0],
        made.average_precision(relevant, unseen),
        made.average_precision(central, unseen),
        *(None, None),
        share,
    ]
    if alone:
        by_itself = made.by_folds(values[:, list(alone)], grades, strata)
        cells[5:7] = made.average_precision(relevant, by_itself), made.average_precision(central, by_itself)
    shown = ("" if cell is None else f"{cell:.3f}" for cell in cells)
    print(f"{name:24}" + "".join(f"{cell:>{width}}" for cell, width in zip(shown, WIDTHS, strict=True)), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))

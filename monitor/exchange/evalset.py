"""Verdicts as labelled news, in the form that `evaluate` reads: a measure of one's own, made again byte for byte.

A set a language, `labels.csv` with relevant as 2, irrelevant as 0 (unsure ones are left out), and `manifest.json` with
what it was made of. With the articles that nobody judged and that are far from the watch, as many as asked for, as
label 0: a measure on judged articles alone flatters, since only what scored high was ever judged.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

from monitor.model import ArticleReport, Outcome, VerdictKind

LABELS = {VerdictKind.RELEVANT: 2, VerdictKind.IRRELEVANT: 0}


def write_evaluation_set(
    reports: Iterable[ArticleReport], folder: Path, *, watch: str, version: str, far: int = 0
) -> Counter[str]:
    """Write the set into a folder; how many articles of each label, `far` ones apart."""
    sets: dict[str, list[tuple[str, int, dict[str, str | None]]]] = defaultdict(list)
    counts: Counter[str] = Counter()
    unjudged: list[ArticleReport] = []
    for report in reports:
        label = LABELS.get(report.verdict.kind) if report.verdict else None
        if label is not None:
            counts[str(label)] += 1
            _add(sets, report, label)
        elif report.verdict is None and report.assessment.card.outcome is Outcome.BELOW:
            unjudged.append(report)
    for report in sorted(unjudged, key=_chance)[:far]:
        counts["far"] += 1
        _add(sets, report, 0)
    folder.mkdir(parents=True, exist_ok=True)
    rows = [(identity, name, label) for name, found in sorted(sets.items()) for identity, label, _ in sorted(found)]
    for name, found in sets.items():
        lines = "".join(json.dumps(record, ensure_ascii=False) + "\n" for _, _, record in sorted(found, key=_by_id))
        (folder / f"{name}.jsonl.gz").write_bytes(gzip.compress(lines.encode(), mtime=0))
    table = io.StringIO()
    csv.writer(table, lineterminator="\n").writerows([("id", "set", "label"), *rows])
    (folder / "labels.csv").write_text(table.getvalue(), encoding="utf-8")
    digest = hashlib.sha256(table.getvalue().encode()).hexdigest()
    manifest = {"watch": watch, "version": version, "articles": dict(sorted(counts.items())), "labels_sha256": digest}
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    return counts


def _add(sets: dict[str, list[tuple[str, int, dict[str, str | None]]]], report: ArticleReport, label: int) -> None:
    article = report.article
    record = {
        "id": f"a-{article.id}",
        "url": article.url,
        "lang": article.language,
        "date": article.published.isoformat() if article.published else None,
        "title": article.title,
        "text": article.text,
    }
    sets[article.language or "unknown"].append((f"a-{article.id}", label, record))


def _by_id(found: tuple[str, int, object]) -> str:
    return found[0]


def _chance(report: ArticleReport) -> str:
    """An order that nobody chose, and the same each time."""
    return hashlib.sha256(report.article.url.encode("utf-8", "surrogatepass")).hexdigest()

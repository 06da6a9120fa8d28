"""Labelled news and subjects as values: `NAME.jsonl[.gz]` beside `labels.csv`, and files of topics. Only reads."""

from __future__ import annotations

import csv
import gzip
import io
import json
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from monitor.errors import UsageError


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """One labelled article."""

    id: str
    #: The set it belongs to: de, de_headlines …
    set: str
    lang: str
    title: str
    text: str = field(repr=False)
    #: 2 must be in the digest, 1 is useful to have, 0 is everything else, listed or not.
    label: int = 0


@dataclass(frozen=True, kw_only=True)
class Topic:
    """Another subject: seeds, and which articles of a set are on it."""

    name: str
    #: The set it is about, by name.
    set: str
    #: Each is tried as the only seed.
    seeds: tuple[str, ...]
    grades: Mapping[str, int]
    #: Articles that nobody can say of whether they are on it: left out.
    unjudged: frozenset[str] = frozenset()


def available_sets(folder: Path) -> list[str]:
    """Names of the sets in a folder."""
    names = {path.name.split(".jsonl")[0] for path in folder.glob("*.jsonl*") if path.suffix in (".jsonl", ".gz")}
    if not names:
        raise UsageError(f"{folder} holds no NAME.jsonl or NAME.jsonl.gz")
    return sorted(names)


def read_labels(folder: Path) -> dict[tuple[str, str], int]:
    """(set, id) -> label."""
    path = folder / "labels.csv"
    if not path.exists():
        raise UsageError(f"{path} is missing: expected lines «id,set,label»")
    labels = {}
    for number, row in enumerate(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))), start=2):
        try:
            labels[row["set"], row["id"]] = int(row["label"])
        except (KeyError, ValueError, TypeError) as error:
            raise UsageError(f"{path}:{number}: expected id,set,label with a whole number as label") from error
    return labels


def read_set(folder: Path, name: str, labels: Mapping[tuple[str, str], int]) -> Iterator[Document]:
    """The documents of one set, in file order, composed (NFC)."""
    path = next((p for p in (folder / f"{name}.jsonl", folder / f"{name}.jsonl.gz") if p.exists()), None)
    if path is None:
        raise UsageError(f"{folder} holds no set «{name}»; it has: {', '.join(available_sets(folder))}")
    opening = gzip.open if path.suffix == ".gz" else open
    with opening(path, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                yield _document(line, name, labels, f"{path}:{number}")


def _document(line: str, name: str, labels: Mapping[tuple[str, str], int], where: str) -> Document:
    try:
        record: Any = json.loads(line)
        return Document(
            id=record["id"],
            set=name,
            lang=record.get("lang") or name[:2],
            title=unicodedata.normalize("NFC", record.get("title") or ""),
            text=unicodedata.normalize("NFC", record.get("text") or ""),
            label=labels.get((name, record["id"]), 0),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(f"{where}: expected a JSON object with id, title and text ({error})") from error


def read_topics(path: Path) -> list[Topic]:
    """Topics of a file: JSON (a list, or an object a line) or CSV (`topic,lang,seed_id,id,label`)."""
    text = path.read_text(encoding="utf-8")
    try:
        if path.suffix == ".csv":
            return _topics_of_rows(list(csv.DictReader(io.StringIO(text))))
        is_list = text.lstrip().startswith("[")
        listed = json.loads(text) if is_list else [json.loads(line) for line in text.splitlines() if line]
        return [_topic(entry) for entry in listed]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        expected = "expected topic, lang, seed_id and grades {id: grade}, or CSV topic,lang,seed_id,id,label"
        raise UsageError(f"{path}: {expected} ({error})") from error


def _topic(entry: Mapping[str, Any]) -> Topic:
    grades = next(entry[key] for key in ("grades", "labels", "ids") if key in entry)
    return Topic(
        name=str(entry["topic"]),
        set=entry["lang"],
        seeds=tuple(entry["seed_ids"] if "seed_ids" in entry else [entry["seed_id"]]),
        grades={identity: int(grade) for identity, grade in grades.items()},
        unjudged=frozenset(entry.get("unjudged", ())),
    )


def _topics_of_rows(rows: Sequence[Mapping[str, str]]) -> list[Topic]:
    grouped: dict[tuple[str, str, str], dict[str, int]] = {}
    for row in rows:
        grouped.setdefault((row["topic"], row["lang"], row["seed_id"]), {})[row["id"]] = int(row["label"])
    return [Topic(name=name, set=lang, seeds=(seed,), grades=grades) for (name, lang, seed), grades in grouped.items()]


def by_set(documents: Iterable[Document]) -> dict[str, list[Document]]:
    """Documents grouped by set, in order."""
    grouped: dict[str, list[Document]] = {}
    for document in documents:
        grouped.setdefault(document.set, []).append(document)
    return grouped

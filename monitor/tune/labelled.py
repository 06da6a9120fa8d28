"""Labelled news and subjects as values: `NAME.jsonl[.gz]` beside `labels.csv`, and files of topics. Only reads."""

from __future__ import annotations

import csv
import gzip
import io
import json
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from monitor.errors import UsageError

#: Some archives have no titles and give the whole text as one.
LONGEST_TITLE = 300


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
        title, text = (unicodedata.normalize("NFC", record.get(key) or "") for key in ("title", "text"))
        if not text.strip() and len(title) > LONGEST_TITLE:
            title, text = "", title
        return Document(
            id=record["id"],
            set=name,
            lang=record.get("lang") or name[:2],
            title=title,
            text=text,
            label=labels.get((name, record["id"]), 0),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(f"{where}: expected a JSON object with id, title and text ({error})") from error


def read_topics(path: Path) -> list[Topic]:
    """Topics of a file: JSON (a list, or an object a line) or CSV (`topic,lang,seed_id,id,label`)."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error
    topics = _topics_of_rows(text, path) if path.suffix == ".csv" else _topics_of_json(text, path)
    if not topics:
        raise UsageError(f"{path} holds no topic")
    return topics


def _topics_of_json(text: str, path: Path) -> list[Topic]:
    try:
        if text.lstrip().startswith("["):
            entries: list[Any] = json.loads(text)
        else:
            entries = [json.loads(line) for line in text.splitlines() if line.strip()]
    except ValueError as error:
        raise UsageError(f"{path} is no JSON: {error}; expected a list of topics, or one a line") from error
    topics = []
    for number, entry in enumerate(entries, start=1):
        try:
            topics.append(_topic(entry))
        except (KeyError, ValueError, TypeError, AttributeError, StopIteration) as error:
            missing = f"«{error.args[0]}» is missing" if isinstance(error, KeyError) else str(error)
            raise UsageError(
                f"{path}, topic {number}: {missing}; expected topic, lang, seed_id (or seed_ids) and "
                f"grades {{id: 0, 1 or 2}}"
            ) from error
    return topics


def _topic(entry: Mapping[str, Any]) -> Topic:
    grades = next((entry[key] for key in ("grades", "labels", "ids") if key in entry), None)
    if grades is None:
        raise KeyError("grades")
    pairs = grades.items() if isinstance(grades, Mapping) else [(one["id"], _grade_of(one)) for one in grades]
    return Topic(
        name=str(entry["topic"]),
        set=str(entry["set"] if "set" in entry else entry["lang"]),
        seeds=tuple(entry["seed_ids"] if "seed_ids" in entry else [entry["seed_id"]]),
        grades={str(identity): int(grade) for identity, grade in pairs},
        unjudged=frozenset(entry.get("unjudged", ())),
    )


def _topics_of_rows(text: str, path: Path) -> list[Topic]:
    grouped: dict[tuple[str, str, str], dict[str, int]] = {}
    for number, row in enumerate(csv.DictReader(io.StringIO(text)), start=2):
        try:
            topic = row["topic"], row["set"] if "set" in row else row["lang"], row["seed_id"]
            grouped.setdefault(topic, {})[row["id"]] = int(_grade_of(row))
        except (KeyError, ValueError, TypeError) as error:
            raise UsageError(f"{path}:{number}: expected topic,lang,seed_id,id,label with label 0, 1 or 2") from error
    return [Topic(name=name, set=lang, seeds=(seed,), grades=grades) for (name, lang, seed), grades in grouped.items()]


def _grade_of(row: Mapping[str, Any]) -> Any:
    return row["grade"] if "grade" in row else row["label"]


def by_set(documents: Iterable[Document]) -> dict[str, list[Document]]:
    """Documents grouped by set, in order."""
    grouped: dict[str, list[Document]] = {}
    for document in documents:
        grouped.setdefault(document.set, []).append(document)
    return grouped

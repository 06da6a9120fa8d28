"""Everything judged for one watch as arrays, one position an article: what «what if» is answered from in milliseconds.

Made from stored assessments and kept beside them; whatever is newer is added, nothing is read twice. Holds no text.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from monitor.model import Judged, Outcome, TextQuality

VERSION = 1
OUTCOMES = tuple(Outcome)
#: Texts that are not whole: whatever their score, they only suggest.
_INCOMPLETE = (TextQuality.HEADLINE_ONLY, TextQuality.SUMMARY_ONLY, TextQuality.STUB)
#: What a rule did: it had nothing for the language, did not hit, hit.
SILENT, MISSED, HIT = -1, 0, 1

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


_TYPES: Mapping[str, Any] = {
    "article": np.int64,
    "assessment": np.int64,
    "language": np.int16,
    "feed": np.int32,
    "outcome": np.int8,
    "day": np.int32,
    "is_doubtful": np.bool_,
    "is_reprint": np.bool_,
    "is_backlog": np.bool_,
    "score": np.float64,
}


def _no_articles() -> dict[str, NDArray[Any]]:
    return {name: np.zeros(0, kind) for name, kind in _TYPES.items()}


@dataclass
class Columns:
    """One watch's articles. Names (languages, feeds, rules) are kept once, columns hold their numbers."""

    languages: list[str] = field(default_factory=list)
    feeds: list[str] = field(default_factory=list)
    rules: list[str] = field(default_factory=list)
    #: By name: article, assessment, language, feed, outcome, day, is_doubtful, is_reprint, is_backlog, score.
    data: dict[str, NDArray[Any]] = field(default_factory=_no_articles)
    #: By rule, what it did with each article, and the points it gave.
    hits: dict[str, NDArray[np.int8]] = field(default_factory=dict)
    points: dict[str, NDArray[np.float32]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.data["article"])

    def __getitem__(self, name: str) -> NDArray[Any]:
        return self.data[name]

    @property
    def last_assessment(self) -> int:
        return int(self["assessment"].max()) if len(self) else 0

    def rule_state(self, rule: str) -> NDArray[np.int8]:
        """What a rule did; nothing, where it was not there yet."""
        known = self.hits.get(rule)
        return np.full(len(self), SILENT, np.int8) if known is None else known

    def rule_points(self, rule: str) -> NDArray[np.float32]:
        known = self.points.get(rule)
        return np.zeros(len(self), np.float32) if known is None else known


def with_newer(columns: Columns, newer: Iterable[Judged], *, profile_languages: Sequence[str]) -> Columns:
    """The columns with articles judged since, in the place of what they said of them before.

    `profile_languages` are those that a seed profile speaks: what is written in another one only suggests.
    """
    rows = {row.article_id: row for row in newer}
    if not rows:
        return columns
    languages, feeds = list(columns.languages), list(columns.feeds)
    added: dict[str, list[Any]] = {name: [] for name in _TYPES}
    for row in rows.values():
        is_whole = row.quality not in _INCOMPLETE and row.is_language_sure and row.language in profile_languages
        values = {
            "article": row.article_id,
            "assessment": row.assessment_id,
            "language": _number(languages, row.language),
            "feed": _number(feeds, row.feed_id),
            "outcome": OUTCOMES.index(row.outcome),
            "day": (row.published or row.first_seen_at).toordinal(),
            "is_doubtful": not is_whole,
            "is_reprint": row.outcome is Outcome.SEED_OR_REPRINT,
            "is_backlog": row.is_backlog,
            "score": row.score,
        }
        for name, value in values.items():
            added[name].append(value)
    stays = ~np.isin(columns["article"], list(rows))
    grown = Columns(languages=languages, feeds=feeds)
    for name, kind in _TYPES.items():
        grown.data[name] = np.concatenate([columns[name][stays], np.array(added[name], kind)])
    grown.rules = list(dict.fromkeys([*columns.rules, *(rule for row in rows.values() for rule in row.rules)]))
    for rule in grown.rules:
        states = np.array([row.rules.get(rule, SILENT) for row in rows.values()], np.int8)
        points = np.array([row.rule_points.get(rule, 0.0) for row in rows.values()], np.float32)
        grown.hits[rule] = np.concatenate([columns.rule_state(rule)[stays], states])
        grown.points[rule] = np.concatenate([columns.rule_points(rule)[stays], points])
    return grown


def _number(names: list[str], name: str) -> int:
    try:
        return names.index(name)
    except ValueError:
        names.append(name)
        return len(names) - 1


def to_bytes(columns: Columns) -> bytes:
    """As one document, without pickles."""
    names = {"version": VERSION, "languages": columns.languages, "feeds": columns.feeds, "rules": columns.rules}
    arrays: dict[str, NDArray[Any]] = dict(columns.data)
    arrays |= {f"hit{number}": columns.rule_state(rule) for number, rule in enumerate(columns.rules)}
    arrays |= {f"points{number}": columns.rule_points(rule) for number, rule in enumerate(columns.rules)}
    out = io.BytesIO()
    np.savez_compressed(out, allow_pickle=False, names=np.frombuffer(json.dumps(names).encode(), np.uint8), **arrays)
    return out.getvalue()


def from_bytes(body: bytes | None) -> Columns:
    """The columns of a document; empty ones if it is missing or of another version: they can always be made anew."""
    if body is None:
        return Columns()
    with np.load(io.BytesIO(body), allow_pickle=False) as kept:
        names = json.loads(kept["names"].tobytes())
        if names["version"] != VERSION:
            return Columns()
        rules = names["rules"]
        return Columns(
            languages=names["languages"],
            feeds=names["feeds"],
            rules=rules,
            data={name: kept[name] for name in _TYPES},
            hits={rule: kept[f"hit{number}"] for number, rule in enumerate(rules)},
            points={rule: kept[f"points{number}"] for number, rule in enumerate(rules)},
        )


def day_of(ordinal: int) -> date:
    return date.fromordinal(int(ordinal))

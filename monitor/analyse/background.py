"""How common each term, entity and concept is in the news of each language: what IDF is computed from.

Two sources meet here. *Word frequencies* (shipped, derived from wordfreq) say roughly how common any word is;
*document counts* say it exactly for the news that was counted: a shipped sample on day one, what the daemon saw from
then on. A background never changes: counting more makes a new one with a new version. Touches no store, no clock.
"""

from __future__ import annotations

import gzip
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from monitor.analyse.data import read_shipped
from monitor.analyse.text import ANALYZER_VERSION
from monitor.errors import WiderhallError

#: The word frequencies count as much as this many documents. Their logarithm misses counted document frequencies by
#: 0.6 to 0.8 on average (four labelled sets), as much as a count among about 500 documents misses by chance.
WORD_DOCUMENTS = 500
#: How common an entity is elsewhere counts as much as this many documents of the language at hand.
POOLED_DOCUMENTS = 200
_FORMAT = "# widerhall counts 1"


class BackgroundError(WiderhallError):
    """Counts cannot be read, or were made by another analyzer."""


@dataclass(frozen=True, kw_only=True)
class Counts:
    """In how many of the counted documents of one language each term and id occurs. Ids begin with @ or ~."""

    documents: int = 0
    of: Mapping[str, float] = field(default_factory=dict, repr=False)

    def plus(self, documents: Iterable[Iterable[str]]) -> Counts:
        """These counts with more documents, each given as its terms and ids."""
        number, of = self.documents, dict(self.of)
        for document in documents:
            number += 1
            for term in set(document):
                of[term] = of.get(term, 0) + 1
        return Counts(documents=number, of=of)


@dataclass(frozen=True)
class Background:
    """Document frequencies by language, under one version."""

    version: str
    seen: Mapping[str, Counts] = field(repr=False)
    words: Mapping[str, Counts] = field(repr=False)
    _known: dict[tuple[str, str], float] = field(default_factory=dict, init=False, repr=False, compare=False)

    def idf(self, term: str, language: str) -> float:
        """How telling a term, `@entity` or `~concept` is in texts of a language: 0 where it stands in every one."""
        known = self._known.get((term, language))
        if known is None:
            known = self._known[term, language] = self._idf(term, language)
        return known

    def _idf(self, term: str, language: str) -> float:
        seen = self.seen.get(language, _NOTHING)
        if term[0] in "@~":
            rate, weight = self._pooled_rate(term), POOLED_DOCUMENTS
        else:
            words = self.words.get(language, _NOTHING)
            rate, weight = words.of.get(term, 0.0) / (words.documents or 1), WORD_DOCUMENTS
        count = seen.of.get(term, 0) + weight * rate
        return math.log((seen.documents + weight + 1) / (min(count, seen.documents + weight) + 1))

    def knows(self, language: str) -> bool:
        """Whether there is anything to weigh the words of a language by."""
        return language in self.words or language in self.seen

    def counting(self, language: str, documents: Iterable[Iterable[str]], *, version: str) -> Background:
        """A new background that has also counted `documents` (one per copy group) of one language."""
        seen = {**self.seen, language: self.seen.get(language, _NOTHING).plus(documents)}
        return Background(version, seen, self.words)

    def _pooled_rate(self, term: str) -> float:
        return sum(counts.of.get(term, 0) for counts in self.seen.values()) / (self._total or 1)

    @cached_property
    def _total(self) -> int:
        return sum(counts.documents for counts in self.seen.values())


_NOTHING = Counts()


def day_one() -> Background:
    """The shipped background."""
    version, seen = load_counts(read_shipped("background/counts.txt.gz"))
    _, words = load_counts(read_shipped("background/words.txt.gz"))
    return Background(version, seen, words)


def dump_counts(version: str, counts: Mapping[str, Counts], *, comment: str = "") -> bytes:
    """Counts as gzipped text: small, diffable, the same bytes for the same counts."""
    lines = [_FORMAT, *(f"# {line}" for line in comment.splitlines()), f"version\t{version}"]
    lines.append(f"analyzer\t{ANALYZER_VERSION}")
    for language, counted in sorted(counts.items()):
        lines.append(f"\n{language}\t{counted.documents}")
        lines += (f"{term}\t{number:g}" for term, number in sorted(counted.of.items()))
    return gzip.compress("\n".join(lines).encode(), mtime=0)


def load_counts(packed: bytes) -> tuple[str, dict[str, Counts]]:
    """The version and the counts by language that `dump_counts` wrote; raise BackgroundError for anything else."""
    try:
        head, *sections = gzip.decompress(packed).decode("utf-8").split("\n\n")
        if not head.startswith(_FORMAT):
            raise ValueError(f"does not begin with «{_FORMAT}»")
        about = dict(line.split("\t") for line in head.splitlines() if not line.startswith("#"))
        counts = dict(_section(section) for section in sections)
    except (OSError, EOFError, ValueError) as error:
        raise BackgroundError(f"these are no background counts: {error}") from error
    if about.get("analyzer") != ANALYZER_VERSION:
        raise BackgroundError(f"counted by analyzer {about.get('analyzer')}, not {ANALYZER_VERSION}: count again")
    return about["version"], counts


def _section(section: str) -> tuple[str, Counts]:
    first, *lines = section.splitlines()
    language, documents = first.split("\t")
    of = {}
    for line in lines:
        term, number = line.split("\t")
        of[term] = float(number)
    return language, Counts(documents=int(documents), of=of)

"""How common each term, entity and concept is in the news of each language: what IDF is computed from.

Two sources meet here. *Word frequencies* (shipped, derived from wordfreq) say roughly how common any word is;
*document counts* say it exactly for the news that was counted: a shipped sample on day one, what the daemon saw from
then on. A background never changes: counting more makes a new one with a new version. Touches no store, no clock.
"""

from __future__ import annotations

import gzip
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property

from monitor.analyse.data import read_shipped
from monitor.analyse.text import ANALYZER_VERSION
from monitor.errors import WiderhallError

#: The word frequencies count as much as this many documents. Their logarithm misses counted document frequencies by
#: 0.6 to 0.8 on average (four labelled sets), as much as a count among about 500 documents misses by chance.
WORD_DOCUMENTS = 500
#: How common an entity is elsewhere counts as much as this many documents of the language at hand.
POOLED_DOCUMENTS = 200
#: Of each language; words that no article had before go on coming in for ever.
REMEMBERED_TERMS = 300_000
#: News that were counted are kept within these bounds, in each language: 18 MB of memory, 0.5 MB in the store.
COUNTED_TERMS = 100_000
#: From here on all counts are halved, so that what is new counts more than what is old.
COUNTED_DOCUMENTS = 200_000
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

    def with_all(self, other: Counts) -> Counts:
        """Both together."""
        of = dict(self.of)
        for term, count in other.of.items():
            of[term] = of.get(term, 0) + count
        return Counts(documents=self.documents + other.documents, of=of)

    def bounded(self) -> Counts:
        """Within the bounds of what is kept: the rarest terms go, which are then as rare as one never seen."""
        documents, of = self.documents, self.of
        while documents > COUNTED_DOCUMENTS:
            documents, of = documents // 2, {term: count / 2 for term, count in of.items() if count >= 2}
        if len(of) > COUNTED_TERMS:
            rarest = sorted(of.values(), reverse=True)[COUNTED_TERMS]
            of = {term: count for term, count in of.items() if count > rarest or term[0] in "@~"}
        return Counts(documents=documents, of=of)


@dataclass(frozen=True)
class Background:
    """Document frequencies by language, under one version."""

    version: str
    seen: Mapping[str, Counts] = field(repr=False)
    words: Mapping[str, Counts] = field(repr=False)
    _tables: dict[str, _Table] = field(default_factory=dict, init=False, repr=False, compare=False)

    def table(self, language: str) -> Mapping[str, float]:
        """The IDF of every term, `@entity` and `~concept` in texts of a language, each found when first asked for."""
        table = self._tables.get(language)
        if table is None:
            table = self._tables[language] = _Table(self, language)
        return table

    def idf(self, term: str, language: str) -> float:
        """How telling a term, `@entity` or `~concept` is in texts of a language: 0 where it stands in every one."""
        return self.table(language)[term]

    def found_idf(self, term: str, language: str) -> float:
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

    def with_news(self, news: Mapping[str, Counts], *, version: str) -> Background:
        """This background with news that were counted elsewhere; each document of either counts the same."""
        seen = {lang: self.seen.get(lang, _NOTHING).with_all(news.get(lang, _NOTHING)) for lang in {*self.seen, *news}}
        return Background(f"{self.version}+{version}", seen, self.words)

    def _pooled_rate(self, term: str) -> float:
        return sum(counts.of.get(term, 0) for counts in self.seen.values()) / (self._total or 1)

    @cached_property
    def _total(self) -> int:
        return sum(counts.documents for counts in self.seen.values())


class _Table(dict[str, float]):
    """Looks a term up once."""

    def __init__(self, background: Background, language: str) -> None:
        self._background, self._language = background, language

    def __missing__(self, term: str) -> float:
        value = self._background.found_idf(term, self._language)
        if len(self) < REMEMBERED_TERMS:
            self[term] = value
        return value


_NOTHING = Counts()


@cache
def day_one() -> Background:
    """The shipped background; read once, as it takes a quarter of a second."""
    version, seen = load_counts(read_shipped("background/counts.txt.gz"))
    _, words = load_counts(read_shipped("background/words.txt.gz"))
    return Background(version, seen, words)


def count_news(counts: Mapping[str, Counts], documents: Iterable[tuple[str, Iterable[str]]]) -> dict[str, Counts]:
    """Counts by language with more documents, each given as its language and its terms and ids; within bounds."""
    numbers = {language: known.documents for language, known in counts.items()}
    of: defaultdict[str, dict[str, float]] = defaultdict(dict)
    of.update({language: dict(known.of) for language, known in counts.items()})
    for language, terms in documents:
        numbers[language] = numbers.get(language, 0) + 1
        here = of[language]
        for term in set(terms):
            here[term] = here.get(term, 0) + 1
    return {language: Counts(documents=number, of=of[language]).bounded() for language, number in numbers.items()}


def dump_counts(version: str, counts: Mapping[str, Counts], *, comment: str = "", **about: str) -> bytes:
    """Counts as gzipped text: small, diffable, the same bytes for the same counts; `about` is what else to remember."""
    lines = [_FORMAT, *(f"# {line}" for line in comment.splitlines()), f"version\t{version}"]
    lines.append(f"analyzer\t{ANALYZER_VERSION}")
    lines += (f"{key}\t{value}" for key, value in about.items())
    for language, counted in sorted(counts.items()):
        lines.append(f"\n{language}\t{counted.documents}")
        lines += (f"{term}\t{number:g}" for term, number in sorted(counted.of.items()))
    return gzip.compress("\n".join(lines).encode(), mtime=0)


def load_counts(packed: bytes) -> tuple[str, dict[str, Counts]]:
    """The version and the counts by language that `dump_counts` wrote; raise BackgroundError for anything else."""
    about, counts = load_about(packed)
    return about["version"], counts


def load_about(packed: bytes) -> tuple[Mapping[str, str], dict[str, Counts]]:
    """The same, with everything that is said about the counts."""
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
    return about, counts


def _section(section: str) -> tuple[str, Counts]:
    first, *lines = section.splitlines()
    language, documents = first.split("\t")
    of = {}
    for line in lines:
        term, number = line.split("\t")
        of[term] = float(number)
    return language, Counts(documents=int(documents), of=of)

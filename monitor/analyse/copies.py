"""Know near-identical texts: agency copy printed by many, abridged, with another dateline; reprints of a seed.

Candidates come from MinHash bands (the only module that knows rensa), the decision from the shingles themselves: how
much of the shorter text stands in the longer one. A text joins the first text it copies, never a copy of it, so that
copies are not chained. Versions of one page are not copies; who calls says which those are.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from rensa import RMinHash, RMinHashLSH

from monitor.analyse.analysis import Analysis
from monitor.analyse.text import terms

Key = TypeVar("Key", bound=Hashable)

#: Real reproductions of wire copy share about 30 % of their 3-grams; word pairs survive editing better, and texts on
#: one event that are no copies of each other share few of both. See docs/score.md.
SHINGLE_TERMS = 3
#: Share of the shorter text's shingles that must stand in the longer one.
COPY_FROM = 0.3
#: Below so many shingles a text is a notice that any other may contain by chance.
MIN_SHINGLES = 15
PERMUTATIONS = 128
#: Pairs of rows: a pair of texts that shares 15 % of its shingles becomes a candidate in three of four cases, 25 % in
#: 98 of 100. Verification is cheap, so candidates may be many.
BANDS = 64
_SEED = 1
#: «ANKARA (dpa) -», «МОСКВА, 11 авг - РИА Новости.», «(Reuters)», «dpa/afp»: who sent it is not what it says.
_DATELINE = re.compile(
    r"^[^\n.]{0,60}?\((?:dpa|afp|ap|rtr|reuters|aa|dha|cihan|interfax|tass|apa|sid|kna|epd)[^)]{0,20}\)\s*[-–—:.]?\s*"
    r"|^[A-ZÄÖÜÇĞİŞА-ЯЁ .,/0-9-]{3,40}(?:\s*[-–—]\s*|,\s+\d+\s\w+\s*[-–—.]\s*(?:РИА Новости|ТАСС|Интерфакс)\.?\s*)",
    re.IGNORECASE | re.MULTILINE,
)
_CREDIT = re.compile(
    r"\(?\b(?:[a-z]{2,3}/)+[a-z]{2,3}\b\s*(?:\([^)]{0,60}\))?\)?\s*$|\((?:dpa|afp|ap|reuters)[^)]{0,30}\)",
    re.IGNORECASE,
)


def strip_wire(text: str) -> str:
    """The text without dateline, agency codes and author codes."""
    return _CREDIT.sub("", _DATELINE.sub("", text, count=1)).strip()


def shingles(analysis: Analysis) -> frozenset[int]:
    """Hashes of all runs of three terms; the title does not count, as every paper writes its own."""
    found = terms(strip_wire(analysis.text), analysis.lang)
    runs = zip(*(found[start:] for start in range(SHINGLE_TERMS)), strict=False)
    return frozenset(zlib.crc32(" ".join(run).encode()) for run in runs)


def fingerprint(analysis: Analysis) -> tuple[int, ...]:
    """MinHash of a text."""
    return tuple(_minhash(shingles(analysis)).digest())


def resemblance(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    """Estimated share of shingles that two fingerprinted texts have in common (Jaccard)."""
    if not one or len(one) != len(other):
        return 0.0
    return sum(a == b for a, b in zip(one, other, strict=True)) / len(one)


def containment(one: frozenset[int], other: frozenset[int]) -> float:
    """Share of the shorter text that stands in the longer one."""
    shorter = min(len(one), len(other))
    return len(one & other) / shorter if shorter >= MIN_SHINGLES else 0.0


def _minhash(hashes: Iterable[int]) -> RMinHash:
    minhash = RMinHash(num_perm=PERMUTATIONS, seed=_SEED)
    minhash.update([format(number, "x") for number in hashes])
    return minhash


@dataclass(frozen=True, kw_only=True)
class Copy(Generic[Key]):
    """A text that copies another, and how much of the shorter one is shared."""

    of: Key
    containment: float


class CopyIndex(Generic[Key]):
    """The first texts of their kind, by key; asks of each new text whether it copies one of them."""

    def __init__(self) -> None:
        self._lsh = RMinHashLSH(threshold=0.5, num_perm=PERMUTATIONS, num_bands=BANDS)
        self._keys: list[Key] = []
        self._shingles: list[frozenset[int]] = []
        self._numbers: dict[Key, int] = {}

    def find(self, hashes: frozenset[int], *, except_for: Iterable[Key] = ()) -> Copy[Key] | None:
        """The known text that this one shares most with, if enough; `except_for` names versions of the same page."""
        if len(hashes) < MIN_SHINGLES:
            return None
        excluded = set(except_for)
        candidates = [n for n in self._lsh.query(_minhash(hashes)) if self._keys[n] not in excluded]
        shared = [(containment(hashes, self._shingles[number]), -number) for number in candidates]
        best, number = max(shared, default=(0.0, 0))
        return Copy(of=self._keys[-number], containment=best) if best >= COPY_FROM else None

    def add(self, key: Key, hashes: frozenset[int]) -> None:
        """Remember a text that copies no other."""
        number = len(self._keys)
        self._keys.append(key)
        self._shingles.append(hashes)
        if len(hashes) >= MIN_SHINGLES:
            self._lsh.insert(number, _minhash(hashes))

    def place(self, key: Key, hashes: frozenset[int], *, except_for: Iterable[Key] = ()) -> Copy[Key] | None:
        """Say which text this one copies, or remember it as the first of its kind."""
        copy = self.find(hashes, except_for=except_for)
        if copy is None:
            self.add(key, hashes)
        return copy

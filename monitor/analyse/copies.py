"""Know how much of one text stands in another: agency copy printed by many, abridged, with another dateline; reprints.

Shingles say how much two texts share, fingerprints (MinHash; the only module that knows rensa) estimate it without the
texts. Whether they are copies is decided where more is known of them: `gathering` for articles, `assess` for a seed.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable

from rensa import RMinHash

from monitor.analyse.analysis import Analysis
from monitor.analyse.text import terms

#: Real reproductions of wire copy share about 30 % of their 3-grams; word pairs survive editing better, and texts on
#: one event that are no copies of each other share few of both. See docs/score.md.
SHINGLE_TERMS = 3
#: Below so many shingles a text is a notice that any other may contain by chance.
MIN_SHINGLES = 15
PERMUTATIONS = 128
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


def shingles(text: str, language: str) -> frozenset[int]:
    """Hashes of all runs of three terms of a body; the title does not count, as every paper writes its own."""
    found = terms(strip_wire(text), language)
    runs = zip(*(found[start:] for start in range(SHINGLE_TERMS)), strict=False)
    return frozenset(zlib.crc32(" ".join(run).encode()) for run in runs)


def fingerprint(analysis: Analysis) -> tuple[int, ...]:
    """MinHash of a text."""
    return tuple(_minhash(shingles(analysis.text, analysis.lang)).digest())


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

"""Cut text into words and words into terms: the analyzer behind every count, in one place.

A *word* is what stands in the text, with its offsets; a *term* is what is counted: folded as its language folds,
without apostrophe suffixes, stemmed. Short acronyms keep their case, because «IS» is not «is». A German compound
yields its parts beside itself. Text is expected composed (NFC), as extraction stores it, so that offsets stay true.
Knows no weights, no profiles, no entities; reads one data file, the German compound parts.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import NamedTuple

import Stemmer

from monitor.analyse.data import read_lines
from monitor.analyse.languages import WATCHED, Apostrophe

#: Raise it with every change that alters a term: profiles and backgrounds made by another version are refused.
ANALYZER_VERSION = "text-1"

#: Turkish words share their first letters and differ in long suffixes. Snowball parts «Türkiye» (türki) from
#: «Türkiyenin» (türkiye); cutting after five letters keeps them together (Can et al. 2008 find the same).
TURKISH_STEM_LETTERS = 5
#: Acronyms of up to three letters are words in lower case somewhere: IS, US, AKP, ИГ, ДНР.
ACRONYM_LETTERS = 3
#: Nobody writes longer words; base64 and URLs do.
MAX_WORD_LETTERS = 40
MIN_PART_LETTERS = 4

_WORDS = {
    Apostrophe.NOTHING: re.compile(r"(\w+)"),
    Apostrophe.SUFFIX: re.compile("(\\w+)(?:['’ʼ´`]\\w+)?"),
    Apostrophe.ARTICLE: re.compile("(?:\\b(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu)['’])?(\\w+)", re.IGNORECASE),
}
_PLAIN = _WORDS[Apostrophe.NOTHING]
_PATTERNS = {code: _WORDS[language.apostrophe] for code, language in WATCHED.items()} | {
    # Arabic vowel signs and the stretching tatweel are marks, not letters.
    "ar": re.compile("(\\w[\\w\u064b-\u065f\u0670\u0640]*)"),
}
_ARABIC_SIGNS = re.compile("[\u064b-\u065f\u0670\u0640]")
_TURKISH_CASE = str.maketrans({"I": "ı", "İ": "i"})
_GERMAN_LINKS = ("", "s", "es", "n", "en", "er", "e")


class Word(NamedTuple):
    """One word where it stands, without apostrophe suffix («Ankara'nın») or elided article («l'armée»)."""

    surface: str
    start: int
    end: int


def words(text: str, language: str) -> Iterator[Word]:
    """Yield the words of `text` in order."""
    for found in _PATTERNS.get(language, _PLAIN).finditer(text):
        yield Word(found.group(1), *found.span(1))


def first_places(text: str, language: str) -> dict[str, int]:
    """Return each different word of `text` with the offset where it first stands, in order."""
    places: dict[str, int] = {}
    for found in _PATTERNS.get(language, _PLAIN).finditer(text):
        places.setdefault(found.group(1), found.start(1))
    return places


def fold(word: str, language: str) -> str:
    """Return `word` in the small letters of its language; «ИГИЛ» and «IŞİD» fold, too."""
    if language == "tr":
        return word.translate(_TURKISH_CASE).lower()
    folded = word.lower()
    if language == "ru":
        return folded.replace("ё", "е")
    if language == "ar":
        return _ARABIC_SIGNS.sub("", folded)
    return folded.replace("i\u0307", "i") if "İ" in word else folded


def stem(folded: str, language: str) -> str:
    """Return the stem of a folded word; words of languages without a stemmer stay as they are."""
    if language == "tr":
        return folded[:TURKISH_STEM_LETTERS]
    stemmer = _stemmer(language)
    return stemmer.stemWord(folded) if stemmer else folded


def is_acronym(surface: str) -> bool:
    """Whether a word must keep its case to keep its meaning."""
    return 2 <= len(surface) <= ACRONYM_LETTERS and surface.isupper() and surface.isalpha()


@lru_cache(maxsize=400_000)
def terms_of(surface: str, language: str) -> tuple[str, ...]:
    """Return the terms one word counts for: usually one, none for letters and numbers, more for a German compound."""
    if is_acronym(surface):
        return (surface,)
    folded = fold(surface, language)
    if len(folded) < 2 or len(folded) > MAX_WORD_LETTERS or folded.isdecimal():
        return ()
    whole = stem(folded, language)
    if language != "de" or len(folded) < 2 * MIN_PART_LETTERS:
        return (whole,)
    return (whole, *(stem(part, language) for part in split_compound(folded)))


def terms(text: str, language: str) -> list[str]:
    """Return all terms of `text` in order, repeats included: what is counted."""
    return [term for surface in _surfaces(text, language) for term in terms_of(surface, language)]


def count_terms(text: str, language: str) -> Counter[str]:
    """Return how often each term stands in `text`: `Counter(terms(text, language))`, at half the cost."""
    counts: Counter[str] = Counter()
    for surface, number in Counter(_surfaces(text, language)).items():
        for term in terms_of(surface, language):
            counts[term] += number
    return counts


def _surfaces(text: str, language: str) -> list[str]:
    """All words as they stand; folded where the case says nothing."""
    surfaces = _PATTERNS.get(language, _PLAIN).findall(text)
    return [fold(surface, language) for surface in surfaces] if is_shouted(text) else surfaces


def analyzer(language: str) -> Callable[[str], list[str]]:
    """Return `terms` for one language, as the `analyzer=` of a scikit-learn vectorizer."""
    return lambda text: terms(text, language)


def is_shouted(text: str) -> bool:
    """Whether a text is written in capitals throughout, so that «IS» in it says nothing."""
    head = text[:400]
    return head.isupper() or (head[:80].isupper() and sum(map(str.isupper, head)) > 4 * sum(map(str.islower, head)))


def split_compound(folded: str) -> tuple[str, ...]:
    """Return two known parts of a German compound («terrormiliz» → terror, miliz), or none; the first cut wins."""
    known = _compound_parts()
    if folded in known:
        return ()
    for cut in range(MIN_PART_LETTERS, len(folded) - MIN_PART_LETTERS + 1):
        head, tail = folded[:cut], folded[cut:]
        if tail not in known:
            continue
        for link in _GERMAN_LINKS:
            if head.endswith(link) and head.removesuffix(link) in known:
                return (head.removesuffix(link), tail)
    return ()


@lru_cache(maxsize=1)
def _compound_parts() -> frozenset[str]:
    return frozenset(read_lines("background/compound-parts.de.txt.gz"))


@lru_cache(maxsize=16)
def _stemmer(language: str) -> Stemmer.Stemmer | None:
    watched = WATCHED.get(language)
    return Stemmer.Stemmer(watched.stemmer, 0) if watched and watched.stemmer else None

"""Find which words of a text mean the same as words of another language: «earthquake», «Erdbeben», «землетрясение».

A list for comparing reports across languages, beside the lexicon: it knows no watch and changes no score.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from monitor.analyse.data import read_shipped
from monitor.analyse.names import fold
from monitor.analyse.text import ACRONYM_LETTERS, terms_of

_COLUMNS = ("en", "de", "tr", "ru")
#: A stem alone is too wide: «sich» has that of «Sicherheit». All but so many letters of the listed word must stand.
ENDING = 2
_NONE: Mapping[str, tuple[tuple[str, str], ...]] = {}


def glosses_among(found: Iterable[tuple[str, Iterable[str]]], language: str) -> Iterator[tuple[str, str]]:
    """What words mean, each given with its terms: as ids that are the same in every language of the list.

    Each gloss comes with its term; most words have none.
    """
    listed = _table().get(language, _NONE)
    for word, terms in found:
        for term in terms:
            if term in listed:
                spelled = fold(word)
                for gloss in dict.fromkeys(gloss for gloss, beginning in listed[term] if spelled.startswith(beginning)):
                    yield gloss, term


@lru_cache(maxsize=1)
def _table() -> Mapping[str, Mapping[str, tuple[tuple[str, str], ...]]]:
    """Language -> term -> the glosses it may stand for, each with how the word must begin."""
    table: dict[str, dict[str, tuple[tuple[str, str], ...]]] = {language: {} for language in _COLUMNS}
    rows = read_shipped("background/words-across.txt").decode("utf-8").splitlines()
    for row in (row for row in rows if row and not row.startswith("#")):
        columns = row.split()
        gloss = f"%{columns[0].split('/')[0]}"
        for language, words in zip(_COLUMNS, columns, strict=True):
            for word in words.split("/"):
                # «ИГ», «DNA»: words so short keep their capitals.
                spellings = {word, word.upper()} if len(word) <= ACRONYM_LETTERS else {word}
                for term in {terms_of(spelling, language)[0] for spelling in spellings}:
                    table[language][term] = (*table[language].get(term, ()), (gloss, fold(word)[:-ENDING]))
    return table

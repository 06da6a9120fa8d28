"""Find which words of a text mean the same as words of another language: «earthquake», «Erdbeben», «землетрясение».

A list for comparing reports across languages, beside the lexicon: it knows no watch and changes no score.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from monitor.analyse.data import read_shipped
from monitor.analyse.names import fold
from monitor.analyse.text import terms_of

LANGUAGES = ("en", "de", "tr", "ru")
#: A stem alone is too wide: «sich» has that of «Sicherheit». All but so many letters of the listed word must stand.
ENDING = 2
#: Shorter words are written in capitals, too, and then keep them: «ИГ», «DNA».
ACRONYM_LETTERS = 3
_NONE: Mapping[str, tuple[tuple[str, str], ...]] = {}


def glosses_of(word: str, term: str, language: str) -> frozenset[str]:
    """What a word with this term means, as ids that are the same in every language of the list; usually nothing."""
    known = _table().get(language, _NONE).get(term)
    if not known:
        return frozenset()
    spelled = fold(word.lower())
    return frozenset(gloss for gloss, beginning in known if spelled.startswith(beginning))


@lru_cache(maxsize=1)
def _table() -> Mapping[str, Mapping[str, tuple[tuple[str, str], ...]]]:
    """Language -> term -> the glosses it may stand for, each with how the word must begin."""
    table: dict[str, dict[str, tuple[tuple[str, str], ...]]] = {language: {} for language in LANGUAGES}
    rows = read_shipped("background/words-across.txt").decode("utf-8").splitlines()
    for row in (row for row in rows if row and not row.startswith("#")):
        columns = row.split()
        gloss = f"%{columns[0].split('/')[0]}"
        for language, words in zip(LANGUAGES, columns, strict=True):
            for word in words.split("/"):
                spellings = {word, word.upper()} if len(word) <= ACRONYM_LETTERS else {word}
                for term in {terms_of(spelling, language)[0] for spelling in spellings}:
                    table[language][term] = (*table[language].get(term, ()), (gloss, fold(word)[:-ENDING]))
    return table

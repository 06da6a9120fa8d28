"""Find which words of a text mean the same as words of another language: «earthquake», «Erdbeben», «землетрясение».

A short list for comparing reports across languages, beside the lexicon: it knows no watch and changes no score.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from monitor.analyse.data import read_shipped
from monitor.analyse.text import terms_of

_COLUMNS = ("en", "de", "tr", "ru")
_NONE: Mapping[str, tuple[str, ...]] = {}


def glosses_of(term: str, language: str) -> tuple[str, ...]:
    """What a term means, as ids that are the same in every language of the list; usually nothing."""
    return _table().get(language, _NONE).get(term, ())


@lru_cache(maxsize=1)
def _table() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    table: dict[str, dict[str, tuple[str, ...]]] = {language: {} for language in _COLUMNS}
    rows = read_shipped("background/words-across.txt").decode("utf-8").splitlines()
    for number, row in enumerate(row for row in rows if row and not row.startswith("#")):
        for language, words in zip(_COLUMNS, row.split(), strict=True):
            for term in {terms_of(word, language)[0] for word in words.split("/")}:
                table[language][term] = (*table[language].get(term, ()), f"%{number}")
    return table

"""The watched languages, a row each: how words are written, cut and told from other languages. Values only.

A new language is a new row. What it can be given beside that is listed in docs/extending.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Apostrophe(StrEnum):
    """What stands at one: «Ankara'nın», «Turkey's»; «l'armée»."""

    NOTHING = "nothing"
    SUFFIX = "suffix"
    ARTICLE = "article"


@dataclass(frozen=True, kw_only=True)
class Language:
    """One watched language."""

    #: ISO 639-1.
    code: str
    #: As Unicode's names of its letters begin.
    script: str = "LATIN"
    #: Snowball's algorithm; empty where another serves better.
    stemmer: str = ""
    apostrophe: Apostrophe = Apostrophe.NOTHING
    #: Frequent words that no other watched language shares.
    telling: str


WATCHED = {
    language.code: language
    for language in (
        Language(
            code="de",
            stemmer="german",
            apostrophe=Apostrophe.SUFFIX,
            telling=(
                "der und nicht ist mit auf für eine einen sich dem wird auch bei nach wurde haben seine zum zur über"
                " aus"
            ),
        ),
        Language(
            code="en",
            stemmer="english",
            apostrophe=Apostrophe.SUFFIX,
            telling=(
                "the and that with said from his they this have has were which been their would will after about who"
            ),
        ),
        # Turkish words share their first letters and differ in long suffixes: see TURKISH_STEM_LETTERS in text.py.
        Language(
            code="tr",
            apostrophe=Apostrophe.SUFFIX,
            telling="bir bu ve iki ilk her için olan sonra olarak daha ile gibi kadar olduğunu olduğu değil etti göre",
        ),
        Language(
            code="ru",
            script="CYRILLIC",
            stemmer="russian",
            telling=(
                "в и на с не по из что как при это его чтобы также был было только которые который они об их сообщает"
            ),
        ),
        Language(
            code="ar",
            script="ARABIC",
            stemmer="arabic",
            telling="في من على إلى أن التي الذي عن هذا مع هذه بعد ما كان وقد كما بين خلال ذلك",
        ),
        Language(
            code="fr",
            stemmer="french",
            apostrophe=Apostrophe.ARTICLE,
            telling="les est dans qui pour sur une avec pas par plus sont cette mais aux ses été selon après leur",
        ),
    )
}

#: What a news feed of the region may bring beside them: recognised, folded and counted unstemmed. Each one more is a
#: mistake more on five words.
RECOGNISED = (
    "es", "it", "nl", "pt", "pl", "uk", "bg", "sr", "el", "he", "fa", "ur", "ku", "az", "hy", "ka", "zh", "ja", "sv",
)  # fmt: skip
_OTHER_SCRIPTS = {"uk": "CYRILLIC", "bg": "CYRILLIC", "fa": "ARABIC", "el": "GREEK"}


def script_of(code: str) -> str:
    """How Unicode's names of a language's letters begin."""
    watched = WATCHED.get(code)
    return watched.script if watched else _OTHER_SCRIPTS.get(code, "LATIN")

"""Which names may be the subject of a verb of saying: by case, preposition, apposition, nearness. Remembers nothing.

Whom a pronoun or a post means is for `referents`; which name a verb takes, for `speakers`.
"""

import re
from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from monitor.analyse.cues import (
    BARE_TITLES,
    GERMAN_TITLE_ENDINGS,
    GOVERNMENT_ENDINGS,
    GOVERNMENT_NOUNS,
    INDEFINITE,
    RELATIVE_PRONOUNS,
    SPEECH_VERBS,
    SUBJECT_BLOCKERS,
)
from monitor.analyse.name_words import TITLES
from monitor.analyse.names import LETTER, fold_word
from monitor.analyse.speech import MASK
from monitor.model import Mention

PEOPLE, BODIES, STATES = ("person",), ("organisation", "armed_group"), ("state",)
ANYBODY = PEOPLE + BODIES + STATES
#: «sagte am Donnerstag der russische Außenminister Sergej Lawrow»: so many words from verb to name, no more.
WORDS_TO_SUBJECT = 7
#: No clause is longer.
LETTERS_OF_CLAUSE = 300
#: What ends a phrase.
#: The points of initials and of titles before names end nothing.
PUNCTUATION = re.compile(
    rf"[,;:!?»”…–—{MASK}]|\)\s|(?<!\b[A-Z])(?<!\b[LSD][tr])(?<!\b(?:Gen|Col|Maj|Sgt|Adm|Sen|Rep|Gov|Mrs))\.\s"
)
WORD = re.compile(rf"{LETTER}+")
LAST_WORD = re.compile(rf"({LETTER}+)[\s«„“\"(]*$")
_POSSESSIVE = re.compile(r"['’\x92]s\b")
#: «EU-Land», «US-backed»: there the name only says which.
_COMPOUND = re.compile(rf"-{LETTER}")
_TR_SUFFIX = re.compile(r"['’\x92]\w| (?:ile|arasında\w*|için|gibi|kadar|hakkında|adına)\b")
_APPOSITION = re.compile(r"(?: [^\W\d_]+){0,4}, (?:[^\W\d_.]+\.? )?")
_CLAUSE_MARKS = ",.;:(\n—"
_PHRASE_START = re.compile(r"[,.:;(\d\n]")
_DEMONYM_ENDINGS = ("ish", "an", "ese", "sche", "schen", "scher", "us", "s")
#: Between a preposition and the name it leads to.
_POSSESSIVES = ("its", "his", "her", "their", "our", "affiliated", "own")
_CONJUNCTIONS = ("after", "before", "since", "until", "as", "than")
_GERMAN_RELATIVES = ("der", "die", "das", "den", "dem", "dessen", "deren", "denen", "wo")
_AUXILIARIES = frozenset(("has", "had", "have", "was", "will", "would"))
_EPITHETS = ("acting", "outgoing", "incoming", "leading", "ruling", "serving", "visiting")
_ADJECTIVE_ENDINGS = ("er", "e", "en", "em", "an", "ish", "ый", "ий", "ого", "им", "ым")


class Subject(NamedTuple):
    """Who speaks ("" if open), and what names them."""

    actor: str
    start: int
    end: int
    #: An agency or broadcaster reports, and whom it quotes may be named beside.
    is_source: bool = False


@lru_cache(maxsize=20_000)
def is_title(word: str, lang: str) -> bool:
    """Whether a word in small letters is a post: «president», «Kremlchef»."""
    return (
        word in BARE_TITLES[lang]
        or fold_word(word) in TITLES[lang]
        or (lang == "de" and word.endswith(GERMAN_TITLE_ENDINGS))
    )


class Subjects:
    """The names of one text as subjects; `text` is masked where it is quoted."""

    def __init__(
        self, text: str, lang: str, mentions: Sequence[Mention], types: Mapping[str, str], oblique: Collection[int]
    ) -> None:
        """`types` says what each actor is; `oblique` are the starts of mentions in a case that no subject has."""
        self._text = text
        self._lang = lang
        self._types = types
        self._oblique = oblique
        self._sources = [mention for mention in mentions if types[mention.actor] == "source"]
        self._source_starts = [mention.start for mention in self._sources]
        self._may_be: dict[int, bool] = {}
        self._governing: dict[int, bool] = {}
        self._relative: dict[int, bool] = {}

    def type_of(self, mention: Mention) -> str:
        return self._types[mention.actor]

    def is_person(self, mention: Mention) -> bool:
        return self._types[mention.actor] in PEOPLE

    def best(self, mentions: Sequence[Mention], *, is_latest: bool = False) -> Mention | None:
        """People speak before bodies, bodies before states."""
        if not mentions:
            return None
        ordered = mentions[::-1] if is_latest else mentions
        naming = [m for m in ordered if m.kind != "adjective" or self.is_governing(m)]
        for wanted in (PEOPLE, BODIES, STATES):
            for mention in naming:
                if self._types[mention.actor] in wanted:
                    return mention
        return None

    def is_governing(self, mention: Mention) -> bool:
        """«Russian officials», «die türkische Regierung»."""
        if mention.start not in self._governing:
            following = map(fold_word, WORD.findall(self._text[mention.end : mention.end + 30])[:2])
            self._governing[mention.start] = any(
                word in GOVERNMENT_NOUNS or word.endswith(GOVERNMENT_ENDINGS) for word in following
            )
        return self._governing[mention.start]

    def may_be_subject(self, mention: Mention) -> bool:
        """Not in a case that a subject cannot have, and not led to by a preposition or a genitive article."""
        known = self._may_be.get(mention.start)
        if known is None:
            known = self._may_be[mention.start] = self._is_fit(mention) and self._is_led_to_as_subject(mention)
        return known

    def _is_fit(self, mention: Mention) -> bool:
        if mention.kind != "adjective" and mention.start in self._oblique:
            return False
        if self._text[mention.start - 1 : mention.start] == "(" or self.is_compound(mention):
            return False
        if self._lang == "tr":
            return not _TR_SUFFIX.match(self._text, mention.end)
        return not _POSSESSIVE.match(self._text, mention.end)

    def _is_led_to_as_subject(self, mention: Mention) -> bool:
        if self._lang == "tr":
            return True
        is_person = self.is_person(mention)
        near = _PHRASE_START.split(self._text[max(0, mention.start - 60) : mention.start])[-1]
        words = WORD.findall(near)
        if self._lang == "ru" and words and not is_person and is_title(words[-1].lower(), "ru"):
            return False  # «посол США»
        for place in range(len(words) - 1, max(-1, len(words) - 5), -1):
            word = words[place].lower()
            if word in SPEECH_VERBS[self._lang]:
                return True
            if self._lang == "en" and word.endswith("ing") and word not in _EPITHETS:
                return False  # «Lavrov, after meeting Cavusoglu, said»
            if word in _CONJUNCTIONS and self._is_saying(mention):
                return True
            if word in SUBJECT_BLOCKERS[self._lang] and words[place] != "Der":
                return self._ends_before_name(word, words[place + 1 :]) and (word == "des" or is_person)
            is_other_name = is_person and not is_title(word, self._lang)
            if words[place][0].isupper() and is_other_name and not word.endswith(_DEMONYM_ENDINGS):
                return True
            if words[place][0].islower() and not word.endswith(_ADJECTIVE_ENDINGS) and word not in _POSSESSIVES:
                return True
        return True

    def _is_saying(self, mention: Mention) -> bool:
        """«Hours after Obama declared»: a verb stands directly behind, so the word before is no preposition."""
        word = WORD.match(self._text, mention.end + 1)
        return word is not None and word.group() in SPEECH_VERBS["en"] | _AUXILIARIES

    def _ends_before_name(self, article: str, words: Sequence[str]) -> bool:
        """«Des Ministeriums Jewgeni Ditrich» ends before the name; «der Minister Lawrow» is no genitive."""
        if article == "des":
            return any(word.endswith("s") for word in words)
        return article == "der" and any(is_title(word.lower(), "de") and word[-2:] != "in" for word in words)

    def is_oblique(self, mention: Mention) -> bool:
        return mention.start in self._oblique

    def is_led_to(self, mention: Mention) -> bool:
        """Whether a preposition stands directly before."""
        word = LAST_WORD.search(self._text, max(0, mention.start - 20), mention.start)
        return word is not None and word.group(1).lower() in SUBJECT_BLOCKERS[self._lang]

    def is_compound(self, mention: Mention) -> bool:
        return _COMPOUND.match(self._text, mention.end) is not None

    def is_near(self, start: int, end: int, words: int = WORDS_TO_SUBJECT) -> bool:
        """Whether only a few words stand between, and nothing that ends a clause."""
        return self._text.count(" ", start, end) <= words + 1 and not PUNCTUATION.search(self._text, start, end)

    def is_source_between(self, start: int, end: int) -> bool:
        """An agency that reports stands nearer to the verb than anybody who could speak."""
        if not self._sources:
            return False
        between = self._sources[bisect_left(self._source_starts, start) : bisect_left(self._source_starts, end)]
        return any(self.may_be_subject(m) and self.is_near(m.start, end) for m in between)

    def is_in_relative_clause(self, mention: Mention) -> bool:
        """«Putin, who met Erdoğan, said», «the Observatory which has sources in Syria says»."""
        known = self._relative.get(mention.start)
        if known is None:
            begin = max(0, mention.start - LETTERS_OF_CLAUSE)
            start = max(begin, *(self._text.rfind(mark, begin, mention.start) for mark in _CLAUSE_MARKS))
            words = WORD.findall(self._text[start : mention.start].lower())
            known = not RELATIVE_PRONOUNS.isdisjoint(words)
            if self._lang == "de" and words and self._text.startswith(", ", start):
                known = known or (words[0] in _GERMAN_RELATIVES and self._ends_in_verb(mention.end))
            self._relative[mention.start] = known
        return known

    def _ends_in_verb(self, place: int) -> bool:
        """«Erdogan, der am Montag Putin traf, erklärte»; not «Lawrow, der Außenminister in Moskau, erklärte»."""
        comma = self._text.find(",", place, place + LETTERS_OF_CLAUSE)
        words = WORD.findall(self._text, place, comma) if comma >= 0 else []
        return bool(words) and words[-1][0].islower()

    def is_indefinite(self, mention: Mention) -> bool:
        """«A senior U.S. official»: one of many, who stays unnamed."""
        words = WORD.findall(self._text, max(0, mention.start - 25), mention.start)[-2:]
        return any(word.lower() in INDEFINITE for word in words)

    def apposed(self, chosen: Mention, here: Sequence[Mention]) -> Mention:
        """«Der Sprecher der SPD, Thomas Isenberg, …»: the person behind the body."""
        if self.is_person(chosen):
            return chosen
        person = next((m for m in here if m.start >= chosen.end and self.is_person(m)), None)
        if person is not None and self._lang == "ru" and person.start == chosen.end + 1:
            return person  # «по словам вице-премьера Турции Нумана Куртулмуша»
        if person is None or not _APPOSITION.fullmatch(self._text, chosen.end, person.start):
            return chosen
        return person if self._text[person.end : person.end + 1] in ",:.( \n" else chosen

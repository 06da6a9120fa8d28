"""Who is quoted by a phrase and not by a verb: «according to X», «laut X», «по словам X», «X'e göre»."""

import re
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import TypeVar

from monitor.analyse.cues import (
    ACCORDING,
    ACCORDING_AFTER,
    ACCORDING_OPENERS,
    BARE_BODIES,
    BARE_TITLES,
    ENGLISH_ACCORDING,
    ENGLISH_VIEWS,
    PEOPLE_OF_BODIES,
    PRONOUNS,
)
from monitor.analyse.referents import Referents
from monitor.analyse.speech import Outline, Sentence
from monitor.analyse.subjects import LAST_WORD, PUNCTUATION, WORD, Subject, Subjects, is_title
from monitor.model import Mention

#: «По мнению» may be followed by a long office, an institute with a long name, and only then the person.
WORDS_TO_SOURCE = 12
#: «X zufolge»: the name stands directly before.
LETTERS_FROM_NAME = 8
_ACCORDING = {lang: re.compile(pattern, re.IGNORECASE) for lang, pattern in ACCORDING.items()}
_THEIR = {*PRONOUNS, "seiner", "ihrer"}
#: «По словам турецкого лидера», «according to the Turkish foreign minister».
WORDS_TO_TITLE = 3
_HIM = ("ihm", "ihr", "ona")
_TURKISH_WORD_OF = re.compile(
    r"['’\x92]?n?[ıiuü]n (?:\w+ )?(?:açıklama|ifade|söz|iddia|görüş|değerlendirme|tahmin|veri)\w* "
)
_Found = TypeVar("_Found")


class AccordingTo:
    """The phrases of one text, by sentence."""

    def __init__(
        self, outline: Outline, lang: str, sources: Sequence[Mention], subjects: Subjects, referents: Referents
    ) -> None:
        self._text = outline.masked
        self._lang = lang
        self._sources = sources
        self._subjects = subjects
        self._referents = referents
        has_view = lang != "en" or not outline.words.isdisjoint(ENGLISH_VIEWS)
        openers = outline.occurrences(ACCORDING_OPENERS[lang] if has_view else ENGLISH_ACCORDING)
        phrases = (_ACCORDING[lang].match(self._text, start) for start, *_ in openers)
        self._before = _first_by_sentence(outline, ((found.start(), found) for found in phrases if found))
        placed = outline.occurrences(ACCORDING_AFTER[lang])
        self._after = _first_by_sentence(outline, ((start, (start, end)) for start, end, _ in placed))

    def is_in(self, sentence: Sentence) -> bool:
        return sentence.start in self._before or sentence.start in self._after

    def speaker(self, sentence: Sentence) -> Subject | None:
        """The speaker, with the whole phrase as its span; None where there is no such phrase."""
        found = None
        if phrase := self._before.get(sentence.start):
            found = self._named_after(sentence, phrase)
        elif placed := self._after.get(sentence.start):
            found = self._named_before(sentence, *placed)
        if found is not None and found.actor:
            self._referents.remember(sentence, found.actor)
        elif found is not None:
            self._referents.remember_unnamed(sentence)
        return found

    def _named_after(self, sentence: Sentence, phrase: re.Match[str]) -> Subject:
        if "eigenen" in phrase.group():
            return self._unnamed_after(sentence, phrase)
        here = self._referents.outside_quotes(sentence)
        subjects = self._subjects
        source = next((m for m in self._sources if phrase.start() <= m.start < sentence.end), None)
        inside = [m for m in here if phrase.start() <= m.start < phrase.end()]  # «nach EU-Angaben»
        following = [
            m
            for m in here
            if m.start >= phrase.end()
            and not subjects.is_compound(m)
            and (m.kind != "adjective" or subjects.is_governing(m))
        ]
        after = next(iter(inside + following), None)
        is_source = source is not None and (after is None or source.start < after.start)
        if source and is_source and subjects.is_near(phrase.end(), source.start):
            return Subject("", phrase.start(), source.end)
        if after and not subjects.is_person(after) and self._is_of_people(phrase, after):
            return Subject("", phrase.start(), max(after.end, phrase.end()))
        if after and (inside or subjects.is_near(phrase.end(), after.start, WORDS_TO_SOURCE)):
            after = subjects.apposed(after, here)
            return Subject(after.actor, phrase.start(), max(after.end, phrase.end()))
        return self._unnamed_after(sentence, phrase)

    def _is_of_people(self, phrase: re.Match[str], body: Mention) -> bool:
        """«По мнению экспертов банка», «according to two Pentagon officials»: people of a body, without a name."""
        before = WORD.findall(self._text, phrase.end(), body.start)
        behind = () if self._subjects.is_governing(body) else WORD.findall(self._text, body.end, body.end + 40)[:1]
        return not PEOPLE_OF_BODIES.isdisjoint(word.lower() for word in (*before, *behind))

    def _unnamed_after(self, sentence: Sentence, phrase: re.Match[str]) -> Subject:
        """«According to the minister», «seiner Ansicht nach»; «nach eigenen Angaben» is the subject's own word."""
        if "eigenen" in phrase.group():
            here = [m for m in self._referents.outside_quotes(sentence) if m.end <= phrase.start()]
            own = self._subjects.best([m for m in here if self._subjects.may_be_subject(m)])
            return Subject(own.actor if own else "", phrase.start(), phrase.end())
        for following in islice(WORD.finditer(self._text, phrase.end(), sentence.end), WORDS_TO_TITLE):
            word = following.group().lower()
            if PUNCTUATION.search(self._text, phrase.end(), following.start()):
                break
            if is_title(word, self._lang):
                holder = self._referents.holder(sentence, following.start(), following.end())
                return Subject(holder, phrase.start(), following.end())
            if word in BARE_BODIES:
                body = self._referents.body(sentence, following.start(), word)
                return Subject(body, phrase.start(), following.end())
        behind = "" if self._lang == "ru" else self._text[phrase.end() : phrase.end() + 5]
        is_pronoun = any(word.lower() in _THEIR for word in WORD.findall(f"{phrase.group()} {behind}"))
        return Subject(self._referents.recall(sentence) if is_pronoun else "", phrase.start(), phrase.end())

    def _is_word_of(self, mention: Mention, place: int) -> bool:
        """«Çavuşoğlu'nun açıklamasına göre»."""
        return self._lang == "tr" and _TURKISH_WORD_OF.fullmatch(self._text, mention.end, place) is not None

    def _named_before(self, sentence: Sentence, at: int, end: int) -> Subject:
        here = self._referents.outside_quotes(sentence)
        before = [m for m in here if m.end <= at and (at - m.end < LETTERS_FROM_NAME or self._is_word_of(m, at))]
        if before:
            return Subject(before[-1].actor, before[-1].start, end)
        word = LAST_WORD.search(self._text, sentence.start, at)
        if word is not None and _is_title_in_dative(word.group(1).lower()):
            return Subject(self._referents.holder(sentence, word.start(1), word.end(1)), word.start(1), end)
        if word is not None and word.group(1).lower() in BARE_BODIES:
            body = self._referents.body(sentence, word.start(1), word.group(1).lower())
            return Subject(body, word.start(1), end)
        is_pronoun = word is not None and word.group(1).lower() in _HIM
        return Subject(self._referents.recall(sentence) if is_pronoun else "", at, end)


def _is_title_in_dative(word: str) -> bool:
    """«Rus bakana göre», «sözcüye göre»."""
    return word[-1:] in ("a", "e") and (word[:-1] in BARE_TITLES["tr"] or word[:-2] in BARE_TITLES["tr"])


def _first_by_sentence(outline: Outline, found: Iterable[tuple[int, _Found]]) -> dict[int, _Found]:
    """What stands first in each sentence, by where the sentence begins."""
    firsts: dict[int, _Found] = {}
    for place, what in found:
        firsts.setdefault(outline.sentences[outline.sentence_at(place)].start, what)
    return firsts

"""Which actors meet in a sentence, and what the one does to the other where the grammar is plain.

A pair without a plain deed is kept with an empty class: that they stand together is the finding. A person and the own
state, or a body and the own state, are no pair. A deed is claimed only between neighbours, of one who may be subject,
within one clause; a passive turns it round. Better no deed than a wrong one.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest

from monitor.analyse.deeds import DEEDS, PASSIVES, PLACES_OF_DEEDS
from monitor.analyse.gazetteer import Gazetteer
from monitor.analyse.speech import MASK, Outline, Sentence
from monitor.analyse.subjects import Subjects
from monitor.model import Mention, Relation

#: More actors than this in one sentence are a list: who attended, not who did what to whom.
MAX_ACTORS_A_SENTENCE = 4
#: From an adjective to the name it belongs to.
LETTERS_TO_OWNER = 35
#: From the one who does it to the verb, and from the verb to the other; behind both where the verb stands last.
WORDS_TO_DEED, WORDS_TO_OBJECT, WORDS_TO_LAST = 5, 3, 6
#: No two of whom one does something to the other are further apart: a deed may have three words itself.
WORDS_BETWEEN = WORDS_TO_DEED + WORDS_TO_OBJECT + 5
#: «Erdoğan ve eşi Putin ile», «Davutoğlu Rus mevkidaşı Lavrov'la».
WORDS_TO_TITLED = 3
#: These two do together.
MUTUAL = ("meets", "agrees")


def _any_of(words: str) -> str:
    return "|".join(word.replace("_", " ").replace("*", r"\w*") for word in words.split())


_DEEDS = {
    lang: re.compile(rf"\b(?:{'|'.join(f'(?P<{deed}>{_any_of(words)})' for deed, words in deeds.items())})\b")
    for lang, deeds in DEEDS.items()
}
_PLACES = {lang: re.compile(rf"\b(?:{_any_of(words)})\b") for lang, words in PLACES_OF_DEEDS.items()}
_TOGETHER = re.compile(r"\s*(?:and|und|ve|и|ile|[-–])\s*")
_PASSIVES = {lang: re.compile(pattern) for lang, pattern in PASSIVES.items()}
_CLAUSE = re.compile(rf"[,;:.!?()–—«»{MASK}\n]")
#: «Russia, which supports Assad».
_WHO = re.compile(r", (?:which|who|die|der|das|котор\w+)\b")
_TURKISH_OBJECT = re.compile(r"['’\x92](?:[yn]?[ıiuüae]|y?l[ae])\b| ile\b")
#: «Rusya'dan Türkiye'ye uyarı».
_TURKISH_FROM = re.compile(r"['’\x92][dt][ae]n ")
#: What is denied, and «NATO member's plane», where somebody else does it.
_NOT_PLAIN = re.compile(r"\b(?:not|never|nicht|kein\w*|nie|не|никогда)\b|n['’\x92]t\b|['’\x92]s\b")
_SUFFIX = re.compile(r"['’\x92]\w+")


def find_relations(
    outline: Outline,
    lang: str,
    mentions: Sequence[Mention],
    types: Mapping[str, str],
    gazetteer: Gazetteer,
    subjects: Subjects,
) -> tuple[Relation, ...]:
    """Every pair and class of deed once, with the first sentence that shows it."""
    found: dict[tuple[str, str, str], Relation] = {}
    deeds = _Deeds(outline.lowered, lang, subjects)
    acting = [mention for mention in mentions if types[mention.actor] != "source"]
    at = 0
    for sentence in outline.sentences:
        begin = at
        while at < len(acting) and acting[at].start < sentence.end:
            at += 1
        firsts = _firsts(acting[begin:at], types) if at - begin > 1 else ()
        if 2 <= len(firsts) <= MAX_ACTORS_A_SENTENCE:
            for relation in _in_sentence(sentence, firsts, deeds, gazetteer):
                found.setdefault((relation.subject, relation.object, relation.verb_class), relation)
    return tuple(found.values())


def _firsts(here: Sequence[Mention], types: Mapping[str, str]) -> Sequence[Mention]:
    """Each actor of a sentence where it stands first, epithets left out."""
    firsts: dict[str, Mention] = {}
    for mention, following in zip_longest(here, here[1:]):
        if mention.actor not in firsts and not _is_epithet(mention, following, types):
            firsts[mention.actor] = mention
    return list(firsts.values())


def _is_epithet(mention: Mention, following: Mention | None, types: Mapping[str, str]) -> bool:
    """Whether an adjective only says whose the next one is: «den syrischen Machthaber Assad»."""
    if mention.kind != "adjective" or following is None:
        return False
    return following.start - mention.end < LETTERS_TO_OWNER and types[following.actor] != "state"


def _in_sentence(
    sentence: Sentence, firsts: Sequence[Mention], deeds: "_Deeds", gazetteer: Gazetteer
) -> Iterator[Relation]:
    for number, first in enumerate(firsts):
        for place, second in enumerate(firsts[number + 1 :], start=number + 1):
            if _is_own(first.actor, second.actor, gazetteer):
                continue
            end = firsts[place + 1].start if place + 1 < len(firsts) else sentence.end
            deed, is_turned = deeds.between(first, second, end) if place == number + 1 else ("", False)
            one, other = (second, first) if is_turned else (first, second)
            yield Relation(
                subject=one.actor, object=other.actor, verb_class=deed, start=sentence.start, end=sentence.end
            )


def _is_own(one: str, other: str, gazetteer: Gazetteer) -> bool:
    def country(actor: str) -> str:
        known = gazetteer.actors.get(actor)
        return f"@{known.country}" if known and known.country else ""

    return country(one) == other or country(other) == one


class _Deeds:
    """What neighbours do to each other in one text, in small letters and masked where it is quoted."""

    def __init__(self, text: str, lang: str, subjects: Subjects) -> None:
        self._text = text
        self._lang = lang
        self._subjects = subjects
        self._deeds = _DEEDS[lang]

    def between(self, first: Mention, second: Mention, end: int) -> tuple[str, bool]:
        """The class of the deed, "" where none is plain, and whether the second does it to the first."""
        if _TOGETHER.fullmatch(self._text, first.end, second.start):
            deed = self._last(second.end, end)
            return (deed if deed in MUTUAL else ""), False
        if self._lang == "tr":
            return self._in_turkish(first, second, end), False
        start = who.end() if (who := _WHO.match(self._text, first.end)) else first.end
        if not self._is_plain(start, second.start, WORDS_BETWEEN):
            return "", False
        verb = self._deeds.search(self._text, first.end, second.start)
        if verb is None:
            may_act = self._lang == "de" and self._may_act(first) and self._is_plain(first.end, second.start)
            return (self._last(second.end, end) if may_act else ""), False
        is_near = self._is_plain(start, verb.start(), WORDS_TO_DEED)
        if not is_near or _NOT_PLAIN.search(self._text, start, verb.start()):
            return "", False
        if not self._is_plain(verb.end(), second.start, WORDS_TO_OBJECT):
            return "", False
        if _PASSIVES[self._lang].search(self._text, first.end, second.start):
            return verb.lastgroup or "", True
        is_there = _PLACES[self._lang].search(self._text, verb.end(), second.start) is not None
        return (verb.lastgroup or "" if self._may_act(first) and not is_there else ""), False

    def _in_turkish(self, first: Mention, second: Mention, end: int) -> str:
        """The verb stands last, who does it bare, to whom it is done in a case."""
        if not _TURKISH_OBJECT.match(self._text, second.end):
            return ""
        if _TURKISH_FROM.match(self._text, first.end):
            return self._last(second.end, end)
        is_topic = self._text[first.end : first.end + 1] == ","
        words = WORDS_TO_LAST if is_topic else WORDS_TO_TITLED if self._subjects.is_person(first) else 0
        is_subject = self._may_act(first) and self._is_plain(first.end + is_topic, second.start, words)
        return self._last(second.end, end) if is_subject else ""

    def _last(self, start: int, end: int) -> str:
        """The deed that a verb behind both names says."""
        suffix = _SUFFIX.match(self._text, start)
        start = suffix.end() if suffix else start
        verb = self._deeds.search(self._text, start, end)
        is_plain = verb is not None and self._is_plain(start, verb.start())
        return (verb.lastgroup or "") if verb and is_plain else ""

    def _may_act(self, mention: Mention) -> bool:
        is_named = mention.kind != "adjective" or self._subjects.is_governing(mention)
        return is_named and self._subjects.may_be_subject(mention)

    def _is_plain(self, start: int, end: int, words: int = WORDS_TO_LAST) -> bool:
        """Whether only a few words of one clause stand between."""
        return self._text.count(" ", start, end) <= words + 1 and not _CLAUSE.search(self._text, start, end)

"""Which actors meet in a sentence, and what the one does to the other where the verb is plain.

A pair without a plain verb is kept with an empty class: that they stand together is the finding. A person and the own
state, or a body and the own state, are no pair. Word order says who is subject; a passive turns it round.
"""

import re
from collections.abc import Mapping, Sequence
from itertools import zip_longest

from monitor.analyse.cues import DEEDS, PASSIVES
from monitor.analyse.gazetteer import Gazetteer
from monitor.analyse.speech import Outline, Sentence
from monitor.model import Mention, Relation

#: More actors than this in one sentence are a list: who attended, not who did what to whom.
MAX_ACTORS_A_SENTENCE = 4


def _any_of(words: str) -> str:
    return "|".join(word.replace("_", " ").replace("*", r"\w*") for word in words.split())


#: From an adjective to the name it belongs to.
LETTERS_TO_OWNER = 35
_DEEDS = {
    lang: re.compile(rf"\b(?:{'|'.join(f'(?P<{deed}>{_any_of(words)})' for deed, words in deeds.items())})\b")
    for lang, deeds in DEEDS.items()
}
_TOGETHER = re.compile(r"\s*(?:and|und|ve|и|ile)\s*")
_PASSIVES = {lang: re.compile(pattern) for lang, pattern in PASSIVES.items()}


def find_relations(
    outline: Outline, lang: str, mentions: Sequence[Mention], types: Mapping[str, str], gazetteer: Gazetteer
) -> tuple[Relation, ...]:
    """Every pair and class of deed once, with the first sentence that shows it."""
    found: dict[tuple[str, str, str], Relation] = {}
    acting = [mention for mention in mentions if types[mention.actor] != "source"]
    at = 0
    for sentence in outline.sentences:
        begin = at
        while at < len(acting) and acting[at].start < sentence.end:
            at += 1
        firsts = _firsts(acting[begin:at], types) if at - begin > 1 else ()
        if not 2 <= len(firsts) <= MAX_ACTORS_A_SENTENCE:
            continue
        for number, first in enumerate(firsts):
            for place, second in enumerate(firsts[number + 1 :], start=number + 1):
                if not _is_own(first.actor, second.actor, gazetteer):
                    is_next = place == number + 1
                    end = firsts[place + 1].start if place + 1 < len(firsts) else sentence.end
                    deed = _deed(outline.lowered, lang, first, second, end) if is_next else ""
                    relation = _relation(outline.lowered, lang, sentence, first, second, deed)
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


def _is_own(one: str, other: str, gazetteer: Gazetteer) -> bool:
    def country(actor: str) -> str:
        known = gazetteer.actors.get(actor)
        return f"@{known.country}" if known and known.country else ""

    return country(one) == other or country(other) == one


def _deed(lowered: str, lang: str, first: Mention, second: Mention, end: int) -> str:
    """What stands between two neighbours; behind them in German and Turkish, and for «Putin and Erdoğan met»."""
    deeds = _DEEDS[lang]
    deed = deeds.search(lowered, first.end, second.start)
    if deed is None and (lang in ("de", "tr") or _TOGETHER.fullmatch(lowered, first.end, second.start)):
        deed = deeds.search(lowered, second.end, end)
    return (deed.lastgroup or "") if deed else ""


def _relation(lowered: str, lang: str, sentence: Sentence, first: Mention, second: Mention, deed: str) -> Relation:
    is_passive = bool(deed) and _PASSIVES[lang].search(lowered, first.end, second.start) is not None
    subject, object_ = (second, first) if is_passive else (first, second)
    return Relation(
        subject=subject.actor, object=object_.actor, verb_class=deed, start=sentence.start, end=sentence.end
    )

"""Which actors meet in a sentence, and what the one does to the other where the grammar is plain (`doing`).

A pair without a plain deed is kept with an empty class: that they stand together is the finding. A person and the own
state, or a body and the own state, are no pair.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, zip_longest

from monitor.analyse.doing import Deed, Doing
from monitor.analyse.gazetteer import Gazetteer
from monitor.analyse.speech import Outline
from monitor.analyse.subjects import Subjects
from monitor.model import Mention, Relation

#: More actors than this in one sentence are a list: who attended, not who stands beside whom.
MAX_ACTORS_A_SENTENCE = 4
#: From an adjective to the name it belongs to.
LETTERS_TO_OWNER = 35


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
    doing: Doing | None = None
    acting = [mention for mention in mentions if types[mention.actor] != "source"]
    at = 0
    for sentence in outline.sentences:
        begin = at
        while at < len(acting) and acting[at].start < sentence.end:
            at += 1
        if at - begin < 2:
            continue
        here = acting[begin:at]
        if len({mention.actor for mention in here}) > 1:
            doing = doing or Doing(outline, lang, subjects)
            for told in _told(here, list(doing.in_sentence(sentence, here)), types):
                one, deed, other = told
                if told not in found and not _is_own(one, other, gazetteer):
                    found[told] = Relation(
                        subject=one, object=other, verb_class=deed, start=sentence.start, end=sentence.end
                    )
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


def _told(here: Sequence[Mention], deeds: Sequence[Deed], types: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Who does what to whom in one sentence, and the pairs of which no deed is told."""
    for one, other, deed in deeds:
        yield one.actor, deed, other.actor
    firsts = _firsts(here, types)
    if len(firsts) <= MAX_ACTORS_A_SENTENCE:
        acting = {mention.actor for one, other, _ in deeds for mention in (one, other)}
        for one, other in combinations(firsts, 2):
            if one.actor not in acting or other.actor not in acting:
                yield one.actor, "", other.actor


def _is_own(one: str, other: str, gazetteer: Gazetteer) -> bool:
    return _state_of(one, gazetteer) == other or _state_of(other, gazetteer) == one


def _state_of(actor: str, gazetteer: Gazetteer) -> str:
    known = gazetteer.actors.get(actor)
    return f"@{known.country}" if known and known.country else ""

"""Recognise people and bodies that the gazetteer lacks, by first names, titles and definitions in the text itself.

What it finds is *unconfirmed*: an analyst confirms, merges or rejects it. It never merges two names by likeness; the
one thing it joins is a surname with the full name that stands in the same text. Languages without capitals (Arabic)
are left to the gazetteer.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from monitor.analyse.cues import OBJECT_VERBS
from monitor.analyse.gazetteer import SURNAME_FROM, Gazetteer
from monitor.analyse.name_cases import nominative, occurrences, whole_words
from monitor.analyse.name_words import NOT_FIRST_NAMES, NOT_SURNAMES, TITLES
from monitor.analyse.names import LETTER, Hit, fold_word
from monitor.analyse.people import UPPER, People
from monitor.analyse.speech import Outline

#: What follows the verb: «sagte Ersoy», «kündigte Ersoy an».
_SPEAKER = re.compile(rf" ([{UPPER}]{LETTER}{{2,}})(?= an\b| [a-zа-я]|[,.;:])")
#: «Institute of International Finance (IIF)»: the letters of the name, in its own words.
_ACRONYM = re.compile(rf" \(([{UPPER}]{{2,6}})\)")
#: «Sermaye Piyasası Kurulu’nun (SPK)».
_SUFFIX = re.compile(r"['’\x92]\w+$")
LETTERS_OF_BODY = 100
WORDS_OF_BODY = 9

Span = tuple[int, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Discovery:
    """Somebody or something that is not listed, under the fullest name the text gives."""

    name: str
    type: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Findings:
    """What discovery says, and which gazetteer hits it corrects."""

    discoveries: tuple[Discovery, ...] = ()
    #: Hits that were part of somebody else's name («Bilal Erdoğan»).
    dropped: frozenset[Hit] = frozenset()
    #: Hits that were part of a longer spelling of the same name («Barack Hussein Obama»): the whole span instead.
    widened: tuple[tuple[Hit, int, int], ...] = ()


class Taken:
    """Which letters of a text belong to a name already."""

    def __init__(self, text: str, spans: Iterable[Span]) -> None:
        self._letters = bytearray(len(text))
        for span in spans:
            self.add(span)

    def add(self, span: Span) -> None:
        start, end = span
        self._letters[start:end] = b"\1" * (end - start)

    def meets(self, span: Span) -> bool:
        return self._letters.find(1, *span) >= 0


def discover(text: str, lang: str, lines: Outline, hits: Sequence[Hit], gazetteer: Gazetteer) -> Findings:
    """Find unlisted people and bodies around the hits of the gazetteer."""
    people: dict[str, list[Span]] = {}
    by_folded: dict[str, str] = {}
    dropped: set[Hit] = set()
    widened: list[tuple[Hit, int, int]] = []
    finder = People(text, lang, hits, gazetteer)
    for start, end in finder.names():
        if text[start:end] in finder.places:
            continue
        inside = finder.hits_in(start, end)
        bearer = next((hit for hit in inside if _is_own_name(text[start:end], hit, gazetteer)), None)
        if bearer:
            widened.append((bearer, start, end))
            continue
        dropped.update(inside)
        dropped.update(_namesakes_after(text, start, end, finder, gazetteer))
        name = nominative(text[start:end], gazetteer.given_names)
        people.setdefault(by_folded.setdefault(fold_word(name), name), []).append((start, end))
    for name in [name for name in people if name.endswith("s") and name[:-1] in people]:
        people[name[:-1]] += people.pop(name)  # «Heidi Klums»
    listed = [(hit.start, hit.end) for hit in hits if hit not in dropped]
    taken = Taken(text, [*listed, *(span for spans in people.values() for span in spans)])
    for surname, spans in _speaking_surnames(text, lang, lines, taken):
        people.setdefault(surname, []).extend(spans)
    discoveries = [
        Discovery(name=name, type=kind, spans=tuple(spans))
        for kind, found in (("person", people), ("organisation", _defined_bodies(text, listed)))
        for name, spans in found.items()
    ]
    if discoveries:
        discoveries = _again(text, lang, discoveries, [*listed, *((start, end) for _, start, end in widened)])
    return Findings(discoveries=tuple(discoveries), dropped=frozenset(dropped), widened=tuple(widened))


def with_further(found: Findings, further: Iterable[Discovery], hits: Sequence[Hit], text: str) -> Findings:
    """What another finder names, where nothing stands yet; all occurrences of a name found before are known already."""
    taken = Taken(text, [(hit.start, hit.end) for hit in hits] + [s for each in found.discoveries for s in each.spans])
    names = {each.name for each in found.discoveries}
    added = []
    for each in further:
        spans = [span for span in each.spans if not taken.meets(span)]
        if spans and each.name not in names:
            added.append(replace(each, spans=tuple(spans)))
    return replace(found, discoveries=(*found.discoveries, *added))


def _namesakes_after(text: str, start: int, end: int, finder: People, gazetteer: Gazetteer) -> list[Hit]:
    """Surnames behind «Markus Scholz» that mean him, where nothing before meant the listed bearer."""
    surname = text[start:end].rpartition(" ")[2]
    if text.find(surname, end) < 0:
        return []
    after = finder.hits_after(end)
    bearers = {hit.id for hit in after if text.startswith(surname, hit.start, hit.end)}
    if not bearers:
        return []
    before = finder.hits_in(0, end)
    bearers -= {hit.id for hit in before if hit.end <= end - len(surname) or hit.kind == "name"}
    bearers -= {hit.id for hit in after if hit.kind == "name"}
    return [hit for hit in after if hit.id in bearers and gazetteer.actors[hit.id].type == "person"]


def _is_own_name(name: str, hit: Hit, gazetteer: Gazetteer) -> bool:
    """Whether a name that ends in a surname begins as one of that person's own names does."""
    actor = gazetteer.actors[hit.id]
    given = gazetteer.given_names.get(fold_word(name.partition(" ")[0]), name.partition(" ")[0])
    return actor.type == "person" and any(
        form.kind == "name" and fold_word(form.text).partition(" ")[0] == fold_word(given) for form in actor.forms
    )


def _speaking_surnames(text: str, lang: str, lines: Outline, taken: Taken) -> Iterator[tuple[str, list[Span]]]:
    """Surnames that never come with a first name but speak twice: «sagte Ersoy», «kündigte Ersoy an»."""
    counts: Counter[str] = Counter()
    for sentence in lines.sentences:
        for cue in sentence.cues:
            match = _SPEAKER.match(text, cue.end)
            name = match.group(1) if match else ""
            if cue.word in OBJECT_VERBS and not text.startswith(" an", cue.end + 1 + len(name)):
                continue  # «befürchtet Unruhen»
            folded = fold_word(name)
            is_other = folded in NOT_SURNAMES or folded in TITLES[lang] or folded in NOT_FIRST_NAMES
            if name and not name.isupper() and not is_other:
                counts[name] += 1
    for name, count in counts.items():
        spans = list(whole_words(text, name, joined_by="-")) if count > 1 else []
        if spans and not any(map(taken.meets, spans)):
            yield name, spans


def _defined_bodies(text: str, listed: Sequence[Span]) -> dict[str, list[Span]]:
    """Bodies that the text introduces with their acronym: «Institute of International Finance (IIF)»."""
    acronyms = list(_ACRONYM.finditer(text))
    if not acronyms:
        return {}
    found: dict[str, list[Span]] = {}
    taken = Taken(text, listed)
    for acronym in acronyms:
        line_start = max(text.rfind("\n", 0, acronym.start()) + 1, acronym.start() - LETTERS_OF_BODY)
        words = text[line_start : acronym.start()].split(" ")
        for first in range(max(0, len(words) - WORDS_OF_BODY), len(words) - 1):
            name = " ".join(words[first:])
            start = acronym.start() - len(name)
            name = _SUFFIX.sub("", name)
            initials = "".join(word[0] for word in words[first:] if word[:1].isupper())
            is_name = (
                words[first][:1].isupper() and initials == acronym.group(1) and 2 * len(initials) >= len(words) - first
            )
            if is_name and not taken.meets((start, acronym.end())):
                found[name] = [(start, start + len(name)), *whole_words(text, acronym.group(1))]
                break
    return found


def _again(text: str, lang: str, discoveries: Sequence[Discovery], others: Iterable[Span]) -> list[Discovery]:
    """Every further mention: full names without a title, surnames alone."""
    taken = Taken(text, [*others, *(span for found in discoveries for span in found.spans)])
    complete = []
    for found in discoveries:
        spans = set(found.spans)
        first, _, surname = found.name.rpartition(" ")
        surname = first if surname.endswith(".") else surname  # «Husam M.»
        # «Al-Qassemi» begins a sentence.
        shorter = (
            [*dict.fromkeys((surname, surname[:1].upper() + surname[1:]))]
            if found.type == "person" and len(surname) >= SURNAME_FROM
            else []
        )
        if found.name.endswith("."):
            shorter.append(found.name.rpartition(" ")[2])
        for name in (found.name, *shorter):
            for span in occurrences(text, name, lang):
                if not taken.meets(span):
                    spans.add(span)
                    taken.add(span)
        complete.append(Discovery(name=found.name, type=found.type, spans=tuple(sorted(spans))))
    return complete

"""Recognise people and bodies that the gazetteer lacks, by first names, titles and definitions in the text itself.

What it finds is *unconfirmed*: an analyst confirms, merges or rejects it. It never merges two names by likeness; the
one thing it joins is a surname with the full name that stands in the same text. Languages without capitals (Arabic)
are left to the gazetteer.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from monitor.analyse.cues import NOT_FIRST_NAMES, NOT_SURNAMES, PARTICLES, SPEECH_VERBS, TITLES
from monitor.analyse.gazetteer import Gazetteer
from monitor.analyse.names import Form, Hit, Matcher, fold

_UPPER = "A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĘĚĞİĪŁŃŅŇŌŐŘŚŞŠŢŤŪŮŰŹŻŽА-ЯЁ"
_CAP = rf"(?:[AaEe]l-|[аэ][лсдрнш]-)?[{_UPPER}](?:'[{_UPPER}])?[^\W\d_]*(?:-[^\W\d_]+)*"
_SMALL = rf"(?: (?:v[oa]n de[rn]|{'|'.join(PARTICLES)})(?= ))*"
_RUN = re.compile(rf"(?<![\w@#-]){_CAP}{_SMALL}(?: (?:[{_UPPER}]\.|{_CAP}){_SMALL})+")
_TOKEN = re.compile(rf"[{_UPPER}]\.|{_CAP}|[^\W\d_]+")
_BEFORE = re.compile(r"([^\W\d_][\w.-]*)[ ,]{0,2}$")
_AFTER = re.compile(r",? ([^\W\d_]+)")
#: Without a first name known: endings of Russian surnames, in all cases.
_RU_SURNAME = re.compile(
    r"(?:ов|ев|ёв|ин|ын)(?:а|у|ым|е|ой)?$|(?:ск|цк)(?:ий|ого|ому|им|ом|ая|ой|ую)$|(?:енко|чук|швили|дзе|ян|яна|яну|яном)$"
)
_RU_ADJECTIVE = re.compile(r"(?:ый|ий|ая|яя|ое|ее|ые|ие|ого|его|ой|ых|их|ым|им|ую)$")
#: German, English, Russian: the verb and then the name.
_SPEAKS = re.compile(rf"([^\W\d_]+) ([{_UPPER}][^\W\d_]{{2,}})(?= an\b| [a-zа-я]|[,.;:])")
#: Agency copy glued to a caption: «TrumpTrump». McCain and O'Brien are names all the same.
_GLUED = re.compile(r"(?<![MDL])(?<!Ma)[a-zà-ÿ][A-Z]")
_TR_BODY = re.compile(r"(?:l[ıiuü]ğ[ıiuü]|l[ae]r[ıi])$")
#: «Institute of International Finance (IIF)»: the letters of the name, in its own words.
_PART = rf"(?:{_CAP}|of|for|the|and|für|und|der|des|и|по|ve)"
_DEFINED = re.compile(rf"({_CAP}(?: {_PART}){{1,7}}) \(([{_UPPER}]{{2,6}})\)")
MAX_NAME_TOKENS = 4
#: Titles that are part of many names.
_NAMES_TOO = ("sheikh", "seyh", "emir", "imam", "bey")
_OPENING, _CLOSING = tuple('«“„"»\x93'), tuple('»”“"«\x94')


@dataclass(frozen=True, kw_only=True, slots=True)
class Discovery:
    """Somebody or something that is not listed, under the fullest name the text gives."""

    name: str
    type: str
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class _Token:
    start: int
    end: int
    text: str
    folded: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Findings:
    """What discovery says, and which gazetteer hits it corrects."""

    discoveries: tuple[Discovery, ...] = ()
    #: Hits that were part of somebody else's name («Bilal Erdoğan»).
    dropped: frozenset[Hit] = frozenset()
    #: Hits that were part of a longer spelling of the same name («Barack Hussein Obama»): the whole span instead.
    widened: tuple[tuple[Hit, int, int], ...] = ()


def discover(text: str, lang: str, hits: Sequence[Hit], gazetteer: Gazetteer) -> Findings:
    """Find unlisted people and bodies around the hits of the gazetteer."""
    if lang not in TITLES:
        return Findings()
    people: dict[str, list[tuple[int, int]]] = {}
    dropped: set[Hit] = set()
    widened: list[tuple[Hit, int, int]] = []
    starts = [hit.start for hit in hits]
    for start, end in _names(text, lang, hits, starts, gazetteer):
        inside = [hit for hit in hits[bisect_right(starts, start - 1) :] if hit.start < end]
        bearer = next((hit for hit in inside if _is_own_name(text[start:end], hit, gazetteer)), None)
        if bearer:
            widened.append((bearer, start, end))
            continue
        dropped.update(inside)
        name = _nominative(text[start:end], gazetteer.given_names)
        known = next((other for other in people if fold(other) == fold(name)), name)
        people.setdefault(known, []).append((start, end))
    taken = [(hit.start, hit.end) for hit in hits if hit not in dropped]
    for surname, spans in _speaking_surnames(text, lang, [*taken, *(s for found in people.values() for s in found)]):
        people.setdefault(surname, []).extend(spans)
    discoveries = [
        Discovery(name=name, type=kind, spans=tuple(spans))
        for kind, found in (("person", people), ("organisation", _defined_bodies(text, taken)))
        for name, spans in found.items()
    ]
    discoveries = _again(text, lang, discoveries, [*taken, *((start, end) for _, start, end in widened)])
    return Findings(discoveries=tuple(discoveries), dropped=frozenset(dropped), widened=tuple(widened))


def _names(
    text: str, lang: str, hits: Sequence[Hit], starts: list[int], gazetteer: Gazetteer
) -> Iterator[tuple[int, int]]:
    for run in _RUN.finditer(text):
        tokens = [
            _Token(run.start() + m.start(), run.start() + m.end(), m.group(), fold(m.group()))
            for m in _TOKEN.finditer(run.group())
        ]
        if all(token.text.isupper() and len(token.text) > 3 for token in tokens):
            continue  # a line in capitals
        at = 0
        while at < len(tokens) - 1:
            length = _name_length(text, lang, tokens, at, hits, starts, gazetteer)
            is_title_of_something = text[tokens[at].start - 1 :][:1] in _OPENING and text[run.end() :][:1] in _CLOSING
            if length and not is_title_of_something:
                yield tokens[at].start, tokens[at + length - 1].end
            at += length or 1


def _name_length(
    text: str, lang: str, tokens: list[_Token], at: int, hits: Sequence[Hit], starts: list[int], gazetteer: Gazetteer
) -> int:
    """How many tokens from `at` on are one person's name; 0 if none."""
    first = tokens[at]
    is_given = first.folded in gazetteer.given_names and first.folded not in TITLES[lang]
    if _covering(first, hits, starts, gazetteer, is_given):
        return 0
    end = _name_end(lang, tokens, at, hits, starts, gazetteer)
    is_two_actors = is_given and _stands_alone(first, hits, starts, gazetteer)
    if end - at < 2 or (is_two_actors and _stands_alone(tokens[at + 1], hits, starts, gazetteer)):
        return 0  # «Erdoğan Putin ile görüştü»
    follower = tokens[end].folded if end < len(tokens) else ""
    if follower in NOT_SURNAMES:
        return 0
    if is_given:
        return end - at
    if first.folded in NOT_SURNAMES | TITLES[lang] | NOT_FIRST_NAMES:
        return 0
    before = _BEFORE.search(text, max(0, first.start - 40), first.start)
    if before and fold(before.group(1)) in TITLES[lang]:
        return end - at
    if lang == "de":
        return 0  # every noun has a capital: only first names and titles say enough
    after = _AFTER.match(text, tokens[end - 1].end)
    if after and lang != "tr" and after.group(1).lower() in SPEECH_VERBS[lang] and end == len(tokens):
        return end - at
    if (
        lang == "ru"
        and end - at == 2
        and _RU_SURNAME.search(tokens[at + 1].text)
        and not _RU_ADJECTIVE.search(first.text)
    ):
        return 2
    return 0


def _name_end(
    lang: str, tokens: list[_Token], at: int, hits: Sequence[Hit], starts: list[int], gazetteer: Gazetteer
) -> int:
    end = at + 1
    while end < min(len(tokens), at + MAX_NAME_TOKENS) and not _ends_name(tokens[end], lang, hits, starts, gazetteer):
        end += 1
        if lang == "de" and tokens[end - 1].text.endswith("s") and tokens[end - 1].folded not in gazetteer.given_names:
            break  # «Max Ottes Bestseller»
    while end > at + 1 and (tokens[end - 1].text.islower() or len(tokens[end - 1].text.rstrip(".")) == 1):
        if end == at + 2 and tokens[at + 1].text.endswith("."):
            break  # «Husam M.»: German papers spare the surname
        end -= 1
    return end


def _stands_alone(token: _Token, hits: Sequence[Hit], starts: list[int], gazetteer: Gazetteer) -> bool:
    return _covering(token, hits, starts, gazetteer, may_be_surname=False)


def _covering(
    token: _Token, hits: Sequence[Hit], starts: list[int], gazetteer: Gazetteer, may_be_surname: bool
) -> bool:
    """Whether a listed name that stands by itself holds this token."""
    place = bisect_right(starts, token.start) - 1
    if place < 0 or hits[place].end <= token.start:
        return False
    return not (may_be_surname and _may_be_surname(hits[place], gazetteer))


def _ends_name(token: _Token, lang: str, hits: Sequence[Hit], starts: list[int], gazetteer: Gazetteer) -> bool:
    is_title = token.folded in TITLES[lang] and token.folded not in _NAMES_TOO
    if token.folded in NOT_SURNAMES or is_title or _GLUED.search(token.text):
        return True
    if lang == "tr" and _TR_BODY.search(token.text):
        return True
    return _covering(token, hits, starts, gazetteer, may_be_surname=True)


def _may_be_surname(hit: Hit, gazetteer: Gazetteer) -> bool:
    """Surnames, and the states and capitals that are surnames too: George Washington, Michael Jordan."""
    actor = gazetteer.actors[hit.id]
    if actor.type == "person":
        return hit.kind == "short"
    return hit.form in ("Washington", "Jordan", "Georgia", "London", "Berlin", "Paris", "Holland", "Wagner", "Sofia")


def _is_own_name(name: str, hit: Hit, gazetteer: Gazetteer) -> bool:
    """Whether a name that ends in a surname begins as one of that person's own names does."""
    actor = gazetteer.actors[hit.id]
    given = gazetteer.given_names.get(fold(name.partition(" ")[0]), name.partition(" ")[0])
    return actor.type == "person" and any(
        form.kind == "name" and fold(form.text).partition(" ")[0] == fold(given) for form in actor.forms
    )


def _nominative(name: str, given_names: Mapping[str, str]) -> str:
    """«Дмитрия Егорченкова» → «Дмитрий Егорченков», by the case that the first name stands in."""
    first, _, rest = name.partition(" ")
    given = given_names.get(fold(first))
    if given is None or not re.search("[а-яё]", rest) or fold(first) == fold(given):
        return name
    words = [given]
    for word in rest.split(" "):
        if given[-1] in "ая":
            words.append(re.sub(r"(ов|ев|ёв|ин|ын)(?:ой|у)$", r"\1а", re.sub(r"(ск|цк)(?:ой|ую)$", r"\1ая", word)))
        else:
            word = re.sub(r"(ск|цк)(?:ого|ому|им|ом)$", r"\1ий", word)
            words.append(re.sub(r"(?<=[бвгджзклмнпрстфхцчшщ])(?:а|у|ом|ым|ем|е)$", "", word))
    return " ".join(words)


def _speaking_surnames(
    text: str, lang: str, taken: Sequence[tuple[int, int]]
) -> Iterator[tuple[str, list[tuple[int, int]]]]:
    """Surnames that never come with a first name but speak twice: «sagte Ersoy», «kündigte Ersoy an»."""
    counts: dict[str, int] = {}
    for match in _SPEAKS.finditer(text):
        name = match.group(2)
        folded = fold(name)
        is_other = folded in NOT_SURNAMES or folded in TITLES[lang] or folded in NOT_FIRST_NAMES or name.isupper()
        if match.group(1) in SPEECH_VERBS[lang] and not is_other:
            counts[name] = counts.get(name, 0) + 1
    for name, count in counts.items():
        spans = [m.span() for m in re.finditer(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text)]
        if count > 1 and not any(a < end and start < b for start, end in spans for a, b in taken):
            yield name, spans


def _defined_bodies(text: str, taken: Sequence[tuple[int, int]]) -> dict[str, list[tuple[int, int]]]:
    """Bodies that the text introduces with their acronym: «Institute of International Finance (IIF)»."""
    found: dict[str, list[tuple[int, int]]] = {}
    for match in _DEFINED.finditer(text):
        words, acronym = match.group(1).split(" "), match.group(2)
        for first in range(len(words) - 1):
            initials = "".join(word[0] for word in words[first:] if word[0].isupper())
            start = match.end(1) - len(" ".join(words[first:]))
            if initials == acronym and not any(a < match.end() and start < b for a, b in taken):
                spans = [(start, match.end(1))]
                spans += [m.span() for m in re.finditer(rf"(?<!\w){acronym}(?!\w)", text)]
                found[text[start : match.end(1)]] = spans
                break
    return found


def _again(text: str, lang: str, discoveries: list[Discovery], taken: Sequence[tuple[int, int]]) -> list[Discovery]:
    """Every further mention: full names in other cases, surnames alone."""
    if not discoveries:
        return []
    forms = [form for found in discoveries for form in _forms(found, lang)]
    spans = {found.name: set(found.spans) for found in discoveries}
    occupied = sorted([*taken, *(span for found in discoveries for span in found.spans)])
    for hit in Matcher(forms).find(text, lang):
        if not any(start < hit.end and hit.start < end for start, end in occupied):
            spans[hit.id].add((hit.start, hit.end))
    return [
        Discovery(name=found.name, type=found.type, spans=tuple(sorted(spans[found.name]))) for found in discoveries
    ]


@lru_cache(maxsize=512)
def _forms(found: Discovery, lang: str) -> tuple[Form, ...]:
    full = Form(found.name, found.name, lang, "name")
    surname = found.name.rpartition(" ")[2]
    if found.type != "person" or len(surname) < 3:
        return (full,)
    return full, Form(surname, found.name, lang, "context")

"""Recognise people and bodies that the gazetteer lacks, by first names, titles and definitions in the text itself.

What it finds is *unconfirmed*: an analyst confirms, merges or rejects it. It never merges two names by likeness; the
one thing it joins is a surname with the full name that stands in the same text. Languages without capitals (Arabic)
are left to the gazetteer.
"""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from monitor.analyse.cues import GERMAN_TITLE_ENDINGS, PERSONAL_VERBS, SPEECH_VERBS
from monitor.analyse.gazetteer import SURNAME_FROM, Gazetteer
from monitor.analyse.inflect import bases, tail_pattern
from monitor.analyse.name_words import (
    BEFORE_PLACES,
    NOT_BEFORE_ARTICLE,
    NOT_FIRST_NAMES,
    NOT_SURNAMES,
    PARTICLES,
    PLACE_ENDINGS,
    PLACE_NOUNS,
    TITLES,
)
from monitor.analyse.names import Hit, fold
from monitor.analyse.speech import Outline

_UPPER = "A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĘĚĞİĪŁŃŅŇŌŐŘŚŞŠŢŤŪŮŰŹŻŽА-ЯЁ"
_CAP = rf"(?:[AaEe]l-|[аэ][лсдрнш]-)?[{_UPPER}](?:'[{_UPPER}])?[^\W\d_]*(?:-[^\W\d_]+)*"
_SMALL = rf"(?: (?:v[oa]n de[rn]|{'|'.join(PARTICLES)})(?= ))*"
#: Not behind an apostrophe, where a suffix stands («ANKARA'DAN»).
_RUN = re.compile(rf"(?<![\w@#-])(?<!\w['’\x92]){_CAP}{_SMALL}(?: (?:[{_UPPER}]\.|{_CAP}){_SMALL})+")
_TOKEN = re.compile(rf"[{_UPPER}]\.|{_CAP}|[^\W\d_]+")
#: What explains a name: «, der Direktor», «, a Kurdish official», «, депутат».
_EXPLAINED = re.compile(r", ((?:[^\W\d_]+ ){0,2}[^\W\d_]+)")
_ARABIC = re.compile(rf"(?:[AaEe]l|ас|аль|эль|ад|аш|ан)-[{_UPPER}]|\b[Aa]l-[{_UPPER}]")
_AFTER = re.compile(r",? ([^\W\d_]+)")
#: Without a first name known: endings of Russian surnames.
_RU_MALE = re.compile(r"(?:ов|ев|ёв|ин|ын|ский|цкий|енко|чук|швили|дзе|ян)$")
_RU_FEMALE = re.compile(r"(?:ова|ева|ёва|ина|ына|ская|цкая)$")
_RU_ADJECTIVE = re.compile(r"(?:ый|ий|ая|яя|ое|ее|ые|ие|ого|его|ой|ых|их|ым|им|ую)$")
#: What follows the verb: «sagte Ersoy», «kündigte Ersoy an».
_SPEAKER = re.compile(rf" ([{_UPPER}][^\W\d_]{{2,}})(?= an\b| [a-zа-я]|[,.;:])")
#: Agency copy glued to a caption: «TrumpTrump». McCain and O'Brien are names all the same.
_GLUED = re.compile(r"(?<![MDL])(?<!Ma)[a-zà-ÿ][A-Z]")
_TR_BODY = re.compile(r"(?:l[ıiuü]ğ[ıiuü]|l[ae]r[ıi])$")
#: «Institute of International Finance (IIF)»: the letters of the name, in its own words.
_ACRONYM = re.compile(rf" \(([{_UPPER}]{{2,6}})\)")
LETTERS_OF_BODY = 100
MAX_NAME_TOKENS = 4
#: Titles that are part of many names.
_NAMES_TOO = ("sheikh", "seyh", "emir", "imam", "bey")
_OPENING, _CLOSING = frozenset("«“„\"»\x93'‘"), frozenset("»”“\"«\x94'’")
_folded = lru_cache(maxsize=50_000)(fold)


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


def discover(text: str, lang: str, lines: Outline, hits: Sequence[Hit], gazetteer: Gazetteer) -> Findings:
    """Find unlisted people and bodies around the hits of the gazetteer."""
    people: dict[str, list[tuple[int, int]]] = {}
    dropped: set[Hit] = set()
    widened: list[tuple[Hit, int, int]] = []
    finder = _People(text, lang, hits, gazetteer)
    for start, end in finder.names():
        inside = finder.hits_in(start, end)
        bearer = next((hit for hit in inside if _is_own_name(text[start:end], hit, gazetteer)), None)
        if bearer:
            widened.append((bearer, start, end))
            continue
        dropped.update(inside)
        dropped.update(_namesakes_after(text, end, hits, gazetteer))
        name = _nominative(text[start:end], gazetteer.given_names)
        known = next((other for other in people if _folded(other) == _folded(name)), name)
        people.setdefault(known, []).append((start, end))
    taken = [(hit.start, hit.end) for hit in hits if hit not in dropped]
    named = [span for spans in people.values() for span in spans]
    for surname, spans in _speaking_surnames(text, lang, lines, [*taken, *named]):
        people.setdefault(surname, []).extend(spans)
    discoveries = [
        Discovery(name=name, type=kind, spans=tuple(spans))
        for kind, found in (("person", people), ("organisation", _defined_bodies(text, taken)))
        for name, spans in found.items()
    ]
    discoveries = _again(text, lang, discoveries, [*taken, *((start, end) for _, start, end in widened)])
    return Findings(discoveries=tuple(discoveries), dropped=frozenset(dropped), widened=tuple(widened))


def with_further(found: Findings, further: Iterable[Discovery], hits: Sequence[Hit]) -> Findings:
    """What another finder names, where nothing stands yet; all occurrences of a name found before are known already."""
    taken = [(hit.start, hit.end) for hit in hits] + [span for each in found.discoveries for span in each.spans]
    names = {each.name for each in found.discoveries}
    added = []
    for each in further:
        spans = [(start, end) for start, end in each.spans if not any(a < end and start < b for a, b in taken)]
        if spans and each.name not in names:
            added.append(replace(each, spans=tuple(spans)))
    return replace(found, discoveries=(*found.discoveries, *added))


def _agree(first: str, surname: str) -> bool:
    """«Жорес Медведев» and «Алла Медведева», but not «Встреча Порошенко» nor «Карьера Гандольфини»."""
    is_female = first[-1] in "ая"
    return (_RU_FEMALE if is_female else _RU_MALE).search(surname) is not None and first[-1] not in "оеыи"


def _namesakes_after(text: str, end: int, hits: Sequence[Hit], gazetteer: Gazetteer) -> Iterator[Hit]:
    """Surnames behind «Markus Scholz» that mean him, where nothing before meant the listed bearer."""
    surname = text[:end].rpartition(" ")[2]
    bearers = {hit.id for hit in hits if hit.start >= end and text[hit.start : hit.end].startswith(surname)}
    bearers -= {hit.id for hit in hits if hit.end <= end - len(surname) or hit.kind == "name"}
    return (h for h in hits if h.id in bearers and h.start >= end and gazetteer.actors[h.id].type == "person")


class _People:
    """The people of one text who are named with a first name or a title."""

    def __init__(self, text: str, lang: str, hits: Sequence[Hit], gazetteer: Gazetteer) -> None:
        self._text = text
        self._lang = lang
        self._hits = hits
        self._starts = [hit.start for hit in hits]
        self._gazetteer = gazetteer
        self._given = gazetteer.given_names
        self._titles = TITLES[lang]

    def hits_in(self, start: int, end: int) -> list[Hit]:
        return [hit for hit in self._hits[bisect_right(self._starts, start - 1) :] if hit.start < end]

    def names(self) -> Iterator[tuple[int, int]]:
        for run in _RUN.finditer(self._text):
            if not self._may_hold_name(run):
                continue
            tokens = [
                _Token(run.start() + m.start(), run.start() + m.end(), m.group(), _folded(m.group()))
                for m in _TOKEN.finditer(run.group())
            ]
            if all(token.text.isupper() and len(token.text) > 3 for token in tokens):
                continue  # a line in capitals
            at = 0
            while at < len(tokens) - 1:
                length = 0 if self._is_place(tokens[at].start) else self._name_length(tokens, at)
                if length and not self._is_quoted_title(tokens[at].start, run.end()):
                    yield tokens[at].start, tokens[at + length - 1].end
                at += length or 1

    def _may_hold_name(self, run: re.Match[str]) -> bool:
        """A quick look: most runs of capitals have neither first name nor title in or around them."""
        words = run.group().split(" ")
        if any(_folded(word) in self._given or self._is_title(word) for word in words):
            return True
        has_article = "-" in run.group() and _ARABIC.search(run.group()) is not None
        if has_article or self._is_titled(run.start()) or self._is_explained(run.end()):
            return True
        return self._lang in ("ru", "tr") or self._speaks(run.end())

    def _is_titled(self, start: int) -> bool:
        return self._is_title(self._word_before(start))

    def _is_title(self, word: str) -> bool:
        is_compound = self._lang == "de" and word[:1].isupper() and word.endswith(GERMAN_TITLE_ENDINGS)
        return is_compound or _folded(word) in self._titles

    def _is_topic_alone(self, surname: _Token) -> bool:
        """«Logvinenko, kitabında …»: begins a sentence elsewhere, as who was named in full before does in Turkish."""
        if self._lang != "tr" or self._is_listed(surname):
            return False
        return re.search(rf"[.!?…»”\"\n] ?{re.escape(surname.text)}(?:,| ise| de| da) ", self._text) is not None

    def _speaks(self, end: int) -> bool:
        after = _AFTER.match(self._text, end)
        verbs = PERSONAL_VERBS if self._lang == "de" else SPEECH_VERBS[self._lang]
        return after is not None and self._lang != "tr" and after.group(1).lower() in verbs

    def _is_place(self, start: int) -> bool:
        """«Die Stadt Marat Numan»."""
        return _folded(self._word_before(start)) in PLACE_NOUNS

    def _is_explained(self, end: int) -> bool:
        """«Rados Djurovic, Direktor», «Idris Nahsen, a Kurdish official»."""
        after = _EXPLAINED.match(self._text, end) if self._text.startswith(", ", end) else None
        return after is not None and any(_folded(word) in self._titles for word in after.group(1).split())

    def _is_led_by_article(self, start: int) -> bool:
        return self._word_before(start) != ""

    def _is_amid(self, start: int) -> bool:
        """Whether a small word that leads to no place stands before: «легенда Брижит Бардо»."""
        word = self._word_before(start)
        return word[:1].islower() and word not in BEFORE_PLACES

    def _word_before(self, start: int) -> str:
        """The word that leads to a name, over a blank or comma; "" at the start of a sentence or line."""
        near = self._text[max(0, start - 40) : start]
        word = near.rstrip(" ,").rpartition(" ")[2].rpartition("\n")[2]
        return word if word[-1:].isalnum() or word[-1:] in (".", "-") else ""

    def _is_quoted_title(self, start: int, end: int) -> bool:
        return self._text[max(0, start - 1) : start] in _OPENING and self._text[end : end + 1] in _CLOSING

    def _name_length(self, tokens: list[_Token], at: int) -> int:
        """How many tokens from `at` on are one person's name; 0 if none."""
        first = tokens[at]
        is_given = first.folded in self._given and not self._is_title(first.text)
        if self._is_listed(first, may_be_surname=is_given) or first.text[0].islower():
            return 0
        end = self._name_end(tokens, at)
        if end - at < 2 or (end < len(tokens) and tokens[end].folded in NOT_SURNAMES):
            return 0
        if first.folded in NOT_FIRST_NAMES or first.folded in PLACE_NOUNS:
            return 0
        is_acronym = first.text.isupper() and len(first.text) > 2
        if is_acronym and not (is_given and tokens[at + 1].text.isupper()):
            return 0  # «УГМК Валерий Стенников», «MITT Moskova»
        if is_given:  # but «Erdoğan Putin ile görüştü», «einen Gefallen, den Erdogan von Putin erbat»
            are_two_actors = self._is_listed(first) and any(map(self._is_listed, tokens[at + 1 : end]))
            return 0 if are_two_actors else end - at
        if first.folded in NOT_SURNAMES or self._is_title(first.text):
            return 0
        if self._is_titled(first.start):
            is_later = end - at > 2 and tokens[at + 1].folded in self._given and first.text[-1] != "."
            return 0 if is_later else end - at  # «адвокат Гаева Александр Аснис»
        if any(_ARABIC.match(token.text) for token in tokens[at + 1 : end]):
            is_place = self._lang == "de" and first.folded.endswith(PLACE_ENDINGS)
            is_name = not is_place and first.folded not in NOT_BEFORE_ARTICLE and _ARABIC.match(tokens[at + 1].text)
            return end - at if is_name else 0  # «der Tunesier | Mussab al-Kidschawi»
        if end == len(tokens) and self._is_explained(tokens[end - 1].end):
            return end - at
        is_spoken = end == len(tokens) and self._speaks(tokens[end - 1].end)
        is_spoken = is_spoken and not any(token.folded in NOT_SURNAMES for token in tokens[at:end])
        if self._lang == "de":  # every noun has a capital
            return end - at if is_spoken and end - at == 2 and not self._is_led_by_article(first.start) else 0
        if is_spoken or (end == len(tokens) == at + 2 and self._is_topic_alone(tokens[at + 1])):
            return end - at
        is_russian = self._lang == "ru" and end - at == 2 and first.text[0] > "Z"
        if not is_russian or _RU_ADJECTIVE.search(first.text):
            return 0
        return 2 if self._is_amid(first.start) or _agree(first.text, tokens[at + 1].text) else 0

    def _name_end(self, tokens: list[_Token], at: int) -> int:
        end = at + 1
        while end < min(len(tokens), at + MAX_NAME_TOKENS) and not self._ends_name(tokens[end]):
            end += 1
            last = tokens[end - 1]
            if self._lang == "de" and last.text.endswith("s") and last.folded not in self._given:
                break  # «Max Ottes Bestseller»
        while end > at + 1 and (tokens[end - 1].text.islower() or len(tokens[end - 1].text.rstrip(".")) == 1):
            if end == at + 2 and tokens[at + 1].text.endswith("."):
                break  # «Husam M.»: German papers spare the surname
            end -= 1
        return end

    def _ends_name(self, token: _Token) -> bool:
        is_title = token.folded in self._titles and token.folded not in _NAMES_TOO
        if token.folded in NOT_SURNAMES or is_title or _GLUED.search(token.text):
            return True
        if self._lang == "tr" and _TR_BODY.search(token.text):
            return True
        return self._is_listed(token, may_be_surname=True)

    def _is_listed(self, token: _Token, *, may_be_surname: bool = False) -> bool:
        """Whether a listed name that stands by itself holds this token."""
        place = bisect_right(self._starts, token.start) - 1
        if place < 0 or self._hits[place].end <= token.start:
            return False
        return not (may_be_surname and _may_be_surname(self._hits[place], self._gazetteer))


def _may_be_surname(hit: Hit, gazetteer: Gazetteer) -> bool:
    """Surnames, and the states and capitals that are names too: George Washington, Michael Jordan, Riad Haddad."""
    actor = gazetteer.actors[hit.id]
    if actor.type == "person":
        return hit.kind == "short"
    return hit.kind == "metonym" or hit.form in ("Jordan", "Georgia", "Holland", "Wagner", "Chad")


def _is_own_name(name: str, hit: Hit, gazetteer: Gazetteer) -> bool:
    """Whether a name that ends in a surname begins as one of that person's own names does."""
    actor = gazetteer.actors[hit.id]
    given = gazetteer.given_names.get(_folded(name.partition(" ")[0]), name.partition(" ")[0])
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
    text: str, lang: str, lines: Outline, taken: Sequence[tuple[int, int]]
) -> Iterator[tuple[str, list[tuple[int, int]]]]:
    """Surnames that never come with a first name but speak twice: «sagte Ersoy», «kündigte Ersoy an»."""
    counts: Counter[str] = Counter()
    for sentence in lines.sentences:
        for cue in sentence.cues:
            match = _SPEAKER.match(text, cue.end)
            name = match.group(1) if match else ""
            if name and not name.isupper() and not {_folded(name)} & (NOT_SURNAMES | TITLES[lang] | NOT_FIRST_NAMES):
                counts[name] += 1
    for name, count in counts.items():
        spans = [m.span() for m in re.finditer(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text)] if count > 1 else []
        if spans and not any(a < end and start < b for start, end in spans for a, b in taken):
            yield name, spans


def _defined_bodies(text: str, taken: Sequence[tuple[int, int]]) -> dict[str, list[tuple[int, int]]]:
    """Bodies that the text introduces with their acronym: «Institute of International Finance (IIF)»."""
    found: dict[str, list[tuple[int, int]]] = {}
    for acronym in _ACRONYM.finditer(text):
        line_start = max(text.rfind("\n", 0, acronym.start()) + 1, acronym.start() - LETTERS_OF_BODY)
        words = text[line_start : acronym.start()].split(" ")
        for first in range(max(0, len(words) - 9), len(words) - 1):
            name = " ".join(words[first:])
            start = acronym.start() - len(name)
            initials = "".join(word[0] for word in words[first:] if word[:1].isupper())
            is_name = words[first][:1].isupper() and initials == acronym.group(1)
            if is_name and not any(a < acronym.end() and start < b for a, b in taken):
                again = [m.span() for m in re.finditer(rf"(?<!\w){acronym.group(1)}(?!\w)", text)]
                found[name] = [(start, acronym.start()), *again]
                break
    return found


def _again(text: str, lang: str, discoveries: list[Discovery], taken: Sequence[tuple[int, int]]) -> list[Discovery]:
    """Every further mention: full names without a title, surnames alone."""
    occupied = [*taken, *(span for found in discoveries for span in found.spans)]
    complete = []
    for found in discoveries:
        spans = set(found.spans)
        first, _, surname = found.name.rpartition(" ")
        surname = first if surname.endswith(".") else surname  # «Husam M.»
        shorter = [surname] if found.type == "person" and len(surname) >= SURNAME_FROM else []
        for name in (found.name, *shorter):
            for start, end in _occurrences(text, name, lang):
                if not any(a < end and start < b for a, b in occupied):
                    spans.add((start, end))
                    occupied.append((start, end))
        complete.append(Discovery(name=found.name, type=found.type, spans=tuple(sorted(spans))))
    return complete


def _occurrences(text: str, name: str, lang: str) -> Iterator[tuple[int, int]]:
    """Where a name stands as a word of its own, in any of its cases."""
    stem = name[:-2] if lang == "ru" and len(name) > SURNAME_FROM + 1 else name
    start = text.find(stem)
    while start >= 0:
        end = start + len(stem)
        while end < len(text) and text[end].isalnum():
            end += 1
        is_word = not (start and (text[start - 1].isalnum() or text[start - 1] == "-"))
        if is_word and _is_form_of(text[start:end], name, lang):
            yield start, end
        start = text.find(stem, end)


def _is_form_of(word: str, name: str, lang: str) -> bool:
    if word == name or lang == "ru":
        return word == name or word in _russian_cases(name)
    return word.startswith(name) and re.fullmatch(tail_pattern(lang, "name"), _folded(word[len(name) :])) is not None


@lru_cache(maxsize=2_000)
def _russian_cases(name: str) -> frozenset[str]:
    return frozenset(bases(name, "ru", "name"))

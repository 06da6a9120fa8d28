"""Recognise the names of people that nobody listed: by first name, title, explanation, or by speaking.

A name is a run of words in capitals, with the small words of names between («Ursula von der Leyen»). Languages without
capitals are not for here.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from monitor.analyse.cues import GERMAN_TITLE_ENDINGS, PERSONAL_VERBS, SPEECH_VERBS
from monitor.analyse.gazetteer import Gazetteer
from monitor.analyse.name_words import (
    BEFORE_PLACES,
    NOT_BEFORE_ARTICLE,
    NOT_FIRST_NAMES,
    NOT_SURNAMES,
    PARTICLES,
    PLACE_ENDINGS,
    PLACE_NOUNS,
    PLAIN_WORDS,
    TITLES,
)
from monitor.analyse.names import LETTER, Hit, fold_word

UPPER = "A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĘĚĞİĪŁŃŅŇŌŐŘŚŞŠŢŤŪŮŰŹŻŽА-ЯЁ"
_ARTICLE = r"(?:[AaEe]l-|[аэ][лсдрнш]-)"
_REST = rf"(?:['’][{UPPER}])?{LETTER}*+(?:-{LETTER}++)*+"
_CAP = rf"{_ARTICLE}?[{UPPER}]{_REST}"
_SMALL = rf"(?: (?:v[oa]n de[rn]|{'|'.join(PARTICLES)})(?= ))*"
#: Begins with a capital, so that the search runs over everything else at once; a small article may stand before it
#: («al-Assad»). Not behind an apostrophe, where a suffix stands («ANKARA'DAN»).
_RUN = re.compile(
    rf"[{UPPER}](?:(?<![\w@#-].)(?<!\w['’\x92].)|(?<=(?:[ae]l|[аэ][лсдрнш])-.)(?<![\w@#-]....)(?<!\w['’\x92]....))"
    rf"{_REST}{_SMALL}(?: (?:[{UPPER}]\.|{_CAP}){_SMALL})+"
)
_SMALL_ARTICLE = re.compile(r"(?<![\w@#-])(?<!\w['’\x92])(?:[ae]l|[аэ][лсдрнш])-\Z")
_TOKEN = re.compile(rf"[{UPPER}]\.|{_CAP}|{LETTER}+")
#: What explains a name: «, der Direktor», «, a Kurdish official», «, депутат».
_EXPLAINED = re.compile(rf", ((?:{LETTER}+ ){{0,2}}{LETTER}+)")
_ARABIC = re.compile(rf"(?:[AaEe]l|ас|аль|эль|ад|аш|ан)-[{UPPER}]|\b[Aa]l-[{UPPER}]")
_AFTER = re.compile(rf",? ({LETTER}+)")
#: Without a first name known: endings of Russian surnames.
_RU_MALE = re.compile(r"(?:ов|ев|ёв|ин|ын|ский|цкий|енко|чук|швили|дзе|ян)$")
_RU_FEMALE = re.compile(r"(?:ова|ева|ёва|ина|ына|ская|цкая)$")
_RU_ADJECTIVE = re.compile(r"(?:ый|ий|ая|яя|ое|ее|ые|ие|ого|его|ому|ему|ой|ей|ых|их|ым|им|ом|ем|ую|юю)$")
#: Agency copy glued to a caption: «TrumpTrump». McCain and O'Brien are names all the same.
_GLUED = re.compile(r"(?<![MDL])(?<!Ma)[a-zà-ÿ][A-Z]")
#: «Bakanlığı», «Kuvvetleri», «Sekreterimiz».
_TR_BODY = re.compile(r"(?:l[ıiuü]ğ[ıiuü]|l[ae]r[ıi]|[ıiuü]m[ıiuü]z)$")
MAX_NAME_TOKENS = 4
#: Titles that are part of many names.
_NAMES_TOO = ("sheikh", "seyh", "emir", "imam", "bey")
_OPENING, _CLOSING = frozenset("«“„\"»\x93'‘"), frozenset("»”“\"«\x94'’")
#: What a Turkish sentence ends with, and what follows its topic.
_SENTENCE_ENDS = frozenset('.!?…»”"\n')
_BEHIND_TOPIC = (", ", " ise ", " de ", " da ")


class _Token(NamedTuple):
    start: int
    end: int
    text: str
    folded: str


@lru_cache(maxsize=50_000)
def is_person_title(word: str, lang: str) -> bool:
    """Whether a person is called so before the name: «Präsident», «Kremlsprecher», «spokesman»."""
    is_compound = lang == "de" and word[:1].isupper() and word.endswith(GERMAN_TITLE_ENDINGS)
    return is_compound or fold_word(word) in TITLES[lang]


class People:
    """The people of one text who are named with a first name or a title."""

    def __init__(self, text: str, lang: str, hits: Sequence[Hit], gazetteer: Gazetteer) -> None:
        self._text = text
        self._lang = lang
        self._hits = hits
        self._starts = [hit.start for hit in hits]
        self._gazetteer = gazetteer
        self._given = gazetteer.given_names
        self._titles = TITLES[lang]
        self._plain = PLAIN_WORDS[lang]
        #: What looks like a name and is a town's, as the text says where it stands first.
        self.places: set[str] = set()

    def hits_in(self, start: int, end: int) -> list[Hit]:
        """The listed names between."""
        return list(self._hits[bisect_left(self._starts, start) : bisect_left(self._starts, end)])

    def hits_after(self, place: int) -> Sequence[Hit]:
        return self._hits[bisect_left(self._starts, place) :]

    def names(self) -> Iterator[tuple[int, int]]:
        """Where the names stand, listed ones with an unlisted first name too."""
        for run in _RUN.finditer(self._text):
            start, end = run.span()
            if self._text[start - 1 : start] == "-" and (article := _SMALL_ARTICLE.search(self._text, 0, start)):
                start = article.start()
            if self._may_hold_name(start, end):
                yield from self._names_in(start, end)

    def _names_in(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        found = _TOKEN.finditer(self._text, start, end)
        tokens = [_Token(*m.span(), m.group(), fold_word(m.group())) for m in found]
        if all(token.text.isupper() and len(token.text) > 3 for token in tokens):
            return  # a line in capitals
        at = 0
        while at < len(tokens) - 1:
            length = self._name_length(tokens, at)
            span = tokens[at].start, tokens[at + length - 1].end
            if length and self._is_place(span[0]):
                self.places.add(self._text[slice(*span)])
            elif length and not self._is_quoted_title(span[0], end):
                yield span
            at += length or 1

    def _may_hold_name(self, start: int, end: int) -> bool:
        """A quick look: most runs of capitals have neither first name nor title in or around them."""
        if self._lang == "ru":
            return True
        run = self._text[start:end]
        for word in run.split(" "):
            if fold_word(word) in self._given or is_person_title(word, self._lang):
                return True
        has_article = "-" in run and _ARABIC.search(run) is not None
        if has_article or self._is_titled(start) or self._is_explained(end):
            return True
        is_turkish = self._lang == "tr"
        return self._is_topic_alone(self._text.rindex(" ", start, end) + 1, end) if is_turkish else self._speaks(end)

    def _is_titled(self, start: int) -> bool:
        is_credited = self._text[start - 1 : start] == "/" and self._text[start - 2 : start - 1].isupper()
        return is_credited or is_person_title(self._word_before(start), self._lang)  # «REUTERS/Rodi Said»

    def _is_topic_alone(self, start: int, end: int) -> bool:
        """«Logvinenko, kitabında …»: begins a sentence elsewhere, as who was named in full before does in Turkish."""
        if self._lang != "tr" or self._is_listed(start):
            return False
        text = self._text
        surname = text[start:end]
        start = text.find(surname)
        while start >= 0:
            end = start + len(surname)
            before = text[max(0, start - 2) : start]
            opens = before[-1:] in _SENTENCE_ENDS or (before[-1:] == " " and before[:1] in _SENTENCE_ENDS)
            if opens and text.startswith(_BEHIND_TOPIC, end):
                return True
            start = text.find(surname, end)
        return False

    def _speaks(self, end: int) -> bool:
        after = _AFTER.match(self._text, end)
        verbs = PERSONAL_VERBS if self._lang == "de" else SPEECH_VERBS[self._lang]
        return after is not None and self._lang != "tr" and after.group(1).lower() in verbs

    def _is_place(self, start: int) -> bool:
        """«Die Stadt Marat Numan»."""
        return fold_word(self._word_before(start)) in PLACE_NOUNS

    def _is_explained(self, end: int) -> bool:
        """«Rados Djurovic, Direktor», «Idris Nahsen, a Kurdish official»."""
        after = _EXPLAINED.match(self._text, end) if self._text.startswith(", ", end) else None
        return after is not None and any(fold_word(word) in self._titles for word in after.group(1).split())

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
        is_given = first.folded in self._given and not is_person_title(first.text, self._lang)
        if self._is_listed(first.start, may_be_surname=is_given) or first.text[0].islower():
            return 0
        if first.folded in NOT_FIRST_NAMES or first.folded in PLACE_NOUNS or first.folded in self._plain:
            return 0
        end = self._name_end(tokens, at)
        if end - at < 2 or (end < len(tokens) and _is_of_institution(tokens[end])):
            return 0
        is_acronym = first.text.isupper() and len(first.text) > 2
        if is_acronym and not (is_given and tokens[at + 1].text.isupper()):
            return 0  # «УГМК Валерий Стенников», «MITT Moskova»
        is_surname = is_given and self._is_listed_person(first) and tokens[at + 1].folded not in self._given
        if is_surname and (self._lang == "de" or self._is_titled(first.start)):
            return 0  # «wirft Staatschef Erdogan Instrumentalisierung vor»
        if is_given:  # but «Erdoğan Putin ile görüştü», «einen Gefallen, den Erdogan von Putin erbat»
            are_two_actors = self._is_listed(first.start) and any(
                self._is_listed(token.start) for token in tokens[at + 1 : end]
            )
            return 0 if are_two_actors else end - at
        if first.folded in NOT_SURNAMES or is_person_title(first.text, self._lang):
            return 0
        if self._is_titled(first.start):
            is_later = end - at > 2 and tokens[at + 1].folded in self._given and first.text[-1] != "."
            return 0 if is_later else end - at  # «адвокат Гаева Александр Аснис»
        if any(_ARABIC.match(token.text) for token in tokens[at + 1 : end]):
            is_place = self._lang == "de" and first.folded.endswith(PLACE_ENDINGS)
            is_name = not is_place and first.folded not in NOT_BEFORE_ARTICLE and _ARABIC.match(tokens[at + 1].text)
            return end - at if is_name else 0  # «der Tunesier | Mussab al-Kidschawi»
        return self._unfamiliar_length(tokens, at, end)

    def _unfamiliar_length(self, tokens: list[_Token], at: int, end: int) -> int:
        """The same for a name of whose first word nothing is known: what follows tells, or how Russian names end."""
        first = tokens[at]
        if any(token.text.isupper() and len(token.text) > 2 for token in tokens[at + 1 : end]):
            return 0  # «Аналитики RAND»
        if end == len(tokens) and self._is_explained(tokens[end - 1].end):
            return end - at
        is_spoken = end == len(tokens) and self._speaks(tokens[end - 1].end)
        is_spoken = is_spoken and not any(token.folded in NOT_SURNAMES for token in tokens[at:end])
        if self._lang == "de":  # every noun has a capital
            return end - at if is_spoken and end - at == 2 and not self._is_led_by_article(first.start) else 0
        if is_spoken or (end == len(tokens) == at + 2 and self._is_topic_alone(*tokens[at + 1][:2])):
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
        if end < len(tokens) and _GLUED.search(tokens[end].text):
            return at + 2 if end - at > 2 else at  # «John Thune John Randolph ThuneSenate», «Donald John TrumpGOP»
        is_alias = (
            end - at == 3 and tokens[at + 2].folded in self._given and self._text.startswith(" (", tokens[at + 2].end)
        )
        if is_alias and tokens[at + 1].folded not in self._given:
            return at + 2  # «Joe Manchin Joseph (Joe) …»
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
        return self._is_listed(token.start, may_be_surname=True)

    def _is_listed(self, start: int, *, may_be_surname: bool = False) -> bool:
        """Whether a listed name that stands by itself holds the word that begins there."""
        place = bisect_right(self._starts, start) - 1
        if place < 0 or self._hits[place].end <= start:
            return False
        return not (may_be_surname and _may_be_surname(self._hits[place], self._gazetteer))

    def _is_listed_person(self, token: _Token) -> bool:
        bearers = self.hits_in(token.start, token.end)
        return any(self._gazetteer.actors[hit.id].type == "person" for hit in bearers)


def _is_of_institution(token: _Token) -> bool:
    """«Martin Luther King Street», but not «REUTERS/Rodi Said The advance»."""
    return token.folded in NOT_SURNAMES and token.folded not in NOT_FIRST_NAMES


def _may_be_surname(hit: Hit, gazetteer: Gazetteer) -> bool:
    """Surnames, and the states and capitals that are names too: George Washington, Michael Jordan, Riad Haddad."""
    actor = gazetteer.actors[hit.id]
    if actor.type == "person":
        return hit.kind == "short"
    return hit.kind == "metonym" or hit.form in ("Jordan", "Georgia", "Holland", "Wagner", "Chad")


def _agree(first: str, surname: str) -> bool:
    """«Жорес Медведев» and «Алла Медведева», but not «Встреча Порошенко» nor «Карьера Гандольфини»."""
    is_female = first[-1] in "ая"
    return (_RU_FEMALE if is_female else _RU_MALE).search(surname) is not None and first[-1] not in "оеыи"

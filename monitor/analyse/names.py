"""Find every surface form of entities and concepts in a text, in one pass (the only module that knows pyahocorasick).

Text and forms are folded letter by letter, so that «Çavuşoğlu», «Cavusoglu» and «CAVUSOGLU» meet; hits carry offsets
into the original string. A capital in the form asks for a capital in the text («Turkey» is not the bird, «IS» is not
«is»), a small letter takes either. What a form *means* where it stands (a capital as government or as place, a title
before a name) is not decided here: see `actors`.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import Any, NamedTuple

import ahocorasick

from monitor.analyse import inflect

#: A letter of the scripts that are read in full, for patterns: searched for at half the cost of `[^\W\d_]`.
LETTER = "[A-Za-zÀ-ÖØ-öø-ɏḀ-ỿΆ-ώЀ-ҁҊ-ԯ]"
#: Which reading wins where two forms cover the same span.
_KIND_ORDER = {"never": 0, "name": 1, "short": 2, "metonym": 3, "adjective": 4, "context": 5, "concept": 6}
#: Up to this length a form must agree in every diacritic: «Kürt» is not «kurt», «IS» not «İş».
EXACT_LETTERS_UP_TO = 5
#: Acronyms this short are words in capitals too, so a shouted headline («WHAT IS NEXT») does not count.
SHOUT_CHECK_UP_TO = 2
_LAST_WORD = re.compile(r"([^\W\d_]{2,})\W+$")
_FIRST_WORD = re.compile(r"^\W+([^\W\d_]{2,})")
#: Letters that have no diacritic to lose, or lose it irregularly.
_SPECIAL_FOLDS = dict(zip("ıİẞøØłŁđĐىةς", "iißoollddيهσ", strict=True))
# The last of each row are Windows-1252 bytes that were decoded as Latin-1: whole archives of news have them.
_APOSTROPHES = "'’‘ʼ`´ʹ＇‛\x91\x92"
_DASHES = "-‐‑‒–—―\x96\x97"


@dataclass(frozen=True, slots=True)
class Form:
    """One listed spelling; a trailing `*` takes any ending."""

    text: str
    #: "@turkey" for entities, "airstrike" for concepts.
    id: str
    #: Language in whose texts it counts; "*" in all of them.
    lang: str
    #: name · short · adjective · metonym · concept · context (counts only in a text that has another form of the same
    #: id) · never (looks like a form inside it, and is none: «Latin America»)
    kind: str
    #: Letters exactly as listed, capitals and small ones.
    case_sensitive: bool = False
    inflect: bool = True


class Hit(NamedTuple):
    """One occurrence; `text[start:end]` is what stands there, `form` the spelling that was listed."""

    start: int
    end: int
    id: str
    kind: str
    form: str


class _FoldTable(dict[int, str | None]):
    """`str.translate` table that learns letters as it meets them; every letter folds to one letter or to nothing."""

    def __missing__(self, code: int) -> str | None:
        folded = self[code] = self._fold(chr(code))
        return folded

    def _fold(self, char: str) -> str | None:
        if char in _SPECIAL_FOLDS:
            return _SPECIAL_FOLDS[char]
        if char in _APOSTROPHES:
            return "'"
        if char in _DASHES:
            return "-"
        if char.isspace():
            return " "
        if char == "ـ" or unicodedata.category(char) in ("Mn", "Cf"):  # tatweel; vowel signs; soft hyphens, joiners
            return None
        base = unicodedata.normalize("NFD", char)[0].lower()
        return base if len(base) == 1 else char


_FOLD = _FoldTable()
#: Small letters that fold to themselves need no looking up: most of any text in Latin or Cyrillic.
_TO_FOLD = re.compile(r"[^ !-_a-~а-ик-я]")


def fold(text: str) -> str:
    """Small letters without diacritics, one apostrophe, one dash; what compares equal is the same name.

    What `text.translate(_FOLD)` says, letter by letter, at a fifth of the cost for an article: it has few letters that
    `lower` does not fold, and each of them is replaced everywhere at once.
    """
    folded = text.lower()
    for char in set(_TO_FOLD.findall(folded)):
        if (to := _FOLD[ord(char)]) != char:
            folded = folded.replace(char, to or "")
    return folded


#: An article is folded once for names, concepts and keywords; the words around names come again and again.
fold_article = lru_cache(maxsize=8)(fold)
fold_word = lru_cache(maxsize=50_000)(fold)


def _unseen(text: str) -> frozenset[str]:
    """The vowel signs, soft hyphens and joiners that folding leaves out."""
    return frozenset(char for char in set(text) if _FOLD[ord(char)] is None)


def _strip_unseen(text: str) -> str:
    for char in _unseen(text):
        text = text.replace(char, "")
    return text


def _exact_key(text: str) -> str:
    """Small letters *with* diacritics, for forms too short to be lenient with."""
    return unicodedata.normalize("NFC", text).translate({0x130: "i", ord("I"): "i", ord("ı"): "i"}).lower()


@dataclass(frozen=True, slots=True)
class _Key:
    """A form under one folded spelling, with what must hold around it."""

    form: Form
    spelling: str
    letters: str
    capitals: tuple[int, ...]
    exact: str | None
    tail: re.Pattern[str] | None
    rank: int


class Matcher:
    """All forms of a gazetteer and a lexicon, ready to scan; one automaton a language, built when first needed."""

    def __init__(self, forms: Iterable[Form]) -> None:
        self._forms = tuple(forms)
        self._automata: dict[str, Any] = {}
        #: The last text, its language, and what `scan` said of it: scoring and the actor step ask for the same one.
        self._last: tuple[str, str, tuple[list[Hit], list[Hit]]] = ("", "", ([], []))

    def find(self, text: str, lang: str) -> list[Hit]:
        """All hits, longest first where they overlap, in order of position."""
        return self.scan(text, lang)[0]

    def scan(self, text: str, lang: str) -> tuple[list[Hit], list[Hit]]:
        """What `find` says, and the context forms whose bearer the text does not name."""
        last_text, last_lang, found = self._last
        if lang != last_lang or text != last_text:
            found = self._scan(text, lang)
            self._last = text, lang, found
        return found

    def _scan(self, text: str, lang: str) -> tuple[list[Hit], list[Hit]]:
        folded = fold_article(text)
        origin = None if len(folded) == len(text) else _origins(text)
        seen = text if origin is None else _strip_unseen(text)
        found: list[tuple[int, int, int, Form]] = []
        for last, (length, keys) in self._automaton(lang).iter(folded):
            start = last + 1 - length
            goes_before = start > 0 and folded[start - 1].isalnum() and folded[start].isalnum()
            if goes_before and not (lang == "ar" and _is_arabic_prefixed(folded, start)):
                continue
            goes_on = last + 1 < len(folded) and folded[last + 1].isalnum() and folded[last].isalnum()
            for key in keys:
                end = _accept(key, folded, seen, start, last + 1, goes_on=goes_on)
                if end:
                    found.append((start, -end, key.rank, key.form))
        kept, left = _with_bearers(_longest(found))
        return _hits(kept, origin), _hits(left, origin)

    def _automaton(self, lang: str) -> Any:
        if lang not in self._automata:
            known = {form.lang for form in self._forms}
            # A language nobody listed forms for is read with the English ones: names travel, cases do not.
            spoken = lang if lang in known else "en"
            self._automata[lang] = _build([f for f in self._forms if f.lang in ("*", spoken)], lang)
        return self._automata[lang]


def _build(forms: Sequence[Form], lang: str) -> Any:
    keys: dict[str, list[_Key]] = {}
    for form in forms:
        for key in _keys(form, lang):
            keys.setdefault(key.spelling, []).append(key)
    automaton = ahocorasick.Automaton()
    for spelling, sharing in keys.items():
        automaton.add_word(spelling, (len(spelling), tuple(sharing)))
    automaton.make_automaton()
    return automaton


def _keys(form: Form, lang: str) -> Iterable[_Key]:
    wild = form.text.endswith("*")
    text = unicodedata.normalize("NFC", _strip_unseen(form.text.rstrip("*")))
    spoken = lang if form.lang == "*" else form.lang
    inflected = form.inflect and not wild
    spellings = inflect.bases(text, spoken, form.kind) if inflected else {text}
    tail = r"\w*" if wild else inflect.tail_pattern(spoken, form.kind) if inflected else ""
    for spelling in sorted(spellings):
        spelling = unicodedata.normalize("NFC", spelling)
        yield _Key(
            form=form,
            spelling=fold(spelling),
            letters=spelling,
            capitals=tuple(place for place, char in enumerate(spelling) if char.isupper()),
            exact=spelling if form.case_sensitive else _exact_key(spelling) if _is_short(spelling) else None,
            tail=_compiled(tail) if tail else None,
            rank=_KIND_ORDER[form.kind],
        )


@lru_cache(maxsize=64)
def _compiled(tail: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{tail})(?!\w)")


def _is_short(spelling: str) -> bool:
    return len(spelling) <= EXACT_LETTERS_UP_TO


def _accept(key: _Key, folded: str, seen: str, start: int, end: int, *, goes_on: bool) -> int:
    """The end of the occurrence with its inflection, or 0 if the letters there are part of something else."""
    tail = None
    if goes_on:
        tail = key.tail.match(folded, end) if key.tail else None
        if tail is None:
            return 0
    for place in key.capitals:
        if not seen[start + place].isupper():
            return 0
    if key.exact is not None:
        there = seen[start:end]
        if key.exact != (there if key.form.case_sensitive else _exact_key(there)):
            return 0
    if key.form.lang == "tr" and _is_other_i(key.letters, seen[start:end]):
        return 0
    if end - start <= SHOUT_CHECK_UP_TO and len(key.capitals) == end - start and _is_shouted(seen, start, end):
        return 0
    return tail.end() if tail else end


def _is_other_i(listed: str, there: str) -> bool:
    """Whether a dotted i stands where the form has a dotless one, or the reverse: «İrakli» is not «Iraklı»."""
    if "İ" not in there and "ı" not in there:
        return False
    return any(
        (char == "İ" and form in "Iı") or (char == "ı" and form in "İi")
        for char, form in zip(there, listed, strict=True)
    )


def _is_arabic_prefixed(folded: str, start: int) -> bool:
    begin = start
    while begin and folded[begin - 1].isalnum():
        begin -= 1
    return folded[begin:start] in inflect.ARABIC_PREFIXES


def _is_shouted(seen: str, start: int, end: int) -> bool:
    neighbours = [*_LAST_WORD.findall(seen[max(0, start - 30) : start]), *_FIRST_WORD.findall(seen[end : end + 30])]
    return bool(neighbours) and all(word.isupper() for word in neighbours)


def _longest(found: list[tuple[int, int, int, Form]]) -> list[tuple[int, int, Form]]:
    """Leftmost, longest, then by kind; a span shared by bearers of one surname keeps all of them."""
    kept: list[tuple[int, int, Form]] = []
    for start, minus_end, _rank, form in sorted(found, key=itemgetter(0, 1, 2)):
        if kept and start < kept[-1][1]:
            same_span = kept[-1][:2] == (start, -minus_end)
            if not (same_span and form.kind == kept[-1][2].kind == "context" and form.id != kept[-1][2].id):
                continue
        kept.append((start, -minus_end, form))
    return kept


_Kept = tuple[int, int, str, Form]


def _hits(kept: Iterable[_Kept], origin: Sequence[int] | None) -> list[Hit]:
    if origin is None:
        return [Hit(start, end, form.id, kind, form.text) for start, end, kind, form in kept]
    return [Hit(origin[start], origin[end - 1] + 1, form.id, kind, form.text) for start, end, kind, form in kept]


def _with_bearers(hits: list[tuple[int, int, Form]]) -> tuple[list[_Kept], list[_Kept]]:
    """Context forms count for the bearer named nearest before them, or else first after them; `never` forms go."""
    named: dict[str, list[int]] = {}
    for start, _end, form in hits:
        if form.kind not in ("context", "never"):
            named.setdefault(form.id, []).append(start)
    kept: dict[int, tuple[int, _Kept]] = {}
    left: list[_Kept] = []
    for start, end, form in hits:
        if form.kind == "never":
            continue
        if form.kind != "context":
            kept[start] = 0, (start, end, form.kind, form)
            continue
        if form.id not in named:
            left.append((start, end, "context", form))
            continue
        before = bisect_right(named[form.id], start)
        distance = start - named[form.id][before - 1] if before else named[form.id][0] + 1_000_000
        if start not in kept or distance < kept[start][0]:
            kept[start] = distance, (start, end, "short", form)
    return [hit for _, hit in kept.values()], [hit for hit in left if hit[0] not in kept]


def _origins(text: str) -> list[int]:
    """For each letter that folding keeps, where it stood."""
    unseen = _unseen(text)
    return [place for place, char in enumerate(text) if char not in unseen]

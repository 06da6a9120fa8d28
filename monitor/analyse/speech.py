"""The outline of a text for finding what is said: sentences, quoted spans, verbs of saying. Knows no actors."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from operator import attrgetter
from typing import NamedTuple

from monitor.analyse.cues import (
    BEFORE_NOUNS,
    ENGLISH_PHRASE_OPENERS,
    ENGLISH_PHRASES,
    GERMAN_PARTICIPLES,
    NOUNS_TOO,
    SPEECH_VERBS,
    TURKISH_LIGHT,
    TURKISH_PASSIVES,
    TURKISH_SAYING,
    TURKISH_WEAK,
)
from monitor.analyse.names import LETTER

#: Longer ones are an opening mark that was never closed.
MAX_QUOTED = 1500
#: Stands for every letter inside quotation marks, so that nothing in there is taken for the report around it.
MASK = "¤"
#: Patterns begin with one set of letters where they can: the search then runs over all others at once.
_QUOTED = re.compile(
    r"[„“«»\x93'\"](?:(?<=„)([^„“”\"\n]+)[“”\"]|(?<=“)([^“”\n]+)”|(?<=«)([^«»]*(?:«[^«»\n]*»[^«»]*)*)»"
    r"|(?<=»)([^«»\n]+)«|(?<=\x93)([^\x93\x94\n]+)\x94|(?<=')'((?:(?!'')[^\n])+)''|(?<=\")([^\"\n]+)\""
    # A quote of several paragraphs is opened in each and closed in the last.
    r"|(?<=[„“\"])([^„“”\"\n]{40,})(?=\n|\Z)|(?<=«)([^«»\n]{40,})(?=\n|\Z))"
)
#: Russian keeps who speaks inside the marks: «…, – заявил политолог Керим Хас. – …».
_INSIDE = re.compile(r"[,!?…] ?[–—-] ([а-яё][^–—\n]{3,180}?)(?:[.,!?…] ?[–—-] |\Z)")
#: German papers: «…, so der Minister».
_SO = re.compile(r"so(?<=[,\"”“»«'] so)(?=\s(?:[A-ZÄÖÜ]|der\b|die\b|ein))")
_ENGLISH_PHRASE = re.compile(ENGLISH_PHRASES)
#: A line that goes on in small letters is no new one.
_GOES_ON = re.compile(r"\n(?=\s?[a-zà-öø-ÿğışа-яё,;.)])")
#: In a text that was wrapped, neither is one after a line that does not end a sentence.
_WRAPPED = re.compile(r"(?<![.!?:…»”“\"\n])\n(?!\n)")
MIN_LINES_WRAPPED, SHARE_WRAPPED = 8, 0.3
_SINGLE_QUOTED = re.compile(
    r"['‘\x91](?<![\w'’\x92]['‘\x91])(?=[^\s'’\x92])((?:[^'’\x92\n]|(?<=\w)['’\x92](?=\w))+)(?<=\S)['’\x92](?!\w)"
)
_SINGLE_QUOTES_IN = ("en", "tr")
_BOUNDARY = re.compile(
    r"[.!?…\n](?:(?<=\n)\n*"
    r"|[.!?…]*[\"'“”»«\x94’)\]¤]*(?=\s+[\"'„“«»\x93‘(\[—–-]*\s?[A-ZÀ-ÖØ-ÞĀĆČĎĞİŁŚŞŠŽА-ЯЁ0-9¤])"
    r"|(?<=[a-zà-ÿа-яё]\.)(?=[A-ZÀ-Þ][a-zà-ÿ]))"
)
_ABBREVIATION = re.compile(
    r"(?:^|[\s(.])(?:[^\W\d_]|\d{1,2}|Mr|Mrs|Ms|Dr|Prof|Sen|Rep|Gen|Gov|Lt|Col|Capt|Maj|Sgt|Adm|Cmdr|St|vs|Jr|Doç|Yrd|bzw|ca|rund|Nr|No|им|гг|млн|тыс|"
    r"Jan|Feb|Aug|Sept|Oct|Nov|Dec|Mio|Mrd|etc|al)$"
)  # fmt: skip
#: No abbreviation is so long.
LONGER_THAN_ABBREVIATED = 5
_ASKED = re.compile(r"\s+(?:[^\W\d_][\w'’-]*\s+){0,3}(?:asked|said|replied|responded|added|wrote|fragte|sagte|rief)\b")
_START = attrgetter("start")
_WORD = re.compile(rf"{LETTER}+")
_WORD_BEFORE = re.compile(rf"({LETTER}+)[\W\d_¤]*\Z")
_SO_WORD = frozenset(["so"])
_VERBS = {
    **SPEECH_VERBS,
    "ru": frozenset(verb.replace("ё", "е") for verb in SPEECH_VERBS["ru"]),
    "tr": SPEECH_VERBS["tr"] | TURKISH_SAYING | TURKISH_PASSIVES,
    "de": SPEECH_VERBS["de"] | GERMAN_PARTICIPLES,
}


class Quoted(NamedTuple):
    """What stands between quotation marks."""

    start: int
    end: int


class Cue(NamedTuple):
    """A verb of saying; in Turkish with the words that belong to it."""

    start: int
    end: int
    word: str


@dataclass(slots=True)
class Sentence:
    start: int
    end: int
    quoted: list[Quoted] = field(default_factory=list)
    cues: list[Cue] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Outline:
    """A text with its quoted letters masked, and its sentences in order."""

    masked: str
    #: The same in small letters, ё as е, and all the words in it.
    lowered: str
    words: frozenset[str]
    sentences: tuple[Sentence, ...]

    def sentence_at(self, place: int) -> int:
        return bisect_right(self.sentences, place, key=_START) - 1

    def occurrences(self, wanted: frozenset[str]) -> list[tuple[int, int, str]]:
        """Where any of the words stands, in order: a look for those that are there, not at every word."""
        found = []
        lowered = self.lowered
        for word in wanted & self.words:
            start = lowered.find(word)
            while start >= 0:
                end = start + len(word)
                if not (start and lowered[start - 1].isalpha()) and not lowered[end : end + 1].isalpha():
                    found.append((start, end, word))
                start = lowered.find(word, end)
        return sorted(found)


def joined(text: str) -> str:
    """The text with the line breaks inside its sentences made blanks; of the same length."""
    lines = text.count("\n") + 1
    goes_on, count = _GOES_ON.subn(" ", text)
    is_wrapped = lines >= MIN_LINES_WRAPPED and count >= SHARE_WRAPPED * lines
    return _WRAPPED.sub(" ", goes_on) if is_wrapped else goes_on


def outline(text: str, lang: str) -> Outline:
    """Cut the text into sentences, quoted speech counting as one block of the sentence that reports it."""
    quoted = _quoted_spans(text, lang)
    masked = _mask(text, quoted)
    lowered = masked.replace("İ", "i").lower().replace("ё", "е")
    words = _words(lowered)
    sentences = _sentences(masked)
    result = Outline(masked=masked, lowered=lowered, words=words, sentences=tuple(sentences))
    for span in quoted:
        sentences[result.sentence_at(span.start)].quoted.append(span)
    for cue in _cues(result, lang):
        sentences[result.sentence_at(cue.start)].cues.append(cue)
    return result


def _words(lowered: str) -> frozenset[str]:
    """All words of a text; most stand between blanks, and only the others need a pattern."""
    between_blanks = set(lowered.split())
    plain = set(filter(str.isalpha, between_blanks))
    return frozenset(plain.union(_WORD.findall(" ".join(between_blanks - plain))))


def _quoted_spans(text: str, lang: str) -> list[Quoted]:
    spans = [Quoted(*m.span(m.lastindex or 0)) for m in _QUOTED.finditer(text) if m.end() - m.start() < MAX_QUOTED]
    if lang in _SINGLE_QUOTES_IN:
        for m in _SINGLE_QUOTED.finditer(text):
            if m.end() - m.start() < MAX_QUOTED and not any(s.start < m.end() and m.start() < s.end for s in spans):
                spans.append(Quoted(*m.span(1)))
    if lang == "ru":
        spans = [part for span in spans for part in _parts(text, span)]
    return sorted(spans, key=lambda span: span.start)


def _parts(text: str, span: Quoted) -> Iterator[Quoted]:
    """The pieces of a quote around a report that stands inside its marks."""
    start = span.start
    for inside in _INSIDE.finditer(text, span.start, span.end):
        first_words = inside.group(1).lower().replace("ё", "е").split(" ", 3)[:3]
        if _VERBS["ru"].isdisjoint(first_words):
            continue
        if inside.start() > start:
            yield Quoted(start, inside.start())
        start = inside.end()
    if start < span.end:
        yield Quoted(start, span.end)


def _mask(text: str, quoted: list[Quoted]) -> str:
    """Keep the last mark of what is quoted: it may end the sentence."""
    parts, at = [], 0
    for span in quoted:
        last = text[span.end - 1] if text[span.end - 1] in ".!?…" else MASK
        parts += [text[at : span.start], MASK * (span.end - span.start - 1), last]
        at = span.end
    return "".join([*parts, text[at:]])


def _is_noun(lowered: str, cue: Cue) -> bool:
    before = _WORD_BEFORE.search(lowered, max(0, cue.start - 20), cue.start)
    return before is not None and before.group(1) in BEFORE_NOUNS


def _sentences(masked: str) -> list[Sentence]:
    found, start = [], 0
    for boundary in _BOUNDARY.finditer(masked):
        end = boundary.end()
        at = boundary.start()
        is_long_word = masked[at - LONGER_THAN_ABBREVIATED : at].isalpha()
        if masked[at] == "." and not is_long_word and _ABBREVIATION.search(masked, max(start, at - 8), at):
            continue
        if masked[at - 1] == MASK and _ASKED.match(masked, end):
            continue
        if masked[start:end].strip():
            found.append(Sentence(start, end))
        start = end
    if masked[start:].strip() or not found:
        found.append(Sentence(start, len(masked)))
    return found


def _as_quoted(lowered: str, cues: Sequence[Cue]) -> Iterator[Cue]:
    """«Interfax quoted Lavrov as saying» is one cue, where it says so."""
    for cue, following in zip_longest(cues, cues[1:]):
        is_saying = following is not None and lowered.endswith(" as ", cue.end, following.start)
        if cue.word == "quoted" and is_saying:
            continue
        is_quoted = cue.word == "saying" and lowered.endswith(" as ", 0, cue.start)
        yield cue._replace(word="quoted") if is_quoted else cue


def _cues(outline: Outline, lang: str) -> list[Cue]:
    spoken = outline.occurrences(_VERBS[lang])
    if lang != "tr":
        cues = [Cue(*span) for span in spoken if not outline.lowered.endswith(" an ", 0, span[0])]  # «an estimated 900»
        if lang == "de":
            cues += [Cue(*so) for so in outline.occurrences(_SO_WORD) if _SO.match(outline.masked, so[0])]
        if lang == "en":
            cues = [cue for cue in cues if not (cue.word in NOUNS_TOO and _is_noun(outline.lowered, cue))]
            cues = list(_as_quoted(outline.lowered, cues))
            openers = outline.occurrences(ENGLISH_PHRASE_OPENERS)
            phrases = (_ENGLISH_PHRASE.match(outline.lowered, start) for start, _, _ in openers)
            cues += [Cue(*phrase.span(), phrase.group()) for phrase in phrases if phrase]
        return sorted(cues, key=_START)
    cues = []
    for start, end, word in spoken:
        before = _WORD_BEFORE.search(outline.lowered, max(0, start - 30), start)
        has_light = before is not None and before.group(1) in TURKISH_LIGHT
        if has_light or word not in TURKISH_WEAK:
            cues.append(Cue(before.start(1) if before is not None and has_light else start, end, word))
    return cues

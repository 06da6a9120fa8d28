"""Find a watch's keyword rules in a text: words, prefixes, phrases, actors and concepts, near one another or anywhere.

Compiled once for each language, then one pass over the words of a text. Words meet whatever their case and accents
(«Çavuşoğlu», «CAVUSOGLU»; Türkei, Tuerkei; ещё, еще); short ones must agree in accents («Kürt» is not «kurt»), acronyms
in every letter («IS» is not «is»). Says what each rule did, and whether the rules let the text pass; knows no score.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from monitor.analyse.languages import WATCHED, Apostrophe
from monitor.analyse.names import EXACT_LETTERS_UP_TO, Hit, fold, fold_article
from monitor.model import KeywordRule, Phrase, RuleHit

#: A rule reports so many places at most; more tell nobody anything.
MAX_SPANS = 20
#: The lead is the title and the first paragraph, which ends here at the latest (some texts come in one piece).
LEAD_LETTERS = 600
#: Words of the title and of the text are as far apart as this: a headline is not near the first line.
TITLE_GAP = 10_000
#: Acronyms this short are words in capitals too («WHO IS NEXT»): in a shouted line they do not count.
SHOUT_CHECK_UP_TO = 3
_SHOUTED_NEIGHBOURS = 4
_SHOUTED_LETTERS = 4

_PLAIN_WORD = re.compile(r"\w+")
_WORDS = {
    Apostrophe.NOTHING: _PLAIN_WORD,
    Apostrophe.SUFFIX: re.compile(r"(\w+)(?:'\w+)?"),  # the suffix is no word of its own
    Apostrophe.ARTICLE: re.compile(r"(?:\b(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu)')?(\w+)"),
}
_WORD = {code: _WORDS[language.apostrophe] for code, language in WATCHED.items()}
#: What may stand between two words: the first one's suffix, blanks and signs, the second one's elided article.
_BETWEEN = r"(?:'\w+)?\W+(?:\w{1,7}')?"
_STRICT_FOLDS = str.maketrans({"İ": "i", "I": "i", "ı": "i", "ё": "е", "Ё": "е"})
_SPELL_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"})
_CONTRACT = (("ae", "ä"), ("oe", "ö"), ("ue", "ü"), ("Ae", "Ä"), ("Oe", "Ö"), ("Ue", "Ü"))

#: Offsets into `title + "\\n" + text`.
Span = tuple[int, int]


class Words:
    """The words of a title and a text, folded; where they stand is found out when somebody asks."""

    def __init__(self, title: str, text: str, language: str) -> None:
        self.language = language
        self._whole = f"{title}\n{text}"
        self.title_letters = len(title)

    @cached_property
    def folded(self) -> str:
        """The whole, folded."""
        return fold_article(self._whole)

    @cached_property
    def keys(self) -> Sequence[str]:
        """Each word, folded."""
        return [self.folded[start:end] for start, end in self._folded_spans]

    @cached_property
    def spans(self) -> Sequence[tuple[int, int]]:
        """Of each word, offsets into `title + "\\n" + text`."""
        if len(self.folded) == len(self._whole):
            return self._folded_spans
        # vowel signs, soft hyphens and the like were dropped
        origins = [*(place for place, char in enumerate(self._whole) if fold(char)), len(self._whole)]
        return [(origins[start], origins[end]) for start, end in self._folded_spans]

    @cached_property
    def _folded_spans(self) -> Sequence[tuple[int, int]]:
        pattern = _WORD.get(self.language, _PLAIN_WORD)
        return [match.span(pattern.groups) for match in pattern.finditer(self.folded)]

    def scope_end(self, scope: str) -> int:
        """Where title, lead or text end, in letters."""
        if scope == "title":
            return self.title_letters
        if scope == "lead":
            first = self.title_letters + 1
            while self._whole[first : first + 1].isspace():
                first += 1
            paragraph_end = self._whole.find("\n", first)
            return min(first + LEAD_LETTERS, len(self._whole) if paragraph_end < 0 else paragraph_end)
        return len(self._whole)

    def beginning_at(self, folded_offset: int) -> int | None:
        """Index of the word that begins there, in the folded text; None inside a word or before a suffix."""
        index = bisect_left(self._folded_spans, (folded_offset, 0))
        begins = index < len(self._folded_spans) and self._folded_spans[index][0] == folded_offset
        return index if begins else None

    def span(self, index: int, count: int) -> Span:
        """From the first letter of a word to the last one of `count` words."""
        return self.spans[index][0], self.spans[index + count - 1][1]

    def surface(self, index: int) -> str:
        """The word as one sees it."""
        start, end = self.spans[index]
        return _seen(self._whole[start:end])

    def distance(self, one: Span, other: Span) -> int:
        """How many words apart two spans stand; neighbours are 1 apart, title and text are never near."""
        (_, end), (start, _) = sorted((one, other))
        if end <= self.title_letters < start:
            return TITLE_GAP
        return max(0, bisect_left(self.spans, (start, 0)) - bisect_left(self.spans, (end, 0)) + 1)


class KeywordMatcher:
    """The rules of one watch, ready to be asked about texts."""

    def __init__(self, rules: Iterable[KeywordRule]) -> None:
        self._rules = tuple(rules)
        self._compiled: dict[str, _Compiled] = {}

    def evaluate(self, title: str, text: str, language: str, hits: Sequence[Hit]) -> tuple[RuleHit, ...]:
        """What each rule did, in the rules' order; a rule that has nothing for the language is left out.

        `hits` are the actors and concepts found in `title + "\\n" + text`.
        """
        if language not in self._compiled:
            self._compiled[language] = _Compiled(self._rules, language)
        return tuple(self._compiled[language].evaluate(Words(title, text, language), hits))


def rarest_word(phrase: Phrase, language: str) -> tuple[tuple[str, ...], bool]:
    """The longest word of a phrase: the folded spellings that a text must have one of, and whether as beginnings only.

    Nothing for an actor or a concept: those stand in no index of words.
    """
    probe = _probe(phrase.text, is_exact=phrase.is_case_sensitive, language=language)
    longest = max(probe.words, key=lambda word: min(map(len, word.keys)), default=None)
    return (longest.keys, longest.is_prefix) if longest else ((), False)


def passes(hits: Iterable[RuleHit]) -> tuple[bool, str]:
    """Whether the rules let a text pass, and if not, which one holds it and why."""
    for hit in hits:
        if hit.group == "none" and hit.is_hit:
            return False, f"rule «{hit.rule}»: has what it excludes"
        if hit.group == "any" and not hit.is_hit:
            return False, f"rule «{hit.rule}»: has none of what it asks for"
        if hit.group == "all" and not hit.is_hit:
            return False, f"rule «{hit.rule}»: lacks part of what it asks for"
    return True, ""


def keyword_points(hits: Iterable[RuleHit]) -> float:
    """The points that rules with a weight add."""
    return sum(hit.points for hit in hits if hit.is_hit)


@dataclass(frozen=True, slots=True)
class _PatternWord:
    """One word of a phrase: the folded spellings that it may have, and what else must agree."""

    keys: tuple[str, ...]
    is_prefix: bool
    #: Spellings with their accents, where the word is short; empty: any accents.
    strict: tuple[str, ...] = ()
    #: Letters as written; empty: any case.
    exact: str = ""

    def matches(self, key: str, words: Words, index: int) -> bool:
        if not (key.startswith(self.keys) if self.is_prefix else key in self.keys):
            return False
        if self.exact:
            there = words.surface(index)
            agrees = there.startswith(self.exact) if self.is_prefix else there == self.exact
            return agrees and not (len(self.exact) <= SHOUT_CHECK_UP_TO and _is_shouted(words, index))
        if self.strict:
            there = _strict(words.surface(index))
            return there.startswith(self.strict) if self.is_prefix else there in self.strict
        return True


@dataclass(frozen=True, slots=True, eq=False)
class _Probe:
    """Something to look for, once, whichever rules ask for it: an id, or words in this order."""

    id: str
    words: tuple[_PatternWord, ...]

    @property
    def pattern(self) -> str:
        """Finds in a folded text every place that `stands_at` may say yes to, and few others."""
        return _BETWEEN.join(
            f"(?:{'|'.join(map(re.escape, word.keys))})" + (r"\w*" if word.is_prefix else r"\b") for word in self.words
        )

    def stands_at(self, words: Words, index: int) -> bool:
        end = index + len(self.words)
        if end > len(words.keys) or words.spans[index][0] < words.title_letters < words.spans[end - 1][0]:
            return False
        return all(word.matches(words.keys[place], words, place) for place, word in enumerate(self.words, index))


@dataclass(frozen=True, slots=True)
class _Sought:
    """A phrase of a rule: what must stand where."""

    probe: _Probe
    near: tuple[_Probe, ...]
    within: int


class _Compiled:
    """All rules for one language."""

    def __init__(self, rules: Iterable[KeywordRule], language: str) -> None:
        self._probes: dict[tuple[str, bool], _Probe] = {}
        self._rules: list[tuple[KeywordRule, list[_Sought]]] = []
        for rule in rules:
            phrases = [phrase for phrase in rule.phrases if phrase.language in ("", language)]
            if phrases:
                self._rules.append((rule, [self._sought(phrase, language) for phrase in phrases]))
        self._ids = {probe.id: probe for probe in self._probes.values() if probe.id}
        self._by_letter: dict[str, list[_Probe]] = {}
        worded = [probe for probe in self._probes.values() if probe.words]
        for probe in worded:
            for letter in {key[0] for key in probe.words[0].keys}:
                self._by_letter.setdefault(letter, []).append(probe)
        #: Finds where a phrase may begin: most texts have few such places, and cutting all their words is dear.
        self._beginnings = re.compile(rf"\b(?={'|'.join(probe.pattern for probe in worded)})") if worded else None

    def evaluate(self, words: Words, hits: Sequence[Hit]) -> Iterator[RuleHit]:
        found = self._find(words, hits)
        for rule, phrases in self._rules:
            places = [list(_places(sought, found, words, rule.scope)) for sought in phrases]
            is_hit = all(places) if rule.group == "all" else any(places)
            spans = {span for place in places for span in place}
            yield RuleHit(
                rule=rule.name,
                group=rule.group,
                is_hit=is_hit,
                points=rule.points if is_hit else 0.0,
                spans=tuple(sorted(spans)[:MAX_SPANS]),
            )

    def _sought(self, phrase: Phrase, language: str) -> _Sought:
        return _Sought(
            probe=self._probe(phrase.text, phrase.is_case_sensitive, language),
            near=tuple(self._probe(near, near.isupper(), language) for near in phrase.near),
            within=phrase.within,
        )

    def _probe(self, text: str, is_exact: bool, language: str) -> _Probe:
        known = self._probes.get((text, is_exact))
        if known is None:
            known = self._probes[text, is_exact] = _probe(text, is_exact=is_exact, language=language)
        return known

    def _find(self, words: Words, hits: Sequence[Hit]) -> Mapping[_Probe, Sequence[Span]]:
        """Where every probe stands, in order of position."""
        found: dict[_Probe, list[Span]] = {}
        for match in self._beginnings.finditer(words.folded) if self._beginnings else ():
            index = words.beginning_at(match.start())
            if index is not None:
                for probe in self._by_letter[words.keys[index][0]]:
                    if probe.stands_at(words, index):
                        found.setdefault(probe, []).append(words.span(index, len(probe.words)))
        for hit in sorted(hits, key=lambda hit: hit.start):
            if hit.id in self._ids:
                found.setdefault(self._ids[hit.id], []).append((hit.start, hit.end))
        return found


def _places(sought: _Sought, found: Mapping[_Probe, Sequence[Span]], words: Words, scope: str) -> Iterator[Span]:
    """The places within scope that have one of `near` close enough, if any is asked for; not more than are shown."""
    places: Iterable[Span] = found.get(sought.probe, ())
    if not places:
        return iter(())
    if scope != "text":
        end = words.scope_end(scope)
        places = [place for place in places if place[1] <= end]
    if sought.near:
        near = [spans for other in sought.near if (spans := found.get(other))]
        places = (place for place in places if any(_has_near(place, each, sought.within, words) for each in near))
    return islice(places, MAX_SPANS)


def _has_near(place: Span, others: Sequence[Span], within: int, words: Words) -> bool:
    """Whether one of `others` stands beside `place`, at most `within` words away."""
    after = bisect_left(others, (place[1], 0))
    before = next((other for other in reversed(others[:after][-MAX_SPANS:]) if other[1] <= place[0]), None)
    closest = [other for other in (before, *others[after : after + 1]) if other is not None]
    return any(words.distance(place, other) <= within for other in closest)


def _probe(text: str, *, is_exact: bool, language: str) -> _Probe:
    if text.startswith(("@", "~")):
        return _Probe(text.removeprefix("~"), ())
    text = _seen(text)
    words = []
    for match in _WORD.get(language, _PLAIN_WORD).finditer(fold(text)):
        start, end = match.span(match.re.groups)
        words.append(_pattern_word(text[start:end], text[end : end + 1] == "*", is_exact))
    return _Probe("", tuple(words))


def _pattern_word(word: str, is_prefix: bool, is_exact: bool) -> _PatternWord:
    if is_exact:
        return _PatternWord(keys=(fold(word),), is_prefix=is_prefix, exact=word)
    spellings = _spellings(word)
    return _PatternWord(
        keys=tuple(sorted({fold(spelling) for spelling in spellings})),
        is_prefix=is_prefix,
        strict=tuple(sorted({_strict(spelling) for spelling in spellings})) if len(word) <= EXACT_LETTERS_UP_TO else (),
    )


def _spellings(word: str) -> set[str]:
    """With umlauts and ß, and without: German texts have both."""
    contracted = word
    for pair, umlaut in _CONTRACT:
        contracted = contracted.replace(pair, umlaut)
    found = {word, contracted, word.translate(_SPELL_OUT)}
    sharp = {spelling.replace("ss", "ß") for spelling in found}
    return found | sharp | {spelling.replace("ß", "ss") for spelling in found}


def _seen(text: str) -> str:
    """Composed, without soft hyphens, vowel signs and whatever else folds to nothing."""
    return "".join(char for char in unicodedata.normalize("NFC", text) if fold(char))


def _strict(word: str) -> str:
    """Small letters with their accents; the two Turkish i and the two Russian е are one."""
    return word.translate(_STRICT_FOLDS).lower()


def _is_shouted(words: Words, index: int) -> bool:
    """Whether the longer words around stand in capitals as well."""
    first, last = max(0, index - _SHOUTED_NEIGHBOURS), min(len(words.keys), index + _SHOUTED_NEIGHBOURS + 1)
    around = [words.surface(place) for place in range(first, last) if place != index]
    long = [word for word in around if len(word) >= _SHOUTED_LETTERS]
    return len(long) > 1 and all(word.isupper() for word in long)

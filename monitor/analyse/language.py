"""Tell the language of a text, and whether that is sure (the only module that knows py3langid).

Words that only one of the watched languages uses («nicht», «the», «için») decide where there are enough of them, which
is nearly always and costs next to nothing; the rest is py3langid over a closed list, because each language more is a
mistake more on five words. Never guesses from the feed alone: a hint breaks ties.
"""

from __future__ import annotations

import threading
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import Any

from monitor.analyse.languages import RECOGNISED, WATCHED, script_of

#: Letters of one piece: at this length the guess is right on every full text of the labelled sets.
PIECE_LETTERS = 500
#: Below this a guess has too little to stand on. 3-word headlines of the labelled sets: .93 right; 7 words: .99.
MIN_LETTERS = 20
#: py3langid's probability from which a guess is called sure; see docs/score.md for the measurement.
SURE_FROM = 0.9
UNKNOWN = "und"

#: Letters of Azerbaijani, Ukrainian, Bulgarian and Serbian, which share many of these words.
_NEIGHBOURS = frozenset("əіїєъјћђ")
_LANGUAGE_OF = {word: code for code, language in WATCHED.items() for word in language.telling.split()}
#: So many of them in a piece decide, unless one in ten speaks for another language.
TELLING_FROM = 5
TELLING_SHARE = 0.9

_LOCK = threading.Lock()


@dataclass(frozen=True, kw_only=True)
class LanguageGuess:
    """A language with how far to trust it."""

    #: ISO 639-1, or «und» for a text without letters.
    lang: str
    #: 0 to 1.
    confidence: float
    sure: bool


def detect(title: str, text: str, hint: str | None = None) -> LanguageGuess:
    """Guess the language of an article; `hint` (what the feed or page says) decides where the text cannot."""
    pieces = _pieces(f"{title}\n{text}")
    letters = sum(map(str.isalpha, pieces[0]))
    if letters == 0:
        return LanguageGuess(lang=hint or UNKNOWN, confidence=0.0, sure=False)
    guesses = [_classify(piece) for piece in pieces]
    is_mixed = len({lang for lang, _ in guesses}) > 1
    lang, confidence = _classify(" ".join(pieces)) if is_mixed else max(guesses, key=itemgetter(1))
    if hint and hint != lang and (letters < MIN_LETTERS or confidence < SURE_FROM) and _can_be(pieces[0], hint):
        return LanguageGuess(lang=hint, confidence=1 - confidence, sure=False)
    sure = confidence >= SURE_FROM and not is_mixed and (letters >= MIN_LETTERS or hint == lang)
    return LanguageGuess(lang=lang, confidence=confidence, sure=sure)


def _pieces(sample: str) -> tuple[str, ...]:
    """The beginning, and of a text three times as long also the middle."""
    start = sample[:PIECE_LETTERS]
    if len(sample) < 3 * PIECE_LETTERS:
        return (sample[: 2 * PIECE_LETTERS],)
    middle = len(sample) // 2
    return start, sample[middle : middle + PIECE_LETTERS]


def _classify(sample: str) -> tuple[str, float]:
    votes = Counter(_LANGUAGE_OF[word] for word in sample.lower().split() if word in _LANGUAGE_OF)
    lang, number = votes.most_common(1)[0] if votes else (UNKNOWN, 0)
    if _NEIGHBOURS.isdisjoint(sample) and number >= TELLING_FROM and number >= TELLING_SHARE * votes.total():
        return lang, 1.0
    identifier = _identifier()
    with _LOCK:
        found, confidence = identifier.classify(sample)
    return str(found), float(confidence)


def _can_be(sample: str, lang: str) -> bool:
    """A hint must at least fit the script: nothing in Latin letters is Russian."""
    expected = script_of(lang)
    named = [unicodedata.name(char, "") for char in sample[:400] if char.isalpha()]
    return 2 * sum(name.startswith(expected) for name in named) > len(named)


@lru_cache(maxsize=1)
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages([lang for lang in (*WATCHED, *RECOGNISED) if lang in identifier.labels])
    return identifier

"""Where a discovered name stands again in its text, in any of its cases, and what its nominative is. Pure; no lists."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from monitor.analyse.gazetteer import SURNAME_FROM
from monitor.analyse.inflect import bases, tail_pattern
from monitor.analyse.names import fold_word

_CYRILLIC = re.compile("[а-яё]")
_OBLIQUE_FEMALE = ((re.compile(r"(ск|цк)(?:ой|ую)$"), r"\1ая"), (re.compile(r"(ов|ев|ёв|ин|ын)(?:ой|у)$"), r"\1а"))
_OBLIQUE_MALE = (
    (re.compile(r"(ск|цк)(?:ого|ому|им|ом)$"), r"\1ий"),
    (re.compile(r"(?<=[бвгджзклмнпрстфхцчшщ])(?:а|у|ом|ым|ем|е)$"), ""),
)


def nominative(name: str, given_names: Mapping[str, str]) -> str:
    """«Дмитрия Егорченкова» → «Дмитрий Егорченков», by the case that the first name stands in."""
    first, _, rest = name.partition(" ")
    given = given_names.get(fold_word(first))
    if given is None or not _CYRILLIC.search(rest) or fold_word(first) == fold_word(given):
        return name
    words = [given]
    for word in rest.split(" "):
        for oblique, ending in _OBLIQUE_FEMALE if given[-1] in "ая" else _OBLIQUE_MALE:
            word = oblique.sub(ending, word)
        words.append(word)
    return " ".join(words)


def occurrences(text: str, name: str, lang: str) -> Iterator[tuple[int, int]]:
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


def whole_words(text: str, word: str, *, joined_by: str = "") -> Iterator[tuple[int, int]]:
    """Where a word stands exactly so, beside no letter, digit or any of `joined_by`."""
    start = text.find(word)
    while start >= 0:
        end = start + len(word)
        beside = text[max(0, start - 1) : start] + text[end : end + 1]
        if not any(char.isalnum() or char == "_" or char in joined_by for char in beside):
            yield start, end
        start = text.find(word, end)


def _is_form_of(word: str, name: str, lang: str) -> bool:
    if word == name or lang == "ru":
        return word == name or word in _russian_cases(name)
    return word.startswith(name) and _tail(lang).fullmatch(fold_word(word[len(name) :])) is not None


@lru_cache(maxsize=8)
def _tail(lang: str) -> re.Pattern[str]:
    return re.compile(tail_pattern(lang, "name"))


@lru_cache(maxsize=2_000)
def _russian_cases(name: str) -> frozenset[str]:
    return frozenset(bases(name, "ru", "name"))

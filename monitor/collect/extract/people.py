"""Clean the names of authors: no «By», roles, agencies' mail addresses, links or repetitions. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import unescape

MAX_AUTHORS = 12
_MAX_NAME_CHARS = 80
_BY = re.compile(
    r"^(?:by|von|par|por|di|yazan|автор|текст|text|interview|haber|reported by|written by)\b[\s:]*", re.IGNORECASE
)
_NOISE = re.compile(r"https?://\S+|\S+@\S+\.\S+|(?<!\w)@\w+|\([^()]*\)")
_BETWEEN = re.compile(r"\s*(?:[;|/•]|,(?!\s*(?:jr|sr|dr|md|phd)\b)|\s(?:and|und|et|y|ve|и|&)\s)\s*", re.IGNORECASE)


def clean_authors(stated: Iterable[str]) -> tuple[str, ...]:
    """Names in order, each once; «anna-berg» is Anna Berg again."""
    found: dict[str, str] = {}
    for text in stated:
        for name in _BETWEEN.split(without_by(_NOISE.sub(" ", unescape(text)))):
            clean = without_by(name).strip(" ,.:-–—·")
            if clean and len(clean) <= _MAX_NAME_CHARS and any(map(str.isalpha, clean)):
                found.setdefault(clean.casefold().replace("-", " "), clean)
    return tuple(found.values())[:MAX_AUTHORS]


def without_by(text: str) -> str:
    """One line without the «By» before a name."""
    return _BY.sub("", " ".join(text.split()))

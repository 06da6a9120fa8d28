"""Choose the quotes of the day: whole sayings rather than scraps, of many speakers and from many articles.

Pure; invents and mends nothing but the marks around what was said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from monitor.model import ActorFindings, Quote
from monitor.report.plain import one_line, shorten
from monitor.report.storylines import article_of

QUOTES = 6
#: One article that quotes everybody does not speak for the day.
QUOTES_OF_ONE = 2
#: Fewer words are a scrap in somebody else's sentence: «out of the question».
TELLING_WORDS = 6


def quotes_of_the_day(rows: Sequence[Mapping[str, Any]], findings: Mapping[int, ActorFindings]) -> list[dict[str, Any]]:
    """Direct speech of the day, the best match's first, one quote a speaker."""
    quotes: dict[str, dict[str, Any]] = {}
    for row in rows:
        if len(quotes) >= QUOTES:
            break
        found = findings.get(article_of(row), ActorFindings())
        names = {role.actor: one_line(role.name) for role in found.roles}
        fresh = [(speaker, text) for speaker, text in _sayings(found.quotes) if speaker not in quotes]
        for speaker, text in fresh[:QUOTES_OF_ONE]:
            quotes[speaker] = {
                "speaker": speaker,
                "name": names.get(speaker) or speaker.lstrip("@?"),
                "text": text,
                "language": row["language"],
                "outlet": row["outlet"],
                "match": row["id"],
            }
    return list(quotes.values())[:QUOTES]


def _sayings(quotes: Sequence[Quote]) -> list[tuple[str, str]]:
    """What each speaker of an article says at most length, as far as it can stand alone; who says most comes first."""
    longest: dict[str, str] = {}
    for quote in quotes:
        text = one_line(quote.text).strip("\"'«»„“”‚‘’ ").rstrip(",;:")
        if quote.is_direct and quote.speaker and len(text.split()) >= TELLING_WORDS:
            longest[quote.speaker] = max(longest.get(quote.speaker, ""), text, key=len)
    return [(speaker, _shown(text)) for speaker, text in sorted(longest.items(), key=lambda said: -len(said[1]))]


def _shown(text: str) -> str:
    """With an ellipsis where it begins within a sentence."""
    return shorten(f"… {text}" if text[0].islower() else text)

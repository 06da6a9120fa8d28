"""Cut a text where something in it is marked: actors, quotes, contributing words, the best passage. Pure.

What comes out is plain text with names of marks beside it; a page escapes the text and turns the names into classes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from monitor.model import ActorFindings, ScoreCard

#: Contributing words that are marked.
TERMS = 12


@dataclass(frozen=True, kw_only=True)
class Mark:
    """Something that stands in a text."""

    start: int
    end: int
    kind: str
    #: Shown when pointed at.
    title: str = ""


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A stretch of text with everything that is marked in it."""

    text: str
    kinds: tuple[str, ...] = ()
    title: str = ""


def cut(text: str, marks: Iterable[Mark], *, start: int = 0) -> list[Piece]:
    """The text in pieces that begin and end with marks; `start` is where it stands in what the marks speak of."""
    end = start + len(text)
    inside = [mark for mark in marks if mark.start < end and mark.end > start and mark.start < mark.end]
    edges = {start, end, *(max(mark.start, start) for mark in inside), *(min(mark.end, end) for mark in inside)}
    places = sorted(edges)
    pieces = []
    for first, last in pairwise(places):
        here = [mark for mark in inside if mark.start <= first and mark.end >= last]
        kinds = tuple(dict.fromkeys(mark.kind for mark in here))
        title = "; ".join(dict.fromkeys(mark.title for mark in here if mark.title))
        pieces.append(Piece(text=text[first - start : last - start], kinds=kinds, title=title))
    return pieces


def paragraphs(title: str, text: str, marks: Sequence[Mark]) -> list[list[Piece]]:
    """The lines of an article's text, each in pieces; marks are offsets into `title + "\\n" + text`."""
    lines = (line for line in re.finditer(r"[^\n]+", text) if line[0].strip())
    return [cut(line[0], marks, start=len(title) + 1 + line.start()) for line in lines]


def marks_of(title: str, text: str, card: ScoreCard, findings: ActorFindings) -> list[Mark]:
    """All that is worth marking in an article."""
    names = {role.actor: role.name or role.actor for role in findings.roles}
    marks = [
        Mark(start=mention.start, end=mention.end, kind="actor", title=names.get(mention.actor, mention.actor))
        for mention in findings.mentions
    ]
    marks += [
        Mark(start=quote.start, end=quote.end, kind="quote", title=names.get(quote.speaker, quote.speaker))
        for quote in findings.quotes
    ]
    marks += [Mark(start=start, end=end, kind="rule", title=hit.rule) for hit in card.rules for start, end in hit.spans]
    if card.passage:
        marks.append(Mark(start=card.passage[0], end=card.passage[1], kind="passage"))
    return marks + list(_terms(f"{title}\n{text}", card))


def _terms(whole: str, card: ScoreCard) -> Iterable[Mark]:
    by_surface = {term.surface: term for term in card.contributions[:TERMS] if term.surface and term.points > 0}
    if not by_surface:
        return
    wanted = "|".join(sorted(map(re.escape, by_surface), key=len, reverse=True))
    for found in re.finditer(rf"\b(?:{wanted})\b", whole):
        term = by_surface[found[0]]
        behind = f" ({term.seed_term})" if term.seed_term else ""
        yield Mark(start=found.start(), end=found.end(), kind="term", title=f"+{term.points:.1f}{behind}")

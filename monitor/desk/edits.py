"""What an edit changed in a text, word by word: which words went, which came, and where nothing happened. Pure.

Paragraphs are compared first and words only within those that changed: a long article costs milliseconds, and a
paragraph that moved does not drown what was rewritten.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

#: Words and what stands between them: put together again they are the text.
_TOKEN = re.compile(r"\s+|\w+|[^\w\s]")
#: Beyond this a paragraph is shown as replaced: comparing takes the square of its words.
MOST_TOKENS = 4000
#: Paragraphs less alike than this are two paragraphs, not one that was edited.
ALIKE = 0.35


@dataclass(frozen=True, kw_only=True)
class Change:
    """A stretch of text: `same`, `gone` or `new`."""

    kind: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Edited:
    """One paragraph with its changes, or some in which nothing changed."""

    changes: tuple[Change, ...] = ()
    #: Paragraphs left as they were.
    untouched: int = 0


def edits(before: str, after: str) -> list[Edited]:
    """What became of each paragraph."""
    old, new = _paragraphs(before), _paragraphs(after)
    found: list[Edited] = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            found.append(Edited(untouched=b - a))
        else:
            found += _replaced(old[a:b], new[c:d])
    return found


def words_changed(found: Sequence[Edited]) -> tuple[int, int]:
    """How many words went and came."""
    texts = {"gone": "", "new": ""}
    for edited in found:
        for change in edited.changes:
            if change.kind in texts:
                texts[change.kind] += f" {change.text}"
    return len(re.findall(r"\w+", texts["gone"])), len(re.findall(r"\w+", texts["new"]))


def _paragraphs(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _replaced(old: Sequence[str], new: Sequence[str]) -> Iterator[Edited]:
    """Paragraphs in the place of others, each beside the one that it was made from, if that can be told."""
    left = list(old)
    for text in new:
        source = max(left, key=lambda one: _likeness(one, text), default=None)
        if source is None or _likeness(source, text) < ALIKE:
            yield Edited(changes=(Change(kind="new", text=text),))
            continue
        for gone in left[: left.index(source)]:
            yield Edited(changes=(Change(kind="gone", text=gone),))
        left = left[left.index(source) + 1 :]
        yield Edited(changes=tuple(_words(source, text)))
    for gone in left:
        yield Edited(changes=(Change(kind="gone", text=gone),))


def _likeness(one: str, other: str) -> float:
    """The share of words that two paragraphs have in common."""
    ours, theirs = set(one.split()), set(other.split())
    return 2 * len(ours & theirs) / (len(ours) + len(theirs)) if ours or theirs else 0.0


def _words(old: str, new: str) -> Iterator[Change]:
    ours, theirs = _TOKEN.findall(old), _TOKEN.findall(new)
    if len(ours) + len(theirs) > MOST_TOKENS:
        yield Change(kind="gone", text=old)
        yield Change(kind="new", text=new)
        return
    codes = SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes()
    gone, new = "", ""
    for place, (kind, a, b, c, d) in enumerate(codes):
        if kind != "equal" or _is_gap("".join(ours[a:b]), place, len(codes)):
            gone, new = gone + "".join(ours[a:b]), new + "".join(theirs[c:d])
            continue
        yield from _changed(gone, new)
        yield Change(kind="same", text="".join(ours[a:b]))
        gone, new = "", ""
    yield from _changed(gone, new)


def _is_gap(same: str, place: int, number: int) -> bool:
    """Nothing but space between two changes: «goes on» is one change, not two with a blank between them."""
    return not same.strip() and 0 < place < number - 1


def _changed(gone: str, new: str) -> Iterator[Change]:
    if gone:
        yield Change(kind="gone", text=gone)
    if new:
        yield Change(kind="new", text=new)

"""Clean an extracted text line by line: repeated headline, bylines, credits, links to other articles, sign-offs.

Pure. Works on words only, in nine languages; what needs the page's structure is done before (body.py).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from monitor.collect.extract.markers import BYLINE, CREDIT, DATE_LINE, NOTICE, POINTER, SIGN_OFF

#: The headline, a kicker above it, byline and date stand in the first lines.
_OPENING_LINES = 5
#: A kicker or subheading; longer lines say something.
_KICKER_CHARS = 60
#: Beside a headline in one line stands at most a kicker.
_HEADLINE_EXTRA_CHARS = 80
_BYLINE_CHARS = 80
#: A stated text shorter than this may be a teaser; one so much longer than the extracted is the better one.
_STATED_CHARS = 500
#: An extracted text shorter than this says nothing; even a teaser says more.
_NOTHING_CHARS = 40
_STATED_EXCESS = 1.5
#: So much of the extracted text must stand in the stated one for its silence to mean something.
_AGREEMENT = 0.7
_ENDING_LINES = 8
_LABEL_CHARS = 80
_POINTER_CHARS = 220
_CREDIT_CHARS = 120
_SIGN_OFF_CHARS = 500
#: Shorter lines return with reason: an interviewer's question, a speaker's name.
_REPEATED_CHARS = 150
#: A title that may stand in any sentence.
_SHORT_TITLE_CHARS = 8

_WORD = re.compile(r"\w+")


def clean_opening(text: str, titles: Sequence[str], authors: Sequence[str] = ()) -> str:
    """The text without the headline, kicker, byline and date above it."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    title_keys = {own for title in titles if len(own := key(title)) > _SHORT_TITLE_CHARS}
    return "\n".join(_without_opening(lines, title_keys, {key(name) for name in authors}))


def clean_lines(text: str, authors: Sequence[str] = ()) -> str:
    """The text without lines that credit, point elsewhere, say a long thing again or sign off."""
    lines: list[str] = []
    said: set[str] = set()
    for line in text.splitlines():
        is_repeated = line in said and (len(line) > _REPEATED_CHARS or line == lines[-1])
        if not is_repeated and not is_notice(line):
            lines.append(line)
            said.add(line)
    return "\n".join(_without_ending(lines, authors))


def confirm(text: str, stated: str) -> str:
    """Compare with the text that the page states in JSON-LD; take that where it says far more, else drop its unknowns.

    Of the list items within a text that the stated one does not know, nearly all lead to other articles.
    """
    if len(stated) > max(_STATED_CHARS if len(text) > _NOTHING_CHARS else 0, _STATED_EXCESS * len(text)):
        return stated
    lines, whole = text.splitlines(), key(stated)
    known = [key(line) in whole for line in lines]
    if sum(len(line) for line, is_known in zip(lines, known, strict=True) if is_known) < _AGREEMENT * len(text):
        return text
    first = known.index(True) if True in known else 0
    return "\n".join(
        line for index, line in enumerate(lines) if known[index] or index < first or not line.startswith("- ")
    )


@lru_cache(maxsize=500)
def key(text: str) -> str:
    """Letters and digits alone: what two spellings of one line share. Asked of every line in step after step."""
    return "".join(_WORD.findall(text.casefold()))


def _without_opening(lines: list[str], titles: set[str], authors: set[str]) -> list[str]:
    for index in range(min(_OPENING_LINES, len(lines) - 1), 0, -1):
        if _is_headline(lines[index - 1], titles) and all(len(line) <= _KICKER_CHARS for line in lines[: index - 1]):
            lines = lines[index:]
            break
    while len(lines) > 1 and is_dressing(lines[0], authors):
        lines = lines[1:]
    return lines


def _is_headline(line: str, titles: set[str]) -> bool:
    own = key(line)
    return any(title in own and len(own) <= len(title) + _HEADLINE_EXTRA_CHARS for title in titles)


def is_dressing(line: str, authors: set[str]) -> bool:
    """A byline, a date, a reading time."""
    if len(line) > 100:
        return False
    if DATE_LINE.match(line) or key(BYLINE.sub("", line, count=1)) in authors:
        return True
    return bool(BYLINE.match(line)) and len(line) <= _BYLINE_CHARS and line[-1] not in ".?!"


def _without_ending(lines: list[str], authors: Sequence[str]) -> list[str]:
    """Cut from the first sign-off on, where nothing but sign-offs and short lines follows."""
    end = len(lines)
    for index in range(len(lines) - 1, max(0, len(lines) - 1 - _ENDING_LINES), -1):
        if _is_sign_off(lines[index], authors):
            end = index
        elif len(lines[index]) > _LABEL_CHARS:
            break
    return lines[:end]


def _is_sign_off(line: str, authors: Sequence[str]) -> bool:
    if len(line) > _SIGN_OFF_CHARS:
        return False
    if SIGN_OFF.search(line):
        return True
    return any(line.startswith(name) and len(line) < 300 for name in authors if len(name) > 5) or key(line) == ""


def is_notice(line: str) -> bool:
    """A line that points elsewhere, credits a picture or stands for something not shown."""
    bare = line.lstrip("-–•> ")
    return bool(
        (len(line) <= _POINTER_CHARS and POINTER.match(bare))
        or (len(line) <= _CREDIT_CHARS and CREDIT.search(bare))
        or (len(line) <= _SIGN_OFF_CHARS and NOTICE.search(bare))
    )

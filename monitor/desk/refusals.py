"""Why something was refused, in the reader's language: the errors an analyst can meet, by patterns in a catalogue.

Errors are made far from any reader, in English. `translations/LANG.refusals.toml` holds for each English sentence, with
{names} where something is filled in, what it is in the other language; what no pattern meets stays English.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache

from monitor.desk.tongue import CATALOGUES

#: A problem of a file: where it is, what it is, and often a hint.
_PROBLEM = re.compile(r"(?P<where>\S+\.yaml(?::\d+:\d+)?:(?: [^ :«]\S*:)? )?(?P<what>.*?)(?: \((?P<hint>[^()]*)\))?")


def told(refusal: str, language: str) -> str:
    """The same, as far as the catalogue has it; a line for each problem."""
    return "\n".join(_line(line, language) for line in refusal.split("\n"))


def _line(line: str, language: str) -> str:
    if whole := _meant(line, language):
        return whole
    found = _PROBLEM.fullmatch(line)
    if found is None:
        return line
    hint = found["hint"]
    after = f" ({_meant(hint, language) or hint})" if hint else ""
    return f"{found['where'] or ''}{_meant(found['what'], language) or found['what']}{after}"


def _meant(sentence: str, language: str) -> str | None:
    for pattern, meaning in _catalogue(language):
        if found := pattern.fullmatch(sentence):
            return meaning.format(**found.groupdict())
    return None


@cache
def _catalogue(language: str) -> Sequence[tuple[re.Pattern[str], str]]:
    path = CATALOGUES / f"{language}.refusals.toml"
    said = tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return [(_pattern(english), meaning) for english, meaning in said.items()]


def _pattern(english: str) -> re.Pattern[str]:
    """«there is no rule «{rule}»»: what stands in braces can be anything."""
    pieces = re.split(r"\{(\w+)\}", english)
    return re.compile("".join(f"(?P<{each}>.+?)" if at % 2 else re.escape(each) for at, each in enumerate(pieces)))

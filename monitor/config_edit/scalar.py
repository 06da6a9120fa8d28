"""Write a value as YAML the way a person would: plain where that is safe, in quotes where it is not."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

#: What one can write into a configuration file.
Scalar = str | int | float | bool
Value = Scalar | Sequence[Scalar] | Mapping[str, "Value"]

#: Words and signs in which nothing of YAML's can hide, inside brackets or outside; a colon only within a word.
_PLAIN = re.compile(r"~?[^\W\d_](?:[\w./*+’'=?&%@;$€§()!|<>~^-]|:(?=[^\s:])| (?=[^\s#-]))*")
#: Words that older YAML reads as something else than text.
_NOT_TEXT = re.compile(r"null|true|false|yes|no|on|off", re.IGNORECASE)
#: What one cannot see, or what some programs take for the end of a line.
_INVISIBLE = re.compile(
    "[\x00-\x1f\x7f-\xa0\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ud800-\udfff\ufeff\ufffe\uffff]"
)


def as_yaml(value: Scalar | Sequence[Scalar]) -> str:
    """A value on one line; it stands inside brackets as well as after a key."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(int(value)) if value == int(value) else repr(value)
    if isinstance(value, str):
        return value if _is_plain(value) else _quoted(value)
    return f"[{', '.join(as_yaml(item) for item in value)}]"


def _is_plain(text: str) -> bool:
    return bool(_PLAIN.fullmatch(text)) and not _NOT_TEXT.fullmatch(text)


def _quoted(text: str) -> str:
    """JSON's quotes are YAML's; what one cannot see is escaped."""
    return _INVISIBLE.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(text, ensure_ascii=False))

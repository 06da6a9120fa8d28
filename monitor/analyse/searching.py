"""Read what somebody types into a search field: words, «phrases in quotes», -without, begin*, title:words."""

from __future__ import annotations

import re

from monitor.model import SearchQuery, SearchTerm

_TERM = re.compile(
    r"""(?P<sign>-?)(?P<field>title:)?(?:["«„“](?P<phrase>[^"»“”]*)["»“”]?|(?P<word>\S+))""", re.IGNORECASE
)


def parse_search(text: str) -> SearchQuery | None:
    """The query, None when nothing is looked for. Anything can be typed: there is no wrong query."""
    terms = tuple(filter(None, map(_term, _TERM.finditer(text))))
    return SearchQuery(terms=terms) if terms else None


def _term(found: re.Match[str]) -> SearchTerm | None:
    said = found["phrase"] if found["phrase"] is not None else found["word"]
    words = tuple(said.rstrip("*").split())
    if not any(char.isalnum() for word in words for char in word):
        return None
    return SearchTerm(
        words=words,
        is_prefix=said.endswith("*"),
        in_title=found["field"] is not None,
        is_excluded=found["sign"] == "-",
    )

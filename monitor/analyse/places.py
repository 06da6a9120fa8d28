"""Where it happens: the listed places of a text, and capitals where they are places and no governments. Pure.

A dateline says where a report was written, «aus Ankara» where somebody or some word comes from, not where it happens.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from monitor.analyse.gazetteer import CAPITAL, Gazetteer
from monitor.analyse.names import Hit
from monitor.model import Mention

_FROM = re.compile(r"\b(?:aus|from|из) \Z")
_FROM_BEHIND = re.compile(r"['’\x92][dt][ae]n\b")
LETTERS_OF_FROM = 8
_BEHIND_DATELINE = re.compile(r",? ?(?:[(/–—-]|\d|\w+\.? \d)")


def places_of(text: str, hits: Sequence[Hit], mentions: Sequence[Mention], gazetteer: Gazetteer) -> dict[str, int]:
    """Each place with where it stands first; a capital goes by its state's id with `/capital` behind."""
    acting = {mention.start for mention in mentions}
    found: dict[str, int] = {}
    for hit in hits:
        if hit.kind == "metonym" and hit.start not in acting:
            place = f"{hit.id}{CAPITAL}"
        elif hit.id in gazetteer.actors and gazetteer.actors[hit.id].type == "place":
            place = hit.id
        else:
            continue
        is_from = _FROM.search(text, max(0, hit.start - LETTERS_OF_FROM), hit.start) or _FROM_BEHIND.match(
            text, hit.end
        )
        opens_line = not text[: hit.start].rpartition("\n")[2].strip()
        if not is_from and not (opens_line and _BEHIND_DATELINE.match(text, hit.end)):
            found.setdefault(place, hit.start)
    return found

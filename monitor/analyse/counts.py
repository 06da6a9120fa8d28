"""Read what a text counts: a number with what follows it, as it stands («2,500 soldiers»). Pure.

A number alone tells nobody anything, and most are none of the news: dates, times of day, years, ages, spans of time.
"""

from __future__ import annotations

import re

from monitor.analyse.days import weekdays, without_dates
from monitor.analyse.traces import is_year, plain_number

#: «3.5 billion dollars»: what is counted stands behind the scale.
_SCALE = (
    r"hundred|thousand|millions?|billion|Millionen?|Milliarden?|bin|milyon|milyar|тыс\w*|млн|милли\w*|млрд|milliards?"
)
_COUNTED = re.compile(
    r"(?<![\w.,:/-])(?P<number>\d+(?:[.,\u00a0\u202f]\d+)*)"
    r"(?:\s?%|\s(?:per cent|percent|Prozent|процент\w*)\b"
    rf"|(?P<scale>\s(?:{_SCALE})\b\.?)?\s(?P<what>[^\W\d_]{{3,}})(?P<noun>\s[A-ZÄÖÜ]\w{{2,}})?)"
)
#: «22.30», «21.06.2015»: a time of day, a date.
_MOMENT = re.compile(r"[012]?\d\.[0-5]\d|\d{1,2}\.\d{1,2}\.\d{2,4}")
_NOT_COUNTED = re.compile(
    r"and|but|for|from|the|was|were|und|oder|für|von|vor|bis|bei|mit|der|die|das|den|dem|des|Uhr|için|ile|olan|ila|"
    r"что|как|при|для|это|(?:hour|day|week|month|year|minute)s?|Jahr\w*|Monat\w*|Woche\w*|Tage?n?|Stunden?|Minuten?|"
    r"yıl\w*|yaş\w*|gün\w*|saat\w*|dakika\w*|год\w*|лет|лет\w*|месяц\w*|недел\w*|день|дн\w*|час\w*|минут\w*|"
    r"(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec)"
)


def counts_of(text: str, language: str) -> dict[str, str]:
    """The numbers of a text that count something, each with what it counts."""
    found: dict[str, str] = {}
    for match in _COUNTED.finditer(without_dates(text)):
        number, what = match["number"], match["what"] or ""
        if is_year(number) or _MOMENT.fullmatch(number) or _NOT_COUNTED.fullmatch(what) or weekdays(what):
            continue
        is_described = language == "de" and what.islower()  # «2600 neue Fälle»
        said = match.group() if is_described or not match["noun"] else match.group().removesuffix(match["noun"])
        found.setdefault(plain_number(number) + (match["scale"] or ""), " ".join(said.split()))
    return found

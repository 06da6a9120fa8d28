"""Read which days a text names: dates («9. August», «August 9», «9 Ağustos») and days of the week. Resolves nothing."""

from __future__ import annotations

import re

_MONTHS = (
    "january januar janvier ocak январ يناير",
    "february februar février şubat феврал فبراير",
    "march märz mars mart март مارس",
    "april april avril nisan апрел أبريل",
    "may mai mai mayıs мая مايو",
    "june juni juin haziran июн يونيو",
    "july juli juillet temmuz июл يوليو",
    "august august août ağustos август أغسطس",
    "september september septembre eylül сентябр سبتمبر",
    "october oktober octobre ekim октябр أكتوبر",
    "november november novembre kasım ноябр نوفمبر",
    "december dezember décembre aralık декабр ديسمبر",
)
_MONTH_OF = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()}
_MONTH = "|".join(sorted(_MONTH_OF, key=len, reverse=True))
#: Most words begin with none of these, and are passed over at once.
_INITIALS = "".join(sorted({name[0] for name in _MONTH_OF}))
_DATE = re.compile(
    rf"\b(?=[\d{_INITIALS}])(?:(?P<day>\d{{1,2}})\.?(?:st|nd|rd|th)?\s+(?P<month>{_MONTH})"
    rf"|(?P<month2>{_MONTH})\s+(?P<day2>\d{{1,2}})\b)",
    re.IGNORECASE,
)
_WEEKDAYS = (
    "monday montag lundi pazartesi понедельник الاثنين",
    "tuesday dienstag mardi salı вторник الثلاثاء",
    "wednesday mittwoch mercredi çarşamba сред(?:а|у|ы|е) الأربعاء",
    "thursday donnerstag jeudi perşembe четверг الخميس",
    "friday freitag vendredi cuma пятниц الجمعة",
    "saturday samstag samedi cumartesi суббот السبت",
    "sunday sonntag dimanche pazar воскресень الأحد",
)
_ENDING = "(?:s|abend|morgen|nacht|mittag|nachmittag|vormittag|a|e|u|y|у|а|ы|ом|ам|ой|я|е)?"
_WEEKDAY = re.compile(
    "|".join(rf"\b(?P<d{number}>(?:{'|'.join(names.split())}){_ENDING}\b)" for number, names in enumerate(_WEEKDAYS)),
    re.IGNORECASE,
)


def dates(text: str) -> set[str]:
    """The days of the year that a text names («9. August», «August 9», «9 Ağustos»), as `8-9`."""
    found = set()
    for match in _DATE.finditer(text):
        month = (match["month"] or match["month2"]).lower()
        day = int(match["day"] or match["day2"])
        if 1 <= day <= 31 and month in _MONTH_OF:
            found.add(f"{_MONTH_OF[month]}-{day}")
    return found


def weekdays(text: str) -> set[str]:
    """The days of the week that a text names, `d0` for Monday."""
    return {match.lastgroup for match in _WEEKDAY.finditer(text) if match.lastgroup}


def without_dates(text: str) -> str:
    """The text with blanks where it names days of the year."""
    return _DATE.sub(lambda match: " " * len(match.group()), text)

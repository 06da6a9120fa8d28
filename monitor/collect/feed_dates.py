"""Read the dates of feeds, in any spelling that was met. Pure; `now` is an argument.

Refuses what cannot be the time of publication: before the web, or days ahead of the clock.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

#: The first feeds; what is older is an empty field of a database (1970-01-01).
EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)
#: Up to here a date ahead of the clock is a wrong zone or a wrong clock: it happened now. Beyond, it is an
#: event's date or nonsense.
MAX_AHEAD = timedelta(days=2)

#: How months begin in the languages that feeds were met in, without accents, longest first where it matters.
_MONTHS = {
    1: "jan ene gen ian oca sty янв січ يناير tammi led ιαν",
    2: "feb fev fevr sub lut фев лют فبراير شباط helmi uno φεβ",
    3: "mar mrt marz märz maerz мар бер مارس آذار maalis bre μαρ",
    4: "apr avr abr nis kwi апр кві أبريل نيسان huhti dub απρ",
    5: "may mai mag maj mei май мая тра مايو أيار touko kve μαι",
    6: "jun juin giu haz cze iun июн чер يونيو حزيران kesa ιουν",
    7: "jul juil lug tem lip iul июл лип يوليو تموز heina ιουλ",
    8: "aug ago aou agu sie авг сер أغسطس آب elo srp αυγ",
    9: "sep set eyl wrz сен вер سبتمبر أيلول syys zar szep σεπ",
    10: "oct okt ott out eki paz окт жов أكتوبر loka rij οκτ",
    11: "nov noi kas lis ноя лис نوفمبر marras νοε",
    12: "dec dez dic des ara gru дек гру ديسمبر joulu pro δεκ",
}
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
#: Hours from UTC of zones that feeds name. «IST» and «CST» mean several; the most common sender is taken.
_ZONES = {
    "z": 0, "ut": 0, "utc": 0, "gmt": 0, "wet": 0, "west": 1, "bst": 1, "cet": 1, "mez": 1, "met": 1, "cest": 2,
    "mesz": 2, "mest": 2, "eet": 2, "sast": 2, "eest": 3, "trt": 3, "msk": 3, "ast": -4, "adt": -3, "est": -5,
    "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7, "akst": -9, "hst": -10, "brt": -3,
    "art": -3, "ist": 5.5, "pkt": 5, "gst": 4, "wib": 7, "hkt": 8, "sgt": 8, "jst": 9, "kst": 9, "aest": 10,
    "aedt": 11, "nzst": 12, "nzdt": 13,
}  # fmt: skip

_ISO = re.compile(
    r"(?<!\d)(?:(\d{4})-(\d{1,2})(?:-(\d{1,2}))?|(\d{4})[/.年](\d{1,2})[/.月](\d{1,2})|(\d{4})(\d{2})(\d{2}))(?!\d)"
)
_NUMERIC = re.compile(r"(?<!\d)(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})(?!\d)")
_DAY_MONTH = re.compile(r"(?<!\d)(\d{1,2})(?:st|nd|rd|th|er|º|ª|\.)?[\s./-]*(?:de\s+|of\s+)?([^\W\d_]{3,})")
_MONTH_DAY = re.compile(r"([^\W\d_]{3,})\.?[\s/-]*(\d{1,2})(?:st|nd|rd|th)?(?![\d:])")
_YEAR = re.compile(r"(?<![\d:])((?:19|20)\d\d)(?![\d:])")
#: Years that nobody means: a field that was never filled in (0001, -0001), for ever (2100, 9999). «+0500» is a zone.
_ODD_YEAR = re.compile(r"(?<![\d:+])(?:(?<!\s-)[2-9]\d{3}|-?000\d)(?![\d:])")
_SHORT_YEAR = re.compile(r"[\s'/-](\d\d)(?=\s+\d{1,2}:)")
_TIME = re.compile(r"(?<!\d)(\d{1,2})[:.h](\d{1,2})(?:[:.](\d{1,2})(?:[.,]\d+)?)?\s*([ap])?\.?(?:m\b)?", re.IGNORECASE)
_COMPACT_TIME = re.compile(r"T(\d{2})(\d{2})(\d{2})?(?!\d)")
_OFFSET = re.compile(r"(?:gmt|utc|ut)?\s*([+-])\s?(\d{1,2})(?::?(\d{2}))?$", re.IGNORECASE)
_ZONE_NAME = re.compile(r"([a-z]{1,5})\)?$", re.IGNORECASE)


def parse_date(text: str, *, now: datetime) -> datetime | None:
    """The moment that a feed's date states, aware UTC and not after `now`; None for what is none."""
    text = " ".join(text.split())[:100]
    if not text:
        return None
    if re.fullmatch(r"\d{10}(\d{3})?", text):
        return plausible(datetime.fromtimestamp(int(text[:10]), UTC), now=now)
    for year, month, day in _days(text, now):
        hour, minute, second, rest = _time(text)
        try:
            moment = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=_zone(rest)).astimezone(UTC)
        except (ValueError, OverflowError):
            continue
        return plausible(moment, now=now)
    return None


def plausible(moment: datetime, *, now: datetime) -> datetime | None:
    """The moment, or `now` where it lies a little ahead, or None where it cannot be meant."""
    if not EARLIEST <= moment <= now + MAX_AHEAD:
        return None
    return min(moment, now)


def _days(text: str, now: datetime) -> Iterator[tuple[int, int, int]]:
    """Year, month, day as the text may mean them, likeliest first."""
    if match := _ISO.search(text):
        year, month, *day = (int(part) for part in match.groups() if part)
        yield year, month, day[0] if day else 1
    if match := _NUMERIC.search(text):
        yield from _numeric(match, text, now)
    for match in _DAY_MONTH.finditer(text):
        if number := month_number(match[2]):
            yield _year(text, number, int(match[1]), now), number, int(match[1])
    for match in _MONTH_DAY.finditer(text):
        if number := month_number(match[1]):
            yield _year(text, number, int(match[2]), now), number, int(match[2])


def _numeric(match: re.Match[str], text: str, now: datetime) -> Iterator[tuple[int, int, int]]:
    """`05/03/2019`: the weekday tells whose order it is, else the separator, else what is not in the future."""
    first, second, year = int(match[1]), int(match[3]), int(match[4])
    year += 2000 if year < 100 else 0
    readings = [(year, second, first), (year, first, second)]  # day first; month first
    weekday = text[:3].lower()

    def doubt(reading: tuple[int, int, int]) -> tuple[bool, bool]:
        try:
            date = datetime(*reading, tzinfo=UTC)
        except ValueError:
            return True, True
        return weekday in _WEEKDAYS and _WEEKDAYS[date.weekday()] != weekday, date > now + MAX_AHEAD

    yield from sorted(readings, key=doubt) if match[2] != "." else readings


def _year(text: str, month: int, day: int, now: datetime) -> int:
    """The year stated, else the last one in which that day is not in the future."""
    if match := _YEAR.search(text) or _ODD_YEAR.search(text):
        return int(match[0].lstrip("-"))
    if match := _SHORT_YEAR.search(text):
        return 2000 + int(match[1])
    return now.year if (month, day) <= ((now + MAX_AHEAD).month, (now + MAX_AHEAD).day) else now.year - 1


def month_number(word: str) -> int:
    """The month that a word of any of these languages begins like; 0 for none."""
    word = "".join(
        letter for letter in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(letter)
    ).replace("ı", "i")
    found = [(len(start), month) for month, starts in _MONTHS_BY_NUMBER for start in starts if word.startswith(start)]
    return max(found, default=(0, 0))[1]


def _fold(starts: str) -> tuple[str, ...]:
    folded = unicodedata.normalize("NFKD", starts)
    return tuple("".join(letter for letter in folded if not unicodedata.combining(letter)).split())


_MONTHS_BY_NUMBER = tuple((month, _fold(starts)) for month, starts in _MONTHS.items())


def _time(text: str) -> tuple[int, int, int, str]:
    """Hour, minute, second, and what follows them."""
    dateless = _NUMERIC.sub(lambda match: " " * len(match[0]), text)
    match = _COMPACT_TIME.search(dateless) or _TIME.search(dateless)
    if match is None:
        return 0, 0, 0, ""
    hour, minute, second = (int(part or 0) for part in match.groups()[:3])
    half = match[4].lower() if match.re is _TIME and match[4] else ""
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    return (0 if hour == 24 else hour), minute, second, _YEAR.sub("", dateless[match.end() :]).strip()


def _zone(rest: str) -> timezone:
    if match := _OFFSET.search(rest):
        hours, minutes = int(match[2]), int(match[3] or 0)
        span = timedelta(hours=hours, minutes=minutes)
        return timezone(-span if match[1] == "-" else span)
    if match := _ZONE_NAME.search(rest):
        return timezone(timedelta(hours=_ZONES.get(match[1].lower(), 0)))
    return UTC

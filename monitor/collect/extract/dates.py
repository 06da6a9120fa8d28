"""Read the dates that pages state, in their many spellings. Pure; «now» is the time of the fetch, passed in."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from monitor.collect.feed_dates import month_number

#: A little ahead of the fetch is a wrong clock or zone: it happened now. More is an announcement or an error.
MAX_AHEAD = timedelta(days=2)
#: The web's first newspapers.
EARLIEST = datetime(1994, 1, 1, tzinfo=UTC)
_YEARS = range(EARLIEST.year, 2200)
#: Zones lie between -12 and +14 hours.
ZONE_SPAN = timedelta(hours=14)

_ISO = re.compile(
    r"(?<!\d)(\d{4})([-/.]?)(\d{2})\2(\d{2})(?!\d)"
    r"(?:(?:T| +(?=\d+:))(\d{1,2}):?(\d{2})(?::?(\d{2})(\.\d+)?)?)?\s*(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?(?!\d))?"
)
_DAY_FIRST = re.compile(r"(?<!\d)(\d{1,2})\.\s?(\d{1,2})\.\s?(20\d\d|\d\d)(?!\d)")
#: «11. August 2016», «11 de agosto de 2016»; «August 11, 2016».
_DAY_WORD = re.compile(
    r"(?<!\d)(\d{1,2})(?:st|nd|rd|th|er|\.)?[\s-]+(?:de\s+)?([^\W\d_]{3,10})[\s.,-]+(?:de\s+)?(\d{4})(?!\d)"
)
_WORD_DAY = re.compile(r"([^\W\d_]{3,10})[\s.]+(\d{1,2})(?:st|nd|rd|th)?[\s,]+(\d{4})(?!\d)")
_SLASHED = re.compile(r"(?<!\d)(\d{1,2})/(\d{1,2})/(20\d\d)(?!\d)")
_CLOCK = re.compile(
    r"(?<![\d.])([01]?\d|2[0-3])[:.]([0-5]\d)(?::([0-5]\d))?(?!\.?\d)\s*([ap]\.?m\b)?[\s.]*"
    r"(?:(?:GMT|UTC)?([+-]\d{2}:?\d{2})|(Z|UTC|GMT)\b)?",
    re.IGNORECASE,
)
_EPOCH = re.compile(r"\d{10}(?:\d{3})?")
_URL_DATE = re.compile(r"/(20\d\d|199\d)[-/_]?(0[1-9]|1[0-2])[-/_]?(0[1-9]|[12]\d|3[01])(?=\D)")

#: Where a site's clock stands that states times without a zone: countries with one zone, by top-level domain.
_ZONES = {
    "at": "Europe/Vienna", "be": "Europe/Brussels", "bg": "Europe/Sofia", "ch": "Europe/Zurich", "cz": "Europe/Prague",
    "de": "Europe/Berlin", "dk": "Europe/Copenhagen", "es": "Europe/Madrid", "fi": "Europe/Helsinki",
    "fr": "Europe/Paris", "gr": "Europe/Athens", "hu": "Europe/Budapest", "ie": "Europe/Dublin", "il": "Asia/Jerusalem",
    "in": "Asia/Kolkata", "iq": "Asia/Baghdad", "ir": "Asia/Tehran", "it": "Europe/Rome", "jp": "Asia/Tokyo",
    "kr": "Asia/Seoul", "lb": "Asia/Beirut", "nl": "Europe/Amsterdam", "no": "Europe/Oslo", "pl": "Europe/Warsaw",
    "pt": "Europe/Lisbon", "ro": "Europe/Bucharest", "ru": "Europe/Moscow", "se": "Europe/Stockholm",
    "sy": "Asia/Damascus", "tr": "Europe/Istanbul", "ua": "Europe/Kyiv", "uk": "Europe/London",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Stated:
    """A date as read: its local time where no zone was stated."""

    local: datetime
    zone: tzinfo | None
    has_time: bool

    def at(self, guess: tzinfo) -> datetime:
        """The moment; a day without a time is that day's midnight in UTC, so that it stays that day."""
        return self.local.replace(tzinfo=(self.zone or guess) if self.has_time else UTC).astimezone(UTC)

    def may_mean(self, moment: datetime) -> bool:
        """Whether this is a vaguer statement of that moment: without a zone, or the day alone."""
        if self.zone and self.has_time:
            return False
        latest = ZONE_SPAN if self.has_time else ZONE_SPAN + timedelta(days=1)
        return -ZONE_SPAN <= moment - self.local.replace(tzinfo=UTC) <= latest


def choose_date(stated: Iterable[str], *, feed: datetime | None, url: str, fetched_at: datetime) -> datetime | None:
    """The first plausible statement of the page (most trusted first), made exact by the feed; else the feed or URL."""
    for text in stated:
        if (found := parse_date(text)) and _is_plausible(moment := found.at(zone_of(url)), fetched_at):
            return feed if feed and found.may_mean(feed) else min(moment, fetched_at)
    if feed and _is_plausible(feed, fetched_at):
        return feed
    match = _URL_DATE.search(url)
    found = parse_date("-".join(match.groups())) if match else None
    return found.at(UTC) if found and _is_plausible(found.at(UTC), fetched_at) else None


def parse_date(text: str) -> Stated | None:
    """The first date in a short text; None when there is none, or none of our time."""
    found = _read_date(text)
    return found if found and found.local.year in _YEARS else None


def _read_date(text: str) -> Stated | None:
    try:
        if _EPOCH.fullmatch(text):
            return Stated(local=datetime.fromtimestamp(int(text[:10]), UTC), zone=UTC, has_time=True)
        if match := _ISO.search(text):
            year, _, month, day, hour, minute, second, fraction, zone = match.groups()
            local = datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0))  # noqa: DTZ001
            local += timedelta(seconds=float(fraction or 0))
            return Stated(local=local, zone=_zone(zone), has_time=hour is not None)
        if found := _find_day(text):
            (year, month, day), rest = found
            return _with_clock(datetime(year, month, day), rest)  # noqa: DTZ001
    except (ValueError, TypeError, OverflowError):
        return None  # the 31st of February
    return None


def _find_day(text: str) -> tuple[tuple[int, int, int], str] | None:
    """Year, month and day as people write them, and the text without them."""
    for pattern, order in ((_DAY_FIRST, "dmy"), (_DAY_WORD, "dmy"), (_WORD_DAY, "mdy"), (_SLASHED, "dmy")):
        for match in pattern.finditer(text):
            parts = dict(zip(order, match.groups(), strict=True))
            day, year = int(parts["d"]), int(parts["y"])
            month = int(parts["m"]) if parts["m"].isdecimal() else month_number(parts["m"])
            rest = f"{text[: match.start()]} {text[match.end() :]}"
            if pattern is _SLASHED:
                day, month = _in_order(day, month, rest)
            if month:
                return (year % 100 + 2000 if year < 100 else year, month, day), rest
    return None


def _in_order(first: int, second: int, rest: str) -> tuple[int, int]:
    """Day and month of «11/08»; no month where only the writer knows which it is."""
    clock = _CLOCK.search(rest)
    if second > 12 or (clock and clock[4]):  # «6:30 pm» is written where the month comes first
        return second, first
    return first, second if first > 12 or first == second else 0


def _with_clock(day: datetime, rest: str) -> Stated:
    clock = _CLOCK.search(rest)
    if clock is None:
        return Stated(local=day, zone=None, has_time=False)
    hour, minute, second, half, offset, name = clock.groups()
    hours = int(hour) % 12 + 12 * half.casefold().startswith("p") if half else int(hour)
    local = day.replace(hour=hours, minute=int(minute), second=int(second or 0))
    return Stated(local=local, zone=_zone(offset or name), has_time=True)


def zone_of(url: str) -> tzinfo:
    """The zone of the site's country; UTC where a country has several, or the name says nothing."""
    zone = _ZONES.get((urlsplit(url).hostname or "").rpartition(".")[2])
    return ZoneInfo(zone) if zone else UTC


def _is_plausible(moment: datetime, fetched_at: datetime) -> bool:
    return EARLIEST <= moment <= fetched_at + MAX_AHEAD


def _zone(stated: str | None) -> tzinfo | None:
    if not stated:
        return None
    if stated.upper() in ("Z", "UTC", "GMT"):
        return UTC
    offset = timedelta(hours=int(stated[1:3]), minutes=int(stated[3:].lstrip(":") or 0))
    return timezone(-offset if stated[0] == "-" else offset)

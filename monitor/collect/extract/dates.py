"""Read the dates that pages state, in their many spellings. Pure; «now» is the time of the fetch, passed in."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

#: Clocks differ, and newsrooms announce; more than this ahead of the fetch is an error.
MAX_AHEAD = timedelta(days=2)
#: The web's first newspapers.
EARLIEST = datetime(1994, 1, 1, tzinfo=UTC)
#: Zones lie between -12 and +14 hours.
ZONE_SPAN = timedelta(hours=14)

_ISO = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(\.\d+)?)?)?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?"
)
_DAY_FIRST = re.compile(r"\b(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})\b(?:\D{1,12}?(\d{1,2}):(\d{2}))?")
_URL_DATE = re.compile(r"/(20\d\d|199\d)/?[-_]?(0[1-9]|1[0-2])/?[-_]?(0[1-9]|[12]\d|3[01])(?=\D)")


def parse_date(stated: str) -> tuple[datetime, bool] | None:
    """A moment and whether its zone was stated (else it is read as UTC); None for what is no date."""
    stated = stated.strip()
    if match := _ISO.search(stated):
        year, month, day, hour, minute, second, fraction, zone = match.groups()
        microsecond = int(float(fraction) * 1_000_000) if fraction else 0
        try:
            moment = datetime(
                int(year),
                int(month),
                int(day),
                int(hour or 0),
                int(minute or 0),
                int(second or 0),
                microsecond,
                tzinfo=UTC,
            )
        except ValueError:
            return None
        return moment - _offset(zone), bool(zone)
    if match := _DAY_FIRST.search(stated):
        day, month, year, hour, minute = match.groups()
        try:
            return datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0), tzinfo=UTC), False
        except ValueError:
            return None
    if re.match(r"\w{3}, \d", stated):
        try:
            moment = parsedate_to_datetime(stated)
        except (ValueError, TypeError):
            return None
        return (moment.replace(tzinfo=UTC), False) if moment.tzinfo is None else (moment.astimezone(UTC), True)
    if stated.isdigit() and len(stated) in (10, 13):
        return datetime.fromtimestamp(int(stated[:10]), UTC), True
    return None


def choose_date(stated: Iterable[str], *, feed: datetime | None, url: str, fetched_at: datetime) -> datetime | None:
    """The first plausible statement of the page (most trusted first), made exact by the feed; else the feed or URL."""
    for text in stated:
        if (found := parse_date(text)) and is_plausible(found[0], fetched_at):
            moment, has_zone = found
            if not has_zone and feed and abs(feed - moment) <= ZONE_SPAN:
                return feed  # the same moment in the page's unnamed zone, or the same day without a time
            return moment
    if feed and is_plausible(feed, fetched_at):
        return feed
    if (match := _URL_DATE.search(url)) and (found := parse_date("-".join(match.groups()))):
        return found[0] if is_plausible(found[0], fetched_at) else None
    return None


def is_plausible(moment: datetime, fetched_at: datetime) -> bool:
    return EARLIEST <= moment <= fetched_at + MAX_AHEAD


def _offset(zone: str | None) -> timedelta:
    if not zone or zone in ("Z", "UTC", "GMT"):
        return timedelta()
    sign = -1 if zone[0] == "-" else 1
    return sign * timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))

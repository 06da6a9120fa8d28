"""Say things in the reader's language: the catalogues in translations/, and CLDR for dates, numbers and names.

A catalogue is one TOML file of messages; another language is added by adding its file. What a catalogue lacks
is said in English. Text from articles is never passed through here: nothing is translated silently.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_interval, format_skeleton, format_time
from babel.lists import format_list
from babel.numbers import format_decimal

CATALOGUES = Path(__file__).parent / "translations"
FALLBACK = "en"


@cache
def catalogue(language: str) -> dict[str, Any]:
    """The messages of one language as its file states them: group -> key -> text, or plural forms."""
    path = CATALOGUES / f"{language}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def languages() -> list[str]:
    """Languages that a digest can be read in."""
    return sorted(path.stem for path in CATALOGUES.glob("*.toml"))


@lru_cache(maxsize=10_000)
def _decimal(number: float, pattern: str | None, locale: Locale) -> str:
    """A page of the desk says some 250 numbers, most of them more than once."""
    return format_decimal(number, format=pattern, locale=locale)


class Words:
    """One language and one time zone: everything a renderer needs to speak."""

    def __init__(self, language: str, zone: str, called: Callable[[str], str] = str) -> None:
        """`called` says what an actor of a common English name is called in the language."""
        self.language = language if language in languages() else FALLBACK
        self._called = called
        self.zone = ZoneInfo(zone)
        # Day before month and a 24-hour clock: the digest is read in many countries.
        self._locale = Locale.parse("en_GB" if self.language == "en" else self.language)
        self.direction = self._locale.text_direction

    def __call__(self, key: str, **values: Any) -> str:
        """Return the message `group.key`, filled in; a message with plural forms goes by its value `n`."""
        message = self._message(key)
        if isinstance(message, dict):
            number = values["n"]
            exact = message.get("zero") if number == 0 else None
            message = exact or message.get(self._locale.plural_form(number)) or message["other"]
        shown = {name: self.number(value) if isinstance(value, int) else value for name, value in values.items()}
        return str(message).format(**shown)

    def _message(self, key: str) -> Any:
        group, _, name = key.partition(".")
        for language in (self.language, FALLBACK):
            message = catalogue(language).get(group, {}).get(name)
            if message is not None:
                return message
        return name.replace("_", " ")

    def number(self, number: int) -> str:
        return _decimal(number, None, self._locale)

    def points(self, points: float) -> str:
        """A score, to one decimal: what separates a near miss from a match must be seen."""
        return _decimal(points, "0.0", self._locale)

    def gain(self, points: float) -> str:
        return _decimal(points, "+0.0;−0.0", self._locale)

    def day(self, day: date) -> str:
        return format_date(day, format="full", locale=self._locale)

    def period(self, first: date, last: date) -> str:
        """«5–11 Aug 2016»; one day is told in full."""
        return self.day(last) if first == last else format_interval(first, last, "yMMMd", locale=self._locale)

    def short_day(self, day: date) -> str:
        return format_skeleton("yMMMd", datetime(day.year, day.month, day.day), locale=self._locale)  # noqa: DTZ001

    def moment(self, moment: datetime | str | None, *, beside: date | None = None) -> str:
        """A time in the watch's zone, with its date unless it is the day `beside`; empty for no time.

        Midnight in UTC to the microsecond is a date without a time, as archives state them.
        """
        if not moment:
            return ""
        local, is_date = self._local(moment)
        clock = "" if is_date else format_time(local, format="HH:mm", locale=self._locale)
        if local.date() == beside and clock:
            return clock
        skeleton = "MMMd" if beside and beside.year == local.year else "yMMMd"
        date_said = format_skeleton(skeleton, local, locale=self._locale)
        return f"{date_said}, {clock}" if clock else date_said

    def day_of(self, moment: datetime | str) -> date:
        """The day of a time in the watch's zone."""
        return self._local(moment)[0].date()

    def _local(self, moment: datetime | str) -> tuple[datetime, bool]:
        """A time in the watch's zone, and whether it is a date only."""
        stated = (datetime.fromisoformat(moment) if isinstance(moment, str) else moment).astimezone(UTC)
        is_date = stated.time() == time.min
        return (stated if is_date else stated.astimezone(self.zone)), is_date

    def listed(self, items: Sequence[str]) -> str:
        return format_list(list(items), locale=self._locale) if items else ""

    def actor(self, name: str) -> str:
        """What an actor is called in the reader's language."""
        return self._called(name)

    def language_name(self, code: str) -> str:
        return self._locale.languages.get(code, code) if code else self("mark.language_unknown")

    def country_name(self, code: str) -> str:
        return self._locale.territories.get(code.upper(), code.upper()) if code else ""

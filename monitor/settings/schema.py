"""The shapes of `feeds.yaml` and of a watch file, as a person writes them. What they come to is said in `convert`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from monitor.settings.daemon import Text
from monitor.settings.validate import nearest

_ISO_639_1 = """
aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en
eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv
ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne
ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st
su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
"""
LANGUAGES = frozenset(_ISO_639_1.split())


def _language(value: str) -> str:
    if value not in LANGUAGES:
        raise ValueError(f"«{value}» is no language code; expected two small letters (ISO 639-1) such as de, en, tr")
    return value


def _feed_url(value: str) -> str:
    if not value.startswith(("https://", "http://")) or any(char.isspace() for char in value) or len(value) < 10:
        raise ValueError(f"«{value}» is no feed address; expected http://… or https://… without blanks")
    return value


def _country(value: str) -> str:
    if not re.fullmatch(r"([a-z]{2})?", value):
        raise ValueError(f"«{value}» is no country code; expected two small letters (ISO 3166) such as de, gb, tr, ru")
    return value


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ValueError, KeyError, OSError):  # no key, a path, a folder
        near = nearest(value, available_timezones())
        hint = f"; did you mean «{near}»?" if near else ""
        raise ValueError(f"«{value}» is no time zone; expected one such as Europe/Berlin{hint}") from None
    return value


def _time_of_day(value: str) -> str:
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value):
        raise ValueError(f"«{value}» is no time of day; expected 00:00 to 23:59, such as 07:00")
    return value


def _by_language(value: Any) -> Any:
    """Phrases as one text, a list, or lists by language: always lists by language, `*` for all of them."""
    if isinstance(value, Mapping) and "phrase" not in value:
        return {language: phrases if isinstance(phrases, list) else [phrases] for language, phrases in value.items()}
    return {"*": value if isinstance(value, list) else [value]}


def _as_phrase(value: Any) -> Any:
    return {"phrase": value} if isinstance(value, str) else value


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Language = Annotated[Text, AfterValidator(_language)]
Country = Annotated[Text, AfterValidator(_country)]
Name = Annotated[Text, StringConstraints(min_length=1)]
Words = Annotated[tuple[Text, ...], BeforeValidator(_as_list)]
Minutes = Annotated[float, Field(ge=1, le=10080)]
Within = Annotated[int, Field(ge=1, le=500)]
Points = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FeedShape(Shape):
    url: Annotated[Text, AfterValidator(_feed_url)]
    title: Name
    language: Language
    country: Country = ""
    publisher: Text = ""
    kind: Literal["agency", "public", "private", "state"] = "private"
    paused: bool = False
    min_interval_minutes: Minutes | None = None
    max_interval_minutes: Minutes | None = None
    headers: dict[str, str] = {}
    basic_auth: Text = ""
    user_agent: Text = ""
    folders: Words = ()
    opml: dict[str, str] = {}


class FeedsFile(Shape):
    feeds: dict[str, FeedShape]


class PhraseShape(Shape):
    phrase: Name
    case: Literal["exact", "any"] | None = None
    near: Words = ()
    within: Within | None = None


Phrases = Annotated[
    dict[str, tuple[Annotated[PhraseShape, BeforeValidator(_as_phrase)], ...]], BeforeValidator(_by_language)
]


class RuleShape(Shape):
    any: Phrases | None = None
    all: Phrases | None = None
    none: Phrases | None = None
    weight: Annotated[float, Field(ge=-1000, le=1000)] | None = None
    scope: Annotated[Literal["title", "lead", "text"], Field(alias="in")] = "text"
    case: Literal["exact", "any"] | None = None
    near: Words = ()
    within: Within = 10


class FacetShape(Shape):
    about: Text = ""
    any: Annotated[Words, Field(min_length=1)]


class ThresholdsShape(Shape):
    match: Points
    review: Points


class DigestShape(Shape):
    zone: Annotated[Text, AfterValidator(_zone)] = "Europe/Berlin"
    at: Annotated[Text, AfterValidator(_time_of_day)] = "07:00"
    language: Literal["de", "en"] = "en"
    near_misses: Annotated[int, Field(ge=0, le=100)] = 5
    weekly: Literal["", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] = ""


class AlertShape(Shape):
    to: Words = ()
    score: Points | None = None
    facets: Words = ()
    every_minutes: Minutes = 30
    story_again_hours: Annotated[float, Field(ge=0, le=8760)] = 12


class WatchDeliveryShape(Shape):
    #: Channels, or the word «all».
    digests: Words = ("all",)
    resends: bool = False
    alerts: AlertShape = AlertShape()


class WatchShape(Shape):
    title: Name
    seeds: Annotated[Words, Field(min_length=1)]
    #: Feed ids, or the word «all».
    feeds: Words = ("all",)
    thresholds: ThresholdsShape
    facets: dict[str, FacetShape] = {}
    keywords: dict[str, RuleShape] = {}
    digest: DigestShape = DigestShape()
    learning: Literal["by hand", "daily"] = "by hand"
    delivery: WatchDeliveryShape = WatchDeliveryShape()

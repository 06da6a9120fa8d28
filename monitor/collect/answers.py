"""What an answer's headers and body mean: Retry-After, max-age, charset, challenges. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

#: Headers with which a wall says that it is one, and what their value begins with.
_CHALLENGE_HEADERS = (("cf-mitigated", "challenge"), ("x-amzn-waf-action", "c"))  # c: challenge, captcha
#: Headers of walls that also stand before every page they let through.
_WALL_HEADERS = ("x-datadome", "x-dd-b")
#: What a wall's page says. Lower case; looked for in the first bytes of HTML.
_CHALLENGE_MARKERS = (
    b"/cdn-cgi/challenge-platform/",
    b"cf-browser-verification",
    b"cf-chl-",
    b"cf_chl_",
    b"<title>just a moment...</title>",
    b"<title>attention required! | cloudflare</title>",
    b"captcha-delivery.com",
    b"_incapsula_resource",
    b"px-captcha",
    b"ddos-guard",
    b"sucuri_cloudproxy_js",
    b"/.within.website/x/cmd/anubis",
    b"awswafcookiedomainlist",
    b"errors.edgesuite.net",
    b"/_sec/cp_challenge/",
    b"checking your browser before accessing",
    b"verify you are human",
    b"verify you are not a robot",
    b"enable javascript and cookies to continue",
)
#: A comma before the next cookie, not the one in a date.
_NEXT_COOKIE = re.compile(r",\s*(?=[^;,=\s]+=)")
#: A wall's page is small, and has little to read on it: some walls put their scripts into the pages they let through.
_WALL_PAGE_BYTES = 30_000
_WALL_TEXT_CHARS = 800
_MARKUP = re.compile(rb"<(script|style|noscript)\b.*?</\1\s*>|<[^>]*>", re.DOTALL | re.IGNORECASE)


def looks_like_challenge(status: int, headers: Mapping[str, str], body: bytes) -> bool:
    """Whether an answer is a wall that wants a browser or a human, whatever its status says."""
    if any(headers.get(name, "").lower().startswith(start) for name, start in _CHALLENGE_HEADERS):
        return True
    if status in (403, 429) and any(name in headers for name in _WALL_HEADERS):
        return True
    if status not in (200, 202, 401, 403, 405, 429, 503) or "html" not in headers.get("content-type", "html"):
        return False
    beginning = body[:_WALL_PAGE_BYTES].lower()
    if not any(marker in beginning for marker in _CHALLENGE_MARKERS):
        return False
    is_page = b"<html" in beginning or b"<iframe" in beginning or b"<script" in beginning
    is_bare = len(body) <= _WALL_PAGE_BYTES and len(b" ".join(_MARKUP.sub(b" ", body).split())) < _WALL_TEXT_CHARS
    return status != 200 or (is_page and is_bare)


def retry_at(headers: Mapping[str, str], *, now: datetime, longest: timedelta) -> datetime | None:
    """Until when the server wants to be left alone (Retry-After in seconds or as a date); None when it doesn't say."""
    text = headers.get("retry-after", "").strip()
    if not text:
        return None
    if re.fullmatch(r"\d+(\.\d+)?", text):
        return now + timedelta(seconds=min(float(text[:300]), longest.total_seconds()))
    until = http_date(text)
    return None if until is None else min(max(until, now), now + longest)


def http_date(text: str) -> datetime | None:
    """A date as HTTP writes it, aware UTC."""
    try:
        date = parsedate_to_datetime(text.strip())
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)


def max_age_s(headers: Mapping[str, str], *, now: datetime) -> float:
    """For how long the server calls this answer fresh (Cache-Control, else Expires); 0 when it doesn't say."""
    control = headers.get("cache-control", "").lower()
    if re.search(r"\bno-(cache|store)\b", control):
        return 0.0
    stated = re.search(r"(?<![\w-])max-age\s*=\s*\"?(\d{1,10})", control)
    if stated is not None:
        age = headers.get("age", "")
        return max(0.0, float(stated[1]) - (float(age) if age.isdecimal() and len(age) < 11 else 0.0))
    expires = http_date(headers.get("expires", ""))
    if expires is None:
        return 0.0
    answered = http_date(headers.get("date", "")) or now
    return max(0.0, (expires - answered).total_seconds())


def content_type_of(headers: Mapping[str, str]) -> tuple[str, str]:
    """Media type and charset, both lower case, empty when absent."""
    stated = headers.get("content-type", "").lower()
    charset = re.search(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", stated)
    return stated.partition(";")[0].partition(",")[0].strip(), charset[1] if charset else ""


class Cookies:
    """What sites set while redirecting: some turn in a circle without it. Lives as long as one chain of redirects."""

    def __init__(self) -> None:
        self._by_site: dict[str, dict[str, str]] = {}

    def take(self, site: str, set_cookie: str) -> None:
        """Keep names and values of a Set-Cookie header (several joined with commas)."""
        for stated in _NEXT_COOKIE.split(set_cookie):
            name, is_set, value = stated.partition(";")[0].partition("=")
            if is_set and name.strip():
                self._by_site.setdefault(site, {})[name.strip()] = value.strip()

    def header(self, site: str) -> str:
        """The Cookie header for a site; empty when it set none."""
        return "; ".join(f"{name}={value}" for name, value in self._by_site.get(site, {}).items())[:4_000]

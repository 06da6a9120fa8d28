"""Find an article's headline among what page and feed call it. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import unescape

#: Between a headline and the site's name.
_SEPARATOR = re.compile(r"\s+[|•·»–—-]\s+|\s*\|\s*|\s+::\s+")
_WORD = re.compile(r"\w+")
_TAG = re.compile(r"</?[a-z][^<>]*>", re.IGNORECASE)
#: Soft hyphens and marks without width: they only say where a line may break.
_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff]")
#: A feed title with fewer words may be a section («News») or a time.
_MIN_HINT_WORDS = 3
#: Shorter words stand in any text.
_TELLING_CHARS = 4
#: A page's title that makes up so much of the feed's is the headline without its kicker.
_MOSTLY = 0.6
_MAX_SITE_WORDS = 5
_SHORT_SITE = 3


def clean_title(title: str, site_names: Sequence[str] = ()) -> str:
    """One line, entities resolved, without markup and the site's name."""
    for _ in range(2):  # JSON-LD and feeds escape twice
        title = unescape(title)
    title = " ".join(_INVISIBLE.sub("", _TAG.sub("", title)).split())
    return _without_site(title, [key for name in site_names if (key := title_key(name))])


def choose_title(candidates: Sequence[str], hint: str, lead: str = "") -> str:
    """The best of `candidates` (most trusted first, clean); `hint` is the feed's title, `lead` the text's beginning.

    The feed names the article as its newsroom did; the page's wording is taken where it is the same headline.
    """
    words = _words(hint)
    if not candidates:
        return hint or (lead.splitlines()[0][:200] if lead else "")
    best = _untruncated(candidates)
    if len(words) < _MIN_HINT_WORDS:
        return best
    key = title_key(hint)
    for title in candidates:
        own = title_key(title)
        if own == key or (own in key and len(own) >= _MOSTLY * len(key)):
            return title
    if hint.endswith(("…", "...")):
        return next((title for title in candidates if title_key(title).startswith(key)), best)
    known = set(_words(" ".join([*candidates, lead])))
    is_of_this_page = sum(word in known for word in words) * 2 >= len(words)
    return hint if is_of_this_page else best


def is_about(headline: str, text: str) -> bool:
    """Whether a text has a word of a headline in it; one of few or short words tells nothing."""
    words = [word for word in _words(headline) if len(word) >= _TELLING_CHARS]
    text = text.casefold()
    return len(words) < _MIN_HINT_WORDS or any(word in text for word in words)


def _untruncated(candidates: Sequence[str]) -> str:
    """The first; or the one that goes on where the first was cut, with dots or by a quotation mark in its attribute."""
    first = candidates[0].rstrip("….")
    for title in candidates[1:]:
        rest = title[len(first) :].lstrip()
        if title.startswith(first) and (first != candidates[0] or rest.startswith('"')):
            return title
    return candidates[0]


def _without_site(title: str, site_keys: Sequence[str]) -> str:
    """Cut «… | Site» and «Site: …» where the part is the site's name."""
    while match := list(_SEPARATOR.finditer(title)):
        head, tail = title[: match[0].start()], title[match[-1].end() :]
        if _is_site(tail, site_keys):
            title = title[: match[-1].start()]
        elif _is_site(head, site_keys):
            title = title[match[0].end() :]
        else:
            break
    return title


def _is_site(part: str, site_keys: Sequence[str]) -> bool:
    """«CBC News» is, where the site is called CBC, and «Zeitung» where it is called Neue Zeitung."""
    key, words = title_key(part), _words(part)
    return (
        bool(key)
        and len(words) <= _MAX_SITE_WORDS
        and any(key == site or site in words or (len(key) > _SHORT_SITE and key in site) for site in site_keys)
    )


def title_key(text: str) -> str:
    """Letters and digits alone: what two spellings of one title share."""
    return "".join(_WORD.findall(text.casefold()))


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())

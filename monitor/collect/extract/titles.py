"""Find an article's headline among what page and feed call it. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import unescape

#: Between a headline and the site's name.
_SEPARATOR = re.compile(r"\s+[|•·»–—-]\s+|\s*\|\s*|\s+::\s+")
_WORD = re.compile(r"\w+")
_TAG = re.compile(r"</?[a-z][^<>]*>", re.IGNORECASE)
#: A feed title with fewer words may be a section («News») or a time.
_MIN_HINT_WORDS = 3


def clean_title(title: str, site_names: Sequence[str] = ()) -> str:
    """One line, entities resolved, without markup and the site's name."""
    for _ in range(2):  # JSON-LD and feeds escape twice
        title = unescape(title)
    title = " ".join(_TAG.sub("", title).split())
    return _without_site(title, [key for name in site_names if (key := _key(name))])


def choose_title(candidates: Sequence[str], hint: str, lead: str = "") -> str:
    """The best of `candidates` (most trusted first, clean); `hint` is the feed's title, `lead` the text's beginning.

    The feed names the article as its newsroom did; the page's wording is taken where it is the same headline.
    """
    candidates = [title for title in candidates if title]
    words = _words(hint)
    if not candidates:
        return hint or (lead.splitlines()[0][:200] if lead else "")
    if len(words) < _MIN_HINT_WORDS:
        return candidates[0]
    key = _key(hint)
    for title in candidates:
        if _key(title) == key:
            return title
    if hint.endswith(("…", "...")):
        return next((title for title in candidates if _key(title).startswith(key)), candidates[0])
    known = set(_words(" ".join([*candidates, lead])))
    is_of_this_page = sum(word in known for word in words) * 2 >= len(words)
    return hint if is_of_this_page else candidates[0]


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
    key = _key(part)
    return bool(key) and any(key == site or (len(site) > 3 and (key in site or site in key)) for site in site_keys)


def _key(text: str) -> str:
    return "".join(_WORD.findall(text.casefold()))


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())

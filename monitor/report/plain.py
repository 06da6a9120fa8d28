"""Make what pages say safe to print on one line: no control characters, no hidden direction changes, bounded length.

Knows nothing of markup; the renderers escape for their own format.
"""

from __future__ import annotations

import unicodedata
from urllib.parse import quote, urlsplit

#: What leaves the house of any article's text, in characters, the ellipsis included.
EXCERPT_CHARS = 200

#: Joiners are format characters too, but Persian, Hindi and emoji need them.
_JOINERS = "\u200c\u200d"


def one_line(text: str) -> str:
    """Return `text` without control and direction characters, each run of white space as one blank."""
    plain = " ".join(text.split())
    if plain.isprintable():  # nearly always, and forty times as fast
        return plain
    kept = (
        character if character in _JOINERS or unicodedata.category(character) not in ("Cf", "Cs", "Co") else ""
        for character in (" " if unicodedata.category(c) == "Cc" else c for c in text)
    )
    return " ".join("".join(kept).split())


def shorten(text: str, limit: int = EXCERPT_CHARS) -> str:
    """Cut at a word's end so that the result, with its ellipsis, has at most `limit` characters."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    at_blank = head.rfind(" ")
    # A script without blanks, or one endless word, is cut where it stands.
    return (head[:at_blank] if at_blank > limit // 2 else head).rstrip(" ,;:–—-(«„“") + "…"


def excerpt(title: str, text: str, passage: tuple[int, int] | None, limit: int = EXCERPT_CHARS) -> str:
    """Return the best passage (offsets into `title + "\\n" + text`) as one bounded line; without one, the beginning."""
    offset = len(title) + 1
    start, end = passage or (0, 0)
    inside = text[max(start - offset, 0) : max(end - offset, 0)]
    chosen = one_line(inside) or one_line(text[: 4 * limit])
    # The headline stands above the excerpt already; some pages repeat it in their text.
    return shorten(chosen.removeprefix(one_line(title)).lstrip(" .:–—-") or chosen, limit)


def web_address(url: str) -> str:
    """Return `url` if a reader may follow it (http or https, nothing odd left in it), else an empty string."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not parts.netloc:
        return ""
    return quote(parts.geturl(), safe="%/:=&?~#+!$,;@[]*-._")


def host(url: str) -> str:
    """The host of an address without `www.`, for want of an outlet's name."""
    address = web_address(url)
    return (urlsplit(address).hostname or "").removeprefix("www.") if address else ""

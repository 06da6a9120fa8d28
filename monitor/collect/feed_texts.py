"""Clean the pieces of a feed: plain text of markup, safe addresses, names. Pure; the only module that knows nh3.

Nothing leaves here as markup, and no address but http and https.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import unescape
from urllib.parse import urljoin, urlsplit

import nh3

TITLE_CHARS, SUMMARY_CHARS, CONTENT_CHARS, ID_CHARS, URL_CHARS = 1_000, 20_000, 200_000, 2_000, 4_000
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_BRACKETED_MAIL = re.compile(r"[<(]\s*[^\s<>()]+@[^\s<>()]+\s*[>)]|&lt;[^\s&]+@[^\s&]+&gt;")
_MAIL = re.compile(r"[^\s<>(),;@]{1,64}@[^\s<>(),;]+")  # what stands before the @ is looked for from each letter
#: An address that somebody wrote as one says it.
_BARE_HOST = re.compile(r"www\.[\w-]+\.\w", re.IGNORECASE)
_BREAK = re.compile(r"<(?:br|/?p|/?div|/?li|/?ul|/?ol|/?h[1-6]|/?tr|/?blockquote)\b[^>]*>", re.IGNORECASE)


def sound(text: str) -> str:
    """A text that can be written down: surrogates joined to characters, halves of one replaced."""
    try:
        text.encode("utf-8")
        return text
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def http_url(text: str, base: str) -> str:
    """An absolute http or https address; empty for everything else (`javascript:`, `data:`)."""
    text = re.sub(r"[\t\r\n]", "", text).strip()[:URL_CHARS]
    text = sound(text)
    if not text:
        return ""
    if _BARE_HOST.match(text):
        text = f"https://{text}"
    try:
        url = urljoin(base, text)
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and parts.hostname else ""


def plain_text(markup: str) -> str:
    """What a reader would see of a feed's small HTML, each block on a line of its own."""
    markup = sound(markup)
    if "<" in markup:
        markup = nh3.clean(_BREAK.sub("\n", markup), tags=set())
    if "&" in markup:
        markup = unescape(unescape(markup))  # many feeds escape twice
    lines = (" ".join(line.split()) for line in CONTROLS.sub("", markup).splitlines())
    return "\n".join(line for line in lines if line)


def one_line(text: str) -> str:
    return " ".join(text.split())


def clean_names(names: Sequence[str]) -> tuple[str, ...]:
    """Names without mail addresses; of «anna@site.example (Anna Author)» the name."""
    cleaned = (one_line(_MAIL.sub(" ", _BRACKETED_MAIL.sub(" ", name))) for name in names)
    bare = (one_line(plain_text(re.sub(r"^\((.*)\)$", r"\1", name))) for name in cleaned)
    return tuple(dict.fromkeys(name[:200] for name in bare if name and "@" not in name))


def language_code(stated: str) -> str:
    match = re.match(r"\s*([A-Za-z]{2,3})\b", str(stated))
    return match[1].lower() if match else ""

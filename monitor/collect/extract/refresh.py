"""See where a page sends its readers by `<meta http-equiv="refresh">`. Pure and bounded: safe outside a worker.

Refuses to follow what is no redirect: articles that reload themselves, countdowns, pages for readers without script.
"""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import urldefrag, urljoin

from monitor.collect.extract.decode import decode

#: A page that only sends on is small; one with more to say is read.
MAX_BYTES = 8_000
MAX_DELAY_S = 5

_NOSCRIPT = re.compile(r"<noscript\b.*?</noscript>|<!--.*?-->", re.IGNORECASE | re.DOTALL)
_META = re.compile(r"<meta\b[^>]*>", re.IGNORECASE)
_REFRESH = re.compile(r"""http-equiv\s*=\s*["']?refresh\b""", re.IGNORECASE)
_CONTENT = re.compile(r"""content\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>][^\s>]*))""", re.IGNORECASE)
_TARGET = re.compile(r"""\s*(\d{1,4})(?:\.\d*)?\s*[;,]\s*(?:url\s*=\s*)?["']?([^"']+)""", re.IGNORECASE)


def refresh_target(body: bytes, *, url: str, charset: str = "") -> str:
    """The absolute address that the page sends on to; empty when it doesn't."""
    if len(body) > MAX_BYTES:
        return ""
    for meta in _META.findall(_NOSCRIPT.sub("", decode(body, charset))):
        content = _CONTENT.search(meta)
        if not content or not _REFRESH.search(meta):
            continue
        target = _TARGET.match(unescape(content[1] or content[2] or content[3] or ""))
        if target and int(target[1]) <= MAX_DELAY_S:
            return _other_address(target[2].strip(), url)
    return ""


def _other_address(target: str, url: str) -> str:
    try:
        absolute = urldefrag(urljoin(url, target)).url
    except ValueError:
        return ""
    return absolute if absolute.startswith(("http://", "https://")) and absolute != urldefrag(url).url else ""

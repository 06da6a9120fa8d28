"""Turn the bytes of a page into text: byte order mark, proof, HTTP, the page itself, a guess; in this order.

Never fails: what cannot be decoded becomes U+FFFD. Refuses to believe a label that the bytes contradict.
"""

from __future__ import annotations

import codecs
import re

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
#: HTML allows the declaration in the first 1,024 bytes; pages put it later.
_LOOK_AT_BYTES = 4096
_META = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]{2,40})""", re.IGNORECASE)
_XML = re.compile(rb"""^\s*<\?xml[^>]{0,100}?encoding\s*=\s*["']([A-Za-z0-9_.:-]{2,40})""", re.IGNORECASE)
#: Labels under which text may be valid UTF-8 and mean something else.
_SEVEN_BIT = ("iso2022", "utf_7", "utf-7", "hz", "utf-16", "utf_16")
#: What browsers read these labels as (WHATWG Encoding).
_READ_AS = {"iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254", "gb2312": "gb18030", "gbk": "gb18030"}


def decode(body: bytes, charset: str = "") -> str:
    """The page as text, without NULs; `charset` is what HTTP said."""
    for bom, encoding in _BOMS:
        if body.startswith(bom):
            return _clean(body[len(bom) :].decode(encoding, "replace"))
    labels = [name for name in (_known(charset), _known(_declared(body))) if name]
    if not any(name.startswith(_SEVEN_BIT) for name in labels):
        labels = ["utf-8", *_by_trust(labels, body)]  # valid UTF-8 is not anything else by accident
    for name in labels:
        try:
            return _clean(body.decode(name))
        except (UnicodeDecodeError, LookupError):
            continue
    return _clean(body.decode(_likeliest(labels, body), "replace"))


def _by_trust(labels: list[str], body: bytes) -> list[str]:
    """HTTP's label before the page's own, but where the two disagree and the bytes, or habit, speak for the page.

    Servers call everything Latin-1 that nobody told them about.
    """
    if len(set(labels)) < 2 or "utf-8" in labels:
        return labels
    is_believed = _guessed(body) != labels[1] and labels[0] != "cp1252"
    return labels if is_believed else labels[::-1]


def _guessed(body: bytes) -> str:
    from resiliparse.parse.encoding import detect_encoding

    return _known(detect_encoding(body))


def _likeliest(labels: list[str], body: bytes) -> str:
    """For bytes that are valid under no label: a label whose damage is small, or the detector's guess."""
    for name in labels:
        damage = body.decode(name, "replace").count("\ufffd")
        if damage * 1000 < len(body):
            return name
    return _guessed(body) or "cp1252"


def _declared(body: bytes) -> str:
    head = body[:_LOOK_AT_BYTES]
    found = _XML.search(head) or _META.search(head)
    return found.group(1).decode("ascii") if found else ""


def _known(label: str | None) -> str:
    """Python's name of an encoding for text; empty for another label."""
    try:
        name = codecs.lookup((label or "").strip("\"' ")).name
        b"a".decode(name, "replace")  # Python knows codecs that are no encodings (base64, idna)
    except (LookupError, ValueError):
        return ""
    return _READ_AS.get(name, name)


def _clean(text: str) -> str:
    return text.replace("\x00", "") if "\x00" in text else text

"""Make an article of a page's text dump: a title and a text without navigation, captions, agency and author codes.

For seeds given as a file, where the page itself is gone. Works by lines; what it is not sure of stays.
"""

from __future__ import annotations

import re

#: A title is a line of at most so many letters that does not end like a sentence.
MAX_TITLE_LETTERS = 150

_DATE = re.compile(
    r"(?:\w+,?\s+)?\d{1,2}[. ]\s*[^\W\d]+\.?\s+\d{4}(?:[,|\s]+\d{1,2}[:.]\d{2}(?:\s*Uhr)?)?"
    r"|\d{1,2}[./]\d{1,2}[./]\d{2,4}|\d{4}-\d{2}-\d{2}"
    r"|[^\W\d]+ \d{1,2}, \d{4}"
)
_NOISE = tuple(
    re.compile(pattern, flags)
    for pattern, flags in (
        (r"\s*(?:\d+\.|[-*•])\s+.{0,80}\b(?:springen|Navigation|Inhalt|skip|content|menu)\b.*", re.IGNORECASE),
        (r"\s*https?://\S+\s*", 0),
        # «Bild: picture-alliance/dpa», «(Foto: AP)», «Image: Getty», «Фото: …»
        (
            r".*(?:\b(?:Bild|Foto|Fotos|Photo|Image|Quelle|Credit|Fotoğraf|Фото)\s*:"
            r"|Archivbild|picture[- ]alliance|©).*",
            0,
        ),
        (r"\s*[a-zäöü]{2,4}(?:/[a-zäöü]{2,4})*\s*(?:\([^)]{0,60}\))?\s*", 0),  # qu/uh (dpa, afp)
        (r"\s*\((?:[A-Za-z]{2,10}[,/ ]*){1,5}\)\s*", 0),  # (Reuters, AFP)
        (
            r"\s*(?:Teilen|Drucken|Share|Print|E-Mail|Mehr zum Thema|Read more|Advertisement|Anzeige|Werbung)\W*",
            re.IGNORECASE,
        ),
    )
)


def strip_page_dump(dump: str) -> tuple[str, str]:
    """Return title and text of a dump; the title is empty where no line looks like one."""
    lines = [line.strip() for line in dump.replace("\ufeff", "").splitlines()]
    kept = [line for line in lines if line and not _DATE.fullmatch(line) and not _is_noise(line)]
    if kept and len(kept[0]) <= MAX_TITLE_LETTERS and not kept[0].endswith((".", ":", ";")):
        return kept[0], "\n\n".join(kept[1:])
    return "", "\n\n".join(kept)


def _is_noise(line: str) -> bool:
    return any(pattern.fullmatch(line) for pattern in _NOISE)

"""The desk in the reader's language: gettext catalogues beside it, chosen by the reader or by the browser.

A template says everything in English, as `_("…")` or `{% trans %}`; `translations/LANG.po` says it in another language.
What a catalogue lacks is said in English. Another language is added by adding its file. Words that digests say too
(outcomes, dates, names of languages) come from the catalogues of `monitor.report.words`.
"""

from __future__ import annotations

import gettext
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.core import Locale, negotiate_locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

CATALOGUES = Path(__file__).parent / "translations"
ENGLISH = "en"
#: Remembers the language a reader chose.
COOKIE = "language"


def languages() -> list[str]:
    """Languages that the desk speaks."""
    return sorted({ENGLISH, *(path.stem for path in CATALOGUES.glob("*.po"))})


def own_name(language: str) -> str:
    """What a language calls itself: «Deutsch»."""
    return str(Locale.parse(language).display_name).capitalize()


def choose(chosen: str, accepted: str) -> str:
    """The reader's choice, or the first language that the browser accepts (RFC 9110, 12.5.4) and the desk speaks."""
    if chosen in languages():
        return chosen
    weighed = []
    for place, each in enumerate(accepted.split(",")):
        tag, _, parameter = each.partition(";")
        name, _, value = parameter.strip().partition("=")
        try:
            weight = float(value) if name == "q" else 1.0
        except ValueError:
            weight = 0.0
        if weight > 0:
            weighed.append((-weight, place, tag.strip().replace("-", "_")))
    return negotiate_locale([tag for _, _, tag in sorted(weighed)], languages()) or ENGLISH


@cache
def translations(language: str) -> gettext.NullTranslations:
    """The messages of one language; English needs none."""
    if language == ENGLISH:
        return gettext.NullTranslations()
    compiled = BytesIO()
    with (CATALOGUES / f"{language}.po").open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)

"""The desk's languages: which one a reader gets, and that every catalogue says everything."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from monitor.desk import tongue

DESK = Path(tongue.__file__).parent
METHODS = [("templates/**.html.j2", "jinja2")]


@pytest.mark.parametrize(
    ("chosen", "accepted", "language"),
    [
        ("", "", "en"),
        ("", "de", "de"),
        ("", "de-AT,de;q=0.9,en;q=0.8", "de"),
        ("", "tr, en;q=0.5, de;q=0.7", "de"),
        ("", "de;q=0, en", "en"),
        ("", "xx-?, *;q=nonsense,,;", "en"),
        ("en", "de", "en"),
        ("de", "en", "de"),
        ("../../etc", "de", "de"),
    ],
)
def test_a_reader_gets_the_language_chosen_or_the_browsers(chosen: str, accepted: str, language: str) -> None:
    assert tongue.choose(chosen, accepted) == language


@pytest.mark.parametrize("language", [each for each in tongue.languages() if each != tongue.ENGLISH])
def test_a_catalogue_says_everything(language: str) -> None:
    with (tongue.CATALOGUES / f"{language}.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    options = {"templates/**.html.j2": {"extensions": "jinja2.ext.i18n", "trimmed": "true"}}
    said = {message for _, _, message, _, _ in extract_from_dir(DESK, METHODS, options)}
    known = {message.id if isinstance(message.id, str) else tuple(message.id) for message in catalogue if message.id}
    assert said == known, "run scripts/translate, then fill in what is new"
    empty = [message.id for message in catalogue if message.id and not all(_forms(message.string))]
    assert not empty, "not translated"
    wrong = [error for message in catalogue for error in message.check(catalogue)]
    assert not wrong, "placeholders differ"


def _forms(said: str | tuple[str, ...] | list[str]) -> list[str]:
    return [said] if isinstance(said, str) else list(said)


def test_what_a_language_lacks_is_said_in_english() -> None:
    assert tongue.translations("de").gettext("Inbox") == "Eingang"
    assert tongue.translations("de").gettext("never seen before") == "never seen before"
    assert tongue.translations("en").gettext("Inbox") == "Inbox"

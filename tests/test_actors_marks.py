"""The extractor against articles marked by hand. The floors lie below what was measured (docs/actors.md)."""

from functools import lru_cache
from pathlib import Path

import pytest

from tests.actor_scoring import Score, score, shipped_gazetteer

LANGUAGES = ("de", "en", "ru", "tr")


@lru_cache
def scored(shared_dir: Path, lang: str) -> Score:
    return score(shared_dir, lang, shipped_gazetteer())


@pytest.mark.parametrize("lang", LANGUAGES)
def test_listed_actors_are_found_under_their_id(shared_dir: Path, lang: str) -> None:
    result = scored(shared_dir, lang)
    assert result.f1("listed") >= 0.96, result.errors
    assert result.share("span met, id right", "span met") >= 0.97, result.errors


@pytest.mark.parametrize("lang", LANGUAGES)
def test_unlisted_people_are_discovered(shared_dir: Path, lang: str) -> None:
    result = scored(shared_dir, lang)
    assert result.f1("person") >= 0.75, result.errors


@pytest.mark.parametrize("lang", LANGUAGES)
def test_quotes_are_found_with_their_speaker(shared_dir: Path, lang: str) -> None:
    result = scored(shared_dir, lang)
    assert result.share("quotes found", "quotes") >= 0.82, result.errors
    assert result.share("speaker right", "quotes found") >= 0.82, result.errors

"""Extraction measured on the captured pages; the floors lie just below what was reached (docs/extraction.md)."""

from __future__ import annotations

from html import escape
from pathlib import Path

import pytest

from monitor.model import Extraction
from tests.page_scoring import LabelledPage, is_same_date, is_same_title, labelled_pages, means, token_f1

FLOORS = {"all": 0.974, "A": 0.981, "B": 0.967, "de": 0.970, "en": 0.976}


@pytest.fixture(scope="module")
def pages(shared_dir: Path) -> list[LabelledPage]:
    return list(labelled_pages(shared_dir))


@pytest.fixture(scope="module")
def made(pages: list[LabelledPage]) -> dict[str, Extraction]:
    """What comes of every page without a feed's help; a page that cannot be extracted fails here."""
    return {page.id: page.extract() for page in pages}


@pytest.fixture(scope="module")
def labelled(pages: list[LabelledPage]) -> list[LabelledPage]:
    return [page for page in pages if page.text]


@pytest.fixture(scope="module")
def reached(labelled: list[LabelledPage], made: dict[str, Extraction]) -> dict[str, float]:
    return means({page.id: token_f1(made[page.id].text, page.text) for page in labelled}, labelled)


@pytest.mark.parametrize(("group", "floor"), FLOORS.items())
def test_body_texts(reached: dict[str, float], group: str, floor: float) -> None:
    assert reached[group] >= floor


def test_no_language_falls_below_plain_trafilatura(labelled: list[LabelledPage], reached: dict[str, float]) -> None:
    from trafilatura import extract

    from monitor.collect.extract.decode import decode

    few = [page for page in labelled if page.language not in ("de", "en")]
    plain = means(
        {
            page.id: token_f1(extract(decode(page.body, page.charset), include_comments=False) or "", page.text)
            for page in few
        },
        few,
    )
    for page in few:
        assert reached[page.language] >= plain[page.language] - 0.0005, page.language


def test_titles_without_a_feed(pages: list[LabelledPage], made: dict[str, Extraction]) -> None:
    """The three left: title and JSON-LD against og:title, which elsewhere the labels took (docs/extraction.md)."""
    titled = [page for page in pages if page.title]
    assert sum(is_same_title(made[page.id].title, page.title) for page in titled) >= 0.97 * len(titled)


@pytest.mark.parametrize(
    "as_in_feed",
    [
        lambda page: page.title,
        lambda page: f"{page.title} - {page.publisher}",
        lambda page: escape(escape(page.title)),
        lambda page: f"Politik: {page.title}",
        lambda page: f"{page.title[:60].rpartition(' ')[0]}…" if len(page.title) > 60 else page.title,
    ],
    ids=["as labelled", "with the site's name", "escaped twice", "with a kicker", "cut"],
)
def test_titles_with_the_feeds(pages: list[LabelledPage], as_in_feed) -> None:  # type: ignore[no-untyped-def]
    titled = [page for page in pages if page.title][::3]
    same = [is_same_title(page.extract(feed_title=as_in_feed(page)).title, page.title) for page in titled]
    assert sum(same) >= 0.97 * len(same)


def test_dates(pages: list[LabelledPage], made: dict[str, Extraction]) -> None:
    dated = [page for page in pages if page.date]
    assert sum(is_same_date(made[page.id].published, page.date) for page in dated) >= 0.96 * len(dated)


def test_pages_without_labels_hold_up(pages: list[LabelledPage], made: dict[str, Extraction]) -> None:
    for page in pages:
        assert made[page.id].title, page.id
        assert made[page.id].text, page.id

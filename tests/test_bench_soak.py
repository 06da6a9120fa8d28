"""What a soak run comes to: flat or not, and a curve of it."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from bench.soak import MOST_MB, Sample, page_of, report
from monitor.collect.extract import extract_page
from monitor.model import TextQuality
from tests.page_scoring import FETCHED


def samples(*sizes: float) -> list[Sample]:
    return [Sample(pages=10 * n, polls=5 * n, mb=mb) for n, mb in enumerate(sizes, 1)]


@pytest.mark.parametrize(
    ("sizes", "code"),
    [
        pytest.param([80.0] + [100.0] * 19, 0, id="flat after a start"),
        pytest.param([100.0] * 18 + [106.0] * 2, 1, id="grown"),
        pytest.param([100.0] * 18 + [104.0] * 2, 0, id="grown a little"),
        pytest.param([MOST_MB + 1.0] * 20, 1, id="flat and too large"),
    ],
)
def test_flat_is_what_does_not_grow(tmp_path: Path, sizes: list[float], code: int) -> None:
    assert report(samples(*sizes), tmp_path) == code
    assert len((tmp_path / "memory.txt").read_text(encoding="utf-8").splitlines()) == len(sizes)
    assert ElementTree.parse(tmp_path / "memory.svg").getroot().tag.endswith("svg")


def test_the_pages_made_up_are_articles() -> None:
    status, content_type, body = page_of("7/8")
    url = "http://127.0.0.1/page/7/8"
    made = extract_page(body, url=url, content_type=content_type, charset="", fetched_at=FETCHED)
    assert (status, made.quality) == (200, TextQuality.FULL)

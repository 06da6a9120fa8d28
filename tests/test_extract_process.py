"""Extraction in processes: what hostile pages do costs those pages alone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import anyio
import pytest

from monitor.collect.extract import ProcessExtractor
from monitor.collect.extract.process import extract_in_worker, first_in_worker
from monitor.collect.sandbox import Sandbox, SandboxLimits
from monitor.errors import ExtractError
from monitor.model import Page, TextQuality
from monitor.ports import Extractor
from tests.extract_material import FETCHED, PARAGRAPHS, SUMMARY, TEXT, TITLE, URL, article, entry, page


def page_of(body: bytes) -> Page:
    return Page(entry_id=1, final_url=URL, content_type="text/html", charset="utf-8", body=body, fetched_at=FETCHED)


GOOD = page_of(article(*PARAGRAPHS).encode())


def with_extractor(steps: Callable[[ProcessExtractor], Awaitable[None]], *, deadline_s: float = 60.0) -> None:
    async def main() -> None:
        async with Sandbox(SandboxLimits(workers=1)) as sandbox:
            await steps(ProcessExtractor(sandbox, deadline_s=deadline_s))

    anyio.run(main)


def test_a_page_comes_back_as_if_extracted_here() -> None:
    async def steps(extractor: ProcessExtractor) -> None:
        is_port: Extractor = extractor
        assert await is_port.extract(GOOD, entry()) == extract_in_worker(GOOD, entry())
        long = page_of(article(*PARAGRAPHS, *(line.replace("Hafen", "Bahnhof") for line in PARAGRAPHS)).encode())
        first = await is_port.first(long, entry())
        assert first is not None
        assert first == first_in_worker(long, entry())
        with pytest.raises(ExtractError, match="PDF") as caught:
            await extractor.extract(page_of(b"%PDF-1.4"), entry())
        assert caught.value.reason == "not_html"

    with_extractor(steps)


def test_of_a_wall_the_entry_keeps_its_address() -> None:
    wall = page_of(page("<p>Checking your browser.</p>", title="Just a moment...").encode())
    made = extract_in_worker(wall, entry(summary=SUMMARY))
    assert (made.url, made.text) == (URL, SUMMARY)


def test_100_000_attributes_cost_their_own_page() -> None:
    """lxml takes more than a minute for this one: the worker is killed, and the next page is none the worse."""
    attributes = b" ".join(b"a%d=1" % number for number in range(100_000))

    async def steps(extractor: ProcessExtractor) -> None:
        await extractor.extract(GOOD, entry())
        with pytest.raises(ExtractError) as caught:
            await extractor.extract(page_of(b"<html><body><div %s>x</div></body></html>" % attributes), entry())
        assert caught.value.reason == "hung"
        assert (await extractor.extract(GOOD, entry())).quality is TextQuality.FULL

    with_extractor(steps, deadline_s=1.0)


@pytest.mark.parametrize(
    "body",
    [
        b"<div>" * 200_000 + b"tief",
        b"<p>" + b"&amp;" * 300_000,
        b'<script type="application/ld+json">' + b"[" * 200_000 + b"</script><p>x</p>",
        b"<ul><li>" * 5_000 + b"x",
        b"<h1>" * 20_000,
        b"<meta name=date content=2016>" * 50_000,
        b"\xff\xfe" * 100_000,
        b"<" * 1_000_000,
        b"<p>" + b"A.1:" * 200_000 + b"</p>",
    ],
    ids=[
        "nested",
        "entities",
        "bottomless json",
        "nested lists",
        "headings",
        "metas",
        "utf-16",
        "brackets",
        "one line",
    ],
)
def test_hostile_pages_end_one_way_or_the_other(body: bytes) -> None:
    async def steps(extractor: ProcessExtractor) -> None:
        try:
            made = await extractor.extract(page_of(body), entry(summary=SUMMARY))
            assert made.title == TITLE
        except ExtractError as error:
            assert error.reason in ("hung", "crashed", "not_html", "empty_page")
        assert (await extractor.extract(GOOD, entry())).text == TEXT

    with_extractor(steps, deadline_s=10.0)

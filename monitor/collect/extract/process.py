"""Extract pages in processes that can be killed: what a hostile page does to lxml costs that page alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from monitor.collect.extract.fast import first_extraction
from monitor.collect.extract.page import extract_page
from monitor.collect.sandbox import Sandbox
from monitor.errors import ExtractError, WorkerCrashedError, WorkerHungError
from monitor.model import Entry, Extraction, Page

T = TypeVar("T")

#: The slowest of 239 captured pages takes 0.3 s of CPU; a page of 1.1 MB with 100,000 attributes would take minutes.
DEADLINE_S = 20.0


class ProcessExtractor:
    """The port Extractor over a sandbox."""

    def __init__(self, sandbox: Sandbox, *, deadline_s: float = DEADLINE_S) -> None:
        self._sandbox = sandbox
        self._deadline_s = deadline_s

    async def extract(self, page: Page, entry: Entry) -> Extraction:
        """As extract_page; ExtractError «hung» or «crashed» when the page took its worker with it."""
        return await self._run(extract_in_worker, page, entry)

    async def first(self, page: Page, entry: Entry) -> Extraction | None:
        """As first_extraction; fails in the same ways."""
        return await self._run(first_in_worker, page, entry)

    async def _run(self, job: Callable[..., T], *values: object) -> T:
        try:
            return await self._sandbox.run_killable(job, *values, deadline_s=self._deadline_s)
        except WorkerHungError as error:
            raise ExtractError("hung", str(error)) from error
        except WorkerCrashedError as error:
            raise ExtractError("crashed", str(error)) from error


def extract_in_worker(page: Page, entry: Entry) -> Extraction:
    """What the worker is asked to do."""
    made = extract_page(
        page.body,
        url=page.final_url,
        content_type=page.content_type,
        charset=page.charset,
        fetched_at=page.fetched_at,
        entry_title=entry.title,
        entry_summary=entry.summary,
        entry_content=entry.content,
        entry_published=entry.published,
        entry_authors=entry.authors,
    )
    return made if made.url else replace(made, url=entry.url)


def first_in_worker(page: Page, entry: Entry) -> Extraction | None:
    """What the worker is asked to do."""
    return first_extraction(
        page.body,
        url=page.final_url,
        charset=page.charset,
        fetched_at=page.fetched_at,
        entry_title=entry.title,
        entry_content=entry.content,
        entry_published=entry.published,
        entry_authors=entry.authors,
    )

"""Read feeds off the event loop: parse in a process that can be killed, and follow a sitemap index to its sitemaps."""

from __future__ import annotations

from dataclasses import dataclass, replace

from monitor.collect.feeds import parse_feed
from monitor.collect.sandbox import Sandbox
from monitor.errors import FeedParseError, FetchError, RefusedError, WorkerCrashedError, WorkerHungError
from monitor.model import Fetched, NotModified, ParsedFeed, Request
from monitor.ports import Clock, Fetcher


@dataclass(frozen=True, kw_only=True)
class FeedReader:
    """Makes a feed of a response; raises FeedParseError, also for a body that no parser survives."""

    fetcher: Fetcher
    sandbox: Sandbox
    clock: Clock
    deadline_s: float = 20.0

    async def __call__(self, answer: Fetched) -> ParsedFeed:
        feed = await self._parse(answer)
        if not feed.children:
            return feed
        parts = [part for url in feed.children if (part := await self._child(url)) is not None]
        if not parts:
            raise FeedParseError("a sitemap index, but none of its sitemaps could be read", looks_like="sitemap index")
        return replace(
            parts[0],
            entries=tuple(entry for part in parts for entry in part.entries),
            problems=tuple(problem for part in parts for problem in part.problems),
        )

    async def _child(self, url: str) -> ParsedFeed | None:
        """One sitemap of an index; None when it cannot be had, or is an index again."""
        try:
            answer = await self.fetcher.fetch(Request(url=url))
            feed = None if isinstance(answer, NotModified) else await self._parse(answer)
        except (FetchError, RefusedError, FeedParseError):
            return None
        return None if feed is None or feed.children else feed

    async def _parse(self, answer: Fetched) -> ParsedFeed:
        stated = (answer.body, answer.final_url, answer.content_type, answer.charset, self.clock())
        try:
            return await self.sandbox.run_killable(parse_feed, *stated, deadline_s=self.deadline_s)
        except WorkerHungError as error:
            message = f"reading it took more than {self.deadline_s:g} s"
            raise FeedParseError(message, looks_like="too much for the parser") from error
        except WorkerCrashedError as error:
            raise FeedParseError(f"the parser broke on it ({error})", looks_like="too much for the parser") from error

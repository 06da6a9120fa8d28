"""Entries whose pages go wrong, through the flow itself: what the feed says stands in, at once behind closed doors."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path

import pytest

from monitor.app import App
from monitor.model import EntryState, FeedSpec, TextQuality
from monitor.ports import Clock
from monitor.settings import load_config
from tests.faulty_web import FaultyWeb, Respond, answer, redirect

NOW = datetime(2016, 8, 11, 12, 0, tzinfo=UTC)
SAID = "The two ministers met in Ankara and spoke of a joint fight against the group for three hours. "
WHOLE, BRIEF, TEASER = SAID * 20, SAID * 6, SAID
WALL = {"Content-Type": "text/html", "cf-mitigated": "challenge"}
HTML = {"Content-Type": "text/html"}
CONTENT = 'version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"'


@dataclass(frozen=True)
class PageFault:
    """One entry: what its page answers, what its feed says, and what must come of it in the first cycle."""

    name: str
    respond: Respond
    comes: TextQuality | EntryState
    #: As the feed's content and summary.
    content: str = WHOLE
    summary: str = TEASER
    reason: str = ""

    def item(self, url: str) -> str:
        content = f"<content:encoded>{self.content}</content:encoded>" if self.content else ""
        return (
            f"<item><title>{self.name}</title><link>{url}</link>"
            f"<description>{self.summary}</description>{content}</item>"
        )


FULL, PENDING = TextQuality.FULL, EntryState.PENDING
FAULTS = (
    PageFault("a challenge", answer(b"", 403, WALL), FULL, reason="challenge"),
    PageFault("a challenge with 200", answer(b"<iframe src='/_Incapsula_Resource?x'>", 200, HTML), FULL,
              reason="challenge"),
    *(PageFault(f"a page that says {status}", answer(b"no", status, HTML), FULL, reason="status")
      for status in (401, 402, 403)),
    PageFault("a page that says 451", answer(b"no", 451, HTML), FULL, reason="legal"),
    PageFault("a page that robots.txt forbids", answer(b"never seen"), FULL, reason="robots"),
    PageFault("a page at an address that is not for us", redirect("http://10.0.0.1/"), FULL, reason="refused_address"),
    PageFault("a closed door, a whole text in a summary", answer(b"no", 403), FULL, content="", summary=WHOLE),
    PageFault("a closed door, news in brief", answer(b"no", 403), FULL, content=BRIEF, summary=TEASER),
    PageFault("a closed door, content that breaks off", answer(b"no", 403), PENDING, content=BRIEF + "… Read more"),
    PageFault("a closed door, a teaser", answer(b"no", 403), PENDING, content=""),
    PageFault("a challenge, a teaser", answer(b"", 403, WALL), PENDING, content=""),
    PageFault("a page not there yet", answer(b"no", 404), PENDING),
    PageFault("a server in trouble", answer(b"no", 500), PENDING),
    PageFault("a page that is gone", answer(b"no", 410), FULL, reason="status"),
    PageFault("a forbidden page, a teaser", answer(b"never seen"), TextQuality.SUMMARY_ONLY, content="",
              reason="robots"),
)  # fmt: skip
TOLD = PageFault("what only the feed tells", answer(b"no", 403), FULL)
EDITED = WHOLE + "The ministers will meet again."


@dataclass(frozen=True)
class Became:
    """What came of one entry."""

    is_now: TextQuality | EntryState
    reasons: str
    text: str


def path_of(fault: PageFault) -> str:
    return f"/{'private' if fault.reason == 'robots' else 'open'}/{fault.name.replace(' ', '-')}"


async def live(folder: Path, *rounds: Sequence[PageFault]) -> Mapping[str, Became]:
    """A cycle a minute, each with its feed and pages; what became of each entry by its title."""
    now = NOW
    async with AsyncExitStack() as stack:
        web = await stack.enter_async_context(FaultyWeb())
        robots = b"User-agent: *\nDisallow: /private/\n"
        web.routes["/robots.txt"] = answer(robots, headers={"Content-Type": "text/plain"})
        app = _app(folder, FeedSpec(id="f", url=web.url("/feed"), title="F", language="en"), lambda: now)
        stack.callback(app.close)
        app.store.sync_feeds({"f": web.url("/feed")}, now=now)
        pipeline = await stack.enter_async_context(app.pipeline(asyncio.Event()))
        for faults in rounds:
            web.routes |= {path_of(fault): fault.respond for fault in faults}
            items = "".join(fault.item(web.url(path_of(fault))) for fault in faults)
            web.routes["/feed"] = answer(f"<rss {CONTENT}><channel>{items}</channel></rss>".encode())
            await pipeline.cycle()
            now += timedelta(minutes=1)
            app.store.poll_soon("f", now=now)
        waiting = app.store.due_entries(EntryState.PENDING, now=now + timedelta(days=9), limit=100)
        became = {entry.title: Became(entry.state, entry.reason, "") for entry in waiting}
        read = {each.title: Became(each.quality, " ".join(each.reasons), each.text) for each in app.store.articles()}
        return became | read


def _app(folder: Path, feed: FeedSpec, clock: Clock) -> App:
    config = load_config(None, {"WIDERHALL_DATA_DIR": str(folder)})
    network = replace(config.daemon.network, host_spacing_s=0.0, allowed_networks=(ip_network("127.0.0.0/8"),))
    return App(
        replace(config, feeds=(feed,), daemon=replace(config.daemon, network=network)), clock=clock, creates=True
    )


@pytest.fixture(scope="module")
def became(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Became]:
    rounds = (*FAULTS, TOLD), (replace(TOLD, content=EDITED),), (replace(TOLD, content=""),)
    return asyncio.run(live(tmp_path_factory.mktemp("pages"), *rounds))


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_every_page_ends_as_it_must(became: Mapping[str, Became], fault: PageFault) -> None:
    came = became[fault.name]
    assert came.is_now is fault.comes
    assert fault.reason in came.reasons
    assert ("text_from_feed" in came.reasons) == bool(came.text)


def test_what_only_the_feed_tells_is_edited_by_the_feed_as_long_as_it_is_whole(became: Mapping[str, Became]) -> None:
    assert became[TOLD.name].text == EDITED

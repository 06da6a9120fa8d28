"""Polls feeds that go wrong, each on a server of its own, and says what came of them and what should have."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit

from monitor.app import App
from monitor.model import FeedSpec, FeedState, PollPlan
from monitor.ports import Clock
from monitor.settings import load_config
from tests.faulty_web import Asked, FaultyWeb, Respond, reply

NOW = datetime(2016, 8, 11, 12, 0, tzinfo=UTC)


@dataclass(frozen=True)
class FeedFault:
    """One feed that does something wrong, or something right that is easily got wrong."""

    name: str
    #: Answers to the first, second … request; the last one is repeated.
    answers: tuple[Respond, ...]
    #: How each poll ends: outcome, kind of failure, number of new entries («new 2», «failed status», «unchanged»).
    polls: tuple[str, ...]
    #: Titles of all entries found; None: not looked at.
    titles: tuple[str, ...] | None = None
    #: The feed's state after the last poll.
    state: str = "active"
    #: Where it is polled in the end; empty: at its own address.
    moved_to: str = ""
    #: Other paths beside the feed's own.
    others: Mapping[str, Respond] = field(default_factory=dict)
    #: What must be said of the last poll.
    says: str = ""

    def complaints(self, lived: Lived) -> list[str]:
        """What came of it otherwise than it must."""
        found = []
        if tuple(lived.polls) != self.polls:
            found.append(f"polls: {', '.join(lived.polls)} ({lived.message[:200]})")
        if self.titles is not None and tuple(lived.titles) != self.titles:
            found.append(f"titles: {', '.join(lived.titles)[:200]}")
        if lived.state != self.state:
            found.append(f"state: {lived.state}")
        if self.says not in lived.message:
            found.append(f"message: {lived.message}")
        if (self.moved_to and lived.path != self.moved_to) or (not self.moved_to and not lived.path[1:].isdigit()):
            found.append(f"polled at {lived.path}")
        return found


def in_turn(answers: Sequence[Respond]) -> Respond:
    """A handler that gives one answer after the other, the last one for ever."""
    waiting = itertools.chain(answers[:-1], itertools.repeat(answers[-1]))

    async def respond(asked: Asked, writer: asyncio.StreamWriter) -> None:
        await next(waiting)(asked, writer)

    return respond


def where_unchanged(whole: Respond, *, status: int = 304, body: bytes = b"") -> Respond:
    """A handler that says «not modified» to whoever asks conditionally."""

    async def respond(asked: Asked, writer: asyncio.StreamWriter) -> None:
        if "if-none-match" in asked.headers or "if-modified-since" in asked.headers:
            writer.write(reply(body, status, has_length=bool(body)))
            await writer.drain()
        else:
            await whole(asked, writer)

    return respond


# --- living through them ---------------------------------------------------------------------------------------------


@dataclass
class Lived:
    """What came of one feed."""

    polls: list[str] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    state: str = ""
    message: str = ""
    #: Path of the address it is polled at in the end.
    path: str = ""

    def take(self, plan: PollPlan) -> None:
        counted = str(len(plan.new)) if plan.outcome == "new" else ""
        missed = "missed" if plan.missed_count else ""
        self.polls.append(" ".join(filter(None, (plan.outcome, plan.kind, counted, missed))))
        self.titles += [entry.title for entry in plan.new]
        self.state, self.message, self.path = plan.feed.state, plan.message, urlsplit(plan.feed.url).path


async def live(faults: Sequence[FeedFault], folder: Path) -> dict[str, Lived]:
    """Poll all feeds, each on a server of its own, as often as their stories need, when each is due again."""
    now = NOW
    async with AsyncExitStack() as stack:
        feeds = []
        for number, fault in enumerate(faults):
            web = await stack.enter_async_context(FaultyWeb())
            web.routes |= {f"/{number}": in_turn(fault.answers), **fault.others}
            feeds.append(FeedSpec(id=f"f{number}", url=web.url(f"/{number}"), title=fault.name, language="en"))
        lived = {feed.id: Lived() for feed in feeds}
        app = _app(folder, tuple(feeds), lambda: now)
        stack.callback(app.close)
        app.store.sync_feeds({feed.id: feed.url for feed in feeds}, now=now)
        pipeline = await stack.enter_async_context(app.pipeline(asyncio.Event()))
        for round_ in range(max(len(fault.polls) for fault in faults)):
            for feed, fault in zip(feeds, faults, strict=True):
                if len(fault.polls) == round_:
                    app.store.set_feed_state(feed.id, FeedState.PAUSED, now=now)
            for plan in await pipeline.poll(is_bounded=False):
                lived[plan.feed.id].take(plan)
            now += timedelta(days=2)
    return {feed.title: lived[feed.id] for feed in feeds}


def _app(folder: Path, feeds: tuple[FeedSpec, ...], clock: Clock) -> App:
    config = load_config(None, {"WIDERHALL_DATA_DIR": str(folder)})
    network = replace(config.daemon.network, host_spacing_s=0.0, allowed_networks=(ip_network("127.0.0.0/8"),))
    return App(replace(config, feeds=feeds, daemon=replace(config.daemon, network=network)), clock=clock, creates=True)

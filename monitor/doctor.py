"""What an operator asks when something seems wrong: each part looked at, judged in words, with what to do.

Judges what it is handed; only `ask_servers` and `reach_channels` go out, and they send nothing to anybody.
"""

from __future__ import annotations

import asyncio
import os
import socket
import statistics
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from monitor.collect.polling import poll_request
from monitor.errors import DeliveryError, FetchError, Problem, RefusedError
from monitor.model import FeedRow, FeedSpec, FeedState, Fetched, PollBounds
from monitor.ports import Clock, Fetcher
from monitor.settings.delivery import DeliveryChannels
from monitor.undelivered import Undelivered

if TYPE_CHECKING:
    from monitor.work import Muster

#: Feeds asked for network and clock, of as many hosts.
SERVERS_ASKED = 3
#: Receivers of signed messages refuse a clock five minutes wrong; a server's own is seldom a minute off.
CLOCK_MAY_DIFFER = timedelta(minutes=2)
#: An SQLite upgrade or restore needs the database twice, and the log its room.
FREE_AT_LEAST_BYTES, FREE_OF_DATABASE = 500_000_000, 2
#: With less than this hardly a page can be stored.
FULL_BELOW_BYTES = 10_000_000
#: As long as `status --healthy` waits.
SILENT_AFTER = timedelta(hours=6)
#: A feed in four that fails is more than their publishers' trouble.
FEEDS_MAY_FAIL = 0.25


class State(StrEnum):
    """How a part stands."""

    WELL = "well"
    WARNING = "warning"
    PROBLEM = "problem"
    SKIPPED = "skipped"  # could not be looked at, and it says why


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One part, as it was found."""

    about: str
    state: State
    message: str
    #: What to do; empty where there is nothing.
    advice: str = ""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """How one server answered."""

    host: str
    #: Empty: it answered.
    problem: str = ""
    #: Its clock less ours; None where it says no time.
    ahead: timedelta | None = None


def on_configuration(problems: Sequence[Problem]) -> Finding:
    """Of a configuration that could be read: what is left are warnings."""
    if not problems:
        return Finding(about="configuration", state=State.WELL, message="sound")
    message = f"sound, warnings: {len(problems)}; {problems[0]}"
    return Finding(about="configuration", state=State.WARNING, message=message, advice="widerhall check shows all")


def on_database(problems: Sequence[str], *, schema: str, size_bytes: int) -> Finding:
    """Of a database that opens."""
    if problems:
        advice = "widerhall db check says more; restore a backup: widerhall db restore FROM --replace"
        return Finding(about="database", state=State.PROBLEM, message=problems[0], advice=advice)
    return Finding(about="database", state=State.WELL, message=f"opens, schema {schema}, {_megabytes(size_bytes)}")


def on_disk(folder: Path, *, free_bytes: int, database_bytes: int, is_writable: bool) -> Finding:
    """Of the data folder."""
    free = f"{_megabytes(free_bytes)} free in {folder}"
    if not is_writable:
        advice = f"give {_login()} the right to write there; is the disk mounted read-only?"
        return Finding(about="disk", state=State.PROBLEM, message=f"{folder} cannot be written", advice=advice)
    if free_bytes < FREE_AT_LEAST_BYTES or free_bytes < FREE_OF_DATABASE * database_bytes:
        state = State.PROBLEM if free_bytes < FULL_BELOW_BYTES else State.WARNING
        advice = "make room; pages.keep_days and retention.articles_days let go of old texts"
        return Finding(about="disk", state=state, message=f"only {free}", advice=advice)
    return Finding(about="disk", state=State.WELL, message=free)


def on_network(asked: Sequence[Asked]) -> Finding:
    """Of a few feeds' servers."""
    if not asked:
        return Finding(about="network", state=State.SKIPPED, message="there is no active feed to ask")
    failed = [each for each in asked if each.problem]
    hosts = ", ".join(each.host for each in asked)
    if len(failed) == len(asked):
        advice = "look at this machine's network, name server and network.proxy"
        message = f"none of {hosts} can be reached: {failed[0].problem}"
        return Finding(about="network", state=State.PROBLEM, message=message, advice=advice)
    if failed:
        message = f"{failed[0].host} cannot be reached ({failed[0].problem}); others can"
        return Finding(about="network", state=State.WELL, message=message)
    return Finding(about="network", state=State.WELL, message=f"{hosts}: reached")


def on_clock(asked: Sequence[Asked]) -> Finding:
    """Of this machine's clock, by what servers say the time is."""
    ahead = [each.ahead for each in asked if each.ahead is not None]
    if not ahead:
        return Finding(about="clock", state=State.SKIPPED, message="no server could be asked for the time")
    off_s = statistics.median(each.total_seconds() for each in ahead)
    if abs(off_s) > CLOCK_MAY_DIFFER.total_seconds():
        message = f"{abs(off_s):.0f} s {'slow' if off_s > 0 else 'fast'} by what {len(ahead)} servers say"
        return Finding(about="clock", state=State.PROBLEM, message=message, advice="set it: timedatectl set-ntp true")
    return Finding(about="clock", state=State.WELL, message=f"within {CLOCK_MAY_DIFFER.seconds} s of the servers'")


def on_leap(rests_until: datetime) -> Finding:
    """Of a clock that leapt of late (`clock_leaps.py`)."""
    message = f"leapt, or Widerhall was off for long: nothing old is let go until {rests_until:%d %B, %H:%M} UTC"
    advice = "is the time right? See: date -u. Then there is nothing to do; widerhall db prune does not wait"
    return Finding(about="clock", state=State.WARNING, message=message, advice=advice)


def on_feeds(rows: Sequence[FeedRow], configured: Collection[str]) -> Finding:
    """Of all feeds, by their last polls."""
    known = [row for row in rows if row.id in configured and row.state is not FeedState.PAUSED and row.last_polled_at]
    if not known:
        return Finding(about="feeds", state=State.SKIPPED, message=f"none of {len(configured)} was polled yet")
    failing = [row for row in known if row.last_error]
    message = f"{len(known) - len(failing)} of {len(known)} answered when last asked"
    if not failing:
        return Finding(about="feeds", state=State.WELL, message=message)
    state = State.WARNING if len(failing) > FEEDS_MAY_FAIL * len(known) else State.WELL
    advice = "widerhall feeds check asks each, and says what to do"
    return Finding(about="feeds", state=state, message=message, advice=advice)


def on_delivery(
    reached: Mapping[str, DeliveryError | None], *, untried: Sequence[str], missed: Sequence[Undelivered]
) -> Iterator[Finding]:
    """Of each channel, by what came of reaching for it; None: it can be reached."""
    for channel, error in reached.items():
        message = f"{channel}: {error.message if error else 'can be reached'}"
        state = State.PROBLEM if error else State.WELL
        yield Finding(about="delivery", state=state, message=message, advice=error.advice if error else "")
    for channel in untried:
        message = f"{channel}: cannot be tried without sending"
        yield Finding(about="delivery", state=State.SKIPPED, message=message, advice="widerhall deliver --test")
    if not reached and not untried:
        yield Finding(about="delivery", state=State.SKIPPED, message="no channel is configured")
    for each in missed:
        message = f"{each.channel}: {each.number} not delivered since {each.since:%Y-%m-%d %H:%M} UTC: {each.why}"
        advice = f"after mending: widerhall deliver retry --channel {each.channel}" if each.given_up else ""
        yield Finding(about="delivery", state=State.WARNING, message=message, advice=advice)


def on_daemon(holder: str, rows: Sequence[FeedRow], *, now: datetime) -> Finding:
    """Of the process that should run here."""
    if not holder:
        return Finding(about="daemon", state=State.WARNING, message="not running", advice="widerhall run")
    if not any(row.last_polled_at for row in rows):
        return Finding(about="daemon", state=State.WELL, message=f"runs, {holder}; it has asked no feed yet")
    last = max((row.last_success_at for row in rows if row.last_success_at), default=None)
    if last is None or now - last > SILENT_AFTER:
        advice = "its log says why; widerhall status names the feeds in trouble"
        message = f"runs ({holder}), but no feed answered for {SILENT_AFTER // timedelta(hours=1)} hours"
        return Finding(about="daemon", state=State.PROBLEM, message=message, advice=advice)
    return Finding(about="daemon", state=State.WELL, message=f"runs, {holder}")


def on_workers(muster: Muster) -> Finding:
    """Of the processes that share the work of a PostgreSQL database."""
    waiting = sum(queue.waiting for queue in muster.queues.values())
    if not muster.workers:
        state = State.PROBLEM if waiting else State.WARNING
        return Finding(
            about="workers", state=state, message=f"none, jobs waiting: {waiting}", advice="widerhall worker"
        )
    if muster.stalled:
        message = f"{muster.stalled} jobs in the hands of workers that are silent"
        advice = "a daemon that leads hands them out again within seconds; without one: widerhall run"
        return Finding(about="workers", state=State.WARNING, message=message, advice=advice)
    return Finding(about="workers", state=State.WELL, message=f"{len(muster.workers)} at work, jobs waiting: {waiting}")


# --- going out ----------------------------------------------------------------------------------------------------


async def ask_servers(
    fetcher: Fetcher, feeds: Sequence[FeedSpec], *, clock: Clock, bounds: PollBounds
) -> Sequence[Asked]:
    """Ask the feeds of a few hosts, as a poll would."""
    by_host = {urlsplit(feed.url).hostname or "": feed for feed in reversed(feeds) if not feed.is_paused}
    chosen = [*reversed(by_host.items())][:SERVERS_ASKED]
    return await asyncio.gather(*(_ask(fetcher, host, feed, clock, bounds) for host, feed in chosen))


async def _ask(fetcher: Fetcher, host: str, feed: FeedSpec, clock: Clock, bounds: PollBounds) -> Asked:
    try:
        answer = await fetcher.fetch(poll_request(FeedRow(id=feed.id, url=feed.url), feed, bounds=bounds))
    except FetchError as error:
        return Asked(host=host, problem="" if error.status else error.message)
    except RefusedError as error:
        return Asked(host=host, problem="" if error.status else error.message)
    if isinstance(answer, Fetched) and answer.server_time is not None:
        return Asked(host=host, ahead=answer.server_time - clock())
    return Asked(host=host)


def reach_channels(delivery: DeliveryChannels) -> Mapping[str, DeliveryError | None]:
    """Reach for every channel without sending: mail servers up to the login, webhooks up to the connection."""
    from monitor.deliver.mail import mail_channel

    found: dict[str, DeliveryError | None] = {}
    for name in delivery.mail:
        try:
            with mail_channel(delivery.smtp):
                found[name] = None
        except DeliveryError as error:
            found[name] = error
    for name, folder in delivery.folders.items():
        there = next(path for path in (folder.path, *folder.path.parents) if path.exists())
        is_fine = there.is_dir() and os.access(there, os.W_OK)
        found[name] = None if is_fine else DeliveryError(f"{folder.path} cannot be written", "look at its permissions")
    for name, hook in delivery.webhooks.items():
        found[name] = _connected(hook.url, hook.timeout_s)
    return found


def _connected(url: str, timeout_s: float) -> DeliveryError | None:
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        socket.create_connection((parts.hostname or "", port), timeout=timeout_s).close()
    except OSError as error:
        why = error.strerror or str(error)
        return DeliveryError(f"no connection to {parts.hostname}:{port} ({why})", "is it running, and open from here?")
    return None


def _login() -> str:
    return f"user {os.getuid()}"


def _megabytes(size_bytes: int) -> str:
    return f"{size_bytes / 1_000_000:,.0f} MB"

"""Ask a feed once and say what came of it, and what a person could do. Stores nothing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus

from monitor.collect import rhythm
from monitor.collect.polling import poll_request
from monitor.errors import FeedParseError, FetchError, RefusedError
from monitor.model import (
    BlockKind,
    FailureKind,
    FeedRow,
    FeedSpec,
    Fetched,
    NotModified,
    ParsedEntry,
    ParsedFeed,
    PollBounds,
    PollOutcome,
)
from monitor.ports import Clock, Fetcher

#: Makes a feed of a response, off the event loop; raises FeedParseError.
ReadFeed = Callable[[Fetched], Awaitable[ParsedFeed]]

#: A feed without news for so long is likely to be abandoned.
ABANDONED_AFTER = timedelta(days=60)

_ADVICE_BY_STATUS = {
    401: "it wants a password: give basic_auth",
    403: "the site refuses us: set a contact, ask its publisher, or give the feed another user_agent",
    404: "look for a new address on the site: widerhall feeds add SITE",
    410: "the publisher ended it: look for another feed on the site",
    429: "it was asked too often: raise min_interval_minutes",
}
_ADVICE_BY_KIND = {
    FailureKind.DNS: "check the host's spelling, and your own name server",
    FailureKind.CONNECT: "try again later; if it lasts, the site is gone or closed to this network",
    FailureKind.TLS: "the certificate is the site's to mend; check this machine's clock, too",
    FailureKind.TIMEOUT: "try again later; polling waits longer each time",
    FailureKind.TOO_LARGE: "look for a smaller feed, by section",
    FailureKind.PARSE: "the server sends what cannot be read; tell its publisher",
    BlockKind.ROBOTS: "ask the publisher, or look for another feed",
    BlockKind.CHALLENGE: "ask the publisher for access, or look for a feed elsewhere on the site",
    BlockKind.LEGAL: "it is closed to where this machine stands",
    BlockKind.REFUSED_ADDRESS: "if you trust it, add its network to allowed_networks, or allow it at your proxy",
}


@dataclass(frozen=True, kw_only=True)
class FeedCheck:
    """How one feed answered."""

    feed_id: str
    url: str
    #: As a poll would end: new (it answers with entries), empty, failed, blocked.
    outcome: PollOutcome
    #: rss, atom, rdf, json or sitemap; empty when it is none.
    format: str = ""
    title: str = ""
    #: As the feed states it; may be empty.
    language: str = ""
    items: int = 0
    #: When its newest entry was published.
    newest: datetime | None = None
    #: Entries a day, by their dates.
    per_day: float = 0.0
    #: Empty when all is well.
    problem: str = ""
    #: What to do; may be there without a problem.
    advice: str = ""


async def check_feed(
    fetcher: Fetcher, spec: FeedSpec, *, clock: Clock, read: ReadFeed, bounds: PollBounds
) -> FeedCheck:
    """Ask a feed as its first poll would."""
    request = poll_request(FeedRow(id=spec.id, url=spec.url), spec, bounds=bounds)
    try:
        answer = await fetcher.fetch(request)
        if isinstance(answer, NotModified):
            raise FetchError(spec.url, FailureKind.STATUS, "says «not modified» to a request for the whole", status=304)
        feed = await read(answer)
    except (FetchError, RefusedError, FeedParseError) as error:
        return failed_check(spec, error)
    return good_check(spec, answer, feed, now=clock())


def failed_check(spec: FeedSpec, error: FetchError | RefusedError | FeedParseError) -> FeedCheck:
    """What a failure means for the person at the terminal."""
    outcome = PollOutcome.BLOCKED if isinstance(error, RefusedError) else PollOutcome.FAILED
    problem = str(error) if isinstance(error, FeedParseError) else error.message
    return FeedCheck(feed_id=spec.id, url=spec.url, outcome=outcome, problem=problem, advice=advice_for(error))


def advice_for(error: FetchError | RefusedError | FeedParseError) -> str:
    """What to do about a failure, in one line."""
    if isinstance(error, FeedParseError):
        if error.discovered:
            return f"the page offers {', '.join(error.discovered[:3])}"
        return "look for the feed on the site: widerhall feeds add SITE" if error.looks_like == "html" else ""
    if isinstance(error, RefusedError) or error.kind is not FailureKind.STATUS or error.status is None:
        return _ADVICE_BY_KIND.get(error.kind, "")
    if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return "the site is in trouble; polling tries again by itself"
    return _ADVICE_BY_STATUS.get(error.status, "")


def good_check(spec: FeedSpec, answer: Fetched, feed: ParsedFeed, *, now: datetime) -> FeedCheck:
    """What a feed's document says of it."""
    newest = max((entry.published for entry in feed.entries if entry.published), default=None)
    problem = advice = ""
    if not feed.entries:
        problem, advice = "it is empty", "look whether the site has another feed"
    elif newest is not None and now - newest > ABANDONED_AFTER:
        problem, advice = f"nothing new for {(now - newest).days} days", "it may be abandoned; look for another"
    elif answer.moved_to:
        advice = f"it moved for good: change the address to {answer.moved_to}"
    elif feed.language and feed.language != spec.language:
        advice = f"it says that it is written in «{feed.language}», the configuration says «{spec.language}»"
    return FeedCheck(
        feed_id=spec.id,
        url=spec.url,
        outcome=PollOutcome.NEW if feed.entries else PollOutcome.EMPTY,
        format=feed.format,
        title=feed.title,
        language=feed.language,
        items=len(feed.entries),
        newest=newest,
        per_day=entries_per_day(feed.entries, now=now),
        problem=problem,
        advice=advice,
    )


def entries_per_day(entries: Sequence[ParsedEntry], *, now: datetime) -> float:
    """How many entries a day the dates of a document let expect; 0 when it has none of this week."""
    if not any(entry.published for entry in entries):
        return 0.0
    return sum(rhythm.first_arrivals([entry.published for entry in entries], now=now)) / 7

"""Change the list of sources: find a site's feed, take in another program's list, pause, ask at once.

What the terminal and the desk do alike. Changes of feeds.yaml are edits of its text; nothing here writes the file.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from monitor.analyse.language import detect
from monitor.collect.discover import FeedPreview, Finder
from monitor.collect.fetch import HttpFetcher
from monitor.collect.opml import feed_id, read_opml, write_opml
from monitor.collect.opml_specs import opml_feed_of, spec_of
from monitor.collect.reading import FeedReader
from monitor.collect.sandbox import Sandbox
from monitor.errors import FetchError, NotFoundError, RefusedError, UnavailableError, UsageError
from monitor.model import FeedSpec, FetchSettings
from monitor.ports import Clock, Manners, Store

#: From the text of feeds.yaml to what it should be.
Change = Callable[[str], str]
KINDS = ("agency", "public", "private", "state")
#: A site is asked for its feeds so long at most: somebody waits.
FIND_WITHIN_S = 90.0


async def find_feeds(
    url: str, settings: FetchSettings, clock: Clock, manners: Manners | None, *, obeys_robots: bool
) -> tuple[FeedPreview, ...]:
    """The feeds at or around an address, under the same bounds as every poll."""
    try:
        async with (
            asyncio.timeout(FIND_WITHIN_S),
            HttpFetcher(settings, clock, manners) as fetcher,
            Sandbox() as sandbox,
        ):
            read = FeedReader(fetcher=fetcher, sandbox=sandbox, clock=clock)
            return await Finder(fetcher=fetcher, read=read, clock=clock, obeys_robots=obeys_robots).find(url)
    except TimeoutError as error:
        raise UnavailableError(f"{url} did not answer in full within {FIND_WITHIN_S:.0f} seconds") from error
    except (FetchError, RefusedError) as error:
        raise UnavailableError(str(error)) from error


def new_feed(
    found: FeedPreview,
    feeds: Sequence[FeedSpec],
    *,
    name: str = "",
    language: str = "",
    country: str = "",
    kind: str = "private",
) -> FeedSpec:
    """A feed that was found as one of ours; its language is told by its words where nobody states it."""
    taken = {spec.id: spec for spec in feeds}
    if same := next((spec for spec in feeds if spec.url == found.url), None):
        raise UsageError(f"the feed «{same.id}» has that address already")
    if name in taken:
        raise UsageError(f"there is a feed «{name}» already: choose another id")
    title = found.title or found.url
    words = " ".join(f"{entry.title}. {entry.summary}" for entry in found.newest)
    guess = detect("", words, found.language[:2] or None)
    if not (language or found.language or guess.sure):
        raise UsageError(f"neither {title} nor its entries tell the language: give it (--lang)")
    return FeedSpec(
        id=name or feed_id(found.title, found.url, taken=taken),
        url=found.url,
        title=title,
        language=language or guess.lang,
        country=country,
        publisher=title,
        kind=kind,
    )


@dataclass(frozen=True, kw_only=True)
class Imported:
    """What another program's list would add."""

    new: tuple[FeedSpec, ...]
    known: int
    #: Outlines that are no feeds.
    others: int
    problems: tuple[str, ...]


def read_list(body: bytes, feeds: Sequence[FeedSpec], *, language: str) -> Imported:
    """The feeds of an OPML list that are not ours yet; `language` is for those that state none."""
    listed = read_opml(body)
    known_urls = {spec.url for spec in feeds}
    taken = {spec.id for spec in feeds}
    new: list[FeedSpec] = []
    for feed in listed.feeds:
        if feed.url not in known_urls:
            new.append(spec_of(feed, taken=taken, language=language))
            taken.add(new[-1].id)
    if silent := [spec.title for spec in new if not spec.language]:
        what = "1 feed states" if len(silent) == 1 else f"{len(silent)} feeds state"
        raise UsageError(f"{what} no language ({silent[0]} …): give it (--lang)")
    return Imported(
        new=tuple(new), known=len(listed.feeds) - len(new), others=listed.other_count, problems=listed.problems
    )


def written_list(feeds: Sequence[FeedSpec]) -> bytes:
    """The feeds as OPML 2.0; passwords and headers stay here."""
    return write_opml("Widerhall", [opml_feed_of(spec) for spec in feeds])


def poll_soon(store: Store, feeds: Sequence[FeedSpec], feed: str, *, clock: Clock) -> None:
    """Make a feed due now; the daemon asks it within seconds."""
    spec = next((spec for spec in feeds if spec.id == feed), None)
    if spec is None:
        raise NotFoundError(f"there is no feed «{feed}»; see: widerhall feeds list")
    if spec.is_paused:
        raise UsageError(f"«{feed}» is paused: resume it first")
    store.poll_soon(feed, now=clock())

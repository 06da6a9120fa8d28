"""The steps: what is done with one feed, and with one entry on its way to an article. Over ports, without an order.

    poll_feed      a feed       ─▶ entries, `pending`
    fetch_page     an entry     ─▶ its page, `fetched`
    extract_page   its page     ─▶ title and text
    assess_text    these        ─▶ an article with scores and actors, `assessed`

Each writes what comes of it in one transaction before it returns. Which feeds and entries, how many at once and in
which process is not known here: `pipeline.py` does them all in one process, `work/` in many.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TypeVar

from monitor.analyse.reader import Reading, TextReader
from monitor.articles import article_of, composed
from monitor.collect.extract import FEED_METHOD, fallback_extraction, is_told_whole
from monitor.collect.polling import (
    IMPLAUSIBLY_FAR,
    Polled,
    PollResult,
    due_feeds,
    is_closed_door,
    is_same_body,
    new_entries,
    next_attempt,
    page_request,
    plan_poll,
    poll_request,
    unasked_304,
)
from monitor.collect.walk import fetch_article
from monitor.errors import ExtractError, FeedParseError, FetchError, HostRestsError, RefusedError, WiderhallError
from monitor.following import article_name, entry_name, following, names_of
from monitor.logs import log
from monitor.model import (
    Entry,
    EntryState,
    Extraction,
    FeedRow,
    FeedSpec,
    Fetched,
    NewArticle,
    NewEntry,
    NotModified,
    Outcome,
    Page,
    ParsedFeed,
    PollBounds,
    PollPlan,
    ScoreCard,
    TextQuality,
)
from monitor.ports import Clock, Extractor, Fetcher, Meter, Store

R = TypeVar("R")

#: Makes a feed of a response, off the event loop and bounded; raises FeedParseError.
FeedParser = Callable[[Fetched], Awaitable[ParsedFeed]]

#: In the two-stage mode, the share of the review threshold from which a page is extracted in full.
FULL_FROM = 0.5
#: An entry on which this program fails may have met a passing fault: it is tried again after this.
SURPRISE_WAIT = timedelta(hours=1)
#: Attempts at an entry on which this program itself fails.
TRIES_ON_SURPRISE = 3
#: Of a headline so much stands in the log.
TITLE_CHARS = 80


@dataclass(frozen=True, kw_only=True)
class Steps:
    """The steps, with all they need; hold no state of their own."""

    store: Store
    fetcher: Fetcher
    extractor: Extractor
    parse_feed: FeedParser
    reader: TextReader
    feeds: Mapping[str, FeedSpec]
    clock: Clock
    bounds: PollBounds = field(default_factory=PollBounds)
    meter: Meter | None = None
    #: A cheap first text is scored, and only what comes near to a watch is extracted in full.
    is_two_stage: bool = False

    # --- poll -------------------------------------------------------------------------------------------------

    def due_now(self) -> list[FeedRow]:
        """The feeds to be polled now, longest overdue first."""
        now = self.clock()
        rows = self.store.feeds_due(now=now, implausible_from=now + IMPLAUSIBLY_FAR)
        return [row for row in due_feeds(rows, now=now) if row.id in self.feeds]

    async def poll_feed(self, row: FeedRow) -> PollPlan:
        """Poll one feed and write what follows. One that this program cannot cope with is a failed feed."""
        with following("poll", feed=row.id):
            try:
                plan = await self._poll(row, now=self.clock())
            except WiderhallError:
                raise
            except Exception as error:  # noqa: BLE001 - written beside the item and logged with its traceback
                await asyncio.to_thread(self.store.check_schema)  # if that is the reason, the feed has no part in it
                log.exception("feed not coped with")
                surprise = FeedParseError(f"this program failed on it: {error!r}")
                plan = self._plan(row, surprise, found=(), known={}, now=self.clock())
                await asyncio.to_thread(self.store.apply_poll, plan)
        if self.meter:
            self.meter.polled(plan)
        return plan

    async def _poll(self, row: FeedRow, *, now: datetime) -> PollPlan:
        result = await self._ask_feed(row, self.feeds[row.id])
        found = new_entries(result, feed_id=row.id) if isinstance(result, Polled) else ()
        known = await asyncio.to_thread(self.store.known_entries, row.id, [entry.key for entry in found])
        plan = self._plan(row, result, found=found, known=known, now=now)
        plan = replace(plan, elapsed_ms=(self.clock() - now).total_seconds() * 1000)
        taken = await asyncio.to_thread(self.store.apply_poll, plan)
        _log_poll(plan)
        for entry in (*plan.new, *plan.changed):
            if entry.key in taken:
                log.debug("entry", entry=entry_name(taken[entry.key]), title=entry.title[:TITLE_CHARS], url=entry.url)
        return plan

    def _plan(
        self,
        row: FeedRow,
        result: PollResult,
        *,
        found: Sequence[NewEntry],
        known: Mapping[str, str],
        now: datetime,
    ) -> PollPlan:
        return plan_poll(
            row,
            result,
            found=found,
            known=known,
            bounds=self.bounds,
            spec=self.feeds[row.id],
            now=now,
            jitter=random.random(),
        )

    async def _ask_feed(self, row: FeedRow, spec: FeedSpec) -> PollResult:
        """Fetch and parse; whatever goes wrong with the feed is a value."""
        request = poll_request(row, spec, bounds=self.bounds)
        try:
            answer = await self.fetcher.fetch(request)
            if isinstance(answer, NotModified):
                return answer
            feed = None if is_same_body(row, answer) else await self.parse_feed(answer)
            return Polled(fetched=answer, feed=feed)
        except (FetchError, RefusedError, FeedParseError) as error:
            return error

    # --- fetch ------------------------------------------------------------------------------------------------

    async def fetch_page(self, entry: Entry) -> bool:
        """Fetch one entry's page, or write why not and when again; False when it was only put off."""
        return bool(await self._guarded("fetch", entry, self._fetch_page(entry)))

    async def _fetch_page(self, entry: Entry) -> bool:
        if await self._is_known_article(entry):
            return True
        if not entry.fetch_url:
            await asyncio.to_thread(self._record_text_of_feed, entry, "no_link")
            return True
        spec = self.feeds.get(entry.feed_id)
        try:
            answer = await fetch_article(self.fetcher, page_request(entry, spec, bounds=self.bounds))
        except HostRestsError as error:
            await asyncio.to_thread(self._wait_for_host, entry, error)
            return False
        except (FetchError, RefusedError) as error:
            return await asyncio.to_thread(self._put_off_or_give_up, entry, error)
        if isinstance(answer, NotModified):  # never asked for conditionally; a server that says so anyway has nothing
            return await asyncio.to_thread(self._put_off_or_give_up, entry, unasked_304(answer))
        page = Page(
            entry_id=entry.id,
            final_url=answer.final_url,
            content_type=answer.content_type,
            charset=answer.charset,
            body=answer.body,
            fetched_at=answer.fetched_at,
        )
        await asyncio.to_thread(self.store.store_page, page)
        log.debug("page fetched", bytes=len(page.body), url=page.final_url)
        if self.meter:
            self.meter.fetched(len(page.body))
        return True

    async def _is_known_article(self, entry: Entry) -> bool:
        """Another feed may have brought the same article already: then its page is not asked for again."""
        if entry.article_id is not None:
            return False  # the feed says that it changed
        article = await asyncio.to_thread(self.store.article_by_url, entry.url) if entry.url else None
        if article is None:
            return False
        await asyncio.to_thread(self.store.link_entry, entry.id, article.id, now=self.clock())
        log.debug("known article", article=article_name(article.id))
        return True

    def _wait_for_host(self, entry: Entry, error: HostRestsError) -> None:
        until = error.retry_at or self.clock()
        self.store.postpone_entry(entry.id, until=until, reason=error.message, is_attempt=False)
        log.debug("host rests", until=until.isoformat(timespec="seconds"))

    def _put_off_or_give_up(self, entry: Entry, error: FetchError | RefusedError) -> bool:
        """Try later what may pass; of what never will, keep at least what the feed said.

        A closed door is not waited for where the feed hands out the whole text: asking again would seldom bring more.
        """
        is_told = is_closed_door(error) and is_told_whole(entry)
        again = None if is_told else next_attempt(entry.attempts + 1, error, bounds=self.bounds, now=self.clock())
        if self.meter:
            self.meter.not_fetched("failed" if again else "given_up")
        if again is None:
            log.info("page given up", url=entry.fetch_url, why=error.message)
            self._record_text_of_feed(entry, error.kind.value)
            return True
        self.store.postpone_entry(entry.id, until=again, reason=error.message)
        log.debug("page put off", until=again.isoformat(timespec="seconds"), why=error.message)
        return False

    # --- extract ----------------------------------------------------------------------------------------------

    async def extract_page(self, entry: Entry) -> Extraction | None:
        """Title and text of one entry's page; None where the entry is done with, or put off, without them."""
        return await self._guarded("extract", entry, self._extract_page(entry))

    async def _extract_page(self, entry: Entry) -> Extraction | None:
        page = await asyncio.to_thread(self.store.page, entry.id)
        started = self.clock()
        try:
            if await self._is_settled_by_first_text(page, entry):
                return None
            text = await self.extractor.extract(page, entry)
            log.debug("text", method=text.method, quality=text.quality.value, chars=len(text.text))
            return text
        except ExtractError as error:
            log.info("page not extracted", url=page.final_url, why=error.reason)
            return await asyncio.to_thread(self._text_of_feed, entry, error.reason)
        finally:
            if self.meter:
                self.meter.extracted((self.clock() - started).total_seconds())

    async def _is_settled_by_first_text(self, page: Page, entry: Entry) -> bool:
        """In the two-stage mode, whether a cheap first text was enough.

        What was read before is read as thoroughly again: another extractor's text would look like an edit.
        """
        if not self.is_two_stage or entry.article_id is not None:
            return False
        first = await self.extractor.first(page, entry)
        if first is None:
            return False
        return await asyncio.to_thread(self._record_if_far, entry, first)

    def _record_if_far(self, entry: Entry, first: Extraction) -> bool:
        """Record a first text that no watch comes near to; False: it deserves the full extraction."""
        first = composed(first)
        reading = self.read(first, feed_id=entry.feed_id, with_actors=False)
        is_far = is_far_from_all(reading.scores)
        if is_far:
            self._record_reading(entry, first, reading)
        return is_far

    def _text_of_feed(self, entry: Entry, reason: str) -> Extraction | None:
        """The page gave nothing: what the feed itself says, marked; an entry that says nothing ends here.

        An article that was read before stays as it was: a page that is away today is no edit. One that is the feed's
        own whole text is edited where the feed edits it.
        """
        extraction = fallback_extraction(entry, reason=reason)
        if entry.article_id is not None and not self._is_edit_by_feed(entry.article_id, extraction):
            self.store.link_entry(entry.id, entry.article_id, now=self.clock())
            return None
        if extraction is None:
            self.store.finish_entry(entry.id, EntryState.UNEXTRACTABLE, reason=reason, now=self.clock())
            log.debug("nothing to read", why=reason)
        return extraction

    def _is_edit_by_feed(self, article_id: int, told: Extraction | None) -> bool:
        is_whole = told is not None and told.quality is TextQuality.FULL
        return is_whole and self.store.article(article_id).method == FEED_METHOD

    # --- assess -----------------------------------------------------------------------------------------------

    async def assess_text(self, entry: Entry, extraction: Extraction) -> None:
        """Record one entry's text as an article with its scores and actors."""
        await self._guarded("assess", entry, asyncio.to_thread(self._record, entry, extraction))

    def _record_text_of_feed(self, entry: Entry, reason: str) -> None:
        if extraction := self._text_of_feed(entry, reason):
            self._record(entry, extraction)

    def _record(self, entry: Entry, extraction: Extraction) -> None:
        extraction, started = composed(extraction), self.clock()
        reading = self.read(extraction, feed_id=entry.feed_id)
        self._record_reading(entry, extraction, reading)
        if self.meter:
            self.meter.assessed(reading.scores, (self.clock() - started).total_seconds())

    def _record_reading(self, entry: Entry, extraction: Extraction, reading: Reading) -> None:
        article = article_of(entry, extraction, reading)
        article_id = self.store.record_article(article, now=self.clock())
        _log_article(article_id, article)

    def read(self, extraction: Extraction, *, feed_id: str, with_actors: bool = True) -> Reading:
        """Language, scores and actors of one text; the feed's language is a hint for pages that state none."""
        spec = self.feeds.get(feed_id)
        return self.reader.read(
            extraction.title,
            extraction.text,
            language_hint=extraction.language_hint or (spec.language if spec else ""),
            quality=extraction.quality,
            feed_id=feed_id,
            with_actors=with_actors,
            all_in_full=False,
        )

    # --- what this program cannot cope with -------------------------------------------------------------------

    async def _guarded(self, name: str, entry: Entry, step: Awaitable[R]) -> R | None:
        """Do a step under the entry's name.

        An entry that this program cannot cope with waits, then ends with its reason; the others go on.
        """
        with following(name, **names_of(entry)):
            try:
                return await step
            except WiderhallError:
                raise
            except Exception as error:  # noqa: BLE001 - written beside the item and logged with its traceback
                await asyncio.to_thread(self.store.check_schema)  # if that is the reason, the entry has no part in it
                log.exception("entry not coped with", url=entry.fetch_url)
                await asyncio.to_thread(self._set_aside, entry, f"this program failed on it: {error!r}")
                return None

    def _set_aside(self, entry: Entry, reason: str) -> None:
        if entry.attempts + 1 >= TRIES_ON_SURPRISE:
            self.store.finish_entry(entry.id, EntryState.UNEXTRACTABLE, reason=reason, now=self.clock())
        else:
            self.store.postpone_entry(entry.id, until=self.clock() + SURPRISE_WAIT, reason=reason)


# --- pure ----------------------------------------------------------------------------------------------------------


def is_far_from_all(scores: Iterable[ScoreCard]) -> bool:
    """Whether no watch's score reaches half of what would be shown for review."""
    return all(card.score < FULL_FROM * card.review_threshold for card in scores)


def _log_poll(plan: PollPlan) -> None:
    if plan.kind:
        log.warning(f"poll {plan.outcome.value}", why=plan.message)
    elif plan.new or plan.changed:
        log.info("poll", new=len(plan.new), **({"changed": len(plan.changed)} if plan.changed else {}))
    else:
        log.debug(f"poll {plan.outcome.value}")


def _log_article(article_id: int, article: NewArticle) -> None:
    """Matches are news for whoever watches the terminal; the rest is there when asked for."""
    for card in article.scores:
        tell = log.info if card.outcome is Outcome.MATCH else log.debug
        what = card.outcome.value.replace("_", " ")
        title = article.title[:TITLE_CHARS]
        tell(what, article=article_name(article_id), watch=card.watch, score=round(card.score, 1), title=title)

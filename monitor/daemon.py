"""The daemon: the flow on a schedule, digests as files, a configuration that may change underneath it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from monitor import clock_leaps, counting, learning
from monitor.app import App
from monitor.errors import LeadershipLostError, UnavailableError, UsageError
from monitor.feed_health import keep_health
from monitor.following import tell_of
from monitor.logs import log
from monitor.model import Digest, FeedState, Watch
from monitor.pipeline import Pipeline
from monitor.renewal import Renewal
from monitor.report.beginnings import first_days
from monitor.report.broken import note_problems
from monitor.report.digest import today_in
from monitor.report.gather import EVER, gather_digest, write_due_digests
from monitor.report.render import render_digest
from monitor.report.revise import revise_digests
from monitor.report.shelf import keep_stories
from monitor.report.storylines import article_of
from monitor.report.weekly import with_weekly, write_due_weeks
from monitor.schedule import Job, Runner, run_to_end
from monitor.settings import check_config
from monitor.work import QUEUES
from monitor.worker import engine_of, leading, places, working

#: How often each job looks whether there is something to do. Nothing is polled more often for it: due times are rows.
POLL_EVERY_S = 5.0
DRAIN_EVERY_S = 2.0
LOCK_EVERY_S = 2.0
STAND_BY_EVERY_S = 1.0
RELOAD_EVERY_S = 5.0
DIGEST_EVERY_S = 30.0
DELIVER_EVERY_S = 15.0
HOUSEKEEPING_EVERY_S = 3600.0

#: Corrections and withdrawals mostly come within hours, and mostly without a word in the feed.
SECOND_LOOK_AFTER = timedelta(hours=12)
SECOND_LOOK_WITHIN = timedelta(days=7)

#: Nobody's alert waits longer than that for a mail server that is slow with many mails.
ROUND = timedelta(minutes=1)

#: Of a watch that learns by itself.
LEARNING_EVERY = timedelta(days=1)

#: Warnings of the configuration that are told at each start; `check` has them all.
WARNINGS_TOLD = 3

FILE_FORMATS = {"html": "html", "txt": "text", "md": "md", "json": "json"}


class Leadership(Protocol):
    """What a daemon leads by."""

    def takes(self) -> bool:
        """Take it if nobody has it."""
        ...

    def holder(self) -> str:
        """Who has it; empty if nobody does."""
        ...

    def check(self) -> None:
        """Raise LeadershipLostError if it is no longer so."""
        ...


class Daemon:
    """One watch-keeper on one data folder. `run` until stopped, or `once` for a single full cycle."""

    def __init__(self, app: App, *, stopping: asyncio.Event | None = None) -> None:
        self.app = app
        self.stopping = stopping or asyncio.Event()
        self._renewal = Renewal(app, notes_edits=True)
        self._lost: LeadershipLostError | None = None

    async def run(self, *, extra: tuple[Job, ...] = ()) -> None:
        """Work until stopped; every job starts at once."""
        async with self.app.pipeline(self.stopping) as self.pipeline:
            await asyncio.to_thread(self._start)
            flow = (
                Job(name="poll", every_s=POLL_EVERY_S, run=lambda: self.pipeline.poll()),
                Job(name="fetch", every_s=DRAIN_EVERY_S, run=lambda: self.pipeline.fetch()),
                Job(name="assess", every_s=DRAIN_EVERY_S, run=lambda: self.pipeline.assess()),
            )
            await Runner((*flow, *self._keeping(), *extra), stopping=self.stopping).run()

    async def lead(self, lock: Leadership, *, works: bool = True) -> None:
        """Hand out work until stopped, or until the lock is lost (LeadershipLostError); with `works` do some of it."""
        async with (
            self.app.pipeline(self.stopping) as self.pipeline,
            engine_of(self.app, self._now, works=works) as engine,
        ):
            await asyncio.to_thread(self._start)
            flow = leading(self.app, engine, self._now)
            own = (working(engine, places(self.app, QUEUES), self.stopping),) if works else ()
            watched = Job(name="lead", every_s=LOCK_EVERY_S, run=lambda: self._watch(lock))
            await Runner((watched, *flow, *own, *self._keeping()), stopping=self.stopping).run()
        if self._lost is not None:
            raise self._lost

    async def _watch(self, lock: Leadership) -> None:
        try:
            await asyncio.to_thread(lock.check)
        except LeadershipLostError as error:
            self._lost = error
            self.stopping.set()

    def _now(self) -> Pipeline:
        return self.pipeline

    def _keeping(self) -> tuple[Job, ...]:
        """What is done beside the flow, and only by one process."""
        return (
            Job(name="digest", every_s=DIGEST_EVERY_S, run=self._in_thread(self.write_digests)),
            Job(name="deliver", every_s=DELIVER_EVERY_S, run=self._in_thread(self.deliver)),
            Job(name="reload", every_s=RELOAD_EVERY_S, run=self._in_thread(self.reload)),
            Job(name="study", every_s=HOUSEKEEPING_EVERY_S, run=self._in_thread(self.study)),
            Job(name="housekeeping", every_s=HOUSEKEEPING_EVERY_S, run=self._in_thread(self.tidy)),
        )

    async def once(self) -> None:
        """Poll what is due, work off the queue, write digests."""
        async with self.app.pipeline(self.stopping) as self.pipeline:
            await run_to_end(self._cycle(), stopping=self.stopping)

    async def _cycle(self) -> None:
        await asyncio.to_thread(self._start)
        await asyncio.to_thread(self.tidy)
        await self.pipeline.cycle()
        await asyncio.to_thread(self.write_digests)
        await asyncio.to_thread(self.study)
        await asyncio.to_thread(self.deliver)

    def _start(self) -> None:
        config = self.app.config
        self._sync_feeds()
        note_problems(self.app.store, 0, now=self.app.clock())
        self.app.courier().meet_receivers()  # before the first digest is written: it is theirs
        warnings = check_config(config.directory, self.app.environ, seeds=[*self.app.profiles])
        for warning in warnings[:WARNINGS_TOLD]:
            log.warning("configuration", what=str(warning))
        if len(warnings) > WARNINGS_TOLD:
            log.warning("configuration", what=f"{len(warnings) - WARNINGS_TOLD} more warnings; see: widerhall check")
        log.info(
            "started",
            feeds=len(config.feeds),
            watches=", ".join(watch.id for watch in config.watches),
            data=str(config.daemon.data_dir),
        )

    def _sync_feeds(self) -> None:
        """Make the rows follow the configuration, pauses too."""
        store, feeds, now = self.app.store, {feed.id: feed for feed in self.app.config.feeds}, self.app.clock()
        store.sync_feeds({feed.id: feed.url for feed in feeds.values()}, now=now)
        for row in store.feeds():
            if feeds[row.id].is_paused != (row.state is FeedState.PAUSED):
                state = FeedState.PAUSED if feeds[row.id].is_paused else FeedState.ACTIVE
                store.set_feed_state(row.id, state, now=now)

    def _in_thread(self, work: Callable[[], object]) -> Callable[[], asyncio.Future[object]]:
        return lambda: asyncio.ensure_future(asyncio.to_thread(work))

    # --- digests ----------------------------------------------------------------------------------------------

    def write_digests(self) -> None:
        """Freeze the digests of days that are over, once each, and refresh today's preview."""
        store, now = self.app.store, self.app.clock()
        feeds, glossary = self.app.config.feeds, self.app.glossary
        begins = first_days(store, self.app.config.watches, now=now)
        for watch in self.app.config.watches:
            keep_stories(store, watch, self.app.reader.analyser, self.app.background, now=now)
            for write in (write_due_digests, write_due_weeks):
                for digest in write(store, watch, feeds, first_day=begins[watch.id], now=now, glossary=glossary):
                    self._tell(digest)
            for told in with_weekly([watch]):
                self._write_files(told)
            day = today_in(watch.digest.zone, now)
            today = gather_digest(store, watch, day, feeds=feeds, now=now, glossary=glossary)
            write_digest_files(self.digest_folder(watch), "today", today)

    def _tell(self, digest: Digest) -> None:
        about = {"watch": digest.watch, "day": digest.day.isoformat()}
        log.info("digest", **about, file=str(self._digests / digest.watch / f"{digest.day}.html"))
        tell_of(self.app.store, "in digest", {article_of(row): about for row in digest.content["matches"]})

    def _write_files(self, watch: Watch) -> None:
        folder = self.digest_folder(watch)
        for day, revision, created_at in self.app.store.digest_revisions(watch.id, since=EVER):
            if _is_behind(folder / f"{day}.html", revision, created_at):
                digest = self.app.store.digest(watch.id, day)
                if digest:
                    write_digest_files(folder, str(day), digest)

    def revise(self) -> None:
        """Store the next revision of digests whose matches were judged, merged or withdrawn since."""
        app, now = self.app, self.app.clock()
        for watch in app.config.watches:
            for digest in revise_digests(app.store, watch, app.config.feeds, now=now, glossary=app.glossary):
                log.info("digest", watch=watch.id, day=digest.day.isoformat(), revision=digest.revision)

    def digest_folder(self, watch: Watch) -> Path:
        """Where a watch's digests lie as files."""
        return self._digests / watch.id

    @property
    def _digests(self) -> Path:
        return self.app.config.daemon.data_dir / "digests"

    # --- delivery ---------------------------------------------------------------------------------------------

    def deliver(self) -> None:
        """Queue what is due to people, and send what is queued; what a slow receiver keeps waiting goes next time."""
        self.app.courier().queue()
        until = self.app.clock() + ROUND
        self.app.courier(is_stopping=lambda: self.stopping.is_set() or self.app.clock() >= until).send()

    # --- configuration ----------------------------------------------------------------------------------------

    def reload(self) -> None:
        """Take what has changed underneath: the configuration, lessons, decisions."""
        before = self.app.config
        self.pipeline = self._renewal.renewed(self.pipeline)
        note_problems(self.app.store, self._renewal.problems, now=self.app.clock())
        if self.app.config is not before:
            self._sync_feeds()

    # --- learning ---------------------------------------------------------------------------------------------

    def study(self) -> None:
        """Once a day: count how common terms are in what came in, and learn where a watch asks for it."""
        store, now = self.app.store, self.app.clock()
        if counting.is_due(store, now=now):
            while not self.stopping.is_set() and (news := counting.count_on(store, self.app.reader.analyser, now=now)):
                log.info("news counted", background=news.version, until=f"a-{news.until}")
        for watch in self.app.config.watches:
            if watch.learning == "daily":
                self._learn(watch, now)

    def _learn(self, watch: Watch, now: datetime) -> None:
        school = learning.School(self.app.store, watch, self.app.reader, self.app.background)
        made_at = learning.latest(self.app.store, watch.id).made_at
        if made_at and now - made_at < LEARNING_EVERY:
            return
        try:
            step = school.learn(author="daemon", now=now)
        except UsageError:  # nobody judged anything since
            return
        if step.refused:
            log.warning("nothing learnt from verdicts", watch=watch.id, why=step.refused)
            return
        school.keep(step, now=now)
        log.info("learnt from verdicts", watch=watch.id, version=step.after.version, verdicts=len(step.after.verdicts))

    # --- housekeeping -----------------------------------------------------------------------------------------

    def tidy(self) -> None:
        """Judge the feeds, look again at what matched half a day ago, revise digests, let go of old pages and texts."""
        keep_health(self.app.store, self.app.config.feeds, now=self.app.clock())
        self.revise()
        self.app.courier().keep_feeds()
        looks = self.app.store.look_again(after=SECOND_LOOK_AFTER, within=SECOND_LOOK_WITHIN, now=self.app.clock())
        if looks:
            log.info("second look at matches", pages=looks)
        pruning = () if self._rests() else (self._prune_pages, self._prune_articles)
        for chore in (self._tend, *pruning):
            try:
                chore()
            except UnavailableError as error:  # a month that is read just now is no reason to leave the rest
                log.warning("housekeeping put off", why=str(error))

    def _tend(self) -> None:
        self.app.store.tend(now=self.app.clock())

    def _rests(self) -> bool:
        rest = clock_leaps.look(self.app.store, now=self.app.clock()).rests_until
        if rest:
            why = "the clock leapt, or this was off for long; is the time right?"
            log.warning("nothing old is let go", until=rest.isoformat(timespec="minutes"), why=why)
        return rest is not None

    def _prune_pages(self) -> None:
        keep = timedelta(days=self.app.config.daemon.pages.keep_days)
        if dropped := self.app.store.prune_pages(before=self.app.clock() - keep):
            log.info("pages dropped", count=dropped)

    def _prune_articles(self) -> None:
        days = self.app.config.daemon.retention.articles_days
        if not days:
            return
        before, pruned = self.app.clock() - timedelta(days=days), 0
        while not self.stopping.is_set() and (some := self.app.store.prune_articles(before=before)):
            pruned += some
        if pruned:
            log.info("articles pruned", count=pruned)


async def until_leading(lock: Leadership, *, stopping: asyncio.Event) -> None:
    """Stand by until the lock is ours, or until stopped. A database that is away is waited for."""
    told = ""
    while not stopping.is_set():
        try:
            if await asyncio.to_thread(lock.takes):
                log.info("leads")
                return
            waits_for = await asyncio.to_thread(lock.holder)
        except UnavailableError as error:
            waits_for = str(error)
        if waits_for != told:
            log.info("stands by", what=waits_for)
            told = waits_for
        with suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), STAND_BY_EVERY_S)


def _is_behind(file: Path, revision: int, created_at: datetime) -> bool:
    """Whether a digest is not on disk as it is: revised since, or the disk was full, or the process killed."""
    return not file.exists() or (revision > 1 and file.stat().st_mtime < created_at.timestamp())


def write_digest_files(folder: Path, stem: str, digest: Digest) -> None:
    """Write a digest in every format, each file whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    for suffix, form in FILE_FORMATS.items():
        target = folder / f"{stem}.{suffix}"
        text = render_digest(digest, form)
        if target.exists() and target.read_text(encoding="utf-8") == text:
            continue
        draft = target.with_suffix(target.suffix + ".part")
        draft.write_text(text, encoding="utf-8")
        draft.replace(target)

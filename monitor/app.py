"""The composition root: puts configuration, store, network and analysis together. The only module that knows the store.

Everything is made when it is first used, so that `widerhall matches` pays neither for a worker process nor for
compiling a lexicon.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.ports import Clock
from monitor.settings import Config, load_config, seed_files

if TYPE_CHECKING:
    from monitor.analyse.actor_book import ActorBook
    from monitor.analyse.actors import NameFinder
    from monitor.analyse.background import Background
    from monitor.analyse.gazetteer import Gazetteer
    from monitor.analyse.learnt import Learnt
    from monitor.analyse.profile import SeedProfile
    from monitor.analyse.reader import TextReader
    from monitor.deliver import Courier
    from monitor.metrics import ProcessMeter
    from monitor.model import Watch
    from monitor.pipeline import Pipeline
    from monitor.report.glossary import Glossary
    from store import DataDirLock, LeaderLock, SharedManners, SqlStore, Vault


def utc_now() -> datetime:
    """The clock of the shell; everything else is handed the time."""
    return datetime.now(UTC)


@dataclass
class App:
    """One configuration at work on one data folder. Close it after use."""

    config: Config
    clock: Clock = utc_now
    environ: Mapping[str, str] = field(default_factory=lambda: dict(os.environ), repr=False)
    #: False for commands that only look: a database is then neither made nor upgraded.
    creates: bool = False
    #: Laid over every configuration that is read, the demo's feeds for instance.
    overlay: Callable[[Config], Config] = lambda config: config
    #: The versions that were there at the last look.
    _lessons: Mapping[str, Sequence[str]] | None = field(default=None, init=False, repr=False)

    def __post_init__(self) -> None:
        self.config = self.overlay(self.config)

    @classmethod
    def load(cls, directory: Path | None = None, *, data_dir: Path | None = None, creates: bool = False) -> App:
        """Read the configuration (ConfigError names every problem) and be ready."""
        environ = dict(os.environ)
        if data_dir is not None:
            environ["WIDERHALL_DATA_DIR"] = str(data_dir.absolute())
        return cls(load_config(directory, environ), environ=environ, creates=creates)

    def use(self, config: Config) -> None:
        """Go on with another configuration; what was made from the old one is made anew when needed."""
        self.config = self.overlay(config)
        for made in ("reader", "profiles", "learnt", "acting_gazetteer", "further_names"):
            self.__dict__.pop(made, None)

    def close(self) -> None:
        """Let go of the database."""
        if "store" in self.__dict__:
            self.store.close()

    @cached_property
    def store(self) -> SqlStore:
        """The database, opened when first needed."""
        from store import open_store

        return open_store(self.config.daemon.database_url, create=self.creates)

    @property
    def vault(self) -> Vault:
        """The database as a whole: to be backed up, checked, moved."""
        from store import Vault

        return Vault(url=self.config.daemon.database_url)

    @property
    def is_shared(self) -> bool:
        """Whether other processes may work on the same database: it is a PostgreSQL."""
        return not self.config.daemon.database_url.startswith("sqlite")

    def lock(self) -> DataDirLock | LeaderLock:
        """One daemon per data folder, or one that leads a shared database; AlreadyRunningError names the other one."""
        from store import DataDirLock

        return self.leader_lock() if self.is_shared else DataDirLock(self.config.daemon.data_dir)

    def leader_lock(self) -> LeaderLock:
        """One daemon leads a shared database; others stand by."""
        from store import LeaderLock

        return LeaderLock(self.config.daemon.database_url)

    @cached_property
    def manners(self) -> SharedManners | None:
        """What processes on the same database tell each other of the hosts they ask; None where there is but one."""
        if not self.is_shared:
            return None
        from monitor.work.engine import engine_tables
        from store import SharedManners

        manners = SharedManners(self.store.database)
        manners.make_tables(engine_tables())
        return manners

    @property
    def work_schema(self) -> str:
        """Where the task engine's tables lie in a shared database, made or not."""
        from store import SharedManners

        return SharedManners.schema

    def holder(self) -> str:
        """The daemon that runs on the data folder, empty if none does."""
        return self.lock().holder()

    @property
    def has_store(self) -> bool:
        """Whether there is a database to look into; a SQLite file may not have been made yet."""
        url = self.config.daemon.database_url
        return not url.startswith("sqlite:///") or Path(url.removeprefix("sqlite:///")).exists()

    def courier(self, *, is_stopping: Callable[[], bool] = lambda: False) -> Courier:
        """Who hands digests and alerts to people."""
        from monitor.deliver import Courier

        return Courier(
            store=self.store,
            config=self.config,
            fetching=self.config.daemon.fetch_settings,
            clock=self.clock,
            is_stopping=is_stopping,
        )

    # --- analysis ---------------------------------------------------------------------------------------------

    @cached_property
    def profiles(self) -> Mapping[str, SeedProfile]:
        """Seed profiles by name: the shipped ones, and the operator's own from the store."""
        from monitor.analyse.profile import SeedProfile

        files = seed_files(self.config.directory)
        found = {name: path.read_text(encoding="utf-8") for name, path in files.items()}
        if self.has_store:
            for name in self.store.documents("seed_profile"):
                body = self.store.document("seed_profile", name)
                found[name] = (body or b"").decode()
        return {name: SeedProfile.from_json(text) for name, text in found.items()}

    @cached_property
    def background(self) -> Background:
        """How common each term is in the news of its language: as shipped, and as counted here."""
        from monitor.analyse.background import day_one
        from monitor.counting import latest_news

        return latest_news(self.store).on(day_one()) if self.has_store else day_one()

    @property
    def glossary(self) -> Glossary:
        """What digests look up: how telling terms are, and what actors are called in a language."""
        from monitor.report.glossary import Glossary

        return Glossary(idf=self.background.idf, called=self.config.actors.called)

    @cached_property
    def learnt(self) -> Mapping[str, Learnt]:
        """What verdicts have taught each watch."""
        from monitor.learning import latest

        if not self.has_store:
            return {}
        return {watch.id: latest(self.store, watch.id).learnt for watch in self.config.watches}

    def take_lessons(self) -> bool:
        """Look whether a watch was taught, or more news were counted; if so, what reads texts is made anew."""
        marks = {kind: self.store.documents(kind) for kind in ("background", "learning")}
        before, self._lessons = self._lessons, marks
        if before in (None, marks):
            return False
        for made in ("background", "learnt", "reader"):
            self.__dict__.pop(made, None)
        return True

    @cached_property
    def actor_book(self) -> ActorBook:
        """What analysts decided of discovered names."""
        from monitor.actor_review import load_book
        from monitor.analyse.actor_book import ActorBook

        return load_book(self.store) if self.has_store else ActorBook()

    def take_decisions(self) -> bool:
        """Look whether names were decided on since; if so, what reads texts is made anew."""
        before = self.__dict__.pop("actor_book", None)
        if before == self.actor_book:
            return False
        for made in ("reader", "acting_gazetteer"):
            self.__dict__.pop(made, None)
        return True

    @cached_property
    def acting_gazetteer(self) -> Gazetteer:
        """The configured actors, and those whom analysts confirmed."""
        from monitor.analyse.actor_book import extended

        return extended(self.config.actors, self.actor_book)

    @cached_property
    def further_names(self) -> NameFinder | None:
        """The user's spaCy pipeline, if one is configured and installed."""
        from monitor.analyse.spacy_names import load_spacy, missing
        from monitor.logs import log

        backend = self.config.daemon.actors
        if backend.backend != "spacy":
            return None
        if lack := missing(backend.model):
            log.warning("actors.backend", what=lack)
            return None
        return load_spacy(backend.model).find

    @cached_property
    def reader(self) -> TextReader:
        """Language, scores and actors of a text, for all watches."""
        from monitor.analyse.reader import TextReader
        from monitor.analyse.weights import shipped_weights

        config = self.config
        return TextReader(
            watches=config.watches,
            gazetteer=config.actors,
            lexicon=config.lexicon,
            profiles=self.profiles,
            background=self.background,
            weights=shipped_weights(),
            versions={"actors": config.versions["actors.yaml"], "lexicon": config.versions["lexicon.yaml"]},
            acting=self.acting_gazetteer,
            further_names=self.further_names,
            learnt=self.learnt,
        )

    def profile_languages(self, watch: Watch) -> list[str]:
        """Languages that the watch's seeds speak."""
        found = [self.profiles[name] for name in watch.seeds if name in self.profiles]
        return sorted({language for profile in found for language in profile.terms})

    @cached_property
    def meter(self) -> ProcessMeter:
        """Counts what this process does."""
        from monitor.metrics import ProcessMeter

        return ProcessMeter()

    @contextmanager
    def metrics(self, *, leads: Callable[[], bool] | None = None) -> Iterator[None]:
        """Answer Prometheus while something runs, if a port is set; whoever may lead, of the store when it does."""
        from monitor.metrics import StoreNumbers, metrics_served

        settings = self.config.daemon.metrics
        if not settings.port:
            yield
            return
        if leads is not None:
            watches = [watch.id for watch in self.config.watches]
            self.meter.registry.register(StoreNumbers(lambda: self.store, lambda: watches, self.clock, leads))
        with metrics_served(self.meter, host=settings.host, port=settings.port):
            yield

    def traces(self) -> AbstractContextManager[None]:
        """Keep spans while something runs, if an address is set."""
        from monitor import __version__, tracing

        return tracing.kept(endpoint=self.config.daemon.traces.endpoint, version=__version__)

    # --- collecting -------------------------------------------------------------------------------------------

    @asynccontextmanager
    async def pipeline(self, stopping: asyncio.Event) -> AsyncIterator[Pipeline]:
        """The flow with real network and worker processes; they end with it."""
        from monitor.collect.extract import ProcessExtractor
        from monitor.collect.fetch import HttpFetcher
        from monitor.collect.reading import FeedReader
        from monitor.collect.sandbox import Sandbox, SandboxLimits
        from monitor.pipeline import Limits, Pipeline

        daemon = self.config.daemon
        async with (
            HttpFetcher(self.config.daemon.fetch_settings, self.clock, self.manners) as fetcher,
            Sandbox(SandboxLimits(workers=daemon.extraction.workers)) as sandbox,
        ):
            feed_reader = FeedReader(
                fetcher=fetcher, sandbox=sandbox, clock=self.clock, deadline_s=daemon.extraction.deadline_s
            )
            yield Pipeline(
                store=self.store,
                fetcher=fetcher,
                extractor=ProcessExtractor(sandbox, deadline_s=daemon.extraction.deadline_s),
                parse_feed=feed_reader,
                reader=self.reader,
                feeds={feed.id: feed for feed in self.config.feeds},
                clock=self.clock,
                meter=self.meter,
                bounds=self.config.daemon.poll_bounds,
                limits=Limits(
                    polls_at_once=daemon.polling.concurrency,
                    sites_at_once=daemon.pages.concurrency,
                    # One more than there are workers: while its text is read here, they have work all the same.
                    extractions_at_once=daemon.extraction.workers + 1,
                ),
                is_two_stage=daemon.extraction.mode == "two-stage",
                stopping=stopping,
            )

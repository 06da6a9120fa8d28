"""What people ask of a configuration and change in it, at the desk and in the terminal alike; and the desk itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from monitor.app import App

if TYPE_CHECKING:
    from monitor.advice import Advice, Wishes
    from monitor.collect.discover import FeedPreview
    from monitor.config_edit import Change, Draft, Edit
    from monitor.desk import Desk
    from monitor.model import Watch
    from monitor.saving import Saved
    from monitor.settings import Config
    from monitor.tune.columns import Columns
    from monitor.tuning import Answer, Tuner


@dataclass(frozen=True, eq=False)
class Workbench:
    """Answers before anything is changed, and changes what was decided; the app goes on with it."""

    app: App
    #: What «what if» is answered from, by watch.
    _columns: dict[str, Columns] = field(default_factory=dict, init=False, repr=False)

    def tuner(self) -> Tuner:
        """Answers «what would this change have done?»."""
        from monitor.tuning import Tuner

        return Tuner(
            self.app.store, lambda: self.app.reader.analyser, self.app.reader.lists, self.app.clock, self._columns
        )

    def draft(self, watch: str, change: Change) -> Draft:
        """A change of a watch's file, checked; nothing is written."""
        from monitor.config_edit import draft_of

        return draft_of(
            self.app.config, watch, change, self.app.environ, seeds=tuple(self.app.profiles), overlay=self.app.overlay
        )

    def answer(self, before: Watch, after: Watch, progress: Callable[[int, int], None]) -> Answer:
        """What a change would have done; `progress` is told how many of all texts are read, where they have to be."""
        from monitor.tuning import needs_reading

        tuner = self.tuner()
        columns = tuner.columns(before.id, profile_languages=self.app.profile_languages(before))
        if not needs_reading(before, after):
            return tuner.what_if(columns, before, after)
        other = App(replace(self.app.config, watches=(after,)), self.app.clock, self.app.environ)
        other.__dict__["store"] = self.app.store
        return tuner.what_if_reread(
            columns,
            other.reader,
            after,
            profile_languages=other.profile_languages(after),
            progress=lambda done: progress(done, len(columns)),
        )

    def advise(self, watch: Watch, wishes: Wishes) -> Advice:
        """What a tuner could try next."""
        from monitor.advice import advise

        tuner = self.tuner()
        return advise(
            self.app.store,
            tuner,
            watch,
            tuner.columns(watch.id, profile_languages=self.app.profile_languages(watch)),
            analyser=self.app.reader.analyser,
            background=self.app.background,
            actors=self.app.acting_gazetteer.actors,
            profiles=self.app.profiles,
            wishes=wishes,
            now=self.app.clock(),
        )

    def save(self, draft: Draft, *, author: str, reason: str, gained: int, lost: int) -> Saved:
        """Write a change, remember it, and go on with it."""
        from monitor.saving import save_draft

        saved, config = save_draft(
            self.app.store,
            draft,
            self.app.config.directory,
            self.app.environ,
            seeds=tuple(self.app.profiles),
            author=author,
            reason=reason,
            gained=gained,
            lost=lost,
            now=self.app.clock(),
        )
        self.app.use(config)
        return saved

    def problems(self) -> list[str]:
        """Why the configuration's files cannot be used as they stand; empty if they can."""
        _, problems = self._read_anew()
        return problems

    def take_up(self) -> list[str]:
        """Go on with the configuration's files as they are now; why they cannot be used, if so."""
        from monitor.saving import note_edits

        config, problems = self._read_anew()
        if config is not None:
            self.app.use(config)
            note_edits(self.app.store, config, now=self.app.clock())
        return problems

    def _read_anew(self) -> tuple[Config | None, list[str]]:
        """The configuration's files as they are now; or why they cannot be used."""
        from monitor.settings import read_config

        config, problems = read_config(self.app.config.directory, self.app.environ, seeds=tuple(self.app.profiles))
        return config, [str(each) for each in problems if not each.is_warning] if config is None else []

    def find_feeds(self, url: str) -> tuple[FeedPreview, ...]:
        """The feeds at or around an address; not to be called from an event loop."""
        from monitor.feed_list import find_feeds

        app, daemon = self.app, self.app.config.daemon
        obeys_robots = daemon.polling.obeys_robots
        return asyncio.run(find_feeds(url, daemon.fetch_settings, app.clock, app.manners, obeys_robots=obeys_robots))

    def feeds_edit(self, change: Callable[[str], str]) -> Edit:
        """A change of feeds.yaml; nothing is written."""
        from monitor.config_edit import Edit

        path = self.app.config.directory / "feeds.yaml"
        before = path.read_text(encoding="utf-8")
        return Edit(path=path, before=before, after=change(before))

    def change_feeds(self, change: Callable[[str], str]) -> Edit:
        """Change feeds.yaml, checked with all else, and go on with it."""
        from monitor.config_edit import held, save
        from monitor.seeds import PROFILE

        directory = self.app.config.directory
        with held(directory):
            edit = self.feeds_edit(change)
            if edit.diff:
                seeds = self.app.store.documents(PROFILE) if self.app.has_store else ()
                self.app.use(save(edit, directory, self.app.environ, seeds=seeds))
        return edit

    def desk(self, *, author: str, is_alone: bool = False) -> Desk:
        """The pages, on this store; verdicts given there bear the author's name.

        Alone it takes up changed files by itself; beside it, the daemon does.
        """
        from monitor.accounts import make_first_account
        from monitor.desk import Desk
        from monitor.desk.soundness import Soundness
        from monitor.saving import note_edits

        settings = self.app.config.daemon.desk
        if is_alone:
            note_edits(self.app.store, self.app.config, now=self.app.clock())
        if settings.login == "accounts" and settings.first_password:
            make_first_account(self.app.store, settings.first_password, now=self.app.clock())
        return Desk(
            store=self.app.store,
            config=lambda: self.app.config,
            tuner=self.tuner,
            profile_languages=self.app.profile_languages,
            draft=self.draft,
            answer=self.answer,
            save=self.save,
            advise=self.advise,
            reader=lambda: self.app.reader,
            glossary=lambda: self.app.glossary,
            find_feeds=self.find_feeds,
            change_feeds=self.change_feeds,
            problems=Soundness(self.app.config.directory, self.take_up if is_alone else self.problems),
            clock=self.app.clock,
            login_name=author,
        )

"""Changes underneath a running process: of the configuration's files, of what verdicts taught, of decisions on actors.

Looked for again and again, taken whole or not at all: a broken configuration never replaces a good one.
"""

from __future__ import annotations

from dataclasses import replace

from monitor.app import App
from monitor.errors import WiderhallError
from monitor.logs import log
from monitor.pipeline import Pipeline
from monitor.saving import note_edits
from monitor.settings import read_config, stamp_of


class Renewal:
    """Knows what the running pipeline was made from."""

    def __init__(self, app: App, *, notes_edits: bool = False) -> None:
        """`notes_edits`: what was changed by hand is kept in the history of changes; one of all processes does it."""
        self.app = app
        self._notes_edits = notes_edits
        #: How many problems the files have that were looked at last; with any, the last good ones count.
        self.problems = 0
        self._stamp = stamp_of(app.config.directory)
        self._note_edits()

    def renewed(self, pipeline: Pipeline) -> Pipeline:
        """The pipeline, or one on what has changed since."""
        stamp = stamp_of(self.app.config.directory)
        if stamp == self._stamp:
            return self._taught(pipeline)
        self._stamp = stamp
        return self._configured(pipeline)

    def _taught(self, pipeline: Pipeline) -> Pipeline:
        if self.app.take_decisions():
            pipeline = self._with_app(pipeline)
            log.info("decisions on actors taken", names=len(self.app.actor_book.standing))
        if self.app.take_lessons():
            pipeline = self._with_app(pipeline)
            taught = {watch: learnt.version for watch, learnt in self.app.learnt.items() if learnt.version}
            log.info("new scores from now on", background=self.app.background.version, **taught)
        return pipeline

    def _configured(self, pipeline: Pipeline) -> Pipeline:
        config = self.app.config
        fresh, problems = read_config(config.directory, self.app.environ)
        self.problems = len(problems) if fresh is None else 0
        if fresh is None:
            for problem in problems:
                log.error("configuration not taken, the last good one stays", what=str(problem))
            return pipeline
        self.app.use(fresh)
        try:
            pipeline = self._with_app(pipeline)
        except WiderhallError as error:  # sound as far as files go, but it cites a seed that is not there
            self.app.use(config)
            self.problems = 1
            log.error("configuration not taken, the last good one stays", what=str(error))
            return pipeline
        self._note_edits()
        log.info("configuration taken", feeds=len(fresh.feeds), watches=len(fresh.watches))
        return pipeline

    def _note_edits(self) -> None:
        if self._notes_edits:
            note_edits(self.app.store, self.app.config, now=self.app.clock())

    def _with_app(self, pipeline: Pipeline) -> Pipeline:
        app = self.app
        return replace(
            pipeline,
            feeds={feed.id: feed for feed in app.config.feeds},
            reader=app.reader,
            bounds=app.config.daemon.poll_bounds,
            is_two_stage=app.config.daemon.extraction.mode == "two-stage",
        )

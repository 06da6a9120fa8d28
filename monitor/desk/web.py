"""Put the desk together: routes, templates, the guard."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from monitor.accounts import Brake
from monitor.advice import Advice, Wishes
from monitor.analyse.reader import TextReader
from monitor.collect.discover import FeedPreview
from monitor.config_edit import Change, Draft, Edit
from monitor.desk import (
    api,
    inbox,
    login,
    pages,
    people,
    readiness,
    reading,
    sources,
    storypages,
    today,
    tongue,
    tuning,
    verdicts,
)
from monitor.desk.asking import who_asks
from monitor.desk.bounds import Bounded
from monitor.desk.gate import Gate
from monitor.desk.jobs import Jobs, Progress
from monitor.desk.past import kept_digests
from monitor.desk.roster import Roster
from monitor.desk.security import Guard
from monitor.desk.shelves import Shelves
from monitor.model import Digest, FeedSpec, Watch
from monitor.ports import Clock, Store
from monitor.report.glossary import Glossary
from monitor.saving import Saved
from monitor.settings import Config
from monitor.tuning import Answer, Tuner

HERE = Path(__file__).parent


@dataclass
class Desk:
    """What pages are made from. The configuration is asked for anew each time: it may change while the desk runs."""

    store: Store
    config: Callable[[], Config]
    tuner: Callable[[], Tuner]
    #: Languages that a watch's seeds speak.
    profile_languages: Callable[[Watch], list[str]]
    #: A change of a watch's file, checked; what it would have done; and writing it.
    draft: Callable[[str, Change], Draft]
    answer: Callable[[Watch, Watch, Progress], Answer]
    save: Callable[..., Saved]
    advise: Callable[[Watch, Wishes], Advice]
    reader: Callable[[], TextReader]
    clock: Clock
    #: Whose name changes bear where nobody logs in.
    login_name: str
    #: How telling terms are, and what actors are called in a language.
    glossary: Callable[[], Glossary]
    #: The feeds at or around an address; and a change of feeds.yaml, checked and written.
    find_feeds: Callable[[str], Sequence[FeedPreview]]
    change_feeds: Callable[[Change], Edit]
    #: Why the configuration's files cannot be used as they stand.
    problems: Callable[[], Sequence[str]]
    jobs: Jobs = field(default_factory=Jobs)
    shelves: Shelves = field(default_factory=Shelves)
    roster: Roster = field(default_factory=Roster)
    brake: Brake = field(default_factory=Brake)

    @property
    def knows_people(self) -> bool:
        """Whoever changes something is known by a login."""
        return self.config().daemon.desk.login != "none"

    @property
    def author(self) -> str:
        """Whose name a change bears: who asks."""
        person = who_asks.get()
        return person.name if person else self.login_name

    def watch(self, name: str = "") -> Watch:
        """The watch an address names, the first one otherwise."""
        watches = self.config().watches
        return next((watch for watch in watches if watch.id == name), watches[0])

    @cached_property
    def stored_digest(self) -> Callable[..., Digest | None]:
        """Reads one revision of a stored digest."""
        return kept_digests(self.store)

    @property
    def feeds(self) -> dict[str, FeedSpec]:
        return {feed.id: feed for feed in self.config().feeds}

    def warm(self) -> None:
        """Make what takes a while to make, and is kept."""
        for language in tongue.languages():
            templates = _templates(language)
            for name in templates.list_templates():
                templates.get_template(name)
        _ = self.roster.known(self.store, self.config().actors).listed_names
        for watch in self.config().watches:
            self.shelves.shelf(self.store, watch.id)

    def render(self, template: str, *, language: str, **values: Any) -> str:
        """A page in one of the desk's languages."""
        return _templates(language).get_template(template).render(language=language, **values)


@cache
def _templates(language: str) -> Environment:
    """The templates in one language; each is compiled once, at first use."""
    made = Environment(
        loader=PackageLoader("monitor.desk"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    made.policies["ext.i18n.trimmed"] = True
    made.install_gettext_translations(tongue.translations(language), newstyle=True)  # type: ignore[attr-defined]
    return made


def create_desk(desk: Desk) -> Starlette:
    """The web application."""
    app = Starlette(
        routes=[
            Route("/", inbox.inbox),
            Route("/views", inbox.keep_view, methods=["POST"]),
            Route("/today", today.today),
            Route("/article/{id:int}", reading.article),
            Route("/verdicts", verdicts.judge, methods=["POST"]),
            Route("/digests", pages.digests),
            Route("/digest/{day}", pages.digest),
            Route("/stories", storypages.stories),
            Route("/story/{id:int}", storypages.story),
            Route("/story/{id:int}", storypages.decide, methods=["POST"]),
            Route("/actors", people.actors),
            Route("/actors", people.judge_name, methods=["POST"]),
            Route("/actor/{id:path}", people.actor),
            Route("/sources", sources.sources),
            Route("/sources", sources.change, methods=["POST"]),
            Route("/sources.opml", sources.export_list),
            Route("/tuning", tuning.tuning),
            Route("/tuning", tuning.change, methods=["POST"]),
            Route("/language", pages.speak, methods=["POST"]),
            Route("/login", login.login),
            Route("/login", login.enter, methods=["POST"]),
            Route("/logout", login.leave, methods=["POST"]),
            Route("/changes", login.changes),
            *api.routes(),
            Route("/healthz", api.healthz),
            Route("/readyz", readiness.readyz),
            Mount("/static", StaticFiles(directory=HERE / "static")),
        ],
        middleware=[
            Middleware(Guard, settings=lambda: desk.config().daemon.desk),
            Middleware(Bounded),
            Middleware(Gate, desk=desk),
        ],
        exception_handlers={404: api.missing},
    )
    app.state.desk = desk
    return app

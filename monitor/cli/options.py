"""What several commands take: the options before the command, watches, ids, days; and how a shell completes them."""

from __future__ import annotations

import getpass
import os
import re
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import date, timedelta
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.errors import NotFoundError, UsageError, WiderhallError

if TYPE_CHECKING:
    from monitor.app import App
    from monitor.model import Watch
    from monitor.ports import Store

#: How many matches a shell offers.
IDS_OFFERED = 30


@dataclass(frozen=True, kw_only=True)
class Options:
    """The options before the command."""

    config: Path | None = None
    data_dir: Path | None = None


def load_app(options: Options, *, creates: bool = False) -> App:
    """The application on the configuration and data folder that were asked for; the demo's folder knows its feeds."""
    from monitor.app import App
    from monitor.demo import demo_overlay

    app = App.load(options.config, data_dir=options.data_dir, creates=creates)
    if overlay := demo_overlay(app.config.daemon.data_dir):
        app.overlay = overlay
        app.use(app.config)
    return app


def open_app(ctx: typer.Context, *, creates: bool = False) -> App:
    """The application of a command, closed with it; the store is opened when it is first used."""
    app = load_app(ctx.obj, creates=creates)
    ctx.call_on_close(app.close)
    return app


def quiet_logs(level: str = "warning") -> None:
    """Commands other than the daemon say only what a person must know."""
    from monitor import logs

    logs.configure(level=level)


def pick_watch(app: App, wanted: str) -> Watch:
    """The watch of that id, or the only one."""
    watches = {watch.id: watch for watch in app.config.watches}
    if wanted:
        if wanted not in watches:
            raise NotFoundError(f"no watch «{wanted}»; there are: {', '.join(watches)}")
        return watches[wanted]
    if len(watches) > 1:
        raise UsageError(f"which watch? --watch {' | '.join(watches)}")
    return next(iter(watches.values()))


def article_id_of(store: Store, given: str) -> int:
    """The article behind `m-12` (match) or `a-7` (article)."""
    kind, number = typed_id(given, kinds="ma")
    return store.match(number).article_id if kind == "m" else store.article(number).id


def typed_id(given: str, *, kinds: str) -> tuple[str, int]:
    """Split an id such as `m-12`; UsageError says which kinds are known."""
    found = re.fullmatch(rf"([{kinds}])-?(\d{{1,18}})", given.strip().lower())
    if not found:
        known = {"m": "m-12 (match)", "a": "a-7 (article)", "s": "s-3 (story)", "d": "d-12 (delivery)"}
        raise UsageError(f"«{given}» is no id; expected {' or '.join(known[k] for k in kinds)}")
    return found[1], int(found[2])


def parse_day(given: str, *, today: date) -> date:
    """A day as people write it."""
    named = {"today": today, "yesterday": today - timedelta(days=1)}
    if given.lower() in named:
        return named[given.lower()]
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise UsageError(f"«{given}» is no day; expected 2016-08-11, today or yesterday") from None


def login() -> str:
    """Whoever runs this; a container may run as somebody without a name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"user {os.getuid()}"


# --- completion ---------------------------------------------------------------------------------------------------


Offers = Iterator[str] | Iterator[tuple[str, str]]


def _or_nothing(offer: Callable[[typer.Context], Offers]) -> Callable[[typer.Context], Offers]:
    """A shell that completes shows nothing rather than an error."""

    @wraps(offer)
    def guarded(ctx: typer.Context) -> Offers:
        with suppress(WiderhallError):
            yield from offer(ctx)

    return guarded


def _app_of(ctx: typer.Context) -> App:
    """A shell completes before the command runs: the options are there, the command's object is not."""
    given = ctx.find_root().params
    paths = {name: Path(given[name]) for name in ("config", "data_dir") if given.get(name)}
    return load_app(Options(**paths))


def _hint(title: str) -> str:
    """A title beside a completion. Shells evaluate what they are given, and titles come from anybody."""
    return " ".join(re.sub(r"[^\w,.-]", " ", title).split())


@_or_nothing
def complete_watch(ctx: typer.Context) -> Offers:
    return ((watch.id, _hint(watch.title)) for watch in _app_of(ctx).config.watches)


@_or_nothing
def complete_feed(ctx: typer.Context) -> Offers:
    return ((feed.id, _hint(feed.title)) for feed in _app_of(ctx).config.feeds)


@_or_nothing
def complete_language(ctx: typer.Context) -> Offers:
    return iter(sorted({feed.language for feed in _app_of(ctx).config.feeds}))


@_or_nothing
def complete_seed(ctx: typer.Context) -> Offers:
    return ((name, _hint(profile.title)) for name, profile in _app_of(ctx).profiles.items())


def complete_day() -> list[str]:
    return ["today", "yesterday"]


@_or_nothing
def complete_match(ctx: typer.Context) -> Offers:
    from monitor.model import ArticleFilter, Outcome

    with closing(_app_of(ctx)) as app:
        watch = pick_watch(app, str(ctx.params.get("watch") or ""))
        wanted = ArticleFilter(watch=watch.id, outcomes=frozenset({Outcome.MATCH}), limit=IDS_OFFERED)
        found = app.store.reports(wanted)
    return ((f"m-{each.match.id}", _hint(each.article.title)) for each in found if each.match)


# --- shared options -----------------------------------------------------------------------------------------------

WatchOption = Annotated[
    str, typer.Option("--watch", help="Which watch; needed only if there are several.", autocompletion=complete_watch)
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]
DayOption = Annotated[
    str, typer.Option("--day", help="A day: 2016-08-11, today or yesterday.", autocompletion=complete_day)
]
LanguageOption = Annotated[
    str, typer.Option("--lang", help="Only one language: de, en, tr, ru …", autocompletion=complete_language)
]
IdArgument = Annotated[
    str, typer.Argument(metavar="ID", help="m-12 (a match) or a-7 (an article).", autocompletion=complete_match)
]
AuthorOption = Annotated[
    str, typer.Option("--author", help="Who decides; without it, your login.", envvar="WIDERHALL_AUTHOR")
]

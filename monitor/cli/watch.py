"""`watch new`, `watch list`: another subject, from an article that shows what is wanted."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.console import Column, Listing, counted, near, out, plain, print_json
from monitor.cli.options import JsonOption, open_app, quiet_logs
from monitor.errors import ConfigError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.app import App
    from monitor.model import Watch
    from monitor.seeds import NewSeed

app = typer.Typer(help="Make a watch of an article, list watches.", no_args_is_help=True)


@app.command()
def new(
    ctx: typer.Context,
    seed: Annotated[list[str], typer.Option("--seed", metavar="FILE|URL|-", help="An article; may be repeated.")],
    name: Annotated[str, typer.Option("--name", help="Its id; made from the title otherwise.")] = "",
    lang: Annotated[str, typer.Option("--lang", help="The seed's language; needed only where it is not plain.")] = "",
    title: Annotated[str, typer.Option("--title", help="Of the watch; without it, the seed's.")] = "",
) -> None:
    """Make a watch of an article that shows what is wanted.

    A file to edit, with suggestions and their evidence; it works as it stands. The same event in several languages, a
    --seed each, finds more. Needs a configuration folder of your own.

    \b
    Examples:
      widerhall --config my-watch watch new --seed article.txt
      widerhall --config my-watch watch new --seed https://www.dw.com/de/… --name gas --title "Gas through the sea"
    """
    quiet_logs()
    application = open_app(ctx, creates=True)
    _refuse_shipped(application)
    read = [_read(application, source, lang, "" if place or not name else name) for place, source in enumerate(seed)]
    identity = read[0].profile.name
    _refuse_known(application, identity, [each.profile.name for each in read])
    files = _write(application, identity, title or read[0].title, read)
    for path in files:
        out.print(f"  {plain(near(path.absolute()))}", soft_wrap=True)
    left_out = sum(len(each.left_out) for each in read)
    if left_out:
        out.print(
            f"[dim]{counted(left_out, 'line')} left out, no part of the article (widerhall seed add shows them)[/]"
        )
    folder = plain(near(application.config.directory.absolute()))
    out.print(f"\nRead {plain(near(files[0].absolute()))}, change what you like, then:\n")
    out.print(f"  [bold]widerhall --config {folder} check[/]")
    out.print(f"  [bold]widerhall --config {folder} run[/]          [dim]a running daemon takes it by itself[/]")


def _refuse_shipped(application: App) -> None:
    from monitor.settings.folders import is_shipped

    if is_shipped(application.config.directory):
        raise UsageError("the shipped configuration is not written to: widerhall init my-watch, then --config my-watch")


def _read(application: App, source: str, language: str, name: str) -> NewSeed:
    from monitor.analyse.analysis import Analyser
    from monitor.cli.seed import seed_of, with_echo

    analyser = Analyser(application.config.actors, application.config.lexicon)
    made = "From {source} on {day}, by watch new."
    seed = seed_of(application, source, analyser, language=language, name=name, made=made)
    return with_echo(application, seed, analyser)


def _refuse_known(application: App, identity: str, names: Sequence[str]) -> None:
    path = _watch_path(application, identity)
    if path.exists():
        raise UsageError(f"there is a watch «{identity}» already ({near(path)}): choose another --name")
    for name in names:
        if name in application.profiles or names.count(name) > 1:
            raise UsageError(f"there is a seed «{name}» already: choose another --name, or another first line")


def _watch_path(application: App, identity: str) -> Path:
    from monitor.config_edit import watch_path

    return watch_path(application.config.directory, identity)


def _write(application: App, identity: str, title: str, read: Sequence[NewSeed]) -> list[Path]:
    """Write profiles and watch; take them away again if the configuration is not sound with them."""
    from monitor.seeds import keep_text
    from monitor.settings import check_config
    from monitor.tune.suggest import suggest, watch_file

    folder, first = application.config.directory, read[0]
    analysis = application.reader.analyser.analyse(first.title, first.text, first.profile.language)
    seeds = {each.profile.name: f"{each.title} ({each.profile.language})" for each in read}
    text = watch_file(title=title, seeds=seeds, found=suggest(analysis, application.background))
    written = {_watch_path(application, identity): text}
    written |= {folder / "seeds" / f"{each.profile.name}.json": each.profile.to_json() for each in read}
    for path, body in written.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(body, encoding="utf-8")
    problems = [each for each in check_config(folder, application.environ) if not each.is_warning]
    if problems:
        for path in written:
            path.unlink()
        raise ConfigError(problems)
    for each in read:
        keep_text(application.store, each, now=application.clock())
    return list(written)


@app.command("list")
def list_(ctx: typer.Context, as_json: JsonOption = False) -> None:
    """List the watches.

    \b
    Example:
      widerhall watch list
    """
    application = open_app(ctx)
    watches = application.config.watches
    if as_json:
        print_json("widerhall.watches/1", {"watches": [_summary(application, watch) for watch in watches]})
        return
    listing = Listing(
        Column(name="watch"),
        Column(name="match", is_number=True),
        Column(name="seeds", from_width=100),
        Column(name="learnt", is_number=True),
        Column(name="title", is_wide=True),
    )
    for watch in watches:
        learnt = application.learnt[watch.id].version if watch.id in application.learnt else 0
        seeds, match = ", ".join(watch.seeds), f"{watch.thresholds.match:g}"
        listing.add(plain(watch.id), match, plain(seeds), str(learnt) if learnt else "–", plain(watch.title))
    listing.print()


def _summary(application: App, watch: Watch) -> dict[str, object]:
    return {
        "watch": watch.id,
        "title": watch.title,
        "seeds": watch.seeds,
        "feeds": watch.feeds,
        "thresholds": watch.thresholds,
        "learning": watch.learning,
        "learnt": application.learnt[watch.id].version if watch.id in application.learnt else 0,
        "file": str(_watch_path(application, watch.id)),
    }

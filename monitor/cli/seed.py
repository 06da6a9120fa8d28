"""`seed add`, `seed show`, `seed list`: the articles that a watch searches by."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import PurePath
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.console import Column, Listing, counted, facts, out, plain, print_json
from monitor.cli.options import JsonOption, complete_seed, open_app, quiet_logs
from monitor.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.analyse.analysis import Analyser
    from monitor.analyse.profile import SeedProfile
    from monitor.app import App
    from monitor.seeds import NewSeed

app = typer.Typer(help="Add and look at seed articles.", no_args_is_help=True)

TERMS_SHOWN = 24
IDS_SHOWN = 24
LINES_SHOWN = 6
LINE_CHARS = 60


@app.command()
def add(
    ctx: typer.Context,
    source: Annotated[
        str, typer.Argument(metavar="FILE|URL|-", help="A text or HTML file, a web page, or standard input.")
    ],
    lang: Annotated[str, typer.Option("--lang", help="Its language; needed only where it is not plain.")] = "",
    name: Annotated[str, typer.Option("--name", help="What a watch cites it by; made from its title otherwise.")] = "",
    replace: Annotated[bool, typer.Option("--replace", help="Replace the seed of that name.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Make a seed of an article.

    Navigation, captions, agency lines and author codes are left out. What is searched by is shown; the profile holds
    counts, the text stays in your database.

    \b
    Examples:
      widerhall seed add article.txt
      widerhall seed add https://www.dw.com/de/… --name gemeinsam
      pbpaste | widerhall seed add - --lang tr --name ortak-operasyon
    """
    from monitor.analyse.analysis import Analyser
    from monitor.seeds import keep_seed

    quiet_logs()
    application = open_app(ctx, creates=True)
    analyser = Analyser(application.config.actors, application.config.lexicon)
    seed = seed_of(application, source, analyser, language=lang, name=name, made="Added from {source} on {day}.")
    _refuse_known(application, seed.profile.name, replace=replace)
    seed = with_echo(application, seed, analyser)
    keep_seed(application.store, seed, now=application.clock())
    if as_json:
        print_json("widerhall.seed/1", _seed_json(application, seed.profile) | {"left_out": seed.left_out})
        return
    _print_left_out(seed.left_out)
    _print_seed(application, seed.profile)
    out.print(
        f"\nTo search by it, name it in a watch file, and check:\n\n"
        f"  [bold]seeds: \\[{seed.profile.name}][/]        [dim]in watches/….yaml of your configuration[/]\n"
        f"  [bold]widerhall --config … check[/]"
    )


def seed_of(application: App, source: str, analyser: Analyser, *, language: str, name: str, made: str) -> NewSeed:
    """The seed that a file, an address or «-» makes; `made` says how it came, with {source} and {day}."""
    from monitor.seeds import read_seed
    from monitor.texts import read_source

    text = read_source(
        source, fetch=application.config.daemon.fetch_settings, clock=application.clock, stdin=sys.stdin.buffer
    )
    shown = source if source.startswith("http") else PurePath(source).name
    said = made.replace("{day}", f"{application.clock():%Y-%m-%d}").replace("{source}", shown)
    return read_seed(text, analyser=analyser, language=language, name=name, made=said)


def with_echo(application: App, seed: NewSeed, analyser: Analyser) -> NewSeed:
    """The seed with the echo of what is stored, if anything is near to it."""
    from monitor.analyse.weights import shipped_weights
    from monitor.tune.subjects import with_stored_echo

    heard = with_stored_echo(
        seed.profile,
        application.store.articles(),
        analyser=analyser,
        background=application.background,
        weights=shipped_weights(),
    )
    return dataclasses.replace(seed, profile=heard)


def _refuse_known(application: App, name: str, *, replace: bool) -> None:
    from monitor.seeds import PROFILE

    known = application.profiles.get(name)
    if known and not replace:
        raise UsageError(f"there is a seed «{name}» already ({known.title}): choose another --name, or --replace")
    if known and name not in application.store.documents(PROFILE):
        raise UsageError(f"«{name}» is a seed of the configuration folder: choose another --name")


@app.command()
def show(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(help="Its name.", autocompletion=complete_seed)],
    as_json: JsonOption = False,
) -> None:
    """Show what a seed is searched by.

    \b
    Example:
      widerhall seed show gemeinsam-gegen-den-is
    """
    from monitor.seeds import find_profile

    application = open_app(ctx)
    profile = find_profile(application.profiles, name)
    if as_json:
        print_json("widerhall.seed/1", _seed_json(application, profile))
    else:
        _print_seed(application, profile)


@app.command("list")
def list_(ctx: typer.Context, as_json: JsonOption = False) -> None:
    """List all seeds, and the watches that cite them.

    \b
    Example:
      widerhall seed list --json | jq -r '.seeds[].name'
    """
    application = open_app(ctx)
    profiles = sorted(application.profiles.values(), key=lambda profile: profile.name)
    if as_json:
        print_json("widerhall.seeds/1", {"seeds": [_summary(application, profile) for profile in profiles]})
        return
    listing = Listing(
        Column(name="name"),
        Column(name="languages"),
        Column(name="watches", from_width=100),
        Column(name="title", is_wide=True),
    )
    for profile in profiles:
        watches = ", ".join(_watches(application, profile)) or "[dim]none[/]"
        listing.add(plain(profile.name), " ".join(_languages(profile)), watches, plain(profile.title))
    listing.print()


def _languages(profile: SeedProfile) -> list[str]:
    """Its own first."""
    return [profile.language, *sorted(set(profile.terms) - {profile.language})]


def _watches(application: App, profile: SeedProfile) -> list[str]:
    return [watch.id for watch in application.config.watches if profile.name in watch.seeds]


def _summary(application: App, profile: SeedProfile) -> dict[str, object]:
    return {
        "name": profile.name,
        "title": profile.title,
        "url": profile.url,
        "published": profile.published,
        "language": profile.language,
        "languages": _languages(profile),
        "watches": _watches(application, profile),
        "made": profile.made,
        "revision": profile.revision,
    }


def _seed_json(application: App, profile: SeedProfile) -> dict[str, object]:
    return {**_summary(application, profile), "terms": profile.terms, "ids": profile.ids}


def _print_left_out(lines: Sequence[str]) -> None:
    if not lines:
        return
    out.print(f"{counted(len(lines), 'line')} left out, no part of the article:")
    for line in lines[:LINES_SHOWN]:
        out.print(f"  [dim]{plain(line[:LINE_CHARS])}{'…' if len(line) > LINE_CHARS else ''}[/]")
    if len(lines) > LINES_SHOWN:
        out.print(f"  [dim]and {len(lines) - LINES_SHOWN} more[/]")
    out.print()


def _print_seed(application: App, profile: SeedProfile) -> None:
    from monitor.analyse.background import day_one
    from monitor.seeds import strongest_ids, strongest_terms

    background = day_one()
    out.print(f"[bold]{plain(profile.title)}[/]")
    if profile.url:
        out.print(plain(profile.url), soft_wrap=True)
    languages = ", ".join(f"{language} ({len(profile.terms[language])} terms)" for language in _languages(profile))
    facts(
        ("name", plain(profile.name)),
        ("published", plain(profile.published or "not known")),
        ("languages", languages),
        ("watches", plain(", ".join(_watches(application, profile)) or "none")),
        ("made", plain(profile.made or "not said")),
    )
    _heading("Searched by, in every language")
    _print_weighted(strongest_ids(profile, background)[:IDS_SHOWN])
    for language in _languages(profile):
        _heading(f"Searched by, in {language}")
        _print_weighted(strongest_terms(profile, background, language)[:TERMS_SHOWN])


def _heading(text: str) -> None:
    out.print(f"\n[bold]{text}[/] [dim]· strongest first, 1 is the strongest[/]")


def _print_weighted(weighted: Sequence[tuple[str, float]]) -> None:
    """In as many columns as fit; in a pipe, one a line."""
    from rich.columns import Columns

    terms = [f"[dim]{weight:.2f}[/] {plain(term)}" for term, weight in weighted]
    if out.is_terminal:
        out.print(Columns(terms, column_first=True, padding=(0, 3)))
    else:
        out.print("\n".join(terms))

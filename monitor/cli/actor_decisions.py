"""`actors confirm|merge|reject|undo|decisions|apply|add`: decide who is who. Every decision can be taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.actor_cards import DECIDED
from monitor.cli.actors import SinceOption, find_actor, period
from monitor.cli.console import Column, Listing, counted, err, near, out, plain, plain_lines, print_json, progress_bar
from monitor.cli.options import AuthorOption, JsonOption, login, open_app
from monitor.errors import NotFoundError, UsageError

if TYPE_CHECKING:
    from monitor.analyse.actor_book import Decision, DecisionKind
    from monitor.app import App
    from monitor.config_edit.scalar import Value

NoteOption = Annotated[str, typer.Option("--note", help="Why, for a colleague or yourself.")]
DiscoveredArgument = Annotated[str, typer.Argument(metavar="NAME", help="As `actors unconfirmed` lists it.")]
CountryOption = Annotated[str, typer.Option("--country", help="Slug of its state: turkey, russia …")]


def confirm(
    ctx: typer.Context,
    name: DiscoveredArgument,
    called: Annotated[str, typer.Option("--name", help="The common English name, if that is another one.")] = "",
    slug: Annotated[str, typer.Option("--slug", help="Its id; made from the name otherwise.")] = "",
    kind: Annotated[str, typer.Option("--type", help="person, organisation …; as discovered otherwise.")] = "",
    country: CountryOption = "",
    note: NoteOption = "",
    author: AuthorOption = "",
) -> None:
    """Say that a discovered name is an actor.

    From now on it counts in every text and language; of texts that are stored already after `actors apply`. Confirmed
    again, it takes what is given anew (a state, say) and keeps the rest.

    \b
    Examples:
      widerhall actors confirm "Nikolaj Beispiel"
      widerhall actors confirm "Иван Образцов" --name "Ivan Obraztsov" --country russia
    """
    from monitor.actor_review import slug_of
    from monitor.analyse.actor_book import DecisionKind
    from monitor.analyse.gazetteer import ACTOR_TYPES
    from monitor.analyse.names import fold

    application = open_app(ctx)
    stored, discovered_as = _discovered(application, name)
    before = application.actor_book.standing.get(fold(stored))
    own = before if before and before.kind is DecisionKind.CONFIRM else None
    if kind and kind not in ACTOR_TYPES:
        raise UsageError(f"«{kind}» is no type; expected {', '.join(ACTOR_TYPES)}")
    called = called or (own.called if own else stored)
    slug = slug.lstrip("@") or (own.actor[1:] if own else slug_of(called, taken=application.acting_gazetteer.actors))
    _decide(
        application,
        stored,
        DecisionKind.CONFIRM,
        author=author,
        actor=f"@{slug}",
        called=called,
        type=kind or (own.type if own else discovered_as or "person"),
        country=country or (own.country if own else ""),
        note=note,
    )


def merge(
    ctx: typer.Context,
    name: DiscoveredArgument,
    into: Annotated[str, typer.Argument(metavar="INTO", help="A known actor: name or slug.")],
    note: NoteOption = "",
    author: AuthorOption = "",
) -> None:
    """Say that a discovered name is another name of a known actor.

    \b
    Examples:
      widerhall actors merge "Sergej Lawroff" lavrov
      widerhall actors merge "Бинали Йылдырым" "Binali Yıldırım" --note "the prime minister"
    """
    from monitor.analyse.actor_book import DecisionKind

    application = open_app(ctx)
    stored, _ = _discovered(application, name)
    target = find_actor(application, into)
    if target.startswith("?"):
        raise UsageError(f'«{into}» is not confirmed itself; first: widerhall actors confirm "{into.lstrip("?")}"')
    _decide(application, stored, DecisionKind.MERGE, author=author, actor=target, note=note)


def reject(ctx: typer.Context, name: DiscoveredArgument, note: NoteOption = "", author: AuthorOption = "") -> None:
    """Say that a discovered name is no actor.

    It is not offered again, and what it is said to say has no speaker.

    \b
    Example:
      widerhall actors reject "Rote Karte" --note "a headline"
    """
    from monitor.analyse.actor_book import DecisionKind

    application = open_app(ctx)
    _decide(application, _discovered(application, name)[0], DecisionKind.REJECT, author=author, note=note)


def undo(ctx: typer.Context, name: DiscoveredArgument, author: AuthorOption = "") -> None:
    """Take back the last decision on a name.

    The one before it holds again, if there is one.

    \b
    Example:
      widerhall actors undo "Rote Karte"
    """
    from monitor.actor_review import undo as take_back

    application = open_app(ctx)
    was, holds = take_back(application.store, name.lstrip("?"), author=author or login(), now=application.clock())
    now = f"it is {_said(holds)} again" if holds else "it is undecided again"
    by = f"[dim](by {plain(was.author)}, {was.at:%Y-%m-%d})[/]"
    out.print(f"«{plain(was.name)}» is no longer {_said(was)} {by}; {now}")
    _say_how_many(application, was.name)


def _decide(application: App, name: str, kind: DecisionKind, *, author: str, **of_it: str) -> None:
    from monitor.actor_review import decide
    from monitor.analyse.actor_book import Decision

    decision = Decision(name=name, kind=kind, author=author or login(), at=application.clock(), **of_it)
    decide(application.store, decision, application.acting_gazetteer, watches=_watches(application))
    out.print(f"«{plain(name)}» {_said(decision)}")
    _say_how_many(application, name)


def _said(decision: Decision) -> str:
    """«confirmed as @mustermann (Gerda Mustermann, person)»."""
    about = ", ".join(
        plain(each.replace("_", " ")) for each in (decision.called, decision.type, decision.country) if each
    )
    joins = {"confirm": " as ", "merge": " into "}.get(decision.kind.value, "")
    return f"[bold]{DECIDED[decision.kind.value]}[/]{joins}{plain(decision.actor)}" + (f" ({about})" if about else "")


def _say_how_many(application: App, name: str) -> None:
    from monitor.model import ActingFilter

    wanted = (ActingFilter(watch=each, only_matches=False, actor=f"?{name}") for each in _watches(application))
    articles = {found.article_id for each in wanted for found in application.store.acting(each)}
    stored = f" ({counted(len(articles), 'article')} at least)" if articles else ""
    out.print(f"[dim]New texts are read accordingly. Those stored already{stored}: widerhall actors apply[/]")


def _watches(application: App) -> list[str]:
    return [watch.id for watch in application.config.watches]


def _discovered(application: App, given: str) -> tuple[str, str]:
    """The name as it was discovered or decided on, and its type; the name as given where there is none."""
    from monitor.actor_review import discovered_names
    from monitor.analyse.names import fold
    from monitor.model import ActingFilter

    name = given.strip().lstrip("?")
    if history := application.actor_book.histories.get(fold(name)):
        return history[0].name, next((each.type for each in history if each.type), "")
    stored = next(
        (
            each
            for each in sorted(discovered_names(application.store, _watches(application)))
            if fold(each) == fold(name)
        ),
        name,
    )
    for watch in _watches(application):
        for article in application.store.acting(ActingFilter(watch=watch, only_matches=False, actor=f"?{stored}")):
            return stored, article.roles[0].type
    return stored, ""


# --- looking back ---------------------------------------------------------------------------------------------------


def decisions(ctx: typer.Context, as_json: JsonOption = False) -> None:
    """List all decisions on names, the latest first.

    \b
    Examples:
      widerhall actors decisions
      widerhall actors decisions --json | jq '.decisions[] | select(.kind == "reject")'
    """
    from monitor.actor_review import history_of

    application = open_app(ctx)
    book = application.actor_book
    history = history_of(book)
    if as_json:
        standing = {*book.standing.values()}
        print_json(
            "widerhall.actors-decisions/1",
            {"decisions": [{**vars(each), "holds": each in standing} for each in history]},
        )
        return
    if not history:
        out.print("Nothing is decided yet. [dim]What waits: widerhall actors unconfirmed[/]")
        return
    listing = Listing(Column(name="when"), Column(name="by"), Column(name="name"), Column(is_wrapped=True))
    for each in history:
        holds = "" if each in book.standing.values() else " [dim]· no longer[/]" if each.kind.value != "undo" else ""
        note = f" [dim]«{plain(each.note)}»[/]" if each.note else ""
        listing.add(f"{each.at:%Y-%m-%d %H:%M}", plain(each.author), plain(each.name), _said(each) + note + holds)
    listing.print()


def apply(ctx: typer.Context, since: SinceOption = "", as_json: JsonOption = False) -> None:
    """Read stored texts again in which decided names stand.

    Their actors, quotes and pairs are found anew; scores and matches stay. Safe to repeat.

    \b
    Examples:
      widerhall actors apply
      widerhall actors apply --since 30d
    """
    from monitor.actor_review import articles_to_read_again, read_again

    application = open_app(ctx)
    store, watches = application.store, application.config.watches
    begin = period(watches[0], since, "", now=application.clock())[0] if since else None
    touched = articles_to_read_again(
        store, application.acting_gazetteer, application.actor_book, watches=_watches(application), since=begin
    )
    read = changed = 0
    with progress_bar() as progress:
        for article in progress.track(touched, description="reading", total=None):
            read += 1
            changed += read_again(store, application.reader, article)
    if as_json:
        print_json("widerhall.actors-apply/1", {"read": read, "changed": changed})
    else:
        out.print(f"{counted(read, 'article')} read again, the actors of {changed} changed")


# --- the list itself ------------------------------------------------------------------------------------------------


def add(
    ctx: typer.Context,
    slug: Annotated[str, typer.Argument(metavar="SLUG", help="Its id: small letters, digits and _.")],
    called: Annotated[str, typer.Option("--name", help="The common English name.")] = "",
    kind: Annotated[str, typer.Option("--type", help="person, state, organisation, armed_group, source, place.")] = "",
    country: CountryOption = "",
    forms: Annotated[
        list[str] | None, typer.Option("--form", metavar="LANG=NAME", help="A full name: ru=Иван Образцов; repeatable.")
    ] = None,
    short: Annotated[
        list[str] | None, typer.Option("--short", metavar="LANG=NAME", help="A form that counts alone; repeatable.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change, change nothing.")] = False,
) -> None:
    """Write an actor into actors.yaml, where watches can cite it.

    An actor that was confirmed brings its name, type, state and other spellings along. The change is shown; offices
    and all else are yours to add by hand.

    \b
    Examples:
      widerhall actors add obraztsov --name "Ivan Obraztsov" --type person --form "ru=Иван Образцов" --dry-run
      widerhall actors add mavashev --dry-run
    """
    from monitor.actor_review import decisions_on
    from monitor.config_edit import Edit, add_entry, save
    from monitor.seeds import PROFILE

    application = open_app(ctx)
    slug = slug.lstrip("@")
    own = application.actor_book.confirmed.get(f"@{slug}")
    called, kind = called or (own.called if own else ""), kind or (own.type if own else "")
    country = country or (own.country if own else "")
    if not (called and kind):
        raise UsageError("an actor needs --name and --type, unless it was confirmed before")
    spellings = _by_language(forms)
    also = [each for each in decisions_on(application.actor_book, f"@{slug}") if each != called]
    if also:
        spellings["*"] = [*spellings.get("*", []), *also]
    about = {"name": called, "type": kind, "country": country, "names": spellings, "short": _by_language(short)}
    value: dict[str, Value] = {key: said for key, said in about.items() if said}  # type: ignore[misc]
    path = application.config.directory / "actors.yaml"
    if not path.exists():
        raise NotFoundError(f"{path}: this configuration uses the shipped list; copy actors.yaml there first")
    before = path.read_text(encoding="utf-8")
    after = add_entry(before, ("actors", slug), value)
    edit = Edit(path=path, before=before, after=after)
    out.print(plain_lines(edit.diff))
    if dry_run:
        return
    seeds = application.store.documents(PROFILE) if application.has_store else ()
    save(edit, application.config.directory, seeds=seeds)
    err.print(
        f"written to {plain(near(path.absolute()))}; of texts stored already: widerhall actors apply", soft_wrap=True
    )


def _by_language(given: list[str] | None) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for each in given or ():
        lang, sign, name = each.partition("=")
        if not sign or not name.strip():
            raise UsageError(f"«{each}» is no form; expected LANG=NAME, such as ru=Иван Образцов")
        found.setdefault(lang.strip(), []).append(name.strip())
    return found

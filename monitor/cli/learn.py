"""`learn`: verdicts teach a watch; what they would change is shown, and every step can be taken back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.console import EXIT_PROBLEMS, Column, Listing, counted, facts, out, plain, print_json
from monitor.cli.options import JsonOption, WatchOption, login, open_app, pick_watch

if TYPE_CHECKING:
    from monitor.learning import Lesson, School, Step

app = typer.Typer(invoke_without_command=True)

#: Terms shown of each direction.
TERMS_SHOWN = 12

DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Only show what would change.")]
TermArgument = Annotated[str, typer.Argument(metavar="TERM", help='A word, an actor "@gazprom", a concept ~tourism.')]


@app.callback()
def learn(
    ctx: typer.Context, watch: WatchOption = "", dry_run: DryRunOption = False, as_json: JsonOption = False
) -> None:
    """Let your verdicts move what a watch looks for.

    What relevant articles are made of speaks for an article from then on, what irrelevant ones are made of against it.
    What the watch's facets name is never turned against it, and nothing that is known to match may fall far: such a
    step is refused. Scores that are stored stay as they are.

    \b
    Examples:
      widerhall learn --dry-run
      widerhall learn
      widerhall learn history
    """
    if ctx.invoked_subcommand is None:
        _take(ctx, watch, lambda school, author, now: school.learn(author=author, now=now), dry_run, as_json)


@app.command()
def undo(
    ctx: typer.Context, watch: WatchOption = "", dry_run: DryRunOption = False, as_json: JsonOption = False
) -> None:
    """Take the last step back; again, the one before it.

    \b
    Example:
      widerhall learn undo --dry-run
    """
    _take(ctx, watch, lambda school, author, now: school.undo(author=author, now=now), dry_run, as_json)


@app.command()
def pin(
    ctx: typer.Context,
    term: TermArgument,
    weight: Annotated[
        float, typer.Option("--weight", min=-1, max=1, help="0: verdicts cannot move it; .1 speaks for an article.")
    ] = 0.0,
    watch: WatchOption = "",
    dry_run: DryRunOption = False,
    as_json: JsonOption = False,
) -> None:
    """Set what a term says, whatever verdicts say.

    A word stands for itself in every language that was learnt in.

    \b
    Examples:
      widerhall learn pin "@gazprom"
      widerhall learn pin ~tourism --weight -0.1
    """
    _take(ctx, watch, lambda school, author, now: school.pin(term, weight, author=author, now=now), dry_run, as_json)


@app.command()
def unpin(
    ctx: typer.Context,
    term: TermArgument,
    watch: WatchOption = "",
    dry_run: DryRunOption = False,
    as_json: JsonOption = False,
) -> None:
    """Give a pinned term free again, for the next verdicts to move.

    \b
    Example:
      widerhall learn unpin "@gazprom"
    """
    _take(ctx, watch, lambda school, author, now: school.pin(term, None, author=author, now=now), dry_run, as_json)


@app.command()
def history(ctx: typer.Context, watch: WatchOption = "", as_json: JsonOption = False) -> None:
    """List what a watch was taught, step by step.

    \b
    Example:
      widerhall learn history
    """
    from monitor import learning

    application = open_app(ctx)
    chosen = pick_watch(application, watch)
    lessons = learning.history(application.store, chosen.id)
    if as_json:
        print_json("widerhall.lessons/1", {"watch": chosen.id, "lessons": [_lesson_json(each) for each in lessons]})
        return
    if not lessons:
        out.print("Nothing was learnt yet. [dim]What verdicts would change: widerhall learn --dry-run[/]")
        return
    listing = Listing(
        Column(name="version", is_number=True),
        Column(name="when"),
        Column(name="who"),
        Column(name="what"),
        Column(name="verdicts", is_number=True),
        Column(name="terms", is_number=True),
        Column(name="pinned", is_wide=True),
    )
    for each in lessons:
        terms = sum(map(len, each.moves.values()))
        pinned = ", ".join(f"{term} {weight:+g}" if weight else term for term, weight in each.pins.items())
        when = f"{each.made_at:%Y-%m-%d %H:%M}" if each.made_at else ""
        what = f"{each.way} {each.about}".strip()
        listing.add(
            str(each.version), when, plain(each.author), plain(what), str(len(each.verdicts)), str(terms), plain(pinned)
        )
    listing.print()


def _take(
    ctx: typer.Context,
    watch: str,
    work_out: Callable[[School, str, datetime], Step],
    is_dry: bool,
    as_json: bool,
) -> None:
    """Work a step out, show it, and keep it unless it is refused or only asked about."""
    from monitor.learning import School

    application = open_app(ctx)
    chosen, now = pick_watch(application, watch), application.clock()
    school = School(application.store, chosen, application.reader, application.background)
    step = work_out(school, login(), now)
    if not is_dry and not step.refused:
        school.keep(step, now=now)
    if as_json:
        print_json("widerhall.lesson/1", _step_json(step, is_kept=not is_dry and not step.refused))
    else:
        _print_step(step, is_dry=is_dry)
    if step.refused:
        raise typer.Exit(EXIT_PROBLEMS)


def _print_step(step: Step, *, is_dry: bool) -> None:
    after = step.after
    relevant = sum(after.verdicts.values())
    facts(
        ("watch", plain(after.watch)),
        ("version", f"{step.before.version} → {after.version}"),
        ("verdicts", f"{relevant} relevant, {len(after.verdicts) - relevant} irrelevant"),
        ("pinned", plain(", ".join(after.pins) or "nothing")),
    )
    _print_terms("Speaks for an article, more than before", [each for each in step.terms if each[2] > 0])
    _print_terms("Speaks for it less, or against it", [each for each in step.terms if each[2] < 0])
    if after.effect:
        out.print("\n[bold]Stored articles that would score otherwise[/]")
        listing = Listing(
            Column(name="id"),
            Column(name="now", is_number=True),
            Column(name="then", is_number=True),
            Column(name="title", is_wide=True),
        )
        for moved in after.effect:
            listing.add(f"a-{moved.article_id}", f"{moved.before:.1f}", f"{moved.after:.1f}", plain(moved.title))
        listing.print()
        out.print(f"{step.became_match} would become a match, {step.no_longer_match} would be none any more.")
    out.print()
    if step.refused:
        out.print(f"[bold red]Refused:[/] {plain(step.refused)}.", soft_wrap=True)
        out.print("Look at these articles and at the verdicts; `widerhall learn pin TERM` keeps a term out of it.")
    elif is_dry:
        out.print(f"{counted(step.canaries, 'known text')} would stay where they belong. Nothing was changed.")
    else:
        out.print(f"Version {after.version} is kept: what comes in from now on is scored with it.")
        out.print("[dim]Stored scores stay as they are. To take it back: widerhall learn undo[/]")


def _print_terms(heading: str, changes: Sequence[tuple[str, str, float]]) -> None:
    if not changes:
        return
    out.print(f"\n[bold]{heading}[/]")
    shown = [f"{plain(term)}{'' if space == '*' else f' ({space})'} {change:+.3f}" for space, term, change in changes]
    out.print("  " + ", ".join(shown[:TERMS_SHOWN]) + (f" … {len(shown)} in all" if len(shown) > TERMS_SHOWN else ""))


def _step_json(step: Step, *, is_kept: bool) -> dict[str, object]:
    return _lesson_json(step.after) | {
        "is_kept": is_kept,
        "refused": step.refused or None,
        "canaries": step.canaries,
        "became_match": step.became_match,
        "no_longer_match": step.no_longer_match,
        "changes": [{"language": space, "term": term, "change": change} for space, term, change in step.terms],
    }


def _lesson_json(lesson: Lesson) -> dict[str, object]:
    return {
        "watch": lesson.watch,
        "version": lesson.version,
        "made_at": lesson.made_at,
        "author": lesson.author,
        "way": lesson.way,
        "about": lesson.about,
        "basis": lesson.basis,
        "verdicts": {f"a-{number}": "relevant" if kind else "irrelevant" for number, kind in lesson.verdicts.items()},
        "pins": lesson.pins,
        "moves": lesson.moves,
        "effect": [
            {"article": f"a-{each.article_id}", "title": each.title, "before": each.before, "after": each.after}
            for each in lesson.effect
        ],
    }

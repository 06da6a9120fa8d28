"""`tune`: what another keyword configuration would have done to everything stored, and saving it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial, reduce
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.console import err, near, out, plain, print_json, progress_bar
from monitor.cli.options import AuthorOption, JsonOption, WatchOption, login, open_app, pick_watch, quiet_logs
from monitor.cli.tune_cards import print_change, print_diff, print_standing
from monitor.errors import UsageError

if TYPE_CHECKING:
    from monitor.app import App
    from monitor.config_edit import Change, Draft
    from monitor.model import Watch
    from monitor.saving import Saved
    from monitor.tuning import Answer

app = typer.Typer(help="Ask what a change would have done; save it.", invoke_without_command=True)

SetOption = Annotated[
    list[str] | None, typer.Option("--set", metavar="PATH=VALUE", help="A setting of the watch: thresholds.match=42.")
]
AddOption = Annotated[
    list[str] | None,
    typer.Option("--add-keyword", metavar="RULE[/LANG]=PHRASE", help="A phrase for a keyword rule."),
]
RemoveOption = Annotated[
    list[str] | None,
    typer.Option("--remove-keyword", metavar="RULE[/LANG]=PHRASE", help="Take a phrase out of a rule."),
]
RuleOption = Annotated[
    list[str] | None,
    typer.Option("--add-rule", metavar="NAME=GROUP:PHRASE,…", help="A rule: any, all, none or points (5, -3)."),
]
FileOption = Annotated[Path | None, typer.Option("--file", help="An edited watch file, in place of the options.")]


@app.callback()
def tune(
    ctx: typer.Context,
    settings: SetOption = None,
    add: AddOption = None,
    remove: RemoveOption = None,
    add_rule: RuleOption = None,
    remove_rule: Annotated[list[str] | None, typer.Option("--remove-rule", metavar="NAME")] = None,
    file: FileOption = None,
    save: Annotated[bool, typer.Option("--save", help="Write it, after showing what it does.")] = False,
    reason: Annotated[str, typer.Option("--reason", help="Why, for the history.")] = "",
    author: AuthorOption = "",
    watch: WatchOption = "",
    as_json: JsonOption = False,
) -> None:
    """Ask what a change would have done to everything stored. Nothing changes without --save.

    Without a change: how the watch does now, rule by rule and threshold by threshold.

    \b
    Examples:
      widerhall tune
      widerhall tune --set thresholds.match=42
      widerhall tune --add-keyword "the jet crisis/en=stab in the back" --json
      widerhall tune --add-rule "no football=none:~football" --save --reason "two cup reports on Monday"
      widerhall tune history
    """
    if ctx.invoked_subcommand:
        return
    quiet_logs()
    application = open_app(ctx)
    chosen = pick_watch(application, watch)
    changes = list(_changes(settings, add, remove, add_rule, remove_rule))
    draft = _draft(application, chosen, file.read_text(encoding="utf-8") if file else None, changes)
    answer = ask(application, draft)
    if as_json:
        from monitor.shapes import answer_json

        print_json("widerhall.tune/1", answer_json(application.store, draft, answer))
    elif draft.diff:
        print_change(application, draft, answer)
    else:
        print_standing(draft.before, answer)
    if save and draft.diff:
        _save(application, draft, answer, author=author or login(), reason=reason, is_quiet=as_json)
    elif draft.diff and not as_json:
        out.print("\n[dim]Nothing is changed. To write it, say it again with[/] --save")


def ask(application: App, draft: Draft) -> Answer:
    """The answer for a change; texts are read anew, with a bar, where stored scores cannot tell."""
    from monitor.tuning import needs_reading
    from monitor.workbench import Workbench

    before, after = draft.before, draft.after
    with progress_bar() as bar:
        task = bar.add_task("reading every text with the change", total=None, visible=needs_reading(before, after))
        bench = Workbench(application)
        return bench.answer(before, after, lambda done, total: bar.update(task, completed=done, total=total))


# --- the change as an edit of the file ------------------------------------------------------------------------------


def _changes(
    settings: list[str] | None,
    add: list[str] | None,
    remove: list[str] | None,
    add_rules: list[str] | None,
    remove_rules: list[str] | None,
) -> Iterator[Change]:
    """Functions from text to text, in the order in which they make sense."""
    from monitor import config_edit

    for setting in settings or ():
        path, value = config_edit.parse_setting(setting)
        yield partial(config_edit.set_value, path=path, value=value)
    for name in remove_rules or ():
        yield partial(config_edit.remove_rule, name=name)
    for said in add_rules or ():
        yield partial(_with_rule, said=said)
    for function, sayings in ((config_edit.remove_phrase, remove or ()), (config_edit.add_phrase, add or ())):
        for said in sayings:
            rule, language, phrase = _keyword(said)
            yield partial(function, rule=rule, phrase=phrase, language=language)


def _keyword(said: str) -> tuple[str, str, str]:
    """`the jet crisis/en=shot down` as rule, language and phrase."""
    name, sign, phrase = said.partition("=")
    rule, _, language = name.partition("/")
    if not (sign and rule.strip() and phrase.strip()):
        raise UsageError(f"«{said}» is no keyword; expected RULE=PHRASE or RULE/LANGUAGE=PHRASE")
    return rule.strip(), language.strip(), phrase.strip()


def _with_rule(text: str, said: str) -> str:
    """`no football=none:~football, ~sport` as a rule behind the others."""
    from monitor.config_edit import GROUPS, add_rule

    name, sign, rest = said.partition("=")
    group, colon, phrases = rest.partition(":")
    listed = [phrase.strip() for phrase in phrases.split(",") if phrase.strip()]
    if not (sign and name.strip() and colon and listed):
        raise UsageError(f"«{said}» is no rule; expected NAME=none:PHRASE,PHRASE (any, all, none, or points: 5, -3)")
    if group.strip() in GROUPS:
        return add_rule(text, name.strip(), group.strip(), listed)
    try:
        points = float(group)
    except ValueError as error:
        raise UsageError(f"«{group}» is no group; expected any, all, none, or points such as 5 or -3") from error
    return add_rule(text, name.strip(), "any", listed, weight=points)


def _draft(application: App, watch: Watch, text: str | None, changes: Sequence[Change] = ()) -> Draft:
    """The changes of the watch's file, or of a text in its place; warnings that they bring are told."""
    from monitor.workbench import Workbench

    draft = Workbench(application).draft(
        watch.id, lambda now: reduce(lambda so_far, change: change(so_far), changes, now if text is None else text)
    )
    for warning in draft.warnings:
        err.print(f"[yellow]![/] {plain(warning)}")
    return draft


def _save(application: App, draft: Draft, answer: Answer, *, author: str, reason: str, is_quiet: bool = False) -> None:
    from monitor.workbench import Workbench

    effect = answer.effect
    gained, lost = len(effect.gained), len(effect.lost)
    saved = Workbench(application).save(draft, author=author, reason=reason, gained=gained, lost=lost)
    (err if is_quiet else out).print(
        f"\nSaved as change {saved.number} in {plain(near(draft.edit.path))}. A running daemon takes it up by itself;"
        f" what is stored already keeps its scores until\n  [bold]widerhall rescore[/]"
    )


# --- rule by rule ---------------------------------------------------------------------------------------------------


@app.command()
def keywords(ctx: typer.Context, watch: WatchOption = "", as_json: JsonOption = False) -> None:
    """Tell how often each keyword rule fires, and for what.

    \b
    Examples:
      widerhall tune keywords
      widerhall tune keywords --json | jq -r '.rules[] | select(.fires == 0) | .rule'
    """
    from monitor.cli.tune_cards import print_rules
    from monitor.tune.rule_use import rule_uses
    from monitor.workbench import Workbench

    quiet_logs()
    application = open_app(ctx)
    chosen = pick_watch(application, watch)
    tuner = Workbench(application).tuner()
    columns = tuner.columns(chosen.id, profile_languages=application.profile_languages(chosen))
    uses = rule_uses(columns, chosen, tuner.verdicts(chosen.id))
    if as_json:
        print_json("widerhall.tune-keywords/1", {"watch": chosen.id, "articles": len(columns), "rules": uses})
    else:
        print_rules(uses, len(columns))


# --- what to try next -----------------------------------------------------------------------------------------------


@app.command()
def suggest(
    ctx: typer.Context,
    a_day: Annotated[
        float | None, typer.Option("--matches-a-day", min=0.1, help="So many matches a day would be right.")
    ] = None,
    precision: Annotated[
        float, typer.Option("--precision", min=0.1, max=1.0, help="Such a share of matches should be relevant.")
    ] = 0.9,
    watch: WatchOption = "",
    as_json: JsonOption = False,
) -> None:
    """Suggest what to try next, with the evidence for it.

    Words, thresholds, articles to judge, names that are new. Nothing is changed: each says how to ask what it would do.

    \b
    Examples:
      widerhall tune suggest
      widerhall tune suggest --matches-a-day 10
    """
    from monitor.advice import Wishes
    from monitor.cli.advice_cards import advice_json, print_advice
    from monitor.workbench import Workbench

    quiet_logs()
    application = open_app(ctx)
    chosen = pick_watch(application, watch)
    advice = Workbench(application).advise(chosen, Wishes(a_day=a_day, precision=precision))
    shown = application.store.articles_by_id(advice.judge_next)
    if as_json:
        print_json("widerhall.tune-suggest/1", advice_json(chosen, advice, shown))
    else:
        print_advice(chosen, advice, shown)


# --- looking back ---------------------------------------------------------------------------------------------------


@app.command()
def history(ctx: typer.Context, watch: WatchOption = "", as_json: JsonOption = False) -> None:
    """List the changes that were saved, and those made by hand.

    \b
    Example:
      widerhall tune history
    """
    from monitor.saving import note_edits, saved_changes

    application = open_app(ctx)
    chosen = pick_watch(application, watch)
    note_edits(application.store, application.config, now=application.clock())
    changes = saved_changes(application.store, chosen.id)
    if as_json:
        from monitor.shapes import saved_json

        print_json("widerhall.tune-history/1", {"watch": chosen.id, "changes": [saved_json(each) for each in changes]})
        return
    if not changes:
        out.print("Nothing was changed yet. [dim]Ask what one would do: widerhall tune --set thresholds.match=42[/]")
        return
    for change in changes:
        out.print(f"[bold]{change.number}[/]  {change.saved_at:%Y-%m-%d %H:%M} UTC  {_who_and_why(change)}")
        print_diff(change.diff)


def _who_and_why(change: Saved) -> str:
    if change.is_by_hand:
        return "by hand [dim](in an editor, or by git; seen then)[/]"
    moved = f"[green]+{change.gained}[/] [red]−{change.lost}[/]"
    return f"{plain(change.author)}  {moved}  {plain(change.reason or '(no reason given)')}"


@app.command()
def revert(
    ctx: typer.Context,
    number: Annotated[int, typer.Argument(help="The change, as `tune history` numbers it.")],
    author: AuthorOption = "",
    watch: WatchOption = "",
) -> None:
    """Put the watch file back to before a saved change.

    That is a change, too, and is in the history.

    \b
    Example:
      widerhall tune revert 3
    """
    from monitor.saving import saved_change

    quiet_logs()
    application = open_app(ctx)
    chosen = pick_watch(application, watch)
    change = saved_change(application.store, chosen.id, number)
    draft = _draft(application, chosen, change.before)
    if not draft.diff:
        out.print(f"The file is already what it was before change {number}.")
        return
    answer = ask(application, draft)
    print_change(application, draft, answer)
    _save(application, draft, answer, author=author or login(), reason=f"back to before change {number}")

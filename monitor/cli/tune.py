"""`tune`: what another keyword configuration would have done to everything stored, and saving it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.cli.console import near, out, plain, print_json, progress_bar
from monitor.cli.options import AuthorOption, JsonOption, WatchOption, login, open_app, pick_watch, quiet_logs
from monitor.cli.tune_cards import answer_json, print_change, print_diff, print_standing
from monitor.errors import ConfigError, UsageError

if TYPE_CHECKING:
    from monitor.app import App
    from monitor.config_edit import Edit
    from monitor.model import Watch
    from monitor.tuning import Answer, Saved

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
    text = _edited(application, chosen, file, _changes(settings, add, remove, add_rule, remove_rule))
    edit = _edit(application, chosen, text)
    after = _watch_after(application, chosen, edit)
    answer = ask(application, chosen, after)
    if as_json:
        print_json("widerhall.tune/1", answer_json(application, chosen, after, edit, answer))
    elif edit.diff:
        print_change(application, edit, after, answer)
    else:
        print_standing(chosen, answer)
    if save and edit.diff:
        _save(application, chosen, edit, answer, author=author or login(), reason=reason)
    elif edit.diff and not as_json:
        out.print("\n[dim]Nothing is changed. To write it, say it again with[/] --save")


def ask(application: App, before: Watch, after: Watch) -> Answer:
    """The answer for a change; texts are read anew, with a bar, where stored scores cannot tell."""
    from monitor.tuning import needs_reading

    tuner = application.tuner()
    columns = tuner.columns(before.id, profile_languages=application.profile_languages(before))
    if not needs_reading(before, after):
        return tuner.what_if(columns, before, after)
    changed = replace(application.config, watches=(after,))
    other = type(application)(changed, application.clock, application.environ)
    other.__dict__["store"] = application.store
    with progress_bar() as bar:
        task = bar.add_task("reading every text with the change", total=len(columns))
        return tuner.what_if_reread(
            columns,
            other.reader,
            after,
            profile_languages=other.profile_languages(after),
            progress=lambda done: bar.update(task, completed=done),
        )


# --- the change as an edit of the file ------------------------------------------------------------------------------


def _changes(
    settings: list[str] | None,
    add: list[str] | None,
    remove: list[str] | None,
    add_rules: list[str] | None,
    remove_rules: list[str] | None,
) -> Iterator[Any]:
    """Functions from text to text, in the order in which they make sense."""
    from monitor import config_edit

    for setting in settings or ():
        path, value = config_edit.parse_setting(setting)
        yield lambda text, path=path, value=value: config_edit.set_value(text, path, value)
    for name in remove_rules or ():
        yield lambda text, name=name: config_edit.remove_rule(text, name)
    for said in add_rules or ():
        yield lambda text, said=said: _with_rule(text, said)
    for function, sayings in ((config_edit.remove_phrase, remove or ()), (config_edit.add_phrase, add or ())):
        for said in sayings:
            rule, language, phrase = _keyword(said)
            yield lambda text, f=function, r=rule, p=phrase, k=language: f(text, r, p, language=k)


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


def _watch_file(application: App, watch: Watch) -> Path:
    return application.config.directory / "watches" / f"{watch.id}.yaml"


def _edited(application: App, watch: Watch, file: Path | None, changes: Iterator[Any]) -> str:
    text = (file or _watch_file(application, watch)).read_text(encoding="utf-8")
    for change in changes:
        text = change(text)
    return text


def _edit(application: App, watch: Watch, text: str) -> Edit:
    from monitor.config_edit import Edit

    path = _watch_file(application, watch)
    return Edit(path=path, before=path.read_text(encoding="utf-8"), after=text)


def _watch_after(application: App, watch: Watch, edit: Edit) -> Watch:
    """The watch as the change would make it; ConfigError names what would be wrong."""
    from monitor.settings import read_config

    config, problems = read_config(
        application.config.directory,
        application.environ,
        seeds=tuple(application.profiles),
        replaced={edit.path: edit.after},
    )
    if config is None:
        raise ConfigError([problem for problem in problems if not problem.is_warning])
    known = {str(warning) for warning in application.config.warnings}
    for problem in problems:
        if problem.is_warning and str(problem) not in known:
            out.print(f"[yellow]![/] {plain(problem)}")
    return next(each for each in config.watches if each.id == watch.id)


def _save(application: App, watch: Watch, edit: Edit, answer: Answer, *, author: str, reason: str) -> None:
    from monitor.config_edit import save
    from monitor.tuning import Saved, next_number, record_saved

    save(edit, application.config.directory, application.environ, seeds=tuple(application.profiles))
    saved = Saved(
        number=next_number(application.store, watch.id),
        watch=watch.id,
        saved_at=application.clock(),
        author=author,
        reason=reason,
        file=str(edit.path.name),
        before=edit.before,
        after=edit.after,
        gained=len(answer.effect.gained),
        lost=len(answer.effect.lost),
    )
    record_saved(application.store, saved, now=application.clock())
    out.print(
        f"\nSaved as change {saved.number} in {plain(near(edit.path))}. A running daemon takes it up by itself;"
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

    quiet_logs()
    application = open_app(ctx)
    chosen = pick_watch(application, watch)
    tuner = application.tuner()
    columns = tuner.columns(chosen.id, profile_languages=application.profile_languages(chosen))
    uses = rule_uses(columns, chosen, tuner.verdicts(chosen.id))
    if as_json:
        print_json("widerhall.tune-keywords/1", {"watch": chosen.id, "articles": len(columns), "rules": uses})
    else:
        print_rules(uses, len(columns))


# --- looking back ---------------------------------------------------------------------------------------------------


@app.command()
def history(ctx: typer.Context, watch: WatchOption = "", as_json: JsonOption = False) -> None:
    """List the changes that were saved, and what each did.

    \b
    Example:
      widerhall tune history
    """
    from monitor.tuning import saved_changes

    application = open_app(ctx)
    chosen = pick_watch(application, watch)
    changes = saved_changes(application.store, chosen.id)
    if as_json:
        print_json(
            "widerhall.tune-history/1", {"watch": chosen.id, "changes": [_change_json(each) for each in changes]}
        )
        return
    if not changes:
        out.print("No change was saved yet. [dim]Ask what one would do: widerhall tune --set thresholds.match=42[/]")
        return
    for change in changes:
        out.print(
            f"[bold]{change.number}[/]  {change.saved_at:%Y-%m-%d %H:%M} UTC  {plain(change.author)}"
            f"  [green]+{change.gained}[/] [red]−{change.lost}[/]  {plain(change.reason or '(no reason given)')}"
        )
        print_diff(change.diff)


def _change_json(change: Saved) -> dict[str, Any]:
    told = {key: value for key, value in vars(change).items() if key not in ("watch", "before", "after")}
    return {**told, "diff": change.diff}


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
    from monitor.tuning import saved_change

    quiet_logs()
    application = open_app(ctx)
    chosen = pick_watch(application, watch)
    change = saved_change(application.store, chosen.id, number)
    edit = _edit(application, chosen, change.before)
    if not edit.diff:
        out.print(f"The file is already what it was before change {number}.")
        return
    answer = ask(application, chosen, _watch_after(application, chosen, edit))
    print_change(application, edit, chosen, answer)
    _save(application, chosen, edit, answer, author=author or login(), reason=f"back to before change {number}")

"""`account`, `audit`: who may use the desk from other machines, and who changed what there."""

from __future__ import annotations

import sys
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.console import Column, Listing, counted, out, plain, print_json
from monitor.cli.options import JsonOption, open_app
from monitor.model import Role

if TYPE_CHECKING:
    from monitor.app import App

app = typer.Typer(no_args_is_help=True, help="Make and remove accounts of the desk.")

NameArgument = Annotated[str, typer.Argument(metavar="NAME")]
RoleOption = Annotated[Role, typer.Option("--role", help="reader sees everything, analyst changes things, too.")]
StdinOption = Annotated[bool, typer.Option("--password-stdin", help="Read the password from standard input.")]


def _store_app(ctx: typer.Context) -> App:
    return open_app(ctx, creates=True)


def _password(is_piped: bool) -> str:
    if is_piped:
        return sys.stdin.readline().rstrip("\r\n")
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))


@app.command()
def add(
    ctx: typer.Context, name: NameArgument, role: RoleOption = Role.ANALYST, password_stdin: StdinOption = False
) -> None:
    """Make an account; the password is asked for.

    \b
    Examples:
      widerhall account add ada
      widerhall account add press --role reader --password-stdin < password.txt
    """
    from monitor.accounts import make_account

    application = _store_app(ctx)
    make_account(application.store, name, _password(password_stdin), role, now=application.clock())
    out.print(f"{plain(name)} may {'read' if role is Role.READER else 'read and change'}.")
    if application.config.daemon.desk.login != "accounts":
        out.print("[dim]Nobody is asked to log in yet: set desk.login to accounts in widerhall.yaml.[/]")


@app.command(name="list")
def list_(ctx: typer.Context, as_json: JsonOption = False) -> None:
    """List the accounts.

    \b
    Example:
      widerhall account list
    """
    accounts = _store_app(ctx).store.accounts()
    if as_json:
        rows = [{"name": each.name, "role": each.role, "created_at": each.created_at} for each in accounts]
        print_json("widerhall.accounts/1", {"accounts": rows})
        return
    if not accounts:
        out.print("There are no accounts. [dim]widerhall account add NAME[/]")
        return
    listing = Listing(Column(name="name"), Column(name="role"), Column(name="since"))
    for each in accounts:
        listing.add(plain(each.name), each.role.value, f"{each.created_at:%Y-%m-%d}")
    listing.print()


@app.command()
def password(ctx: typer.Context, name: NameArgument, password_stdin: StdinOption = False) -> None:
    """Change a password; who is logged in with it is logged out.

    \b
    Example:
      widerhall account password ada
    """
    from dataclasses import replace

    from monitor.accounts import hashed, the_account

    store = _store_app(ctx).store
    account = the_account(store, name)
    store.put_account(replace(account, password_hash=hashed(name, _password(password_stdin))))
    ended = store.end_sessions(name)
    out.print(f"The password is changed; {counted(ended, 'session')} ended.")


@app.command()
def role(ctx: typer.Context, name: NameArgument, role: Annotated[Role, typer.Argument(metavar="ROLE")]) -> None:
    """Say what an account may do: reader or analyst.

    \b
    Example:
      widerhall account role ada reader
    """
    from dataclasses import replace

    from monitor.accounts import the_account

    store = _store_app(ctx).store
    store.put_account(replace(the_account(store, name), role=role))
    out.print(f"{plain(name)} may {'read' if role is Role.READER else 'read and change'}.")


@app.command()
def token(
    ctx: typer.Context,
    name: NameArgument,
    label: Annotated[str, typer.Option("--for", help="What it is for.")] = "program",
    days: Annotated[int, typer.Option("--days", min=1, max=3650, help="How long it holds.")] = 90,
) -> None:
    """Make a token with which a program uses the desk's API.

    It is shown once. The program sends it as `Authorization: Bearer TOKEN`.

    \b
    Example:
      widerhall account token ada --for newsletter --days 30
    """
    from monitor.accounts import new_session, the_account

    application = _store_app(ctx)
    account = the_account(application.store, name)
    lasts = timedelta(days=days)
    print(new_session(application.store, account.name, label=label, now=application.clock(), lasts=lasts))  # noqa: T201


@app.command()
def logout(ctx: typer.Context, name: NameArgument) -> None:
    """Log an account out everywhere; its tokens end, too.

    \b
    Example:
      widerhall account logout ada
    """
    from monitor.accounts import the_account

    store = _store_app(ctx).store
    ended = store.end_sessions(the_account(store, name).name)
    out.print(f"{counted(ended, 'session')} ended.")


@app.command()
def remove(ctx: typer.Context, name: NameArgument) -> None:
    """Remove an account; what it did stays on record.

    \b
    Example:
      widerhall account remove ada
    """
    from monitor.accounts import the_account

    store = _store_app(ctx).store
    store.drop_account(the_account(store, name).name)
    out.print(f"{plain(name)} has no account any more.")


def audit(
    ctx: typer.Context,
    author: Annotated[str, typer.Option("--author", help="Only what this person did.")] = "",
    days: Annotated[int, typer.Option("--days", min=1, help="So many days back.")] = 30,
    as_json: JsonOption = False,
) -> None:
    """Show who changed what at the desk, the latest first.

    \b
    Examples:
      widerhall audit --days 7
      widerhall audit --author ada --json
    """
    application = _store_app(ctx)
    since = application.clock() - timedelta(days=days)
    entries = application.store.audit(author=author, since=since)
    if as_json:
        rows = [{**vars(each), "id": f"c-{each.id}"} for each in entries]
        print_json("widerhall.audit/1", {"changes": rows})
        return
    if not entries:
        out.print("Nothing was changed at the desk in these days.")
        return
    listing = Listing(
        Column(name="when"),
        Column(name="who"),
        Column(name="what"),
        Column(name="where"),
        Column(name="said", is_wide=True),
    )
    for each in entries:
        said = ", ".join(f"{name} {value}" for name, value in each.detail.items())
        listing.add(
            f"{each.at:%Y-%m-%d %H:%M}",
            plain(each.author),
            each.action.replace("_", " "),
            plain(each.subject),
            plain(said),
        )
    listing.print()

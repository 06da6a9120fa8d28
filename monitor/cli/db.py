"""`db …`: back the database up, restore it, check it, upgrade it, move it elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.console import EXIT_PROBLEMS, Column, Listing, counted, near, out, plain, print_json
from monitor.cli.options import JsonOption, open_app, quiet_logs

if TYPE_CHECKING:
    from monitor.app import App

app = typer.Typer(help="Back up, restore, check, upgrade, move and prune the database.", no_args_is_help=True)


@app.command()
def backup(
    ctx: typer.Context,
    to: Annotated[
        Path | None, typer.Argument(metavar="[TO]", help="A file; without it, one by date in data/backups.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Write a copy of the database while it is in use.

    The copy is one SQLite file, of a PostgreSQL database, too. It is opened and counted before it is called written.

    \b
    Examples:
      widerhall db backup
      widerhall db backup safe.db --json | jq .tables.articles
    """
    application = open_app(ctx)
    target = to or _by_date(application, "backups", application.clock())
    tables = application.vault.backup(target)
    size = target.stat().st_size
    if as_json:
        print_json("widerhall.db-backup/1", {"to": str(target), "bytes": size, "tables": tables})
    else:
        out.print(
            f"[green]✓[/] {plain(near(target.absolute()))}: {_megabytes(size)}, {_rows(tables)}, opened and counted",
            soft_wrap=True,
        )


@app.command()
def restore(
    ctx: typer.Context,
    backup: Annotated[Path, typer.Argument(metavar="FROM", help="What `db backup` wrote; of an earlier version, too.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Also where there is data, which is kept aside in data/replaced.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Make the database what a backup holds.

    The backup is checked, and brought to the newest schema, before anything is touched. It refuses while a daemon
    runs here.

    \b
    Examples:
      widerhall db restore safe.db
      widerhall db restore safe.db --replace
    """
    application = open_app(ctx)
    with application.lock():
        kept = _by_date(application, "replaced", application.clock())
        kept.parent.mkdir(parents=True, exist_ok=True)
        restored = application.vault.restore(backup, is_replacing=replace, kept=kept)
    if as_json:
        found = {"from": str(backup), "tables": restored.tables, "kept": restored.kept and str(restored.kept)}
        print_json("widerhall.db-restore/1", found)
        return
    out.print(f"[green]✓[/] restored from {plain(near(backup.absolute()))}: {_rows(restored.tables)}", soft_wrap=True)
    if restored.kept:
        out.print(f"  what was there before: {plain(near(restored.kept))}", soft_wrap=True)


@app.command()
def check(ctx: typer.Context, as_json: JsonOption = False) -> None:
    """Look the database through for damage.

    Reads every row; a daemon may run meanwhile. Exit code 1: something is wrong, and is named.

    \b
    Examples:
      widerhall db check
      widerhall db check --json | jq -r '.problems[]'
    """
    application = open_app(ctx)
    found = application.vault.check()
    if as_json:
        print_json("widerhall.db-check/1", vars(found))
    else:
        listing = Listing(Column(name="table"), Column(name="rows", is_number=True))
        for name, rows in found.tables.items():
            listing.add(name, str(rows))
        listing.print()
        out.print(f"\nschema {found.schema_version}, {_megabytes(found.bytes)}")
        for problem in found.problems:
            out.print(f"[red]✗[/] {plain(problem)}", soft_wrap=True)
        out.print(
            "Restore a backup: widerhall db restore FROM --replace" if found.problems else "[green]✓[/] it is sound"
        )
    if found.problems:
        raise typer.Exit(EXIT_PROBLEMS)


@app.command()
def upgrade(ctx: typer.Context, as_json: JsonOption = False) -> None:
    """Bring the database to this version's schema, or make it.

    The daemon does this at its start; here it is done by itself, all of it or nothing. There is no way down but a
    backup.

    \b
    Examples:
      widerhall db upgrade
    """
    application = open_app(ctx)
    with application.lock():
        before, after = application.vault.upgrade()
    if as_json:
        print_json("widerhall.db-upgrade/1", {"before": before, "after": after})
    elif before == after:
        out.print(f"[green]✓[/] schema {after}: nothing to do")
    else:
        out.print(f"[green]✓[/] schema {after}" + (f", before {before}" if before else ", made anew"))


@app.command()
def move(
    ctx: typer.Context,
    to_url: Annotated[str, typer.Argument(metavar="TO_URL", help="postgresql://USER@HOST/DATABASE or sqlite:///PATH.")],
    as_json: JsonOption = False,
) -> None:
    """Copy everything into another, empty database.

    All of it arrives, equal row by row and under its old ids, or nothing does. The old database stays as it is; then
    set database.url. It refuses while a daemon runs here.

    \b
    Examples:
      widerhall db move postgresql://widerhall@db/widerhall
      widerhall db move sqlite:///moved.db
    """
    quiet_logs()
    application = open_app(ctx)
    with application.lock():
        sums = application.vault.move(to_url)
    if as_json:
        print_json("widerhall.db-move/1", {"tables": sums})
        return
    tables = {name: its.rows for name, its in sums.items()}
    out.print(f"[green]✓[/] {_rows(tables)} moved, every table with equal contents", soft_wrap=True)
    out.print("  Now set database.url in widerhall.yaml, or WIDERHALL_DATABASE_URL. The old database stays as it is.")


@app.command()
def prune(
    ctx: typer.Context,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would go; change nothing.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Let go of what was kept long enough, by the settings.

    Raw pages after pages.keep_days, and texts of articles that never matched and were never judged after
    retention.articles_days (0: never). What was seen stays known, and does not come back as new. The daemon does this
    by itself.

    \b
    Examples:
      widerhall db prune --dry-run
      widerhall db prune --json | jq .articles
    """
    quiet_logs()
    application = open_app(ctx)
    store, settings, now = application.store, application.config.daemon, application.clock()
    pages_before = now - timedelta(days=settings.pages.keep_days)
    days = settings.retention.articles_days
    articles_before = now - timedelta(days=days) if days else datetime.min.replace(tzinfo=UTC)
    pages, articles = store.count_prunable(pages_before=pages_before, articles_before=articles_before)
    if not dry_run:
        pages, articles = store.prune_pages(before=pages_before), 0
        while some := store.prune_articles(before=articles_before):
            articles += some
    if as_json:
        print_json("widerhall.db-prune/1", {"is_dry_run": dry_run, "pages": pages, "articles": articles})
        return
    would = "would go" if dry_run else "gone"
    out.print(f"{counted(pages, 'raw page')} {would} [dim](pages.keep_days: {settings.pages.keep_days})[/]")
    kept = f"retention.articles_days: {days}" + ("" if days else ", for ever")
    out.print(f"texts of {counted(articles, 'article')} {would} [dim]({kept})[/]")


def _by_date(application: App, folder: str, now: datetime) -> Path:
    return application.config.daemon.data_dir / folder / f"widerhall-{now:%Y%m%dT%H%M%SZ}.db"


def _rows(tables: Mapping[str, int]) -> str:
    """What a person would ask for first."""
    return f"{counted(sum(tables.values()), 'row')}, {counted(tables['articles'], 'article')}"


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB"

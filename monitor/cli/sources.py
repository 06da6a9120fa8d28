"""`feeds add|pause|resume|poll|import|export|health`: change the list of sources; how they do over weeks."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.console import EXIT_PROBLEMS, Column, Listing, ago, counted, facts, out, plain, plain_lines, print_json
from monitor.cli.options import JsonOption, complete_feed, open_app, quiet_logs
from monitor.errors import NotFoundError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from monitor.app import App
    from monitor.collect.discover import FeedPreview
    from monitor.collect.health import FeedHealth
    from monitor.model import FeedSpec

LanguageStated = Annotated[str, typer.Option("--lang", help="Language of what states none: de, tr …")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would change in feeds.yaml, change nothing.")]
FeedId = Annotated[str, typer.Argument(metavar="ID", autocompletion=complete_feed)]


def add(
    ctx: typer.Context,
    url: Annotated[str, typer.Argument(metavar="URL", help="A feed, a news sitemap, or any page of a site.")],
    name: Annotated[str, typer.Option("--id", help="Its id; made from its title otherwise.")] = "",
    lang: LanguageStated = "",
    country: Annotated[str, typer.Option("--country", help="Where it speaks from: two letters.")] = "",
    kind: Annotated[str, typer.Option("--kind", help="agency, public, private or state.")] = "private",
    dry_run: DryRun = False,
) -> None:
    """Find the feed of a site, and add it to feeds.yaml.

    What it brings is shown. Where a site has several, they are listed: give the address of the one you want.

    \b
    Examples:
      widerhall feeds add https://www.dw.com/
      widerhall feeds add https://rss.dw.com/xml/rss-de-all --kind public --country de
    """
    from monitor.feed_list import new_feed
    from monitor.workbench import Workbench

    quiet_logs()
    application = open_app(ctx)
    found = Workbench(application).find_feeds(url)
    if not found:
        raise NotFoundError(f"no feed was found at {url}: look on the site for «RSS» and give that address")
    if len(found) > 1:
        _print_choice(found)
        return
    spec = new_feed(found[0], application.config.feeds, name=name, language=lang, country=country, kind=kind)
    _print_preview(application, found[0], spec)
    _change(application, [spec], dry_run=dry_run)


def pause(ctx: typer.Context, feed: FeedId, dry_run: DryRun = False) -> None:
    """Stop polling a feed; what it brought stays.

    \b
    Example:
      widerhall feeds pause dw-de
    """
    _set_paused(ctx, feed, is_paused=True, dry_run=dry_run)


def resume(ctx: typer.Context, feed: FeedId, dry_run: DryRun = False) -> None:
    """Poll a paused feed again.

    \b
    Example:
      widerhall feeds resume dw-de
    """
    _set_paused(ctx, feed, is_paused=False, dry_run=dry_run)


def poll(ctx: typer.Context, feed: FeedId) -> None:
    """Ask a feed now rather than when it is due.

    A running daemon does so within seconds; without one, the next run does.

    \b
    Example:
      widerhall feeds poll dw-de
    """
    from monitor.feed_list import poll_soon

    application = open_app(ctx)
    poll_soon(application.store, application.config.feeds, feed, clock=application.clock)
    runs = "the daemon asks it within seconds" if application.holder() else "no daemon runs: widerhall once asks it"
    out.print(f"«{plain(feed)}» is due now; {runs}")


def import_(
    ctx: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE|-", help="A list of feeds from another program (OPML).")],
    lang: LanguageStated = "",
    dry_run: DryRun = False,
) -> None:
    """Add the feeds of an OPML list to feeds.yaml.

    Folders, and all else that the list says of them, are kept.

    \b
    Examples:
      widerhall feeds import subscriptions.opml --lang de --dry-run
      curl … | widerhall feeds import - --lang tr
    """
    from monitor.feed_list import read_list

    application = open_app(ctx)
    body = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    listed = read_list(body, application.config.feeds, language=lang)
    for problem in listed.problems:
        out.print(f"[yellow]warning[/] {plain(problem)}")
    left_out = f"; left out, as no feeds: {counted(listed.others, 'outline')}" if listed.others else ""
    out.print(f"{counted(len(listed.new), 'new feed')}, {listed.known} known already{left_out}")
    if listed.new:
        _change(application, listed.new, dry_run=dry_run)


def export(
    ctx: typer.Context,
    file: Annotated[str, typer.Argument(metavar="[FILE|-]", help="Where to; without it, standard output.")] = "-",
) -> None:
    """Write the feeds as OPML 2.0, for other programs.

    Passwords and headers stay here.

    \b
    Examples:
      widerhall feeds export feeds.opml
    """
    from monitor.feed_list import written_list

    application = open_app(ctx)
    body = written_list(application.config.feeds)
    if file == "-":
        sys.stdout.write(body.decode("utf-8"))
    else:
        Path(file).write_bytes(body)
        out.print(f"{counted(len(application.config.feeds), 'feed')} written to {plain(file)}")


def health(ctx: typer.Context, as_json: JsonOption = False) -> None:
    """Say how the feeds did over the last four weeks.

    The troubled ones come first. Exit code 0: none has a trouble; 1: some have.

    \b
    Examples:
      widerhall feeds health
      widerhall feeds health --json | jq -r '.feeds[] | select(.troubles.silent) | .feed_id'
    """
    from monitor.feed_health import judge_feeds

    application = open_app(ctx)
    judged = judge_feeds(application.store, application.config.feeds, now=application.clock())
    judged.sort(key=lambda one: (not one.troubles, one.feed_id))
    if as_json:
        print_json("widerhall.feeds-health/1", {"feeds": judged})
    else:
        _print_health(application, judged)
    if any(one.troubles for one in judged):
        raise typer.Exit(EXIT_PROBLEMS)


# --- finding and adding ----------------------------------------------------------------------------------------------


def _print_choice(found: Iterable[FeedPreview]) -> None:
    listing = Listing(Column(name="items", is_number=True), Column(name="title"), Column(name="address", is_wide=True))
    for each in found:
        listing.add(str(each.items), plain(each.title), plain(each.url))
    listing.print()
    out.print("\nThe site has several feeds. Add the one you want by its address: widerhall feeds add ADDRESS")


def _print_preview(application: App, found: FeedPreview, spec: FeedSpec) -> None:
    now = application.clock()
    stated = f", though it says «{found.language}»" if found.language not in ("", spec.language) else ""
    facts(
        ("id", plain(spec.id)),
        ("title", plain(spec.title)),
        ("address", plain(found.url)),
        ("format", f"{found.format}, {counted(found.items, 'item')}"),
        ("language", f"{spec.language}{stated}"),
        ("rhythm", _rhythm(found)),
    )
    for entry in found.newest:
        date = ago(entry.published, now) if entry.published else "no date"
        out.print(f"  [dim]{date:>10}[/]  {plain(entry.title or entry.url)}")


def _rhythm(found: FeedPreview) -> str:
    if not found.newest:
        return "unknown, it is empty"
    if found.newest[0].published is None:
        return "unknown, its entries have no dates"
    if not found.per_day:
        return "nothing within the last week"
    is_daily = round(found.per_day) >= 1
    return f"about {found.per_day:.0f} entries a day" if is_daily else f"about {found.per_day * 7:.0f} entries a week"


# --- changing feeds.yaml ---------------------------------------------------------------------------------------------


def _change(application: App, specs: Sequence[FeedSpec], *, dry_run: bool) -> None:
    from monitor.config_edit import add_feeds

    _edit(application, lambda text: add_feeds(text, specs), dry_run=dry_run)


def _set_paused(ctx: typer.Context, feed: str, *, is_paused: bool, dry_run: bool) -> None:
    from monitor.config_edit import pause_feed

    _edit(open_app(ctx), lambda text: pause_feed(text, feed, is_paused=is_paused), dry_run=dry_run)


def _edit(application: App, change: Callable[[str], str], *, dry_run: bool) -> None:
    from monitor.workbench import Workbench

    bench = Workbench(application)
    edit = bench.feeds_edit(change) if dry_run else bench.change_feeds(change)
    if dry_run or not edit.diff:
        out.print(plain_lines(edit.diff) if edit.diff else "nothing changes")
        return
    out.print(f"[green]✓[/] {plain(edit.path)} is changed; a running daemon takes it up by itself")


# --- health ----------------------------------------------------------------------------------------------------------


def _print_health(application: App, judged: Iterable[FeedHealth]) -> None:
    now = application.clock()
    listing = Listing(
        Column(),
        Column(name="id", is_wrapped=True),
        Column(name="last answer"),
        Column(name="answered", is_number=True),
        Column(name="a day", is_number=True),
        Column(name="pages read", is_number=True, from_width=100),
        Column(name="trouble", is_wrapped=True),
    )
    for one in judged:
        mark = "[red]✗[/]" if one.troubles else "[green]✓[/]" if one.polls else " "
        read = "–" if one.extraction_rate is None else f"{one.extraction_rate:.0%}"
        said = "; ".join(map(plain, one.troubles.values())) if one.polls else "not polled yet"
        last = ago(one.last_success_at, now) if one.last_success_at else "–"
        rate = f"{one.success_rate:.0%}" if one.polls else "–"
        listing.add(mark, plain(one.feed_id), last, rate, f"{one.items_per_day:.1f}", read, said)
    listing.print()

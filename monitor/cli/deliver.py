"""`deliver …`: digests and alerts on their way, tried and tried again by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.console import (
    EXIT_PROBLEMS,
    EXIT_USAGE,
    Column,
    Listing,
    ago,
    counted,
    due,
    err,
    out,
    plain,
    print_json,
)
from monitor.cli.options import JsonOption, open_app, quiet_logs, typed_id
from monitor.errors import UsageError
from monitor.model import Delivery, DeliveryState
from monitor.shapes import delivery_json
from monitor.undelivered import missed

if TYPE_CHECKING:
    from monitor.deliver import Result

app = typer.Typer(
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="""Deliver what is due; list, test and retry deliveries.

The daemon does this by itself. Here it is done once, now, and each result told. Exit code 1: something failed.

\b
Examples:
  widerhall deliver
  widerhall deliver --test
  widerhall deliver --now --json
""",
)

STATE_MARKS = {
    DeliveryState.PENDING: "[dim]·[/]",
    DeliveryState.SENT: "[green]●[/]",
    DeliveryState.FAILED: "[yellow]◐[/]",
    DeliveryState.GIVEN_UP: "[bold red]✗[/]",
}


@app.callback()
def deliver(
    ctx: typer.Context,
    test: Annotated[bool, typer.Option("--test", help="Send a test through every channel.")] = False,
    now: Annotated[bool, typer.Option("--now", help="Also what waits for another attempt.")] = False,
    as_json: JsonOption = False,
) -> None:
    if ctx.invoked_subcommand:
        return
    quiet_logs("error")  # each result is told below
    application = open_app(ctx)
    application.creates = test and not application.has_store  # the first thing to do with a new configuration
    courier = application.courier()
    if not application.config.daemon.delivery.names:
        from monitor.demo import demo_overlay

        err.print(
            "The demo delivers to nobody."
            if demo_overlay(application.config.daemon.data_dir)
            else "No channel is configured: name one in widerhall.yaml, section delivery (docs/delivery.md)."
        )
        raise typer.Exit(EXIT_USAGE)
    if test:
        results: list[Result] = []
        for result in courier.test():
            if not as_json:
                _print_result(result, after=results)
            results.append(result)
    else:
        courier.queue()
        results = courier.send(with_waiting=now)
    failed = [result for result in results if result.error]
    if as_json:
        print_json("widerhall.deliver/1", {"results": results})
    else:
        if not test:
            _print_results(results)
        _print_sum(results, failed)
    if failed:
        raise typer.Exit(EXIT_PROBLEMS)


def _print_results(results: Sequence[Result]) -> None:
    for place, result in enumerate(results):
        _print_result(result, after=results[:place])


def _print_result(result: Result, *, after: Sequence[Result]) -> None:
    """One attempt in a line, and what to do below it, where that was not said right before."""
    to = f" → {plain(result.receiver)}" if result.receiver else ""
    mark = "[bold red]✗[/]" if result.error else "[green]●[/]"
    said = f": {plain(result.error)}" if result.error else ""
    out.print(f"{mark} {plain(result.channel)}{to}  [dim]{plain(result.what)}[/]{said}", soft_wrap=True)
    if result.advice and not (after and after[-1].advice == result.advice):
        out.print(f"  {plain(result.advice)}", soft_wrap=True)


def _print_sum(results: Sequence[Result], failed: Sequence[Result]) -> None:
    if not results:
        out.print("Nothing is due. [dim]What went out: widerhall deliver list[/]")
    elif failed:
        out.print(f"[bold]{len(failed)} of {len(results)} not delivered[/]")
    else:
        out.print(f"{counted(len(results), 'message')} delivered")


@app.command(name="list")
def list_(
    ctx: typer.Context,
    state: Annotated[
        DeliveryState | None, typer.Option("--state", help="Only those: pending, sent, failed or given_up.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="At most so many.")] = 50,
    as_json: JsonOption = False,
) -> None:
    """List what went out, or did not, newest first.

    \b
    Examples:
      widerhall deliver list
      widerhall deliver list --state failed
      widerhall deliver list --json | jq '.deliveries[] | select(.state == "given_up")'
    """
    from monitor.deliver.courier import what_is

    application = open_app(ctx)
    found = application.store.deliveries(state=state, limit=limit)
    if as_json:
        print_json("widerhall.deliveries/1", {"deliveries": [delivery_json(each) for each in found]})
        return
    if not found:
        out.print("Nothing.")
        return
    listing = Listing(
        Column(name="id"),
        Column(),
        Column(name="what"),
        Column(name="to"),
        Column(name="when"),
        Column(name="what is wrong", is_wrapped=True),
    )
    now, watches = application.clock(), application.config.watches
    for each in found:
        to = each.channel + (f" → {each.receiver}" if each.receiver else "")
        what, when = plain(what_is(each, watches=watches)), _when(each, now)
        listing.add(f"d-{each.id}", STATE_MARKS[each.state], what, plain(to), when, plain(each.last_error))
    listing.print()


def _when(delivery: Delivery, now: datetime) -> str:
    """When it was sent, or is tried next."""
    if delivery.sent_at:
        return ago(delivery.sent_at, now)
    if delivery.claimed_until and delivery.claimed_until > now:
        return "in hand"
    if delivery.next_at is None:
        return "given up"
    return f"{'again' if delivery.attempts else 'due'} {due(delivery.next_at, now)}"


@app.command()
def retry(
    ctx: typer.Context,
    identifiers: Annotated[
        list[str] | None, typer.Argument(metavar="[ID]…", help="d-12, from deliver list; several, if you like.")
    ] = None,
    channel: Annotated[str, typer.Option("--channel", help="All that this channel did not deliver for a week.")] = "",
) -> None:
    """Try at once what failed or was given up, under its old key.

    \b
    Examples:
      widerhall deliver retry d-12
      widerhall deliver retry --channel team
    """
    quiet_logs("error")
    application = open_app(ctx)
    numbers = [typed_id(identifier, kinds="d")[1] for identifier in identifiers or ()]
    if channel:
        numbers += [each.id for each in missed(application.store, now=application.clock()) if each.channel == channel]
    if not numbers:
        raise UsageError(f"nothing waits for «{channel}»" if channel else "which one? d-12, or --channel NAME")
    for number in numbers:
        application.store.retry_delivery(number, now=application.clock())
    results = application.courier().send()
    failed = [result for result in results if result.error]
    _print_results(results)
    _print_sum(results, failed)
    if failed:
        raise typer.Exit(EXIT_PROBLEMS)

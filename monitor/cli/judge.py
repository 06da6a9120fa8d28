"""`verdict`: an analyst's decision, from the terminal."""

from __future__ import annotations

import getpass
from typing import Annotated

import typer

from monitor.cli.console import JsonOption, WatchOption, article_id_of, open_app, out, pick_watch, plain, print_json
from monitor.model import VerdictKind


def verdict(
    ctx: typer.Context,
    identifier: Annotated[str, typer.Argument(metavar="ID", help="m-12 (match) or a-7 (article)")],
    kind: Annotated[VerdictKind, typer.Argument(help="Your decision.", show_default=False)],
    reason: Annotated[str, typer.Option(help="One or two words: «only in passing», «gas».")] = "",
    note: Annotated[str, typer.Option(help="Anything more, for yourself or a colleague.")] = "",
    author: Annotated[str, typer.Option(help="Who decides; without it, your login.", envvar="WIDERHALL_AUTHOR")] = "",
    watch: WatchOption = "",
    as_json: JsonOption = False,
) -> None:
    """Say whether an article is relevant, irrelevant or unsure. The last verdict counts; all are kept.

    Example:  widerhall verdict m-12 irrelevant --reason "gas deal"
    """
    app = open_app(ctx)
    article_id = article_id_of(app.store, identifier)
    article = app.store.article(article_id)
    before = app.store.verdicts(pick_watch(app, watch).id, article_id=article_id)
    given = app.store.give_verdict(
        article_id,
        pick_watch(app, watch).id,
        kind,
        reason=reason,
        note=note,
        author=author or getpass.getuser(),
        now=app.clock(),
    )
    if as_json:
        print_json(given)
        return
    changed = f" [dim](was {before[-1].kind.value} by {plain(before[-1].author)})[/]" if before else ""
    out.print(f"a-{article_id} [bold]{kind.value}[/]{changed}: {plain(article.title)}")

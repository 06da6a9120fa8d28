"""`verdict`: an analyst's decision, from the terminal."""

from __future__ import annotations

from typing import Annotated

import typer

from monitor.cli.console import out, plain, print_json
from monitor.cli.options import (
    AuthorOption,
    IdArgument,
    JsonOption,
    WatchOption,
    article_id_of,
    login,
    open_app,
    pick_watch,
)
from monitor.model import VerdictKind
from monitor.shapes import verdict_json


def verdict(
    ctx: typer.Context,
    identifier: IdArgument,
    kind: Annotated[VerdictKind, typer.Argument(metavar="relevant|irrelevant|unsure", help="Your decision.")],
    reason: Annotated[str, typer.Option(help="In a few words: «only in passing», «gas».")] = "",
    note: Annotated[str, typer.Option(help="Anything more, for yourself or a colleague.")] = "",
    author: AuthorOption = "",
    watch: WatchOption = "",
    as_json: JsonOption = False,
) -> None:
    """Judge an article. The last verdict counts, all are kept.

    A verdict is on the version of the text that is current, and survives rescoring.

    \b
    Examples:
      widerhall verdict m-12 relevant
      widerhall verdict m-12 irrelevant --reason "gas deal"
      widerhall verdict a-7 unsure --note "ask Ayşe about the second paragraph"
    """
    app = open_app(ctx)
    chosen = pick_watch(app, watch)
    article = app.store.article(article_id_of(app.store, identifier))
    before = app.store.verdicts(chosen.id, article_id=article.id)
    given = app.store.give_verdict(
        article.id,
        chosen.id,
        kind,
        reason=reason,
        note=note,
        author=author or login(),
        now=app.clock(),
    )
    if as_json:
        print_json("widerhall.verdict/1", verdict_json(given))
        return
    changed = f" [dim](was {before[-1].kind.value} by {plain(before[-1].author)})[/]" if before else ""
    out.print(f"a-{article.id} [bold]{kind.value}[/]{changed}: {plain(article.title)}")

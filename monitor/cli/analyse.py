"""`analyse`: the score of anything, without storing it."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from monitor.cli.cards import print_card
from monitor.cli.console import JsonOption, WatchOption, open_app, out, pick_watch, plain, print_json


def analyse(
    ctx: typer.Context,
    source: Annotated[str, typer.Argument(help="A file (text or HTML), a URL, or - for standard input.")],
    lang: Annotated[str, typer.Option("--lang", help="Its language, if you know: de, en, tr, ru …")] = "",
    watch: WatchOption = "",
    as_json: JsonOption = False,
) -> None:
    """Say how any text would score, and why. Stores nothing.

    Examples:  widerhall analyse article.txt   ·   curl … | widerhall analyse -
    """
    from monitor.texts import read_source

    app = open_app(ctx)
    chosen = pick_watch(app, watch)
    text = read_source(source, fetch=app.fetch_settings, clock=app.clock, stdin=sys.stdin.buffer)
    reading = app.reader.read(
        text.title, text.text, language_hint=lang or text.language_hint, quality=text.quality, url=text.url
    )
    card = next(card for card in reading.scores if card.watch == chosen.id)
    if as_json:
        print_json(
            {
                "schema": "widerhall.analysis/1",
                "title": text.title,
                "language": reading.language,
                "is_language_sure": reading.is_language_sure,
                "quality": text.quality.value,
                "card": card,
                "findings": reading.findings,
            }
        )
        return
    sure = "" if reading.is_language_sure else ", not sure"
    out.print(f"[dim]language {plain(reading.language)}{sure} · text {text.quality.value} · nothing is stored[/]\n")
    print_card(text.title, text.text, card, reading.findings)

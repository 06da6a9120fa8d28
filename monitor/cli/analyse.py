"""`analyse`: the score of anything, without storing it."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from monitor.cli.cards import print_card
from monitor.cli.console import out, plain, print_json
from monitor.cli.options import JsonOption, WatchOption, open_app, pick_watch
from monitor.shapes import card_json


def analyse(
    ctx: typer.Context,
    source: Annotated[
        str, typer.Argument(metavar="FILE|URL|-", help="A text or HTML file, a web page, or standard input.")
    ],
    lang: Annotated[str, typer.Option("--lang", help="Its language, if you know: de, en, tr, ru …")] = "",
    watch: WatchOption = "",
    as_json: JsonOption = False,
) -> None:
    """Say how any text would score, and why. Stores nothing.

    Of a plain text, a short first line is taken for its title. A page is fetched as the daemon would: bounded, and
    only where robots.txt allows.

    \b
    Examples:
      widerhall analyse article.txt
      widerhall analyse https://www.dw.com/de/…
      pbpaste | widerhall analyse - --lang tr
      widerhall analyse page.html --json | jq .card.score
    """
    from monitor.texts import read_source, without_page_furniture

    app = open_app(ctx)
    chosen = pick_watch(app, watch)
    text = read_source(source, fetch=app.config.daemon.fetch_settings, clock=app.clock, stdin=sys.stdin.buffer)
    text = without_page_furniture(text)
    reading = app.reader.read(text.title, text.text, language_hint=lang or text.language_hint, quality=text.quality)
    card = next(card for card in reading.scores if card.watch == chosen.id)
    if as_json:
        print_json(
            "widerhall.analysis/1",
            {
                "source": source,
                "title": text.title,
                "language": reading.language,
                "is_language_sure": reading.is_language_sure,
                "quality": text.quality,
                "card": card_json(card),
                "findings": reading.findings,
            },
        )
        return
    sure = "" if reading.is_language_sure else ", not sure"
    quality = text.quality.value.replace("_", " ")
    out.print(f"[dim]language {plain(reading.language)}{sure} · text {quality} · nothing is stored[/]\n")
    print_card(text.title, text.text, card, reading.findings)

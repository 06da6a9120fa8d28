"""`background`: how common terms are in the news that is read here, and what was counted of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.console import Column, Listing, counted, facts, out, plain, print_json
from monitor.cli.options import JsonOption, open_app

if TYPE_CHECKING:
    from monitor.analyse.background import Counts

app = typer.Typer(help="What common words are, as counted here.", no_args_is_help=True)


@app.command()
def show(
    ctx: typer.Context,
    term: Annotated[str, typer.Argument(help="How telling a word, @actor or ~concept is.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Show what the background was counted on.

    \b
    Examples:
      widerhall background show
      widerhall background show Pipeline
      widerhall background show "@turkey"
    """
    from monitor.analyse.text import terms
    from monitor.counting import latest_news

    application = open_app(ctx)
    background = application.background
    news = latest_news(application.store)
    words = {
        language: [term] if term[0] in "@~" else terms(term, language) for language in sorted(background.seen) if term
    }
    if as_json:
        idf = {language: {each: background.idf(each, language) for each in found} for language, found in words.items()}
        body = {
            "version": background.version,
            "until": f"a-{news.until}",
            "documents": _documents(background.seen),
            "own": _documents(news.counts),
            "idf": idf,
        }
        print_json("widerhall.background/1", body)
        return
    facts(
        ("version", plain(background.version)),
        ("counted", f"up to a-{news.until}" if news.version else "nothing yet: as shipped"),
    )
    out.print()
    listing = Listing(
        Column(name="language"),
        Column(name="articles", is_number=True),
        Column(name="of them read here", is_number=True),
        Column(name="terms", is_number=True),
        Column(name="how telling (IDF)" if term else "", is_wide=True),
    )
    for language, counts in sorted(background.seen.items()):
        own = news.counts[language].documents if language in news.counts else 0
        told = [f"{plain(each)} {background.idf(each, language):.1f}" for each in words.get(language, ())]
        listing.add(plain(language), str(counts.documents), str(own), str(len(counts.of)), ", ".join(told))
    listing.print()


@app.command()
def refresh(ctx: typer.Context) -> None:
    """Count what came in since the last version, now.

    The daemon does it once a day by itself. Nothing that is stored is scored again.

    \b
    Example:
      widerhall background refresh
    """
    from monitor.counting import count_on, latest_news

    application = open_app(ctx)
    before = latest_news(application.store)
    made = []
    while news := count_on(application.store, application.reader.analyser, now=application.clock(), fewest=1):
        made.append(news)
    after = made[-1] if made else before
    documents = sum(counts.documents for counts in after.counts.values())
    if made:
        out.print(f"{plain(after.version)}: {counted(documents, 'article')} counted, up to a-{after.until}.")
        out.print("[dim]What comes in from now on is scored with it; stored scores stay as they are.[/]")
    else:
        out.print("No article came in since the last version.")


def _documents(counts: Mapping[str, Counts]) -> dict[str, int]:
    return {language: counted.documents for language, counted in sorted(counts.items())}

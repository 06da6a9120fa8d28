"""How `tune` shows an answer: the change itself, what is gained and lost, precision, the curve."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from monitor.cli.console import Column, Listing, counted, facts, out, plain, plain_lines

if TYPE_CHECKING:
    from monitor.app import App
    from monitor.config_edit import Draft
    from monitor.model import Watch
    from monitor.tune.effect import Share, Standing
    from monitor.tune.rule_use import RuleUse
    from monitor.tuning import Answer

#: Gained and lost articles that are named.
NAMED = 8
#: Thresholds of the curve that are shown around the one in use.
CURVE_STEPS = (-20, -10, -6, -2, 0, 2, 6, 10, 20)


def print_change(application: App, draft: Draft, answer: Answer) -> None:
    print_diff(draft.diff)
    effect = answer.effect
    of_all = (
        f"of {counted(answer.articles, 'article')}, {answer.read} read for it"
        if answer.read
        else (f"of {counted(answer.articles, 'article')}")
    )
    out.print(f"[bold green]+{len(effect.gained)}[/] gained  [bold red]−{len(effect.lost)}[/] lost   [dim]{of_all}[/]")
    _print_articles(application, "gained", effect.gained, effect.scores)
    _print_articles(application, "lost", effect.lost, effect.scores)
    _print_by("language", effect.by_language)
    _print_by("feed", {feed or "import": both for feed, both in effect.by_feed.items()})
    out.print()
    facts(*_compared(effect.before, effect.after))
    _print_curve(answer, draft.after.thresholds.match)


def _compared(before: Standing, after: Standing) -> Iterator[tuple[str, str]]:
    def both(one: str, other: str) -> str:
        return one if one == other else f"{one} → [bold]{other}[/]"

    for outcome in ("match", "near_miss", "held_by_rule", "suggestion"):
        words = outcome.replace("_", " ")
        yield words, both(str(before.outcomes[outcome]), str(after.outcomes[outcome]))
    yield "matches a day", both(_a_day(before), _a_day(after))
    yield "precision", both(_share(before.precision), _share(after.precision))
    yield "recall", both(_share(before.recall), _share(after.recall))


def _a_day(standing: Standing) -> str:
    return "–" if standing.matches_a_day is None else f"{standing.matches_a_day:.1f}"


def _share(share: Share) -> str:
    if share.value is None:
        return "not known: no verdicts"
    return f"{share.value:.0%} ({share.low:.0%} to {share.high:.0%}, of {counted(share.of, 'verdict')})"


def _print_articles(
    application: App, kind: str, articles: Sequence[int], scores: Mapping[int, tuple[float, float]]
) -> None:
    if not articles:
        return
    shown = application.store.articles_by_id(articles[:NAMED])
    listing = Listing(
        Column(name=kind), Column(name="before", is_number=True), Column(name="after", is_number=True),
        Column(name="lang"), Column(name="title", is_wide=True),
    )  # fmt: skip
    for article_id in articles[:NAMED]:
        before, after = scores[article_id]
        article = shown[article_id]
        title = plain(article.title or "(no title)")
        listing.add(f"a-{article_id}", f"{before:.1f}", f"{after:.1f}", plain(article.language), title)
    listing.print()
    if len(articles) > NAMED:
        out.print(f"[dim]… and {len(articles) - NAMED} more (--json names all)[/]")


def _print_by(kind: str, counts: Mapping[str, tuple[int, int]]) -> None:
    if counts:
        most = sorted(counts.items(), key=lambda item: -sum(item[1]))[:10]
        said = "   ".join(f"{plain(name)} [green]+{more}[/] [red]−{fewer}[/]" for name, (more, fewer) in most)
        out.print(f"[dim]by {kind}[/]  {said}")


def print_diff(diff: str) -> None:
    for line in diff.splitlines()[2:]:
        style = {"+": "green", "-": "red", "@": "dim"}.get(line[:1], "")
        out.print(plain_lines(line) if not style else f"[{style}]{plain_lines(line)}[/]", soft_wrap=True)


def print_standing(watch: Watch, answer: Answer) -> None:
    if not answer.articles:
        out.print("Nothing is stored for this watch yet: run it, or import some articles.")
        return
    standing = answer.effect.before
    facts(*_compared(standing, standing))
    _print_curve(answer, watch.thresholds.match)


def _print_curve(answer: Answer, threshold: float) -> None:
    """Matches, precision and recall around the threshold in use."""
    wanted = {min(max(2 * round((threshold + step) / 2), 0), 100) for step in CURVE_STEPS}
    out.print("\n[dim]by match threshold[/]")
    listing = Listing(
        Column(name="points", is_number=True), Column(name="matches", is_number=True),
        Column(name="a day", is_number=True), Column(name="precision", is_number=True),
        Column(name="recall", is_number=True), Column(),
    )  # fmt: skip
    points = [point for point in answer.curve if int(point.threshold) in wanted]
    most = max((point.matches for point in points), default=0) or 1
    for point in points:
        cells = ("–" if share.value is None else f"{share.value:.0%}" for share in (point.precision, point.recall))
        is_used = abs(point.threshold - threshold) <= 1
        bar = "█" * round(24 * point.matches / most)
        a_day = "–" if point.matches_a_day is None else f"{point.matches_a_day:.1f}"
        row = (f"{point.threshold:.0f}", str(point.matches), a_day, *cells, f"{bar}{'  ← now' if is_used else ''}")
        listing.add(*(f"[bold]{cell}[/]" if is_used and cell else cell for cell in row))
    listing.print()


def print_rules(uses: Sequence[RuleUse], articles: int) -> None:
    """Each rule, and what hangs on it."""
    if not uses:
        out.print("No article is stored yet." if not articles else "The watch has no keyword rule.")
        return
    listing = Listing(
        Column(name="rule", is_wide=True), Column(name="kind"), Column(name="fires", is_number=True),
        Column(name="matches", is_number=True), Column(name="relevant", is_number=True),
        Column(name="irrelevant", is_number=True), Column(name="makes", is_number=True),
        Column(name="holds", is_number=True), Column(is_wrapped=True),
    )  # fmt: skip
    for use in uses:
        counts = (use.fires, use.matches, use.relevant, use.irrelevant, use.makes, use.holds)
        kind = f"{use.points:+g}" if use.group == "weight" else use.group
        listing.add(plain(use.rule), kind, *map(str, counts), f"[yellow]{use.remark}[/]" if use.remark else "")
    listing.print()
    out.print(
        f"[dim]Of {counted(articles, 'article')}. «makes»: matches that would be none without the rule; «holds»: what"
        " would match without it.[/]"
    )

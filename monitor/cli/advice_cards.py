"""How `tune suggest` shows what could be tried next."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from monitor.cli.console import Column, Listing, out, plain

if TYPE_CHECKING:
    from monitor.advice import Advice
    from monitor.model import Article, Watch
    from monitor.tune.effect import Share
    from monitor.tune.hints import ThresholdHint
    from monitor.tune.separating import Separator

#: Points that a rule made of a suggestion would give or take.
POINTS = 5


def print_advice(watch: Watch, advice: Advice, articles: Mapping[int, Article]) -> None:
    """Every suggestion with its evidence, and how to ask what it would do."""
    lines = [*_separating(advice), *_thresholds(advice, watch), *_ageing(advice)]
    for line in lines:
        out.print(line, soft_wrap=True)
    if advice.judge_next:
        out.print("\n[bold]Worth judging next[/] [dim]nobody judged them, and the score does not decide them[/]")
        listing = Listing(Column(name="id"), Column(name="lang"), Column(name="title", is_wide=True))
        for number in advice.judge_next:
            article = articles[number]
            listing.add(f"a-{number}", plain(article.language), plain(article.title or "(no title)"))
        listing.print()
        out.print(f"  [dim]widerhall verdict a-{advice.judge_next[0]} relevant[/]")
    if not (lines or advice.judge_next):
        out.print(f"Nothing to suggest for {plain(watch.id)} yet: judge some articles, then ask again.")


def _separating(advice: Advice) -> Iterator[str]:
    judged = f"{advice.relevant} relevant, {advice.irrelevant} irrelevant"
    for heading, found in (
        ("Speaks for an article", [each for each in advice.separators if each.z > 0]),
        ("Speaks against it", [each for each in advice.separators if each.z < 0]),
    ):
        if found:
            yield f"\n[bold]{heading}[/] [dim]by {judged} verdicts; no rule or facet names it yet[/]"
            for each in found:
                language = f" ({each.language})" if each.language else ""
                yield (
                    f"  {plain(each.cited)}{language}: in {each.relevant} of {each.of_relevant} relevant,"
                    f" {each.irrelevant} of {each.of_irrelevant} irrelevant"
                )
            yield f"  [dim]widerhall tune {plain(_try(found[0]))}[/]"


def _try(separator: Separator) -> str:
    points = POINTS if separator.z > 0 else -POINTS
    name = separator.cited.lstrip("@~")
    return f"--add-rule {shlex.quote(f'{name}={points}:{separator.cited}')}"


def _thresholds(advice: Advice, watch: Watch) -> Iterator[str]:
    for hint in advice.thresholds:
        wanted = f"{hint.value:.0%} precision" if hint.wanted == "precision" else f"{hint.value:g} matches a day"
        a_day = "" if hint.matches_a_day is None else f"{hint.matches_a_day:.1f} matches a day, "
        yield f"\n[bold]For {wanted}[/]: match threshold {hint.threshold:g}"
        yield f"  {a_day}precision {_share(hint.precision)}, recall {_share(hint.recall)}"
        yield f"  [dim]widerhall tune {_set(hint, watch)}[/]"


def _share(share: Share) -> str:
    return "not known" if share.value is None else f"{share.value:.0%} ({share.low:.0%} to {share.high:.0%})"


def _ageing(advice: Advice) -> Iterator[str]:
    if advice.successors:
        yield "\n[bold]Offices that changed hands[/] [dim]the watch names who held them, not who holds them now[/]"
        for each in advice.successors:
            of = f" of {plain(each.of)}" if each.of else ""
            since = f" since {plain(each.since)}" if each.since else ""
            yield f"  {plain(each.office)}{of}: {plain(each.now)}{since}; named: {plain(', '.join(each.named))}"
    if advice.names:
        yield "\n[bold]Names in many matches[/] [dim]neither in the seed nor in a facet or rule[/]"
        for name in advice.names:
            yield f"  {plain(name.name)} ({plain(name.actor)}): in {name.articles} of {name.of} matches"


def advice_json(watch: Watch, advice: Advice, articles: Mapping[int, Article]) -> dict[str, Any]:
    """The same for programs."""
    return {
        "watch": watch.id,
        "relevant": advice.relevant,
        "irrelevant": advice.irrelevant,
        "separators": [{**vars(each), "try": _try(each)} for each in advice.separators],
        "thresholds": [{**vars(each), "try": _set(each, watch)} for each in advice.thresholds],
        "judge_next": [
            {"article": f"a-{number}", "language": articles[number].language, "title": articles[number].title}
            for number in advice.judge_next
        ],
        "successors": advice.successors,
        "names": advice.names,
    }


def _set(hint: ThresholdHint, watch: Watch) -> str:
    """Near misses lie below matches: a threshold below theirs takes it along."""
    review = f" --set thresholds.review={hint.threshold:g}" if hint.threshold < watch.thresholds.review else ""
    return f"--set thresholds.match={hint.threshold:g}{review}"

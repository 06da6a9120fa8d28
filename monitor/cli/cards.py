"""How a score and an article look in a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from monitor.cli.console import Column, Listing, facts, out, outcome_words, plain, plain_lines
from monitor.model import ActorFindings, ActorRole, Article, Assessment, FacetHit, RuleHit, ScoreCard, Verdict
from monitor.ports import Store

#: Characters of a text shown before «--full».
BEGINNING = 600
TERMS_SHOWN = 15
ACTORS_SHOWN = 12
QUOTES_SHOWN = 5
QUOTE_CHARS = 160
RELATIONS_SHOWN = 8
PAIRS_SHOWN = 12
BAR_WIDTH = 20


def print_card(title: str, text: str, card: ScoreCard, findings: ActorFindings) -> None:
    """Everything that explains one score, from the whole to the detail."""
    out.print(f"[bold]{plain(title or '(no title)')}[/]")
    why = f"\n[dim]{plain(card.outcome_reason)}[/]" if card.outcome_reason else ""
    out.print(
        f"{outcome_words(card.outcome.value)}  [bold]{card.score:.1f}[/] points"
        f" [dim](match from {card.match_threshold:g}, near miss from {card.review_threshold:g})[/]{why}\n"
    )
    _print_parts(card)
    _print_terms(card)
    _print_facets(card.facets)
    _print_rules(card.rules)
    _print_actors(findings)
    _print_relations(f"{title}\n{text}", findings)
    if card.passage:
        start, end = card.passage
        _heading("Best passage")
        facts(("", plain(f"{title}\n{text}"[start:end])))
    versions = "  ".join(f"{name} {version}" for name, version in card.versions.items())
    out.print(f"\n[dim]versions: {plain(versions)}[/]")


def _heading(text: str) -> None:
    out.print(f"\n[bold]{text}[/]")


def _print_parts(card: ScoreCard) -> None:
    parts = Listing(
        Column(name="part"),
        Column(name="points", is_number=True),
        Column(from_width=100),
        Column(name="how", is_wrapped=True),
    )
    largest = max((abs(part.points) for part in card.parts), default=0) or 1
    for part in card.parts:
        length = round(abs(part.points) / largest * BAR_WIDTH)
        bar = f"[green]{'█' * length}[/]" if part.points >= 0 else f"[red]{'░' * length}[/]"
        parts.add(plain(part.name), f"{part.points:+.2f}", bar, f"[dim]{plain(part.detail)}[/]")
    parts.add("[bold]score[/]", f"[bold]{sum(part.points for part in card.parts):.2f}[/]", "", "")
    parts.print()


def _print_terms(card: ScoreCard) -> None:
    strongest = sorted(card.contributions, key=lambda each: -abs(each.points))[:TERMS_SHOWN]
    if not strongest:
        return
    _heading("Terms and concepts")
    terms = Listing(
        Column(name="points", is_number=True),
        Column(name="term"),
        Column(name="in the article", is_wrapped=True),
        Column(name="in the seed", is_wrapped=True),
    )
    for each in strongest:
        terms.add(f"{each.points:+.2f}", plain(each.term), plain(each.surface), plain(each.seed_term))
    terms.print()
    if (left := len(card.contributions) - len(strongest)) > 0:
        out.print(f"[dim]and {left} weaker[/]")


def _print_facets(facets: tuple[FacetHit, ...]) -> None:
    if not facets:
        return
    _heading("Facets")
    listing = Listing(Column(), Column(), Column(is_wrapped=True))
    for each in facets:
        mark = "[green]✓[/]" if each.is_hit else "[red]✗[/]"
        listing.add(mark, plain(each.facet), f"[dim]{plain(', '.join(each.ids) or 'missing')}[/]")
    listing.print()


def _print_rules(rules: tuple[RuleHit, ...]) -> None:
    if not rules:
        return
    _heading("Keyword rules")
    listing = Listing(Column(), Column(is_wrapped=True), Column(), Column(is_number=True))
    for each in rules:
        mark = "[green]✓[/]" if each.is_hit else "[dim]–[/]"
        points = f"{each.points:+g} points" if each.is_hit and each.points else ""
        listing.add(mark, plain(each.rule), f"[dim]{each.group}[/]", points)
    listing.print()


def _print_actors(findings: ActorFindings) -> None:
    if findings.roles:
        _heading("Actors")
        listing = Listing(Column(is_wrapped=True), Column(), Column(), Column(is_number=True))
        for role in findings.roles[:ACTORS_SHOWN]:
            kind = f"[dim]{plain(role.type.replace('_', ' '))}[/]"
            name = plain(role.name or role.actor) + ("[dim] ?[/]" if role.actor.startswith("?") else "")
            listing.add(name, kind, f"[dim]{role.role}[/]", f"{role.count}×")
        listing.print()
    if findings.quotes:
        _heading("Quotes")
        names = {role.actor: role.name for role in findings.roles}
        facts(
            *(
                (plain(names.get(each.speaker) or each.speaker or "unnamed"), _shortened(each.text))
                for each in findings.quotes[:QUOTES_SHOWN]
            )
        )


def _print_relations(whole: str, findings: ActorFindings) -> None:
    """What one does to another, each with its sentence; then who only stand together."""
    if not findings.relations:
        return
    _heading("Who meets whom")
    names = {role.actor: plain(role.name) for role in findings.roles}
    deeds = [each for each in findings.relations if each.verb_class]
    facts(
        *(
            (
                f"{names[each.subject]} {plain(each.verb_class)} {names[each.object]}",
                f"[dim]{_shortened(' '.join(whole[each.start : each.end].split()))}[/]",
            )
            for each in deeds[:RELATIONS_SHOWN]
        )
    )
    told = {frozenset((each.subject, each.object)) for each in deeds}
    beside = [
        f"{names[each.subject]} – {names[each.object]}"
        for each in findings.relations
        if frozenset((each.subject, each.object)) not in told
    ]
    if beside:
        left = len(beside) - PAIRS_SHOWN
        more = f" [dim]and {left} more[/]" if left > 0 else ""
        out.print(f"[dim]in one sentence:[/] {', '.join(beside[:PAIRS_SHOWN])}{more}")


def _shortened(text: str) -> str:
    return plain(text if len(text) <= QUOTE_CHARS else f"{text[: QUOTE_CHARS - 1]}…")


def print_article(store: Store, article_id: int, watch: str, *, is_full: bool) -> None:
    """One article with all that is known of it."""
    article = store.article(article_id)
    feeds = store.article_feeds(article_id)
    out.print(f"[bold]{plain(article.title or '(no title)')}[/]")
    out.print(f"{plain(article.url)}\n", soft_wrap=True)  # never broken: to be clicked, or copied whole
    roles = store.findings(article_id).roles
    rows = [
        ("id", f"a-{article.id}"),
        ("from", plain(", ".join(feeds) or "import") + (" [dim]· backlog[/]" if article.is_backlog else "")),
        ("published", f"{article.published:%Y-%m-%d %H:%M} UTC" if article.published else "undated"),
        ("language", plain(article.language) + ("" if article.is_language_sure else " [dim](not sure)[/]")),
        ("by", plain(", ".join(article.authors))),
        ("text", _quality(article)),
        *_score_rows(store.assessments(article_id, watch), article),
        ("main actors", _names([role for role in roles if role.role == "main"])),
        ("other actors", _names([role for role in roles if role.role != "main"])),
        *_verdict_rows(store.verdicts(watch, article_id=article_id)),
        *_version_rows(store.article_versions(article_id)),
    ]
    facts(*(row for row in rows if row[1]))
    if article.is_pruned:
        out.print("\n[dim](the text was let go: retention.articles_days, docs/store.md)[/]")
        return
    is_cut = not is_full and len(article.text) > BEGINNING
    shown = f"{article.text[:BEGINNING].rsplit(maxsplit=1)[0]} …" if is_cut else article.text
    out.print(f"\n{plain_lines(shown)}" if shown else "\n[dim](no text)[/]")
    if is_cut:
        out.print(f"\n[dim]{len(article.text)} characters in all: widerhall show a-{article.id} --full[/]")


def _names(roles: Sequence[ActorRole]) -> str:
    """Unconfirmed names carry a question mark."""
    named = (plain(role.name or role.actor) + (" [dim]?[/]" if role.actor.startswith("?") else "") for role in roles)
    shown = ", ".join(islice(named, ACTORS_SHOWN))
    return f"{shown} [dim]and {len(roles) - ACTORS_SHOWN} more[/]" if len(roles) > ACTORS_SHOWN else shown


def _quality(article: Article) -> str:
    reasons = f" [dim]({plain(', '.join(article.reasons))})[/]" if article.reasons else ""
    return f"{article.quality.value.replace('_', ' ')} [dim]· by {plain(article.method)}[/]{reasons}"


def _score_rows(assessments: Sequence[Assessment], article: Article) -> list[tuple[str, str]]:
    if not assessments:
        return [("score", "[dim]not assessed for this watch[/]")]
    card = assessments[-1].card
    why = f" [dim]· {plain(card.outcome_reason)}[/]" if card.outcome_reason else ""
    more = f" [dim]· widerhall explain a-{article.id}[/]"
    return [("score", f"{outcome_words(card.outcome.value)}, {card.score:.1f} points{why}{more}")]


def _verdict_rows(verdicts: Sequence[Verdict]) -> list[tuple[str, str]]:
    return [
        (
            "verdict",
            f"[bold]{each.kind.value}[/]{f' ({plain(each.reason)})' if each.reason else ''}"
            f" [dim]by {plain(each.author)}, {each.given_at:%Y-%m-%d %H:%M} UTC, on version {each.version}[/]"
            + (f"\n{plain(each.note)}" if each.note else ""),
        )
        for each in verdicts
    ]


def _version_rows(versions: Sequence[Article]) -> list[tuple[str, str]]:
    return [
        ("earlier", f"version {each.version} [dim]of {each.version_at:%Y-%m-%d %H:%M} UTC:[/] {plain(each.title)}")
        for each in versions[:-1]
    ]

"""How a score card and an article look in a terminal, and as JSON."""

from __future__ import annotations

from typing import Any

from monitor.cli.console import OUTCOME_MARKS, out, plain, print_json, table
from monitor.model import ActorFindings, ArticleReport, ScoreCard
from monitor.ports import Store

#: Characters of a text shown before «--full».
BEGINNING = 600
TERMS_SHOWN = 15
BAR_WIDTH = 24


def print_card(title: str, text: str, card: ScoreCard, findings: ActorFindings) -> None:
    """Everything that explains one score, from the whole to the detail."""
    out.print(f"[bold]{plain(title or '(no title)')}[/]")
    why = f"  [dim]{plain(card.outcome_reason)}[/]" if card.outcome_reason else ""
    out.print(
        f"{OUTCOME_MARKS[card.outcome.value]}  [bold]{card.score:.1f}[/] points"
        f"  [dim](match from {card.match_threshold:g}, near miss from {card.review_threshold:g})[/]{why}\n"
    )
    _print_parts(card)
    _print_terms(card)
    _print_facets_and_rules(card)
    _print_actors(findings)
    if card.passage:
        whole = f"{title}\n{text}"
        start, end = card.passage
        out.print("\n[bold]Best passage[/]")
        out.print(f"  {plain(' '.join(whole[start:end].split()))}")
    versions = "  ".join(f"{name} {version}" for name, version in card.versions.items())
    out.print(f"\n[dim]versions: {plain(versions)}[/]")


def _print_parts(card: ScoreCard) -> None:
    parts = table("part", "points", "", "", right=["points"])
    largest = max((abs(part.points) for part in card.parts), default=0) or 1
    for part in card.parts:
        length = round(abs(part.points) / largest * BAR_WIDTH)
        bar = f"[green]{'█' * length}[/]" if part.points >= 0 else f"[red]{'░' * length}[/]"
        parts.add_row(plain(part.name), f"{part.points:+.2f}", bar, f"[dim]{plain(part.detail)}[/]")
    parts.add_row("[bold]score[/]", f"[bold]{sum(part.points for part in card.parts):.2f}[/]", "", "")
    out.print(parts)


def _print_terms(card: ScoreCard) -> None:
    strongest = sorted(card.contributions, key=lambda c: -abs(c.points))[:TERMS_SHOWN]
    if not strongest:
        return
    terms = table(
        "term", "points", "in the article", "in the seed", right=["points"], title="\n[bold]Terms and concepts[/]"
    )
    for one in strongest:
        terms.add_row(plain(one.term), f"{one.points:+.2f}", plain(one.surface), plain(one.seed_term))
    out.print(terms)


def _print_facets_and_rules(card: ScoreCard) -> None:
    if card.facets:
        out.print("\n[bold]Facets[/]")
        for facet in card.facets:
            mark = "[green]✓ hit[/]    " if facet.is_hit else "[red]✗ missing[/]"
            by = f" [dim]by {plain(', '.join(facet.ids))}[/]" if facet.ids else ""
            out.print(f"  {mark} {plain(facet.facet)}{by}")
    if card.rules:
        out.print("\n[bold]Keyword rules[/]")
        for rule in card.rules:
            mark = "[green]✓[/]" if rule.is_hit else "[dim]–[/]"
            points = f" {rule.points:+g} points" if rule.is_hit and rule.points else ""
            out.print(f"  {mark} {plain(rule.rule)} [dim]({rule.group})[/]{points}")


def _print_actors(findings: ActorFindings) -> None:
    if not findings.roles:
        return
    out.print("\n[bold]Actors[/]")
    for role in findings.roles[:TERMS_SHOWN]:
        out.print(f"  {plain(role.name or role.actor)} [dim]{role.type} · {role.role} · {role.count}×[/]")
    for quote in findings.quotes[:5]:
        who = next((role.name for role in findings.roles if role.actor == quote.speaker), quote.speaker or "unnamed")
        out.print(f"  [dim]{plain(who)}:[/] {plain(' '.join(quote.text.split())[:160])}")


def print_article(store: Store, article_id: int, watch: str, *, is_full: bool, as_json: bool) -> None:
    """One article with all that is known of it."""
    article = store.article(article_id)
    findings, feeds = store.findings(article_id), store.article_feeds(article_id)
    versions, verdicts = store.article_versions(article_id), store.verdicts(watch, article_id=article_id)
    assessments = store.assessments(article_id, watch)
    if as_json:
        print_json(
            {
                "schema": "widerhall.article/1",
                "article": article,
                "feeds": feeds,
                "versions": [{"version": v.version, "title": v.title, "at": v.version_at} for v in versions],
                "assessments": assessments,
                "findings": findings,
                "verdicts": verdicts,
            }
        )
        return
    out.print(f"[bold]{plain(article.title or '(no title)')}[/]")
    facts = table("", "")
    facts.add_row("[dim]id[/]", f"a-{article.id}")
    facts.add_row("[dim]link[/]", plain(article.url))
    facts.add_row("[dim]from[/]", plain(", ".join(feeds) or "import"))
    facts.add_row("[dim]published[/]", f"{article.published:%Y-%m-%d %H:%M} UTC" if article.published else "undated")
    facts.add_row("[dim]language[/]", article.language + ("" if article.is_language_sure else " (not sure)"))
    if article.authors:
        facts.add_row("[dim]by[/]", plain(", ".join(article.authors)))
    reasons = f" [dim]({plain(', '.join(article.reasons))})[/]" if article.reasons else ""
    facts.add_row("[dim]text[/]", f"{article.quality.value}, by {plain(article.method)}{reasons}")
    if assessments:
        card = assessments[-1].card
        facts.add_row(
            "[dim]score[/]",
            f"{OUTCOME_MARKS[card.outcome.value]} {card.score:.1f}  [dim]widerhall explain a-{article.id}[/]",
        )
    main = ", ".join(role.name or role.actor for role in findings.roles if role.role == "main")
    if main:
        facts.add_row("[dim]main actors[/]", plain(main))
    for verdict in verdicts:
        reason = f" ({plain(verdict.reason)})" if verdict.reason else ""
        facts.add_row(
            "[dim]verdict[/]",
            f"{verdict.kind.value}{reason} by {plain(verdict.author)}, {verdict.given_at:%Y-%m-%d %H:%M}",
        )
    for old in versions[:-1]:
        facts.add_row("[dim]earlier[/]", f"version {old.version}, {old.version_at:%Y-%m-%d %H:%M}: {plain(old.title)}")
    out.print(facts)
    text = article.text if is_full or len(article.text) <= BEGINNING else f"{article.text[:BEGINNING]}…"
    out.print(f"\n{plain(text)}" if text else "\n[dim](no text)[/]")


def report_json(report: ArticleReport) -> dict[str, Any]:
    """One row of `matches --json`: no article text, everything needed to decide whether to ask for it."""
    article, card, match = report.article, report.assessment.card, report.match
    return {
        "id": f"m-{match.id}" if match else f"a-{article.id}",
        "article": f"a-{article.id}",
        "url": article.url,
        "title": article.title,
        "language": article.language,
        "published": article.published,
        "feed": article.feed_id,
        "quality": article.quality.value,
        "score": card.score,
        "outcome": card.outcome.value,
        "matched_at": match.matched_at if match else None,
        "withdrawn_at": match.withdrawn_at if match else None,
        "verdict": report.verdict.kind.value if report.verdict else None,
        "actors": [{"id": role.actor, "name": role.name, "role": role.role} for role in report.roles],
        "parts": {part.name: part.points for part in card.parts},
    }

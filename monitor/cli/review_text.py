"""How `review` words what it lists, and an article with what explains its score. Makes rich texts; shows nothing."""

from __future__ import annotations

from collections.abc import Iterator

from rich.text import Text

from monitor.cli.console import inert
from monitor.cli.review_list import Row
from monitor.desk.marks import Piece, cut, marks_of, paragraphs
from monitor.model import ActorFindings, Article, ScoreCard, VerdictKind

#: A sign beside each colour, so that colour is never alone.
SIGNS = {
    "match": "●",
    "near_miss": "◐",
    "held_by_rule": "◌",
    "suggestion": "?",
    "seed_or_reprint": "=",
    "below": "·",
}
VERDICTS = {
    VerdictKind.RELEVANT: ("y", "bold green"),
    VerdictKind.IRRELEVANT: ("n", "bold red"),
    VerdictKind.UNSURE: ("u", "bold yellow"),
}
STYLES = {
    "term": "bold yellow",
    "actor": "underline",
    "quote": "italic",
    "rule": "bold magenta",
    "passage": "on grey15",
}
#: Parts, terms and actors that are told.
PARTS, TERMS, ACTORS = 6, 8, 6


def row_text(row: Row) -> Text:
    """One line of the list."""
    card, article = row.report.assessment.card, row.report.article
    sign, style = VERDICTS.get(row.kind, (" ", "")) if row.kind else (" ", "")
    text = Text(no_wrap=True, overflow="ellipsis")
    text.append(f"{sign} ", style)
    text.append("" if row.is_first else "  └ ", "dim")
    text.append(f"{SIGNS[card.outcome.value]}{card.score:5.1f} ", "dim" if row.kind else "")
    text.append(f"{article.language:<2} ", "dim")
    text.append(inert(article.title or "(no title)"), "dim" if row.kind in (VerdictKind.IRRELEVANT,) else "")
    if row.copies:
        text.append(f"  +{len(row.copies)} {'copy' if len(row.copies) == 1 else 'copies'}", "dim")
    return text


def article_text(row: Row, findings: ActorFindings, outlet: str) -> Text:
    """The article, its score explained, its words marked."""
    article, card = row.report.article, row.report.assessment.card
    marks = marks_of(article.title, article.text, card, findings)
    text = Text()
    for piece in cut(article.title or "(no title)", marks):
        _append(text, piece, "bold")
    text.append("\n")
    published = f"{article.published:%Y-%m-%d %H:%M} UTC" if article.published else "undated"
    text.append(f"a-{article.id} · {inert(outlet)} · {article.language} · {published}\n{inert(article.url)}\n", "dim")
    for line in _explained(card, findings):
        text.append(line)
        text.append("\n")
    verdict = row.seen[article.id]
    if verdict is not None:
        said = f"{verdict.kind.value}, by {verdict.author}"
        why = "; ".join(inert(each) for each in (verdict.reason, verdict.note) if each)
        text.append(f"verdict  {inert(said)}{': ' if why else ''}{why}\n", "bold")
    text.append("\n")
    for paragraph in _body(article, card, findings):
        for piece in paragraph:
            _append(text, piece)
        text.append("\n\n")
    return text


def _body(article: Article, card: ScoreCard, findings: ActorFindings) -> list[list[Piece]]:
    if not article.text.strip():
        return [[Piece(text="(no text is stored)")]]
    return paragraphs(article.title, article.text, marks_of(article.title, article.text, card, findings))


def _append(text: Text, piece: Piece, style: str = "") -> None:
    styles = " ".join([style, *(STYLES[kind] for kind in piece.kinds if kind in STYLES)])
    text.append(inert(piece.text), styles.strip() or None)


def _explained(card: ScoreCard, findings: ActorFindings) -> Iterator[str]:
    why = f": {card.outcome_reason}" if card.outcome_reason else ""
    yield (
        f"{SIGNS[card.outcome.value]} {card.outcome.value.replace('_', ' ')}{inert(why)}"
        f"  {card.score:.1f} of {card.match_threshold:g} points"
    )
    parts = sorted((part for part in card.parts if part.points), key=lambda part: -abs(part.points))[:PARTS]
    yield "parts    " + "  ".join(f"{inert(part.name)} {part.points:+.1f}" for part in parts)
    terms = [each for each in card.contributions if each.points > 0][:TERMS]
    if terms:
        yield "terms    " + ", ".join(f"{inert(each.surface or each.term)} {each.points:+.1f}" for each in terms)
    missing = [facet.facet.replace("_", " ") for facet in card.facets if not facet.is_hit]
    if missing:
        yield "missing  " + ", ".join(map(inert, missing))
    actors = [role.name or role.actor.lstrip("@?") for role in findings.roles[:ACTORS]]
    if actors:
        yield "actors   " + ", ".join(map(inert, actors))

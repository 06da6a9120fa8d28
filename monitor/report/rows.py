"""Turn one article with its assessment into the row that every format of the digest shows.

Holds no words of its own: names, numbers and ids only, so that the same row is read in any language.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from monitor.analyse.names import fold
from monitor.model import ActorRole, ArticleReport, FeedSpec, ScoreCard
from monitor.report.plain import excerpt, host, one_line, shorten, web_address

#: How many of a score's contributions and of an article's actors one line can hold.
CONTRIBUTIONS = 5
#: What gained less says nothing of why an article matched.
TOLD_FROM_POINTS = 0.5
ACTORS = 6
TITLE_CHARS = 300


def match_row(
    report: ArticleReport, feeds: Mapping[str, FeedSpec], *, since: datetime, until: datetime
) -> dict[str, Any]:
    """Return what the digest says of one article that is, or was, a match."""
    match = report.match
    row = article_row(report, feeds)
    published = report.article.published
    withdrawn_at = match.withdrawn_at if match else None
    return row | {
        "id": f"m-{match.id}" if match else row["article"],
        "matched_at": _time(match.matched_at if match else None),
        "is_late": published is not None and published < since,
        "is_corrected": report.article.version > 1,
        "withdrawn": {"at": _time(withdrawn_at), "reason": one_line(match.withdrawn_reason)}
        if match and withdrawn_at and withdrawn_at < until
        else None,
    }


def article_row(report: ArticleReport, feeds: Mapping[str, FeedSpec]) -> dict[str, Any]:
    """Return what the digest says of any assessed article, and how far it is from the threshold."""
    article, card = report.article, report.assessment.card
    feed = feeds.get(article.feed_id)
    return {
        "id": f"a-{article.id}",
        "article": f"a-{article.id}",
        # Some articles have no title; an address is no word of ours.
        "title": shorten(one_line(article.title), TITLE_CHARS) or web_address(article.url) or f"a-{article.id}",
        "language": article.language,
        "is_language_sure": article.is_language_sure,
        "outlet": one_line((feed.publisher or feed.title) if feed else "") or host(article.url) or article.feed_id,
        "country": feed.country if feed else "",
        "kind": feed.kind if feed else "",
        "feed": article.feed_id,
        "url": web_address(article.url),
        "published": _time(article.published),
        "first_seen": _time(article.first_seen_at),
        "quality": article.quality.value,
        "excerpt": excerpt(article.title, article.text, card.passage),
        **_score(card),
        "actors": [_actor(role) for role in report.roles[:ACTORS]],
        "withdrawn": None,
        "verdict": {"kind": report.verdict.kind.value, "reason": one_line(report.verdict.reason)}
        if report.verdict
        else None,
    }


def _score(card: ScoreCard) -> dict[str, Any]:
    return {
        "outcome": card.outcome.value,
        "outcome_reason": one_line(card.outcome_reason),
        "score": round(card.score, 2),
        "threshold": round(card.match_threshold, 2),
        "review_threshold": round(card.review_threshold, 2),
        "short_by": round(max(card.match_threshold - card.score, 0.0), 2),
        "parts": [
            {"name": part.name, "points": round(part.points, 2), "detail": one_line(part.detail)} for part in card.parts
        ],
        "facets": {
            "hit": [facet.facet for facet in card.facets if facet.is_hit],
            "missed": [facet.facet for facet in card.facets if not facet.is_hit],
        },
        "because": _strongest(card),
        "rules": {
            "missing": [rule.rule for rule in card.rules if rule.group in ("any", "all") and not rule.is_hit],
            "forbidding": [rule.rule for rule in card.rules if rule.group == "none" and rule.is_hit],
        },
    }


def _strongest(card: ScoreCard) -> list[dict[str, Any]]:
    """What gained most points, by what stands in the text: a word may count as a term and as a concept.

    Below the threshold no word is kept for a term, which is a stem then («turkei»): it goes to a word that begins so,
    or untold.
    """
    gains: dict[str, dict[str, Any]] = {}
    for one in sorted(card.contributions, key=lambda one: not one.surface):
        surface = one_line(one.surface)
        word = fold(surface) or next((known for known in gains if known.startswith(one.term)), "")
        if one.points > 0 and word:
            gain = gains.setdefault(word, {"term": one.term, "surface": surface, "points": 0.0})
            gain["points"] += one.points
    strongest = sorted(gains.values(), key=lambda gain: (-gain["points"], gain["term"]))[:CONTRIBUTIONS]
    return [{**gain, "points": round(gain["points"], 2)} for gain in strongest if gain["points"] >= TOLD_FROM_POINTS]


def _actor(role: ActorRole) -> dict[str, Any]:
    name = one_line(role.name) or role.actor.lstrip("@?")
    return {"id": role.actor, "name": name, "type": role.type, "role": role.role, "count": role.count}


def _time(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def tally_actors(rows: Sequence[Mapping[str, Any]], roles: Mapping[str, Sequence[ActorRole]]) -> list[dict[str, Any]]:
    """Return the actors of the day: in how many matches each figures, and in how many as a main one.

    `roles` has all actors of the articles by id: a row names only the first few.
    """
    tally: dict[str, dict[str, Any]] = {}
    for row in rows:
        for actor in map(_actor, roles[row["article"]]):
            entry = tally.setdefault(
                actor["id"], {"id": actor["id"], "name": actor["name"], "type": actor["type"], "matches": 0, "main": 0}
            )
            entry["matches"] += 1
            entry["main"] += actor["role"] == "main"
    return sorted(tally.values(), key=lambda entry: (-entry["matches"], -entry["main"], entry["id"]))

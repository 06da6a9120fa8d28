"""What `--json` prints, key by key: the schemas that docs/commands.md describes. A key that goes or changes its meaning
raises the number behind the schema's name; new keys do not."""

from __future__ import annotations

from typing import Any

from monitor.model import Article, ArticleReport, Assessment, Delivery, FeedRow, FeedSpec, Match, ScoreCard, Verdict
from monitor.ports import Store


def report_json(report: ArticleReport) -> dict[str, Any]:
    """One row of `matches`: no article text, everything needed to decide whether to ask for it."""
    article, card, match = report.article, report.assessment.card, report.match
    return {
        "id": _id(article, match),
        "article": f"a-{article.id}",
        "url": article.url,
        "title": article.title,
        "language": article.language,
        "published": article.published,
        "feed": article.feed_id,
        "quality": article.quality,
        "score": card.score,
        "outcome": card.outcome,
        "outcome_reason": card.outcome_reason,
        "parts": {part.name: part.points for part in card.parts},
        "matched_at": match.matched_at if match else None,
        "withdrawn_at": match.withdrawn_at if match else None,
        "is_backlog": article.is_backlog,
        "verdict": report.verdict.kind if report.verdict else None,
        "actors": [{"id": role.actor, "name": role.name, "role": role.role} for role in report.roles],
    }


def article_json(store: Store, article_id: int, watch: str) -> dict[str, Any]:
    """`show`: one article with its whole text and all that is known of it."""
    article = store.article(article_id)
    return {
        "id": f"a-{article.id}",
        "watch": watch,
        "url": article.url,
        "title": article.title,
        "text": article.text,
        "language": article.language,
        "is_language_sure": article.is_language_sure,
        "published": article.published,
        "authors": article.authors,
        "feeds": store.article_feeds(article_id),
        "first_seen_at": article.first_seen_at,
        "is_backlog": article.is_backlog,
        "is_pruned": article.is_pruned,
        "method": article.method,
        "quality": article.quality,
        "reasons": article.reasons,
        "versions": [
            {"version": each.version, "at": each.version_at, "title": each.title}
            for each in store.article_versions(article_id)
        ],
        "assessments": [assessment_json(each) for each in store.assessments(article_id, watch)],
        "findings": store.findings(article_id),
        "verdicts": [verdict_json(each) for each in store.verdicts(watch, article_id=article_id)],
    }


def assessment_json(assessment: Assessment) -> dict[str, Any]:
    """One score in an article's history; `explain` has the last one whole."""
    card = assessment.card
    return {
        "at": assessment.assessed_at,
        "version": assessment.version,
        "score": card.score,
        "outcome": card.outcome,
        "outcome_reason": card.outcome_reason,
        "versions": card.versions,
    }


def card_json(card: ScoreCard) -> dict[str, Any]:
    """A score with everything that explains it; offsets are into `title + "\\n" + text`."""
    return {
        "watch": card.watch,
        "score": card.score,
        "outcome": card.outcome,
        "outcome_reason": card.outcome_reason,
        "thresholds": {"match": card.match_threshold, "review": card.review_threshold},
        "parts": card.parts,
        "contributions": card.contributions,
        "facets": card.facets,
        "rules": card.rules,
        "passage": card.passage,
        "versions": card.versions,
    }


def verdict_json(verdict: Verdict) -> dict[str, Any]:
    return {
        "article": f"a-{verdict.article_id}",
        "watch": verdict.watch,
        "version": verdict.version,
        "kind": verdict.kind,
        "reason": verdict.reason,
        "note": verdict.note,
        "author": verdict.author,
        "given_at": verdict.given_at,
    }


def feed_json(spec: FeedSpec, row: FeedRow | None) -> dict[str, Any]:
    """One feed as configured and as it stands; never its headers or password."""
    return {
        "id": spec.id,
        "url": row.url if row else spec.url,
        "title": spec.title,
        "language": spec.language,
        "country": spec.country,
        "publisher": spec.publisher,
        "kind": spec.kind,
        "state": "paused" if spec.is_paused else row.state if row else "active",
        "last_polled_at": row.last_polled_at if row else None,
        "last_success_at": row.last_success_at if row else None,
        "last_new_at": row.last_new_at if row else None,
        "next_due_at": row.next_due_at if row else None,
        "failures": row.failures if row else 0,
        "last_error": row.last_error if row else "",
        "entry_count": row.entry_count if row else 0,
    }


def delivery_json(delivery: Delivery) -> dict[str, Any]:
    """One delivery; what it says is in the digest or the alert itself."""
    return {
        "id": f"d-{delivery.id}",
        "message_key": delivery.key,
        "watch": delivery.watch,
        "kind": delivery.kind,
        "subject": delivery.subject,
        "channel": delivery.channel,
        "receiver": delivery.receiver,
        "state": delivery.state,
        "attempts": delivery.attempts,
        "created_at": delivery.created_at,
        "next_at": delivery.next_at,
        "sent_at": delivery.sent_at,
        "last_error": delivery.last_error,
    }


def _id(article: Article, match: Match | None) -> str:
    return f"m-{match.id}" if match else f"a-{article.id}"

"""What `--json` prints and the desk's API answers, key by key: the schemas that docs/commands.md describes.

A key that goes or changes its meaning raises the number behind the schema's name; new keys do not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, is_dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from monitor.model import Article, ArticleReport, Assessment, Delivery, FeedRow, FeedSpec, Match, ScoreCard, Verdict
from monitor.ports import Store

if TYPE_CHECKING:
    from monitor.analyse.actor_book import ActorBook
    from monitor.analyse.gazetteer import Gazetteer
    from monitor.config_edit import Draft
    from monitor.saving import Saved
    from monitor.tuning import Answer


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


def answer_json(store: Store, draft: Draft, answer: Answer) -> dict[str, Any]:
    """What a change would have done."""
    effect = answer.effect
    shown = store.articles_by_id([*effect.gained, *effect.lost])

    def article(article_id: int) -> dict[str, Any]:
        score = effect.scores[article_id]
        found = shown[article_id]
        return {
            "article": f"a-{article_id}", "title": found.title, "language": found.language, "feed": found.feed_id,
            "url": found.url, "score_before": score[0], "score_after": score[1],
        }  # fmt: skip

    return {
        "watch": draft.before.id,
        "articles": answer.articles,
        "read": answer.read,
        "diff": draft.diff,
        "thresholds": {"before": vars(draft.before.thresholds), "after": vars(draft.after.thresholds)},
        "before": effect.before,
        "after": effect.after,
        "gained": [article(each) for each in effect.gained],
        "lost": [article(each) for each in effect.lost],
        "by_language": effect.by_language,
        "by_feed": effect.by_feed,
        "curve": answer.curve,
    }


def actor_json(gazetteer: Gazetteer, book: ActorBook, actor: str) -> dict[str, Any]:
    """What is listed of an actor: `actors show --json`."""
    from monitor.actor_review import decisions_on

    known = gazetteer.actors.get(actor)
    forms = known.forms if known else ()
    return {
        "id": actor,
        "name": known.name if known else actor[1:],
        "type": known.type if known else "",
        "country": known.country if known else "",
        "wikidata": known.wikidata if known else "",
        "offices": known.offices if known else (),
        "names": [{"name": form.text, "language": form.lang, "kind": form.kind} for form in forms],
        "decisions": [*decisions_on(book, actor).values()],
    }


def saved_json(change: Saved) -> dict[str, Any]:
    """One change that was saved; its files are not told."""
    told = {key: value for key, value in vars(change).items() if key not in ("watch", "before", "after")}
    return {**told, "is_by_hand": change.is_by_hand, "diff": change.diff}


def jsonable(value: object) -> Any:
    """Dataclasses as objects, times as ISO 8601, spans in seconds, sets as sorted lists."""
    if is_dataclass(value) and not isinstance(value, type):
        return jsonable(asdict(value))
    if isinstance(value, Mapping):
        return {str(key): jsonable(item) for key, item in value.items()}
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, set | frozenset):
        return sorted(map(jsonable, value))
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [jsonable(item) for item in value]
    return value

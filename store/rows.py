"""Rows to model values and back, one pair of functions a value. Runs no query."""

from __future__ import annotations

import json
import zlib
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from hashlib import blake2b
from typing import Any

from sqlalchemy import Row

from monitor.model import (
    ActorFindings,
    ActorRole,
    Article,
    Assessment,
    Contribution,
    Delivery,
    DeliveryKind,
    DeliveryState,
    Digest,
    Entry,
    EntryState,
    FacetHit,
    FeedRow,
    FeedState,
    Judged,
    Match,
    Mention,
    NewArticle,
    NewEntry,
    Outcome,
    Page,
    Part,
    Poll,
    PollCount,
    PollOutcome,
    PollPlan,
    Quote,
    Relation,
    RuleHit,
    ScoreCard,
    TextHits,
    TextQuality,
    Verdict,
    VerdictKind,
)

Values = dict[str, Any]
AnyRow = Row[*tuple[Any, ...]]

#: zlib on news pages: 6 is 5 % smaller than 4 and takes nearly twice as long (4.0 ms a page, 2.3 ms), 9 four times.
_PAGE_COMPRESSION = 4


def url_hash(url: str) -> bytes:
    """What identifies a URL in an index, whatever its length."""
    return blake2b(url.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def plain(values: Iterable[object]) -> list[Values]:
    """Flat frozen dataclasses as JSON objects."""
    return [vars(value) for value in values]


# feeds, polls, entries, pages


def feed_of(row: AnyRow) -> FeedRow:
    values = {name: getattr(row, name) for name in FeedRow.__dataclass_fields__}
    return FeedRow(**(values | {"state": FeedState(row.state), "arrivals": tuple(row.arrivals)}))


def poll_values(plan: PollPlan, *, new_count: int) -> Values:
    return {
        "feed_id": plan.feed.id,
        "polled_at": plan.polled_at,
        "outcome": plan.outcome,
        "kind": plan.kind,
        "message": plan.message,
        "entry_count": plan.entry_count,
        "new_count": new_count,
        "missed_count": plan.missed_count,
        "status": plan.status,
        "elapsed_ms": plan.elapsed_ms,
    }


def poll_of(row: AnyRow) -> Poll:
    return Poll(**(row._asdict() | {"outcome": PollOutcome(row.outcome)}))


def poll_count_of(row: AnyRow) -> PollCount:
    day = row.day if isinstance(row.day, date) else date.fromisoformat(row.day)  # SQLite has no type for days
    return PollCount(**(row._asdict() | {"day": day, "outcome": PollOutcome(row.outcome)}))


def statement_values(entry: NewEntry) -> Values:
    """What a feed states of an entry and may restate: the part in `entries`."""
    return {
        "url": entry.url,
        "url_hash": url_hash(entry.url),
        "fetch_url": entry.fetch_url,
        "published": entry.published,
        "updated": entry.updated,
        "fingerprint": entry.fingerprint,
        "state": EntryState.PENDING,
        "reason": "",
        "attempts": 0,
        "next_attempt_at": None,
        "finished_at": None,
    }


def statement_text_values(entry: NewEntry) -> Values:
    """The part in `entry_texts`."""
    return {
        "title": entry.title,
        "summary": entry.summary,
        "content": entry.content,
        "authors": entry.authors,
    }


def entry_of(row: AnyRow) -> Entry:
    """From the columns of `store.queue._ENTRY`; without what the feed said when that was let go."""
    values = {name: getattr(row, name) for name in Entry.__dataclass_fields__}
    return Entry(**(values | {"state": EntryState(row.state), "authors": tuple(row.authors or ())}))


def page_values(page: Page) -> Values:
    return vars(page) | {"body": zlib.compress(page.body, _PAGE_COMPRESSION)}


def page_of(row: AnyRow) -> Page:
    return Page(**(row._asdict() | {"body": zlib.decompress(row.body)}))


# articles


def version_values(article: NewArticle) -> Values:
    return {
        "title": article.title,
        "language": article.language,
        "is_language_sure": article.is_language_sure,
        "published": article.published,
        "authors": article.authors,
        "method": article.method,
        "quality": article.quality,
        "reasons": article.reasons,
        "content_hash": article.content_hash,
    }


def article_of(row: AnyRow) -> Article:
    """From the columns of `store.articles.ARTICLE`."""
    values = {name: getattr(row, name) for name in Article.__dataclass_fields__ if name != "id"}
    plain_to_model = {
        "id": row.article_id,
        "quality": TextQuality(row.quality),
        "authors": tuple(row.authors),
        "reasons": tuple(row.reasons),
    }
    return Article(**(values | plain_to_model))


def finding_values(findings: ActorFindings) -> Values:
    """Without the roles: they are rows of their own."""
    return {
        "mentions": plain(findings.mentions),
        "quotes": plain(findings.quotes),
        "relations": plain(findings.relations),
    }


def findings_of(row: AnyRow, roles: Sequence[ActorRole]) -> ActorFindings:
    return ActorFindings(
        mentions=tuple(Mention(**item) for item in row.mentions),
        quotes=tuple(Quote(**item) for item in row.quotes),
        relations=tuple(Relation(**item) for item in row.relations),
        roles=tuple(roles),
    )


def hit_values(hits: TextHits) -> Values:
    body = json.dumps(hits.hits, ensure_ascii=False, separators=(",", ":")).encode()
    return {"lists": hits.lists, "hits": zlib.compress(body, _PAGE_COMPRESSION)}


def hits_of(row: AnyRow, naming: Collection[str] = ()) -> TextHits:
    """What a text names; nothing where it names none of these: most texts need not be taken apart for that."""
    written = zlib.decompress(row.hits)
    if naming and not any(json.dumps(name, ensure_ascii=False).encode() in written for name in naming):
        return TextHits(lists=row.lists, hits=())
    body = json.loads(written)
    return TextHits(lists=row.lists, hits=tuple((name, start, end) for name, start, end in body))


def role_values(role: ActorRole) -> Values:
    return {
        "actor": role.actor,
        "role": role.role,
        "mention_count": role.count,
        "name": role.name,
        "type": role.type,
    }


def role_of(row: AnyRow) -> ActorRole:
    return ActorRole(actor=row.actor, role=row.role, count=row.mention_count, name=row.name, type=row.type)


# assessments, matches, verdicts, digests


def assessment_values(card: ScoreCard, *, article_id: int, version: int, now: datetime) -> Values:
    return {
        "article_id": article_id,
        "version": version,
        "watch": card.watch,
        "assessed_at": now,
        "score": card.score,
        "outcome": card.outcome,
        "outcome_reason": card.outcome_reason,
        "match_threshold": card.match_threshold,
        "review_threshold": card.review_threshold,
        "parts": plain(card.parts),
        "versions": dict(card.versions),
        "rules": plain(card.rules),
    }


def explanation_values(card: ScoreCard) -> Values:
    return {
        "contributions": plain(card.contributions),
        "facets": plain(card.facets),
        "passage": card.passage,
    }


def assessment_of(row: AnyRow) -> Assessment:
    """From the columns of `store.scores.ASSESSMENT`; without its explanation when that was let go."""
    is_pruned = row.contributions is None  # there is no text, either, in which a rule could have hit anything
    return Assessment(
        id=row.assessment_id,
        article_id=row.article_id,
        version=row.assessed_version,
        assessed_at=row.assessed_at,
        card=ScoreCard(
            watch=row.watch,
            score=row.score,
            parts=tuple(Part(**part) for part in row.parts),
            outcome=Outcome(row.outcome),
            outcome_reason=row.outcome_reason,
            versions=row.versions,
            contributions=tuple(Contribution(**item) for item in row.contributions or ()),
            facets=tuple(FacetHit(**(item | {"ids": tuple(item["ids"])})) for item in row.facets or ()),
            rules=tuple(
                RuleHit(**(item | {"spans": () if is_pruned else _spans(item["spans"])})) for item in row.rules
            ),
            passage=None if row.passage is None else _span(row.passage),
            match_threshold=row.match_threshold,
            review_threshold=row.review_threshold,
        ),
    )


def judged_of(row: AnyRow) -> Judged:
    """From the columns of `store.scores._JUDGED`."""
    return Judged(
        article_id=row.article_id,
        assessment_id=row.assessment_id,
        language=row.language,
        is_language_sure=row.is_language_sure,
        quality=TextQuality(row.quality),
        feed_id=row.feed_id,
        is_backlog=row.is_backlog,
        first_seen_at=row.first_seen_at,
        published=row.published,
        score=row.score,
        outcome=Outcome(row.outcome),
        rules={rule["rule"]: int(rule["is_hit"]) for rule in row.rules},
        rule_points={
            part["name"].removeprefix("rule:"): part["points"] for part in row.parts if part["name"].startswith("rule:")
        },
    )


def _span(pair: Sequence[int]) -> tuple[int, int]:
    start, end = pair
    return start, end


def _spans(pairs: Sequence[Sequence[int]]) -> tuple[tuple[int, int], ...]:
    return tuple(map(_span, pairs))


def match_of(row: AnyRow) -> Match:
    return Match(**row._asdict())


def verdict_of(row: AnyRow) -> Verdict:
    return Verdict(**(row._asdict() | {"kind": VerdictKind(row.kind)}))


def digest_of(row: AnyRow) -> Digest:
    return Digest(**row._asdict())


def delivery_of(row: AnyRow) -> Delivery:
    values = {name: getattr(row, name) for name in Delivery.__dataclass_fields__}
    return Delivery(**(values | {"kind": DeliveryKind(row.kind), "state": DeliveryState(row.state)}))

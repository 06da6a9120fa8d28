"""Values for store tests: each function makes one with everything filled in, and takes what a test cares about."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from monitor.model import (
    ActorFindings,
    ActorRole,
    Contribution,
    EntryState,
    FacetHit,
    FeedRow,
    Mention,
    NewArticle,
    NewEntry,
    Outcome,
    Page,
    Part,
    PollOutcome,
    PollPlan,
    Quote,
    Relation,
    RuleHit,
    ScoreCard,
    TextQuality,
)
from store import SqlStore

NOW = datetime(2016, 8, 11, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WATCH = "turkey-russia-is"


def an_entry(key: str = "e1", **changes: Any) -> NewEntry:
    values: dict[str, Any] = {
        "feed_id": "dw",
        "key": key,
        "url": f"https://dw.example/{key}",
        "fetch_url": f"https://dw.example/{key}?from=rss",
        "title": f"Title {key}",
        "summary": "What it is about",
        "content": "All of it",
        "published": NOW - HOUR,
        "updated": NOW,
        "authors": ("A. Writer", "B. Writer"),
        "fingerprint": f"fingerprint of {key}",
    }
    return NewEntry(**(values | changes))


def a_poll(*new: NewEntry, **changes: Any) -> PollPlan:
    values: dict[str, Any] = {
        "feed": FeedRow(id="dw", url="https://dw.example/rss", last_polled_at=NOW),
        "outcome": PollOutcome.NEW if new else PollOutcome.UNCHANGED,
        "polled_at": NOW,
        "new": new,
        "entry_count": len(new),
    }
    return PollPlan(**(values | changes))


def a_page(entry_id: int, **changes: Any) -> Page:
    values: dict[str, Any] = {
        "entry_id": entry_id,
        "final_url": "https://dw.example/final",
        "content_type": "text/html",
        "charset": "utf-8",
        "body": b"<html>\x00\xff</html>",
        "fetched_at": NOW,
    }
    return Page(**(values | changes))


def a_card(score: float = 50.0, **changes: Any) -> ScoreCard:
    values: dict[str, Any] = {
        "watch": WATCH,
        "score": score,
        "parts": (Part(name="similarity", points=score, detail="cosine 0.5"),),
        "outcome": Outcome.MATCH if score >= 40 else Outcome.NEAR_MISS if score >= 20 else Outcome.BELOW,
        "versions": {"profile": "p1", "background": "b1"},
        "contributions": (Contribution(term="syri", points=3.5, surface="Syrien", seed_term="syri"),),
        "facets": (FacetHit(facet="Turkey", is_hit=True, strength=0.5, ids=("@turkey", "@erdogan")),),
        "rules": (RuleHit(rule="fight", group="any", is_hit=True, points=0.0, spans=((0, 4), (7, 9))),),
        "passage": (0, 12),
        "match_threshold": 40.0,
        "review_threshold": 20.0,
    }
    return ScoreCard(**(values | changes))


FINDINGS = ActorFindings(
    mentions=(Mention(actor="@turkey", start=0, end=6, surface="Ankara", kind="metonym"),),
    quotes=(Quote(start=8, end=12, text="word", speaker="@erdogan", verb="says", is_direct=False),),
    roles=(
        ActorRole(actor="@turkey", role="main", count=3, name="Turkey", type="state"),
        ActorRole(actor="?Somebody", role="mentioned", count=1),
    ),
    relations=(Relation(subject="@turkey", object="@russia", verb_class="meets", start=0, end=12),),
)


def an_article(text: str = "Text", **changes: Any) -> NewArticle:
    values: dict[str, Any] = {
        "url": "https://dw.example/e1",
        "title": "Title",
        "text": text,
        "language": "de",
        "is_language_sure": False,
        "published": NOW - HOUR,
        "authors": ("A. Writer",),
        "method": "trafilatura",
        "quality": TextQuality.FULL,
        "reasons": ("short_text",),
        "content_hash": f"hash of {text}",
        "feed_id": "dw",
        "scores": (a_card(),),
        "findings": FINDINGS,
    }
    return NewArticle(**(values | changes))


def with_feeds(store: SqlStore, *ids: str) -> SqlStore:
    """A store with feeds configured before NOW."""
    store.sync_feeds({name: f"https://{name}.example/rss" for name in ids or ("dw",)}, now=NOW - DAY)
    return store


def with_entries(store: SqlStore, *keys: str) -> list[int]:
    """A store with pending entries; their ids."""
    with_feeds(store).apply_poll(a_poll(*map(an_entry, keys)))
    return [entry.id for entry in store.due_entries(EntryState.PENDING, now=NOW, limit=100)]

"""Values for the digest's tests: made up, short, and plainly of no real outlet."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from monitor.model import (
    ActorFindings,
    ActorRole,
    Article,
    ArticleReport,
    Assessment,
    Contribution,
    DigestSettings,
    Facet,
    FacetHit,
    FeedRow,
    FeedSpec,
    Match,
    Outcome,
    Part,
    Poll,
    PollOutcome,
    Quote,
    RuleHit,
    ScoreCard,
    TextQuality,
    Thresholds,
    Verdict,
    VerdictKind,
    Watch,
)
from monitor.report.digest import DayMaterial

DAY = date(2016, 8, 11)
NOON = datetime(2016, 8, 11, 10, 0, tzinfo=UTC)
AFTER = datetime(2016, 8, 12, 5, 0, tzinfo=UTC)

FACETS = ("Turkey", "Russia", "IS and Syria", "joint action")

WATCH = Watch(
    id="turkey-russia-is",
    title="Turkey, Russia and the fight against IS",
    seeds=("gemeinsam-gegen-den-is", "english-profile"),
    thresholds=Thresholds(match=40.0, review=25.0),
    facets=tuple(Facet(name=name, any=(f"@{name.lower()}",)) for name in FACETS),
    digest=DigestSettings(zone="Europe/Berlin", at="07:00", language="en"),
    version="w1",
)


def feed(name: str, language: str, country: str, kind: str = "private") -> FeedSpec:
    return FeedSpec(
        id=name.lower().replace(" ", "-"),
        url=f"https://{name.lower().replace(' ', '')}.example/feed",
        title=f"{name}: world",
        language=language,
        country=country,
        publisher=name,
        kind=kind,
    )


FEEDS = (
    feed("Demo Rundschau", "de", "de", "public"),
    feed("Demo Gazette", "en", "gb"),
    feed("Demo Haber", "tr", "tr", "agency"),
    feed("Demo Vestnik", "ru", "ru", "state"),
    feed("Demo Akhbar", "ar", "qa", "state"),
    feed("Demo Courrier", "fr", "fr"),
)


def rows() -> tuple[FeedRow, ...]:
    return tuple(
        FeedRow(
            id=spec.id, url=spec.url, first_polled_at=NOON - timedelta(days=40), last_new_at=NOON - timedelta(hours=2)
        )
        for spec in FEEDS
    )


def poll(feed_id: str, outcome: PollOutcome = PollOutcome.NEW, **changes: Any) -> Poll:
    standard = Poll(
        feed_id=feed_id,
        polled_at=NOON,
        outcome=outcome,
        kind="",
        message="",
        entry_count=20,
        new_count=3 if outcome is PollOutcome.NEW else 0,
        missed_count=0,
        status=200,
        elapsed_ms=80.0,
    )
    return replace(standard, **changes)


def report(
    number: int, title: str, text: str, score: float, *, source: FeedSpec = FEEDS[0], **changes: Any
) -> ArticleReport:
    """One assessed article; `changes` name fields of the article, the card or the match."""
    outcome = changes.pop("outcome", Outcome.MATCH if score >= 40 else Outcome.NEAR_MISS)
    missed = changes.pop("missed", ())
    card = ScoreCard(
        watch=WATCH.id,
        score=score,
        parts=(Part(name="tf-idf", points=score - 12), Part(name="facets", points=12.0)),
        outcome=outcome,
        outcome_reason=changes.pop("outcome_reason", ""),
        versions={"profile": "p1", "background": "b1"},
        contributions=changes.pop(
            "contributions",
            (
                Contribution(term="@putin", points=6.1, surface="Putin"),
                Contribution(term="airstrike", points=4.25, surface="Luftschläge"),
                Contribution(term="@nato", points=-0.4, surface="NATO"),
            ),
        ),
        facets=tuple(FacetHit(facet=name, is_hit=name not in missed) for name in FACETS),
        rules=changes.pop("rules", ()),
        passage=changes.pop("passage", None),
        match_threshold=40.0,
        review_threshold=25.0,
    )
    withdrawn_at = changes.pop("withdrawn_at", None)
    matched_at = changes.pop("matched_at", NOON)
    roles = changes.pop(
        "roles",
        (
            ActorRole(actor="@putin", role="main", count=4, name="Vladimir Putin", type="person"),
            ActorRole(actor="@erdogan", role="main", count=3, name="Recep Tayyip Erdoğan", type="person"),
            ActorRole(actor="@nato", role="mentioned", count=1, name="NATO", type="organisation"),
        ),
    )
    verdict = changes.pop("verdict", None)
    article = replace(
        Article(
            id=number,
            url=f"{source.url.removesuffix('/feed')}/{number}",
            title=title,
            text=text,
            language=source.language,
            is_language_sure=True,
            published=NOON - timedelta(hours=1),
            authors=(),
            method="trafilatura",
            quality=TextQuality.FULL,
            reasons=(),
            content_hash=str(number),
            feed_id=source.id,
            is_backlog=False,
            first_seen_at=NOON,
            version=1,
            version_at=NOON,
        ),
        **changes,
    )
    is_match = outcome is Outcome.MATCH or withdrawn_at is not None
    return ArticleReport(
        article=article,
        assessment=Assessment(id=number, article_id=number, version=1, card=card, assessed_at=NOON),
        match=Match(
            id=number + 10,
            watch=WATCH.id,
            article_id=number,
            matched_at=matched_at,
            withdrawn_at=withdrawn_at,
            withdrawn_reason="the article was changed" if withdrawn_at else "",
        )
        if is_match
        else None,
        verdict=verdict,
        roles=roles,
    )


RULED_OUT = (
    RuleHit(rule="sport", group="none", is_hit=True),
    RuleHit(rule="names", group="any", is_hit=True),
)

GERMAN = report(
    1,
    "Ankara und Moskau wollen gemeinsam gegen den IS vorgehen",
    "Der türkische Außenminister schlug Russland gemeinsame Einsätze vor. Vertreter beider Armeen sollen sich treffen. "
    * 4,
    62.44,
    verdict=Verdict(
        id=1,
        watch=WATCH.id,
        article_id=1,
        version=1,
        kind=VerdictKind.RELEVANT,
        reason="",
        note="",
        author="",
        given_at=NOON,
    ),
)
TURKISH = report(
    2,
    "Türkiye ve Rusya IŞİD'e karşı ortak operasyon konuşuyor",
    "Dışişleri Bakanı, iki ülkenin IŞİD'e karşı birlikte hareket etmesini önerdi.",
    58.0,
    source=FEEDS[2],
    published=NOON - timedelta(days=2),
)
ARABIC = report(
    3,
    "تركيا تقترح على روسيا عمليات مشتركة ضد داعش",
    "قال وزير الخارجية التركي إن بلاده تريد التعاون مع روسيا.",
    51.2,
    source=FEEDS[4],
)
CORRECTED = report(
    4,
    "Turkish minister says jets could fly together with Russia",
    "An earlier text named another minister.",
    44.0,
    source=FEEDS[1],
    version=2,
)
WITHDRAWN = report(
    5,
    "Putin to visit Turkey",
    "A correction removed the passage on Syria.",
    31.0,
    source=FEEDS[1],
    outcome=Outcome.NEAR_MISS,
    withdrawn_at=NOON + timedelta(hours=3),
)
NEAR = report(
    6,
    "Турция вновь предлагает России диалог",
    "Речь идёт о торговле и туризме.",
    36.9,
    source=FEEDS[3],
    missed=("joint action", "IS and Syria"),
)
HELD = report(
    7,
    "Gazette cup: Turkey meet Russia",
    "A friendly match in Antalya.",
    41.5,
    source=FEEDS[1],
    outcome=Outcome.HELD_BY_RULE,
    rules=RULED_OUT,
)
STUB = report(
    8,
    "La Turquie et la Russie se rapprochent",
    "Réservé aux abonnés.",
    47.0,
    source=FEEDS[5],
    outcome=Outcome.SUGGESTION,
    quality=TextQuality.STUB,
    outcome_reason="only the beginning can be read",
)

QUOTE = Quote(start=0, end=30, text="«We can act together against terror»", speaker="@erdogan", verb="said")

MATERIAL = DayMaterial(
    matches=(GERMAN, TURKISH, ARABIC, CORRECTED, WITHDRAWN),
    near_misses=(NEAR,),
    held_by_rule=(HELD,),
    suggestions=(STUB,),
    findings={1: ActorFindings(quotes=(QUOTE,), roles=GERMAN.roles)},
    feeds=FEEDS,
    feed_rows=rows(),
    polls=(
        *(poll(spec.id) for spec in FEEDS[:4]),
        poll("demo-haber", missed_count=4, polled_at=NOON + timedelta(hours=1)),
        poll("demo-akhbar"),
        poll(
            "demo-akhbar",
            PollOutcome.FAILED,
            kind="timeout",
            message="no answer within 30 s",
            polled_at=NOON + timedelta(hours=2),
        ),
        poll("demo-courrier", PollOutcome.FAILED, kind="status", message="the server answered 503"),
    ),
    counts={
        "entries": 18,
        "pages": 17,
        "articles": 16,
        "outcomes": {"match": 4, "near_miss": 2, "held_by_rule": 1, "suggestion": 1, "below": 8},
    },
)

"""Read from the store what a day's digest is made of, and hand it to the composer. Decides nothing itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Protocol

from monitor.collect import health_log
from monitor.errors import NotFoundError
from monitor.model import ActorFindings, ArticleFilter, ArticleReport, Digest, FeedSpec, Outcome, Watch
from monitor.ports import Store
from monitor.report.broken import known_problems
from monitor.report.compare import Coverage, compare_coverage
from monitor.report.digest import DayMaterial, compose_digest, digest_window, due_digests, revised
from monitor.report.glossary import NO_GLOSSARY, Glossary
from monitor.report.history import DAYS
from monitor.report.plain import one_line
from monitor.report.shelf import StoryShelf, load_shelf


class StoredDigest(Protocol):
    """Reads one digest, as the store does."""

    def __call__(self, watch: str, day: date, *, revision: int | None = None) -> Digest | None: ...


EVER = datetime.min.replace(tzinfo=UTC)
#: How far back a withdrawal is looked for: corrections come within hours, a rescore may reach a month.
WITHDRAWN_WITHIN = timedelta(days=30)

#: Near misses are few and agency copies many: so many times as many are read as are shown.
TWINS = 4
#: Kept for other days: what is held or suggested is named in full only so far.
LISTED = 10


def write_due_digests(
    store: Store,
    watch: Watch,
    feeds: Sequence[FeedSpec],
    *,
    first_day: date,
    now: datetime,
    glossary: Glossary = NO_GLOSSARY,
) -> list[Digest]:
    """Compose and store every digest that is due and missing, oldest first; what is stored already stays as it is."""
    due = due_digests(watch, stored_days(store, watch), first_day, now)
    digests = (gather_digest(store, watch, day, feeds=feeds, now=now, glossary=glossary) for day in due)
    return [digest for digest in digests if store.save_digest(digest)]


def stored_days(store: Store, watch: Watch) -> set[date]:
    """The days that a watch has a digest of."""
    return {day for day, _, _ in store.digest_revisions(watch.id, since=EVER)}


def gather_digest(
    store: Store,
    watch: Watch,
    day: date,
    *,
    feeds: Sequence[FeedSpec],
    now: datetime,
    revision: int = 1,
    days: int = 1,
    by_published: bool = False,
    glossary: Glossary = NO_GLOSSARY,
    stored: StoredDigest | None = None,
) -> Digest:
    """Return the digest of `day`, or of the `days` that end with it, as the store knows it now.

    Stores nothing; a day not over is a preview. `by_published` tells what appeared then, whenever it was found, the
    backlog and imports with it. With a `glossary` actors are called as in the watch's language, and the comparison of
    coverage names the words that mark outlets off. `stored` reads the digests of the days before, where somebody keeps
    them at hand.
    """
    gathered = published_material if by_published else gather_material
    material = replace(gathered(store, watch, day, feeds=feeds, days=days), glossary=glossary)
    if days == 1 and not by_published:
        material = replace(material, earlier=_earlier(store, watch, day, stored or store.digest))
    return compose_digest(watch, day, material, now=now, revision=revision, days=days)


def revise_digest(
    store: Store, watch: Watch, day: date, *, feeds: Sequence[FeedSpec], now: datetime, glossary: Glossary = NO_GLOSSARY
) -> Digest | None:
    """Store the next revision of a day's digest and return it; None when nothing it tells has changed, or none is."""
    stored = store.digest(watch.id, day)
    if stored is None:
        return None
    fresh = gather_digest(store, watch, day, feeds=feeds, now=now, revision=stored.revision + 1, glossary=glossary)
    changed = revised(stored, fresh)
    return changed if changed and store.save_digest(changed) else None


def compare_story(
    store: Store,
    watch: Watch,
    story: int,
    *,
    feeds: Sequence[FeedSpec],
    glossary: Glossary = NO_GLOSSARY,
) -> dict[str, Any]:
    """Return how outlets covered a story, all its days together (schema `widerhall.comparison/1`)."""
    shelf = load_shelf(store, watch.id) or StoryShelf()
    members = frozenset(shelf.book.members(story))
    wanted = ArticleFilter(watch=watch.id, outcomes=frozenset({Outcome.MATCH}), articles=members)
    reports = store.reports(wanted) if members else []
    if not reports:
        raise NotFoundError(f"no story s-{story} of {watch.id}")
    spec_of = {feed.id: feed for feed in feeds}
    id_of = {report.article.id: f"m-{report.match.id}" for report in reports if report.match}
    coverage = [
        Coverage(
            report=report,
            findings=store.findings(report.article.id),
            feed=spec_of.get(report.article.feed_id),
            copy_of=id_of.get(shelf.copies.get(report.article.id, 0), ""),
        )
        for report in reports
    ]
    compared = compare_coverage(f"s-{shelf.book.current(story)}", coverage, idf=glossary.idf)
    actors = ((role.actor, role.name) for one in coverage for role in one.findings.roles)
    return {**compared, "called": glossary.names_in(watch.digest.language, actors)}


def gather_material(store: Store, watch: Watch, day: date, *, feeds: Sequence[FeedSpec], days: int = 1) -> DayMaterial:
    """Return what the store holds of one watch on `day`, or on the `days` that end with it."""
    zone = watch.digest.zone
    since, until = digest_window(day - timedelta(days=days - 1), zone)[0], digest_window(day, zone)[1]
    of_day = ArticleFilter(watch=watch.id, since=since, until=until, is_backlog=False)

    def reports(outcome: Outcome, limit: int | None) -> Sequence[ArticleReport]:
        return store.reports(replace(of_day, outcomes=frozenset({outcome}), limit=limit))

    matches = store.reports(replace(of_day, outcomes=frozenset({Outcome.MATCH}), with_withdrawn=True))
    nearest = reports(Outcome.NEAR_MISS, TWINS * watch.digest.near_misses)
    if not matches and not nearest:
        nearest = reports(Outcome.BELOW, TWINS * watch.digest.near_misses)
    return DayMaterial(
        matches=matches,
        withdrawn=_withdrawn_later(store, of_day, since, until),
        near_misses=distinct(nearest, watch.digest.near_misses),
        held_by_rule=reports(Outcome.HELD_BY_RULE, LISTED),
        suggestions=reports(Outcome.SUGGESTION, LISTED),
        findings=_Findings(store, matches),
        feeds=feeds,
        feed_rows=store.feeds(),
        polls=store.polls(since=since, until=until),
        spells=health_log.read(store.document(health_log.KIND, health_log.NAME)),
        counts=store.count_day(watch.id, since=since, until=until),
        shelf=load_shelf(store, watch.id) or StoryShelf(),
        broken=known_problems(store),
    )


def published_material(
    store: Store, watch: Watch, day: date, *, feeds: Sequence[FeedSpec], days: int = 1
) -> DayMaterial:
    """Return what the store holds of what was published on `day`, or on the `days` that end with it.

    Of feeds and polls it says nothing: those of that day may never have been.
    """
    zone = watch.digest.zone
    since, until = digest_window(day - timedelta(days=days - 1), zone)[0], digest_window(day, zone)[1]

    of_days = ArticleFilter(watch=watch.id, published_since=since, published_until=until)

    def reports(outcome: Outcome, limit: int) -> Sequence[ArticleReport]:
        return store.reports(replace(of_days, outcomes=frozenset({outcome}), limit=limit)) if limit else ()

    matches = store.reports(replace(of_days, outcomes=frozenset({Outcome.MATCH}), with_withdrawn=True))
    nearest = reports(Outcome.NEAR_MISS, TWINS * watch.digest.near_misses)
    if not matches and not nearest:
        nearest = reports(Outcome.BELOW, TWINS * watch.digest.near_misses)
    counted = store.count_published(watch.id, since=since, until=until)
    return DayMaterial(
        matches=matches,
        near_misses=distinct(nearest, watch.digest.near_misses),
        held_by_rule=reports(Outcome.HELD_BY_RULE, LISTED),
        suggestions=reports(Outcome.SUGGESTION, LISTED),
        findings=_Findings(store, matches),
        feeds=feeds,
        counts={"articles": sum(counted.values()), "outcomes": counted},
        shelf=load_shelf(store, watch.id) or StoryShelf(),
        by_published=True,
    )


def distinct(reports: Sequence[ArticleReport], number: int) -> list[ArticleReport]:
    """The first reports, of those that bear one headline the first: five copies teach no more than one."""
    by_title: dict[str, ArticleReport] = {}
    for report in reports:
        by_title.setdefault(one_line(report.article.title).casefold() or report.article.url, report)
    return list(by_title.values())[:number]


class _Findings(Mapping[int, ActorFindings]):
    """What the day's matches say of actors, read when asked for: of five hundred, a digest quotes a handful."""

    def __init__(self, store: Store, reports: Sequence[ArticleReport]) -> None:
        self._store, self._articles = store, dict.fromkeys(report.article.id for report in reports)
        self._read: dict[int, ActorFindings] = {}

    def __getitem__(self, article: int) -> ActorFindings:
        if article not in self._articles:
            raise KeyError(article)
        if article not in self._read:
            self._read[article] = self._store.findings(article)
        return self._read[article]

    def __iter__(self) -> Iterator[int]:
        return iter(self._articles)

    def __len__(self) -> int:
        return len(self._articles)


def _earlier(store: Store, watch: Watch, day: date, stored: StoredDigest) -> list[Digest]:
    """The stored digests of the month before, the latest day first."""
    first = day - timedelta(days=DAYS - 1)
    revisions = store.digest_revisions(watch.id, since=digest_window(first, watch.digest.zone)[0])
    latest = {each: revision for each, revision, _ in sorted(revisions) if first <= each < day}
    digests = (stored(watch.id, each, revision=latest[each]) for each in sorted(latest, reverse=True))
    return [digest for digest in digests if digest]


def _withdrawn_later(store: Store, of_day: ArticleFilter, since: datetime, until: datetime) -> Sequence[ArticleReport]:
    """Matches of earlier days that were withdrawn in [since, until)."""
    earlier = replace(of_day, since=since - WITHDRAWN_WITHIN, until=since, withdrawn_since=since)
    return [
        report
        for report in store.reports(replace(earlier, outcomes=frozenset({Outcome.MATCH})))
        if report.match and report.match.withdrawn_at and since <= report.match.withdrawn_at < until
    ]

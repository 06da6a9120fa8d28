"""Compose one watch's day from stored values: which days are due, what bounds them, what they say.

Pure: reads no store and no clock. The result's `content` is the documented JSON document (docs/digest.md)
from which every format is rendered; it holds ids, names and numbers, and no sentence in any language.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from monitor.collect.health_log import Spell
from monitor.model import ActorFindings, ArticleReport, Digest, FeedRow, FeedSpec, Outcome, Poll, Watch
from monitor.report.compare import Coverage, compare_coverage
from monitor.report.glossary import NO_GLOSSARY, Glossary
from monitor.report.history import UNKNOWN, changed_since, month_before, with_changes, with_trends
from monitor.report.pairs import pairs_of_the_day
from monitor.report.plain import one_line
from monitor.report.quoted import quotes_of_the_day
from monitor.report.rows import article_row, match_row, tally_actors
from monitor.report.shelf import StoryShelf
from monitor.report.sources import counted, describe_sources
from monitor.report.storylines import article_of, chosen, placed, stories_of

SCHEMA = "widerhall.digest/1"

Row = Mapping[str, Any]

#: Caps that keep a digest readable; what they leave out is counted in `left_out`.
MATCHES = 60
HELD_BY_RULE = 5
SUGGESTIONS = 5
ACTORS = 40
#: So many days at most are told when a machine wakes up, or its clock was years behind at the first poll.
CATCHES_UP = timedelta(days=31)
#: A story is compared from so many reports on, for fewer are read faster than a table; and the first so many of them.
COMPARED_FROM, COMPARED = 3, 40


@dataclass(frozen=True, kw_only=True)
class DayMaterial:
    """All that one day's digest is made of, as the store hands it out."""

    #: Matches that became one in the window, best first, withdrawn ones included.
    matches: Sequence[ArticleReport] = ()
    #: Matches of earlier days that were withdrawn in the window.
    withdrawn: Sequence[ArticleReport] = ()
    #: Nearest below the threshold, best first; on a day without any, the best of all that lay below.
    near_misses: Sequence[ArticleReport] = ()
    held_by_rule: Sequence[ArticleReport] = ()
    suggestions: Sequence[ArticleReport] = ()
    #: Actors and quotes of matches, by article id.
    findings: Mapping[int, ActorFindings] = field(default_factory=dict)
    feeds: Sequence[FeedSpec] = ()
    feed_rows: Sequence[FeedRow] = ()
    #: Polls in the window.
    polls: Sequence[Poll] = ()
    #: What was wrong with feeds, from when until when.
    spells: Sequence[Spell] = ()
    #: What the store counted in the window, as `Store.count_day` returns it.
    counts: Mapping[str, Any] = field(default_factory=dict)
    #: The watch's stories; empty where none were kept.
    shelf: StoryShelf = field(default_factory=StoryShelf)
    #: What is known to be wrong with the configuration's files.
    broken: Mapping[str, Any] | None = None
    #: Digests of the days before.
    earlier: Sequence[Digest] = ()
    #: What was published in the window, whenever it was found; says nothing of feeds.
    by_published: bool = False
    glossary: Glossary = field(default=NO_GLOSSARY, repr=False)

    @cached_property
    def spec_of(self) -> dict[str, FeedSpec]:
        """Each feed by its id."""
        return {feed.id: feed for feed in self.feeds}


#: Parts that the first digests did not have yet, as they are when there is nothing to show.
LATER_PARTS: Mapping[str, Any] = {
    "stories": [],
    "comparison": None,
    "history": [],
    "by": "found",
    "pairs": [],
    "changed": [],
    "broken": None,
    "called": {},
}
#: The same for each actor of the day.
LATER_OF_ACTORS: Mapping[str, Any] = {"before": [], "trend": ""}
#: What verdicts, merged stories and withdrawals change in a digest that is frozen otherwise.
REVISABLE = ("matches", "withdrawn", "near_misses", "held_by_rule", "suggestions", "stories")
#: What follows from these.
FOLLOWS = ("comparison", "actors", "quotes", "pairs", "spread", "left_out", "state", "versions", "called")


def complete(content: Mapping[str, Any]) -> Mapping[str, Any]:
    """A stored document with every part that a renderer asks for, also when an older version wrote it."""
    actors = [{**LATER_OF_ACTORS, **actor} for actor in content["actors"]]
    return {**LATER_PARTS, "first_day": content["day"], **content, "actors": actors}


def digest_window(day: date, zone: str) -> tuple[datetime, datetime]:
    """Return the day's beginning and end in `zone`, as UTC: 23 or 25 hours long when clocks change.

    Windows of consecutive days meet without gap or overlap; a day that a zone skipped has an empty one.
    """
    here = ZoneInfo(zone)
    since, until = (
        datetime.combine(each, time.min, tzinfo=here).astimezone(UTC) for each in (day, day + timedelta(days=1))
    )
    return since, until


def today_in(zone: str, now: datetime) -> date:
    """The calendar day that `now` belongs to in `zone`."""
    return now.astimezone(ZoneInfo(zone)).date()


def next_digest_at(watch: Watch, now: datetime) -> datetime:
    """When the next digest will be due, in the watch's zone."""
    today = today_in(watch.digest.zone, now)
    moments = (due_at(watch, today + timedelta(days=ahead)) for ahead in (-1, 0, 1))
    return next(moment for moment in moments if moment > now).astimezone(ZoneInfo(watch.digest.zone))


def due_at(watch: Watch, day: date) -> datetime:
    """When the digest of `day` is due: on the next morning at the watch's hour."""
    at = time.fromisoformat(watch.digest.at)
    return datetime.combine(day + timedelta(days=1), at, tzinfo=ZoneInfo(watch.digest.zone)).astimezone(UTC)


def due_digests(watch: Watch, stored_days: Collection[date], first_day: date, now: datetime) -> list[date]:
    """Return the days since `first_day` whose digest should exist by `now` and doesn't, oldest first.

    A machine that slept catches up, with a month at most.
    """
    due: list[date] = []
    day = max(first_day, today_in(watch.digest.zone, now) - CATCHES_UP)
    while due_at(watch, day) <= now:
        since, until = digest_window(day, watch.digest.zone)
        if day not in stored_days and since < until:
            due.append(day)
        day += timedelta(days=1)
    return due


def compose_digest(
    watch: Watch, day: date, material: DayMaterial, *, now: datetime, revision: int = 1, days: int = 1
) -> Digest:
    """Return the digest of `day`, or of the `days` that end with it; the same material gives the same content."""
    first_day = day - timedelta(days=days - 1)
    since, until = digest_window(first_day, watch.digest.zone)[0], digest_window(day, watch.digest.zone)[1]
    # A first digest tells the day as it ended; a later revision what became of its matches since.
    seen = until if revision == 1 and not material.by_published else now
    standing, withdrawn = _matches(material, since=since, seen=seen)
    sources, counts, versions = _sources(watch, day, material, since, until), _counts(material), _versions(material)
    state = day_state(len(standing), counts, sources)
    number = None if state in UNKNOWN else len(standing)
    content = {
        "schema": SCHEMA,
        "watch": _watch(watch),
        **_window(watch, first_day, day, since, until),
        "by": "published" if material.by_published else "found",
        "is_complete": now >= until,
        "revision": revision,
        "language": watch.digest.language,
        "state": state,
        "counts": counts,
        "withdrawn": withdrawn,
        **_told(day, material, standing, since),
        **_below(material),
        "spread": _spread(standing),
        "history": month_before(day, number, material.earlier) if days == 1 and not material.by_published else [],
        "sources": sources,
        "versions": versions,
        "changed": changed_since(day, watch.thresholds, versions, material.earlier),
        "broken": material.broken if material.broken and _is_before(material.broken["since"], until) else None,
        "called": material.glossary.names_in(watch.digest.language, _actors(material)),
    }
    return Digest(watch=watch.id, day=day, revision=revision, created_at=now, content=content)


def _window(watch: Watch, first_day: date, day: date, since: datetime, until: datetime) -> dict[str, Any]:
    return {
        "day": day.isoformat(),
        "first_day": first_day.isoformat(),
        "zone": watch.digest.zone,
        "since": since.isoformat(),
        "until": until.isoformat(),
        "hours": round((until - since) / timedelta(hours=1), 2),
    }


def _matches(material: DayMaterial, *, since: datetime, seen: datetime) -> tuple[Sequence[Row], Sequence[Row]]:
    """The rows of the matches that stand, each with its story, and of those that were withdrawn."""
    rows = [match_row(report, material.spec_of, since=since, until=seen) for report in material.matches]
    earlier = [match_row(report, material.spec_of, since=since, until=seen) for report in material.withdrawn]
    standing = placed([row for row in rows if not row["withdrawn"]], material.shelf, _names(material), since=since)
    return standing, [*(row for row in rows if row["withdrawn"]), *earlier]


def _told(day: date, material: DayMaterial, standing: Sequence[Row], since: datetime) -> dict[str, Any]:
    """The matches that a digest has room for, and what follows from them: stories, actors, deeds, quotes."""
    stories = stories_of(standing, material.shelf, since=since)
    shown = chosen(standing, stories, MATCHES)
    roles = {f"a-{report.article.id}": report.roles for report in material.matches}
    actors = with_trends(tally_actors(standing, roles), day, material.earlier)
    return {
        "matches": shown,
        "stories": stories,
        "comparison": _comparison(stories, standing, material),
        "actors": actors[:ACTORS],
        "quotes": quotes_of_the_day(shown, material.findings),
        "pairs": pairs_of_the_day(shown, _wholes(material), material.findings),
        "left_out": _left_out(material, len(standing) - len(shown), actors),
    }


def _below(material: DayMaterial) -> dict[str, list[Row]]:
    """What is no match, and might have been."""
    lists = {
        "near_misses": material.near_misses,
        "held_by_rule": material.held_by_rule[:HELD_BY_RULE],
        "suggestions": material.suggestions[:SUGGESTIONS],
    }
    return {name: [article_row(report, material.spec_of) for report in reports] for name, reports in lists.items()}


def _sources(watch: Watch, day: date, material: DayMaterial, since: datetime, until: datetime) -> dict[str, Any]:
    """How the watch's feeds fared; what is told by publication says nothing of them."""
    feeds = [feed for feed in material.feeds if not watch.feeds or feed.id in watch.feeds]
    polled = [] if material.by_published else feeds
    sources = describe_sources(polled, material.feed_rows, material.polls, material.spells, since=since, until=until)
    sources = with_changes(sources, day, material.earlier, feeds={feed.id for feed in polled})
    asked_on = {today_in(watch.digest.zone, poll.polled_at) for poll in material.polls}
    days = (day - today_in(watch.digest.zone, since)).days + 1
    unasked = sum(day - timedelta(days=back) not in asked_on for back in range(days)) if sources["polls"] else 0
    return {**sources, "days_not_polled": unasked}


def revised(digest: Digest, fresh: Digest) -> Digest | None:
    """The next revision of a stored digest, if what it tells has changed; how its day went stays as it was."""
    old, new = digest.content, fresh.content
    if all(old.get(name) == new[name] for name in REVISABLE):
        return None
    changed = {name: new[name] for name in (*REVISABLE, *FOLLOWS)}
    number = digest.revision + 1
    return replace(digest, revision=number, created_at=fresh.created_at, content={**old, **changed, "revision": number})


def day_state(matches: int, counts: Mapping[str, Any], sources: Mapping[str, Any]) -> str:
    """One word for the day, so that «nothing matched» and «nothing was fetched» never look alike.

    matches, nothing_matched (articles were read), nothing_new (feeds answered, what came was backlog at most),
    nothing_read (entries came, no text did), nothing_fetched (no feed answered) or not_polled (nobody asked).
    """
    if matches:
        return "matches"
    if counts["fresh"]:
        return "nothing_matched"
    if not sources["polls"]:
        return "not_polled"
    if not sources["answered"]:
        return "nothing_fetched"
    return "nothing_read" if counts["entries"] and not counts["assessed"] else "nothing_new"


def _is_before(stated: str, moment: datetime) -> bool:
    return datetime.fromisoformat(stated) < moment


def _watch(watch: Watch) -> dict[str, Any]:
    return {
        "id": watch.id,
        "title": watch.title,
        "version": watch.version,
        "seeds": list(watch.seeds),
        "thresholds": {"match": watch.thresholds.match, "review": watch.thresholds.review},
        "facets": [{"name": facet.name, "description": facet.description} for facet in watch.facets],
    }


def _fresh(material: DayMaterial) -> Mapping[str, int]:
    """Outcomes without those of the day's backlog, of which no list tells."""
    found: Mapping[str, int] = material.counts.get("fresh_outcomes", material.counts.get("outcomes", {}))
    return found


def _counts(material: DayMaterial) -> dict[str, Any]:
    numbers = material.counts
    outcomes = numbers.get("outcomes", {})
    by_outcome = {outcome.value: counted(outcomes, outcome.value) for outcome in Outcome}
    return {
        "entries": counted(numbers, "entries"),
        "pages": counted(numbers, "pages"),
        "articles": counted(numbers, "articles"),
        "unextractable": counted(numbers, "unextractable"),
        "given_up": counted(numbers, "given_up"),
        "assessed": sum(by_outcome.values()),
        "fresh": sum(counted(_fresh(material), outcome.value) for outcome in Outcome),
        "backlog": counted(numbers, "backlog"),
        "outcomes": by_outcome,
    }


def _spread(rows: Sequence[Row]) -> dict[str, list[str]]:
    """Which outlets, countries and languages the matches come from."""
    names = (("outlets", "outlet"), ("countries", "country"), ("languages", "language"))
    return {plural: sorted({row[name] for row in rows if row[name]}) for plural, name in names}


def _left_out(material: DayMaterial, matches: int, actors: Sequence[object]) -> dict[str, int]:
    """How many more there are than the caps let through; only what was left out is named."""
    fresh = _fresh(material)
    near_misses = [report for report in material.near_misses if report.assessment.card.outcome is Outcome.NEAR_MISS]
    beyond = {
        "matches": matches,
        "near_misses": counted(fresh, "near_miss") - len(near_misses),
        "held_by_rule": counted(fresh, "held_by_rule") - min(len(material.held_by_rule), HELD_BY_RULE),
        "suggestions": counted(fresh, "suggestion") - min(len(material.suggestions), SUGGESTIONS),
        "actors": len(actors) - ACTORS,
    }
    return {name: number for name, number in beyond.items() if number > 0}


def _actors(material: DayMaterial) -> Iterator[tuple[str, str]]:
    """Every actor and place, with its common name, of every article that the digest may name."""
    lists = (
        material.matches, material.withdrawn, material.near_misses, material.held_by_rule, material.suggestions,
    )  # fmt: skip
    for report in (report for reports in lists for report in reports):
        yield from ((role.actor, role.name) for role in report.roles if role.name)
        yield from material.shelf.places_of(report.article.id).items()


def _names(material: DayMaterial) -> dict[str, str]:
    """What the actors of the day are called."""
    return {role.actor: one_line(role.name) for report in material.matches for role in report.roles if role.name}


def _wholes(material: DayMaterial) -> dict[int, str]:
    """What offsets in findings are into, by article."""
    return {one.article.id: f"{one.article.title}\n{one.article.text}" for one in material.matches}


def _comparison(stories: Sequence[Row], rows: Sequence[Row], material: DayMaterial) -> dict[str, Any] | None:
    """How outlets covered the day's weightiest story, if enough did."""
    story = next((story for story in stories if len(story["matches"]) >= COMPARED_FROM), None)
    if story is None:
        return None
    copy_of = {article_of(row): row["copy_of"] for row in rows if row["story"] == story["id"]}
    members = [report for report in material.matches if report.article.id in copy_of]
    members.sort(key=lambda report: (report.article.published or report.article.first_seen_at, report.article.id))
    coverage = [
        Coverage(
            report=report,
            findings=material.findings.get(report.article.id, ActorFindings()),
            feed=material.spec_of.get(report.article.feed_id),
            copy_of=copy_of[report.article.id],
        )
        for report in members[:COMPARED]
    ]
    return compare_coverage(story["id"], coverage, idf=material.glossary.idf, left_out=len(members) - len(coverage))


def _versions(material: DayMaterial) -> dict[str, list[str]]:
    """Every version that made a score shown here; more than one of a kind means that it changed during the day."""
    versions: dict[str, set[str]] = {}
    for reports in (material.matches, material.near_misses, material.held_by_rule, material.suggestions):
        for report in reports:
            for name, version in report.assessment.card.versions.items():
                versions.setdefault(name, set()).add(version)
    return {name: sorted(found) for name, found in sorted(versions.items())}

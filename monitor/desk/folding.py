"""Order a list of articles by story, and fold what copies something under what it copies. Pure but for reading on.

A story stands where the first of its reports would stand alone; the others come with it, however far down they are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from monitor.desk.filters import PAGE
from monitor.model import ArticleFilter, ArticleReport

#: A page is filled with so many reads at most: one story may have hundreds of reports.
READS = 4


@dataclass(frozen=True, kw_only=True)
class Fold:
    """One article with the copies of it that the list holds as well."""

    report: ArticleReport
    copies: tuple[ArticleReport, ...] = ()

    @property
    def all(self) -> tuple[ArticleReport, ...]:
        return (self.report, *self.copies)


@dataclass(frozen=True, kw_only=True)
class Group:
    """What reports one event: the strongest report, and the others in time."""

    #: 0 for what no story has.
    story: int
    lead: Fold
    others: tuple[Fold, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Places:
    """Where articles belong: their stories, and the texts they copy."""

    story_of: Mapping[int, int]
    copies: Mapping[int, int]
    members: Mapping[int, Sequence[int]]


class Reports(Protocol):
    """The part of the store that lists."""

    def reports(self, wanted: ArticleFilter) -> Sequence[ArticleReport]: ...


def read_page(store: Reports, wanted: ArticleFilter, places: Places) -> tuple[list[Group], int | None]:
    """The next groups of a list, and the article behind which the list goes on; None at its end."""
    groups: list[Group] = []
    told: set[int] = set()
    after = wanted.after
    for _ in range(READS):
        found = store.reports(replace(wanted, after=after, limit=PAGE + 1))
        chunk = found[:PAGE]
        groups += _groups_of(store, wanted, places, chunk, told)
        after = chunk[-1].article.id if len(found) > PAGE else None
        if after is None or len(groups) >= PAGE // 2:
            break
    return groups, after


def _groups_of(
    store: Reports, wanted: ArticleFilter, places: Places, chunk: Sequence[ArticleReport], told: set[int]
) -> list[Group]:
    here = [places.story_of.get(report.article.id, 0) for report in chunk]
    larger = {story for story in here if story not in told and len(places.members.get(story, ())) > 1}
    by_story: dict[int, list[ArticleReport]] = {}
    if larger:
        members = frozenset(article for story in larger for article in places.members[story])
        for report in store.reports(replace(wanted, articles=members, after=None, limit=None)):
            by_story.setdefault(places.story_of[report.article.id], []).append(report)
    groups = []
    for report, story in zip(chunk, here, strict=True):
        if story in told:
            continue
        reports = by_story.get(story, [report])
        if story in larger:
            told.add(story)
        if reports[0].article.id == report.article.id:  # it would stand on an earlier page otherwise
            groups.append(group(story, reports, places.copies))
    return groups


def group(story: int, reports: Sequence[ArticleReport], copies: Mapping[int, int]) -> Group:
    """One story's reports, the strongest first."""
    in_time = sorted(reports, key=lambda one: (one.article.published or one.article.first_seen_at, one.article.id))
    texts: dict[int, list[ArticleReport]] = {}
    for report in in_time:
        texts.setdefault(copies.get(report.article.id, report.article.id), []).append(report)
    folds = [Fold(report=_original(same, copies), copies=tuple(_copies(same, copies))) for same in texts.values()]
    lead = max(folds, key=lambda fold: fold.report.assessment.card.score)
    return Group(story=story, lead=lead, others=tuple(fold for fold in folds if fold is not lead))


def _original(same: Sequence[ArticleReport], copies: Mapping[int, int]) -> ArticleReport:
    """What the others copy; the earliest, where that one is not in the list."""
    return next((report for report in same if report.article.id not in copies), same[0])


def _copies(same: Sequence[ArticleReport], copies: Mapping[int, int]) -> list[ArticleReport]:
    original = _original(same, copies)
    return [report for report in same if report is not original]

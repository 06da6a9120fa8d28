"""The page of one article: what explains its score, its edits and copies, its story, and who judged it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from monitor.desk import edits, marks
from monitor.desk.cards import card
from monitor.desk.pages import desk_of, missing, page, watch_of
from monitor.desk.waterfall import waterfall
from monitor.errors import NotFoundError
from monitor.model import Article, ArticleFilter, ArticleReport, FeedSpec, Verdict, Watch
from monitor.ports import Store
from monitor.report.shelf import StoryShelf

#: What an address may name beyond this no database can hold.
LARGEST_ID = 2**63
#: Words of the score that are named, and what is shown as 0.0 is not.
WORDS, LEAST_POINTS = 12, 0.05


def article(request: Request) -> Response:
    """An article with what explains its score."""
    desk, watch = desk_of(request), watch_of(request)
    article_id = int(request.path_params["id"])
    report = next(iter(reports_of(desk.store, watch, [article_id])), None)
    if report is None:
        return missing(request, NotFoundError(f"a-{article_id} was never assessed"))
    found, scored = report.article, report.assessment.card
    findings = desk.store.findings(article_id)
    marked = marks.marks_of(found.title, found.text, scored, findings)
    versions = desk.store.article_versions(article_id)
    feeds = desk.feeds
    return page(
        request,
        "article.html.j2",
        watch,
        article=found,
        row=card(report, feeds, watch),
        card=scored,
        match=report.match,
        title=marks.cut(found.title, marked),
        text=marks.paragraphs(found.title, found.text, marked),
        chart=waterfall(scored),
        words=[term for term in scored.contributions[:WORDS] if abs(term.points) >= LEAST_POINTS],
        findings=findings,
        names={role.actor: role.name or role.actor for role in findings.roles},
        history=history_of(desk.store.verdicts(watch.id, article_id=article_id), report, versions),
        versions=versions,
        edit=edit_of(versions, request.query_params.get("edit", "")),
        beside=beside(desk.store, watch, desk.shelves.shelf(desk.store, watch.id), article_id, feeds),
        brought_by=[feeds[feed].title if feed in feeds else feed for feed in desk.store.article_feeds(article_id)],
        keeps_days=desk.config().daemon.retention.articles_days,
    )


def reports_of(store: Store, watch: Watch, articles: Sequence[int]) -> list[ArticleReport]:
    """Some assessed articles, whatever became of them; those that are not there are left out."""
    possible = frozenset(article for article in articles if article < LARGEST_ID)
    if not possible:
        return []
    return list(store.reports(ArticleFilter(watch=watch.id, articles=possible, with_withdrawn=True)))


def history_of(
    verdicts: Sequence[Verdict], report: ArticleReport, versions: Sequence[Article]
) -> list[tuple[datetime, str, Any]]:
    """What happened to an article, the latest first: when, what (verdict, match, version), and the thing itself."""
    happened: list[tuple[datetime, str, Any]] = [(each.version_at, "version", each) for each in versions]
    if report.match:
        happened.append((report.match.matched_at, "match", report.match))
    happened += [(each.given_at, "verdict", each) for each in verdicts]
    return sorted(happened, key=lambda each: each[0], reverse=True)


@dataclass(frozen=True, kw_only=True)
class Edit:
    """One version beside the one before."""

    number: int
    paragraphs: Sequence[edits.Edited]
    title: Sequence[edits.Change]
    gone: int
    new: int
    #: The text before was let go.
    is_lost: bool


def edit_of(versions: Sequence[Article], asked: str) -> Edit | None:
    """The edit that was asked for, the last one otherwise; None where there was none."""
    if len(versions) < 2:
        return None
    pairs = {after.version: (before, after) for before, after in pairwise(versions)}
    number = int(asked) if asked.isdecimal() and len(asked) < 9 and int(asked) in pairs else versions[-1].version
    before, after = pairs[number]
    paragraphs = edits.edits(before.text, after.text)
    gone, new = edits.words_changed(paragraphs)
    title = edits.edits(before.title, after.title)
    return Edit(
        number=number,
        paragraphs=paragraphs,
        title=[change for edited in title for change in edited.changes],
        gone=gone,
        new=new,
        is_lost=before.is_pruned or after.is_pruned,
    )


def beside(
    store: Store, watch: Watch, shelf: StoryShelf, article: int, feeds: Mapping[str, FeedSpec]
) -> dict[str, Any] | None:
    """The story of an article and the texts that are the same; None where it has no story."""
    story = shelf.book.story_of.get(article)
    if not story:
        return None
    members = shelf.book.members(story)
    original = shelf.copies.get(article, article)
    same = [one for one in members if shelf.copies.get(one, one) == original]
    reports = reports_of(store, watch, same) if len(same) > 1 else []
    reports.sort(key=lambda one: (one.article.published or one.article.first_seen_at, one.article.id))
    fullest = max(reports, key=lambda one: len(one.article.text), default=None)
    return {
        "story": story,
        "reports": len(members),
        "copy_of": original if original != article else 0,
        "same": [
            card(one, feeds, watch)
            | {"words": len(one.article.text.split()), "is_earliest": place == 0, "is_fullest": one is fullest}
            for place, one in enumerate(reports)
        ],
    }

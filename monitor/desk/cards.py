"""Articles as lists of the desk show them: the digest's row, and what judging needs beside it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from monitor.desk.folding import Fold, Group
from monitor.model import ArticleReport, FeedSpec, Watch
from monitor.report.rows import article_row

#: The threshold stands at two thirds of a bar.
SCALE = 1.5


def card(report: ArticleReport, feeds: Mapping[str, FeedSpec], watch: Watch) -> dict[str, Any]:
    """One article."""
    row = article_row(report, feeds)
    return row | {
        "number": report.article.id,
        "given": report.verdict.kind.value if report.verdict else "",
        #: The last verdict that its reader has seen; whoever judges by it overwrites no other.
        "seen": report.verdict.id if report.verdict else 0,
        "verdict_by": report.verdict.author if report.verdict else "",
        "share": min(max(row["score"], 0) / (SCALE * watch.thresholds.match), 1.0) * 100,
        "is_edited": report.article.version > 1,
        "copies": [],
    }


def cards(reports: Sequence[ArticleReport], feeds: Mapping[str, FeedSpec], watch: Watch) -> list[dict[str, Any]]:
    """Some articles, each by itself."""
    return [card(report, feeds, watch) for report in reports]


def folded(fold: Fold, feeds: Mapping[str, FeedSpec], watch: Watch) -> dict[str, Any]:
    """An article with its copies, which are judged with it."""
    return card(fold.report, feeds, watch) | {"copies": cards(fold.copies, feeds, watch)}


def grouped(group: Group, feeds: Mapping[str, FeedSpec], watch: Watch) -> dict[str, Any]:
    """A story, as far as a list holds it."""
    lead, others = folded(group.lead, feeds, watch), [folded(fold, feeds, watch) for fold in group.others]
    everything = [report for fold in (group.lead, *group.others) for report in fold.all]
    return {
        "story": group.story if others else 0,
        "lead": lead,
        "others": others,
        "reports": len(everything),
        "outlets": len({row["outlet"] for one in (lead, *others) for row in (one, *one["copies"])}),
        "languages": len({report.article.language for report in everything}),
    }

"""Compose and render an alert: a few matches that are told at once, grouped by story.

Pure. Like a digest's, its content is one JSON document (docs/delivery.md) that holds no sentence in any language.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from monitor.model import ArticleReport, FeedSpec, Watch
from monitor.report import beyond, phrases
from monitor.report.digest import today_in
from monitor.report.plain import shorten
from monitor.report.render import environment
from monitor.report.rows import match_row
from monitor.report.storylines import article_of
from monitor.report.terminal import wrap
from monitor.report.words import Words

SCHEMA = "widerhall.alert/1"
#: Reports of one story that an alert names; the others are counted.
NAMED = 5
NEVER = datetime.min.replace(tzinfo=UTC)
#: Of a headline so much stands in a subject.
SUBJECT_CHARS = 100


def compose_alert(
    watch: Watch,
    stories: Mapping[int, Sequence[ArticleReport]],
    feeds: Sequence[FeedSpec],
    *,
    copies: Mapping[int, int],
    now: datetime,
) -> dict[str, Any]:
    """Return what an alert says of new matches, by story; the story with the best match first.

    `copies` are articles with the first text of their kind: of these the best match alone is told, with the outlets.
    """
    spec_of = {feed.id: feed for feed in feeds}
    groups: list[dict[str, Any]] = []
    for story, reports in stories.items():
        rows = [match_row(report, spec_of, since=NEVER, until=now) for report in reports]  # late is a digest's word
        rows.sort(key=lambda row: (-row["score"], row["id"]))
        texts = _folded(rows, copies)
        groups.append({"id": f"s-{story}", "size": len(texts), "matches": texts[:NAMED]})
    groups.sort(key=lambda group: (-group["matches"][0]["score"], group["id"]))
    return {
        "schema": SCHEMA,
        "watch": {"id": watch.id, "title": watch.title},
        "raised_at": now.isoformat(),
        "zone": watch.digest.zone,
        "language": watch.digest.language,
        "stories": groups,
        "told": sorted(f"m-{report.match.id}" for reports in stories.values() for report in reports if report.match),
    }


def _folded(rows: Sequence[dict[str, Any]], copies: Mapping[int, int]) -> list[dict[str, Any]]:
    """Each text once, as its first row has it, with the outlets of the others."""
    told: dict[int, dict[str, Any]] = {}
    for row in rows:
        article = article_of(row)
        kept = told.setdefault(copies.get(article, article), {**row, "also_in": []})
        if row["outlet"] not in (kept["outlet"], *kept["also_in"]):
            kept["also_in"].append(row["outlet"])
    return [*told.values()]


def alert_words(content: Mapping[str, Any]) -> Words:
    """The language and zone that an alert is told in."""
    return Words(content["language"], content["zone"])


def alert_subject(content: Mapping[str, Any]) -> str:
    """«Alert: headline (outlet)», and how many stories more."""
    words, first = alert_words(content), content["stories"][0]["matches"][0]
    title = f"{shorten(first['title'], SUBJECT_CHARS)} ({first['outlet']})"
    more = len(content["stories"]) - 1
    return words("alert.subject_more", n=more, title=title) if more else words("alert.subject", title=title)


def alert_html(content: Mapping[str, Any]) -> str:
    """An alert for mail clients and browsers: styles inline, no script."""
    return environment().get_template("alert.html.j2").render(**_view(content))


def alert_text(content: Mapping[str, Any], *, width: int) -> str:
    """An alert for a plain mail or a terminal."""
    view = _view(content)
    lines = [*wrap(content["watch"]["title"], width), *wrap(view["raised"], width)]
    for story in view["stories"]:
        lines += ["", *wrap(f"── {story['line']}", width)]
        for report in story["reports"]:
            lines += ["", *wrap(report["title"], width), *wrap(report["byline"], width)]
            lines += wrap(f"«{report['excerpt']}»", width) if report["excerpt"] else []
            lines += wrap(report["also_in"], width) if report["also_in"] else []
            lines += wrap(report["why"], width)
            lines += [report["url"]] if report["url"] else []
        lines += ["", *wrap(story["left_out"], width)] if story["left_out"] else []
    return "\n".join(lines) + "\n"


def _view(content: Mapping[str, Any]) -> dict[str, Any]:
    """What both renderings say, in words."""
    words = alert_words(content)
    raised = datetime.fromisoformat(content["raised_at"])
    day = today_in(content["zone"], raised)
    return {
        "t": words,
        "title": content["watch"]["title"],
        "raised": words("alert.raised", when=words.moment(raised)),
        "stories": [
            {
                "line": phrases.joined([story["id"], words("story.reports", n=story["size"])]),
                "reports": [
                    {
                        "title": row["title"],
                        "language": row["language"],
                        "url": row["url"],
                        "byline": phrases.joined(
                            [words.points(row["score"]), row["id"], *phrases.byline(row, words, day)]
                        ),
                        "excerpt": row["excerpt"],
                        "also_in": _also_in(row, words),
                        "why": f"{words('match.why')}: {phrases.why(row, words)}",
                    }
                    for row in story["matches"]
                ],
                "left_out": beyond.not_shown(
                    story["size"] - len(story["matches"]), beyond.show_story(content, story["id"]), words
                ),
            }
            for story in content["stories"]
        ],
    }


def _also_in(row: Mapping[str, Any], words: Words) -> str:
    """Which outlets carry copies; nothing for an alert of an earlier version, which did not know."""
    outlets = [phrases.isolated(outlet) for outlet in row.get("also_in", ())]
    return words("story.also_in", n=len(outlets), names=words.listed(outlets)) if outlets else ""

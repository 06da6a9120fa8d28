"""Today: the digest as it stands now, with the verdicts in place. Composes nothing that the digest does not."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from monitor.desk.cards import card
from monitor.desk.inbox import waiting
from monitor.desk.pages import desk_of, language_of, page, stuck, watch_of
from monitor.desk.reading import reports_of
from monitor.report import phrases, told
from monitor.report.digest import complete, today_in
from monitor.report.gather import gather_digest
from monitor.report.storylines import article_of
from monitor.report.words import Words

LISTS = ("matches", "near_misses", "held_by_rule", "suggestions", "withdrawn")


def today(request: Request) -> Response:
    """The day so far, in the watch's zone."""
    desk, watch = desk_of(request), watch_of(request)
    now = desk.clock()
    day = today_in(watch.digest.zone, now)
    feeds = desk.feeds
    digest = gather_digest(desk.store, watch, day, feeds=list(feeds.values()), now=now, stored=desk.stored_digest)
    content = complete(digest.content)
    words = Words(language_of(request), watch.digest.zone)
    articles = [article_of(row) for name in LISTS for row in content[name]]
    cards = {f"a-{one.article.id}": card(one, feeds, watch) for one in reports_of(desk.store, watch, articles)}

    def with_card(row: dict[str, Any]) -> dict[str, Any]:
        copies = [cards[other["article"]] for other in content["matches"] if other.get("copy_of") == row["id"]]
        return {**row, "card": cards[row["article"]] | {"copies": copies}}

    return page(
        request,
        "today.html.j2",
        watch,
        c=content,
        day=day,
        stories=told.stories(content, words, day),
        sections=phrases.sections(content, words),
        with_card=with_card,
        undelivered=stuck(desk),
        waiting=desk.store.count_reports(waiting(watch)),
    )

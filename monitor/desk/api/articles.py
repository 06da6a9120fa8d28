"""The API's articles, verdicts and digests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from monitor.desk import filters
from monitor.desk.api.operation import ID_DIGITS, Ask
from monitor.desk.inbox import wanted_by
from monitor.desk.verdicts import AT_ONCE, NOTE_CHARS, REASON_CHARS, Asked, answer, give
from monitor.errors import NotFoundError, UsageError
from monitor.model import ArticleFilter, VerdictKind
from monitor.report.digest import today_in
from monitor.report.gather import gather_digest
from monitor.shapes import article_json, card_json, report_json, verdict_json

Answer = Mapping[str, Any]


def list_articles(ask: Ask) -> Answer:
    view = filters.read_view({name: said for name, said in ask.said.items() if said})
    return _page(ask, wanted_by(ask.request, view, ask.watch))


def search(ask: Ask) -> Answer:
    view = filters.read_view({"q": ask.said["q"], "after": ask.said["after"], "state": "all", "order": "best"})
    return _page(ask, wanted_by(ask.request, view, ask.watch))


def _page(ask: Ask, wanted: ArticleFilter) -> Answer:
    found = ask.desk.store.reports(replace(wanted, limit=filters.PAGE + 1))
    shown = [report_json(report) for report in found[: filters.PAGE]]
    after = shown[-1]["article"] if len(found) > len(shown) else None
    return {"watch": ask.watch.id, "articles": shown, "after": after}


def show_article(ask: Ask) -> Answer:
    store, article_id = ask.desk.store, ask.said["id"]
    found = article_json(store, article_id, ask.watch.id)
    judged = store.assessments(article_id, ask.watch.id)
    shelf = ask.desk.shelves.shelf(store, ask.watch.id)
    story = shelf.book.story_of.get(article_id)
    original = shelf.copies.get(article_id, article_id)
    same = [one for one in shelf.book.members(story) if shelf.copies.get(one, one) == original] if story else []
    verdicts = store.verdicts(ask.watch.id, article_id=article_id)
    return {
        **found,
        "card": card_json(judged[-1].card) if judged else None,
        "story": f"s-{story}" if story else None,
        "copies": [f"a-{one}" for one in same if one != article_id],
        "last_verdict": verdicts[-1].id if verdicts else 0,
    }


def explain_article(ask: Ask) -> Answer:
    store = ask.desk.store
    article = store.article(ask.said["id"])
    judged = store.assessments(article.id, ask.watch.id)
    if not judged:
        raise NotFoundError(f"a-{article.id} has not been assessed for «{ask.watch.id}»")
    card, findings = card_json(judged[-1].card), store.findings(article.id)
    return {"article": f"a-{article.id}", "title": article.title, "card": card, "findings": findings}


# --- verdicts ---------------------------------------------------------------------------------------------------------


def judge(ask: Ask) -> Answer:
    store, article_id, said = ask.desk.store, ask.said["id"], ask.body
    before = store.verdicts(ask.watch.id, article_id=article_id)
    given = store.give_verdict(
        article_id,
        ask.watch.id,
        VerdictKind(said["kind"]),
        reason=said.get("reason", "")[:REASON_CHARS],
        note=said.get("note", "")[:NOTE_CHARS],
        author=ask.desk.author,
        now=ask.desk.clock(),
        seen=said.get("seen"),
    )
    return {**verdict_json(given), "id": given.id, "previous": before[-1].kind if before else None}


def judge_many(ask: Ask) -> Answer:
    """Like the desk's own form: an article whose last verdict was not seen is left, and told."""
    said, store = ask.body, ask.desk.store
    if not 0 < len(said["articles"]) <= AT_ONCE:
        raise UsageError(f"articles are from 1 to {AT_ONCE}")
    numbers = {number_of(each["article"], "a"): each.get("seen") for each in said["articles"]}
    known = store.articles_by_id(list(numbers))
    if missing := [number for number in numbers if number not in known]:
        raise NotFoundError(f"no article a-{missing[0]}")
    last = {each.article_id: each.id for each in store.verdicts(ask.watch.id)}
    asked = Asked(
        kind=VerdictKind(said["kind"]),
        seen={number: last.get(number, 0) if seen is None else seen for number, seen in numbers.items()},
        reason=said.get("reason", "")[:REASON_CHARS],
        note=said.get("note", "")[:NOTE_CHARS],
    )
    told = answer(give(ask.request, ask.watch.id, asked))
    return {"given": told["given"], "standing": told["standing"]}


def number_of(said: str, *kinds: str) -> int:
    """The number of a typed id: 7 of `a-7`."""
    kind, _, number = said.partition("-")
    if kind in kinds and number.isascii() and number.isdecimal() and len(number) <= ID_DIGITS:
        return int(number)
    raise UsageError(f"«{said[:ID_DIGITS]}» is no id; expected {' or '.join(f'{kind}-7' for kind in kinds)}")


# --- digests ----------------------------------------------------------------------------------------------------------


def today(ask: Ask) -> Answer:
    now = ask.desk.clock()
    day = today_in(ask.watch.digest.zone, now)
    found = gather_digest(ask.desk.store, ask.watch, day, feeds=list(ask.desk.feeds.values()), now=now)
    return {"watch": ask.watch.id, "day": day, "revision": 0, "digest": found.content}


def list_digests(ask: Ask) -> Answer:
    days = [
        {"day": each.day, "revision": each.revision, "created_at": each.created_at}
        for each in ask.desk.store.digests(ask.watch.id)
    ]
    return {"watch": ask.watch.id, "digests": days}


def show_digest(ask: Ask) -> Answer:
    try:
        day = date.fromisoformat(ask.said["day"])
    except ValueError as error:
        raise NotFoundError("that is no day; expected 2016-08-11") from error
    found = ask.desk.store.digest(ask.watch.id, day)
    if found is None:
        raise NotFoundError(f"there is no digest of {day}")
    return {"watch": ask.watch.id, "day": day, "revision": found.revision, "digest": found.content}

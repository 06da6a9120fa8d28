"""The API's stories, actors and sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from monitor.actor_review import history_of, unconfirmed
from monitor.config_edit import add_feeds
from monitor.desk.api.articles import number_of
from monitor.desk.api.operation import Ask
from monitor.desk.people import decide_name
from monitor.desk.sources import add_stated, set_paused
from monitor.errors import NotFoundError
from monitor.feed_health import judge_feeds
from monitor.feed_list import poll_soon, read_list
from monitor.model import ActingFilter
from monitor.report.actors import overview, portray
from monitor.report.gather import compare_story
from monitor.report.overview import list_stories, show_story
from monitor.report.shelf import merge_stories, split_story
from monitor.shapes import actor_json, feed_json

if TYPE_CHECKING:
    from monitor.desk.web import Desk

Answer = Mapping[str, Any]
#: Rows of a list, and an actor's articles that are read for quotes.
ROWS, READ_FOR_QUOTES = 50, 100


# --- stories ----------------------------------------------------------------------------------------------------------


def stories(ask: Ask) -> Answer:
    found = list_stories(ask.desk.store, ask.watch, list(ask.desk.feeds.values()), limit=ask.said["limit"])
    return {"watch": ask.watch.id, "stories": found}


def show_one_story(ask: Ask) -> Answer:
    feeds = list(ask.desk.feeds.values())
    return {"watch": ask.watch.id, **show_story(ask.desk.store, ask.watch, feeds, ask.said["id"])}


def compare(ask: Ask) -> Answer:
    feeds = list(ask.desk.feeds.values())
    desk = ask.desk
    compared = dict(compare_story(desk.store, ask.watch, ask.said["id"], feeds=feeds, glossary=desk.glossary()))
    del compared["schema"]
    return {"watch": ask.watch.id, **compared}


def split(ask: Ask) -> Answer:
    leaving = [number_of(each, "a") for each in ask.body["articles"]]
    desk, number = ask.desk, ask.said["id"]
    new = split_story(desk.store, ask.watch.id, number, leaving, now=desk.clock(), author=desk.author)
    return {"story": f"s-{new}"}


def merge(ask: Ask) -> Answer:
    desk, other = ask.desk, number_of(ask.body["into"], "s")
    merged = merge_stories(desk.store, ask.watch.id, ask.said["id"], other, now=desk.clock(), author=desk.author)
    return {"story": f"s-{merged}"}


# --- actors -----------------------------------------------------------------------------------------------------------


def actors(ask: Ask) -> Answer:
    store, until = ask.desk.store, ask.desk.clock()
    since = until - timedelta(days=ask.said["days"])
    wanted = ActingFilter(watch=ask.watch.id, since=since, until=until)
    found = overview(
        store.acting(wanted, with_relations=True),
        store.acting(replace(wanted, since=since - (until - since), until=since)),
        store.first_acting(replace(wanted, since=None, until=None)),
        since=since,
        until=until,
    )
    return {
        "watch": ask.watch.id,
        "since": since,
        "until": until,
        "only_matches": True,
        "articles": found.articles,
        "articles_before": found.articles_before,
        "actors": found.actors[:ROWS],
        "rising": [line.actor for line in found.rising],
        "new": [line.actor for line in found.new],
        "pairs": found.pairs[:ROWS],
    }


def show_actor(ask: Ask) -> Answer:
    desk, actor = ask.desk, ask.said["actor"]
    known = desk.roster.known(desk.store, desk.config().actors)
    articles = desk.store.acting(ActingFilter(watch=ask.watch.id, actor=actor), with_relations=True)
    if actor not in known.gazetteer.actors and not articles:
        raise NotFoundError("no such actor")
    findings = desk.store.quoted([each.article_id for each in articles[-READ_FOR_QUOTES:]])
    portrait = portray(actor, articles, findings, desk.feeds) if articles else None
    return {**actor_json(known.gazetteer, known.book, actor), "watch": ask.watch.id, "portrait": portrait}


def unconfirmed_names(ask: Ask) -> Answer:
    desk = ask.desk
    listed = desk.roster.known(desk.store, desk.config().actors).listed_names
    waiting = unconfirmed(desk.store.acting(ActingFilter(watch=ask.watch.id, only_unconfirmed=True)), listed)
    names = [{**vars(each), "article_ids": [f"a-{one}" for one in each.article_ids]} for each in waiting]
    return {"watch": ask.watch.id, "count": len(names), "names": names[: ask.said["limit"]]}


def decisions(ask: Ask) -> Answer:
    book = ask.desk.roster.known(ask.desk.store, ask.desk.config().actors).book
    standing = set(book.standing.values())
    return {"decisions": [{**vars(each), "holds": each in standing} for each in history_of(book)]}


def decide_on_name(ask: Ask) -> Answer:
    decide_name(ask.desk, {name: value.strip() for name, value in ask.body.items()})
    told: Any = decisions(ask)["decisions"]
    return {"decision": told[0] if told else None}


# --- sources ----------------------------------------------------------------------------------------------------------


def feeds(ask: Ask) -> Answer:
    rows = {row.id: row for row in ask.desk.store.feeds()}
    return {"feeds": [feed_json(spec, rows.get(spec.id)) for spec in ask.desk.feeds.values()]}


def feeds_health(ask: Ask) -> Answer:
    judged = judge_feeds(ask.desk.store, list(ask.desk.feeds.values()), now=ask.desk.clock())
    return {"feeds": sorted(judged, key=lambda one: (not one.troubles, one.feed_id))}


def pause(ask: Ask) -> Answer:
    return _pause(ask, is_paused=True)


def resume(ask: Ask) -> Answer:
    return _pause(ask, is_paused=False)


def _pause(ask: Ask, *, is_paused: bool) -> Answer:
    feed = ask.said["feed"]
    if feed not in ask.desk.feeds:
        raise NotFoundError("there is no such feed")
    set_paused(ask.desk, feed, is_paused=is_paused)
    return _feed(ask.desk, feed)


def poll(ask: Ask) -> Answer:
    poll_soon(ask.desk.store, list(ask.desk.feeds.values()), ask.said["feed"], clock=ask.desk.clock)
    return _feed(ask.desk, ask.said["feed"])


def add_source(ask: Ask) -> Answer:
    """Without a look at it first: the next poll says what it is."""
    stated = {name: ask.body.get(name, "").strip() for name in ("title", "language", "country", "kind")}
    return _feed(ask.desk, add_stated(ask.desk, ask.body["url"].strip(), **stated).id)


def import_sources(ask: Ask) -> Answer:
    listed = read_list(
        ask.body["opml"].encode("utf-8", "replace"),
        list(ask.desk.feeds.values()),
        language=ask.body.get("language", ""),
    )
    if listed.new:
        ask.desk.change_feeds(lambda text: add_feeds(text, listed.new))
    return {"added": [spec.id for spec in listed.new], "known": listed.known}


def _feed(desk: Desk, feed: str) -> Answer:
    row = next(iter(desk.store.feeds_by_id([feed])), None)
    return {"feed": feed_json(desk.feeds[feed], row)}

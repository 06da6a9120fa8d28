"""Write Atom feeds (RFC 4287) of a watch's digests and of its matches, for any feed reader.

Pure; built as a tree, so that titles are text whatever they contain. Ids are derived from names, never from times: a
reader shows a later revision in place of the earlier one, and nothing twice.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from html import escape
from typing import Any
from uuid import NAMESPACE_URL, uuid5
from xml.etree.ElementTree import Element, SubElement, indent, register_namespace, tostring

from monitor.model import ArticleReport, Digest, FeedSpec, Watch
from monitor.report import phrases, told
from monitor.report.digest import complete, digest_window, today_in
from monitor.report.plain import EXCERPT_CHARS, shorten
from monitor.report.rows import match_row
from monitor.report.words import Words

NAMESPACE = "http://www.w3.org/2005/Atom"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
#: Readers poll often; a month of digests, a few days of matches are what they need.
DIGESTS, MATCHES = 30, 100
#: By the end of a digest's file: what it is.
TYPES = {"html": "text/html", "txt": "text/plain", "md": "text/markdown", "json": "application/json"}
#: Characters that no XML may hold; one of them would make a month of matches unreadable.
NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
NEVER = datetime(1970, 1, 1, tzinfo=UTC)

register_namespace("", NAMESPACE)


def atom_digests(
    watch: Watch, digests: Sequence[Digest], *, home: str = "", base_url: str = "", suffix: str = "html"
) -> str:
    """Return the feed of a watch's digests, newest first.

    `home` is the installation that they are of; `base_url` is where their files are served, if they are.
    """
    latest = sorted(digests, key=lambda digest: digest.day, reverse=True)[:DIGESTS]
    updated = max((digest.created_at for digest in latest), default=NEVER)
    feed = _feed(watch, "digests", watch.title, updated, home, base_url)
    for digest in latest:
        content = complete(digest.content)
        words = Words(content["language"], content["zone"])
        title = f"{watch.title}: {phrases.period(complete(digest.content), words)}"
        entry = _entry(feed, _id(home, watch.id, "digest", digest.day.isoformat()), title, digest.created_at)
        if base_url:
            _element(entry, "link", rel="alternate", type=TYPES[suffix], href=f"{base_url}/{digest.day}.{suffix}")
        _element(entry, "content", _digest_html(content, words), type="html")
    return _text(feed)


def atom_matches(
    watch: Watch,
    reports: Sequence[ArticleReport],
    feeds: Sequence[FeedSpec],
    *,
    home: str = "",
    base_url: str = "",
    excerpt_chars: int = EXCERPT_CHARS,
) -> str:
    """Return the feed of a watch's matches, newest first; withdrawn ones stay, marked as such."""
    words = Words(watch.digest.language, watch.digest.zone)
    spec_of = {feed.id: feed for feed in feeds}
    latest = sorted((report for report in reports if report.match), key=_changed_at, reverse=True)[:MATCHES]
    updated = max(map(_changed_at, latest), default=NEVER)
    feed = _feed(watch, "matches", f"{watch.title}: {words('section.matches')}", updated, home, base_url)
    for report in latest:
        if report.match is None:
            continue
        day = today_in(watch.digest.zone, report.match.matched_at)
        since, _ = digest_window(day, watch.digest.zone)
        row = match_row(report, spec_of, since=since, until=datetime.max.replace(tzinfo=UTC))
        entry = _entry(feed, _id(home, watch.id, "match", row["id"]), row["title"], _changed_at(report))
        entry[0].set(XML_LANG, row["language"] or "und")
        if report.article.published:
            _element(entry, "published", _time(report.article.published))
        if row["url"]:
            _element(entry, "link", rel="alternate", href=row["url"], hreflang=row["language"] or "und")
        if row["withdrawn"]:
            _element(entry, "category", term="withdrawn")
        said = [
            phrases.joined([row["id"], *phrases.byline(row, words, day)]),
            shorten(row["excerpt"], excerpt_chars) if excerpt_chars else "",
        ]
        said.append(phrases.why(row, words))
        said.append(phrases.standing(row, words, day))
        _element(entry, "content", "".join(f"<p>{escape(line)}</p>" for line in said if line), type="html")
    return _text(feed)


def _changed_at(report: ArticleReport) -> datetime:
    match = report.match
    return max(filter(None, (match.matched_at, match.withdrawn_at))) if match else NEVER


def _digest_html(content: Mapping[str, Any], words: Words) -> str:
    """The headline paragraph and a list of what it speaks of."""
    lines = [f"<p>{escape(' '.join(phrases.headline(content, words)))}</p>"]
    rows = {row["id"]: row for row in content["matches"]}
    leads = [story["lead"] for story in content["stories"]]
    in_stories = {name for story in content["stories"] for name in story["matches"]}
    shown = [*leads, *(name for name in rows if name not in in_stories)]
    items = [_item(rows[name], content, words) for name in shown if name in rows]
    return "".join([*lines, f"<ul>{''.join(items)}</ul>" if items else ""])


def _item(row: Mapping[str, Any], content: Mapping[str, Any], words: Words) -> str:
    title = escape(row["title"])
    linked = f'<a href="{escape(row["url"])}">{title}</a>' if row["url"] else title
    about = phrases.joined([row["outlet"], words.language_name(row["language"]), told.also_in(row, content, words)])
    return f"<li>{linked} ({escape(about)})</li>"


def _feed(watch: Watch, kind: str, title: str, updated: datetime, home: str, base_url: str) -> Element:
    feed = Element(f"{{{NAMESPACE}}}feed", {XML_LANG: watch.digest.language})
    _element(feed, "id", _id(home, watch.id, kind))
    _element(feed, "title", title)
    _element(feed, "updated", _time(updated))
    _element(_element(feed, "author"), "name", "Widerhall")
    if base_url:
        _element(feed, "link", rel="self", type="application/atom+xml", href=f"{base_url}/{kind}.atom")
        _element(feed, "link", rel="alternate", type="text/html", href=f"{base_url}/index.html")
    return feed


def _entry(feed: Element, identity: str, title: str, updated: datetime) -> Element:
    entry = _element(feed, "entry")
    _element(entry, "title", title)
    _element(entry, "id", identity)
    _element(entry, "updated", _time(updated))
    return entry


def _id(*names: str) -> str:
    return f"urn:uuid:{uuid5(NAMESPACE_URL, '/'.join(('widerhall', *names)))}"


def _element(parent: Element, name: str, text: str = "", **attributes: str) -> Element:
    element = SubElement(parent, f"{{{NAMESPACE}}}{name}", attributes)
    element.text = text or None
    return element


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _text(feed: Element) -> str:
    indent(feed)
    text = NOT_XML.sub("\ufffd", tostring(feed, encoding="unicode"))
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'

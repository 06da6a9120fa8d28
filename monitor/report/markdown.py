"""Write a digest as Markdown. All text is escaped on its way in, whoever wrote it: `md` is the only door."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from monitor.report import phrases
from monitor.report.words import Words

Row = Mapping[str, Any]

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~&!])")
#: At a line's beginning these would make a list, a heading's underline or a rule.
_AT_START = re.compile(r"^([-+=]|\d+(?=[.)]))")


def md(text: str) -> str:
    """Escape one line of plain text so that Markdown shows it as it stands."""
    return _AT_START.sub(lambda found: _escape_start(found[0]), _SPECIAL.sub(r"\\\1", text))


def _escape_start(start: str) -> str:
    # Digits cannot be escaped; an empty comment after them takes the list away.
    return f"{start}<!-- -->" if start.isdigit() else f"\\{start}"


def to_markdown(content: Row, words: Words) -> str:
    """Return the whole digest as CommonMark."""
    day = date.fromisoformat(content["day"])
    blocks = [f"# {md(content['watch']['title'])}", _dateline(content, words, day)]
    blocks.append(md(" ".join(phrases.headline(content, words))))
    for section in phrases.sections(content, words):
        blocks.append(f"## {md(section.title)} ({words.number(section.total)})")
        blocks += [md(line) for line in (section.about,) if line]
        for row in section.rows:
            blocks += _article(row, words, day)
        blocks += [md(line) for line in (section.left_out,) if line]
    blocks += _actors(content, words)
    blocks += _quotes(content, words)
    blocks += _sources(content, words, day)
    blocks += [f"## {md(words('section.manifest'))}"]
    blocks.append("\n".join(f"- **{md(label)}**: {md(value)}" for label, value in phrases.manifest(content, words)))
    return "\n\n".join(blocks) + "\n"


def _dateline(content: Row, words: Words, day: date) -> str:
    notes = [content["zone"], *phrases.day_notes(content, words)]
    return " · ".join([f"**{md(words.day(day))}**", *map(md, notes)])


def _article(row: Row, words: Words, day: date) -> list[str]:
    title = f"[{md(row['title'])}](<{row['url']}>)" if row["url"] else md(row["title"])
    byline = md(phrases.joined([row["id"], *phrases.byline(row, words, day)]))
    blocks = [f"### {title}", f"**{words.points(row['score'])}** · {byline}"]
    if row["excerpt"]:
        blocks.append(f"> {md(row['excerpt'])}")
    said = phrases.standing(row, words, day)
    names = [f"{name} ({role})" if role else name for name, role in phrases.actors(row, words)]
    points = [
        f"**{md(said)}**" if said else "",
        f"{words('match.why')}: {md(phrases.why(row, words))}",
        f"{words('match.who')}: {md(', '.join(names))}" if names else "",
        md(phrases.verdict(row, words)),
    ]
    return [*blocks, "\n".join(f"- {point}" for point in points if point)]


def _actors(content: Row, words: Words) -> list[str]:
    lines = [f"- {md(name)}: {md(said)}" for name, said in phrases.actor_lines(content, words)]
    return [f"## {md(words('section.actors'))}", "\n".join(lines)] if lines else []


def _quotes(content: Row, words: Words) -> list[str]:
    quotes = [f"> {md(quote['text'])}\n>\n> — {md(phrases.quote_origin(quote, words))}" for quote in content["quotes"]]
    return [f"## {md(words('section.quotes'))}", *quotes] if quotes else []


def _sources(content: Row, words: Words, day: date) -> list[str]:
    lines = [
        f"- **{md(feed['title'])}** ({md(words('feed.' + feed['status']))}): {md(phrases.feed_says(feed, words, day))}"
        for feed in content["sources"]["troubled"]
    ]
    head = [f"## {md(words('section.sources'))}", md(phrases.sources_line(content, words))]
    return [*head, "\n".join(lines)] if lines else head

"""Write a digest as Markdown. All text is escaped on its way in, whoever wrote it: `md` is the only door."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from monitor.report import phrases, told
from monitor.report.words import Words

Row = Mapping[str, Any]

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~&!])")
#: At a line's beginning these would make a list, a heading's underline or a rule.
_AT_START = re.compile(r"^(\d+(?=[.)])|(?=[-+=]))")


def md(text: str) -> str:
    """Escape one line of plain text so that Markdown shows it as it stands."""
    return _AT_START.sub(r"\1\\", _SPECIAL.sub(r"\\\1", text))


def to_markdown(content: Row, words: Words) -> str:
    """Return the whole digest as CommonMark."""
    day = date.fromisoformat(content["day"])
    blocks = [f"# {md(content['watch']['title'])}", _dateline(content, words)]
    blocks.append(md(" ".join(phrases.headline(content, words))))
    blocks += [md(aside) for aside in phrases.asides(content, words)]
    if month := told.month_line(content, words):
        blocks.append(md(month))
    blocks += _stories(content, words, day)
    for section in phrases.sections(content, words):
        blocks.append(f"## {md(section.title)} ({words.number(section.total)})")
        blocks += [md(line) for line in (section.about,) if line]
        for row in section.rows:
            blocks += _article(row, content, words, day)
        blocks += [md(line) for line in (section.left_out,) if line]
    blocks += _actors(content, words)
    blocks += _pairs(content, words)
    blocks += _quotes(content, words)
    blocks += _sources(content, words, day)
    blocks += [f"## {md(words('section.manifest'))}"]
    blocks.append("\n".join(f"- **{md(label)}**: {md(value)}" for label, value in phrases.manifest(content, words)))
    return "\n\n".join(blocks) + "\n"


def _dateline(content: Row, words: Words) -> str:
    notes = [content["zone"], *phrases.day_notes(content, words)]
    return " · ".join([f"**{md(phrases.period(content, words))}**", *map(md, notes)])


def _stories(content: Row, words: Words, day: date) -> list[str]:
    stories = told.stories(content, words, day)
    if not stories:
        return []
    blocks = [f"## {md(words('section.stories'))} ({words.number(len(content['stories']))})"]
    blocks += [md(phrases.about("stories", content, words))]
    for story in stories:
        lead = _article(story.lead, content, words, day)
        blocks += [lead[0], f"*{md(story.id)} · {md(story.line)}*", *lead[1:]]
        blocks += ["\n".join(_short(row, content, words, day) for row in story.others)] if story.others else []
        blocks += [md(story.left_out)] if story.left_out else []
    blocks += [md(said)] if (said := told.stories_left_out(content, words)) else []
    return blocks + _comparison(content, words, day)


def _short(row: Row, content: Row, words: Words, day: date) -> str:
    said = [row["id"], *told.short_byline(row, words, day), *told.short_notes(row, content, words)]
    return f"- **{words.points(row['score'])}** {_linked(row)} — {md(phrases.joined(said))}"


def _comparison(content: Row, words: Words, day: date) -> list[str]:
    reports = told.comparison_lines(content, words, day)
    if not reports:
        return []
    names = ("when", "outlet", "length", "facets", "left_out", "speakers")
    table = [" | ".join(md(words(f"comparison.{name}")) for name in names), " | ".join(["---"] * len(names))]
    for report in reports:
        outlet = phrases.joined([report.outlet, report.about, words.language_name(report.language)])
        cells = (report.when, outlet, report.length, report.facets, report.left_out, report.speakers)
        table.append(" | ".join(md(cell) for cell in cells))
    head = [f"## {md(words('section.comparison'))}", md(told.comparison_title(content))]
    more = told.comparison_left_out(content, words)
    notes = map(md, told.comparison_notes(content, words))
    return [*head, *notes, "\n".join(f"| {line} |" for line in table), *([md(more)] if more else [])]


def _linked(row: Row) -> str:
    return f"[{md(row['title'])}](<{row['url']}>)" if row["url"] else md(row["title"])


def _article(row: Row, content: Row, words: Words, day: date) -> list[str]:
    byline = md(phrases.joined([row["id"], *phrases.byline(row, words, day)]))
    blocks = [f"### {_linked(row)}", f"**{words.points(row['score'])}** · {byline}"]
    if row["excerpt"]:
        blocks.append(f"> {md(row['excerpt'])}")
    said = phrases.standing(row, words, day)
    points = [
        f"**{md(said)}**" if said else "",
        f"{words('match.why')}: {md(phrases.why(row, words))}",
        md(told.adds(row, words)),
        f"{words('match.who')}: {md(phrases.who(row, words))}" if row["actors"] else "",
        md(told.also_in(row, content, words)),
        md(phrases.verdict(row, words)),
    ]
    return [*blocks, "\n".join(f"- {point}" for point in points if point)]


def _actors(content: Row, words: Words) -> list[str]:
    lines = [f"- {md(name)}: {md(said)}" for name, said in phrases.actor_lines(content, words)]
    about = [f"## {md(words('section.actors'))}", md(words("about.actors"))]
    return [*about, "\n".join(lines)] if lines else []


def _pairs(content: Row, words: Words) -> list[str]:
    blocks = [f"## {md(words('section.pairs'))}", md(words("about.pairs"))] if content["pairs"] else []
    for pair in content["pairs"]:
        blocks.append(f"**{md(phrases.pair_title(pair, words))}** ({md(phrases.pair_origin(pair, words))})")
        blocks += [f"> {md(pair['text'])}"] if pair["text"] else []
    return blocks


def _quotes(content: Row, words: Words) -> list[str]:
    quotes = [f"> {md(quote['text'])}\n>\n> — {md(phrases.quote_origin(quote, words))}" for quote in content["quotes"]]
    return [f"## {md(words('section.quotes'))}", *quotes] if quotes else []


def _sources(content: Row, words: Words, day: date) -> list[str]:
    lines = [
        f"- **{md(status)}**: {md(titles)}" + (f" – {md(said)}" if said else "")
        for status, titles, said in phrases.troubled(content, words, day)
    ]
    said = [phrases.sources_line(content, words), *phrases.source_changes(content, words)]
    head = [f"## {md(words('section.sources'))}", *map(md, said)]
    return [*head, "\n".join(lines)] if lines else head

"""Draw a digest for a terminal or a plain mail: at most `width` columns, no colour, no control characters."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from monitor.report import phrases, told
from monitor.report.charts import sparkline
from monitor.report.words import Words

Row = Mapping[str, Any]

#: Scores stand in a column of their own; everything else hangs to the right of it.
INDENT = 7


def columns(text: str) -> int:
    """How many terminal columns `text` takes: East Asian letters take two, combining marks none."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def wrap(text: str, width: int, *, first: str = "", rest: str = "") -> list[str]:
    """Break a line at blanks so that none takes more than `width` columns; words too long are cut, addresses never."""
    lines: list[str] = []
    line, is_empty = first, True
    for word in _words(text, width - max(columns(first), columns(rest))):
        if not is_empty and columns(line) + 1 + columns(word) > width:
            lines.append(line)
            line, is_empty = rest, True
        line += word if is_empty else f" {word}"
        is_empty = False
    return [*lines, line] if not is_empty else lines


def _words(text: str, room: int) -> Iterator[str]:
    for word in text.split():
        while columns(word) > room and "://" not in word:
            cut = next(end for end in range(len(word), 0, -1) if columns(word[:end]) <= max(room, 2))
            yield word[:cut]
            word = word[cut:]
        if word:
            yield word


def to_text(content: Row, words: Words, *, width: int) -> str:
    """Return the whole digest as text, each line at most `width` columns (addresses may be longer)."""
    day = date.fromisoformat(content["day"])
    lines = [*_masthead(content, words, width), "", *wrap(" ".join(phrases.headline(content, words)), width)]
    for aside in phrases.asides(content, words):
        lines += ["", *wrap(aside, width)]
    lines += _month(content, words, width)
    lines += _stories(content, words, day, width)
    for section in phrases.sections(content, words):
        lines += ["", *_heading(section.title, words.number(section.total), width), *wrap(section.about, width)]
        for row in section.rows:
            lines += ["", *_article(row, content, words, day, width)]
        if section.left_out:
            lines += ["", *_indented(section.left_out, width)]
    lines += _actors(content, words, width)
    lines += _pairs(content, words, width)
    lines += _quotes(content, words, width)
    lines += _sources(content, words, day, width)
    lines += _manifest(content, words, width)
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _masthead(content: Row, words: Words, width: int) -> list[str]:
    dateline = phrases.joined([phrases.period(content, words), content["zone"], *phrases.day_notes(content, words)])
    return ["WIDERHALL", "═" * width, *wrap(content["watch"]["title"], width), *wrap(dateline, width)]


def _heading(title: str, count: str, width: int) -> list[str]:
    label = f"{title.upper()} · {count} " if count else f"{title.upper()} "
    return [label + "─" * max(width - columns(label), 0)]


def _month(content: Row, words: Words, width: int) -> list[str]:
    line = told.month_line(content, words)
    return ["", sparkline([each["matches"] for each in content["history"]]), *wrap(line, width)] if line else []


def _stories(content: Row, words: Words, day: date, width: int) -> list[str]:
    stories = told.stories(content, words, day)
    if not stories:
        return []
    lines = ["", *_heading(words("section.stories"), words.number(len(content["stories"])), width)]
    lines += wrap(phrases.about("stories", content, words), width)
    for story in stories:
        lines += ["", *wrap(f"{story.id} · {story.line}", width, first=" " * INDENT, rest=" " * INDENT)]
        lines += _article(story.lead, content, words, day, width)
        for row in story.others:
            lines += _short(row, content, words, day, width)
        lines += _indented(story.left_out, width)
    if said := told.stories_left_out(content, words):
        lines += ["", *wrap(said, width)]
    return lines + _comparison(content, words, day, width)


def _short(row: Row, content: Row, words: Words, day: date, width: int) -> list[str]:
    """A further report of a story, in two or three lines."""
    score = words.points(row["score"]).rjust(INDENT - 2)
    lines = wrap(row["title"], width, first=f"{score}  ", rest=" " * INDENT)
    about = [row["id"], *told.short_byline(row, words, day)]
    lines += _indented(phrases.joined(about), width)
    lines += _indented(phrases.joined(told.short_notes(row, content, words)), width)
    return lines + _indented(row["url"], width)


def comparison_to_text(compared: Row, words: Words, *, width: int) -> str:
    """Return the comparison of one story as text: its reports in time, then outlets, countries and kinds in groups."""
    content = {"comparison": compared}
    day = words.day_of(compared["reports"][0]["at"])
    title = phrases.joined([compared["story"], compared["title"]])
    lines = [*wrap(title, width), "─" * width, words.day(day)]
    lines += _compared(content, words, day, width, limit=None)
    for by, groups in compared["groups"].items():
        gathers = any(len(group["reports"]) > 1 for group in groups)  # or the list above has said it all
        if len(groups) > 1 and gathers:
            lines += ["", *_heading(words(f"comparison.by_{by}"), "", width)]
            for group in groups:
                lines += wrap(told.group_line(by, group, compared, words), width, rest="  ")
                for note in told.group_notes(group, compared, words):
                    lines += wrap(note, width, first="  ", rest="    ")
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _comparison(content: Row, words: Words, day: date, width: int) -> list[str]:
    if not content["comparison"]:
        return []
    lines = ["", *_heading(words("section.comparison"), "", width), *wrap(told.comparison_title(content), width)]
    lines += _compared(content, words, day, width, limit=told.COMPARED)
    return lines + _indented(told.comparison_left_out(content, words), width)


def _compared(content: Row, words: Words, day: date, width: int, *, limit: int | None) -> list[str]:
    reports = told.comparison_lines(content, words, day, limit=limit)
    lines = []
    for note in told.comparison_notes(content, words):
        lines += wrap(note, width)
    lines.append("")
    column = max(columns(report.when) for report in reports)
    for report in reports:
        about = [report.outlet, report.about, words.language_name(report.language)]
        about += [f"{words('comparison.length')}: {report.length}", f"{words('comparison.facets')}: {report.facets}"]
        lines += wrap(phrases.joined(about), width, first=f"{report.when.rjust(column)}  ", rest=" " * (column + 2))
        for name, listed in (("left_out", report.left_out), ("speakers", report.speakers)):
            said = f"{words(f'comparison.{name}')}: {listed}" if listed else ""
            lines += wrap(said, width, first=" " * (column + 2), rest=" " * (column + 4))
    return lines


def _article(row: Row, content: Row, words: Words, day: date, width: int) -> list[str]:
    score = words.points(row["score"]).rjust(INDENT - 2)
    lines = wrap(row["title"], width, first=f"{score}  ", rest=" " * INDENT)
    lines += _indented(phrases.joined([row["id"], *phrases.byline(row, words, day)]), width)
    if row["excerpt"]:
        lines += _indented(f"«{row['excerpt']}»", width)
    if said := phrases.standing(row, words, day):
        lines += _indented(f"! {said}", width)
    lines += _facts(row, words, width)
    for said in (told.also_in(row, content, words), phrases.verdict(row, words)):
        lines += _indented(said, width)
    return lines + _indented(row["url"], width)


def _facts(row: Row, words: Words, width: int) -> list[str]:
    """Why, what is new and who, each beside its name."""
    facts = [
        (words("match.why"), phrases.why(row, words)),
        (words("match.new"), told.adds(row, words, is_labelled=True)),
        (words("match.who"), phrases.who(row, words)),
    ]
    column = INDENT + max(columns(label) for label, _ in facts) + 2
    lines = []
    for label, said in facts:
        lines += wrap(said, width, first=f"{' ' * INDENT}{label}".ljust(column), rest=" " * column)
    return lines


def _indented(text: str, width: int) -> list[str]:
    return wrap(text, width, first=" " * INDENT, rest=" " * INDENT)


def _actors(content: Row, words: Words, width: int) -> list[str]:
    named = phrases.actor_lines(content, words)
    if not named:
        return []
    column = min(max(columns(name) for name, _ in named), width // 2)
    lines = ["", *_heading(words("section.actors"), "", width)]
    has_past = len(content["history"]) > 1
    lines += [*wrap(words("about.actors_week" if has_past else "about.actors"), width), ""]
    for (name, said), actor in zip(named, content["actors"], strict=False):
        bars = sparkline([*actor["before"], actor["matches"]]) if has_past else ""
        first = f"{bars.ljust(INDENT - 2)}  {name}{' ' * max(column - columns(name), 0)}  "
        lines += wrap(said, width, first=first, rest=" " * columns(first))
    return lines


def _pairs(content: Row, words: Words, width: int) -> list[str]:
    if not content["pairs"]:
        return []
    lines = ["", *_heading(words("section.pairs"), "", width), *wrap(words("about.pairs"), width)]
    for pair in content["pairs"]:
        lines += ["", *_indented(phrases.pair_title(pair, words), width)]
        lines += _indented(f"«{pair['text']}»", width) if pair["text"] else []
        lines += _indented(f"— {phrases.pair_origin(pair, words)}", width)
    return lines


def _quotes(content: Row, words: Words, width: int) -> list[str]:
    lines = ["", *_heading(words("section.quotes"), "", width)] if content["quotes"] else []
    for quote in content["quotes"]:
        lines += ["", *_indented(f"«{quote['text']}»", width)]
        lines += _indented(f"— {phrases.quote_origin(quote, words)}", width)
    return lines


def _sources(content: Row, words: Words, day: date, width: int) -> list[str]:
    lines = ["", *_heading(words("section.sources"), "", width), *wrap(phrases.sources_line(content, words), width)]
    for line in phrases.source_changes(content, words):
        lines += wrap(line, width)
    for status, titles, said in phrases.troubled(content, words, day):
        lines += wrap(f"{status}: {titles}" + (f" – {said}" if said else ""), width, first="  ! ", rest="    ")
    return lines


def _manifest(content: Row, words: Words, width: int) -> list[str]:
    rows = phrases.manifest(content, words)
    column = max(columns(label) for label, _ in rows)
    lines = ["", *_heading(words("section.manifest"), "", width)]
    for label, value in rows:
        lines += wrap(value, width, first=f"{label.ljust(column)}  ", rest=" " * (column + 2))
    return lines

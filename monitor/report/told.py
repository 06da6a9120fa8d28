"""Put stories, the comparison of coverage and what is new into words, once for all formats. Plain text, unescaped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from monitor.report import beyond
from monitor.report.phrases import facet_name, isolated, joined, verdict
from monitor.report.words import Words

Row = Mapping[str, Any]

#: Reports that the comparison of coverage sets side by side; `widerhall compare` has them all.
COMPARED = 15
#: Names in a list of those a report quotes.
NAMES = 6


@dataclass(frozen=True, kw_only=True)
class Story:
    """One story as it is read: the strongest report, the others in time, and a line about all."""

    id: str
    lead: Row
    others: Sequence[Row]
    line: str
    #: How many reports are not shown; and that in words, with the command that shows them.
    more: int
    left_out: str


def stories(content: Row, words: Words, day: date) -> list[Story]:
    """The day's stories in reading order; copies are folded into what they copy."""
    row_of = {row["id"]: row for row in content["matches"]}
    found = []
    for story in content["stories"]:
        if story["lead"] not in row_of:
            continue
        rows = [row_of[name] for name in story["matches"] if name in row_of]
        others = [row for row in rows if row["id"] != story["lead"] and row.get("copy_of") not in row_of]
        more = len(story["matches"]) - len(rows)
        found.append(
            Story(
                id=story["id"],
                lead=row_of[story["lead"]],
                others=others,
                line=_story_line(story, row_of, words, day),
                more=more,
                left_out=beyond.not_shown(more, beyond.show_story(content, story["id"]), words),
            )
        )
    return found


def stories_left_out(content: Row, words: Words) -> str:
    """How many stories a digest has no room for; empty when all are told."""
    shown = {row["id"] for row in content["matches"]}
    more = sum(story["lead"] not in shown for story in content["stories"])
    return beyond.not_shown(more, beyond.list_stories(content), words, said="story.left_out")


def _story_line(story: Row, row_of: Mapping[str, Row], words: Words, day: date) -> str:
    """How large a story is, where it is told, and who was first or since when it goes on."""
    known = [name for name in ("outlets", "countries", "languages") if story[name]]
    spread = [words(f"story.{name}", n=len(story[name])) for name in known]
    of_other_days = story["size"] - len(story["matches"])
    begun = words("story.goes_on", when=words.moment(story["began"], beside=day)) if story["goes_on"] else ""
    if story["outlets"] and not story["goes_on"] and len(story["matches"]) > 1:
        first = row_of.get(story["first"])  # unless a cap keeps it out
        at = first["published"] or first["first_seen"] if first else story["began"]
        outlet = isolated(story["outlets"][0])
        begun = words("story.first", outlet=outlet, when=words.moment(at, beside=day) or words("match.undated"))
    return joined(
        [
            words("story.reports", n=len(story["matches"])),
            *(spread if len(story["matches"]) > 1 else []),
            begun,
            words("story.of_other_days", n=of_other_days) if of_other_days > 0 else "",
        ]
    )


def also_in(row: Row, content: Row, words: Words) -> str:
    """Which outlets carry copies of an article."""
    copies = [other for other in content["matches"] if other.get("copy_of") == row["id"]]
    outlets = list(dict.fromkeys(isolated(copy["outlet"]) for copy in copies))
    return words("story.also_in", n=len(outlets), names=words.listed(outlets)) if outlets else ""


def adds(row: Row, words: Words, *, is_labelled: bool = False) -> str:
    """What an article adds to what was reported before; empty where that is not known, or where nothing is."""
    new = row.get("adds")
    if not new:
        return ""
    if new["is_rehash"]:
        return "" if is_labelled else words("story.rehash")
    deeds = new.get("deeds", ())  # older digests say of pairs only that they are new
    acting = {name for one, _, other in deeds for name in (one, other)}
    speakers = [words.actor(name) for name in new["speakers"]]
    # That two are named together is the least of it.
    together = [] if deeds or new["actors"] else new.get("together", [])
    things = [
        *(words.actor(name) for name in new["actors"] if name not in acting),
        *(words(f"pair.{deed}", one=words.actor(one), other=words.actor(other)) for one, deed, other in deeds),
        *(words("story.together", names=words.listed([words.actor(name) for name in both])) for both in together),
        *(words.actor(place) for place in new.get("places", ())),
        *(f"«{isolated(said)}»" for said in new["numbers"]),
        words("story.quoted", n=len(speakers), names=words.listed(speakers)) if speakers else "",
    ]
    listed = "; ".join(filter(None, things))
    return words("story.adds", things=listed) if listed and not is_labelled else listed


@dataclass(frozen=True, kw_only=True)
class ReportLine:
    """One report in the comparison of coverage, in words; empty where it leaves out nothing, or quotes nobody."""

    id: str
    when: str
    outlet: str
    about: str
    language: str
    length: str
    facets: str
    left_out: str
    speakers: str


def comparison_lines(content: Row, words: Words, day: date, *, limit: int | None = COMPARED) -> list[ReportLine]:
    """The first reports of the compared story in the order they came; copies stand beside what they copy."""
    comparison = content["comparison"] or {"reports": []}
    originals = _originals(comparison)
    names = {actor["id"]: words.actor(actor["name"]) for actor in comparison.get("actors", [])}
    return [
        ReportLine(
            id=report["id"],
            when=_when(report, words, day),
            outlet=isolated(report["outlet"]) or report["id"],
            about=joined(
                [
                    words.country_name(report["country"]),
                    words(f"kind.{report['kind']}") if report["kind"] else "",
                    _copies(report["id"], comparison, words),
                ]
            ),
            language=report["language"],
            length=words.number(report["words"]),
            facets=_facets(report["facets"], comparison["facets"], words),
            left_out=", ".join(names[actor] for actor in report["left_out"]),
            speakers=_speakers(report, comparison, words),
        )
        for report in originals[:limit]
    ]


def _originals(comparison: Row) -> list[Row]:
    return [report for report in comparison["reports"] if not report["copy_of"]]


def _speakers(report: Row, comparison: Row, words: Words) -> str:
    """Whom a report quotes, as far as its language is read."""
    if not report["speakers"] and report["language"] in comparison.get("quotes_unread", ()):  # older digests do not say
        return words("comparison.not_read")
    return ", ".join(_named(report["speakers"], words))


def comparison_left_out(content: Row, words: Words) -> str:
    """How many reports the digest's comparison has no room for, and where they are."""
    comparison = content["comparison"]
    more = max(len(_originals(comparison)) - COMPARED, 0) + comparison.get("left_out", 0) if comparison else 0
    return words("comparison.more", n=more, command=beyond.compare(content)) if more else ""


def _named(names: Sequence[str], words: Words) -> list[str]:
    """As many names as one glance takes in; the others are counted."""
    more = len(names) - NAMES
    shown = [words.actor(name) for name in names[:NAMES]]
    return [*shown, words("headline.and_more", n=more)] if more > 0 else shown


def _copies(original: str, comparison: Row, words: Words) -> str:
    outlets = [isolated(report["outlet"]) for report in comparison["reports"] if report["copy_of"] == original]
    return words("story.also_in", n=len(outlets), names=words.listed(outlets)) if outlets else ""


def _when(report: Row, words: Words, day: date) -> str:
    if not report["lag_minutes"]:
        return words.moment(report["at"], beside=day)
    return words("comparison.later", duration=_duration(report["lag_minutes"], words))


def _facets(covered: Sequence[str], facets: Sequence[str], words: Words) -> str:
    """How many facets of the watch a report covers, and which it does not."""
    missed = [facet_name(facet) for facet in facets if facet not in covered]
    if not missed:
        return words("comparison.facets_all", n=len(facets))
    return words("comparison.facets_of", n=len(covered), total=len(facets), missed=words.listed(missed))


def _duration(lag_minutes: int, words: Words) -> str:
    """The two largest units, as far as they are not nought: «3 h 35 min», «2 days»."""
    hours, minutes = divmod(lag_minutes, 60)
    days, hours = divmod(hours, 24)
    units = {"days": days, "hours": hours, "minutes": 0 if days else minutes}
    return " ".join(words(f"comparison.{unit}", n=number) for unit, number in units.items() if number)


def comparison_notes(content: Row, words: Words) -> list[str]:
    """Whose story it is, the words that mark outlets off, and what was not looked for."""
    comparison = content["comparison"]
    if not comparison:
        return []
    actors = [words.actor(actor["name"]) for actor in comparison["actors"]]
    notes = [words("comparison.actors", names=words.listed(actors))] if actors else []
    for group in comparison["distinctive"]:
        listed = ", ".join(f"«{word}»" for word, _ in group["words"])
        language = words.language_name(group["language"])
        notes.append(words("comparison.distinctive", outlet=isolated(group["outlet"]), language=language, words=listed))
    if comparison["distinctive"]:
        notes.append(words("comparison.caution"))
    if unread := comparison.get("quotes_unread"):  # older digests do not say
        notes.append(words("comparison.unread", languages=words.listed([words.language_name(code) for code in unread])))
    return notes


def group_line(by: str, group: Row, comparison: Row, words: Words) -> str:
    """An outlet, a country or a kind of outlet with what its reports have together."""
    name = isolated(group["name"])
    if by != "outlet":
        name = words.country_name(name) if by == "country" else words(f"kind.{name}")
    return joined(
        [
            name,
            words("comparison.reports", n=len(group["reports"])),
            words("comparison.later", duration=_duration(group["lag_minutes"], words)) if group["lag_minutes"] else "",
            words("comparison.words", n=group["words"]),
            f"{words('comparison.facets')}: {_facets(group['facets'], comparison['facets'], words)}",
        ]
    )


def group_notes(group: Row, comparison: Row, words: Words) -> list[str]:
    """What a group leaves out, whom it quotes and does not, and its own words."""
    names = {actor["id"]: words.actor(actor["name"]) for actor in comparison["actors"]}
    lists = {
        "left_out": [names[actor] for actor in group["left_out"]],
        "speakers": _named(group["speakers"], words),
        "not_quoted": [words.actor(name) for name in group["speakers_left_out"]],
    }
    notes = [f"{words(f'comparison.{name}')}: {', '.join(listed)}" for name, listed in lists.items() if listed]
    for language, marked in group["distinctive"].items():
        listed = ", ".join(f"«{word}»" for word, _ in marked)
        notes.append(f"{words('comparison.own_words', language=words.language_name(language))}: {listed}")
    return notes


def comparison_lead(content: Row) -> Row:
    """The strongest report of the compared story: it lends its title."""
    lead = next(story["lead"] for story in content["stories"] if story["id"] == content["comparison"]["story"])
    row: Row = next(row for row in content["matches"] if row["id"] == lead)
    return row


def comparison_title(content: Row) -> str:
    """Which story is compared."""
    return joined([content["comparison"]["story"], isolated(comparison_lead(content)["title"])])


def short_notes(row: Row, content: Row, words: Words) -> list[str]:
    """What is said of a further report below its title: who copies it, what it adds, how it was judged."""
    return [said for said in (also_in(row, content, words), adds(row, words), verdict(row, words)) if said]


def short_byline(row: Row, words: Words, day: date, *, is_marked: bool = False) -> list[str]:
    """What stands beside a further report's title: outlet, country, language and time, but for what is `marked`."""
    outlet, language = ("", "") if is_marked else (isolated(row["outlet"]), words.language_name(row["language"]))
    when = words.moment(row["published"] or row["first_seen"], beside=day)
    return [part for part in (outlet, words.country_name(row["country"]), language, when) if part]


def month_line(content: Row, words: Words) -> str:
    """The month of matches in words."""
    history = content["history"]
    numbers = [each["matches"] for each in history if each["matches"] is not None]
    if len(numbers) < 2:
        return ""
    gaps = len(history) - len(numbers)
    values = {"days": len(history), "most": max(numbers)}
    today = history[-1]["matches"]
    said = words("picture.month_unknown", **values) if today is None else words("picture.month", n=today, **values)
    return " ".join([said, words("picture.month_gaps", n=gaps)]) if gaps else said

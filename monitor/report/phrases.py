"""Put a digest's numbers into sentences, once for all formats. Returns plain text; each renderer escapes it."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from monitor.model import Outcome
from monitor.report import beyond
from monitor.report.words import Words

Row = Mapping[str, Any]

#: How many failing feeds the headline names before it only counts them.
NAMED_FEEDS = 4
#: How many of the day's actors are shown; the document holds more.
ACTORS = 12


def headline(content: Row, words: Words) -> list[str]:
    """The paragraph that stands first, as sentences: what came, of how much, and what is wrong."""
    sentences = [_lead(content, words)]
    sources, matches = content["sources"], content["matches"]
    total = _total("matches", content)
    told = sum(len(story["matches"]) for story in content["stories"])
    if told and total > 1:
        key = "stories" if told < total else "stories_all"
        sentences.append(words(f"headline.{key}", n=len(content["stories"]), matches=told))
    if matches and sources["total"]:
        assessed, answered = content["counts"]["assessed"], sources["answered"]
        sentences.append(words("headline.read", n=assessed, answered=answered, total=sources["total"]))
    nearest = content["near_misses"][:1]
    if content["state"] == "nothing_matched" and nearest:
        threshold = words.points(nearest[0]["threshold"])
        sentences.append(words("headline.nearest", points=_short_by(nearest[0], words), threshold=threshold))
    judged = sum(bool(row["verdict"]) for row in content["near_misses"])
    if nearest and nearest[0]["outcome"] == "near_miss" and (waiting := _total("near_misses", content) - judged):
        sentences.append(words("headline.near_misses", n=waiting))
    if content["held_by_rule"]:
        sentences.append(words("headline.held", n=_total("held_by_rule", content)))
    if content["withdrawn"]:
        sentences.append(words("headline.withdrawn", n=len(content["withdrawn"])))
    return sentences + _failing(sources, words)


def _total(name: str, content: Row) -> int:
    """How many there are, those that a cap kept out included."""
    return len(content[name]) + int(content["left_out"].get(name, 0))


def asides(content: Row, words: Words) -> list[str]:
    """What stands below the headline, for those who look for something that is not there."""
    said = [words("headline.revised")] if content["revision"] > 1 else []
    if unasked := content["sources"].get("days_not_polled", 0):
        said.append(words("headline.days_not_polled", n=unasked))
    if backlog := content["counts"].get("backlog", 0):  # digests of old do not count it
        said.append(words("headline.backlog", n=backlog, command=beyond.list_matches(content)))
    if changed := content["changed"]:
        since = words.short_day(date.fromisoformat(changed[0]["since"]))
        said.append(words("headline.changed", day=since, things=words.listed([_change(one, words) for one in changed])))
    if broken := content["broken"]:
        said.append(words("headline.broken", n=broken["problems"], when=words.moment(broken["since"])))
    return said


def _change(change: Row, words: Words) -> str:
    if not change["what"].endswith("_threshold"):
        return words(f"change.{change['what']}")
    return words(f"change.{change['what']}", before=words.points(change["before"]), now=words.points(change["now"]))


def _failing(sources: Row, words: Words) -> list[str]:
    names = [feed["title"] for feed in sources["troubled"] if feed["status"] in ("failed", "blocked")]
    if not names or not sources["answered"]:
        return []
    more = len(names) - NAMED_FEEDS
    shown = [isolated(name) for name in names[:NAMED_FEEDS]]
    if any("," in name for name in shown):  # or nobody sees where a name ends
        shown = [f"«{name}»" for name in shown]
    named = [*shown, words("headline.and_more", n=more)] if more > 0 else shown
    return [words("headline.failing", n=len(names), names=words.listed(named))]


def _lead(content: Row, words: Words) -> str:
    sources, counts, state = content["sources"], content["counts"], content["state"]
    if state == "matches":
        total = _total("matches", content)
        spread = {name: words(f"headline.{name}", n=len(found)) for name, found in content["spread"].items() if found}
        parts = {"matches": words("headline.matches", n=total), "outlets": spread.pop("outlets", "")}
        key = "matches_from" if parts["outlets"] else "matches_in"
        return words(f"headline.{key}", **parts, where=words.listed(list(spread.values())))
    feeds = {"answered": sources["answered"], "total": sources["total"]}
    if state == "nothing_matched":
        key = "nothing_matched" if sources["polls"] else "nothing_matched_imported"
        if content["by"] == "published":
            key = "nothing_matched_published"
        read = counts.get("fresh", counts["assessed"])  # digests of old do not tell them apart
        return words(f"headline.{key}", n=read, **feeds)
    if content["by"] == "published":
        return words("headline.nothing_published")
    if state == "nothing_read":
        return words("headline.nothing_read", n=counts["entries"], **feeds)
    return words(f"headline.{state}", n=sources["total"], **feeds)


def byline(row: Row, words: Words, day: date, *, is_marked: bool = False) -> list[str]:
    """Outlet, country, kind, language and time: what stands beside a title, but for what is `marked` there already."""
    published = words.moment(row["published"], beside=day) or words("match.undated")
    parts = [
        "" if is_marked else isolated(row["outlet"]),
        words.country_name(row["country"]),
        words(f"kind.{row['kind']}") if row["kind"] in ("agency", "state") else "",
        "" if is_marked else words.language_name(row["language"]),
        words("match.late", when=published) if row.get("is_late") else published,
        words("match.corrected") if row.get("is_corrected") else "",
    ]
    return [part for part in parts if part]


def why(row: Row, words: Words) -> str:
    """Why an article scored as it did, in one line: facets, then the strongest contributions."""
    hit, missed = (list(map(facet_name, row["facets"][which])) for which in ("hit", "missed"))
    parts = []
    if hit and missed:
        parts.append(words("match.touches", facets=", ".join(hit)))
        parts.append(words("match.not_touched", facets=", ".join(missed)))
    elif hit:
        parts.append(words("match.touches_all", n=len(hit)))
    elif missed:
        parts.append(words("match.touches_none"))
    terms = [f"{isolated(part['surface'])} {words.gain(part['points'])}" for part in row["because"]]
    if terms:
        parts.append(words("match.strongest", terms=", ".join(terms)))
    return sentence("; ".join(parts))


def facet_name(name: str) -> str:
    """«Joint action», for what the watch calls joint_action."""
    return sentence(name.replace("_", " "))


def isolated(text: str) -> str:
    """Text written from right to left, kept from turning round what stands beside it (FSI … PDI)."""
    is_from_right = any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in text)
    return f"\u2068{text}\u2069" if is_from_right else text


def why_not(row: Row, words: Words) -> str:
    """What kept an article from being a match."""
    outcome = row["outcome"]
    if outcome == "held_by_rule":
        forbidding = [words("match.forbidding_rule", rule=rule) for rule in row["rules"]["forbidding"]]
        missing = [words("match.missing_rule", rule=rule) for rule in row["rules"]["missing"]]
        return "; ".join(forbidding + missing) or row["outcome_reason"]
    if outcome == "suggestion":
        return words(f"quality.{row['quality']}") if row["quality"] != "full" else row["outcome_reason"]
    return words("match.short_by", points=_short_by(row, words), threshold=words.points(row["threshold"]))


def _short_by(row: Row, words: Words) -> str:
    """How far an article fell short: never nought, for then it would be a match."""
    return words.points(row["short_by"]) if row["short_by"] >= 0.05 else words("match.hair")


def standing(row: Row, words: Words, day: date) -> str:
    """Why an article is not a match, or no longer one; empty for a match."""
    if not row["withdrawn"]:
        return "" if row["outcome"] == "match" else sentence(why_not(row, words))
    said = words("match.withdrawn", when=words.moment(row["withdrawn"]["at"], beside=day))
    return f"{said}: {row['withdrawn']['reason']}" if row["withdrawn"]["reason"] else said


def who(row: Row, words: Words) -> str:
    """Who acts in an article: the main actors, and who is named beside them."""
    main = ", ".join(words.actor(actor["name"]) for actor in row["actors"] if actor["role"] == "main")
    others = ", ".join(words.actor(actor["name"]) for actor in row["actors"] if actor["role"] != "main")
    return words("match.also", main=main, others=others) if main and others else main or others


def verdict(row: Row, words: Words) -> str:
    """The analyst's verdict, if one was given."""
    return words("verdict.given", verdict=words(f"verdict.{row['verdict']['kind']}")) if row["verdict"] else ""


def shown_actors(content: Row) -> Sequence[Row]:
    """The day's actors that a digest has room for."""
    shown: Sequence[Row] = content["actors"][:ACTORS]
    return shown


def actor_lines(content: Row, words: Words) -> list[tuple[str, str]]:
    """The day's actors, each with how often it figures."""
    lines = []
    for actor in shown_actors(content):
        main = words("actors.main", n=actor["main"]) if actor["main"] else ""
        trend = words(f"trend.{actor['trend']}") if actor["trend"] else ""
        lines.append((words.actor(actor["name"]), joined([words("actors.matches", n=actor["matches"]), main, trend])))
    return lines


def pair_title(pair: Row, words: Words) -> str:
    """Who does what to whom."""
    one, other = words.actor(pair["subject_name"]), words.actor(pair["object_name"])
    return words(f"pair.{pair['deed']}", one=one, other=other)


def pair_origin(pair: Row, words: Words) -> str:
    """How many matches say so, and whose sentence it is."""
    number = words("pair.matches", n=pair["matches"])
    return joined([number, isolated(pair["outlet"]), words.language_name(pair["language"]), pair["match"]])


def quote_origin(quote: Row, words: Words) -> str:
    """Who said it, and who reports it in which language."""
    language = words.language_name(quote["language"])
    return joined([words.actor(quote["name"]), isolated(quote["outlet"]), language, quote["match"]])


def period(content: Row, words: Words) -> str:
    """The day, or the days, that a digest tells of."""
    return words.period(date.fromisoformat(content["first_day"]), date.fromisoformat(content["day"]))


def day_notes(content: Row, words: Words) -> list[str]:
    """What is special about this digest: by publication, a later revision, a day not over, clocks changed."""
    is_one_day = content["first_day"] == content["day"]
    hours = f"{content['hours']:g}"
    return [
        *([words("masthead.by_published")] if content["by"] == "published" else []),
        *([words("masthead.revision", n=content["revision"])] if content["revision"] > 1 else []),
        *([] if content["is_complete"] else [words("masthead.preview" if is_one_day else "masthead.preview_days")]),
        *([words("masthead.short_day", hours=hours)] if is_one_day and content["hours"] != 24 else []),
    ]


def troubled(content: Row, words: Words, day: date) -> list[tuple[str, str, str]]:
    """What is wrong with which sources, each thing once: its name, the sources, and more if there is more to say."""
    feeds: dict[tuple[str, str], list[str]] = {}
    for feed in content["sources"]["troubled"]:
        feeds.setdefault((feed["status"], feed_says(feed, words, day)), []).append(isolated(feed["title"]))
    total = content["sources"]["total"]
    return [(words(f"feed.{status}"), _titles(titles, total, words), said) for (status, said), titles in feeds.items()]


def _titles(titles: Sequence[str], total: int, words: Words) -> str:
    """Names of sources, told apart where a comma is part of one; all of them need no list."""
    return words("feed.all", n=total) if len(titles) == total > NAMED_FEEDS else "; ".join(titles)


def feed_says(feed: Row, words: Words, day: date) -> str:
    """What is the matter with a feed, as far as its status does not say it."""
    status, message = feed["status"], feed["message"]
    said = []
    if status == "silent":
        when = words.moment(feed["last_new_at"], beside=day)
        said.append(words("feed_says.silent", when=when) if when else words("feed_says.silent_ever"))
    elif status in ("unsteady", "failed", "blocked"):
        values = {"n": feed["polls"], "polls": feed["polls"], "answered": feed["answered"]}
        reason = words(f"failure.{feed['kind']}", message=message) if feed["kind"] else message
        what = words(f"feed_says.{status}", message=reason, **values)
        since = date.fromisoformat(feed["since"]) if feed.get("since") else day
        said.append(words("feed_says.since", said=what, when=words.short_day(since)) if since < day else what)
    if feed["missed"]:
        said.append(words("feed_says.missed", n=feed["missed"]))
    return "; ".join(said)


def manifest(content: Row, words: Words) -> list[tuple[str, str]]:
    """How the digest was made, as label and value."""
    counts, sources = content["counts"], content["sources"]
    thresholds = content["watch"]["thresholds"]
    steps = ("articles", "assessed") if content["by"] == "published" else ("entries", "pages", "articles", "assessed")
    flow = [words(f"manifest.{name}", n=counts[name]) for name in steps]
    lost = {name: counts[name] for name in ("unextractable", "given_up")}
    outcomes = {name: counts["outcomes"].get(name, 0) for name in Outcome}  # a stored digest has them in no order
    window = {"since": words.moment(content["since"]), "until": words.moment(content["until"]), "zone": content["zone"]}
    values = {name: words.points(value) for name, value in thresholds.items()}
    rows = [
        ("window", words("manifest.window_value", **window)),
        ("feeds", _tally(sources["by_status"], "feed", words)),
        ("polls", _tally(sources["polls"], "poll", words)),
        ("flow", " → ".join(flow)),
        ("not_read", _tally(lost, "entry", words)),
        ("outcomes", ", ".join(words(f"outcome.{name}", n=n) for name, n in outcomes.items() if n)),
        ("thresholds", words("manifest.threshold_values", **values)),
        ("seeds", ", ".join(content["watch"]["seeds"])),
        ("versions", ", ".join(f"{name} {' + '.join(found)}" for name, found in content["versions"].items())),
        ("schema", content["schema"]),
    ]
    return [(words(f"manifest.{name}"), value) for name, value in rows if value]


def _tally(numbers: Mapping[str, int], group: str, words: Words) -> str:
    return ", ".join(f"{words.number(number)} {words(f'{group}.{name}')}" for name, number in numbers.items() if number)


@dataclass(frozen=True, kw_only=True)
class Section:
    """A list of articles under a heading, in the reader's words."""

    name: str
    title: str
    #: What the list is, in one line.
    about: str
    rows: Sequence[Row]
    #: How many there are, those not shown included.
    total: int
    #: How many are not shown, in words; empty when all are.
    left_out: str


def sections(content: Row, words: Words) -> list[Section]:
    """The digest's lists of articles in reading order, stories apart; empty ones do not appear."""
    told = {name for story in content["stories"] for name in story["matches"]}
    rows_of = {name: content[name] for name in ("withdrawn", "near_misses", "held_by_rule", "suggestions")}
    found = []
    for name, rows in {"matches": [row for row in content["matches"] if row["id"] not in told], **rows_of}.items():
        if rows:
            shown = _title_of(name, rows, is_beside_stories=bool(told))
            more = content["left_out"].get(name, 0)
            if name == "matches":
                more -= len(told) - len(content["matches"]) + len(rows)  # those of stories are counted there
            section = Section(
                name=name,
                title=words(f"section.{shown}"),
                about=about(shown, content, words),
                rows=rows,
                total=len(rows) + more,
                left_out=beyond.not_shown(more, beyond.list_matches(content, name), words),
            )
            found.append(section)
    return found


def about(section: str, content: Row, words: Words) -> str:
    """What a list is, in one line."""
    thresholds = content["watch"]["thresholds"]
    review = words.points(thresholds["review"])
    said = words(f"about.{section}", threshold=words.points(thresholds["match"]), review=review)
    tells_what_is_new = section == "stories" and any(row.get("adds") for row in content["matches"])
    return f"{said} {words('about.new')}" if tells_what_is_new else said


def _title_of(name: str, rows: Sequence[Row], *, is_beside_stories: bool) -> str:
    if name == "matches" and is_beside_stories:
        return "single_matches"
    # A day without near misses proper shows the nearest of what lay below.
    return "nearest" if name == "near_misses" and rows[0]["outcome"] == "below" else name


def sources_line(content: Row, words: Words) -> str:
    if content["by"] == "published":
        return words("about.sources_not_told")
    sources: Mapping[str, int] = content["sources"]
    answered, total = sources["answered"], sources["total"]
    if total and not sources["polls"]:
        return words("about.sources_not_polled", n=total)
    if answered == total and total:
        return words("about.sources_fine", n=total)
    return words("about.sources", answered=answered, total=total)


def sentence(text: str) -> str:
    """The same text with a capital first letter."""
    return text[:1].upper() + text[1:]


def source_changes(content: Row, words: Words) -> list[str]:
    """Which sources answer again, and which do not since this day; what else began and ended being wrong."""
    sources = content["sources"]
    again = list(map(isolated, sources.get("recovered", [])))
    lost = [isolated(feed["title"]) for feed in sources["troubled"] if feed.get("since") == content["day"]]
    changes = (("recovered", again), ("fell_silent", lost if len(content["history"]) > 1 else []))
    told = [words(f"feed_says.{key}", n=len(names), names=words.listed(names)) for key, names in changes if names]
    return told + [words(f"feed_health.{key}", names=words.listed(names)) for key, names in _health(sources).items()]


def _health(sources: Row) -> dict[str, list[str]]:
    """Titles by what began to be wrong with them, and of those for which something is over."""
    named: dict[str, list[str]] = {}
    for event in sources.get("events", []):  # digests of old have none
        key = event["trouble"] if event["has_begun"] else "over"
        if (title := isolated(event["title"])) not in named.setdefault(key, []):
            named[key].append(title)
    return named


def joined(parts: Sequence[str]) -> str:
    return " · ".join(part for part in parts if part)

"""Compare how outlets covered one story: who came first, who acts in whose report, what each leaves out, in what words.

Pure: stored values in, a JSON document out. Says what stands in the texts and what does not; never why.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from monitor.analyse.cues import SPEECH_VERBS
from monitor.analyse.text import terms_of, words
from monitor.model import ActorFindings, ArticleReport, FeedSpec, TextQuality
from monitor.report.plain import host, one_line, shorten

SCHEMA = "widerhall.comparison/1"

#: Actors whom so many reports of a story name, copies apart, are its actors: those are what a report can leave out.
CARRIED_BY = 2
STORY_ACTORS = 8
WORDS = 5
#: Side by side are set …
GROUPED_BY = ("outlet", "country", "kind")
#: A word marks a group's reports off from the others of its language from this z-score on (Monroe et al. 2008).
DISTINCTIVE_FROM = 1.5
#: How strongly the words of all reports together hold the estimate back: small groups need a strong prior.
PRIOR_WORDS = 20.0
#: Of fewer words, or beside fewer of others, every word is a mark of the day, not of an outlet.
MARKED_FROM_WORDS = 300
#: A word marks a group that wrote it so often; one with several reports, in two of them.
WRITTEN_OFTEN, WRITTEN_IN = 3, 2
#: Words more common than this in the language say nothing about anybody.
RARE_ENOUGH = 3.0


@dataclass(frozen=True, kw_only=True)
class Coverage:
    """One report of a story with what the comparison needs."""

    report: ArticleReport
    findings: ActorFindings
    feed: FeedSpec | None
    #: Whose copy it is; empty for a text of its own.
    copy_of: str = ""

    @property
    def outlet(self) -> str:
        named = (self.feed.publisher or self.feed.title) if self.feed else ""
        return one_line(named) or host(self.report.article.url) or self.report.article.feed_id

    @property
    def country(self) -> str:
        return self.feed.country if self.feed else ""

    @property
    def kind(self) -> str:
        return self.feed.kind if self.feed else ""

    @property
    def at(self) -> datetime:
        return self.report.article.published or self.report.article.first_seen_at

    @property
    def is_quote_read(self) -> bool:
        """In other languages nobody is looked for who says something: that nobody is found means nothing."""
        return self.report.article.language in SPEECH_VERBS

    @property
    def id(self) -> str:
        return f"m-{self.report.match.id}" if self.report.match else f"a-{self.report.article.id}"


@dataclass(frozen=True, kw_only=True)
class _Wording:
    """The words of one report."""

    length: int
    #: Its telling terms, and how each is written.
    terms: Counter[str]
    surfaces: Mapping[str, Counter[str]]


def compare_coverage(
    story: str, coverage: Sequence[Coverage], *, idf: Callable[[str, str], float] | None = None, left_out: int = 0
) -> dict[str, Any]:
    """Return the comparison of a story's reports; without `idf`, which weighs words, it has no distinctive ones.

    `left_out` says how many more reports the story has.
    """
    in_time = sorted(coverage, key=lambda one: (one.at, one.id))
    originals = [one for one in in_time if not one.copy_of]
    named = Counter(role.actor for one in in_time for role in one.findings.roles)
    names = {role.actor: one_line(role.name) or role.actor for one in in_time for role in one.findings.roles}
    carried = Counter(role.actor for one in originals for role in one.findings.roles)
    central = [actor for actor, number in carried.most_common() if number >= CARRIED_BY][:STORY_ACTORS]
    facets = list(dict.fromkeys(facet.facet for one in in_time for facet in one.report.assessment.card.facets))
    wording = {one.id: _wording(one, idf) for one in in_time}
    reports = [_report(one, wording[one.id].length, in_time[0].at, central, names) for one in in_time]
    reports = _with_unquoted(reports, in_time)
    unread = {one.report.article.language for one in in_time if not one.is_quote_read}
    lead = max(
        originals or in_time,
        key=lambda one: (one.report.article.quality is TextQuality.FULL, one.report.assessment.card.score),
    )
    return {
        "schema": SCHEMA,
        "story": story,
        "title": shorten(one_line(lead.report.article.title)),
        "first": in_time[0].id if in_time else "",
        "facets": facets,
        "actors": [{"id": actor, "name": names[actor], "reports": named[actor]} for actor in central],
        "reports": reports,
        "groups": {by: _groups(by, reports, _distinctive(originals, wording, by=by), facets) for by in GROUPED_BY},
        "distinctive": _distinctive(originals, wording, by="outlet"),
        "quotes_unread": sorted(unread),
        "left_out": left_out,
    }


def _report(
    one: Coverage, length: int, begun: datetime, central: Sequence[str], names: Mapping[str, str]
) -> dict[str, Any]:
    article = one.report.article
    present = {role.actor for role in one.findings.roles}
    speakers = dict.fromkeys(quote.speaker for quote in one.findings.quotes if quote.speaker)
    return {
        "id": one.id,
        "outlet": one.outlet,
        "country": one.country,
        "kind": one.kind,
        "language": article.language,
        "title": shorten(one_line(article.title)),
        "at": one.at.isoformat(),
        "lag_minutes": round((one.at - begun).total_seconds() / 60),
        "words": length,
        "copy_of": one.copy_of,
        "facets": [facet.facet for facet in one.report.assessment.card.facets if facet.is_hit],
        "actors": [actor for actor in central if actor in present],
        "left_out": [actor for actor in central if actor not in present],
        "speakers": [names.get(speaker, speaker.lstrip("@?")) for speaker in speakers],
    }


def _with_unquoted(reports: Sequence[dict[str, Any]], coverage: Sequence[Coverage]) -> list[dict[str, Any]]:
    """Whom others quote and a report does not; of a report whose quotes were not read nothing is said.

    Copies of a text are no others.
    """
    spoken = Counter(speaker for report in reports if not report["copy_of"] for speaker in report["speakers"])
    quoted = [speaker for speaker, number in spoken.most_common() if number >= CARRIED_BY]
    return [
        {
            **report,
            "speakers_left_out": [name for name in quoted if name not in report["speakers"]]
            if one.is_quote_read
            else [],
        }
        for report, one in zip(reports, coverage, strict=True)
    ]


def _groups(
    by: str,
    reports: Sequence[Mapping[str, Any]],
    marked: Sequence[Mapping[str, Any]],
    facets: Sequence[str],
) -> list[dict[str, Any]]:
    """What the outlets, countries or kinds of outlets made of the story, the first to tell it first."""
    members: dict[str, list[Mapping[str, Any]]] = {}
    for report in reports:
        if report[by]:
            members.setdefault(report[by], []).append(report)
    return [
        {
            "name": name,
            "reports": [report["id"] for report in ours],
            "copies": sum(bool(report["copy_of"]) for report in ours),
            "at": ours[0]["at"],
            "lag_minutes": ours[0]["lag_minutes"],
            "words": round(sum(report["words"] for report in ours) / len(ours)),
            "facets": [facet for facet in facets if any(facet in report["facets"] for report in ours)],
            "actors": list(dict.fromkeys(actor for report in ours for actor in report["actors"])),
            "left_out": [actor for actor in ours[0]["left_out"] if all(actor in each["left_out"] for each in ours)],
            "speakers": list(dict.fromkeys(speaker for report in ours for speaker in report["speakers"])),
            "speakers_left_out": _unquoted_by_all(ours),
            "distinctive": {group["language"]: group["words"] for group in marked if group[by] == name},
        }
        for name, ours in members.items()
    ]


def _unquoted_by_all(reports: Sequence[Mapping[str, Any]]) -> list[str]:
    """Whom none of several reports quotes, as far as their quotes were read."""
    spoken = {speaker for report in reports for speaker in report["speakers"]}
    unquoted = dict.fromkeys(speaker for report in reports for speaker in report["speakers_left_out"])
    return [speaker for speaker in unquoted if speaker not in spoken]


def _wording(one: Coverage, idf: Callable[[str, str], float] | None) -> _Wording:
    """Read a text once for all comparisons. Who is named is told of apart: names are nobody's own words.

    Nor are those of the outlet and the author: they are furniture.
    """
    article = one.report.article
    language = article.language
    names = {part for mention in one.findings.mentions for part in mention.surface.split()}
    names.update(" ".join([one.outlet, *article.authors]).split())
    written = Counter(word.surface for word in words(one.report.article.text, language))
    terms, surfaces = Counter[str](), defaultdict[str, Counter[str]](Counter)
    for surface, number in written.items() if idf else ():
        if surface in names:
            continue
        for term in terms_of(surface, language)[:1]:
            if idf and idf(term, language) >= RARE_ENOUGH:
                terms[term] += number
                surfaces[term][surface] += number
    return _Wording(length=written.total(), terms=terms, surfaces=surfaces)


def _distinctive(coverage: Sequence[Coverage], wording: Mapping[str, _Wording], *, by: str) -> list[dict[str, Any]]:
    """The words that mark outlets, countries or kinds off from each other, language by language."""
    by_language: defaultdict[str, list[Coverage]] = defaultdict(list)
    for one in coverage:
        by_language[one.report.article.language].append(one)
    found: list[dict[str, Any]] = []
    for language, ones in sorted(by_language.items()):
        groups: defaultdict[str, list[Coverage]] = defaultdict(list)
        for one in ones:
            groups[getattr(one, by)].append(one)
        everything = _terms(ones, wording)
        length = sum(wording[one.id].length for one in ones)
        for name, ours in groups.items():
            own_length = sum(wording[one.id].length for one in ours)
            if not name or min(own_length, length - own_length) < MARKED_FROM_WORDS:
                continue
            used = Counter(term for one in ours for term in wording[one.id].terms)
            marked = [
                [_written(term, ones, wording), round(z, 1)]
                for term, z in distinctive_words(_terms(ours, wording), everything)
                if used[term] >= min(WRITTEN_IN, len(ours))
            ][:WORDS]
            counted = {"reports": len(ours), "others": len(ones) - len(ours)}
            found += [{"language": language, by: name, "words": marked, **counted}] if marked else []
    return found


def _terms(coverage: Sequence[Coverage], wording: Mapping[str, _Wording]) -> Counter[str]:
    return sum((wording[one.id].terms for one in coverage), Counter[str]())


def _written(term: str, coverage: Sequence[Coverage], wording: Mapping[str, _Wording]) -> str:
    """How a term is written most."""
    surfaces = sum((wording[one.id].surfaces.get(term, Counter()) for one in coverage), Counter[str]())
    return surfaces.most_common(1)[0][0]


def distinctive_words(own: Counter[str], everything: Counter[str]) -> list[tuple[str, float]]:
    """The terms a group uses more than the others, by z-score: log-odds with the words of all as informative prior."""
    size, total = own.total(), everything.total()
    if size in (0, total):
        return []
    scores = []
    for term, count in own.items():
        prior = PRIOR_WORDS * everything[term] / total
        others = everything[term] - count
        ours = (count + prior) / (size + PRIOR_WORDS - count - prior)
        theirs = (others + prior) / (total - size + PRIOR_WORDS - others - prior)
        scores.append((term, math.log(ours / theirs) / math.sqrt(1 / (count + prior) + 1 / (others + prior))))
    strongest = sorted(scores, key=lambda item: (-item[1], item[0]))
    return [(term, z) for term, z in strongest if z >= DISTINCTIVE_FROM and own[term] >= WRITTEN_OFTEN]

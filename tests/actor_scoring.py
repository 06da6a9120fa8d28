"""Score what is extracted against marks made by hand: mentions, discovered people, quotes, speakers.

A mention is found when an extracted one overlaps it and names the same actor; a quote when an extracted one covers
half of it (`CORE`). Marks hold ids, offsets and names only; the texts stay where they were published.
"""

import gzip
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from monitor.analyse.actors import extract_actors
from monitor.analyse.data import SHIPPED_CONFIG
from monitor.analyse.gazetteer import Gazetteer, parse_actors
from monitor.model import ActorFindings

MARKS = Path(__file__).parent / "marks"
CORE = 0.5


@lru_cache(maxsize=1)
def shipped_gazetteer() -> Gazetteer:
    """The gazetteer as it ships."""
    text = (SHIPPED_CONFIG / "actors.yaml").read_text(encoding="utf-8")
    return parse_actors(yaml.load(text, Loader=yaml.CSafeLoader))


@dataclass
class Score:
    """Counts over some articles; rates are derived."""

    counts: Counter[str] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)

    def f1(self, what: str) -> float:
        right, missed, wrong = (self.counts[f"{what} {k}"] for k in ("right", "missed", "wrong"))
        return 2 * right / (2 * right + missed + wrong) if right else 0.0

    def share(self, part: str, whole: str) -> float:
        return self.counts[part] / self.counts[whole] if self.counts[whole] else 0.0


def marked(shared_dir: Path, lang: str, half: str | None = None) -> Iterator[tuple[dict[str, Any], str, str]]:
    """Each marked article with its title and text."""
    marks = {mark["id"]: mark for mark in json.loads((MARKS / f"{lang}.json").read_text(encoding="utf-8"))}
    with gzip.open(shared_dir / "eval" / f"{lang}.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            article = json.loads(line)
            mark = marks.get(article["id"])
            if mark and half in (None, mark["half"]):
                yield mark, article["title"], article["text"]


def score(shared_dir: Path, lang: str, gazetteer: Gazetteer, half: str | None = None) -> Score:
    """Extract from every marked article of one language and compare."""
    result = Score()
    for mark, title, text in marked(shared_dir, lang, half):
        findings = extract_actors(title, text, lang, gazetteer)
        score_mentions(mark, findings, gazetteer, f"{title}\n{text}", result)
        score_quotes(mark, findings, gazetteer, f"{title}\n{text}", result)
    return result


def score_mentions(mark: dict[str, Any], findings: ActorFindings, gazetteer: Gazetteer, text: str, to: Score) -> None:
    names = {actor.name for actor in gazetteer.actors.values()}
    types = {role.actor: role.type for role in findings.roles}
    found = [(m.start, m.end, name_of(m.actor, gazetteer), m.kind, types[m.actor]) for m in findings.mentions]
    matched: set[int] = set()
    for start, end, actor, kind, _flag in mark["mentions"]:
        over = [i for i, f in enumerate(found) if f[0] < end and start < f[1]]
        listed = actor in names
        what = "listed" if listed else "person" if kind == "person" else "other"
        same = [i for i in over if found[i][2] == actor or (not listed and found[i][3] == "discovered")]
        if over and (listed or kind == "person"):
            to.counts["span met"] += 1
            to.counts["span met, id right"] += bool(same)
        if same:
            matched.update(same)
            to.counts[f"{what} right"] += 1
            to.counts[f"{what} exact"] += any(found[i][:2] == (start, end) for i in same)
        else:
            to.counts[f"{what} missed"] += 1
            to.errors.append(f"{mark['id']} missed {what} {actor}: {excerpt(text, start, end)}")
        to.counts[f"type {kind} {'right' if same else 'missed'}"] += 1
    for i, (start, end, name, kind, type_) in enumerate(found):
        if i not in matched:
            what = "listed" if kind != "discovered" else "person" if type_ == "person" else "other"
            to.counts[f"{what} wrong"] += 1
            to.errors.append(f"{mark['id']} wrong {what} {name} ({kind}): {excerpt(text, start, end)}")


def score_quotes(mark: dict[str, Any], findings: ActorFindings, gazetteer: Gazetteer, text: str, to: Score) -> None:
    used: set[int] = set()
    sources = {actor for *_, actor, kind, _flag in mark["mentions"] if kind == "source"}
    for start, end, speaker in mark["quotes"]:
        speaker = "" if speaker in sources else speaker  # «Agency X reports» is a source, not a speaker
        to.counts["quotes"] += 1
        best = max(
            range(len(findings.quotes)),
            key=lambda i: overlap(findings.quotes[i].start, findings.quotes[i].end, start, end),
            default=-1,
        )
        quote = findings.quotes[best] if best >= 0 else None
        if quote is None or overlap(quote.start, quote.end, start, end) < CORE * (end - start):
            to.errors.append(f"{mark['id']} missed quote of {speaker or 'nobody named'}: {text[start:end][:90]!r}")
            continue
        used.add(best)
        to.counts["quotes found"] += 1
        said_by = name_of(quote.speaker, gazetteer) if quote.speaker else ""
        is_right = said_by == speaker or (
            quote.speaker.startswith("?") and is_same_person(said_by, speaker, mark, text)
        )
        to.counts["speaker right"] += is_right
        if not is_right:
            to.errors.append(f"{mark['id']} speaker {said_by or '-'} for {speaker or '-'}: {text[start:end][:90]!r}")
    for i, quote in enumerate(findings.quotes):
        if i not in used and not any(overlap(quote.start, quote.end, s, e) for s, e, _ in mark["quotes"]):
            to.counts["quotes wrong"] += 1
            to.errors.append(f"{mark['id']} no quote: {quote.text[:90]!r}")


def is_same_person(name: str, speaker: str, mark: dict[str, Any], text: str) -> bool:
    """A discovered speaker goes by the name in the text; marks give the English one: they meet in a mention's span."""
    surname = name.rpartition(" ")[2][:5].lower()
    return any(surname in text[s:e].lower() for s, e, actor, *_ in mark["mentions"] if actor == speaker)


def name_of(actor: str, gazetteer: Gazetteer) -> str:
    return gazetteer.actors[actor].name if actor in gazetteer.actors else actor[1:]


def overlap(a: int, b: int, c: int, d: int) -> int:
    return max(0, min(b, d) - max(a, c))


def excerpt(text: str, start: int, end: int) -> str:
    return repr(f"{text[max(0, start - 35) : start]}[{text[start:end]}]{text[end : end + 25]}")

"""Choose the pairs of the day: who met, criticised, attacked or backed whom, each with one sentence as evidence.

Pure. Shows only deeds that the grammar of a sentence says plainly; that two actors merely stand together is for
`actors`. A copy of an agency's report adds no evidence, so it is not counted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from monitor.analyse.novelty import Deed, deed_of
from monitor.model import ActorFindings, Relation
from monitor.report.plain import EXCERPT_CHARS, one_line, shorten
from monitor.report.storylines import article_of

PAIRS = 8
#: Two who do everything to each other do not fill the list.
PAIRS_OF_ONE = 2


@dataclass
class _Deed:
    """What one actor does to another, and the matches that say so, best first."""

    relation: Relation
    names: dict[str, str] = field(default_factory=dict)
    #: Match row and sentence.
    evidence: list[tuple[Mapping[str, Any], str]] = field(default_factory=list)


def pairs_of_the_day(
    rows: Sequence[Mapping[str, Any]], wholes: Mapping[int, str], findings: Mapping[int, ActorFindings]
) -> list[dict[str, Any]]:
    """The deeds that most matches tell of, at equal numbers the best match's first.

    `rows` are the day's matches, best first; `wholes` (title, line break, text: what offsets are into) and `findings`
    are theirs, by article id. An article without either says nothing.
    """
    deeds: dict[Deed, _Deed] = {}
    for row in rows:
        whole, found = wholes.get(article_of(row), ""), findings.get(article_of(row), ActorFindings())
        if row["copy_of"]:
            continue
        names = {role.actor: one_line(role.name) for role in found.roles}
        for key, relation in _plain_deeds(found).items():
            sentence = one_line(whole[relation.start : relation.end])
            if sentence:  # the text may have been let go
                deed = deeds.setdefault(key, _Deed(relation))
                deed.names |= names
                deed.evidence.append((row, sentence))
    ordered = sorted(deeds.values(), key=lambda deed: -len(deed.evidence))
    return [_shown(deed) for deed in _varied(ordered)]


def _plain_deeds(found: ActorFindings) -> dict[Deed, Relation]:
    """The first sentence for each deed of an article."""
    deeds: dict[Deed, Relation] = {}
    for relation in found.relations:
        if relation.verb_class:
            deeds.setdefault(deed_of(relation), relation)
    return deeds


def _varied(deeds: Sequence[_Deed]) -> list[_Deed]:
    chosen: list[_Deed] = []
    shown: dict[frozenset[str], int] = {}
    for deed in deeds:
        pair = frozenset((deed.relation.subject, deed.relation.object))
        if shown.get(pair, 0) < PAIRS_OF_ONE and len(chosen) < PAIRS:
            shown[pair] = shown.get(pair, 0) + 1
            chosen.append(deed)
    return chosen


def _shown(deed: _Deed) -> dict[str, Any]:
    """The best match's sentence that can be shown whole; else its beginning."""
    row, text = next((each for each in deed.evidence if len(each[1]) <= EXCERPT_CHARS), deed.evidence[0])
    subject, object_ = deed.relation.subject, deed.relation.object
    return {
        "subject": subject,
        "subject_name": deed.names.get(subject) or subject.lstrip("@?"),
        "deed": deed.relation.verb_class,
        "object": object_,
        "object_name": deed.names.get(object_) or object_.lstrip("@?"),
        "matches": len(deed.evidence),
        "text": shorten(text),
        "language": row["language"],
        "outlet": row["outlet"],
        "match": row["id"],
        "url": row["url"],
    }

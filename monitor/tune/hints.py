"""What a tuner could do next: thresholds for what is wanted, articles worth judging, how far a seed has aged. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from monitor.analyse.gazetteer import Actor
from monitor.model import Acting, Outcome, VerdictKind, Watch
from monitor.tune.columns import OUTCOMES, Columns
from monitor.tune.effect import CurvePoint, Share

#: Below so many judged matches, a precision is not worth a threshold.
JUDGED = 10
#: Articles offered for judging, and names.
OFFERED, NAMES = 8, 8
#: A new name stands in so many matches at least, and in such a share of them.
NAME_ARTICLES, NAME_SHARE = 3, 0.05


@dataclass(frozen=True, kw_only=True)
class ThresholdHint:
    """The lowest match threshold that brings what is wanted."""

    #: «matches a day» or «precision».
    wanted: str
    value: float
    threshold: float
    matches_a_day: float | None
    precision: Share
    recall: Share


def threshold_hints(
    curve: Sequence[CurvePoint], *, a_day: float | None, precision: float | None
) -> list[ThresholdHint]:
    """A threshold for each wish that one can meet, by what is stored and judged; none where any would do."""

    def few(point: CurvePoint) -> bool:
        return a_day is not None and point.matches_a_day is not None and point.matches_a_day <= a_day

    def good(point: CurvePoint) -> bool:
        share = point.precision
        return precision is not None and share.of >= JUDGED and (share.value or 0.0) >= precision

    hints = []
    for wanted, value, is_met in (("matches a day", a_day, few), ("precision", precision, good)):
        point = next(filter(is_met, curve), None)
        if point is not None and point is not curve[0] and value is not None:
            hints.append(
                ThresholdHint(
                    wanted=wanted,
                    value=value,
                    threshold=point.threshold,
                    matches_a_day=point.matches_a_day,
                    precision=point.precision,
                    recall=point.recall,
                )
            )
    return hints


def worth_judging(
    columns: Columns, watch: Watch, verdicts: Mapping[int, VerdictKind], number: int = OFFERED
) -> list[int]:
    """Articles nobody judged whose score lies nearest to the match threshold, language by language in turn.

    There a verdict says most: what is far from the threshold is decided anyway.
    """
    asked = [OUTCOMES.index(outcome) for outcome in (Outcome.NEAR_MISS, Outcome.MATCH)]
    away = np.abs(columns["score"] - watch.thresholds.match)
    is_open = np.isin(columns["outcome"], asked) & ~np.isin(columns["article"], list(verdicts))
    places = np.flatnonzero(is_open & (away <= max(watch.thresholds.match - watch.thresholds.review, 1)))
    nearest = places[np.argsort(away[places], kind="stable")]
    turns: dict[int, int] = {}
    ranked: list[tuple[int, int, int]] = []
    for place in nearest.tolist():
        language = int(columns["language"][place])
        turns[language] = turn = turns.get(language, 0) + 1
        if turn <= number:
            ranked.append((turn, len(ranked), place))
    return [int(columns["article"][place]) for _, _, place in sorted(ranked)[:number]]


@dataclass(frozen=True, kw_only=True)
class Successor:
    """An office of somebody whom the watch names is now held by somebody whom it does not."""

    office: str
    of: str
    #: Former holders.
    named: tuple[str, ...]
    now: str
    now_name: str
    since: str


def successors(actors: Mapping[str, Actor], known: Collection[str], *, today: date) -> list[Successor]:
    """Offices whose holders changed since the watch was written."""
    day = today.isoformat()
    held = [(office, actor) for actor in actors.values() for office in actor.offices]
    found = []
    for post in sorted({(office.role, office.of) for office, _ in held}):
        of_it = [(office, actor) for office, actor in held if (office.role, office.of) == post]
        holder = max(
            (each for each in of_it if not each[0].until or each[0].until > day),
            key=lambda each: each[0].since,
            default=None,
        )
        former = {actor.id for office, actor in of_it if actor.id in known and office.until and office.until <= day}
        if holder is not None and former and holder[1].id not in known:
            (role, of), (office, actor) = post, holder
            found.append(
                Successor(
                    office=role,
                    of=of,
                    named=tuple(sorted(former)),
                    now=actor.id,
                    now_name=actor.name,
                    since=office.since,
                )
            )
    return found


@dataclass(frozen=True, kw_only=True)
class NewName:
    """An actor that stands in many matches, and neither in the seed nor in facets or rules."""

    actor: str
    name: str
    articles: int
    of: int


def new_names(matches: Iterable[Acting], known: Collection[str]) -> list[NewName]:
    """The most frequent ones; who only reports is left out."""
    every = list(matches)
    counts: Counter[str] = Counter()
    names: dict[str, str] = {}
    for match in every:
        for role in match.roles:
            if role.type != "source" and role.actor not in known:
                counts[role.actor] += 1
                names[role.actor] = role.name or role.actor.lstrip("@?")
    enough = max(NAME_ARTICLES, NAME_SHARE * len(every))
    return [
        NewName(actor=actor, name=names[actor], articles=number, of=len(every))
        for actor, number in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:NAMES]
        if number >= enough
    ]

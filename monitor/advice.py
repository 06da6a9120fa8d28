"""What a tuner could try next, each with its evidence. Nothing is changed by it.

advice = advise(store, tuner, watch, columns, reader.analyser, background, actors, profiles, wishes, now=now)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.analyse.analysis import Analyser
from monitor.analyse.background import Background
from monitor.analyse.gazetteer import Actor
from monitor.analyse.profile import SeedProfile
from monitor.model import ActingFilter, VerdictKind, Watch
from monitor.ports import Store
from monitor.tune.columns import Columns
from monitor.tune.effect import threshold_curve
from monitor.tune.hints import (
    NewName,
    Successor,
    ThresholdHint,
    new_names,
    successors,
    threshold_hints,
    worth_judging,
)
from monitor.tune.replay import as_stored
from monitor.tune.separating import Separator, judgement, separators
from monitor.tuning import Tuner

#: The latest verdicts that are read: some milliseconds each.
VERDICTS_READ = 400
#: New names are looked for in the matches of so many days.
NAMES_DAYS = 30


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """What the tuner would like to have; None: nothing is wished."""

    a_day: float | None = None
    precision: float | None = 0.9


@dataclass(frozen=True, kw_only=True)
class Advice:
    """All suggestions for a watch."""

    #: Relevant and irrelevant verdicts that were read.
    relevant: int
    irrelevant: int
    separators: Sequence[Separator]
    thresholds: Sequence[ThresholdHint]
    #: Article ids.
    judge_next: Sequence[int]
    successors: Sequence[Successor]
    names: Sequence[NewName]


def advise(
    store: Store,
    tuner: Tuner,
    watch: Watch,
    columns: Columns,
    *,
    analyser: Analyser,
    background: Background,
    actors: Mapping[str, Actor],
    profiles: Mapping[str, SeedProfile],
    wishes: Wishes,
    now: datetime,
) -> Advice:
    """Suggestions from verdicts, stored scores, and who acts in the matches of late."""
    verdicts = tuner.verdicts(watch.id)
    decided = [(article, kind) for article, kind in verdicts.items() if kind is not VerdictKind.UNSURE]
    judged = dict(decided[-VERDICTS_READ:])
    articles = store.articles_by_id(judged)
    readings = [
        judgement(
            analyser.analyse(article.title, article.text, article.language),
            is_relevant=judged[number] is VerdictKind.RELEVANT,
        )
        for number, article in articles.items()
        if not article.is_pruned
    ]
    named = named_by(watch)
    curve = threshold_curve(columns, as_stored(columns), verdicts, range(0, 151))
    recent = ActingFilter(watch=watch.id, since=now - timedelta(days=NAMES_DAYS), until=now)
    seeds = [profiles[name] for name in watch.seeds if name in profiles]
    return Advice(
        relevant=sum(each.is_relevant for each in readings),
        irrelevant=sum(not each.is_relevant for each in readings),
        separators=separators(readings, background, known=named),
        thresholds=threshold_hints(curve, a_day=wishes.a_day, precision=wishes.precision),
        judge_next=worth_judging(columns, watch, verdicts),
        successors=successors(actors, named, today=now.date()),
        names=new_names(store.acting(recent), named | {name for seed in seeds for name in seed.ids}),
    )


def named_by(watch: Watch) -> frozenset[str]:
    """What facets and rules name: `@actor`, `~concept`, words in small letters."""
    facets = (name if name.startswith("@") else f"~{name}" for facet in watch.facets for name in facet.any)
    sought = (text for rule in watch.rules for phrase in rule.phrases for text in (phrase.text, *phrase.near))
    return frozenset([*facets, *(text.lower() for text in sought)])

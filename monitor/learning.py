"""Teach a watch by its verdicts: versions kept in the store, each with what made it, each to be taken back.

A step is worked out first, with what it would change, and kept only when somebody says so. Nothing stored is scored
again by it: articles that come in from then on are.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from monitor.analyse.analysis import Analyser, Analysis
from monitor.analyse.background import Background
from monitor.analyse.learnt import MOST_POINTS, Learnt
from monitor.analyse.reader import TextReader
from monitor.errors import UsageError
from monitor.model import Article, ArticleFilter, ArticleReport, Outcome, VerdictKind, Watch
from monitor.ports import Store
from monitor.tune.feedback import Canary, Example, Points, learn, pinned, refusal

KIND = "learning"
#: The latest verdicts that are learnt from.
VERDICTS_READ = 1000
#: Stored articles that are asked what a step would do to them, best first.
ARTICLES_ASKED = 300
#: Canaries: clear matches, so many points above the threshold, and articles as far below review.
CLEAR_POINTS = 10.0
CLEAR_MATCHES, CLEARLY_NONE = 20, 30
BELOW_READ = 600
#: Of what is gained and lost, so many are told and kept.
TOLD = 10


@dataclass(frozen=True, kw_only=True)
class Moved:
    """A stored article whose score a step changes."""

    article_id: int
    title: str
    before: float
    after: float


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """One version of what a watch was taught, as it is kept."""

    watch: str
    #: 0: nothing yet.
    version: int = 0
    made_at: datetime | None = None
    author: str = ""
    #: learn, undo, pin or unpin.
    way: str = ""
    #: The term that was pinned, the version that was taken back.
    about: str = ""
    #: The version it was made from: where `undo` leads.
    basis: int = 0
    #: Article -> whether it was judged relevant: what it was learnt from.
    verdicts: Mapping[int, bool] = field(default_factory=dict)
    #: Term or id -> weight that a person set.
    pins: Mapping[str, float] = field(default_factory=dict)
    moves: Mapping[str, Mapping[str, float]] = field(default_factory=dict, repr=False)
    #: The stored articles that gained and lost most by it.
    effect: tuple[Moved, ...] = ()

    @property
    def learnt(self) -> Learnt:
        return Learnt(version=self.version, moves=self.moves)


@dataclass(frozen=True, kw_only=True)
class Step:
    """A lesson that could be taken."""

    before: Lesson
    after: Lesson
    #: Why it may not be taken; empty if it may.
    refused: str = ""
    canaries: int = 0
    became_match: int = 0
    no_longer_match: int = 0

    @property
    def terms(self) -> Sequence[tuple[str, str, float]]:
        """(language or «*», term, change of its weight), the largest change first."""
        old, new = self.before.moves, self.after.moves
        changes = [
            (space, term, new.get(space, {}).get(term, 0.0) - old.get(space, {}).get(term, 0.0))
            for space in old.keys() | new.keys()
            for term in old.get(space, {}).keys() | new.get(space, {}).keys()
        ]
        return sorted((each for each in changes if each[2]), key=lambda each: (-abs(each[2]), each))


class School:
    """One watch with its store; works steps out and keeps them."""

    def __init__(self, store: Store, watch: Watch, reader: TextReader, background: Background) -> None:
        self._store = store
        self._watch = watch
        self._analyser: Analyser = reader.analyser
        self._points: Points = reader.judges[watch.id].assessor.points_by
        self._background = background

    def learn(self, *, author: str, now: datetime) -> Step:
        """Learn from all verdicts, pins kept; UsageError where there is nothing new to learn from."""
        before = latest(self._store, self._watch.id)
        verdicts = judged(self._store, self._watch.id)
        if verdicts == before.verdicts:
            raise UsageError(
                f"no verdict since version {before.version}: judge some articles first, such as those that"
                " `widerhall matches --outcome near_miss` lists"
                if verdicts
                else "no verdicts yet: widerhall verdict m-12 relevant|irrelevant"
            )
        examples = [Example(analysis=self._read(number), is_relevant=kind) for number, kind in verdicts.items()]
        protected = {identity for facet in self._watch.facets for identity in facet.any}
        version = before.version + 1
        found = learn(examples, self._background, version=version, protected=protected, pins=before.pins)
        after = self._next(before, "learn", author=author, now=now)
        return self._step(before, replace(after, verdicts=verdicts, pins=before.pins, moves=found.moves))

    def undo(self, *, author: str, now: datetime) -> Step:
        """Go back to the version that the present one was made from; under a number of its own, as all steps."""
        before = latest(self._store, self._watch.id)
        if not before.moves and not before.pins:
            raise UsageError("nothing is learnt, so there is nothing to take back")
        back = _read_lesson(self._store, self._watch.id, before.basis)
        after = self._next(before, "undo", author=author, now=now, about=str(before.version))
        kept = {name: getattr(back, name) for name in ("basis", "verdicts", "pins", "moves")}
        return self._step(before, replace(after, **kept))

    def pin(self, term: str, weight: float | None, *, author: str, now: datetime) -> Step:
        """Set a term's weight whatever verdicts say (0: they cannot move it); None gives it free again.

        A term that is free again moves with the next verdicts.
        """
        before = latest(self._store, self._watch.id)
        pins = dict(before.pins)
        if weight is None and pins.pop(term, None) is None:
            raise UsageError(f"«{term}» is not pinned; pinned are: {', '.join(pins) or 'none'}")
        if weight is not None:
            pins[term] = weight
        moves = pinned(before.learnt, pins).moves
        if weight is None:
            moves = pinned(Learnt(moves=moves), {term: 0.0}).moves
        after = self._next(before, "unpin" if weight is None else "pin", author=author, now=now, about=term)
        return self._step(before, replace(after, verdicts=before.verdicts, pins=pins, moves=moves))

    def keep(self, step: Step, *, now: datetime) -> None:
        """Keep a step; from now on scores are made with it."""
        keep(self._store, step.after, now=now)

    # --- what a step does -------------------------------------------------------------------------------------

    def _next(self, before: Lesson, way: str, *, author: str, now: datetime, about: str = "") -> Lesson:
        return Lesson(
            watch=before.watch,
            version=before.version + 1,
            made_at=now,
            author=author,
            way=way,
            about=about,
            basis=before.version,
        )

    def _step(self, before: Lesson, after: Lesson) -> Step:
        asked = ArticleFilter(
            watch=self._watch.id, min_score=self._watch.thresholds.review - MOST_POINTS, limit=ARTICLES_ASKED
        )
        reports = self._store.reports(asked)
        changed = [self._moved(report, after.learnt) for report in reports]
        limit = self._watch.thresholds.match
        canaries = self._canaries(reports)
        largest = sorted(changed, key=lambda moved: (-abs(moved.after - moved.before), moved.article_id))[:TOLD]
        return Step(
            before=before,
            after=replace(after, effect=tuple(moved for moved in largest if moved.after != moved.before)),
            # Going back is always possible: what stands was there before.
            refused="" if after.way == "undo" else refusal(before.learnt, after.learnt, canaries, self._points),
            canaries=len(canaries),
            became_match=sum(moved.before < limit <= moved.after for moved in changed),
            no_longer_match=sum(moved.after < limit <= moved.before for moved in changed),
        )

    def _moved(self, report: ArticleReport, learnt: Learnt) -> Moved:
        card, article = report.assessment.card, report.article
        had = sum(part.points for part in card.parts if part.name == "learnt")
        gains = self._points(learnt, self._analysis(article)) - had
        return Moved(
            article_id=article.id,
            title=article.title,
            before=round(card.score, 2),
            after=round(card.score + gains, 2),
        )

    def _canaries(self, reports: Sequence[ArticleReport]) -> Sequence[Canary]:
        thresholds = self._watch.thresholds
        clear = [
            report
            for report in reports
            if report.assessment.card.outcome is Outcome.MATCH
            and report.assessment.card.score >= thresholds.match + CLEAR_POINTS
            and not (report.verdict and report.verdict.kind is VerdictKind.IRRELEVANT)
        ]
        below = ArticleFilter(watch=self._watch.id, outcomes=frozenset({Outcome.BELOW}), limit=BELOW_READ)
        none = [
            report
            for report in self._store.reports(below)
            if report.assessment.card.score < thresholds.review - CLEAR_POINTS
            and not (report.verdict and report.verdict.kind is VerdictKind.RELEVANT)
        ]
        spread = none[:: max(1, len(none) // CLEARLY_NONE)]
        return [
            Canary(name=_id(report), analysis=self._analysis(report.article), is_match=is_match)
            for chosen, is_match in ((clear[:CLEAR_MATCHES], True), (spread, False))
            for report in chosen
        ]

    def _read(self, article_id: int) -> Analysis:
        return self._analysis(self._store.article(article_id))

    def _analysis(self, article: Article) -> Analysis:
        return self._analyser.analyse(article.title, article.text, article.language)


def keep(store: Store, lesson: Lesson, *, now: datetime) -> None:
    """Keep a version: from now on it is the one that counts."""
    body = asdict(lesson) | {"made_at": lesson.made_at.isoformat() if lesson.made_at else ""}
    document = json.dumps(body, ensure_ascii=False).encode()
    store.put_document(KIND, _name(lesson.watch, lesson.version), document, now=now)


def judged(store: Store, watch: str) -> Mapping[int, bool]:
    """What stands: the last verdict on each article, the unsure ones left out."""
    last = {verdict.article_id: verdict.kind for verdict in store.verdicts(watch)}
    decided = [
        (number, kind is VerdictKind.RELEVANT) for number, kind in last.items() if kind is not VerdictKind.UNSURE
    ]
    return dict(decided[-VERDICTS_READ:])


def latest(store: Store, watch: str) -> Lesson:
    """The version that counts; version 0 where nothing was learnt."""
    names = _names(store, watch)
    return _lesson(store, names[-1]) if names else Lesson(watch=watch)


def history(store: Store, watch: str) -> Sequence[Lesson]:
    """All versions, first to last."""
    return [_lesson(store, name) for name in _names(store, watch)]


def _names(store: Store, watch: str) -> Sequence[str]:
    return [name for name in store.documents(KIND) if name.startswith(f"{watch}/")]


def _name(watch: str, version: int) -> str:
    return f"{watch}/{version:06}"


def _read_lesson(store: Store, watch: str, version: int) -> Lesson:
    return _lesson(store, _name(watch, version)) if version else Lesson(watch=watch)


def _lesson(store: Store, name: str) -> Lesson:
    body: Any = json.loads(store.document(KIND, name) or b"{}")
    return Lesson(
        **{
            **body,
            "made_at": datetime.fromisoformat(body["made_at"]),
            "verdicts": {int(number): kind for number, kind in body["verdicts"].items()},
            "effect": tuple(Moved(**moved) for moved in body["effect"]),
        }
    )


def _id(report: ArticleReport) -> str:
    return f"m-{report.match.id}" if report.match else f"a-{report.article.id}"

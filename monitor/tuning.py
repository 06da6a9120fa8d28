"""Answer «what would this change have done?» over everything stored, and score it anew once the change is made.

    answer = Tuner(app parts).what_if(columns, watch, changed_watch)

A shell around the pure `tune` modules: keeps the columns they work on up to date, and reads the few articles that a
changed rule could matter for. Saves no change: see `saving`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np

from monitor.analyse.analysis import Analyser
from monitor.analyse.reader import Judge, TextReader
from monitor.model import Article, Judged, Outcome, VerdictKind, Watch
from monitor.ports import Clock, Store
from monitor.rule_finding import RuleFinder
from monitor.tune.columns import Columns, from_bytes, to_bytes, with_newer
from monitor.tune.effect import CurvePoint, Effect, effect, threshold_curve
from monitor.tune.replay import Replayed, as_stored, changed_rules, replay

#: The kind of its documents.
COLUMNS = "what_if"
#: Columns are kept anew when so many articles were judged since.
KEPT_EVERY = 200
#: Match thresholds of the curve.
CURVE = tuple(float(points) for points in range(0, 101, 2))


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a change would have done."""

    effect: Effect
    curve: Sequence[CurvePoint]
    #: Articles stored for the watch, and those whose text was looked at for changed rules.
    articles: int
    read: int


@dataclass
class Tuner:
    """Asks one store. `lists` is the version of actors and lexicon by which stored hits were found."""

    store: Store
    analyser: Callable[[], Analyser]
    lists: str
    clock: Clock
    #: Columns as they were last, by watch, for whoever asks again and again.
    known: dict[str, Columns] = field(default_factory=dict)

    def columns(self, watch: str, *, profile_languages: Sequence[str]) -> Columns:
        """Everything judged for a watch, as of now."""
        known = self.known.get(watch) or from_bytes(self.store.document(COLUMNS, watch))
        newer = list(self.store.judged(watch, after=known.last_assessment))
        grown = self.known[watch] = with_newer(known, newer, profile_languages=profile_languages)
        if len(newer) >= KEPT_EVERY:
            self.store.put_document(COLUMNS, watch, to_bytes(grown), now=self.clock())
        return grown

    def verdicts(self, watch: str) -> Mapping[int, VerdictKind]:
        """The last verdict on each article that has one."""
        return {verdict.article_id: verdict.kind for verdict in self.store.verdicts(watch)}

    def what_if(self, columns: Columns, before: Watch, after: Watch) -> Answer:
        """Replay a change of thresholds, keywords or feeds."""
        changed = changed_rules(before, after)
        finder = RuleFinder(store=self.store, analyser=self.analyser, lists=self.lists)
        found, read = finder.find(columns, after, changed) if changed else ({}, 0)
        return self._answer(columns, as_stored(columns), replay(columns, after, found), before.id, read)

    def what_if_reread(
        self,
        columns: Columns,
        reader: TextReader,
        after: Watch,
        *,
        profile_languages: Sequence[str],
        progress: Callable[[int], None],
    ) -> Answer:
        """Replay a change of facets, seeds or lists: every stored text is scored anew, nothing is stored."""
        anew = with_newer(
            Columns(),
            _scored_anew(self.store, reader, after.id, progress),
            profile_languages=profile_languages,
        )
        order = {int(article): at for at, article in enumerate(anew["article"])} if len(anew) else {}
        places = np.array([order.get(int(article), -1) for article in columns["article"]], np.int64)
        score = np.where(places >= 0, anew["score"][places], columns["score"])
        outcome = np.where(places >= 0, anew["outcome"][places], columns["outcome"]).astype(np.int8)
        then = Replayed(score=score, outcome=outcome)
        return self._answer(columns, as_stored(columns), then, after.id, len(anew))

    def _answer(self, columns: Columns, before: Replayed, after: Replayed, watch: str, read: int) -> Answer:
        verdicts = self.verdicts(watch)
        return Answer(
            effect=effect(columns, before, after, verdicts),
            curve=threshold_curve(columns, after, verdicts, CURVE),
            articles=len(columns),
            read=read,
        )


def needs_reading(before: Watch, after: Watch) -> bool:
    """Whether a change touches what is measured in texts, which stored scores cannot answer."""
    return (before.facets, before.seeds) != (after.facets, after.seeds)


def _scored_anew(store: Store, reader: TextReader, watch: str, progress: Callable[[int], None]) -> Iterator[Judged]:
    judge = reader.judges[watch]
    for number, article in enumerate(store.articles(), start=1):
        if judge.is_asked(article.feed_id):
            analysis = reader.analyser.analyse(article.title, article.text, article.language)
            card = judge.judge(analysis, article.quality)
            yield Judged(
                article_id=article.id,
                assessment_id=0,
                language=article.language,
                is_language_sure=article.is_language_sure,
                quality=article.quality,
                feed_id=article.feed_id,
                is_backlog=article.is_backlog,
                first_seen_at=article.first_seen_at,
                published=article.published,
                score=card.score,
                outcome=card.outcome,
                rules={hit.rule: int(hit.is_hit) for hit in card.rules},
                rule_points={hit.rule: hit.points for hit in card.rules},
            )
        progress(number)


# --- rescore --------------------------------------------------------------------------------------------------------


@dataclass
class Rescored:
    """What a rescore did so far."""

    read: int = 0
    changed: int = 0
    matches_made: int = 0
    matches_withdrawn: int = 0
    last_article: int = 0


def rescore(
    store: Store,
    reader: TextReader,
    *,
    clock: Clock,
    since: datetime | None = None,
    after: int = 0,
    watch: str = "",
) -> Iterator[Rescored]:
    """Score stored articles with the configuration of now; yields after each, so that it can be shown and stopped.

    Goes on behind the article `after` when it was stopped; done twice it changes nothing. Verdicts stay as they are,
    and matches that it makes are backlog: no digest is flooded. Their actors are read in full, which a text far from
    every watch was not.
    """
    done = Rescored()
    judges = {name: judge for name, judge in reader.judges.items() if watch in ("", name)}
    for article in store.articles(after_id=after):
        if since is None or article.first_seen_at >= since:
            asked = {name: judge for name, judge in judges.items() if judge.is_asked(article.feed_id)}
            _rescore_one(store, reader, article, asked, done, clock)
        done.last_article = article.id
        yield done


def _rescore_one(
    store: Store, reader: TextReader, article: Article, judges: Mapping[str, Judge], done: Rescored, clock: Clock
) -> None:
    done.read += 1
    analysis = reader.analyser.analyse(article.title, article.text, article.language)
    cards = [judge.judge(analysis, article.quality) for judge in judges.values()]
    before = {
        card.watch: next((each.card for each in reversed(store.assessments(article.id, card.watch))), None)
        for card in cards
    }
    were = {watch for watch, card in before.items() if card is not None and card.outcome is Outcome.MATCH}
    are = {card.watch for card in cards if card.outcome is Outcome.MATCH}
    if are - were:  # before the scores: whoever is stopped in between finds it to do again
        store.record_findings(article.id, reader.read_actors(article.title, article.text, analysis.lang))
    store.record_scores(article.id, cards, now=clock(), is_backlog=True)
    for card in cards:
        then = before[card.watch]
        done.changed += then is None or (then.score, then.outcome) != (card.score, card.outcome)
    done.matches_made += len(are - were)
    done.matches_withdrawn += len(were - are)

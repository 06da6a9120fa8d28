"""All that analysis says of one text: language, a score card for each watch, actors. Pure; built once and reused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from monitor.analyse.actors import NameFinder, extract_actors
from monitor.analyse.analysis import Analyser, Analysis
from monitor.analyse.assess import Assessor
from monitor.analyse.background import Background
from monitor.analyse.gazetteer import Gazetteer, Lexicon
from monitor.analyse.keywords import KeywordMatcher, passes
from monitor.analyse.learnt import Learnt
from monitor.analyse.profile import SeedProfile
from monitor.analyse.weights import Weights
from monitor.errors import UsageError
from monitor.model import ActorFindings, ScoreCard, TextHits, TextQuality, Watch


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What a text came to."""

    language: str
    is_language_sure: bool
    scores: tuple[ScoreCard, ...]
    findings: ActorFindings
    #: What the text names; None for a text far from every watch.
    hits: TextHits | None = None


@dataclass(frozen=True, kw_only=True)
class Judge:
    """One watch: its keyword rules and its scores."""

    rules: KeywordMatcher
    assessor: Assessor
    #: Whose articles it is asked about; empty: every feed's. Imports and texts without a feed always count.
    feeds: frozenset[str] = frozenset()

    def is_asked(self, feed_id: str) -> bool:
        return not self.feeds or not feed_id or feed_id in self.feeds

    def judge(self, analysis: Analysis, quality: TextQuality) -> ScoreCard:
        hits = self.rules.evaluate(
            analysis.title, analysis.text, analysis.lang, [*analysis.entities, *analysis.concepts]
        )
        _, held_by = passes(hits)
        return self.assessor.assess(analysis, quality=quality, rules=hits, held_by=held_by)


#: Points from which it is worth keeping what a text names: no keyword rule lifts what lies below to where it is seen.
HITS_FROM = 10.0


def text_hits(analysis: Analysis, lists: str) -> TextHits:
    """What a text names, for keeping."""
    return TextHits(
        lists=lists,
        hits=tuple((hit.id, hit.start, hit.end) for hit in (*analysis.entities, *analysis.concepts)),
    )


class TextReader:
    """Reads one text after another, for all watches of a configuration. Safe to use from many threads."""

    def __init__(
        self,
        *,
        watches: Iterable[Watch],
        gazetteer: Gazetteer,
        lexicon: Lexicon,
        profiles: Mapping[str, SeedProfile],
        background: Background,
        weights: Weights,
        versions: Mapping[str, str],
        acting: Gazetteer | None = None,
        further_names: NameFinder | None = None,
        learnt: Mapping[str, Learnt] | None = None,
    ) -> None:
        """`versions` names what else the scores depend on: the gazetteer's and the lexicon's; `learnt` is by watch.

        `acting` is the gazetteer with what analysts decided of discovered names, for the actors; scores know only what
        is configured.
        """
        self._acting = acting or gazetteer
        #: Version of the lists that say what a text names.
        self.lists = f"{versions.get('actors', '')}.{versions.get('lexicon', '')}"
        self._further_names = further_names
        self.analyser = Analyser(gazetteer, lexicon)
        #: By watch.
        self.judges = {
            watch.id: Judge(
                rules=KeywordMatcher(watch.rules),
                assessor=Assessor(
                    watch,
                    _seeds_of(watch, profiles),
                    background,
                    weights,
                    versions=versions,
                    learnt=(learnt or {}).get(watch.id),
                ),
                feeds=frozenset(watch.feeds),
            )
            for watch in watches
        }

    def read(
        self,
        title: str,
        text: str,
        *,
        language_hint: str,
        quality: TextQuality,
        feed_id: str = "",
        with_actors: bool = True,
        all_in_full: bool = True,
    ) -> Reading:
        """Language, scores and actors; title and text are expected composed (NFC), offsets are into both.

        A watch that names its feeds does not score what comes from another one. Actors are half of what reading costs;
        unless `all_in_full`, only the listed ones are looked for in a text that no watch comes close to.
        """
        analysis = self.analyser.analyse(title, text, language_hint or None)
        scores = tuple(judge.judge(analysis, quality) for judge in self.judges.values() if judge.is_asked(feed_id))
        is_close = any(card.score >= HITS_FROM for card in scores)
        return Reading(
            language=analysis.lang,
            is_language_sure=analysis.language.sure,
            scores=scores,
            findings=(
                self.read_actors(title, text, analysis.lang, in_full=all_in_full or is_close)
                if with_actors
                else ActorFindings()
            ),
            hits=text_hits(analysis, self.lists) if is_close else None,
        )

    def read_actors(self, title: str, text: str, lang: str, *, in_full: bool = True) -> ActorFindings:
        """Who acts in a text of a language, as of now."""
        return extract_actors(title, text, lang, self._acting, self._further_names, in_full=in_full)


def _seeds_of(watch: Watch, profiles: Mapping[str, SeedProfile]) -> list[SeedProfile]:
    missing = [name for name in watch.seeds if name not in profiles]
    if missing:
        raise UsageError(
            f"watch «{watch.id}» cites the seed «{missing[0]}», which is not known; see: widerhall seed list"
        )
    return [profiles[name] for name in watch.seeds]

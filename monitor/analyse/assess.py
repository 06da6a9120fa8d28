"""Score one text for one watch: measures times points, rules, calibration; parts that sum to the score; an outcome.

Pure and repeatable: the same text under the same versions has the same score anywhere. Tickers and listings are scored
by their best stretch, as the rest of them is about something else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from monitor.analyse import explain
from monitor.analyse.analysis import Analysis
from monitor.analyse.background import Background
from monitor.analyse.copies import fingerprint, resemblance
from monitor.analyse.facets import FacetReading
from monitor.analyse.learnt import WORTH, Learnt, bounded
from monitor.analyse.profile import SeedProfile
from monitor.analyse.similarity import Measure, Seed
from monitor.analyse.text import ANALYZER_VERSION
from monitor.analyse.weights import Model, Weights
from monitor.model import Contribution, Outcome, Part, RuleHit, ScoreCard, TextQuality, Thresholds, Watch

#: Share of common shingles (Jaccard, estimated) from which a text is the seed or a reprint of it.
REPRINT_FROM = 0.25
#: Only a text whose words are this close to the seed's is worth the MinHash.
REPRINT_LEXICAL_FROM = 0.35
#: Tickers and listings are cut into stretches of at least so many letters.
STRETCH_LETTERS = 1500

_SEED_MEASURES = ("lexical", "key_terms", "entities", "concepts")
#: These need every word counted. A text that has not so many points from names and facets cannot reach the review
#: threshold with them (a cosine of .5 and more would be the seed), and is not asked.
_DEAR_MEASURES = frozenset({"lexical", "key_terms"})
DEAR_FROM_POINTS = 8.0
_LEARNT = "learnt"
_MIXED = (TextQuality.TICKER, TextQuality.LISTING)


@dataclass(frozen=True, kw_only=True)
class _Scored:
    """A text with its measures and what they are worth."""

    analysis: Analysis
    seed: Seed | None
    measures: Mapping[str, Measure]
    facets: FacetReading
    parts: tuple[Part, ...]

    @property
    def score(self) -> float:
        return sum(part.points for part in self.parts)


class Assessor:
    """One watch, ready to score texts."""

    def __init__(
        self,
        watch: Watch,
        profiles: Iterable[SeedProfile],
        background: Background,
        weights: Weights,
        *,
        versions: Mapping[str, str] | None = None,
        learnt: Learnt | None = None,
    ) -> None:
        """`learnt`: what verdicts have taught the watch; a version of its own in every score."""
        self._watch = watch
        self._background = background
        self._learnt = learnt or Learnt()
        self._seeds = [Seed(profile, background) for profile in profiles]
        self._model = weights.model_for([facet.name for facet in watch.facets])
        self._versions = {
            "analyzer": ANALYZER_VERSION,
            "background": background.version,
            "weights": f"{weights.version}/{self._model.name}",
            "profile": "+".join(f"{seed.profile.name}.{seed.profile.revision}" for seed in self._seeds),
            "keywords": watch.keywords_version,
            **({"learnt": str(self._learnt.version)} if self._learnt.version else {}),
            **(versions or {}),
        }

    @property
    def model(self) -> Model:
        return self._model

    def assess(
        self,
        analysis: Analysis,
        *,
        quality: TextQuality = TextQuality.FULL,
        rules: Sequence[RuleHit] = (),
        held_by: str = "",
    ) -> ScoreCard:
        """Score a text; `rules` and `held_by` are what the keyword rules did, and which of them holds it back."""
        if quality in _MIXED:
            stretches = [
                (start, self._score(analysis.part(start, end), quality, rules)) for start, end in _stretches(analysis)
            ]
            start, scored = max(stretches, key=lambda item: item[1].score)
            shift = start - len(analysis.title) - 1
        else:
            scored, shift = self._score(analysis, quality, rules), 0
        is_reprint = self._is_reprint(scored)
        outcome, reason = decide_outcome(
            scored.score,
            self._watch.thresholds,
            held_by=held_by,
            quality=quality,
            is_reprint=is_reprint,
            has_profile=any(seed.knows(analysis.lang) for seed in self._seeds),
            is_language_sure=analysis.language.sure,
        )
        return ScoreCard(
            watch=self._watch.id,
            score=scored.score,
            parts=scored.parts,
            outcome=outcome,
            outcome_reason=reason,
            versions=self._versions,
            contributions=self._contributions(scored),
            facets=explain.facet_hits(scored.facets, self._watch.facets),
            rules=tuple(rules),
            passage=self._passage(scored, shift),
            match_threshold=self._watch.thresholds.match,
            review_threshold=self._watch.thresholds.review,
        )

    def score(self, analysis: Analysis) -> float:
        """The score alone, without rules."""
        return self._score(analysis, TextQuality.FULL, ()).score

    def is_reprint(self, analysis: Analysis) -> bool:
        """Whether a text is a seed of the watch, or a reprint of one."""
        return self._is_reprint(self._score(analysis, TextQuality.FULL, ()))

    def points_by(self, learnt: Learnt, analysis: Analysis) -> float:
        """What verdicts, as learnt there, would add to a full text's score."""
        return self._per_unit(_LEARNT, analysis.lang) * self._taught(learnt, analysis).value

    def measures(self, analysis: Analysis) -> dict[str, float]:
        """What every measure of the model says of a text; what fitting needs."""
        facets = FacetReading(analysis, self._watch.facets)
        _, measures = self._closest_seed(analysis, _SEED_MEASURES)
        return {name: self._measure(measures, facets, name) for name in self._model.points}

    def _score(self, analysis: Analysis, quality: TextQuality, rules: Sequence[RuleHit]) -> _Scored:
        facets = FacetReading(analysis, self._watch.facets)
        cheap = (
            [name for name in _SEED_MEASURES if name not in _DEAR_MEASURES] if self._model.facets else _SEED_MEASURES
        )
        seed, measures = self._closest_seed(analysis, cheap)
        parts = self._parts(measures, facets, analysis.lang)
        is_close = sum(part.points for part in parts) >= DEAR_FROM_POINTS
        if self._model.facets and is_close:
            seed, measures = self._closest_seed(analysis, _SEED_MEASURES)
            parts = self._parts(measures, facets, analysis.lang)
        if is_close and (taught := self._taught(self._learnt, analysis)).value:
            measures = {**measures, _LEARNT: taught}
            parts.append(self._part(_LEARNT, taught.value, analysis.lang))
        factor = self._model.calibration.get(quality.value, 1.0)
        if parts and factor != 1.0:
            points = (factor - 1) * sum(part.points for part in parts)
            parts.append(Part(name="calibration", points=points, detail=f"{quality.value}: all of it × {factor:g}"))
        parts += [
            Part(name=f"rule:{rule.rule}", points=rule.points, detail="keyword rule")
            for rule in rules
            if rule.group == "weight" and rule.is_hit
        ]
        return _Scored(analysis=analysis, seed=seed, measures=measures, facets=facets, parts=tuple(parts))

    def _taught(self, learnt: Learnt, analysis: Analysis) -> Measure:
        """What verdicts say of a text, within their bound."""
        measure = learnt.measure(analysis, self._background)
        return bounded(measure, self._per_unit(_LEARNT, analysis.lang)) if measure.value else measure

    def _per_unit(self, name: str, language: str) -> float:
        if name == _LEARNT:
            return WORTH * self._model.per_unit("lexical", language)
        return self._model.per_unit(name, language)

    def _parts(self, measures: Mapping[str, Measure], facets: FacetReading, language: str) -> list[Part]:
        values = {name: self._measure(measures, facets, name) for name in self._model.points}
        return [self._part(name, value, language) for name, value in values.items() if value]

    def _part(self, name: str, value: float, language: str) -> Part:
        per_unit = self._per_unit(name, language)
        detail = f"{explain.label(name)}: {value:.3f} × {per_unit:.1f} points"
        return Part(name=name, points=per_unit * value, detail=detail)

    def _closest_seed(self, analysis: Analysis, names: Sequence[str]) -> tuple[Seed | None, Mapping[str, Measure]]:
        """The seed whose measures, of those asked for, are worth most, with them."""
        wanted = [name for name in names if name in self._model.points]
        best: tuple[float, Seed | None, Mapping[str, Measure]] = (float("-inf"), None, {})
        for seed in self._seeds:
            measures: dict[str, Measure] = {name: getattr(seed, name)(analysis) for name in wanted}
            worth = sum(self._model.per_unit(name, analysis.lang) * measure.value for name, measure in measures.items())
            if worth > best[0]:
                best = (worth, seed, measures)
        return best[1:]

    @staticmethod
    def _measure(measures: Mapping[str, Measure], facets: FacetReading, name: str) -> float:
        return facets.measure(name) if ":" in name else measures[name].value if name in measures else 0.0

    def _is_reprint(self, scored: _Scored) -> bool:
        lexical = scored.measures.get("lexical")
        if scored.seed is None or lexical is None or lexical.value < REPRINT_LEXICAL_FROM:
            return False
        of_seed = scored.seed.profile.fingerprint
        return resemblance(of_seed, fingerprint(scored.analysis)) >= REPRINT_FROM

    def _contributions(self, scored: _Scored) -> tuple[Contribution, ...]:
        language = scored.analysis.lang
        lexical = [(self._per_unit(name, language), measure) for name, measure in scored.measures.items()]
        facets = [
            (part.points, scored.facets.hits(part.name))
            for part in scored.parts
            if ":" in part.name and part.name in self._model.points
        ]
        profile = scored.seed.profile if scored.seed else None
        with_words = self._is_worth_reading(scored)
        return explain.contributions(scored.analysis, profile, lexical, facets, with_words=with_words)

    def _is_worth_reading(self, scored: _Scored) -> bool:
        """Whether anybody will be shown the text itself; most texts are not, and need not pay for it."""
        return scored.score >= self._watch.thresholds.review

    def _passage(self, scored: _Scored, shift: int) -> tuple[int, int] | None:
        if not self._is_worth_reading(scored):
            return None
        worth = scored.seed.worth(scored.analysis.lang) if scored.seed else {}
        span = explain.best_passage(scored.analysis, worth, [frozenset(facet.any) for facet in self._watch.facets])
        if span is None or span[0] <= len(scored.analysis.title):
            return span
        return span[0] + shift, span[1] + shift


def _stretches(analysis: Analysis) -> Iterator[tuple[int, int]]:
    """The text in stretches that end with a line, or with a sentence where lines are long."""
    start = begin = len(analysis.title) + 1
    for position in [*(p for p in analysis.sentence_starts if p > begin), len(analysis.whole)]:
        if position - start >= STRETCH_LETTERS or position == len(analysis.whole):
            yield start, position
            start = position


def decide_outcome(
    score: float,
    thresholds: Thresholds,
    *,
    held_by: str = "",
    quality: TextQuality = TextQuality.FULL,
    is_reprint: bool = False,
    has_profile: bool = True,
    is_language_sure: bool = True,
) -> tuple[Outcome, str]:
    """What a score comes to, and why it is not what the score alone would say (empty when it is).

    The seed itself is no news, whatever rules say; what a rule holds stays held; what cannot be trusted to be read
    right only suggests.
    """
    if is_reprint:
        return Outcome.SEED_OR_REPRINT, "the seed, or a reprint of it"
    if score < thresholds.review:
        return Outcome.BELOW, ""
    if score >= thresholds.match and held_by:
        return Outcome.HELD_BY_RULE, held_by
    doubt = _doubt(quality, has_profile=has_profile, is_language_sure=is_language_sure)
    if doubt:
        return Outcome.SUGGESTION, doubt
    return (Outcome.MATCH if score >= thresholds.match else Outcome.NEAR_MISS), ""


_INCOMPLETE = {
    TextQuality.HEADLINE_ONLY: "only the headline is known",
    TextQuality.SUMMARY_ONLY: "only the feed's summary is known",
    TextQuality.STUB: "only the beginning can be read",
}


def _doubt(quality: TextQuality, *, has_profile: bool, is_language_sure: bool) -> str:
    if quality in _INCOMPLETE:
        return _INCOMPLETE[quality]
    if not has_profile:
        return "no seed profile in this language"
    return "" if is_language_sure else "language is not sure"

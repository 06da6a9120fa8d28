"""Verdicts teach: what moves, what must not, and what a refusal says."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from monitor.analyse.analysis import Analyser, Analysis
from monitor.analyse.assess import Assessor
from monitor.analyse.background import Background, day_one
from monitor.analyse.learnt import MOST_POINTS, Learnt
from monitor.analyse.profile import profile_of
from monitor.analyse.weights import shipped_weights
from monitor.model import Thresholds, Watch
from monitor.settings import load_config
from monitor.tune.feedback import LEAST, MOST, Canary, Example, learn, pinned, refusal
from monitor.tune.simulate import Known, least_decided, teach

Read = Callable[[str, str], Analysis]

FLOOD = "Hochwasser an der Elbe: Dresden sichert die Altstadt mit Sandsäcken, der Pegel steigt weiter."
DIKE = "Am Deich in Sachsen füllen Helfer Sandsäcke, der Scheitel der Elbe wird für Sonntag erwartet."
MATCH = "Dresden gewinnt das Spiel gegen Magdeburg mit zwei Toren in der zweiten Halbzeit vor vollen Rängen."
OTHER = "Der Stürmer aus Magdeburg trifft in der Halbzeit, die Ränge sind voll, das Spiel endet ohne Sieger."


@pytest.fixture(scope="module")
def background() -> Background:
    return day_one()


@pytest.fixture(scope="module")
def read() -> Read:
    config = load_config(None, {})
    analyser = Analyser(config.actors, config.lexicon)
    return lambda text, lang: analyser.analyse(text.partition(":")[0], text, lang)


def taught(read: Read, background: Background) -> Learnt:
    examples = [
        Example(analysis=read(text, "de"), is_relevant=is_relevant)
        for text, is_relevant in ((FLOOD, True), (DIKE, True), (MATCH, False))
    ]
    return learn(examples, background, version=1)


def test_what_relevant_articles_share_speaks_for_others(read: Read, background: Background) -> None:
    learnt = taught(read, background)
    assert learnt.measure(read(DIKE, "de"), background).value > 0 > learnt.measure(read(OTHER, "de"), background).value
    assert learnt.measure(read("Rain in London: the river is high.", "en"), background).value == 0


def test_moves_are_clipped_and_the_smallest_left_out(read: Read, background: Background) -> None:
    weights = [abs(weight) for moves in taught(read, background).moves.values() for weight in moves.values()]
    assert weights
    assert LEAST <= min(weights) <= max(weights) <= MOST


def test_one_verdict_moves_less_than_many_alike(read: Read, background: Background) -> None:
    one = learn([Example(analysis=read(FLOOD, "de"), is_relevant=True)], background, version=1)
    many = learn([Example(analysis=read(FLOOD, "de"), is_relevant=True)] * 20, background, version=1)
    article = read(DIKE, "de")
    assert 0 < 2 * one.measure(article, background).value < many.measure(article, background).value


def test_what_facets_name_is_never_turned_against_by_id_or_by_word(read: Read, background: Background) -> None:
    text = "Putin eröffnet ein Museum: Der Präsident sprach mit Künstlern. Putin lobte die Ausstellung, sagte Putin."
    against = [Example(analysis=read(text, "de"), is_relevant=False)]
    free = learn(against, background, version=1)
    kept = learn(against, background, version=1, protected={"@putin"})
    assert free.moves["*"]["@putin"] < 0 > free.moves["de"]["putin"]
    assert "@putin" not in kept.moves["*"]
    assert "putin" not in kept.moves["de"]


def test_pins_override(read: Read, background: Background) -> None:
    learnt = pinned(taught(read, background), {"Elbe": 0.0, "@dfb": -0.2})
    assert learnt.moves["de"]["elb"] == 0.0
    assert learnt.moves["*"]["@dfb"] == -0.2


def assessor_of(seed: Analysis, background: Background, learnt: Learnt | None = None) -> Assessor:
    watch = Watch(id="flood", title="", seeds=("s",), thresholds=Thresholds(match=50, review=35))
    return Assessor(watch, [profile_of(seed, name="s")], background, shipped_weights(), learnt=learnt)


def test_it_is_a_part_of_the_score_with_a_version(read: Read, background: Background) -> None:
    seed, article, learnt = read(FLOOD, "de"), read(DIKE, "de"), taught(read, background)
    before = assessor_of(seed, background).assess(article)
    after = assessor_of(seed, background, learnt).assess(article)
    (part,) = [part for part in after.parts if part.name == "learnt"]
    assert math.isclose(after.score - before.score, part.points, abs_tol=1e-9)
    assert math.isclose(sum(each.points for each in after.parts), after.score, abs_tol=1e-9)
    assert part.points == pytest.approx(assessor_of(seed, background).points_by(learnt, article))
    assert (before.versions.get("learnt"), after.versions["learnt"]) == (None, "1")


def test_all_verdicts_together_move_an_article_by_a_bounded_number_of_points(
    read: Read, background: Background
) -> None:
    examples = [Example(analysis=read(FLOOD, "de"), is_relevant=True)] * 500
    learnt = learn(examples, background, version=1)
    assert assessor_of(read(MATCH, "de"), background).points_by(learnt, read(FLOOD, "de")) == pytest.approx(MOST_POINTS)


def test_a_step_that_loses_what_is_known_to_match_is_refused(read: Read, background: Background) -> None:
    canaries = [
        Canary(name="m-1", analysis=read(FLOOD, "de"), is_match=True),
        Canary(name="a-2", analysis=read(OTHER, "de"), is_match=False),
    ]
    points = {"de": {"elb": -30.0}}
    said = refusal(
        Learnt(),
        Learnt(version=1, moves=points),
        canaries,
        lambda learnt, analysis: learnt.moves.get("de", {}).get("elb", 0.0) if "Elbe" in analysis.text else 0.0,
    )
    assert said == "m-1 would lose 30 points; 10 are the most a known text may drift"
    assert refusal(Learnt(), Learnt(), canaries, lambda learnt, analysis: 0.0) == ""


def test_simulated_verdicts_leave_out_what_was_judged(read: Read, background: Background) -> None:
    texts = (FLOOD, DIKE, MATCH, OTHER)
    known = [
        Known(analysis=read(text, "de"), is_relevant=text in (FLOOD, DIKE), score=score)
        for text, score in zip(texts, (80.0, 49.0, 52.0, 10.0), strict=True)
    ]
    judged = least_decided(known, 50.0, 2)
    assert list(judged) == [1, 2]
    points = assessor_of(known[0].analysis, background).points_by
    right = teach(known, judged, background, points)
    wrong = teach(known, judged, background, points, wrong={1, 2})
    assert list(right.unjudged) == [0, 3]
    assert right.scores[0] > 80
    assert right.scores[1] < 10
    assert wrong.refused.startswith("3 would gain")
    assert list(wrong.scores) == [80.0, 10.0]

"""What-if answers are what would really happen: each is compared with scoring the same texts under the change."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from copy import copy
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from monitor.analyse.assess import Assessor
from monitor.analyse.keywords import KeywordMatcher
from monitor.analyse.reader import Judge, TextReader
from monitor.analyse.weights import shipped_weights
from monitor.app import App
from monitor.model import Judged, KeywordRule, Outcome, Phrase, TextQuality, Thresholds, VerdictKind, Watch
from monitor.settings import load_config
from monitor.tune.columns import Columns, from_bytes, to_bytes, with_newer
from monitor.tune.effect import effect, share, standing, threshold_curve
from monitor.tune.replay import as_stored, replay
from monitor.tune.rule_use import rule_uses
from monitor.tuning import Tuner, needs_reading, rescore
from tests.cli_material import widerhall


def rule(name: str, group: str, *phrases: str, points: float = 0.0, scope: str = "text") -> KeywordRule:
    sought = tuple(Phrase(text=text) for text in phrases)
    return KeywordRule(name=name, group=group, phrases=sought, points=points, scope=scope)


def without(watch: Watch, name: str) -> Watch:
    return replace(watch, rules=tuple(each for each in watch.rules if each.name != name))


def with_points(watch: Watch, name: str, points: float) -> Watch:
    rules = (replace(each, points=points) if each.name == name else each for each in watch.rules)
    return replace(watch, rules=tuple(rules))


CHANGES = {
    "nothing": lambda watch: watch,
    "lower thresholds": lambda watch: replace(watch, thresholds=Thresholds(match=35, review=20)),
    "higher thresholds": lambda watch: replace(watch, thresholds=Thresholds(match=65, review=50)),
    "a rule less": lambda watch: without(watch, "the jet crisis"),
    "a rule that held less": lambda watch: without(watch, "one of the two"),
    "other points": lambda watch: with_points(watch, "side by side", 12),
    "points taken": lambda watch: with_points(watch, "the jet crisis", -20),
    "an actor asked for": lambda watch: replace(watch, rules=(*watch.rules, rule("he", "all", "@erdogan", "@putin"))),
    "a word excluded": lambda watch: replace(
        watch, rules=(*watch.rules, rule("no jet", "none", "Su-24", "~airstrike"))
    ),
    "a word worth more": lambda watch: replace(watch, rules=(*watch.rules, rule("x", "weight", "Moskau", points=15))),
    "in the title": lambda watch: replace(watch, rules=(*watch.rules, rule("t", "any", "@turkey", scope="title"))),
}


@pytest.fixture(scope="module")
def reader() -> TextReader:
    return App(load_config(None, {})).reader


@pytest.fixture
def app(demo_folder: Path, tmp_path: Path, reader: TextReader) -> Iterator[App]:
    """An application on what a demo run left."""
    folder = shutil.copytree(demo_folder, tmp_path / "data")
    opened = App(load_config(None, {"WIDERHALL_DATA_DIR": str(folder)}))
    opened.__dict__["reader"] = reader
    yield opened
    opened.close()


@pytest.fixture
def tuner(app: App) -> Tuner:
    return Tuner(app.store, lambda: app.reader.analyser, app.reader.lists, app.clock)


def languages_of(app: App) -> set[str]:
    return {language for profile in app.profiles.values() for language in profile.terms}


def columns_of(tuner: Tuner, app: App) -> Columns:
    return tuner.columns(app.config.watches[0].id, profile_languages=sorted(languages_of(app)))


def changed(app: App, after: Watch) -> TextReader:
    """A reader under the change, on lists that are compiled already."""
    profiles = [app.profiles[name] for name in after.seeds]
    other = copy(app.reader)
    assessor = Assessor(after, profiles, app.background, shipped_weights())
    other.judges = {after.id: Judge(rules=KeywordMatcher(after.rules), assessor=assessor)}
    return other


def really(app: App, after: Watch) -> dict[int, Outcome]:
    """Outcomes when every text is scored under the change."""
    reader = changed(app, after)
    outcomes = {}
    for article in app.store.articles():
        analysis = reader.analyser.analyse(article.title, article.text, article.language)
        outcomes[article.id] = reader.judges[after.id].judge(analysis, article.quality).outcome
    return outcomes


@pytest.mark.parametrize("change", CHANGES)
def test_an_answer_is_what_would_happen(app: App, tuner: Tuner, change: str) -> None:
    before = app.config.watches[0]
    after = CHANGES[change](before)
    columns = columns_of(tuner, app)
    answer = tuner.what_if(columns, before, after)
    now, then = really(app, before), really(app, after)
    was = {article for article, outcome in now.items() if outcome is Outcome.MATCH}
    would_be = {article for article, outcome in then.items() if outcome is Outcome.MATCH}
    assert (set(answer.effect.gained), set(answer.effect.lost)) == (would_be - was, was - would_be)
    counted = {outcome.value: list(then.values()).count(outcome) for outcome in Outcome}
    assert answer.effect.after.outcomes == counted


def test_what_was_pruned_keeps_what_its_rules_did(app: App, tuner: Tuner) -> None:
    before = app.config.watches[0]
    after = replace(before, rules=tuple(replace(rule, phrases=rule.phrases[:1]) for rule in before.rules))
    columns = columns_of(tuner, app)
    answer = tuner.what_if(columns, before, after)
    assert app.store.prune_articles(before=app.clock(), limit=1_000)
    pruned = tuner.what_if(columns, before, after)
    assert pruned.articles == answer.articles
    kept = {article.id for article in app.store.articles()}
    assert set(pruned.effect.gained) <= kept
    assert pruned.effect.lost == answer.effect.lost


def test_facets_are_measured_in_the_texts(app: App, tuner: Tuner) -> None:
    before = app.config.watches[0]
    russia = next(facet for facet in before.facets if facet.name == "russia")
    facets = tuple(replace(each, any=("@france",)) if each == russia else each for each in before.facets)
    after = replace(before, facets=facets)
    assert needs_reading(before, after)
    told: list[int] = []
    answer = tuner.what_if_reread(
        columns_of(tuner, app),
        changed(app, after),
        after,
        profile_languages=sorted(languages_of(app)),
        progress=told.append,
    )
    then = really(app, after)
    assert answer.effect.after.outcomes["match"] == list(then.values()).count(Outcome.MATCH)
    assert answer.effect.lost
    assert told[-1] == len(then)


def test_feeds_left_out_lose_their_matches(app: App, tuner: Tuner) -> None:
    before = app.config.watches[0]
    answer = tuner.what_if(columns_of(tuner, app), before, replace(before, feeds=("demo-nord",)))
    heard = {article.id for article in app.store.articles() if article.feed_id in ("demo-nord", "")}
    assert answer.effect.lost
    assert not heard & set(answer.effect.lost)


def test_columns_come_back_as_they_were(app: App, tuner: Tuner) -> None:
    columns = columns_of(tuner, app)
    again = from_bytes(to_bytes(columns))
    assert (again.languages, again.feeds, again.rules) == (columns.languages, columns.feeds, columns.rules)
    assert all(np.array_equal(again.data[name], columns.data[name]) for name in columns.data)
    assert all(np.array_equal(again.hits[name], columns.hits[name]) for name in columns.hits)
    assert len(from_bytes(None)) == 0


def matches_in(columns: Columns) -> int:
    return int(as_stored(columns).is_(Outcome.MATCH).sum())


def test_an_article_judged_again_counts_once(app: App, tuner: Tuner) -> None:
    before = columns_of(tuner, app)
    narrow = changed(app, replace(app.config.watches[0], thresholds=Thresholds(match=90, review=80)))
    (*_, done) = rescore(app.store, narrow, clock=app.clock)
    after = columns_of(tuner, app)
    assert sorted(after["article"]) == sorted(before["article"])
    assert done.matches_withdrawn == matches_in(before) - matches_in(after) > 0


def test_a_rescore_floods_no_digest_and_goes_on_where_it_stopped(app: App) -> None:
    watch = app.config.watches[0]
    wide = changed(app, replace(watch, thresholds=Thresholds(match=20, review=10)))
    stopped = next(rescore(app.store, wide, clock=app.clock)).last_article
    (*_, done) = rescore(app.store, wide, clock=app.clock, after=stopped)
    assert done.matches_made > 0
    made = [app.store.match(number) for number in range(1, app.store.counts(watch.id).matches + 1)]
    assert all(match.is_backlog for match in made[-done.matches_made :])
    (*_, again) = rescore(app.store, wide, clock=app.clock)
    assert (again.changed, again.matches_made) == (0, 0)


def test_what_a_rescore_lifts_to_a_match_is_read_in_full(app: App) -> None:
    watch = app.config.watches[0]
    wide = changed(app, replace(watch, thresholds=Thresholds(match=20, review=10)))
    lifted = [each for each in app.store.judged(watch.id) if each.score >= 20 and each.outcome is not Outcome.MATCH]
    assert lifted
    for each in lifted:  # as a text is read that no watch comes close to: nobody but the listed
        article = app.store.article(each.article_id)
        listed = app.reader.read_actors(article.title, article.text, article.language, in_full=False)
        app.store.record_findings(article.id, listed)
    list(rescore(app.store, wide, clock=app.clock))
    now = [app.store.findings(each.article_id) for each in lifted]
    assert any(found.quotes for found in now) and any(found.relations for found in now)


# --- figures --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [(0, 0, 0.0, 1.0), (0, 10, 0.0, 0.278), (10, 10, 0.722, 1.0), (50, 100, 0.404, 0.596)],
)
def test_intervals_are_wilsons(hits: int, of: int, low: float, high: float) -> None:
    found = share(hits, of)
    assert (found.low, found.high) == (pytest.approx(low, abs=1e-3), pytest.approx(high, abs=1e-3))


def test_precision_and_recall_are_of_verdicts(app: App, tuner: Tuner) -> None:
    columns = columns_of(tuner, app)
    now = as_stored(columns)
    matching = columns["article"][now.is_(Outcome.MATCH)]
    others = columns["article"][now.is_(Outcome.BELOW)]
    verdicts = {
        int(matching[0]): VerdictKind.RELEVANT,
        int(matching[1]): VerdictKind.IRRELEVANT,
        int(others[0]): VerdictKind.RELEVANT,
        int(others[1]): VerdictKind.UNSURE,
    }
    found = standing(columns, now, verdicts)
    assert (found.precision.value, found.recall.value) == (0.5, 0.5)
    nothing = replay(columns, replace(app.config.watches[0], thresholds=Thresholds(match=1000, review=1000)))
    assert effect(columns, now, nothing, verdicts).after.recall.value == 0.0
    (now_, high) = threshold_curve(columns, now, verdicts, [app.config.watches[0].thresholds.match, 1000])
    assert (now_.matches, now_.precision.value, high.matches) == (now.is_(Outcome.MATCH).sum(), 0.5, 0)


# --- commands -------------------------------------------------------------------------------------------------------


@pytest.fixture
def own(demo_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A configuration folder and a data folder of one's own."""
    monkeypatch.setenv("WIDERHALL_DATA_DIR", str(shutil.copytree(demo_folder, tmp_path / "data")))
    monkeypatch.setenv("WIDERHALL_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("WIDERHALL_AUTHOR", "ada")
    assert widerhall("init", tmp_path / "config").code == 0
    return tmp_path / "config" / "watches" / "turkey-russia-is.yaml"


def test_nothing_is_written_unasked(own: Path) -> None:
    before = own.read_text("utf-8")
    said = widerhall("tune", "--set", "thresholds.match=42", "--add-rule", "no football=none:~football, Spartak")
    assert said.code == 0
    assert "+  match: 42" in said.out
    assert "gained" in said.out
    assert "Nothing is changed" in said.out
    assert own.read_text("utf-8") == before


def test_a_change_is_saved_told_and_taken_back(own: Path) -> None:
    before = own.read_text("utf-8")
    said = widerhall("tune", "--set", "thresholds.match=42", "--save", "--reason", "too few")
    assert "Saved as change 1" in said.out
    assert own.read_text("utf-8") == before.replace("match: 50 ", "match: 42 ", 1)
    history = widerhall("tune", "history")
    assert "ada" in history.out
    assert "too few" in history.out
    assert widerhall("tune", "revert", "1").code == 0
    assert own.read_text("utf-8") == before
    (back, first) = widerhall("tune", "history", "--json").json["changes"]
    assert (back["reason"], first["number"]) == ("back to before change 1", 1)


def test_what_is_changed_by_hand_is_in_the_history_and_can_be_taken_back(own: Path) -> None:
    before = own.read_text("utf-8")
    assert widerhall("tune", "history", "--json").json["changes"] == []
    by_hand = before.replace("match: 50 ", "match: 47 ", 1)
    own.write_text(by_hand, encoding="utf-8")
    widerhall("tune", "--set", "thresholds.match=42", "--save", "--reason", "too few")
    own.write_text(own.read_text("utf-8") + "# a note\n", encoding="utf-8")
    said = widerhall("tune", "history").out
    assert "3  " in said and "by hand" in said and "# a note" in said
    changes = widerhall("tune", "history", "--json").json["changes"]
    assert [(each["number"], each["author"], each["is_by_hand"]) for each in changes] == [
        (3, "", True),
        (2, "ada", False),
        (1, "", True),
    ]
    assert widerhall("tune", "revert", "2").code == 0
    assert own.read_text("utf-8") == by_hand
    assert widerhall("tune", "revert", "1").code == 0
    assert own.read_text("utf-8") == before


def test_a_file_with_line_ends_of_another_system_is_as_it_was_saved(own: Path) -> None:
    own.write_bytes(own.read_bytes().replace(b"\n", b"\r\n"))
    widerhall("tune", "--set", "thresholds.match=42", "--save", "--reason", "too few")
    changes = widerhall("tune", "history", "--json").json["changes"]
    assert [each["author"] for each in changes] == ["ada", ""]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (("--set", "thresholds.match=abc"), "expected a number"),
        (("--set", "thresholds.review=90"), "review"),
        (("--add-keyword", "no such rule=x"), "there is no rule «no such rule»"),
        (("--add-keyword", "the jet crisis"), "expected RULE=PHRASE"),
        (("--add-rule", "x=foo:bar"), "expected any, all, none, or points"),
    ],
)
def test_a_wrong_change_says_what_is_wrong(own: Path, change: tuple[str, ...], why: str) -> None:
    said = widerhall("tune", *change, "--save")
    assert said.code == 2
    assert why in said.err
    assert widerhall("tune", "history", "--json").json["changes"] == []


def test_rescoring_follows_the_configuration(own: Path) -> None:
    widerhall("tune", "--set", "thresholds.match=90", "--save")
    said = widerhall("rescore")
    assert "−0 withdrawn" not in said.out
    standing = [match for match in widerhall("matches", "--json").json["matches"] if not match["withdrawn_at"]]
    assert min(match["score"] for match in standing) >= 90


# --- rule by rule ---------------------------------------------------------------------------------------------------


def a_judged(article: int, score: float, outcome: Outcome, **rules: int) -> Judged:
    day = datetime(2026, 9, 1, tzinfo=UTC) + timedelta(days=article)
    points = {"bonus": 4.0 * rules.get("bonus", 0), **{name: 0.0 for name in rules if name != "bonus"}}
    return Judged(
        article_id=article,
        assessment_id=article,
        language="en",
        is_language_sure=True,
        quality=TextQuality.FULL,
        feed_id="f",
        is_backlog=False,
        first_seen_at=day,
        published=day,
        score=score,
        outcome=outcome,
        rules=rules,
        rule_points=points,
    )


def test_what_hangs_on_each_rule(app: App) -> None:
    rules = (rule("bonus", "weight", "x", points=4), rule("no cup", "none", "cup"), rule("quiet", "weight", "y"))
    watch = replace(app.config.watches[0], rules=rules, thresholds=Thresholds(match=50, review=35), feeds=())
    rows = [
        a_judged(1, 52, Outcome.MATCH, bonus=1),  # 48 without the bonus
        a_judged(2, 80, Outcome.MATCH, bonus=1),
        a_judged(3, 70, Outcome.HELD_BY_RULE, **{"no cup": 1}),
        a_judged(4, 10, Outcome.BELOW, **{"no cup": 1}),
        a_judged(50, 10, Outcome.BELOW),
    ]
    columns = with_newer(Columns(), rows, profile_languages=["en"])
    verdicts = {1: VerdictKind.RELEVANT, 2: VerdictKind.IRRELEVANT, 3: VerdictKind.UNSURE}
    told = [
        (use.rule, use.fires, use.matches, use.relevant, use.irrelevant, use.makes, use.holds, use.remark)
        for use in rule_uses(columns, watch, verdicts)
    ]
    assert told == [
        ("bonus", 2, 2, 1, 1, 1, 0, "has not fired in 48 days"),
        ("no cup", 2, 0, 0, 0, 0, 1, "has not fired in 46 days"),
        ("quiet", 0, 0, 0, 0, 0, 0, "never fires"),
    ]
    recent = with_newer(Columns(), rows[:4], profile_languages=["en"])
    assert rule_uses(recent, watch, {})[0].remark == "fires on 50% of everything"
    assert rule_uses(Columns(), watch, {}) == []

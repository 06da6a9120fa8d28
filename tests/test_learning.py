"""Lessons in the store: worked out, kept, taken back, and used by what scores next; counts of the news likewise."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor import counting, learning
from monitor.analyse.background import COUNTED_DOCUMENTS, COUNTED_TERMS, Counts, count_news, day_one
from monitor.app import App
from monitor.daemon import Daemon
from monitor.demo import demo_overlay
from monitor.errors import UsageError
from monitor.model import ArticleFilter, Outcome, VerdictKind
from monitor.settings import load_config
from store import SqlStore
from tests.store_material import NOW, an_article

WATCH = "turkey-russia-is"
LATER = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


@pytest.fixture
def app(demo_folder: Path, tmp_path: Path) -> Iterator[App]:
    """The demo's articles, with a few verdicts."""
    folder = shutil.copytree(demo_folder, tmp_path / "data")
    environ = {"WIDERHALL_DATA_DIR": str(folder)}
    overlay = demo_overlay(folder)
    assert overlay is not None
    opened = App(load_config(None, environ), environ=environ, clock=lambda: LATER, overlay=overlay)
    matches = opened.store.reports(ArticleFilter(watch=WATCH, outcomes=frozenset({Outcome.MATCH})))
    for report in matches[:3]:
        judge(opened, report.article.id, VerdictKind.RELEVANT)
    judge(opened, matches[-1].article.id, VerdictKind.IRRELEVANT)
    judge(opened, matches[-2].article.id, VerdictKind.UNSURE)
    yield opened
    opened.close()


def judge(app: App, article_id: int, kind: VerdictKind) -> None:
    app.store.give_verdict(article_id, WATCH, kind, reason="", note="", author="Eva", now=LATER)


def school_of(app: App) -> learning.School:
    return learning.School(app.store, app.config.watches[0], app.reader, app.background)


def take(app: App, step: learning.Step) -> learning.Lesson:
    school_of(app).keep(step, now=LATER)
    return learning.latest(app.store, WATCH)


def test_a_step_is_worked_out_before_it_is_taken(app: App) -> None:
    step = school_of(app).learn(author="Eva", now=LATER)
    assert (step.refused, step.before.version, step.after.version) == ("", 0, 1)
    assert sorted(step.after.verdicts.values()) == [False, True, True, True]
    assert step.canaries > 20
    assert step.terms[0][2]
    assert learning.history(app.store, WATCH) == []
    kept = take(app, step)
    assert kept == step.after
    assert kept.effect[0].before != kept.effect[0].after


def test_without_new_verdicts_there_is_nothing_to_learn(app: App) -> None:
    take(app, school_of(app).learn(author="Eva", now=LATER))
    with pytest.raises(UsageError, match="no verdict since version 1"):
        school_of(app).learn(author="Eva", now=LATER)


def test_steps_are_taken_back_one_after_another_under_numbers_of_their_own(app: App) -> None:
    first = take(app, school_of(app).learn(author="Eva", now=LATER))
    take(app, school_of(app).pin("@putin", 0.0, author="Eva", now=LATER))
    third = take(app, school_of(app).undo(author="Max", now=LATER))
    assert (third.version, third.way, third.about, third.author) == (3, "undo", "2", "Max")
    assert (third.moves, third.pins, third.verdicts) == (first.moves, {}, first.verdicts)
    fourth = take(app, school_of(app).undo(author="Max", now=LATER))
    assert (fourth.moves, fourth.verdicts) == ({}, {})
    with pytest.raises(UsageError, match="nothing to take back"):
        school_of(app).undo(author="Max", now=LATER)
    assert [lesson.version for lesson in learning.history(app.store, WATCH)] == [1, 2, 3, 4]


def test_a_pin_outlives_verdicts_until_it_is_taken_out(app: App) -> None:
    take(app, school_of(app).pin("@syria", -0.1, author="Eva", now=LATER))
    learnt = take(app, school_of(app).learn(author="Eva", now=LATER))
    assert learnt.moves["*"]["@syria"] == -0.1
    free = take(app, school_of(app).pin("@syria", None, author="Eva", now=LATER))
    assert (free.pins, free.moves["*"]["@syria"]) == ({}, 0.0)
    with pytest.raises(UsageError, match="is not pinned"):
        school_of(app).pin("@syria", None, author="Eva", now=LATER)


def test_a_running_reader_takes_a_lesson_and_its_scores_say_so(app: App) -> None:
    (best,) = app.store.reports(ArticleFilter(watch=WATCH, outcomes=frozenset({Outcome.MATCH}), limit=1))
    article = best.article
    stored = app.store.assessments(article.id, WATCH)[-1].card
    app.take_lessons()
    take(app, school_of(app).learn(author="Eva", now=LATER))
    assert app.take_lessons()
    assert not app.take_lessons()
    read = app.reader.read(article.title, article.text, language_hint=article.language, quality=article.quality)
    card = next(card for card in read.scores if card.watch == WATCH)
    assert card.versions["learnt"] == "1"
    assert card.score != stored.score
    assert app.store.assessments(article.id, WATCH)[-1].card == stored, "nothing stored is scored again"


def test_lessons_are_kept_by_every_store(store: SqlStore) -> None:
    lesson = learning.Lesson(
        watch="w",
        version=1,
        made_at=NOW,
        author="Eva",
        way="learn",
        verdicts={7: True},
        pins={"@x": 0.0},
        moves={"*": {"@x": 0.0}, "ru": {"мир": 0.1}},
        effect=(learning.Moved(article_id=7, title="Мир", before=1.0, after=2.0),),
    )
    learning.keep(store, lesson, now=NOW)
    learning.keep(store, learning.Lesson(watch="w-2", version=1, made_at=NOW), now=NOW)
    assert learning.latest(store, "w") == lesson
    assert learning.history(store, "w") == [lesson]
    assert learning.latest(store, "other").version == 0


# --- counting what comes in ---------------------------------------------------------------------------------------


def test_counts_go_on_where_they_ended_and_nothing_counts_twice(app: App) -> None:
    analyser = app.reader.analyser
    first = counting.count_on(app.store, analyser, now=LATER, fewest=1)
    assert first is not None
    assert first.version == "2026-11-23.001"
    assert counting.count_on(app.store, analyser, now=LATER, fewest=1) is None
    assert counting.latest_news(app.store) == first
    background = first.on(day_one())
    assert background.version == "day-one-1+2026-11-23.001"
    assert background.seen["de"].documents == day_one().seen["de"].documents + first.counts["de"].documents
    assert background.idf("petersburg", "de") < day_one().idf("petersburg", "de")


def test_of_copies_only_the_first_counts(store: SqlStore, app: App) -> None:
    text = " ".join(f"Der Minister Nummer {number} sprach am Montag in Ankara." for number in range(30))
    for number, body in enumerate((text, f"ANKARA (dpa) - {text}", " ".join(reversed(text.split())))):
        article = an_article(body, url=f"https://x.example/{number}", is_language_sure=True)
        store.record_article(article, now=NOW)
    news = counting.count_on(store, app.reader.analyser, now=LATER, fewest=1)
    assert news is not None
    assert news.counts["de"].documents == 2


def test_too_little_makes_no_version_and_a_day_makes_one(app: App) -> None:
    assert counting.count_on(app.store, app.reader.analyser, now=LATER, fewest=10_000) is None
    assert counting.is_due(app.store, now=LATER)
    counting.count_on(app.store, app.reader.analyser, now=LATER, fewest=1)
    assert not counting.is_due(app.store, now=LATER)
    assert counting.is_due(app.store, now=LATER + timedelta(days=1))


def test_a_crash_before_the_version_is_written_loses_nothing(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    analyser = app.reader.analyser
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(app.store, "put_document", lambda *args, **named: (_ for _ in ()).throw(KeyboardInterrupt))
        counting.count_on(app.store, analyser, now=LATER, fewest=1)
    again = counting.count_on(app.store, analyser, now=LATER, fewest=1)
    assert again is not None
    assert again.until == max(article.id for article in app.store.articles())


def test_old_versions_are_dropped(app: App) -> None:
    for day in range(counting.VERSIONS_KEPT + 3):
        app.store.put_document(counting.KIND, f"2026-10-{day + 1:02}.001", b"", now=LATER)
    news = counting.count_on(app.store, app.reader.analyser, now=LATER, fewest=1)
    assert news is not None
    kept = app.store.documents(counting.KIND)
    assert (len(kept), kept[-1]) == (counting.VERSIONS_KEPT, news.version)


def test_what_is_kept_of_a_language_is_bounded() -> None:
    documents = (("de", [f"w{number}", f"v{number % 50}", "@turkey"]) for number in range(COUNTED_TERMS + 5_000))
    counts = count_news({}, documents)["de"]
    assert counts.documents == COUNTED_TERMS + 5_000
    assert len(counts.of) <= COUNTED_TERMS
    assert counts.of["@turkey"] == counts.documents
    assert counts.of["v1"] > 2_000
    old = Counts(documents=2 * COUNTED_DOCUMENTS + 2, of={"often": 100_000, "once": 1}).bounded()
    assert (old.documents, old.of) == (COUNTED_DOCUMENTS // 2, {"often": 25_000.0})


def test_the_daemon_studies_once_a_day_and_learns_only_where_asked(app: App) -> None:
    daemon = Daemon(app)
    daemon.study()
    assert learning.history(app.store, WATCH) == []
    watches = tuple(replace(watch, learning="daily") for watch in app.config.watches)
    app.use(replace(app.config, watches=watches))
    daemon.study()
    daemon.study()
    assert [lesson.author for lesson in learning.history(app.store, WATCH)] == ["daemon"]

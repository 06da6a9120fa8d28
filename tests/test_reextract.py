"""Reading kept pages again: what changes, what stays, and that it is neither an edit nor news."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.app import App
from monitor.articles import content_hash
from monitor.cli import reextract as command
from monitor.model import Article, ArticleFilter, EntryState, NewArticle, Outcome, TextQuality, VerdictKind
from monitor.newsroom.server import serve
from monitor.reextract import BATCH, Reread, What, reread_pages
from tests.cli_material import widerhall
from tests.test_flow import OPENED, Run, demo_run

pytestmark = pytest.mark.usefixtures("shipped_configuration")


@pytest.fixture
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """A demo after one cycle, a day later."""
    with serve(0, now=OPENED, advances_itself=False) as web:
        run = demo_run(tmp_path_factory.mktemp("reextract"), web)
        run.cycle()
        run.clock.now = OPENED + timedelta(days=1)
        yield run
        run.app.close()


def reread(app: App, *, writes: bool = True, **wanted: object) -> list[Reread]:
    async def main() -> list[Reread]:
        async with app.pipeline(asyncio.Event()) as pipeline:
            ids: Sequence[int] = app.store.kept_pages(**wanted)  # type: ignore[arg-type]
            return [one async for batch in reread_pages(pipeline, ids, writes=writes) for one in batch]

    return asyncio.run(main())


def matched(run: Run) -> Article:
    wanted = ArticleFilter(watch=run.watch, outcomes=frozenset({Outcome.MATCH}))
    return next(report.article for report in run.app.store.reports(wanted))


def made_worse(run: Run, article: Article, *, title: str = "Wetter", text: str = "Es regnet.") -> None:
    """As if an older extraction had made less of the article's page."""
    reading = run.app.reader.read(title, text, language_hint="de", quality=TextQuality.STUB)
    run.app.store.record_article(
        NewArticle(
            url=article.url, title=title, text=text, language=article.language, method="old", feed_id=article.feed_id,
            quality=TextQuality.STUB, content_hash=content_hash(title, text), scores=reading.scores,
        ),
        now=OPENED + timedelta(hours=1),
    )  # fmt: skip


def test_what_was_read_by_the_same_extraction_stays_the_same(run: Run) -> None:
    before = list(run.app.store.articles())
    found = Counter(one.what for one in reread(run.app))
    assert found[What.SAME] > 50
    assert set(found) <= {What.SAME, What.NOTHING}
    assert list(run.app.store.articles()) == before


def test_a_better_text_is_a_new_version_with_its_verdicts(run: Run) -> None:
    store, article = run.app.store, matched(run)
    store.give_verdict(article.id, run.watch, VerdictKind.RELEVANT, reason="", note="", author="a", now=run.clock.now)
    made_worse(run, article)
    (one,) = reread(run.app, article_id=article.id)
    assert (one.what, one.gain, one.is_match, one.was_match) == (What.TEXT, 1, True, False)
    after = store.article(article.id)
    assert (after.text, after.quality, after.version) == (article.text, article.quality, 3)
    assert [verdict.kind for verdict in store.verdicts(run.watch, article_id=article.id)] == [VerdictKind.RELEVANT]


def test_a_match_that_only_the_second_reading_makes_is_in_no_daily_digest(run: Run) -> None:
    """The entry is taken from an article that it never became, as if its page had been read wrongly at first."""
    store, article = run.app.store, matched(run)
    other = replace(article, url="https://elsewhere.example/wrong")
    made_worse(run, other)
    wrong = store.article_by_url(other.url)
    assert wrong is not None
    entry_id = store.kept_pages(article_id=article.id)[0]
    store.link_entry(entry_id, wrong.id, now=run.clock.now)
    (one,) = reread(run.app, article_id=wrong.id)
    assert (one.what, one.is_match) == (What.TEXT, True)
    day = ArticleFilter(watch=run.watch, outcomes=frozenset({Outcome.MATCH}), since=run.clock.now)
    assert [report.article.id for report in store.reports(day)] == [wrong.id]
    assert store.reports(replace(day, is_backlog=False)) == []


def test_facts_beside_an_unchanged_text_are_corrected_without_a_version(run: Run) -> None:
    store, article = run.app.store, matched(run)
    made_worse(run, article, title=article.title, text=article.text)
    (one,) = reread(run.app, article_id=article.id)
    after = store.article(article.id)
    assert (one.what, after.version, after.quality, after.method) == (What.FACTS, 1, article.quality, article.method)


def test_what_gave_nothing_may_give_an_article(run: Run) -> None:
    store = run.app.store
    entry_id = store.kept_pages(article_id=matched(run).id)[0]
    store.finish_entry(entry_id, EntryState.UNEXTRACTABLE, reason="no_text_in_page", now=run.clock.now)
    found = {one.entry_id: one for one in reread(run.app)}
    assert found[entry_id].what in (What.SAME, What.WON)
    assert store.entry(entry_id).article_id is not None


def test_a_dry_run_writes_nothing(run: Run) -> None:
    article = matched(run)
    made_worse(run, article)
    (one,) = reread(run.app, writes=False, article_id=article.id)
    assert one.what is What.TEXT
    assert run.app.store.article(article.id).text == "Es regnet."


def test_pages_are_chosen_by_time_feed_and_method(run: Run) -> None:
    store, article = run.app.store, matched(run)
    everything = store.kept_pages()
    assert store.kept_pages(since=OPENED - timedelta(days=1)) == everything
    assert store.kept_pages(since=OPENED + timedelta(days=1)) == []
    of_feed = store.kept_pages(feed_id=article.feed_id)
    assert 0 < len(of_feed) < len(everything)
    assert store.kept_pages(method="old") == []
    made_worse(run, article)
    assert len(store.kept_pages(method="old")) == 1


# --- the command -----------------------------------------------------------------------------------------------------


def test_the_command_says_what_it_changed(run: Run) -> None:
    article = matched(run)
    made_worse(run, article)
    said = widerhall("--data-dir", run.app.config.daemon.data_dir, "reextract", "--article", f"a-{article.id}")
    assert said.code == 0
    assert "1 page read again" in said.out
    assert "quality better: 1   worse: 0" in said.out
    assert f"a-{article.id}  stub, 10 letters → full, {len(article.text)} letters" in said.out


def test_an_interrupted_run_goes_on_where_it_ended(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = run.app.config.daemon.data_dir
    everything = run.app.store.kept_pages()
    noted = command.Place.note

    class Stopped(BaseException):
        pass

    def note_and_stop(place: command.Place, entry_id: int) -> None:
        noted(place, entry_id)
        raise Stopped

    monkeypatch.setattr(command.Place, "note", note_and_stop)
    with pytest.raises(BaseException):  # noqa: B017
        widerhall("--data-dir", folder, "reextract")
    monkeypatch.setattr(command.Place, "note", noted)
    rest = widerhall("--data-dir", folder, "reextract", "--json")
    assert rest.json["pages"] == len(everything) - BATCH
    assert widerhall("--data-dir", folder, "reextract", "--json").json["pages"] == len(everything)

"""Whatever a publisher writes comes out of the store as it went in, but for what no database can hold."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.model import ActorFindings, Contribution, Digest, EntryState, Mention
from store import SqlStore
from store.columns import storable
from tests.store_material import NOW, WATCH, a_card, a_page, a_poll, an_article, an_entry, with_feeds

anything = st.text(st.characters(codec=None), max_size=40)
times = st.datetimes(datetime(1000, 1, 1), timezones=st.timezones() | st.just(UTC)).map(  # noqa: DTZ001
    lambda moment: moment.astimezone(UTC)
)
several = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def test_the_strategy_does_reach_what_cannot_be_stored() -> None:
    assert storable("a\x00b\ud800c😀") == "a\ufffdb\ufffdc😀"


@given(title=anything, summary=anything, author=anything, published=times)
@several
def test_entries(store: SqlStore, title: str, summary: str, author: str, published: datetime) -> None:
    before = with_feeds(store).due_entries(EntryState.PENDING, now=NOW, limit=10_000)
    entry = an_entry(f"e{len(before)}", title=title, summary=summary, authors=(author,), published=published)
    store.apply_poll(a_poll(entry))
    found = store.entry(store.due_entries(EntryState.PENDING, now=NOW, limit=10_000)[-1].id)
    assert (found.title, found.summary, found.authors, found.published) == (
        storable(title),
        storable(summary),
        (storable(author),),
        published,
    )


@given(text=anything, term=anything, version=anything, score=st.floats(allow_nan=False, allow_infinity=False))
@several
def test_articles(store: SqlStore, text: str, term: str, version: str, score: float) -> None:
    card = a_card(score, contributions=(Contribution(term=term, points=score),), versions={version: version})
    findings = ActorFindings(mentions=(Mention(actor="@is", start=0, end=len(text), surface=text),))
    article_id = store.record_article(
        an_article(text, url=f"x:{text}{term}", scores=(card,), findings=findings), now=NOW
    )
    stored = store.assessments(article_id, WATCH)[-1].card
    assert len(store.article(article_id).text) == len(text), "offsets keep their meaning"
    assert store.article(article_id).text == storable(text)
    assert (stored.score, stored.contributions[0].points) == (score, score)
    assert (stored.contributions[0].term, stored.versions) == (storable(term), {storable(version): storable(version)})
    assert store.findings(article_id).mentions[0].surface == storable(text)


plain_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | anything,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(anything, inner, max_size=3),
    max_leaves=10,
)


def storable_within(value: Any) -> Any:
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, list):
        return [storable_within(item) for item in value]
    if isinstance(value, dict):
        return {storable(key): storable_within(item) for key, item in value.items()}
    return value


@given(content=st.dictionaries(anything, plain_values, max_size=3))
@several
def test_digests(store: SqlStore, content: dict[str, Any]) -> None:
    revision = len(store.digests(WATCH)) and store.digests(WATCH)[0].revision
    digest = Digest(watch=WATCH, day=NOW.date(), revision=revision + 1, created_at=NOW, content=content)
    assert store.save_digest(digest)
    found = store.digest(WATCH, NOW.date())
    assert found is not None
    assert found.content == storable_within(content)


@given(body=st.binary(max_size=200))
@several
def test_bytes(store: SqlStore, body: bytes) -> None:
    entry_id = one_entry(store)
    store.store_page(a_page(entry_id, body=body))
    store.put_document("any", "bytes", body, now=NOW)
    assert store.page(entry_id).body == store.document("any", "bytes") == body


def one_entry(store: SqlStore) -> int:
    with_feeds(store).apply_poll(a_poll(an_entry()))
    every_state = (entry for state in EntryState for entry in store.due_entries(state, now=NOW, limit=1))
    return next(every_state).id

"""What every store keeps to: who figures in which articles, and when."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.errors import NotFoundError
from monitor.model import Acting, ActingFilter, ActorFindings, ActorRole, Relation
from store import SqlStore
from tests.store_material import DAY, FINDINGS, HOUR, NOW, WATCH, a_card, an_article

MATCHES = ActingFilter(watch=WATCH)
ALL = ActingFilter(watch=WATCH, only_matches=False)


def record(store: SqlStore, name: str, *actors: str, **changes: object) -> int:
    roles = tuple(ActorRole(actor=actor, role="main", count=1, name=actor[1:], type="person") for actor in actors)
    relations = (
        (Relation(subject=actors[0], object=actors[1], verb_class="meets", start=0, end=9),) if actors[1:] else ()
    )
    article = an_article(url=f"https://dw.example/{name}", findings=ActorFindings(roles=roles, relations=relations))
    return store.record_article(replace(article, **changes), now=NOW)  # type: ignore[arg-type]


def test_an_article_comes_with_its_actors(store: SqlStore) -> None:
    article_id = store.record_article(an_article(), now=NOW)
    expected = Acting(
        article_id=article_id,
        at=NOW - HOUR,
        language="de",
        feed_id="dw",
        url="https://dw.example/e1",
        title="Title",
        roles=FINDINGS.roles,
        relations=FINDINGS.relations,
    )
    assert store.acting(MATCHES, with_relations=True) == [expected]
    assert store.acting(MATCHES)[0].relations == ()
    assert store.first_acting(MATCHES) == {"@turkey": NOW - HOUR, "?Somebody": NOW - HOUR}


def test_what_is_no_match_comes_when_asked_for(store: SqlStore) -> None:
    record(store, "near", "@putin", scores=(a_card(25.0),))
    assert store.acting(MATCHES) == []
    assert [each.roles[0].actor for each in store.acting(ALL)] == ["@putin"]
    assert store.acting(ActingFilter(watch="another", only_matches=False)) == []


def test_articles_are_chosen_by_publication_or_else_when_first_seen(store: SqlStore) -> None:
    early = record(store, "early", "@putin", published=NOW - 3 * DAY)
    undated = record(store, "undated", "@putin", published=None)
    late = record(store, "late", "@putin", "@erdogan", published=NOW + DAY)
    assert [each.article_id for each in store.acting(MATCHES)] == [early, undated, late]
    within = ActingFilter(watch=WATCH, since=NOW, until=NOW + DAY)
    assert [(each.article_id, each.at) for each in store.acting(within)] == [(undated, NOW)]
    assert store.first_acting(ActingFilter(watch=WATCH, since=NOW)) == {"@putin": NOW, "@erdogan": NOW + DAY}


def test_an_undated_archive_is_of_no_day_and_makes_nobody_new(store: SqlStore) -> None:
    undated = record(store, "undated", "@putin", published=None, is_backlog=True)
    record(store, "dated", "@putin", "@erdogan")
    first = store.acting(MATCHES)[0]
    assert (first.article_id, first.at) == (undated, None)
    assert len(store.acting(ActingFilter(watch=WATCH, since=NOW - 999 * DAY))) == 1
    firsts = store.first_acting(MATCHES)
    assert firsts["@putin"].year == 1970
    assert firsts["@erdogan"] == NOW - HOUR


def test_one_actor_or_the_unconfirmed_alone(store: SqlStore) -> None:
    with_both = record(store, "both", "@putin", "?Gerda_%")
    record(store, "one", "@putin")
    record(store, "none")
    assert len(store.acting(MATCHES)) == 3
    chosen = store.acting(ActingFilter(watch=WATCH, actor="?Gerda_%"))
    assert [(each.article_id, [role.actor for role in each.roles]) for each in chosen] == [(with_both, ["?Gerda_%"])]
    assert chosen == store.acting(ActingFilter(watch=WATCH, only_unconfirmed=True))


def test_actors_of_the_current_version_can_be_replaced(store: SqlStore) -> None:
    article_id = store.record_article(an_article(), now=NOW)
    store.record_article(an_article("Another text"), now=NOW + HOUR)
    store.record_findings(article_id, ActorFindings(roles=(ActorRole(actor="@obama", role="main", count=1),)))
    assert [role.actor for role in store.findings(article_id).roles] == ["@obama"]
    assert [role.actor for each in store.acting(ALL) for role in each.roles] == ["@obama"]
    with pytest.raises(NotFoundError):
        store.record_findings(article_id + 1, ActorFindings())


def test_documents_of_a_kind_come_at_once(store: SqlStore) -> None:
    store.put_document("decision", "b", b"2", now=NOW)
    store.put_document("decision", "a", b"1", now=NOW)
    store.put_document("other", "a", b"3", now=NOW)
    assert store.document_bodies("decision") == {"a": b"1", "b": b"2"}
    assert store.document_bodies("none") == {}

"""Finding stored articles: by words, by who acts in them, by verdict, page after page; the same on both databases."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.analyse.searching import parse_search
from monitor.model import ActorFindings, ArticleFilter, SearchQuery, SearchTerm, TextHits, VerdictKind
from store import SqlStore
from tests.store_material import FINDINGS, HOUR, NOW, WATCH, a_card, an_article

TEXTS = {
    "de": ("Gemeinsam gegen den IS", "Die Türkei will mit Rußland zusammenarbeiten, sagte Çavuşoğlu."),
    "tr": ("Ankara'nın önerisi", "Dışişleri Bakanı Çavuşoğlu: IŞİD'e karşı ortak operasyon."),
    "ru": ("Анкара и Москва", "Удары по ещё одной цели; Су-24 не сбит."),
    "en": ("A quiet day", "Nothing joint about operations. The operation_name is Su24."),
}


def record(store: SqlStore, name: str, **changes: Any) -> int:
    title, text = TEXTS.get(name, (name, ""))
    changes.setdefault("findings", ActorFindings())
    card = a_card(changes.pop("score", 50.0))
    article = an_article(text, url=f"https://x.example/{name}", title=title, scores=(card,), **changes)
    return store.record_article(article, now=changes.get("now", NOW))


@pytest.fixture
def filled(store: SqlStore) -> SqlStore:
    for name in TEXTS:
        record(store, name)
    return store


def found(store: SqlStore, search: str = "", **wanted: Any) -> set[str]:
    query = ArticleFilter(watch=WATCH, search=parse_search(search), **wanted)
    return {report.article.url.rpartition("/")[2] for report in store.reports(query)}


FOUND_BY = [
    ("", {"de", "tr", "ru", "en"}),
    ("cavusoglu", {"de", "tr"}),
    ("CAVUSOGLU russland", {"de"}),
    ("cavusoglu -russland", {"tr"}),
    ("-cavusoglu", {"ru", "en"}),
    ("ankara", {"tr"}),
    ("анкара", {"ru"}),
    ("еще", {"ru"}),
    ("su-24", set()),
    ("су-24", {"ru"}),
    ('"joint operations"', set()),
    ("„ortak operasyon“", {"tr"}),
    ("operas*", {"tr"}),
    ('"ortak oper*"', {"tr"}),
    ("operation name", {"en"}),
    ("title:gemeinsam", {"de"}),
    ("title:russland", set()),
    ("isid", {"tr"}),
    ("-", {"de", "tr", "ru", "en"}),
    ('"', {"de", "tr", "ru", "en"}),
    ("AND OR NOT NEAR(", set()),
    ("'; drop table articles; --", set()),
]


def test_words_are_found_whatever_their_case_and_accents(filled: SqlStore) -> None:
    assert [(search, found(filled, search)) for search, _ in FOUND_BY] == FOUND_BY


def test_only_the_current_version_is_found(filled: SqlStore) -> None:
    card = a_card(50.0)
    new = an_article("Another text.", url="https://x.example/de", title="New", scores=(card,), content_hash="new")
    filled.record_article(new, now=NOW + HOUR)
    assert found(filled, "cavusoglu") == {"tr"}
    assert found(filled, "title:new another") == {"de"}


@given(st.text(max_size=40))
def test_nothing_typed_is_an_error(typed: str) -> None:
    query = parse_search(typed)
    assert query is None or all(term.words for term in query.terms)


def test_nothing_looked_for_breaks_the_database(filled: SqlStore) -> None:
    for hostile in ('"*', "a" * 5000, "^x", "{title}:x", "x AND", "\x00", "NEAR(a b)", "*", "a:b", "col:", "_", "'\\'"):
        query = SearchQuery(terms=(SearchTerm(words=(hostile,), is_prefix=True),))
        filled.reports(ArticleFilter(watch=WATCH, search=query))


def test_by_actor_verdict_feed_and_score(filled: SqlStore) -> None:
    acting = record(filled, "acting", score=70.0, feed_id="bbc", findings=FINDINGS)
    filled.give_verdict(acting, WATCH, VerdictKind.IRRELEVANT, reason="", note="", author="a", now=NOW)
    filled.give_verdict(acting, WATCH, VerdictKind.RELEVANT, reason="", note="", author="a", now=NOW)
    assert found(filled, actor=FINDINGS.roles[0].actor) == {"acting"}
    assert found(filled, verdicts=frozenset({"relevant"})) == {"acting"}
    assert found(filled, verdicts=frozenset({"irrelevant"})) == set()
    assert found(filled, verdicts=frozenset({"none"})) == set(TEXTS)
    assert found(filled, feed_ids=frozenset({"tass", "bbc"})) == {"acting"}
    assert found(filled, max_score=70.0) == set(TEXTS)


@pytest.mark.parametrize("is_newest_first", [True, False])
def test_page_after_page_shows_each_once(store: SqlStore, *, is_newest_first: bool) -> None:
    for number in range(7):
        card = a_card(50.0 + number % 3)
        article = an_article(url=f"https://x.example/{number}", scores=(card,))
        store.record_article(article, now=NOW + HOUR * (number % 2))
    seen: list[int] = []
    while True:
        after = seen[-1] if seen else None
        wanted = ArticleFilter(watch=WATCH, limit=3, after=after, is_newest_first=is_newest_first)
        page = [report.article.id for report in store.reports(wanted)]
        if not page:
            break
        seen += page
    everything = ArticleFilter(watch=WATCH, is_newest_first=is_newest_first)
    assert seen == [report.article.id for report in store.reports(everything)]
    assert len(set(seen)) == 7


def test_what_a_text_names_is_kept_for_its_current_version(store: SqlStore) -> None:
    hits = TextHits(lists="1.1", hits=(("@turkey", 0, 6), ("airstrike", 10, 20)))
    kept = record(store, "kept", hits=hits)
    plain = record(store, "plain")
    assert store.hits([kept, plain], lists="1.1") == {kept: hits}
    assert store.hits([kept], lists="1.2") == {}
    newer = TextHits(lists="1.2", hits=())
    record(store, "kept", hits=newer)
    assert store.hits([kept], lists="1.2") == {kept: newer}


def test_a_tended_store_answers_the_same(filled: SqlStore) -> None:
    before = found(filled, "çavuşoğlu")
    filled.tend(now=NOW)
    filled.tend(now=NOW)
    assert found(filled, "çavuşoğlu") == before == {"de", "tr"}

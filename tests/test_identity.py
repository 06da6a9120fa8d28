"""One article under its many links, and different articles under one: canonical URLs, keys, fingerprints."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.collect.identity import canonical_url, entries_of, fingerprint
from monitor.model import ParsedEntry

DW = "https://dw.com/de/gemeinsam-gegen-den-is/a-19467070"


@pytest.mark.parametrize(
    "twin",
    [
        "https://www.dw.com/de/gemeinsam-gegen-den-is/a-19467070",
        "http://www.dw.com/de/gemeinsam-gegen-den-is/a-19467070",
        "http://www.dw.com:80/de/gemeinsam-gegen-den-is/a-19467070",
        "HTTPS://WWW.DW.COM/de/gemeinsam-gegen-den-is/a-19467070",
        "https://www.dw.com./de/gemeinsam-gegen-den-is/a-19467070/",
        "https://www.dw.com/de/gemeinsam-gegen-den-is/a-19467070?maca=de-rss-de-all-1119-rdf",
        "https://www.dw.com/de/gemeinsam-gegen-den-is/a-19467070?utm_source=rss&utm_medium=feed#teaser",
        "https://www.dw.com/de/gemeinsam-gegen-den-is/a-19467070?at_medium=RSS&xtor=RSS-1&fbclid=x&ref=rss&amp=1",
        "https://www.dw.com/de/gemeinsam%2Dgegen-den-is/a-19467070",
        "https://www.dw.com/de/gemeinsam-gegen-den-is/a-19467070;jsessionid=1A2B",
        "  https://www.dw.com/de/gemeinsam-gegen-den-is/a-19467070\n",
        "https://m.dw.com/de/gemeinsam-gegen-den-is/a-19467070",
        "https://amp.dw.com/de/gemeinsam-gegen-den-is/a-19467070",
        "https://www.dw.com/amp/de/gemeinsam-gegen-den-is/a-19467070",
        "https://www.dw.com/de/gemeinsam-gegen-den-is/a-19467070/amp/",
        "https://www.dw.com/de/gemeinsam-gegen-den-is/a-19467070.amp",
        "https://www.google.com/amp/s/www.dw.com/de/gemeinsam-gegen-den-is/a-19467070",
        "https://www-dw-com.cdn.ampproject.org/v/s/www.dw.com/de/gemeinsam-gegen-den-is/a-19467070?usqp=mq331",
        "https://touch.dw.com/de/gemeinsam-gegen-den-is/a-19467070",
        "https://www.dw.com//de/gemeinsam-gegen-den-is/a-19467070/index.html",
        "https://www.dw.com/de/gemeinsam-gegen-den-is/a-19467070.amp/index.html",
        "https://www.dw.com/de/gemeinsam-gegen-den-is/a-19467070?page=1&print=1&m=1&mode=amp",
        "https://www.dw.com/de/gemeinsam-gegen-den-is/a-19467070?spm=a.b&tpcc=rss&ttclid=1&feedName=top&mod=rss&sref=rss",
        "https://vk.com/away.php?to=https%3A%2F%2Fwww.dw.com%2Fde%2Fgemeinsam-gegen-den-is%2Fa-19467070",
        "https://duckduckgo.com/l/?uddg=https%3A%2F%2Fwww.dw.com%2Fde%2Fgemeinsam-gegen-den-is%2Fa-19467070",
        "https://www.google.com/url?q=https://www.dw.com/de/gemeinsam-gegen-den-is/a-19467070&sa=U",
        "https://news.google.com/news/url?sa=t&url=http://www.dw.com/de/gemeinsam-gegen-den-is/a-19467070",
        "http://www.bing.com/news/apiclick.aspx?ref=FexRss&url=https%3a%2f%2fwww.dw.com%2fde%2fgemeinsam-gegen-den-is"
        "%2fa-19467070&c=1",
    ],
)
def test_twins_meet(twin: str) -> None:
    assert canonical_url(twin) == DW


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("http://a.example/x?id=3&page=2", "https://a.example/x?id=3&page=2"),
        ("http://a.example/x?page=2&id=3", "https://a.example/x?id=3&page=2"),
        ("http://a.example/x?source=3", "https://a.example/x?source=3"),
        ("http://a.example/x?source=rss", "https://a.example/x"),
        ("http://a.example/x?mod=5&feed=3", "https://a.example/x?feed=3&mod=5"),
        ("http://a.example/index.html", "https://a.example/"),
        ("http://a.example/index.html/amp/", "https://a.example/"),
        ("http://a.example/index.html?id=3", "https://a.example/?id=3"),
        ("http://a.example/indexation.html", "https://a.example/indexation.html"),
        ("http://a.example/%e3%83%84/ö", "https://a.example/%E3%83%84/%C3%B6"),
        ("http://a.example/a%2Fb", "https://a.example/a%2Fb"),
        ("http://a.example", "https://a.example/"),
        ("http://müller.example/", "https://xn--mller-kva.example/"),
        ("https://m.de/x", "https://m.de/x"),
        ("https://www.de/x", "https://www.de/x"),
        ("https://news.bbc.co.uk/x", "https://news.bbc.co.uk/x"),
        ("https://a.example/amplifier", "https://a.example/amplifier"),
        ("http://127.0.0.1:8000/x/?utm_source=rss", "http://127.0.0.1:8000/x"),
        ("http://localhost/x", "http://localhost/x"),
        ("http://outlet.example:8080/x", "http://outlet.example:8080/x"),
        ("http://[::1]:80/x", "http://[::1]/x"),
        ("javascript:alert(1)", ""),
        ("mailto:a@b.example", ""),
        ("http://[half", ""),
        ("http://a.example:port/", ""),
        ("/relative", ""),
        ("", ""),
    ],
)
def test_what_else_becomes_of_a_url(url: str, canonical: str) -> None:
    assert canonical_url(url) == canonical


@given(st.text(max_size=80))
def test_any_text_is_survived_and_canonical_is_canonical(text: str) -> None:
    for url in (text, f"http://a.example/{text}", f"https://{text}.example/"):
        once = canonical_url(url)
        assert canonical_url(once) == once


# --- keys ------------------------------------------------------------------------------------------------------------


def item(number: int = 1, **changes: object) -> ParsedEntry:
    stated = ParsedEntry(
        guid=f"guid-{number}",
        url=f"https://a.example/{number}",
        title=f"Title {number}",
        summary=f"Summary {number}",
        published=datetime(2016, 8, 11, tzinfo=UTC),
    )
    return replace(stated, **changes)  # type: ignore[arg-type]


def keys(*items: ParsedEntry) -> list[str]:
    return [entry.key for entry in entries_of(items, feed_id="f")]


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "Title 1 (updated)"},
        {"summary": "more"},
        {"guid": "another"},
        {"guid": ""},
        {"url": "http://www.a.example/1?utm_source=rss"},
        {"published": None},
        {"published": datetime(2016, 8, 12, tzinfo=UTC)},
    ],
)
def test_identity_holds_through_changes(changes: dict[str, object]) -> None:
    assert keys(item(**changes)) == keys(item())


def test_one_link_for_all_items_identifies_none() -> None:
    items = [item(number, url="https://a.example/news") for number in range(3)]
    assert len(set(keys(*items))) == 3
    assert keys(*items) == keys(*reversed(items))[::-1]


def test_one_guid_for_all_items_identifies_none() -> None:
    items = [item(number, guid="x", url="") for number in range(3)]
    assert len(set(keys(*items))) == 3


def test_one_link_and_one_guid_for_all_items() -> None:
    items = [item(number, guid="x", url="https://a.example/news") for number in range(3)]
    assert len(set(keys(*items))) == 3


def test_the_front_page_identifies_nothing() -> None:
    assert keys(item(1, url="https://a.example/")) != keys(item(2, url="https://a.example/"))


def test_items_without_link_and_guid_are_told_apart_by_their_words() -> None:
    bare = [item(number, url="", guid="", title="Weather") for number in range(3)]
    assert len(set(keys(*bare))) == 3
    assert keys(replace(bare[0], published=None)) == keys(bare[0]), "a date of «now» makes no new item"


def test_an_item_listed_twice_is_one() -> None:
    assert keys(item(), item(guid="guid-1#2")) == keys(item())


def test_notes_on_one_page_are_told_apart_by_guid() -> None:
    notes = [item(n, url=f"https://a.example/day.html#{n}", title="", summary=f"Note {n}") for n in range(3)]
    assert len(set(keys(*notes))) == 3


def test_an_entry_keeps_what_the_feed_says() -> None:
    [entry] = entries_of([item(url="http://www.a.example/1?utm_source=rss", content="All")], feed_id="f")
    assert (entry.url, entry.fetch_url) == ("https://a.example/1", "http://www.a.example/1?utm_source=rss")
    assert (entry.title, entry.summary, entry.content) == ("Title 1", "Summary 1", "All")
    assert not entry.is_backlog


@pytest.mark.parametrize(
    ("changes", "is_same"),
    [
        ({"title": "Another"}, False),
        ({"summary": "Another"}, False),
        ({"content": "More"}, False),
        ({"title": " Title  1 "}, True),
        ({"published": None, "updated": datetime(2020, 1, 1, tzinfo=UTC)}, True),
        ({"guid": "another"}, True),
    ],
)
def test_what_counts_as_a_change(changes: dict[str, object], is_same: bool) -> None:
    assert (fingerprint(item(**changes)) == fingerprint(item())) is is_same


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        (f"https://www.google.com/url?rct=j&sa=t&url={DW}&ct=ga", DW),
        (f"https://l.facebook.com/l.php?u={DW}", DW),
        ("https://news.google.com/rss/articles/CBMiX2h0?oc=5", "https://news.google.com/rss/articles/CBMiX2h0?oc=5"),
        ("http://[half/x", "http://[half/x"),
    ],
)
def test_an_aggregators_link_is_asked_for_at_its_own_site(url: str, asked: str) -> None:
    assert [entry.fetch_url for entry in entries_of([item(url=url)], feed_id="f")] == [asked]

"""Lists of feeds from other programs: read however broken, and nothing lost on the way out and in again."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.collect.opml import OpmlFeed, OpmlList, feed_id, read_opml, write_opml
from monitor.collect.opml_specs import opml_feed_of, spec_of
from monitor.errors import FeedParseError
from monitor.model import FeedSpec

A, B, C = "https://a.example/feed", "https://b.example/feed?x=1&y=2", "http://c.example/rss"


def opml(body: str, *, head: str = "<title>Mine</title>", start: str = '<opml version="2.0">') -> bytes:
    return f'<?xml version="1.0"?>{start}<head>{head}</head><body>{body}</body></opml>'.encode()


def urls(body: bytes | str) -> list[str]:
    return [feed.url for feed in read_opml(body if isinstance(body, bytes) else opml(body)).feeds]


NESTED = f"""<outline text="News"><outline text="Türkei &amp; Rußland"><outline type="rss" text="A" xmlUrl="{A}"
 htmlUrl="https://a.example/" category="/x,/y" description="All of it"/></outline></outline>
<outline text="C" type="rss" xmlUrl="{C}"/>"""


def test_folders_and_everything_said_is_kept() -> None:
    assert read_opml(opml(NESTED)) == OpmlList(
        title="Mine",
        feeds=(
            OpmlFeed(
                url=A,
                title="A",
                folders=("News/Türkei & Rußland",),
                attributes={"htmlUrl": "https://a.example/", "category": "/x,/y", "description": "All of it"},
            ),
            OpmlFeed(url=C, title="C"),
        ),
    )


@pytest.mark.parametrize(
    "outline",
    [
        f"<outline text='A' xmlUrl='{A}'/>",
        f"<outline xmlUrl='{A}'/>",
        f"<outline title='A' type='atom' xmlUrl='{A}'></outline>",
        f"<outline text='A' type='RSS' XMLURL='{A}'/>",
        f"<outline text='A' type='rss' xmlurl=' {A} '/>",
        f"<outline text='A' type='rss' url='{A}'/>",
        f"<outline text='A' xmlUrl='feed:{A}'/>",
        "<outline text='A' xmlUrl='feed://a.example/feed'/>".replace("feed://a", "feed:https://a"),
        f"<outline text='A' xmlUrl='{A}' ><!-- best --></outline>",
        f"<outline text='x'><outline text='y'><outline text='A' xmlUrl='{A}'/></outline></outline>",
        f"<outline text='B' xmlUrl='{A}'><outline text='a note'/></outline>",
    ],
)
def test_a_feed_in_many_shapes(outline: str) -> None:
    assert urls(outline) == [A]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(opml(f"<outline text='A' xmlUrl='{A}'/>", start="<opml version='1.0'>"), id="version 1"),
        pytest.param(
            opml(f"<outline text='A' xmlUrl='{A}'/>", start="<OPML>").replace(b"</opml>", b"</OPML>"), id="OPML"
        ),
        pytest.param(b"\xef\xbb\xbf\n\n" + opml(f"<outline text='A' xmlUrl='{A}'/>"), id="byte order mark and blanks"),
        pytest.param(opml(f"<outline text='A' xmlUrl='{A}'/>").decode().encode("utf-16"), id="utf-16"),
        pytest.param(opml(f"<outline text='\0A' xmlUrl='{A}'/>"), id="NUL"),
        pytest.param(opml(f"<outline text='A & B' xmlUrl='{A}'/>"), id="bare ampersand"),
        pytest.param(opml(f"<outline text='A &nbsp; &auml;' xmlUrl='{A}'/>"), id="HTML's entities"),
        pytest.param(opml(f"<outline text='A < B' xmlUrl='{A}'/>"), id="angle bracket"),
        pytest.param(opml(f"<outline text=A xmlUrl={A}>"), id="no quotes, not closed"),
        pytest.param(opml(f"<outline text='A' xmlUrl='{A}'>"), id="not closed"),
        pytest.param(opml(f"<outline text='A' text='B' xmlUrl='{A}'/>"), id="an attribute twice"),
        pytest.param(opml(f"<outline text='A' x:y='z' xmlUrl='{A}'/>"), id="unknown prefix"),
        pytest.param(opml(f"<outline text='A' xmlUrl='{A}'/>")[:-10], id="broken off"),
        pytest.param(f"<body><outline text='A' xmlUrl='{A}'/></body>".encode(), id="no opml around"),
        pytest.param(
            b"<!DOCTYPE opml [<!ENTITY a 'x'><!ENTITY b '&a;&a;'>]>" + opml(f"<outline text='&b;' xmlUrl='{A}'/>")[21:],
            id="entities",
        ),
    ],
)
def test_damage_is_lived_through(body: bytes) -> None:
    assert urls(body) == [A]


def test_feeds_that_are_never_closed_do_not_hold_each_other() -> None:
    read = read_opml(opml(f"<outline text='News'><outline xmlUrl='{A}'><outline xmlUrl='{C}'></outline>"))
    assert [(feed.url, feed.folders) for feed in read.feeds] == [(A, ("News",)), (C, ("News",))]
    assert read.problems


def test_what_is_no_feed_is_counted_not_taken() -> None:
    read = read_opml(
        opml(
            "<outline text='a note'/><outline type='link' text='x' url='https://x.example/'/><outline text='empty'/>"
            f"<outline text='bad' xmlUrl='javascript:alert(1)'/><outline text='A' xmlUrl='{A}'/>"
        )
    )
    assert (len(read.feeds), read.other_count) == (1, 4)


def test_a_feed_in_two_folders_is_one_feed_in_two_folders() -> None:
    one = f"<outline text='A' xmlUrl='{A}' category='x'/>"
    two = f"<outline text='A' xmlUrl='{A}' description='y'/>"
    [feed] = read_opml(opml(f"<outline text='N'>{one}</outline><outline text='M'>{two}</outline>")).feeds
    assert feed.folders == ("N", "M")
    assert feed.attributes == {"category": "x", "description": "y"}


@pytest.mark.parametrize("body", [b"", b"hello", b"<html><body><p>no</p></body></html>", b"<rss/>", b"\x89PNG\r\n"])
def test_what_is_no_list_is_refused(body: bytes) -> None:
    with pytest.raises(FeedParseError, match="no outline"):
        read_opml(body)


def test_an_empty_list_is_a_list() -> None:
    assert read_opml(opml("")).feeds == ()


def test_depth_is_bounded() -> None:
    with pytest.raises(FeedParseError, match="deep"):
        read_opml(opml("<outline text='x'>" * 500 + "</outline>" * 500))


# --- there and back --------------------------------------------------------------------------------------------------

TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cn")), min_size=1, max_size=20).map(
    lambda text: " ".join(text.split()) or "x"
)
FEEDS = st.builds(
    OpmlFeed,
    url=st.integers(0, 50).map(lambda number: f"https://site.example/{number}?a=1&b=<x>"),
    title=TEXT,
    folders=st.lists(
        st.lists(TEXT.map(lambda name: name.replace("%2F", "").replace("/", "%2F") or "x"), min_size=1, max_size=3).map(
            "/".join
        ),
        max_size=2,
        unique=True,
    ).map(tuple),
    attributes=st.dictionaries(st.sampled_from(["htmlUrl", "category", "description", "language"]), TEXT),
)


@given(st.lists(FEEDS, max_size=8, unique_by=lambda feed: feed.url), TEXT)
def test_nothing_is_lost_there_and_back(feeds: list[OpmlFeed], title: str) -> None:
    read = read_opml(write_opml(title, feeds))
    assert (read.title, read.other_count, read.problems) == (title, 0, ())
    assert {feed.url: feed for feed in read.feeds} == {feed.url: feed for feed in feeds}


def test_what_was_read_reads_the_same_again() -> None:
    first = read_opml(opml(NESTED + f"<outline text='B' title='b' type='atom' xmlUrl='{B.replace('&', '&amp;')}'/>"))
    assert read_opml(write_opml(first.title, first.feeds)) == first


def test_prefixed_attributes_stay_valid_xml() -> None:
    start = "<opml version='2.0' xmlns:n='https://n.example/'>"
    first = read_opml(opml(f"<outline text='A' n:kind='x' xmlUrl='{A}'/>", start=start))
    written = write_opml(first.title, first.feeds)
    [outline] = ET.fromstring(written).iter("outline")
    assert outline.get("{https://n.example/}kind") == "x"
    assert read_opml(written) == first


@pytest.mark.parametrize(
    ("title", "url", "slug"),
    [
        ("Deutsche Welle", A, "deutsche-welle"),
        ("Süddeutsche Zeitung – Politik", A, "suddeutsche-zeitung-politik"),
        ("Россия сегодня", "https://www.ria.example/rss", "ria-example"),
        ("", "https://www.ria.example/rss", "ria-example"),
        ("Taken", A, "taken-3"),
        ("x" * 90, A, "x" * 40),
        ("", "nonsense", "feed"),
    ],
)
def test_a_new_feed_gets_a_name_of_its_own(title: str, url: str, slug: str) -> None:
    assert feed_id(title, url, taken={"taken", "taken-2"}) == slug


# --- feeds of ours ---------------------------------------------------------------------------------------------------

SPECS = st.builds(
    FeedSpec,
    id=st.from_regex(r"[a-z][a-z0-9-]{0,10}", fullmatch=True),
    url=st.just(A),
    title=TEXT,
    language=st.sampled_from(["de", "tr", "ru"]),
    country=st.sampled_from(["", "tr"]),
    publisher=TEXT,
    kind=st.sampled_from(["agency", "public", "private", "state"]),
    folders=st.sampled_from([(), ("News",), ("News/Turkey", "Agencies")]),
    opml=st.dictionaries(st.sampled_from(["htmlUrl", "category", "description"]), TEXT),
)


@given(SPECS)
def test_a_feed_of_ours_comes_back_as_it_went(spec: FeedSpec) -> None:
    [feed] = read_opml(write_opml("Ours", [opml_feed_of(spec)])).feeds
    assert spec_of(feed, taken=(), language="en") == spec


@given(FEEDS)
def test_a_feed_of_theirs_comes_back_as_it_went(feed: OpmlFeed) -> None:
    spec = spec_of(feed, taken=(), language="de")
    [back] = read_opml(write_opml("Theirs", [opml_feed_of(spec)])).feeds
    assert (back.url, back.title, back.folders) == (feed.url, feed.title, feed.folders)
    assert feed.attributes.items() <= back.attributes.items()


def test_secrets_are_not_given_away() -> None:
    spec = FeedSpec(id="a", url=A, title="A", language="de", headers={"X-Key": "s3cret"}, basic_auth="me:s3cret")
    assert b"s3cret" not in write_opml("Ours", [opml_feed_of(spec)])


def test_a_name_that_is_taken_is_not_taken_again() -> None:
    feed = opml_feed_of(FeedSpec(id="dw", url=A, title="Deutsche Welle", language="de"))
    assert spec_of(feed, taken={"dw"}, language="de").id == "deutsche-welle"

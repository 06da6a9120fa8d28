"""The Atom feeds: valid by the rules of RFC 4287, readable by a feed parser, stable in their ids."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import datetime, timedelta
from xml.etree import ElementTree

import feedparser
import pytest

from monitor.model import Digest
from monitor.report.atom import atom_digests, atom_matches
from monitor.report.digest import compose_digest
from tests import digest_material as made

ATOM = "{http://www.w3.org/2005/Atom}"
HOSTILE = '<script>alert(1)</script> & ]]> "x"'


def digests() -> list[Digest]:
    today = compose_digest(made.WATCH, made.DAY, made.MATERIAL, now=made.AFTER)
    day = timedelta(days=1)
    before = compose_digest(made.WATCH, made.DAY - day, made.MATERIAL, now=made.AFTER - day)
    return [before, today]


def check(feed: str) -> ElementTree.Element:
    """What RFC 4287 asks of a feed, checked; the root."""
    root = ElementTree.fromstring(feed)
    assert root.tag == f"{ATOM}feed"
    for node in (root, *root.iter(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(node.findall(f"{ATOM}{name}")) == 1, name
            assert node.findtext(f"{ATOM}{name}")
        assert datetime.fromisoformat(str(node.findtext(f"{ATOM}updated"))).tzinfo
    assert root.find(f"{ATOM}author/{ATOM}name") is not None
    ids = [node.findtext(f"{ATOM}id") for node in root.iter(f"{ATOM}entry")]
    assert len(ids) == len(set(ids))
    for entry in root.iter(f"{ATOM}entry"):
        assert len(entry.findall(f"{ATOM}content")) == 1
    return root


def test_digests_newest_first() -> None:
    feed = atom_digests(made.WATCH, digests(), base_url="https://watch.example")
    root = check(feed)
    assert [entry.findtext(f"{ATOM}title") for entry in root.iter(f"{ATOM}entry")] == [
        f"{made.WATCH.title}: Thursday, 11 August 2016",
        f"{made.WATCH.title}: Wednesday, 10 August 2016",
    ]
    parsed = feedparser.parse(io.BytesIO(feed.encode()))
    assert not parsed.bozo
    assert parsed.entries[0].link == "https://watch.example/2016-08-11.html"
    assert "4 matches from 4 outlets" in parsed.entries[0].content[0].value


def test_a_revision_keeps_the_id() -> None:
    first = check(atom_digests(made.WATCH, digests()[1:]))
    later = [replace(digest, revision=2, created_at=made.AFTER + timedelta(hours=2)) for digest in digests()[1:]]
    second = check(atom_digests(made.WATCH, later))
    assert first.findtext(f"{ATOM}entry/{ATOM}id") == second.findtext(f"{ATOM}entry/{ATOM}id")
    assert first.findtext(f"{ATOM}updated") != second.findtext(f"{ATOM}updated")


def test_ids_are_of_the_installation_wherever_the_feed_is_served() -> None:
    here, moved, elsewhere = (
        check(atom_digests(made.WATCH, digests(), home=home, base_url=base_url))
        for home, base_url in (("one", ""), ("one", "https://watch.example"), ("other", ""))
    )
    ids = [[node.text for node in feed.iter(f"{ATOM}id")] for feed in (here, moved, elsewhere)]
    assert ids[0] == ids[1]
    assert not set(ids[0]) & set(ids[2])


def test_a_folder_without_html_is_linked_as_what_it_holds() -> None:
    feed = check(atom_digests(made.WATCH, digests(), base_url="https://watch.example", suffix="txt"))
    link = feed.find(f"{ATOM}entry/{ATOM}link")
    assert link is not None
    assert (link.get("type"), link.get("href")) == ("text/plain", "https://watch.example/2016-08-11.txt")


@pytest.mark.parametrize("char", ["\x00", "\x0b", "\ufffe", "\uffff", "\ud800"])
def test_no_character_of_a_page_breaks_the_feed(char: str) -> None:
    bad = replace(made.GERMAN, article=replace(made.GERMAN.article, title=f"a{char}b", text=f"a{char}b"))
    text = atom_matches(made.WATCH, [bad, made.ARABIC], made.FEEDS)
    assert len(check(text.encode().decode()).findall(f"{ATOM}entry")) == 2


def test_matches_with_their_language_and_what_became_of_them() -> None:
    root = check(atom_matches(made.WATCH, [made.GERMAN, made.ARABIC, made.WITHDRAWN, made.NEAR], made.FEEDS))
    entries = list(root.iter(f"{ATOM}entry"))
    assert len(entries) == 3
    assert {entry.find(f"{ATOM}title").get("{http://www.w3.org/XML/1998/namespace}lang") for entry in entries} == {  # type: ignore[union-attr]
        "de",
        "ar",
        "en",
    }
    marked = [entry.findtext(f"{ATOM}title") for entry in entries if entry.find(f"{ATOM}category") is not None]
    assert marked == ["Putin to visit Turkey"]


def test_titles_stay_text() -> None:
    bad = replace(made.GERMAN, article=replace(made.GERMAN.article, title=HOSTILE, text=HOSTILE))
    parsed = feedparser.parse(io.BytesIO(atom_matches(made.WATCH, [bad], made.FEEDS).encode()))
    assert not parsed.bozo
    assert "<script" not in parsed.entries[0].content[0].value


def test_a_feed_without_entries_is_still_one() -> None:
    assert not list(check(atom_digests(made.WATCH, [])).iter(f"{ATOM}entry"))

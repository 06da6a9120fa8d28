"""Articles on several pages, and pages that only send on: what is linked as next, what is asked for, what is joined."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import pairwise

import pytest

from monitor.collect.extract.parts import is_whole, join_parts, next_part, split_parts
from monitor.collect.fetch import HttpFetcher
from monitor.collect.walk import MAX_PARTS, MAX_REFRESHES, fetch_article
from monitor.errors import FetchError, RefusedError
from monitor.model import BlockKind, FailureKind, Fetched, FetchSettings, NotModified, Request, TextQuality
from tests.extract_material import PARAGRAPHS, TITLE, URL, article, extract, page
from tests.faulty_web import FaultyWeb, Respond, answer, redirect

NOW = datetime(2026, 11, 22, tzinfo=UTC)
MORE = (
    "Gegen den Ausbau hatten drei Fraktionen gestimmt, die das Geld lieber in Schulen und Kindergärten sähen.",
    "Über die Klage eines Nachbarn entscheidet das Gericht voraussichtlich noch vor dem Ende des nächsten Jahres.",
)


def next_link(href: str) -> bytes:
    return f'<html><head><link rel="next" href="{href}"></head><body></body></html>'.encode()


@pytest.mark.parametrize(
    ("url", "href"),
    [
        ("https://a.example/x.html", "https://a.example/x.html?page=2"),
        ("https://a.example/x.html?id=7", "https://a.example/x.html?id=7&amp;page=2"),
        ("https://a.example/x", "/x/2"),
        ("https://a.example/x/", "/x/2/"),
        ("https://a.example/x", "/x/seite-2"),
        ("https://a.example/x", "/x/page/2/"),
        ("https://a.example/x-123.html", "x-123-2.html"),
        ("https://a.example/x-1.html", "x-2.html"),
        ("https://a.example/x?page=1", "?page=2"),
        ("https://a.example/haber/köprü", "/haber/k%C3%B6pr%C3%BC?sayfa=2"),
    ],
)
def test_the_second_page_of_an_article(url: str, href: str) -> None:
    assert next_part(next_link(href), url=url, number=2)


@pytest.mark.parametrize(
    "href",
    ["/another-article", "/x/3", "https://b.example/x/2", "/x/2022", "/y/2", "/x", "javascript:next(2)", "//[", ""],
)
def test_what_is_only_called_next_is_left_alone(href: str) -> None:
    assert next_part(next_link(href), url="https://a.example/x", number=2) == ""


def test_a_link_that_reads_as_the_number_leads_on_and_a_comment_page_does_not() -> None:
    html = b'<a href="?page=2#comments">2</a> <a href="/x?page=2"><span> 2 </span></a> <a href="?page=3">3</a>'
    assert next_part(html, url="https://a.example/x", number=2) == "https://a.example/x?page=2"
    assert next_part(html, url="https://a.example/x", number=3) == "https://a.example/x?page=3"
    assert next_part(b'<a href="/x?page=2#comments">2</a>', url="https://a.example/x", number=2) == ""


def test_the_whole_article_on_one_page_stands_before_the_numbers() -> None:
    html = next_link("/x/seite-2") + b'<a href="/x/komplettansicht">Auf einer Seite lesen</a>'
    found = next_part(html, url="https://a.example/x", number=2)
    assert (found, is_whole(found), is_whole("https://a.example/x/seite-2")) == (
        "https://a.example/x/komplettansicht",
        True,
        False,
    )
    assert next_part(html.replace(b"next", b""), url="https://a.example/x", number=2) == ""  # nothing says it is cut


def test_a_hostile_page_is_looked_through_in_little_time() -> None:
    """Half a million open tags: what matches nothing must not be looked at again and again."""
    assert next_part(b'<a rel="next" ' * 150_000, url="https://a.example/x", number=2) == ""


# --- joining ---------------------------------------------------------------------------------------------------------


def joined(*bodies: str) -> bytes:
    return join_parts([body.encode() for body in bodies])


def test_pages_are_joined_without_what_they_repeat() -> None:
    first = article(*PARAGRAPHS, head='<link rel="next" href="?page=2">')
    made = extract(joined(first, article(PARAGRAPHS[-1], *MORE)))
    assert made.text.splitlines() == [*PARAGRAPHS, *MORE]
    assert (made.title, made.quality, made.reasons) == (TITLE, TextQuality.FULL, ())


def test_a_page_that_is_still_missing_is_said() -> None:
    second = article(*MORE, head=f'<link rel="next" href="{URL}?page=3">')
    assert extract(joined(article(*PARAGRAPHS), second)).reasons == ("one_of_several_pages",)


def test_the_whole_article_follows_its_first_page() -> None:
    assert extract(joined(article(*PARAGRAPHS), article(*PARAGRAPHS, *MORE))).text.splitlines() == [*PARAGRAPHS, *MORE]


def test_an_empty_further_page_adds_nothing() -> None:
    assert extract(joined(article(*PARAGRAPHS), "")).text.splitlines() == [*PARAGRAPHS]


# --- fetching --------------------------------------------------------------------------------------------------------

Answer = str | Exception


class Web:
    """Answers by address and notes what was asked for; what is not there is a 404."""

    def __init__(self, pages: Mapping[str, Answer]) -> None:
        self.pages = pages
        self.asked: list[str] = []

    async def fetch(self, request: Request) -> Fetched | NotModified:
        self.asked.append(request.url)
        found = self.pages.get(request.url, FetchError(request.url, FailureKind.STATUS, "not here", status=404))
        if isinstance(found, Exception):
            raise found
        body = found.encode()
        return Fetched(
            url=request.url, final_url=request.url, status=200, content_type="text/html", charset="", body=body,
            fetched_at=NOW,
        )  # fmt: skip


def walk(web: Web, url: str = "https://a.example/x") -> Fetched:
    answer = asyncio.run(fetch_article(web, Request(url=url)))
    assert isinstance(answer, Fetched)
    return answer


def numbered(number: int, *, last: int = 99) -> str:
    link = f'<link rel="next" href="https://a.example/x?page={number + 1}">' if number < last else ""
    return page(f"<p>{number}</p>", head=link)


def test_all_pages_are_asked_for_in_order() -> None:
    urls = ["https://a.example/x", *(f"https://a.example/x?page={number}" for number in (2, 3))]
    web = Web({url: numbered(number, last=3) for number, url in enumerate(urls, 1)})
    answer = walk(web)
    assert web.asked == urls
    assert answer.final_url == urls[0]
    assert [part.decode() for part in split_parts(answer.body)] == [numbered(n, last=3) for n in (1, 2, 3)]


def test_no_more_than_a_few_pages_are_asked_for() -> None:
    web = Web({"https://a.example/x": numbered(1), **{f"https://a.example/x?page={n}": numbered(n) for n in range(99)}})
    walk(web)
    assert len(web.asked) == MAX_PARTS


@pytest.mark.parametrize(
    "second",
    [
        FetchError("u", FailureKind.TIMEOUT, "too slow"),
        RefusedError("u", BlockKind.ROBOTS, "robots.txt forbids it"),
        numbered(1),
    ],
    ids=["failed", "forbidden", "the same again"],
)
def test_a_page_that_cannot_be_had_costs_itself_alone(second: Answer) -> None:
    web = Web({"https://a.example/x": numbered(1), "https://a.example/x?page=2": second})
    assert walk(web).body == numbered(1).encode()


def test_a_page_that_only_sends_on_is_passed() -> None:
    sends_on = page("", head='<meta http-equiv="refresh" content="0; url=https://b.example/y">')
    answer = walk(Web({"https://a.example/x": sends_on, "https://b.example/y": article(*PARAGRAPHS)}))
    assert (answer.final_url, PARAGRAPHS[0] in answer.body.decode()) == ("https://b.example/y", True)


def test_sending_on_and_on_ends() -> None:
    web = Web(
        {
            f"https://a.example/{number}": page(
                "", head=f'<meta http-equiv="refresh" content="0; url=https://a.example/{number + 1}">'
            )
            for number in range(20)
        }
    )
    walk(web, "https://a.example/0")
    assert len(web.asked) == MAX_REFRESHES + 1


def test_a_refused_target_is_the_entrys_answer() -> None:
    sends_on = page("", head='<meta http-equiv="refresh" content="0; url=http://169.254.169.254/meta">')
    refused = RefusedError("u", BlockKind.REFUSED_ADDRESS, "not a public address")
    with pytest.raises(RefusedError):
        walk(Web({"https://a.example/x": sends_on, "http://169.254.169.254/meta": refused}))


# --- over the wire ---------------------------------------------------------------------------------------------------


def test_neither_a_refresh_nor_a_further_page_reaches_what_is_not_allowed() -> None:
    async def main() -> None:
        settings = FetchSettings(allowed_networks=("127.0.0.1/32",), spacing_s=0.0)
        async with FaultyWeb() as web, FaultyWeb("127.0.0.2") as canary, HttpFetcher(settings, lambda: NOW) as fetcher:
            sends_on = page("", head=f'<meta http-equiv="refresh" content="0; url={canary.url("/y")}">')
            web.routes["/sends-on"] = html(sends_on)
            web.routes["/x"] = html(page(PARAGRAPHS[0], head='<link rel="next" href="/x?page=2">'))
            web.routes["/x?page=2"] = redirect(canary.url("/y"))
            with pytest.raises(RefusedError):
                await fetch_article(fetcher, Request(url=web.url("/sends-on")))
            had = await fetch_article(fetcher, Request(url=web.url("/x")))
            assert isinstance(had, Fetched)
            assert len(split_parts(had.body)) == 1
            assert "/x?page=2" in web.paths()
            assert canary.asked == []

    asyncio.run(main())


def test_robots_txt_counts_for_every_page_of_an_article() -> None:
    async def main() -> None:
        settings = FetchSettings(allowed_networks=("127.0.0.1/32",), spacing_s=0.0)
        async with FaultyWeb() as web, HttpFetcher(settings, lambda: NOW) as fetcher:
            web.routes["/robots.txt"] = answer(b"User-agent: *\nDisallow: /x/2", headers={"Content-Type": "text/plain"})
            web.routes["/x"] = html(page(PARAGRAPHS[0], head='<link rel="next" href="/x/2">'))
            web.routes["/x/2"] = html(page(PARAGRAPHS[1]))
            await fetch_article(fetcher, Request(url=web.url("/x")))
            assert web.paths() == ["/robots.txt", "/x"]

    asyncio.run(main())


def test_the_pages_of_an_article_are_asked_for_a_spacing_apart() -> None:
    """Each request reaches the server at least the spacing after the one before, a page that sends on included."""
    spacing_s = 0.1

    async def main() -> None:
        settings = FetchSettings(allowed_networks=("127.0.0.1/32",), spacing_s=spacing_s)
        async with FaultyWeb() as web, HttpFetcher(settings, lambda: NOW) as fetcher:
            web.routes["/sends-on"] = html(page("", head='<meta http-equiv="refresh" content="0; url=/x">'))
            for number, path in enumerate(("/x", "/x?page=2", "/x?page=3"), 1):
                more = f'<link rel="next" href="/x?page={number + 1}">' if number < 3 else ""
                web.routes[path] = html(page(PARAGRAPHS[number], head=more))
            had = await fetch_article(fetcher, Request(url=web.url("/sends-on")))
            assert isinstance(had, Fetched)
            assert len(split_parts(had.body)) == 3
            asked = [one for one in web.asked if one.path != "/robots.txt"]
            assert [one.path for one in asked] == ["/sends-on", "/x", "/x?page=2", "/x?page=3"]
            assert all(after.at - before.at >= spacing_s for before, after in pairwise(asked))

    asyncio.run(main())


def html(text: str) -> Respond:
    return answer(text.encode(), headers={"Content-Type": "text/html; charset=utf-8"})

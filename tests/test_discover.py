"""Checking feeds and finding them: what a person is told and advised."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest

from monitor.collect.check import check_feed
from monitor.collect.discover import Finder
from monitor.collect.feeds import parse_feed
from monitor.collect.html_links import advertised_feeds, page_offers
from monitor.errors import FetchError, RefusedError, UnreachableError, WiderhallError
from monitor.model import (
    BlockKind,
    FailureKind,
    FeedSpec,
    Fetched,
    NotModified,
    ParsedFeed,
    PollBounds,
    PollOutcome,
    Request,
)

NOW = datetime(2016, 8, 12, 12, 0, tzinfo=UTC)
SITE = "https://a.example"
SPEC = FeedSpec(id="a", url=f"{SITE}/feed", title="A", language="de")


def rss(*titles: str, date: str = "Fri, 12 Aug 2016 06:00:00 GMT", language: str = "de") -> bytes:
    items = "".join(
        f"<item><title>{title}</title><link>/{title}</link><pubDate>{date}</pubDate></item>" for title in titles
    )
    return (
        f"<rss version='2.0'><channel><title>T</title><language>{language}</language>{items}</channel></rss>".encode()
    )


class Serving:
    """A fetcher over a dictionary of bodies and errors; everything else is a 404."""

    def __init__(self, answers: dict[str, bytes | WiderhallError], **response: Any) -> None:
        self.answers = answers
        self.response = response
        self.asked: list[str] = []

    async def fetch(self, request: Request) -> Fetched | NotModified:
        self.asked.append(request.url)
        answer = self.answers.get(request.url, status_error(404))
        if isinstance(answer, WiderhallError):
            raise answer
        stated = {"url": request.url, "final_url": request.url, "status": 200, "content_type": "", "charset": ""}
        return Fetched(**{**stated, "body": answer, "fetched_at": NOW, **self.response})


def status_error(status: int) -> FetchError:
    return FetchError(SITE, FailureKind.STATUS, f"the server answered {status}", status=status)


async def read(answer: Fetched) -> ParsedFeed:
    return parse_feed(answer.body, answer.final_url, answer.content_type, answer.charset, NOW)


def check(answer: bytes | WiderhallError, **response: Any) -> Any:
    fetcher = Serving({SPEC.url: answer}, **response)
    return asyncio.run(check_feed(fetcher, SPEC, clock=lambda: NOW, read=read, bounds=PollBounds()))


def test_a_feed_that_is_well() -> None:
    checked = check(rss("one", "two"))
    assert (checked.outcome, checked.format, checked.title, checked.items) == (PollOutcome.NEW, "rss", "T", 2)
    assert (checked.newest, checked.problem, checked.advice) == (datetime(2016, 8, 12, 6, tzinfo=UTC), "", "")
    assert checked.per_day == pytest.approx(8.0)


@pytest.mark.parametrize(
    ("answer", "outcome", "problem", "advice"),
    [
        (rss(), PollOutcome.EMPTY, "empty", "another feed"),
        (rss("old", date="Fri, 01 Jan 2016 06:00:00 GMT"), PollOutcome.NEW, "nothing new for 224 days", "abandoned"),
        (rss("one", language="en-GB"), PollOutcome.NEW, "", "«en»"),
        (b"<html><link rel=alternate type='application/rss+xml' href=/x>", PollOutcome.FAILED, "page", f"{SITE}/x"),
        (b"<html></html>", PollOutcome.FAILED, "web page", "feeds add SITE"),
        (status_error(401), PollOutcome.FAILED, "401", "basic_auth"),
        (status_error(403), PollOutcome.FAILED, "403", "user_agent"),
        (status_error(404), PollOutcome.FAILED, "404", "feeds add SITE"),
        (status_error(410), PollOutcome.FAILED, "410", "another"),
        (status_error(429), PollOutcome.FAILED, "429", "min_interval"),
        (status_error(503), PollOutcome.FAILED, "503", "by itself"),
        (FetchError(SITE, FailureKind.DNS, "not found"), PollOutcome.FAILED, "not found", "spelling"),
        (FetchError(SITE, FailureKind.TLS, "expired"), PollOutcome.FAILED, "expired", "certificate"),
        (RefusedError(SITE, BlockKind.ROBOTS, "no"), PollOutcome.BLOCKED, "no", "publisher"),
        (RefusedError(SITE, BlockKind.REFUSED_ADDRESS, "no"), PollOutcome.BLOCKED, "no", "allowed_networks"),
    ],
)
def test_what_is_wrong_and_what_to_do(
    answer: bytes | WiderhallError, outcome: PollOutcome, problem: str, advice: str
) -> None:
    checked = check(answer)
    assert checked.outcome is outcome
    assert problem in checked.problem
    assert bool(problem) is bool(checked.problem)
    assert advice in checked.advice


def test_a_feed_that_moved_is_well_but_should_be_changed() -> None:
    checked = check(rss("one"), moved_to="https://b.example/feed")
    assert (checked.problem, checked.advice.split()[-1]) == ("", "https://b.example/feed")


def test_every_kind_of_failure_has_an_advice() -> None:
    for kind in FailureKind:
        if kind is not FailureKind.STATUS:
            assert check(FetchError(SITE, kind, "x")).advice
    for block in BlockKind:
        assert check(RefusedError(SITE, block, "x")).advice


# --- finding ---------------------------------------------------------------------------------------------------------


def find(answers: dict[str, bytes | WiderhallError], url: str = SITE) -> tuple[list[str], list[str]]:
    fetcher = Serving(answers)
    found = asyncio.run(Finder(fetcher=fetcher, read=read, clock=lambda: NOW).find(url))
    return [each.url for each in found], fetcher.asked


HOME = b"<html><head>%s</head><body>Hello</body></html>"


def test_a_feeds_own_address_finds_it() -> None:
    assert find({SITE: rss("one")}) == ([SITE], [SITE])


def test_what_a_page_advertises_is_found_and_what_is_broken_left_out() -> None:
    links = b"".join(b"<link rel='alternate' type='application/rss+xml' href='/%s'>" % name for name in (b"a", b"b"))
    found, _ = find({SITE: HOME % links, f"{SITE}/a": rss("one"), f"{SITE}/b": b"<html></html>"})
    assert found == [f"{SITE}/a"]


def test_a_site_that_advertises_nothing_may_have_one_in_the_usual_places() -> None:
    assert find({SITE: HOME % b"", f"{SITE}/rss.xml": rss("one")})[0] == [f"{SITE}/rss.xml"]


def test_a_site_without_feeds_may_have_a_news_sitemap() -> None:
    robots = b"User-agent: *\nSitemap: https://a.example/all.xml\nsitemap: https://a.example/news.xml"
    sitemap = b"<urlset><url><loc>https://a.example/1</loc><lastmod>2016-08-12</lastmod></url></urlset>"
    found, _ = find({SITE: HOME % b"", f"{SITE}/robots.txt": robots, f"{SITE}/news.xml": sitemap})
    assert found == [f"{SITE}/news.xml"]


def test_a_site_with_nothing_has_nothing() -> None:
    assert find({SITE: HOME % b""})[0] == []


def test_a_bare_host_is_asked_by_https_and_where_nobody_speaks_it_by_http() -> None:
    http, https = SITE.replace("https", "http"), SITE
    assert find({https: rss("one"), http: rss("two")}, "a.example")[0] == [https]
    for kind in (FailureKind.CONNECT, FailureKind.TLS, FailureKind.TIMEOUT):
        assert find({https: FetchError(https, kind, "no"), http: rss("two")}, "a.example")[0] == [http]
    with pytest.raises(FetchError, match="no https"):
        find({https: FetchError(https, FailureKind.TLS, "no https"), http: status_error(500)}, "a.example")
    with pytest.raises(FetchError, match="404"):
        find({https: status_error(404), http: rss("two")}, "a.example")


@pytest.mark.parametrize(("asked", "answers"), [("a.example", "www.a.example"), ("www.a.example", "a.example")])
def test_a_bare_host_may_be_known_by_its_other_name_alone(asked: str, answers: str) -> None:
    unknown = {f"{scheme}://{asked}": UnreachableError(SITE, FailureKind.DNS, "no") for scheme in ("https", "http")}
    assert find({**unknown, f"https://{answers}": rss("one")}, asked)[0] == [f"https://{answers}"]


def test_a_site_that_cannot_be_had_is_an_error() -> None:
    with pytest.raises(FetchError):
        find({})


CLOSED = [
    status_error(401),
    status_error(403),
    RefusedError(SITE, BlockKind.CHALLENGE, "wall", status=403),
    RefusedError(SITE, BlockKind.ROBOTS, "robots"),
]
AWAY = [*map(status_error, (404, 410, 429, 500)), FetchError(SITE, FailureKind.TIMEOUT, "slow")]


@pytest.mark.parametrize("error", CLOSED, ids=lambda error: f"{error.kind} {error.status}")
def test_a_wall_around_the_front_page_may_let_feeds_through(error: FetchError | RefusedError) -> None:
    assert find({SITE: error, f"{SITE}/feed": rss("one")})[0] == [f"{SITE}/feed"]
    with pytest.raises(type(error)):
        find({SITE: error})


@pytest.mark.parametrize("error", AWAY, ids=lambda error: f"{error.kind} {error.status}")
def test_at_a_site_in_trouble_nothing_is_tried(error: FetchError) -> None:
    with pytest.raises(FetchError):
        find({SITE: error, f"{SITE}/feed": rss("one")})


RSS_LINK = b"<link rel='alternate' type='application/rss+xml' href='%s' title='%s'>"
SITEMAP = b"<urlset><url><loc>https://a.example/1</loc><lastmod>2016-08-12</lastmod></url></urlset>"


LISTED = (b"world", b"sport", b"arts")


@pytest.mark.parametrize(
    ("pages", "found"),
    [
        pytest.param(
            {"": HOME % (RSS_LINK % (b"/f", b"A")) * 2, "/f": rss("one")},
            ["/f"],
            id="advertised twice",
        ),
        pytest.param(
            {
                "": HOME % (RSS_LINK % (b"/feed", b"A") + RSS_LINK % (b"/comments/feed", b"A: Comments")),
                "/feed": rss("one"),
                "/comments/feed": rss("two"),
            },
            ["/feed"],
            id="comments are passed over",
        ),
        pytest.param(
            {"": HOME % (RSS_LINK % (b"/c", b"Kommentar-Feed")), "/c": rss("one")},
            ["/c"],
            id="unless there is nothing else",
        ),
        pytest.param(
            {"": HOME % (RSS_LINK % (b"/f", b"") + RSS_LINK % (b"/g", b"")), "/f": rss("one"), "/g": rss("one")},
            ["/f"],
            id="the same under two names",
        ),
        pytest.param(
            {"": HOME % (RSS_LINK % (b"/f", b"") + RSS_LINK % (b"/g", b"")), "/f": rss(), "/g": rss("one")},
            ["/g"],
            id="one of two is empty",
        ),
        pytest.param({"": HOME % (RSS_LINK % (b"/f", b"")), "/f": rss()}, ["/f"], id="the only one is empty"),
        pytest.param(
            {"": HOME % b"<a href='/service/rss/top.xml'>RSS</a>", "/service/rss/top.xml": rss("one")},
            ["/service/rss/top.xml"],
            id="linked for readers",
        ),
        pytest.param({"": HOME % b"", "/feed": rss("one"), "/rss": rss("two")}, ["/feed"], id="a guess suffices"),
        pytest.param(
            {"": HOME % b"", "/feed": rss(), "/rss": rss("two")}, ["/rss"], id="a guess that is empty does not"
        ),
        pytest.param(
            {
                "": b"<meta http-equiv=refresh content='0; url=/home'>",
                "/home": HOME % (RSS_LINK % (b"f", b"")),
                "/f": rss("one"),
            },
            ["/f"],
            id="the front page sends on",
        ),
        pytest.param({"": HOME % b"", "/news-sitemap.xml": SITEMAP}, ["/news-sitemap.xml"], id="an unnamed sitemap"),
        pytest.param(
            {"": HOME % b"", "/robots.txt": "\ufeffSitemap: /s.xml".encode(), "/s.xml": SITEMAP},
            ["/s.xml"],
            id="a sitemap named without its host",
        ),
        pytest.param(
            {
                "": RSS_LINK % (b"/all", b"All")
                + b"".join(b"<li>%s <a href='/x/%s'><img alt='RSS'></a>" % (name, name) for name in LISTED),
                "/all": rss("all"),
                **{f"/x/{name.decode()}": rss(name.decode()) for name in LISTED},
            },
            ["/all", "/x/world", "/x/sport", "/x/arts"],
            id="a page that lists them",
        ),
        pytest.param(
            {
                "": HOME % b"<a href='/1'>Atom talks and feed prices</a><a href='/about'>Our RSS feeds</a>",
                "/about": b"<a href='/xml/world'>World</a><a href='/sitemap.xml'>All</a>",
                "/sitemap.xml": SITEMAP,
                "/xml/world": rss("one"),
            },
            ["/xml/world"],
            id="a page that leads to the page that lists them",
        ),
    ],
)
def test_the_shapes_of_sites(pages: dict[str, bytes], found: list[str]) -> None:
    answers: dict[str, bytes | WiderhallError] = {SITE + path: body for path, body in pages.items()}
    assert find(answers)[0] == [SITE + path for path in found]


def test_a_blog_in_a_folder_has_its_feed_there() -> None:
    found, asked = find({f"{SITE}/blog/": HOME % b"", f"{SITE}/blog/feed": rss("one")}, f"{SITE}/blog/")
    assert (found, len(asked)) == ([f"{SITE}/blog/feed"], 2)


@pytest.mark.parametrize(("stated", "language"), [("de", "de"), ("", "tr")])
def test_the_page_says_the_language_where_the_feed_does_not(stated: str, language: str) -> None:
    page = b"<html lang=tr-TR><head>%s</head></html>" % (RSS_LINK % (b"/f", b""))
    fetcher = Serving({SITE: page, f"{SITE}/f": rss("one", language=stated)})
    [found] = asyncio.run(Finder(fetcher=fetcher, read=read, clock=lambda: NOW).find(SITE))
    assert found.language == language


def test_a_preview_shows_the_newest_and_the_rhythm() -> None:
    fetcher = Serving({SITE: rss(*(f"n{number}" for number in range(9)))})
    [found] = asyncio.run(Finder(fetcher=fetcher, read=read, clock=lambda: NOW).find(SITE))
    assert (found.title, found.format, found.language, found.items) == ("T", "rss", "de", 9)
    assert [entry.title for entry in found.newest] == ["n0", "n1", "n2", "n3", "n4"]
    assert found.per_day == pytest.approx(36.0)


@pytest.mark.parametrize(
    ("html", "feeds"),
    [
        ('<link rel="alternate" type="application/rss+xml" href="/f">', ["https://a.example/f"]),
        ("<LINK REL=ALTERNATE TYPE=application/atom+xml HREF=f>", ["https://a.example/f"]),
        ('<link rel="alternate stylesheet" type="text/css" href="/f">', []),
        ('<link rel="alternate" type="application/rss+xml" href="feed://b.example/f">', ["http://b.example/f"]),
        ('<link rel="alternate" type="application/rss+xml" href="javascript:x">', []),
        ('<a type="application/rss+xml" href="/f">RSS</a>', ["https://a.example/f"]),
        ('<base href="/sub/"><link rel="feed" type="application/feed+json" href="f">', ["https://a.example/sub/f"]),
        ('<link rel="alternate" type="application/rss+xml">', []),
        ('<link rel="alternate" type="application/json" href="/f.json">', ["https://a.example/f.json"]),
        ('<link rel="manifest" type="application/json" href="/f.json">', []),
        ('<link type="application/rss+xml" href="//a.example/f">', ["https://a.example/f"]),
        ("<<<!-- <link rel='alternate'", []),
        ('<link rel="feed" href="/f">', ["https://a.example/f"]),
        ('<link rel="alternate" href="/rss/all.xml">', ["https://a.example/rss/all.xml"]),
        ('<link rel="alternate" title="RSS" href="/out">', ["https://a.example/out"]),
        ('<link rel="alternate" hreflang="en" href="/en/">', []),
        ('<link rel="feed" href="feed:https://b.example/f">', ["https://b.example/f"]),
        (
            '<link rel="feed" href="f"><base target="_top"><base href="/sub/"><base href="/other/">',
            ["https://a.example/sub/f"],
        ),
        (f'<style>{"a{}" * 300_000}</style><link rel="feed" href="/f">', ["https://a.example/f"]),
    ],
)
def test_what_a_page_advertises(html: str, feeds: list[str]) -> None:
    assert list(advertised_feeds(html, "https://a.example/")) == feeds


@pytest.mark.parametrize(
    "title",
    [
        "Comments",
        "Kommentar-Feed",
        "comentarios",
        "Flux des commentaires",
        "yorum beslemesi",
        "Лента комментариев",
        "خلاصة التعليقات",
        "reacties",
    ],
)
def test_what_readers_say_is_no_news(title: str) -> None:
    html = f'<link rel="feed" href="/c" title="A » {title}"><link rel="feed" href="/f" title="A » Feed">'
    assert advertised_feeds(html, "https://a.example/") == ("https://a.example/f",)


@pytest.mark.parametrize(
    ("html", "linked"),
    [
        ('<a href="/x" aria-label="RSS"><svg></svg></a>', ["/x"]),
        ('<a href="/x" class="icon icon-rss"></a>', ["/x"]),
        ('<a href="/x" class="feed-item">A story</a>', []),
        ('<map><area href="/x" alt="RSS"></map>', ["/x"]),
        ('<a href="/index.php?format=feed&amp;type=rss">Abo</a>', ["/index.php?format=feed&type=rss"]),
        ('<a href="/rssfeed/top">Top</a>', ["/rssfeed/top"]),
        ("<code>https://a.example/rss/top.xml</code>", ["/rss/top.xml"]),
        ('<input value="https://a.example/rss/top.xml">', ["/rss/top.xml"]),
        ("<p>https://a.example/about</p>", []),
        ('<a href="/x">Feedback</a>', []),
    ],
)
def test_what_a_page_links_to_for_readers(html: str, linked: list[str]) -> None:
    assert list(page_offers(html, "https://a.example/").linked) == [f"https://a.example{path}" for path in linked]

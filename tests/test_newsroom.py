"""The demo newsroom: its content keeps its promises, and it is real HTTP with real troubles."""

from __future__ import annotations

import io
import json
import re
import socket
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import feedparser
import httpx
import pytest

from monitor.errors import UnavailableError, UsageError
from monitor.model import FeedSpec
from monitor.newsroom.content import Article, Outlet, load_outlets, load_wording
from monitor.newsroom.server import Newsroom, serve

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
OUTLETS = load_outlets()
ARTICLES = [article for outlet in OUTLETS for article in outlet.articles]
WORKING = [outlet for outlet in OUTLETS if outlet.feed.trouble not in ("garbage", "missing")]


@pytest.fixture
def newsroom() -> Iterator[Newsroom]:
    with serve(now=NOW, advances_itself=False) as served:
        yield served


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with httpx.Client(trust_env=False) as opened:
        yield opened


def feed_of(newsroom: Newsroom, outlet_id: str) -> FeedSpec:
    return next(feed for feed in newsroom.feeds if feed.id == outlet_id)


def fetch_feed(client: httpx.Client, newsroom: Newsroom, outlet: Outlet) -> bytes:
    """The feed's document; the throttled one is asked until it gives in."""
    for _ in range(3):
        response = client.get(feed_of(newsroom, outlet.id).url, follow_redirects=True)
        if response.status_code != 429:
            break
    return response.raise_for_status().content


def titles(client: httpx.Client, newsroom: Newsroom, outlet_id: str) -> list[str]:
    outlet = next(outlet for outlet in OUTLETS if outlet.id == outlet_id)
    body = fetch_feed(client, newsroom, outlet)
    if outlet.feed.format == "json":
        return [item["title"] for item in json.loads(body)["items"]]
    return [entry.title for entry in feedparser.parse(io.BytesIO(body)).entries]


def visible(html: str) -> str:
    return re.sub(r"<[^>]+>", " ", re.sub(r"(?s)<(script|style|head).*?</\1>", " ", html))


# --- content -----------------------------------------------------------------------------------------------------


def test_there_is_enough_of_everything() -> None:
    languages = Counter(outlet.language for outlet in OUTLETS for _ in outlet.articles)
    assert languages.keys() == {"de", "en", "tr", "ru", "fr", "ar"}
    assert min(languages.values()) >= 8
    assert len(ARTICLES) >= 48
    assert len(OUTLETS) >= 12
    assert {outlet.feed.format for outlet in OUTLETS} == {"rss", "atom", "rdf", "json"}
    assert {outlet.encoding for outlet in OUTLETS} == {"utf-8", "windows-1251", "iso-8859-9"}


def test_every_language_holds_all_labels_and_hard_negatives() -> None:
    labels = Counter((outlet.language, article.label) for outlet in OUTLETS for article in outlet.articles)
    for language in load_wording():
        assert labels[language, 2] >= 3
        assert labels[language, 1] >= 1
        assert labels[language, 0] >= 4
    hard = [article for article in ARTICLES if article.about.startswith("hard negative")]
    assert len(hard) >= 20
    assert {article.label for article in hard} == {0}


@pytest.mark.parametrize("article", ARTICLES, ids=lambda article: article.id)
def test_an_article_is_whole(article: Article) -> None:
    is_abridged = article.about.startswith("agency copy, abridged")
    assert (60 if is_abridged else 80) <= len(article.text.split()) <= 300
    assert article.summary
    assert article.about
    assert re.fullmatch(r"[a-z0-9-]+", article.slug)
    assert article.published.tzinfo is not None


def test_ids_and_titles_are_unique() -> None:
    assert len({article.id for article in ARTICLES}) == len({article.title for article in ARTICLES}) == len(ARTICLES)


def test_an_agency_report_is_carried_by_three_others() -> None:
    original = next(a for a in ARTICLES if a.id == "demo-wire/turkey-russia-syria-talks")
    copies = [a for a in ARTICLES if a is not original and set(a.paragraphs) <= set(original.paragraphs)]
    assert len(copies) == 3
    assert sum(len(a.paragraphs) < len(original.paragraphs) for a in copies) == 1
    assert len({a.dateline for a in [original, *copies]}) == 4


def test_edition_two_edits_corrects_withdraws_and_adds() -> None:
    revised = {a.id: a.revision for a in ARTICLES if a.revision}
    assert set(revised) == {
        "demo-rundfunk/putin-erdogan-petersburg",
        "demo-courier/how-the-quarrel-ended",
        "demo-world/live-putin-erdogan-summit",
        "demo-world/sochi-ministers-agree",
    }
    assert "Monday" not in revised["demo-courier/how-the-quarrel-ended"].text
    assert revised["demo-world/sochi-ministers-agree"].label == 0
    late = [outlet.language for outlet in OUTLETS for a in outlet.articles if a.edition == 2 and a.label == 2]
    assert set(late) == {"de", "en", "tr", "ru", "fr", "ar"}


# --- feeds -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("outlet", WORKING, ids=lambda outlet: outlet.id)
def test_a_feed_brings_its_articles(newsroom: Newsroom, client: httpx.Client, outlet: Outlet) -> None:
    body = fetch_feed(client, newsroom, outlet)
    expected = [article.title for article in outlet.shown_in(1)]
    if outlet.feed.format == "json":
        document = json.loads(body)
        found, name = [item["title"] for item in document["items"]], document["title"]
        links = [item["url"] for item in document["items"]]
    else:
        parsed = feedparser.parse(io.BytesIO(body))
        found, name = [entry.title for entry in parsed.entries if "link" in entry], parsed.feed.title
        links = [entry.link for entry in parsed.entries if "link" in entry]
        assert bool(parsed.bozo) == (outlet.feed.trouble == "broken")
        assert all(entry.get("published_parsed") or entry.get("updated_parsed") for entry in parsed.entries[:-1])
    assert found == expected
    assert "demo" in name.casefold()
    assert all(urlsplit(link).query == outlet.feed.tracking for link in links)


def test_most_articles_are_news_on_the_first_poll_and_none_lies_ahead() -> None:
    with serve(now=NOW) as newsroom, httpx.Client(trust_env=False) as client:
        parsed = feedparser.parse(io.BytesIO(client.get(feed_of(newsroom, "demo-nord").url).content))
    dates = [datetime(*entry.published_parsed[:6], tzinfo=UTC) for entry in parsed.entries]
    assert dates == sorted(dates, reverse=True)
    assert NOW - timedelta(hours=48) < dates[2] < dates[0] < NOW


def test_dates_can_stay_in_2016() -> None:
    with serve(now=NOW, shift_dates=False) as newsroom, httpx.Client(trust_env=False) as client:
        parsed = feedparser.parse(io.BytesIO(client.get(feed_of(newsroom, "demo-nord").url).content))
        page = client.get(next(url for url in newsroom.articles if "ankara-bietet" in url)).text
    assert {entry.published_parsed.tm_year for entry in parsed.entries} == {2016}
    assert "verschoben" not in page


def test_troubles_are_real(newsroom: Newsroom, client: httpx.Client) -> None:
    hopeless = client.get(feed_of(newsroom, "demo-hopeless").url)
    assert (hopeless.status_code, feedparser.parse(io.BytesIO(hopeless.content)).entries) == (200, [])
    assert client.get(feed_of(newsroom, "demo-gone").url).status_code == 404
    moved = client.get(feed_of(newsroom, "demo-courier").url)
    assert (moved.status_code, moved.headers["location"][-9:]) == (301, "/all.atom")
    throttled = [client.get(feed_of(newsroom, "demo-radio").url) for _ in range(3)]
    assert [response.status_code for response in throttled] == [429, 429, 200]
    assert throttled[0].headers["retry-after"] == "30"
    assert titles(client, newsroom, "demo-silent") == []


def test_every_outlet_is_a_host_of_its_own(newsroom: Newsroom) -> None:
    hosts = {urlsplit(feed.url).netloc for feed in newsroom.feeds}
    assert len(hosts) == len(OUTLETS)
    assert urlsplit(newsroom.base_url).netloc not in hosts


# --- pages -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("edition", [1, 2])
def test_every_page_can_be_read_and_says_demo(newsroom: Newsroom, client: httpx.Client, edition: int) -> None:
    if edition == 2:
        newsroom.advance()
    assert len(newsroom.articles) == len(ARTICLES) - (sum(a.edition == 2 for a in ARTICLES) if edition == 1 else 0)
    for url, article in newsroom.articles.items():
        response = client.get(url, headers={"Cookie": "consent=yes"})
        outlet = next(outlet for outlet in OUTLETS if outlet.id == article.outlet)
        html = response.content.decode(outlet.encoding)
        assert response.status_code == 200, url
        assert "demo" in visible(html).casefold(), url
        assert f'<link rel="canonical" href="{url}">' in html
        described = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', html)[1])
        assert described["headline"] == article.title
        assert described["inLanguage"] == outlet.language
    fronts = [client.get(f"{newsroom.base_url}/{outlet.id}/") for outlet in OUTLETS]
    assert all("demo" in visible(front.text).casefold() for front in [client.get(newsroom.base_url), *fronts])


def test_walls(newsroom: Newsroom, client: httpx.Client) -> None:
    pages = {article.slug: (url, article) for url, article in newsroom.articles.items()}
    url, article = pages["was-ankara-und-moskau-trennt"]
    wall = client.get(url).text
    assert "Ihre Zustimmung" in wall
    assert article.paragraphs[0] not in wall
    assert article.paragraphs[0] in client.get(f"{url}?consent=yes", follow_redirects=True).text
    url, article = pages["was-erdogan-von-putin-will"]
    stub = client.get(url).text
    assert article.paragraphs[0] in stub
    assert article.paragraphs[1] not in stub
    assert "Demo Plus" in stub


def test_what_extraction_finds_is_the_article(newsroom: Newsroom, client: httpx.Client) -> None:
    """All three layouts, all encodings: at least nine tenths of the words, and little else."""
    trafilatura = pytest.importorskip("trafilatura")
    for outlet in WORKING:
        for article in outlet.shown_in(1):
            if article.wall or article.kind == "ticker":
                continue
            url = next(url for url, each in newsroom.articles.items() if each.id == article.id)
            html = client.get(url).content.decode(outlet.encoding)
            text = trafilatura.extract(html, fast=True, include_comments=False) or ""
            expected, found = Counter(article.text.split()), Counter(text.split())
            shared = sum((expected & found).values())
            assert shared / expected.total() > 0.9, article.id
            assert shared / found.total() > 0.6, article.id


def test_robots_forbid_one_path(newsroom: Newsroom, client: httpx.Client) -> None:
    rules = client.get(f"{newsroom.base_url}/robots.txt").text
    assert "Disallow: /demo-courier/members/" in rules
    forbidden = [url for url in newsroom.articles if "/demo-courier/members/" in url]
    assert len(forbidden) == 1
    assert client.get(forbidden[0]).status_code == 200


# --- HTTP, editions ----------------------------------------------------------------------------------------------


def test_conditional_requests_are_answered_304(newsroom: Newsroom, client: httpx.Client) -> None:
    for url in (feed_of(newsroom, "demo-nord").url, next(iter(newsroom.articles))):
        first = client.get(url)
        by_etag = client.get(url, headers={"If-None-Match": first.headers["etag"]})
        by_date = client.get(url, headers={"If-Modified-Since": first.headers["last-modified"]})
        assert [by_etag.status_code, by_date.status_code, by_etag.content] == [304, 304, b""]
    newsroom.advance()
    stale = client.get(
        feed_of(newsroom, "demo-nord").url, headers={"If-Modified-Since": "Sat, 01 Jan 2000 00:00:00 GMT"}
    )
    assert stale.status_code == 200


def test_requests_are_counted(newsroom: Newsroom, client: httpx.Client) -> None:
    feed = feed_of(newsroom, "demo-wire")
    client.get(feed.url)
    client.head(feed.url, headers={"If-None-Match": '"other"', "User-Agent": "probe"})
    path = urlsplit(feed.url).path
    assert newsroom.counts() == {path: 2}
    assert [(seen.method, seen.status, seen.is_conditional) for seen in newsroom.requests] == [
        ("GET", 200, False),
        ("HEAD", 200, True),
    ]
    assert newsroom.requests[1].user_agent == "probe"


def test_editions(newsroom: Newsroom, client: httpx.Client) -> None:
    before = titles(client, newsroom, "demo-rundfunk")
    first = client.get(feed_of(newsroom, "demo-rundfunk").url)
    assert newsroom.edition == 1
    late = next(a for a in ARTICLES if a.edition == 2)
    assert client.get(newsroom.base_url + late.path).status_code == 404
    assert client.post(f"{newsroom.base_url}/advance").status_code == 303
    assert newsroom.edition == 2
    after = titles(client, newsroom, "demo-rundfunk")
    assert set(before) - set(after) == {"Putin empfängt Erdogan in St. Petersburg"}
    second = client.get(feed_of(newsroom, "demo-rundfunk").url, headers={"If-None-Match": first.headers["etag"]})
    assert second.status_code == 200
    assert client.get(newsroom.base_url + late.path).status_code == 200
    corrected = next(url for url in newsroom.articles if "how-the-quarrel" in url)
    assert "Correction:" in client.get(corrected).text


def test_what_comes_late_is_dated_after_the_first_poll(newsroom: Newsroom, client: httpx.Client) -> None:
    newsroom.advance()
    newsroom.advance()
    parsed = feedparser.parse(io.BytesIO(client.get(feed_of(newsroom, "demo-nord").url).content))
    late = datetime(*parsed.entries[0].published_parsed[:6], tzinfo=UTC)
    assert NOW < late <= NOW + timedelta(seconds=1)


def test_the_second_edition_comes_by_itself_when_a_feed_is_asked_again(client: httpx.Client) -> None:
    with serve(now=NOW) as newsroom:
        for _ in range(2):  # turned away: not answered
            client.get(feed_of(newsroom, "demo-radio").url)
        for outlet in OUTLETS:
            client.get(feed_of(newsroom, outlet.id).url, follow_redirects=True)
        assert newsroom.edition == 1
        client.get(feed_of(newsroom, "demo-haber").url)
        assert newsroom.edition == 2


def test_two_newsrooms_serve_the_same_words(client: httpx.Client) -> None:
    def words(newsroom: Newsroom) -> list[str]:
        return [visible(client.get(url).content.decode("utf-8", "replace")) for url in newsroom.articles]

    with serve(now=NOW) as one, serve(now=NOW) as other:
        assert words(one) == words(other)


def test_unknown_paths_and_methods(newsroom: Newsroom, client: httpx.Client) -> None:
    for path in ("/nowhere", "/demo-nord/nowhere", "/demo-nord", "/%00"):
        assert client.get(newsroom.base_url + path).status_code == 404
    assert client.post(newsroom.base_url).status_code == 405


def test_it_listens_on_loopback_only_and_says_when_it_cannot() -> None:
    with pytest.raises(UsageError, match="loopback"), serve(host="0.0.0.0"):
        pass
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(UnavailableError, match="ports in a row"), serve(taken.getsockname()[1]):
            pass

"""Pages of a site by its sitemaps: which of them, of which days, asked for how often; the site is on loopback."""

from __future__ import annotations

import gzip
import http.server
import json
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from monitor.collect.sitemaps import Listed, named_days, read_listing
from monitor.exchange import site as sites
from monitor.exchange.pages import Snapshot, Taken
from monitor.exchange.site import Span, is_site
from monitor.settings import Config, load_config
from tests.cli_material import Said, widerhall
from tests.test_import_pages import FAR, NEAR, a_page

NOW = datetime(2016, 9, 1, tzinfo=UTC)
Ask = Callable[..., Said]


def day(number: int, month: int = 8) -> datetime:
    return datetime(2016, month, number, tzinfo=UTC)


#: Three days.
SPAN = Span(since=day(10), until=day(13))


# --- which sitemaps, which pages ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "days"),
    [
        ("https://a.example/2016/08/11/title", (day(11), day(12))),
        ("https://a.example/sitemap.xml?yyyy=2016&mm=08&dd=11", (day(11), day(12))),
        ("https://a.example/news-20160831.xml", (day(31), day(1, 9))),
        ("https://a.example/sitemap-2016-08.xml.gz", (day(1), day(1, 9))),
        ("https://a.example/2015/12/", (datetime(2015, 12, 1, tzinfo=UTC), datetime(2016, 1, 1, tzinfo=UTC))),
        ("https://a.example/2016/02/30/title", None),
        ("https://a.example/article-2016081.html", None),
        ("https://a.example/sitemap-2016.xml", None),
    ],
)
def test_the_day_or_month_that_an_address_names(address: str, days: object) -> None:
    assert named_days(address) == days


@pytest.mark.parametrize(
    ("sitemap", "may"),
    [
        (Listed(url="https://a.example/1.xml"), True),
        (Listed(url="https://a.example/1.xml", changed=day(9)), False),  # nothing in it is newer
        (Listed(url="https://a.example/1.xml", changed=day(30)), True),  # it may hold older pages, too
        (Listed(url="https://a.example/2016-08.xml", changed=day(30)), True),
        (Listed(url="https://a.example/2016-06.xml", changed=day(30)), False),
        (Listed(url="https://a.example/2016-08-09.xml"), True),  # a day in another zone
        (Listed(url="https://a.example/2016-08-08.xml"), False),
    ],
)
def test_sitemaps_that_cannot_hold_these_days_are_not_read(sitemap: Listed, may: bool) -> None:
    assert SPAN.may_lie_in(sitemap) is may
    assert Span().may_lie_in(sitemap)


@pytest.mark.parametrize(
    ("page", "is_of_these_days"),
    [
        (Listed(url="https://a.example/1", published=day(12), changed=day(30)), True),
        (Listed(url="https://a.example/1", published=day(13)), False),
        (Listed(url="https://a.example/2016/08/11/1", changed=day(30)), True),  # mended much later
        (Listed(url="https://a.example/2016/08/09/1", changed=day(11)), False),
        (Listed(url="https://a.example/2016/08/1", changed=day(11)), True),  # a month says less than a day
        (Listed(url="https://a.example/2016/08/1", changed=day(30)), False),
        (Listed(url="https://a.example/2016/08/1"), True),
        (Listed(url="https://a.example/1", changed=day(10)), True),
        (Listed(url="https://a.example/1", changed=day(9)), False),
        (Listed(url="https://a.example/1"), None),
    ],
)
def test_the_day_of_a_page(page: Listed, is_of_these_days: bool | None) -> None:
    assert SPAN.includes(page) is is_of_these_days


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("https://a.example", True),
        ("folder/robots.txt", True),
        ("sitemap.xml.gz", True),
        ("notes.txt", False),
        ("archive.jsonl.gz", False),
    ],
)
def test_what_is_a_site_is_told_by_its_name(name: str, expected: bool) -> None:
    assert is_site(name) is expected


def test_a_broken_sitemap_gives_what_can_be_read() -> None:
    text = (
        "<urlset><url><loc>https://a.example/1</loc><lastmod/><loc>https://a.example/no</loc></url>"
        "<url><lastmod>2016-08-11</lastmod></url><url><loc>https://a.example/2</url>"
        "<url><image:loc>https://a.example/x.jpg</image:loc><loc>https://a.example/3</loc>"
        "<lastmod>whenever</lastmod></url><url><loc>https://a.example/4</loc>"
    )
    listed = read_listing(text, url="https://a.example/s.xml", now=NOW)
    assert [each.url[-1] for each in listed] == ["1", "3"]


# --- over loopback --------------------------------------------------------------------------------------------------


class Site(http.server.ThreadingHTTPServer):
    """Serves `answers`: a path's body, or a status and headers, once each where there are several."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: dict[str, Any] = {}
        self.asked: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        assert isinstance(self.server, Site)
        self.server.asked.append(self.path)
        answer = self.server.answers.get(self.path, (404, {}))
        if isinstance(answer, list):
            answer = answer.pop(0) if len(answer) > 1 else answer[0]
        status, headers, body = (200, {}, answer) if isinstance(answer, bytes) else (*answer, b"")
        self.send_response(status)
        for name, value in {"Content-Type": "text/html", "Content-Length": len(body), **headers}.items():
            self.send_header(name, str(value))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture(scope="module")
def loopback() -> Config:
    """The shipped configuration, which may ask this machine, and need not wait."""
    config = load_config(None, {})
    network = replace(config.daemon.network, host_spacing_s=0.0, allowed_networks=(ip_network("127.0.0.0/8"),))
    return replace(config, daemon=replace(config.daemon, network=network))


@pytest.fixture
def ask(loopback: Config, migrated_sqlite: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ask:
    (tmp_path / "data").mkdir()
    shutil.copy(migrated_sqlite, tmp_path / "data" / "widerhall.db")
    config = replace(loopback, daemon=replace(loopback.daemon, data_dir=tmp_path / "data"))
    monkeypatch.setattr("monitor.app.load_config", lambda *_: config)
    return widerhall


def a_sitemap(*pages: tuple[str, str], tag: str = "lastmod") -> bytes:
    urls = "".join(f"<url><loc>{url}</loc><{tag}>{date}</{tag}></url>" for url, date in pages)
    return f"<urlset>{urls}</urlset>".encode()


def an_index(*sitemaps: tuple[str, str]) -> bytes:
    listed = "".join(f"<sitemap><loc>{url}</loc><lastmod>{date}</lastmod></sitemap>" for url, date in sitemaps)
    return f"<sitemapindex>{listed}</sitemapindex>".encode()


def test_a_robots_txt_leads_to_the_pages_of_some_days(site: Site, ask: Ask) -> None:
    here = site.url
    site.answers = {
        "/robots.txt": f"User-agent: *\nDisallow: /private\nSitemap: {here}/index.xml\n".encode(),
        "/index.xml": an_index(
            (f"{here}/2016-06.xml", "2016-08-30"),
            (f"{here}/old.xml", "2016-08-01"),
            (f"{here}/2016-08.xml.gz", "2016-08-30"),
            ("http://127.0.0.2/2016-08.xml", "2016-08-30"),
        ),
        "/2016-08.xml.gz": gzip.compress(
            a_sitemap(
                (f"{here}/near", "2016-08-12"),
                (f"{here}/far", "2016-08-11T23:00:00+02:00"),
                (f"{here}/private/1", "2016-08-11"),
                (f"{here}/gone", "2016-08-11"),
                (f"{here}/later", "2016-08-13"),
                (f"{here}/undated", "some day"),
                ("http://127.0.0.2/elsewhere", "2016-08-11"),
            )
        ),
        "/near": a_page(*NEAR),
        "/far": a_page(*FAR),
    }
    days = ("--since", "2016-08-10", "--until", "2016-08-12")
    said = ask("import", here, *days, "--json")
    assert said.code == 0, said.err
    assert (said.json["articles"], said.json["outcomes"]) == (1, {"match": 1})
    assert said.json["passed_over"] == {"far": 1, "robots": 1, "status_404": 1, "undated": 1}
    assert sorted(set(site.asked)) == ["/2016-08.xml.gz", "/far", "/gone", "/index.xml", "/near", "/robots.txt"]
    (row,) = (json.loads(line) for line in ask("export", "articles").out.splitlines())
    assert row["url"] == f"{here}/near"

    site.asked.clear()  # what was answered is not asked for again, stored or not
    said = ask("import", f"{here}/robots.txt", *days)
    assert said.lines[0].startswith("0 articles from")
    assert "2 pages asked for before or here already; 1 page of no known day; no article: " in said.out
    assert not {"/near", "/far"} & set(site.asked)
    assert ask("import", here, *days, "--again", "--keep", "all", "--json").json["articles"] == 2


def test_the_news_date_is_the_articles_where_the_page_has_none(site: Site, ask: Ask, tmp_path: Path) -> None:
    path = tmp_path / "sitemap.xml"
    path.write_bytes(a_sitemap((f"{site.url}/near", "2016-08-11T10:00:00Z"), tag="news:publication_date"))
    site.answers = {"/near": a_page(*NEAR)}
    assert ask("import", path, "--since", "2016-08-11", "--until", "2016-08-11", "--json").json["articles"] == 1
    (row,) = (json.loads(line) for line in ask("export", "articles").out.splitlines())
    assert row["published"] == "2016-08-11T10:00:00+00:00"


def test_a_site_that_asks_for_a_pause_gets_it(site: Site, ask: Ask) -> None:
    site.answers = {
        "/sitemap.xml": a_sitemap((f"{site.url}/near", "2016-08-11")),
        "/near": [(429, {"Retry-After": "0"}), a_page(*NEAR)],
    }
    assert ask("import", f"{site.url}/sitemap.xml", "--json").json["articles"] == 1
    assert site.asked.count("/near") == 2


def test_a_site_that_does_not_answer_is_left_alone_and_gone_on_with_later(
    site: Site, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sites, "MAX_FAILURES", 3)
    pages = [f"/{number}" for number in range(6)]
    site.answers = dict.fromkeys(pages, (500, {})) | {
        "/sitemap.xml": a_sitemap(*((site.url + page, "2016-08-11") for page in pages)),
        "/0": a_page(*FAR),
    }
    said = ask("import", f"{site.url}/sitemap.xml")
    assert said.code == 1
    assert "3 pages in a row could not be had" in said.err
    assert "the same command goes on from there" in said.err
    assert "/4" not in site.asked
    site.answers |= dict.fromkeys(pages, a_page(*FAR))
    site.asked.clear()
    said = ask("import", f"{site.url}/sitemap.xml", "--json")
    assert said.json["passed_over"] == {"known": 1, "far": 5}
    assert "/0" not in site.asked


def test_an_archive_without_an_end_is_left(site: Site, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sites, "MAX_FAILURES", 3)
    deeper = {f"/{depth}.xml": an_index((f"{site.url}/{depth + 1}.xml", "2016-08-12")) for depth in range(9)}
    failing = {f"/away-{number}.xml": (500, {}) for number in range(5)}
    site.answers = {**deeper, **failing, "/all.xml": an_index(*((site.url + path, "2016-08-12") for path in failing))}
    said = ask("import", f"{site.url}/0.xml")
    assert "/5.xml: indexes within indexes" in said.err
    assert "/6.xml" not in site.asked
    assert "3 sitemaps in a row could not be had" in ask("import", f"{site.url}/all.xml").err
    assert "/away-3.xml" not in site.asked


def test_what_was_stopped_by_hand_goes_on(site: Site, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    async def stopped(_self: object, page: Listed) -> Snapshot | Taken:
        if page.url.endswith("/1"):
            raise KeyboardInterrupt
        return await asked(_self, page)  # type: ignore[arg-type]

    pages = ("/0", "/1")
    site.answers = dict.fromkeys(pages, a_page(*FAR)) | {
        "/sitemap.xml": a_sitemap(*((site.url + page, "2016-08-11") for page in pages))
    }
    asked = sites.SiteImport._ask
    with monkeypatch.context() as patch:
        patch.setattr(sites.SiteImport, "_ask", stopped)
        said = ask("import", f"{site.url}/sitemap.xml")
    assert (said.code, said.err) == (130, "Stopped after 0 articles. The same command goes on from there.\n")
    assert ask("import", f"{site.url}/sitemap.xml", "--json").json["passed_over"] == {"known": 1, "far": 1}


def test_what_is_no_sitemap_is_said(site: Site, ask: Ask) -> None:
    none = "it is no sitemap and names none"
    site.answers = {"/page": b"<html>news</html>", "/robots.txt": b"Disallow:\n", "/broken": b"\x1f\x8b broken"}
    said = ask("import", *(site.url + path for path in ("/page", "/robots.txt", "/broken", "/gone.xml")))
    assert said.code == 1
    assert re.findall(r": /(\S+): (.+?)(?: \(|\n)", said.err.replace(site.url, "")) == [
        ("page", none),
        ("robots.txt", none),
        ("broken", "the compressed body is broken"),
        ("gone.xml", "the server answered 404 Not Found"),
    ]

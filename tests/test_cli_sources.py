"""Adding, pausing, importing, exporting feeds, and their health, as commands; the web they ask is on loopback."""

from __future__ import annotations

import http.server
import re
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.model import PollOutcome
from monitor.settings import load_config
from store import open_store
from tests.cli_material import Said, widerhall
from tests.config_material import write_config
from tests.store_material import a_poll

Ask = Callable[..., Said]

NEWS = "Die Türkei will mit Russland gemeinsam gegen den IS vorgehen. Das sagte der Außenminister in Ankara"


def rss(title: str, *, news: str = NEWS, days: float = 1.0) -> bytes:
    yesterday = f"{datetime.now(UTC) - timedelta(days=days):%a, %d %b %Y %H:%M:%S} GMT"
    item = f"<item><title>{news}</title><link>/{title}</link><pubDate>{yesterday}</pubDate></item>"
    return f"<rss version='2.0'><channel><title>{title}</title>{item}</channel></rss>".encode()


PAGES = {
    "/feed": rss("Neue Nachrichten"),
    "/two": rss("Zweite"),
    "/old": rss("Alte", days=40),
    "/undated": rss("Zeitlos").replace(b"pubDate", b"x"),
    "/wordless": rss("Kurz", news="Basra"),
    "/wordless-site": b"<html lang='tr'><link rel='alternate' type='application/rss+xml' href='/wordless'></html>",
    "/one-site": b"<html><link rel='alternate' type='application/rss+xml' href='/feed'></html>",
    "/two-site": b"<html><link rel='alternate' type='application/rss+xml' href='/feed'>"
    b"<link rel='alternate' type='application/rss+xml' href='/two'></html>",
}


class Site(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = PAGES.get(self.path, b"")
        self.send_response(200 if body else 404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    network = "network: {allowed_networks: [127.0.0.0/8], host_spacing_s: 0}\n"
    return write_config(tmp_path / "config", {"widerhall.yaml": network})


@pytest.fixture
def ask(folder: Path, tmp_path: Path) -> Ask:
    return lambda *args, **more: widerhall("--config", folder, "--data-dir", tmp_path / "data", *args, **more)


def test_a_feed_is_found_shown_and_added(ask: Ask, folder: Path, site: str) -> None:
    said = ask("feeds", "add", f"{site}/one-site", "--kind", "public")
    assert said.code == 0, said.err
    assert re.search(r"title\s+Neue Nachrichten", said.out)
    assert re.search(r"language\s+de", said.out), "told by its words: the feed states none"
    assert re.search(r"rhythm\s+about 1 entries a day", said.out)
    assert NEWS[:30] in said.out
    [added] = [feed for feed in load_config(folder).feeds if feed.id == "neue-nachrichten"]
    assert (added.url, added.language, added.kind) == (f"{site}/feed", "de", "public")
    again = ask("feeds", "add", f"{site}/feed")
    assert again.code == 2
    assert "has that address already" in again.err


@pytest.mark.parametrize(
    ("path", "rhythm"),
    [("/old", "nothing within the last week"), ("/undated", "unknown, its entries have no dates")],
)
def test_what_is_merely_old_has_dates(ask: Ask, site: str, path: str, rhythm: str) -> None:
    assert rhythm in ask("feeds", "add", site + path, "--dry-run").out


def test_a_few_words_are_not_guessed_from(ask: Ask, site: str) -> None:
    said = ask("feeds", "add", f"{site}/wordless", "--dry-run")
    assert (said.code, "(--lang)" in said.err) == (2, True)
    assert re.search(r"language\s+tr", ask("feeds", "add", f"{site}/wordless-site", "--dry-run").out)
    assert re.search(r"language\s+ku", ask("feeds", "add", f"{site}/wordless", "--lang", "ku", "--dry-run").out)


def test_a_site_with_several_feeds_leaves_the_choice(ask: Ask, folder: Path, site: str) -> None:
    before = (folder / "feeds.yaml").read_text()
    said = ask("feeds", "add", f"{site}/two-site")
    assert said.code == 0
    assert f"{site}/feed" in said.out
    assert f"{site}/two" in said.out
    assert (folder / "feeds.yaml").read_text() == before


def test_a_dry_run_shows_the_change_and_makes_none(ask: Ask, folder: Path, site: str) -> None:
    before = (folder / "feeds.yaml").read_text()
    said = ask("feeds", "add", f"{site}/feed", "--dry-run")
    assert f"url: {site}/feed" in said.out
    assert (folder / "feeds.yaml").read_text() == before


@pytest.mark.parametrize(("path", "code", "why"), [("/nothing", 3, "404"), ("/", 3, "404")])
def test_a_site_that_does_not_answer(ask: Ask, site: str, path: str, code: int, why: str) -> None:
    said = ask("feeds", "add", site + path)
    assert (said.code, why in said.err) == (code, True)


def test_a_feed_is_paused_and_resumed(ask: Ask, folder: Path) -> None:
    before = (folder / "feeds.yaml").read_text()
    first = load_config(folder).feeds[0]
    assert ask("feeds", "pause", first.id).code == 0
    assert load_config(folder).feeds[0].is_paused
    assert ask("feeds", "resume", first.id).code == 0
    assert (folder / "feeds.yaml").read_text() == before
    assert ask("feeds", "pause", "nobody").code == 2


def test_a_feed_is_asked_at_once(ask: Ask, folder: Path, tmp_path: Path) -> None:
    feed = load_config(folder).feeds[0]
    (tmp_path / "data").mkdir()
    store = open_store(f"sqlite:///{tmp_path / 'data' / 'widerhall.db'}")
    before = datetime.now(UTC)
    store.sync_feeds({feed.id: feed.url}, now=before)
    said = ask("feeds", "poll", feed.id)
    assert (said.code, "no daemon runs" in said.out) == (0, True)
    [row] = store.feeds()
    assert row.next_due_at is not None
    assert row.next_due_at >= before
    store.close()
    assert ask("feeds", "poll", "nobody").code == 2
    ask("feeds", "pause", feed.id)
    assert "resume it first" in ask("feeds", "poll", feed.id).err


OPML = """<opml version="2.0"><body><outline text="Agenturen &amp; Zeitungen">
<outline text="Erste" type="rss" xmlUrl="https://one.example/rss" htmlUrl="https://one.example/" category="/x"/>
</outline><outline text="Zweite" type="rss" xmlUrl="https://two.example/rss" language="tr"/><outline text="a note"/>
</body></opml>"""


def test_a_list_is_imported_and_comes_out_as_it_went_in(ask: Ask, folder: Path, tmp_path: Path) -> None:
    listed = tmp_path / "list.opml"
    listed.write_text(OPML)
    assert "1 feed states no language (Erste …): give it (--lang)" in ask("feeds", "import", listed).err
    said = ask("feeds", "import", listed, "--lang", "de")
    assert said.code == 0, said.err
    assert "2 new feeds, 0 known already; left out, as no feeds: 1 outline" in said.out
    feeds = {feed.id: feed for feed in load_config(folder).feeds}
    assert (feeds["erste"].language, feeds["zweite"].language) == ("de", "tr")
    exported = ask("feeds", "export").out
    assert '<outline text="Agenturen &amp; Zeitungen"' in exported
    assert 'htmlUrl="https://one.example/"' in exported
    assert 'category="/x"' in exported
    assert "0 new feeds, 2 known already" in ask("feeds", "import", "-", "--lang", "de", stdin=OPML).out


def test_what_is_no_list_is_refused(ask: Ask) -> None:
    said = ask("feeds", "import", "-", stdin="hello")
    assert said.code == 1
    assert "no outline" in said.err


def test_health_names_the_troubled(ask: Ask, folder: Path, tmp_path: Path) -> None:
    feed = load_config(folder).feeds[0]
    now = datetime.now(UTC)
    assert ask("feeds", "check", "nobody").code == 2
    (tmp_path / "data").mkdir(exist_ok=True)
    store = open_store(f"sqlite:///{tmp_path / 'data' / 'widerhall.db'}")
    store.sync_feeds({feed.id: feed.url}, now=now)
    [row] = store.feeds()
    for hours in (30, 20, 10):
        at = now - timedelta(hours=hours)
        plan = a_poll(feed=row, outcome=PollOutcome.FAILED, kind="dns", message="no such name", polled_at=at)
        store.apply_poll(plan)
    store.close()
    said = ask("feeds", "health")
    assert said.code == 1
    assert "no answer for 30 hours: no such name" in said.out
    [judged] = [one for one in ask("feeds", "health", "--json").json["feeds"] if one["feed_id"] == feed.id]
    assert list(judged["troubles"]) == ["failing"]

"""The captured feeds and pages of the shared folder as a web on loopback, with feeds that link to the pages."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from xml.sax.saxutils import escape

from monitor.model import FeedSpec


@dataclass(frozen=True, kw_only=True)
class RealWeb:
    """What is being served."""

    #: Feeds as captured, byte for byte. Their entries link to the real web: poll them, don't fetch their pages.
    captured: tuple[FeedSpec, ...]
    #: One feed a language whose entries link to the captured pages.
    indexes: tuple[FeedSpec, ...]
    #: Path of a page -> what is known of it (title, text, date, gold …).
    pages: dict[str, dict[str, Any]]
    #: What feeds.json says of each captured feed.
    stated: dict[str, dict[str, Any]]


@contextmanager
def serve_real_web(newsroom: Path) -> Iterator[RealWeb]:
    """Serve `../shared/newsroom` until the block ends."""
    feeds = json.loads((newsroom / "feeds.json").read_text(encoding="utf-8"))
    pages = {f"/pages/{page['id']}.html": page for page in json.loads((newsroom / "pages.json").read_text("utf-8"))}
    answers: dict[str, tuple[str, bytes]] = {
        f"/feeds/{feed['file']}": (feed["content_type"], (newsroom / "feeds" / feed["file"]).read_bytes())
        for feed in feeds
    }
    languages = sorted({page["lang"] for page in pages.values()})
    for lang in languages:
        items = "".join(_item(path, page) for path, page in pages.items() if page["lang"] == lang)
        body = f"<rss version='2.0'><channel><title>Pages in {lang}</title>{items}</channel></rss>"
        answers[f"/index/{lang}.xml"] = ("application/rss+xml", body.encode())
    for path, page in pages.items():
        body = gzip.decompress((newsroom / "pages" / f"{page['id']}.html.gz").read_bytes())
        answers[path] = (f"{page['content_type']}; charset={page['encoding']}", body)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content_type, body = answers.get(self.path, ("text/plain", b""))
            self.send_response(200 if body else 404)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    base = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield RealWeb(
            captured=tuple(
                FeedSpec(id=feed["file"].partition(".")[0], url=f"{base}/feeds/{feed['file']}", title="", language="")
                for feed in feeds
            ),
            indexes=tuple(
                FeedSpec(id=f"index-{lang}", url=f"{base}/index/{lang}.xml", title=lang, language=lang)
                for lang in languages
            ),
            pages={f"{base}{path}": page for path, page in pages.items()},
            stated={feed["file"].partition(".")[0]: feed for feed in feeds},
        )
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _item(path: str, page: dict[str, Any]) -> str:
    return f"<item><title>{escape(page['title'] or '')}</title><link>{path}</link></item>"

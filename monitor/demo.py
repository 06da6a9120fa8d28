"""The demo: a configuration pointed at the newsroom that Widerhall serves itself, in a data folder of its own.

Never touches another database than its folder's own, and refuses a folder that is not the demo's.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from ipaddress import ip_network
from pathlib import Path

from monitor.app import App, utc_now
from monitor.errors import UsageError
from monitor.model import FeedSpec
from monitor.newsroom.server import Newsroom, serve
from monitor.settings import Config

#: Where the demo keeps its data, a folder a day: its news are always of today.
FOLDER = Path("demo-data")
MARKER = "demo.json"
LOOPBACK = ip_network("127.0.0.0/8")


@contextmanager
def demo_app(config: Path | None, data_dir: Path | None, *, port: int) -> Iterator[tuple[App, Newsroom]]:
    """An App that watches the newsroom, which is served as long as the context lasts. Holds the folder's lock.

    A folder that was used before goes on where it was: its news keep their dates, and once a feed was answered,
    edition two is out.
    """
    folder = (data_dir or FOLDER / f"{utc_now():%Y-%m-%d}").absolute()
    if (folder / "widerhall.db").exists() and not (folder / MARKER).exists():
        raise UsageError(f"{folder} holds a database that is not the demo's; name another folder with --data-dir")
    app = App.load(config, data_dir=folder, creates=True)
    with app.lock():
        opened_at = _opened_at(folder) or utc_now()
        with serve(port, now=opened_at) as newsroom:
            _write_marker(folder, opened_at, newsroom.feeds)
            app.overlay = _overlay(newsroom.feeds)
            app.use(app.config)
            if any(row.last_success_at for row in app.store.feeds()):
                newsroom.advance()
            yield app, newsroom


def demo_overlay(folder: Path) -> Callable[[Config], Config] | None:
    """What makes a configuration the demo's, if `folder` is one that the demo has used."""
    try:
        said = json.loads((folder / MARKER).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return _overlay(tuple(FeedSpec(**feed) for feed in said["feeds"]))


def _overlay(feeds: tuple[FeedSpec, ...]) -> Callable[[Config], Config]:
    def overlay(config: Config) -> Config:
        daemon = replace(
            config.daemon,
            database=replace(config.daemon.database, url=""),
            polling=replace(config.daemon.polling, min_interval_minutes=1, max_interval_minutes=2),
            network=replace(config.daemon.network, host_spacing_s=0.0, allowed_networks=(LOOPBACK,)),
        )
        watches = tuple(replace(watch, feeds=()) for watch in config.watches)
        return replace(config, daemon=daemon, feeds=feeds, watches=watches)

    return overlay


def _opened_at(folder: Path) -> datetime | None:
    """The moment the news of a folder lead up to, so that a restart changes nothing."""
    marker = folder / MARKER
    if not marker.exists():
        return None
    return datetime.fromisoformat(json.loads(marker.read_text(encoding="utf-8"))["opened_at"])


def _write_marker(folder: Path, opened_at: datetime, feeds: tuple[FeedSpec, ...]) -> None:
    said = ("id", "url", "title", "language", "country", "publisher", "kind")
    body = {"opened_at": opened_at.isoformat(), "feeds": [{key: getattr(feed, key) for key in said} for feed in feeds]}
    draft = folder / f"{MARKER}.part"
    draft.write_text(json.dumps(body, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    draft.replace(folder / MARKER)

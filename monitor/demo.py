"""The demo: a configuration pointed at the newsroom that Widerhall serves itself, in a data folder of its own.

Never touches another database than its folder's own, and refuses a folder that is not the demo's.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import datetime
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from monitor.app import App, utc_now
from monitor.errors import UnavailableError, UsageError
from monitor.model import FeedSpec
from monitor.newsroom.server import Newsroom, serve
from monitor.settings import Config
from monitor.settings.delivery import DeliveryChannels

#: Where the demo keeps its data, a folder a day: its news are always of today.
FOLDER = Path("demo-data")
MARKER = "demo.json"
PORT = 8799
#: Where rows of free ports are looked for, and how often: below the ports that systems give to outgoing connections, so
#: that a demo finds its own free when it goes on.
ROWS = range(20_000, 32_000, 20)
TRIES = 10
LOOPBACK = ip_network("127.0.0.0/8")


@contextmanager
def demo_app(config: Path | None, data_dir: Path | None, *, port: int | None) -> Iterator[tuple[App, Newsroom]]:
    """An App that watches the newsroom, which is served as long as the context lasts. Holds the folder's lock.

    A folder that was used before goes on where it was: on the same ports, for an article's address is what it is known
    by; with the same dates; and in edition two, once a feed was answered. Port 0 takes free ones.
    """
    folder = (data_dir or FOLDER / f"{utc_now():%Y-%m-%d}").absolute()
    if (folder / "widerhall.db").exists() and not (folder / MARKER).exists():
        raise UsageError(f"{folder} holds a database that is not the demo's; name another folder with --data-dir")
    app = App.load(config, data_dir=folder, creates=True)
    with app.lock(), ExitStack() as stack:
        used = _read_marker(folder)
        if used and port and port != used["port"]:
            raise UsageError(
                f"the demo in {folder} is on port {used['port']}: leave out --port, or name another folder"
            )
        opened_at = datetime.fromisoformat(used["opened_at"]) if used else utc_now()
        newsroom = _serve(stack, used["port"] if used else PORT if port is None else port, now=opened_at)
        _write_marker(folder, opened_at, newsroom)
        app.overlay = _overlay(newsroom.feeds)
        # Nobody else is asked, so nobody need be told whom to write to: the shipped contact is nothing to warn of here.
        app.environ = {"WIDERHALL_NETWORK__CONTACT": newsroom.base_url, **app.environ}
        app.use(app.config)
        if any(row.last_success_at for row in app.store.feeds()):
            newsroom.advance()
        yield app, newsroom


def _serve(stack: ExitStack, port: int, *, now: datetime) -> Newsroom:
    """Serve on `port` and those after it; for 0, on a row of free ones."""
    for number in range(TRIES):
        try:
            return stack.enter_context(serve(port or ROWS[(os.getpid() + number) % len(ROWS)], now=now))
        except UnavailableError:
            if port:
                raise
    raise UnavailableError(f"found no row of free ports in {TRIES} tries; name the first one with --port")


def demo_overlay(folder: Path) -> Callable[[Config], Config] | None:
    """What makes a configuration the demo's, if `folder` is one that the demo has used."""
    used = _read_marker(folder)
    return _overlay(tuple(FeedSpec(**feed) for feed in used["feeds"])) if used else None


def _overlay(feeds: tuple[FeedSpec, ...]) -> Callable[[Config], Config]:
    def overlay(config: Config) -> Config:
        daemon = replace(
            config.daemon,
            database=replace(config.daemon.database, url=""),
            polling=replace(config.daemon.polling, min_interval_minutes=1, max_interval_minutes=2),
            network=replace(config.daemon.network, host_spacing_s=0.0, allowed_networks=(LOOPBACK,)),
            delivery=DeliveryChannels(),  # invented news go to nobody
        )
        watches = tuple(replace(watch, feeds=()) for watch in config.watches)
        return replace(config, daemon=daemon, feeds=feeds, watches=watches)

    return overlay


def _read_marker(folder: Path) -> Any:
    """What the demo wrote into its folder; None where it never was."""
    try:
        return json.loads((folder / MARKER).read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return None


def _write_marker(folder: Path, opened_at: datetime, newsroom: Newsroom) -> None:
    said = ("id", "url", "title", "language", "country", "publisher", "kind")
    body = {
        "opened_at": opened_at.isoformat(),
        "port": urlsplit(newsroom.base_url).port,
        "feeds": [{key: getattr(feed, key) for key in said} for feed in newsroom.feeds],
    }
    draft = folder / f"{MARKER}.part"
    draft.write_text(json.dumps(body, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    draft.replace(folder / MARKER)

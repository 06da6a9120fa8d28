"""The demo: the shipped configuration pointed at the newsroom that Widerhall serves itself, in a data folder of its own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from ipaddress import ip_network
from pathlib import Path

from monitor.app import App, utc_now
from monitor.newsroom.server import serve
from monitor.settings import Config, load_config

#: Where the demo keeps its data, a folder a day: its news are always of today.
FOLDER = Path("demo-data")
LOOPBACK = ip_network("127.0.0.0/8")


@contextmanager
def demo_app(data_dir: Path | None, *, port: int) -> Iterator[App]:
    """An App whose feeds are the newsroom's. The newsroom is served as long as the context lasts."""
    now = utc_now()
    folder = (data_dir or FOLDER / f"{now:%Y-%m-%d}").absolute()
    environ = {**os.environ, "WIDERHALL_DATA_DIR": str(folder)}
    with serve(port, now=_news_of(folder, now)) as web:

        def overlay(config: Config) -> Config:
            daemon = replace(
                config.daemon,
                polling=replace(config.daemon.polling, min_interval_minutes=1, max_interval_minutes=2),
                network=replace(config.daemon.network, host_spacing_s=0.0, allowed_networks=(LOOPBACK,)),
            )
            watches = tuple(replace(watch, feeds=()) for watch in config.watches)
            return replace(config, daemon=daemon, feeds=tuple(web.feeds), watches=watches)

        yield App(load_config(None, environ), environ=environ, creates=True, overlay=overlay)


def _news_of(folder: Path, now: datetime) -> datetime:
    """The moment the demo's news lead up to: when this folder was first used, so that a restart changes nothing."""
    marker = folder / "newsroom-started"
    if marker.exists():
        return datetime.fromisoformat(marker.read_text(encoding="utf-8").strip()).astimezone(UTC)
    folder.mkdir(parents=True, exist_ok=True)
    marker.write_text(now.isoformat() + "\n", encoding="utf-8")
    return now

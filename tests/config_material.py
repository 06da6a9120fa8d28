"""A small sound configuration that tests break in one place."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from monitor.errors import Problem

FEEDS = """\
feeds:
  dw:
    title: Deutsche Welle
    url: https://example.org/dw
    language: de
  tass:
    title: TASS
    url: https://example.org/tass
    language: ru
    kind: agency
"""
WATCH = """\
title: A watch
seeds: [a-seed]
feeds: all
thresholds:
  match: 50
  review: 35
facets:
  turkey:
    any: ["@turkey", talks]
keywords:
  both:
    all: ["@turkey", Russia]
digest:
  at: 07:00
"""
ACTORS = """\
actors:
  turkey: {name: Turkey, type: state}
  putin: {name: Vladimir Putin, type: person}
"""
LEXICON = """\
concepts:
  talks: {en: talks}
  airstrike: {en: air strike}
"""
FILES = {
    "widerhall.yaml": "data_dir: data\nnetwork: {contact: us@example.org}\n",
    "feeds.yaml": FEEDS,
    "watches/w.yaml": WATCH,
    "actors.yaml": ACTORS,
    "lexicon.yaml": LEXICON,
    "seeds/a-seed.json": "{}",
}


def write_config(folder: Path, replaced: dict[str, str] | None = None) -> Path:
    """Write the sound configuration with some files replaced; the folder."""
    for name, text in {**FILES, **(replaced or {})}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def shown(folder: Path, problems: Sequence[Problem]) -> list[str]:
    """Problems as a person reads them, without the folder."""
    return [str(problem).removeprefix(f"{folder}/") for problem in problems]

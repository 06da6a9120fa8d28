"""Read a whole configuration folder: every problem of every file at once, or one value that is right."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from monitor.analyse.gazetteer import Gazetteer, Lexicon, parse_actors, parse_lexicon
from monitor.errors import ConfigError, Problem
from monitor.model import FeedSpec, Watch
from monitor.settings.convert import feeds_of, watch_of
from monitor.settings.crosscheck import Known, daemon_problems, feed_problems, watch_problems
from monitor.settings.daemon import DaemonSettings
from monitor.settings.delivery import resolved
from monitor.settings.delivery_check import channel_problems, secret_problems, watch_channel_problems
from monitor.settings.environment import read_daemon, resolve_secrets
from monitor.settings.folders import find_directory, find_file, is_shipped, seed_files, watch_files
from monitor.settings.schema import FeedsFile, WatchShape
from monitor.settings.source import Source, read_file, read_text
from monitor.settings.validate import validate

_Parsed = TypeVar("_Parsed")


@dataclass(frozen=True, kw_only=True)
class Config:
    """A configuration without a problem (warnings apart)."""

    #: Where it was read from.
    directory: Path
    daemon: DaemonSettings
    feeds: tuple[FeedSpec, ...]
    watches: tuple[Watch, ...]
    actors: Gazetteer = field(repr=False)
    lexicon: Lexicon = field(repr=False)
    #: File («feeds.yaml», «watches/x.yaml») -> hash of what it says.
    versions: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[Problem, ...] = ()


def load_config(directory: Path | None = None, environ: Mapping[str, str] = os.environ) -> Config:
    """The configuration of a folder (None: `WIDERHALL_CONFIG`, else the shipped one).

    Raises ConfigError with every problem found.
    """
    config, problems = read_config(directory, environ)
    if config is None:
        raise ConfigError(problems)
    return config


def check_config(
    directory: Path | None = None, environ: Mapping[str, str] = os.environ, *, seeds: Collection[str] = ()
) -> list[Problem]:
    """Every problem and every warning; `seeds` are profiles that the store knows beside those of the folder."""
    return read_config(directory, environ, seeds=seeds)[1]


def read_config(
    directory: Path | None,
    environ: Mapping[str, str],
    *,
    seeds: Collection[str] = (),
    replaced: Mapping[Path, str] | None = None,
) -> tuple[Config | None, list[Problem]]:
    """The configuration (None if anything is wrong) and all problems, by file and line.

    `replaced` holds texts to read in place of files: a change is checked before it is written.
    """
    folder = find_directory(directory, environ)
    if not folder.is_dir():
        return None, [Problem(str(folder), 0, 0, "", "is not a folder", "make one with `widerhall init DIR`")]
    reading = _Reading(folder, environ, replaced or {})
    config = reading.config({*seed_files(folder), *seeds})
    problems = sorted(reading.problems, key=lambda problem: (problem.file, problem.line, problem.column))
    if config is None or any(not problem.is_warning for problem in problems):
        return None, problems
    return replace(config, warnings=tuple(problems)), problems


#: What the last texts of the long lists came to: making that is nearly all that reading a configuration costs.
_MADE: dict[Callable[..., Any], tuple[str, Any]] = {}


def _made_of(source: Source, parse: Callable[[Mapping[str, Any]], _Parsed]) -> _Parsed:
    """What a list comes to, made anew only when it says something else than the last time."""
    known = _MADE.get(parse)
    if known is None or known[0] != source.version:
        known = _MADE[parse] = (source.version, parse(source.data))
    parsed: _Parsed = known[1]
    return parsed


class _Reading:
    """One pass over a folder, gathering problems."""

    def __init__(self, directory: Path, environ: Mapping[str, str], replaced: Mapping[Path, str]) -> None:
        self.directory = directory
        self.environ = environ
        self.replaced = {path.resolve(): text for path, text in replaced.items()}
        self.problems: list[Problem] = []
        self.versions: dict[str, str] = {}

    def config(self, seeds: Collection[str]) -> Config | None:
        daemon = self._daemon()
        gazetteer, lexicon = self._actors(), self._lexicon()
        file, feeds = self._feeds()
        known = Known(
            feeds={name: feed.language for name, feed in file.feeds.items()} if file else None,
            paused={name for name, feed in file.feeds.items() if feed.paused} if file else (),
            entities=gazetteer.actors if gazetteer else None,
            concepts=frozenset(lexicon.concepts) if lexicon else None,
            seeds=seeds,
        )
        watches = self._watches(known, daemon.delivery.names if daemon else None)
        if daemon is None or gazetteer is None or lexicon is None or file is None:
            return None
        return Config(
            directory=self.directory,
            daemon=daemon,
            feeds=feeds,
            watches=watches,
            actors=gazetteer,
            lexicon=lexicon,
            versions=self.versions,
        )

    def _read(self, name: str) -> Source:
        path = find_file(self.directory, name)
        replaced = self.replaced.get(path.resolve())
        source = read_file(path) if replaced is None else read_text(str(path), replaced)
        self.problems += source.problems
        self.versions[name] = source.version
        return source

    def _daemon(self) -> DaemonSettings | None:
        source = self._read("widerhall.yaml")
        settings = read_daemon(source, self.environ, self.problems)
        if settings is None:
            return None
        self.problems += [*daemon_problems(settings, source), *channel_problems(settings, source)]
        database = replace(settings.database, url=self._secret(settings.database.url, source, "database", "url"))
        network = replace(settings.network, proxy=self._secret(settings.network.proxy, source, "network", "proxy"))
        data_dir = self._data_dir(settings)
        delivery = resolved(
            settings.delivery, lambda text, *path: self._secret(text, source, "delivery", *path), data_dir
        )
        self.problems += secret_problems(delivery, settings.network, source)
        return replace(settings, data_dir=data_dir, database=database, network=network, delivery=delivery)

    def _secret(self, text: str, source: Source, *path: str) -> str:
        value, lacking = resolve_secrets(text, self.environ)
        self.problems += [source.problem(path, each) for each in lacking]
        return value

    def _data_dir(self, settings: DaemonSettings) -> Path:
        """Relative to the operator's own folder, so that one configuration always means one database; what the shell
        gives, and the shipped defaults, are relative to where one stands."""
        from_here = is_shipped(self.directory) or "WIDERHALL_DATA_DIR" in self.environ
        base = Path.cwd() if from_here else self.directory.resolve()
        return base / settings.data_dir

    def _actors(self) -> Gazetteer | None:
        source = self._read("actors.yaml")
        if source.problems:
            return None
        gazetteer = _made_of(source, parse_actors)
        self.problems += [source.problem(issue.path, issue.message) for issue in gazetteer.problems]
        return gazetteer

    def _lexicon(self) -> Lexicon | None:
        source = self._read("lexicon.yaml")
        if source.problems:
            return None
        lexicon = _made_of(source, parse_lexicon)
        self.problems += [source.problem(issue.path, issue.message) for issue in lexicon.problems]
        return lexicon

    def _feeds(self) -> tuple[FeedsFile | None, tuple[FeedSpec, ...]]:
        source = self._read("feeds.yaml")
        file = None if source.problems else validate(FeedsFile, source, self.problems)
        if file is None:
            return None, ()
        self.problems += feed_problems(file, source)
        return file, feeds_of(file, source, self.environ, self.problems)

    def _watches(self, known: Known, channels: Collection[str] | None) -> tuple[Watch, ...]:
        paths = watch_files(self.directory)
        if not paths:
            folder = str(self.directory / "watches")
            self.problems.append(Problem(folder, 0, 0, "", "holds no watch", "make one with `widerhall watch new`"))
        watches = []
        for path in paths:
            source = self._read(f"watches/{path.name}")
            shape = None if source.problems else validate(WatchShape, source, self.problems)
            if shape is not None:
                self.problems += watch_problems(path.stem, shape, source, known)
                self.problems += watch_channel_problems(shape, source, channels)
                watches.append(watch_of(path.stem, shape))
        return tuple(watches)

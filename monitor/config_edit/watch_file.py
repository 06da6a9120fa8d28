"""A change of a watch's file, checked but not written: what the file would say, and the watch that it would make.

    draft = draft_of(config, "turkey-russia-is", lambda text: set_value(text, ("thresholds", "match"), 42), environ)
    print(draft.diff)                # then ask what it would do: draft.before, draft.after
    with held(config.directory):     # one writer at a time
        save(draft.edit, config.directory, environ)

Everybody who changes a watch goes this way: the commands and the desk.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from monitor.config_edit.edit import Edit, text_of
from monitor.errors import ConfigError, NotFoundError, Problem
from monitor.model import Watch
from monitor.settings import Config, read_config

#: From text to text.
Change = Callable[[str], str]


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A watch as its file states it now, and as it would be."""

    edit: Edit
    before: Watch
    after: Watch
    #: Warnings that the change would bring.
    warnings: tuple[Problem, ...] = ()

    @property
    def diff(self) -> str:
        return self.edit.diff

    @property
    def version(self) -> str:
        """Of the file that the change was made for."""
        return version_of(self.edit.before)


def version_of(text: str) -> str:
    """Names a file as it stands, to the letter."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def watch_path(directory: Path, watch: str) -> Path:
    """The file of a watch."""
    return directory / "watches" / f"{watch}.yaml"


def draft_of(
    config: Config,
    watch: str,
    change: Change,
    environ: Mapping[str, str],
    *,
    seeds: Collection[str] = (),
    overlay: Callable[[Config], Config] = lambda config: config,
) -> Draft:
    """The change, checked with the whole configuration; ConfigError names everything that it would break."""
    path = watch_path(config.directory, watch)
    text = text_of(path)
    edit = Edit(path=path, before=text, after=change(text))

    def read(text: str) -> tuple[Config | None, list[Problem]]:
        return read_config(config.directory, environ, seeds=seeds, replaced={path: text})

    now, known = read(edit.before)
    then, problems = read(edit.after) if edit.after != edit.before else (now, known)
    if then is None:
        raise ConfigError([problem for problem in problems if not problem.is_warning])
    told = {(problem.path, problem.message) for problem in known}
    return Draft(
        edit=edit,
        before=_watch_in(config if now is None else overlay(now), watch),  # a broken file: the last good one is at work
        after=_watch_in(overlay(then), watch),
        warnings=tuple(each for each in problems if (each.path, each.message) not in told),
    )


def _watch_in(config: Config, name: str) -> Watch:
    found = next((watch for watch in config.watches if watch.id == name), None)
    if found is None:
        raise NotFoundError(f"there is no watch «{name}» any more")
    return found


@contextmanager
def held(directory: Path) -> Iterator[None]:
    """Whoever saves a watch has its folder alone so long; others wait for some milliseconds."""
    folder = os.open(directory / "watches", os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)

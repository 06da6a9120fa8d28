"""Lay environment variables over `widerhall.yaml`, and put secrets where the files cite them as `${NAME}`.

`WIDERHALL_POLLING__CONCURRENCY` (or `WIDERHALL_POLLING_CONCURRENCY`) sets `polling.concurrency`. Reads the mapping it
is given, never the process's own environment.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, get_type_hints

from monitor.errors import Problem
from monitor.settings.daemon import DaemonSettings
from monitor.settings.source import DataPath, Source
from monitor.settings.validate import did_you_mean, validate

PREFIX = "WIDERHALL_"
#: Variables that mean something outside `widerhall.yaml`.
OTHER_VARIABLES = frozenset({"WIDERHALL_AUTHOR", "WIDERHALL_CONFIG", "WIDERHALL_DEBUG", "WIDERHALL_VENV"})
#: Variables that tests of this project know.
TEST_VARIABLES = frozenset({"WIDERHALL_SHARED", "WIDERHALL_TIER", "WIDERHALL_REQUIRE"})
_CITED = re.compile(r"\$\{([A-Za-z_]\w*)\}")


def read_daemon(source: Source, environ: Mapping[str, str], problems: list[Problem]) -> DaemonSettings | None:
    """`widerhall.yaml` with the environment over it; None when either does not fit."""
    overrides, strange = _overrides(environ)
    problems += strange
    settings = validate(DaemonSettings, source, problems)
    if settings is None or not overrides:
        return settings
    data: dict[str, Any] = {
        key: dict(value) if isinstance(value, dict) else value for key, value in source.data.items()
    }
    for path, (_, value) in overrides.items():
        section = data
        for step in path[:-1]:
            section = section.setdefault(str(step), {})
        section[str(path[-1])] = value
    found: list[Problem] = []
    settings = validate(DaemonSettings, replace(source, data=data), found)
    names = {".".join(map(str, path)): name for path, (name, _) in overrides.items()}
    problems += [replace(problem, file=names.get(problem.path, problem.file), line=0, column=0) for problem in found]
    return settings


def resolve_secrets(text: str, environ: Mapping[str, str]) -> tuple[str, list[str]]:
    """`text` with every `${NAME}` replaced, and the names that the environment lacks."""
    missing = [name for name in _CITED.findall(text) if not environ.get(name)]
    return _CITED.sub(lambda found: environ.get(found[1], ""), text), missing


def variables() -> dict[str, DataPath]:
    """Every environment variable that overrides a setting, with the setting's path."""
    return {name: path for path in _leaves(DaemonSettings) for name in _names(path)}


def _overrides(environ: Mapping[str, str]) -> tuple[dict[DataPath, tuple[str, str]], list[Problem]]:
    known = variables()
    overrides: dict[DataPath, tuple[str, str]] = {}
    problems: list[Problem] = []
    for name, value in sorted(environ.items()):
        if name in known:
            overrides[known[name]] = (name, value)
        elif name.startswith(PREFIX) and name not in OTHER_VARIABLES | TEST_VARIABLES:
            hint = did_you_mean(name, [*(_names(path)[0] for path in _leaves(DaemonSettings)), *OTHER_VARIABLES])
            problems.append(Problem(name, 0, 0, "", "no setting has this name; ignored", hint, is_warning=True))
    return overrides, problems


def _leaves(shape: type, path: DataPath = ()) -> Iterator[DataPath]:
    hints = get_type_hints(shape)
    for field in dataclasses.fields(shape):
        if dataclasses.is_dataclass(inner := hints[field.name]) and isinstance(inner, type):
            yield from _leaves(inner, (*path, field.name))
        else:
            yield (*path, field.name)


def _names(path: DataPath) -> tuple[str, str]:
    """The name that we tell, and the one that we take, too."""
    steps = [str(step).upper() for step in path]
    return PREFIX + "__".join(steps), PREFIX + "_".join(steps)

"""Lay environment variables over `widerhall.yaml`, and put secrets where the files cite them as `${NAME}`
or `${file:/run/secrets/name}`.

`WIDERHALL_POLLING__CONCURRENCY` (or `WIDERHALL_POLLING_CONCURRENCY`) sets `polling.concurrency`. Reads the mapping it
is given, never the process's own environment.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
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
_CITED = re.compile(r"\$\{(file:[^}]+|[A-Za-z_]\w*)\}")


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
    """`text` with every `${NAME}` and `${file:PATH}` replaced, and what is lacking, in words."""
    lacking: list[str] = []

    def secret(found: re.Match[str]) -> str:
        cited = found[1]
        if cited.startswith("file:"):
            try:
                return Path(cited.removeprefix("file:")).read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError) as error:
                why = getattr(error, "strerror", None) or "is not text"
                lacking.append(f"«{cited.removeprefix('file:')}» cannot be read: {why}")
        elif not environ.get(cited):
            lacking.append(f"the environment has no «{cited}»")
        return environ.get(cited, "")

    return _CITED.sub(secret, text), lacking


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

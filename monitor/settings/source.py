"""Read one YAML file into plain data and remember where everything stands (the only module that knows PyYAML).

Reads as YAML 1.2 does: only `true` and `false` are booleans, so the language `no` and the word `on` stay words, and
10:30 stays a time. Refuses what a configuration does not need and a reader stumbles over: anchors and aliases, tags,
a key written twice. An empty value (`feeds:`) is as if its key were not there. Knows nothing of what keys mean.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import yaml

from monitor.errors import Problem

#: Steps into the data: keys and list indices.
DataPath = tuple[str | int, ...]
#: 1-based line and column.
Place = tuple[int, int]

#: libyaml's where it is there: ten times as fast.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_SURELY_TEXT = re.compile(r"[^\s\d.+~ntfNTF-]")
_NULL = re.compile(r"~|null|Null|NULL|")
_BOOLEAN = re.compile(r"true|True|TRUE|false|False|FALSE")
_INTEGER = re.compile(r"[-+]?\d{1,18}")
_NUMBER = re.compile(r"[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d{1,3})?")
#: What libyaml says, and what a person can do about it.
_SYNTAX_HINTS = (
    ("'@' that cannot start", 'an id that begins with @ is written in quotes: "@turkey"'),
    ("'`' that cannot start", "write the value in quotes"),
    ("'%' that cannot start", "write the value in quotes"),
    ("'\\t' that cannot start", "indent with spaces, not with tabs"),
    ("could not find expected ':'", "is a «:» missing, or a closing quote or bracket in the lines above?"),
    ("mapping values are not allowed", "a value that contains «: » is written in quotes; or the indent is off"),
    ("did not find expected key", "keys of one block begin in the same column; is a quote or bracket open above?"),
    ("did not find expected '-' indicator", "items of one list begin in the same column"),
    ("did not find expected ',' or ']'", "a list in brackets needs commas between its items and «]» at its end"),
    ("did not find expected ',' or '}'", "a mapping in braces needs commas between its items and «}» at its end"),
    ("unexpected end of stream", "a quote is opened and never closed"),
)


@dataclass(frozen=True, kw_only=True)
class Source:
    """One file as read: its data, and where each key and value stands."""

    #: As the user named it.
    name: str
    data: Mapping[str, Any]
    problems: tuple[Problem, ...] = ()
    text: str = field(default="", repr=False)

    @cached_property
    def version(self) -> str:
        """Hash of what the file says; comments and layout do not count."""
        return content_hash(self.data)

    def problem(
        self, path: Iterable[str | int], message: str, hint: str = "", *, at_key: bool = False, is_warning: bool = False
    ) -> Problem:
        """A problem placed at a value (or its key), or at the nearest thing around it that is written."""
        path = tuple(path)
        line, column = self.place(path, at_key=at_key)
        return Problem(self.name, line, column, dotted(path), message, hint, is_warning)

    def place(self, path: DataPath, *, at_key: bool = False) -> Place:
        """Where `path` stands; steps that are not written in the file (implied by a short form) are skipped."""
        keys, values = self._places
        written: DataPath = ()
        for step in path:
            if (*written, step) in values or (*written, step) in keys:
                written = (*written, step)
        first, second = (keys, values) if at_key else (values, keys)
        return first.get(written) or second.get(written) or (0, 0)

    @cached_property
    def _places(self) -> tuple[Mapping[DataPath, Place], Mapping[DataPath, Place]]:
        """Of all keys and of all values; looked for only when something has to be placed."""
        walk = _Walk(self.name, with_places=True)
        with contextlib.suppress(yaml.YAMLError):
            walk.document(self.text)
        return walk.keys, walk.values


def dotted(path: Iterable[str | int]) -> str:
    """`("feeds", "dw", "headers", 0)` as `feeds.dw.headers[0]`."""
    shown = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path if step != "*")
    return shown.removeprefix(".")


def content_hash(data: Any) -> str:
    """A short hash of plain data, the same for equal data."""
    canonical = json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()[:12]


def read_file(path: Path) -> Source:
    """Read a file; whatever is wrong with it becomes a problem of the Source."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        message = f"cannot be read: {error.strerror or error}"
        return Source(name=str(path), data={}, problems=(Problem(str(path), 0, 0, "", message),))
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        column = error.start - error.object.rfind(b"\n", 0, error.start)
        problem = Problem(str(path), line, column, "", "is not UTF-8 text", "save it as UTF-8")
        return Source(name=str(path), data={}, problems=(problem,))
    return _read_again(str(path), text)


def read_text(name: str, text: str) -> Source:
    """Read YAML text; `name` is what problems call it."""
    walk = _Walk(name)
    try:
        data = walk.document(text)
    except yaml.YAMLError as error:
        return Source(name=name, data={}, problems=(_syntax_problem(name, text, error),), text=text)
    return Source(name=name, data=data, problems=tuple(walk.problems), text=text)


#: Files are read again and again, and most say what they said before.
_read_again = lru_cache(maxsize=16)(read_text)


class _Walk:
    """Turns the parser's events into data, noting problems and, if asked to, places on the way."""

    def __init__(self, name: str, *, with_places: bool = False) -> None:
        self.problems: list[Problem] = []
        self.keys: dict[DataPath, Place] = {}
        self.values: dict[DataPath, Place] = {}
        self._name = name
        self._with_places = with_places
        self._path: list[str | int] = []

    def document(self, text: str) -> dict[str, Any]:
        self._events = yaml.parse(text, Loader=LOADER)
        data: Any = {}
        next(self._events)  # the stream begins
        if isinstance(next(self._events), yaml.DocumentStartEvent):
            first = next(self._events)
            data = self._value(first)
            if not isinstance(data, dict):
                if data is not None:
                    self._problem(first, "expected keys with values («title: …»)")
                data = {}
            next(self._events)  # the document ends
            following = next(self._events)
            if isinstance(following, yaml.DocumentStartEvent):
                self._problem(following, "a second document begins here", "a file holds one; take out the line ---")
        assert isinstance(data, dict)
        return data

    def _problem(self, event: yaml.Event, message: str, hint: str = "") -> None:
        self.problems.append(Problem(self._name, *_place(event), dotted(self._path), message, hint))

    def _value(self, event: yaml.Event) -> Any:
        if self._with_places:
            self.values[tuple(self._path)] = _place(event)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            self._problem(event, "anchors and aliases (&, *) are not read here", "write it out, or quote the text")
        elif (tag := getattr(event, "tag", None)) and not tag.startswith("tag:yaml.org,2002:"):
            self._problem(event, f"the tag {tag} is not read here", "quote a text that begins with !")
        if isinstance(event, yaml.ScalarEvent):
            return _scalar(event)
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping()
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence()
        return None  # an alias

    def _mapping(self) -> dict[str, Any]:
        data: dict[str, Any] = {}
        lines: dict[str, int] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                self._problem(event, "expected a plain key before the «:»")
                self._value(event)
                self._value(next(self._events))
                continue
            key = event.value
            self._path.append(key)
            if self._with_places:
                self.keys.setdefault(tuple(self._path), _place(event))
            if key in lines:
                self._problem(event, f"«{key}» is written twice; the first is in line {lines[key]}")
            lines.setdefault(key, _place(event)[0])
            value = self._value(next(self._events))
            if value is not None:
                data.setdefault(key, value)
            self._path.pop()
        return data

    def _sequence(self) -> list[Any]:
        items: list[Any] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            self._path.append(len(items))
            value = self._value(event)
            if value is None and isinstance(event, yaml.ScalarEvent):
                hint = "a text that begins with # is written in quotes; an item that is not wanted is left out"
                self._problem(event, "an empty item", hint)
            self._path.pop()
            items.append(value)
        return [item for item in items if item is not None]


def _place(event: yaml.Event) -> Place:
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark else (0, 0)


def _scalar(event: yaml.ScalarEvent) -> str | int | float | bool | None:
    text: str = event.value
    if event.style or _SURELY_TEXT.match(text):  # quoted, or a block of text
        return text
    if _NULL.fullmatch(text):
        return None
    if _BOOLEAN.fullmatch(text):
        return text.lower() == "true"
    if _INTEGER.fullmatch(text):
        return int(text)
    if _NUMBER.fullmatch(text):
        return float(text)
    return text


def _syntax_problem(name: str, text: str, error: yaml.YAMLError) -> Problem:
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark is not None:
        said = ", ".join(part for part in (error.problem, error.context) if part)
        hint = next((hint for sign, hint in _SYNTAX_HINTS if sign in _named_character(said, text, error)), "")
        mark = error.problem_mark
        return Problem(name, mark.line + 1, mark.column + 1, "", f"is not YAML: {said}", hint)
    position = getattr(error, "position", None)
    if isinstance(position, int):  # a control character that YAML forbids
        before = text[:position]
        line, column = before.count("\n") + 1, position - before.rfind("\n")
        return Problem(name, line, column, "", "a character that YAML does not allow", "delete it")
    return Problem(name, 0, 0, "", f"is not YAML: {error}")


def _named_character(said: str, text: str, error: yaml.MarkedYAMLError) -> str:
    """libyaml says «found character that cannot start any token» without saying which."""
    lines = text.splitlines()
    mark = error.problem_mark
    if mark is None or mark.line >= len(lines) or mark.column >= len(lines[mark.line]):
        return said
    return said.replace("character that", f"character {lines[mark.line][mark.column]!r} that")

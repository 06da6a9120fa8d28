"""Read one YAML file into plain data and remember where everything stands (the only module that knows PyYAML).

Reads as YAML 1.2 does: only `true` and `false` are booleans, so the language `no` and the word `on` stay words, and
10:30 stays a time. Refuses what a configuration does not need and a reader stumbles over: anchors and aliases, tags,
a key written twice. An empty value (`feeds:`) is as if its key were not there. Knows nothing of what keys mean.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from monitor.errors import Problem

#: Steps into the data: keys and list indices.
DataPath = tuple[str | int, ...]
#: 1-based line and column.
Place = tuple[int, int]

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
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
    ("undefined alias", "a text that begins with * is written in quotes"),
    ("unexpected end of stream", "a quote is opened and never closed"),
)


@dataclass(frozen=True, kw_only=True)
class Source:
    """One file as read: its data, and where each key and value stands."""

    #: As the user named it.
    name: str
    data: Mapping[str, Any]
    problems: tuple[Problem, ...] = ()
    keys: Mapping[DataPath, Place] = field(default_factory=dict, repr=False)
    values: Mapping[DataPath, Place] = field(default_factory=dict, repr=False)

    @property
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
        first, second = (self.keys, self.values) if at_key else (self.values, self.keys)
        written: DataPath = ()
        for step in path:
            if (*written, step) in self.values or (*written, step) in self.keys:
                written = (*written, step)
        return first.get(written) or second.get(written) or (0, 0)


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
    return read_text(str(path), text)


def read_text(name: str, text: str) -> Source:
    """Read YAML text; `name` is what problems call it."""
    try:
        root = yaml.compose(text, Loader=_LOADER)
    except yaml.YAMLError as error:
        return Source(name=name, data={}, problems=(_syntax_problem(name, text, error),))
    walk = _Walk(name)
    data: Any = {}
    if root is not None and not isinstance(data := walk.value(root, ()), dict):
        walk.problem(root, (), "expected keys with values («title: …»)")
        data = {}
    return Source(name=name, data=data, problems=tuple(walk.problems), keys=walk.keys, values=walk.values)


class _Walk:
    """Turns composed nodes into data, noting places and problems on the way."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.problems: list[Problem] = []
        self.keys: dict[DataPath, Place] = {}
        self.values: dict[DataPath, Place] = {}
        self._seen: set[int] = set()

    def problem(self, node: yaml.Node, path: DataPath, message: str, hint: str = "") -> None:
        self.problems.append(Problem(self.name, *_place(node), dotted(path), message, hint))

    def value(self, node: yaml.Node, path: DataPath) -> Any:
        self.values[path] = _place(node)
        if id(node) in self._seen:
            self.problem(node, path, "anchors and aliases (&, *) are not read here", "write it out, or quote the text")
            return None
        self._seen.add(id(node))
        if not node.tag.startswith("tag:yaml.org,2002:"):
            self.problem(node, path, f"the tag {node.tag} is not read here", "quote a text that begins with !")
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return self._sequence(node, path)
        if isinstance(node, yaml.ScalarNode):
            return _scalar(node)
        raise AssertionError(node)  # YAML has no fourth kind

    def _mapping(self, node: yaml.MappingNode, path: DataPath) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self.problem(key_node, path, "expected a plain key before the «:»")
                continue
            key = key_node.value
            here = (*path, key)
            if here in self.keys:
                first = self.keys[here][0]
                self.problem(key_node, here, f"«{key}» is written twice; the first is in line {first}")
                continue
            self.keys[here] = _place(key_node)
            value = self.value(value_node, here)
            if value is None:
                self.values[here] = self.keys[here]
            else:
                data[key] = value
        return data

    def _sequence(self, node: yaml.SequenceNode, path: DataPath) -> list[Any]:
        items = [self.value(item, (*path, place)) for place, item in enumerate(node.value)]
        for place, item in enumerate(items):
            if item is None and not self._is_named(node.value[place]):
                hint = "a text that begins with # is written in quotes; an item that is not wanted is left out"
                self.problem(node.value[place], (*path, place), "an empty item", hint)
        return [item for item in items if item is not None]

    def _is_named(self, node: yaml.Node) -> bool:
        """Whether a problem stands at this node already."""
        return any((problem.line, problem.column) == _place(node) for problem in self.problems)


def _place(node: yaml.Node) -> Place:
    return node.start_mark.line + 1, node.start_mark.column + 1


def _scalar(node: yaml.ScalarNode) -> str | int | float | bool | None:
    text: str = node.value
    if node.style:  # quoted, or a block of text
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

"""Check data against a shape and say what is wrong in words a person understands, each thing at its place."""

from __future__ import annotations

import difflib
import types
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, TypeVar, Union, get_args, get_origin

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from monitor.errors import Problem
from monitor.settings.source import DataPath, Source

T = TypeVar("T")

#: pydantic's error types in our words; the braces are filled from the error's context.
_MESSAGES = {
    "missing": "«{key}» is missing",
    "string_type": "expected text, found {found}",
    "string_pattern_mismatch": "«{value}» is not of the expected form",
    "string_too_short": "expected some text",
    "int_type": "expected a whole number, found {found}",
    "int_parsing": "expected a whole number, found {found}",
    "int_from_float": "expected a whole number, found {found}",
    "float_type": "expected a number, found {found}",
    "float_parsing": "expected a number, found {found}",
    "bool_type": "expected true or false, found {found}",
    "bool_parsing": "expected true or false, found {found}",
    "greater_than": "expected more than {gt}, found {found}",
    "greater_than_equal": "expected at least {ge}, found {found}",
    "less_than": "expected less than {lt}, found {found}",
    "less_than_equal": "expected at most {le}, found {found}",
    "literal_error": "expected {expected}, found {found}",
    "tuple_type": "expected a list, found {found}",
    "list_type": "expected a list, found {found}",
    "dict_type": "expected keys with values, found {found}",
    "model_type": "expected keys with values, found {found}",
    "dataclass_type": "expected keys with values, found {found}",
    "too_short": "expected at least {min_length} item",
    "path_type": "expected a path, found {found}",
    "finite_number": "expected a finite number, found {found}",
}
_UNKNOWN_KEY = ("extra_forbidden", "unexpected_keyword_argument")
#: Keys that had another name in an earlier version: what they were called -> what they are. None so far.
RENAMED: Mapping[str, str] = {}


def validate(shape: type[T], source: Source, problems: list[Problem]) -> T | None:
    """`source.data` as `shape`; None when it does not fit, with the reasons added to `problems`."""
    try:
        return TypeAdapter(shape).validate_python(source.data)
    except ValidationError as error:
        details = error.errors(include_url=False)
    misspelt = {
        (*path[:-1], RENAMED.get(str(path[-1])) or nearest(str(path[-1]), _keys_at(shape, path[:-1])))
        for path in (detail["loc"] for detail in details if detail["type"] in _UNKNOWN_KEY)
    }
    problems += [
        _problem(shape, source, detail)
        for detail in details
        if detail["type"] != "missing" or detail["loc"] not in misspelt
    ]
    return None


def nearest(wrong: str, known: Iterable[str]) -> str:
    """The known name that was probably meant, or nothing."""
    folded = {name.casefold(): name for name in known}
    near = difflib.get_close_matches(wrong.casefold(), folded, n=1, cutoff=0.6)
    return folded[near[0]] if near else ""


def did_you_mean(wrong: str, known: Collection[str]) -> str:
    """A hint at the name that was probably meant, or at all of them when there are few."""
    if near := nearest(wrong, known):
        return f"did you mean «{near}»?"
    return f"known: {', '.join(sorted(known))}" if 0 < len(known) <= 12 else ""


def _problem(shape: type, source: Source, detail: ErrorDetails) -> Problem:
    path: DataPath = tuple(detail["loc"])
    kind = detail["type"]
    if kind in _UNKNOWN_KEY:
        wrong, known = str(path[-1]), _keys_at(shape, path[:-1])
        if (now := RENAMED.get(wrong)) in known:
            return source.problem(path, f"«{wrong}» is called «{now}» now", "rename it; the value stays", at_key=True)
        return source.problem(path, f"unknown key «{wrong}»", did_you_mean(wrong, known), at_key=True)
    context: Mapping[str, Any] = detail.get("ctx", {})
    message = _MESSAGES.get(kind)
    if message is None:  # raised by our own validators, in our own words
        said = str(context.get("error", detail["msg"]))
        return source.problem(path, said)
    found = _shown(detail["input"])
    bounds = {name: f"{value:g}" if isinstance(value, float) else value for name, value in context.items()}
    words = {**bounds, "key": path[-1] if path else "", "found": found, "value": detail["input"]}
    is_quotable = kind == "string_type" and isinstance(detail["input"], int | float)
    hint = f'if it is meant as text, quote it: "{str(detail["input"]).lower()}"' if is_quotable else ""
    return source.problem(path, message.format_map(words), hint, at_key=kind == "missing")


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return f"the number {value}"
    if isinstance(value, Mapping):
        return "keys with values"
    if isinstance(value, list | tuple):
        return "a list"
    return f"«{value}»" if value != "" else "nothing"


def _keys_at(shape: Any, path: DataPath) -> list[str]:
    """The keys that the shape knows at `path`."""
    shapes = list(_shapes(shape))
    for step in path:
        shapes = [inner for one in shapes for inner in _step(one, step)]
    return [info.alias or name for one in shapes for name, info in _fields(one).items()]


def _step(shape: Any, step: str | int) -> Iterator[Any]:
    for name, info in _fields(shape).items():
        if step in (name, info.alias):
            yield from _shapes(info.annotation)
    if get_origin(shape) in (dict, tuple, list):
        yield from (inner for argument in get_args(shape)[-2:] for inner in _shapes(argument))


def _shapes(annotation: Any) -> Iterator[Any]:
    """The types behind unions and annotations."""
    if hasattr(annotation, "__metadata__"):
        yield from _shapes(get_args(annotation)[0])
    elif get_origin(annotation) in (Union, types.UnionType):
        for argument in get_args(annotation):
            yield from _shapes(argument)
    else:
        yield annotation


def _fields(shape: Any) -> Mapping[str, Any]:
    return getattr(shape, "__pydantic_fields__", {})

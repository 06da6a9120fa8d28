"""The language of shapes.toml: check a value against a kind, and say the kind as JSON Schema. Pure.

The words are those of docs/commands.md, so that the terminal's JSON and the API's are described alike.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

Shapes = Mapping[str, Mapping[str, str]]
#: Ids and counts; larger ones are no number of ours.
LARGEST = 2**53 - 1
_PLAIN: Mapping[str, Mapping[str, Any]] = {
    "text": {"type": "string"},
    "time": {"type": "string", "format": "date-time"},
    "number": {"type": "number"},
    "integer": {"type": "integer", "minimum": 0, "maximum": LARGEST},
    "bool": {"type": "boolean"},
    "list": {"type": "array"},
    "map": {"type": "object"},
}
_TYPES: Mapping[str, tuple[type, ...]] = {
    "text": (str,),
    "time": (str,),
    "number": (int, float),
    "integer": (int,),
    "bool": (bool,),
    "list": (list,),
    "map": (dict,),
}


@cache
def shapes() -> Shapes:
    """All named shapes."""
    with (Path(__file__).parent / "shapes.toml").open("rb") as file:
        return tomllib.load(file)


def problem(value: Any, kind: str, where: str = "") -> str:
    """What is wrong with a value, in words; empty where nothing is."""
    if kind.endswith(" or null"):
        return "" if value is None else problem(value, kind.removesuffix(" or null"), where)
    if kind.startswith("one of "):
        choices = kind.removeprefix("one of ").split("|")
        return "" if value in choices else f"{where or 'it'} is none of {', '.join(choices)}"
    if kind.startswith("list of "):
        if not isinstance(value, list):
            return _wrong(where, "list")
        inner = kind.removeprefix("list of ")
        return next(filter(None, (problem(each, inner, f"{where}[{at}]") for at, each in enumerate(value))), "")
    if kind.startswith("map of "):
        if not isinstance(value, dict):
            return _wrong(where, "map")
        inner = kind.removeprefix("map of ")
        return next(filter(None, (problem(each, inner, f"{where}.{key}") for key, each in value.items())), "")
    if kind in _TYPES:
        is_bool = isinstance(value, bool) and kind != "bool"
        is_out = kind == "integer" and isinstance(value, int) and not 0 <= value <= LARGEST
        return _wrong(where, kind) if is_bool or is_out or not isinstance(value, _TYPES[kind]) else ""
    return _object(value, kind, where)


def _object(value: Any, kind: str, where: str) -> str:
    if not isinstance(value, dict):
        return _wrong(where, "map")
    shape = {key.removesuffix("?"): (inner, key.endswith("?")) for key, inner in shapes()[kind].items()}
    for key, (inner, is_optional) in shape.items():
        place = f"{where}.{key}" if where else key
        if key not in value:
            if not is_optional:
                return f"{place} is missing"
        elif said := problem(value[key], inner, place):
            return said
    unknown = sorted(set(value) - set(shape) - {"schema"})
    return f"{where or 'it'} has an unknown key «{unknown[0]}»" if unknown else ""


def _wrong(where: str, kind: str) -> str:
    return f"{where or 'it'} is no {kind}"


def schema_of(kind: str) -> dict[str, Any]:
    """A kind as JSON Schema; named ones are referred to."""
    if kind.endswith(" or null"):
        return {"anyOf": [schema_of(kind.removesuffix(" or null")), {"type": "null"}]}
    if kind.startswith("one of "):
        return {"type": "string", "enum": kind.removeprefix("one of ").split("|")}
    if kind.startswith("list of "):
        return {"type": "array", "items": schema_of(kind.removeprefix("list of "))}
    if kind.startswith("map of "):
        return {"type": "object", "additionalProperties": schema_of(kind.removeprefix("map of "))}
    if kind in _PLAIN:
        return dict(_PLAIN[kind])
    return {"$ref": f"#/components/schemas/{component(kind)}"}


def component(name: str) -> str:
    """A shape's name as OpenAPI allows it: `widerhall.feeds/1` is `widerhall.feeds-1`."""
    return name.replace("/", "-")


def object_schema(name: str) -> dict[str, Any]:
    """A named shape as JSON Schema. What is sent holds no other keys; what is answered may get more some day."""
    shape = shapes()[name]
    properties = {key.removesuffix("?"): schema_of(kind) for key, kind in shape.items()}
    required = [key for key in shape if not key.endswith("?")]
    if "/" in name:
        properties = {"schema": {"type": "string", "const": name}, **properties}
        required = ["schema", *required]
    is_sent = name.endswith(("Asked", "Seen"))
    return {
        "type": "object",
        "properties": properties,
        "required": required,
        **({"additionalProperties": False} if is_sent else {}),
    }
